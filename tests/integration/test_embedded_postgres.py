"""The embedded server against the real thing: real processes, real kills."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from adapters.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from adapters.embedded_postgres.accounts import SHARED_FOLDER
from adapters.embedded_postgres.places import Places
from tests.integration.embedded_users import (
    SITE,
    end,
    gone,
    open_folder,
    postmaster,
    processes,
    rows,
    soon,
    url_of,
    user,
    watchdogs,
    write,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as somebody else")


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A state folder that isn't there yet."""
    with open_folder() as state:
        yield state
        assert gone(state)


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    with open_folder() as state:
        yield state


@pytest.fixture
def state(shared: Path) -> Iterator[Path]:
    """A state folder in which a server may have run, but runs no more."""
    yield shared
    assert gone(shared)


def test_a_fresh_folder_gives_a_real_server(fresh: Path) -> None:
    with EmbeddedPostgres(fresh, durable=False) as url, psycopg.connect(url) as connection:
        facts = connection.execute(
            "SELECT version(), current_setting('TimeZone'), current_database()"
        ).fetchone()
        assert facts is not None
        assert facts[0].startswith("PostgreSQL 18.")
        assert facts[1:] == ("UTC", "concilia")
        letters = connection.execute("SELECT upper('ção'), 'Z' < 'a', current_setting('fsync')").fetchone()
        assert letters == ("ÇÃO", True, "off")


def test_a_restart_keeps_rows_and_a_stop_leaves_no_process(state: Path) -> None:
    server = EmbeddedPostgres(state, durable=False)
    write(server.start())
    server.stop()
    assert not Path(state, "pg", "postmaster.pid").exists()
    assert gone(state)
    assert rows(server.start()) == 1000
    server.stop()
    server.stop()


def test_a_dropped_database_is_made_again(state: Path) -> None:
    with EmbeddedPostgres(state, durable=False) as url:
        with psycopg.connect(url.replace("/concilia?", "/postgres?"), autocommit=True) as connection:
            connection.execute("DROP DATABASE concilia")
        with EmbeddedPostgres(state, durable=False) as again, psycopg.connect(again):
            pass


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_a_user_however_it_ends(state: Path, how: signal.Signals) -> None:
    process = user(state)
    write(url_of(process))
    end(process, how)
    assert gone(state)
    with EmbeddedPostgres(state, durable=False) as url:
        assert rows(url) == 1000


def test_a_user_killed_while_starting_leaves_nothing_and_half_a_database_is_redone(fresh: Path) -> None:
    process = user(fresh)
    assert soon(Path(fresh, "pg.new", "global").exists)
    end(process, signal.SIGKILL)
    assert gone(fresh)
    assert not Path(fresh, "pg").exists()
    with EmbeddedPostgres(fresh, durable=False) as url, psycopg.connect(url):
        assert not Path(fresh, "pg.new").exists()


def test_a_killed_server_is_started_again(state: Path) -> None:
    first, second = EmbeddedPostgres(state, durable=False), EmbeddedPostgres(state, durable=False)
    write(first.start())
    os.kill(postmaster(state), signal.SIGKILL)
    assert rows(second.start()) == 1000
    first.stop()
    second.stop()


def test_pid_files_that_name_a_living_stranger_are_stale(state: Path) -> None:
    server = EmbeddedPostgres(state, durable=False)
    write(server.start())
    dead = postmaster(state)
    os.kill(dead, signal.SIGKILL)
    files = [Path(state, "pg", "postmaster.pid"), Places(state).sockets / ".s.PGSQL.5432.lock"]
    left = [file.read_text() for file in files]
    server.stop()
    for file, text in zip(files, left, strict=True):
        file.write_text(text.replace(str(dead), str(os.getpid()), 1))
    assert rows(server.start()) == 1000
    server.stop()


def test_the_server_stays_until_its_last_user_leaves(state: Path) -> None:
    first, second = EmbeddedPostgres(state, durable=False), EmbeddedPostgres(state, durable=False)
    assert first.start() == second.start()
    leader = postmaster(state)
    first.stop()
    assert postmaster(state) == leader
    with psycopg.connect(second.start()):
        assert len(watchdogs(state)) == 1
    second.stop()
    assert gone(state)


def test_six_at_once_share_one_server(fresh: Path) -> None:
    starting = [user(fresh) for _ in range(6)]
    for url in [url_of(process) for process in starting]:
        with psycopg.connect(url):
            pass
    assert len(watchdogs(fresh)) == 1
    with ThreadPoolExecutor() as pool:
        list(pool.map(end, starting))
    assert not Path(fresh, "pg", "postmaster.pid").exists()


def test_a_killed_watchdog_is_replaced_by_the_next_user(state: Path) -> None:
    with EmbeddedPostgres(state, durable=False):
        [watchdog] = watchdogs(state)
        os.kill(watchdog, signal.SIGKILL)
        assert soon(lambda: not watchdogs(state))
        with EmbeddedPostgres(state, durable=False):
            assert len(watchdogs(state)) == 1


def test_a_failed_start_tells_the_servers_last_words_and_leaves_nothing(fresh: Path) -> None:
    with EmbeddedPostgres(fresh, durable=False), Path(fresh, "pg", "postgresql.conf").open("a") as settings:
        settings.write("nonsense = 1\n")
    with pytest.raises(EmbeddedPostgresError, match=r"(?s)Postgres did not start.*nonsense"):
        EmbeddedPostgres(fresh).start()
    assert gone(fresh)


@as_root
def test_a_socket_folder_of_somebody_elses_is_refused(state: Path) -> None:
    sockets = Places(state).sockets
    sockets.mkdir()
    shutil.chown(sockets, "daemon")
    with pytest.raises(EmbeddedPostgresError, match="somebody else"):
        EmbeddedPostgres(state, durable=False).start()


@as_root
def test_root_may_keep_everything_where_nobody_can_reach_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(SITE / part, tmp_path / part)
    state = tmp_path / "state"
    process = user(state, site=tmp_path)
    with psycopg.connect(url_of(process)):
        executable = Path(processes(state.joinpath("pg").resolve())[postmaster(state)].split("\0")[0])
        copies = [state.joinpath("pg").resolve().parent, executable.parents[3]]
        assert [copy.parent for copy in copies] == [SHARED_FOLDER, SHARED_FOLDER]
    end(process)
    assert gone(state)
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    for copy in copies:
        shutil.rmtree(copy)


def public_python() -> str | None:
    """A Python that a plain user may run on this checkout; ours may live in a home closed to others."""
    python = shutil.which("python3", path=f"/usr/local/bin:{os.defpath}")
    probe = [python or "false", "-c", f"import sys; assert sys.version_info >= (3, 11); open({__file__!r})"]
    return None if subprocess.run(probe, user="daemon", check=False).returncode else python


@as_root
def test_a_plain_user_needs_no_help(fresh: Path) -> None:
    fresh.mkdir()
    shutil.chown(fresh, "daemon")
    if (python := public_python()) is None:
        pytest.skip("no Python that a plain user may run on this checkout")
    process = user(fresh, python, run_as="daemon")
    with psycopg.connect(url_of(process)):
        assert Path(fresh, "pg").owner() == "daemon"
    end(process)
