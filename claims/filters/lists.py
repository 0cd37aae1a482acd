"""What all lists share: filters that are words in the address, and chips that take them away."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils import timezone

from claims.forms.widgets import DayInput

PAGE_SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, and the query that is left without it."""

    label: str
    value: str
    without: str


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library ships no types
    """A list's filters. A value that makes no sense is an error beside its field, and as good as not given."""

    # In the address, but neither shown as a chip nor kept when all filters are cleared.
    arranging = ("sort", "size")
    # Shown as tabs or otherwise, not as chips.
    not_chips: tuple[str, ...] = arranging

    def filter_queryset(self, queryset: Any) -> Any:
        for name, value in self.form.cleaned_data.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def leave(self, queryset: Any, _name: str, _value: object) -> Any:
        """For what arranges the list and narrows nothing down."""
        return queryset

    def value(self, name: str) -> Any:
        """A filter's value, or None where it was not given or made no sense."""
        self.is_valid()
        return self.form.cleaned_data.get(name) or None

    def query(self, **changes: object) -> str:
        """The address's query with only what is set and valid, in the order of the filters; None takes one away."""
        query = QueryDict(mutable=True)
        for name in self.filters:
            if self.value(name) is not None:
                query[name] = self.data.get(name, "")
        for name, changed in changes.items():
            query.pop(name, None)
            if changed is not None:
                query[name] = str(changed)
        return query.urlencode()

    @property
    def chips(self) -> list[Chip]:
        """The filters that are set."""
        return [
            Chip(str(self.form.fields[name].label), self._in_words(name), self.query(**{name: None}))
            for name in self.filters
            if name not in self.not_chips and self.value(name) is not None
        ]

    @property
    def cleared(self) -> str:
        """The query without any filter, in the same order and page size."""
        return self.query(**{name: None for name in self.filters if name not in self.arranging})

    @property
    def mistakes(self) -> list[str]:
        """What made no sense, in words."""
        return [
            f"{self.form.fields[name].label}: {error}"
            for name, errors in self.form.errors.items()
            for error in errors
            if name in self.form.fields
        ]

    @property
    def page_size(self) -> int:
        return int(self.value("size") or PAGE_SIZES[0])

    def _in_words(self, name: str) -> str:
        value = self.value(name)
        choices: dict[str, str] = dict(getattr(self.form.fields[name], "choices", ()) or {}) if _is_word(value) else {}
        if isinstance(value, dt.date):
            return f"{value.day} {value:%b %Y}"
        return str(choices.get(str(value), value))


def _is_word(value: object) -> bool:
    """Choices of rows are not looked up: their rows name themselves, and asking would cost a query."""
    return isinstance(value, str)


def date_filter(label: str, method: str) -> Any:
    """A day in the desk's time zone."""
    return django_filters.DateFilter(label=label, method=method, widget=DayInput, input_formats=["%Y-%m-%d"])


def choice_filter(label: str, choices: Any, empty: str, method: str) -> Any:
    return django_filters.ChoiceFilter(label=label, choices=list(choices), empty_label=empty, method=method)


def words_filter(label: str, method: str, placeholder: str = "", **attributes: str) -> Any:
    widget = forms.TextInput(attrs={"type": "search", "placeholder": placeholder, **attributes})
    return django_filters.CharFilter(label=label, method=method, widget=widget, max_length=200)


def page_size_filter() -> Any:
    sizes = [(str(size), f"{size} a page") for size in PAGE_SIZES[1:]]
    return choice_filter("Page size", sizes, f"{PAGE_SIZES[0]} a page", "leave")


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins in the desk's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
