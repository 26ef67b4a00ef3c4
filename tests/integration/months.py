"""Months as the use cases show them."""

from collections.abc import Sequence

from bootstrap import Assembly
from core.line_pages import LineFilter, LinePage
from core.use_cases.reconcile_period import ReconcilePeriod
from core.use_cases.survey_month import SurveyMonth
from ports.calendar import Period
from ports.paging import PageRequest
from ports.reconciliations import Line, Month
from ports.titles import BillingBasis


async def reconciled(
    app: Assembly, period: Period, basis: BillingBasis | None = None
) -> tuple[Month, Sequence[Line]]:
    month = await app.get(ReconcilePeriod)(period, basis)
    page = LinePage(LineFilter(), PageRequest(1000))
    await app.get(SurveyMonth)(month, [page])
    return month, page.done().items
