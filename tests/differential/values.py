"""What arguments and variables are given, by their types: what fits for the most part, and what does not.

Ids and cursors are not known before there are books: `@payment.7@` stands for one, and is filled in later.
"""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    get_nullable_type,
)
from hypothesis import strategies as st

ORDERS: Sequence[str] = (
    "",
    "[]",
    "[{field: VALOR_TOTAL, direction: DESC}]",
    "[{field: DATA_LIQUIDACAO}, {field: DESCRICAO, direction: DESC}]",
    "[{field: CADASTRADO_EM, direction: DESC}, {field: DATA_VENCIMENTO, direction: DESC}]",
)
"""Those of which there are cursors: `@payments.2.7@` is the seventh of the third."""

LISTS = ("payments", "clients", "contracts")


def _place(name: str) -> list[str]:
    return [f"@{name}.{n}@" for n in (0, 1, 3, 7, 11, 50)]


IDS = {
    "payment": [*_place("payment"), *_place("payment"), *_place("deleted")],
    "client": _place("client"),
    "contract": _place("contract"),
}
NOBODYS = ["", "x", "payment_0", "payment_01234567890123456789012345678901", "syncrun_0", "_", "é", "\0"]
BROKEN_CURSORS = ["", "x", "@payments.2.3@x", "é", "@clients.0.1@", "@payments.3.1@", "@contracts.0.1@", "\0"]

WRONG: Sequence[Any] = (7, -1, 2**31, 1.5, "x", "", True, [], [None], {}, {"nothing": 1}, [[1]])
"""What does not fit most types."""

SCALARS: dict[str, Sequence[Any]] = {
    "Int": [0, 1, 2, 3, 12],
    "String": ["E7", "nota", "é", "", "%s %(n)s \\", "'; --"],
    "ID": [*_place("payment"), *_place("client"), *NOBODYS],
    "Money": ["0", "100.00", "5000", "2500.5", "-1", "9999999999999.99"],
    "Decimal": ["0", "1.5", "100"],
    "Date": ["2022-01-01", "2024-02-29", "2025-07-01", "2026-11-20", "0001-01-01", "9999-12-31"],
    "DateTime": ["2024-02-29T12:00:00Z", "2025-01-01T00:00:00.5-03:00"],
    "Period": ["2024-02", "2026-11"],
    "Document": ["00499900100", "123", "11.222.333/0001-81"],
}
PAGE_SIZES = [*[0, 1, 2, 3, 5, 7] * 3, 10, 20, 20, 100, 999, 1000, 1001, -1]
NAMED: dict[str, Sequence[Any]] = {
    "first": PAGE_SIZES,
    "last": PAGE_SIZES,
    "search": ["nota 7", "frete", "ALUGUEL escritorio", "cliente 1", "", " ", "%", "'; --", "\0", "x" * 300],
    "externalId": ["E7", "E17", "E100", "'; --", "%s %(n)s \\", "\0", ""],
    "codigo": ["C3", "C50"],
    "clienteId": ["CLI1", "CLI777", *_place("client")],
    "fornecedorId": [f"F{n}" for n in range(0, 3000, 200)],
    "planoContasId": [f"PC{n}" for n in range(0, 60, 7)],
    "centroCustoId": [f"CC{n}" for n in range(0, 20, 3)],
    "contaBancariaId": [f"CB{n}" for n in range(8)],
    "formaPagamentoId": [f"FP{n}" for n in range(6)],
    "lojaId": [f"L{n}" for n in range(0, 10, 2)],
    "omieCodigo": ["K777", "K1777", "x"],
}


@cache
def fitting(kind: Any, name: str) -> st.SearchStrategy[Any]:
    """JSON for the type; the argument's or input's name says what is likely to be found."""
    match kind:
        case GraphQLNonNull():
            return fitting(kind.of_type, name)
        case GraphQLList():
            member = fitting(kind.of_type, name)
            return st.one_of(*[st.lists(member, max_size=3)] * 9, st.lists(member, min_size=19, max_size=22))
        case GraphQLEnumType():
            return st.sampled_from(sorted(kind.values))
        case GraphQLInputObjectType():
            return _objects(kind)
        case _ if kind.name == "Boolean":
            return st.booleans()
    return st.sampled_from(NAMED.get(name) or SCALARS[kind.name])


def _objects(kind: GraphQLInputObjectType) -> st.SearchStrategy[Any]:
    needed = [name for name, field in kind.fields.items() if isinstance(field.type, GraphQLNonNull)]
    likely = [*kind.fields, *[name for name in kind.fields if name == "deleted"] * 3]

    @st.composite
    def made(draw: st.DrawFn) -> dict[str, Any]:
        names = [*needed, *draw(st.lists(st.sampled_from(likely), max_size=3))]
        value = {name: draw(fitting(kind.fields[name].type, name)) for name in names}
        odd = draw(st.integers(0, 24))
        if odd > 22 and names:
            value[names[-1]] = None if odd == 23 else draw(st.sampled_from(WRONG))
        return value

    return made()


def literal(kind: Any, value: Any) -> str:
    """The value as it stands in a document."""
    kind = get_nullable_type(kind)
    match value:
        case list() if isinstance(kind, GraphQLList):
            return f"[{', '.join(literal(kind.of_type, one) for one in value)}]"
        case dict() if isinstance(kind, GraphQLInputObjectType):
            return _object(
                {
                    name: literal(kind.fields[name].type, one) if name in kind.fields else json.dumps(one)
                    for name, one in value.items()
                }
            )
        case str() if isinstance(kind, GraphQLEnumType):
            return value if value in kind.values else json.dumps(value)
        case dict():
            return _object({name: json.dumps(one) for name, one in value.items()})
    return json.dumps(value)


def _object(fields: dict[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}"


def named(kind: Any) -> GraphQLNamedType:
    """What a list is of."""
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    assert isinstance(kind, GraphQLNamedType)
    return kind
