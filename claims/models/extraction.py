"""What the extractor found: one run of one model version over one article version."""

from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone

from claims.models.base import tracked


@tracked(exclude=["output"])
class Extraction(models.Model):
    article_version = models.ForeignKey("claims.ArticleVersion", on_delete=models.PROTECT, related_name="extractions")
    model_version = models.CharField(max_length=100)
    # The attributions as the command line writes them (`python -m claims.nlp --jsonl`).
    output = models.JSONField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article_version", "model_version"], name="extraction_once_a_model_version"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__gte=models.F("started_at")),
                name="extraction_ends_after_start",
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="immutable")]

    def __str__(self) -> str:
        return f"{self.model_version} over version {self.article_version_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a run. The clock may have been put back while it went on, which is no reason to lose it."""
        self.started_at = min(self.started_at, self.finished_at)
        super().save(*args, **kwargs)
