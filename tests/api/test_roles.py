"""Every door is guarded: each root field, `node`, and the edges from one type to another."""

import re

import pytest
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLUnionType, print_ast
from graphql import build_schema as build_sdl
from graphql.type import GraphQLField, GraphQLSchema
from pydantic import SecretStr

from bootstrap import assemble
from graphql_api.schema import build_schema
from graphql_api.types.node import SHOWN_AS
from ports.identity import Role
from tests.api.documents import RECEIVABLE
from tests.conftest import new_database
from tests.running import SECRET, Api, running_api, settings_for

OPEN = {"me", "node"}


@pytest.fixture(scope="module")
def printed() -> GraphQLSchema:
    """The schema as the outside sees it: with its directives, read back from its text."""
    return build_sdl(build_schema().as_str())


def roles_of(field: GraphQLField) -> set[str] | None:
    """What @requiresRole says; None when the field is unguarded."""
    for directive in (field.ast_node and field.ast_node.directives) or ():
        if directive.name.value == "requiresRole":
            return set(re.findall("[A-Z]+", print_ast(directive).partition(":")[2]))
    return None


def roots(printed: GraphQLSchema) -> list[GraphQLObjectType]:
    found = [printed.query_type, printed.mutation_type, printed.subscription_type]
    assert None not in found
    return [root for root in found if root]


def test_every_root_field_names_its_roles(printed: GraphQLSchema) -> None:
    for root in roots(printed):
        unguarded = {name for name, field in root.fields.items() if roles_of(field) is None}
        assert unguarded <= OPEN


def test_a_guarded_field_below_the_root_is_nullable(printed: GraphQLSchema) -> None:
    for name, kind in printed.type_map.items():
        if isinstance(kind, GraphQLObjectType) and kind not in roots(printed):
            for field_name, field in kind.fields.items():
                if roles_of(field):
                    assert not isinstance(field.type, GraphQLNonNull), f"{name}.{field_name}"


def _leads_to(kind: object) -> list[GraphQLObjectType]:
    while isinstance(kind, (GraphQLNonNull, GraphQLList)):
        kind = kind.of_type
    if isinstance(kind, GraphQLUnionType):
        return list(kind.types)
    return [kind] if isinstance(kind, GraphQLObjectType) else []


@pytest.mark.parametrize("role", list(Role))
def test_no_edge_leads_to_what_node_would_hide(printed: GraphQLSchema, role: Role) -> None:
    """Walk every path that the role may take; whatever node type it reaches, `node` must give it too."""
    may_see = {name for name, kind in SHOWN_AS.items() if role in kind.roles}
    every_node = set(SHOWN_AS)
    reached, open_ends = set(), roots(printed)
    while open_ends:
        kind = open_ends.pop()
        if kind.name in reached:
            continue
        reached.add(kind.name)
        for field in kind.fields.values():
            needed = roles_of(field)
            if needed is None or role.name in needed:
                open_ends += _leads_to(field.type)
    assert reached & every_node <= may_see


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("{ payments { nodes { id } } }", {"ADMIN", "CFO", "FINANCE", "VIEWER"}),
        ("{ paymentSummary(groupBy: LOJA) { key } }", {"ADMIN", "CFO", "FINANCE", "VIEWER"}),
        ("{ clients { nodes { id } } }", {"ADMIN", "CFO", "FINANCE", "VIEWER"}),
        ("{ contracts { nodes { id } } }", {"ADMIN", "CFO", "FINANCE"}),
        ('{ reconciliation(period: "2026-10") { id } }', {"ADMIN", "CFO", "FINANCE"}),
        ("{ toleranceRules { nodes { id } } }", {"ADMIN", "CFO", "FINANCE"}),
        ("{ syncRuns { nodes { id } } }", {"ADMIN", "CFO"}),
        ('mutation { restorePayment(id: "x") { __typename } }', {"ADMIN"}),
        ('mutation { deletePayment(id: "x") { __typename } }', {"ADMIN", "CFO"}),
        ("{ payments(filter: {deleted: true}) { nodes { id } } }", {"ADMIN", "CFO"}),
    ],
)
async def test_the_directive_is_enforced(api: Api, query: str, allowed: set[str]) -> None:
    for role in Role:
        answer = await api.send(query, role=role)
        if role.name in allowed:
            assert "errors" not in answer
        else:
            extensions = answer["errors"][0]["extensions"]
            assert extensions["code"] == "FORBIDDEN"
            assert set(extensions["requiredRoles"]) == allowed
    assert await api.code(query, role=None) == "UNAUTHENTICATED"


async def test_without_a_token_there_is_me_and_introspection(api: Api) -> None:
    answer = await api.data("{ __typename me { subject } __schema { queryType { name } } }", role=None)
    assert answer == {"__typename": "Query", "me": None, "__schema": {"queryType": {"name": "Query"}}}
    assert await api.code('{ node(id: "x") { id } }', role=None) == "UNAUTHENTICATED"


async def test_in_production_the_schema_is_told_to_admin_alone(server: str) -> None:
    address = new_database(server)
    production = settings_for(
        app_env="production", database_url=SecretStr(address), auth_jwt_secret=SecretStr(SECRET)
    )
    async with running_api(assemble(production, address, SECRET)) as api:
        query = "{ __schema { queryType { name } } }"
        assert await api.code(query, role=Role.CFO) == "GRAPHQL_VALIDATION_FAILED"
        assert await api.code(query, role=None) == "GRAPHQL_VALIDATION_FAILED"
        assert "errors" not in await api.send(query, role=Role.ADMIN)
        refused = await api.data("mutation { syncErp { ...on Refusal { code } } }")
        assert refused == {"syncErp": {"code": "ERP_NOT_CONFIGURED"}}


async def test_a_guarded_field_of_a_list_is_null_for_the_viewer(api: Api) -> None:
    made = 'mutation { createClient(input: {name: "Uma"}) { ...on Client { id } } }'
    await api.data(made)
    answer = await api.send("{ clients { nodes { name mrr contracts { totalCount } } } }", role=Role.VIEWER)
    assert answer["data"]["clients"]["nodes"] == [{"name": "Uma", "mrr": None, "contracts": None}]
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}


async def test_a_deleted_payment_is_hidden_from_those_who_may_not_list_it(api: Api) -> None:
    create = "mutation($i: PaymentInput!) { createPayment(input: $i) { ...on Payment { id } } }"
    made = (await api.data(create, {"i": RECEIVABLE}))["createPayment"]
    await api.data("mutation($id: ID!) { deletePayment(id: $id) { __typename } }", {"id": made["id"]})
    look = "query($id: ID!) { payment(id: $id) { id } node(id: $id) { id } }"
    assert await api.data(look, {"id": made["id"]}) == {"payment": made, "node": made}
    for role in (Role.FINANCE, Role.VIEWER):
        assert await api.data(look, {"id": made["id"]}, role=role) == {"payment": None, "node": None}
