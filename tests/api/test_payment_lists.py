"""What lists and sums of payments say to the outside, and what they ask of the database."""

from ports.identity import Role
from tests.api.documents import PAYABLE, RECEIVABLE
from tests.running import Api

CREATE = "mutation($i: PaymentInput!) { createPayment(input: $i) { ...on Payment { id } } }"
SUMMARY = """query($by: PaymentGroup!, $f: PaymentFilter) {
    paymentSummary(filter: $f, groupBy: $by) { key label count total settled open overdue } }"""


async def test_only_who_asks_for_the_count_has_it_counted(api: Api, statements: list[str]) -> None:
    await api.data("{ payments { nodes { id } pageInfo { hasNextPage } } }")
    assert len(statements) == 1
    assert "count(" not in statements.pop()
    await api.data("{ payments { nodes { id } totalCount } }")
    assert ["count(" in statement for statement in statements] == [False, True]


async def test_sums_by_group(api: Api) -> None:
    for sent in (RECEIVABLE, PAYABLE, {**RECEIVABLE, "liquidado": False, "dataLiquidacao": None}):
        await api.data(CREATE, {"i": sent})
    by_party = (await api.data(SUMMARY, {"by": "ENTIDADE"}))["paymentSummary"]
    client = {"key": "CLIENTE", "label": None, "count": 2, "total": "3201.98", "settled": "1600.99"}
    assert by_party[0] == client | {"open": "1600.99", "overdue": "1600.99"}
    assert (by_party[1]["key"], by_party[1]["overdue"]) == ("FORNECEDOR", "0.00")
    by_shop = (await api.data(SUMMARY, {"by": "LOJA"}))["paymentSummary"]
    assert [(part["key"], part["label"], part["count"]) for part in by_shop] == [
        ("", None, 2),
        ("178114", "Matriz", 1),
    ]
    of_clients = {"by": "MONTH", "f": {"entidade": ["CLIENTE"]}}
    months = (await api.data(SUMMARY, of_clients))["paymentSummary"]
    assert [(part["key"], part["total"]) for part in months] == [("2020-01", "3201.98")]


async def test_sums_of_deleted_payments_are_for_those_who_may_list_them(api: Api) -> None:
    made = (await api.data(CREATE, {"i": RECEIVABLE}))["createPayment"]
    await api.data("mutation($id: ID!) { deletePayment(id: $id) { __typename } }", {"id": made["id"]})
    asked = {"by": "SITUACAO", "f": {"deleted": True}}
    for role in (Role.ADMIN, Role.CFO):
        [part] = (await api.data(SUMMARY, asked, role=role))["paymentSummary"]
        assert (part["key"], part["count"]) == ("LIQUIDADO", 1)
    for role in (Role.FINANCE, Role.VIEWER):
        assert await api.code(SUMMARY, asked, role=role) == "FORBIDDEN"
        assert (await api.data(SUMMARY, {"by": "SITUACAO"}, role=role))["paymentSummary"] == []
