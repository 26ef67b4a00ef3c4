"""Whoever listens is told which run of the sync has moved."""

from alembic import op

revision = "20261122_07"
down_revision = "20261122_06"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE FUNCTION tell_sync_run() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('sync_runs', NEW.id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER tell_sync_run AFTER UPDATE ON erp_sync_log FOR EACH ROW EXECUTE FUNCTION tell_sync_run();
"""

DOWNGRADE = """
DROP TRIGGER tell_sync_run ON erp_sync_log;
DROP FUNCTION tell_sync_run;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(DOWNGRADE)
