from collections.abc import AsyncIterator

import pytest

from bootstrap import assemble
from ports.clock import Clock
from tests.conftest import new_database
from tests.running import SECRET, Api, TestClock, running_api, running_server, settings_for


@pytest.fixture
async def api(database_url: str, clock: TestClock) -> AsyncIterator[Api]:
    """The built application on the test's database, with the demo Omie and a worker."""
    async with running_api(assemble(settings_for(), database_url, SECRET, {Clock: clock})) as caller:
        yield caller


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
