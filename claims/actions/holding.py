"""Who works on which claim. A hold keeps others from being given the claim; it forbids nobody to review it.

What a claim says is not touched by who has taken it, so none of this raises its `version`: an open form stays valid.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.db.models.functions import Greatest
from django.http import QueryDict
from django.utils import timezone

from claims import permissions
from claims.actions import action
from claims.actions.conflicts import ConflictError
from claims.actions.notifying import notify, notify_of_assignment
from claims.filters.queue import QueueFilter
from claims.models import Claim, Notification, NotificationKind, User
from claims.models.claim import NO_HOLD, ClaimQuerySet
from claims.roles import Role, roles_of
from claims.texts import normalise_text

LONGEST_NOTE = 1000


@action
def take_next(*, query: str, by: User) -> Claim | None:
    """Take the best free claim of a filtered queue; None where there is none.

    The row is chosen and locked by one statement that skips what others are just locking: however many people ask at
    the same moment, each gets a claim of their own, and nobody waits.
    """
    permissions.check_take_next(by)
    rows = free_for(query, by).select_for_update(of=("self",), no_key=True, skip_locked=True)
    claim = rows.first()
    if claim is not None:
        _give(claim, to=by)
    return claim


def free_for(query: str, user: User) -> ClaimQuerySet:
    """The claims of a queue that `take_next` gives out, in the queue's order: open, taken by nobody, and not reviewed
    by the person already. Whose claims and drafts the queue is narrowed down to makes no difference."""
    data = QueryDict(query, mutable=True)
    for name in ("held", "mine"):
        data.pop(name, None)
    return QueueFilter(data, user=user).claims.open().free().not_reviewed_by(user)


@action
def take(*, claim: Claim, by: User) -> Claim:
    """Take a claim that is free. `ConflictError` when somebody else was quicker."""
    permissions.check_take_next(by)
    claim = Claim.locked(claim.pk)  # and the holder by a query of its own: joined, it would be who was there before
    if claim.is_held and not claim.is_held_by(by):
        raise ConflictError(permissions.whose_hold(claim))
    permissions.check_take(by, claim)
    if claim.is_held and claim.held_until:
        _write(claim, held_until=max(claim.held_until, timezone.now() + hold_time()))
    else:
        _give(claim, to=by)
    return claim


@action
def release(*, claim: Claim, by: User) -> Claim:
    """Give a claim back to the queue. What was written about it stays."""
    claim = Claim.locked(claim.pk)
    permissions.check_release(by, claim)
    _write(claim, **NO_HOLD)
    return claim


@action
def assign(*, claim: Claim, to: User, by: User, note: str = "") -> Claim:
    """Give a claim to somebody, with a note: an editor any, a reviewer what they have taken themselves."""
    note = checked_assignment(to, note)
    claim = Claim.locked(claim.pk)
    permissions.check_assign(by, claim)
    _give(claim, to=to, by=by, note=note)
    notify_of_assignment([claim], to=to, by=by)
    return claim


def checked_assignment(to: User, note: str) -> str:
    """The note as it is kept, if the person can be given claims at all."""
    if Role.REVIEWER not in roles_of(to):
        raise ValidationError({"to": f"{to} does not review claims."})
    note = normalise_text(note).strip()
    if len(note) > LONGEST_NOTE:
        raise ValidationError({"note": f"A note has at most {LONGEST_NOTE} characters."})
    return note


# --- Shared with reviewing: they hold the row's lock ---------------------------------------------------------


def renew(claim: Claim, by: User) -> None:
    """Activity keeps a claim for whoever has taken it, even after the time was up if nobody else took it since."""
    if claim.held_by_id != by.pk or claim.held_until is None:
        return
    until = timezone.now() + hold_time()
    if claim.held_until < until - hold_time() / 20:  # activity within so short a time is written once
        # Somebody who was given a claim for a day does not lose it by opening it.
        Claim.objects.filter(pk=claim.pk, held_by=by).update(held_until=Greatest("held_until", until))
        claim.held_until = max(claim.held_until, until)


def take_if_free(claim: Claim, by: User) -> None:
    """Who begins a review takes the claim along, unless somebody else has it."""
    if not claim.is_held:
        _give(claim, to=by)


def end_hold(claim: Claim, of: User) -> None:
    """The person's work on a claim has come to its end."""
    if claim.held_by_id == of.pk:
        _write(claim, **NO_HOLD)


def release_all(of: User) -> None:
    """Everything that the person has taken is free again."""
    Claim.objects.filter(held_by=of).update(**NO_HOLD)


def touch(claim: Claim, by: User) -> None:
    """The holder has opened the claim. A hold that has lapsed is not taken up by merely looking."""
    if claim.is_held_by(by):
        renew(claim, by)


# --- Times ----------------------------------------------------------------------------------------------------


def hold_time(*, assigned: bool = False) -> dt.timedelta:
    """So long a claim is kept without activity."""
    if assigned:
        return max(dt.timedelta(hours=settings.ASSIGNED_HOURS), hold_time())
    return dt.timedelta(minutes=settings.HOLD_MINUTES)


def warning_time() -> dt.timedelta:
    """So long before a hold lapses its holder is told."""
    return min(dt.timedelta(minutes=10), hold_time() / 2)


def notify_of_lapsing_holds() -> None:
    """Tell holders whose time is nearly up, once each time that it is."""
    now = timezone.now()
    told = Notification.objects.filter(
        kind=NotificationKind.LAPSING,
        claim=OuterRef("pk"),
        user=OuterRef("held_by"),
        created_at__gt=now - warning_time(),
    )
    for claim in Claim.objects.open().held().filter(~Exists(told), held_until__lte=now + warning_time()):
        notify(NotificationKind.LAPSING, claim, to=[claim.held_by_id])


def hold_values(to: User, *, by: User | None = None, note: str = "") -> dict[str, Any]:
    """What a claim says of its holder from now on; `by` is who gave it to them."""
    now = timezone.now()
    giver = by if by is not None and by.pk != to.pk else None
    return {
        "held_by": to,
        "held_since": now,
        "held_until": now + hold_time(assigned=giver is not None),
        "hold_note": note,
        "assigned_by": giver,
    }


def _give(claim: Claim, *, to: User, by: User | None = None, note: str = "") -> None:
    _write(claim, **hold_values(to, by=by, note=note))


def _write(claim: Claim, **values: Any) -> None:
    Claim.objects.filter(pk=claim.pk).update(**values)
    for name, value in values.items():
        setattr(claim, name, value)
