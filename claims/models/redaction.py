"""Texts and bytes that were taken away by order of law, with the trace that stays."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from claims.models.base import tracked


class RedactionQuerySet(models.QuerySet["Redaction"]):
    def of_article(self, article: Any) -> Self:
        """Of its texts and of the files that these came from, in one query."""
        text = Q(article_version__article=article)
        file = Q(document__in=article.versions.exclude(document=None).values("document"))
        return self.filter(text | file).select_related("by").order_by("pk")


@tracked()
class Redaction(models.Model):
    """What was taken away, by whom, when and why. The content is gone; its hash still tells whether a text was it.

    The database's function `claims_redact` does it, for a row of this table only (`claims.actions.redacting`).
    """

    article_version = models.OneToOneField(
        "claims.ArticleVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="redaction"
    )
    document = models.OneToOneField(
        "claims.Document", on_delete=models.PROTECT, null=True, blank=True, related_name="redaction"
    )
    content_hash = models.CharField(max_length=64)
    reason = models.TextField()
    by = models.ForeignKey("claims.User", on_delete=models.PROTECT, related_name="redactions")
    created_at = models.DateTimeField(default=timezone.now)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(article_version=None, document__isnull=False)
                | Q(article_version__isnull=False, document=None),
                name="redaction_of_text_or_document",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="redaction_with_reason"),
        ]

    def __str__(self) -> str:
        return f"redaction {self.pk}"
