"""Each scalar says by what it is specified, and the page there is right."""

import html
import json

import pytest
from graphql import GraphQLError, GraphQLScalarType, is_specified_scalar_type

from graphql_api.scalars import SPECIFIED
from graphql_api.schema import build_schema
from tests.running import Api

OWN = [
    kind
    for kind in build_schema().core.type_map.values()
    if isinstance(kind, GraphQLScalarType) and not is_specified_scalar_type(kind)
]


def test_all_of_them_are_specified() -> None:
    assert {kind.name for kind in OWN} == set(SPECIFIED)


@pytest.mark.parametrize("kind", OWN, ids=str)
async def test_the_page_shows_what_is_accepted_and_refused(shared_api: Api, kind: GraphQLScalarType) -> None:
    assert kind.specified_by_url is not None
    page = await shared_api.client.get(kind.specified_by_url)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    text = html.unescape(page.text)
    told = SPECIFIED[kind.name]
    assert told.description in text
    for value in told.accepted:
        assert json.dumps(value) in text
        kind.coerce_input_value(value)
    for value in told.refused:
        assert json.dumps(value) in text
        with pytest.raises(GraphQLError):
            kind.coerce_input_value(value)
    assert kind.coerce_output_value(kind.coerce_input_value(told.accepted[0])) == told.sent


async def test_there_is_no_page_of_another_scalar(shared_api: Api) -> None:
    assert (await shared_api.client.get("/scalars/Nope")).status_code == 404
