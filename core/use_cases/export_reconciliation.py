from collections.abc import AsyncGenerator
from contextlib import aclosing

from core.line_rows import row_out
from core.use_cases.divergent_since import runs_of
from core.use_cases.months import Months
from ports.acknowledgements import acknowledgement_id
from ports.calendar import Period
from ports.line_files import LineFiles, LineRow
from ports.titles import BillingBasis
from ports.work import Duty, OpenWork


class ExportReconciliation:
    """A month as a workbook to be filled in, all of it as it stood at one moment."""

    def __init__(self, open_work: OpenWork, months: Months, files: LineFiles) -> None:
        self._open_work = open_work
        self._months = months
        self._files = files

    async def __call__(self, period: Period, basis: BillingBasis | None) -> AsyncGenerator[bytes, None]:
        """The file in pieces; whoever stops early closes it, and with it the questions to the database."""
        async with (
            aclosing(self._rows(period, basis)) as rows,
            aclosing(self._files.pieces(rows)) as pieces,
        ):
            async for piece in pieces:
                yield piece

    async def _rows(self, period: Period, basis: BillingBasis | None) -> AsyncGenerator[LineRow, None]:
        async with self._open_work(duty=Duty.SYNC, still=True) as work:
            month = await self._months.open(work, period, basis)
            async with aclosing(self._months.lines(work, [month])) as batches:
                async for lines in batches:
                    ids = {line.ref: acknowledgement_id(line.source, line.ref) for line in lines}
                    records = await work.acknowledgements.by_ids(list(ids.values()))
                    runs = await runs_of(work, self._months, lines)
                    for line in lines:
                        run = runs.get(line.ref)
                        yield row_out(line, run.since if run else None, records.get(ids[line.ref]))
