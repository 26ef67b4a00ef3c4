"""Payments as files, whatever their format."""

from collections.abc import AsyncGenerator, AsyncIterable
from enum import StrEnum
from typing import Protocol

from ports.payments import PaymentRecord


class ExportFormat(StrEnum):
    """Each value is also the extension of a file's name."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class PaymentExports(Protocol):
    def pieces(
        self, format: ExportFormat, payments: AsyncIterable[PaymentRecord]
    ) -> AsyncGenerator[bytes, None]:
        """The file, piece by piece; however many payments there are, few are in memory at once."""
        ...
