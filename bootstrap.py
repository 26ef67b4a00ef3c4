"""Settings -> adapters -> use cases -> application. The only file that knows everyone."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import fields
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import punq
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.routing import Mount

from adapters.clock import SystemClock
from adapters.documents import DocbrRules
from adapters.files.exports import FileExports
from adapters.no_erp import NoErp
from adapters.omie.credentials import OmieCredentials
from adapters.omie.demo.app import DEMO_CREDENTIALS, DemoOmie
from adapters.omie.gateway import OmieGateway
from adapters.omie.transport import OmieTransport, TransportOptions
from adapters.postgres.demo import DEMO
from adapters.postgres.engine import open_engine
from adapters.postgres.health import is_ready
from adapters.postgres.jobs import SyncJobs
from adapters.postgres.quota import PostgresQuota
from adapters.postgres.run_watch import PostgresRunWatch
from adapters.postgres.work import PostgresOpenWork
from adapters.rounds import in_rounds
from adapters.tokens import SharedSecretTokens
from core.use_cases.import_clients import ImportClients
from core.use_cases.import_contracts import ImportContracts
from core.use_cases.import_payments import ImportPayments
from core.use_cases.keep_page import KeepPage
from core.use_cases.reconcile_period import ReconciliationPolicy
from core.use_cases.reread_erp import RereadErp
from core.use_cases.rescue_syncs import RescueSyncs
from core.use_cases.run_sync import RunSync
from core.use_cases.seal_audit import SealAudit
from graphql_api.app import create_app
from graphql_api.context import Context, UseCases
from graphql_api.loaders import Loaders
from graphql_api.texts import Language
from ports.audit import Act
from ports.clock import Clock
from ports.documents import DocumentRules
from ports.erp import ErpGateway, RequestQuota
from ports.exports import PaymentExports
from ports.identity import BadToken, Identity, TokenVerifier
from ports.run_watch import RunWatch
from ports.work import OpenWork
from settings import AppEnv, Settings

T = TypeVar("T")

COMMANDS = (
    KeepPage,
    RunSync,
    RescueSyncs,
    RereadErp,
    SealAudit,
    ImportPayments,
    ImportClients,
    ImportContracts,
)
"""Use cases that no query or mutation asks for."""

OMIE = "omie"
DEMO_ADDRESS = "http://demo/api/v1"
SEALING = 0.5
"""Seconds between two looks for audit entries that are in no link yet."""
REREADING = 1.0
"""Seconds between two looks for records of the ERP that are to be read again."""
REQUESTS_IN_ALL = 960
"""What Omie allows one address in a window, over all methods."""


class Assembly:
    """Everything wired once: ports are punq's keys, adapters its values, constructors state their needs."""

    def __init__(
        self, settings: Settings, database_url: str, jwt_secret: str, replacements: Mapping[Any, Any]
    ) -> None:
        self.settings = settings
        self.engine = open_engine(database_url)
        direct_url = _secret(settings.database_direct_url) or database_url
        self._jobs = SyncJobs(direct_url)
        open_work = PostgresOpenWork(self.engine, self._jobs)
        self._watch = PostgresRunWatch(direct_url, open_work)
        self._demo = DemoOmie(window_seconds=settings.omie_window_seconds) if settings.uses_demo else None
        transport = httpx.ASGITransport(self._demo.app) if self._demo else None
        self._http = httpx.AsyncClient(transport=transport)
        self._container = punq.Container()
        clock = SystemClock()
        standard = {
            Clock: clock,
            DocumentRules: DocbrRules(),
            OpenWork: open_work,
            RunWatch: self._watch,
            PaymentExports: FileExports(),
            RequestQuota: _quota(settings, self.engine),
            TokenVerifier: SharedSecretTokens(jwt_secret, settings.auth_roles_claim, clock),
            ReconciliationPolicy: _policy(settings),
        }
        for port, adapter in {**standard, **replacements}.items():
            self._container.register(port, instance=adapter)
        if ErpGateway not in replacements:
            self._container.register(ErpGateway, instance=self._erp())
        use_cases: list[Any] = [field.type for field in fields(UseCases)]
        for use_case in (*use_cases, UseCases, *COMMANDS):
            self._container.register(use_case)

    def get(self, wanted: type[T]) -> T:
        return self._container.resolve(wanted)

    def app(self) -> Starlette:
        """The HTTP application; in development a worker lives in its lifespan."""
        use_cases, open_work, clock = self.get(UseCases), self.get(OpenWork), self.get(Clock)
        verifier, run_watch = self.get(TokenVerifier), self.get(RunWatch)

        def make_context(authorization: str | None, language: Language) -> Context:
            return Context(
                identity=_identity(verifier, authorization),
                language=language,
                use_cases=use_cases,
                open_work=open_work,
                run_watch=run_watch,
                clock=clock,
                loaders=Loaders(open_work, clock),
                open_schema=self.settings.app_env is AppEnv.DEVELOPMENT,
            )

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(self.running())
                if self.settings.app_env is AppEnv.DEVELOPMENT:
                    await stack.enter_async_context(self.worker())
                yield

        return create_app(
            make_context,
            is_ready=lambda: is_ready(self.engine),
            lifespan=lifespan,
            cors_origins=self.settings.cors_origins,
            more_routes=[Mount("/demo/omie", self._demo.app)] if self._demo else [],
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Pools are open and the first tolerance rule is there for as long as the block lasts."""
        try:
            async with self.get(OpenWork)(Act("configuration", "start")) as work:
                await work.rules.add_first(
                    self.settings.reconciliation_tolerance_percent,
                    self.settings.reconciliation_tolerance_minimum,
                    self.get(Clock).now(),
                    "configuration",
                )
                await work.commit()
            yield
        finally:
            await self._watch.close()
            await self._http.aclose()
            await self.engine.dispose()

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """A worker that carries out syncs and seals the audit trail for as long as the block lasts."""
        async with (
            self._jobs.worker(self.get(RunSync), self.get(RescueSyncs)),
            in_rounds("audit.seal", self.get(SealAudit), pause=SEALING),
            in_rounds("erp.reread", self.get(RereadErp), pause=REREADING),
        ):
            yield

    def _erp(self) -> ErpGateway:
        settings = self.settings
        if self._demo:
            source, credentials, address = DEMO, DEMO_CREDENTIALS, DEMO_ADDRESS
        elif settings.omie_app_key and settings.omie_app_secret:
            key, secret = settings.omie_app_key, settings.omie_app_secret
            credentials = OmieCredentials(key.get_secret_value(), secret.get_secret_value())
            source, address = OMIE, settings.omie_base_url
        else:
            return NoErp()
        options = TransportOptions(base_url=address, max_in_flight=settings.omie_max_in_flight)
        transport = OmieTransport(self._http, credentials, self.get(RequestQuota), self.get(Clock), options)
        return OmieGateway(transport, source, settings.omie_page_size)


def assemble(
    settings: Settings,
    database_url: str,
    jwt_secret: str,
    replacements: Mapping[Any, Any] | None = None,
) -> Assembly:
    """`replacements` are other adapters for some ports, such as a clock that stands still."""
    return Assembly(settings, database_url, jwt_secret, replacements or {})


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None


def _quota(settings: Settings, engine: AsyncEngine) -> PostgresQuota:
    return PostgresQuota(
        engine,
        per_method=settings.omie_requests_per_window,
        in_all=REQUESTS_IN_ALL,
        in_flight=settings.omie_max_in_flight,
        window_seconds=settings.omie_window_seconds,
    )


def _policy(settings: Settings) -> ReconciliationPolicy:
    return ReconciliationPolicy(
        basis=settings.reconciliation_basis,
        max_age=settings.reconciliation_max_age,
        full_max_age=settings.reconciliation_full_max_age,
        grace=timedelta(days=settings.reconciliation_grace_days),
        categories=settings.reconciliation_categories,
    )


def _identity(verifier: TokenVerifier, authorization: str | None) -> Identity | None:
    """Nobody without the header; BadToken when it is no good bearer token."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise BadToken
    return verifier.verify(token.strip())
