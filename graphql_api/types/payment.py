from datetime import date, datetime
from uuid import UUID

import strawberry

from core.payment import Payment as PaymentRules
from core.use_cases.payment_references import client_key
from graphql_api.context import Context, Info
from graphql_api.fields import plain, resolved
from graphql_api.roles import DIRECTORS, EVERYONE, FINANCE_TEAM, may
from graphql_api.scalars import Money
from graphql_api.types.client import Client
from graphql_api.types.node import Node, by_uuid, node_type
from graphql_api.types.title import Title
from ports.calendar import local_day
from ports.clients import ClientRecord
from ports.payments import Entidade, PaymentRecord, Situacao
from ports.titles import TitleRecord


async def find_payment(context: Context, key: UUID) -> PaymentRecord | None:
    """The payment, unless it is deleted and the caller is none of those who may see deleted ones."""
    async with context.open_work() as work:
        payment = await work.payments.get(key)
    hidden = payment is not None and payment.deletado_em is not None and not may(context, DIRECTORS)
    return None if hidden else payment


@strawberry.type(name="Atributo", description="A custom attribute of a payment.")
class Attribute:
    chave: str = plain("Its name.")
    valor: str = plain("Its value.")


PAYMENT = by_uuid("payment", PaymentRecord, EVERYONE, find_payment)


@node_type(
    PAYMENT,
    "A payable or receivable. Field names are those of the data structure document. "
    "The ERP's titles are never copied into payments.",
)
class Payment(Node):
    external_id: str | None = plain("Id in an external system; unique among payments that are not deleted.")
    codigo: str | None = plain("Sequential or other code.")
    descricao: str = plain("What it is for, 3 to 500 characters.")
    valor: Money = plain("Original amount.")
    juros: Money = plain("Interest.")
    desconto: Money = plain("Discount.")
    taxa_banco: Money = plain("Bank fee.")
    taxa_operadora: Money = plain("Card operator's fee.")
    valor_total: Money = plain("valor + juros - desconto - taxa_banco - taxa_operadora")
    data_vencimento: date = plain("Due date.")
    data_liquidacao: date | None = plain("Day on which it was paid; set exactly when liquidado.")
    data_competencia: date | None = plain("Accounting date.")
    cadastrado_em: datetime = plain("When it was registered.")
    modificado_em: datetime = plain("When it was last changed.")
    deletado_em: datetime | None = plain("When it was deleted; null while it is live.")
    plano_contas_id: str | None = plain("Chart of accounts: id.")
    plano_contas_external_id: str | None = plain("Chart of accounts: external id.")
    nome_plano_conta: str | None = plain("Chart of accounts: name.")
    centro_custo_id: str | None = plain("Cost centre: id.")
    centro_custo_external_id: str | None = plain("Cost centre: external id.")
    nome_centro_custo: str | None = plain("Cost centre: name.")
    conta_bancaria_id: str | None = plain("Bank account: id.")
    conta_bancaria_external_id: str | None = plain("Bank account: external id.")
    nome_conta_bancaria: str | None = plain("Bank account: name.")
    forma_pagamento_id: str | None = plain("Means of payment: id.")
    forma_pagamento_external_id: str | None = plain("Means of payment: external id.")
    nome_forma_pagamento: str | None = plain("Means of payment: name.")
    entidade: Entidade = plain("Who is on the other side.")
    cliente_id: str | None = plain("Client: id; set exactly when entidade is CLIENTE.")
    cliente_external_id: str | None = plain("Client: external id, beside the id.")
    nome_cliente: str | None = plain("Client: name.")
    fornecedor_id: str | None = plain("Supplier: id; set exactly when entidade is FORNECEDOR.")
    fornecedor_external_id: str | None = plain("Supplier: external id, beside the id.")
    nome_fornecedor: str | None = plain("Supplier: name.")
    transportadora_id: str | None = plain("Carrier: id; set exactly when entidade is TRANSPORTADORA.")
    transportadora_external_id: str | None = plain("Carrier: external id, beside the id.")
    nome_transportadora: str | None = plain("Carrier: name.")
    funcionario_id: str | None = plain("Employee: id; set exactly when entidade is FUNCIONARIO.")
    funcionario_external_id: str | None = plain("Employee: external id, beside the id.")
    nome_funcionario: str | None = plain("Employee: name.")
    liquidado: bool = plain("Whether it is settled.")
    usuario_id: str | None = plain("Who registered it: id; the caller when not sent.")
    usuario_external_id: str | None = plain("Who registered it: external id.")
    nome_usuario: str | None = plain("Who registered it: name.")
    loja_id: str | None = plain("Shop or branch: id.")
    loja_external_id: str | None = plain("Shop or branch: external id.")
    nome_loja: str | None = plain("Shop or branch: name.")
    atributos: list[Attribute] = plain("Custom attributes, in their order.")
    version: int = plain("Rises by one with every change.")

    @resolved(Situacao)
    def situacao(self, info: Info, root: strawberry.Parent[PaymentRecord]) -> Situacao:
        """Derived from liquidado, dataVencimento and today."""
        return PaymentRules(root).situacao(local_day(info.context.clock.now()))

    @resolved(Client | None)
    async def client(self, info: Info, root: strawberry.Parent[PaymentRecord]) -> ClientRecord | None:
        """The client on file: clienteExternalId is one of its omieCodigos, or clienteId is its id."""
        key, code = client_key(root.cliente_id), root.cliente_external_id
        found = await info.context.loaders.clients.load(key) if key else None
        if found is None and code is not None:
            found = await info.context.loaders.clients_by_code.load(code)
        return found

    @resolved(Title | None, roles=FINANCE_TEAM)
    async def title(self, info: Info, root: strawberry.Parent[PaymentRecord]) -> TitleRecord | None:
        """The ERP's title with this externalId."""
        if root.external_id is None:
            return None
        return await info.context.loaders.titles.load(root.external_id)
