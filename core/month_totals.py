from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.line_pages import LineFilter
from ports.money import ZERO, Money
from ports.reconciliations import DivergenceKind, Line, Verdict


@dataclass(slots=True)
class MonthTotals:
    """The lines of a month added up. Leaks both ways do not cancel out: each has its own sum, positive."""

    counts: Counter[tuple[Verdict, DivergenceKind | None]] = field(default_factory=Counter)
    expected: Money = ZERO
    billed: Money = ZERO
    under_billed: Money = ZERO
    over_billed: Money = ZERO
    not_evaluated: Money = ZERO
    """Expected on lines that could not be judged."""

    def take(self, lines: Sequence[Line]) -> None:
        for line in lines:
            self.counts[line.verdict, line.kind] += 1
            self.expected += line.expected
            self.billed += line.billed
            if line.verdict is Verdict.NOT_EVALUATED:
                self.not_evaluated += line.expected
            elif line.verdict is Verdict.DIVERGENT and line.divergence < ZERO:
                self.under_billed -= line.divergence
            elif line.verdict is Verdict.DIVERGENT:
                self.over_billed += line.divergence

    @property
    def divergence(self) -> Money:
        return self.billed - self.expected

    def count(self, where: LineFilter) -> int:
        return sum(number for judged, number in self.counts.items() if where.admits(*judged))
