"""What Omie tells others of a change: names as in the API, days as ISO 8601, nothing signed."""

from datetime import date, datetime, time
from uuid import uuid4

from adapters.omie.credentials import OmieCredentials
from adapters.omie.demo.documents import punctuated
from adapters.omie.demo.ledger import Change, Deed
from adapters.omie.demo.records import DemoClient, DemoReceipt, DemoTitle
from adapters.omie.demo.shapes import ACCOUNT, Json
from ports.calendar import SAO_PAULO
from ports.erp import Side
from ports.money import ZERO

PING = {"ping": "omie"}
"""Sent when somebody sets the webhook up."""
_SIDES = {
    Side.RECEIVABLE: ("Financas.ContaReceber", "conta_a_receber"),
    Side.PAYABLE: ("Financas.ContaPagar", "conta_a_pagar"),
}


def told(change: Change, credentials: OmieCredentials) -> Json:
    """One message. Its id is new every time; to send a message twice, send the same one."""
    record = change.record
    event: Json | list[Json]
    if isinstance(record, DemoClient):
        family, event = "ClienteFornecedor", _client_event(record, change.deed)
    else:
        family, event = _SIDES[record.side][0], _title_event(record, change)
    return {
        "messageId": str(uuid4()),
        "topic": f"{family}.{change.deed.value}",
        "event": event,
        "author": {"email": "maria@exemplo.com.br", "name": "Maria", "userId": 991234},
        "appKey": credentials.app_key,
        "appHash": "app-demo0001",
        "origin": "omie-connect-2.0",
    }


def _client_event(client: DemoClient, deed: Deed) -> Json:
    if deed is Deed.DELETED:
        return {"codigo_cliente_omie": client.code, "codigo_cliente_integracao": "", "razao_social": ""}
    return {
        "codigo_cliente_omie": client.code,
        "codigo_cliente_integracao": "",
        "cnpj_cpf": punctuated(client.document),
        "email": client.email,
        "inativo": "N" if client.active else "S",
        "razao_social": client.name,
    }


def _title_event(title: DemoTitle, change: Change) -> Json | list[Json]:
    if change.receipt is not None:
        return [_receipt_event(title, change.receipt)]
    if change.deed is Deed.DELETED:
        # Only the ids can be relied on.
        return {
            **_ids(title),
            "codigo_cliente_fornecedor": 0,
            "data_vencimento": "",
            "situacao": "",
            "valor_documento": 0,
        }
    return {
        **_ids(title),
        "codigo_categoria": title.category,
        "codigo_cliente_fornecedor": title.client_code,
        "codigo_tipo_documento": title.document_type,
        "data_emissao": _iso(title.issued_on),
        "data_vencimento": _iso(title.due_on),
        "id_conta_corrente": ACCOUNT,
        "numero_documento": title.document_number,
        "numero_parcela": "001/001",
        "situacao": title.status.capitalize(),
        "valor_documento": title.amount,
    }


def _ids(title: DemoTitle) -> Json:
    return {"codigo_lancamento_omie": title.code, "codigo_lancamento_integracao": ""}


def _receipt_event(title: DemoTitle, receipt: DemoReceipt) -> Json:
    of_title = {
        **_ids(title),
        "data_emissao": _iso(title.issued_on),
        "data_vencimento": _iso(title.due_on),
        "numero_documento": title.document_number,
        "numero_parcela": "001/001",
        "valor_documento": title.amount,
    }
    return {
        "codigo_baixa": receipt.code,
        "codigo_baixa_integracao": "",
        "codigo_cliente_fornecedor": title.client_code,
        "codigo_conta_corrente": ACCOUNT,
        "data": _iso(receipt.on),
        "data_cred": _iso(receipt.on),
        "valor": receipt.amount,
        "desconto": receipt.discount,
        "juros": receipt.interest,
        "multa": receipt.fine,
        "tarifa": ZERO,
        "observacao": "",
        _SIDES[title.side][1]: [of_title],
    }


def _iso(day: date | None) -> str:
    """Midnight in Sao Paulo; empty for none."""
    return datetime.combine(day, time(), SAO_PAULO).isoformat() if day else ""
