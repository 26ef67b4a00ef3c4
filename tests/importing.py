"""Files to import, and an import in this process."""

import csv
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from adapters.files.form import COLUMNS, FREE_TEXTS, guarded
from adapters.files.formats import ImportFile
from adapters.files.refusals import RefusedFile
from adapters.files.seen import SeenOnDisk
from bootstrap import COMMANDS, Assembly
from ports.errors import Fault
from ports.imports import FileRow, ImportKind, Tally
from ports.paging import PageRequest
from ports.payments import PaymentFilter, PaymentRecord
from ports.work import OpenWork
from tests.integration.records import TODAY

EXAMPLES = Path(__file__).parent / "examples"
RECEIVABLE, PAYABLE, LISTING = (
    EXAMPLES / name for name in ("1_receivable.json", "2_payable.json", "3_listing.json")
)
USE_CASES = {use_case.__name__: use_case for use_case in COMMANDS}

Row = Mapping[str, Any]


class Imported(NamedTuple):
    tally: Tally
    refused: list[dict[str, Any]]

    @property
    def reasons(self) -> list[tuple[int, str, str]]:
        """(line, code, path) of all that was refused."""
        return [
            (reason["linha"], reason["code"], ".".join(reason["path"]))
            for row in self.refused
            for reason in row["_recusa"]
        ]


def example(path: Path) -> dict[str, Any]:
    """The payment of one of the document's examples."""
    stated = json.loads(path.read_text(encoding="utf-8"))
    return dict(stated["dados"][0] if "dados" in stated else stated)


def copied(path: Path, folder: Path) -> Path:
    """Refused rows are written beside a file."""
    return Path(shutil.copy(path, folder))


def rent(**changes: Any) -> dict[str, Any]:
    """The payment of example 3, other than that."""
    return {**example(LISTING), **changes}


def as_ndjson(rows: Iterable[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: Iterable[Row], delimiter: str = ",") -> str:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, delimiter=delimiter)
    writer.writeheader()
    for row in rows:
        texts = {name: guarded(text) for name, text in row.items() if name in FREE_TEXTS}
        writer.writerow({**row, **texts, "atributos": json.dumps(row.get("atributos", []))})
    return text.getvalue()


def rows_of(path: Path, kind: ImportKind = ImportKind.PAYMENTS) -> list[FileRow]:
    with closing(ImportFile(path, kind)) as file:
        return list(file.rows())


def refused_beside(path: Path) -> list[dict[str, Any]]:
    beside = path.with_name(f"{path.name}.refused.ndjson")
    lines = beside.read_text(encoding="utf-8").splitlines() if beside.exists() else []
    return [json.loads(line) for line in lines]


async def on_file(assembly: Assembly, **where: Any) -> list[PaymentRecord]:
    """By codigo."""
    async with assembly.get(OpenWork)() as work:
        found = await work.payments.page(PaymentFilter(**where), (), PageRequest(5000), TODAY)
    return sorted(found.items, key=lambda payment: payment.codigo or "")


async def import_path(assembly: Assembly, path: Path, kind: ImportKind = ImportKind.PAYMENTS) -> Imported:
    use_case: Any = assembly.get(USE_CASES[f"Import{kind.value.title()}"])
    with (
        closing(ImportFile(path, kind)) as file,
        closing(SeenOnDisk()) as seen,
        closing(RefusedFile(path, _say)) as refused,
    ):
        tally = await use_case(file, seen, refused, lambda _: None, by="ana")
    return Imported(tally, refused_beside(path))


async def import_rows(
    assembly: Assembly, folder: Path, rows: Sequence[Any], kind: ImportKind = ImportKind.PAYMENTS
) -> Imported:
    path = folder / "rows.ndjson"
    path.write_text(as_ndjson(rows), encoding="utf-8")
    return await import_path(assembly, path, kind)


def _say(fault: Fault) -> str:
    return fault.code.value
