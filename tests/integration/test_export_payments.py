"""Exports of many payments: whole, in order, as they stood at one moment, in little memory."""

import csv
import io
import json
from contextlib import aclosing
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from openpyxl.reader.excel import load_workbook

from adapters.files.form import COLUMNS
from bootstrap import Assembly
from core.use_cases.export_payments import ExportPayments
from ports.exports import ExportFormat
from ports.ids import new_id
from ports.payments import Entidade, PaymentFilter, Situacao
from ports.work import OpenWork
from tests.integration.records import TODAY, add_payments, payment
from tests.many_payments import fill

MANY = 20_000
ALL = PaymentFilter()


async def exported(assembly: Assembly, format: ExportFormat, where: PaymentFilter = ALL) -> bytes:
    return b"".join([piece async for piece in assembly.get(ExportPayments)(format, where)])


def rows_of(format: ExportFormat, file: bytes) -> list[dict[str, Any]]:
    """The rows of a file, each by column."""
    if format is ExportFormat.JSON:
        return list(json.loads(file)["dados"])
    if format is ExportFormat.CSV:
        return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    sheet = load_workbook(io.BytesIO(file), read_only=True).active
    assert sheet is not None
    header, *rows = sheet.values
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


@pytest.mark.parametrize("format", list(ExportFormat))
async def test_every_payment_is_there_once_by_due_date(
    assembly: Assembly, database_url: str, format: ExportFormat
) -> None:
    fill(database_url, MANY)
    rows = rows_of(format, await exported(assembly, format))
    assert sorted(int(row["codigo"]) for row in rows) == list(range(1, MANY + 1))
    assert all(Decimal(str(row["valor_total"])) == int(row["codigo"]) for row in rows)
    places = [(str(row["data_vencimento"])[:10], row["id"]) for row in rows]
    assert places == sorted(places)


@pytest.mark.parametrize("format", list(ExportFormat))
async def test_a_filter_chooses(assembly: Assembly, open_work: OpenWork, format: ExportFormat) -> None:
    ours = payment(entidade=Entidade.CLIENTE, data_vencimento=date(2020, 1, 1), codigo="7")
    await add_payments(open_work, ours, payment(entidade=Entidade.CLIENTE, data_vencimento=date(2999, 1, 1)))
    await add_payments(open_work, payment(data_vencimento=date(2020, 1, 1)))
    where = PaymentFilter(entidade=[Entidade.CLIENTE], situacao=[Situacao.VENCIDO])
    rows = rows_of(format, await exported(assembly, format, where))
    assert [row["codigo"] for row in rows] == ["7"]


async def test_formats_hold_the_same(assembly: Assembly, open_work: OpenWork) -> None:
    await add_payments(open_work, payment(descricao="=1+1", valor=Decimal("9999999999999.99")))
    listed, tabled, put = [rows_of(each, await exported(assembly, each))[0] for each in ExportFormat]
    assert {name: tabled[name] for name in listed if name not in ("descricao", "atributos")} == {
        name: value for name, value in listed.items() if name not in ("descricao", "atributos")
    }
    assert (listed["descricao"], tabled["descricao"], put["descricao"]) == ("=1+1", "'=1+1", "=1+1")
    assert set(tabled) == set(put) == set(COLUMNS)


async def test_what_is_written_meanwhile_is_not_in_it(
    assembly: Assembly, database_url: str, open_work: OpenWork
) -> None:
    fill(database_url, 3000)
    async with aclosing(assembly.get(ExportPayments)(ExportFormat.JSON, ALL)) as pieces:
        file = await anext(pieces)
        await add_payments(open_work, payment(data_vencimento=date(2999, 1, 1)))
        with psycopg.connect(database_url) as other:
            other.execute("UPDATE payments SET descricao = 'changed'")
        async for piece in pieces:
            file += piece
    assert (file.count(b"PAG"), file.count(b"changed"), file.count(b"2999-")) == (3000, 0, 0)


async def test_stopping_early_ends_the_question(assembly: Assembly, database_url: str) -> None:
    fill(database_url, 3000)
    for each in ExportFormat:
        pieces = assembly.get(ExportPayments)(each, ALL)
        await anext(pieces)
        await pieces.aclose()
    assert not assembly.engine.pool.checkedout()  # type: ignore[attr-defined]


async def test_a_store_gives_each_of_those_asked_for(open_work: OpenWork) -> None:
    due = [payment(data_vencimento=date(2026, 1, day), id=new_id()) for day in (3, 1, 2)]
    await add_payments(open_work, *due)
    async with open_work() as work:
        found = [one async for one in work.payments.each(PaymentFilter(), TODAY)]
    assert found == [due[1], due[2], due[0]]
