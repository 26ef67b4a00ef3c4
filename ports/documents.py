"""CPF and CNPJ: kept bare and upper case, because since July 2026 a CNPJ may hold letters."""

import re
from typing import Protocol

_PUNCTUATION = re.compile(r"[.\-/\s]")
_BARE = re.compile(r"[0-9]{11}|[0-9A-Z]{12}[0-9]{2}")


def bare(text: str) -> str | None:
    """The document without punctuation, upper case; None when it has not the shape of a CPF or CNPJ."""
    if not text.isascii():
        return None
    stripped = _PUNCTUATION.sub("", text).upper()
    return stripped if _BARE.fullmatch(stripped) else None


class DocumentRules(Protocol):
    def genuine(self, document: str) -> bool:
        """Whether the check digits of this bare document are right."""
        ...
