"""A made-up company's payments, by SQL alone: the same ones at each run, spread as real ones are.

Due days go over six years and nearly all of the past is settled; registration and settlement follow the due
day; clients are many, accounts are few; to each hundred live payments there is a deleted one.
"""

from datetime import date

import psycopg

TODAY = date(2026, 11, 20)
CLIENTS = 20_000

# Multiplying by a prime scatters what counting would leave in rows: `spread(n, 7)` is any of 0 to 6.
SPREAD = """
    CREATE FUNCTION pg_temp.spread(n BIGINT, of INTEGER, salt BIGINT DEFAULT 1) RETURNS INTEGER
    LANGUAGE sql IMMUTABLE RETURN abs(hashint8(n * 7919 + salt * 104729)::BIGINT) % of
"""
CLIENTS_ON_FILE = """
    INSERT INTO clients (id, name, document, active, omie_codigo, source, version, created_at, updated_at)
    SELECT md5('client' || n)::UUID, 'Cliente ' || n, lpad((n * 4999)::TEXT, 9, '0') || '00100',
        true, 'K' || n, 'bench', 1, now(), now()
    FROM generate_series(1, %(clients)s) n
"""
CODES = """
    INSERT INTO client_links (source, code, client_id, position)
    SELECT 'demo', 'K' || n, md5('client' || n)::UUID, 0 FROM generate_series(1, %(clients)s) n
"""
PAYMENTS = """
    WITH picked AS (
        SELECT n,
            (ARRAY['C','C','C','C','C','F','F','F','F','F','F','F','C','C','F','C','F','C','T','U'])
                [1 + pg_temp.spread(n, 20)] AS entidade,
            DATE '2021-12-01' + (n * 2190 / %(rows)s)::INTEGER + pg_temp.spread(n, 60, 2) AS due,
            (100 + pg_temp.spread(n, 900000, 3))::NUMERIC / 100 AS valor,
            pg_temp.spread(n, 100, 4) AS luck
        FROM generate_series(1::BIGINT, %(rows)s + %(rows)s / 100) n
    ), dated AS (
        SELECT *, due <= %(today)s AND luck < 97 AS paid,
            (due - 40 - pg_temp.spread(n, 50, 5)) + INTERVAL '9 hours'
                + n * INTERVAL '17 milliseconds' AS made
        FROM picked
    )
    INSERT INTO payments (id, external_id, codigo, descricao, valor, juros, desconto, taxa_banco,
        taxa_operadora, valor_total, data_vencimento, data_liquidacao, data_competencia, cadastrado_em,
        modificado_em, deletado_em, plano_contas_id, plano_contas_external_id, nome_plano_conta,
        centro_custo_id, centro_custo_external_id, nome_centro_custo,
        conta_bancaria_id, conta_bancaria_external_id, nome_conta_bancaria,
        forma_pagamento_id, forma_pagamento_external_id, nome_forma_pagamento, entidade,
        cliente_id, cliente_external_id, nome_cliente, fornecedor_id, fornecedor_external_id, nome_fornecedor,
        transportadora_id, transportadora_external_id, nome_transportadora,
        funcionario_id, funcionario_external_id, nome_funcionario,
        liquidado, loja_id, loja_external_id, nome_loja, atributos, source, version)
    SELECT (lpad(to_hex(n + 1700000000000), 12, '0') || '7' || substr(md5(n::TEXT), 1, 3) || '8'
            || substr(md5(n::TEXT), 4, 15))::UUID,
        'E' || n, 'C' || n / 2,
        (ARRAY['Mensalidade de suporte','Aluguel do escritório','Energia elétrica','Serviços de manutenção',
            'Frete de mercadorias','Licença de software'])[1 + pg_temp.spread(n, 6, 6)]
            || ' ' || to_char(due, 'MM/YYYY') || ' nota ' || n,
        valor, 0, 0, 0, 0, valor, due, CASE WHEN paid THEN least(due + luck %% 9, %(today)s) END,
        date_trunc('month', due - luck %% 30)::DATE, made,
        CASE WHEN paid THEN (due + luck %% 9) + INTERVAL '18 hours' ELSE made END,
        CASE WHEN n > %(rows)s THEN made + INTERVAL '1 day' END,
        'PC' || pc, 'XPC' || pc, 'Plano ' || pc, 'CC' || cc, 'XCC' || cc, 'Centro ' || cc,
        'CB' || cb, 'XCB' || cb, 'Conta ' || cb, 'FP' || fp, 'XFP' || fp, 'Forma ' || fp, entidade,
        CASE entidade WHEN 'C' THEN cli END, CASE entidade WHEN 'C' THEN 'K' || who END,
        CASE entidade WHEN 'C' THEN 'Cliente ' || who END,
        CASE entidade WHEN 'F' THEN 'F' || who %% 3000 END,
        CASE entidade WHEN 'F' THEN 'XF' || who %% 3000 END,
        CASE entidade WHEN 'F' THEN 'Fornecedor ' || who %% 3000 END,
        CASE entidade WHEN 'T' THEN 'T' || who %% 40 END, CASE entidade WHEN 'T' THEN 'XT' || who %% 40 END,
        CASE entidade WHEN 'T' THEN 'Transportes ' || who %% 40 END,
        CASE entidade WHEN 'U' THEN 'U' || who %% 200 END, CASE entidade WHEN 'U' THEN 'XU' || who %% 200 END,
        CASE entidade WHEN 'U' THEN 'Pessoa ' || who %% 200 END,
        paid, 'L' || loja, 'XL' || loja, 'Loja ' || loja, '[]', 'bench', 1
    FROM dated,
        LATERAL (SELECT 1 + pg_temp.spread(n, %(clients)s, 7) AS who, pg_temp.spread(n, 60, 8) AS pc,
            nullif(pg_temp.spread(n, 20, 9), 0) AS cc, pg_temp.spread(n, 8, 10) AS cb,
            pg_temp.spread(n, 6, 11) AS fp, nullif(pg_temp.spread(n, 10, 12), 0) AS loja) few,
        LATERAL (SELECT CASE WHEN who %% 2 = 0 THEN 'client_' || md5('client' || who)
            ELSE 'CLI' || who END AS cli) named
"""
INDEXES = """
    SELECT 'DROP INDEX ' || indexrelid::REGCLASS, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = 'payments'::REGCLASS AND NOT indisprimary
"""


def fill(database_url: str, rows: int) -> None:
    """`rows` live payments and their clients, with statistics as autovacuum would keep them."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        # Books that were always there: nobody is to read how they came about in the audit trail.
        connection.execute("SET session_replication_role = replica")
        connection.execute(SPREAD)
        connection.execute(CLIENTS_ON_FILE, {"clients": CLIENTS})
        connection.execute(CODES, {"clients": CLIENTS})
        indexes = connection.execute(INDEXES).fetchall()
        for drop, _ in indexes:
            connection.execute(drop)
        connection.execute(PAYMENTS, {"rows": rows, "clients": CLIENTS, "today": TODAY})
        # Over rows that are there already an index is made several times faster than row by row.
        connection.execute("SET maintenance_work_mem = '1GB'")
        for _, make in indexes:
            connection.execute(make)
        connection.execute("VACUUM ANALYZE")
