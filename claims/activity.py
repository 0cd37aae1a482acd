"""What everybody did, newest first, from the event tables of all models.

pghistory's own view over all of them compares every event with the one before it and sorts the lot, which takes
seconds at a few hundred thousand events. Here each table gives the newest few that fit, from an index.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import IntegerField, OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils.text import Truncator, capfirst

from claims import actions, permissions
from claims.events import (
    BOOKKEEPING,
    called,
    comment_field,
    event_model,
    events_of,
    fields_of,
    label_of,
    review_field,
    tracked_models,
)
from claims.models import AttributionVerdict, Source, User, Verdict

CHANGES = {"insert": "added", "update": "changed", "delete": "removed"}
MACHINE = "The machine"
# The extractor's finds are filed under the name of the person who asked for the reading.
MACHINES_ACTIONS = ("file_extraction", "file_reextraction")
LONGEST_NAME = 100
# Actions bear the names of functions, which say it well; these need other words.
SAID = {
    "_store_file": "take in a file",
    "file_all_under": "file all statements of a name",
    "file_extraction": "file what the extractor found",
    "file_reextraction": "file what a newer model found",
    "finish_intake": "read an address",
    "retry_extraction": "have an article read again",
    "save_intake": "save what was taken in",
    "store_document": "keep a file",
    "take_in_address": "take in an address",
}

# What names a record: the first of these that says something.
NAMES = {
    "alias": ("name",),
    "article": ("title",),
    "citation": ("title", "address"),
    "claim": ("text",),
    "document": ("file_name", "address"),
    "extraction": ("model_version",),
    "intake": ("address",),
    "outlet": ("name",),
    "rating": ("label",),
    "redaction": ("reason",),
    "savedview": ("name",),
    "source": ("name",),
    "statement": ("speaker",),
    "tag": ("name",),
    "user": ("username",),
}
# The page on which it stands, and where the event has that page's key.
PAGES = {
    "alias": ("source", "source_id"),
    "article": ("article", "pgh_obj_id"),
    "articleversion": ("article", "article_id"),
    "claim": ("claim", "pgh_obj_id"),
    "claimtag": ("claim", "claim_id"),
    "comment": ("claim", "claim_id"),
    "intake": ("article", "article_id"),
    "review": ("claim", "claim_id"),
    "source": ("source", "pgh_obj_id"),
    "sourcemerge": ("source", "into_id"),
    "statement": ("claim", "claim_id"),
    "statementsource": ("source", "source_id"),
}


class Place(NamedTuple):
    """Where an event stands among all: events of one transaction bear the same time."""

    when: dt.datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{self.when.isoformat()}~{self.rank}~{self.pk}"

    @classmethod
    def read(cls, written: str) -> "Place":
        """From what `str` made of it; a ValueError says that it is none."""
        when, rank, pk = written.split("~")
        moment = dt.datetime.fromisoformat(when)
        if moment.tzinfo is None or not 0 < int(pk) < 2**31:
            raise ValueError(written)
        return cls(moment, int(rank), int(pk))


@dataclass(frozen=True, slots=True)
class Item:
    """What happened to one record. Of what the reader may not read there is neither a name nor its fields."""

    kind: str
    pk: int
    change: str
    name: str = ""
    address: str = ""
    fields: Sequence[str] = ()
    readable: bool = True

    @property
    def record(self) -> str:
        return reverse("record", args=[self.kind, self.pk])

    @property
    def what(self) -> str:
        return called(self.kind)


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody did at once to records of one kind."""

    when: dt.datetime
    who: str
    action: str
    items: list[Item] = field(default_factory=list)

    @property
    def first(self) -> Item:
        return self.items[0]

    @property
    def change(self) -> str:
        return CHANGES.get(self.first.change, self.first.change)

    @property
    def what(self) -> str:
        return called(self.first.kind, len(self.items))


def find_places(conditions: Q, *, kind: str = "", before: Place | None = None, most: int) -> list[Place]:
    """Where the newest events stand that fit; one query, whatever the number of tables."""
    branches = []
    for rank, (name, model) in enumerate(tracked_models().items()):
        if kind and kind != name:
            continue
        events = events_of(model).filter(conditions)
        if before:
            events = events.filter(_earlier(before, rank))
        ranked = events.order_by("-pgh_created_at", "-pgh_id").annotate(rank=Value(rank, IntegerField()))
        branches.append(ranked.values_list("pgh_created_at", "rank", "pgh_id")[:most])
    first, *others = branches
    rows = first.union(*others, all=True).order_by("-pgh_created_at", "-rank", "-pgh_id")[:most] if others else first
    return [Place(*row) for row in rows]


def _earlier(before: Place, rank: int) -> Q:
    if rank > before.rank:
        return Q(pgh_created_at__lt=before.when)
    not_later = Q(pgh_created_at__lte=before.when)
    if rank < before.rank:
        return not_later
    return not_later & (Q(pgh_created_at__lt=before.when) | Q(pgh_id__lt=before.pk))


def tell(places: Sequence[Place], reader: object) -> list[Entry]:
    """The events in words: what one person did at once to records of a kind is one entry.

    Two queries a kind of record among them and three for all, however many they are.
    """
    loaded = _Loaded(places, reader)
    entries = []
    for (when, _, _, change), group in groupby(places, key=loaded.belongs_to):
        of_one = list(group)
        metadata = loaded.metadata(of_one[0])
        items = [loaded.item(place, change) for place in of_one]
        said = action_in_words(metadata.get("action") or metadata.get("task") or "")
        entries.append(Entry(when, loaded.who(metadata), said, items))
    return entries


def action_in_words(name: str) -> str:
    """What an action is called: "Join claims"."""
    return capfirst(SAID.get(name, name.replace("_", " ").strip()))


def action_choices() -> list[tuple[str, str]]:
    """All actions for a form, by what they are called."""
    return sorted(((name, action_in_words(name)) for name in actions.names), key=lambda choice: choice[1])


class _Loaded:
    """The events at these places with all that their telling needs."""

    def __init__(self, places: Iterable[Place], reader: object) -> None:
        self.kinds = list(tracked_models())
        wanted: dict[int, list[int]] = defaultdict(list)
        for place in places:
            wanted[place.rank].append(place.pk)
        self.events: dict[tuple[int, int], Any] = {}
        self.before: dict[tuple[int, int], Any] = {}
        for rank, pks in wanted.items():
            self._load(rank, pks)
        everything = list(self.events.items())
        reviews = {key for (rank, _), event in everything if (key := self._review_of(rank, event))}
        readable = permissions.readable_reviews(reader).select_related("claim", "reviewer")
        self.reviews = readable.in_bulk(reviews) if reviews else {}
        comments = {key for (rank, _), event in everything if (key := self._comment_of(rank, event))}
        self.comments = set(permissions.readable_comments(reader).filter(pk__in=comments).values_list("pk", flat=True))
        people = {event.pgh_context.metadata.get("user") for _, event in everything if event.pgh_context}
        self.people = {user.pk: user.display_name for user in User.objects.filter(pk__in=people - {None})}
        sources = {key for (rank, _), event in everything if (key := self._source_of(rank, event))}
        self.sources = dict(Source.objects.filter(pk__in=sources).values_list("pk", "name")) if sources else {}

    def _load(self, rank: int, pks: list[int]) -> None:
        model = tracked_models()[self.kinds[rank]]
        earlier = event_model(model).objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
        rows = events_of(model).filter(pgh_id__in=pks).select_related("pgh_context")
        found = list(rows.annotate(pgh_before=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])))
        changed = [event.pgh_before for event in found if event.pgh_label == "update" and event.pgh_before]
        before = events_of(model).in_bulk(changed) if changed else {}
        for event in found:
            self.events[rank, event.pgh_id] = event
            self.before[rank, event.pgh_id] = before.get(event.pgh_before)

    def _review_of(self, rank: int, event: Any) -> int | None:
        name = review_field(tracked_models()[self.kinds[rank]])
        return getattr(event, name) if name else None

    def _comment_of(self, rank: int, event: Any) -> int | None:
        name = comment_field(tracked_models()[self.kinds[rank]])
        return getattr(event, name) if name else None

    def _source_of(self, rank: int, event: Any) -> int | None:
        page, key = PAGES.get(self.kinds[rank], ("", ""))
        return getattr(event, key) if page == "source" else None

    def belongs_to(self, place: Place) -> tuple[dt.datetime, int, object, str]:
        """Events with the same of this are told together."""
        event = self.events[place.rank, place.pk]
        return place.when, place.rank, event.pgh_context_id, event.pgh_label

    def metadata(self, place: Place) -> dict[str, Any]:
        context = self.events[place.rank, place.pk].pgh_context
        return context.metadata if context else {}

    def who(self, metadata: dict[str, Any]) -> str:
        person = self.people.get(metadata.get("user") or 0, "")
        if metadata.get("action") in MACHINES_ACTIONS or "task" in metadata:
            return f"{MACHINE}, asked by {person}" if person else MACHINE
        return person or MACHINE

    def item(self, place: Place, change: str) -> Item:
        kind, event = self.kinds[place.rank], self.events[place.rank, place.pk]
        review = self._review_of(place.rank, event)
        comment = self._comment_of(place.rank, event)
        if (review is not None and review not in self.reviews) or (
            comment is not None and comment not in self.comments
        ):
            return Item(kind, event.pgh_obj_id, change, readable=False)
        return Item(
            kind,
            event.pgh_obj_id,
            change,
            name=Truncator(self._name(kind, event, review)).chars(LONGEST_NAME),
            address=self._address(kind, event, review),
            fields=changed_fields(tracked_models()[kind], self.before[place.rank, place.pk], event),
        )

    def _name(self, kind: str, event: Any, review: int | None) -> str:
        if review is not None and review_field(tracked_models()[kind]) == "pgh_obj_id":
            return f"of “{self.reviews[review].claim}”"
        if kind in ("statementsource", "sourcemerge"):
            return str(self.sources.get(getattr(event, PAGES[kind][1]), ""))
        if kind == AttributionVerdict._meta.model_name:
            return str(dict(Verdict.choices).get(event.verdict, event.verdict))
        return next((str(said) for name in NAMES.get(kind, ()) if (said := getattr(event, name))), "")

    def _address(self, kind: str, event: Any, review: int | None) -> str:
        page, key = PAGES.get(kind, ("", ""))
        pk = getattr(event, key) if key else None
        if review is not None:
            page, pk = "claim", self.reviews[review].claim_id
        if pk is None or (page == "source" and pk not in self.sources):
            return ""  # it has no page, or is gone
        return reverse(page, args=[pk])


def changed_fields(model: type[Any], before: Any | None, after: Any) -> list[str]:
    """The names of the fields in which two events differ, for people; nothing where there is no earlier one."""
    if before is None:
        return []
    fields = (field for field in fields_of(model) if field.name not in BOOKKEEPING)
    return [label_of(field) for field in fields if getattr(before, field.attname) != getattr(after, field.attname)]
