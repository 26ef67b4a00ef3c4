"""`concilia export payments` as people use it: real processes."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from openpyxl.reader.excel import load_workbook

from tests.integration.test_commands import CONCILIA, concilia, environment
from tests.many_payments import fill

MEASURED = """
import re, sys
from pathlib import Path
import commands
try:
    commands.run()
finally:
    print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


@pytest.fixture
def filled(database_url: str) -> str:
    fill(database_url, 20_000)
    return database_url


def left(folder: Path) -> list[str]:
    """What lies in a folder, but for the installation's own."""
    return [path.name for path in folder.iterdir() if path.name != ".local"]


def export(
    home: Path, address: str, *options: str, what: str = "payments"
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [CONCILIA, "export", what, *options],
        cwd=home,
        env=environment(DATABASE_URL=address),
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_file_goes_to_stdout_or_where_it_is_told(tmp_path: Path, database_url: str) -> None:
    fill(database_url, 30)
    printed = export(tmp_path, database_url)
    assert (printed.returncode, printed.stderr) == (0, b"")
    assert len(json.loads(printed.stdout)["dados"]) == 30
    kept = export(tmp_path, database_url, "--output", "p.json")
    assert (kept.returncode, kept.stdout, kept.stderr) == (0, b"", b"")
    assert (tmp_path / "p.json").read_bytes() == printed.stdout
    assert left(tmp_path) == ["p.json"]


@pytest.mark.parametrize(
    ("options", "beginning"),
    [
        (["--output", "p.csv"], b"\xef\xbb\xbfid,"),
        (["--output", "P.XLSX"], b"PK"),
        (["--output", "p"], b'{\n"sucesso"'),
        (["--output", "p.csv", "--format", "json"], b'{\n"sucesso"'),
    ],
)
def test_the_extension_names_the_format(
    tmp_path: Path, database_url: str, options: list[str], beginning: bytes
) -> None:
    assert export(tmp_path, database_url, *options).returncode == 0
    assert (tmp_path / options[1]).read_bytes().startswith(beginning)


def test_a_workbook_by_stdout_is_whole(tmp_path: Path, database_url: str) -> None:
    fill(database_url, 3)
    made = export(tmp_path, database_url, "--format", "xlsx", "--filter", '{"codigo": ["2"]}')
    sheet = load_workbook(io.BytesIO(made.stdout)).active
    assert sheet is not None
    assert sheet.max_row == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--filter", '{"entidade": ["Z"]}'], "filter.entidade"),
        (["--filter", "{"], "not valid JSON"),
        (["--output", "p.xls"], "--format"),
        (["--format", "pdf"], "pdf"),
        (["--output", "."], "directory"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, options: list[str], said: str) -> None:
    refused = concilia(tmp_path, "export", "payments", *options)
    assert (refused.returncode, said in refused.stderr, refused.stdout) == (2, True, "")
    assert left(tmp_path) == []


def test_a_month_is_a_workbook(tmp_path: Path, database_url: str) -> None:
    options = ("2026-11", "--basis", "RECEIVED", "--output", "month.xlsx")
    made = export(tmp_path, database_url, *options, what="reconciliation")
    assert (made.returncode, made.stdout, made.stderr) == (0, b"", b"")
    sheet = load_workbook(tmp_path / "month.xlsx").active
    assert sheet is not None
    assert sheet["A1"].value == "id"


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path, database_url: str) -> None:
    refused = export(tmp_path, database_url, "--output", "no/p.csv")
    assert (refused.returncode, refused.stderr) == (1, b"concilia: no/p.csv: No such file or directory\n")


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "p.json").write_text("old")
    away = export(tmp_path, "postgresql://127.0.0.1:9/nothing", "--output", "p.json")
    assert (away.returncode, away.stderr) == (1, b"concilia: the database does not answer\n")
    assert (tmp_path / "p.json").read_text() == "old"
    assert export(tmp_path, database_url, "--output", "p.json").returncode == 0
    assert (tmp_path / "p.json").read_text().startswith('{\n"sucesso"')
    assert left(tmp_path) == ["p.json"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_stops_it_finds_nothing_half_done(tmp_path: Path, filled: str, number: signal.Signals) -> None:
    """Caught in the middle: the part is there, and grows."""
    making = subprocess.Popen(
        [CONCILIA, "export", "payments", "--output", "p.json"],
        cwd=tmp_path,
        env=environment(DATABASE_URL=filled),
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not any(
        part.stat().st_size for part in tmp_path.glob(".p.json.*.part")
    ):
        time.sleep(0.005)
    making.send_signal(number)
    making.communicate(timeout=30)
    assert making.returncode not in (0, None)
    assert left(tmp_path) == []


def test_a_reader_who_has_enough_ends_it_quietly(tmp_path: Path, filled: str) -> None:
    making = subprocess.Popen(
        [CONCILIA, "export", "payments"],
        cwd=tmp_path,
        env=environment(DATABASE_URL=filled),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert making.stdout
    assert making.stderr
    assert making.stdout.read(11) == b'{\n"sucesso"'
    making.stdout.close()
    assert making.wait(timeout=30) == 1
    assert b"Traceback" not in making.stderr.read()
    making.stderr.close()


def test_a_device_is_written_to_and_stays(tmp_path: Path, database_url: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    making = subprocess.Popen(
        [CONCILIA, "export", "payments", "--output", str(pipe)],
        env=environment(DATABASE_URL=database_url),
        cwd=tmp_path,
    )
    assert pipe.read_bytes().startswith(b'{\n"sucesso"')
    assert making.wait(timeout=30) == 0
    assert pipe.is_fifo()


def test_progress_is_for_terminals(tmp_path: Path, database_url: str) -> None:
    fill(database_url, 30)
    ours, theirs = pty.openpty()
    made = subprocess.run(
        [CONCILIA, "export", "payments", "--output", "p.json"],
        cwd=tmp_path,
        env=environment(DATABASE_URL=database_url, TERM="xterm"),
        stderr=theirs,
        timeout=60,
        check=False,
    )
    os.close(theirs)
    assert made.returncode == 0
    assert b"kB" in os.read(ours, 65536)
    os.close(ours)


@pytest.mark.parametrize("format", ["json", "csv", "xlsx"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, filled: str, format: str) -> None:
    """The most that a real process ever held, with one row and with 20,000 (11 MB of text)."""
    # In a new installation the first process compiles this, which takes some megabytes.
    subprocess.run([sys.executable, "-c", "import xlsxwriter"], env=environment(), check=True)

    def peak(*options: str) -> int:
        made = subprocess.run(
            [sys.executable, "-c", MEASURED, "export", "payments", "--output", f"p.{format}", *options],
            cwd=tmp_path,
            env=environment(DATABASE_URL=filled),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return int(made.stderr.split()[-1])

    assert peak() - peak("--filter", '{"codigo": ["1"]}') < 12_000
