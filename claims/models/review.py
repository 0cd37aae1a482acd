"""One reviewer's work on a claim, and the evidence."""

import hashlib
import json
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from claims.models.base import Versioned, VersionedQuerySet, tracked
from claims.workflow import State


class ReviewState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Verdict(models.TextChoices):
    """Whether the source said what the article reports."""

    ACCURATE = "accurate", "Accurate"
    ALTERED = "altered", "Altered"
    OUT_OF_CONTEXT = "out_of_context", "Out of context"
    NOT_FOUND = "not_found", "Not found"


class Stance(models.TextChoices):
    SUPPORTS = "supports", "Supports"
    REFUTES = "refutes", "Refutes"
    CONTEXT = "context", "Context"


# What a citation says. It has no version: a mark of these tells whether somebody changed it.
CITED = ("address", "title", "publisher", "passage", "stance", "primary", "published_on", "read_on", "note")


# Whose rating an editor did not take when the claim was settled.
OVERRULED = Q(state=ReviewState.SUBMITTED, claim__settlement__isnull=False) & ~Q(
    rating=models.F("claim__settlement__rating")
)


class ReviewQuerySet(VersionedQuerySet["Review"]):
    def drafts(self) -> Self:
        return self.filter(state=ReviewState.DRAFT)

    def submitted(self) -> Self:
        return self.filter(state=ReviewState.SUBMITTED)

    def live(self) -> Self:
        """Without withdrawn ones: at most one a claim and reviewer."""
        return self.exclude(state=ReviewState.WITHDRAWN)

    def under_way(self) -> Self:
        """Drafts, and the first reviews of claims that await their second: who wrote them, not what they say."""
        first = Q(state=ReviewState.SUBMITTED, claim__state=State.AWAITING_SECOND)
        found = self.filter(Q(state=ReviewState.DRAFT) | first)
        return found.defer("rating", "rationale", "no_citation_reason")

    def overruled(self) -> Self:
        """Whose rating an editor did not take when the claim was settled; the latest settled first."""
        return self.filter(OVERRULED).order_by("-claim__settlement__pk", "pk")

    def count_drafts_and_overruled(self) -> tuple[int, int]:
        """Both in one query."""
        drafts = models.Count("pk", filter=Q(state=ReviewState.DRAFT))
        counts = self.aggregate(drafts=drafts, overruled=models.Count("pk", filter=OVERRULED))
        return counts["drafts"], counts["overruled"]

    def by(self, user: Any) -> Self:
        return self.filter(reviewer=user)


@tracked()
class Review(Versioned):
    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey("claims.User", on_delete=models.PROTECT, related_name="reviews")
    rating = models.ForeignKey("claims.Rating", on_delete=models.PROTECT, null=True, blank=True, related_name="reviews")
    rationale = models.TextField(blank=True)
    # Why a review says nothing about evidence: it is asked for where there is no citation.
    no_citation_reason = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=ReviewState, default=ReviewState.DRAFT, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state"),
            models.UniqueConstraint(
                fields=["claim", "reviewer"],
                condition=~Q(state="withdrawn"),
                name="review_one_live_a_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(state="submitted", rating__isnull=False, submitted_at__isnull=False)
                | (~Q(state="submitted") & Q(submitted_at=None)),
                name="review_submitted_with_rating_and_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-updated_at"], name="review_by_state"),
        ]

    def __str__(self) -> str:
        return f"review {self.pk} of claim {self.claim_id}"

    @property
    def citations_mark(self) -> str:
        """A short mark of all its evidence."""
        marks = [f"{citation.pk} {citation.mark}" for citation in self.citations.all()]
        return hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]


@tracked()
class AttributionVerdict(models.Model):
    """What a review says about one statement it looked at: was it said, and said so?"""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="verdicts")
    statement = models.ForeignKey("claims.Statement", on_delete=models.PROTECT, related_name="verdicts")
    verdict = models.CharField(max_length=14, choices=Verdict)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "statement"], name="verdict_once_a_statement"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="verdict_known"),
        ]

    def __str__(self) -> str:
        return self.get_verdict_display()


@tracked()
class Citation(models.Model):
    """A piece of evidence. What is not on the web has a title and no address."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="citations")
    address = models.URLField(max_length=2000, blank=True)
    title = models.CharField(max_length=500, blank=True)
    publisher = models.CharField(max_length=300, blank=True)
    passage = models.TextField(blank=True)
    stance = models.CharField(max_length=8, choices=Stance)
    primary = models.BooleanField(default=False)
    published_on = models.DateField(null=True, blank=True)
    read_on = models.DateField(default=timezone.localdate)
    note = models.TextField(blank=True)
    snapshot = models.ForeignKey(
        "claims.Document",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="citations",
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(address="") | ~Q(title=""), name="citation_of_something"),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="citation_stance"),
        ]

    def __str__(self) -> str:
        return self.title or self.address

    @property
    def mark(self) -> str:
        """A short mark of all that it says."""
        values = [str(getattr(self, name)) for name in CITED]
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
