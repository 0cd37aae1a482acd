"""`manage.py work QUEUE`: a worker that outlives its database."""

import asyncio
import contextlib
import logging
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from procrastinate.contrib.django import app

from claims.tasks import QUEUES

logger = logging.getLogger(__name__)

# A database that restarts is back after some seconds.
PAUSE = 3
GRACE = 3


class Command(BaseCommand):
    """Does the jobs of one queue until it is told to stop."""

    requires_system_checks: list[str] = []  # they ask the database, which may be away now, too
    help = "Do the jobs of a queue, one at a time. A database that goes away is waited for."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the queue."""
        parser.add_argument("queue", choices=QUEUES)

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # Django's signature
        """Work until SIGTERM or Ctrl-C."""
        self.stdout.write(f"Working on the queue {options['queue']}.")
        asyncio.run(_work(options["queue"]))


async def _work(queue: str) -> None:
    """Start procrastinate's worker, which ends when it loses its database, again and again."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    while not stop.is_set():
        worker = asyncio.create_task(_run_worker(queue))
        await asyncio.wait({worker, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            worker.cancel()
        try:
            await worker
        except asyncio.CancelledError:
            return
        except Exception as error:  # whatever it was: a worker that is gone helps nobody
            logger.error("The worker of the queue %s ended: %s", queue, str(error.__cause__ or error).strip())
        if not stop.is_set():
            logger.warning("The worker of the queue %s is started again in %s seconds", queue, PAUSE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE)


async def _run_worker(queue: str) -> None:
    # One job at a time and process: sync jobs run in threads, which nobody can stop.
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as working:
        async with working.open_async():
            await working.run_worker_async(
                queues=[queue],
                name=queue,
                concurrency=1,
                shutdown_graceful_timeout=GRACE,
                install_signal_handlers=False,
            )
