from collections.abc import Sequence
from datetime import date

import strawberry
from strawberry import UNSET

from graphql_api.context import Context, Info
from graphql_api.enums import SortDirection
from graphql_api.errors import forbidden
from graphql_api.fields import plain, resolved
from graphql_api.operations.arguments import given
from graphql_api.roles import DIRECTORS, EVERYONE, may
from graphql_api.scalars import Money
from graphql_api.types.connection import Rows, connection
from graphql_api.types.node import key_of
from graphql_api.types.payment import Payment, find_payment
from graphql_api.types.payment_summary import PaymentSummary
from ports import calendar, payments
from ports.calendar import local_day
from ports.payment_sums import PaymentGroup
from ports.payment_sums import PaymentSummary as SummaryRecord
from ports.payments import Entidade, PaymentOrderField, PaymentRecord, Situacao


@strawberry.input(description="Days from and to, both inclusive; a side left out is open.")
class DateRange:
    start: date | None = plain("First day.", name="from", default=UNSET)
    end: date | None = plain("Last day.", name="to", default=UNSET)


@strawberry.input(description="Amounts from and to, both inclusive; a side left out is open.")
class MoneyRange:
    start: Money | None = plain("Least amount.", name="from", default=UNSET)
    end: Money | None = plain("Greatest amount.", name="to", default=UNSET)


@strawberry.input(description="All conditions hold together; a list asks for any of its members.")
class PaymentFilter:
    search: str | None = plain(
        "Every word stands somewhere in descricao, codigo, externalId or a party's name, accents and case "
        "aside; or, five characters or more, in the CPF or CNPJ of the client on file.",
        default=UNSET,
    )
    entidade: list[Entidade] | None = plain("Who is on the other side.", default=UNSET)
    liquidado: bool | None = plain("Whether it is settled.", default=UNSET)
    situacao: list[Situacao] | None = plain("How it stands today.", default=UNSET)
    data_vencimento: DateRange | None = plain("Due date.", default=UNSET)
    data_liquidacao: DateRange | None = plain("Settlement date.", default=UNSET)
    data_competencia: DateRange | None = plain("Accounting date.", default=UNSET)
    valor_total: MoneyRange | None = plain("Final amount.", default=UNSET)
    external_id: list[str] | None = plain("Id in an external system.", default=UNSET)
    codigo: list[str] | None = plain("Code.", default=UNSET)
    cliente_id: list[str] | None = plain("Client: id.", default=UNSET)
    fornecedor_id: list[str] | None = plain("Supplier: id.", default=UNSET)
    plano_contas_id: list[str] | None = plain("Chart of accounts: id.", default=UNSET)
    centro_custo_id: list[str] | None = plain("Cost centre: id.", default=UNSET)
    conta_bancaria_id: list[str] | None = plain("Bank account: id.", default=UNSET)
    forma_pagamento_id: list[str] | None = plain("Means of payment: id.", default=UNSET)
    loja_id: list[str] | None = plain("Shop or branch: id.", default=UNSET)
    deleted: bool | None = plain(
        "Deleted payments instead of live ones. Only ADMIN and CFO may ask for them.", default=False
    )


@strawberry.input(description="One part of an order; the first part decides first.")
class PaymentOrder:
    field: PaymentOrderField = plain("What to order by.")
    direction: SortDirection = plain("Which end comes first.", default=SortDirection.ASC)


@strawberry.type
class PaymentQueries:
    @resolved(Payment | None, roles=EVERYONE)
    async def payment(self, info: Info, id: strawberry.ID) -> PaymentRecord | None:
        """One payment; null when unknown. Only ADMIN and CFO see deleted ones."""
        key = key_of(id, "payment")
        return await find_payment(info.context, key) if key else None

    @connection(Payment, roles=EVERYONE)
    async def payments(
        self,
        info: Info,
        filter: PaymentFilter | None = UNSET,
        order_by: list[PaymentOrder] | None = UNSET,
    ) -> Rows[PaymentRecord]:
        """Payments, by due date unless told otherwise. Keyset pagination, at most 1000 a page."""
        where, order = visible(info.context, filter), ordered(order_by)
        today = local_day(info.context.clock.now())
        return Rows(
            lambda work, page: work.payments.page(where, order, page, today),
            lambda work: work.payments.count(where, today),
        )

    @resolved(list[PaymentSummary], roles=EVERYONE)
    async def payment_summary(
        self,
        info: Info,
        filter: PaymentFilter | None = UNSET,
        *,
        group_by: PaymentGroup,
    ) -> Sequence[SummaryRecord]:
        """Sums of payments, one for each group that has any, by key."""
        where = visible(info.context, filter)
        async with info.context.open_work() as work:
            return await work.payments.summary(where, group_by, local_day(info.context.clock.now()))


def visible(context: Context, filter: PaymentFilter | None) -> payments.PaymentFilter:
    """What is asked for; FORBIDDEN when it is not the caller's to ask."""
    if not filter:
        return LIVE
    where = condition(filter)
    check_visible(where, context)
    return where


def check_visible(where: payments.PaymentFilter, context: Context) -> None:
    """FORBIDDEN when the filter asks for payments that the caller may not see."""
    if where.deleted and not may(context, DIRECTORS):
        raise forbidden(DIRECTORS)


def condition(asked: PaymentFilter) -> payments.PaymentFilter:
    values = given(asked)
    for name, value in values.items():
        if isinstance(value, DateRange):
            values[name] = calendar.DateRange(**given(value))
        elif isinstance(value, MoneyRange):
            values[name] = payments.MoneyRange(**given(value))
    return payments.PaymentFilter(**values)


def ordered(parts: Sequence[PaymentOrder] | None) -> Sequence[payments.PaymentOrder]:
    return [payments.PaymentOrder(part.field, part.direction is SortDirection.DESC) for part in parts or ()]


LIVE = condition(PaymentFilter())
"""What is asked for where no filter is."""
