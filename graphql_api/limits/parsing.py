"""The bounds of what is written in a document, held before it is parsed."""

import re

from graphql import DocumentNode, Token, parse

from graphql_api.limits.budgets import Limit, check

# What has no end goes to the end of the text: so nothing is looked at twice.
LEXEME = re.compile(
    r"""
    (\#[^\n\r]*+)
    | \"""(?:[^"\\]|\\(?:\""")?|"(?!""))*+(?:\""")?
    | "(?:[^"\\\n\r]|\\.)*+"?
    | \.\.\. | [!$&():=@\[\]{|}]
    | [A-Za-z_]\w*+
    | -?\d++(?:\.\d++)?(?:[Ee][+-]?\d++)?
    """,
    re.VERBOSE | re.ASCII,
)
"""A comment, which is a group, or a token."""


def check_length(query: str) -> None:
    check(Limit.LENGTH, len(query))


def weight(query: str) -> int:
    """What keeping the parsed document takes, in some hundred bytes."""
    return len(LEXEME.findall(query)) + len(query) // 20


def check_tokens(query: str) -> None:
    """Comments may be as many, for they too take their time."""
    comments = LEXEME.findall(query)
    tokens = comments.count("")
    check(Limit.TOKENS, max(tokens, len(comments) - tokens))


def parsed(query: str) -> DocumentNode:
    """GraphQLSyntaxError when it is no document; QUERY_TOO_COMPLEX when it goes on beyond its bounds."""
    check_tokens(query)
    document = parse(query)
    _unlink(document)
    return document


def _unlink(document: DocumentNode) -> None:
    """No token knows the one before it any more: what goes round in no circle is freed when it is let go,
    not gathered until the collector has so much to free at once that everybody waits for it."""
    token: Token | None = document.loc.start_token if document.loc else None
    while token:
        token.prev, token = None, token.next
