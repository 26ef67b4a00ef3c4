"""One unit of work: what is done inside it happens whole or not at all."""

from contextlib import AbstractAsyncContextManager
from enum import Enum
from typing import Protocol

from ports.acknowledgements import AcknowledgementStore
from ports.audit import Act, AuditStore
from ports.clients import ClientStore
from ports.closings import ClosingStore
from ports.contracts import ContractStore
from ports.idempotency import IdempotencyStore
from ports.imports import PaymentImports
from ports.jobs import JobQueue
from ports.payments import PaymentStore
from ports.reconciliations import PartyStore
from ports.registers import RegisterStore
from ports.rereads import RereadStore
from ports.schedules import TickStore
from ports.sync_runs import SyncRunStore
from ports.titles import TitleStore
from ports.tolerance_rules import ToleranceRuleStore
from ports.webhooks import WebhookStore


class Work(Protocol):
    """Stores over one transaction, rolled back unless `commit` is said."""

    payments: PaymentStore
    payment_imports: PaymentImports
    clients: ClientStore
    contracts: ContractStore
    registers: RegisterStore
    titles: TitleStore
    payables: TitleStore
    rereads: RereadStore
    webhooks: WebhookStore
    ticks: TickStore
    parties: PartyStore
    closings: ClosingStore
    acknowledgements: AcknowledgementStore
    rules: ToleranceRuleStore
    runs: SyncRunStore
    keys: IdempotencyStore
    audit: AuditStore
    jobs: JobQueue

    async def commit(self) -> None: ...


class Duty(Enum):
    """On whose behalf a work is done; the database itself lets each see and do no more than it needs."""

    BUSINESS = "BUSINESS"
    """Everything but the sync's log."""
    DIRECTION = "DIRECTION"
    """What ADMIN and CFO may read besides: the log."""
    SYNC = "SYNC"
    """What alone may write the log."""


class OpenWork(Protocol):
    """Begins a unit of work: `async with open_work(act) as work`.

    What changes in it is written to the audit trail under the act; a work that only reads needs none.
    still: whatever others do meanwhile, all that it reads is of one moment.
    """

    def __call__(
        self, act: Act | None = None, *, duty: Duty = Duty.BUSINESS, still: bool = False
    ) -> AbstractAsyncContextManager[Work]: ...
