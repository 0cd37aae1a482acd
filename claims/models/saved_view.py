"""The queue as somebody wants to find it again: its filters and order under a name."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from claims.models.base import tracked

LONGEST_NAME = 60
LONGEST_QUERY = 2000


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, user: Any) -> Self:
        """One's own, and what others share with the desk."""
        return self.filter(Q(owner=user) | Q(shared=True))

    def by_name(self) -> Self:
        return self.order_by(Lower("name"), "pk")


@tracked()
class SavedView(models.Model):
    owner = models.ForeignKey(
        "claims.User",
        on_delete=models.PROTECT,
        db_index=False,  # the constraint serves
        related_name="saved_views",
    )
    name = models.CharField(max_length=LONGEST_NAME)
    # As it stands in the queue's address. "Me" in it is whoever looks.
    query = models.CharField(max_length=LONGEST_QUERY)
    shared = models.BooleanField("shared with the desk", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_name_not_empty"),
            models.CheckConstraint(condition=~Q(query=""), name="saved_view_query_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
