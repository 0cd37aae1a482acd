"""A view of the queue: its name, and whose it is."""

from typing import Any

from django import forms

from claims.models.saved_view import LONGEST_NAME


class SavedViewForm(forms.Form):
    """With `shareable` false it stays whose it is."""

    name = forms.CharField(max_length=LONGEST_NAME, label="Name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    shared = forms.BooleanField(required=False, label="Share with the desk")

    def __init__(self, data: Any = None, *, shareable: bool, **given: Any) -> None:
        super().__init__(data, **given)
        if not shareable:
            del self.fields["shared"]
