"""The moments at which somebody wants to see a record."""

from typing import Any

from django import forms

from claims.forms.widgets import MomentInput


class MomentsForm(forms.Form):
    """One moment shows the record as it stood, a second one what changed between them."""

    at = forms.DateTimeField(label="As it stood at", required=False, widget=MomentInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The word of the address is none that Python lets stand as a name.
        self.fields["and"] = forms.DateTimeField(label="and what changed until", required=False, widget=MomentInput)
        for field in self.fields.values():
            field.error_messages["invalid"] = "Give a day and a time, such as 2026-11-25T14:30."

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("and") and not values.get("at") and "at" not in self.errors:
            self.add_error("at", "Give the first of the two moments, too.")
        if values.get("at") and values.get("and") and values["and"] < values["at"]:
            self.add_error("and", "Give a moment after the first.")
        return values
