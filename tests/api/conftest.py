import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from adapters.omie.demo.book import Book
from adapters.postgres.line import Question
from adapters.postgres.lines import Lines
from bootstrap import assemble
from ports.clock import Clock
from tests.api.books import DAY, Books, write_books
from tests.conftest import new_database
from tests.mirror import Mirror
from tests.running import SECRET, Api, TestClock, running_api, running_server, settings_for


@pytest.fixture
async def api(database_url: str, clock: TestClock) -> AsyncIterator[Api]:
    """The built application on the test's database, with the demo Omie and a worker."""
    async with running_api(assemble(settings_for(), database_url, SECRET, {Clock: clock})) as caller:
        yield caller


@pytest.fixture
async def demo(database_url: str, clock: TestClock) -> AsyncIterator[tuple[Api, Book]]:
    """The same, and the books of its demo Omie, to be changed."""
    assembly = assemble(settings_for(), database_url, SECRET, {Clock: clock})
    assert assembly._demo is not None
    async with running_api(assembly) as caller:
        yield caller, assembly._demo.book


@pytest.fixture(scope="module")
async def shared_api(server: str) -> AsyncIterator[Api]:
    """The same for the tests of a module that write nothing, or nothing that the others see."""
    async with running_api(assemble(settings_for(), new_database(server), SECRET)) as caller:
        yield caller


@pytest.fixture(scope="module")
async def live(server: str) -> AsyncIterator[Api]:
    """The same behind a real port."""
    settings = settings_for(cors_origins="https://panel.example")
    async with running_server(assemble(settings, new_database(server), SECRET)) as caller:
        yield caller


@pytest.fixture
async def books(database_url: str, clock: TestClock) -> AsyncIterator[Books]:
    """The application on 4 December, over the books of a small company."""
    clock.set(DAY)
    assembly = assemble(settings_for(), database_url, SECRET, {Clock: clock})
    async with running_api(assembly) as api:
        yield await write_books(api, Mirror(assembly))


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the database is asked about our records and the titles to receive while the test runs, whoever asks."""
    said: list[str] = []
    ask = Lines.ask

    def keep(statement: str) -> None:
        if re.search(r"FROM (payments|clients|contracts|erp_receivables)\b", statement):
            said.append(statement)

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        keep(statement)

    async def heard(lines: Lines, *questions: Question) -> Any:
        for question in questions:
            keep(question.text.decode())
        return await ask(lines, *questions)

    monkeypatch.setattr(Lines, "ask", heard)
    event.listen(Engine, "before_cursor_execute", listen)
    yield said
    event.remove(Engine, "before_cursor_execute", listen)
