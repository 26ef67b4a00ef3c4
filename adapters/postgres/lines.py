"""A few lines to the database, shared by all who read."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from psycopg import Error, OperationalError
from psycopg.pq.abc import PGresult

from adapters.postgres.line import Answer, Line, Question, Rows

MOST = 5
"""Lines."""
TOGETHER = 200
"""Rows that one message asks for as long as there are other lines: small reads of one turn of the event loop
travel together, large ones alone."""
WAIT = 2.0
"""Seconds that somebody waits for one of them; there is another road."""


class Busy(OperationalError):
    """No line became free in time."""


@dataclass(slots=True, eq=False)
class _Asked:
    """One reader's questions."""

    questions: Sequence[Question]
    answer: "asyncio.Future[Line]"
    since: float
    size: int
    answers: list[PGresult] = field(default_factory=list)
    line: Line | None = None

    def take(self, line: Line, answer: PGresult) -> bool:
        """Whether this was the last that was missing."""
        self.answers.append(answer)
        whole = len(self.answers) == len(self.questions)
        if whole and not self.answer.done():
            self.answer.set_result(line)
        return whole

    def refuse(self, error: Error) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass(slots=True)
class _Message:
    """Those whose questions are with the database and not all answered; `said` is what was said before."""

    together: deque[_Asked]
    said: bool = False


class Lines:
    """Who comes while all lines are taken travels with others who wait: a message carries what several ask.

    `before` is asked at the beginning of each message, and holds until its end.
    """

    def __init__(self, database_url: str, before: Question) -> None:
        self._url = database_url
        self._before = before
        self._waiting: deque[_Asked] = deque()
        self._free: list[Line] = []
        self._all: set[Line] = set()
        self._carried: dict[Line, _Message] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening = 0
        self._impatience: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> "Lines":
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for line in self._all:
            await line.close()

    async def ask(self, *questions: Question) -> list[Rows]:
        """The rows of each; they see one state of the database. psycopg's errors; Busy after a while."""
        loop = asyncio.get_running_loop()
        size = sum([one.rows for one in questions])
        asked = _Asked(questions, loop.create_future(), loop.time(), size)
        if not self._waiting:
            loop.call_soon(self._serve)
        self._waiting.append(asked)
        try:
            line = await asked.answer
        except asyncio.CancelledError:
            self._abandon(asked)
            raise
        return [line.rows(answer) for answer in asked.answers]

    def _serve(self) -> None:
        share = max(TOGETHER, sum(one.size for one in self._waiting) // MOST)
        while self._waiting and self._free:
            if (line := self._free.pop()).alive:
                self._send(line, self._next(share))
        if self._waiting:
            self._all = {line for line in self._all if line.alive}
            if len(self._all) + self._opening < MOST:
                self._opening += 1
                self._begin(self._open())
            if self._impatience is None:
                self._impatience = asyncio.get_running_loop().call_later(WAIT, self._give_up)

    def _next(self, share: int) -> deque[_Asked]:
        """Who comes first, and as many more as the message may carry."""
        together = deque([self._waiting.popleft()])
        size = together[0].size
        while self._waiting and (size := size + self._waiting[0].size) <= share:
            together.append(self._waiting.popleft())
        return together

    def _send(self, line: Line, together: deque[_Asked]) -> None:
        for asked in together:
            asked.line = line
        self._carried[line] = _Message(together)
        questions = [self._before, *(one for asked in together for one in asked.questions)]
        line.send(questions, self._take, self._over)

    def _take(self, line: Line, answer: Answer) -> None:
        """Whoever was not reached because of somebody else's question asks again."""
        message = self._carried[line]
        if not message.said:
            message.said = True
            if isinstance(answer, Error):
                _refuse(message.together, answer)
                message.together.clear()
        elif message.together:
            asked = message.together[0]
            if answer is None:
                self._waiting.extend(message.together)
                message.together.clear()
            elif isinstance(answer, Error):
                asked.refuse(answer)
                message.together.popleft()
            elif asked.take(line, answer):
                message.together.popleft()

    def _over(self, line: Line, error: Error | None) -> None:
        message = self._carried.pop(line)
        if error is not None:
            _refuse(message.together, error)
        if line.is_full:
            self._give_back(line)
        elif line.alive:
            self._free.append(line)
        self._serve()

    def _give_up(self) -> None:
        """Whoever has waited too long does so no more; the others are looked at when their time has come."""
        loop = asyncio.get_running_loop()
        while self._waiting and self._waiting[0].since + WAIT <= loop.time():
            self._waiting.popleft().refuse(Busy())
        self._impatience = (
            loop.call_at(self._waiting[0].since + WAIT, self._give_up) if self._waiting else None
        )

    def _abandon(self, asked: _Asked) -> None:
        """A line on which nobody waits any more is closed: what it was asked may take long."""
        if asked in self._waiting:
            self._waiting.remove(asked)
        elif asked.line is not None and self._is_idle(asked.line):
            del self._carried[asked.line]
            self._give_back(asked.line)

    def _give_back(self, line: Line) -> None:
        line.hang_up()
        self._begin(line.close())

    def _is_idle(self, line: Line) -> bool:
        return line in self._carried and all(one.answer.done() for one in self._carried[line].together)

    async def _open(self) -> None:
        try:
            line = await Line.open(self._url)
        except OperationalError as error:
            if not self._all:
                _refuse(self._waiting, error)
                self._waiting.clear()
        else:
            self._all.add(line)
            self._free.append(line)
        finally:
            self._opening -= 1
        self._serve()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _refuse(together: Iterable[_Asked], error: Error) -> None:
    for asked in together:
        asked.refuse(error)
