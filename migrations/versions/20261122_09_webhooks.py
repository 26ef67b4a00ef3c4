"""Messages of the ERP that were taken, and the ticks of the schedule that were seen to."""

from alembic import op

revision = "20261122_09"
down_revision = "20261122_08"
branch_labels = None
depends_on = None

UPGRADE = """
CREATE TABLE erp_webhook_messages (
    source VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (source, message_id)
);

CREATE INDEX erp_webhook_messages_received ON erp_webhook_messages (received_at);

CREATE TABLE erp_schedule_ticks (
    source VARCHAR NOT NULL,
    mode VARCHAR(40) NOT NULL,
    tick TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (source, mode)
);
"""

DOWNGRADE = """
DROP TABLE erp_schedule_ticks;
DROP TABLE erp_webhook_messages;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(UPGRADE)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '10min'")
    op.execute(DOWNGRADE)
