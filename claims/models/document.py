"""The bytes that articles came from."""

import hashlib
from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models.functions import Length
from django.utils import timezone

from claims.models.base import tracked

MAX_BYTES = 25 * 1024 * 1024


class DocumentQuerySet(models.QuerySet["Document"]):
    def store(
        self,
        content: bytes,
        *,
        media_type: str,
        file_name: str = "",
        address: str = "",
        fetched_at: datetime | None = None,
    ) -> "Document":
        """Keep the bytes, once: the same bytes are the same document."""
        document, _ = self.get_or_create(
            sha256=hashlib.sha256(content).hexdigest(),
            defaults={
                "content": content,
                "media_type": media_type,
                "file_name": file_name,
                "address": address,
                "fetched_at": fetched_at or timezone.now(),
            },
        )
        return document

    def unused(self) -> Self:
        """Those that nothing refers to."""
        return self.filter(article_versions=None, citations=None, intakes=None)


@tracked(exclude=["content"])
class Document(models.Model):
    """Bytes as they were received; web and workers share nothing but PostgreSQL."""

    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    media_type = models.CharField(max_length=100)
    file_name = models.CharField(max_length=255, blank=True)
    address = models.URLField(max_length=2000, blank=True)
    fetched_at = models.DateTimeField(default=timezone.now)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_sha256"),
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(Length("content"), MAX_BYTES),
                name="document_size",
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="bytes_immutable", fields=["content", "sha256"])]

    def __str__(self) -> str:
        return self.file_name or self.address or self.sha256[:12]
