from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.postgres.acknowledgements import PostgresAcknowledgements
from adapters.postgres.audit import PostgresAudit
from adapters.postgres.clients import PostgresClients
from adapters.postgres.closings import PostgresClosings
from adapters.postgres.contracts import PostgresContracts
from adapters.postgres.engine import APPLICATION, SETTINGS, STILL
from adapters.postgres.errors import translated
from adapters.postgres.idempotency import PostgresIdempotency
from adapters.postgres.jobs import PostgresJobs, SyncJobs
from adapters.postgres.parties import PostgresParties
from adapters.postgres.payment_imports import PostgresPaymentImports
from adapters.postgres.payments import PostgresPayments
from adapters.postgres.registers import PostgresRegisters
from adapters.postgres.rereads import PostgresRereads
from adapters.postgres.schedules import PostgresTicks
from adapters.postgres.sync_runs import PostgresSyncRuns
from adapters.postgres.titles import PostgresTitles
from adapters.postgres.tolerance_rules import PostgresToleranceRules
from adapters.postgres.webhooks import PostgresWebhooks
from ports.audit import Act
from ports.erp import Side
from ports.work import Duty, OpenWork, Work

ROLES = {Duty.BUSINESS: APPLICATION, Duty.DIRECTION: "concilia_director", Duty.SYNC: "concilia_sync"}


class PostgresWork(Work):
    """Every store over one transaction."""

    def __init__(self, connection: AsyncConnection, jobs: SyncJobs) -> None:
        self._connection = connection
        self.payments = PostgresPayments(connection)
        self.payment_imports = PostgresPaymentImports(connection)
        self.clients = PostgresClients(connection)
        self.contracts = PostgresContracts(connection)
        self.registers = PostgresRegisters(connection)
        self.titles = PostgresTitles(connection, Side.RECEIVABLE)
        self.payables = PostgresTitles(connection, Side.PAYABLE)
        self.rereads = PostgresRereads(connection)
        self.webhooks = PostgresWebhooks(connection)
        self.ticks = PostgresTicks(connection)
        self.parties = PostgresParties(connection)
        self.closings = PostgresClosings(connection)
        self.acknowledgements = PostgresAcknowledgements(connection)
        self.rules = PostgresToleranceRules(connection)
        self.runs = PostgresSyncRuns(connection)
        self.keys = PostgresIdempotency(connection)
        self.audit = PostgresAudit(connection)
        self.jobs = PostgresJobs(connection, jobs)

    async def commit(self) -> None:
        await self._connection.commit()


class PostgresOpenWork(OpenWork):
    """Opens units of work on a pool."""

    def __init__(self, engine: AsyncEngine, jobs: SyncJobs) -> None:
        self._engine = engine
        self._jobs = jobs

    @asynccontextmanager
    async def __call__(
        self, act: Act | None = None, *, duty: Duty = Duty.BUSINESS, still: bool = False
    ) -> AsyncIterator[Work]:
        settings = {"role": ROLES[duty]}
        if act is not None:
            # Tells the trigger of the audit trail who is at work, until the transaction ends.
            settings |= {"concilia.by": act.by, "concilia.action": act.action}
        with translated():
            async with self._engine.connect() as connection:
                await connection.execution_options(**{SETTINGS: settings, STILL: still})
                yield PostgresWork(connection, self._jobs)
