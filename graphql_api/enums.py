"""The words of the ports as GraphQL enums, each value described."""

from enum import Enum

import strawberry

from graphql_api.texts import in_english
from ports.acknowledgements import AcknowledgementReason
from ports.causes import CauseKind
from ports.contracts import Cadence
from ports.errors import RefusalCode
from ports.identity import Role
from ports.payment_sums import PaymentGroup
from ports.payments import Entidade, ErrorPolicy, PaymentOrderField, Situacao
from ports.reconciliations import DivergenceKind, Verdict
from ports.registers import ReferenceKind
from ports.sync_runs import SyncMode, SyncStatus, SyncTrigger
from ports.titles import BillingBasis


class SortDirection(Enum):
    ASC = "ASC"
    DESC = "DESC"


def _describe(enum: type[Enum], description: str, values: dict[str, str]) -> None:
    """Register the enum; a value without a description is a mistake, found at import."""
    strawberry.enum(enum, description=description)
    definition = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values.pop(value.name)
    if values:
        raise ValueError(f"{enum.__name__} has no {', '.join(values)}")


_describe(
    Role,
    "What a caller may do.",
    {
        "ADMIN": "Everything, also what nobody else may: restore.",
        "CFO": "Money and the sync: settles and takes back, deletes, syncs, sets the tolerance.",
        "FINANCE": "Daily work: payments, contracts to read, the reconciliation.",
        "VIEWER": "Reads payments and clients.",
    },
)
_describe(
    Entidade,
    "Who is on the other side of a payment: C, F, T and U in the data structure document.",
    {
        "CLIENTE": "C, a client: a receivable.",
        "FORNECEDOR": "F, a supplier: a payable.",
        "TRANSPORTADORA": "T, a carrier: freight.",
        "FUNCIONARIO": "U, an employee: payroll or a refund.",
    },
)
_describe(
    Situacao,
    "Derived from liquidado, data_vencimento and today.",
    {
        "A_VENCER": "Open and due after today.",
        "VENCE_HOJE": "Open and due today.",
        "VENCIDO": "Open and overdue.",
        "LIQUIDADO": "Settled.",
    },
)
_describe(
    PaymentOrderField,
    "What payments may be ordered by; the id decides between equals.",
    {
        "DATA_VENCIMENTO": "By due date.",
        "DATA_LIQUIDACAO": "By settlement date, the unsettled after all others.",
        "VALOR_TOTAL": "By final amount.",
        "CADASTRADO_EM": "By the moment of registration.",
        "MODIFICADO_EM": "By the moment of the last change.",
        "DESCRICAO": "By description.",
    },
)
_describe(
    PaymentGroup,
    "What a summary of payments adds up by.",
    {
        "MONTH": "The month of the due date.",
        "SITUACAO": "How they stand today.",
        "ENTIDADE": "Who is on the other side.",
        "PLANO_CONTAS": "Chart of accounts.",
        "CENTRO_CUSTO": "Cost centre.",
        "CONTA_BANCARIA": "Bank account.",
        "FORMA_PAGAMENTO": "Means of payment.",
        "LOJA": "Shop or branch.",
    },
)
_describe(
    ReferenceKind,
    "The registers that payments refer to.",
    {
        "PLANO_CONTAS": "Chart of accounts (plano_de_contas).",
        "CENTRO_CUSTO": "Cost centres (centros_custo).",
        "CONTA_BANCARIA": "Bank accounts (contas_bancarias).",
        "FORMA_PAGAMENTO": "Means of payment (forma_de_pagamento).",
        "FORNECEDOR": "Suppliers.",
        "TRANSPORTADORA": "Carriers.",
        "FUNCIONARIO": "Employees (colaboradores).",
        "LOJA": "Shops and branches (lojas).",
    },
)
_describe(
    ErrorPolicy,
    "What becomes of the sound rows of a set when others are faulty.",
    {
        "REJECT_ALL": "One faulty row and nothing is created; sound rows have neither payment nor refusal.",
        "REJECT_FAILED_ROWS": "Sound rows are created, faulty ones refused.",
    },
)
_describe(
    SortDirection,
    "Which end of an order comes first.",
    {"ASC": "The smallest or earliest first.", "DESC": "The greatest or latest first."},
)
_describe(
    Cadence,
    "How often a contract is billed.",
    {"MONTHLY": "Every month.", "QUARTERLY": "Every third month.", "YEARLY": "Every twelfth month."},
)
_describe(
    BillingBasis,
    "Which date puts money in a period. On the title bases billed is the sum of the titles' gross amount "
    "(valor_documento); on RECEIVED it is cash.",
    {
        "DUE_DATE": "The due date (data_vencimento).",
        "ISSUE_DATE": "The issue date (data_emissao).",
        "REGISTRATION_DATE": "The registration date (data_registro).",
        "RECEIVED": "Each receipt in its own month: amount - discount + interest + fine.",
    },
)
_describe(
    Verdict,
    "Judged in this order: NOT_EVALUATED, OK, NOT_DUE, DIVERGENT.",
    {
        "OK": "|divergence| is within the tolerance.",
        "DIVERGENT": "All else: an alert.",
        "NOT_DUE": "The shortfall is no more than what contracts not yet due expect, plus the tolerance.",
        "NOT_EVALUATED": "It cannot be judged: data not fresh, client not linked, or titles incomplete.",
    },
)
_describe(
    DivergenceKind,
    "What is wrong; null for OK and NOT_DUE.",
    {
        "NOT_BILLED": "Expected and nothing billed.",
        "UNDER_BILLED": "Billed less than expected.",
        "OVER_BILLED": "Billed more than expected.",
        "NO_CONTRACT": "Billed and nothing in force.",
        "NOT_LINKED": "The client has no code in the ERP.",
        "STALE_DATA": "The last successful sync is too old for this month.",
        "INCOMPLETE_DATA": "A title was set aside by the sync, or lacks the basis's date.",
    },
)
_describe(
    AcknowledgementReason,
    "Why a divergence is as it is.",
    {
        "EXPECTED": "It is as it should be.",
        "NEGOTIATED": "Agreed with the client: a discount, a postponement, a courtesy.",
        "BILLED_ELSEWHERE": "Billed outside this ERP account, or to another party.",
        "TIMING": "Billed in another month.",
        "DATA_ERROR": "The contract or the ERP states it wrongly, and will be mended.",
        "DISPUTED": "The client contests it.",
        "WRITTEN_OFF": "It will not be billed any more.",
    },
)
_describe(
    SyncStatus,
    "How a run stands.",
    {
        "RUNNING": "At work, or waiting.",
        "SUCCESS": "Ended, all kept.",
        "ERROR": "Ended by a failure; what was kept stays.",
        "CANCELLED": "Ended by cancelSync; what was kept stays.",
    },
)
_describe(
    SyncMode,
    "How much a run reads.",
    {
        "FULL": "Everything, from the first page; what it misses is looked at and may be found gone.",
        "INCREMENTAL": "What changed or came to be since the day before the last successful start.",
    },
)
_describe(
    SyncTrigger,
    "What started a run.",
    {
        "MUTATION": "syncErp.",
        "SCHEDULE": "SYNC_SCHEDULE or SYNC_FULL_SCHEDULE.",
        "COMMAND": "concilia sync, on the command line.",
        "WEBHOOK": "A message of the ERP. None has yet: what it hints at is read singly, outside of runs.",
    },
)
_describe(
    RefusalCode,
    "Why the business said no.",
    {code.name: in_english(code) for code in RefusalCode},
)
_describe(
    CauseKind,
    "Why billed is not expected. Each cent is told once, by the first that applies, in this order.",
    {
        "DUPLICATED": "(+) Beyond the number of titles expected: same client, amount and month.",
        "CONTRACT_ENDED": "(+) Billed after the last contract's end.",
        "CONTRACT_NOT_STARTED": "(+) Billed before the first contract's start.",
        "CANCELLED": "(-) A cancelled or gone title that would have covered an expected amount.",
        "BILLED_EARLIER": "- in the month it belongs to, + in the earlier one where it sits.",
        "BILLED_LATER": "- in the month it belongs to, + in the later one where it sits.",
        "INSTALMENT_SPLIT": "The same, parts in several months.",
        "WITHHELD": "(-) On RECEIVED: tax kept back by the payer.",
        "DISCOUNT": "(-) On RECEIVED: discount granted.",
        "INTEREST": "(+) On RECEIVED: interest and fines.",
        "OPEN": "(-) On RECEIVED: billed and not yet received.",
        "PRO_RATA": "(-) Billed by days where the contract expects the whole.",
        "NOT_BILLED": "(-) A contract without any title.",
        "EXTRA": "(+) A title without any contract.",
        "RESIDUE": "What is left, of a client who was billed.",
    },
)
