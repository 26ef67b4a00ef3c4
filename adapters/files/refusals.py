"""Refused rows beside their file, as NDJSON that can be mended and imported."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from ports.errors import Fault
from ports.imports import FileRow, RefusedRows

REASONS = "_recusa"
TEXT = "_texto"
"""What stood there where there was no row."""


class RefusedFile(RefusedRows):
    """Made with the first refused row; what an earlier import left there goes."""

    def __init__(self, source: Path, explain: Callable[[Fault], str]) -> None:
        self.path = source.with_name(f"{source.name}.refused.ndjson")
        self.path.unlink(missing_ok=True)
        self._explain = explain
        self._file: TextIO | None = None

    def add(self, row: FileRow, faults: Sequence[Fault]) -> None:
        if self._file is None:
            # Half a surrogate pair is written as JSON's escape for it.
            self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace")
        stated = {TEXT: row.raw} if isinstance(row.raw, str) else {**row.raw}
        reasons = [self._reason(row, fault) for fault in faults]
        self._file.write(json.dumps({**stated, REASONS: reasons}, ensure_ascii=False, default=str) + "\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _reason(self, row: FileRow, fault: Fault) -> Mapping[str, Any]:
        return {
            "linha": row.number,
            "path": list(fault.path),
            "code": fault.code.value,
            "message": self._explain(fault),
        }
