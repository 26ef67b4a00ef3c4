"""A few lines to the database, shared by all who read."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Any

from psycopg import Error, OperationalError

from adapters.postgres.line import Answer, Line, Question, Rows

MOST = 5
"""Lines."""
WAIT = 2.0
"""Seconds that somebody waits for one of them; there is another road."""


class Busy(OperationalError):
    """No line became free in time."""


@dataclass(slots=True, eq=False)
class _Asked:
    """One reader's questions."""

    questions: Sequence[Question]
    answer: "asyncio.Future[list[Rows]]"
    line: Line | None = None


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
        self._carried: dict[Line, Sequence[_Asked]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening = 0

    async def __aenter__(self) -> "Lines":
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for line in self._all:
            await line.close()

    async def ask(self, *questions: Question) -> list[Rows]:
        """The rows of each; they see one state of the database. psycopg's errors; Busy after a while."""
        loop = asyncio.get_running_loop()
        asked = _Asked(questions, loop.create_future())
        self._waiting.append(asked)
        self._serve()
        patience = None if asked.line else loop.call_later(WAIT, self._give_up, asked)
        try:
            return await asked.answer
        except asyncio.CancelledError:
            self._abandon(asked)
            raise
        finally:
            if patience is not None:
                patience.cancel()

    def _serve(self) -> None:
        while self._waiting and self._free:
            if (line := self._free.pop()).alive:
                share = -(-len(self._waiting) // MOST)
                self._send(line, [self._waiting.popleft() for _ in range(share)])
        if self._waiting:
            self._all = {line for line in self._all if line.alive}
            if len(self._all) + self._opening < MOST:
                self._opening += 1
                self._begin(self._open())

    def _send(self, line: Line, together: Sequence[_Asked]) -> None:
        for asked in together:
            asked.line = line
        self._carried[line] = together
        line.send([self._before, *(one for asked in together for one in asked.questions)], self._take)

    def _take(self, line: Line, answers: list[Answer] | Error) -> None:
        together = self._carried.pop(line)
        if line.is_full:
            self._give_back(line)
        elif line.alive:
            self._free.append(line)
        if isinstance(answers, Error):
            _refuse(together, answers)
        elif isinstance(answers[0], Error):
            _refuse(together, answers[0])
        else:
            self._share(together, answers[1:])
        self._serve()

    def _share(self, together: Sequence[_Asked], answers: Sequence[Answer]) -> None:
        """Whoever was not reached because of somebody else's question asks again."""
        rest = iter(answers)
        for asked in together:
            theirs = [*islice(rest, len(asked.questions))]
            if theirs[0] is None:
                self._waiting.append(asked)
            elif faults := [one for one in theirs if isinstance(one, Error)]:
                _refuse([asked], faults[0])
            elif not asked.answer.done():
                asked.answer.set_result([one for one in theirs if isinstance(one, list)])

    def _give_up(self, asked: _Asked) -> None:
        if asked in self._waiting:
            self._waiting.remove(asked)
            _refuse([asked], Busy())

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
        return line in self._carried and all(asked.answer.done() for asked in self._carried[line])

    async def _open(self) -> None:
        try:
            line = await Line.open(self._url)
        except OperationalError as error:
            if not self._all:
                _refuse([*self._waiting], error)
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


def _refuse(together: Sequence[_Asked], error: Exception) -> None:
    for asked in together:
        if not asked.answer.done():
            asked.answer.set_exception(error)
