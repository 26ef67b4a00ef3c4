"""Imports of payments into a real database, in this process."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.files.form import COLUMNS
from adapters.files.reading import FORMS, read
from bootstrap import Assembly
from core.use_cases import import_rows as frame
from core.use_cases.delete_payment import DeletePayment
from ports.clients import ErpLink
from ports.ids import public_id
from ports.imports import ImportKind, Tally, UnreadableFile
from ports.registers import ReferenceKind, RegisterKey
from ports.work import OpenWork
from tests.importing import (
    LISTING,
    PAYABLE,
    RECEIVABLE,
    as_ndjson,
    copied,
    import_path,
    import_rows,
    on_file,
    refused_beside,
    rent,
)
from tests.integration.records import PERSON, client, sql

BARE = {name: value for name, value in rent().items() if name != "external_id"}
REFERENCED = {name: value for name, value in rent().items() if not name.startswith("plano_contas")}


async def contents(engine: AsyncEngine) -> list[Any]:
    """All that an import may touch, but for the ids and the audit's own clock."""
    payments = await sql(
        engine,
        "SELECT to_jsonb(p) - 'id' - 'cadastrado_em' - 'modificado_em' FROM payments p ORDER BY 1::text",
    )
    registers = await sql(engine, "SELECT to_jsonb(r) - 'id' FROM register_entries r ORDER BY 1::text")
    return [*payments, *registers]


@pytest.mark.parametrize("path", [RECEIVABLE, PAYABLE, LISTING], ids=lambda path: path.stem)
async def test_the_examples_once_and_again(faked: Assembly, tmp_path: Path, path: Path) -> None:
    file = copied(path, tmp_path)
    assert await import_path(faked, file) == (Tally(created=1), [])
    (first,) = await on_file(faked)
    assert await import_path(faked, file) == (Tally(unchanged=1), [])
    assert await on_file(faked) == [first]
    assert first.version == 1


async def test_example_3_is_kept_field_for_field(faked: Assembly, tmp_path: Path) -> None:
    await import_path(faked, copied(LISTING, tmp_path))
    (payment,) = await on_file(faked)
    stated, _ = read(rent(), FORMS[ImportKind.PAYMENTS])
    assert {name: getattr(payment, name) for name in stated} == stated
    absent = set(COLUMNS) - {*stated, "id"}
    assert {getattr(payment, name) for name in absent} == {None}


async def test_a_changed_row_replaces_all_fields(faked: Assembly, tmp_path: Path) -> None:
    await import_rows(faked, tmp_path, [rent()])
    (before,) = await on_file(faked)
    changed = rent(descricao="Aluguel reajustado", nome_loja="", modificado_em="", centro_custo_id="7")
    assert (await import_rows(faked, tmp_path, [changed])).tally == Tally(updated=1)
    (after,) = await on_file(faked)
    assert (after.id, after.version, after.cadastrado_em) == (before.id, 2, before.cadastrado_em)
    assert (after.descricao, after.nome_loja, after.centro_custo_id) == ("Aluguel reajustado", None, "7")
    assert after.modificado_em > before.modificado_em
    assert (await import_rows(faked, tmp_path, [changed])).tally == Tally(unchanged=1)
    assert await on_file(faked) == [after]


@pytest.mark.parametrize(
    "change",
    [
        {"cadastrado_em": "2025-10-01 00:32:07"},
        {"modificado_em": "2025-11-03 14:27:21"},
        {"atributos": [{"chave": "a", "valor": "b"}]},
        {"liquidado": "0", "data_liquidacao": ""},
        {"juros": "1.00", "valor_total": "2932.44"},
    ],
    ids=str,
)
async def test_any_difference_is_one(faked: Assembly, tmp_path: Path, change: dict[str, Any]) -> None:
    await import_rows(faked, tmp_path, [rent()])
    assert (await import_rows(faked, tmp_path, [rent(**change)])).tally == Tally(updated=1)
    assert (await import_rows(faked, tmp_path, [rent(**change)])).tally == Tally(unchanged=1)
    timeless = {**rent(**change), "cadastrado_em": "", "modificado_em": ""}
    assert (await import_rows(faked, tmp_path, [timeless])).tally == Tally(unchanged=1)


async def test_rows_without_external_id_are_doubled_by_no_second_run(faked: Assembly, tmp_path: Path) -> None:
    rows = [BARE, BARE, {**BARE, "external_id": "  "}]
    assert (await import_rows(faked, tmp_path, rows)).tally == Tally(created=3)
    assert (await import_rows(faked, tmp_path, rows)).tally == Tally(unchanged=3)
    assert {payment.id.version for payment in await on_file(faked)} == {8}
    # Another file is another matter.
    assert (await import_rows(faked, tmp_path, rows[:2])).tally == Tally(created=2)


async def test_a_deleted_one_is_refused_without_external_id_and_made_anew_with_one(
    faked: Assembly, tmp_path: Path
) -> None:
    rows = [{**BARE, "codigo": "1"}, rent(codigo="2")]
    await import_rows(faked, tmp_path, rows)
    for payment in await on_file(faked):
        await faked.get(DeletePayment)(payment.id, None, by=PERSON)
    again = await import_rows(faked, tmp_path, rows)
    assert (again.tally, again.reasons) == (Tally(created=1, refused=1), [(1, "DELETED", "")])
    assert len(await on_file(faked)) == 1
    assert len(await on_file(faked, deleted=True)) == 2


@pytest.mark.parametrize("chunk", [1, 2, 2000])
async def test_the_second_row_with_an_external_id_is_refused_however_it_is_cut(
    faked: Assembly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(frame, "ROWS", chunk)
    rows = [rent(valor="x"), rent(codigo="1"), rent(external_id="other"), rent(codigo="3")]
    for tally in (Tally(created=2, refused=2), Tally(unchanged=2, refused=2)):
        done = await import_rows(faked, tmp_path, rows)
        assert done.reasons == [(1, "INVALID", "valor"), (4, "DUPLICATE_EXTERNAL_ID", "external_id")]
        assert done.tally == tally
    assert [payment.codigo for payment in await on_file(faked)] == ["1", "37602"]


async def test_refused_rows_can_be_mended_and_imported(faked: Assembly, tmp_path: Path) -> None:
    file = tmp_path / "rows.ndjson"
    file.write_text(as_ndjson([rent(valor="x", nome_cliente="y"), rent(external_id="ok")]) + "{broken\n")
    done = await import_path(faked, file)
    assert done.tally == Tally(created=1, refused=2)
    assert done.reasons == [
        (1, "INVALID", "valor"),
        (1, "WRONG_PARTY", "nome_cliente"),
        (3, "INVALID", ""),
    ]
    assert done.refused[1]["_texto"] == "{broken"
    mended = {**done.refused[0], "valor": "3000.00", "nome_cliente": ""}
    assert {name: mended[name] for name in rent()} == rent()
    (tmp_path / "mended.ndjson").write_text(json.dumps(mended))
    assert (await import_path(faked, tmp_path / "mended.ndjson")).tally == Tally(created=1)
    # A run without refusals leaves no old file behind.
    file.write_text(as_ndjson([rent(external_id="ok")]))
    await import_path(faked, file)
    assert refused_beside(file) == []


async def test_what_cannot_be_written_as_text_is_still_shown(faked: Assembly, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_bytes(b'[{"descricao": "a\xe7\xe3o", "valor": 1.50}]')
    (row,) = (await import_path(faked, file)).refused
    assert (row["descricao"], row["valor"]) == ("a\udce7\udce3o", "1.50")


async def test_a_broken_document_keeps_what_stands_before(faked: Assembly, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    file.write_text(json.dumps([rent(), rent(external_id="2"), rent(external_id="3")])[:-30])
    with pytest.raises(UnreadableFile):
        await import_path(faked, file)
    assert len(await on_file(faked)) == 2


async def of_a_client(assembly: Assembly) -> dict[str, str]:
    """The party of a row that names it by our id: sound with "1" as its external id, two clients with "2"."""
    async with assembly.get(OpenWork)() as work:
        one = client(links=(ErpLink("omie", "1"),))
        await work.clients.add(one)
        await work.clients.add(client(links=(ErpLink("omie", "2"),)))
        await work.commit()
    party = {"entidade": "C", "cliente_id": public_id("client", one.id), "fornecedor_id": ""}
    return party | {"fornecedor_external_id": "", "nome_fornecedor": ""}


async def test_two_clients_in_one_row(faked: Assembly, tmp_path: Path) -> None:
    party = await of_a_client(faked)
    rows = [rent(external_id=code, cliente_external_id=code, **party) for code in ("1", "2")]
    done = await import_rows(faked, tmp_path, rows)
    assert (done.tally, done.reasons) == (
        Tally(created=1, refused=1),
        [(2, "WRONG_PARTY", "cliente_external_id")],
    )


@pytest.mark.parametrize("chunk", [1, 2000])
async def test_what_a_refused_row_names_is_filled_by_the_next_to_name_it(
    faked: Assembly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(frame, "ROWS", chunk)
    party = await of_a_client(faked)
    rows = [rent(external_id=code, cliente_external_id=code, **party) for code in ("2", "1")]
    assert (await import_rows(faked, tmp_path, rows)).tally == Tally(created=1, refused=1)
    key = RegisterKey(ReferenceKind.PLANO_CONTAS, rent()["plano_contas_id"])
    async with faked.get(OpenWork)() as work:
        assert key in await work.registers.known([key])


PAIRED = {"plano_contas_id": "1", "plano_contas_external_id": "PC1", "nome_plano_conta": "Aluguel"}
LONELY = {"plano_contas_id": "1", "plano_contas_external_id": "", "nome_plano_conta": "Outro nome"}


@pytest.mark.parametrize("chunk", [1, 2000])
async def test_registers_complete_and_are_filled_in_the_order_of_the_file(
    faked: Assembly, engine: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(frame, "ROWS", chunk)
    plans = (LONELY, PAIRED, LONELY)
    rows = [{**REFERENCED, **p, "external_id": f"E{n}", "codigo": str(n)} for n, p in enumerate(plans)]
    assert (await import_rows(faked, tmp_path, rows)).tally == Tally(created=3)
    before = await contents(engine)
    kept = await on_file(faked)
    assert [payment.plano_contas_external_id for payment in kept] == [None, "PC1", "PC1"]
    assert [payment.nome_plano_conta for payment in kept] == ["Outro nome", "Aluguel", "Outro nome"]
    async with faked.get(OpenWork)() as work:
        key = RegisterKey(ReferenceKind.PLANO_CONTAS, "1")
        entry = (await work.registers.known([key]))[key]
    assert (entry.external_id, entry.name) == ("PC1", "Outro nome" if chunk == 1 else "Aluguel")
    # The first row could be completed by now, but it says nothing new.
    assert (await import_rows(faked, tmp_path, rows)).tally == Tally(unchanged=3)
    assert await contents(engine) == before


async def test_the_trail_names_the_author_and_each_change_once(
    faked: Assembly, engine: AsyncEngine, tmp_path: Path
) -> None:
    for rows in ([rent()], [rent()], [rent(codigo="2")]):
        await import_rows(faked, tmp_path, rows)
    trail = await sql(
        engine, "SELECT by, action, facts FROM audit_entries WHERE kind = 'payment' ORDER BY number"
    )
    assert [(entry.by, entry.action) for entry in trail] == [("ana", "importPayments")] * 2
    assert trail[1].facts == {"before": {"codigo": "37602"}, "after": {"codigo": "2"}}
