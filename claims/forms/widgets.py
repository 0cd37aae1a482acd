"""Form widgets of our own."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's calendar, which takes ISO dates alone, whatever the language of the site."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
