"""The same done to many claims at once, and taken back for a few minutes.

Each claim is asked about by the rule for one; what one may not do is left out and counted. All of it is one
transaction and one statement of SQL, and the database writes a row of the history for each claim.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone

from claims import permissions
from claims.actions import action
from claims.actions.holding import checked_assignment, hold_values
from claims.actions.notifying import forget_assignments, notify_of_assignment
from claims.models import BulkChange, BulkKind, Claim, Review, User
from claims.models.claim import NO_HOLD
from claims.texts import normalise_text
from claims.workflow import DismissalReason, State

MOST = 5_000
HOLD = ("held_by_id", "held_since", "held_until", "hold_note", "assigned_by_id")
BEFORE = {
    BulkKind.DISMISS: ("state", "dismissal_reason", "dismissal_note", *HOLD),
    BulkKind.ASSIGN: HOLD,
    BulkKind.PRIORITY: ("priority",),
}
# By these, undoing sees that nobody has touched a claim since. Who has it does not raise a claim's version.
AFTER = {
    BulkKind.DISMISS: ("version",),
    BulkKind.ASSIGN: ("version", "held_by_id", "held_since"),
    BulkKind.PRIORITY: ("version",),
}
CHECKS: dict[BulkKind, Callable[[object, Claim], None]] = {
    BulkKind.DISMISS: permissions.check_dismiss,
    BulkKind.ASSIGN: permissions.check_assign,
    BulkKind.PRIORITY: permissions.check_edit_claim,
}


class Sorted(NamedTuple):
    """The claims that somebody may change, and how many they may not, by reason."""

    claims: list[Claim]
    left_out: Counter[str]


class Done(NamedTuple):
    change: BulkChange
    left_out: int


class Undone(NamedTuple):
    restored: int
    kept: int


def sort_out(kind: BulkKind, claims: Sequence[Claim], by: User) -> Sorted:
    """What would be changed; in the order given."""
    may, left_out = [], Counter[str]()
    for claim in claims:
        try:
            CHECKS[kind](by, claim)
        except PermissionDenied as refusal:
            left_out[str(refusal)] += 1
        else:
            may.append(claim)
    return Sorted(may, left_out)


@action
def dismiss_many(*, claims: Sequence[int], reason: str, by: User, note: str = "") -> Done:
    """Take claims out of the queue."""
    if reason not in DismissalReason.values:
        raise ValidationError({"reason": "Say why the claims are dismissed."})
    values = {"dismissal_reason": reason, "dismissal_note": normalise_text(note).strip()}
    return _change(BulkKind.DISMISS, claims, by, {"state": State.DISMISSED, **values, **NO_HOLD})


@action
def assign_many(*, claims: Sequence[int], to: User, by: User, note: str = "") -> Done:
    """Give claims to somebody."""
    values = hold_values(to, by=by, note=checked_assignment(to, note))
    done = _change(BulkKind.ASSIGN, claims, by, values)
    notify_of_assignment(Claim.objects.filter(pk__in=done.change.rows), to=to, by=by)
    return done


@action
def set_priority_of_many(*, claims: Sequence[int], priority: int, by: User) -> Done:
    """Put claims before others in the queue, or behind them."""
    return _change(BulkKind.PRIORITY, claims, by, {"priority": priority})


@action
def undo_many(*, change: BulkChange, by: User) -> Undone:
    """Put the claims back that nobody has changed since, as they were before."""
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    permissions.check_undo_many(by, change)
    kind = BulkKind(change.kind)
    rows: dict[int, dict[str, Any]] = {int(pk): row for pk, row in change.rows.items()}
    same = [claim for claim in _locked(list(rows)) if _values(claim, AFTER[kind]) == rows[claim.pk]["after"]]
    drafted = set(Review.objects.drafts().filter(claim__in=same).values_list("claim", flat=True))
    # Most were alike before, so that a few statements put them all back.
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for claim in same:
        before = rows[claim.pk]["before"]
        if before.get("state") == State.IN_REVIEW and claim.pk not in drafted:  # the last draft was withdrawn meanwhile
            before["state"] = State.NEW
        alike[tuple(before[name] for name in BEFORE[kind])].append(claim.pk)
    with pghistory.context(action="bulk", bulk=change.pk, undone=True):
        for values, pks in alike.items():
            _write(pks, kind, dict(zip(BEFORE[kind], values, strict=True)))
    if kind == BulkKind.ASSIGN:
        forget_assignments([claim.pk for claim in same], by=change.by, since=change.created_at)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    return Undone(len(same), len(rows) - len(same))


def _change(kind: BulkKind, pks: Sequence[int], by: User, values: dict[str, Any]) -> Done:
    permissions.check_change_many(by)
    pks = list(dict.fromkeys(pks))
    if len(pks) > MOST:
        raise ValidationError(f"At most {MOST:,} claims can be changed at once.")
    claims = sort_out(kind, _locked(pks), by).claims
    before = {claim.pk: _values(claim, BEFORE[kind]) for claim in claims}
    change = BulkChange.objects.create(by=by, kind=kind, count=len(claims))
    with pghistory.context(action="bulk", bulk=change.pk, count=len(claims)):
        _write(list(before), kind, values)
    after = {claim.pk: _values(claim, AFTER[kind]) for claim in Claim.objects.filter(pk__in=before)}
    change.rows = {str(pk): {"before": before[pk], "after": after[pk]} for pk in before}
    change.save(update_fields=["rows"])
    return Done(change, len(pks) - len(claims))


def _write(pks: Sequence[int], kind: BulkKind, values: dict[str, Any]) -> None:
    """Who has a claim is not what it says: assigning leaves its version alone."""
    step = 0 if kind == BulkKind.ASSIGN else 1
    Claim.objects.filter(pk__in=pks).update(**values, version=F("version") + step, updated_at=timezone.now())


def _locked(pks: Sequence[int]) -> list[Claim]:
    """Locked in one order, so that two such changes never wait for each other crosswise."""
    rows = Claim.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk")
    return list(rows.prefetch_related("decided_review", "held_by"))


def _values(claim: Claim, names: Sequence[str]) -> dict[str, Any]:
    """Values as JSON keeps them, to the microsecond."""
    values = {name: getattr(claim, name) for name in names}
    return {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in values.items()}
