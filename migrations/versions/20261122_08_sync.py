"""A sync by passes and rounds; payables, receipts, titles that are gone, records to be read again."""

from alembic import op

revision = "20261122_08"
down_revision = "20261122_07"
branch_labels = None
depends_on = None

UPGRADE = """
ALTER TABLE erp_receivables
    ADD COLUMN cleared NUMERIC(15, 2),
    ADD COLUMN remaining NUMERIC(15, 2),
    ADD COLUMN settled_as_of TIMESTAMP WITH TIME ZONE,
    ADD COLUMN gone BOOLEAN DEFAULT false NOT NULL;

-- squawk-ignore ban-drop-default
ALTER TABLE erp_receivables ALTER COLUMN gone DROP DEFAULT;

CREATE TABLE erp_payables (
    id UUID NOT NULL,
    source VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    client_code VARCHAR NOT NULL,
    document_number VARCHAR,
    installment VARCHAR,
    contract_number VARCHAR,
    category VARCHAR,
    amount NUMERIC(15, 2) NOT NULL,
    withheld NUMERIC(15, 2) NOT NULL,
    due_on DATE NOT NULL,
    issued_on DATE,
    registered_on DATE,
    status VARCHAR NOT NULL,
    cancelled BOOLEAN NOT NULL,
    settled BOOLEAN NOT NULL,
    cleared NUMERIC(15, 2),
    remaining NUMERIC(15, 2),
    settled_as_of TIMESTAMP WITH TIME ZONE,
    gone BOOLEAN NOT NULL,
    synced_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT erp_payables_external_id UNIQUE (source, external_id),
    CONSTRAINT erp_payables_amounts CHECK (amount >= 0 AND withheld >= 0)
);

CREATE INDEX erp_payables_by_client ON erp_payables (source, client_code, due_on, id);

CREATE INDEX erp_payables_by_due_on ON erp_payables (source, due_on, client_code);

CREATE INDEX erp_payables_by_issued_on ON erp_payables (source, issued_on, client_code);

CREATE INDEX erp_payables_by_registered_on ON erp_payables (source, registered_on, client_code);

CREATE TABLE erp_receipts (
    source VARCHAR NOT NULL,
    side VARCHAR(1) NOT NULL,
    title_id VARCHAR NOT NULL,
    external_id VARCHAR NOT NULL,
    "on" DATE NOT NULL,
    amount NUMERIC(15, 2) NOT NULL,
    discount NUMERIC(15, 2) NOT NULL,
    interest NUMERIC(15, 2) NOT NULL,
    fine NUMERIC(15, 2) NOT NULL,
    PRIMARY KEY (source, side, title_id, external_id),
    CONSTRAINT side CHECK (side IN ('R', 'P'))
);

CREATE TABLE erp_rereads (
    source VARCHAR NOT NULL,
    entity VARCHAR(40) NOT NULL,
    external_id VARCHAR NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (source, entity, external_id)
);

CREATE INDEX erp_rereads_due ON erp_rereads (source, due_at);

ALTER TABLE erp_requests ADD COLUMN answered_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE client_links ADD COLUMN read_at TIMESTAMP WITH TIME ZONE;

ALTER TABLE erp_sync_log
    ADD COLUMN since DATE,
    ADD COLUMN pass_number INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN round_number INTEGER DEFAULT 1 NOT NULL,
    ADD COLUMN round_started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ADD COLUMN pages_kept INTEGER[] DEFAULT '{}' NOT NULL,
    ADD COLUMN total_records INTEGER,
    ADD COLUMN moved BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN resumed BOOLEAN DEFAULT false NOT NULL;

-- A run that is under way begins its first pass anew: what it kept is found again, not counted twice.
ALTER TABLE erp_sync_log
    -- squawk-ignore ban-drop-default
    ALTER COLUMN pass_number DROP DEFAULT,
    -- squawk-ignore ban-drop-default
    ALTER COLUMN round_number DROP DEFAULT,
    -- squawk-ignore ban-drop-default
    ALTER COLUMN round_started_at DROP DEFAULT,
    -- squawk-ignore ban-drop-default
    ALTER COLUMN pages_kept DROP DEFAULT,
    -- squawk-ignore ban-drop-default
    ALTER COLUMN moved DROP DEFAULT,
    -- squawk-ignore ban-drop-default
    ALTER COLUMN resumed DROP DEFAULT;

-- squawk-ignore ban-drop-constraint
ALTER TABLE erp_sync_log DROP CONSTRAINT syncstatus;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE erp_sync_log
    ADD CONSTRAINT syncstatus CHECK (status IN ('RUNNING', 'SUCCESS', 'ERROR', 'CANCELLED'));

-- squawk-ignore ban-drop-column
ALTER TABLE erp_sync_log DROP COLUMN stage;

-- squawk-ignore ban-drop-column
ALTER TABLE erp_sync_log DROP COLUMN page;
"""

DOWNGRADE = """
DELETE FROM erp_sync_log WHERE status = 'CANCELLED';
ALTER TABLE erp_sync_log
    DROP CONSTRAINT syncstatus,
    ADD CONSTRAINT syncstatus CHECK (status IN ('RUNNING', 'SUCCESS', 'ERROR'));
ALTER TABLE erp_sync_log
    ADD COLUMN stage VARCHAR(40) DEFAULT 'CLIENT' NOT NULL,
    ADD COLUMN page INTEGER DEFAULT 0 NOT NULL,
    DROP COLUMN since,
    DROP COLUMN pass_number,
    DROP COLUMN round_number,
    DROP COLUMN round_started_at,
    DROP COLUMN pages_kept,
    DROP COLUMN total_records,
    DROP COLUMN moved,
    DROP COLUMN resumed;
ALTER TABLE erp_sync_log ALTER COLUMN stage DROP DEFAULT, ALTER COLUMN page DROP DEFAULT;
ALTER TABLE client_links DROP COLUMN read_at;
ALTER TABLE erp_requests DROP COLUMN answered_at;
DROP TABLE erp_rereads;
DROP TABLE erp_receipts;
DROP TABLE erp_payables;
ALTER TABLE erp_receivables
    DROP COLUMN cleared,
    DROP COLUMN remaining,
    DROP COLUMN settled_as_of,
    DROP COLUMN gone;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
