"""What everybody did: by whom, of which kind, on what, and when."""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from claims.activity import CHANGES, MACHINE, Place, action_choices
from claims.events import kind_choices
from claims.filters.lists import ListFilter
from claims.forms.widgets import MomentInput
from claims.models import User

NOBODY = "machine"


def _people() -> list[tuple[str, str]]:
    people = sorted(User.objects.all(), key=lambda user: user.display_name.lower())
    return [(NOBODY, MACHINE), *((str(user.pk), user.display_name) for user in people)]


def _choice(label: str, choices: Any, empty: str) -> Any:
    return django_filters.ChoiceFilter(label=label, choices=choices, empty_label=empty, method="leave")


def _moment(label: str) -> Any:
    return django_filters.DateTimeFilter(label=label, method="leave", widget=MomentInput)


class ActivityFilter(ListFilter):
    """Narrows no one table down: it says what an event of any of them must fulfil."""

    person = _choice("Person", _people, "Everybody")
    change = _choice("Change", [(value, capfirst(words)) for value, words in CHANGES.items()], "Any change")
    action = _choice("Action", action_choices, "Any action")
    kind = _choice("Kind of record", kind_choices, "All records")
    since = _moment("From")
    until = _moment("To")

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, User.objects.none())

    @property
    def conditions(self) -> Q:
        """Of the event's own columns and its context."""
        wanted = Q()
        if person := self.value("person"):
            wanted &= _by_nobody() if person == NOBODY else Q(pgh_context__metadata__user=int(person))
        if change := self.value("change"):
            wanted &= Q(pgh_label=change)
        if action := self.value("action"):
            wanted &= Q(pgh_context__metadata__action=action)
        if since := self.value("since"):
            wanted &= Q(pgh_created_at__gte=since)
        if until := self.value("until"):
            wanted &= Q(pgh_created_at__lte=until)
        return wanted

    @property
    def before(self) -> Place | None:
        """Where the page begins: after the last event of the one before it."""
        try:
            return Place.read(str(self.data.get("before", "")))
        except (ValueError, OverflowError):
            return None

    def _in_words(self, name: str) -> str:
        value = self.value(name)
        if isinstance(value, dt.datetime):
            return date_format(timezone.localtime(value), "j M Y, H:i")
        choices = self.form.fields[name].choices
        return str(next(label for choice, label in choices if str(choice) == value))


def _by_nobody() -> Q:
    known = Q(pgh_context__metadata__has_key="user") & ~Q(pgh_context__metadata__user=None)
    return Q(pgh_context=None) | ~known
