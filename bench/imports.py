"""How many document-shaped payments a second an import keeps, from each format."""

import asyncio
import csv
import json
import os
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import psycopg
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

from adapters.clock import SystemClock
from adapters.files.form import COLUMNS
from adapters.files.formats import ImportFile
from adapters.files.refusals import RefusedFile
from adapters.files.seen import SeenOnDisk
from adapters.postgres.engine import open_engine
from adapters.postgres.jobs import SyncJobs
from adapters.postgres.payment_imports import prepared
from adapters.postgres.work import PostgresOpenWork
from core.use_cases.import_payments import ImportPayments
from ports.imports import ImportKind, Tally
from ports.payments import PARTIES, REFERENCES, Entidade

ROWS = int(os.environ.get("IMPORT_ROWS", "100000"))
EMPTY = "TRUNCATE payments, register_entries, audit_entries, audit_unsealed, audit_links"


class Speed(NamedTuple):
    format: str
    tally: Tally
    seconds: float


def payment(number: int, luck: random.Random) -> dict[str, Any]:
    """One with every field that its entidade may have, and the empty ones of the others, as in example 2."""
    entidade = (*Entidade,)[number % len(Entidade)]
    valor, juros, desconto = luck.randrange(1000, 500_000), luck.randrange(500), luck.randrange(900)
    due, settled = date(2024, 1, 1) + timedelta(luck.randrange(600)), bool(luck.randrange(3))
    stamp = f"{due - timedelta(30)} {luck.randrange(24):02}:{luck.randrange(60):02}:{luck.randrange(60):02}"
    fields: dict[str, Any] = {
        "id": str(484_696_308 + number),
        "external_id": f"PAG{484_696_308 + number}",
        "codigo": str(37_602 + number),
        "descricao": f"ALUGUEL IMOVEL - RUA FIRMINO SOARES {number} - PARCELA {number % 12}",
        "valor": _figure(valor),
        "juros": _figure(juros),
        "desconto": _figure(desconto),
        "taxa_banco": "0.00",
        "taxa_operadora": "0.00",
        "valor_total": _figure(valor + juros - desconto),
        "entidade": entidade.value,
        "liquidado": "1" if settled else "0",
        "data_vencimento": str(due),
        "data_liquidacao": str(due + timedelta(2)) if settled else "",
        "data_competencia": str(due),
        "cadastrado_em": stamp,
        "modificado_em": stamp,
        "atributos": [{"chave": "nota", "valor": str(number)}],
    }
    for reference in REFERENCES:
        absent = reference in PARTIES.values() and reference != PARTIES[entidade]
        code = luck.randrange(3000 if reference in PARTIES.values() else 40)
        values = ("", "", "") if absent else (str(code), f"EXT{code}", f"{reference.stem} nº {code} LTDA")
        fields |= zip(reference.fields, values, strict=True)
    return {name: fields[name] for name in COLUMNS}


def _figure(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _ndjson(rows: Sequence[dict[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _json(rows: Sequence[dict[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump({"sucesso": True, "dados": rows}, file, ensure_ascii=False, indent=2)


def _csv(rows: Sequence[dict[str, Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([*[*row.values()][:-1], json.dumps(row["atributos"])] for row in rows)


FORMATS: dict[str, Callable[[Sequence[dict[str, Any]], Path], None]] = {
    "NDJSON": _ndjson,
    "JSON listing": _json,
    "CSV": _csv,
}


def measure_imports(database_url: str, rows: int = ROWS) -> Iterator[Speed]:
    """Each format into empty tables; the last one once more, when nothing is new."""
    luck = random.Random(7)  # noqa: S311
    made = [payment(number, luck) for number in range(rows)]
    with tempfile.TemporaryDirectory(prefix="concilia-bench-") as folder:
        paths = {name: Path(folder, name) for name in FORMATS}
        for name, write in FORMATS.items():
            write(made, paths[name])
        del made
        for name, path in paths.items():
            with psycopg.connect(database_url) as connection:
                connection.execute(EMPTY)
            yield asyncio.run(_import(database_url, path, name))
        yield asyncio.run(_import(database_url, path, f"{name}, again"))


async def _import(database_url: str, path: Path, name: str) -> Speed:
    engine = open_engine(database_url)
    use_case = ImportPayments(PostgresOpenWork(engine, SyncJobs(database_url)), SystemClock(), prepared)
    with (
        closing(ImportFile(path, ImportKind.PAYMENTS)) as file,
        closing(SeenOnDisk()) as seen,
        closing(RefusedFile(path, str)) as refused,
    ):
        began = perf_counter()
        tally = await use_case(file, seen, refused, lambda _: None, by="bench")
        seconds = perf_counter() - began
    await engine.dispose()
    return Speed(name, tally, seconds)


def show_imports(database_url: str) -> None:
    table = Table(
        "file", "rows", "created", "unchanged", "s", "rows/s", title="Import of payments", box=MARKDOWN
    )
    for speed in measure_imports(database_url):
        tally, seconds = speed.tally, speed.seconds
        figures = (tally.rows, tally.created, tally.unchanged)
        table.add_row(
            speed.format,
            *(f"{figure:,}" for figure in figures),
            f"{seconds:.1f}",
            f"{tally.rows / seconds:,.0f}",
        )
    Console().print(table)
