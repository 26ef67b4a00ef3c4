"""Messages of Omie, in the shapes in which they come."""

from typing import Any
from uuid import uuid4

from adapters.omie.demo.app import DEMO_CREDENTIALS

APP_KEY = DEMO_CREDENTIALS.app_key
TITLE = 8520147852

RECEIVABLE: dict[str, Any] = {
    "codigo_lancamento_omie": TITLE,
    "codigo_lancamento_integracao": "fat-2026-000412",
    "codigo_cliente_fornecedor": 7410258963,
    "codigo_categoria": "1.01.01",
    "codigo_projeto": 0,
    "codigo_tipo_documento": "BOL",
    "data_emissao": "2026-03-02T00:00:00-03:00",
    "data_vencimento": "2026-04-01T00:00:00-03:00",
    "id_conta_corrente": 6308812,
    "id_origem": "APIR",
    "numero_documento": "412",
    "numero_parcela": "001/001",
    "situacao": "A vencer",
    "valor_cofins": 0,
    "valor_documento": 1480.5,
}
DELETED: dict[str, Any] = {
    "codigo_lancamento_omie": TITLE,
    "codigo_lancamento_integracao": "",
    "codigo_cliente_fornecedor": 0,
    "data_vencimento": "",
    "situacao": "",
    "valor_documento": 0,
}
CLIENT: dict[str, Any] = {
    "codigo_cliente_omie": 7410258963,
    "codigo_cliente_integracao": "",
    "cnpj_cpf": "11.222.333/0001-81",
    "razao_social": "LOJA EXEMPLO COMERCIO LTDA",
    "email": "financeiro@lojaexemplo.com.br",
    "inativo": "N",
    "dadosBancarios": {"agencia": "", "codigo_banco": ""},
}


def message(topic: object, event: object, **changes: Any) -> dict[str, Any]:
    return {
        "messageId": str(uuid4()),
        "topic": topic,
        "event": event,
        "author": {"email": "maria@lojaexemplo.com.br", "name": "Maria", "userId": 991234},
        "appKey": APP_KEY,
        "appHash": "app-abc1234",
        "origin": "omie-connect-2.0",
        **changes,
    }


def settled(side: str, *titles: int) -> list[dict[str, Any]]:
    """The event of money that was received or paid; `side` is the field that names the titles."""
    return [
        {
            "codigo_baixa": 9630258741,
            "codigo_baixa_integracao": "rec-77120",
            "codigo_cliente_fornecedor": 7410258963,
            "codigo_conta_corrente": 6308812,
            "data": "2026-03-31T00:00:00-03:00",
            "data_cred": "2026-03-31T00:00:00-03:00",
            "valor": 500,
            "desconto": 0,
            "juros": 0,
            "multa": 0,
            "tarifa": 0,
            "observacao": "",
            side: [
                {
                    "codigo_lancamento_omie": title,
                    "codigo_lancamento_integracao": "fat-2026-000412",
                    "codigo_ordem_servico": 0,
                    "data_emissao": "2026-03-02T00:00:00-03:00",
                    "data_entrada": "",
                    "data_vencimento": "2026-04-01T00:00:00-03:00",
                    "numero_documento": "412",
                    "numero_parcela": "001/001",
                    "valor_documento": 1480.5,
                }
                for title in titles
            ],
        }
    ]
