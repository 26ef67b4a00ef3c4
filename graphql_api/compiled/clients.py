"""The root field `clients`, with the contracts of each."""

from dataclasses import replace
from typing import Any

from graphql import GraphQLObjectType, get_named_type

from graphql_api.compiled.arguments import Given, Read, page_asked
from graphql_api.compiled.pages import PageShape, page_shape
from graphql_api.compiled.selection import NotPlain, Selected, Selection
from graphql_api.context import Context
from graphql_api.operations.arguments import given as written


def pages_of_clients(selection: Selection, chosen: Selected, kind: GraphQLObjectType) -> Read:
    shape = page_shape(selection, chosen, kind, beside=("contracts",))
    lists = [(one, _contracts(selection, one)) for one in shape.beside]

    async def read(context: Context, given: Given) -> Any:
        arguments = given(chosen)
        page = page_asked(arguments)
        if (where := arguments.get("filter")) and written(where):
            raise NotPlain
        pages = [page_asked(given(one)) for one, _ in lists]
        if any(one.after is not None or one.before is not None for one in pages):
            raise NotPlain
        found = await context.reads.clients(page, shape.columns)
        keys = [key for key, _ in found.items]
        theirs = [
            await context.reads.contracts(keys, one, below.columns)
            for one, (_, below) in zip(pages, lists, strict=True)
        ]
        rows = [
            (*row, *(below.show(of[key]) for of, (_, below) in zip(theirs, lists, strict=True)))
            for key, row in found.items
        ]
        return shape.show(replace(found, items=rows))

    return read


def _contracts(selection: Selection, chosen: Selected) -> PageShape:
    kind = get_named_type(chosen.field.type)
    assert isinstance(kind, GraphQLObjectType)  # noqa: S101
    return page_shape(selection, chosen, kind)
