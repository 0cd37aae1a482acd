"""What was done to many claims at once, so that it can be taken back."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from claims.models.base import tracked

UNDO_WITHIN = dt.timedelta(minutes=10)


class BulkKind(models.TextChoices):
    DISMISS = "dismiss", "Dismiss"
    ASSIGN = "assign", "Assign"
    PRIORITY = "priority", "Set priority"
    TAG = "tag", "Tag"
    UNTAG = "untag", "Remove a tag"
    DUE = "due", "Set the due date"


DONE = {
    BulkKind.DISMISS: "dismissed",
    BulkKind.ASSIGN: "assigned",
    BulkKind.PRIORITY: "given another priority",
    BulkKind.TAG: "tagged",
    BulkKind.UNTAG: "freed of a tag",
    BulkKind.DUE: "given another due date",
}


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def undoable_by(self, user: Any) -> "BulkChangeQuerySet":
        """What somebody did a moment ago and can still take back, the newest first."""
        since = timezone.now() - UNDO_WITHIN
        return self.filter(by=user, undone_at=None, created_at__gt=since).defer("rows").order_by("-created_at")


# Every claim has its own row in the history; here they would stand once more.
@tracked(exclude=["rows"])
class BulkChange(models.Model):
    """One change of many claims. `rows` are by claim: its values `before`, and `after`, by which undoing knows that
    nobody has changed them since."""

    by = models.ForeignKey("claims.User", on_delete=models.PROTECT, related_name="bulk_changes")
    kind = models.CharField(max_length=8, choices=BulkKind)
    count = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    rows = models.JSONField(default=dict)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=BulkKind.values), name="bulk_kind")]
        indexes = [models.Index(fields=["by", "-created_at"], name="bulk_latest")]

    def __str__(self) -> str:
        return self.in_words

    @property
    def in_words(self) -> str:
        """ "412 claims dismissed"."""
        return f"{self.count:,} claim{'' if self.count == 1 else 's'} {DONE[BulkKind(self.kind)]}"

    @property
    def undo_until(self) -> dt.datetime:
        return self.created_at + UNDO_WITHIN
