"""How the words of the ports lie in columns; nothing else translates between records and rows."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Date, DateTime, Dialect, Integer, Numeric
from sqlalchemy import Enum as EnumType
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeDecorator

from ports.calendar import Period
from ports.payments import Atributo


class Timestamp(TypeDecorator[Any]):
    """A moment, with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True


class Amount(TypeDecorator[Decimal]):
    """BRL, exact."""

    impl = Numeric(15, 2)
    cache_ok = True


class Month(TypeDecorator[Period]):
    """A period, as its first day."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: Period | None, dialect: Dialect) -> date | None:
        return None if value is None else value.first_day

    def process_result_value(self, value: date | None, dialect: Dialect) -> Period | None:
        return None if value is None else Period.of(value)


class Attributes(TypeDecorator[tuple[Atributo, ...]]):
    """Custom attributes, in their order."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: tuple[Atributo, ...] | None, dialect: Dialect) -> Any:
        return [{"chave": item.chave, "valor": item.valor} for item in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Atributo, ...]:
        return tuple(Atributo(**item) for item in value)


class Numbers(TypeDecorator[tuple[int, ...]]):
    """Whole numbers, in their order."""

    impl = ARRAY(Integer)
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, dialect: Dialect) -> list[int] | None:
        return None if value is None else list(value)

    def process_result_value(self, value: list[int] | None, dialect: Dialect) -> tuple[int, ...] | None:
        return None if value is None else tuple(value)


def word(enum: type[Enum], *, by_value: bool = False, closed: bool = True) -> Any:
    """An enum as text, by its names unless `by_value`; the database checks it where the list is `closed`."""
    return EnumType(
        enum,
        native_enum=False,
        length=1 if by_value else 40,
        create_constraint=closed,
        name=enum.__name__.lower(),
        values_callable=lambda members: [m.value if by_value else m.name for m in members],
    )
