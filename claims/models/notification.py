"""What concerns somebody. It holds no words of anybody: they are looked up when it is shown, by the rules of then."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone


class NotificationKind(models.TextChoices):
    MENTIONED = "mentioned", "You were mentioned"
    COMMENTED = "commented", "A comment on a claim that concerns you"
    ASSIGNED = "assigned", "A claim was given to you"
    SECOND_REVIEW = "second_review", "A second review awaits you"
    LAPSING = "lapsing", "Your time with a claim is nearly up"
    DISPUTED = "disputed", "Another review differs from yours"
    SETTLED = "settled", "A claim that you reviewed was settled"


SAID: dict[str, str] = {
    NotificationKind.MENTIONED: "mentioned you in a comment",
    NotificationKind.COMMENTED: "commented on a claim that concerns you",
    NotificationKind.ASSIGNED: "gave you a claim",
    NotificationKind.SECOND_REVIEW: "left you the second review of a claim",
    NotificationKind.LAPSING: "Your time with a claim is nearly up",
    NotificationKind.DISPUTED: "wrote a review that differs from yours",
    NotificationKind.SETTLED: "settled a claim that you reviewed",
}


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)

    def about(self, claim: Any) -> Self:
        return self.filter(claim=claim)

    def count_unread(self, about: Any) -> tuple[int, int]:
        """How many are unread, and how many of them about a claim; one query."""
        counts = self.unread().aggregate(all=models.Count("pk"), here=models.Count("pk", filter=Q(claim=about)))
        return counts["all"], counts["here"]

    def for_list(self) -> Self:
        """What a row shows, in one query; unread ones first, then the newest."""
        unread = models.ExpressionWrapper(Q(read_at=None), models.BooleanField())
        return self.select_related("by", "comment", "claim").order_by(unread.desc(), "-created_at", "-pk")

    def mark_read(self) -> int:
        return self.unread().update(read_at=timezone.now())


# Without a history: what somebody has read is their own affair, and what it tells of has one.
class Notification(models.Model):
    user = models.ForeignKey("claims.User", on_delete=models.CASCADE, related_name="notifications", db_index=False)
    kind = models.CharField(max_length=13, choices=NotificationKind)
    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="notifications")
    comment = models.ForeignKey(
        "claims.Comment", on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    # Null: it came by itself.
    by = models.ForeignKey(
        "claims.User", on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NotificationKind.values), name="notification_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=["mentioned", "commented"], comment__isnull=False)
                | (~Q(kind__in=["mentioned", "commented"]) & Q(comment=None)),
                name="notification_of_comment_or_not",
            ),
            models.UniqueConstraint(
                fields=["user", "comment", "kind"],
                condition=Q(comment__isnull=False),
                name="notification_once_a_comment",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"notification {self.pk}"

    @property
    def said(self) -> str:
        """ "Ana Ruiz gave you a claim"."""
        return f"{self.by} {SAID[self.kind]}" if self.by else SAID[self.kind]

    @property
    def note(self) -> str:
        """What the giver wanted the person to know, as long as it is theirs."""
        given = self.kind in (NotificationKind.ASSIGNED, NotificationKind.SECOND_REVIEW)
        return self.claim.hold_note if given and self.is_theirs and self.claim.assigned_by_id == self.by_id else ""

    @property
    def is_theirs(self) -> bool:
        """Whether the claim is with them now."""
        return self.claim.is_held and self.claim.held_by_id == self.user_id

    @property
    def address(self) -> str:
        """Where what it tells of is to be seen."""
        at = f"#comment-{self.comment_id}" if self.comment_id else ""
        return reverse("claim", args=[self.claim_id]) + at
