"""The job queue: procrastinate's own schema, from the installed package.

When a later procrastinate changes its schema, its migration files become a revision of their own, which
must do nothing where this revision has already brought them in.
"""

from importlib.resources import files

from alembic import op

revision = "20261122_03"
down_revision = "20261122_02"
branch_labels = None
depends_on = None

DOWNGRADE = """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers
    CASCADE;
DO $$
DECLARE routine regprocedure;
BEGIN
    FOR routine IN SELECT oid FROM pg_proc WHERE proname LIKE 'procrastinate%' LOOP
        EXECUTE 'DROP ROUTINE ' || routine || ' CASCADE';
    END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    schema = files("procrastinate").joinpath("sql/schema.sql").read_text(encoding="utf-8")
    op.execute(schema.replace(":=", r"\:="))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
