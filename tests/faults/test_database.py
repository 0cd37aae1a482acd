"""The database server goes away under load and comes back."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import requests
from django.db import close_old_connections

from claims.models import Article, Extraction, Statement
from tests.faults.desk import Browser, Desk, restart, text_of, wait_until

READ = ("/articles/", "/", "/sources/")
READERS = 3


class Load:
    """People who read and add articles as fast as they are answered, until they are told to stop."""

    def __init__(self, desk: Desk) -> None:
        self.person = desk.person()
        self.answers: list[tuple[str, requests.Response]] = []
        self.added: list[int] = []
        self._stop = threading.Event()
        people = [(self._read, desk.browser(self.person)) for _ in range(READERS)]
        people.append((self._write, desk.browser(self.person)))
        self._threads = [threading.Thread(target=does, args=(browser,)) for does, browser in people]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def has_added(self, number: int) -> bool:
        return len(self.added) >= number

    def _read(self, browser: Browser) -> None:
        while not self._stop.is_set():
            for path in READ:
                self._note(path, partial(browser.get, path))

    def _write(self, browser: Browser) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            data = {"text": text_of(number), "title": f"Port {number}", "outlet_name": "The Courier"}
            answer = self._note("add", partial(browser.post, "/articles/add/", data))
            if answer.status_code == 302:
                self.added.append(number)
            time.sleep(0.3)

    def _note(self, path: str, ask: Callable[[], requests.Response]) -> requests.Response:
        answer = ask()  # no answer at all would end the thread, whose error pytest reports
        self.answers.append((path, answer))
        return answer


def test_requests_fail_cleanly_while_the_database_restarts_and_then_go_on(desk: Desk) -> None:
    desk.start("web")
    desk.start("nlp")
    desk.start("ingest")
    with Load(desk) as load:
        wait_until(lambda: len(load.added) >= 3 and Extraction.objects.exists())
        for mode in ("fast", "immediate"):
            restart(desk.cluster, mode)
            enough = len(load.added) + 3
            wait_until(partial(load.has_added, enough))
    close_old_connections()
    statuses = Counter(answer.status_code for _, answer in load.answers)
    assert set(statuses) == {200, 302, 503}, statuses
    for path, answer in load.answers:
        if answer.status_code == 503:
            assert "The database does not answer at the moment" in answer.text, path
            assert answer.headers["Retry-After"]
        else:
            assert answer.status_code == (302 if path == "add" else 200), path
    assert all(process.is_running() for process in desk.processes), "nothing had to be started again"
    browser = desk.browser(load.person)
    assert {browser.get(path).status_code for path in READ for _ in range(8)} == {200}
    # Nothing lost, nothing twice: who was told that an article is saved finds it, read.
    wait_until(desk.all_read, seconds=90)
    titles = list(Article.objects.values_list("title", flat=True))
    assert len(titles) == len(set(titles))
    assert {f"Port {number}" for number in load.added} <= set(titles)
    assert Extraction.objects.count() == len(titles)
    assert Statement.objects.count() == 4 * len(titles)
