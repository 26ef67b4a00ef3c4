"""What a row of a file says, field by field, and every reason to refuse it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from adapters.files.reading import FORMS, read
from core.payment import Payment
from ports.ids import OURS, derived_id, new_id
from ports.imports import ImportKind
from ports.payments import Atributo, Entidade, PaymentRecord
from tests.builders import NOW, refusal
from tests.importing import LISTING, PAYABLE, RECEIVABLE, example, rent


def kept(row: dict[str, Any]) -> PaymentRecord:
    values, unread = read(row, FORMS[ImportKind.PAYMENTS])
    return Payment.imported(values, unread, key=new_id(), now=NOW, source=OURS).record


@pytest.mark.parametrize("path", [RECEIVABLE, PAYABLE, LISTING], ids=lambda path: path.stem)
def test_the_examples_are_sound(path: Any) -> None:
    stated = example(path)
    record = kept(stated)
    assert str(record.valor_total) == stated["valor_total"]
    assert record.usuario_id == stated.get("usuario_id")
    assert record.centro_custo_id == (stated.get("centro_custo_id") or None)


def test_the_values_of_example_3() -> None:
    record = kept(rent())
    assert record.cadastrado_em == datetime(2025, 10, 1, 3, 32, 6, tzinfo=UTC)
    assert record.modificado_em == datetime(2025, 11, 3, 17, 27, 20, tzinfo=UTC)
    assert (record.liquidado, record.entidade) == (True, Entidade.FORNECEDOR)
    assert (record.data_liquidacao, record.version) == (date(2025, 11, 3), 1)


def test_times_of_its_own_are_now() -> None:
    record = kept(rent(cadastrado_em="", modificado_em=None))
    assert (record.cadastrado_em, record.modificado_em) == (NOW, NOW)


ATTRIBUTE = {"chave": "nota", "valor": "1"}
ACCEPTED = [
    ("valor", Decimal("3000.00"), Decimal("3000.00")),
    ("valor", 3000, Decimal(3000)),
    ("juros", "", Decimal("0.00")),
    ("juros", " ", Decimal("0.00")),
    ("liquidado", True, True),
    ("liquidado", 1, True),
    ("liquidado", "true", True),
    ("codigo", 37602, "37602"),
    ("codigo", 12345678901234567890123, "12345678901234567890123"),
    ("codigo", Decimal("1.10"), "1.10"),
    ("nome_loja", "  ", None),
    ("nome_loja", " Matriz\t1 ", " Matriz\t1 "),
    ("data_competencia", "0001-01-01", date(1, 1, 1)),
    ("cadastrado_em", "2025-10-01T00:32:06", datetime(2025, 10, 1, 3, 32, 6, tzinfo=UTC)),
    ("cadastrado_em", "2018-02-17 23:30:00", datetime(2018, 2, 18, 1, 30, tzinfo=UTC)),
    ("atributos", [ATTRIBUTE], (Atributo("nota", "1"),)),
    ("atributos", '[{"chave": "nota", "valor": ""}]', (Atributo("nota", ""),)),
    ("atributos", [{"chave": "nota", "valor": Decimal("1.50"), "x": ""}], (Atributo("nota", "1.50"),)),
    ("atributos", "", ()),
    ("atributos", None, ()),
]


@pytest.mark.parametrize(("name", "stated", "meant"), ACCEPTED)
def test_accepted(name: str, stated: Any, meant: Any) -> None:
    assert getattr(kept(rent(**{name: stated})), name) == meant


@pytest.mark.parametrize("name", ["id", "_recusa"])
def test_ignored(name: str) -> None:
    assert refusal(lambda: kept(rent(**{name: [{"linha": 1}], "valor": ""})))[0][0] == "MISSING"
    assert kept(rent(**{name: [{"linha": 1}]})).descricao == rent()["descricao"]


@pytest.mark.parametrize("name", ["deletado_em", "version", "Valor", "observacao"])
@pytest.mark.parametrize("blank", ["", "  ", None, [], {}])
def test_an_unknown_field_that_says_nothing(name: str, blank: Any) -> None:
    assert kept(rent(**{name: blank}))


NINES = "9" * 14
REFUSED: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"observacao": "x"}, [("INVALID", "observacao")]),
    ({"observacao": 0}, [("INVALID", "observacao")]),
    ({"deletado_em": "2025-11-03 14:27:20"}, [("INVALID", "deletado_em")]),
    ({"descricao": ""}, [("MISSING", "descricao")]),
    ({"descricao": "ab"}, [("TOO_SHORT", "descricao")]),
    ({"descricao": "x" * 501}, [("TOO_LONG", "descricao")]),
    ({"descricao": ["x"]}, [("INVALID", "descricao")]),
    ({"nome_loja": "x" * 256}, [("TOO_LONG", "nome_loja")]),
    ({"nome_loja": "a\0"}, [("INVALID", "nome_loja")]),
    ({"nome_loja": "\udce7"}, [("INVALID", "nome_loja")]),
    ({"nome_loja": True}, [("INVALID", "nome_loja")]),
    ({"nome_loja": {}}, [("INVALID", "nome_loja")]),
    ({"valor": None}, [("MISSING", "valor")]),
    ({"valor": "3.000,00"}, [("INVALID", "valor")]),
    ({"valor": "3_000.00"}, [("INVALID", "valor")]),
    ({"valor": "٣"}, [("INVALID", "valor")]),
    ({"valor": "NaN"}, [("INVALID", "valor")]),
    ({"valor": "3e3"}, [("INVALID", "valor")]),
    ({"valor": " 3000.00"}, [("INVALID", "valor")]),
    ({"valor": True}, [("INVALID", "valor")]),
    ({"valor": "3000.001", "valor_total": ""}, [("INVALID", "valor")]),
    ({"valor": "-1.00"}, [("INVALID", "valor")]),
    ({"valor": NINES}, [("INVALID", "valor")]),
    ({"valor": Decimal("1E+400")}, [("INVALID", "valor")]),
    ({"desconto": "x"}, [("INVALID", "desconto")]),
    ({"desconto": "4000.00", "valor_total": ""}, [("INVALID", "valor_total")]),
    ({"valor_total": "2931.45"}, [("TOTAL_MISMATCH", "valor_total")]),
    ({"valor_total": "x"}, [("INVALID", "valor_total")]),
    ({"data_vencimento": ""}, [("MISSING", "data_vencimento")]),
    ({"data_vencimento": "01/11/2025"}, [("INVALID", "data_vencimento")]),
    ({"data_vencimento": "2025-02-30"}, [("INVALID", "data_vencimento")]),
    ({"data_vencimento": "2025-W45-6"}, [("INVALID", "data_vencimento")]),
    ({"data_vencimento": "20251101"}, [("INVALID", "data_vencimento")]),
    ({"data_vencimento": 20251101}, [("INVALID", "data_vencimento")]),
    ({"data_vencimento": "2025-11-01 00:00:00"}, [("INVALID", "data_vencimento")]),
    ({"data_liquidacao": ""}, [("SETTLED_WITHOUT_DATE", "data_liquidacao")]),
    ({"data_liquidacao": "x"}, [("INVALID", "data_liquidacao")]),
    ({"data_liquidacao": "2027-01-01"}, [("INVALID", "data_liquidacao")]),
    ({"liquidado": "0"}, [("DATE_WITHOUT_SETTLEMENT", "data_liquidacao")]),
    ({"liquidado": ""}, [("DATE_WITHOUT_SETTLEMENT", "data_liquidacao")]),
    ({"liquidado": "2"}, [("INVALID", "liquidado")]),
    ({"liquidado": "sim"}, [("INVALID", "liquidado")]),
    ({"cadastrado_em": "2025-10-01"}, [("INVALID", "cadastrado_em")]),
    ({"cadastrado_em": "2025-10-01 24:00:00"}, [("INVALID", "cadastrado_em")]),
    ({"cadastrado_em": "2025-10-01 00:32:06Z"}, [("INVALID", "cadastrado_em")]),
    ({"modificado_em": "2018-11-04 00:30:00"}, [("INVALID", "modificado_em")]),
    ({"modificado_em": "9999-12-31 23:59:59"}, [("INVALID", "modificado_em")]),
    ({"entidade": ""}, [("MISSING", "entidade")]),
    ({"entidade": "X"}, [("INVALID", "entidade")]),
    ({"entidade": "CLIENTE"}, [("INVALID", "entidade")]),
    ({"fornecedor_id": ""}, [("MISSING", "fornecedor_id")]),
    ({"fornecedor_external_id": ""}, [("EXTERNAL_ID_MISSING", "fornecedor_external_id")]),
    ({"nome_cliente": "x"}, [("WRONG_PARTY", "nome_cliente")]),
    ({"atributos": "x"}, [("INVALID", "atributos")]),
    ({"atributos": "[" * 100_000}, [("INVALID", "atributos")]),
    ({"atributos": ATTRIBUTE}, [("INVALID", "atributos")]),
    ({"atributos": [1]}, [("INVALID", "atributos.0")]),
    ({"atributos": [ATTRIBUTE, {**ATTRIBUTE, "x": 1}]}, [("INVALID", "atributos.1.x")]),
    ({"atributos": [{"chave": [], "valor": "1"}]}, [("INVALID", "atributos.0")]),
    ({"atributos": [{"valor": "1"}]}, [("TOO_SHORT", "atributos.0.chave")]),
    ({"atributos": [ATTRIBUTE] * 101}, [("TOO_MANY", "atributos")]),
    (
        {"valor": "x", "entidade": "X", "descricao": "ab", "observacao": "x", "valor_total": "1.00"},
        [
            ("INVALID", "entidade"),
            ("INVALID", "observacao"),
            ("INVALID", "valor"),
            ("TOO_SHORT", "descricao"),
        ],
    ),
    (
        {"valor": "", "liquidado": "x", "nome_cliente": "x", "juros": "-1.00"},
        [
            ("INVALID", "juros"),
            ("INVALID", "liquidado"),
            ("MISSING", "valor"),
            ("WRONG_PARTY", "nome_cliente"),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "faults"), REFUSED, ids=lambda part: str(part)[:60])
def test_refused_with_all_faults_at_once(changes: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert refusal(lambda: kept(rent(**changes))) == faults


def test_a_derived_id_is_a_uuid_of_version_8() -> None:
    derived = derived_id(b"file", b"\x01")
    assert (derived.version, derived.variant) == (8, UUID(int=0x8 << 60).variant)
    assert derived == derived_id(b"file", b"\x01")
    assert len({derived, derived_id(b"file", b"\x02"), derived_id(b"fil", b"e\x01")}) == 3
