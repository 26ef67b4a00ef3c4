"""The rules of the data structure document, on the values of one payment. Each names every fault it finds."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from core.text import is_plain, text_faults
from ports.errors import Fault, RefusalCode
from ports.money import ZERO, Money, fits
from ports.payments import AMOUNTS, PARTIES, REFERENCES, Reference

Values = Mapping[str, Any]
Rule = Callable[[Values, date], Iterator[Fault]]

TEXTS = ("external_id", "codigo", *(name for reference in REFERENCES for name in reference.fields))
ATTRIBUTES_LIMIT = 100


def total(values: Values) -> Money:
    """valor + juros - desconto - taxa_banco - taxa_operadora"""
    plus = values["valor"] + values["juros"]
    return Money(plus - values["desconto"] - values["taxa_banco"] - values["taxa_operadora"])


def _required(values: Values, _today: date) -> Iterator[Fault]:
    for name in ("descricao", "valor", "data_vencimento", "entidade"):
        if values[name] is None:
            yield Fault(RefusalCode.MISSING, (name,))


def _texts(values: Values, _today: date) -> Iterator[Fault]:
    yield from text_faults(values["descricao"], "descricao", least=3, most=500)
    for name in TEXTS:
        text = values[name]
        if text is not None and not is_plain(text):
            yield from text_faults(text, name)


def _amounts(values: Values, _today: date) -> Iterator[Fault]:
    amounts = [values[name] for name in AMOUNTS]
    if all(amount is not None and _sound(amount) for amount in amounts):
        yield from _total(values)
        return
    for name, amount in zip(AMOUNTS, amounts, strict=True):
        if amount is not None and not _sound(amount):
            yield Fault(RefusalCode.INVALID, (name,))


def _sound(amount: Money) -> bool:
    return fits(amount) and amount >= ZERO


def _total(values: Values) -> Iterator[Fault]:
    computed, sent = total(values), values.get("valor_total")
    if sent is not None and sent != computed:
        yield Fault(RefusalCode.TOTAL_MISMATCH, ("valor_total",), {"sent": sent, "computed": computed})
    elif computed < ZERO or not fits(computed):
        yield Fault(RefusalCode.INVALID, ("valor_total",))


def _settlement(values: Values, today: date) -> Iterator[Fault]:
    settled_on, path = values["data_liquidacao"], ("data_liquidacao",)
    if values["liquidado"] is True and settled_on is None:
        yield Fault(RefusalCode.SETTLED_WITHOUT_DATE, path)
    if values["liquidado"] is False and settled_on is not None:
        yield Fault(RefusalCode.DATE_WITHOUT_SETTLEMENT, path)
    if settled_on is not None and settled_on > today:
        yield Fault(RefusalCode.INVALID, path)


def _party(values: Values, _today: date) -> Iterator[Fault]:
    for entidade, reference in PARTIES.items():
        if entidade == values["entidade"]:
            yield from _named(values, reference)
        elif values["entidade"] is not None:
            yield from _foreign(values, reference)


def _named(values: Values, party: Reference) -> Iterator[Fault]:
    if values[party.id] is None:
        yield Fault(RefusalCode.MISSING, (party.id,))
    if values[party.external_id] is None:
        yield Fault(RefusalCode.EXTERNAL_ID_MISSING, (party.external_id,))


def _foreign(values: Values, party: Reference) -> Iterator[Fault]:
    for name in party.fields:
        if values[name] is not None:
            yield Fault(RefusalCode.WRONG_PARTY, (name,))


def _attributes(values: Values, _today: date) -> Iterator[Fault]:
    attributes = values["atributos"] or ()
    if len(attributes) > ATTRIBUTES_LIMIT:
        yield Fault(RefusalCode.TOO_MANY, ("atributos",), {"limit": ATTRIBUTES_LIMIT})
    for index, attribute in enumerate(attributes):
        path = ("atributos", str(index))
        yield from text_faults(attribute.chave, *path, "chave", least=1, most=100)
        yield from text_faults(attribute.valor, *path, "valor", most=1000)


RULES: tuple[Rule, ...] = (
    _required,
    _texts,
    _amounts,
    _settlement,
    _party,
    _attributes,
)


def faults(values: Values, today: date) -> list[Fault]:
    """Everything wrong with the values, all at once."""
    return [fault for rule in RULES for fault in rule(values, today)]
