from uuid import UUID

from core.client import Client
from ports.audit import Act
from ports.clients import ClientRecord, ErpLink
from ports.clock import Clock
from ports.contracts import ContractFilter
from ports.erp import Entity, ErpGateway
from ports.errors import RefusalCode, refused
from ports.identity import Identity
from ports.rereads import Reread
from ports.work import OpenWork, Work


class LinkClient:
    """Give a client an ERP code, also a second one; whom the sync made for that code alone is merged into it.

    The code's register is read again at once. Two who give the same code at the same moment: one is first,
    the other is refused.
    """

    def __init__(self, open_work: OpenWork, clock: Clock, erp: ErpGateway) -> None:
        self._open_work = open_work
        self._clock = clock
        self._erp = erp

    async def __call__(self, client_id: UUID, omie_codigo: str, *, by: Identity) -> ClientRecord:
        if self._erp.source is None:
            raise refused(RefusalCode.ERP_NOT_CONFIGURED, "omie_codigo")
        link, now = ErpLink(self._erp.source, omie_codigo), self._clock.now()
        async with self._open_work(Act(by.subject, "linkClient")) as work:
            record, owner = await _held(work, client_id, link)
            client = Client(record)
            if client.link(link, now):
                if owner is not None:
                    await _make_way(work, owner, link)
                    await work.clients.merge(owner, record.id, now)
                await work.clients.save(client.record)
                await work.rereads.ask([Reread(link.source, Entity.CLIENT, link.code)], now)
                await work.commit()
        return client.record


async def _held(work: Work, client_id: UUID, link: ErpLink) -> tuple[ClientRecord, ClientRecord | None]:
    """The client, and who has the code.

    Nobody else merges meanwhile, so that the ids found first are those held; and these are held in one order,
    so that two never wait for each other.
    """
    await work.clients.begin_merging()
    wanted = {client.id for client in (await work.clients.by_ids([client_id])).values()}
    if owner := await _owner(work, link):
        wanted.add(owner.id)
    for key in sorted(wanted):
        await work.clients.for_update(key)
    owner = await _owner(work, link)
    if owner is not None and owner.id not in wanted:
        raise refused(RefusalCode.DUPLICATE_OMIE_CODE, "omie_codigo")
    return await work.clients.for_update(client_id), owner


async def _owner(work: Work, link: ErpLink) -> ClientRecord | None:
    return (await work.clients.by_codes(link.source, [link.code])).get(link.code)


async def _make_way(work: Work, owner: ClientRecord, link: ErpLink) -> None:
    """Refuse to dissolve a client that is more than its register: the sync brings no contracts."""
    brought = ContractFilter(client_id=owner.id, source=link.source)
    if not Client(owner).is_made_for(link) or await work.contracts.count(brought):
        raise refused(RefusalCode.DUPLICATE_OMIE_CODE, "omie_codigo")
