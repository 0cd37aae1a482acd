"""A whole desk in processes of its own, for tests that break it: a PostgreSQL cluster, a web server, workers.

Nothing stands in for anything. Tests start the commands that `manage.py serve` runs, speak HTTP with them, and look at
the same database through the ORM.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import requests
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from procrastinate.contrib.django.models import ProcrastinateJob

from claims.actions.articles import add_article
from claims.management.commands.serve import programs
from claims.models import Article, ExtractionState, User
from claims.roles import Role, give_role
from factcheck import postgres

ROOT: Path = settings.BASE_DIR
TOKEN = secrets.token_hex(16)


def wait_until(true: Callable[[], Any], *, seconds: float = 60, what: str = "") -> Any:
    """Wait for an answer that is true, and give it."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what or true.__name__}"
        time.sleep(0.1)
    return answer


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Process:
    """A program of the desk, and what it has written."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    def is_running(self) -> bool:
        return self.popen.poll() is None

    def kill(self) -> None:
        """As the kernel does when memory is short: no chance to tidy up."""
        self.popen.kill()
        self.popen.wait()

    def await_end(self) -> None:
        try:
            self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


@dataclass
class Desk:
    """One installation with a database of its own in the shared cluster."""

    cluster: Path
    database: str
    folder: Path
    port: int = field(default_factory=free_port)
    variables: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a production installation."""
        return environment_of(self.cluster, self.database) | self.variables

    def start(self, name: str, *before: str, **variables: str) -> Process:
        """Start the web server ("web") or a queue's worker, as `manage.py serve` does; `before` is put before it."""
        return self._start(name, [*before, *programs("127.0.0.1", self.port)[name]], variables)

    def serve(self) -> Process:
        """Start all of it by `manage.py serve`, as `make run` does."""
        command = [sys.executable, "manage.py", "serve"]
        return self._start("serve", command, {"PORT": str(self.port), "DEMO": "0", "DEBUG": "0"})

    def _start(self, name: str, command: list[str], variables: dict[str, str]) -> Process:
        log = self.folder / f"{name}-{len(self.processes)}.log"
        with log.open("wb") as output:
            popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment | variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        process = Process(name, popen, log)
        self.processes.append(process)
        if name in ("web", "serve"):
            wait_until(self.answers, what="the web server answers")
        return process

    def stop(self) -> None:
        running = [process for process in self.processes if process.is_running()]
        for process in running:
            process.popen.send_signal(signal.SIGTERM)
        for process in running:
            process.await_end()

    def logs(self) -> str:
        return "\n".join(f"--- {p.log.name}\n{p.log.read_text(errors='replace')[-6000:]}" for p in self.processes)

    def person(self, username: str = "ana", role: Role = Role.ADMINISTRATOR) -> User:
        """Somebody of the desk."""
        user, is_new = User.objects.get_or_create(username=username, defaults={"email": f"{username}@desk.example"})
        if is_new:
            give_role(user, role)
        return user

    def browser(self, user: User | None = None) -> "Browser":
        """Somebody who asks the web server, signed in."""
        return Browser(f"http://127.0.0.1:{self.port}", user)

    def add(self, text: str, title: str = "The port") -> Article:
        """An article, waiting to be read."""
        return add_article(text=text, title=title, by=self.person(), outlet_name=f"Outlet {title}")[0]

    def all_read(self) -> bool:
        """Whether no article waits any longer."""
        close_old_connections()
        return not Article.objects.exclude(extraction_state=ExtractionState.DONE).exists()

    def answers(self) -> bool:
        """Whether somebody listens."""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


class Browser:
    """Asks pages and sends forms over HTTP. Redirects are shown, not followed."""

    def __init__(self, address: str, user: User | None) -> None:
        self.address = address
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.cookies.set("csrftoken", TOKEN)
        if user is not None:
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            self.http.cookies.set("sessionid", session.session_key)

    def get(self, path: str) -> Any:
        return self.http.get(self.address + path, allow_redirects=False, timeout=60)

    def post(self, path: str, data: dict[str, str], files: dict[str, Any] | None = None) -> Any:
        data = {**data, "csrfmiddlewaretoken": TOKEN}
        return self.http.post(self.address + path, data=data, files=files, allow_redirects=False, timeout=60)


def environment_of(cluster: Path, database: str) -> dict[str, str]:
    """What a production installation is told."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "DATABASE_URL": f"postgres://{postgres.ROLE}@/{postgres.socket_folder(cluster)}/{database}",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "OMP_NUM_THREADS": "1",
    }


def administer(cluster: Path, statement: str) -> None:
    """Run a statement that belongs to no database of a desk."""
    with psycopg.connect(
        host=str(postgres.socket_folder(cluster)), user=postgres.ROLE, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(statement)


def restart(cluster: Path, mode: str) -> None:
    """Restart the database server with its own pg_ctl: "fast" ends all sessions, "immediate" is a crash."""
    postgres._run("pg_ctl", "restart", "-w", "-m", mode, "-D", str(cluster / "cluster"), cwd=cluster)


def text_of(number: int, *, statements: int = 4) -> str:
    """An article's words, other ones for each number, in which so many statements are made."""
    said = (
        "Anna Berg said that pier {0} of port {1} will open in spring next year.",
        "Activists say pier {0} of port {1} was built without any permit at all.",
        "The harbour master, Jonas Lind, denied that pier {0} of port {1} had sunk.",
        "\u201cPier {0} of port {1} is safe,\u201d said Berg.",
    )
    return "\n\n".join(said[pier % 4].format(pier + 1, number + 1) for pier in range(statements)) + "\n"


def jobs(task: str) -> list[tuple[str, int]]:
    """State and attempts of a task's jobs, oldest first."""
    rows = ProcrastinateJob.objects.filter(task_name__endswith=task).order_by("pk")
    return list(rows.values_list("status", "attempts"))


def ended_jobs(task: str) -> list[tuple[str, int]]:
    """The same, once all of them have ended: a worker says so a moment after its work can be seen."""
    wait_until(lambda: {status for status, _ in jobs(task)}.isdisjoint({"todo", "doing"}), what=f"{task} has ended")
    return jobs(task)
