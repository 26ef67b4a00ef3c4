"""A payment as the document's listing shows it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec

from adapters.files.form import ATTRIBUTES, COLUMNS, FREE_TEXTS, MOMENTS, SETTLED, SUMS, guarded
from ports.calendar import SAO_PAULO
from ports.ids import public_id
from ports.payments import Atributo, PaymentRecord


def local_time(moment: datetime) -> datetime:
    """What the clocks of Sao Paulo showed, to the second."""
    return moment.astimezone(SAO_PAULO).replace(tzinfo=None, microsecond=0)


def _moment(moment: datetime) -> str:
    return local_time(moment).isoformat(sep=" ")


def _attributes(attributes: tuple[Atributo, ...]) -> list[dict[str, str]]:
    return [{"chave": attribute.chave, "valor": attribute.valor} for attribute in attributes]


def attributes_text(attributes: tuple[Atributo, ...]) -> str:
    return msgspec.json.encode(_attributes(attributes)).decode()


_WRITTEN: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(COLUMNS, str),
    **dict.fromkeys(SUMS, "{:.2f}".format),
    **dict.fromkeys(MOMENTS, _moment),
    "id": partial(public_id, "payment"),
    "liquidado": SETTLED.__getitem__,
    ATTRIBUTES: _attributes,
}
_CELLS: Mapping[str, Callable[[Any], str]] = {
    **_WRITTEN,
    **dict.fromkeys(FREE_TEXTS, guarded),
    ATTRIBUTES: attributes_text,
}

_values = attrgetter(*COLUMNS)


def document(payment: PaymentRecord) -> dict[str, Any]:
    """A row of the listing; a field that holds nothing is left out."""
    values = zip(COLUMNS, _values(payment), _WRITTEN.values(), strict=True)
    return {name: write(value) for name, value, write in values if value is not None}


def cells(payment: PaymentRecord) -> list[str]:
    """A row of a table: every column, empty where there is nothing."""
    values = zip(_values(payment), _CELLS.values(), strict=True)
    return ["" if value is None else write(value) for value, write in values]
