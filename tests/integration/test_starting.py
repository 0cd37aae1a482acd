"""What starts, what refuses to start, and what it says: each in a process of its own."""

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from factcheck import environment

ROOT: Path = settings.BASE_DIR
PRODUCTION = {
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "SECRET_KEY": "tIq2-0mWn8!aB7vXz5pLk3Jh6Gf4Ds1Qw9Er0Ty8Ui7Op6As5Zx",
    "ALLOWED_HOSTS": "desk.example",
}


def _run(*command: str, variables: dict[str, str], cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
@pytest.mark.parametrize("start", [["-c", "import factcheck.wsgi"], ["manage.py", "migrate"]], ids=["web", "command"])
def test_production_refuses_to_start_without(missing: str, start: list[str]) -> None:
    result = _run(sys.executable, *start, variables={**PRODUCTION, missing: ""})
    assert result.returncode == 1
    assert result.stderr.strip().splitlines() == [
        f"Refusing to start: set {missing} in the environment (see README.md)."
    ]


@pytest.mark.django_db
def test_production_starts_with_the_documented_environment_and_passes_the_deployment_check() -> None:
    database = connection.settings_dict
    place = database["HOST"] + (f":{database['PORT']}" if database.get("PORT") else "")
    place = f"/{place}" if place.startswith("/") else place  # a socket's folder
    person = quote(database["USER"]) + (f":{quote(database['PASSWORD'])}" if database.get("PASSWORD") else "")
    variables = {**PRODUCTION, "DATABASE_URL": f"postgres://{person}@{place}/{database['NAME']}"}
    result = _run(sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", variables=variables)
    assert result.returncode == 0, result.stderr
    assert _run(sys.executable, "-c", "import factcheck.wsgi", variables=variables).returncode == 0


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        # The port is looked at before the database, which this address does not have.
        result = _run(
            sys.executable,
            "manage.py",
            "serve",
            variables={"DATABASE_URL": PRODUCTION["DATABASE_URL"], "PORT": str(port)},
        )
    assert result.returncode == 1
    assert result.stderr.strip() == f"CommandError: Port {port} is in use; choose another: make run PORT={port + 1}"


def test_a_port_that_is_none_is_said_in_one_line() -> None:
    result = _run(sys.executable, "manage.py", "serve", variables={"PORT": "http"})
    assert (result.returncode, result.stderr.strip()) == (1, "PORT must be a number from 1 to 65535, not 'http'.")


def test_demo_reset_refuses_another_server() -> None:
    result = _run(sys.executable, "manage.py", "demo_reset", variables=PRODUCTION)
    assert result.returncode == 1
    assert "only an embedded demo database" in result.stderr


@pytest.mark.parametrize(("host", "debug"), [("127.0.0.1", "1"), ("localhost", "1"), ("0.0.0.0", "0")])  # noqa: S104
def test_debug_is_for_loopback_only(host: str, debug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEBUG", "HTTPS", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_ADDRESS"):
        monkeypatch.setenv(name, "")  # remembered, so that it is put back
        monkeypatch.delenv(name)
    if debug == "0":
        monkeypatch.setenv("DEBUG", "1")  # must not help
    monkeypatch.setenv("HOST", host)
    environment.set_serving_defaults()
    assert os.environ["DEBUG"] == debug
    assert "*" not in os.environ["ALLOWED_HOSTS"]


def test_local_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret-key"
    key = environment.local_secret_key(path)
    assert len(key) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert environment.local_secret_key(path) == key


# --- make-venv, with made-up Pythons ------------------------------------------------------------------------


def _bare_clone(tmp_path: Path, python: str) -> Path:
    """A folder with make-venv in it and a PATH of only the needed programs and `python` (a shell script)."""
    shutil.copy(ROOT / "make-venv", tmp_path)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "mkdir", "id", "tail", "grep", "cat"):
        (programs / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is missing"))
    if python:
        script = programs / "python3"
        script.write_text(f"#!/bin/sh\n{python}\n")
        script.chmod(0o755)
    return programs


@pytest.mark.parametrize(
    ("python", "line"),
    [
        ("", "Python 3.12, 3.13 or 3.14 is needed, and no Python was found: install one and run make again."),
        (
            'case $1 in --version) echo Python 3.9.2;; *) exit 1;; esac',
            "Python 3.12, 3.13 or 3.14 is needed, and Python 3.9.2 was found: install one and run make again.",
        ),
        (
            'case $2 in *ensurepip*) exit 1;; *) exit 0;; esac',
            "python3 lacks its venv module: install it (Debian and Ubuntu: apt-get install python3-venv).",
        ),
    ],
    ids=["no Python", "too old", "no venv"],
)  # fmt: skip
def test_make_venv_says_what_is_missing(python: str, line: str, tmp_path: Path) -> None:
    programs = _bare_clone(tmp_path, python)
    result = _run("sh", "make-venv", "requirements.txt", cwd=tmp_path, variables={"PATH": str(programs)})
    assert (result.returncode, result.stderr.strip()) == (1, line)


def test_make_venv_says_that_the_network_fails(tmp_path: Path) -> None:
    made = tmp_path / ".venv" / "bin" / "python"
    made.parent.mkdir(parents=True)
    made.write_text('#!/bin/sh\ncase "$*" in *pip*) echo "ERROR: no route to host"; exit 1;; esac\n')
    made.chmod(0o755)
    programs = _bare_clone(tmp_path, "")
    result = _run("sh", "make-venv", "requirements.txt", cwd=tmp_path, variables={"PATH": str(programs)})
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert "is there a network?" in line
    assert line.endswith("ERROR: no route to host")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_make_venv_says_that_the_folder_is_read_only(tmp_path: Path) -> None:
    programs = _bare_clone(tmp_path, "")
    tmp_path.chmod(0o555)
    result = _run("sh", "make-venv", "requirements.txt", cwd=tmp_path, variables={"PATH": str(programs)})
    tmp_path.chmod(0o755)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Cannot write to {tmp_path}")
