"""What the contest's database holds beside the payments of `make bench`."""

import psycopg

CONTRACTS = """
    INSERT INTO contracts (id, client_id, title, starts_on, ends_on, cadence, pro_rata, billing_day, source,
        version, created_at, updated_at)
    SELECT md5(client.id || 'contract' || n)::UUID, client.id, 'Contrato ' || n,
        DATE '2020-01-01' + n * 200 + ascii(right(client.name, 1)), NULL, 'MONTHLY', true, 10, 'bench', 1,
        now(), now()
    FROM clients client, generate_series(1, 2) n
"""
PRICES = "INSERT INTO contract_prices (contract_id, since, mrr) SELECT id, '2020-01-01', 100 FROM contracts"
BY_NAME = "CREATE INDEX clients_by_plain_name ON clients (name, id)"
"""PostGraphile orders by columns, ours by a fold of the name: each has its index."""


def write_contracts(database_url: str) -> None:
    """Two of each client."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(CONTRACTS)
        connection.execute(PRICES)
        connection.execute(BY_NAME)
        connection.execute("VACUUM ANALYZE clients, contracts, contract_prices")
