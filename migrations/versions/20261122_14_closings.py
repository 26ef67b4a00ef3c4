"""Closed months. Their rows are written with the closing, in its transaction, and by nobody later."""

from alembic import op

revision = "20261122_14"
down_revision = "20261122_13"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE closings (
    id UUID NOT NULL,
    month_id UUID NOT NULL,
    source VARCHAR NOT NULL,
    period DATE NOT NULL,
    basis VARCHAR(40) NOT NULL,
    rule_id UUID NOT NULL,
    data_as_of TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_by VARCHAR NOT NULL,
    reopened_at TIMESTAMP WITH TIME ZONE,
    reopened_by VARCHAR,
    reopen_reason VARCHAR,
    made_in BIGINT DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX closings_one_at_a_time ON closings (source, period) WHERE reopened_at IS NULL;

CREATE TABLE closed_lines (
    closing_id UUID NOT NULL REFERENCES closings (id),
    party VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    codes TEXT[] NOT NULL,
    mrr NUMERIC(15, 2) NOT NULL,
    expected NUMERIC(15, 2) NOT NULL,
    billed NUMERIC(15, 2) NOT NULL,
    withheld NUMERIC(15, 2) NOT NULL,
    not_yet_due NUMERIC(15, 2) NOT NULL,
    rule_id UUID NOT NULL,
    tolerance NUMERIC(15, 2) NOT NULL,
    verdict VARCHAR(40) NOT NULL,
    kind VARCHAR(40),
    since DATE,
    at_risk NUMERIC(15, 2) NOT NULL,
    causes JSONB NOT NULL,
    PRIMARY KEY (closing_id, party)
);

CREATE TABLE closed_contracts (
    closing_id UUID NOT NULL REFERENCES closings (id),
    contract_id UUID NOT NULL,
    expected NUMERIC(15, 2) NOT NULL,
    PRIMARY KEY (closing_id, contract_id)
);

CREATE TABLE closed_titles (
    closing_id UUID NOT NULL REFERENCES closings (id),
    title_id UUID NOT NULL,
    client_code VARCHAR NOT NULL,
    category VARCHAR,
    amount NUMERIC(15, 2) NOT NULL,
    due_on DATE NOT NULL,
    issued_on DATE,
    registered_on DATE,
    cancelled BOOLEAN NOT NULL,
    gone BOOLEAN NOT NULL,
    withheld NUMERIC(15, 2),
    received NUMERIC(15, 2),
    discount NUMERIC(15, 2),
    interest NUMERIC(15, 2),
    fine NUMERIC(15, 2),
    PRIMARY KEY (closing_id, title_id)
);

REVOKE UPDATE, DELETE ON closings, closed_lines, closed_contracts, closed_titles FROM concilia_app;

GRANT UPDATE (reopened_at, reopened_by, reopen_reason) ON closings TO concilia_app;

CREATE FUNCTION is_being_closed(closing UUID) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM closings WHERE id = closing AND made_in = pg_current_xact_id()::text::bigint)
$$;
"""

AUDIT = """
CREATE TRIGGER audit_insert AFTER INSERT ON closings REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_changes('reconciliation', 'month_id', '{quiet}', '{{}}');

CREATE TRIGGER audit_update AFTER UPDATE ON closings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_changes('reconciliation', 'month_id', '{quiet}', '{{}}');
""".format(quiet="{id,month_id,source,period,made_in}")

SNAPSHOT = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;

CREATE POLICY read ON {table} FOR SELECT TO concilia_app USING (true);

CREATE POLICY written_with_the_closing ON {table} FOR INSERT TO concilia_app
    WITH CHECK (is_being_closed(closing_id));
"""

TABLES = ("closed_lines", "closed_contracts", "closed_titles")

DOWNGRADE = """
DROP TABLE closed_titles;
DROP TABLE closed_contracts;
DROP TABLE closed_lines;
DROP TABLE closings;
DROP FUNCTION is_being_closed;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE + AUDIT + "".join(SNAPSHOT.format(table=table) for table in TABLES))


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
