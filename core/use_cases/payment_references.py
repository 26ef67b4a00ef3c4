"""What stands behind the ids of payments: registers that complete and are filled, clients on file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from core.register import any_unpaired, completions, named, unpaired
from ports.errors import Fault, RefusalCode
from ports.ids import parse_public_id
from ports.payments import PaymentRecord
from ports.work import Work


def client_key(cliente_id: str | None) -> UUID | None:
    """The key of the client that this cliente_id names, if it is one of our ids."""
    found = parse_public_id(cliente_id or "")
    return found[1] if found and found[0] == "client" else None


def say_all(payments: Sequence[PaymentRecord]) -> bool:
    """Whether they mean the same whatever is on file."""
    return not any_unpaired(payments) and not any(client_key(payment.cliente_id) for payment in payments)


async def completed(work: Work, sent: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Each input with the external ids that the registers know for ids sent without."""
    wanted = {key for values in sent for _, key in unpaired(values)}
    known = await work.registers.known(wanted)
    return [{**values, **completions(values, known)} for values in sent] if known else sent


async def completed_in_order(
    work: Work, rows: Sequence[tuple[Mapping[str, Any], PaymentRecord]]
) -> list[PaymentRecord]:
    """Payments, each completed from the registers as those before it have filled them.

    One that is on file with the same id keeps the external id beside it: stating it again is no news.
    """
    payments = [payment for _, payment in rows]
    if not (wanted := {key for stated, _ in rows for _, key in unpaired(stated)}):
        return payments
    known = dict(await work.registers.known(wanted))
    before = await work.payment_imports.on_file(
        [payment for stated, payment in rows if any(unpaired(stated))]
    )
    for place, (stated, payment) in enumerate(rows):
        gained: dict[str, Any] = {**completions(stated, known)}
        if old := before.get(payment.external_id or payment.id):
            same = [
                reference for reference, key in unpaired(stated) if getattr(old, reference.id) == key.code
            ]
            gained |= {reference.external_id: getattr(old, reference.external_id) for reference in same}
        payments[place] = replace(payment, **gained)
        for key, entry in named([payments[place]]).items():
            if key in wanted and (key not in known or known[key].external_id is None):
                known[key] = entry
    return payments


async def fill_registers(work: Work, payments: Sequence[PaymentRecord]) -> None:
    """The registers learn what payments name; what they know already stays as it is."""
    await work.registers.fill(list(named(payments).values()))


async def two_clients(work: Work, payments: Sequence[PaymentRecord]) -> list[Fault | None]:
    """For each payment, WRONG_PARTY when its id names one client on file and its external id another."""
    keys = [client_key(payment.cliente_id) for payment in payments]
    if not any(keys):
        return [None] * len(payments)
    by_id = await work.clients.by_ids([key for key in keys if key])
    codes = [payment.cliente_external_id for payment, key in zip(payments, keys, strict=True) if key]
    by_code = await work.clients.by_any_code([code for code in codes if code])
    faults: list[Fault | None] = []
    for payment, key in zip(payments, keys, strict=True):
        other = by_code.get(payment.cliente_external_id or "")
        ours = by_id.get(key) if key else None
        wrong = ours is not None and other is not None and other.id != ours.id
        faults.append(Fault(RefusalCode.WRONG_PARTY, ("cliente_external_id",)) if wrong else None)
    return faults
