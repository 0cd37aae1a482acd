"""Any record as it stood at a moment, and what changed in it between two."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from claims.activity import CHANGES, MACHINE, MACHINES_ACTIONS, action_in_words, changed_fields
from claims.events import event_model, events_of, fields_of, label_of, tracked_models
from claims.models import User

MOST_VERSIONS = 200


@dataclass(frozen=True, slots=True)
class Version:
    """A record after one write to it."""

    when: dt.datetime
    who: str
    change: str
    action: str
    fields: Sequence[str]
    # Both moments as addresses give them: with their offset, so that they are exact in the hour that comes twice.
    at: str
    since: str = ""  # that of the version before, where it is another


@dataclass(frozen=True, slots=True)
class Value:
    """What a field held, in words; the address is that of the record that it refers to."""

    words: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field at one moment, or at two."""

    label: str
    value: Value
    after: Value | None = None


def latest_event(model: type[models.Model], pk: int) -> Any | None:
    """The last thing that happened to a record; None where there never was one."""
    return events_of(model).filter(pgh_obj_id=pk).order_by("-pgh_id").first()


def event_at(model: type[models.Model], pk: int, moment: dt.datetime) -> Any | None:
    """The event whose row is the record as it stood then; None where there was none yet or no longer."""
    events = events_of(model).filter(pgh_obj_id=pk, pgh_created_at__lte=moment)
    last = events.order_by("-pgh_id").first()
    return None if last is None or last.pgh_label == "delete" else last


def versions_of(model: type[models.Model], pk: int) -> tuple[list[Version], bool]:
    """The newest first, `MOST_VERSIONS` at most, and whether there are more; two queries."""
    rows = events_of(model).filter(pgh_obj_id=pk).select_related("pgh_context").order_by("-pgh_id")
    events = list(rows[: MOST_VERSIONS + 1])
    contexts = [event.pgh_context.metadata if event.pgh_context else {} for event in events]
    people = User.objects.in_bulk({context["user"] for context in contexts if context.get("user")})
    versions = []
    for event, context, before in zip(events, contexts, [*events[1:], None], strict=True):
        earlier = before and before.pgh_created_at < event.pgh_created_at
        person = people.get(context.get("user", 0))
        machine = context.get("action") in MACHINES_ACTIONS or person is None
        versions.append(
            Version(
                event.pgh_created_at,
                MACHINE if machine else str(person),
                CHANGES.get(event.pgh_label, event.pgh_label),
                action_in_words(context.get("action") or context.get("task") or ""),
                changed_fields(model, before if event.pgh_label == "update" else None, event),
                at=_for_address(event.pgh_created_at),
                since=_for_address(before.pgh_created_at) if earlier else "",
            )
        )
    return versions[:MOST_VERSIONS], len(versions) > MOST_VERSIONS


def _for_address(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat()


def as_it_stood(model: type[models.Model], event: Any) -> list[Field]:
    """All fields of a record as they stood; a query for each kind of record that it refers to."""
    names = _Names(model, [event])
    return [Field(label_of(field), names.value(field, event)) for field in fields_of(model)]


def differences(model: type[models.Model], before: Any | None, after: Any | None) -> list[Field]:
    """The fields in which it differs, before and after; where there was no record, its fields held nothing."""
    names = _Names(model, [event for event in (before, after) if event is not None])
    found = []
    for field in fields_of(model):
        held = [getattr(event, field.attname) if event is not None else None for event in (before, after)]
        if held[0] != held[1]:
            was, became = (names.value(field, event) if event is not None else Value() for event in (before, after))
            found.append(Field(label_of(field), was, became))
    return found


def not_kept(model: type[models.Model]) -> list[str]:
    """The fields that the history leaves out: what never changes, what is computed, and secrets."""
    kept = {field.name for field in event_model(model)._meta.concrete_fields}
    return [label_of(field) for field in model._meta.concrete_fields if field.name not in kept]


class _Names:
    """What the records are called to which events refer."""

    def __init__(self, model: type[models.Model], events: Iterable[Any]) -> None:
        wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        events = list(events)
        for field in fields_of(model):
            if field.remote_field:
                wanted[field.related_model] |= {getattr(event, field.attname) for event in events} - {None}
        # The names alone are asked for: a document has megabytes beside its name.
        self.rows = {of: of._default_manager.defer(*_big(of)).in_bulk(pks) for of, pks in wanted.items() if pks}

    def value(self, field: Any, event: Any) -> Value:
        held = getattr(event, field.attname)
        if held is None or held == "":
            return Value()
        if field.remote_field:
            of = field.related_model
            row = self.rows.get(of, {}).get(held)
            kind = of._meta.model_name
            address = reverse("record", args=[kind, held]) if kind in tracked_models() else ""
            return Value(f"{row} (number {held})" if row else f"number {held}, which is gone", address)
        return Value(in_words(field, held))


def _big(model: type[models.Model]) -> list[str]:
    names = {"articleversion": ["text"], "document": ["content"], "extraction": ["output"]}
    return names.get(str(model._meta.model_name), [])


def in_words(field: Any, held: Any) -> str:
    """A plain value for people."""
    if field.choices:
        return str(dict(field.flatchoices).get(held, held))
    if isinstance(held, bool):
        return "yes" if held else "no"
    if isinstance(held, dt.datetime):
        return date_format(timezone.localtime(held), "j F Y, H:i:s T")
    if isinstance(held, dt.date):
        return date_format(held, "j F Y")
    return json.dumps(held, ensure_ascii=False) if isinstance(held, dict | list) else str(held)
