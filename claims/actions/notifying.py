"""Telling people what concerns them, in the transaction of whatever it is."""

import datetime as dt
from collections.abc import Iterable

from claims.models import Claim, Comment, Notification, NotificationKind, User
from claims.workflow import State


def notify(
    kind: NotificationKind,
    claim: Claim,
    *,
    to: Iterable[int | None],
    by: User | None = None,
    comment: Comment | None = None,
) -> None:
    """Nobody is told of their own doing, nor of the same comment twice, and people who have left are told nothing."""
    pks = {pk for pk in to if pk is not None} - ({by.pk} if by else set())
    people = User.objects.filter(pk__in=pks, is_active=True)
    told = [Notification(user=person, kind=kind, claim=claim, comment=comment, by=by) for person in people]
    Notification.objects.bulk_create(told, ignore_conflicts=True)


def notify_of_comment(comment: Comment, *, mentioned: Iterable[User]) -> None:
    """Those whom it mentions; and those who work on the claim: its holder, its reviewers, who has commented on it."""
    claim, by = comment.claim, comment.author
    called = {person.pk for person in mentioned}
    notify(NotificationKind.MENTIONED, claim, to=called, by=by, comment=comment)
    others: set[int | None] = {claim.held_by_id} if claim.is_held else set()
    others |= set(claim.reviews.live().values_list("reviewer", flat=True))
    others |= set(claim.comments.not_deleted().values_list("author", flat=True))
    notify(NotificationKind.COMMENTED, claim, to=others - called, by=by, comment=comment)


def notify_of_assignment(claims: Iterable[Claim], *, to: User, by: User) -> None:
    """Tell somebody that claims are theirs now; one statement, however many."""
    if to.pk == by.pk:
        return
    kinds = {State.AWAITING_SECOND: NotificationKind.SECOND_REVIEW}
    Notification.objects.bulk_create(
        Notification(user=to, kind=kinds.get(State(claim.state), NotificationKind.ASSIGNED), claim=claim, by=by)
        for claim in claims
    )


def forget_assignments(claims: Iterable[int], *, by: User, since: dt.datetime) -> None:
    """Take back what nobody has read yet about assignments that were undone."""
    kinds = [NotificationKind.ASSIGNED, NotificationKind.SECOND_REVIEW]
    Notification.objects.unread().filter(claim__in=claims, by=by, kind__in=kinds, created_at__gte=since).delete()
