"""A payment in files has the document's names, order and spelling."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.document import cells, document
from adapters.files.exports import FileExports
from adapters.files.form import COLUMNS, FREE_TEXTS, guarded, unguarded
from ports.exports import ExportFormat
from ports.payments import Atributo, Entidade, PaymentRecord
from tests.builders import a_party, a_payment

EXAMPLE_3: dict[str, Any] = {
    "external_id": "PAG484696308",
    "codigo": "37602",
    "descricao": "ALUGUEL IMOVEL - RUA FIRMINO SOARES 151",
    "valor": "3000.00",
    "juros": "0.00",
    "desconto": "68.56",
    "taxa_banco": "0.00",
    "taxa_operadora": "0.00",
    "valor_total": "2931.44",
    "plano_contas_id": "10896691",
    "plano_contas_external_id": "PC10896691",
    "nome_plano_conta": "Aluguel",
    "conta_bancaria_id": "237504",
    "conta_bancaria_external_id": "CB237504",
    "nome_conta_bancaria": "Conta Itaú",
    "forma_pagamento_id": "1752825",
    "forma_pagamento_external_id": "FP1752825",
    "nome_forma_pagamento": "Transferencia bancaria",
    "entidade": "F",
    "fornecedor_id": "1107555",
    "fornecedor_external_id": "FOR1107555",
    "nome_fornecedor": "AUREA LUCIA DA SILVA RODRIGUES",
    "liquidado": "1",
    "data_vencimento": "2025-11-01",
    "data_liquidacao": "2025-11-03",
    "data_competencia": "2025-11-01",
    "usuario_id": "326109",
    "usuario_external_id": "USR326109",
    "nome_usuario": "Adiel Hebo",
    "loja_id": "178114",
    "loja_external_id": "LJ178114",
    "nome_loja": "Matriz",
    "cadastrado_em": "2025-10-01 00:32:06",
    "modificado_em": "2025-11-03 14:27:20",
    "atributos": [],
}
"""As in the document, but for the id, which is ours."""
LISTED = ["id", *EXAMPLE_3]

KEPT = PaymentRecord(
    **{name: value for name, value in EXAMPLE_3.items() if name in FREE_TEXTS},
    id=UUID(int=5),
    valor=Decimal("3000.00"),
    desconto=Decimal("68.56"),
    valor_total=Decimal("2931.44"),
    entidade=Entidade.FORNECEDOR,
    liquidado=True,
    data_vencimento=date(2025, 11, 1),
    data_liquidacao=date(2025, 11, 3),
    data_competencia=date(2025, 11, 1),
    cadastrado_em=datetime(2025, 10, 1, 3, 32, 6, tzinfo=UTC),
    modificado_em=datetime(2025, 11, 3, 17, 27, 20, 999_999, tzinfo=UTC),
    source="file",
)
"""What example 3 is here."""


async def some(*payments: PaymentRecord) -> AsyncIterator[PaymentRecord]:
    for payment in payments:
        yield payment


async def written(format: ExportFormat, *payments: PaymentRecord) -> bytes:
    return b"".join([piece async for piece in FileExports().pieces(format, some(*payments))])


def test_example_3_comes_out_as_the_document_has_it() -> None:
    shown = document(KEPT)
    assert shown.pop("id") == "payment_00000000000000000000000000000005"
    assert shown == EXAMPLE_3


def test_the_order_is_the_documents() -> None:
    assert list(document(KEPT)) == LISTED
    assert [name for name in COLUMNS if name in LISTED] == LISTED


def test_a_file_holds_every_field_but_our_own() -> None:
    ours = {"deletado_em", "source", "version"}
    assert set(COLUMNS) == {field.name for field in fields(PaymentRecord)} - ours


@pytest.mark.parametrize(
    ("changes", "name", "text"),
    [
        ({"valor": Decimal("9999999999999.99")}, "valor", "9999999999999.99"),
        ({"juros": Decimal("0.01")}, "juros", "0.01"),
        ({"juros": Decimal(7)}, "juros", "7.00"),
        ({"juros": Decimal("1E+3")}, "juros", "1000.00"),
        ({"data_vencimento": date(987, 1, 2)}, "data_vencimento", "0987-01-02"),
        (
            {"cadastrado_em": datetime(2026, 1, 1, 2, 59, 59, tzinfo=UTC)},
            "cadastrado_em",
            "2025-12-31 23:59:59",
        ),
        ({"cadastrado_em": datetime(2018, 1, 1, 2, tzinfo=UTC)}, "cadastrado_em", "2018-01-01 00:00:00"),
        ({"liquidado": False}, "liquidado", "0"),
        (a_party(Entidade.CLIENTE), "entidade", "C"),
        (a_party(Entidade.FORNECEDOR), "entidade", "F"),
        (a_party(Entidade.TRANSPORTADORA), "entidade", "T"),
        (a_party(Entidade.FUNCIONARIO), "entidade", "U"),
        ({"descricao": "=1+1"}, "descricao", "=1+1"),
        (
            {"atributos": (Atributo("z", "1"), Atributo("a", ""))},
            "atributos",
            [{"chave": "z", "valor": "1"}, {"chave": "a", "valor": ""}],
        ),
    ],
)
def test_each_kind_of_field_is_spelled_as_in_the_document(
    changes: dict[str, Any], name: str, text: Any
) -> None:
    assert document(a_payment(**changes))[name] == text


def test_what_is_absent_is_left_out() -> None:
    assert not {"centro_custo_id", "nome_fornecedor", "external_id", "data_liquidacao"} & set(
        document(a_payment())
    )


async def test_the_listing_is_one_page_with_everything() -> None:
    listing = json.loads(await written(ExportFormat.JSON, KEPT))
    assert listing["dados"] == [document(KEPT)]
    assert listing["sucesso"] is True
    paging = {"pagina_atual": 1, "por_pagina": 20, "total_registros": 1, "total_paginas": 1}
    assert listing["paginacao"] == paging
    more = json.loads(await written(ExportFormat.JSON, *[KEPT] * 1001))
    assert len(more["dados"]) == 1001
    assert more["paginacao"] == paging | {"por_pagina": 1001, "total_registros": 1001}
    none = json.loads(await written(ExportFormat.JSON))
    assert none == {"sucesso": True, "dados": [], "paginacao": paging | {"total_registros": 0}}


async def test_a_line_of_the_listing_is_a_payment_or_none() -> None:
    """Nobody who tells files by their first lines takes it for one object a line."""
    lines = (await written(ExportFormat.JSON, KEPT, KEPT)).decode().splitlines()
    assert lines[:3] == ["{", '"sucesso":true,', '"dados":[']
    assert [json.loads(line.rstrip(",")) for line in lines[3:5]] == [document(KEPT)] * 2
    assert lines[5] == "],"


async def test_a_table_has_every_column_and_quotes_what_must_be() -> None:
    odd = 'a "b", c;\r\nd\ne'
    payment = a_payment(descricao=odd, codigo="'=x", atributos=(Atributo("=a", 'b"'),))
    table = await written(ExportFormat.CSV, payment, KEPT)
    assert table.startswith(b"\xef\xbb\xbfid,external_id,codigo,")
    header, first, second = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    row = dict(zip(header, first, strict=True))
    assert header == list(COLUMNS)
    assert (row["descricao"], row["codigo"], row["external_id"]) == (odd, "''=x", "")
    assert row["atributos"] == '[{"chave":"=a","valor":"b\\""}]'
    assert [cell for cell in second if cell] == [*map(str, document(KEPT).values())]
    assert await written(ExportFormat.CSV) == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"


@pytest.mark.parametrize("name", sorted(FREE_TEXTS))
def test_no_cell_of_free_text_is_a_formula(name: str) -> None:
    row = dict(zip(COLUMNS, cells(a_payment(**{name: "=HYPERLINK(1)"})), strict=True))
    assert row[name] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1", "'=1"),
        ("+55 11", "'+55 11"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("''-1", "'''-1"),
        ("'quoted'", "'quoted'"),
        ("'", "'"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_a_guarded_text_comes_back(text: str, cell: str) -> None:
    assert (guarded(text), unguarded(cell)) == (cell, text)


@given(st.text(alphabet="'=+-@\t\ra"))
def test_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r")
