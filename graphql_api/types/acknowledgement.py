from datetime import datetime

import strawberry

from graphql_api.fields import plain
from graphql_api.scalars import Money
from ports.acknowledgements import AcknowledgementReason, AcknowledgementRecord
from ports.reconciliations import Line


@strawberry.type(description="Somebody answers for a divergence.")
class Acknowledgement:
    reason: AcknowledgementReason = plain("Why it is as it is.")
    note: str | None = plain("What else there is to say.")
    owner: str | None = plain("Who sees to it.")
    by: str = plain("Subject of the caller who acknowledged it.")
    at: datetime = plain("When.")
    divergence: Money = plain("What was acknowledged.")
    stale: bool = plain("The divergence has changed since: it is open again.")


def shown(record: AcknowledgementRecord, line: Line) -> Acknowledgement:
    """The acknowledgement of a line, beside the line as it is now."""
    return Acknowledgement(
        **record.remark._asdict(),
        by=record.by,
        at=record.at,
        divergence=record.divergence,  # type: ignore[arg-type]
        stale=record.divergence != line.divergence,
    )
