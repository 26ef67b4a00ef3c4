"""Pages of lines that pass by once, and the sums over them."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.line_pages import LineFilter, LinePage
from core.month_totals import MonthTotals
from ports.money import ZERO
from ports.paging import BadCursor, Page, PageRequest
from ports.reconciliations import DivergenceKind, Line, Verdict
from tests.builders import a_client, a_line, money

DIVERGENT = Verdict.DIVERGENT
ALL = LineFilter()


def line(
    name: str, divergence: str, verdict: Verdict = DIVERGENT, kind: DivergenceKind | None = None
) -> Line:
    amount = money(divergence)
    figures = {"billed": max(amount, ZERO), "expected": max(-amount, ZERO), "divergence": amount}
    return a_line(client=a_client(name=name), verdict=verdict, kind=kind, **figures)


FIVE = [line("a", "-900.00"), line("b", "500.00"), line("c", "-500.00"), line("d", "0.10"), line("e", "0.00")]
"""In their order: the greatest divergence first, then the name."""


def page_of(lines: list[Line], page: PageRequest, where: LineFilter = ALL) -> Page[Line]:
    passing = LinePage(where, page)
    shuffled = list(lines)
    Random(7).shuffle(shuffled)
    for one in shuffled:
        passing.take([one])
    return passing.done()


def names(page: Page[Line]) -> str:
    return "".join(one.name for one in page.items)


CURSORS = dict(zip("abcde", page_of(FIVE, PageRequest(5)).cursors, strict=True))


@pytest.mark.parametrize(
    ("page", "shown", "before_it", "after_it"),
    [
        (PageRequest(9), "abcde", False, False),
        (PageRequest(2), "ab", False, True),
        (PageRequest(2, after=CURSORS["b"]), "cd", True, True),
        (PageRequest(9, after=CURSORS["d"]), "e", True, False),
        (PageRequest(9, after=CURSORS["a"], before=CURSORS["d"]), "bc", True, False),
        (PageRequest(2, backward=True), "de", True, False),
        (PageRequest(2, backward=True, before=CURSORS["c"]), "ab", False, True),
        (PageRequest(0), "", False, True),
    ],
)
def test_pages(page: PageRequest, shown: str, before_it: bool, after_it: bool) -> None:
    found = page_of(FIVE, page)
    assert names(found) == shown
    assert (found.has_previous, found.has_next) == (before_it, after_it)
    assert list(found.cursors) == [CURSORS[one.name] for one in found.items]


def test_the_place_of_a_line_that_is_there_no_more_is_a_place_still() -> None:
    assert names(page_of([FIVE[0], *FIVE[2:]], PageRequest(2, after=CURSORS["b"]))) == "cd"


@pytest.mark.parametrize("cursor", ["x", "", "é", "W10=", "WyJOYU4iLCAiIiwgIiJd", "WyIxLjAwMSIsICIiLCAiIl0="])
def test_a_cursor_that_no_line_has_is_refused(cursor: str) -> None:
    for page in (PageRequest(after=cursor), PageRequest(before=cursor)):
        with pytest.raises(BadCursor):
            LinePage(LineFilter(), page)


@settings(max_examples=50, deadline=None)
@given(cents=st.lists(st.integers(-3, 3), max_size=12), size=st.integers(1, 4), backward=st.booleans())
def test_paging_shows_every_line_once_in_order(cents: list[int], size: int, backward: bool) -> None:
    lines = [line("same", str(money(str(amount)).scaleb(-2))) for amount in cents]
    whole = list(page_of(lines, PageRequest(1000)).items)
    seen: list[Line] = []
    page = PageRequest(size, backward)
    while True:
        found = page_of(lines, page)
        seen = [*found.items, *seen] if backward else [*seen, *found.items]
        if not (found.has_previous if backward else found.has_next):
            break
        edge = found.cursors[0] if backward else found.cursors[-1]
        page = PageRequest(size, backward, before=edge) if backward else PageRequest(size, after=edge)
    assert seen == whole


JUDGED = [
    line("under", "-100.00", DIVERGENT, DivergenceKind.UNDER_BILLED),
    line("over", "30.00", DIVERGENT, DivergenceKind.OVER_BILLED),
    line("fine", "-10.00", Verdict.OK),
    line("early", "-70.00", Verdict.NOT_DUE),
    line("stale", "-7.00", Verdict.NOT_EVALUATED, DivergenceKind.STALE_DATA),
]


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        (LineFilter(), 5),
        (LineFilter([DIVERGENT]), 2),
        (LineFilter([DIVERGENT, Verdict.OK]), 3),
        (LineFilter([], [DivergenceKind.OVER_BILLED]), 1),
        (LineFilter([Verdict.OK], [DivergenceKind.OVER_BILLED]), 0),
    ],
)
def test_filters(where: LineFilter, shown: int) -> None:
    totals = MonthTotals()
    totals.take(JUDGED)
    assert len(page_of(JUDGED, PageRequest(), where).items) == totals.count(where) == shown


def test_leaks_both_ways_do_not_cancel_out() -> None:
    totals = MonthTotals()
    totals.take(JUDGED[:2])
    totals.take(JUDGED[2:])
    assert (totals.under_billed, totals.over_billed) == (money("100.00"), money("30.00"))
    assert (totals.expected, totals.billed) == (money("187.00"), money("30.00"))
    assert (totals.divergence, totals.not_evaluated) == (money("-157.00"), money("7.00"))
