"""`make run`: the whole desk on one machine, web server and workers under one supervisor."""

import errno
import os
import secrets
import shlex
import socket
import sys
import threading
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from honcho.manager import Manager

from claims.demo.content import sign_in_hint
from claims.tasks import QUEUES
from factcheck import environment, postgres

# What ends sooner than this after its start would only end again.
SOON = 10
WATCHED = ("factcheck", "claims", "templates")


class Command(BaseCommand):
    """Prepares database, static files and content, then serves until it is told to stop."""

    help = "Run web server and workers (HOST, PORT and DEMO are read from the environment)."
    requires_system_checks: list[str] = []  # after the port was looked at; they need the database

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the one option of `make dev`."""
        parser.add_argument("--reload", action="store_true", help="restart when a file of the project changes")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Prepare, say where to go, serve, and end without an error when stopped by a signal."""
        host, port = environment.serving_address()
        _check_port(host, port)
        self.check()
        call_command("migrate", verbosity=0)
        call_command("setup", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        sign_in = self._fill(host)
        shown = f"[{host}]" if ":" in host else host
        ready = f"\n  The desk is at http://{shown}:{port}/   (Ctrl-C stops it)\n{sign_in}\n"
        connections.close_all()
        threading.Thread(target=self._say_when_ready, args=(host, port, ready), daemon=True).start()
        sys.exit(_supervise(host, port, reload=options["reload"]))

    def _say_when_ready(self, host: str, port: int, ready: str) -> None:
        """Say where to go once somebody who goes there is answered."""
        while not answers(host, port):
            time.sleep(0.1)
        self.stdout.write(ready)
        self.stdout.flush()

    def _fill(self, host: str) -> str:
        """Demo content for whoever tries the desk, for everybody else the first administrator; says who can sign in."""
        nobody_yet = not get_user_model().objects.exists()
        wanted, embedded = environment.wants_demo(), postgres.is_embedded()
        # A demo stays one with DEMO=0, too: its password must suit the host. Other content of an embedded desk is left
        # alone; elsewhere DEMO=1 was asked for, and may be refused.
        is_demo = embedded and postgres.is_demo() and not nobody_yet
        if is_demo or (wanted and (nobody_yet or not embedded)):
            # Known to everybody who reads the documents, so for this machine's own eyes only.
            password = "demo" if environment.is_loopback(host) else secrets.token_urlsafe(9)
            call_command("demo", password=password)
            return f"  {sign_in_hint(password)}\n"
        if nobody_yet and not wanted:
            if sys.stdin.isatty():
                self.stdout.write("The desk is empty. Its first administrator:")
                call_command("createsuperuser")
            else:
                self.stdout.write("The desk is empty. Make its first administrator, in another terminal, with:")
                self.stdout.write("  .venv/bin/python manage.py createsuperuser")
        return ""


def answers(host: str, port: int) -> bool:
    """Whether somebody listens; "every address" is asked on its loopback."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    try:
        socket.create_connection((reached, port), timeout=1).close()
    except OSError:
        return False
    return True


def _check_port(host: str, port: int) -> None:
    """Say what to do about a port that cannot be had, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(f"Port {port} is in use; choose another: make run PORT={port + 1}") from error
            raise CommandError(f"Cannot listen on {host}, port {port}: {error.strerror}") from error


def programs(host: str, port: int) -> dict[str, list[str]]:
    """The commands of a desk: its web server and a worker for each queue."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    web += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "factcheck.wsgi:application"]
    commands = {"web": web}
    for queue in QUEUES:
        commands[queue] = [sys.executable, "manage.py", "work", queue]
    return commands


def _supervise(host: str, port: int, *, reload: bool) -> int:
    """Run all processes until a signal comes (0), or one ends soon after its start."""
    while True:
        started = time.monotonic()
        returncode = _run_all(host, port, reload=reload)
        if returncode in (130, 143):
            return 0
        if time.monotonic() - started < SOON:
            return returncode or 1
        # Killed, say, because memory was short. What it worked on is taken up again.
        print("A process of the desk ended. All are started again.", file=sys.stderr)  # noqa: T201


def _run_all(host: str, port: int, *, reload: bool) -> int:
    """Run all processes until one ends or a signal comes, and stop the others."""
    manager = Manager()
    for name, command in programs(host, port).items():
        line = shlex.join(command)
        if reload:
            line = shlex.join([sys.executable, "-m", "watchfiles", "--sigint-timeout", "4", line, *WATCHED])
        # `exec`: the signal must reach the program, not a shell around it.
        manager.add_process(name, f"exec {line}", cwd=str(settings.BASE_DIR), env=dict(os.environ))
    manager.loop()
    return manager.returncode or 0
