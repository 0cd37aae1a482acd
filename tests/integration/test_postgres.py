"""The embedded server: private, taken over after a crash, stopped by its last user."""

import os
import pwd
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from factcheck import postgres

pytestmark = pytest.mark.skipif(not postgres.is_embedded(), reason="DATABASE_URL is set: nothing embedded may start")

# Serves a cluster until its standard input ends.
OWNER = """
import sys
from pathlib import Path
from factcheck import postgres
with postgres.serving(Path(sys.argv[1])):
    print("up", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One cluster for the tests of this file, so deep that its socket cannot lie beside it."""
    folder = tmp_path_factory.mktemp("deep") / ("long-" * 25) / "cluster"
    yield folder
    postgres.remove(folder)
    assert not postgres.socket_folder(folder).exists()


def _connect(folder: Path) -> "psycopg.Connection[tuple[object, ...]]":
    host = postgres.connection_settings(folder)["HOST"]
    return psycopg.connect(host=host, user=postgres.ROLE, dbname=postgres.DATABASE)


def _server(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "cluster" / "postmaster.pid").read_text().split()[0]))


def _is_up(folder: Path) -> bool:
    return (folder / "cluster" / "postmaster.pid").exists()


def test_serves_within_the_block_only_and_from_a_private_folder(folder: Path) -> None:
    with postgres.serving(folder):
        socket = postgres.socket_folder(folder)
        assert len(str(socket)) < 90
        owner = "pgserver" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        for private in (socket, folder / "cluster"):
            assert stat.S_IMODE(private.stat().st_mode) == 0o700
            assert private.owner() == owner
        with _connect(folder) as connection:
            row = connection.execute("SELECT datcollate FROM pg_database WHERE datname = current_database()").fetchone()
            assert row == ("C.UTF-8",)
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert not _is_up(folder)


def test_the_last_of_two_users_stops_it(folder: Path) -> None:
    with postgres.serving(folder):
        with subprocess.Popen(
            [sys.executable, "-c", OWNER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "up\n"
        assert _is_up(folder), "the other user's end must not stop ours"
    assert not _is_up(folder)


def test_a_killed_owners_server_is_taken_over_and_stopped(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "up\n"
        owner.kill()
    left = _server(folder)
    assert left.is_running()
    with postgres.serving(folder):
        assert _server(folder).pid == left.pid
        with _connect(folder) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


def test_recovers_after_a_crash(folder: Path) -> None:
    with postgres.serving(folder):
        with _connect(folder) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        server = _server(folder)
        server.send_signal(signal.SIGKILL)
        server.wait(10)
    with postgres.serving(folder), _connect(folder) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_stale_pid_file_that_names_another_process_is_no_server(folder: Path) -> None:
    with postgres.serving(folder):
        text = (folder / "cluster" / "postmaster.pid").read_text()
    (folder / "cluster" / "postmaster.pid").write_text(text.replace(text.split()[0], str(os.getpid()), 1))
    with postgres.serving(folder), _connect(folder) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_is_not_removed_while_in_use(folder: Path) -> None:
    with postgres.serving(folder), pytest.raises(postgres.ServerError, match="in use"):
        postgres.remove(folder)


def test_a_link_laid_in_the_sockets_place_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (tmp_path / "socket").symlink_to(elsewhere)
    with pytest.raises(postgres.ServerError, match="not a folder of"), postgres.serving(tmp_path):
        pass
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


def test_carries_the_demo_mark(tmp_path: Path) -> None:
    assert not postgres.is_demo(tmp_path)
    postgres.mark_demo(tmp_path)
    assert postgres.is_demo(tmp_path)
