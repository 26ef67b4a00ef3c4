"""The client on file behind a payment's cliente_id and cliente_external_id."""

from uuid import UUID

from ports.errors import RefusalCode, refused
from ports.ids import parse_public_id
from ports.payments import PaymentRecord
from ports.work import Work


def client_key(cliente_id: str | None) -> UUID | None:
    """The key of the client that this cliente_id names, if it is one of our ids."""
    named = parse_public_id(cliente_id or "")
    return named[1] if named and named[0] == "client" else None


async def refuse_two_clients(work: Work, payment: PaymentRecord) -> None:
    """WRONG_PARTY when the id names one client on file and the external id another."""
    key, code = client_key(payment.cliente_id), payment.cliente_external_id
    if key is None or code is None:
        return
    by_id = await work.clients.by_ids([key])
    by_code = await work.clients.by_any_code([code])
    if by_id and code in by_code and by_code[code].id != key:
        raise refused(RefusalCode.WRONG_PARTY, "cliente_external_id")
