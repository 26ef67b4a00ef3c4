"""Payables by due date; clients that were merged into others."""

from alembic import op

revision = "20261122_10"
down_revision = "20261122_09"
branch_labels = None
depends_on = None

UPGRADE = """
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX erp_payables_by_due_on;

CREATE INDEX erp_payables_by_due_on ON erp_payables (source, due_on, id);

-- When a register was last read is no news.
CREATE OR REPLACE TRIGGER audit_delete AFTER DELETE ON client_links REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT
    EXECUTE FUNCTION audit_changes('client', 'client_id', '{client_id,position,read_at}', '{}');

CREATE TABLE client_merges (
    merged_id UUID NOT NULL,
    client_id UUID NOT NULL,
    PRIMARY KEY (merged_id),
    FOREIGN KEY (client_id) REFERENCES clients (id) ON DELETE CASCADE
);

CREATE INDEX client_merges_client ON client_merges (client_id);

CREATE TRIGGER audit_insert AFTER INSERT ON client_merges REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_changes('client', 'merged_id', '{merged_id}', '{}');

CREATE TRIGGER audit_delete AFTER DELETE ON client_merges REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_changes('client', 'merged_id', '{merged_id}', '{}');
"""

DOWNGRADE = """
DROP TABLE client_merges;
CREATE OR REPLACE TRIGGER audit_delete AFTER DELETE ON client_links REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT
    EXECUTE FUNCTION audit_changes('client', 'client_id', '{client_id,position}', '{}');
DROP INDEX erp_payables_by_due_on;
CREATE INDEX erp_payables_by_due_on ON erp_payables (source, due_on, client_code);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
