"""Until when a claim, or many, are to be decided."""

import datetime as dt

from django import forms
from django.utils import timezone

from claims.forms.widgets import DayInput


class DueForm(forms.Form):
    due_on = forms.DateField(
        required=False,
        label="Due date",
        help_text="Without a day nothing is due.",
        widget=DayInput,
        input_formats=["%Y-%m-%d"],
    )

    def clean_due_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["due_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("This day is over. Choose today or a later one.")
        return day
