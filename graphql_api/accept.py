"""Which of our media types a client likes best."""

from functools import lru_cache

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
EVENTS = "text/event-stream"
MEANT_BY = {JSON: JSON, "application/*": JSON, "*/*": JSON, GRAPHQL_JSON: GRAPHQL_JSON, EVENTS: EVENTS}


@lru_cache(128)
def best_kind(accept: str) -> str:
    """Of what is liked equally the first: some clients name the stream last, and mean JSON. JSON is also for
    those who like none of ours."""
    best, most = JSON, 0.0
    for part in accept.split(","):
        kind, weight = _offer(part)
        if kind in MEANT_BY and weight > most:
            best, most = MEANT_BY[kind], weight
    return best


def _offer(part: str) -> tuple[str, float]:
    kind, *parameters = (word.strip().lower() for word in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q":
            return kind, _weight(value)
    return kind, 1.0


def _weight(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0
