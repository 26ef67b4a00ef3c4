"""The command line as people use it: real processes, in a folder of their own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import psycopg
import pytest

from tests.integration.embedded_users import gone

CONCILIA = Path(sys.executable).parent / "concilia"


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder that every user can reach, as a checkout's is."""
    with tempfile.TemporaryDirectory(prefix="concilia-home-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def environment(**changes: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "OMIE_WINDOW_SECONDS": "0.2", **changes}


def concilia(home: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CONCILIA, *arguments],
        cwd=home,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    server.terminate()
    raise AssertionError(server.communicate(timeout=30)[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_serve_prints_tokens_works_and_leaves_nothing(
    home: Path, number: signal.Signals, workers: str
) -> None:
    port = free_port()
    server = subprocess.Popen(
        [CONCILIA, "serve"],
        cwd=home,
        env=environment(PORT=str(port), WEB_CONCURRENCY=workers),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_ready(port, server)
    finally:
        server.send_signal(number)
        _, printed = server.communicate(timeout=30)
    token = printed.split("token of CFO:\n")[1].split("\n")[0]
    assert f"http://127.0.0.1:{port}/graphql" in printed
    assert len(token.split(".")) == 3
    assert gone(home / ".local")


class Refusing(BaseHTTPRequestHandler):
    """An Omie that knows nobody, and echoes the key as the real one may."""

    def do_POST(self) -> None:
        text = "ERROR: A chave de acesso esta invalida [123-key]"
        body = json.dumps({"faultstring": text, "faultcode": "SOAP-ENV:Server"}).encode()
        self.send_response(403)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


def test_refused_credentials_end_a_sync_without_being_shown(home: Path) -> None:
    omie = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=omie.serve_forever, daemon=True).start()
    keys = {"OMIE_APP_KEY": "123-key", "OMIE_APP_SECRET": "very-secret-value"}
    address = f"http://127.0.0.1:{omie.server_port}/api/v1"
    refused = concilia(home, "sync", "--wait", **keys, OMIE_BASE_URL=address)
    omie.shutdown()
    omie.server_close()
    assert (refused.returncode, "check OMIE_APP_KEY" in refused.stderr) == (1, True)
    assert "very-secret-value" not in refused.stderr + refused.stdout
    assert "123-key" not in refused.stderr + refused.stdout


def test_demo_data_stands_in_the_way_of_a_real_erp_until_it_is_cleared(home: Path) -> None:
    keys = {"OMIE_APP_KEY": "123", "OMIE_APP_SECRET": "456", "PORT": str(free_port())}
    assert concilia(home, "sync", "--wait").returncode == 0
    refused = concilia(home, "serve", **keys)
    assert refused.returncode == 1
    assert "concilia demo clear" in refused.stderr
    cleared = concilia(home, "demo", "clear")
    assert (cleared.returncode, "demo rows deleted" in cleared.stderr) == (0, True)
    assert concilia(home, "demo", "clear").stderr.startswith("0 demo rows deleted")


def test_tokens_are_for_development_only(home: Path) -> None:
    made = concilia(home, "token", "--role", "cfo", "--subject", "ana")
    assert (made.returncode, made.stdout.count(".")) == (0, 2)
    production = {"APP_ENV": "production", "DATABASE_URL": "postgresql://h/d", "AUTH_JWT_SECRET": "s" * 32}
    assert concilia(home, "token", "--role", "cfo", **production).returncode == 1


def test_a_wrong_setting_is_one_line(home: Path) -> None:
    stopped = concilia(home, "serve", PORT="eighty")
    assert stopped.returncode == 1
    assert stopped.stderr.startswith("concilia: PORT: ")
    assert stopped.stderr.count("\n") == 1


def test_a_database_that_is_away_is_one_line(home: Path) -> None:
    stopped = concilia(home, "serve", DATABASE_URL="postgresql://127.0.0.1:9/nothing")
    assert (stopped.returncode, stopped.stderr) == (1, "concilia: the database does not answer\n")


def test_a_configured_database_is_migrated_by_command_alone(home: Path, server: str) -> None:
    name = f"bare_{os.getpid()}_{time.monotonic_ns()}"
    _create(server, name)
    address = server.replace("/concilia?", f"/{name}?")
    before = concilia(home, "serve", DATABASE_URL=address)
    assert (before.returncode, "concilia migrate" in before.stderr) == (1, True)
    assert concilia(home, "migrate", DATABASE_URL=address).returncode == 0
    refused = concilia(home, "sync", DATABASE_URL=address)
    assert (refused.returncode, "OMIE_APP_KEY" in refused.stderr) == (1, True)


def _create(server: str, name: str) -> None:

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")


def test_a_sync_shows_how_far_how_fast_and_how_long(home: Path) -> None:
    first = concilia(home, "sync", "--wait", OMIE_PAGE_SIZE="20")
    assert (first.returncode, "FULL SUCCESS" in first.stderr) == (0, True)
    shown = re.search(r"100 % +([0-9.]+) pages/s +0:0[0-9]:[0-9]{2} +0:00:00 +left", first.stderr)
    assert shown
    assert float(shown[1]) > 1
    assert "INCREMENTAL SUCCESS" in concilia(home, "sync", "--wait").stderr
    assert "FULL SUCCESS" in concilia(home, "sync", "--wait", "--full").stderr


def test_schema_and_sql_are_printed(home: Path) -> None:
    assert "type Query" in concilia(home, "schema").stdout
    assert "CREATE TABLE payments" in concilia(home, "migrate", "--sql").stdout


def test_a_worker_elsewhere_carries_out_a_sync(home: Path) -> None:
    worker = subprocess.Popen(
        [CONCILIA, "worker"], cwd=home, env=environment(), stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 30
        while not (home / ".local" / "pg").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert concilia(home, "sync").returncode == 0
        time.sleep(3)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=30)
    again = concilia(home, "sync", "--wait")
    assert (worker.returncode, "SUCCESS" in again.stderr) == (0, True)
    assert gone(home / ".local")
