"""The words of a claim, and why it is looked at again."""

from django import forms

from claims.models import Claim


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
