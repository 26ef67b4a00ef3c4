from decimal import Decimal
from uuid import UUID

from core.tolerance import check_rule
from ports.audit import Act
from ports.clock import Clock
from ports.identity import Identity
from ports.money import CENT, Money
from ports.tolerance_rules import ToleranceRuleRecord
from ports.work import OpenWork


class SetToleranceRule:
    """A new version of the rule for all clients, or of the override for one; in force from now on."""

    def __init__(self, open_work: OpenWork, clock: Clock) -> None:
        self._open_work = open_work
        self._clock = clock

    async def __call__(
        self, percent: Decimal, minimum: Money, client_id: UUID | None = None, *, by: Identity
    ) -> ToleranceRuleRecord:
        check_rule(percent, minimum)
        async with self._open_work(Act(by.subject, "setToleranceRule")) as work:
            if client_id is not None:
                # Held, so that the client is not merged into another one meanwhile.
                client_id = (await work.clients.for_update(client_id, "client_id")).id
            exact = percent.quantize(CENT)
            rule = await work.rules.add(exact, minimum, client_id, self._clock.now(), by.subject)
            await work.commit()
        return rule
