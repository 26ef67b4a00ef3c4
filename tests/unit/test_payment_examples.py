"""The two creation examples of the data structure document, field for field."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.payment import Payment
from ports.ids import OURS, new_id
from ports.payments import Entidade
from tests.builders import NOW, a_caller, money

SALE: dict[str, Any] = {
    "descricao": "Compra de TV 33",
    "data_vencimento": date(2020, 1, 25),
    "valor": money("1599.99"),
    "juros": money("2.00"),
    "desconto": money("1.00"),
    "taxa_banco": money("0.00"),
    "taxa_operadora": money("0.00"),
    "valor_total": money("1600.99"),
    "centro_custo_id": "1",
    "centro_custo_external_id": "CC001",
    "nome_centro_custo": "Centro de Custo 01",
    "conta_bancaria_id": "1",
    "conta_bancaria_external_id": "CB001",
    "nome_conta_bancaria": "Conta padrão",
    "forma_pagamento_id": "640517",
    "forma_pagamento_external_id": "FP001",
    "nome_forma_pagamento": "Dinheiro à Vista",
    "entidade": Entidade.CLIENTE,
    "cliente_id": "6",
    "cliente_external_id": "CLI006",
    "nome_cliente": "Jarvis Stark",
    "liquidado": True,
    "data_liquidacao": date(2020, 1, 25),
    "data_competencia": date(2020, 1, 25),
    "plano_contas_id": "2512",
    "plano_contas_external_id": "PC2512",
    "nome_plano_conta": "Vendas de produtos",
}
RENT: dict[str, Any] = {
    "codigo": "37602",
    "descricao": "ALUGUEL IMOVEL - RUA FIRMINO SOARES 151 - (ATE MES 04-2027 - VER OBS)",
    "valor": money("3000.00"),
    "juros": money("0.00"),
    "desconto": money("68.56"),
    "taxa_banco": money("0.00"),
    "taxa_operadora": money("0.00"),
    "valor_total": money("2931.44"),
    "plano_contas_id": "10896691",
    "plano_contas_external_id": "PC10896691",
    "nome_plano_conta": "Aluguel",
    "centro_custo_id": "",
    "centro_custo_external_id": "",
    "nome_centro_custo": "",
    "conta_bancaria_id": "237504",
    "conta_bancaria_external_id": "CB237504",
    "nome_conta_bancaria": "Conta Itaú",
    "forma_pagamento_id": "1752825",
    "forma_pagamento_external_id": "FP1752825",
    "nome_forma_pagamento": "Transferencia bancaria",
    "entidade": Entidade.FORNECEDOR,
    "fornecedor_id": "1107555",
    "fornecedor_external_id": "FOR1107555",
    "nome_fornecedor": "AUREA LUCIA DA SILVA RODRIGUES",
    "cliente_id": "",
    "cliente_external_id": "",
    "nome_cliente": "",
    "transportadora_id": "",
    "transportadora_external_id": "",
    "nome_transportadora": "",
    "funcionario_id": "",
    "funcionario_external_id": "",
    "nome_funcionario": "",
    "liquidado": True,
    "data_vencimento": date(2025, 11, 1),
    "data_liquidacao": date(2025, 11, 3),
    "data_competencia": date(2025, 11, 1),
    "usuario_id": "326109",
    "usuario_external_id": "USR326109",
    "nome_usuario": "Adiel Hebo",
    "loja_id": "178114",
    "loja_external_id": "LJ178114",
    "nome_loja": "Matriz",
    "atributos": (),
}
NOT_IN_SALE: dict[str, Any] = {
    **dict.fromkeys(
        ("external_id", "codigo", "usuario_external_id", "loja_id", "loja_external_id", "nome_loja")
    ),
    "usuario_id": "ana",
    "nome_usuario": "Ana Souza",
    "atributos": (),
}
NOT_IN_RENT: dict[str, Any] = {"external_id": None}
OF_OTHERS = (
    *("fornecedor_id", "fornecedor_external_id", "nome_fornecedor"),
    *("transportadora_id", "transportadora_external_id", "nome_transportadora"),
    *("funcionario_id", "funcionario_external_id", "nome_funcionario"),
)
OURS_TO_SET = {"cadastrado_em": NOW, "modificado_em": NOW, "deletado_em": None, "source": OURS, "version": 1}

EXAMPLES = [
    pytest.param(SALE, {**dict.fromkeys(OF_OTHERS), **NOT_IN_SALE}, id="1: receivable of a client"),
    pytest.param(RENT, NOT_IN_RENT, id="2: payable to a supplier"),
]


@pytest.mark.parametrize(("sent", "absent"), EXAMPLES)
def test_example_is_kept_field_for_field(sent: dict[str, Any], absent: dict[str, Any]) -> None:
    kept = asdict(Payment.create(sent, key=new_id(), by=a_caller(), now=NOW, source=OURS).record)
    del kept["id"]
    meant = {name: None if value == "" else value for name, value in sent.items()}
    assert kept == {**meant, **absent, **OURS_TO_SET}


@pytest.mark.parametrize(("sent", "absent"), EXAMPLES)
def test_example_keeps_its_types(sent: dict[str, Any], absent: dict[str, Any]) -> None:
    record = Payment.create(sent, key=new_id(), by=a_caller(), now=NOW, source=OURS).record
    amounts = (record.valor, record.juros, record.desconto, record.taxa_banco, record.taxa_operadora)
    assert {type(amount) for amount in (*amounts, record.valor_total)} == {Decimal}
    days = (record.data_vencimento, record.data_liquidacao, record.data_competencia)
    assert {type(day) for day in days} == {date}
    assert (type(record.entidade), record.liquidado) == (Entidade, True)


def test_the_entities_have_the_letters_of_the_document() -> None:
    letters = {entidade.name: entidade.value for entidade in Entidade}
    assert letters == {"CLIENTE": "C", "FORNECEDOR": "F", "TRANSPORTADORA": "T", "FUNCIONARIO": "U"}
