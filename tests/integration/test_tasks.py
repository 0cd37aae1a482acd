"""Background jobs, run by procrastinate's own worker."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from claims import nlp, tasks
from claims.actions.articles import add_article, retry_extraction
from claims.actions.filing import file_extraction
from claims.models import Article, Extraction, ExtractionState, Statement
from claims.nlp.types import Extraction as Found
from tests.statements import SUMMIT, events_of, summit, version_of

pytestmark = pytest.mark.django_db(transaction=True)


def work(queue: str) -> None:
    """Run a real worker until its queue is empty."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]

        async def run() -> None:
            async with worker.open_async():
                await worker.run_worker_async(queues=[queue], wait=False, install_signal_handlers=False)

        # In a thread of its own: a browser test may have left an event loop in this one.
        with ThreadPoolExecutor(max_workers=1) as thread:
            thread.submit(asyncio.run, run()).result()


def added(text: str = SUMMIT) -> Article:
    ana = get_user_model().objects.get_or_create(username="ana")[0]
    return add_article(text=text, title="Port", outlet_name=f"Outlet {Article.objects.count()}", by=ana)[0]


def run_again(job_number: int | None) -> None:
    """Let a job that waits for its next attempt run at once."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE id = %s", [job_number])


def jobs() -> list[tuple[str, int]]:
    """State and finished attempts of the jobs that read articles."""
    own = ProcrastinateJob.objects.filter(task_name=tasks.extract_article.name)
    return list(own.order_by("pk").values_list("status", "attempts"))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An extractor that finds what is in `SUMMIT`, and the texts it was given."""
    texts: list[str] = []

    def extract(text: str) -> Found:
        texts.append(text)
        return summit(text)

    monkeypatch.setattr(nlp, "extract", extract)
    return texts


def test_a_clock_that_was_put_back_meanwhile_costs_no_extraction() -> None:
    version = version_of()
    ahead = timezone.now() + timedelta(hours=1)
    row = file_extraction(version=version, extraction=summit(version.text), started_at=ahead)
    assert row.started_at == row.finished_at < ahead


def failing(times: int, error: Exception, then: Callable[[str], Found]) -> Callable[[str], Found]:
    left = [error] * times

    def extract(text: str) -> Found:
        if left:
            raise left.pop()
        return then(text)

    return extract


def test_an_article_is_read_and_its_statements_filed(reads: list[str]) -> None:
    article = added()
    assert article.extraction_state == ExtractionState.WAITING
    work("nlp")
    article.refresh_from_db()
    assert (article.extraction_state, article.extraction_failure) == (ExtractionState.DONE, "")
    assert Statement.objects.count() == 4
    row = Extraction.objects.get()
    assert row.started_at <= row.finished_at
    context = events_of(Extraction).select_related("pgh_context").get().pgh_context.metadata
    assert context["task"] == "extract_article"
    assert (context["job"], context["user"]) == (article.extraction_job, article.added_by_id)


def test_the_very_same_text_is_read_once(reads: list[str]) -> None:
    added()
    added()
    work("nlp")
    assert (len(reads), Extraction.objects.count(), Statement.objects.count()) == (1, 2, 8)


def test_a_failure_is_told_and_can_be_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp, "extract", failing(1, nlp.ExtractionError("The text is odd."), summit))
    article = added()
    work("nlp")
    article.refresh_from_db()
    assert (article.extraction_state, article.extraction_failure) == (ExtractionState.FAILED, "The text is odd.")
    assert jobs() == [("failed", 1)]
    assert not Extraction.objects.exists()
    retry_extraction(article=article, by=get_user_model().objects.get())
    assert (article.extraction_state, article.extraction_failure) == (ExtractionState.WAITING, "")
    work("nlp")
    article.refresh_from_db()
    assert article.extraction_state == ExtractionState.DONE


def test_a_database_that_goes_away_is_waited_for_and_then_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nlp, "extract", failing(3, OperationalError("gone"), summit))
    article = added()
    for attempt, state in enumerate((ExtractionState.WAITING, ExtractionState.WAITING, ExtractionState.FAILED)):
        assert jobs() == [("todo", attempt)]
        work("nlp")
        article.refresh_from_db()
        assert article.extraction_state == state
        run_again(article.extraction_job)
    assert jobs() == [("failed", 3)]


WORKER = """
import json, sys, time, django
from django.conf import settings
settings.DATABASES["default"].update(json.loads(sys.argv[1]))
django.setup()
from django.core.management import call_command
from claims import nlp
nlp.extract = lambda text: time.sleep(60)
call_command("work", "nlp")
"""


def killed_at_work(article: Article) -> None:
    """Have a worker process begin to read the article, and kill it."""
    place = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}
    environment = {**os.environ, "SECRET_KEY": settings.SECRET_KEY, "DJANGO_SETTINGS_MODULE": "factcheck.settings"}
    command = [sys.executable, "-c", WORKER, json.dumps(place)]
    worker = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)
    try:
        deadline = time.monotonic() + 60
        while article.extraction_state != ExtractionState.RUNNING:
            assert worker.poll() is None, "the worker ended"
            assert time.monotonic() < deadline, "the worker took no job"
            time.sleep(0.1)
            article.refresh_from_db()
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")


def test_a_job_whose_worker_was_killed_is_taken_up_again(reads: list[str]) -> None:
    article = added()
    killed_at_work(article)
    assert jobs() == [("doing", 0)]
    tasks.retry_stalled_jobs.configure(queueing_lock="test", task_kwargs={"timestamp": 0}).defer()
    work("ingest")
    assert jobs()[0] == ("todo", 1)
    article.refresh_from_db()
    assert article.extraction_state == ExtractionState.WAITING, "its page says that nobody works on it"
    run_again(article.extraction_job)
    work("nlp")
    article.refresh_from_db()
    assert article.extraction_state == ExtractionState.DONE
    assert (Extraction.objects.count(), Statement.objects.count()) == (1, 4)


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    article = added()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = 2")
    tasks.retry_stalled_jobs.configure(queueing_lock="test", task_kwargs={"timestamp": 0}).defer()
    work("ingest")
    article.refresh_from_db()
    assert article.extraction_failure == tasks.STOPPED
    assert jobs()[0][0] == "failed"
