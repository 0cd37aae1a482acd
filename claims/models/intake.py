"""Addresses and files on their way to becoming articles."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from claims.models.base import tracked


class IntakeState(models.TextChoices):
    """How far the reading of an address or file has come."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class IntakeQuerySet(models.QuerySet["Intake"]):
    def unsaved(self) -> Self:
        """Those that no article was made of."""
        return self.filter(article=None)

    def by(self, user: Any) -> Self:
        return self.filter(by=user)


@tracked(exclude=["reading"])
class Intake(models.Model):
    """What is shown before an article is saved: the document and what was read from it, or why that failed.

    An address is fetched in the worker, so its page polls until the state is done or failed; a file is read in the
    request and is done at once. Saving makes an article whose version keeps the document. One that nobody saves can be
    discarded, and is after a month.
    """

    address = models.URLField(max_length=2000, blank=True)
    document = models.ForeignKey(
        "claims.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="intakes"
    )
    # What was read: title, text, byline, outlet and so on, as `claims.ingest` names them.
    reading = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=7, choices=IntakeState, default=IntakeState.WAITING, editable=False)
    failure = models.TextField(blank=True, editable=False)
    article = models.ForeignKey(
        "claims.Article", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="intakes"
    )
    by = models.ForeignKey("claims.User", on_delete=models.PROTECT, related_name="intakes")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=IntakeState), name="intake_state"),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                name="intake_failed_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(document__isnull=False), name="intake_done_with_document"
            ),
            models.CheckConstraint(condition=Q(article=None) | Q(state="done"), name="intake_saved_when_done"),
        ]

    def __str__(self) -> str:
        return self.address or (self.document.file_name if self.document else "") or f"intake {self.pk}"
