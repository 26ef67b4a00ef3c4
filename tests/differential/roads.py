"""Both roads to an answer: compiled, and by graphql-core alone."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

import pytest
from starlette.types import ASGIApp, Message

from adapters.tokens import SharedSecretTokens
from bootstrap import Assembly
from graphql_api import documents
from graphql_api.compiled.plans import Plans
from ports.clock import Clock
from ports.identity import Role
from tests.differential.askings import Asked
from tests.differential.books import Places, places_in, places_query
from tests.differential.documents import Written
from tests.running import SECRET


class Told(NamedTuple):
    """An answer as it goes out."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def same_as(self, other: "Told", *, by_core: bool) -> bool:
        """Errors come in any order, and each incident has its own number. Where graphql-core answered twice
        it is enough that there are some: of those that make the same thing null it tells the first it meets.
        """
        if self == other:
            return True
        (ours, our_errors), (theirs, their_errors) = self._parts(), other._parts()
        same_errors = our_errors == their_errors or (by_core and min(len(our_errors), len(their_errors)) > 0)
        return (self.status, ours) == (other.status, theirs) and same_errors

    def _parts(self) -> tuple[Any, list[str]]:
        told = json.loads(self.body)
        errors = told.pop("errors", [])
        return told, sorted("incident" if "incidentId" in one["extensions"] else str(one) for one in errors)


class Road:
    """Which one is open, and how often the compiled one was taken."""

    def __init__(self) -> None:
        self.open = True
        self.taken = 0


@contextmanager
def compiled_road() -> Iterator[Road]:
    """Documents are read without a rest besides: nobody else waits."""
    road, ours = Road(), Plans.data

    async def data(self: Plans, *asked: Any) -> dict[str, Any] | None:
        found = await ours(self, *asked) if road.open else None
        road.taken += found is not None
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Plans, "data", data)
        patch.setattr(documents, "REST", 0)
        patch.setattr(documents, "LONG_REST", 0)
        yield road


class Caller:
    """Sends operations through the application's own door, without a client between."""

    def __init__(self, app: ASGIApp, tokens: SharedSecretTokens) -> None:
        self._app = app
        self._tokens = {
            role: tokens.issue(f"test-{role.value}", [role], timedelta(days=3650)) for role in Role
        }

    async def send(self, body: bytes, asked: Asked) -> Told:
        headers = [(b"content-type", b"application/json"), (b"accept", asked.accept.encode())]
        headers.append((b"accept-language", asked.language.encode()))
        if asked.role is not None:
            headers.append((b"authorization", f"Bearer {self._tokens[asked.role]}".encode()))
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": headers,
        }
        coming = [{"type": "http.request", "body": body}]
        told: list[Message] = []

        async def receive() -> Message:
            if not coming:
                await asyncio.Event().wait()
            return coming.pop()

        async def send(message: Message) -> None:
            told.append(message)

        await self._app(scope, receive, send)
        shown = [header for header in told[0]["headers"] if header[0] != b"x-request-id"]
        return Told(told[0]["status"], shown, b"".join(one.get("body", b"") for one in told[1:]))


class Difference(AssertionError):
    """The compiled road leads elsewhere."""


class Counts(Counter[tuple[str, str]]):
    """How many operations, by root field and by what came of them."""

    def of(self, wanted: str) -> int:
        return sum(number for (_, what), number in self.items() if what == wanted)


class Comparison:
    """Asks on both roads, and counts: by root fields, and by what came of it."""

    def __init__(self, caller: Caller, road: Road, places: Places) -> None:
        self._caller = caller
        self._road = road
        self._places = places
        self.known: set[bytes] = set()
        self.counts = Counts()

    async def compare(self, written: Written) -> None:
        """Difference when an asking is answered in two ways; what was asked already is not asked again."""
        for asked in written.asked:
            body = self._body(written, asked)
            known = blake2b(body + repr(asked[1:]).encode(), digest_size=8).digest()
            if known not in self.known:
                await self._compare(body, written, asked)
                self.known.add(known)

    def _body(self, written: Written, asked: Asked) -> bytes:
        envelope = {"query": written.query, "operationName": written.name, "variables": asked.variables}
        return self._places.filled(json.dumps(envelope)).encode()

    async def _compare(self, body: bytes, written: Written, asked: Asked) -> None:
        before = self._road.taken
        compiled = await self._caller.send(body, asked)
        self._road.open = False
        try:
            reference = await self._caller.send(body, asked)
        finally:
            self._road.open = True
        root = " ".join(written.roots) if len(written.roots) == 1 else "several"
        self.counts[root, "compared"] += 1
        taken = self._road.taken - before
        self.counts[root, "compiled"] += taken
        self.counts[root, "with errors"] += b'"errors"' in reference.body
        self.counts[root, "incidents"] += b'"incidentId"' in reference.body
        if not compiled.same_as(reference, by_core=not taken):
            raise Difference(f"{asked[1:]}\n{body.decode()}\ncompiled: {compiled}\nreference: {reference}")


@asynccontextmanager
async def comparing(assembly: Assembly) -> AsyncIterator[Comparison]:
    """Over an application whose database is filled."""
    tokens = SharedSecretTokens(SECRET, assembly.settings.auth_roles_claim, assembly.get(Clock))
    async with assembly.running():
        caller = Caller(assembly.app(), tokens)
        asked = Asked({}, Role.ADMIN, "en", "application/json")
        told = await caller.send(json.dumps({"query": places_query()}).encode(), asked)
        with compiled_road() as road:
            yield Comparison(caller, road, places_in(json.loads(told.body)["data"]))
