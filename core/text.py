"""What is asked of every text that people or programs send."""

import re
from collections.abc import Iterator

from ports.errors import Fault, RefusalCode

LIMIT = 255
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def absent_if_empty(value: object) -> object:
    """An empty text means that there is none."""
    return None if is_absent(value) else value


def is_absent(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def is_plain(text: str, most: int = LIMIT) -> bool:
    """Whether a look is enough to see that nothing is wrong with the text; if not, `text_faults` tells."""
    return len(text) <= most and text.isprintable()


def text_faults(value: str | None, *path: str, least: int = 0, most: int = LIMIT) -> Iterator[Fault]:
    """Length in characters, and nothing in it that cannot be stored or shown."""
    if value is None:
        return
    if len(value) > most:
        yield Fault(RefusalCode.TOO_LONG, path, {"limit": most})
    elif len(value.strip()) < least:
        yield Fault(RefusalCode.TOO_SHORT, path, {"limit": least})
    if _UNFIT.search(value):
        yield Fault(RefusalCode.INVALID, path)
