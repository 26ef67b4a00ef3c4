"""The bounds of what is written in a document, held by the parser itself."""

from typing import Any

from graphql import DocumentNode, GraphQLSyntaxError, parse

from graphql_api.limits.budgets import ALLOWED, Limit, check, too_complex

BOUNDS: Any = {"max_lexical_tokens": ALLOWED[Limit.TOKENS], "max_comments": ALLOWED[Limit.TOKENS]}
"""Options of `parse`."""


def check_length(query: str) -> None:
    check(Limit.LENGTH, len(query))


def parsed(query: str) -> DocumentNode:
    """GraphQLError when it is no document; QUERY_TOO_COMPLEX when it goes on beyond its bounds."""
    try:
        return parse(query, **BOUNDS)
    except GraphQLSyntaxError as error:
        if not error.message.endswith("Parsing aborted."):
            raise
        allowed = ALLOWED[Limit.TOKENS]
        raise too_complex(Limit.TOKENS, allowed + 1, allowed) from None
