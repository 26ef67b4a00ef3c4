from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from graphql_api.context import Info
from graphql_api.operations.arguments import Version, mutation, needed_key, or_none, result
from graphql_api.roles import DIRECTORS, FINANCE_TEAM
from graphql_api.types.bulk import BulkPaymentResult
from graphql_api.types.payment import Payment
from graphql_api.types.payment_input import PaymentInput, PaymentPatch
from ports.identity import Role
from ports.payments import BulkResult, ErrorPolicy, PaymentRecord

PaymentResult = result(Payment)
CreatePaymentsResult = result(BulkPaymentResult, "CreatePaymentsResult")
Input = Annotated[Any, strawberry.argument(graphql_type=PaymentInput)]
Inputs = Annotated[Any, strawberry.argument(graphql_type=list[PaymentInput])]
Patch = Annotated[Any, strawberry.argument(graphql_type=PaymentPatch)]


@strawberry.type
class PaymentMutations:
    @mutation(PaymentResult, roles=FINANCE_TEAM)
    async def create_payment(
        self, info: Info, input: Input, idempotency_key: str | None = UNSET
    ) -> PaymentRecord:
        """Keep a new payment.

        idempotencyKey is the caller's, per mutation, kept at least 24 hours. Same key, same input (compared
        after normalisation): the same payment as it stands now. Same key, other input: refused. A refusal
        does not use a key up. A concurrent second call waits for the first.
        """
        return await info.context.use_cases.create_payment(
            input, by=info.context.caller, idempotency_key=or_none(idempotency_key)
        )

    @mutation(CreatePaymentsResult, roles=FINANCE_TEAM)
    async def create_payments(
        self,
        info: Info,
        inputs: Inputs,
        on_error: ErrorPolicy = ErrorPolicy.REJECT_ALL,
        idempotency_key: str | None = UNSET,
    ) -> BulkResult:
        """Keep up to 5000 new payments in one step. Row by row results, in the order given.

        idempotencyKey as for createPayment: same key, same inputs and policy give the same rows again.
        """
        return await info.context.use_cases.create_payments(
            inputs,
            on_error,
            by=info.context.caller,
            idempotency_key=or_none(idempotency_key),
        )

    @mutation(PaymentResult, roles=FINANCE_TEAM)
    async def update_payment(
        self, info: Info, id: strawberry.ID, input: Patch, expected_version: Version = UNSET
    ) -> PaymentRecord:
        """Change fields of a payment.

        A field left out stays; null or "" clears it; clearing a required one is MISSING. Another entidade
        demands its party and clears the old one's. expectedVersion refuses a write over somebody else's.
        """
        key = needed_key(id, "payment")
        return await info.context.use_cases.update_payment(
            key, input, or_none(expected_version), by=info.context.caller
        )

    @mutation(PaymentResult, roles=FINANCE_TEAM)
    async def settle_payment(
        self, info: Info, id: strawberry.ID, data_liquidacao: date, expected_version: Version = UNSET
    ) -> PaymentRecord:
        """Mark a payment as paid or received on a day that is not in the future."""
        key = needed_key(id, "payment")
        return await info.context.use_cases.settle_payment(
            key, data_liquidacao, or_none(expected_version), by=info.context.caller
        )

    @mutation(PaymentResult, roles=DIRECTORS)
    async def unsettle_payment(
        self, info: Info, id: strawberry.ID, expected_version: Version = UNSET
    ) -> PaymentRecord:
        """Take a settlement back."""
        key = needed_key(id, "payment")
        return await info.context.use_cases.unsettle_payment(
            key, or_none(expected_version), by=info.context.caller
        )

    @mutation(PaymentResult, roles=DIRECTORS)
    async def delete_payment(
        self, info: Info, id: strawberry.ID, expected_version: Version = UNSET
    ) -> PaymentRecord:
        """Soft delete: it leaves every list and total, keeps its row and its history."""
        key = needed_key(id, "payment")
        return await info.context.use_cases.delete_payment(
            key, or_none(expected_version), by=info.context.caller
        )

    @mutation(PaymentResult, roles=(Role.ADMIN,))
    async def restore_payment(
        self, info: Info, id: strawberry.ID, expected_version: Version = UNSET
    ) -> PaymentRecord:
        """Bring a deleted payment back; refused while another live one holds its external id."""
        key = needed_key(id, "payment")
        return await info.context.use_cases.restore_payment(
            key, or_none(expected_version), by=info.context.caller
        )
