"""What is asked of every text that people or programs send."""

from collections.abc import Iterator

from ports.errors import Fault, RefusalCode

LIMIT = 255


def absent_if_empty(value: object) -> object:
    """An empty text means that there is none."""
    return None if isinstance(value, str) and not value.strip() else value


def text_faults(value: str | None, *path: str, least: int = 0, most: int = LIMIT) -> Iterator[Fault]:
    """Length in characters, and nothing in it that cannot be stored or shown."""
    if value is None:
        return
    if len(value) > most:
        yield Fault(RefusalCode.TOO_LONG, path, {"limit": most})
    elif len(value.strip()) < least:
        yield Fault(RefusalCode.TOO_SHORT, path, {"limit": least})
    if any((char < " " and char not in "\t\r\n") or "\ud800" <= char <= "\udfff" for char in value):
        yield Fault(RefusalCode.INVALID, path)
