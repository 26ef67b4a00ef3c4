"""A large company's contracts and titles, by SQL alone: the same ones at each run.

Two contracts a client, and a title for most months of each over two years: in time or late, cancelled now and
then, with withheld taxes and a receipt or two. One client in twenty is billed wrongly in some month.
"""

from datetime import UTC, datetime

import psycopg

from bench.filling import CLIENTS_ON_FILE, CODES, SPREAD

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MONTHS = 24

CONTRACTS = """
    INSERT INTO contracts (id, client_id, title, starts_on, cadence, pro_rata, billing_day, source, version,
        created_at, updated_at)
    SELECT md5('contract' || n)::UUID, md5('client' || 1 + n / 2)::UUID, 'Contrato ' || n,
        DATE '2024-12-01' + pg_temp.spread(n, 30, 2) * (n %% 10 = 0)::INTEGER, 'MONTHLY', n %% 10 = 0,
        1 + pg_temp.spread(n, 28, 3), 'demo', 1, now(), now()
    FROM generate_series(0::BIGINT, 2 * %(clients)s - 1) n
"""
PRICES = """
    INSERT INTO contract_prices (contract_id, since, mrr)
    SELECT md5('contract' || n)::UUID, since, (500 + n %% 4000) * factor
    FROM generate_series(0::BIGINT, 2 * %(clients)s - 1) n,
        (VALUES (DATE '2024-12-01', 1.00), (DATE '2026-01-01', 1.05)) price (since, factor)
"""
TITLES = """
    INSERT INTO erp_receivables (id, source, external_id, client_code, installment, category, amount,
        withheld, due_on, issued_on, registered_on, status, cancelled, settled, cleared, remaining,
        settled_as_of, has_receipts, gone, synced_at)
    SELECT md5('title' || n || '/' || m)::UUID, 'demo', 'T' || n || '/' || m, 'K' || 1 + n / 2, '001/001',
        '1.01.01', amount, CASE WHEN n %% 3 = 0 THEN round(amount * 0.0615, 2) ELSE 0 END,
        due, due - 20, due - 20, CASE WHEN paid THEN 'RECEBIDO' ELSE 'A VENCER' END,
        luck = 0, paid, CASE WHEN paid THEN amount ELSE 0 END, CASE WHEN paid THEN 0 ELSE amount END,
        %(now)s, paid, luck = 1, %(now)s
    FROM generate_series(0::BIGINT, 2 * %(clients)s - 1) n, generate_series(0, %(months)s - 1) m,
        LATERAL (SELECT pg_temp.spread(n * 31 + m, 400, 4) AS luck,
            (DATE '2024-12-01' + m * INTERVAL '1 month')::DATE + pg_temp.spread(n, 28, 3) AS due) day,
        LATERAL (SELECT (500 + n %% 4000) * CASE WHEN m >= 13 THEN 1.05 ELSE 1 END
            * CASE WHEN luck = 2 THEN 0.5 ELSE 1 END AS amount, due <= DATE '2026-10-31' AS paid) figures
    WHERE pg_temp.spread(n * 31 + m, 40, 5) <> 0
"""
RECEIPTS = """
    INSERT INTO erp_receipts (source, side, title_id, external_id, "on", amount, discount, interest, fine)
    SELECT source, 'R', external_id, external_id || '-1', due_on + 3, amount - withheld, 0, 0, 0
    FROM erp_receivables WHERE settled
"""
RUN = """
    INSERT INTO erp_sync_log (id, source, status, mode, trigger, started_at, finished_at, record_count,
        pass_number, round_number, round_started_at, pages_kept, total_pages, moved, resumed, steady,
        clients_created, clients_updated, receivables_created, receivables_updated)
    VALUES (gen_random_uuid(), 'demo', 'SUCCESS', 'FULL', 'COMMAND', %(now)s, %(now)s, 0, 0, 0, %(now)s, '{}',
        0, false, false, true, 0, 0, 0, 0)
"""


def write_books(database_url: str, clients: int) -> int:
    """How many titles these clients have."""
    values = {"clients": clients, "months": MONTHS, "now": NOW}
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(SPREAD)
        for statement in (CLIENTS_ON_FILE, CODES, CONTRACTS, PRICES, TITLES, RECEIPTS, RUN):
            connection.execute(statement, values)
        connection.execute("VACUUM ANALYZE")
        (titles,) = connection.execute("SELECT count(*) FROM erp_receivables").fetchone() or (0,)
    return int(titles)
