"""What a desk has decided about its own work."""

from django.db import models
from django.db.models import Q

from claims.models.base import tracked


class ReviewsNeeded(models.IntegerChoices):
    """How many reviews decide a claim."""

    ONE = 1, "One review decides"
    TWO = 2, "Two reviews, written blind"


@tracked()
class DeskSettings(models.Model):
    """One row, which `manage.py setup` writes; administrators change it in the admin."""

    reviews_needed = models.PositiveSmallIntegerField(
        choices=ReviewsNeeded,
        default=ReviewsNeeded.ONE,
        help_text="How many reviews a claim needs. A second one can also be asked for on the page of a single claim.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "desk settings"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="desk_settings_once"),
            models.CheckConstraint(condition=Q(reviews_needed__in=ReviewsNeeded.values), name="desk_reviews_needed"),
        ]

    def __str__(self) -> str:
        return "Desk settings"

    @classmethod
    def current(cls) -> "DeskSettings":
        """The desk's row, or what it would say before `setup` has written it."""
        return cls._default_manager.first() or cls(pk=1)
