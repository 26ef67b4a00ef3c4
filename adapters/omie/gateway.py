"""Omie as the `ErpGateway`."""

from collections.abc import Mapping
from typing import TypeVar

from adapters.omie.faults import Nothing
from adapters.omie.transport import OmieTransport
from adapters.omie.wire import CLIENTS, RECEIVABLES, Listing
from adapters.omie.wire import page as page_of
from ports.erp import ErpBroken, ErpClient, ErpPage, ErpTitle

T = TypeVar("T")


class OmieGateway:
    """One Omie account, page by page."""

    def __init__(self, transport: OmieTransport, source: str = "omie", page_size: int = 100) -> None:
        """`page_size` is what is asked for; Omie may send fewer."""
        self._transport = transport
        self._source = source
        self._page_size = page_size

    @property
    def source(self) -> str | None:
        return self._source

    async def clients(self, page: int) -> ErpPage[ErpClient]:
        """Suppliers, carriers and staff stand in the same register."""
        # Without the "N" Omie hides whatever people typed in.
        return await self._page(
            "geral/clientes", "ListarClientes", page, {"apenas_importado_api": "N"}, CLIENTS
        )

    async def receivables(self, page: int) -> ErpPage[ErpTitle]:
        """All of them: Omie cannot filter by due date, and its status filters mix cancelled with paid."""
        # By code, so that a title made while paging comes last and shifts no page.
        return await self._page(
            "financas/contareceber",
            "ListarContasReceber",
            page,
            {"ordenar_por": "CODIGO"},
            RECEIVABLES,
        )

    async def _page(
        self, path: str, method: str, page: int, options: Mapping[str, str], listing: Listing[T]
    ) -> ErpPage[T]:
        paging = {"pagina": page, "registros_por_pagina": self._page_size}
        answer = await self._transport.call(path, method, {**paging, **options})
        if answer is Nothing.NO_RECORDS:
            # Past the end, or the register is empty: never more pages than the one just asked for.
            return ErpPage(number=page, last=max(page - 1, 1), items=())
        if answer is Nothing.NOT_FOUND:
            raise ErpBroken("a listing answered that a record was not found")
        return page_of(answer, page, listing)
