"""Tolerance rules of single clients, and receipts by their day."""

from alembic import op

revision = "20261122_12"
down_revision = "20261122_11"
branch_labels = None
depends_on = None

UPGRADE = """
ALTER TABLE tolerance_rules ADD COLUMN client_id UUID;

ALTER TABLE tolerance_rules ADD CONSTRAINT tolerance_rules_client_id_fkey
    FOREIGN KEY (client_id) REFERENCES clients (id) ON DELETE CASCADE NOT VALID;

-- A table of some rows.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE tolerance_rules VALIDATE CONSTRAINT tolerance_rules_client_id_fkey;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX tolerance_rules_client ON tolerance_rules (client_id, version);

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX erp_receipts_by_day ON erp_receipts (source, side, "on", title_id);
"""

DOWNGRADE = """
DROP INDEX erp_receipts_by_day;
DROP INDEX tolerance_rules_client;
ALTER TABLE tolerance_rules DROP COLUMN client_id;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
