from dataclasses import dataclass

from core.use_cases.acknowledge_divergence import AcknowledgeDivergence
from core.use_cases.cancel_sync import CancelSync
from core.use_cases.close_period import ClosePeriod
from core.use_cases.create_client import CreateClient
from core.use_cases.create_contract import CreateContract
from core.use_cases.create_payment import CreatePayment
from core.use_cases.create_payments import CreatePayments
from core.use_cases.delete_contract import DeleteContract
from core.use_cases.delete_payment import DeletePayment
from core.use_cases.divergent_since import DivergentSince
from core.use_cases.explain_lines import ExplainLines
from core.use_cases.export_payments import ExportPayments
from core.use_cases.export_reconciliation import ExportReconciliation
from core.use_cases.find_lines import FindLines
from core.use_cases.import_reconciliation import ImportReconciliation
from core.use_cases.link_client import LinkClient
from core.use_cases.reconcile_period import ReconcilePeriod
from core.use_cases.reconciliation_trend import ReconciliationTrend
from core.use_cases.reopen_period import ReopenPeriod
from core.use_cases.restore_payment import RestorePayment
from core.use_cases.review_closed_period import ReviewClosedPeriod
from core.use_cases.save_reference import SaveReference
from core.use_cases.set_tolerance_rule import SetToleranceRule
from core.use_cases.settle_payment import SettlePayment
from core.use_cases.simulate_tolerance_rule import SimulateToleranceRule
from core.use_cases.start_sync import StartSync
from core.use_cases.survey_month import SurveyMonth
from core.use_cases.unsettle_payment import UnsettlePayment
from core.use_cases.update_client import UpdateClient
from core.use_cases.update_contract import UpdateContract
from core.use_cases.update_payment import UpdatePayment
from core.use_cases.verify_audit import VerifyAudit
from core.use_cases.withdraw_acknowledgement import WithdrawAcknowledgement


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
    link_client: LinkClient
    create_contract: CreateContract
    update_contract: UpdateContract
    delete_contract: DeleteContract
    start_sync: StartSync
    cancel_sync: CancelSync
    reconcile_period: ReconcilePeriod
    survey_month: SurveyMonth
    find_lines: FindLines
    explain_lines: ExplainLines
    divergent_since: DivergentSince
    close_period: ClosePeriod
    reopen_period: ReopenPeriod
    review_closed_period: ReviewClosedPeriod
    reconciliation_trend: ReconciliationTrend
    simulate_tolerance_rule: SimulateToleranceRule
    set_tolerance_rule: SetToleranceRule
    acknowledge_divergence: AcknowledgeDivergence
    withdraw_acknowledgement: WithdrawAcknowledgement
    export_reconciliation: ExportReconciliation
    import_reconciliation: ImportReconciliation
    verify_audit: VerifyAudit
