"""The form of a payment in files: that of the data structure document, whichever way it goes.

Every value is a string: amounts "3000.00", days "2025-11-01", moments "2025-10-01 00:32:06" in the local time
of Sao Paulo, liquidado "0" or "1", entidade its letter. `atributos` is a list of {"chave", "valor"}; a table
holds its JSON.
"""

import re
from collections.abc import Mapping

from ports.payments import AMOUNTS, PARTIES, REFERENCES

_CLASSED, _USER_AND_SHOP = REFERENCES[: -2 - len(PARTIES)], REFERENCES[-2:]

SUMS = (*AMOUNTS, "valor_total")
DAYS = ("data_vencimento", "data_liquidacao", "data_competencia")
MOMENTS = ("cadastrado_em", "modificado_em")
ATTRIBUTES = "atributos"
COLUMNS: tuple[str, ...] = (
    "id",
    "external_id",
    "codigo",
    "descricao",
    *SUMS,
    *(name for reference in _CLASSED for name in reference.fields),
    "entidade",
    *(name for party in PARTIES.values() for name in party.fields),
    "liquidado",
    *DAYS,
    *(name for reference in _USER_AND_SHOP for name in reference.fields),
    *MOMENTS,
    ATTRIBUTES,
)
"""Every field of a file, in the order of the document's listing."""

SETTLED: Mapping[bool, str] = {False: "0", True: "1"}
FREE_TEXTS = frozenset(COLUMNS) - {"id", "entidade", "liquidado", ATTRIBUTES, *SUMS, *DAYS, *MOMENTS}
"""What people write, and what a table therefore guards."""

_FORMULA = re.compile("'*[=+\\-@\t\r]")


def guarded(text: str) -> str:
    """The text for a cell of a table: what would run as a formula gets an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text of a cell that `guarded` made, whole again, also where the text itself began so."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
