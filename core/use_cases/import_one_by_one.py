"""The part of an import that goes through entities: a chunk is a transaction, a row decides for itself."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import TypeAlias

from core.use_cases.import_rows import Kept
from ports.audit import Act
from ports.errors import Fault, Refused
from ports.imports import FileRow
from ports.work import OpenWork, Work


class Outcome(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


KeepRow: TypeAlias = Callable[[Work, FileRow], Awaitable[Outcome]]
"""Refused before anything was written."""


async def keep_one_by_one(open_work: OpenWork, act: Act, rows: Sequence[FileRow], keep: KeepRow) -> Kept:
    """All in one transaction; when the database refuses that, each row in its own, to know which it is."""
    kept = Kept()
    try:
        await _keep(open_work, act, rows, keep, kept)
    except Refused:
        kept = Kept()
        for row in rows:
            try:
                await _keep(open_work, act, [row], keep, kept)
            except Refused as refused:
                kept.refused.append((row, refused.faults))
    return kept


async def _keep(open_work: OpenWork, act: Act, rows: Sequence[FileRow], keep: KeepRow, kept: Kept) -> None:
    done: list[Outcome] = []
    refusals: list[tuple[FileRow, Sequence[Fault]]] = []
    async with open_work(act) as work:
        for row in rows:
            try:
                done.append(await keep(work, row))
            except Refused as refused:
                refusals.append((row, refused.faults))
        await work.commit()
    kept.created += done.count(Outcome.CREATED)
    kept.updated += done.count(Outcome.UPDATED)
    kept.unchanged += done.count(Outcome.UNCHANGED)
    kept.refused += refusals


@contextmanager
def together_with(unread: Sequence[Fault]) -> Iterator[None]:
    """What the block refuses is named with what could not be read, but for the fields that this concerns."""
    unknown = {fault.path[:1] for fault in unread}
    try:
        yield
    except Refused as refused:
        raise Refused([*unread, *(f for f in refused.faults if f.path[:1] not in unknown)]) from None
    if unread:
        raise Refused(unread)
