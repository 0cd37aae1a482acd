"""What the models share: history and optimistic locking."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import pghistory
from django.db import models
from django.db.models import F
from django.utils import timezone


def tracked[M: models.Model](*, exclude: Sequence[str] = ()) -> Callable[[type[M]], type[M]]:
    """Keep every insert, update and delete of a model in an append-only event table.

    Immutable texts and bytes, generated columns and secrets are to be excluded.
    """
    track: Callable[[type[M]], type[M]] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        append_only=True,
        exclude=list(exclude),
        # What happened last, over all tables, is read from the ends of these (`claims.activity`).
        meta={"indexes": [models.Index(fields=["-pgh_created_at", "-pgh_id"])]},
    )
    return track


class VersionedQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that two people, or one in two windows, may have open at the same time."""

    def change(self, *, seen: int, **values: Any) -> bool:
        """Compare and swap: write `values` if the one row still has the version that was seen.

        Answers whether it was written; the caller tells the later person what changed.
        """
        now = timezone.now()
        rows = self.filter(version=seen)
        return rows.update(**values, version=F("version") + 1, updated_at=now) == 1


class Versioned(models.Model):
    """A row with a counter that every `change` raises."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def locked(cls, pk: int) -> Self:
        """The row, locked until the transaction ends; rows that refer to it can be written meanwhile."""
        return cls._default_manager.select_for_update(of=("self",), no_key=True).get(pk=pk)
