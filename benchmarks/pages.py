"""`python -m benchmarks.pages`: how many queries and how long the busy pages take over 100,000 claims.

In a database of its own (`benchmarks/database.py`).
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.database import desk_of

MOST_QUERIES = 12
MOST_MILLISECONDS = 150
# Asked for by htmx when the page stands, as fragments of it.
FRAGMENTS = {"claim, checked before", "claim, what happened", "views, counts of built-in ones"}


@dataclass(frozen=True)
class Figures:
    """What 200 requests of one page came to."""

    queries: int
    median: float
    late: float

    @property
    def good(self) -> bool:
        return self.queries <= MOST_QUERIES and self.late <= MOST_MILLISECONDS


def main() -> int:
    """Prepare the desk where there is none yet, measure, print a table; 1 where a page misses its mark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--claims", type=int, default=100_000, help="size of the desk (default 100,000)")
    parser.add_argument("--requests", type=int, default=200, help="requests a page (default 200)")
    parser.add_argument("--only", default="", help="only pages whose name contains this")
    options = parser.parse_args()
    with desk_of(options.claims):
        return _measure_all(options.requests, options.only)


def _measure_all(requests: int, only: str) -> int:
    from django.test import Client

    from claims.models import User
    from claims.roles import Role, give_role

    user = User.objects.get(username="reviewer0")
    give_role(user, Role.EDITOR)
    client = Client()
    client.force_login(user)
    good = True
    print("| page | queries | median, ms | 95th percentile, ms |\n|---|---|---|---|")
    for name, address in _pages().items():
        if only not in name:
            continue
        get = partial(client.get, headers={"HX-Request": "true"} if name in FRAGMENTS else None)
        figures = _measure(get, address, requests)
        good = good and figures.good
        mark = "" if figures.good else " (!)"
        print(f"| {name} | {figures.queries} | {figures.median:.0f} | {figures.late:.0f}{mark} |", flush=True)
    return 0 if good else 1


def _measure(get: Callable[..., object], address: Callable[[], str], requests: int) -> Figures:
    """Queries are counted in requests of their own: counting takes time."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    queries = 0
    for _ in range(10):
        with CaptureQueriesContext(connection) as captured:
            _answer(get, address())
        queries = max(queries, len(captured))
    times = []
    for _ in range(requests):
        path = address()
        started = time.perf_counter()
        _answer(get, path)
        times.append(1000 * (time.perf_counter() - started))
    return Figures(queries, statistics.median(times), statistics.quantiles(times, n=20)[-1])


def _answer(get: Callable[..., object], path: str) -> None:
    status = getattr(get(path), "status_code", None)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")


def _pages() -> dict[str, Callable[[], str]]:
    """Names of pages, and addresses of them, another at each call. Pages that a desk has not got yet are left out."""
    from django.urls import NoReverseMatch, reverse

    from benchmarks.desk import COMMON
    from claims.models import Article, Claim, Outlet, Rating, Source, StatementSource, Tag

    pick = random.Random(2)
    claims, articles = (list(m._default_manager.values_list("pk", flat=True)) for m in (Claim, Article))
    # Taken from the links, those with many statements come often, as they do with people.
    sources = list(StatementSource.objects.values_list("source", flat=True)[:20_000])
    names = list(Source.objects.filter(kind="person").values_list("name", flat=True)[:2_000])
    outlets, ratings, tags = (list(m._default_manager.values_list("pk", flat=True)) for m in (Outlet, Rating, Tag))
    words = [word for text in Claim.objects.values_list("text", flat=True)[:300] for word in text.split()]
    pages: dict[str, tuple[str, Callable[[], tuple[list[object], str]]]] = {
        "queue": ("queue", lambda: ([], f"page={pick.randint(1, 20)}")),
        "queue, far down": ("queue", lambda: ([], f"state=all&page={pick.randint(1000, 4000)}")),
        "queue, all states, newest": ("queue", lambda: ([], "state=all&sort=newest&size=50")),
        "queue, least sure": ("queue", lambda: ([], "sort=unsure")),
        "queue, common word": ("queue", lambda: ([], f"q={pick.choice(COMMON)}")),
        "queue, any word, all states": ("queue", lambda: ([], f"q={pick.choice(words)}&state=all")),
        "queue, source": ("queue", lambda: ([], f"source={pick.choice(sources)}&state=all")),
        "queue, part of a name": ("queue", lambda: ([], f"by={pick.choice(names).split()[-1]}")),
        "queue, kind": ("queue", lambda: ([], f"kind={pick.choice(('person', 'group', 'country'))}")),
        "queue, outlet and days": ("queue", lambda: ([], f"outlet={pick.choice(outlets)}&since=2026-01-01")),
        "queue, tag": ("queue", lambda: ([], f"tag={pick.choice(tags)}&state=all")),
        "queue, due first": ("queue", lambda: ([], f"sort=due&page={pick.randint(1, 20)}")),
        "queue, overdue": ("queue", lambda: ([], "due=overdue&sort=due")),
        "queue, waiting for me": ("queue", lambda: ([], "waiting=me")),
        "views, counts of built-in ones": ("views", lambda: ([], "show=built-in")),
        "views": ("views", lambda: ([], "")),
        "queue, verification status": ("queue", lambda: ([], f"rating={pick.choice(ratings)}")),
        "claim": ("claim", lambda: ([pick.choice(claims)], "")),
        "claim, checked before": ("claim", lambda: ([pick.choice(claims)], "show=background")),
        "claim, what happened": ("claim", lambda: ([pick.choice(claims)], "show=history")),
        "source": ("source", lambda: ([pick.choice(sources)], "")),
        "sources": ("sources", lambda: ([], f"page={pick.randint(1, 50)}")),
        "sources, search": ("sources", lambda: ([], f"q={pick.choice(names).split()[-1]}")),
        "articles": ("articles", lambda: ([], f"page={pick.randint(1, 200)}")),
        "articles, search": ("articles", lambda: ([], f"q={pick.choice(COMMON)}")),
        "article": ("article", lambda: ([pick.choice(articles)], "")),
        "start": ("start", lambda: ([], "")),
    }

    def address(view: str, make: Callable[[], tuple[list[object], str]]) -> str:
        arguments, query = make()
        return reverse(view, args=arguments) + (f"?{query}" if query else "")

    found: dict[str, Callable[[], str]] = {}
    for name, (view, make) in pages.items():
        try:
            address(view, make)
        except NoReverseMatch:
            print(f"No page “{view}” yet.", file=sys.stderr)
            continue
        found[name] = lambda view=view, make=make: address(view, make)  # type: ignore[misc]
    return found


if __name__ == "__main__":
    sys.exit(main())
