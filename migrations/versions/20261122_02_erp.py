"""The ERP's mirror, its sync, and the tolerance rules."""

from alembic import op

revision = "20261122_02"
down_revision = "20261122_01"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE erp_receivables (
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
    synced_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT erp_receivables_external_id UNIQUE (source, external_id),
    CONSTRAINT erp_receivables_amounts CHECK (amount >= 0 AND withheld >= 0)
);

CREATE INDEX erp_receivables_by_client ON erp_receivables (source, client_code, due_on, id);

CREATE INDEX erp_receivables_by_due_on ON erp_receivables (source, due_on, client_code);

CREATE INDEX erp_receivables_by_issued_on ON erp_receivables (source, issued_on, client_code);

CREATE INDEX erp_receivables_by_registered_on ON erp_receivables (source, registered_on, client_code);

CREATE TABLE erp_sync_log (
    id UUID NOT NULL,
    source VARCHAR NOT NULL,
    status VARCHAR(40) NOT NULL,
    mode VARCHAR(40) NOT NULL,
    trigger VARCHAR(40) NOT NULL,
    requested_by VARCHAR,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    record_count INTEGER NOT NULL,
    failure VARCHAR(40),
    stage VARCHAR(40) NOT NULL,
    page INTEGER NOT NULL,
    total_pages INTEGER NOT NULL,
    resumes_at TIMESTAMP WITH TIME ZONE,
    clients_created INTEGER NOT NULL,
    clients_updated INTEGER NOT NULL,
    receivables_created INTEGER NOT NULL,
    receivables_updated INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT erp_sync_log_finished CHECK ((status = 'RUNNING') = (finished_at IS NULL)),
    CONSTRAINT syncstatus CHECK (status IN ('RUNNING', 'SUCCESS', 'ERROR'))
);

CREATE INDEX erp_sync_log_newest ON erp_sync_log (started_at, id);

CREATE UNIQUE INDEX erp_sync_log_one_running ON erp_sync_log (source) WHERE status = 'RUNNING';

CREATE TABLE erp_sync_issues (
    id UUID NOT NULL,
    run_id UUID NOT NULL,
    entity VARCHAR(40) NOT NULL,
    external_id VARCHAR NOT NULL,
    code VARCHAR(40) NOT NULL,
    client_code VARCHAR,
    params JSONB NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(run_id) REFERENCES erp_sync_log (id) ON DELETE CASCADE
);

CREATE INDEX erp_sync_issues_run ON erp_sync_issues (run_id, id);

CREATE TABLE erp_requests (
    id UUID NOT NULL,
    account VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX erp_requests_recent ON erp_requests (account, sent_at);

CREATE TABLE tolerance_rules (
    id UUID NOT NULL,
    version INTEGER NOT NULL,
    percent NUMERIC(5, 2) NOT NULL,
    minimum NUMERIC(15, 2) NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    set_by VARCHAR NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT tolerance_rules_version UNIQUE (version),
    CONSTRAINT tolerance_rules_range CHECK (percent BETWEEN 0 AND 100 AND minimum >= 0)
);
"""

DOWNGRADE = """
DROP TABLE tolerance_rules;
DROP TABLE erp_requests;
DROP TABLE erp_sync_issues;
DROP TABLE erp_sync_log;
DROP TABLE erp_receivables;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
