"""What the settings say, in the words of adapters and use cases."""

from datetime import timedelta

import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.cron import CronSchedule
from adapters.no_erp import NoErp
from adapters.oidc import OidcTokens, Provider
from adapters.omie.credentials import OmieAccount, OmieCredentials
from adapters.omie.demo.app import DEMO_CREDENTIALS
from adapters.omie.gateway import OmieGateway
from adapters.omie.transport import OmieTransport, TransportOptions
from adapters.postgres.demo import DEMO
from adapters.postgres.quota import PostgresQuota
from adapters.tokens import SharedSecretTokens
from adapters.tracing import NotInstalled, Spans, open_spans
from core.use_cases.months import ReconciliationPolicy
from graphql_api.persisted import PersistedOperations, read_manifest
from ports.clock import Clock
from ports.erp import ErpGateway, RequestQuota
from ports.identity import TokenVerifier
from ports.schedules import SyncSchedules
from settings import AppEnv, Settings, WrongSetting

OMIE = "omie"
DEMO_ADDRESS = "http://demo/api/v1"
REQUESTS_IN_ALL = 960
"""What Omie allows one address in a window, over all methods."""


def secret_of(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None


def account_of(settings: Settings) -> OmieAccount | None:
    """The ERP account to talk to; None where none is set."""
    if settings.uses_demo:
        return OmieAccount(DEMO, DEMO_CREDENTIALS, DEMO_ADDRESS)
    key, secret = secret_of(settings.omie_app_key), secret_of(settings.omie_app_secret)
    if key is None or secret is None:
        return None
    return OmieAccount(OMIE, OmieCredentials(key, secret), settings.omie_base_url)


def erp_of(settings: Settings, http: httpx.AsyncClient, quota: RequestQuota, clock: Clock) -> ErpGateway:
    if (account := account_of(settings)) is None:
        return NoErp()
    options = TransportOptions(base_url=account.base_url, max_in_flight=settings.omie_max_in_flight)
    transport = OmieTransport(http, account.credentials, quota, clock, options)
    return OmieGateway(transport, account.source, settings.omie_page_size)


def quota_of(settings: Settings, engine: AsyncEngine) -> PostgresQuota:
    return PostgresQuota(
        engine,
        per_method=settings.omie_requests_per_window,
        in_all=REQUESTS_IN_ALL,
        in_flight=settings.omie_max_in_flight,
        window_seconds=settings.omie_window_seconds,
    )


def schedules_of(settings: Settings) -> SyncSchedules:
    full, incremental = settings.sync_full_schedule, settings.sync_schedule
    return SyncSchedules(
        full=CronSchedule(full) if full else None,
        incremental=CronSchedule(incremental) if incremental else None,
    )


def persisted_of(settings: Settings) -> PersistedOperations:
    manifest = settings.persisted_operations_manifest
    return PersistedOperations(settings.persisted_operations, read_manifest(manifest) if manifest else {})


def tokens_of(settings: Settings, jwt_secret: str, http: httpx.AsyncClient, clock: Clock) -> TokenVerifier:
    """With a provider, a shared secret is for those who have set one, and for development."""
    claim = settings.auth_roles_claim
    shared = SharedSecretTokens(jwt_secret, claim, clock)
    if settings.auth_oidc_issuer is None or settings.auth_oidc_audience is None:
        return shared
    provider = Provider(
        issuer=settings.auth_oidc_issuer,
        audience=settings.auth_oidc_audience,
        jwks_url=settings.auth_jwks_url,
    )
    both = settings.auth_jwt_secret is not None or settings.app_env is AppEnv.DEVELOPMENT
    return OidcTokens(http, provider, claim, clock, shared if both else None)


def spans_of(settings: Settings) -> Spans | None:
    if settings.otel_exporter_otlp_endpoint is None:
        return None
    try:
        return open_spans(settings.otel_exporter_otlp_endpoint)
    except NotInstalled:
        raise WrongSetting("OTEL_EXPORTER_OTLP_ENDPOINT: needs the extra concilia[opentelemetry]") from None


def policy_of(settings: Settings) -> ReconciliationPolicy:
    return ReconciliationPolicy(
        basis=settings.reconciliation_basis,
        max_age=settings.reconciliation_max_age,
        full_max_age=settings.reconciliation_full_max_age,
        grace=timedelta(days=settings.reconciliation_grace_days),
        categories=settings.reconciliation_categories,
    )
