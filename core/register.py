"""How payments and registers meet: a payment's id is completed from its register, and fills it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.text import absent_if_empty, text_faults
from ports.errors import Fault, RefusalCode, Refused
from ports.ids import OURS, new_id
from ports.payments import REFERENCES, PaymentRecord, Reference
from ports.registers import ReferenceKind, ReferenceRecord, RegisterKey

REGISTERS: Mapping[str, ReferenceKind] = {
    "plano_contas": ReferenceKind.PLANO_CONTAS,
    "centro_custo": ReferenceKind.CENTRO_CUSTO,
    "conta_bancaria": ReferenceKind.CONTA_BANCARIA,
    "forma_pagamento": ReferenceKind.FORMA_PAGAMENTO,
    "fornecedor": ReferenceKind.FORNECEDOR,
    "transportadora": ReferenceKind.TRANSPORTADORA,
    "funcionario": ReferenceKind.FUNCIONARIO,
    "loja": ReferenceKind.LOJA,
}
"""The register behind each reference. Clients have their own; a user may be any caller."""

COMPLETED = {
    stem: REGISTERS[stem]
    for stem in ("plano_contas", "centro_custo", "conta_bancaria", "forma_pagamento", "loja")
} | {"usuario": ReferenceKind.FUNCIONARIO}
"""References whose external id is taken from the register when it is not sent; a party's has to be sent."""

Known = Mapping[RegisterKey, ReferenceRecord]


def entry(sent: Mapping[str, Any]) -> ReferenceRecord:
    """An entry from the sent fields: kind, code, external_id, name, active."""
    values: dict[str, Any] = {name: absent_if_empty(value) for name, value in sent.items()}
    faults = [Fault(RefusalCode.MISSING, (name,)) for name in ("code", "name") if values.get(name) is None]
    for name in ("code", "name", "external_id"):
        faults += text_faults(values.get(name), name)
    if faults:
        raise Refused(faults)
    return ReferenceRecord(id=new_id(), source=OURS, **values)


def unpaired(values: Mapping[str, Any]) -> Iterator[tuple[Reference, RegisterKey]]:
    """The references that have an id without its external id, where a register may know it."""
    for reference in REFERENCES:
        kind, code = COMPLETED.get(reference.stem), absent_if_empty(values.get(reference.id))
        if kind and isinstance(code, str) and absent_if_empty(values.get(reference.external_id)) is None:
            yield reference, RegisterKey(kind, code)


def completions(values: Mapping[str, Any], known: Known) -> dict[str, str]:
    """The external ids that the registers know for ids that came without."""
    return {
        reference.external_id: found.external_id
        for reference, key in unpaired(values)
        if (found := known.get(key)) and found.external_id
    }


def named(payments: Iterable[PaymentRecord]) -> dict[RegisterKey, ReferenceRecord]:
    """The entries that these payments name, each once; one without a name goes by its id."""
    entries: dict[RegisterKey, ReferenceRecord] = {}
    for payment in payments:
        for reference in REFERENCES:
            code = getattr(payment, reference.id)
            if code is not None and (kind := REGISTERS.get(reference.stem)):
                key = RegisterKey(kind, code)
                if key not in entries or entries[key].external_id is None:
                    entries[key] = _entry(payment, reference, key)
    return entries


def _entry(payment: PaymentRecord, reference: Reference, key: RegisterKey) -> ReferenceRecord:
    return ReferenceRecord(
        id=new_id(),
        kind=key.kind,
        code=key.code,
        external_id=getattr(payment, reference.external_id),
        name=getattr(payment, reference.nome) or key.code,
        source=payment.source,
    )
