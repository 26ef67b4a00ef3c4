"""A workbook of payments."""

from collections.abc import Sequence

from adapters.files.document import attributes_text, document, local_time
from adapters.files.form import ATTRIBUTES, COLUMNS, DAYS, MOMENTS, SUMS
from adapters.files.sheets import Column, Layout, Value
from ports.payments import PaymentRecord

WIDTHS = {
    **dict.fromkeys(COLUMNS, 20),
    **{name: 32 for name in COLUMNS if name.startswith("nome_")},
    **dict.fromkeys(("id", ATTRIBUTES), 42),
    "descricao": 60,
}
PAYMENTS = Layout("payments", [Column(name, WIDTHS[name]) for name in COLUMNS])
EXACT = frozenset({*SUMS, *DAYS})


def payment_values(payment: PaymentRecord) -> Sequence[Value]:
    """Amounts and days as what they are, all else as the document's text."""
    texts = document(payment)
    values = {
        **texts,
        **{name: getattr(payment, name) for name in texts if name in EXACT},
        **{name: local_time(getattr(payment, name)) for name in MOMENTS},
        ATTRIBUTES: attributes_text(payment.atributos),
    }
    return [values.get(name) for name in COLUMNS]
