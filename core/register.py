"""How payments and registers meet: a payment's id is completed from its register, and fills it."""

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from core.text import absent_if_empty, is_absent, text_faults
from ports.erp import ErpClient, ErpRegisterEntry
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

_COMPLETED = [
    (reference, reference.id, reference.external_id, COMPLETED[reference.stem])
    for reference in REFERENCES
    if reference.stem in COMPLETED
]
_FILLED = [(reference, REGISTERS[reference.stem]) for reference in REFERENCES if reference.stem in REGISTERS]

FAMILIAR = 20_000
"""How much of each register is remembered at most."""

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


def stated(
    source: str, kind: ReferenceKind, found: Sequence[ErpRegisterEntry | ErpClient]
) -> list[ReferenceRecord]:
    """Entries as the ERP states them."""
    return [
        ReferenceRecord(
            id=new_id(), kind=kind, code=each.code, name=each.name, active=each.active, source=source
        )
        for each in found
    ]


def unpaired(values: Mapping[str, Any]) -> Iterator[tuple[Reference, RegisterKey]]:
    """The references that have an id without its external id, where a register may know it."""
    for reference, own, external, kind in _COMPLETED:
        code = values.get(own)
        if isinstance(code, str) and code.strip() and is_absent(values.get(external)):
            yield reference, RegisterKey(kind, code)


def any_unpaired(payments: Sequence[PaymentRecord]) -> bool:
    """Whether any of the payments has such a reference: `unpaired`, quickly, for thousands."""
    return any(
        code is not None and external_id is None
        for reference, *_ in _COMPLETED
        for code, external_id in map(attrgetter(reference.id, reference.external_id), payments)
    )


def completions(values: Mapping[str, Any], known: Known) -> dict[str, str]:
    """The external ids that the registers know for ids that came without."""
    return {
        reference.external_id: found.external_id
        for reference, key in unpaired(values)
        if (found := known.get(key)) and found.external_id
    }


def named(payments: Sequence[PaymentRecord]) -> dict[RegisterKey, ReferenceRecord]:
    """The entries that these payments name, each once; one without a name goes by its id."""
    return {
        key: _entry(payment, reference, key)
        for reference, kind in _FILLED
        for code, payment in _first_to_name(reference, payments).items()
        for key in [RegisterKey(kind, code)]
    }


class Familiar:
    """What has been named before, so that a long import need not ask for each payment again."""

    def __init__(self) -> None:
        self._pairs: dict[str, set[tuple[str | None, str | None]]] = {
            reference.stem: set() for reference, _ in _FILLED
        }

    def news(self, payments: Sequence[PaymentRecord]) -> list[PaymentRecord]:
        """The payments that name something for the first time."""
        found: dict[UUID, PaymentRecord] = {}
        for reference, _ in _FILLED:
            pairs = self._pairs[reference.stem]
            if len(pairs) > FAMILIAR:
                pairs.clear()
            pair_of = attrgetter(reference.id, reference.external_id)
            for payment, pair in zip(payments, map(pair_of, payments), strict=True):
                if pair not in pairs:
                    pairs.add(pair)
                    found[payment.id] = payment
        return list(found.values())


def _first_to_name(reference: Reference, payments: Sequence[PaymentRecord]) -> dict[str, PaymentRecord]:
    """By id: the first payment that has it, or the first that has its external id too."""
    pair_of = attrgetter(reference.id, reference.external_id)
    first: dict[str, PaymentRecord] = {}
    paired: set[str] = set()
    for payment in payments:
        code, external_id = pair_of(payment)
        if code is not None and (code not in first or (external_id is not None and code not in paired)):
            first[code] = payment
            if external_id is not None:
                paired.add(code)
    return first


def _entry(payment: PaymentRecord, reference: Reference, key: RegisterKey) -> ReferenceRecord:
    return ReferenceRecord(
        id=new_id(),
        kind=key.kind,
        code=key.code,
        external_id=getattr(payment, reference.external_id),
        name=getattr(payment, reference.nome) or key.code,
        source=payment.source,
    )
