from collections.abc import AsyncIterator

import pytest

from bootstrap import assemble
from ports.clock import Clock
from tests.running import SECRET, Api, TestClock, running_api, settings_for


@pytest.fixture
async def api(database_url: str, clock: TestClock) -> AsyncIterator[Api]:
    """The built application on the test's database, with the demo Omie and a worker."""
    async with running_api(assemble(settings_for(), database_url, SECRET, {Clock: clock})) as caller:
        yield caller
