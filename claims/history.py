"""What happened to a claim, in words, from the history that the database keeps."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils.formats import date_format

from claims import permissions
from claims.models import (
    AttributionVerdict,
    Citation,
    Claim,
    ClaimTag,
    Rating,
    Review,
    ReviewsNeeded,
    ReviewState,
    Settlement,
    Source,
    Statement,
    StatementSource,
    Tag,
    User,
    Verdict,
)
from claims.workflow import DismissalReason, State

# Drafts save themselves: what one person does again and again within this time is told once.
TOGETHER = dt.timedelta(minutes=30)
SHORT = 160
OUTCOME = 9


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody did something; `who` is empty where it was the machine."""

    when: dt.datetime
    who: str
    did: str
    detail: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An event with the one before it of the same row."""

    event: Any
    before: Any | None

    def changed(self, name: str) -> bool:
        return self.before is not None and getattr(self.before, name) != getattr(self.event, name)


def claim_history(claim: Claim, reader: object) -> list[Entry]:
    """The newest first. What stands in a review is told to those only who may read it."""
    reviews = {review.pk: review for review in claim.reviews.select_related("reviewer", "claim")}
    readable = {pk for pk, review in reviews.items() if permissions.can_read_review(reader, review)}
    statements = claim.statements.values("pk")
    events = {
        "claim": _changes(Claim, pgh_obj_id=claim.pk),
        "tag": _changes(ClaimTag, claim_id=claim.pk),
        "statement": _changes(Statement, pgh_obj_id__in=statements),
        "filing": _changes(StatementSource, statement_id__in=statements),
        "review": _changes(Review, "rating", claim_id=claim.pk),
        "verdict": _changes(AttributionVerdict, review_id__in=readable),
        "citation": _changes(Citation, review_id__in=readable),
        "settlement": _changes(Settlement, "rating", claim_id=claim.pk),
    }
    outcomes = _outcomes(events["claim"])
    # What was settled tells what was reviewed, also after the claim was reopened.
    blind = permissions.is_blind(reader, claim)
    names = _Names(change.event for changes in events.values() for change in changes)
    told: list[tuple[int, Entry]] = []
    for rank, (kind, changes) in enumerate(events.items()):
        for change in changes:
            context = change.event.pgh_context
            metadata = {**(context.metadata if context else {}), "blind": blind}
            if kind == "review":
                metadata["outcome"] = outcomes.get(change.event.pgh_context_id)
            for text, detail, level in _tellers[kind](change, names, readable, metadata):
                by_machine = kind == "filing" and change.event.set_by_id is None
                who = "" if by_machine else names.users.get(metadata.get("user") or 0, "")
                entry = Entry(change.event.pgh_created_at, who, text, detail, level)
                told.append((OUTCOME if level else rank, entry))
    # All events of one transaction bear the same time: what came of it is told last.
    told.sort(key=lambda pair: (pair[1].when, pair[0]))
    return _once([entry for _, entry in told])[::-1]


class _Names:
    """The names that the events mention, a query each."""

    def __init__(self, events: Iterable[Any]) -> None:
        events = list(events)
        contexts = [event.pgh_context.metadata for event in events if event.pgh_context]
        users = {context["user"] for context in contexts if context.get("user")}
        users |= {event.held_by_id for event in events if getattr(event, "held_by_id", None)}
        sources = {event.source_id for event in events if hasattr(event, "source_id")}
        self.users = {user.pk: user.display_name for user in User.objects.filter(pk__in=users)}
        self.tags = _tag_names({event.tag_id for event in events if hasattr(event, "tag_id")})
        self.sources = {source.pk: source.name for source in Source.objects.filter(pk__in=sources)}


def _tag_names(pks: set[int]) -> dict[int, str]:
    """As they are called now, or were when they were deleted."""
    events: Any = Tag._meta.get_field("events").related_model
    return dict(events.objects.filter(pgh_obj_id__in=pks).order_by("pgh_id").values_list("pgh_obj_id", "name"))


type Told = Iterator[tuple[str, str, str]]  # what, a detail, a level for its colour


def _claim(change: Change, names: _Names, _readable: set[int], metadata: dict[str, Any]) -> Told:
    event, together = change.event, _together(metadata)
    if event.pgh_label == "insert":
        if metadata.get("action") == "file_reextraction":
            yield "found the claim when a newer model read its article", event.text, ""
        elif "task" in metadata or metadata.get("action") == "file_extraction":
            yield "added the article in which the claim was found", event.text, ""
        else:
            yield "added the claim", event.text, ""
    yield from _plan(change, together)
    if change.changed("text"):
        yield "changed the words of the claim", f"Before: {change.before.text}", ""  # type: ignore[union-attr]
    if metadata.get("action") == "set_reviews_needed" and change.changed("reviews_needed"):
        asked = event.reviews_needed == ReviewsNeeded.TWO
        yield "asked for a second review" if asked else "said that one review is enough", "", ""
    yield from _hold(change, names, metadata, together)
    if not change.changed("state"):
        return
    before = change.before.state  # type: ignore[union-attr]
    if event.state == State.DISMISSED:
        reason = DismissalReason(event.dismissal_reason).label.lower()
        yield f"dismissed the claim: {reason}", f"{event.dismissal_note} {together}".strip(), "warning"
    elif before == State.DISMISSED:
        yield f"restored the claim, which is {State(event.state).label.lower()} again", "", ""
    elif before == State.DECIDED:
        yield "reopened the claim", metadata.get("reason", ""), "warning"
    elif before == State.AWAITING_SECOND and event.state == State.IN_REVIEW:
        yield "took the first review back", metadata.get("reason", ""), "warning"


def _plan(change: Change, together: str) -> Told:
    """Which claims come first."""
    event = change.event
    if change.changed("priority"):
        yield f"set the priority to {event.priority}", together, ""
    if change.changed("due_on"):
        day = event.due_on and date_format(event.due_on, "j M Y")
        yield f"set the due date to {day}" if day else "took the due date away", together, ""


def _together(metadata: dict[str, Any]) -> str:
    many = metadata.get("count", 1)
    return f"Together with {many - 1:,} other{'' if many == 2 else 's'}." if many > 1 else ""


def _tag(change: Change, names: _Names, _readable: set[int], metadata: dict[str, Any]) -> Told:
    """Where two tags were merged, a claim that had both loses the one."""
    event = change.event
    tag = f"“{names.tags.get(event.tag_id, 'a tag')}”"
    if event.pgh_label == "insert":
        yield f"added the tag {tag}", _together(metadata), ""
    elif event.pgh_label == "delete":
        yield f"removed the tag {tag}", _together(metadata), ""
    elif change.changed("tag_id"):
        was = names.tags.get(change.before.tag_id, "a tag")  # type: ignore[union-attr]
        yield f"merged the tag “{was}” into {tag}", "", ""


def _outcomes(changes: Iterable[Change]) -> dict[Any, tuple[str, str]]:
    """The states of the claim before and after, by what changed them."""
    return {
        change.event.pgh_context_id: (change.before.state, change.event.state)
        for change in changes
        if change.event.pgh_context_id and change.before is not None and change.changed("state")
    }


def _submitted(rating: str, outcome: tuple[str, str] | None) -> tuple[str, str]:
    """What came of a review that was submitted, and its colour; no rating is given to who may not read it."""
    of_rating = f": {rating}" if rating else ""
    before, after = outcome or (State.IN_REVIEW, State.DECIDED)
    if after == State.AWAITING_SECOND:
        return f"submitted the first review{of_rating}", ""
    if after == State.DISPUTED:
        return f"submitted a second review that differs{of_rating}", "warning"
    if before == State.AWAITING_SECOND:
        return f"submitted a second review, which decided the claim{of_rating}", "success"
    return f"decided the claim{of_rating}", "success"


def _settlement(change: Change, _names: _Names, _readable: set[int], metadata: dict[str, Any]) -> Told:
    if change.event.pgh_label == "insert":
        event, blind = change.event, metadata["blind"]
        told = "settled the claim" if blind else f"settled the claim: {event.rating}"
        yield told, "" if blind else event.reason, "success"


def _hold(change: Change, names: _Names, metadata: dict[str, Any], together: str) -> Told:
    """Who has taken the claim. That work on it came to its end is told by what came of it."""
    if not change.changed("held_since"):
        return
    event, before, by = change.event, change.before, metadata.get("user")
    if metadata.get("undone"):
        if not change.changed("state"):
            yield "took an assignment back", "", ""
        return
    held_before = before.held_by_id if before else None
    if event.held_by_id is None:
        if metadata.get("action") == "release":
            whose = "" if held_before == by else f", which {names.users.get(held_before or 0, 'somebody')} had taken"
            yield f"gave the claim back{whose}", "", ""
    elif event.assigned_by_id is None:
        yield "took the claim", "", ""
    else:
        to = names.users.get(event.held_by_id, "somebody")
        did = "handed the claim over to" if held_before == by else "assigned the claim to"
        yield f"{did} {to}", f"{event.hold_note} {together}".strip(), ""


def _review(change: Change, _names: _Names, readable: set[int], metadata: dict[str, Any]) -> Told:
    event, before = change.event, change.before
    if event.pgh_label == "insert" and event.state == ReviewState.SUBMITTED:
        return  # made of an editor's reason, which is told as such
    if event.pgh_label == "insert":
        yield "began a review", "", ""
    if event.state == ReviewState.SUBMITTED and (before is None or change.changed("state")):
        rating = str(event.rating) if event.pgh_obj_id in readable else ""
        told, level = _submitted(rating, metadata["outcome"])
        yield told, "", level
    elif event.state == ReviewState.WITHDRAWN and change.changed("state"):
        yield "withdrew a draft", "", ""
    if event.pgh_obj_id not in readable:
        return
    if event.rating_id != (before.rating_id if before else None):
        yield _of_rating(event.rating, before.rating if before else None), "", ""
    for name, words in (("rationale", "the rationale"), ("no_citation_reason", "why there is no citation")):
        if getattr(event, name) != (getattr(before, name) if before else ""):
            yield f"wrote {words}", getattr(event, name), ""


def _of_rating(now: Rating | None, before: Rating | None) -> str:
    if now is None:
        return "took the verification status back"
    if before is None:
        return f"chose the verification status {now.label.lower()}"
    return f"changed the verification status from {before.label.lower()} to {now.label.lower()}"


def _citation(change: Change, *_: Any) -> Told:
    words = {"insert": "cited", "update": "changed the citation", "delete": "removed the citation"}
    event = change.event
    yield f"{words[event.pgh_label]} {event.title or event.address}", "", ""


def _verdict(change: Change, *_: Any) -> Told:
    event = change.event
    if event.pgh_label == "delete":
        yield "took back what was said about the attribution", "", ""
    else:
        yield f"marked the attribution: {Verdict(event.verdict).label.lower()}", event.note, ""


def _statement(change: Change, *_: Any) -> Told:
    if change.changed("spans"):
        yield "corrected which words are source, cue and content", "", ""
    if change.changed("claim_id"):
        yield "moved an appearance of another claim here", "", ""


def _filing(change: Change, names: _Names, *_: Any) -> Told:
    event = change.event
    source = names.sources.get(event.source_id, "a source")
    if event.pgh_label == "insert":
        yield f"filed a statement under {source}", "", ""
    elif event.pgh_label == "delete":
        yield f"took a statement away from {source}", "", ""


_tellers: dict[str, Callable[..., Told]] = {
    "claim": _claim,
    "tag": _tag,
    "review": _review,
    "citation": _citation,
    "verdict": _verdict,
    "statement": _statement,
    "filing": _filing,
    "settlement": _settlement,
}


def _changes(model: type[models.Model], *related: str, **conditions: Any) -> list[Change]:
    """The events of a model's rows in order, each with the one before, and with these rows that it refers to."""
    event_model: Any = model._meta.get_field("events").related_model
    last: dict[int, Any] = {}
    changes = []
    for event in event_model.objects.filter(**conditions).select_related("pgh_context", *related).order_by("pgh_id"):
        changes.append(Change(event, last.get(event.pgh_obj_id)))
        last[event.pgh_obj_id] = event
    return changes


def _once(entries: list[Entry]) -> list[Entry]:
    """Without repetitions: of what one person did several times in a row, the last."""
    kept: list[Entry] = []
    for entry in entries:
        shown = replace(entry, detail=entry.detail if len(entry.detail) <= SHORT else f"{entry.detail[:SHORT]} …")
        same = next((k for k in reversed(kept[-4:]) if (k.who, k.did) == (entry.who, entry.did)), None)
        if same and entry.when - same.when <= TOGETHER:
            kept.remove(same)
        kept.append(shown)
    return kept
