"""The machine's clock is put back by an hour while people and workers are at it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections

from claims.models import Article, Extraction, ExtractionState, Statement
from tests.faults.desk import Desk, ended_jobs, free_port, jobs, restart, text_of, wait_until
from tests.faults.test_mail import mailbox

# Debian's package libfaketime: what is started with it asks a file what time it is.
LIBRARY = next(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"), None)


class Clock:
    """The time of all processes that were started with its variables, the database server's included."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.variables = {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }
        self.set("+0")

    def set(self, offset: str) -> None:
        """Put the clock to this far from the real time, at once."""
        new = self.file.with_suffix(".new")
        new.write_text(offset)
        new.chmod(0o644)
        new.replace(self.file)


@pytest.fixture
def clock(cluster: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A clock that the database server goes by."""
    if LIBRARY is None:
        if os.environ.get("REQUIRE_FAKETIME", "0") not in ("", "0"):
            pytest.fail("REQUIRE_FAKETIME is set, and libfaketime is not installed")
        pytest.skip("libfaketime is not installed")
    made = Clock(cluster / "clock")
    with monkeypatch.context() as patch:
        for name, value in made.variables.items():
            patch.setenv(name, value)
        restart(cluster, "fast")
    yield made
    connections.close_all()
    restart(cluster, "fast")


def test_a_clock_that_is_put_back_loses_nothing_and_doubles_nothing(clock: Clock, desk: Desk) -> None:
    port = free_port()
    desk.variables |= {**clock.variables, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    for name in ("web", "nlp", "ingest"):
        desk.start(name)
    ana = desk.person()
    browser = desk.browser(ana)
    assert desk.browser().post("/accounts/password/reset/", {"email": ana.email}).status_code == 302
    wait_until(lambda: jobs("send_mail") == [("todo", 1)], what="the mail was tried and waits")

    def correct(title: str) -> None:
        assert browser.post(f"/articles/{long.pk}/edit/", {"title": title}).status_code == 302

    long = desk.add(text_of(1, statements=1000), "A long one")
    correct("Before")
    wait_until(lambda: Article.objects.filter(extraction_state=ExtractionState.RUNNING), what="it is being read")
    clock.set("-1h")
    correct("After")
    answer = browser.post("/articles/add/", {"text": text_of(2), "title": "Later"})
    assert answer.status_code == 302, "work goes on"
    wait_until(desk.all_read, seconds=90)
    assert ended_jobs("extract_article") == [("succeeded", 1)] * 2
    assert (Extraction.objects.count(), Statement.objects.count()) == (2, 1004)

    # The history is in the order in which things happened, whatever time it was.
    events = apps.get_model("claims", "ArticleEvent")._default_manager.filter(pgh_obj_id=long.pk).order_by("pgh_id")
    titles = list(dict.fromkeys(events.values_list("title", flat=True)))
    assert titles == ["A long one", "Before", "After"]
    times = list(events.values_list("pgh_created_at", flat=True))
    assert times != sorted(times), "the database's clock was put back"

    # What waits for a time waits for it, and is done once when the clock is right again.
    with mailbox(port) as messages:
        time.sleep(6)
        assert messages == []
        clock.set("+0")
        wait_until(lambda: jobs("send_mail") == [("succeeded", 2)])
    assert len(messages) == 1
