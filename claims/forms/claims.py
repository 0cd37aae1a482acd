"""The words of a claim, why it is looked at again, and what an editor settles."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q

from claims.models import Claim, Rating, Review


class ClaimTextForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The words of a claim."""

    expected_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    class Meta:
        model = Claim
        fields = ["text"]
        labels = {"text": "Words of the claim"}
        help_texts = {"text": "The words as reported stay with the statement."}
        widgets = {"text": forms.Textarea(attrs={"rows": 2, "class": "short"})}


class ReopenForm(forms.Form):
    """Why a decided claim is looked at again."""

    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2, "class": "short"}))


class SettleForm(forms.Form):
    """An editor's last word: one of the two verification statuses or a third, and why."""

    rating = forms.ModelChoiceField(
        Rating.objects.none(), label="Verification status", widget=forms.RadioSelect, empty_label=None
    )
    reason = forms.CharField(
        max_length=5000,
        help_text="Both reviewers read it. With a third verification status it is the rationale, too.",
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )

    def __init__(self, data: Any = None, *, reviews: Sequence[Review]) -> None:
        super().__init__(data)
        theirs = [review.rating_id for review in reviews]
        # A rating that was retired since can still be the one that is right.
        offered = Rating.objects.filter(Q(retired_at=None) | Q(pk__in=theirs)).order_by("position", "pk")
        self.fields["rating"].queryset = offered  # type: ignore[attr-defined]
