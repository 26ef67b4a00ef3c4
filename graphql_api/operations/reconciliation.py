from uuid import UUID

import strawberry
from strawberry import UNSET

from core.use_cases.reconciliation_trend import TrendPoint as Point
from core.use_cases.simulate_tolerance_rule import SimulatedMonth as MonthSimulated
from graphql_api.context import Info
from graphql_api.errors import bad_input
from graphql_api.fields import resolved
from graphql_api.operations.arguments import mutation, needed_key, or_none, result
from graphql_api.roles import DIRECTORS, FINANCE_TEAM
from graphql_api.scalars import Decimal, Money
from graphql_api.texts import Text
from graphql_api.types.connection import Rows, connection
from graphql_api.types.node import key_of
from graphql_api.types.reconciliation import Reconciliation
from graphql_api.types.reconciliation_history import ToleranceSimulation, TrendPoint
from graphql_api.types.title import Title
from graphql_api.types.tolerance_rule import ToleranceRule
from ports.calendar import Period
from ports.identity import Role
from ports.ids import new_id
from ports.reconciliations import Month
from ports.titles import BillingBasis, TitleRecord
from ports.tolerance_rules import ToleranceRuleRecord

ToleranceRuleResult = result(ToleranceRule)
PeriodResult = result(Reconciliation, "PeriodResult")

MOST_MONTHS = 24
BAD_MONTHS = Text(f"Peça de 1 a {MOST_MONTHS} meses.", f"Ask for 1 to {MOST_MONTHS} months.")


def _checked(months: int) -> int:
    if not 1 <= months <= MOST_MONTHS:
        raise bad_input(BAD_MONTHS)
    return months


@strawberry.type
class ReconciliationQueries:
    @resolved(Reconciliation, roles=FINANCE_TEAM)
    async def reconciliation(self, info: Info, period: Period, basis: BillingBasis | None = UNSET) -> Month:
        """Contracted against billed, client by client, for one month.

        basis null: the one the month was closed on, else RECONCILIATION_BASIS.
        """
        return await info.context.use_cases.reconcile_period(period, or_none(basis))

    @resolved(ToleranceSimulation, roles=DIRECTORS)
    async def simulate_tolerance_rule(
        self,
        info: Info,
        percent: Decimal,
        minimum: Money,
        months: int = 12,
        basis: BillingBasis | None = UNSET,
    ) -> list[MonthSimulated]:
        """What another rule for all clients would have said of the last months, at most 24.

        Nothing is saved.
        """
        simulate = info.context.use_cases.simulate_tolerance_rule
        return await simulate(percent, minimum, _checked(months), or_none(basis))

    @resolved(list[TrendPoint], roles=FINANCE_TEAM)
    async def reconciliation_trend(
        self,
        info: Info,
        client_id: strawberry.ID | None = UNSET,
        months: int = 12,
        basis: BillingBasis | None = UNSET,
    ) -> list[Point]:
        """At most 24 months up to this one, oldest first; of one client or of all."""
        trend = info.context.use_cases.reconciliation_trend
        client = await _client(info, client_id)
        return await trend(client, _checked(months), or_none(basis))

    @connection(Title, roles=FINANCE_TEAM)
    async def erp_payables(self, info: Info, period: Period | None = UNSET) -> Rows[TitleRecord]:
        """The ERP's payables as it states them, by due date; cancelled and gone ones included and marked.

        period: the month in which they are due.
        """
        of = (info.context.erp_account or "", or_none(period))
        return Rows(
            lambda work, page: work.payables.listing(*of, page), lambda work: work.payables.count_listing(*of)
        )

    @connection(ToleranceRule, roles=FINANCE_TEAM)
    async def tolerance_rules(
        self, info: Info, client_id: strawberry.ID | None = UNSET
    ) -> Rows[ToleranceRuleRecord]:
        """Rules in force and past, newest first; of all clients, or the overrides of one."""
        client = await _client(info, client_id)
        return Rows(lambda work, page: work.rules.page(client, page), lambda work: work.rules.count(client))


async def _client(info: Info, client_id: str | None) -> UUID | None:
    """An id that cannot be a client's is as unknown as any other; a merged one's is the other one's."""
    if or_none(client_id) is None:
        return None
    key = key_of(str(client_id), "client")
    client = await info.context.loaders.clients.load(key) if key else None
    return client.id if client else new_id()


@strawberry.type
class ReconciliationMutations:
    @mutation(PeriodResult, roles=DIRECTORS)
    async def close_period(self, info: Info, period: Period, basis: BillingBasis | None = UNSET) -> Month:
        """Keep an ended month as it is told now, for good: on fresh data, once, on one basis.

        On another basis the answer stays live.
        """
        return await info.context.use_cases.close_period(period, or_none(basis), by=info.context.caller)

    @mutation(PeriodResult, roles=[Role.ADMIN])
    async def reopen_period(self, info: Info, period: Period, reason: str) -> Month:
        """The snapshot is kept; the month is live again."""
        return await info.context.use_cases.reopen_period(period, reason, by=info.context.caller)

    @mutation(ToleranceRuleResult, roles=DIRECTORS)
    async def set_tolerance_rule(
        self, info: Info, percent: Decimal, minimum: Money, client_id: strawberry.ID | None = UNSET
    ) -> ToleranceRuleRecord:
        """A new version of the rule for all clients, or of the override for one.

        Holds from now on; what is closed keeps its rule.
        """
        named = or_none(client_id)
        client = None if named is None else needed_key(named, "client", "client_id")
        set_rule = info.context.use_cases.set_tolerance_rule
        return await set_rule(percent, minimum, client, by=info.context.caller)
