"""An editor's last word on a claim about which two reviewers differ."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from claims.models.base import tracked


@tracked()
class Settlement(models.Model):
    """Reopening the claim deletes it; the history keeps it."""

    claim = models.OneToOneField("claims.Claim", on_delete=models.PROTECT, related_name="settlement")
    by = models.ForeignKey("claims.User", on_delete=models.PROTECT, related_name="settlements")
    rating = models.ForeignKey("claims.Rating", on_delete=models.PROTECT, related_name="settlements")
    reason = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="settlement_with_reason"),
        ]

    def __str__(self) -> str:
        return f"settlement of claim {self.claim_id}"
