"""Divergences that somebody answers for."""

from alembic import op

revision = "20261122_13"
down_revision = "20261122_12"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE acknowledgements (
    id UUID NOT NULL,
    source VARCHAR,
    period DATE NOT NULL,
    basis VARCHAR(40) NOT NULL,
    client_id UUID,
    code VARCHAR,
    reason VARCHAR(40) NOT NULL,
    note VARCHAR,
    owner VARCHAR,
    by VARCHAR NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    divergence NUMERIC(15, 2) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT acknowledgements_client_id_fkey FOREIGN KEY (client_id) REFERENCES clients (id)
        ON DELETE CASCADE,
    CONSTRAINT acknowledgements_party CHECK ((client_id IS NULL) <> (code IS NULL)),
    CONSTRAINT acknowledgementreason CHECK (reason IN ('EXPECTED', 'NEGOTIATED', 'BILLED_ELSEWHERE',
        'TIMING', 'DATA_ERROR', 'DISPUTED', 'WRITTEN_OFF'))
);

CREATE INDEX acknowledgements_client ON acknowledgements (client_id);

-- The entry itself says who and when.
CREATE TRIGGER audit_insert AFTER INSERT ON acknowledgements REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION
    audit_changes('line', 'id', '{id,source,period,basis,client_id,code,at}', '{note,owner}');

CREATE TRIGGER audit_update AFTER UPDATE ON acknowledgements
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION
    audit_changes('line', 'id', '{id,source,period,basis,client_id,code,at}', '{note,owner}');

CREATE TRIGGER audit_delete AFTER DELETE ON acknowledgements REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION
    audit_changes('line', 'id', '{id,source,period,basis,client_id,code,at}', '{note,owner}');
"""

DOWNGRADE = "DROP TABLE acknowledgements"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
