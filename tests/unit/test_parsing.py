"""A document's size is known before it is parsed, and nothing of it stays once it is let go."""

import gc

import pytest
from graphql import (
    GraphQLSyntaxError,
    Lexer,
    Source,
    TokenKind,
    get_introspection_query,
)

from graphql_api.errors import CodedError
from graphql_api.limits.parsing import check_tokens, parsed

ODD = r'''query A($a:[Int!]!=[-1-2,0.5e+3]){a:b(c:"""x " \""" "" \y""" d:"\"q" e:"\u1234",f:"")@g ...on H{i}
...J}#k " {
#
fragment J on L&{m}'''


def tokens(text: str) -> int:
    """As graphql-core's lexer has them."""
    lexer = Lexer(Source(text))
    count = 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    return count


@pytest.mark.parametrize("text", [get_introspection_query(), ODD, "# only a comment", "{a}\r\n#b\r#c"])
def test_tokens_are_counted_as_the_lexer_finds_them(text: str) -> None:
    padding = 2_000 - tokens(text)
    check_tokens(text + "\n" + "a " * padding)
    with pytest.raises(CodedError) as refused:
        check_tokens(text + "\n" + "a " * (padding + 1))
    assert refused.value.params["figure"] == 2_001


@pytest.mark.parametrize("text", ["#\n" * 2_001, '"\n' * 2_001, "1-" * 2_001, "{" * 32_000, '"" ' * 2_001])
def test_what_is_long_is_refused_whatever_it_is(text: str) -> None:
    with pytest.raises(CodedError) as refused:
        parsed(text)
    assert refused.value.params["limit"] == "tokens"


@pytest.mark.parametrize("text", ['"""' + '\\"""' * 7_000, '"' + "\\" * 30_000, '"""' + ' "' * 14_000])
def test_what_has_no_end_is_for_the_parser(text: str) -> None:
    with pytest.raises(GraphQLSyntaxError):
        parsed(text)


def test_a_document_is_freed_without_the_collector() -> None:
    """Its tokens would hold each other."""
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(50):
            parsed("{ payments(first: 1) { nodes { id } } }")
        assert len(gc.get_objects()) < before + 50
    finally:
        gc.enable()
