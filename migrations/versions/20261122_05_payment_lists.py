"""Lists of payments: an index for each order and for each common filter."""

from alembic import op

revision = "20261122_05"
down_revision = "20261122_04"
branch_labels = None
depends_on = None

UPGRADE = """
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX payments_by_due;

CREATE INDEX payments_by_cadastrado_em ON payments (cadastrado_em, id)
    WHERE deletado_em IS NULL;

CREATE INDEX payments_by_descricao ON payments (descricao, id)
    WHERE deletado_em IS NULL;

CREATE INDEX payments_by_due ON payments (data_vencimento, id)
    WHERE deletado_em IS NULL;

CREATE INDEX payments_by_modificado_em ON payments (modificado_em, id)
    WHERE deletado_em IS NULL;

CREATE INDEX payments_by_settlement ON payments (coalesce(data_liquidacao, '9999-12-31'::date), id)
    WHERE deletado_em IS NULL;

CREATE INDEX payments_by_valor_total ON payments (valor_total, id)
    WHERE deletado_em IS NULL;

CREATE INDEX payments_deleted ON payments (data_vencimento, id)
    WHERE deletado_em IS NOT NULL;

CREATE INDEX payments_of_centro_custo ON payments (centro_custo_id, data_vencimento, id)
    WHERE deletado_em IS NULL AND centro_custo_id IS NOT NULL;

CREATE INDEX payments_of_cliente ON payments (cliente_id, data_vencimento, id)
    WHERE deletado_em IS NULL AND cliente_id IS NOT NULL;

CREATE INDEX payments_of_cliente_external_id ON payments (cliente_external_id)
    WHERE deletado_em IS NULL AND cliente_external_id IS NOT NULL;

CREATE INDEX payments_of_codigo ON payments (codigo)
    WHERE deletado_em IS NULL AND codigo IS NOT NULL;

CREATE INDEX payments_of_conta_bancaria ON payments (conta_bancaria_id, data_vencimento, id)
    WHERE deletado_em IS NULL AND conta_bancaria_id IS NOT NULL;

CREATE INDEX payments_of_data_competencia ON payments (data_competencia, data_vencimento)
    WHERE deletado_em IS NULL AND data_competencia IS NOT NULL;

CREATE INDEX payments_of_data_liquidacao ON payments (data_liquidacao, data_vencimento)
    WHERE deletado_em IS NULL AND data_liquidacao IS NOT NULL;

CREATE INDEX payments_of_entidade ON payments (entidade, data_vencimento, id)
    WHERE deletado_em IS NULL;

CREATE INDEX payments_of_forma_pagamento ON payments (forma_pagamento_id, data_vencimento, id)
    WHERE deletado_em IS NULL AND forma_pagamento_id IS NOT NULL;

CREATE INDEX payments_of_fornecedor ON payments (fornecedor_id, data_vencimento, id)
    WHERE deletado_em IS NULL AND fornecedor_id IS NOT NULL;

CREATE INDEX payments_of_loja ON payments (loja_id, data_vencimento, id)
    WHERE deletado_em IS NULL AND loja_id IS NOT NULL;

CREATE INDEX payments_of_plano_contas ON payments (plano_contas_id, data_vencimento, id)
    WHERE deletado_em IS NULL AND plano_contas_id IS NOT NULL;

CREATE INDEX payments_open_by_due ON payments (data_vencimento, id)
    WHERE deletado_em IS NULL AND NOT liquidado;

CREATE INDEX payments_settled_by_due ON payments (data_vencimento, id)
    WHERE deletado_em IS NULL AND liquidado;
"""

DOWNGRADE = """
DROP INDEX payments_by_cadastrado_em, payments_by_descricao, payments_by_modificado_em,
    payments_by_settlement,
    payments_by_valor_total, payments_deleted, payments_of_centro_custo, payments_of_cliente,
    payments_of_cliente_external_id, payments_of_codigo, payments_of_conta_bancaria,
    payments_of_data_competencia, payments_of_data_liquidacao, payments_of_entidade,
    payments_of_forma_pagamento, payments_of_fornecedor, payments_of_loja, payments_of_plano_contas,
    payments_open_by_due, payments_settled_by_due;
DROP INDEX payments_by_due;
CREATE INDEX payments_by_due ON payments (data_vencimento, id);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
