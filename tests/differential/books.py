"""The books that are read: small, with whatever is awkward to write."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from bench.filling import fill
from tests.differential.values import ORDERS

ATTRIBUTES = """UPDATE payments SET descricao = 'Ção "x" \\ \u2028 🚀', data_competencia = NULL,
    codigo = NULL, cadastrado_em = date_trunc('second', cadastrado_em),
    atributos = '[{"chave": "é", "valor": "\\"1\\""}]'
    WHERE version = 1 AND right(external_id, 1) = '7'"""
CONTRACTS = """
    INSERT INTO contracts (id, external_id, client_id, title, starts_on, ends_on, cadence, pro_rata,
        billing_day, source, version, created_at, updated_at, deleted_at)
    SELECT md5(n || name)::UUID, n || name, id, 'Contrato ' || n, DATE '2020-01-01' + n / 2, NULL,
        'QUARTERLY', n = 2, nullif(n, 3), 'x', 1, now(), now(), CASE n WHEN 4 THEN now() END
    FROM clients, generate_series(1, 5) n WHERE length(name) % 2 = 0
"""
PRICES = "INSERT INTO contract_prices (contract_id, since, mrr) SELECT id, '2020-01-01', 100 FROM contracts"
PAYMENTS = 120


def write_books(database_url: str) -> None:
    fill(database_url, PAYMENTS)
    with psycopg.connect(database_url) as connection:
        connection.execute(ATTRIBUTES)
        connection.execute("DELETE FROM clients WHERE right(name, 3) <> '777'")
        connection.execute(CONTRACTS)
        connection.execute(PRICES)


class Places:
    """Ids and cursors of the books, for what stands in their place in an operation."""

    def __init__(self, found: Mapping[str, Sequence[str]]) -> None:
        self._found = found

    def filled(self, text: str) -> str:
        return re.sub(r"@([\w.]+)\.(\d+)@", self._one, text)

    def _one(self, place: re.Match[str]) -> str:
        name, number = place.groups()
        found = self._found.get(name) or self._found[f"{name.partition('.')[0]}.0"]
        return found[int(number) % len(found)]


QUESTIONS = {
    "deleted": "payments(first: 20, filter: {deleted: true})",
    "client": "clients(first: 20)",
    "contract": "contracts(first: 20)",
    "payment": "payments(first: 60)",
    "clients.0": "clients(first: 20)",
    "contracts.0": "contracts(first: 20)",
    **{
        f"payments.{n}": f"payments(first: 60{order and f', orderBy: {order}'})"
        for n, order in enumerate(ORDERS)
    },
}
"""The lists whose ids and cursors are asked for."""


def places_query() -> str:
    parts = (
        f"a{n}: {asked} {{ edges {{ cursor node {{ id }} }} }}" for n, asked in enumerate(QUESTIONS.values())
    )
    return f"{{ {' '.join(parts)} }}"


def places_in(data: Mapping[str, Any]) -> Places:
    """From the answer to that query."""
    found = {}
    for n, name in enumerate(QUESTIONS):
        edges = data[f"a{n}"]["edges"]
        found[name] = [edge["cursor"] if "." in name else edge["node"]["id"] for edge in edges]
    return Places(found)
