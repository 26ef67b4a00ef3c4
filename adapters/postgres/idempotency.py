from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.tables import IdempotencyKeyRow, table_of
from ports.errors import Fault, RefusalCode
from ports.idempotency import IdempotencyStore, KeyUse, Outcome

KEYS = table_of(IdempotencyKeyRow)
CLAIM = insert(KEYS).on_conflict_do_nothing().returning(KEYS.c.key)


class PostgresIdempotency(IdempotencyStore):
    """The primary key makes a second caller wait for the first one's transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(
        self, mutation: str, subject: str, key: str, digest: str, outcomes: Sequence[Outcome] = ()
    ) -> KeyUse | None:
        mine = {"mutation": mutation, "subject": subject, "key": key}
        kept = {"digest": digest, "outcomes": _to_json(outcomes)}
        claimed = await self._connection.execute(CLAIM, {**mine, **kept})
        if claimed.one_or_none() is not None:
            return None
        query = select(KEYS.c.digest, KEYS.c.outcomes).filter_by(**mine)
        first = (await self._connection.execute(query)).one()
        return KeyUse(first.digest, [_to_outcome(kept) for kept in first.outcomes])

    async def decide(self, mutation: str, subject: str, key: str, outcomes: Sequence[Outcome]) -> None:
        mine = {"mutation": mutation, "subject": subject, "key": key}
        await self._connection.execute(update(KEYS).filter_by(**mine).values(outcomes=_to_json(outcomes)))

    async def forget(self, before: datetime) -> int:
        return (await self._connection.execute(delete(KEYS).where(KEYS.c.used_at < before))).rowcount


def _to_json(outcomes: Sequence[Outcome]) -> list[Any]:
    return [_kept(outcome) for outcome in outcomes]


def _kept(outcome: Outcome) -> Any:
    if isinstance(outcome, UUID):
        return str(outcome)
    return [[fault.code.value, fault.path, _shown(fault.params)] for fault in outcome]


def _to_outcome(kept: Any) -> Outcome:
    if isinstance(kept, str):
        return UUID(kept)
    return tuple(Fault(RefusalCode(code), tuple(path), params) for code, path, params in kept)


def _shown(params: Mapping[str, object]) -> dict[str, str]:
    """The figures of a fault, as its text shows them."""
    return {name: str(value) for name, value in params.items()}
