from collections.abc import Collection, Sequence
from typing import NamedTuple

from core.passing_pages import Order, PassingPage
from ports.money import Money, fits
from ports.paging import PageRequest
from ports.reconciliations import DivergenceKind, Line, Verdict


class LineFilter(NamedTuple):
    """Both conditions hold together; empty asks nothing."""

    verdicts: Collection[Verdict] = ()
    kinds: Collection[DivergenceKind] = ()

    def admits(self, verdict: Verdict, kind: DivergenceKind | None) -> bool:
        return (not self.verdicts or verdict in self.verdicts) and (not self.kinds or kind in self.kinds)


def _amount(text: str) -> Money:
    if not fits(amount := Money(text)):
        raise ValueError("no line has it")
    return amount


GREATEST_FIRST: Order[Line] = Order(
    lambda line: (-abs(line.divergence), line.name, str(line.key)), (_amount, str, str)
)
"""The greatest divergence first, then by name."""


class LinePage(PassingPage[Line]):
    def __init__(self, where: LineFilter, page: PageRequest) -> None:
        super().__init__(GREATEST_FIRST, page)
        self._where = where

    def take(self, items: Sequence[Line]) -> None:
        super().take([line for line in items if self._where.admits(line.verdict, line.kind)])
