"""The root fields that are compiled: `payment` and `payments`. What they ask for and who may see it is said
by the functions that their resolvers call."""

from typing import Any

from graphql import GraphQLObjectType
from graphql.execution.values import VariableValues

from graphql_api.compiled.arguments import Asking, Read, page_asked
from graphql_api.compiled.pages import page_shape
from graphql_api.compiled.selection import NotPlain, Selected, Selection
from graphql_api.compiled.shapes import row_shape
from graphql_api.context import Context
from graphql_api.operations.payment_queries import ordered, visible
from graphql_api.roles import DIRECTORS, may
from graphql_api.types.node import key_of
from ports.calendar import local_day


def one_payment(selection: Selection, chosen: Selected, kind: GraphQLObjectType) -> Read:
    row, asking = row_shape(selection, chosen, kind), Asking(selection.schema, chosen)

    async def read(context: Context, variables: VariableValues) -> Any:
        if (key := key_of(asking(context, variables)["id"], "payment")) is None:
            return None
        today = local_day(context.clock.now())
        deleted = may(context, DIRECTORS)
        found = await context.reads.payment(key, row.columns, today, deleted=deleted)
        return None if found is None else next(iter(row.make([found])))

    return read


def pages_of_payments(selection: Selection, chosen: Selected, kind: GraphQLObjectType) -> Read:
    shape, asking = page_shape(selection, chosen, kind), Asking(selection.schema, chosen)

    async def read(context: Context, variables: VariableValues) -> Any:
        arguments = asking(context, variables)
        page = page_asked(arguments)
        where, order = visible(context, arguments.get("filter")), ordered(arguments.get("order_by"))
        today = local_day(context.clock.now())
        found = await context.reads.payments(where, order, page, today, shape.columns)
        if found is None:
            raise NotPlain
        return shape.show(found)

    return read
