"""`/exports/payments.*`: who may, which filters, what is told of a refusal."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from openpyxl.reader.excel import load_workbook

from ports.identity import Role
from tests.api.documents import PAYABLE, RECEIVABLE
from tests.running import Api, TestClock

CREATE = "mutation($i: PaymentInput!) { createPayment(input: $i) { ...on Payment { id } } }"
FORMATS = ["json", "csv", "xlsx"]


async def export(
    api: Api,
    format: str = "json",
    filter: object = None,
    *,
    role: Role | None = Role.VIEWER,
    language: str = "en",
) -> httpx.Response:
    headers = {"accept-language": language}
    if role:
        headers["authorization"] = f"Bearer {api.token(role)}"
    asked = {} if filter is None else {"filter": filter if isinstance(filter, str) else json.dumps(filter)}
    return await api.client.get(f"/exports/payments.{format}", params=asked, headers=headers)


def error_of(answer: httpx.Response) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"], error["message"]


async def create(api: Api, *inputs: dict[str, Any]) -> list[str]:
    return [(await api.data(CREATE, {"i": each}))["createPayment"]["id"] for each in inputs]


async def test_a_payment_comes_out_in_each_format(api: Api) -> None:
    (made,) = await create(api, PAYABLE)
    (listed,) = (await export(api)).json()["dados"]
    assert (listed["id"], listed["nome_loja"], listed["valor_total"]) == (made, "Matriz", "2931.44")
    (tabled,) = csv.DictReader(
        io.StringIO((await export(api, "csv")).content.decode("utf-8-sig"), newline="")
    )
    assert (tabled["id"], tabled["valor_total"], tabled["cliente_id"]) == (made, "2931.44", "")
    sheet = load_workbook(io.BytesIO((await export(api, "xlsx")).content)).active
    assert sheet is not None
    assert sheet["A2"].value == made


@pytest.mark.parametrize(
    ("format", "kind"),
    [
        ("json", "application/json"),
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
async def test_it_is_a_file_of_the_day(api: Api, clock: TestClock, format: str, kind: str) -> None:
    headers = {"authorization": f"Bearer {api.token(Role.VIEWER)}"}
    clock.set(datetime(2026, 11, 22, 1, tzinfo=UTC))
    answer = await api.client.get(f"/exports/payments.{format}", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"] == f'attachment; filename="payments-2026-11-21.{format}"'
    assert answer.headers["cache-control"] == "no-store"
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("format", FORMATS)
async def test_roles_are_those_of_the_query(shared_api: Api, format: str) -> None:
    for role in Role:
        assert (await export(shared_api, format, role=role)).status_code == 200
    assert error_of(await export(shared_api, format, role=None))[:2] == (401, "UNAUTHENTICATED")
    forged = await shared_api.client.get(
        f"/exports/payments.{format}", headers={"authorization": "Bearer a.b.c"}
    )
    assert error_of(forged)[:2] == (401, "UNAUTHENTICATED")


async def test_only_directors_export_deleted_ones(api: Api) -> None:
    live, gone = await create(api, PAYABLE, RECEIVABLE)
    await api.data("mutation($id: ID!) { deletePayment(id: $id) { __typename } }", {"id": gone})
    for role, status in ((Role.ADMIN, 200), (Role.CFO, 200), (Role.FINANCE, 403), (Role.VIEWER, 403)):
        answer = await export(api, filter={"deleted": True}, role=role)
        assert answer.status_code == status
        if status == 200:
            assert [row["id"] for row in answer.json()["dados"]] == [gone]
        else:
            assert error_of(answer)[1] == "FORBIDDEN"
            assert answer.json()["errors"][0]["extensions"]["requiredRoles"] == ["ADMIN", "CFO"]
    assert [row["id"] for row in (await export(api)).json()["dados"]] == [live]


@pytest.mark.parametrize(
    "filter",
    [
        {},
        {"entidade": "CLIENTE"},
        {"entidade": ["CLIENTE", "FORNECEDOR"]},
        {"search": "conceição"},
        {"liquidado": False},
        {"situacao": ["LIQUIDADO"], "codigo": None},
        {"dataVencimento": {"from": "2020-01-25", "to": "2020-01-25"}},
        {"valorTotal": {"from": "2931.44"}},
        {"externalId": []},
        {"lojaId": ["178114"]},
        {"deleted": None},
    ],
    ids=json.dumps,
)
async def test_a_filter_means_what_it_means_to_the_query(shared_api: Api, filter: dict[str, Any]) -> None:
    found = await shared_api.data("{ payments { totalCount } }")
    if not found["payments"]["totalCount"]:
        await create(shared_api, PAYABLE, RECEIVABLE, {**RECEIVABLE, "nomeCliente": "Ana Conceicao"})
    query = "query($filter: PaymentFilter) { payments(filter: $filter) { nodes { id } } }"
    listed = (await shared_api.data(query, {"filter": filter}))["payments"]["nodes"]
    exported = (await export(shared_api, filter=filter)).json()["dados"]
    assert [row["id"] for row in exported] == [node["id"] for node in listed]


@pytest.mark.parametrize(
    ("filter", "said"),
    [
        ('{"entidade": ["Z"]}', "filter.entidade.0"),
        ('{"valorTotal": {"from": 12.5}}', "filter.valorTotal.from"),
        ('{"valorTotal": {"from": "1.999"}}', "filter.valorTotal.from"),
        ('{"dataVencimento": {"from": "2026-02-30"}}', "filter.dataVencimento.from"),
        ('{"liquidado": "1"}', "filter.liquidado"),
        ('{"nada": 1}', "nada"),
        ('{"data_vencimento": {}}', "data_vencimento"),
        ("[]", "filter"),
        ("1", "filter"),
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 5000, "not valid JSON"),
        ('{"search": "a\\u0000b"}', "cannot be stored"),
        ('{"codigo": ["\\ud800"]}', "not valid JSON"),
    ],
)
async def test_a_filter_that_is_none_is_bad_user_input(shared_api: Api, filter: str, said: str) -> None:
    for format in FORMATS:  # noqa: A001
        status, code, message = error_of(await export(shared_api, format, filter))
        assert (status, code) == (400, "BAD_USER_INPUT")
        assert said in message


async def test_every_fault_of_a_filter_is_named(shared_api: Api) -> None:
    errors = (await export(shared_api, filter={"entidade": ["Z"], "liquidado": "1"})).json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    assert sorted(error["message"].split(":")[0] for error in errors) == [
        "filter.entidade.0",
        "filter.liquidado",
    ]


async def test_a_misspelt_parameter_does_not_export_everything(shared_api: Api) -> None:
    token = {"authorization": f"Bearer {shared_api.token(Role.CFO)}"}
    for query in ("filtro={}", "filter={}&filter={}", "filter={}&x=1"):
        answer = await shared_api.client.get(f"/exports/payments.json?{query}", headers=token)
        assert error_of(answer)[:2] == (400, "BAD_USER_INPUT")


async def test_refusals_speak_the_callers_language(shared_api: Api) -> None:
    said = {
        language: error_of(await export(shared_api, filter="{", language=language))[2]
        for language in ("pt", "en")
    }
    assert said == {"pt": "O filtro não é JSON válido.", "en": "The filter is not valid JSON."}


async def test_there_is_no_other_format_and_no_other_method(shared_api: Api) -> None:
    assert (await export(shared_api, "pdf")).status_code == 404
    assert (await shared_api.client.post("/exports/payments.json")).status_code == 405
