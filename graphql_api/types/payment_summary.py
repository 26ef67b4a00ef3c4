import strawberry

from graphql_api.fields import plain
from graphql_api.scalars import Money


@strawberry.type(description="Payments of one group, added up.")
class PaymentSummary:
    key: str = plain(
        "The month (2026-11) of the due day, the name of a situacao or entidade, or an id; "
        "empty for payments without one."
    )
    label: str | None = plain(
        "The register's name for the id, or one that payments give it; null when none does."
    )
    count: int = plain("How many payments.")
    total: Money = plain("Sum of valorTotal: settled and open.")
    settled: Money = plain("Sum of valorTotal of those that are settled.")
    open: Money = plain("Sum of valorTotal of those that are not.")
    overdue: Money = plain("The part of open that was due before today.")
