"""A stream lives long: what it looked up for one message is not what it shows in the next."""

from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import strawberry
from graphql import OperationType
from strawberry.dataloader import DataLoader

from graphql_api.answers import Operations
from graphql_api.execution import AsRead
from graphql_api.metrics import Metrics
from graphql_api.persisted import PersistedOperations
from graphql_api.request import Operation
from graphql_api.schema import QuietSchema
from graphql_api.texts import Language


class Lookups:
    """Answers each look-up with how many there were before it."""

    def __init__(self) -> None:
        self.asked = 0
        self.renew()

    def renew(self) -> None:
        self.numbers: DataLoader[str, int] = DataLoader(load_fn=self._load)

    async def _load(self, keys: list[str]) -> list[int]:
        self.asked += 1
        return [self.asked for _ in keys]


@strawberry.type
class Seen:
    @strawberry.field
    async def number(self, info: strawberry.Info[Any, None]) -> int:
        return await info.context.loaders.numbers.load("the same key")  # type: ignore[no-any-return]


@strawberry.type
class Query:
    seen: Seen | None = None


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def seen(self) -> AsyncGenerator[Seen, None]:
        for _ in range(3):
            yield Seen()


async def test_every_message_looks_up_anew() -> None:
    context: Any = SimpleNamespace(
        identity=None, open_schema=True, language=Language.ENGLISH, loaders=Lookups()
    )
    asked = Operation("subscription { seen { a: number b: number } }", None, None)
    schema = QuietSchema(query=Query, subscription=Subscription, extensions=[AsRead])
    operations = Operations(schema, PersistedOperations(), Metrics())
    answers = operations.stream(asked, context, [OperationType.SUBSCRIPTION])
    assert [answer.wire["data"]["seen"] async for answer in answers] == [
        {"a": number, "b": number} for number in (1, 2, 3)
    ]
