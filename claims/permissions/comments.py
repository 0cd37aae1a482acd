"""Comments, and what people are told."""

from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q

from claims import workflow
from claims.models import Claim, Comment, Notification
from claims.models.comment import CommentQuerySet
from claims.models.notification import NotificationQuerySet
from claims.permissions.articles import check_read
from claims.permissions.facts import is_blind, not_blind
from claims.permissions.reviews import readable_reviews
from claims.permissions.rules import demand, twin
from claims.roles import Role, roles_of


def check_comment(user: object, claim: Claim) -> None:  # noqa: ARG001
    """Write a comment on a claim, whatever its state."""
    demand(user, {Role.REVIEWER, Role.LIBRARIAN}, "comment on claims")


def could_know_reviews(user: object, claim: Claim) -> bool:
    """Whether what a person writes about a claim may tell what a review of it says.

    That is so of whoever has a review of it, be it a draft or withdrawn, can read somebody else's, or can read a
    comment of such a person; and of everybody once all reviews could be read, even if the claim was reopened since.
    """
    events: Any = apps.get_model("claims", "ClaimEvent")
    reviews = readable_reviews(user).filter(claim=OuterRef("pk"))
    comments = readable_comments(user).filter(claim=OuterRef("pk"), informed=True)
    once_told = events.objects.filter(pgh_obj=OuterRef("pk"), state__in=workflow.TOLD_STATES)
    return Claim.objects.filter(Exists(reviews) | Exists(comments) | Exists(once_told), pk=claim.pk).exists()


def check_read_comment(user: object, comment: Comment) -> None:
    """Read a comment. Pages of many go by `readable_comments`.

    While the reviews of a claim are blind, what was written by somebody who could know one (`informed`) is kept from
    everybody else: it may tell what that review says, and everybody else may come to write the second.
    """
    check_read(user)
    if comment.author_id == getattr(user, "pk", None) or not comment.informed:
        return
    if is_blind(user, comment.claim):
        raise PermissionDenied("Its author could know a review of this claim. It is told once both reviews are in.")


def readable_comments(user: object) -> CommentQuerySet:
    """The comments that `check_read_comment` lets a user read. One test holds the two together."""
    comments: CommentQuerySet = Comment.objects.all()
    if not roles_of(user):
        return comments.none()
    return comments.filter(Q(informed=False) | Q(author=getattr(user, "pk", None)) | not_blind())


def check_edit_comment(user: object, comment: Comment) -> None:
    """Change what one has written oneself."""
    check_comment(user, comment.claim)
    if comment.author_id != getattr(user, "pk", None):
        raise PermissionDenied("Only its author can change a comment.")
    if comment.deleted_at is not None:
        raise PermissionDenied("This comment was deleted.")


def check_delete_comment(user: object, comment: Comment) -> None:
    """Take away what one has written oneself; editors, what anybody has that they may read."""
    check_comment(user, comment.claim)
    check_read_comment(user, comment)
    if comment.author_id != getattr(user, "pk", None):
        demand(user, {Role.EDITOR}, "delete somebody else's comment")
    if comment.deleted_at is not None:
        raise PermissionDenied("This comment was deleted already.")


def readable_notifications(user: object) -> NotificationQuerySet:
    """What a person is told now: those about a comment only while it stands and may be read."""
    told: NotificationQuerySet = Notification.objects.filter(user=getattr(user, "pk", None))
    if not roles_of(user):
        return told.none()
    return told.filter(Q(comment=None) | Q(comment__in=readable_comments(user).not_deleted()))


can_comment = twin(check_comment)
can_read_comment = twin(check_read_comment)
can_edit_comment = twin(check_edit_comment)
can_delete_comment = twin(check_delete_comment)
