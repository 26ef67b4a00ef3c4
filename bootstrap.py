"""Settings -> adapters -> use cases -> application. The only file that knows everyone."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import fields
from typing import Any, TypeVar

import httpx
import punq
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from adapters.clock import SystemClock
from adapters.documents import DocbrRules
from adapters.files.exports import FileExports
from adapters.files.line_files import XlsxLines
from adapters.omie.demo.app import DemoOmie
from adapters.omie.webhooks import OmieWebhooks
from adapters.postgres.engine import open_engine
from adapters.postgres.figures import PostgresFigures
from adapters.postgres.health import is_ready
from adapters.postgres.jobs import SyncJobs
from adapters.postgres.new_payments import PostgresNewPayments
from adapters.postgres.payment_imports import prepared
from adapters.postgres.reads import PostgresReads
from adapters.postgres.run_watch import PostgresRunWatch
from adapters.postgres.work import PostgresOpenWork
from background import rounds
from configured import (
    account_of,
    erp_of,
    persisted_of,
    policy_of,
    quota_of,
    schedules_of,
    secret_of,
    spans_of,
    tokens_of,
)
from core.use_cases.forget_keys import ForgetKeys
from core.use_cases.forget_webhooks import ForgetWebhooks
from core.use_cases.import_clients import ImportClients
from core.use_cases.import_contracts import ImportContracts
from core.use_cases.import_payments import ImportPayments
from core.use_cases.keep_page import KeepPage
from core.use_cases.months import Months, ReconciliationPolicy
from core.use_cases.reread_erp import RereadErp
from core.use_cases.rescue_syncs import RescueSyncs
from core.use_cases.run_sync import RunSync
from core.use_cases.seal_audit import SealAudit
from core.use_cases.start_due_syncs import StartDueSyncs
from core.use_cases.take_webhook import TakeWebhook
from core.use_cases.watch_divergence import WatchDivergence
from graphql_api.app import create_app
from graphql_api.callers import identity_of, on_behalf_of
from graphql_api.context import Context
from graphql_api.loaders import Loaders
from graphql_api.metrics import Metrics, metrics_route
from graphql_api.texts import Language
from graphql_api.use_cases import UseCases
from graphql_api.webhooks import webhook_route
from ports.audit import Act
from ports.clock import Clock
from ports.documents import DocumentRules
from ports.erp import ErpGateway, RequestQuota
from ports.exports import PaymentExports
from ports.figures import Figure
from ports.identity import TokenVerifier
from ports.imports import PreparePayments
from ports.line_files import LineFiles
from ports.new_payments import NewPayments
from ports.run_watch import RunWatch
from ports.schedules import SyncSchedules
from ports.webhooks import WebhookReader
from ports.work import OpenWork
from settings import AppEnv, Settings

T = TypeVar("T")

COMMANDS = (
    KeepPage,
    RunSync,
    RescueSyncs,
    RereadErp,
    StartDueSyncs,
    TakeWebhook,
    ForgetWebhooks,
    ForgetKeys,
    SealAudit,
    ImportPayments,
    ImportClients,
    ImportContracts,
)
"""Use cases that no query or mutation asks for."""


class Assembly:
    """Everything wired once: ports are punq's keys, adapters its values, constructors state their needs."""

    def __init__(
        self, settings: Settings, database_url: str, jwt_secret: str, replacements: Mapping[Any, Any]
    ) -> None:
        self.settings = settings
        self.engine = open_engine(database_url)
        direct_url = secret_of(settings.database_direct_url) or database_url
        self._jobs = SyncJobs(direct_url)
        open_work = PostgresOpenWork(self.engine, self._jobs)
        read_url = secret_of(settings.database_read_url)
        self._replica = open_engine(read_url) if read_url else None
        pooled = settings.database_direct_url is not None
        self.reads = PostgresReads(read_url or database_url, pooled=pooled)
        self._new_payments = PostgresNewPayments(database_url, pooled=pooled)
        self._watch = PostgresRunWatch(direct_url, open_work)
        self._demo = DemoOmie(window_seconds=settings.omie_window_seconds) if settings.uses_demo else None
        transport = httpx.ASGITransport(self._demo.app) if self._demo else None
        self._http = httpx.AsyncClient(transport=transport)
        self._identity_http = httpx.AsyncClient()
        self._spans = spans_of(settings)
        if self._spans:
            self._spans.watch(self.engine, self._http)
        self._container = punq.Container()
        clock = SystemClock()
        standard = {
            Clock: clock,
            DocumentRules: DocbrRules(),
            OpenWork: open_work,
            PreparePayments: prepared,
            NewPayments: self._new_payments,
            RunWatch: self._watch,
            PaymentExports: FileExports(),
            LineFiles: XlsxLines(),
            RequestQuota: quota_of(settings, self.engine),
            TokenVerifier: tokens_of(settings, jwt_secret, self._identity_http, clock),
            ReconciliationPolicy: policy_of(settings),
            SyncSchedules: schedules_of(settings),
        }
        for port, adapter in {**standard, **replacements}.items():
            self._container.register(port, instance=adapter)
        if ErpGateway not in replacements:
            gateway = erp_of(settings, self._http, self.get(RequestQuota), self.get(Clock))
            self._container.register(ErpGateway, instance=gateway)
        if account := account_of(self.settings):
            reader = OmieWebhooks(account.credentials, account.source)
            self._container.register(WebhookReader, instance=reader)
        self._container.register(Months)
        use_cases: list[Any] = [field.type for field in fields(UseCases)]
        for use_case in (*use_cases, UseCases, *COMMANDS):
            self._container.register(use_case)
        self._container.register(WatchDivergence, scope=punq.Scope.singleton)

    def get(self, wanted: type[T]) -> T:
        return self._container.resolve(wanted)

    def app(self) -> ASGIApp:
        """The HTTP application; in development a worker lives in its lifespan."""
        use_cases, open_work, clock = self.get(UseCases), self.get(OpenWork), self.get(Clock)
        open_replica = PostgresOpenWork(self._replica, self._jobs) if self._replica else open_work
        verifier, run_watch = self.get(TokenVerifier), self.get(RunWatch)
        erp_account = self.get(ErpGateway).source

        def make_loaders(theirs: OpenWork) -> Loaders:
            return Loaders(theirs, clock, use_cases)

        async def make_context(authorization: str | None, language: Language) -> Context:
            identity = await identity_of(verifier, authorization)
            return Context(
                identity=identity,
                language=language,
                use_cases=use_cases,
                open_work=on_behalf_of(identity, open_work),
                open_replica=on_behalf_of(identity, open_replica),
                reads=self.reads,
                run_watch=run_watch,
                clock=clock,
                make_loaders=make_loaders,
                erp_account=erp_account,
                open_schema=self.settings.app_env is AppEnv.DEVELOPMENT,
            )

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(self.running())
                if self.settings.app_env is AppEnv.DEVELOPMENT:
                    await stack.enter_async_context(self.worker())
                yield

        metrics = Metrics(self._spans)
        return create_app(
            make_context,
            is_ready=lambda: is_ready(self.engine),
            lifespan=lifespan,
            persisted=persisted_of(self.settings),
            metrics=metrics,
            cors_origins=self.settings.cors_origins,
            more_routes=[*self._more_routes(metrics)],
        )

    async def _figures(self) -> Sequence[Figure]:
        """Whom the divergence concerns has the token."""
        figures = list(await PostgresFigures(self.engine, self.settings.omie_window_seconds)())
        if self.settings.app_env is AppEnv.DEVELOPMENT or self.settings.metrics_token:
            figures += await self.get(WatchDivergence)()
        return figures

    def _more_routes(self, metrics: Metrics) -> Iterator[BaseRoute]:
        yield metrics_route(metrics, self._figures, secret_of(self.settings.metrics_token))
        if self._demo:
            yield Mount("/demo/omie", self._demo.app)
        if (token := self.settings.omie_webhook_token) and account_of(self.settings):
            yield webhook_route(token.get_secret_value(), self.get(TakeWebhook))

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
            async with self.reads.lines, self._new_payments.strokes:
                yield
        finally:
            await self._watch.close()
            await self._http.aclose()
            await self._identity_http.aclose()
            await self.engine.dispose()
            if self._replica:
                await self._replica.dispose()

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """A worker that carries out syncs and seals the audit trail for as long as the block lasts."""
        async with self._jobs.worker(self.get(RunSync), self.get(RescueSyncs)), rounds(self.get):
            yield


def assemble(
    settings: Settings,
    database_url: str,
    jwt_secret: str,
    replacements: Mapping[Any, Any] | None = None,
) -> Assembly:
    """`replacements` are other adapters for some ports, such as a clock that stands still."""
    return Assembly(settings, database_url, jwt_secret, replacements or {})
