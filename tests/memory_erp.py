"""An ERP in memory that lives: it changes on given days, also while somebody pages through it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from ports.erp import (
    Entity,
    ErpClient,
    ErpGateway,
    ErpIssue,
    ErpPage,
    ErpRegisterEntry,
    ErpSettlement,
    ErpTitle,
    Receipt,
    Side,
    Since,
)
from ports.money import ZERO

T = TypeVar("T")

_PAID = {Side.RECEIVABLE: "RECEBIDO", Side.PAYABLE: "PAGO"}


@dataclass(slots=True)
class _Kept:
    """A record, the day on which it came to be, and the last on which it was changed."""

    record: Any
    made_on: date
    changed_on: date | None = None
    receipts: tuple[Receipt, ...] = ()

    def falls_in(self, since: Since | None) -> bool:
        if since is None:
            return True
        moved_on = self.made_on if since.created else self.changed_on
        return moved_on is not None and moved_on >= since.day


@dataclass(slots=True)
class MemoryErp(ErpGateway):
    """`after_each` is called after each answer, with what was asked for and its page (0: a single record)."""

    size: int = 2
    after_each: Callable[[str, int], Awaitable[object] | object] = lambda _asked, _page: None
    kept: dict[object, dict[str, _Kept]] = field(default_factory=dict)
    entries: dict[Entity, dict[str, ErpRegisterEntry]] = field(default_factory=dict)
    receipts_made: int = 0

    @property
    def source(self) -> str | None:
        return "memory"

    def put_client(self, client: ErpClient, on: date) -> None:
        """A new one, or in the place of the one with its code."""
        self._put(Entity.CLIENT, client.code, client, on)

    def put_title(self, side: Side, title: ErpTitle, on: date) -> None:
        """A new one, or in the place of the one with its id."""
        self._put(side, title.external_id, title, on)

    def put_entry(self, kind: Entity, entry: ErpRegisterEntry) -> None:
        self.entries.setdefault(kind, {})[entry.code] = entry

    def change_client(self, code: str, on: date, **changes: Any) -> None:
        self.put_client(replace(self.kept[Entity.CLIENT][code].record, **changes), on)

    def change_title(self, side: Side, external_id: str, on: date, **changes: Any) -> None:
        self.put_title(side, replace(self.kept[side][external_id].record, **changes), on)

    def cancel_title(self, side: Side, external_id: str, on: date) -> None:
        self.change_title(side, external_id, on, status="CANCELADO", cancelled=True, settled=False)

    def settle_title(self, side: Side, external_id: str, on: date, amount: Decimal | None = None) -> Receipt:
        """All that is open, or a part of it."""
        kept = self.kept[side][external_id]
        self.receipts_made += 1
        receipt = Receipt(
            external_id=str(self.receipts_made),
            on=on,
            amount=_open(kept) if amount is None else amount,
            discount=ZERO,
            interest=ZERO,
            fine=ZERO,
        )
        kept.receipts += (receipt,)
        kept.changed_on = on
        if _open(kept) <= 0:
            kept.record = replace(kept.record, status=_PAID[side], settled=True)
        return receipt

    def unsettle_title(self, side: Side, external_id: str, receipt_id: str, on: date) -> None:
        kept = self.kept[side][external_id]
        kept.receipts = tuple(one for one in kept.receipts if one.external_id != receipt_id)
        kept.changed_on = on
        kept.record = replace(kept.record, status="A VENCER", settled=False)

    def remove_client(self, code: str) -> None:
        del self.kept[Entity.CLIENT][code]

    def remove_title(self, side: Side, external_id: str) -> None:
        del self.kept[side][external_id]

    def of_clients(self) -> list[_Kept]:
        return list(self.kept.get(Entity.CLIENT, {}).values())

    def receipts_of(self, side: Side, external_id: str) -> tuple[Receipt, ...]:
        return self.kept[side][external_id].receipts

    async def clients(self, page: int, since: Since | None = None) -> ErpPage[ErpClient]:
        return await self._listed("clients", Entity.CLIENT, page, since, lambda kept: kept.record)

    async def titles(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpTitle]:
        return await self._listed(f"titles {side.value}", side, page, since, lambda kept: kept.record)

    async def settlements(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpSettlement]:
        return await self._listed(f"settlements {side.value}", side, page, since, _settlement)

    async def register(self, kind: Entity, page: int) -> ErpPage[ErpRegisterEntry]:
        entries = self.entries.get(kind, {})
        found = self._page(page, [entries[code] for code in sorted(entries)])
        await self._answered(kind.value, page)
        return found

    async def client(self, code: str) -> ErpClient | ErpIssue | None:
        kept = await self._one("client", Entity.CLIENT, code)
        return kept.record if kept else None

    async def title(self, side: Side, external_id: str) -> ErpTitle | ErpIssue | None:
        kept = await self._one("title", side, external_id)
        return kept.record if kept else None

    async def settlement(self, side: Side, external_id: str) -> ErpSettlement | ErpIssue | None:
        kept = await self._one("settlement", side, external_id)
        return _settlement(kept) if kept else None

    def _put(self, kind: object, code: str, record: object, on: date) -> None:
        shelf = self.kept.setdefault(kind, {})
        if known := shelf.get(code):
            known.record, known.changed_on = record, on
        else:
            shelf[code] = _Kept(record, on)

    async def _listed(
        self, asked: str, kind: object, page: int, since: Since | None, shape: Callable[[_Kept], T]
    ) -> ErpPage[T]:
        shelf: Mapping[str, _Kept] = self.kept.get(kind, {})
        codes = sorted((code for code in shelf if shelf[code].falls_in(since)), key=int)
        found = self._page(page, [shape(shelf[code]) for code in codes])
        await self._answered(asked, page)
        return found

    def _page(self, page: int, listed: list[T]) -> ErpPage[T]:
        items = listed[(page - 1) * self.size : page * self.size]
        pages = max(-(-len(listed) // self.size), 1)
        last = max(pages, page) if items else max(page - 1, 1)
        return ErpPage(number=page, last=last, total=len(listed), items=items)

    async def _one(self, asked: str, kind: object, code: str) -> _Kept | None:
        found = self.kept.get(kind, {}).get(code)
        still = replace(found) if found else None
        await self._answered(asked, 0)
        return still

    async def _answered(self, asked: str, page: int) -> None:
        following = self.after_each(asked, page)
        if isinstance(following, Awaitable):
            await following


def _open(kept: _Kept) -> Decimal:
    title: ErpTitle = kept.record
    paid = sum((receipt.amount for receipt in kept.receipts), ZERO)
    return ZERO if title.settled else title.amount - title.withheld - paid


def _settlement(kept: _Kept) -> ErpSettlement:
    return ErpSettlement(
        title_id=kept.record.external_id,
        received=sum((receipt.amount for receipt in kept.receipts), ZERO),
        open=_open(kept),
        settled=kept.record.settled,
        receipts=kept.receipts,
    )
