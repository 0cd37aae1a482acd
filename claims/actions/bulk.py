"""The same done to many claims at once, and taken back for a few minutes.

Each claim is asked about by the rule for one; what one may not do is left out and counted. All of it is one
transaction and one statement of SQL, and the database writes a row of the history for each claim.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone

from claims import permissions
from claims.actions import action
from claims.actions.holding import checked_assignment, hold_values
from claims.actions.notifying import forget_assignments, notify_of_assignment
from claims.actions.tagging import cleaned_name, tag_of
from claims.models import BulkChange, BulkKind, Claim, ClaimTag, Review, Tag, User
from claims.models.claim import NO_HOLD
from claims.texts import normalise_text
from claims.workflow import DismissalReason, State

MOST = 5_000
HOLD = ("held_by_id", "held_since", "held_until", "hold_note", "assigned_by_id")
BEFORE = {
    BulkKind.DISMISS: ("state", "dismissal_reason", "dismissal_note", *HOLD),
    BulkKind.ASSIGN: HOLD,
    BulkKind.PRIORITY: ("priority",),
    BulkKind.DUE: ("due_on",),
}
# By these, undoing sees that nobody has touched a claim since. Who has it does not raise a claim's version.
AFTER = {
    BulkKind.DISMISS: ("version",),
    BulkKind.ASSIGN: ("version", "held_by_id", "held_since"),
    BulkKind.PRIORITY: ("version",),
    BulkKind.DUE: ("due_on",),
}
# What a claim says is not touched by the others.
RAISES_VERSION = {BulkKind.DISMISS, BulkKind.PRIORITY}
CHECKS: dict[BulkKind, Callable[[object, Claim], None]] = {
    BulkKind.DISMISS: permissions.check_dismiss,
    BulkKind.ASSIGN: permissions.check_assign,
    BulkKind.PRIORITY: permissions.check_edit_claim,
    BulkKind.TAG: permissions.check_tag,
    BulkKind.UNTAG: permissions.check_tag,
    BulkKind.DUE: permissions.check_set_due,
}

# What was before and after, by claim.
type Rows = dict[int, dict[str, Any]]


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
    return _set(BulkKind.DISMISS, claims, by, {"state": State.DISMISSED, **values, **NO_HOLD})


@action
def assign_many(*, claims: Sequence[int], to: User, by: User, note: str = "") -> Done:
    """Give claims to somebody."""
    values = hold_values(to, by=by, note=checked_assignment(to, note))
    done = _set(BulkKind.ASSIGN, claims, by, values)
    notify_of_assignment(Claim.objects.filter(pk__in=done.change.rows), to=to, by=by)
    return done


@action
def set_priority_of_many(*, claims: Sequence[int], priority: int, by: User) -> Done:
    """Put claims before others in the queue, or behind them."""
    return _set(BulkKind.PRIORITY, claims, by, {"priority": priority})


@action
def set_due_of_many(*, claims: Sequence[int], due_on: dt.date | None, by: User) -> Done:
    """Say until when claims are to be decided, or with None that there is no such day."""
    return _set(BulkKind.DUE, claims, by, {"due_on": due_on})


@action
def tag_many(*, claims: Sequence[int], tag: str, by: User) -> Done:
    """Give claims a tag. Those that have it already are left as they are, and keep it when this is undone."""
    permissions.check_change_many(by)
    found = tag_of(tag)
    without = partial(_tagged, found, having=False)
    return _change(BulkKind.TAG, claims, by, partial(_put_tag, found), concerned=without)


@action
def untag_many(*, claims: Sequence[int], tag: str, by: User) -> Done:
    """Take a tag from the claims that have it."""
    found = Tag.objects.named(cleaned_name(tag)).first()
    if found is None:
        raise ValidationError({"tag": f"There is no tag “{tag}”."})
    having = partial(_tagged, found, having=True)
    return _change(BulkKind.UNTAG, claims, by, partial(_take_tag, found), concerned=having)


@action
def undo_many(*, change: BulkChange, by: User) -> Undone:
    """Put the claims back that nobody has changed since, as they were before."""
    change = BulkChange.objects.select_for_update().get(pk=change.pk)
    permissions.check_undo_many(by, change)
    kind = BulkKind(change.kind)
    rows: Rows = {int(pk): row for pk, row in change.rows.items()}
    claims = _locked(list(rows))
    with pghistory.context(action="bulk", bulk=change.pk, undone=True):
        if kind == BulkKind.TAG:
            restored = _take_tag_back(rows)
        elif kind == BulkKind.UNTAG:
            restored = _put_tag_back(claims, rows)
        else:
            set_back = _set_back(kind, claims, rows)
            restored = len(set_back)
            if kind == BulkKind.ASSIGN:
                forget_assignments(set_back, by=change.by, since=change.created_at)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    return Undone(restored, len(rows) - restored)


def _change(
    kind: BulkKind,
    pks: Sequence[int],
    by: User,
    write: Callable[[Sequence[Claim]], Rows],
    *,
    concerned: Callable[[Sequence[int]], Sequence[int]] = list,
) -> Done:
    """Write to those that one may change and that the change concerns; what `write` answers is kept for undoing."""
    permissions.check_change_many(by)
    pks = list(dict.fromkeys(pks))
    if len(pks) > MOST:
        raise ValidationError(f"At most {MOST:,} claims can be changed at once.")
    may = {claim.pk: claim for claim in sort_out(kind, _locked(pks), by).claims}
    chosen = [may[pk] for pk in concerned(list(may))]
    change = BulkChange.objects.create(by=by, kind=kind, count=len(chosen))
    with pghistory.context(action="bulk", bulk=change.pk, count=len(chosen)):
        rows = write(chosen)
    change.rows = {str(pk): row for pk, row in rows.items()}
    change.save(update_fields=["rows"])
    return Done(change, len(pks) - len(chosen))


def _locked(pks: Sequence[int]) -> list[Claim]:
    """Locked in one order, so that two such changes never wait for each other crosswise."""
    rows = Claim.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=pks).order_by("pk")
    return list(rows.prefetch_related("decided_review", "held_by", "reviews"))


# --- Values of the claims themselves --------------------------------------------------------------------------


def _set(kind: BulkKind, pks: Sequence[int], by: User, values: dict[str, Any]) -> Done:
    def write(claims: Sequence[Claim]) -> Rows:
        before = {claim.pk: _values(claim, BEFORE[kind]) for claim in claims}
        _write(list(before), kind, values)
        after = {claim.pk: _values(claim, AFTER[kind]) for claim in Claim.objects.filter(pk__in=before)}
        return {pk: {"before": before[pk], "after": after[pk]} for pk in before}

    return _change(kind, pks, by, write)


def _set_back(kind: BulkKind, claims: Sequence[Claim], rows: Rows) -> list[int]:
    """Which claims were as the change had left them, and are as before now."""
    same = [claim for claim in claims if _values(claim, AFTER[kind]) == rows[claim.pk]["after"]]
    drafted = set(Review.objects.drafts().filter(claim__in=same).values_list("claim", flat=True))
    # Most were alike before, so that a few statements put them all back.
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for claim in same:
        before = rows[claim.pk]["before"]
        if before.get("state") == State.IN_REVIEW and claim.pk not in drafted:  # the last draft was withdrawn meanwhile
            before["state"] = State.NEW
        alike[tuple(before[name] for name in BEFORE[kind])].append(claim.pk)
    for values, pks in alike.items():
        _write(pks, kind, dict(zip(BEFORE[kind], values, strict=True)))
    return [claim.pk for claim in same]


def _write(pks: Sequence[int], kind: BulkKind, values: dict[str, Any]) -> None:
    step = 1 if kind in RAISES_VERSION else 0
    Claim.objects.filter(pk__in=pks).update(**values, version=F("version") + step, updated_at=timezone.now())


def _values(claim: Claim, names: Sequence[str]) -> dict[str, Any]:
    """Values as JSON keeps them, to the microsecond."""
    values = {name: getattr(claim, name) for name in names}
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values.items()}


# --- Tags -------------------------------------------------------------------------------------------------------


def _tagged(tag: Tag, pks: Sequence[int], *, having: bool) -> list[int]:
    have = set(ClaimTag.objects.filter(tag=tag, claim__in=pks).values_list("claim", flat=True))
    return [pk for pk in pks if (pk in have) == having]


def _put_tag(tag: Tag, claims: Sequence[Claim]) -> Rows:
    links = ClaimTag.objects.bulk_create([ClaimTag(claim=claim, tag=tag) for claim in claims])
    return {link.claim_id: {"tag": tag.pk, "link": link.pk} for link in links}


def _take_tag(tag: Tag, claims: Sequence[Claim]) -> Rows:
    ClaimTag.objects.filter(tag=tag, claim__in=claims).delete()
    return {claim.pk: {"tag": tag.pk} for claim in claims}


def _take_tag_back(rows: Rows) -> int:
    """What was taken away and given again since is another link, and stays."""
    links, tags = {row["link"] for row in rows.values()}, {row["tag"] for row in rows.values()}
    deleted, _ = ClaimTag.objects.filter(pk__in=links, tag__in=tags).delete()
    return deleted


def _put_tag_back(claims: Sequence[Claim], rows: Rows) -> int:
    """A tag that was deleted or merged since stays away."""
    tag = Tag.objects.filter(pk__in={row["tag"] for row in rows.values()}).first()
    if tag is None:
        return 0
    without = set(_tagged(tag, list(rows), having=False))
    return len(_put_tag(tag, [claim for claim in claims if claim.pk in without]))
