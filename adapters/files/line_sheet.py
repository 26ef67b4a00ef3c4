"""A month's lines as a workbook that people fill in."""

from collections.abc import Sequence

from adapters.files.sheets import Column, Layout, Value
from ports.acknowledgements import AcknowledgementReason
from ports.line_files import LineRow

AMOUNTS = ("mrr", "expected", "billed", "divergence", "tolerance")
FILLED = ("reason", "owner", "note")
MESSAGE = Column("message", 60)
NAME = "reconciliation"

LOCKED = {
    "validate": "custom",
    "value": "=FALSE",
    "error_title": "Concilia",
    "error_message": "Esta coluna fica como está. Leave this column as it is.",
}
"""Nobody can type over it. A locked sheet would do more, but could not be sorted."""
REASONS = {"validate": "list", "source": list(AcknowledgementReason.__members__)}

COLUMNS = (
    Column("id", 16, check=LOCKED),
    Column("client", 42),
    Column("document"),
    Column("omie_codigo"),
    *(Column(name, 16) for name in AMOUNTS),
    Column("verdict", 16),
    Column("kind", 16),
    Column("since", 12),
    Column("lapsed", 32),
    Column("reason", 20, check=REASONS),
    Column("owner", 24),
    Column("note", 60),
    Column("fingerprint", hidden=True, check=LOCKED),
)
LINES = Layout(NAME, COLUMNS)
KNOWN = {column.title: column for column in (*COLUMNS, MESSAGE)}


def line_values(row: LineRow) -> Sequence[Value]:
    line, said = row.line, row.said
    return [
        line.ref.public_id,
        line.name,
        line.client.document if line.client else None,
        line.omie_codigo,
        *(getattr(line, name) for name in AMOUNTS),
        line.verdict.name,
        line.kind.name if line.kind else None,
        str(row.since) if row.since else None,
        row.lapsed,
        said.reason.name if said else None,
        said.owner if said else None,
        said.note if said else None,
        row.fingerprint,
    ]
