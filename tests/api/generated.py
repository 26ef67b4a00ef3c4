"""Operations on payments and clients, written by hypothesis: plain ones for the most part."""

from typing import Any

from hypothesis import strategies as st

from graphql_api.schema import build_schema

SLOW = {"client", "title", "createdBy"}


def _leaves() -> list[str]:
    fields = build_schema().core.type_map["Payment"].fields  # type: ignore[attr-defined]
    return [name for name, field in fields.items() if name not in ("atributos", *SLOW) and not field.args]


LEAVES = _leaves()
DIRECTIVES = ["", "", "", "", " @skip(if: $no)", " @include(if: $yes)", " @include(if: false)"]
CONNECTION = ["nodes", "nodes", "nodes", "edges", "pageInfo { hasNextPage endCursor }", "__typename"]
KEYS = ["", "", "", "a: ", "class: ", "f0: ", "_b: "]


@st.composite
def fields(draw: st.DrawFn) -> str:
    """A selection of a payment: mostly plain."""
    chosen = []
    for n, name in enumerate(
        draw(st.lists(st.sampled_from([*LEAVES, "__typename"]), min_size=1, max_size=8))
    ):
        key = draw(st.sampled_from(KEYS))
        chosen.append(f"{key and f'{key[:-2]}{n}: '}{name}{draw(st.sampled_from(DIRECTIVES))}")
    more = ["atributos { chave valor }", "atributos { valor }", "client { name }", "title { status }"]
    chosen += draw(
        st.lists(st.sampled_from(more), max_size=1) if draw(st.integers(0, 9)) == 9 else st.just([])
    )
    text = " ".join(chosen)
    wraps = [text, text, f"... on Payment {{ {text} }} id", "...F valor", f"... on Node {{ id }} {text}"]
    return draw(st.sampled_from(wraps))


@st.composite
def of_payments(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An operation on payments, and its variables; some are refused."""
    selected = draw(fields())
    parts = []
    for part in draw(st.lists(st.sampled_from(CONNECTION), min_size=1, max_size=3, unique=True)):
        if part == "nodes":
            parts.append(f"nodes {{ {selected} }}")
        elif part == "edges":
            parts.append(f"edges {{ cursor node {{ {selected} }} }}")
        else:
            parts.append(part)
    order = draw(
        st.sampled_from(["", "", "orderBy: [{field: VALOR_TOTAL, direction: DESC}]", "orderBy: $order"])
    )
    size = draw(st.sampled_from(["first: $n", "last: $n", "first: 3", "", "", "first: 2, last: 2"]))
    rest = ", ".join(one for one in (size, order, "filter: $filter") if one)
    uses = "fragment F on Payment { descricao valorTotal }" if "...F" in selected else ""
    body = f"{{ payments({rest}) {{ {' '.join(parts)} }} }} {uses}"
    used = [f"${name}: {kind}" for name, kind in VARIABLES.items() if f"${name}" in body]
    query = f"query({', '.join(used)}) {body}"
    variables: dict[str, Any] = {
        "n": draw(st.sampled_from([None, 0, 1, 2, 5, 5, 7, 1000, -1])),
        "filter": {
            name: draw(FILTERS[name]) for name in draw(st.lists(st.sampled_from([*FILTERS]), max_size=2))
        },
        "order": draw(st.none() | st.lists(st.sampled_from(ORDERS), max_size=2)),
        "yes": draw(st.booleans()),
    }
    return query, variables


VARIABLES = {
    "n": "Int",
    "filter": "PaymentFilter",
    "order": "[PaymentOrder!]",
    "yes": "Boolean!",
    "no": "Boolean = false",
}
FILTERS: dict[Any, Any] = {
    "entidade": st.sampled_from([None, [], ["CLIENTE"], ["CLIENTE", "FORNECEDOR"]]),
    "liquidado": st.none() | st.booleans(),
    "situacao": st.sampled_from([None, [], ["LIQUIDADO"], ["VENCIDO", "A_VENCER"]]),
    "dataVencimento": st.sampled_from([{"from": "2022-01-01"}, {"to": "2025-01-01", "from": None}, {}]),
    "dataCompetencia": st.sampled_from([{"from": "2022-01-01"}]),
    "dataLiquidacao": st.sampled_from([None, {"to": "2024-01-01"}]),
    "valorTotal": st.sampled_from([{"from": "100.00", "to": "5000"}, {"from": "x"}]),
    "externalId": st.sampled_from([["E7", "E17"], ["'; --"], ["%s %(n)s \\"], ["\0"]]),
    "search": st.sampled_from(["nota 7"]),
    "clienteId": st.sampled_from([["CLI1"]]),
    "deleted": st.booleans(),
}
ORDERS = [
    {"field": field, "direction": direction}
    for field in ("DATA_VENCIMENTO", "DATA_LIQUIDACAO", "CADASTRADO_EM", "DESCRICAO")
    for direction in ("ASC", "DESC")
]


CLIENT = ["id", "name", "a: document", "active", "version", "contactEmail @skip(if: $no)", "__typename"]
CLIENT += ["mrr", "omieCodigos"]
CONTRACT = ["id", "title", "startsOn", "endsOn", "b: cadence", "billingDay", "proRata", "externalId"]
CONTRACT += ["prices { mrr }", "client { name }"]
PAGES = ["", "", "(first: $n)", "(last: 2)", "(first: 1, after: null)", '(first: 2, after: "x")']


@st.composite
def of_clients(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """The same of clients and their contracts."""

    def some(of: list[str]) -> str:
        rare = draw(st.integers(0, 7)) == 7
        return " ".join(draw(st.lists(st.sampled_from(of if rare else of[:-2]), min_size=1, max_size=5)))

    def page(below: str) -> str:
        rows = [f"nodes {{ {below} }}", f"edges {{ cursor node {{ {below} }} __typename }}"]
        more = ["pageInfo { hasNextPage hasPreviousPage startCursor endCursor }", ""]
        parts = (draw(st.sampled_from(part)) for part in (PAGES, ["{"], more, rows, ["}"]))
        return " ".join(parts)

    lists = draw(st.sampled_from([[], [""], ["", "c:"]]))
    contracts = " ".join(f"{key} contracts{page(some(CONTRACT))}" for key in lists)
    body = f"{{ clients{page(f'{some(CLIENT)} {contracts}')} }}"
    used = ", ".join(f"${name}: {kind}" for name, kind in VARIABLES.items() if f"${name}" in body)
    variables = {"n": draw(st.sampled_from([None, 0, 1, 3, 50])), "no": draw(st.booleans())}
    return f"query{used and f'({used})'} {body}", variables
