"""A file to import: its format is told by its content."""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from adapters.files.delimited import delimited_rows
from adapters.files.json_documents import LISTING, document_rows
from adapters.files.lines import RawRow, line_rows, parsed
from adapters.files.reading import FORMS, read
from ports.errors import Fault, RefusalCode
from ports.imports import FileRow, ImportKind, RowFile, UnreadableFile

HEAD = 1 << 20
"""Bytes that tell the format."""
UNREADABLE = (Fault(RefusalCode.INVALID),)


class ImportFile(RowFile):
    """A file on disk."""

    def __init__(self, path: Path, kind: ImportKind) -> None:
        self._path = path
        self._form = FORMS[kind]
        self._file = path.open("rb")
        self.size = path.stat().st_size

    @property
    def position(self) -> int:
        return self._file.tell()

    @cached_property
    def digest(self) -> bytes:
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()

    def close(self) -> None:
        self._file.close()

    def rows(self) -> Iterator[FileRow]:
        for number, raw in self._raw_rows():
            if isinstance(raw, str):
                yield FileRow(number, raw, unread=UNREADABLE)
            else:
                yield FileRow(number, raw, *read(raw, self._form))

    def _raw_rows(self) -> Iterator[RawRow]:
        head = self._file.read(HEAD)
        self._file.seek(len(BOM_UTF8) if head.startswith(BOM_UTF8) else 0)
        head = head.removeprefix(BOM_UTF8).lstrip()
        if not head:
            raise UnreadableFile("the file is empty")
        if head[:1] not in b"[{":
            return delimited_rows(self._file, self._form.readers, self._form.guarded)
        return line_rows(self._file) if _is_row_by_line(head) else document_rows(self._file)


def _is_row_by_line(head: bytes) -> bool:
    """Whether its first line is a row by itself, or, being broken, is at least followed by another."""
    first, _, rest = head.partition(b"\n")
    if (row := parsed(first)) is not None:
        return LISTING not in row
    goes_on = first.rstrip().endswith((b"[", b","))
    return head.startswith(b"{") and rest.lstrip().startswith(b"{") and not goes_on
