"""`concilia import` as people use it: real processes, also such as are killed."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import new_database
from tests.importing import LISTING, as_csv, as_ndjson, copied, refused_beside, rent
from tests.integration.test_commands import CONCILIA, concilia, environment, home

__all__ = ["home"]

COUNT = b"SELECT count(*) FROM payments"
CONTENTS = (
    b"SELECT (to_jsonb(p) - 'id' - 'modificado_em')::text FROM payments p ORDER BY 1",
    b"SELECT (to_jsonb(r) - 'id')::text FROM register_entries r ORDER BY 1",
    (
        b"SELECT action, facts::text, personal::text FROM audit_entries "
        b"WHERE kind IN ('payment', 'reference') ORDER BY 1, 2, 3"
    ),
)


def many(count: int) -> Iterator[dict[str, Any]]:
    """Rows of which every other one has no external id, and every hundredth is refused."""
    for number in range(count):
        row = rent(codigo=str(number), external_id=f"X{number}" if number % 2 else "")
        yield row | {"valor": "x"} if number % 100 == 99 else row


def contents(address: str) -> list[list[Any]]:
    with psycopg.connect(address) as connection:
        return [connection.execute(query).fetchall() for query in CONTENTS]


@pytest.fixture
def fresh_url(server: str) -> Iterator[str]:
    """A second database of the test's own."""
    address = new_database(server)
    yield address
    name = address.split("?")[0].rsplit("/", 1)[1]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_into_the_embedded_database_and_again(home: Path) -> None:
    file = copied(LISTING, home)
    first, second = concilia(home, "import", file.name), concilia(home, "import", file.name)
    assert (first.returncode, first.stderr.strip()) == (0, "1 created, 0 updated, 0 unchanged, 0 refused")
    assert (second.returncode, second.stderr.strip()) == (0, "0 created, 0 updated, 1 unchanged, 0 refused")


def test_refused_rows_are_told(home: Path, database_url: str) -> None:
    file = home / "rows.csv"
    file.write_text(as_csv([rent(), rent(valor="1", valor_total="2.00", external_id="2")]) + "ragged\n")
    done = concilia(home, "import", "rows.csv", DATABASE_URL=database_url)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "1 created, 0 updated, 0 unchanged, 2 refused",
        "the refused rows are in rows.csv.refused.ndjson",
    ]
    mismatch, ragged = refused_beside(file)
    assert mismatch["_recusa"] == [
        {
            "linha": 3,
            "path": ["valor_total"],
            "code": "TOTAL_MISMATCH",
            "message": "O total enviado, 2.00, não confere com o calculado, -67.56.",
        }
    ]
    reason = {"linha": 4, "path": [], "code": "INVALID", "message": "Registro ilegível."}
    assert ragged == {"_texto": "ragged", "_recusa": [reason]}


def test_clients_then_contracts(home: Path, database_url: str) -> None:
    (home / "c.json").write_text('[{"name": "Padaria", "document": "11.222.333/0001-81"}]')
    (home / "k.csv").write_text(
        "external_id,client_document,title,mrr,starts_on\nC1,11222333000181,Suporte,10.00,2026-01-01\n"
    )
    for file, kind in (("c.json", "clients"), ("k.csv", "contracts")):
        done = concilia(home, "import", file, "--kind", kind, DATABASE_URL=database_url)
        assert (done.returncode, done.stderr.splitlines()[0][:9]) == (0, "1 created")
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT action FROM audit_entries WHERE kind <> 'rule'").fetchall()
    assert {action for (action,) in found} == {"importClients", "importContracts"}


@pytest.mark.parametrize(
    ("content", "summary", "complaint"),
    [
        (json.dumps([rent(), rent(external_id="2")])[:-9], "1 created", "cannot be read on"),
        ("", "0 created", "the file is empty"),
        ("a,b\n1,2\n", "0 created", "neither JSON nor a CSV"),
    ],
    ids=["cut off", "empty", "something else"],
)
def test_a_file_that_breaks_off_is_one_error(
    home: Path, database_url: str, content: str, summary: str, complaint: str
) -> None:
    (home / "rows").write_text(content)
    done = concilia(home, "import", "rows", DATABASE_URL=database_url)
    told, error = done.stderr.splitlines()
    assert (done.returncode, told[:9], complaint in error) == (1, summary, True)
    assert error.startswith("concilia: ")


def test_no_such_file(home: Path) -> None:
    done = concilia(home, "import", "nothing.json")
    assert (done.returncode, done.stderr) == (1, "concilia: nothing.json: No such file or directory\n")


def test_a_database_that_is_away(home: Path) -> None:
    file = copied(LISTING, home)
    done = concilia(home, "import", file.name, DATABASE_URL="postgresql://127.0.0.1:9/nothing")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "concilia: the database does not answer"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_stopped_anywhere_and_run_again(
    home: Path, database_url: str, fresh_url: str, number: signal.Signals
) -> None:
    (home / "rows.ndjson").write_text(as_ndjson(many(12_000)))
    with psycopg.connect(database_url, autocommit=True) as connection:
        process = subprocess.Popen(
            [CONCILIA, "import", "rows.ndjson"],
            cwd=home,
            env=environment(DATABASE_URL=database_url),
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while not (kept := _count(connection)) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        assert process.wait(timeout=30) != 0
        assert 0 < kept <= _count(connection) < 11_880
    again = concilia(home, "import", "rows.ndjson", DATABASE_URL=database_url)
    assert (again.returncode, " updated, " in again.stderr, "0 updated" in again.stderr) == (2, True, True)
    undisturbed = concilia(home, "import", "rows.ndjson", DATABASE_URL=fresh_url)
    assert undisturbed.stderr.splitlines()[0] == "11880 created, 0 updated, 0 unchanged, 120 refused"
    assert contents(database_url) == contents(fresh_url)


def _count(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(COUNT).fetchone()
    return int(row[0]) if row else 0


def test_memory_does_not_grow_with_the_file(home: Path, database_url: str) -> None:
    peaks = []
    for count in (10_000, 50_000):
        with (home / "rows.json").open("w") as file:
            file.write('{"sucesso": true, "dados": [\n')
            file.writelines(
                json.dumps(row) + (",\n" if row["codigo"] != str(count - 1) else "\n") for row in many(count)
            )
            file.write("]}")
        process = subprocess.Popen(
            [CONCILIA, "import", "rows.json"],
            cwd=home,
            env=environment(DATABASE_URL=database_url),
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 2
        peaks.append(usage.ru_maxrss)
    # Kilobytes: forty thousand rows more are about 70 MB of file, and more than 200 MB of objects.
    assert peaks[1] < peaks[0] + 20_000, peaks
