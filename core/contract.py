"""A contract: the only place where its record may change."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.agreement import Agreement
from core.text import absent_if_empty, is_absent, text_faults
from ports.calendar import Period, local_day
from ports.contracts import Cadence, ContractPrice, ContractRecord
from ports.errors import Fault, RefusalCode, Refused, Stale, refused
from ports.ids import new_id
from ports.money import ZERO, Money, fits

Values = Mapping[str, Any]
WHEN_ABSENT: Values = {"external_id": None, "ends_on": None, "billing_day": None, "pro_rata": False}
REQUIRED = ("title", "starts_on", "cadence")
WRITABLE = (*REQUIRED, *WHEN_ABSENT)


class Contract(Agreement):
    """Wraps one record; what a rule forbids is `Refused` and changes nothing."""

    record: ContractRecord

    def __init__(self, record: ContractRecord) -> None:
        super().__init__(record)

    @classmethod
    def create(cls, sent: Values, *, now: datetime, source: str) -> "Contract":
        """The first price holds from the month of `starts_on` on."""
        values = _normalised(sent)
        _refuse_if_faulty([*_faults(values), *_price_faults(sent.get("mrr"))])
        price = ContractPrice(sent["mrr"], Period.of(values["starts_on"]))
        record = ContractRecord(
            id=new_id(),
            client_id=sent["client_id"],
            prices=(price,),
            source=source,
            created_at=now,
            updated_at=now,
            **values,
        )
        return cls(record)

    def expect(self, version: int | None) -> None:
        """Refuse a write over somebody else's."""
        if version is not None and version != self.record.version:
            raise Stale(self.record)

    def update(self, changes: Values, now: datetime) -> None:
        """A new mrr holds from `mrr_from` (default: this month); earlier months keep theirs."""
        self._refuse_if_deleted()
        kept = {name: getattr(self.record, name) for name in WRITABLE}
        values = _normalised(kept | {name: changes[name] for name in WRITABLE if name in changes})
        _refuse_if_faulty([*_faults(values), *_new_price_faults(changes)])
        prices = self.record.prices
        if "mrr" in changes:
            since = changes.get("mrr_from") or Period.of(local_day(now))
            prices = _with_price(prices, Period.of(values["starts_on"]), ContractPrice(changes["mrr"], since))
        self._change(now, prices=prices, **values)

    def restate(self, stated: Values, now: datetime) -> bool:
        """Take a file's word; whether that changed anything. An mrr that holds already is no new price."""
        before = self.record
        since = stated.get("mrr_from") or Period.of(local_day(now))
        said = {name: value for name, value in stated.items() if not is_absent(value)}
        if said.get("mrr") == self.mrr_in(since):
            said = {name: value for name, value in said.items() if name not in ("mrr", "mrr_from")}
        self.update(said, now)
        if replace(self.record, version=before.version, updated_at=before.updated_at) == before:
            self.record = before
        return self.record is not before

    def delete(self, now: datetime) -> None:
        """Soft: nothing is expected of it any more, in any open month."""
        self._refuse_if_deleted()
        self._change(now, deleted_at=now)

    def _refuse_if_deleted(self) -> None:
        if self.record.deleted_at is not None:
            raise refused(RefusalCode.DELETED)

    def _change(self, now: datetime, **changes: Any) -> None:
        version = self.record.version + 1
        self.record = replace(self.record, updated_at=now, version=version, **changes)


def _with_price(
    prices: tuple[ContractPrice, ...], start: Period, new: ContractPrice
) -> tuple[ContractPrice, ...]:
    """The first price holds from the contract's start, wherever that has moved; none begins before it."""
    first = replace(prices[0], since=min(prices[0].since, start))
    new = replace(new, since=max(new.since, start))
    others = [price for price in (first, *prices[1:]) if price.since != new.since]
    return tuple(sorted([*others, new], key=lambda price: price.since))


def _normalised(sent: Values) -> dict[str, Any]:
    meant = {name: absent_if_empty(sent.get(name)) for name in WRITABLE}
    return dict(WHEN_ABSENT) | {
        name: value for name, value in meant.items() if value is not None or name in REQUIRED
    }


def _faults(values: Values) -> Iterator[Fault]:
    for name in REQUIRED:
        if values[name] is None:
            yield Fault(RefusalCode.MISSING, (name,))
    yield from text_faults(values["title"], "title")
    yield from text_faults(values["external_id"], "external_id")
    starts, ends, day = values["starts_on"], values["ends_on"], values["billing_day"]
    if starts is not None and ends is not None and ends < starts:
        yield Fault(RefusalCode.INVALID, ("ends_on",))
    if day is not None and not 1 <= day <= 31:
        yield Fault(RefusalCode.INVALID, ("billing_day",))


def _new_price_faults(changes: Values) -> Iterator[Fault]:
    if "mrr" in changes:
        yield from _price_faults(changes["mrr"])
    elif changes.get("mrr_from") is not None:
        yield Fault(RefusalCode.MISSING, ("mrr",))


def _price_faults(mrr: Money | None) -> Iterator[Fault]:
    if mrr is None:
        yield Fault(RefusalCode.MISSING, ("mrr",))
    elif not fits(mrr) or mrr < ZERO or not fits(mrr * Cadence.YEARLY.value):
        yield Fault(RefusalCode.INVALID, ("mrr",))


def _refuse_if_faulty(found: list[Fault]) -> None:
    if found:
        raise Refused(found)
