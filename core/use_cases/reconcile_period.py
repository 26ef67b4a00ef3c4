from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.reconciliation import Bench, is_fresh, parties, reconcile
from ports.calendar import Period, local_day
from ports.clients import ClientRecord
from ports.clock import Clock
from ports.contracts import ContractRecord
from ports.erp import ErpGateway
from ports.reconciliations import Billing, ReconciliationResult
from ports.sync_runs import SyncMode, SyncRunRecord
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationPolicy:
    """What the installation has settled, from its configuration."""

    basis: BillingBasis
    max_age: timedelta
    full_max_age: timedelta
    grace: timedelta
    categories: tuple[str, ...] = ()
    """ERP category codes that count as recurring billing, `1.01.*` allowed; empty = all."""


class ReconcilePeriod:
    """Compare what the contracts want billed in a month with what the ERP billed. Reads only."""

    def __init__(
        self, open_work: OpenWork, clock: Clock, erp: ErpGateway, policy: ReconciliationPolicy
    ) -> None:
        self._open_work = open_work
        self._clock = clock
        self._erp = erp
        self._policy = policy

    async def __call__(self, period: Period, basis: BillingBasis | None) -> ReconciliationResult:
        now, source = self._clock.now(), self._erp.source
        basis = basis or self._policy.basis
        # How fresh the figures are, and what they lack, stands in the sync's log.
        async with self._open_work(duty=Duty.SYNC) as work:
            rule = await work.rules.newest()
            newest = await work.runs.newest_success(source) if source else None
            whole = await work.runs.newest_success(source, SyncMode.FULL) if source else None
            contracts = await work.contracts.in_force(period)
            billing = await self._billing(work, source, period, basis)
            clients = await _clients(work, source, contracts, billing)
        fresh = self._is_fresh(newest, whole, period)
        bench = Bench(
            period=period,
            basis=basis,
            source=source,
            rule=rule,
            fresh=fresh,
            today=local_day(now),
            grace=self._policy.grace,
        )
        return ReconciliationResult(
            period=period,
            basis=basis,
            source=source,
            rule=rule,
            evaluated_at=now,
            data_as_of=newest.started_at if newest else None,
            fresh=fresh,
            lines=reconcile(bench, parties(source, clients, contracts, billing)),
        )

    async def _billing(
        self, work: Work, source: str | None, period: Period, basis: BillingBasis
    ) -> Sequence[Billing]:
        if source is None:
            return ()
        return await work.billing.of_month(source, period, basis, self._policy.categories)

    def _is_fresh(self, newest: SyncRunRecord | None, whole: SyncRunRecord | None, period: Period) -> bool:
        return is_fresh(
            newest,
            whole,
            period,
            self._clock.now(),
            max_age=self._policy.max_age,
            full_max_age=self._policy.full_max_age,
        )


async def _clients(
    work: Work, source: str | None, contracts: Sequence[ContractRecord], billing: Sequence[Billing]
) -> list[ClientRecord]:
    """Everybody on either side, once."""
    found = dict(await work.clients.by_ids([contract.client_id for contract in contracts]))
    if source is not None:
        billed = await work.clients.by_codes(source, [bill.code for bill in billing])
        found |= {client.id: client for client in billed.values()}
    return list(found.values())
