"""Sound records and inputs with defaults; a test names only what matters to it."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.reconciliation import Bench
from ports.calendar import Period
from ports.clients import ClientRecord, ErpLink
from ports.contracts import Cadence, ContractPrice, ContractRecord
from ports.erp import ErpClient, ErpTitle, Receipt
from ports.errors import Fault, Refused
from ports.identity import Identity, Role
from ports.ids import OURS, new_id
from ports.payments import PARTIES, Entidade, PaymentRecord
from ports.reconciliations import Billing, Line, Month, PartyKey, Verdict
from ports.sync_runs import SyncMode, SyncRunRecord, SyncStatus, SyncTrigger
from ports.titles import BillingBasis, TitleRecord
from ports.tolerance_rules import ToleranceRuleRecord

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LATER = NOW + timedelta(hours=1)
NOVEMBER = Period(2026, 11)
ERP = "omie-main"
"""The source of what comes from the ERP account of the tests."""

CNPJ, OTHER_CNPJ, LETTERED_CNPJ = "11222333000181", "11444777000161", "12ABC34501DE35"
CPF = "52998224725"


def money(figure: str) -> Decimal:
    return Decimal(figure)


def named(faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """Faults as (code, path), sorted, so that a table can state them."""
    return sorted((fault.code.value, ".".join(fault.path)) for fault in faults)


def refusal(act: Callable[[], object]) -> list[tuple[str, str]]:
    """What a call that must be refused names."""
    with pytest.raises(Refused) as caught:
        act()
    return named(caught.value.faults)


def a_caller(**changes: Any) -> Identity:
    return Identity(**{"subject": "ana", "name": "Ana Souza", "roles": frozenset({Role.FINANCE}), **changes})


def a_party(entidade: Entidade) -> dict[str, Any]:
    """`entidade` with the fields that it demands."""
    party = PARTIES[entidade]
    return {"entidade": entidade, party.id: "6", party.external_id: "EXT006"}


def sent_payment(entidade: Entidade = Entidade.CLIENTE, /, **changes: Any) -> dict[str, Any]:
    """The least that may be sent of a pending payment."""
    least = {
        "descricao": "Mensalidade de novembro",
        "valor": money("1500.00"),
        "data_vencimento": date(2026, 11, 30),
        **a_party(entidade),
    }
    return least | changes


def a_payment(**changes: Any) -> PaymentRecord:
    """A pending receivable of a client; a settled one needs its day."""
    kept = {
        "id": new_id(),
        **sent_payment(),
        "valor_total": money("1500.00"),
        "cadastrado_em": NOW,
        "modificado_em": NOW,
        "source": OURS,
    }
    return PaymentRecord(**{**kept, **changes})


def sent_contract(**changes: Any) -> dict[str, Any]:
    """The least that may be sent of a monthly contract; the cadence has its default at the edge."""
    return {"client_id": new_id(), **_contract(), "mrr": money("1000.00"), **changes}


def a_contract(mrr: str = "1000.00", /, **changes: Any) -> ContractRecord:
    """A monthly contract since January 2026, at one price unless `prices` says more."""
    values = {**_contract(), **changes}
    kept = {
        "id": new_id(),
        "client_id": new_id(),
        "prices": (ContractPrice(money(mrr), Period.of(values["starts_on"])),),
        "source": OURS,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ContractRecord(**{**kept, **values})


def _contract() -> dict[str, Any]:
    return {"title": "Suporte", "starts_on": date(2026, 1, 1), "cadence": Cadence.MONTHLY}


def a_client(*codes: str, **changes: Any) -> ClientRecord:
    """A client, linked to these codes of the ERP."""
    kept = {
        "id": new_id(),
        "name": "Padaria Central",
        "links": tuple(ErpLink(ERP, code) for code in codes),
        "source": OURS,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return ClientRecord(**{**kept, **changes})


def a_register(code: str = "7001", **changes: Any) -> ErpClient:
    """How the ERP states a client."""
    stated = {
        "code": code,
        "name": "Padaria Central Ltda",
        "document": None,
        "contact_email": None,
        "active": True,
        "is_customer": True,
    }
    return ErpClient(**{**stated, **changes})


def an_erp_title(**changes: Any) -> ErpTitle:
    return ErpTitle(**{**_title(), **changes})


def a_title(**changes: Any) -> TitleRecord:
    """A receivable in the mirror."""
    return TitleRecord(**{"id": new_id(), "source": ERP, "synced_at": NOW, **_title(), **changes})


def _title() -> dict[str, Any]:
    return {
        "external_id": "9001",
        "client_code": "7001",
        "amount": money("1000.00"),
        "withheld": money("0.00"),
        "due_on": date(2026, 11, 10),
        "status": "A VENCER",
        "cancelled": False,
        "settled": False,
    }


def a_receipt(amount: str, **changes: Any) -> Receipt:
    """A receipt without discount, interest or fine."""
    nothing = dict.fromkeys(("discount", "interest", "fine"), money("0.00"))
    kept = {"external_id": "5001", "on": date(2026, 11, 10), "amount": money(amount), **nothing}
    return Receipt(**{**kept, **changes})


def a_run(**changes: Any) -> SyncRunRecord:
    """A run that has just begun."""
    kept = {
        "id": new_id(),
        "source": ERP,
        "status": SyncStatus.RUNNING,
        "mode": SyncMode.FULL,
        "trigger": SyncTrigger.MUTATION,
        "started_at": NOW,
        "round_started_at": NOW,
    }
    return SyncRunRecord(**{**kept, **changes})


def a_rule(percent: str = "5.00", minimum: str = "50.00", **changes: Any) -> ToleranceRuleRecord:
    kept = {
        "id": new_id(),
        "version": 1,
        "percent": money(percent),
        "minimum": money(minimum),
        "valid_from": NOW,
        "set_by": "ana",
    }
    return ToleranceRuleRecord(**{**kept, **changes})


def a_billing(code: str = "7001", billed: str = "0.00", incomplete: int = 0) -> Billing:
    return Billing(code=code, amount=money(billed), incomplete=incomplete)


def a_month(**changes: Any) -> Month:
    """November on fresh data; 5 %, at least 50.00."""
    kept = {
        "period": NOVEMBER,
        "basis": BillingBasis.DUE_DATE,
        "source": ERP,
        "rule": a_rule(),
        "evaluated_at": LATER,
        "data_as_of": NOW,
        "fresh": True,
    }
    return Month(**{**kept, **changes})


def a_bench(**changes: Any) -> Bench:
    """Well after everything of the month is due; what else is said is said of the month."""
    settled = {"overrides": {}, "today": date(2027, 1, 15), "grace": timedelta(days=3)}
    own = {name: changes.pop(name) for name in settled if name in changes}
    return Bench(month=a_month(**changes), **{**settled, **own})


def a_line(**changes: Any) -> Line:
    names = ("mrr", "expected", "billed", "divergence", "withheld", "not_yet_due", "tolerance")
    client: ClientRecord | None = changes.get("client")
    codes = changes.get("codes", ("7001",))
    judged = {
        "period": NOVEMBER,
        "basis": BillingBasis.DUE_DATE,
        "source": ERP,
        "key": PartyKey(client.id) if client else PartyKey(None, codes[0]),
        "name": client.name if client else codes[0],
        "client": None,
        "codes": codes,
        **dict.fromkeys(names, money("0.00")),
        "rule": a_rule(),
        "verdict": Verdict.OK,
        "kind": None,
    }
    return Line(**{**judged, **changes})
