"""Whether receipts of a title are known, so that what came in and nobody knows when is found at once."""

from alembic import op

revision = "20261122_16"
down_revision = "20261122_15"
branch_labels = None
depends_on = None

UPGRADE = """
-- Most titles have some: the others are fewer rows to write.
ALTER TABLE erp_receivables ADD COLUMN has_receipts BOOLEAN DEFAULT true NOT NULL;
ALTER TABLE erp_payables ADD COLUMN has_receipts BOOLEAN DEFAULT true NOT NULL;

UPDATE erp_receivables AS title SET has_receipts = false WHERE NOT EXISTS (
    SELECT FROM erp_receipts
    WHERE source = title.source AND side = 'R' AND title_id = title.external_id
);
UPDATE erp_payables AS title SET has_receipts = false WHERE NOT EXISTS (
    SELECT FROM erp_receipts
    WHERE source = title.source AND side = 'P' AND title_id = title.external_id
);

-- squawk-ignore ban-drop-default
ALTER TABLE erp_receivables ALTER COLUMN has_receipts DROP DEFAULT;
-- squawk-ignore ban-drop-default
ALTER TABLE erp_payables ALTER COLUMN has_receipts DROP DEFAULT;

-- squawk-ignore require-concurrent-index-creation
CREATE INDEX erp_receivables_undated ON erp_receivables (source, client_code)
WHERE NOT has_receipts AND (settled OR coalesce(cleared, 0.00) <> 0.00);
"""

DOWNGRADE = """
DROP INDEX erp_receivables_undated;
ALTER TABLE erp_receivables DROP COLUMN has_receipts;
ALTER TABLE erp_payables DROP COLUMN has_receipts;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
