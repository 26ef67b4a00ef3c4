"""Scalars, strict in both directions: no floats, no exponents, no naive times, no foreign digits."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Specification:
    """What the page that `@specifiedBy` leads to says of a scalar."""

    description: str
    more: str
    sent: str
    accepted: Sequence[str]
    refused: Sequence[Any]


SPECIFIED: Mapping[str, Specification] = {
    "Money": Specification(
        description='Exact amount in BRL, two decimals, sent as a string: "1600.99". '
        "Floats and a third decimal are refused.",
        more="Up to 13 digits before the point, at most two after it; a sign only for less than nothing.",
        sent="1600.99",
        accepted=["1600.99", "1600.9", "1600", "-0.01"],
        refused=["1600.999", "1,600.99", "1e3", "NaN", " 1", "+1", 1600.99, 1600],
    ),
    "Decimal": Specification(
        description='Exact decimal number sent as a string: "5.00".',
        more="Up to 15 digits before the point and 10 after it, which are kept as they are sent.",
        sent="5.00",
        accepted=["5.00", "5", "-0.0000000001"],
        refused=["5,00", "5e0", ".5", "Infinity", 5.0],
    ),
    "Period": Specification(
        description='Calendar month, "2026-11".',
        more="A month of America/Sao_Paulo, from its first day to its last.",
        sent="2026-11",
        accepted=["2026-11", "1999-01"],
        refused=["2026-13", "2026-1", "11/2026", "2026-11-01", 202611],
    ),
    "Document": Specification(
        description="CPF or CNPJ, numeric or alphanumeric. Accepted with or without punctuation; sent bare, "
        "upper case.",
        more="Whether its check digits are right is said by a Refusal, beside all else that is wrong.",
        sent="11222333000181",
        accepted=["11.222.333/0001-81", "11222333000181", "529.982.247-25", "12.ABC.345/01DE-35"],
        refused=[11222333000181, ""],
    ),
    "Date": Specification(
        description="A day of America/Sao_Paulo, ISO 8601.",
        more="Four digits of the year, two of the month, two of the day, which has to exist.",
        sent="2026-11-22",
        accepted=["2026-11-22", "2028-02-29"],
        refused=["2026-02-29", "2026-2-3", "22/11/2026", "20261122", "2026-11-22T00:00:00Z", 20261122],
    ),
    "DateTime": Specification(
        description="A moment with its offset, ISO 8601; sent in UTC.",
        more="Up to six digits of a second. A moment without an offset is refused.",
        sent="2026-11-22T12:00:00Z",
        accepted=["2026-11-22T12:00:00Z", "2026-11-22T09:00:00.5-03:00", "2026-11-22T12:00Z"],
        refused=["2026-11-22T12:00:00", "2026-11-22", "2026-11-22 12:00:00Z", 1795348800],
    ),
}


def _scalar(name: str, parse: Callable[[str], Any], show: Callable[[Any], str]) -> ScalarDefinition:
    told = SPECIFIED[name]
    return strawberry.scalar(
        name=name,
        description=told.description,
        specified_by_url=f"/scalars/{name}",
        serialize=show,
        parse_value=_strict(name, f'"{told.accepted[0]}"', parse),
    )


SCALARS: Mapping[object, ScalarDefinition] = {
    Money: _scalar("Money", _money, "{:.2f}".format),
    Decimal: _scalar("Decimal", _decimal, "{:f}".format),
    Period: _scalar("Period", Period.parse, str),
    Document: _scalar("Document", bare, str),
    date: _scalar("Date", _date, date.isoformat),
    datetime: _scalar(
        "DateTime", _moment, lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    ),
}
