"""`python -m benchmarks.load`: thirty reviewers at work for two minutes on a desk with 200,000 claims.

The web server and the workers are those of docs/operations.md, the reviewers threads of one more process on the same machine that
speak HTTP with it as browsers do: they filter the queue, take the next claim, read it and what belongs to it, save a
draft and its changes, cite, submit and start again, with a pause after each page. Ends with 1 where the 95th percentile of
a page is late, a request fails, a claim is given to two people or a review is lost.
"""

import argparse
import os
import random
import secrets
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from lxml import html

from benchmarks.database import desk_of

HOST = "127.0.0.1"
MOST_MILLISECONDS = 250
LONGEST_WAIT = 30
# Seconds between an answer and the next click: shorter than people take, who read.
PAUSE = (1.0, 5.0)
LOOKED_AT = ("/", "/sources/?q=al", "/articles/", "/articles/?q=budget", "/reviews/overruled/", "/profile/")
WARM_UP = 6  # times that each page is asked for before anything is measured
FRAGMENT = {"HX-Request": "true"}
TOKEN = secrets.token_hex(16)


@dataclass
class Record:
    """What happened, written by all reviewers. Times in milliseconds, by page."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    taken: Counter[int] = field(default_factory=Counter)
    submitted: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class FaultError(Exception):
    """A page did not answer as it should."""


class Reviewer:
    """One person in one browser."""

    def __init__(self, address: str, session: str, queries: list[str], record: Record, seed: int) -> None:
        self.address, self.queries, self.record, self.random = address, queries, record, random.Random(seed)
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.cookies.update({"sessionid": session, "csrftoken": TOKEN})

    def work_until(self, end: float) -> None:
        """Now a claim, now a look around, until the time is up. A fault costs what was being done, not the rest."""
        time.sleep(self.random.uniform(0, PAUSE[1]))
        while time.monotonic() < end:
            try:
                self.random.choices((self.review, self.browse, self.look_around), (6, 3, 2))[0]()
            except (FaultError, requests.RequestException) as fault:
                with self.record.lock:
                    self.record.faults.append(str(fault))

    def browse(self) -> None:
        """Narrow the queue down, as its form does while one types, and leaf through it."""
        query = self.random.choice(self.queries)
        self.get("queue", f"/queue/?{query}", FRAGMENT)
        self.get("queue", f"/queue/?{query}&page={self.random.randint(2, 5)}", FRAGMENT)

    def look_around(self) -> None:
        """Who is this, and what else did they say?"""
        page = self.random.choice(LOOKED_AT)
        self.get(page.split("?")[0], page)

    def review(self) -> None:
        """A claim from the queue to its verification status."""
        self.get("queue", "/queue/")
        place = self.post("take next", "/queue/take-next/", {"queue": self.random.choice(("", "kind=person"))})
        if "/claims/" not in place:
            raise FaultError(f"take next led to {place}")
        claim = int(place.split("/claims/")[1].split("/")[0])
        with self.record.lock:
            self.record.taken[claim] += 1
        page = html.fromstring(self.get("claim", place))
        self.get("claim, checked before", f"/claims/{claim}/?show=background", FRAGMENT)
        draft = self._draft_of(page)
        save = f"/claims/{claim}/review/"
        draft["rationale"] = "It was looked up"
        self._save(save, draft)
        draft["rationale"] = "It was looked up in the register, which says otherwise."
        draft["rating"] = self.random.choice(page.xpath("//input[@name='rating']/@value"))
        self._save(save, draft)
        citation = {"title": "Register", "stance": "refutes", "passage": "What stands there.", "read_on": "2026-01-31"}
        self.post("cite", f"/claims/{claim}/citations/", citation, FRAGMENT)
        summary = html.fromstring(self.post("summary", save, {**draft, "then": "summary"}, FRAGMENT))
        seen = {each.get("name"): each.get("value") or "" for each in summary.xpath("//input[@name]")}
        place = self.post("submit", f"/claims/{claim}/review/submit/", seen)
        if "Submitted" not in self.get("claim", place):
            raise FaultError(f"the review of claim {claim} was not submitted")
        with self.record.lock:
            self.record.submitted += 1

    def _save(self, address: str, draft: dict[str, str]) -> None:
        answer = html.fromstring(self.post("save draft", address, draft, FRAGMENT))
        versions = answer.xpath("//input[@id='expected-version']/@value")
        if not versions:
            raise FaultError(f"{address} did not save the draft")
        draft["expected_version"] = versions[0]

    @staticmethod
    def _draft_of(page: Any) -> dict[str, str]:
        """The fields of the draft's form, inside it and outside."""
        fields = page.xpath("//form[@id='draft']//*[@name] | //*[@form='draft'][@name][not(self::button)]")
        if not fields:
            raise FaultError("a taken claim has no form for a review")
        return {
            each.get("name"): each.get("value") or ""
            for each in fields
            if each.get("type") != "radio" and each.tag != "button"
        }

    def get(self, name: str, path: str, headers: dict[str, str] | None = None, *, pause: bool = True) -> str:
        """Ask for a page; its text."""
        return self._ask(name, "GET", path, pause=pause, headers=headers).text

    def post(self, name: str, path: str, data: dict[str, str], headers: dict[str, str] | None = None) -> str:
        """Send a form; the text of what comes, or where it leads."""
        data = {**data, "csrfmiddlewaretoken": TOKEN}
        answer = self._ask(name, "POST", path, headers=headers, data=data)
        return answer.headers.get("Location", "") if answer.is_redirect else answer.text

    def _ask(self, name: str, method: str, path: str, *, pause: bool = True, **options: Any) -> requests.Response:
        started = time.perf_counter()
        answer = self.http.request(method, self.address + path, allow_redirects=False, timeout=LONGEST_WAIT, **options)
        took = 1000 * (time.perf_counter() - started)
        with self.record.lock:
            self.record.times[name].append(took)
        if answer.status_code not in ((200,) if method == "GET" else (200, 302)):
            raise FaultError(f"{method} {path} answered {answer.status_code}")
        if pause:
            time.sleep(self.random.uniform(*PAUSE))
        return answer


def main() -> int:
    """Prepare the desk, let them work, print tables and what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--claims", type=int, default=200_000, help="size of the desk (default 200,000)")
    parser.add_argument("--reviewers", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=120)
    options = parser.parse_args()
    record = Record()
    with desk_of(options.claims), _site() as address:
        people = [_person(number) for number in range(options.reviewers)]
        before = _reviews_of(people)
        queries = _queries()
        early = Reviewer(address, _sign_in(people[0]), queries, Record(), 0)
        for path in (*LOOKED_AT, *(f"/queue/?{query}" for query in queries)) * WARM_UP:
            early.get(path, path, pause=False)
        end = time.monotonic() + options.seconds
        threads = [
            threading.Thread(target=Reviewer(address, _sign_in(person), queries, record, seed).work_until, args=[end])
            for seed, person in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        filed = _reviews_of(people) - before
    return _report(record, filed, options.seconds)


def _report(record: Record, filed: int, seconds: int) -> int:
    late = False
    print("| page | requests | median, ms | 95th percentile, ms |\n|---|---|---|---|")
    everything = [took for times in record.times.values() for took in times]
    for name, times in [*sorted(record.times.items()), ("all", everything)]:
        percentile = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
        late = late or percentile > MOST_MILLISECONDS
        mark = " (!)" if percentile > MOST_MILLISECONDS else ""
        print(f"| {name} | {len(times):,} | {statistics.median(times):.0f} | {percentile:.0f}{mark} |")
    twice = [claim for claim, times in record.taken.items() if times > 1]
    print(
        f"\n{len(everything) / seconds:.1f} requests a second; {len(record.taken):,} claims taken, {len(twice)} twice;"
    )
    print(f"{record.submitted:,} reviews submitted, {filed:,} in the database; {len(record.faults)} faults.")
    for fault in record.faults[:20]:
        print(f"  {fault}")
    return 1 if late or twice or record.faults or filed != record.submitted else 0


@contextmanager
def _site() -> Iterator[str]:
    """The processes of the desk, on the database that this process is set up for; where the site answers."""
    from django.conf import settings

    from claims.management.commands.serve import programs

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    database = settings.DATABASES["default"]
    user = ":".join(filter(None, (database["USER"], database.get("PASSWORD"))))
    where = database["HOST"] + (f":{database['PORT']}" if database.get("PORT") else "")
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{user}@{'/' if where.startswith('/') else ''}{where}/{database['NAME']}",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": HOST,
        "HTTPS": "0",
    }
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, cwd=settings.BASE_DIR, env=environment, check=True)
    with ExitStack() as running:
        commands = programs(HOST, port)
        commands["web"] += ["--workers", "2"]  # as docs/operations.md has it
        for command in commands.values():
            process = running.enter_context(subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment))
            running.callback(process.terminate)
        _await(port)
        yield f"http://{HOST}:{port}"


def _await(port: int) -> None:
    from claims.management.commands.serve import answers

    deadline = time.monotonic() + 60
    while not answers(HOST, port):
        if time.monotonic() > deadline:
            sys.exit("The web server does not answer.")
        time.sleep(0.1)


def _person(number: int) -> Any:
    from claims.models import User
    from claims.roles import Role, give_role

    user, is_new = User.objects.get_or_create(username=f"load{number}", defaults={"first_name": f"Load {number}"})
    if is_new:
        give_role(user, Role.REVIEWER)
    return user


def _sign_in(user: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def _queries() -> list[str]:
    """What reviewers narrow the queue down to."""
    from benchmarks.desk import COMMON
    from claims.models import Outlet

    kinds = [
        "",
        "sort=newest",
        "sort=worthy",
        "kind=person",
        "speech=speech&act=accuse",
        "held=me",
        "held=free&sure=70",
    ]
    outlets = [f"outlet={pk}" for pk in Outlet.objects.values_list("pk", flat=True)[:7]]
    return [*kinds, *outlets, *(f"q={word}" for word in COMMON[:7])]


def _reviews_of(people: list[Any]) -> int:
    from claims.models import Review

    return Review.objects.submitted().filter(reviewer__in=people).count()


if __name__ == "__main__":
    sys.exit(main())
