"""When a client is answered with a stream."""

import pytest

from graphql_api.live.accept import wants_events


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
    assert wants_events(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        # urql's, for queries and mutations.
        "application/graphql-response+json, application/graphql+json, application/json, text/event-stream",
        "application/json, text/event-stream",
        "text/event-stream;q=0.9, application/json",
        "text/event-stream;q=0",
        "text/event-stream;q=nonsense",
        "text/event-streams",
    ],
)
def test_json_is_liked_best(accept: str) -> None:
    assert not wants_events(accept)
