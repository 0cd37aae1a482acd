"""To whom a claim is given."""

from typing import Any

from django import forms

from claims.actions.holding import LONGEST_NOTE
from claims.models import User
from claims.roles import Role, people_with


class AssignForm(forms.Form):
    """Whose the claim is to be, and what they should know."""

    to = forms.ModelChoiceField(User.objects.none(), label="To", empty_label="Choose a person")
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        label="Note",
        widget=forms.Textarea(attrs={"rows": 2, "class": "short", "placeholder": "What they should know"}),
    )

    def __init__(self, data: Any = None, *, but_not: User | None = None) -> None:
        super().__init__(data)
        people = people_with(Role.REVIEWER)
        self.fields["to"].queryset = people.exclude(pk=but_not.pk) if but_not else people  # type: ignore[attr-defined]
