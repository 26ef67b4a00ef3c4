"""createPayments: a result for each row, in order, under both policies."""

from typing import Any

from ports.identity import Role
from tests.api.documents import PAYABLE, RECEIVABLE
from tests.running import Api

ANSWER = """{ __typename
  ...on BulkPaymentResult { created refused rows { index payment { id externalId descricao }
      refusal { code message fields { path code } } } }
  ...on Refusal { code message fields { path code } } }"""
CREATE = f"""mutation($i: [PaymentInput!]!, $p: ErrorPolicy! = REJECT_ALL, $k: String) {{
    it: createPayments(inputs: $i, onError: $p, idempotencyKey: $k) {ANSWER} }}"""
COUNT = "{ payments { totalCount } }"

MIXED = [
    {**RECEIVABLE, "externalId": "A"},
    {**RECEIVABLE, "descricao": "x", "valor": "-1.00"},
    {**PAYABLE, "externalId": "B"},
    {**PAYABLE, "externalId": "B"},
]
FAULTY = [
    None,
    {
        "code": "TOO_SHORT",
        "message": "At least 3 characters.",
        "fields": [{"path": ["descricao"], "code": "TOO_SHORT"}, {"path": ["valor"], "code": "INVALID"}],
    },
    None,
    {
        "code": "DUPLICATE_EXTERNAL_ID",
        "message": "Another live record holds this external id.",
        "fields": [{"path": ["externalId"], "code": "DUPLICATE_EXTERNAL_ID"}],
    },
]


async def create(api: Api, rows: list[dict[str, Any]], policy: str = "REJECT_ALL", **options: Any) -> Any:
    key = options.pop("key", None)
    return (await api.data(CREATE, {"i": rows, "p": policy, "k": key}, **options))["it"]


async def count(api: Api) -> int:
    return int((await api.data(COUNT))["payments"]["totalCount"])


async def test_one_faulty_row_and_nothing_is_created(api: Api) -> None:
    answer = await create(api, MIXED)
    assert (answer["created"], answer["refused"]) == (0, 2)
    assert [row["index"] for row in answer["rows"]] == [0, 1, 2, 3]
    assert [row["payment"] for row in answer["rows"]] == [None] * 4
    assert [row["refusal"] for row in answer["rows"]] == FAULTY
    assert await count(api) == 0


async def test_only_the_faulty_rows_are_left_out(api: Api) -> None:
    answer = await create(api, MIXED, "REJECT_FAILED_ROWS")
    assert (answer["created"], answer["refused"]) == (2, 2)
    assert [row["refusal"] for row in answer["rows"]] == FAULTY
    assert [row["payment"] and row["payment"]["externalId"] for row in answer["rows"]] == [
        "A",
        None,
        "B",
        None,
    ]
    assert await count(api) == 2


async def test_an_external_id_that_is_on_file(api: Api) -> None:
    await create(api, [MIXED[0]])
    again = await create(api, [MIXED[0], MIXED[2]])
    assert [row["refusal"] and row["refusal"]["code"] for row in again["rows"]] == [
        "DUPLICATE_EXTERNAL_ID",
        None,
    ]
    assert await count(api) == 1


async def test_a_key_gives_the_same_rows_again(api: Api) -> None:
    first = await create(api, MIXED, "REJECT_FAILED_ROWS", key="k")
    assert await create(api, MIXED, "REJECT_FAILED_ROWS", key="k") == first
    assert await count(api) == 2
    for other in (
        (MIXED, "REJECT_ALL"),
        (MIXED[:2], "REJECT_FAILED_ROWS"),
        (MIXED[::-1], "REJECT_FAILED_ROWS"),
    ):
        assert (await create(api, *other, key="k"))["code"] == "IDEMPOTENCY_KEY_REUSED"
    elsewhere = await create(api, [{**RECEIVABLE, "externalId": "C"}], key="k", role=Role.FINANCE)
    assert elsewhere["created"] == 1


async def test_a_refused_set_does_not_use_the_key_up(api: Api) -> None:
    assert (await create(api, MIXED, key="k"))["refused"] == 2
    assert (await create(api, [MIXED[1]], "REJECT_FAILED_ROWS", key="k"))["refused"] == 1
    assert (await create(api, [MIXED[0]], key="k"))["created"] == 1


async def test_no_rows_and_too_many(api: Api) -> None:
    assert await create(api, []) == {
        "__typename": "BulkPaymentResult",
        "created": 0,
        "refused": 0,
        "rows": [],
    }
    least = {name: PAYABLE[name] for name in ("descricao", "valor", "dataVencimento", "entidade")}
    row = {**least, "fornecedorId": "1", "fornecedorExternalId": "F1"}
    full = await create(api, [row] * 5000)
    assert (full["created"], len({row["payment"]["id"] for row in full["rows"]})) == (5000, 5000)
    over = await create(api, [row] * 5001)
    assert (over["code"], over["fields"]) == ("TOO_MANY", [{"path": ["inputs"], "code": "TOO_MANY"}])
    assert await count(api) == 5000


async def test_the_viewer_may_not(api: Api) -> None:
    assert await api.code(CREATE, {"i": [RECEIVABLE]}, role=Role.VIEWER) == "FORBIDDEN"
