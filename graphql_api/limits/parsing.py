"""The bounds of what is written in a document, held by the parser itself."""

from typing import Any

from graphql import GraphQLError, GraphQLSyntaxError

from graphql_api.limits.budgets import ALLOWED, Limit, check, too_complex

BOUNDS: Any = {"max_lexical_tokens": ALLOWED[Limit.TOKENS], "max_comments": ALLOWED[Limit.TOKENS]}
"""Options of `parse`."""


def check_length(query: str) -> None:
    check(Limit.LENGTH, len(query))


def in_our_words(error: GraphQLError) -> GraphQLError:
    """What the parser says of a document that goes on beyond its bounds, as QUERY_TOO_COMPLEX."""
    if isinstance(error, GraphQLSyntaxError) and error.message.endswith("Parsing aborted."):
        allowed = ALLOWED[Limit.TOKENS]
        return too_complex(Limit.TOKENS, allowed + 1, allowed)
    return error
