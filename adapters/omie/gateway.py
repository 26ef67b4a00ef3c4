"""Omie as the `ErpGateway`."""

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from adapters.omie.clients import CLIENTS
from adapters.omie.faults import Nothing
from adapters.omie.registers import REGISTERS
from adapters.omie.settlements import SETTLEMENTS
from adapters.omie.titles import TITLES
from adapters.omie.transport import OmieTransport
from adapters.omie.values import Record
from adapters.omie.wire import Listing, only, single
from adapters.omie.wire import page as page_of
from ports.erp import (
    Entity,
    ErpBroken,
    ErpClient,
    ErpGateway,
    ErpIssue,
    ErpPage,
    ErpRegisterEntry,
    ErpSettlement,
    ErpTitle,
    Side,
    Since,
)

T = TypeVar("T")

_EARLIEST, _LATEST = date(1990, 1, 1), date(2099, 12, 31)
_CONSULTATIONS = {Side.RECEIVABLE: "ConsultarContaReceber", Side.PAYABLE: "ConsultarContaPagar"}


class OmieGateway(ErpGateway):
    """One Omie account, page by page."""

    def __init__(self, transport: OmieTransport, source: str = "omie", page_size: int = 100) -> None:
        """`page_size` is what is asked for; Omie may send fewer."""
        self._transport = transport
        self._source = source
        self._page_size = page_size

    @property
    def source(self) -> str | None:
        return self._source

    async def clients(self, page: int, since: Since | None = None) -> ErpPage[ErpClient]:
        # Without the "N" Omie hides whatever people typed in.
        return await self._page(CLIENTS, page, {"apenas_importado_api": "N", **_changed(since)})

    async def titles(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpTitle]:
        """All of them: Omie cannot filter by due date, and its status filters mix cancelled with paid."""
        # By code, so that a title made while paging comes last and shifts no page.
        return await self._page(TITLES[side], page, {"ordenar_por": "CODIGO", **_changed(since)})

    async def settlements(self, side: Side, page: int, since: Since | None = None) -> ErpPage[ErpSettlement]:
        options = {"cNatureza": side.value, "cOrdenarPor": "CODIGO", **_span(since)}
        return await self._page(SETTLEMENTS[side], page, options)

    async def register(self, kind: Entity, page: int) -> ErpPage[ErpRegisterEntry]:
        listing = REGISTERS.get(kind)
        if listing is None:
            raise ErpBroken(f"{kind.value} is no register")
        return await self._page(listing, page, {})

    async def client(self, code: str) -> ErpClient | ErpIssue | None:
        return await self._consulted(CLIENTS, "ConsultarCliente", code)

    async def title(self, side: Side, external_id: str) -> ErpTitle | ErpIssue | None:
        return await self._consulted(TITLES[side], _CONSULTATIONS[side], external_id)

    async def settlement(self, side: Side, external_id: str) -> ErpSettlement | ErpIssue | None:
        """Omie has no consultation for it: it is searched for, and a search that finds nothing says so."""
        number, listing = _number(external_id), SETTLEMENTS[side]
        options = {"nCodTitulo": number, "cNatureza": side.value, **_span(None)}
        answer = await self._transport.call(
            listing.path, listing.method, {**self._paging(listing, 1), **options}
        )
        if isinstance(answer, Nothing):
            return None
        record = only(answer, listing)
        if record is None:
            return None
        return single(record, str(number), listing)

    async def _page(self, listing: Listing[T], page: int, options: Mapping[str, str]) -> ErpPage[T]:
        if listing.paging is None and page > 1:
            return _beyond(page)
        param = {**self._paging(listing, page), **options}
        answer = await self._transport.call(listing.path, listing.method, param)
        if answer is Nothing.NO_RECORDS:
            return _beyond(page)
        return page_of(_known(answer), page, listing)

    def _paging(self, listing: Listing[T], page: int) -> dict[str, object]:
        if listing.paging is None:
            # Empty means all of them.
            return {"codigo": ""}
        return {listing.paging.page: page, listing.paging.size: self._page_size}

    async def _consulted(self, listing: Listing[T], method: str, code: str) -> T | ErpIssue | None:
        number = _number(code)
        answer = await self._transport.call(listing.path, method, {listing.id_field: number})
        if answer is Nothing.NOT_FOUND:
            return None
        return single(_known(answer), str(number), listing)


def _beyond(page: int) -> ErpPage[T]:
    """Past the end, or nothing is there at all: never more pages than the one just asked for."""
    return ErpPage(number=page, last=max(page - 1, 1), total=0 if page == 1 else None, items=())


def _known(answer: Record | Nothing) -> Record:
    """That a list is empty says nothing about one record, and the other way round."""
    if isinstance(answer, Nothing):
        raise ErpBroken("the answer belongs to another question")
    return answer


def _changed(since: Since | None) -> dict[str, str]:
    """Omie's days: it cannot ask by the hour for titles."""
    if since is None:
        return {}
    narrowed = "filtrar_apenas_inclusao" if since.created else "filtrar_apenas_alteracao"
    return {"filtrar_por_data_de": _shown(since.day), narrowed: "S"}


def _span(since: Since | None) -> dict[str, str]:
    """Always both days: without them Omie may show the last thirty days alone."""
    first, kind = (since.day, "Inc" if since.created else "Alt") if since else (_EARLIEST, "Inc")
    return {f"dDt{kind}De": _shown(first), f"dDt{kind}Ate": _shown(_LATEST)}


def _shown(day: date) -> str:
    return f"{day:%d/%m}/{day.year:04}"


def _number(code: str) -> int:
    """Omie takes its codes as numbers; nothing else was ever one of them."""
    if not (code.isascii() and code.isdigit()):
        raise ErpBroken("not a code of Omie")
    return int(code)
