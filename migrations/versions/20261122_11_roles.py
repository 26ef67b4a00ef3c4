"""The sync's log is written by the sync alone, and read by directors alone.

The login owns nothing and need not inherit: each transaction takes the role that it works in.
"""

from alembic import op

revision = "20261122_11"
down_revision = "20261122_10"
branch_labels = None
depends_on = None

UPGRADE = """
DO $$ BEGIN
    CREATE ROLE concilia_director NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    -- A role is the whole server's: another database has brought it.
END $$;

DO $$ BEGIN
    CREATE ROLE concilia_sync NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
END $$;

GRANT concilia_director, concilia_sync TO CURRENT_USER;

GRANT concilia_app TO concilia_director, concilia_sync;

REVOKE INSERT, UPDATE, DELETE ON erp_sync_log, erp_sync_issues FROM concilia_app;

GRANT INSERT, UPDATE, DELETE ON erp_sync_log, erp_sync_issues TO concilia_sync;

ALTER TABLE erp_sync_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE erp_sync_issues ENABLE ROW LEVEL SECURITY;

CREATE POLICY written_by_the_sync ON erp_sync_log TO concilia_sync USING (true) WITH CHECK (true);

CREATE POLICY written_by_the_sync ON erp_sync_issues TO concilia_sync USING (true) WITH CHECK (true);

CREATE POLICY read_by_directors ON erp_sync_log FOR SELECT TO concilia_director USING (true);

CREATE POLICY read_by_directors ON erp_sync_issues FOR SELECT TO concilia_director USING (true);
"""

DOWNGRADE = """
DROP POLICY read_by_directors ON erp_sync_issues;
DROP POLICY read_by_directors ON erp_sync_log;
DROP POLICY written_by_the_sync ON erp_sync_issues;
DROP POLICY written_by_the_sync ON erp_sync_log;
ALTER TABLE erp_sync_issues DISABLE ROW LEVEL SECURITY;
ALTER TABLE erp_sync_log DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON erp_sync_log, erp_sync_issues FROM concilia_sync;
GRANT INSERT, UPDATE, DELETE ON erp_sync_log, erp_sync_issues TO concilia_app;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
