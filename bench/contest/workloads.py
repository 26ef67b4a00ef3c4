"""What every contestant is asked, in its own words, and what its answers are worth to a reader."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

ONE = "descricao valor valorTotal dataVencimento dataLiquidacao liquidado nomeCliente codigo version"
SOME = (
    "descricao valor juros desconto valorTotal dataVencimento dataLiquidacao liquidado nomeCliente "
    "nomeFornecedor codigo"
)
MANY = (
    f"{SOME} externalId dataCompetencia cadastradoEm modificadoEm entidade planoContasId nomePlanoConta "
    "nomeContaBancaria"
)
ALL = (
    "externalId codigo descricao valor juros desconto taxaBanco taxaOperadora valorTotal dataVencimento "
    "dataLiquidacao dataCompetencia cadastradoEm modificadoEm deletadoEm planoContasId planoContasExternalId "
    "nomePlanoConta centroCustoId centroCustoExternalId nomeCentroCusto contaBancariaId "
    "contaBancariaExternalId nomeContaBancaria formaPagamentoId formaPagamentoExternalId nomeFormaPagamento "
    "entidade clienteId clienteExternalId nomeCliente fornecedorId fornecedorExternalId nomeFornecedor "
    "transportadoraId transportadoraExternalId nomeTransportadora funcionarioId funcionarioExternalId "
    "nomeFuncionario liquidado usuarioId usuarioExternalId nomeUsuario lojaId lojaExternalId nomeLoja version"
)
CONTRACT = "title startsOn endsOn cadence billingDay version"

ENTIDADES = {"C": "CLIENTE", "F": "FORNECEDOR", "T": "TRANSPORTADORA", "U": "FUNCIONARIO"}


@dataclass(frozen=True)
class Workload:
    """`fields` are the record's own besides its id; `size` of 0 is one record by its id."""

    name: str
    size: int
    fields: str
    filtered: bool = False
    clients: bool = False
    pages: int = 20


WORKLOADS = (
    Workload("W1", 0, ONE),
    Workload("W2", 100, ALL, filtered=True),
    Workload("W3", 20, SOME),
    Workload("W4", 50, "name document active", clients=True),
    Workload("W5", 1000, MANY, pages=5),
)

CAPITAL = re.compile("(?=[A-Z])")


def snake(name: str) -> str:
    """The column of a field."""
    return CAPITAL.sub("_", name).lower()


Speak = Callable[[Workload], str]
Vary = Callable[[Workload, str | None, str], dict[str, Any]]
"""The variables for a page after a cursor of that kind of payments, or for the record with that id."""


def ours(work: Workload) -> str:
    if work.clients:
        below = f"id contracts(first: 100) {{ nodes {{ id {CONTRACT} }} }}"
        return (
            "query($after: String, $size: Int!) { clients(first: $size, after: $after) "
            f"{{ nodes {{ {below} {work.fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
    if not work.size:
        return f"query($id: ID!) {{ payment(id: $id) {{ id {work.fields} }} }}"
    return (
        "query($after: String, $size: Int!, $filter: PaymentFilter) "
        "{ payments(first: $size, after: $after, filter: $filter) "
        f"{{ nodes {{ id {work.fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )


def our_variables(work: Workload, after: str | None, chosen: str) -> dict[str, Any]:
    if not work.size:
        return {"id": f"payment_{chosen.replace('-', '')}"}
    page: dict[str, Any] = {"after": after, "size": work.size}
    if not work.clients:
        page["filter"] = {"entidade": [ENTIDADES[chosen]], "liquidado": True} if work.filtered else None
    return page


def postgraphile(work: Workload) -> str:
    if work.clients:
        live = "filter: { deletedAt: { isNull: true } }"
        of_theirs = f"contracts: contractsByClientId({live}, orderBy: [STARTS_ON_DESC, ROW_ID_DESC])"
        below = f"rowId {of_theirs} {{ nodes {{ rowId {CONTRACT} }} }}"
        return (
            "query($after: Cursor, $size: Int!) "
            "{ allClients(first: $size, after: $after, orderBy: [NAME_ASC]) "
            f"{{ nodes {{ {below} {work.fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        )
    if not work.size:
        return f"query($id: UUID!) {{ payment: paymentByRowId(rowId: $id) {{ rowId {work.fields} }} }}"
    return (
        "query($after: Cursor, $size: Int!, $filter: PaymentFilter) "
        "{ allPayments(first: $size, after: $after, filter: $filter, orderBy: [DATA_VENCIMENTO_ASC]) "
        f"{{ nodes {{ rowId {work.fields} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )


def postgraphile_variables(work: Workload, after: str | None, chosen: str) -> dict[str, Any]:
    if not work.size:
        return {"id": chosen}
    page: dict[str, Any] = {"after": after, "size": work.size}
    if not work.clients:
        live: dict[str, Any] = {"deletadoEm": {"isNull": True}}
        chosen_ones = {"entidade": {"equalTo": chosen}, "liquidado": {"equalTo": True}}
        page["filter"] = live | chosen_ones if work.filtered else live
    return page


def worth(answer: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """The rows of an answer, in one spelling: ids, words and moments are written differently by each."""
    [found] = answer["data"].values()
    rows = found.get("nodes", [found])
    return [dict(_plain(name, value) for name, value in row.items()) for row in rows]


def _plain(name: str, value: Any) -> tuple[str, Any]:
    match name:
        case "id" | "rowId":
            return "id", value.rpartition("_")[2].replace("-", "")
        case "contracts":
            return name, worth({"data": {name: value}})
        case "entidade":
            return name, ENTIDADES.get(value, value)
        case _:
            return name, datetime.fromisoformat(value) if name.endswith("Em") and value else value
