"""What reviewers type, validated."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from claims.actions.citing import FIELDS
from claims.actions.reviewing import VerdictInput
from claims.models import Citation, Claim, Rating, Review, Source, Statement, Verdict

LONGEST = 50_000
VERDICTS = [("", "Not looked at"), *Verdict.choices]


class DraftForm(forms.Form):
    """A reviewer's draft, with a verdict and a note for each statement."""

    rating = forms.ModelChoiceField(Rating.objects.none(), required=False)
    rationale = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 7, "data-key": "e", "data-key-label": "edit the rationale"}),
    )
    no_citation_reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Why is there no citation?",
        widget=forms.Textarea(attrs={"rows": 2, "form": "draft", "class": "short"}),
    )
    expected_version = forms.IntegerField(min_value=0)
    # The version of which the page said that it differs, and that is to be overwritten all the same.
    overwrite = forms.IntegerField(min_value=0, required=False)

    def __init__(self, data: Any = None, *, review: Review | None, statements: Sequence[Statement]) -> None:
        verdicts = {row.statement_id: row for row in review.verdicts.all()} if review else {}
        initial: dict[str, Any] = {"expected_version": 0}
        if review:
            initial = {name: getattr(review, name) for name in ("rating", "rationale", "no_citation_reason")}
            initial["expected_version"] = review.version
        for statement in statements:
            if given := verdicts.get(statement.pk):
                initial |= {f"verdict-{statement.pk}": given.verdict, f"note-{statement.pk}": given.note}
        super().__init__(data, initial=initial)
        self.fields["rating"].queryset = Rating.objects.all()  # type: ignore[attr-defined]
        self.statements = statements
        widget: type[forms.Widget] = forms.RadioSelect if len(statements) == 1 else forms.Select
        for statement in statements:
            self.fields[f"verdict-{statement.pk}"] = forms.ChoiceField(
                choices=VERDICTS, required=False, widget=widget, label="Attribution"
            )
            self.fields[f"note-{statement.pk}"] = forms.CharField(
                required=False,
                max_length=2000,
                label="Note on the attribution",
                widget=forms.TextInput(attrs={"placeholder": "Note, such as what differs from what was said"}),
            )

    @property
    def chosen_rating(self) -> str:
        """The id of the verification status that is chosen, typed or stored."""
        value = self["rating"].value()
        return str(getattr(value, "pk", value) or "")

    def values(self) -> dict[str, Any]:
        """What `save_draft` takes."""
        data = self.cleaned_data
        overwrite = data["overwrite"]
        return {
            **{name: data[name] for name in ("rating", "rationale", "no_citation_reason")},
            "expected_version": data["expected_version"] if overwrite is None else overwrite,
            # A statement that the page did not show keeps its verdict.
            "verdicts": {
                statement.pk: VerdictInput(data[f"verdict-{statement.pk}"], data[f"note-{statement.pk}"])
                for statement in self.statements
                if f"verdict-{statement.pk}" in self.data
            },
        }


class CitationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Evidence. What is not on the web has a title and no address."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Citation
        fields = [*FIELDS]
        labels = {"primary": "Primary source", "published_on": "Published on", "read_on": "Read on"}
        widgets = {
            "address": forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url", "autofocus": True}),
            "passage": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 2}),
            "stance": forms.RadioSelect,
            "published_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "read_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {"passage": "The words themselves, as they stand there."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stance: Any = self.fields["stance"]
        stance.choices = [choice for choice in stance.choices if choice[0]]
        if not self.instance.pk:
            self.fields["read_on"].initial = timezone.localdate

    def values(self) -> dict[str, Any]:
        """What the actions take."""
        return {name: self.cleaned_data[name] for name in FIELDS}


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


class SourcesForm(forms.Form):
    """Under whom a statement is filed, in the order of the fields; none is an answer, too."""

    sources = forms.ModelMultipleChoiceField(Source.objects.current(), required=False)

    def chosen(self) -> list[Source]:
        """The sources as they were given, each once."""
        by_pk = {str(source.pk): source for source in self.cleaned_data["sources"]}
        return [by_pk[pk] for pk in dict.fromkeys(self.data.getlist("sources")) if pk in by_pk]  # type: ignore[attr-defined]
