"""The vendor's values: any may be absent, numbers may be texts, dates are dd/mm/aaaa, nothing is a float."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TypeAlias

from ports.erp import IssueCode
from ports.money import CENT, LARGEST, ZERO, Money, fits

Record: TypeAlias = Mapping[str, object]

LONGEST = 500
"""Characters; the longest text that Omie documents."""

_HARMFUL = re.compile("[\x00\ud800-\udfff]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CODE = re.compile(r"[0-9]{1,19}")
_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


class RecordError(Exception):
    """A record cannot be kept because of one of its fields."""

    def __init__(self, field: str, code: IssueCode = IssueCode.UNREADABLE, **params: str) -> None:
        self.field = field
        self.code = code
        self.params = params
        """What the text of the code tells besides."""
        super().__init__(f"{field}: {code.value}")


def decoded(body: bytes) -> object:
    """The JSON of an answer, every number a `Decimal`; `ValueError` when it is not JSON.

    Damaged characters pass as lone surrogates and are found field by field: they cost a record, not the page.
    """
    written = body.decode("utf-8-sig", "surrogateescape")
    try:
        return json.loads(written, parse_int=_exact, parse_float=_exact, parse_constant=_exact, strict=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _exact(written: str) -> Decimal:
    """NaN when the exponent is beyond what a Decimal can hold."""
    try:
        return Decimal(written)
    except InvalidOperation:
        return Decimal("NaN")


def fold(written: str) -> str:
    """Lower case without accents, for comparing."""
    apart = unicodedata.normalize("NFKD", written)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def text(record: Record, key: str) -> str | None:
    """Trimmed, None when empty. Numbers are taken as they are written."""
    value = record.get(key)
    if value is None:
        return None
    if isinstance(value, Decimal):
        value = str(value)
    if not isinstance(value, str) or len(value) > LONGEST or _HARMFUL.search(value):
        raise RecordError(key)
    return value.strip() or None


def code(record: Record, key: str) -> str | None:
    """A whole number of the vendor's, as digits. 0 means none to Omie."""
    stated = text(record, key)
    if stated is None:
        return None
    if not _CODE.fullmatch(stated):
        raise RecordError(key)
    return stated.lstrip("0") or None


def required_code(record: Record, key: str, missing: IssueCode = IssueCode.UNREADABLE) -> str:
    stated = code(record, key)
    if stated is None:
        raise RecordError(key, missing)
    return stated


def number(record: Record, key: str) -> Decimal | None:
    """Exact; NaN when something else than a number stands there."""
    value = record.get(key)
    if isinstance(value, Decimal):
        return value
    stated = text(record, key)
    if stated is None:
        return None
    return Decimal(stated) if _NUMBER.fullmatch(stated) else Decimal("NaN")


def amount(record: Record, key: str) -> Money:
    """One that must be there, in whole cents, not negative."""
    stated = number(record, key)
    if stated is None or not fits(stated) or stated < 0:
        raise RecordError(key, IssueCode.AMOUNT_INVALID)
    return stated.quantize(CENT)


def extra(record: Record, key: str) -> Money:
    """A tax, discount or interest: zero when absent, rounded, because Omie computes it with more decimals."""
    stated = number(record, key) or ZERO
    if not stated.is_finite() or not 0 <= stated <= LARGEST:
        raise RecordError(key, IssueCode.AMOUNT_INVALID)
    return stated.quantize(CENT, ROUND_HALF_UP)


def day(record: Record, key: str) -> date | None:
    stated = text(record, key)
    if stated is None:
        return None
    parts = _DAY.fullmatch(stated)
    if parts is None:
        raise RecordError(key)
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        raise RecordError(key) from None


def flag(record: Record, key: str) -> bool:
    return str(record.get(key)).strip().upper() == "S"


def entries(record: Record, key: str) -> Sequence[Record]:
    """The objects of a nested list; empty ones come as `[]`, `{}`, null or not at all."""
    value = record.get(key)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def part(record: Record, key: str) -> Record:
    """A nested object; empty when it is absent, null or something else."""
    value = record.get(key)
    return value if isinstance(value, dict) else {}
