"""What the audit trail writes of new payments, for two thirds of what it took: thousands may come at once."""

from alembic import op

revision = "20261122_17"
down_revision = "20261122_16"
branch_labels = None
depends_on = None

UPGRADE = """
-- As audit_changes writes an INSERT, said for this one table: rows are not made JSON whole to be taken apart
-- again, and the machine is asked for chance once for all of them. A column that payments gain has to be
-- named here, too: a test misses it otherwise.
CREATE FUNCTION audit_new_payments() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    author CONSTANT text := coalesce(nullif(current_setting('concilia.by', true), ''), session_user);
    act CONSTANT text := coalesce(nullif(current_setting('concilia.action', true), ''), lower(TG_OP));
    -- Forgotten with the statement. What is made of it for one entry tells nothing of any other's.
    secret CONSTANT bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
BEGIN
    WITH told AS (
        SELECT
            id,
            encode(sha256(secret || uuid_send(id)), 'hex') AS salts,
            (
                SELECT jsonb_strip_nulls(to_jsonb(fact)) FROM (SELECT
                    external_id, codigo,
                    valor, juros, desconto, taxa_banco, taxa_operadora, valor_total,
                    data_vencimento, data_liquidacao, data_competencia, cadastrado_em, deletado_em,
                    plano_contas_id, plano_contas_external_id, nome_plano_conta,
                    centro_custo_id, centro_custo_external_id, nome_centro_custo,
                    conta_bancaria_id, conta_bancaria_external_id, nome_conta_bancaria,
                    forma_pagamento_id, forma_pagamento_external_id, nome_forma_pagamento,
                    entidade,
                    cliente_id, cliente_external_id,
                    fornecedor_id, fornecedor_external_id,
                    transportadora_id, transportadora_external_id,
                    funcionario_id, funcionario_external_id,
                    liquidado,
                    usuario_id, usuario_external_id,
                    loja_id, loja_external_id, nome_loja
                ) AS fact
            ) AS facts,
            jsonb_strip_nulls(jsonb_build_object(
                'descricao', descricao,
                'nome_cliente', nome_cliente,
                'nome_fornecedor', nome_fornecedor,
                'nome_transportadora', nome_transportadora,
                'nome_funcionario', nome_funcionario,
                'nome_usuario', nome_usuario,
                'atributos', atributos
            )) AS personal
        FROM new_rows
    ), entries AS (
        INSERT INTO audit_entries
            (by, action, kind, record_id, facts, facts_salt, personal, personal_salt)
        SELECT author, act, 'payment', id,
            jsonb_build_object('after', facts), left(salts, 32)::uuid,
            jsonb_build_object('after', personal), right(salts, 32)::uuid
        FROM told
        RETURNING number
    )
    INSERT INTO audit_unsealed SELECT number FROM entries;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER audit_insert AFTER INSERT ON payments REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_new_payments();
"""

DOWNGRADE = """
CREATE OR REPLACE TRIGGER audit_insert AFTER INSERT ON payments REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_changes('payment', 'id',
    '{id,search,version,modificado_em,source}',
    '{descricao,nome_cliente,nome_fornecedor,nome_transportadora,nome_funcionario,nome_usuario,atributos}');
DROP FUNCTION audit_new_payments;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
