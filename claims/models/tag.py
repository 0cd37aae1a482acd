"""A desk's own words for its claims."""

from typing import Self

from django.db import models
from django.db.models import Count, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from claims.models.base import tracked

LONGEST_TAG = 40
# Of more, nobody would find one in a list.
MOST_SUGGESTED = 500


class TagQuerySet(models.QuerySet["Tag"]):
    def named(self, name: str) -> Self:
        """The tag of this name, however its letters are written."""
        return self.filter(Exact(Lower("name"), Lower(Value(name))))

    def by_name(self) -> Self:
        return self.order_by(Lower("name"))

    def with_claim_counts(self) -> Self:
        """Annotate `claim_count`."""
        return self.annotate(claim_count=Count("claim_tags"))


@tracked()
class Tag(models.Model):
    name = models.CharField(max_length=LONGEST_TAG)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="tag_name_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="tag_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class ClaimTag(models.Model):
    """That a claim has a tag."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="claim_tags")
    tag = models.ForeignKey(
        Tag,
        on_delete=models.CASCADE,
        db_index=False,  # the constraint serves
        related_name="claim_tags",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "claim"], name="claim_tag_once")]

    def __str__(self) -> str:
        return f"{self.tag} on {self.claim}"
