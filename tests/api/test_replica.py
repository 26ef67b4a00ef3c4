"""With DATABASE_READ_URL queries are answered by the replica, and everything else by the main database."""

from collections.abc import AsyncIterator

import pytest

from bootstrap import assemble
from tests.api.documents import RECEIVABLE
from tests.conftest import new_database
from tests.running import SECRET, Api, running_api, settings_for

CREATE = "mutation($input: PaymentInput!) { createPayment(input: $input) { ... on Payment { id } } }"


@pytest.fixture
async def api(server: str) -> AsyncIterator[tuple[Api, str]]:
    """The replica has stood still since before the first payment."""
    main, replica = new_database(server), new_database(server)
    assembly = assemble(settings_for(database_read_url=replica), main, SECRET)
    async with running_api(assembly) as caller:
        told = await caller.data(CREATE, {"input": RECEIVABLE})
        yield caller, told["createPayment"]["id"]


async def test_what_was_written_is_read_where_it_was_written(api: tuple[Api, str]) -> None:
    caller, id_ = api
    change = "mutation($id: ID!) { deletePayment(id: $id) { ... on Payment { id } } }"
    told = await caller.data(change, {"id": id_})
    assert told["deletePayment"]["id"] == id_


@pytest.mark.parametrize(
    "query",
    [
        "query($id: ID!) { payment(id: $id) { id } }",
        "query($id: ID!) { payment(id: $id) { id a: atributos { valor } } }",
        "query($id: ID!) { node(id: $id) { id } }",
    ],
    ids=["from rows", "by resolvers", "by node"],
)
async def test_queries_go_to_the_replica(api: tuple[Api, str], query: str) -> None:
    caller, id_ = api
    [found] = (await caller.data(query, {"id": id_})).values()
    assert found is None


async def test_without_one_queries_see_what_was_written(server: str) -> None:
    async with running_api(assemble(settings_for(), new_database(server), SECRET)) as caller:
        told = await caller.data(CREATE, {"input": RECEIVABLE})
        id_ = told["createPayment"]["id"]
        assert (await caller.data("query($id: ID!) { payment(id: $id) { id } }", {"id": id_}))["payment"]
