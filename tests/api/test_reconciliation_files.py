"""The analyst's loop: a month as a workbook, filled in, sent back, answered row by row."""

import io
from datetime import datetime

from openpyxl.reader.excel import load_workbook

from tests.api.month_files import REASONS, counts, export, numbered, send, three_lines
from tests.api.test_acknowledgements import MRR, TRAIL, a_contract, acknowledge, lines
from tests.running import Api
from tests.workbooks import Row, filled, rows_of


async def test_what_a_workbook_shows(api: Api) -> None:
    _, content = await three_lines(api)
    shown = await lines(api)
    rows = rows_of(content)
    assert {row["id"] for row in rows} == {line["id"] for line in shown}
    row = rows[0]
    assert {
        name: row[name] for name in ("client", "expected", "billed", "divergence", "verdict", "kind")
    } == {
        "client": "Padaria",
        "expected": 4200,
        "billed": 0,
        "divergence": -4200,
        "verdict": "NOT_EVALUATED",
        "kind": "STALE_DATA",
    }
    assert (row["reason"], row["owner"], row["note"], row["lapsed"]) == (None, None, None, None)
    (sheet,) = load_workbook(io.BytesIO(content)).worksheets
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("reconciliation", "A2", "A1:Q4")
    assert sheet.column_dimensions["Q"].hidden
    choices = {check.formula1 for check in sheet.data_validations.dataValidation if check.type == "list"}
    assert choices == {f'"{REASONS.replace(" ", "")}"'}


async def test_the_whole_loop(api: Api) -> None:
    _, content = await three_lines(api)
    sent = numbered(
        content,
        {
            0: {"reason": "timing", "owner": " Ana ", "note": "billed in\nDecember"},
            1: {"reason": "DISPUTED"},
        },
    )
    answer = await send(api, sent)
    assert answer.status_code == 200
    assert counts(answer) == {"acknowledged": 2, "unchanged": 1}
    told = rows_of(answer.content)
    assert [row["message"] for row in told] == ["Acknowledged.", "Acknowledged.", "Unchanged."]
    ids = [row["id"] for row in told]
    said = {line["id"]: line["acknowledgement"] for line in await lines(api)}
    assert said[ids[0]] == {
        "reason": "TIMING",
        "note": "billed in\nDecember",
        "owner": "Ana",
        "by": "test-finance",
        "divergence": "-4200.00",
        "stale": False,
    }
    assert (said[ids[1]]["reason"], said[ids[2]]) == ("DISPUTED", None)

    for again in (sent, answer.content, (await export(api)).content):
        assert counts(await send(api, again)) == {"unchanged": 3}

    taken_back = filled(answer.content, lambda row: {"reason": None} if row["id"] == ids[1] else {})
    assert counts(await send(api, taken_back)) == {"withdrawn": 1, "unchanged": 2}
    entries = (await api.data(TRAIL, {"id": ids[1]}))["auditTrail"]["nodes"]
    assert [(entry["by"], entry["action"]) for entry in entries] == [
        ("test-finance", "importReconciliation")
    ] * 2
    (only,) = (await api.data(TRAIL, {"id": ids[0]}))["auditTrail"]["nodes"]
    assert only["action"] == "importReconciliation"


async def test_a_divergence_that_has_moved_is_refused_in_its_row(api: Api) -> None:
    contracts, content = await three_lines(api)
    await api.data(MRR, {"id": contracts[0], "m": "4300.00"})
    sent = filled(content, lambda _: {"reason": "WRITTEN_OFF"})
    answer = await send(api, sent)
    assert counts(answer) == {"acknowledged": 2, "refused": 1}
    (refused,) = [row for row in rows_of(answer.content) if row["message"] != "Acknowledged."]
    assert refused["message"] == "Refused: divergence: The divergence was -4200.00 and is -4300.00 now."
    assert (refused["divergence"], refused["reason"]) == (-4200, "WRITTEN_OFF")
    assert counts(await send(api, answer.content, language="pt")) == {"unchanged": 2, "refused": 1}
    assert [line["acknowledgement"] for line in await lines(api) if line["id"] == refused["id"]] == [None]

    fresh = filled((await export(api)).content, lambda _: {"reason": "WRITTEN_OFF"})
    assert counts(await send(api, fresh)) == {"acknowledged": 1, "unchanged": 2}


async def test_what_is_open_again_shows_what_was_said(api: Api) -> None:
    contract = await a_contract(api)
    (line,) = await lines(api)
    await acknowledge(api, line["id"])
    (said,) = rows_of((await export(api)).content)
    assert (said["reason"], said["owner"], said["note"]) == ("NEGOTIATED", "Rui", "três meses grátis")
    await api.data(MRR, {"id": contract, "m": "4300.00"})
    content = (await export(api)).content
    (open_again,) = rows_of(content)
    assert (open_again["reason"], open_again["owner"], open_again["note"]) == (None, None, None)
    assert open_again["lapsed"] == "NEGOTIATED; -4200.00; Rui; três meses grátis"
    assert counts(await send(api, content)) == {"unchanged": 1}
    assert (await lines(api))[0]["acknowledgement"]["stale"] is True


async def test_nobody_overwrites_what_another_said_meanwhile(api: Api) -> None:
    _, content = await three_lines(api)
    ids = [row["id"] for row in rows_of(content)]
    await acknowledge(api, ids[0], ids[1])
    answer = await send(api, numbered(content, {0: {"reason": "DISPUTED"}, 2: {"reason": "DISPUTED"}}))
    assert counts(answer) == {"acknowledged": 1, "unchanged": 1, "refused": 1}
    assert (
        rows_of(answer.content)[0]["message"] == "Refused: reason: The record has changed since you read it."
    )
    said = {line["id"]: line["acknowledgement"]["reason"] for line in await lines(api)}
    assert said == {ids[0]: "NEGOTIATED", ids[1]: "NEGOTIATED", ids[2]: "DISPUTED"}


async def test_each_row_is_judged_by_itself(api: Api) -> None:
    _, content = await three_lines(api)
    ids = [row["id"] for row in rows_of(content)]
    wrong: dict[int, Row] = {
        0: {"id": ids[0].replace("2026-10", "2026-09"), "reason": "TIMING"},
        1: {"reason": "because"},
        2: {"note": "no reason"},
    }
    answer = await send(api, numbered(content, wrong), language="pt")
    assert counts(answer) == {"refused": 3}
    assert [row["message"] for row in rows_of(answer.content)] == [
        "Recusada: id: Aceita-se: line_2026-10.….",
        f"Recusada: reason: Aceita-se: {REASONS}.",
        "Recusada: reason: Campo obrigatório.",
    ]
    wrong = {
        0: {"id": "x", "reason": "TIMING"},
        1: {"id": ids[2], "reason": "TIMING"},
        2: {"fingerprint": "-4200", "reason": "TIMING"},
    }
    answer = await send(api, numbered(content, wrong))
    assert counts(answer) == {"acknowledged": 1, "refused": 2}
    assert [row["message"] for row in rows_of(answer.content)] == [
        "Refused: id: There is no such record.",
        "Acknowledged.",
        "Refused: id: Not a valid value.",
    ]


async def test_what_people_add_to_a_workbook_stays(api: Api) -> None:
    _, content = await three_lines(api)
    book = load_workbook(io.BytesIO(content))
    (sheet,) = book.worksheets
    sheet.insert_cols(2, 2)
    seen, sizes = ("Visto em", datetime(2026, 11, 5), True, "=1+1"), ("Size", 12, 0.125, 10**20)  # noqa: DTZ001
    for number, values in enumerate(zip(seen, sizes, strict=True), 1):
        for column, value in enumerate(values, 2):
            sheet.cell(number, column).value = value
    sheet.append([])
    saved = io.BytesIO()
    book.save(saved)
    answer = await send(api, saved.getvalue())
    assert counts(answer) == {"unchanged": 3}
    rows = rows_of(answer.content)
    assert list(rows[0])[:4] == ["id", "Visto em", "Size", "client"]
    assert [row["Visto em"] for row in rows] == [seen[1], "True", None]
    assert [row["Size"] for row in rows] == [12, 0.125, "1e+20"]
    assert [row["divergence"] for row in rows] == [-4200] * 3
