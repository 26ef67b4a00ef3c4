"""A few lines to the database for what is written in one message, which is a transaction of its own."""

import asyncio
from types import TracebackType

from psycopg import Error

from adapters.postgres.line import Answer, Line, Question, Rows
from adapters.postgres.lines import WAIT, Busy
from ports.patience import Patience

MOST = 5
"""Lines."""


class Strokes:
    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._places = asyncio.LifoQueue[Line | None]()
        """One that is None has no line yet."""
        for _ in range(MOST):
            self._places.put_nowait(None)
        self._closing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Strokes":
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """What is being written is not cut off."""
        for _ in range(MOST):
            if line := await self._places.get():
                await line.close()
        await asyncio.gather(*self._closing, return_exceptions=True)

    async def write(self, *questions: Question) -> list[Rows]:
        """The rows of each, when all is kept for good. psycopg's errors, and then nothing is kept, unless
        the connection was lost; Busy when nothing was even asked."""
        line = await self._line()
        try:
            return await _written(line, questions)
        finally:
            self._give_back(line)

    async def _line(self) -> Line:
        try:
            with Patience(WAIT):
                line = await self._places.get()
                if line is None or not line.alive:
                    line = await self._opened()
        except TimeoutError:
            raise Busy from None
        return line

    async def _opened(self) -> Line:
        try:
            return await Line.open(self._url)
        except BaseException:
            self._places.put_nowait(None)
            raise

    def _give_back(self, line: Line) -> None:
        if line.alive and not line.is_full:
            self._places.put_nowait(line)
            return
        self._places.put_nowait(None)
        line.hang_up()
        closing = asyncio.create_task(line.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


async def _written(line: Line, questions: tuple[Question, ...]) -> list[Rows]:
    """Before the message is over nothing of it is sure, whatever was answered."""
    answers: list[Answer] = []
    over: asyncio.Future[Error | None] = asyncio.get_running_loop().create_future()

    def take(_line: Line, answer: Answer) -> None:
        answers.append(answer)

    def end(_line: Line, error: Error | None) -> None:
        if not over.done():
            over.set_result(error)

    line.send(questions, take, end)
    try:
        lost = await over
    except asyncio.CancelledError:
        # Nobody waits any more, and what was asked may take long.
        line.hang_up()
        raise
    for answer in (*answers, lost):
        if isinstance(answer, Error):
            raise answer
    return [line.rows(answer) for answer in answers if not isinstance(answer, Error) and answer is not None]
