"""Evidence."""

from typing import Any

from django import forms
from django.utils import timezone

from claims.actions.citing import NOTHING_CITED
from claims.forms.widgets import DayInput
from claims.models import Citation
from claims.models.review import CITED


class CitationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Evidence. What is not on the web has a title and no address."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Citation
        fields = [*CITED]
        labels = {"primary": "Primary source", "published_on": "Published on", "read_on": "Read on"}
        widgets = {
            "address": forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url", "autofocus": True}),
            "passage": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "stance": forms.RadioSelect,
            "published_on": DayInput,
            "read_on": DayInput,
        }
        help_texts = {"passage": "The words themselves, as they stand there."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stance: Any = self.fields["stance"]
        stance.choices = [choice for choice in stance.choices if choice[0]]
        if not self.instance.pk:
            self.fields["read_on"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("title") and not cleaned.get("address", "refused"):
            self.add_error("address", NOTHING_CITED)
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: self.cleaned_data[name] for name in CITED}
