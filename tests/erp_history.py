"""A history of an ERP in memory, event by event, also between the pages that somebody reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from hypothesis import strategies as st

from ports.erp import ErpClient, ErpTitle, Side
from ports.sync_runs import SyncMode
from tests.contracts.living_erp import a_client, a_title
from tests.memory_erp import MemoryErp


class What(Enum):
    TITLE_MADE = "title made"
    TITLE_CHANGED = "title changed"
    TITLE_CANCELLED = "title cancelled"
    TITLE_REMOVED = "title removed"
    PARTLY_SETTLED = "partly settled"
    SETTLED = "settled"
    UNSETTLED = "unsettled"
    CLIENT_MADE = "client made"
    CLIENT_RENAMED = "client renamed"
    CLIENT_REMOVED = "client removed"


class Event(NamedTuple):
    """Something that happens to the `pick`th title or client that there is."""

    what: What
    side: Side
    pick: int


class Step(NamedTuple):
    """Hours pass and things happen, then a run begins; `between`: after so many answers, these happen."""

    hours: int
    before: Sequence[Event]
    mode: SyncMode
    between: Sequence[tuple[int, Sequence[Event]]]


@dataclass(slots=True)
class History:
    erp: MemoryErp
    numbers: int = 0

    def happen(self, event: Event, today: date) -> None:
        """Nothing, where there is nothing that it could happen to."""
        self.numbers += 1
        match event.what:
            case What.TITLE_MADE:
                title = a_title(self.numbers, registered_on=today)
                self.erp.put_title(event.side, title, today)
            case What.CLIENT_MADE:
                self.erp.put_client(a_client(self.numbers, document=None), today)
            case What.CLIENT_RENAMED | What.CLIENT_REMOVED:
                self._to_a_client(event, today)
            case _:
                self._to_a_title(event, today)

    def titles(self, side: Side) -> dict[str, ErpTitle]:
        return {code: kept.record for code, kept in self.erp.kept.get(side, {}).items()}

    def clients(self) -> dict[str, ErpClient]:
        return {kept.record.code: kept.record for kept in self.erp.of_clients()}

    def _to_a_client(self, event: Event, today: date) -> None:
        if codes := sorted(self.clients()):
            code = codes[event.pick % len(codes)]
            if event.what is What.CLIENT_REMOVED:
                self.erp.remove_client(code)
            else:
                self.erp.change_client(code, today, name=f"Padaria nova {self.numbers}")

    def _to_a_title(self, event: Event, today: date) -> None:
        side, titles = event.side, self.titles(event.side)
        if not titles:
            return
        title = titles[sorted(titles)[event.pick % len(titles)]]
        code, receipts = title.external_id, self.erp.receipts_of(side, title.external_id)
        live = not title.cancelled and not title.settled
        match event.what:
            case What.TITLE_REMOVED:
                self.erp.remove_title(side, code)
            case What.TITLE_CHANGED:
                due_on = title.due_on + timedelta(days=1)
                self.erp.change_title(side, code, today, due_on=due_on, category=f"1.{self.numbers}")
            case What.TITLE_CANCELLED if live:
                self.erp.cancel_title(side, code, today)
            case What.PARTLY_SETTLED if live:
                self.erp.settle_title(side, code, today, Decimal("0.01"))
            case What.SETTLED if live:
                self.erp.settle_title(side, code, today)
            case What.UNSETTLED if receipts:
                self.erp.unsettle_title(side, code, receipts[-1].external_id, today)


def events(most: int) -> st.SearchStrategy[list[Event]]:
    one = st.builds(Event, st.sampled_from(What), st.sampled_from(Side), st.integers(0, 20))
    return st.lists(one, max_size=most)


def steps() -> st.SearchStrategy[list[Step]]:
    """Runs, three hours to three days apart, of listings that move while they are read."""
    between = st.lists(st.tuples(st.integers(1, 30), events(2)), max_size=3)
    step = st.builds(Step, st.integers(3, 72), events(4), st.sampled_from(SyncMode), between)
    return st.lists(step, max_size=4)


def beginnings() -> st.SearchStrategy[list[Event]]:
    made = st.sampled_from((What.TITLE_MADE, What.TITLE_MADE, What.CLIENT_MADE))
    one = st.builds(Event, made, st.sampled_from(Side), st.just(0))
    return st.lists(one, min_size=3, max_size=16)
