"""What a client is answered with."""

import pytest

from graphql_api.accept import EVENTS, GRAPHQL_JSON, JSON, best_kind


@pytest.mark.parametrize(
    "accept",
    [
        "text/event-stream",
        "Text/Event-Stream; charset=utf-8",
        "text/event-stream, application/json",
        "text/event-stream, */*",
        "application/json;q=0.5, text/event-stream",
        "application/json;q=none, text/event-stream;q=0.1",
    ],
)
def test_a_stream_is_liked_best(accept: str) -> None:
    assert best_kind(accept) == EVENTS


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "application/json, text/event-stream",
        "text/event-stream;q=0.9, application/json",
        "text/event-stream;q=0",
        "text/event-stream;q=nonsense",
        "text/event-streams",
    ],
)
def test_json_is_liked_best(accept: str) -> None:
    assert best_kind(accept) == JSON


@pytest.mark.parametrize(
    "accept",
    [
        GRAPHQL_JSON,
        # urql's, for queries and mutations.
        "application/graphql-response+json, application/graphql+json, application/json, text/event-stream",
        "application/graphql-response+json, application/json;q=0.9",
        "text/event-stream;q=0.5, application/graphql-response+json;q=0.6",
    ],
)
def test_graphqls_own_json_is_liked_best(accept: str) -> None:
    assert best_kind(accept) == GRAPHQL_JSON
