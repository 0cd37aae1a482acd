"""The desk's own scale of how true a claim is."""

from typing import Any, Self

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from claims.models.base import tracked


class Colour(models.TextChoices):
    """Named tokens; the stylesheet gives each its light and dark value with checked contrast."""

    GREEN = "green", "Green"
    LIME = "lime", "Lime"
    AMBER = "amber", "Amber"
    ORANGE = "orange", "Orange"
    RED = "red", "Red"
    GRAY = "gray", "Gray"
    BLUE = "blue", "Blue"
    TEAL = "teal", "Teal"
    PURPLE = "purple", "Purple"
    PINK = "pink", "Pink"


# What a rating says. Reviews point to it, so it stands still once one does.
WHAT_IT_SAYS = ("label", "meaning", "number")


class RatingQuerySet(models.QuerySet["Rating"]):
    def offered(self) -> Self:
        """The scale to choose from: without retired ones, in order."""
        return self.filter(retired_at=None).order_by("position", "pk")


@tracked()
class Rating(models.Model):
    label = models.CharField(max_length=50)
    meaning = models.TextField()
    colour = models.CharField(max_length=6, choices=Colour)
    position = models.PositiveSmallIntegerField()
    # Null where the scale has no figure for it, as with "unproven".
    number = models.SmallIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="rating_label_not_empty"),
            models.CheckConstraint(condition=~Q(meaning=""), name="rating_meaning_not_empty"),
            models.CheckConstraint(condition=Q(colour__in=Colour.values), name="rating_colour"),
            models.UniqueConstraint(Lower("label"), condition=Q(retired_at=None), name="rating_label_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="in_use_says_the_same",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*WHAT_IT_SAYS),
                func=(
                    "IF EXISTS (SELECT 1 FROM claims_review WHERE rating_id = OLD.id) THEN"
                    " RAISE EXCEPTION 'A rating in use keeps its label, meaning and number';"
                    " END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def in_use(self) -> bool:
        """Whether a review points to it: it can be retired then, and not be changed."""
        return self.pk is not None and self.reviews.exists()

    def clean(self) -> None:
        stored = Rating.objects.filter(pk=self.pk).first()
        if stored is None or not self.in_use:
            return
        message = "Reviews use this rating. Retire it and add a new one instead."
        changed: dict[str, Any] = {
            name: message for name in WHAT_IT_SAYS if getattr(stored, name) != getattr(self, name)
        }
        if changed:
            raise ValidationError(changed)
