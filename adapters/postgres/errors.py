"""The one funnel from database errors to ours."""

from types import TracebackType

import psycopg
from procrastinate.exceptions import ConnectorException
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ports.errors import Problem, RefusalCode, Unavailable, refused

TAKEN = {
    "payments_live_external_id": (RefusalCode.DUPLICATE_EXTERNAL_ID, "external_id"),
    "contracts_live_external_id": (RefusalCode.DUPLICATE_EXTERNAL_ID, "external_id"),
    "clients_document": (RefusalCode.DUPLICATE_DOCUMENT, "document"),
    "closings_one_at_a_time": (RefusalCode.PERIOD_CLOSED, "period"),
    "client_links_pkey": (RefusalCode.DUPLICATE_OMIE_CODE, "omie_codigo"),
}


class StoreUnavailable(Unavailable):
    """The database does not answer."""


class StoreBroken(Problem):
    """The database refused a statement of ours: a bug, or data that it cannot hold."""


class translated:  # noqa: N801
    """Nothing of SQLAlchemy or psycopg leaves this block."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if error is not None and (problem := _problem(error)) is not None:
            raise problem from error


def _problem(error: BaseException) -> Problem | None:
    """What it is to us; None when it is not for us to say."""
    match error:
        case DBAPIError():
            return _translate(error.orig, lost=error.connection_invalidated)
        case UnicodeEncodeError():
            # Half a surrogate pair: no text that Postgres, or anybody else, could keep.
            return refused(RefusalCode.INVALID)
        case PoolTimeout() | psycopg.OperationalError():
            return StoreUnavailable("the database does not answer")
        case ConnectorException():
            return StoreUnavailable("the job queue does not answer")
        case SQLAlchemyError() | psycopg.Error():
            return StoreBroken(type(error).__name__)
        case _:
            return None


def _translate(error: BaseException | None, *, lost: bool) -> Problem:
    match error:
        case psycopg.errors.UniqueViolation() if error.diag.constraint_name in TAKEN:
            code, path = TAKEN[error.diag.constraint_name]
            return refused(code, path)
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidParameterValue():
            # The latter: there is no such role yet.
            return StoreUnavailable("the database is not up to date: run `concilia migrate`")
        case psycopg.errors.InsufficientPrivilege():
            return StoreUnavailable(
                "the database's login may not do this: grant it the roles "
                "concilia_app, concilia_director and concilia_sync"
            )
        case psycopg.DataError():
            return refused(RefusalCode.INVALID)
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return StoreUnavailable("the database does not answer")
        case _:
            return StoreUnavailable("the connection was lost") if lost else StoreBroken(type(error).__name__)
