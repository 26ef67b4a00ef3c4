"""Registers that payments refer to; idempotency keys that stand for many records."""

from alembic import op

revision = "20261122_04"
down_revision = "20261122_03"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE register_entries (
    id UUID NOT NULL,
    kind VARCHAR(40) NOT NULL,
    code VARCHAR NOT NULL,
    external_id VARCHAR,
    name VARCHAR NOT NULL,
    active BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    search VARCHAR GENERATED ALWAYS AS (fold(coalesce(name, '') || ' ' || coalesce(code, '') || ' ' ||
        coalesce(external_id, ''))) STORED NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT register_entries_key UNIQUE (kind, code),
    CONSTRAINT referencekind CHECK (kind IN ('PLANO_CONTAS', 'CENTRO_CUSTO', 'CONTA_BANCARIA',
        'FORMA_PAGAMENTO', 'FORNECEDOR', 'TRANSPORTADORA', 'FUNCIONARIO', 'LOJA'))
);

CREATE INDEX register_entries_by_name ON register_entries (kind, fold(name), id);

CREATE INDEX register_entries_search ON register_entries USING gin (search gin_trgm_ops);

-- One key may now stand for many records, and for refusals.
ALTER TABLE idempotency_keys ADD COLUMN outcomes JSONB;

UPDATE idempotency_keys SET outcomes = jsonb_build_array(record_id);

-- No release has the old shape.
-- squawk-ignore ban-drop-constraint
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey;

-- squawk-ignore ban-drop-constraint
ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_use;

-- squawk-ignore ban-drop-column
ALTER TABLE idempotency_keys DROP COLUMN record_id;

ALTER TABLE idempotency_keys ADD PRIMARY KEY (mutation, subject, key);
"""

DOWNGRADE = """
-- Keys that stand for anything but one record have no place in the old shape.
DELETE FROM idempotency_keys WHERE coalesce(jsonb_array_length(outcomes), 0) <> 1
    OR jsonb_typeof(outcomes -> 0) <> 'string';
ALTER TABLE idempotency_keys ADD COLUMN record_id UUID;
UPDATE idempotency_keys SET record_id = (outcomes ->> 0)::uuid;
ALTER TABLE idempotency_keys ALTER COLUMN record_id SET NOT NULL, DROP COLUMN outcomes,
    DROP CONSTRAINT idempotency_keys_pkey, ADD PRIMARY KEY (record_id),
    ADD CONSTRAINT idempotency_keys_use UNIQUE (mutation, subject, key);
DROP TABLE register_entries;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
