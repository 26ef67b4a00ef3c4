"""How far titles are settled. Their own listings do not say; the search for titles does."""

from collections.abc import Callable

from adapters.omie.values import (
    Record,
    RecordError,
    amount,
    day,
    entries,
    extra,
    flag,
    part,
    required_code,
    text,
)
from adapters.omie.wire import HUNGARIAN, Listing
from ports.erp import Entity, ErpSettlement, Receipt, Side

_HEAD = "cabecTitulo"


def _reads(side: Side) -> Callable[[Record], ErpSettlement]:
    def read(record: Record) -> ErpSettlement:
        title, summary = part(record, _HEAD), part(record, "resumo")
        if (text(title, "cNatureza") or side.value) != side.value:
            raise RecordError("cNatureza")
        return ErpSettlement(
            title_id=required_code(title, "nCodTitulo"),
            received=amount(summary, "nValPago"),
            open=amount(summary, "nValAberto"),
            settled=flag(summary, "cLiquidado"),
            receipts=tuple(_receipt(entry) for entry in entries(record, "lancamentos")),
        )

    return read


def _receipt(record: Record) -> Receipt:
    on = day(record, "dDtLanc")
    if on is None:
        raise RecordError("dDtLanc")
    return Receipt(
        external_id=required_code(record, "nCodLanc"),
        on=on,
        amount=amount(record, "nValLanc"),
        discount=extra(record, "nDesconto"),
        interest=extra(record, "nJuros"),
        fine=extra(record, "nMulta"),
    )


def _listing(side: Side, entity: Entity) -> Listing[ErpSettlement]:
    return Listing(
        entity=entity,
        path="financas/pesquisartitulos",
        method="PesquisarLancamentos",
        paging=HUNGARIAN,
        array="titulosEncontrados",
        head=_HEAD,
        id_field="nCodTitulo",
        client_field="nCodCliente",
        read=_reads(side),
    )


SETTLEMENTS = {
    Side.RECEIVABLE: _listing(Side.RECEIVABLE, Entity.SETTLEMENT),
    Side.PAYABLE: _listing(Side.PAYABLE, Entity.PAYABLE_SETTLEMENT),
}
