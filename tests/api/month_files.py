"""A month's workbook over HTTP."""

import httpx

from ports.identity import Role
from tests.api.test_acknowledgements import a_contract
from tests.running import Api
from tests.workbooks import Row, filled, rows_of

PATH = "/exports/reconciliation/2026-10.xlsx"
REASONS = "EXPECTED, NEGOTIATED, BILLED_ELSEWHERE, TIMING, DATA_ERROR, DISPUTED, WRITTEN_OFF"
RESULTS = ("acknowledged", "withdrawn", "unchanged", "refused")


def headers(api: Api, role: Role | None, language: str) -> dict[str, str]:
    authorization = {"authorization": f"Bearer {api.token(role)}"} if role else {}
    return {"accept-language": language, **authorization}


async def export(api: Api, path: str = PATH, role: Role | None = Role.FINANCE) -> httpx.Response:
    return await api.client.get(path, headers=headers(api, role, "en"))


async def send(
    api: Api, body: bytes, path: str = PATH, role: Role | None = Role.FINANCE, language: str = "en"
) -> httpx.Response:
    return await api.client.post(path, content=body, headers=headers(api, role, language))


def counts(answer: httpx.Response) -> dict[str, int]:
    """Those that are not zero."""
    told = {result: int(answer.headers[f"concilia-{result}"]) for result in RESULTS}
    return {result: number for result, number in told.items() if number}


def error_of(answer: httpx.Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"]


async def three_lines(api: Api) -> tuple[list[str], bytes]:
    """The contracts of three clients whom nobody bills, and the month's workbook."""
    contracts = [await a_contract(api) for _ in range(3)]
    return contracts, (await export(api)).content


def numbered(content: bytes, answers: dict[int, Row]) -> bytes:
    """Filled in by the row's number, from 0."""
    ids = [row["id"] for row in rows_of(content)]
    return filled(content, lambda row: answers.get(ids.index(row["id"]), {}))
