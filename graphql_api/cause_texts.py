"""Causes in a sentence."""

from collections.abc import Mapping

from graphql_api.texts import Language, Text
from ports.causes import Cause, CauseKind

TEXTS: Mapping[CauseKind, Text] = {
    CauseKind.DUPLICATED: Text(
        "Faturado mais vezes do que o contrato prevê: {titles}.", "Billed more often than expected: {titles}."
    ),
    CauseKind.CONTRACT_ENDED: Text(
        "Faturado depois do fim do contrato{contract}: {titles}.",
        "Billed after the contract{contract} has ended: {titles}.",
    ),
    CauseKind.CONTRACT_NOT_STARTED: Text(
        "Faturado antes do início do contrato{contract}: {titles}.",
        "Billed before the contract{contract} starts: {titles}.",
    ),
    CauseKind.CANCELLED: Text(
        "Título cancelado ou excluído no ERP: {titles}.", "Cancelled or deleted in the ERP: {titles}."
    ),
    CauseKind.BILLED_EARLIER: Text(
        "Faturado ou recebido antes do mês a que pertence: {titles}.",
        "Billed or received before the month it belongs to: {titles}.",
    ),
    CauseKind.BILLED_LATER: Text(
        "Faturado ou recebido depois do mês a que pertence: {titles}.",
        "Billed or received after the month it belongs to: {titles}.",
    ),
    CauseKind.INSTALMENT_SPLIT: Text(
        "Dividido em parcelas de vários meses: {titles}.",
        "Split into instalments of several months: {titles}.",
    ),
    CauseKind.WITHHELD: Text(
        "Impostos retidos pelo pagador: {titles}.", "Taxes kept back by the payer: {titles}."
    ),
    CauseKind.DISCOUNT: Text("Desconto concedido: {titles}.", "Discount granted: {titles}."),
    CauseKind.INTEREST: Text("Juros e multa recebidos: {titles}.", "Interest and fines received: {titles}."),
    CauseKind.OPEN: Text(
        "Faturado e ainda não recebido: {titles}.", "Billed and not yet received: {titles}."
    ),
    CauseKind.PRO_RATA: Text(
        "Faturado por dias onde o contrato{contract} prevê o mês inteiro: {titles}.",
        "Billed by days where the contract{contract} expects the whole month: {titles}.",
    ),
    CauseKind.NOT_BILLED: Text(
        "Contrato{contract} sem título no mês.", "No title for the contract{contract} in the month."
    ),
    CauseKind.EXTRA: Text("Título sem contrato: {titles}.", "Title without a contract: {titles}."),
    CauseKind.RESIDUE: Text(
        "Diferença entre o faturado e o contrato{contract}: {titles}.",
        "Difference between what was billed and the contract{contract}: {titles}.",
    ),
}


def explanation(cause: Cause, language: Language) -> str:
    titles = ", ".join(title.document_number or title.external_id for title in cause.titles)
    contract = f" {cause.contract.title}" if cause.contract else ""
    return TEXTS[cause.kind].say(language, titles=titles or "-", contract=contract)
