"""How long the sums over all payments take, for each group."""

from collections.abc import Sequence

from bench.filling import TODAY
from bench.timing import median_ms
from ports.payment_sums import PaymentGroup
from ports.payments import PaymentFilter
from ports.work import OpenWork


async def measure_summaries(open_work: OpenWork) -> Sequence[tuple[str, float]]:
    """Milliseconds by group."""
    return [(group.name, await _summary_ms(open_work, group)) for group in PaymentGroup]


async def _summary_ms(open_work: OpenWork, group: PaymentGroup) -> float:
    async def ask() -> None:
        async with open_work() as work:
            await work.payments.summary(PaymentFilter(), group, TODAY)

    return await median_ms(ask)
