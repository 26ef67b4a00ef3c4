"""How pages of titles and of settlements are kept: statements built once, for pages come by the thousand."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Table,
    Update,
    any_,
    bindparam,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.postgres.columns import Timestamp
from adapters.postgres.receipts import keep_receipts
from adapters.postgres.rows import Batch
from ports.erp import ErpSettlement, ErpTitle, Side
from ports.ids import new_id
from ports.titles import Kept

STATED = tuple(field.name for field in fields(ErpTitle))
"""What the ERP says of a title; the rest is ours."""
_SOURCE, _AT = bindparam("of", type_=String), bindparam("at", type_=Timestamp)
_SHOWN: ColumnElement[Any] = bindparam("shown", type_=ARRAY(String))


class TitlePages:
    """Of one side."""

    def __init__(self, side: Side, table: Table) -> None:
        self._side = side
        self._fresh = Batch(table, "id", "source", "synced_at", "gone", "has_receipts", *STATED)
        self._figures = Batch(table, "external_id", "cleared", "remaining", "has_receipts")
        self._keep = _keeping(table, self._fresh)
        self._held = _holding(table)
        self._settle = _settling(table, self._figures)

    async def keep(
        self, connection: AsyncConnection, source: str, titles: Sequence[ErpTitle], at: datetime
    ) -> Kept:
        """Only rows that differ are written anew; the others are marked as seen."""
        latest = {title.external_id: title for title in titles}
        if not latest:
            return Kept(0, 0)
        rows = [
            {name: getattr(title, name) for name in STATED}
            | {"id": new_id(), "source": source, "synced_at": at, "gone": False, "has_receipts": False}
            for title in latest.values()
        ]
        # In one order, so that two who keep the same titles never wait for each other.
        fresh = self._fresh.of(sorted(rows, key=itemgetter("external_id")))
        values = {**fresh, "of": source, "at": at, "shown": list(latest)}
        created = (await connection.execute(self._keep, values)).scalars().all()
        return Kept(created=sum(created), updated=len(created) - sum(created))

    async def settle(
        self, connection: AsyncConnection, source: str, settlements: Sequence[ErpSettlement], at: datetime
    ) -> Sequence[str]:
        """The external ids of those that the mirror does not hold."""
        latest = {settlement.title_id: settlement for settlement in settlements}
        if not latest:
            return ()
        shown = {"of": source, "at": at, "shown": list(latest)}
        held = (await connection.execute(self._held, shown)).all()
        ours = [latest[title_id] for title_id, is_stale in held if is_stale]
        if ours:
            figures = [
                {
                    "external_id": each.title_id,
                    "cleared": each.received,
                    "remaining": each.open,
                    "has_receipts": bool(each.receipts),
                }
                for each in ours
            ]
            await connection.execute(self._settle, {**self._figures.of(figures), "of": source, "at": at})
            await keep_receipts(connection, source, self._side, ours)
        return sorted(latest.keys() - {title_id for title_id, _ in held})


def _keeping(table: Table, fresh: Batch) -> Select[Any]:
    """Whether each row that was written is a new one."""
    c = table.c
    statement = insert(table).from_select([*fresh.rows.c.keys()], select(fresh.rows))
    theirs = statement.excluded
    news = or_(c.gone, *(c[name].is_distinct_from(theirs[name]) for name in STATED))
    written = (
        statement.on_conflict_do_update(
            constraint=f"{table.name}_external_id",
            set_={name: theirs[name] for name in (*STATED, "synced_at", "gone")},
            where=news & (c.synced_at <= theirs.synced_at),
        )
        .returning(c.external_id, literal_column("xmax = 0").label("created"))
        .cte("written")
    )
    others = c.external_id.not_in(select(written.c.external_id))
    seen = update(table).where(*_shown(table), c.synced_at < _AT, others).values(synced_at=_AT)
    return select(written.c.created).add_cte(seen.cte("seen"))


def _holding(table: Table) -> Select[Any]:
    c = table.c
    stale = or_(c.settled_as_of.is_(None), c.settled_as_of <= _AT)
    return select(c.external_id, stale).where(*_shown(table)).order_by(c.external_id).with_for_update()


def _settling(table: Table, figures: Batch) -> Update:
    c, theirs = table.c, figures.rows.c
    return (
        update(table)
        .where(c.source == _SOURCE, c.external_id == theirs.external_id)
        .values(
            cleared=theirs.cleared,
            remaining=theirs.remaining,
            has_receipts=theirs.has_receipts,
            settled_as_of=_AT,
        )
    )


def _shown(table: Table) -> tuple[ColumnElement[bool], ...]:
    return table.c.source == _SOURCE, table.c.external_id == any_(_SHOWN)
