"""The queue's filters and order, and what comes next in them."""

import datetime as dt
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from claims.filters.queue import QueueFilter, next_in_queue, previous_in_queue
from claims.models import Claim, Outlet, Source, Statement, StatementSource
from claims.workflow import State
from tests import recipes

pytestmark = pytest.mark.django_db


def found(query: str, **fields: Any) -> list[Claim]:
    return list(QueueFilter(query, **fields).claims)


def filed(source: Source, **fields: Any) -> Claim:
    statement: Statement = recipes.statement(**fields)
    StatementSource.objects.create(statement=statement, source=source)
    return statement.claim


@pytest.fixture
def claims() -> list[Claim]:
    """Six claims in the order of the queue: speech first, then priority, then the most pressing."""
    day = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return [
        recipes.claim(text="The dam will break", priority=1, reported_at=day, confidence=0.5, act="predict"),
        recipes.claim(text="Taxes rose", reported_at=day + dt.timedelta(days=2), confidence=0.9, act="state"),
        recipes.claim(text="Cats fell", reported_at=day, confidence=0.9, check_worthiness=0.7, act="deny"),
        recipes.claim(text="The dams hold", state="in_review", reported_at=day, confidence=None),
        recipes.claim(
            text="Taxes fell", reported_at=day, confidence=0.9, check_worthiness=0.1, act="deny", negated=True
        ),
        recipes.claim(text="He wants taxes", speech=False, reported_at=day, priority=2, confidence=0.1),
    ]


def test_without_filters_what_is_open_in_the_order_of_the_queue(claims: list[Claim]) -> None:
    recipes.claim(state="dismissed", dismissal_reason="trivial")
    recipes.decided_claim()
    assert found("") == claims
    claims[1].reported_at = claims[2].pressing_at - dt.timedelta(days=7 * 0.5 * 0.9)
    claims[1].save()
    assert found("")[1:3] == [claims[2], claims[1]], "of the same moment the later row comes first"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=dam", {0, 3}),
        ("q=taxes+-fell", {1, 5}),
        ("state=new", {0, 1, 2, 4, 5}),
        ("state=in_review", {3}),
        ("state=decided", set()),
        ("speech=speech", {0, 1, 2, 3, 4}),
        ("speech=thought", {5}),
        ("since=2026-03-02", {1}),
        ("until=2026-03-02", {0, 2, 3, 4, 5}),
        ("since=2026-03-01&until=2026-03-01&q=taxes", {4, 5}),
        ("act=deny", {2, 4}),
        ("act=praise", set()),
        ("negated=yes", {4}),
        ("negated=no&act=deny", {2}),
        ("sure=50", {0, 1, 2, 3, 4}),
        ("sure=70", {1, 2, 3, 4}),
        ("sure=85&q=dam", {3}),
        ("worth=30", {0, 1, 2, 3, 5}),
        ("worth=50", {0, 1, 2, 3, 5}),
        ("worth=70", {2}),
    ],
)
def test_a_filter_leaves_only_what_fits(claims: list[Claim], query: str, expected: set[int]) -> None:
    assert {claims.index(claim) for claim in found(query)} == expected


def test_sources_by_name_by_number_and_by_kind() -> None:
    lavrov, activists = recipes.source(name="Sergei Lavrov"), recipes.source(name="activists", kind="group")
    his, theirs = filed(lavrov), filed(activists)
    assert found("by=lavr") == found(f"source={lavrov.pk}") == found("kind=person") == [his]
    assert found("kind=group") == [theirs]
    assert found("by=nobody") == []


def test_a_source_that_was_merged_stands_for_the_other() -> None:
    into = recipes.source(name="Sergei Lavrov")
    his, gone = filed(into), recipes.source(name="S. Lavrov", merged_into=into)
    assert found(f"source={gone.pk}") == [his]


def test_a_verification_status_shows_what_was_decided() -> None:
    claim, _other = recipes.decided_claim(), recipes.decided_claim()
    assert claim.decided_review is not None
    rating = claim.decided_review.rating_id
    assert found(f"rating={rating}") == found(f"rating={rating}&state=all") == [claim]
    assert found(f"rating={rating}&state=new") == []


def test_outlet_and_own_drafts() -> None:
    ana = recipes.user()
    claim = recipes.claim(state="in_review", outlet=Outlet.objects.create(name="Courier"))
    recipes.review(claim=claim, reviewer=ana)
    other = recipes.review(claim=recipes.claim(state="in_review")).claim
    assert found(f"outlet={claim.outlet_id}") == found("mine=1", user=ana) == [claim]
    assert found("mine=1") == []
    assert set(found("")) == {claim, other}


def test_orders(claims: list[Claim]) -> None:
    by_time = sorted(claims, key=lambda claim: (claim.reported_at, claim.pk))
    assert found("sort=oldest") == by_time
    assert found("sort=newest") == by_time[::-1]
    sure = sorted(claims, key=lambda claim: (1 if claim.confidence is None else claim.confidence, claim.pk))
    assert found("sort=unsure") == sure
    assert found("sort=surest") == sure[::-1]
    worthy = sorted(
        claims, key=lambda claim: (0.5 if claim.check_worthiness is None else claim.check_worthiness, claim.pk)
    )
    assert found("sort=worthy") == worthy[::-1]


@pytest.mark.parametrize(
    "query",
    ["", "sort=newest", "sort=oldest", "sort=worthy", "sort=surest", "sort=unsure", "q=taxes", "state=new", "sure=70"],
)
def test_next_and_previous_walk_the_queue_as_it_is_shown(claims: list[Claim], query: str) -> None:
    order = found(query)
    for here, following in pairwise(order):
        assert next_in_queue(query, here) == following
        assert previous_in_queue(query, following) == here
    assert next_in_queue(query, order[-1]) is None
    assert previous_in_queue(query, order[0]) is None


def test_the_next_claim_is_found_after_this_one_left_the_queue(claims: list[Claim]) -> None:
    first, second = claims[0], claims[1]
    Claim.objects.filter(pk=first.pk).update(state=State.DISMISSED, dismissal_reason="trivial")
    first.refresh_from_db()
    assert next_in_queue("", first) == second


def test_counts_by_state_heed_the_other_filters_only(claims: list[Claim]) -> None:
    queue = QueueFilter("q=taxes&state=decided")
    assert queue.counts == {**dict.fromkeys(State, 0), State.NEW: 3}
    assert queue.total == 0
    assert QueueFilter("q=taxes").total == 3


def test_what_awaits_its_second_review_is_to_be_done_and_what_is_disputed_has_a_tab_of_its_own() -> None:
    awaiting, disputed = (recipes.reviewed_claim(*(recipes.rating() for _ in range(count))) for count in (1, 2))
    assert list(QueueFilter("").claims) == list(QueueFilter("state=awaiting_second").claims) == [awaiting]
    assert list(QueueFilter("state=disputed").claims) == [disputed]


def test_what_makes_no_sense_is_said_and_left_out(claims: list[Claim]) -> None:
    queue = QueueFilter(
        "since=xx&state=odd&outlet=99999&source=zz&rating=&size=7&sort=up&q=taxes%00&act=sing&negated=1&sure=0.7&worth=71"
    )
    assert len(queue.claims) == 6
    assert len(queue.mistakes) == 11
    assert queue.query() == ""


def test_each_filter_is_a_chip_that_can_be_taken_away() -> None:
    source = recipes.source(name="Sergei Lavrov")
    queue = QueueFilter(f"q=dam&source={source.pk}&since=2026-03-01&kind=person&state=new&sort=oldest")
    chips = {chip.label: (chip.value, chip.without) for chip in queue.chips}
    assert chips["Words"] == ("dam", f"source={source.pk}&kind=person&since=2026-03-01&state=new&sort=oldest")
    assert chips["Source"][0] == "Sergei Lavrov"
    assert chips["From"][0] == "1 Mar 2026"
    assert chips["Kind of source"][0] == "Person"
    assert len(chips) == 4
    assert queue.cleared == "sort=oldest"


def test_chips_are_in_words() -> None:
    queue = QueueFilter("act=deny&negated=yes&sure=70&worth=50")
    assert [(chip.label, chip.value) for chip in queue.chips] == [
        ("What the speech does", "Denies"),
        ("Said or not said", "Not said"),
        ("Confidence", "At least 70%"),
        ("Check-worthiness", "At least 50%"),
    ]
    assert queue.has_rarer
