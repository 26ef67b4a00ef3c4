import strawberry
from strawberry import UNSET

from graphql_api.context import Info
from graphql_api.fields import plain, resolved
from graphql_api.operations.arguments import Version, given, mutation, needed_key, or_none, result, written
from graphql_api.roles import DIRECTORS, EVERYONE
from graphql_api.scalars import Document
from graphql_api.types.client import Client
from graphql_api.types.connection import Rows, connection
from graphql_api.types.node import key_of
from ports import clients
from ports.clients import ClientRecord

ClientResult = result(Client)


@strawberry.input(description="All conditions hold together; a list asks for any of its members.")
class ClientFilter:
    search: str | None = plain(
        "Every word stands somewhere in the name, document or email; accents and case aside.", default=UNSET
    )
    document: list[Document] | None = plain("CPF or CNPJ.", default=UNSET)
    omie_codigo: list[str] | None = plain("ERP code, the first or another.", default=UNSET)
    linked: bool | None = plain("Whether it has an ERP code.", default=UNSET)
    active: bool | None = plain("Whether it is in use.", default=UNSET)


@strawberry.input(description="A new client.")
class ClientInput:
    name: str = plain("Legal name (razão social).")
    document: Document | None = plain("CPF or CNPJ; at most one client has it.", default=UNSET)
    contact_email: str | None = plain("Where to write to.", default=UNSET)
    omie_codigo: str | None = plain("Its code in the ERP, when known.", default=UNSET)


@strawberry.input(description='Changes to a client. A field left out stays; null or "" clears it.')
class ClientPatch:
    name: str | None = plain("Legal name (razão social).", default=UNSET)
    document: Document | None = plain("CPF or CNPJ; at most one client has it.", default=UNSET)
    contact_email: str | None = plain("Where to write to.", default=UNSET)
    active: bool | None = plain("False puts it out of use.", default=UNSET)


@strawberry.type
class ClientQueries:
    @resolved(Client | None, roles=EVERYONE)
    async def client(self, info: Info, id: strawberry.ID) -> ClientRecord | None:
        """One client; null when unknown."""
        key = key_of(id, "client")
        return await info.context.loaders.clients.load(key) if key else None

    @connection(Client, roles=EVERYONE)
    async def clients(self, filter: ClientFilter | None = UNSET) -> Rows[ClientRecord]:
        """Clients, by name."""
        where = clients.ClientFilter(**given(filter or ClientFilter()))
        return Rows(lambda work, page: work.clients.page(where, page), lambda work: work.clients.count(where))


@strawberry.type
class ClientMutations:
    @mutation(ClientResult, roles=DIRECTORS)
    async def create_client(self, info: Info, input: ClientInput) -> ClientRecord:
        """Keep a new client."""
        values = given(input)
        code = values.pop("omie_codigo", None)
        return await info.context.use_cases.create_client(values, omie_codigo=code, by=info.context.caller)

    @mutation(ClientResult, roles=DIRECTORS)
    async def update_client(
        self, info: Info, id: strawberry.ID, input: ClientPatch, expected_version: Version = UNSET
    ) -> ClientRecord:
        """Change a client.

        Name, document, email and active of a linked client are the ERP's; changing them here is refused with
        OWNED_BY_ERP.
        """
        key = needed_key(id, "client")
        return await info.context.use_cases.update_client(
            key, written(input), or_none(expected_version), by=info.context.caller
        )

    @mutation(ClientResult, roles=DIRECTORS)
    async def link_client(self, info: Info, id: strawberry.ID, omie_codigo: str) -> ClientRecord:
        """Gives the client this ERP code, also a second one.

        A client that the sync made for that code alone is merged into this one: its contracts are this one's
        then, and its id finds this one. Of a client with several codes the register of the first one says
        name, document, email and active.
        """
        key = needed_key(id, "client")
        return await info.context.use_cases.link_client(key, omie_codigo, by=info.context.caller)
