"""The root field `clients`, with the contracts of each."""

from typing import Any

from graphql import GraphQLObjectType, get_named_type
from graphql.execution.values import VariableValues

from graphql_api.compiled.arguments import Asking, Read, page_asked
from graphql_api.compiled.pages import PageShape, page_shape
from graphql_api.compiled.selection import NotPlain, Selected, Selection
from graphql_api.context import Context
from graphql_api.operations.arguments import given as written


def pages_of_clients(selection: Selection, chosen: Selected, kind: GraphQLObjectType) -> Read:
    shape, asking = (
        page_shape(selection, chosen, kind, beside=("contracts",)),
        Asking(selection.schema, chosen),
    )
    lists = [(Asking(selection.schema, one), _contracts(selection, one)) for one in shape.beside]
    shows, width = [below.show for _, below in lists], len(shape.columns)

    async def read(context: Context, variables: VariableValues) -> Any:
        arguments = asking(context, variables)
        page = page_asked(arguments)
        if (where := arguments.get("filter")) and written(where):
            raise NotPlain
        asked = [(page_asked(one(context, variables)), below.columns) for one, below in lists]
        if any(one.after is not None or one.before is not None for one, _ in asked):
            raise NotPlain
        found, theirs = await context.reads.clients(page, shape.columns, asked)
        beside = [*zip(shows, theirs, strict=True)]
        rows = [(*row[:width], *(show(of[row[-1]]) for show, of in beside)) for row in found.items]
        return shape.show(found._replace(items=rows))

    return read


def _contracts(selection: Selection, chosen: Selected) -> PageShape:
    kind = get_named_type(chosen.field.type)
    assert isinstance(kind, GraphQLObjectType)  # noqa: S101
    return page_shape(selection, chosen, kind)
