"""A payment: the only place where its record may change."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.payment_rules import Values, faults, total
from core.text import is_absent
from ports.calendar import local_day
from ports.errors import Fault, RefusalCode, Refused, Stale, refused
from ports.identity import Identity
from ports.money import ZERO
from ports.payments import AMOUNTS, PARTIES, PaymentRecord, Situacao

KEPT_BY_US = frozenset(
    {"id", "valor_total", "cadastrado_em", "modificado_em", "deletado_em", "source", "version"}
)
WRITABLE = tuple(field.name for field in fields(PaymentRecord) if field.name not in KEPT_BY_US)
WHEN_ABSENT: dict[str, Any] = {
    **dict.fromkeys(WRITABLE),
    **dict.fromkeys(AMOUNTS[1:], ZERO),
    "liquidado": False,
    "atributos": (),
}


def normalised(sent: Values) -> dict[str, Any]:
    """Every writable field: as sent, or as it is when absent; a sent total stays for its check."""
    return WHEN_ABSENT | {name: value for name, value in sent.items() if not is_absent(value)}


class Payment:
    """Wraps one record; what a rule forbids is `Refused` and changes nothing."""

    def __init__(self, record: PaymentRecord) -> None:
        self.record = record

    @classmethod
    def create(cls, sent: Values, *, key: UUID, by: Identity, now: datetime, source: str) -> "Payment":
        """From the sent fields; the registering user defaults to the caller."""
        values = normalised(sent)
        if values["usuario_id"] is None:
            values |= {"usuario_id": by.subject, "nome_usuario": values["nome_usuario"] or by.name}
        _refuse_if_faulty(values, local_day(now))
        stamped = values | {"valor_total": total(values), "cadastrado_em": now, "modificado_em": now}
        return cls(PaymentRecord(id=key, source=source, **stamped))

    @classmethod
    def imported(
        cls, stated: Values, unread: Sequence[Fault], *, key: UUID, now: datetime, source: str
    ) -> "Payment":
        """From a row of a file, which alone may say when a payment was registered and changed.

        `unread` names what of the row could not be read; no rule is asked about those fields.
        """
        unknown = {fault.path[0] for fault in unread}
        values = normalised(stated) | dict.fromkeys(unknown)
        found = [fault for fault in faults(values, local_day(now)) if fault.path[0] not in unknown]
        if unread or found:
            raise Refused([*unread, *found])
        stamps: dict[str, Any] = {"cadastrado_em": now, "modificado_em": now}
        return cls(PaymentRecord(id=key, source=source, **stamps | values | {"valor_total": total(values)}))

    def situacao(self, today: date) -> Situacao:
        if self.record.liquidado:
            return Situacao.LIQUIDADO
        due = self.record.data_vencimento
        if due == today:
            return Situacao.VENCE_HOJE
        return Situacao.VENCIDO if due < today else Situacao.A_VENCER

    def expect(self, version: int | None) -> None:
        """Refuse a write over somebody else's."""
        if version is not None and version != self.record.version:
            raise Stale(self.record)

    def update(self, changes: Values, now: datetime) -> None:
        """A field left out stays; None or "" clears it; another entidade clears the old one's party."""
        self._refuse_if_deleted()
        kept = {name: getattr(self.record, name) for name in WRITABLE}
        entidade = changes.get("entidade", self.record.entidade)
        if entidade != self.record.entidade:
            kept |= dict.fromkeys(PARTIES[self.record.entidade].fields)
        values = normalised(kept | dict(changes))
        _refuse_if_faulty(values, local_day(now))
        self._change(now, **values | {"valor_total": total(values)})

    def settle(self, on: date, now: datetime) -> None:
        self._refuse_if_deleted()
        if self.record.liquidado:
            raise refused(RefusalCode.ALREADY_SETTLED)
        if on > local_day(now):
            raise refused(RefusalCode.INVALID, "data_liquidacao")
        self._change(now, liquidado=True, data_liquidacao=on)

    def unsettle(self, now: datetime) -> None:
        self._refuse_if_deleted()
        if not self.record.liquidado:
            raise refused(RefusalCode.NOT_SETTLED)
        self._change(now, liquidado=False, data_liquidacao=None)

    def delete(self, now: datetime) -> None:
        """Soft: it leaves every list and total, keeps its row."""
        self._refuse_if_deleted()
        self._change(now, deletado_em=now)

    def restore(self, now: datetime) -> None:
        if self.record.deletado_em is None:
            raise refused(RefusalCode.NOT_DELETED)
        self._change(now, deletado_em=None)

    def _refuse_if_deleted(self) -> None:
        if self.record.deletado_em is not None:
            raise refused(RefusalCode.DELETED)

    def _change(self, now: datetime, **changes: Any) -> None:
        version = self.record.version + 1
        self.record = replace(self.record, modificado_em=now, version=version, **changes)


def _refuse_if_faulty(values: Values, today: date) -> None:
    if found := faults(values, today):
        raise Refused(found)
