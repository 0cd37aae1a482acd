"""How states, ratings and times are written."""

import datetime as dt

import pytest
from django.utils import timezone

from claims.models import Claim, Kind, Rating, Review
from claims.templatetags import labels
from claims.workflow import State

NOON = timezone.make_aware(dt.datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001 (made aware here)


@pytest.mark.parametrize(
    ("moment", "short"),
    [
        (NOON - dt.timedelta(hours=2), "10:00"),
        (NOON - dt.timedelta(days=1), "22 Nov, 12:00"),
        (NOON - dt.timedelta(days=1, hours=12), "22 Nov"),
        (NOON - dt.timedelta(days=400), "19 Oct 2025"),
    ],
)
def test_times_are_as_short_as_they_can_be(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime, short: str) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    html = labels.when(moment)
    assert f">{short}</time>" in html
    assert f'datetime="{moment.isoformat()}"' in html


def test_no_time_is_said() -> None:
    assert "no date" in labels.when(None)


def test_a_state_and_a_rating_are_written_safely() -> None:
    assert (
        labels.state_badge(Claim(state=State.IN_REVIEW))
        == '<span class="badge" data-state="in_review">In review</span>'
    )
    html = labels.rating_badge(Rating(label="<True>", meaning='"so"', colour="green"), "large")
    assert html == '<span class="rating rating-large" data-colour="green" title="&quot;so&quot;">&lt;True&gt;</span>'
    assert "Not rated" in labels.rating_badge(None)


@pytest.mark.parametrize(("state", "shown"), [(State.DECIDED, "False"), (State.DISMISSED, "Dismissed")])
def test_a_decision_is_shown_while_it_stands(state: State, shown: str) -> None:
    review = Review(rating=Rating(label="False", meaning="Not so.", colour="red"))
    assert f">{shown}</span>" in labels.outcome_badge(Claim(state=state, decided_review=review))


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_has_its_picture(kind: str) -> None:
    html = labels.kind_chip(kind)
    assert "<svg" in html
    assert Kind(kind).label in html
