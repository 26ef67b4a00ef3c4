"""Every container that a file of payments may have, told by its content."""

import collections
import json
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.files.formats import ImportFile
from ports.errors import Fault
from ports.imports import FileRow, ImportKind, UnreadableFile
from tests.importing import LISTING, PAYABLE, RECEIVABLE, as_csv, as_ndjson, example, rent, rows_of

EXAMPLES = [RECEIVABLE, PAYABLE, LISTING]
BOM = "\ufeff"


def contained(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    listing = {"sucesso": True, "dados": rows, "paginacao": {"total_registros": len(rows)}}
    return [
        ("list", json.dumps(rows)),
        ("pretty list", json.dumps(rows, indent=2, ensure_ascii=False)),
        ("envelope", json.dumps(listing)),
        ("pretty envelope", json.dumps(listing, indent=4)),
        ("envelope, rows last", json.dumps(dict(reversed(listing.items())))),
        ("envelope, a row a line", json.dumps(listing).replace("[{", "[\n{").replace("}, {", "},\n{")),
        ("objects in a row", "\n".join(json.dumps(row, indent=1) for row in rows)),
        ("ndjson", as_ndjson(rows)),
        ("ndjson, Windows", as_ndjson(rows).replace("\n", "\r\n")),
        ("ndjson, marked, blank lines", BOM + as_ndjson(rows).replace("\n", "\n \n")),
        ("csv", as_csv(rows)),
        ("csv, marked", BOM + as_csv(rows)),
        ("csv, semicolon", as_csv(rows, ";")),
        ("csv, unix lines", as_csv(rows).replace("\r\n", "\n")),
    ]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    # The name says nothing: the content does.
    return tmp_path / "file.txt"


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("example_path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_as_they_stand_in_the_document(example_path: Path) -> None:
    (row,) = rows_of(example_path)
    assert (row.raw, row.unread) == (example(example_path), [])


ROWS = [example(path) for path in EXAMPLES]
CONTAINERS = contained(ROWS)


@pytest.mark.parametrize(("name", "content"), CONTAINERS, ids=[name for name, _ in CONTAINERS])
def test_every_container_says_the_same(path: Path, name: str, content: str) -> None:
    read = rows_of(written(path, content))
    expected = rows_of(written(path, json.dumps(ROWS)))
    stated = [{name: value for name, value in row.values.items() if value != ()} for row in read]
    assert stated == [{n: v for n, v in row.values.items() if v != ()} for row in expected]
    assert len(stated) == 3
    assert not any(row.unread for row in read)
    assert [row.number for row in read] == sorted({row.number for row in read})


@pytest.mark.parametrize("content", ["[]", '{"sucesso": true, "dados": []}', as_csv([])])
def test_no_rows(path: Path, content: str) -> None:
    assert rows_of(written(path, content)) == []


def test_an_object_without_fields_is_a_row(path: Path) -> None:
    assert [row.raw for row in rows_of(written(path, "[{}, {}]"))] == [{}, {}]


def unreadable(rows: list[FileRow]) -> list[tuple[int, Any]]:
    return [(row.number, row.raw) for row in rows if isinstance(row.raw, str)]


def test_a_broken_line_is_one_refused_row(path: Path) -> None:
    good = json.dumps(rent())
    rows = rows_of(written(path, f'{good}\n{{"valor": \n[1]\n{good}\nnull'))
    assert unreadable(rows) == [(2, '{"valor":'), (3, "[1]"), (5, "null")]
    assert all(row.unread == (Fault(row.unread[0].code),) for row in rows if isinstance(row.raw, str))
    assert len(rows) == 5


def test_a_broken_first_line_hides_no_other(path: Path) -> None:
    rows = rows_of(written(path, f'{{"valor": \n{json.dumps(rent())}\n'))
    assert (unreadable(rows), len(rows)) == ([(1, '{"valor":')], 2)


def test_a_line_that_is_no_utf8_is_one_refused_row(path: Path) -> None:
    rows = rows_of(written(path, b'{"nome_loja": "a"}\n{"nome_loja": "\xe7"}\n{"nome_loja": "b"}\n'))
    assert unreadable(rows) == [(2, '{"nome_loja": "\udce7"}')]


def test_a_byte_that_is_no_utf8_spoils_one_text_of_a_document(path: Path) -> None:
    rows = rows_of(written(path, b'[{"nome_loja": "\xe7"}, {"nome_loja": "b"}]'))
    assert [row.values["nome_loja"] for row in rows] == ["\udce7", "b"]


def test_ragged_and_misquoted_rows_of_a_table(path: Path) -> None:
    table = 'valor,descricao\n1.00,um\n2.00\n3.00,"tres"x\n4.00,"qua\n\ntro"\n\n5.00,cinco,5\n6.00,seis\n'
    rows = rows_of(written(path, table))
    assert unreadable(rows) == [(3, "2.00"), (4, '3.00,"tres"x'), (9, "5.00,cinco,5")]
    assert [row.values["descricao"] for row in rows if row.values] == ["um", "qua\n\ntro", "seis"]
    assert [row.number for row in rows] == [2, 3, 4, 5, 9, 10]


def test_the_guard_of_a_table_is_taken_off(path: Path) -> None:
    table = "descricao,valor\n'=SOMA(A1),-1.00\n''+x,2.00\n'aspas,3.00\n"
    rows = rows_of(written(path, table))
    assert [row.values["descricao"] for row in rows] == ["=SOMA(A1)", "'+x", "'aspas"]
    assert rows[0].values["valor"] == Decimal("-1.00")


BROKEN = [
    pytest.param("", 0, "empty", id="empty"),
    pytest.param(" \n ", 0, "empty", id="blank"),
    pytest.param("nome,valores\n1,2\n", 0, "neither JSON nor a CSV", id="no known name"),
    pytest.param("valor,valor\n1,2\n", 0, "stands twice", id="a name twice"),
    pytest.param("PK\x03\x04 a workbook", 0, "neither JSON nor a CSV", id="a workbook"),
    pytest.param("valor\x93\rdescricao\x11\n1,2\n", 0, "neither JSON nor a CSV", id="bytes of anything"),
    pytest.param("x" * 200_000 + "\n", 0, "neither JSON nor a CSV", id="an endless name"),
    pytest.param('[{"valor": 1}, {"valor": 2}, {"val', 2, "cannot be read on from", id="cut off"),
    pytest.param('[{"valor": 1}', 1, "ends too early", id="no end"),
    pytest.param('[{"valor": 1}, ]', 1, "cannot be read on from ']'", id="a comma too many"),
    pytest.param('[{"valor": 1} {"valor": 2}]', 1, "cannot be read on", id="a comma too few"),
    pytest.param('{"dados": [{"valor": 1}], "sucesso" true}', 1, "cannot be read on", id="no colon"),
    pytest.param('{\n"dados": [{"valor": NaN}]}', 0, "cannot be read on", id="not a number"),
    pytest.param('[{"valor": 1}, ' + '{"a":' * 100_000, 1, "cannot be read on", id="endless nesting"),
    pytest.param('[{"valor": 1}]x', 1, "cannot be read on", id="something behind"),
    pytest.param('valor,descricao\n1,um\n2,"' + "x\n" * 3_000_000, 1, "has no end", id="an open quote"),
    pytest.param('{"valor": 1}\n' + "x" * 5_000_000, 1, "is longer than", id="an endless line"),
    pytest.param(
        '[{"valor": 1}, {"descricao": "' + "x" * 9_000_000, 1, "cannot be read on", id="an endless text"
    ),
]


@pytest.mark.parametrize(("content", "kept", "message"), BROKEN)
def test_what_stands_before_the_break_is_kept(path: Path, content: str, kept: int, message: str) -> None:
    read: list[FileRow] = []
    with closing(ImportFile(written(path, content), ImportKind.PAYMENTS)) as file:
        rows = file.rows()
        with pytest.raises(UnreadableFile, match=message):
            collections.deque(map(read.append, rows))
    assert len(read) == kept


def test_rows_across_the_windows_of_a_document(path: Path) -> None:
    rows = [{"codigo": n, "descricao": "é" * 700_000, "valor": Decimal(n)} for n in range(5)]
    text = json.dumps(rows, default=int, ensure_ascii=False)
    assert [row.values["codigo"] for row in rows_of(written(path, text))] == ["0", "1", "2", "3", "4"]
    assert [len(row.values["descricao"]) for row in rows_of(path)] == [700_000] * 5
