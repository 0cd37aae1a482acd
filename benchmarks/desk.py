"""A desk with as many claims as one wants, distributed as on a real one: the same for the same seed.

Few sources and outlets have most of the statements, most have a handful; one claim in eight has several
appearances; most claims wait, a quarter is decided with citations. Words follow Zipf's law, too. History is written
as in real life, by the triggers.
"""

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from claims.models import (
    Alias,
    Article,
    ArticleVersion,
    Citation,
    Claim,
    ClaimTag,
    Extraction,
    Kind,
    Outlet,
    Rating,
    Review,
    SavedView,
    Source,
    Statement,
    StatementSource,
    Tag,
    User,
)
from claims.names import fold
from claims.texts import text_hash
from claims.wording import claim_text, content_hash

KINDS = {Kind.PERSON: 60, Kind.ORGANIZATION: 20, Kind.COUNTRY: 4, Kind.GROUP: 11, Kind.DOCUMENT: 4, Kind.UNKNOWN: 1}
ACTS = {
    "state": 60,
    "deny": 6,
    "accuse": 6,
    "promise": 5,
    "predict": 8,
    "ask": 3,
    "order": 3,
    "praise": 4,
    "criticise": 5,
}
ROLES = ("minister", "mayor", "spokeswoman", "union leader", "port director")
STATES = {"new": 55, "in_review": 5, "decided": 25, "dismissed": 15}
CUES = {True: ("said", "says", "told reporters", "claimed", "denied", "warned"), False: ("wants", "expects", "hopes")}
# The most frequent words of all; requests search for them.
COMMON = [
    *("government", "minister", "jobs", "taxes", "budget", "police", "hospital", "schools", "energy", "prices"),
    *("border", "election", "parliament", "report", "deal", "vote", "climate", "workers", "trade", "inflation"),
    *("housing", "court", "army", "water", "port", "strike"),
]
STATEMENTS_AN_ARTICLE = 8
BATCH = 2000
GROUP = 250  # articles at a time


class _Words:
    """Sentences of invented words, the common ones often."""

    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        parts = ["ba", "do", "ker", "lin", "mar", "no", "pe", "ri", "sol", "tan", "ul", "ver", "wes", "zo"]
        rare = ["".join(word) for word in itertools.product(parts, parts, parts)]
        random_.shuffle(rare)
        self.all = [*COMMON, *rare]
        self.weights = list(itertools.accumulate(1 / (rank + 30) for rank in range(len(self.all))))

    def some(self, least: int, most: int) -> str:
        return " ".join(self.random.choices(self.all, cum_weights=self.weights, k=self.random.randint(least, most)))

    def name(self) -> str:
        return " ".join(self.random.choice(self.all[len(COMMON) :]).capitalize() for _ in range(2))


def _zipf(count: int) -> list[float]:
    return list(itertools.accumulate(1 / (rank + 2) for rank in range(count)))


def make_desk(claims: int, *, seed: int = 1) -> None:
    """Fill an empty database that `setup` has prepared."""
    random_ = random.Random(seed)
    words = _Words(random_)
    people = [User.objects.create_user(f"reviewer{n}", first_name="Reviewer", last_name=str(n)) for n in range(12)]
    outlets = _store(Outlet(name=f"The {words.name()}", domain=f"outlet{n}.example") for n in range(120))
    sources = _make_sources(max(20, claims // 12), random_, words)
    _make_statements(claims, outlets, sources, random_, words)
    Claim.objects.refresh_first_appearance()
    _make_reviews(people, random_, words)
    make_order(people[0], random_)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _store[M: Model](rows: Iterator[M] | Sequence[M]) -> list[M]:
    """Save in batches, as fast as the triggers allow."""
    stored: list[M] = []
    for batch in itertools.batched(rows, BATCH):
        model: Any = type(batch[0])
        stored += model._default_manager.bulk_create(batch)
    return stored


def _make_sources(count: int, random_: random.Random, words: _Words) -> list[Source]:
    def one(number: int) -> Source:
        kind = random_.choices(list(KINDS), list(KINDS.values()))[0]
        name = f"{words.some(2, 3)} {number}" if kind == Kind.GROUP else words.name()
        return Source(name=name, kind=kind)

    sources = _store(one(number) for number in range(count))
    _store(Alias(source=source, name=source.name) for source in sources)
    _store(
        Alias(source=source, name=source.name.split()[-1])
        for source in sources
        if source.kind == Kind.PERSON and random_.random() < 0.5
    )
    return sources


def _make_articles(first: int, outlets: list[Outlet], random_: random.Random, words: _Words) -> list[Article]:
    popular, now = _zipf(len(outlets)), timezone.now()

    def one(number: int) -> Article:
        day = now - dt.timedelta(days=1100 * random_.random() ** 2, seconds=number)
        return Article(
            title=words.some(5, 9).capitalize(),
            outlet=random_.choices(outlets, cum_weights=popular)[0],
            address=f"https://outlet.example/{number}",
            published_at=day,
            created_at=day,
            extraction_state="done",
        )

    return _store(one(number) for number in range(first, first + GROUP))


def _make_statements(
    count: int, outlets: list[Outlet], sources: list[Source], random_: random.Random, words: _Words
) -> None:
    """Article by article: its text, its statements, and their claims, new or those of earlier articles."""
    popular = _zipf(len(sources))
    made: list[Claim] = []
    for first in itertools.count(step=GROUP):
        if len(made) == count:
            return
        group = _make_articles(first, outlets, random_, words)
        versions: list[ArticleVersion] = []
        new_claims: list[Claim] = []
        rows = []
        for article in group:
            text, found = _text(sources, popular, random_, words)
            version = ArticleVersion(article=article, number=1, text=text, text_hash=text_hash(text))
            versions.append(version)
            for position, (spans, filed, speech) in enumerate(found):
                if made and random_.random() < 0.15:
                    claim = random_.choice(made[-20_000:])
                elif len(made) + len(new_claims) < count:
                    claim = Claim(text=claim_text(text, spans), priority=random_.choice((0,) * 9 + (1,)))
                    new_claims.append(claim)
                else:
                    break
                rows.append((version, position, spans, filed, speech, claim))
        _store(versions)
        made += _store(new_claims)
        runs = {
            run.article_version_id: run
            for run in _store(
                Extraction(article_version=v, model_version="benchmark", output=[], started_at=timezone.now())
                for v in versions
            )
        }
        statements = _store(
            Statement(
                article_version=version,
                claim=claim,
                extraction=runs[version.pk],
                position=position,
                spans=spans,
                content_hash=content_hash(version.text, spans),
                form="indirect",
                speech=speech,
                act=random_.choices(list(ACTS), list(ACTS.values()))[0] if speech else "",
                negated=random_.random() < 0.04,
                check_worthiness=round(random_.betavariate(2, 2), 3) if random_.random() < 0.9 else None,
                confidence=round(random_.betavariate(5, 1.5), 3),
                speaker=filed[0].name,
                speaker_folded=fold(filed[0].name),
                speaker_kind=filed[0].kind,
                speaker_role=random_.choice(ROLES) if random_.random() < 0.3 else "",
                reported_at=version.article.created_at,
            )
            for version, position, spans, filed, speech, claim in rows
        )
        _store(
            StatementSource(statement=statement, source=source, position=place)
            for statement, row in zip(statements, rows, strict=True)
            if random_.random() > 0.1  # the others are unresolved
            for place, source in enumerate(row[3])
        )


def make_order(owner: User, random_: random.Random) -> None:
    """Tags, on every fifth claim; a due date on every twentieth; and the views of somebody who likes them."""
    today = timezone.localdate()
    pks = list(Claim.objects.order_by("pk").values_list("pk", flat=True))
    tags = _store(Tag(name=name) for name in COMMON)
    popular = _zipf(len(tags))
    _store(
        ClaimTag(claim_id=pk, tag=tag)
        for pk in random_.sample(pks, len(pks) // 5)
        for tag in {random_.choices(tags, cum_weights=popular)[0] for _ in range(random_.randint(1, 2))}
    )
    for days in range(-20, 60):
        chosen = random_.sample(pks, max(len(pks) // 1600, 1))
        Claim.objects.filter(pk__in=chosen).update(due_on=today + dt.timedelta(days=days))
    queries = [f"tag={tag.pk}&sort=due" for tag in tags] + [f"q={word}&worth=50" for word in COMMON[:4]]
    _store(SavedView(owner=owner, name=f"View {n}", query=query, shared=n % 2 == 0) for n, query in enumerate(queries))


def _text(
    sources: list[Source], popular: list[float], random_: random.Random, words: _Words
) -> tuple[str, list[tuple[dict[str, list[list[int]]], list[Source], bool]]]:
    """An article's text, with the spans, sources and manner of each statement in it."""
    text, found = "", []
    for _ in range(random_.randint(2, 2 * STATEMENTS_AN_ARTICLE - 2)):
        speech = random_.random() < 0.8
        filed = [random_.choices(sources, cum_weights=popular)[0]]
        if random_.random() < 0.05:
            filed = list({s.pk: s for s in (*filed, random_.choices(sources, cum_weights=popular)[0])}.values())
        spans: dict[str, list[list[int]]] = {}
        text += words.some(8, 30).capitalize() + ". "
        said = (" and ".join(s.name for s in filed), random_.choice(CUES[speech]), f"that {words.some(6, 24)}")
        for role, part in zip(("source", "cue", "content"), said, strict=True):
            spans[role] = [[len(text), len(text) + len(part)]]
            text += f"{part} "
        text = text[:-1] + random_.choice((". ", ".\n\n"))
        found.append((spans, filed, speech))
    return text, found


def _make_reviews(people: list[User], random_: random.Random, words: _Words) -> None:
    """Move the claims to their states, with the drafts, reviews and citations that belong there."""
    now, ratings = timezone.now(), list(Rating.objects.offered())
    reviews, citations = [], []
    by_state: dict[str, list[Claim]] = {state: [] for state in STATES}
    for claim in Claim.objects.only("pk").iterator():
        state = random_.choices(list(STATES), list(STATES.values()))[0]
        by_state[state].append(claim)
        if state in ("in_review", "decided"):
            decided = state == "decided"
            reviews.append(
                Review(
                    claim=claim,
                    reviewer=random_.choice(people),
                    rating=random_.choice(ratings) if decided else None,
                    rationale=words.some(30, 120).capitalize() + ".",
                    state="submitted" if decided else "draft",
                    submitted_at=now if decided else None,
                    created_at=now - dt.timedelta(minutes=random_.randint(1, 10_000)),
                )
            )
    for review in _store(reviews):
        citations += [
            Citation(
                review=review,
                address=f"https://evidence.example/{n}",
                title=words.some(3, 7),
                passage=words.some(20, 60),
                stance=random_.choice(("supports", "refutes", "context")),
                position=n,
            )
            for n in range(random_.randint(1, 3))
        ]
    _store(citations)
    decisions = Review.objects.filter(claim=OuterRef("pk"), state="submitted")
    for batch in itertools.batched(by_state["decided"], BATCH):
        Claim.objects.filter(pk__in=[c.pk for c in batch]).update(
            state="decided", decided_review=Subquery(decisions.values("pk"))
        )
    for batch in itertools.batched(by_state["dismissed"], BATCH):
        Claim.objects.filter(pk__in=[c.pk for c in batch]).update(state="dismissed", dismissal_reason="trivial")
    for batch in itertools.batched(by_state["in_review"], BATCH):
        Claim.objects.filter(pk__in=[c.pk for c in batch]).update(state="in_review")
