"""One connection that the event loop drives itself, in libpq's pipeline mode.

psycopg's own way of waiting serves every kind of conversation; this one serves a single kind, reads without a
cursor, at a third of the processor's time.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from psycopg import AsyncConnection, Error, OperationalError
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from adapters.postgres.wire import speak_plainly

REMEMBERED = 500
"""Statements that the database keeps for one connection."""
GOODBYE = 5.0
"""Seconds that the database has for ending what nobody waits for."""


class Question(NamedTuple):
    """A statement with `$1` and so on, and the texts of the values in their places.

    One that is asked often has a name, by which the database remembers it. The name stands for the text and
    nothing else: connections may have been somebody else's. `rows` is about how many there may be at most.
    """

    text: bytes
    values: Sequence[bytes | None] = ()
    name: bytes = b""
    rows: int = 1


Rows: TypeAlias = list[tuple[Any, ...]]
Answer: TypeAlias = PGresult | Error | None
"""None where a question was passed over because one before it failed."""
Take: TypeAlias = Callable[["Line", Answer], None]
Over: TypeAlias = Callable[["Line", Error | None], None]


class Line:
    """Carries one message at a time; its questions are one transaction, and share its fate."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection = connection
        self._pg = connection.pgconn
        self._pg.nonblocking = 1
        self._pg.enter_pipeline_mode()
        self._loading = Transformer(connection)
        self._loop = asyncio.get_running_loop()
        # Kept, because a connection that is lost has none any more.
        self._socket = self._pg.socket
        self._loop.add_reader(self._socket, self._readable)
        self._awaited: deque[bytes | None] = deque()
        """Of each result that is to come the name that it prepares; None for an answer."""
        self._prepared: set[bytes] = set()
        self._take: Take
        self._over: Over | None = None
        self.alive = True

    @classmethod
    async def open(cls, database_url: str) -> "Line":
        connection = await AsyncConnection.connect(
            database_url, autocommit=True, options="-c timezone=UTC -c datestyle=ISO"
        )
        speak_plainly(connection)
        return cls(connection)

    @property
    def is_full(self) -> bool:
        """Whether it has had the database remember enough."""
        return len(self._prepared) >= REMEMBERED

    def send(self, questions: Sequence[Question], take: Take, over: Over) -> None:
        """`take` gets an answer for each question; `over` is told when that was all, or why it was not."""
        self._take, self._over = take, over
        self._awaited.clear()
        try:
            for question in questions:
                self._say(question)
            self._pg.pipeline_sync()
            self._write()
        except OperationalError as error:
            self._lose(error)

    def rows(self, answer: PGresult) -> Rows:
        """To be made by whoever uses them at once: thousands that wait leave the processor's caches."""
        self._loading.set_pgresult(answer)
        return self._loading.load_rows(0, answer.ntuples, tuple)

    async def close(self) -> None:
        """Whatever is being asked need not be answered any more."""
        self.hang_up()
        if self._over is not None:
            self._over = None
            await self._connection.cancel_safe(timeout=GOODBYE)
        await self._connection.close()

    def hang_up(self) -> None:
        """Nothing is asked or taken any more from now on."""
        self.alive = False
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)

    def _lose(self, error: OperationalError) -> None:
        self.hang_up()
        self._pg.finish()
        self._end(error)

    def _end(self, error: Error | None) -> None:
        over, self._over = self._over, None
        if over is not None:
            over(self, error)

    def _say(self, question: Question) -> None:
        text, values, name, _ = question
        if not name:
            self._pg.send_query_params(text, values)
        else:
            if name not in self._prepared and name not in self._awaited:
                self._pg.send_prepare(name, text)
                self._awaited.append(name)
            self._pg.send_query_prepared(name, values)
        self._awaited.append(None)

    def _write(self) -> None:
        if self._pg.flush():
            self._loop.add_writer(self._socket, self._writable)

    def _writable(self) -> None:
        self._loop.remove_writer(self._socket)
        self._write()

    def _readable(self) -> None:
        try:
            self._pg.consume_input()
            self._read_on()
        except OperationalError as error:
            self._lose(error)

    def _read_on(self) -> None:
        while self.alive and self._over is not None and not self._pg.is_busy():
            self._answered(self._pg.get_result())

    def _answered(self, answer: PGresult | None) -> None:
        """None stands between answers, and the last one ends the message."""
        if answer is None:
            if self._pg.status == ConnStatus.BAD:
                raise OperationalError("the connection was lost")
        elif answer.status == ExecStatus.PIPELINE_SYNC:
            self._end(None)
        elif not self._awaited:
            raise OperationalError("what was answered could not be kept") from error_from_result(answer)
        elif (name := self._awaited.popleft()) is None:
            self._take(self, _checked(answer))
        elif answer.status == ExecStatus.COMMAND_OK:
            self._prepared.add(name)
        elif answer.status == ExecStatus.FATAL_ERROR:
            # It cannot be prepared, and this says why: what follows only says that something failed before.
            self._take(self, _checked(answer))
            self._awaited[0] = name


def _checked(answer: PGresult) -> Answer:
    match answer.status:
        case ExecStatus.TUPLES_OK:
            return answer
        case ExecStatus.PIPELINE_ABORTED:
            return None
        case _:
            return error_from_result(answer)
