"""What came of a contest, in Markdown."""

from collections.abc import Callable, Iterator
from statistics import median

from bench.contest.goals import GOALS, MEMORY, TAIL
from bench.contest.rounds import Score

Scores = dict[tuple[str, str], Score]


def report(scores: Scores, memory: dict[str, float]) -> Iterator[str]:
    """Lines; the first contestant is the one that the others are compared with."""
    ours = next(name for name, _ in scores)

    def rate(name: str, work: str) -> str:
        rates = [one.rate for one in scores[name, work].loads]
        spread = (max(rates) - min(rates)) / 2 / median(rates)
        return f"{median(rates):,.0f} ±{spread:.0%}"

    def waits(name: str, work: str) -> str:
        return " / ".join(f"{one:.1f}" for one in _waits(scores[name, work]))

    def ratio(name: str, work: str) -> str:
        ratios = _ratios(scores[ours, work], scores[name, work])
        return f"{median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"

    yield from _table("Answers a second", scores, rate)
    yield from _table("Milliseconds: p50 / p99", scores, waits)
    yield from _table("CPU of the server, ms an answer", scores, lambda *of: f"{median(scores[of].cpu):.3f}")
    yield from _table(f"{ours}'s answers to each of theirs, round by round", scores, ratio)
    yield from ("", f"MiB: {', '.join(f'{name} {used:.0f}' for name, used in memory.items())}")
    yield from _goals(ours, scores, memory[ours])


def _waits(score: Score) -> tuple[float, float]:
    return median(one.p50 for one in score.loads), median(one.p99 for one in score.loads)


def _ratios(ours: Score, theirs: Score) -> list[float]:
    return [our.rate / their.rate for our, their in zip(ours.loads, theirs.loads, strict=True)]


def _table(title: str, scores: Scores, figure: Callable[[str, str], str]) -> Iterator[str]:
    names = list(dict.fromkeys(name for name, _ in scores))
    works = list(dict.fromkeys(work for _, work in scores))
    yield from ("", f"### {title}", "", f"| | {' | '.join(works)} |", f"|---|{'---|' * len(works)}")
    for name in names:
        yield f"| {name} | {' | '.join(figure(name, work) for work in works)} |"


def _goals(ours: str, scores: Scores, used: float) -> Iterator[str]:
    yield from ("", "### Goals", "", "| | | wanted | found | |", "|---|---|---|---|---|")
    for name, wanted in GOALS.items():
        for work, goal in wanted.items():
            if (name, work) in scores:
                found = median(_ratios(scores[ours, work], scores[name, work]))
                asked = f"{'stretch ' if goal.stretch else ''}≥ {goal.ratio:g}"
                yield f"| to {name} | {work} | {asked} | {found:.2f} | {_mark(found >= goal.ratio)} |"
    for (name, work), score in scores.items():
        if name == ours:
            p50, p99 = _waits(score)
            yield f"| p99 / p50 | {work} | ≤ {TAIL} | {p99 / p50:.1f} | {_mark(p99 <= TAIL * p50)} |"
    yield f"| MiB | | < {MEMORY} | {used:.0f} | {_mark(used < MEMORY)} |"


def _mark(reached: bool) -> str:
    return "reached" if reached else "not reached"
