"""Form widgets of our own."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime


class DayInput(forms.DateInput):
    """The browser's calendar, which takes ISO dates alone, whatever the language of the site."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """The browser's calendar with a clock, in the desk's time zone. Addresses may name the offset, which is exact."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"step": "any", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """To the millisecond, which is as fine as browsers are, and rather later than earlier: a record's own moment
        is still its own when the form is sent again. What is no time stays as it was given."""
        try:
            moment = value if isinstance(value, dt.datetime) else parse_datetime(str(value or ""))
        except ValueError:
            moment = None
        if moment is None:
            return str(value) if value else None
        local = timezone.localtime(moment) if timezone.is_aware(moment) else moment
        local += dt.timedelta(microseconds=-local.microsecond % 1000)
        exact = "seconds" if not local.microsecond else "milliseconds"
        return local.replace(tzinfo=None).isoformat(timespec=exact if local.second or local.microsecond else "minutes")
