"""Workers that are killed, and workers that share a queue."""

import contextlib
import time

import psutil
from django.db import close_old_connections

from claims.management.commands.serve import SOON
from claims.models import Article, Extraction, ExtractionState, Statement
from tests.faults.desk import Desk, Process, ended_jobs, jobs, text_of, wait_until

STATEMENTS = 1200


def test_two_workers_on_one_queue_read_each_article_once(desk: Desk) -> None:
    articles = [desk.add(text_of(n), f"Port {n}") for n in range(12)]
    desk.start("nlp")
    desk.start("nlp")
    wait_until(desk.all_read, seconds=120)
    assert ended_jobs("extract_article") == [("succeeded", 1)] * 12
    for article in articles:
        assert Extraction.objects.filter(article_version__article=article).count() == 1
        assert Statement.objects.filter(article_version__article=article).count() == 4


def is_in(state: ExtractionState) -> bool:
    close_old_connections()
    return Article.objects.filter(extraction_state=state).exists()


def worker_of(served: Process) -> psutil.Process | None:
    """The process of a served desk that reads articles."""
    for child in psutil.Process(served.popen.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):  # it has just ended
            if child.cmdline()[-2:] == ["work", "nlp"]:
                return child
    return None


def test_an_article_whose_worker_is_killed_in_the_middle_is_read_once(desk: Desk) -> None:
    served = desk.serve()
    browser = desk.browser(desk.person())
    time.sleep(SOON)  # what ends sooner is believed to be broken for good
    page = f"/articles/{desk.add(text_of(1, statements=STATEMENTS)).pk}/"
    wait_until(lambda: is_in(ExtractionState.RUNNING), what="the article is being read")
    time.sleep(1)
    killed = worker_of(served)
    assert killed is not None
    killed.kill()
    assert jobs("extract_article") == [("doing", 0)], "it was in the middle"
    # The supervisor starts all again. The next worker has nothing to do until the job is given free.
    wait_until(lambda: (worker := worker_of(served)) and worker.pid != killed.pid, what="there is another worker")
    wait_until(desk.answers, what="the web server answers")
    wait_until(lambda: is_in(ExtractionState.WAITING) or jobs("extract_article") != [("doing", 0)], seconds=120)
    assert "could not be read" not in browser.get(page).text
    wait_until(desk.all_read, seconds=120)
    assert ended_jobs("extract_article") == [("succeeded", 2)]
    assert (Extraction.objects.count(), Statement.objects.count()) == (1, STATEMENTS)
    assert "All are started again." in served.log.read_text()
    assert f"{STATEMENTS}</span>" in browser.get(page).text
