"""What every resolver has at hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import strawberry

from graphql_api.loaders import Loaders
from graphql_api.texts import Language
from graphql_api.use_cases import UseCases
from ports.clock import Clock
from ports.identity import Identity
from ports.reads import Reads
from ports.run_watch import RunWatch
from ports.work import OpenWork


@dataclass(kw_only=True, eq=False)
class Context:
    """One request: who calls, in which language, and what may be done. Nobody changes it; to have that
    watched would cost each request more than all else about it."""

    identity: Identity | None
    language: Language
    use_cases: UseCases
    open_work: OpenWork
    open_replica: OpenWork
    """For what only reads; it may be a moment behind."""
    reads: Reads
    run_watch: RunWatch
    clock: Clock
    make_loaders: Callable[[OpenWork], Loaders]
    erp_account: str | None
    """Whose mirrors are shown; None when no ERP is configured."""
    open_schema: bool
    """Whether everybody may introspect."""

    @cached_property
    def loaders(self) -> Loaders:
        """Made when they are first asked for: reads of plain columns never do."""
        return self.make_loaders(self.open_work)

    @property
    def reading(self) -> "Context":
        """The same, of a query."""
        return replace(self, open_work=self.open_replica)

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
