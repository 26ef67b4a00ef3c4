"""The house's plan holds, and each of its contracts would notice a breach."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("adapters", "core", "graphql_api", "migrations", "ports")
CODE = sorted(
    path
    for path in ROOT.rglob("*.py")
    if not {".venv", ".tools", ".local", "build", "node_modules"} & set(path.relative_to(ROOT).parts)
)

PLANTED = [
    ("ground", "ports/money.py", "import core.payment"),
    ("core", "core/payment.py", "import adapters.clock"),
    ("core", "core/contract.py", "def late():\n    import graphql_api.roles"),
    ("adapters", "adapters/clock.py", "import core.payment"),
    ("graphql", "graphql_api/roles.py", "import adapters.tokens"),
    ("siblings", "adapters/omie/gateway.py", "import adapters.postgres.quota"),
    ("pure", "core/payment.py", "import sqlalchemy"),
    ("pure", "ports/work.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import httpx"),
    ("assembly", "core/payment.py", "import punq"),
    ("assembly", "adapters/clock.py", "import settings"),
    ("acyclic", "ports/errors.py", "import ports.work"),
]


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-cache", *options], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages, to break."""
    copy = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_the_contracts_hold(house: Path) -> None:
    assert lint(house).returncode == 0


@pytest.mark.parametrize(("contract", "file", "breach"), PLANTED, ids=[f"{c}-{f}" for c, f, _ in PLANTED])
def test_a_planted_breach_is_found(house: Path, contract: str, file: str, breach: str) -> None:
    place = house / file
    sound = place.read_text(encoding="utf-8")
    place.write_text(f"{sound}\n{breach}\n", encoding="utf-8")
    try:
        assert lint(house, "--contract", contract).returncode == 1
    finally:
        place.write_text(sound, encoding="utf-8")


def test_only_the_bootstrap_knows_punq() -> None:
    users = {
        path.name
        for path in CODE
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import) and any(name.name == "punq" for name in node.names)
    }
    assert users == {"bootstrap.py"}


def test_files_and_functions_stay_small() -> None:
    long = []
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 250:
            long.append(str(path))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                length = (node.end_lineno or node.lineno) - node.lineno
                if length > 50:
                    long.append(f"{path}:{node.lineno}")
    assert long == []
