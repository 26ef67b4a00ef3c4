"""Payments added up."""

from dataclasses import dataclass
from enum import Enum

from ports.money import Money


class PaymentGroup(Enum):
    """What a summary adds up by."""

    MONTH = "MONTH"
    SITUACAO = "SITUACAO"
    ENTIDADE = "ENTIDADE"
    PLANO_CONTAS = "PLANO_CONTAS"
    CENTRO_CUSTO = "CENTRO_CUSTO"
    CONTA_BANCARIA = "CONTA_BANCARIA"
    FORMA_PAGAMENTO = "FORMA_PAGAMENTO"
    LOJA = "LOJA"


@dataclass(frozen=True, slots=True)
class PaymentSummary:
    """Sums of `valor_total` over one group; total is settled and open, and overdue is part of open.

    The key is the month of the due day, the name of a situacao or entidade, or an id, empty where
    payments name none; the label is the register's name for it, or else one that payments give it.
    """

    key: str
    label: str | None
    count: int
    total: Money
    settled: Money
    open: Money
    overdue: Money
