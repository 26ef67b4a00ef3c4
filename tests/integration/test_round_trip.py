"""What is imported is exported again: the document's own listing, and every format into each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_commands import concilia

EXAMPLE = Path(__file__).parents[1] / "examples" / "3_listing.json"


def exported(folder: Path, address: str) -> dict[str, Any]:
    answer = concilia(folder, "export", "payments", DATABASE_URL=address)
    assert answer.returncode == 0
    return dict(json.loads(answer.stdout))


def without_ids(listing: dict[str, Any]) -> dict[str, Any]:
    rows = [{name: value for name, value in row.items() if name != "id"} for row in listing["dados"]]
    return {**listing, "dados": rows}


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_listing_of_the_document(tmp_path: Path, database_url: str, form: str) -> None:
    listing = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert concilia(tmp_path, "import", str(EXAMPLE), DATABASE_URL=database_url).returncode == 0
    first = exported(tmp_path, database_url)
    assert without_ids(first) == without_ids(listing)
    assert first["dados"][0]["id"].startswith("payment_")
    file = tmp_path / f"again.{form}"
    written = concilia(tmp_path, "export", "payments", "--output", file.name, DATABASE_URL=database_url)
    assert written.returncode == 0
    again = concilia(tmp_path, "import", file.name, DATABASE_URL=database_url)
    assert (again.returncode, "1 unchanged" in again.stderr) == (0, True)
    assert exported(tmp_path, database_url) == first
