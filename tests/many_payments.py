"""More payments than a test would want to make one by one."""

import psycopg

FILL = """
    INSERT INTO payments (id, external_id, codigo, descricao, valor, juros, desconto, taxa_banco,
        taxa_operadora, valor_total, data_vencimento, cadastrado_em, modificado_em, entidade, fornecedor_id,
        fornecedor_external_id, nome_fornecedor, liquidado, atributos, source, version)
    SELECT gen_random_uuid(), 'PAG' || n, n::text, repeat('Aluguel ', 40) || n, n, 0, 0, 0, 0, n,
        date '2026-01-01' + (n * 7919) %% 365, now(), now(),
        'F', '1107555', 'FOR1107555', 'AUREA LUCIA DA SILVA', false, '[]', 'concilia', 1
    FROM generate_series(1, %s) n
"""


def fill(address: str, count: int) -> None:
    """Pending ones of one supplier: the n-th has codigo n and n reais, all over the year 2026."""
    with psycopg.connect(address) as connection:
        connection.execute(FILL, [count])
