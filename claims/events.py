"""The event tables that the database keeps of every model: which there are, and whose review or comment a row is of."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils.text import capfirst

from claims.models import Comment, Mention, Review

# Counted and dated with every write: no news by themselves.
BOOKKEEPING = ("id", "version", "created_at", "updated_at")
# What people call a model where its own name says too little; one and several.
CALLED = {
    "articleversion": ("text of an article", "texts of articles"),
    "attributionverdict": ("attribution verdict", "attribution verdicts"),
    "claimtag": ("claim’s tag", "claims’ tags"),
    "sourcemerge": ("merge of sources", "merges of sources"),
    "statementsource": ("statement’s source", "statements’ sources"),
    "user": ("account", "accounts"),
}


@cache
def tracked_models() -> dict[str, type[models.Model]]:
    """All models with a history, by name, in alphabetical order."""
    found = {
        model._meta.model_name: model
        for model in apps.get_app_config("claims").get_models()
        if not hasattr(model, "pgh_tracked_model") and any(field.name == "events" for field in model._meta.get_fields())
    }
    return {str(name): found[name] for name in sorted(map(str, found))}


def event_model(model: type[models.Model]) -> Any:
    """The model of the event table."""
    return model._meta.get_field("events").related_model


def events_of(model: type[models.Model]) -> "QuerySet[Any]":
    """All events of a model's rows."""
    return QuerySet(event_model(model))


def called(kind: str, count: int = 1) -> str:
    """What people call a kind of record."""
    meta = tracked_models()[kind]._meta
    one, several = CALLED.get(kind, (str(meta.verbose_name), str(meta.verbose_name_plural)))
    return one if count == 1 else several


def kind_choices() -> list[tuple[str, str]]:
    """Kinds of record for a form, by what they are called."""
    return sorted(((kind, capfirst(called(kind))) for kind in tracked_models()), key=lambda choice: choice[1])


def fields_of(model: type[models.Model]) -> list[Any]:
    """The fields that the history keeps, in the order of the model, what is counted with every write last."""
    kept = [field for field in event_model(model)._meta.concrete_fields if not field.name.startswith("pgh_")]
    return sorted((field for field in kept if field.name != "id"), key=lambda field: field.name in BOOKKEEPING)


def label_of(field: Any) -> str:
    """A field's name for people."""
    return capfirst(str(field.verbose_name))


def review_field(model: type[models.Model]) -> str:
    """Where an event names the review that it is a part of; empty for what belongs to none."""
    if model is Review:
        return "pgh_obj_id"
    part = any(field.name == "review" and field.related_model is Review for field in model._meta.concrete_fields)
    return "review_id" if part else ""


def comment_field(model: type[models.Model]) -> str:
    """Where an event names the comment that it is a part of; empty for what belongs to none."""
    fields: dict[type[models.Model], str] = {Comment: "pgh_obj_id", Mention: "comment_id"}
    return fields.get(model, "")
