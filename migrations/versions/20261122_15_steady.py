"""Whether a run saw every listing stand still, so that the next one need not look back further."""

from alembic import op

revision = "20261122_15"
down_revision = "20261122_14"
branch_labels = None
depends_on = None

UPGRADE = """
ALTER TABLE erp_sync_log ADD COLUMN steady BOOLEAN DEFAULT true NOT NULL;

-- squawk-ignore ban-drop-default
ALTER TABLE erp_sync_log ALTER COLUMN steady DROP DEFAULT;
"""

DOWNGRADE = """
ALTER TABLE erp_sync_log DROP COLUMN steady;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
