import strawberry

from graphql_api.context import Info
from graphql_api.fields import plain, resolved
from graphql_api.types.payment import Payment
from graphql_api.types.refusal import Refusal, refusal_of
from ports.payments import BulkResult, PaymentRecord


@strawberry.type(description="What came of one row.")
class BulkPaymentRow:
    index: int = plain("The row's place in the input, from 0.")
    payment: Payment | None = plain("The payment that was created.")
    refusal: Refusal | None = plain("Why it was refused; with REJECT_ALL sound rows have neither.")


@strawberry.type(description="What came of each row, in the order given.")
class BulkPaymentResult:
    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, BulkResult)

    @resolved()
    def created(self, root: strawberry.Parent[BulkResult]) -> int:
        """How many payments were created."""
        return sum(isinstance(outcome, PaymentRecord) for outcome in root.outcomes)

    @resolved()
    def refused(self, root: strawberry.Parent[BulkResult]) -> int:
        """How many rows are faulty."""
        return sum(isinstance(outcome, tuple) for outcome in root.outcomes)

    @resolved()
    def rows(self, info: Info, root: strawberry.Parent[BulkResult]) -> list[BulkPaymentRow]:
        """Each row's result, in the order given."""
        return [
            BulkPaymentRow(
                index=index,
                payment=outcome if isinstance(outcome, PaymentRecord) else None,  # type: ignore[arg-type]
                refusal=refusal_of(outcome, info.context.language) if isinstance(outcome, tuple) else None,
            )
            for index, outcome in enumerate(root.outcomes)
        ]
