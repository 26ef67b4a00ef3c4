"""What is asked of the demo's books: pages in two dialects, days to narrow them, single records."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from adapters.omie.demo.ledger import Ledger
from adapters.omie.demo.police import Refusal
from adapters.omie.demo.records import DemoClient, DemoTitle
from adapters.omie.demo.shapes import Json
from ports.calendar import local_day
from ports.erp import Side

T = TypeVar("T")
Param: TypeAlias = Mapping[str, object]

LARGEST_PAGE = 100
_PAGE_WHEN_UNSAID = 50
_SHOWN_WHEN_UNSAID = timedelta(days=30)
_DAY = re.compile("([0-9]{2})/([0-9]{2})/([0-9]{4})")

SNAKE_TAGS = frozenset({"pagina", "registros_por_pagina"})
HUNGARIAN_TAGS = frozenset({"nPagina", "nRegPorPagina", "cOrdenarPor"})
NO_ACCOUNT = Refusal(500, "SOAP-ENV:Client-101", "ERROR: Nenhuma conta corrente foi encontrada!")


class OmieFault(Exception):
    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.text)


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    array: str
    shape: Callable[[T], Json]
    choose: Callable[[], Sequence[T]]
    nothing: Refusal | None = None
    """What an empty page is answered with, when it is not the usual."""


class _Page(NamedTuple):
    number: int
    shown: list[Json]
    pages: int
    total: int


def snake_page(ledger: Ledger, param: Param, question: Question[T]) -> Json:
    page = _page(ledger, param, question, "pagina", "registros_por_pagina")
    return {
        "pagina": page.number,
        "total_de_paginas": page.pages,
        "registros": len(page.shown),
        "total_de_registros": page.total,
        question.array: page.shown,
    }


def hungarian_page(ledger: Ledger, param: Param, question: Question[T]) -> Json:
    page = _page(ledger, param, question, "nPagina", "nRegPorPagina")
    return {
        "nPagina": page.number,
        "nTotPaginas": page.pages,
        "nRegistros": len(page.shown),
        "nTotRegistros": page.total,
        question.array: page.shown,
    }


def _page(ledger: Ledger, param: Param, question: Question[T], page_tag: str, size_tag: str) -> _Page:
    number = max(_whole(param, page_tag, 1), 1)
    size = min(_whole(param, size_tag, _PAGE_WHEN_UNSAID), LARGEST_PAGE)
    narrowed = {tag: value for tag, value in param.items() if tag not in (page_tag, size_tag)}
    key = f"{question.array} {json.dumps(narrowed, sort_keys=True)}"
    listed: list[T] = ledger.remembered(key, lambda: sorted(question.choose(), key=attrgetter("code")))
    shown = [question.shape(record) for record in listed[(number - 1) * size : number * size]]
    if not shown:
        text = f"ERROR: Não existem registros para a página [{number}]!"
        raise OmieFault(question.nothing or Refusal(500, "SOAP-ENV:Client-5113", text))
    return _Page(number, shown, -(-len(listed) // size), len(listed))


def stamped_since(record: DemoClient | DemoTitle, param: Param) -> bool:
    """What was only ever made counts as made, not as altered."""
    since = _day(param, "filtrar_por_data_de")
    if since is None:
        return True
    made = local_day(record.created_at) >= since
    altered = record.altered_at is not None and local_day(record.altered_at) >= since
    if param.get("filtrar_apenas_inclusao") == "S":
        return made
    return altered if param.get("filtrar_apenas_alteracao") == "S" else made or altered


def chosen(ledger: Ledger, param: Param) -> list[DemoTitle]:
    """Titles of either side. Without any day only those of the last thirty days are shown."""
    sides = [side for side in Side if param.get("cNatureza", side.value) == side.value]
    if "nCodTitulo" in param:
        code = _whole(param, "nCodTitulo", 0)
        titles = [ledger.of_side(side)[code] for side in sides if code in ledger.of_side(side)]
    else:
        titles = [title for side in sides for title in ledger.of_side(side).values()]
    made_from, made_to = _day(param, "dDtIncDe"), _day(param, "dDtIncAte")
    altered_from, altered_to = _day(param, "dDtAltDe"), _day(param, "dDtAltAte")
    if made_from == made_to == altered_from == altered_to is None:
        made_from = local_day(ledger.now()) - _SHOWN_WHEN_UNSAID
    if made_from or made_to:
        first, last = made_from or date.min, made_to or date.max
        titles = [title for title in titles if first <= local_day(title.created_at) <= last]
    if altered_from or altered_to:
        first, last = altered_from or date.min, altered_to or date.max
        titles = [one for one in titles if one.altered_at and first <= local_day(one.altered_at) <= last]
    return titles


def consulted(records: Mapping[int, T], param: Param, tag: str, what: str) -> T:
    code = _whole(param, tag, 0)
    if code not in records:
        text = f"ERROR: {what} não cadastrado para o Código [{code}] !"
        raise OmieFault(Refusal(500, "SOAP-ENV:Client-105", text))
    return records[code]


def _whole(param: Param, tag: str, unsaid: int) -> int:
    try:
        return int(str(param.get(tag, unsaid)))
    except ValueError:
        raise _wrong_type(tag) from None


def _day(param: Param, tag: str) -> date | None:
    if tag not in param:
        return None
    parts = _DAY.fullmatch(str(param[tag]))
    if parts is None:
        raise _wrong_type(tag)
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        raise _wrong_type(tag) from None


def _wrong_type(tag: str) -> OmieFault:
    text = f"ERROR: O valor informado na tag [{tag.upper()}] não é válido!"
    return OmieFault(Refusal(500, "SOAP-ENV:Client-3102", text))
