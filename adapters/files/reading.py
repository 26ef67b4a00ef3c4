"""From the fields of a row, as a file has them, to values in the types of the records."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

import msgspec

from adapters.files.form import ATTRIBUTES, DAYS, FREE_TEXTS, MOMENTS, SUMS
from ports.calendar import SAO_PAULO, Period
from ports.contracts import Cadence
from ports.documents import bare
from ports.errors import Fault, RefusalCode
from ports.ids import parse_public_id
from ports.imports import ImportKind
from ports.payments import Atributo, Entidade

Reader: TypeAlias = Callable[[Any], Any]
"""None when there is nothing; ValueError when it cannot be read."""

_NUMBER = re.compile("-?[0-9]{1,40}([.][0-9]{1,40})?")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}")
_YES_OR_NO = {"1": True, "0": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Form:
    """How the rows of one kind are read."""

    readers: Mapping[str, Reader]
    ignored: frozenset[str] = frozenset({"id", "_recusa"})
    """Ids are ours, and reasons of an earlier refusal say nothing new."""
    guarded: frozenset[str] = frozenset()
    """Texts that stand in tables with a guard against formulas."""


def read(raw: Mapping[str, Any], form: Form) -> tuple[dict[str, Any], list[Fault]]:
    """The values, and what of the row is unknown or unreadable."""
    values: dict[str, Any] = {}
    unread: list[Fault] = []
    readers = form.readers
    for name, stated in raw.items():
        if stated == "" or stated is None:
            continue
        reader = readers.get(name)
        try:
            if reader is not None:
                values[name] = reader(stated)
            elif name not in form.ignored and not _is_blank(stated):
                unread.append(Fault(RefusalCode.INVALID, (name,)))
        except _Wrong as wrong:
            unread.append(Fault(RefusalCode.INVALID, (name, *wrong.path)))
        except (ValueError, ArithmeticError, RecursionError):
            unread.append(Fault(RefusalCode.INVALID, (name,)))
    return values, unread


class _Wrong(ValueError):
    """Something inside the field."""

    def __init__(self, *path: str) -> None:
        self.path = path
        super().__init__(".".join(path))


def _is_blank(stated: object) -> bool:
    return not stated.strip() if isinstance(stated, str) else stated in ([], {})


def _text(stated: Any) -> str:
    """Texts as they are; a number in its own figures."""
    if isinstance(stated, str):
        return stated
    if isinstance(stated, int | Decimal) and not isinstance(stated, bool):
        return str(stated)
    raise ValueError(stated)


def _if_any(reader: Callable[[str], Any]) -> Reader:
    """Blank is nothing."""

    def read_text(stated: Any) -> Any:
        text = stated if isinstance(stated, str) else _text(stated)
        return reader(text) if text.strip() else None

    return read_text


def _amount(stated: Any) -> Decimal | None:
    if isinstance(stated, str):
        if _NUMBER.fullmatch(stated):
            return Decimal(stated)
        if not stated.strip():
            return None
    elif isinstance(stated, Decimal):
        return stated
    elif isinstance(stated, int) and not isinstance(stated, bool):
        return Decimal(stated)
    raise ValueError(stated)


@lru_cache(4096)
def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _moment(text: str) -> datetime:
    """A time that the clocks of Sao Paulo have shown: not one that they were put past."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(text)
    shown = datetime.fromisoformat(text)
    moment = shown.replace(tzinfo=SAO_PAULO).astimezone(UTC)
    if moment.astimezone(SAO_PAULO).replace(tzinfo=None) != shown:
        raise ValueError(text)
    return moment


def _whether(stated: Any) -> bool | None:
    if isinstance(stated, bool):
        return stated
    text = _text(stated).strip().lower()
    if text and text not in _YES_OR_NO:
        raise ValueError(stated)
    return _YES_OR_NO[text] if text else None


def _attributes(stated: Any) -> tuple[Atributo, ...]:
    """A list, or, in a table, its JSON."""
    if isinstance(stated, str):
        stated = msgspec.json.decode(stated) if stated.strip() else []
    if not isinstance(stated, list):
        raise _Wrong
    return tuple(_attribute(str(index), item) for index, item in enumerate(stated))


def _attribute(index: str, item: Any) -> Atributo:
    if not isinstance(item, dict):
        raise _Wrong(index)
    for name, stated in item.items():
        if name not in ("chave", "valor") and not (stated is None or _is_blank(stated)):
            raise _Wrong(index, name)
    try:
        return Atributo(*(_text("" if item.get(name) is None else item[name]) for name in ("chave", "valor")))
    except ValueError:
        raise _Wrong(index) from None


def _document(text: str) -> str:
    if (document := bare(text)) is None:
        raise ValueError(text)
    return document


def _client_id(text: str) -> Any:
    kind, key = parse_public_id(text) or ("", None)
    if kind != "client":
        raise ValueError(text)
    return key


def _cadence(text: str) -> Cadence:
    if text.upper() not in Cadence.__members__:
        raise ValueError(text)
    return Cadence[text.upper()]


def _whole(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ValueError(text)
    return int(text)


FORMS: Mapping[ImportKind, Form] = {
    ImportKind.PAYMENTS: Form(
        {
            **dict.fromkeys(FREE_TEXTS, _text),
            **dict.fromkeys(SUMS, _amount),
            **dict.fromkeys(DAYS, _if_any(_day)),
            **dict.fromkeys(MOMENTS, _if_any(_moment)),
            "entidade": _if_any(Entidade),
            "liquidado": _whether,
            ATTRIBUTES: _attributes,
        },
        guarded=FREE_TEXTS,
    ),
    ImportKind.CLIENTS: Form(
        {
            **dict.fromkeys(("name", "contact_email"), _text),
            "document": _if_any(_document),
            "omie_codigo": _if_any(str),
            "active": _whether,
        }
    ),
    ImportKind.CONTRACTS: Form(
        {
            **dict.fromkeys(("external_id", "title"), _text),
            "client_document": _if_any(_document),
            "client_omie_codigo": _if_any(str),
            "client_id": _if_any(_client_id),
            "mrr": _amount,
            "mrr_from": _if_any(Period.parse),
            "starts_on": _if_any(_day),
            "ends_on": _if_any(_day),
            "cadence": _if_any(_cadence),
            "pro_rata": _whether,
            "billing_day": _if_any(_whole),
        }
    ),
}
