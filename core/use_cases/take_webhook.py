from ports.clock import Clock
from ports.webhooks import Notice, WebhookReader
from ports.work import OpenWork


class TakeWebhook:
    """Note which records an ERP's message names, to be read again from the ERP itself.

    A message that comes again changes nothing, and is taken anew if the first time it was not kept.
    """

    def __init__(self, open_work: OpenWork, clock: Clock, reader: WebhookReader) -> None:
        self._open_work = open_work
        self._clock = clock
        self._reader = reader

    async def __call__(self, body: bytes) -> Notice | None:
        """What it said; None when it only tried whether somebody is there."""
        notice = self._reader.read(body)
        if notice and notice.rereads:
            await self._keep(notice)
        return notice

    async def _keep(self, notice: Notice) -> None:
        now = self._clock.now()
        async with self._open_work() as work:
            if notice.message_id and not await work.webhooks.claim(notice.source, notice.message_id, now):
                return
            await work.rereads.ask(notice.rereads, now)
            await work.commit()
