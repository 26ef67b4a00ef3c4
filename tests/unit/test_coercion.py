"""Long lists of inputs are read as graphql-core reads them, or left to it."""

from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    coerce_input_value,
)
from hypothesis import given
from hypothesis import strategies as st

from graphql_api.coercion import FAILURES, list_reader
from graphql_api.schema import build_schema

SCHEMA = build_schema().core
INPUTS = [kind for kind in SCHEMA.type_map.values() if isinstance(kind, GraphQLInputObjectType)]
LISTS = {kind.name: GraphQLNonNull(GraphQLList(GraphQLNonNull(kind))) for kind in INPUTS}

SOUND = {"descricao": "Aluguel", "valor": "10.50", "dataVencimento": "2026-11-01", "entidade": "FORNECEDOR"}
ATTRIBUTE = {"chave": "nota", "valor": "7"}
ATTRIBUTES: tuple[Any, ...] = (
    ATTRIBUTE,
    [ATTRIBUTE],
    [ATTRIBUTE, {"chave": None, "valor": "7"}],
    {"chave": "nota"},
)
VALUES: tuple[Any, ...] = (
    None,
    "",
    "10.5",
    "2026-11-01",
    "2026-02-30",
    "CLIENTE",
    "1e3",
    1,
    1.5,
    True,
    [],
    [None],
    {},
)
ODD = st.sampled_from([*VALUES, *ATTRIBUTES])
NAMES = st.sampled_from([*SCHEMA.type_map["PaymentInput"].fields, "unknown"])  # type: ignore[attr-defined]


def read(name: str, sent: Any) -> Any:
    reader = list_reader(LISTS[name])
    assert reader is not None
    return reader(sent)


def test_what_is_plainly_right_is_read() -> None:
    sent = [{**SOUND, "codigo": None, "liquidado": False, "atributos": [ATTRIBUTE]}, SOUND]
    assert read("PaymentInput", sent) == coerce_input_value(sent, LISTS["PaymentInput"])


@given(st.lists(st.dictionaries(NAMES, ODD, max_size=3).map(lambda odd: SOUND | odd) | ODD, max_size=3))
def test_nothing_is_read_otherwise_than_by_graphql_core(sent: list[Any]) -> None:
    try:
        found = read("PaymentInput", sent)
    except FAILURES:
        return
    assert found == coerce_input_value(sent, LISTS["PaymentInput"])


@pytest.mark.parametrize("name", LISTS)
def test_no_type_is_read_otherwise(name: str) -> None:
    sents: list[list[Any]] = [[], [{}]]
    for sent in sents:
        try:
            found = read(name, sent)
        except FAILURES:
            continue
        assert found == coerce_input_value(sent, LISTS[name])


@pytest.mark.parametrize("missing", SOUND)
def test_what_is_required_has_to_be_there(missing: str) -> None:
    sent = [{name: value for name, value in SOUND.items() if name != missing}]
    assert coerce_input_value(sent, LISTS["PaymentInput"]) is Undefined
    with pytest.raises(FAILURES):
        read("PaymentInput", sent)


def test_other_types_have_no_reader() -> None:
    assert list_reader(SCHEMA.type_map["PaymentInput"]) is None
    assert list_reader(GraphQLList(SCHEMA.type_map["Money"])) is None
