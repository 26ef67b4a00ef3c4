"""Which clients a page has is read off the index alone: without the name in it each name is folded anew."""

from alembic import op

revision = "20261122_18"
down_revision = "20261122_17"
branch_labels = None
depends_on = None

UPGRADE = """
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX clients_by_name;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX clients_by_name ON clients (fold(name), id) INCLUDE (name);
"""

DOWNGRADE = """
DROP INDEX clients_by_name;
CREATE INDEX clients_by_name ON clients (fold(name), id);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
