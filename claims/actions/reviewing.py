"""Reviewers' work: drafts, submitting, taking back, and what becomes of the claim.

Every write locks the claim first, so that two of them never wait for each other crosswise, and asks `permissions`
about the row as it stands then.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from claims import desk, permissions, workflow
from claims.actions import action
from claims.actions.conflicts import Change, ConflictError
from claims.actions.holding import end_hold, renew, take_if_free
from claims.actions.notifying import notify
from claims.models import (
    AttributionVerdict,
    Claim,
    NotificationKind,
    Rating,
    Review,
    ReviewsNeeded,
    ReviewState,
    Settlement,
    User,
    Verdict,
)
from claims.models.claim import NO_HOLD
from claims.roles import Role, roles_of
from claims.texts import normalise_text
from claims.workflow import DismissalReason, Move, State


class VerdictInput(NamedTuple):
    """What a review says about one statement; an empty verdict says nothing."""

    verdict: str
    note: str = ""


type Verdicts = Mapping[int, VerdictInput]

WORDS = {
    "rating": "Verification status",
    "rationale": "Rationale",
    "no_citation_reason": "Reason for giving no citation",
}


# --- Reviews ----------------------------------------------------------------------------------------------


@action
def save_draft(
    *,
    claim: Claim,
    by: User,
    rating: Rating | None,
    rationale: str,
    no_citation_reason: str,
    verdicts: Verdicts,
    expected_version: int,
) -> Review:
    """Keep what a reviewer has so far; the first time begins the review.

    `expected_version` is that of the draft that was seen, 0 where there was none. What is stored already is not
    written again. `verdicts` are by statement; statements that it leaves out keep theirs.
    """
    claim = open_claim(claim, by)
    review = draft_of(claim, by)
    values: dict[str, Any] = {
        "rating": rating,
        "rationale": _clean(rationale),
        "no_citation_reason": _clean(no_citation_reason),
    }
    verdicts = _checked_verdicts(claim, verdicts)
    stored = _verdicts_of(review)
    new_verdicts = {pk: verdict for pk, verdict in verdicts.items() if stored.get(pk, VerdictInput("")) != verdict}
    changed = {name for name, value in values.items() if review is None or getattr(review, name) != value}
    if review and not changed and not new_verdicts:
        return review
    if (review.version if review else 0) != expected_version:
        raise _draft_conflict(review, values, changed, stored, new_verdicts)
    if rating and rating.retired_at and "rating" in changed:
        raise ValidationError({"rating": f"“{rating}” is no longer part of the scale."})
    if review is None:
        review = begin_draft(claim, by, **values)
    else:
        Review.objects.filter(pk=review.pk).change(seen=expected_version, **values)
        review.refresh_from_db()
    _store_verdicts(review, new_verdicts)
    return review


@action
def submit_review(*, review: Review, by: User, expected_version: int, citations_seen: str | None = None) -> Review:
    """Hand a draft in. It says how true the claim is, and cites or says why it does not.

    It decides the claim, is the first of two, or the second, which decides where the two say the same: then the first
    is the deciding one.

    `citations_seen` is the review's `citations_mark` in the summary: what was not looked at is not submitted.
    """
    claim = open_claim(review.claim, by)
    review = Review.locked(review.pk)
    review.claim = claim
    if review.state != ReviewState.DRAFT and review.reviewer_id == by.pk:
        raise ConflictError(f"This review was {review.get_state_display().lower()} in another window.")
    permissions.check_edit_review(by, review)
    seen = citations_seen is None or citations_seen == review.citations_mark
    if review.version != expected_version or not seen:
        raise ConflictError("The draft was changed in another window since this summary. Look at it again.")
    _check_complete(review)
    first = claim.reviews.submitted().select_related("rating").first()
    now = timezone.now()
    Review.objects.filter(pk=review.pk, state=ReviewState.DRAFT).change(
        seen=expected_version, state=ReviewState.SUBMITTED, submitted_at=now
    )
    if first is None and desk.reviews_needed(by, claim) > ReviewsNeeded.ONE:
        move_claim(claim, Move.SUBMIT, reviews_needed=ReviewsNeeded.TWO)
        if claim.is_held:
            notify(NotificationKind.SECOND_REVIEW, claim, to=[claim.held_by_id], by=by)
    elif first is None or (first.rating and review.rating and first.rating.counts_as(review.rating)):
        move_claim(claim, Move.DECIDE, decided_review=first or review)
    else:
        move_claim(claim, Move.DISPUTE)
        notify(NotificationKind.DISPUTED, claim, to=[first.reviewer_id], by=by)
    end_hold(claim, by)
    review.refresh_from_db()
    return review


@action
def withdraw_review(*, review: Review, by: User) -> Review:
    """Give a draft up. The claim is new again when nobody else has a draft."""
    claim = Claim.locked(review.claim_id)
    review = Review.locked(review.pk)
    permissions.check_withdraw_review(by, review)
    Review.objects.filter(pk=review.pk).change(seen=review.version, state=ReviewState.WITHDRAWN)
    end_hold(claim, review.reviewer)
    if claim.state == State.IN_REVIEW and not claim.reviews.drafts().exists():
        move_claim(claim, Move.ABANDON)
    review.refresh_from_db()
    return review


# --- Claims -----------------------------------------------------------------------------------------------


@action
def reopen_claim(*, claim: Claim, by: User, reason: str) -> Claim:
    """Make its submitted reviews drafts again, for their authors to submit anew. The history keeps what they said, and
    what an editor settled."""
    reason = demand_reason(reason, "Say why the claim is reopened.")
    claim = locked_as_seen(claim)
    permissions.check_reopen(by, claim)
    with pghistory.context(reason=reason):
        move_claim(claim, Move.REOPEN, decided_review=None)
        Settlement.objects.filter(claim=claim).delete()
        for pk in claim.reviews.submitted().order_by("pk").values_list("pk", flat=True):
            review = Review.locked(pk)
            Review.objects.filter(pk=pk).change(seen=review.version, state=ReviewState.DRAFT, submitted_at=None)
    return claim


@action
def dismiss_claim(*, claim: Claim, reason: str, by: User, note: str = "") -> Claim:
    """Take a claim out of the queue; `restore_claim` takes that back."""
    if reason not in DismissalReason.values:
        raise ValidationError({"reason": "Say why the claim is dismissed."})
    claim = locked_as_seen(claim)
    permissions.check_dismiss(by, claim)
    move_claim(claim, Move.DISMISS, dismissal_reason=reason, dismissal_note=_clean(note))
    return claim


@action
def restore_claim(*, claim: Claim, by: User) -> Claim:
    """Take a dismissal back: the claim stands where it would without it."""
    claim = locked_as_seen(claim)
    permissions.check_restore(by, claim)
    if claim.duplicate_of and not claim.statements.exists():
        raise ValidationError("This claim was joined with another, which has its appearances now.")
    after = workflow.state_when_restored(
        decided=claim.decided_review_id is not None,
        submitted=claim.reviews.submitted().count(),
        has_draft=claim.reviews.drafts().exists(),
    )
    move_claim(claim, Move.RESTORE, after, dismissal_reason="", dismissal_note="", duplicate_of=None)
    return claim


@action
def edit_claim_text(*, claim: Claim, text: str, by: User, expected_version: int) -> Claim:
    """Word the claim better. The statements' words stay as reported."""
    text = " ".join(text.split())
    if not text:
        raise ValidationError({"text": "A claim needs words."})
    claim = Claim.locked(claim.pk)
    permissions.check_edit_claim(by, claim)
    if claim.text == text:
        return claim
    # The state may have moved on without anybody having touched the words.
    if claim.version != expected_version and _text_at(claim, expected_version) != claim.text:
        change = Change("text", "Text", theirs=claim.text, yours=text)
        raise ConflictError("Somebody else changed the words of this claim since you opened it.", [change])
    Claim.objects.filter(pk=claim.pk).change(seen=claim.version, text=text)
    claim.refresh_from_db()
    return claim


# --- Shared with citing.py and settling.py ------------------------------------------------------------------


def open_claim(claim: Claim, by: User) -> Claim:
    """The claim, locked, for somebody who reviews it; `ConflictError` when there is nothing to review any more."""
    rows = Claim.objects.select_for_update(of=("self",), no_key=True).select_related("decided_review__reviewer")
    claim = rows.get(pk=claim.pk)
    try:
        permissions.check_review(by, claim)
    except PermissionDenied as error:
        if not permissions.is_overtaken(by, claim) or Role.REVIEWER not in roles_of(by):
            raise
        raise ConflictError(f"{_what_became_of(claim)} {error}") from error
    renew(claim, by)
    return claim


def draft_of(claim: Claim, by: User) -> Review | None:
    """The person's own draft, locked."""
    return Review.objects.live().by(by).filter(claim=claim).select_for_update(of=("self",), no_key=True).first()


def begin_draft(claim: Claim, by: User, **values: Any) -> Review:
    """A first draft of a locked claim, which is in review from now on."""
    take_if_free(claim, by)
    review = Review.objects.create(claim=claim, reviewer=by, **values)
    if claim.state == State.NEW:
        move_claim(claim, Move.START)
    return review


def move_claim(claim: Claim, move: Move, after: State | None = None, **values: Any) -> None:
    """One row of the table of transitions, as compare-and-swap on the state and version that were looked at."""
    transition = workflow.find_transition(move, claim.state, after)
    if transition.after not in workflow.OPEN_STATES:  # nobody works on it any more
        values = {**NO_HOLD, **values}
    as_seen = Claim.objects.filter(pk=claim.pk, state=claim.state)
    if not as_seen.change(seen=claim.version, state=transition.after, **values):
        raise ConflictError("Somebody else changed this claim at the same moment. Look at it again.")
    claim.refresh_from_db()


def demand_reason(reason: str, message: str) -> str:
    """The reason as it is stored, or the demand for one."""
    if not (reason := _clean(reason)):
        raise ValidationError({"reason": message})
    return reason


def locked_as_seen(claim: Claim) -> Claim:
    """The claim, locked, if it stands where whoever asks has seen it."""
    seen, claim = claim.state, Claim.locked(claim.pk)
    if claim.state != seen:
        change = Change("state", "State", theirs=claim.get_state_display(), yours=State(seen).label)
        raise ConflictError(_what_became_of(claim), [change])
    return claim


# --- Helpers ------------------------------------------------------------------------------------------------


def _what_became_of(claim: Claim) -> str:
    review = claim.decided_review
    if claim.state == State.DECIDED and review:
        return f"{review.reviewer} decided this claim: {review.rating}."
    if claim.state == State.DISMISSED:
        return f"This claim was dismissed: {claim.get_dismissal_reason_display().lower()}."
    if claim.state == State.AWAITING_SECOND:
        return "This review was submitted in another window."
    if claim.state == State.DISPUTED:
        return "Two reviews of this claim were submitted that differ. An editor settles it."
    return f"This claim is {claim.get_state_display().lower()} now."


def _draft_conflict(
    review: Review | None,
    values: Mapping[str, Any],
    changed: set[str],
    stored: Verdicts,
    new_verdicts: Verdicts,
) -> ConflictError:
    if review is None:
        return ConflictError("This draft was withdrawn in another window. Save once more to begin a new one.")
    changes = [
        Change(name, label, theirs=str(getattr(review, name) or ""), yours=str(values[name] or ""))
        for name, label in WORDS.items()
        if name in changed
    ]
    changes += [
        Change(
            f"verdict-{pk}",
            "Attribution",
            theirs=_verdict_in_words(stored.get(pk, VerdictInput(""))),
            yours=_verdict_in_words(verdict),
        )
        for pk, verdict in new_verdicts.items()
    ]
    return ConflictError("This draft was changed in another window since you opened it.", changes)


def _verdict_in_words(given: VerdictInput) -> str:
    return ": ".join(filter(None, [Verdict(given.verdict).label if given.verdict else "", given.note]))


def _checked_verdicts(claim: Claim, verdicts: Verdicts) -> dict[int, VerdictInput]:
    checked = {pk: VerdictInput(given[0], _clean(given[1]) if given[0] else "") for pk, given in verdicts.items()}
    known = set(claim.statements.filter(pk__in=checked).values_list("pk", flat=True))
    if any(given.verdict and given.verdict not in Verdict.values for given in checked.values()):
        raise ValidationError("There is no such attribution verdict.")
    # A statement may have been moved to another claim while the page was open; its verdict goes with it.
    return {pk: given for pk, given in checked.items() if pk in known}


def _verdicts_of(review: Review | None) -> dict[int, VerdictInput]:
    if review is None:
        return {}
    return {row.statement_id: VerdictInput(row.verdict, row.note) for row in review.verdicts.all()}


def _store_verdicts(review: Review, verdicts: Verdicts) -> None:
    for pk, given in verdicts.items():
        if given.verdict:
            AttributionVerdict.objects.update_or_create(
                review=review, statement_id=pk, defaults={"verdict": given.verdict, "note": given.note}
            )
        else:
            review.verdicts.filter(statement=pk).delete()


def _check_complete(review: Review) -> None:
    errors = {}
    if review.rating_id is None:
        errors["rating"] = "Choose a verification status."
    if not review.no_citation_reason and not review.citations.exists():
        errors["no_citation_reason"] = "Add a citation, or say why there is none."
    if errors:
        raise ValidationError(errors)


def _text_at(claim: Claim, version: int) -> str | None:
    """The words of a claim when it had a version, from its history."""
    events: Any = type(claim)._meta.get_field("events").related_model
    event = events.objects.filter(pgh_obj_id=claim.pk, version=version).order_by("pgh_id").first()
    return event.text if event else None


def _clean(text: str) -> str:
    """Line ends as stored everywhere, without what PostgreSQL refuses."""
    return normalise_text(text).strip()
