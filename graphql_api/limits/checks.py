from collections.abc import Mapping
from typing import Any, NamedTuple

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode

from graphql_api.limits.budgets import Limit, check
from graphql_api.limits.measure import Measure
from graphql_api.limits.values import check_variables


class Cost(NamedTuple):
    requested: int
    allowed: int


def check_operation(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    budget: int,
) -> Cost:
    """What the operation costs; QUERY_TOO_COMPLEX when it is over the budget, or over any other limit."""
    check(Limit.FRAGMENTS, sum(isinstance(node, FragmentDefinitionNode) for node in document.definitions))
    check_variables(variables)
    figures = Measure(schema, document, variables).of(operation)
    check(Limit.DEPTH, figures.depth)
    check(Limit.ALIASES, figures.aliases)
    check(Limit.DIRECTIVES, figures.directives)
    check(Limit.REPEATS, figures.repeats)
    check(Limit.ROOT_FIELDS, figures.fields)
    check(Limit.COST, figures.cost, budget)
    return Cost(figures.cost, budget)
