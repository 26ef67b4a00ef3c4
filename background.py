"""What goes on beside requests and syncs, in rounds."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol, TypeVar

from adapters.rounds import in_rounds
from core.use_cases.forget_keys import ForgetKeys
from core.use_cases.forget_webhooks import ForgetWebhooks
from core.use_cases.reread_erp import RereadErp
from core.use_cases.seal_audit import SealAudit
from core.use_cases.start_due_syncs import StartDueSyncs

T = TypeVar("T")

ROUNDS: dict[str, tuple[type[Any], float]] = {
    "audit.seal": (SealAudit, 0.5),
    "erp.reread": (RereadErp, 1.0),
    "sync.schedule": (StartDueSyncs, 1.0),
    "webhooks.forget": (ForgetWebhooks, 3600.0),
    "keys.forget": (ForgetKeys, 3600.0),
}
"""What is done, and seconds between two looks: for audit entries that are in no link yet, for records of the
ERP that are to be read again, for syncs whose time has come, for webhooks that cannot come again, for
idempotency keys that nobody repeats any more."""


class Get(Protocol):
    def __call__(self, wanted: type[T]) -> T: ...


@asynccontextmanager
async def rounds(get: Get) -> AsyncIterator[None]:
    """They go on for as long as the block lasts."""
    async with AsyncExitStack() as stack:
        for name, (use_case, pause) in ROUNDS.items():
            await stack.enter_async_context(in_rounds(name, get(use_case), pause=pause))
        yield
