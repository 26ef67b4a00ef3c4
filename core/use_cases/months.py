"""The lines of a month, as they pass by: what every answer about a month is made of."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from core.freshness import is_fresh
from core.reconciliation import Bench, reconcile
from ports.calendar import Period, local_day
from ports.clock import Clock
from ports.erp import ErpGateway
from ports.reconciliations import ClosingRecord, Line, Month, Party, PartyKey
from ports.sync_runs import SyncMode
from ports.titles import BillingBasis, MonthOfTitles, MonthsOfTitles
from ports.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationPolicy:
    """What the installation has settled, from its configuration."""

    basis: BillingBasis
    max_age: timedelta
    full_max_age: timedelta
    grace: timedelta
    categories: tuple[str, ...] = ()
    """ERP category codes that count as recurring billing, `1.01.*` allowed; empty = all."""


Judged: TypeAlias = tuple[Party, Line]


class Months:
    def __init__(self, clock: Clock, erp: ErpGateway, policy: ReconciliationPolicy) -> None:
        self._clock = clock
        self._erp = erp
        self._policy = policy

    async def open(self, work: Work, period: Period, basis: BillingBasis | None) -> Month:
        """The month and what it is judged by. Needs a work that may read the sync's log."""
        now, source = self._clock.now(), self._erp.source
        closing = await work.closings.current(source, period) if source else None
        if closing is not None and basis in (None, closing.basis):
            return await _closed(work, closing)
        newest = await work.runs.newest_success(source) if source else None
        whole = await work.runs.newest_success(source, SyncMode.FULL) if source else None
        ages = {"max_age": self._policy.max_age, "full_max_age": self._policy.full_max_age}
        return Month(
            period=period,
            basis=basis or self._policy.basis,
            source=source,
            rule=await work.rules.newest(),
            evaluated_at=now,
            data_as_of=newest.started_at if newest else None,
            fresh=is_fresh(newest, whole, period, now, **ages),
        )

    async def lines(
        self, work: Work, months: Sequence[Month], only: Sequence[PartyKey] | None = None
    ) -> AsyncGenerator[Sequence[Line], None]:
        """Batch by batch, in no order; few are in memory at once. Of a closed month: its snapshot's.

        The months that are live are of one basis.
        """
        for closing in [month.closing for month in months if month.closing]:
            async with aclosing(work.closings.lines(closing, only)) as kept:
                async for lines in kept:
                    yield lines
        if live := [month for month in months if month.closing is None]:
            async with aclosing(self.judged(work, live, only)) as batches:
                async for batch in batches:
                    yield [line for _, line in batch]

    async def judged(
        self, work: Work, months: Sequence[Month], only: Sequence[PartyKey] | None = None
    ) -> AsyncGenerator[Sequence[Judged], None]:
        """Both sides as they are now, each with its line; of some months of one basis, in one pass."""
        overrides = await work.rules.overrides()
        benches = {
            month.period: Bench(
                month=month,
                overrides=overrides,
                today=local_day(month.evaluated_at),
                grace=self._policy.grace,
            )
            for month in months
        }
        of = MonthsOfTitles(months[0].source, list(benches), months[0].basis, self._policy.categories)
        async with aclosing(work.parties.each(of, only)) as batches:
            async for batch in batches:
                yield [(party, reconcile(benches[period], party)) for period, party in batch]

    async def these(self, work: Work, month: Month, keys: Sequence[PartyKey]) -> list[Line]:
        """No more than these; those that the month does not have are left out."""
        async with aclosing(self.lines(work, [month], keys)) as batches:
            return [line async for batch in batches for line in batch]

    def last(self, months: int) -> list[Period]:
        """This month and those before it, oldest first."""
        this = Period.of(local_day(self._clock.now()))
        return [this.plus(-ago) for ago in reversed(range(months))]

    def titles_of(self, month: Month) -> MonthOfTitles:
        return MonthOfTitles(month.source, month.period, month.basis, self._policy.categories)


async def _closed(work: Work, closing: ClosingRecord) -> Month:
    rules = await work.rules.by_ids([closing.rule_id])
    return Month(
        period=closing.period,
        basis=closing.basis,
        source=closing.source,
        rule=rules[closing.rule_id],
        evaluated_at=closing.closed_at,
        data_as_of=closing.data_as_of,
        fresh=True,
        closing=closing,
    )
