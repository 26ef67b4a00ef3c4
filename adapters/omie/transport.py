"""One request to Omie: its envelope, the leave to send it, and what came back."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import httpx

from adapters.omie.credentials import OmieCredentials
from adapters.omie.faults import Nothing, judged
from adapters.omie.values import Record
from ports.clock import Clock
from ports.erp import ErpAsksToWait, ErpOutOfReach, ErpProblem, RequestQuota

OMIE_URL = "https://app.omie.com.br/api/v1"
NETWORK_WAIT = 5.0
FAREWELL = 2.0
"""Seconds that a request may yet take when nobody wants its answer any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportOptions:
    """`answer_within` is in seconds, for a whole exchange; `max_in_flight` counts per method."""

    base_url: str = OMIE_URL
    answer_within: float = 60.0
    max_in_flight: int = 4


AS_DOCUMENTED = TransportOptions()


class OmieTransport:
    """Sends what the quota allows. It never waits and never repeats: that is the caller's to decide."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        credentials: OmieCredentials,
        quota: RequestQuota,
        clock: Clock,
        options: TransportOptions = AS_DOCUMENTED,
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._quota = quota
        self._clock = clock
        self._options = options
        self._slots = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(options.max_in_flight))

    async def call(self, path: str, method: str, param: Mapping[str, object]) -> Record | Nothing:
        """The answer to `method` of the resource at `path` (`geral/clientes`). Raises `ErpProblem`."""
        async with self._slots[method]:
            ticket = await self._leave(path, method, param)
            sending = asyncio.create_task(self._send(path, method, param))
            try:
                response = await asyncio.shield(sending)
            except asyncio.CancelledError:
                # Omie is at work on it, whoever is told to stop.
                await asyncio.wait({sending}, timeout=FAREWELL)
                if sending.done():
                    await self._quota.release(ticket)
                raise
            await self._quota.release(ticket)
        if response is None:
            raise ErpOutOfReach(NETWORK_WAIT, failed=True)
        outcome = judged(response.status_code, response.content, self._clock.now())
        if isinstance(outcome, ErpProblem):
            raise outcome
        return outcome

    async def _leave(self, path: str, method: str, param: Mapping[str, object]) -> UUID:
        canonical = json.dumps([path, method, param], sort_keys=True, separators=(",", ":"))
        fingerprint = sha256(canonical.encode()).hexdigest()
        leave = await self._quota.reserve(self._credentials.account, method, fingerprint)
        if leave.ticket is None:
            raise ErpAsksToWait(leave.seconds, failed=False)
        return leave.ticket

    async def _send(self, path: str, method: str, param: Mapping[str, object]) -> httpx.Response | None:
        """None when the network failed: httpx's errors carry the request, and so the secret, and end here."""
        envelope = {
            "call": method,
            "app_key": self._credentials.app_key,
            "app_secret": self._credentials.app_secret,
            "param": [param],
        }
        # The slash at the end avoids a redirect, which would turn the POST into a GET.
        address = f"{self._options.base_url.rstrip('/')}/{path}/"
        try:
            async with asyncio.timeout(self._options.answer_within):
                return await self._client.post(address, json=envelope, timeout=None, follow_redirects=False)
        except (httpx.HTTPError, TimeoutError):
            return None
