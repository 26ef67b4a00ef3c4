"""New payments in whose way nothing stands, as it is with nearly all of them."""

from collections.abc import Sequence
from typing import Protocol

from ports.audit import Act
from ports.idempotency import Claim
from ports.payments import PaymentRecord
from ports.registers import ReferenceRecord


class NewPayments(Protocol):
    async def keep(
        self, act: Act, payment: PaymentRecord, entries: Sequence[ReferenceRecord], claim: Claim | None
    ) -> bool:
        """Keep the payment, the register entries that it names, and its key: at once and for good.

        False when there is more to it, such as a key that was used before, or a live payment with its
        external id: nothing was changed, and a unit of work has to find out what.
        """
        ...
