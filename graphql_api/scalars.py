"""Scalars, strict in both directions: no floats, no exponents, no naive times, no foreign digits."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal as ExactDecimal
from typing import Any, NewType, TypeVar

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from ports.calendar import Period
from ports.documents import bare
from ports.money import CENT, ZERO

Money = NewType("Money", ExactDecimal)
Decimal = NewType("Decimal", ExactDecimal)
Document = NewType("Document", str)

_MONEY = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,2})?")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    _DATE.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})"
)

V = TypeVar("V")


def _strict(name: str, example: str, parse: Callable[[str], V | None]) -> Callable[[Any], V]:
    """From the wire: text in the one right form, or a coercion error that shows the form."""

    def coerce(value: Any) -> V:
        if isinstance(value, str) and len(value) <= 64:
            try:
                parsed = parse(value)
            except ValueError:
                parsed = None
            if parsed is not None:
                return parsed
        raise GraphQLError(f"{name} must be a string such as {example}.")

    return coerce


def _money(text: str) -> ExactDecimal | None:
    # Adding zero makes minus zero plain zero.
    return ExactDecimal(text).quantize(CENT) + ZERO if _MONEY.fullmatch(text) else None


def _decimal(text: str) -> ExactDecimal | None:
    return ExactDecimal(text) if _DECIMAL.fullmatch(text) else None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if _DATE.fullmatch(text) else None


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if _MOMENT.fullmatch(text) else None


def _scalar(
    name: str, example: str, description: str, parse: Callable[[str], Any], show: Callable[[Any], str]
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name, description=description, serialize=show, parse_value=_strict(name, example, parse)
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    Money: _scalar(
        "Money",
        '"1600.99"',
        'Exact amount in BRL, two decimals, sent as a string: "1600.99". '
        "Floats and a third decimal are refused.",
        _money,
        "{:.2f}".format,
    ),
    Decimal: _scalar(
        "Decimal", '"5.00"', 'Exact decimal number sent as a string: "5.00".', _decimal, "{:f}".format
    ),
    Period: _scalar("Period", '"2026-11"', 'Calendar month, "2026-11".', Period.parse, str),
    Document: _scalar(
        "Document",
        '"11.222.333/0001-81"',
        "CPF or CNPJ, numeric or alphanumeric. Accepted with or without punctuation; sent bare, upper case.",
        bare,
        str,
    ),
    date: _scalar("Date", '"2026-11-22"', "A day of America/Sao_Paulo, ISO 8601.", _date, date.isoformat),
    datetime: _scalar(
        "DateTime",
        '"2026-11-22T12:00:00Z"',
        "A moment with its offset, ISO 8601; sent in UTC.",
        _moment,
        lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    ),
}
