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
    equals_next = models.BooleanField(
        "equal to the next",
        default=False,
        help_text="Two reviews, one with this verification status and one with the next of the scale, do not differ.",
    )

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

    def counts_as(self, other: "Rating") -> bool:
        """Whether two reviews with these ratings say the same; one query where they are not the very same.

        A retired rating between the two does not keep them apart.
        """
        if self.pk == other.pk:
            return True
        low, high = sorted((self, other), key=lambda rating: (rating.position, rating.pk))
        after_low = Q(position=low.position, pk__gt=low.pk) | Q(position__gt=low.position)
        before_high = Q(position=high.position, pk__lt=high.pk) | Q(position__lt=high.position)
        return low.equals_next and not Rating.objects.offered().filter(after_low, before_high).exists()

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
