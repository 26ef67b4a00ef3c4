import strawberry
from strawberry import UNSET

from graphql_api.context import Info
from graphql_api.fields import resolved
from graphql_api.operations.arguments import mutation, or_none, result
from graphql_api.roles import DIRECTORS, FINANCE_TEAM
from graphql_api.scalars import Decimal, Money
from graphql_api.types.connection import Rows, connection
from graphql_api.types.reconciliation import Reconciliation, ToleranceRule
from graphql_api.types.title import Title
from ports.calendar import Period
from ports.reconciliations import ReconciliationResult, ToleranceRuleRecord
from ports.titles import BillingBasis, TitleRecord

ToleranceRuleResult = result(ToleranceRule)


@strawberry.type
class ReconciliationQueries:
    @resolved(Reconciliation, roles=FINANCE_TEAM)
    async def reconciliation(
        self, info: Info, period: Period, basis: BillingBasis | None = UNSET
    ) -> ReconciliationResult:
        """Contracted against billed, client by client, for one month. basis null: RECONCILIATION_BASIS."""
        return await info.context.use_cases.reconcile_period(period, or_none(basis))

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
    async def tolerance_rules(self) -> Rows[ToleranceRuleRecord]:
        """Rules in force and past, newest first."""
        return Rows(lambda work, page: work.rules.page(page), lambda work: work.rules.count())


@strawberry.type
class ReconciliationMutations:
    @mutation(ToleranceRuleResult, roles=DIRECTORS)
    async def set_tolerance_rule(self, info: Info, percent: Decimal, minimum: Money) -> ToleranceRuleRecord:
        """A new version of the rule. Holds from now on."""
        caller = info.context.caller
        return await info.context.use_cases.set_tolerance_rule(percent, minimum, by=caller)
