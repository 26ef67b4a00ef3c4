"""The methods of Omie that the demo knows, each with the tags that it understands and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from adapters.omie.demo.ledger import Ledger
from adapters.omie.demo.questions import (
    HUNGARIAN_TAGS,
    NO_ACCOUNT,
    SNAKE_TAGS,
    Param,
    Question,
    chosen,
    consulted,
    hungarian_page,
    snake_page,
    stamped_since,
)
from adapters.omie.demo.records import DemoClient, DemoEntry, DemoTitle
from adapters.omie.demo.shapes import (
    Json,
    account_json,
    category_json,
    client_json,
    department_json,
    document_type_json,
    settlement_json,
    title_json,
)
from ports.erp import Entity, Side

_NARROWED = frozenset({"filtrar_por_data_de", "filtrar_apenas_inclusao", "filtrar_apenas_alteracao"})
_SEARCHED = frozenset({"cNatureza", "nCodTitulo", "dDtIncDe", "dDtIncAte", "dDtAltDe", "dDtAltAte"})


@dataclass(frozen=True, slots=True)
class Method:
    request_type: str
    tags: frozenset[str]
    """Every other tag is refused, so that a filter the demo lacks cannot pass unseen."""
    answer: Callable[[Ledger, Param], Json]


def _clients(ledger: Ledger, param: Param) -> Json:
    def choose() -> list[DemoClient]:
        # Nothing here was made through the API.
        mine = [] if param.get("apenas_importado_api") == "S" else ledger.clients.values()
        return [client for client in mine if stamped_since(client, param)]

    question = Question("clientes_cadastro", client_json, choose)
    return snake_page(ledger, param, question)


def _titles(side: Side, array: str, ledger: Ledger, param: Param) -> Json:
    def choose() -> list[DemoTitle]:
        return [title for title in ledger.of_side(side).values() if stamped_since(title, param)]

    return snake_page(ledger, param, Question(array, title_json, choose))


def _settlements(ledger: Ledger, param: Param) -> Json:
    def shape(title: DemoTitle) -> Json:
        return settlement_json(title, ledger.clients.get(title.client_code))

    question = Question("titulosEncontrados", shape, lambda: chosen(ledger, param))
    return hungarian_page(ledger, param, question)


def _register(
    kind: Entity, array: str, shape: Callable[[DemoEntry], Json], ledger: Ledger, param: Param
) -> Json:
    nothing = NO_ACCOUNT if kind is Entity.ACCOUNT else None
    question = Question(array, shape, lambda: list(ledger.registers.get(kind, {}).values()), nothing)
    return snake_page(ledger, param, question)


def _document_types(ledger: Ledger, _param: Param) -> Json:
    """No pages."""
    entries = ledger.registers.get(Entity.DOCUMENT_TYPE, {}).values()
    return {"tipo_documento_cadastro": [document_type_json(entry) for entry in entries]}


def _client(ledger: Ledger, param: Param) -> Json:
    return client_json(consulted(ledger.clients, param, "codigo_cliente_omie", "Cliente"))


def _title(side: Side, ledger: Ledger, param: Param) -> Json:
    return title_json(consulted(ledger.of_side(side), param, "codigo_lancamento_omie", "Lançamento"))


_TITLE_TAGS = SNAKE_TAGS | _NARROWED | {"ordenar_por"}
METHODS = {
    ("geral/clientes", "ListarClientes"): Method(
        "clientes_list_request", SNAKE_TAGS | _NARROWED | {"apenas_importado_api"}, _clients
    ),
    ("geral/clientes", "ConsultarCliente"): Method(
        "clientes_cadastro_chave", frozenset({"codigo_cliente_omie"}), _client
    ),
    ("financas/contareceber", "ListarContasReceber"): Method(
        "lcrListarRequest", _TITLE_TAGS, partial(_titles, Side.RECEIVABLE, "conta_receber_cadastro")
    ),
    ("financas/contareceber", "ConsultarContaReceber"): Method(
        "lcrChave", frozenset({"codigo_lancamento_omie"}), partial(_title, Side.RECEIVABLE)
    ),
    ("financas/contapagar", "ListarContasPagar"): Method(
        "lcpListarRequest", _TITLE_TAGS, partial(_titles, Side.PAYABLE, "conta_pagar_cadastro")
    ),
    ("financas/contapagar", "ConsultarContaPagar"): Method(
        "conta_pagar_cadastro_chave", frozenset({"codigo_lancamento_omie"}), partial(_title, Side.PAYABLE)
    ),
    ("financas/pesquisartitulos", "PesquisarLancamentos"): Method(
        "ltPesquisarRequest", HUNGARIAN_TAGS | _SEARCHED, _settlements
    ),
    ("geral/categorias", "ListarCategorias"): Method(
        "categoria_list_request",
        SNAKE_TAGS,
        partial(_register, Entity.CATEGORY, "categoria_cadastro", category_json),
    ),
    ("geral/departamentos", "ListarDepartamentos"): Method(
        "departamento_listar_request",
        SNAKE_TAGS,
        partial(_register, Entity.DEPARTMENT, "departamentos", department_json),
    ),
    ("geral/contacorrente", "ListarContasCorrentes"): Method(
        "fin_conta_corrente_listar_request",
        SNAKE_TAGS,
        partial(_register, Entity.ACCOUNT, "ListarContasCorrentes", account_json),
    ),
    ("geral/tiposdoc", "PesquisarTipoDocumento"): Method(
        "tipo_documento_pesquisa_request", frozenset({"codigo"}), _document_types
    ),
}
