"""What every resolver has at hand."""

from dataclasses import dataclass
from typing import TypeAlias

import strawberry

from core.use_cases.cancel_sync import CancelSync
from core.use_cases.create_client import CreateClient
from core.use_cases.create_contract import CreateContract
from core.use_cases.create_payment import CreatePayment
from core.use_cases.create_payments import CreatePayments
from core.use_cases.delete_contract import DeleteContract
from core.use_cases.delete_payment import DeletePayment
from core.use_cases.export_payments import ExportPayments
from core.use_cases.reconcile_period import ReconcilePeriod
from core.use_cases.restore_payment import RestorePayment
from core.use_cases.save_reference import SaveReference
from core.use_cases.set_tolerance_rule import SetToleranceRule
from core.use_cases.settle_payment import SettlePayment
from core.use_cases.start_sync import StartSync
from core.use_cases.unsettle_payment import UnsettlePayment
from core.use_cases.update_client import UpdateClient
from core.use_cases.update_contract import UpdateContract
from core.use_cases.update_payment import UpdatePayment
from core.use_cases.verify_audit import VerifyAudit
from graphql_api.loaders import Loaders
from graphql_api.texts import Language
from ports.clock import Clock
from ports.identity import Identity
from ports.run_watch import RunWatch
from ports.work import OpenWork


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """All that the API can do, wired once at start."""

    create_payment: CreatePayment
    create_payments: CreatePayments
    update_payment: UpdatePayment
    settle_payment: SettlePayment
    unsettle_payment: UnsettlePayment
    delete_payment: DeletePayment
    restore_payment: RestorePayment
    export_payments: ExportPayments
    save_reference: SaveReference
    create_client: CreateClient
    update_client: UpdateClient
    create_contract: CreateContract
    update_contract: UpdateContract
    delete_contract: DeleteContract
    start_sync: StartSync
    cancel_sync: CancelSync
    reconcile_period: ReconcilePeriod
    set_tolerance_rule: SetToleranceRule
    verify_audit: VerifyAudit


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One request: who calls, in which language, and what may be done."""

    identity: Identity | None
    language: Language
    use_cases: UseCases
    open_work: OpenWork
    run_watch: RunWatch
    clock: Clock
    loaders: Loaders
    open_schema: bool
    """Whether everybody may introspect."""

    @property
    def caller(self) -> Identity:
        """The caller of a field that is guarded by roles."""
        if self.identity is None:
            raise LookupError("an unguarded field asked who calls")
        return self.identity

    @property
    def seconds_left(self) -> float | None:
        """Until the caller's token is accepted no more; None when that is never."""
        if self.identity is None or self.identity.expires_at is None:
            return None
        return (self.identity.expires_at - self.clock.now()).total_seconds()


Info: TypeAlias = strawberry.Info[Context, None]
