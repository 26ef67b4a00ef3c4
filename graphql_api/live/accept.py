"""Whether the answer is to be a stream: only when that is what the client likes best."""

EVENTS = "text/event-stream"


def wants_events(accept: str) -> bool:
    """Of what is liked equally, the first. Some clients name the stream last, and mean JSON."""
    offers = [_offer(part) for part in accept.split(",")]
    best = max(weight for _, weight in offers)
    return best > 0 and next(kind for kind, weight in offers if weight == best) == EVENTS


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
