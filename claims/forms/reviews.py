"""A reviewer's draft."""

from collections.abc import Sequence
from typing import Any

from django import forms

from claims.actions.reviewing import VerdictInput
from claims.models import Rating, Review, Statement, Verdict

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
