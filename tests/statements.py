"""Articles and attributions for tests, by their words instead of their offsets."""

import re
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from claims.models import Article, ArticleVersion
from claims.nlp.types import Attribution, Extraction, SourceKind, Span

SUMMIT = """Anna Berg said that the river port will open in spring next year.
Activists say the port was built without any permit at all.
Berg also said the harbour fee would rise.
"The port is safe," she said, "and it will stay safe."
"""


def version_of(text: str = SUMMIT, **fields: Any) -> ArticleVersion:
    """A stored article version."""
    return Article.objects.create(**{"title": "The port", **fields}).add_version(text)


def said(
    text: str, source: str, cue: str, *contents: str, speaker: str | None = None, kind: str = "person", **fields: Any
) -> Attribution:
    """An attribution of these words: the contents where they stand first, source and cue nearest to them."""
    content = tuple(_nearest(text, words, 0) for words in contents)
    return Attribution(
        source=(_nearest(text, source, content[0].end),) if source else (),
        cue=(_nearest(text, cue, content[0].end),),
        content=content,
        speaker=speaker,
        speaker_kind=SourceKind(kind),
        **fields,
    )


def summit(text: str = SUMMIT) -> Extraction:
    """What an extractor finds in `SUMMIT`."""
    opening, permit = "the river port will open in spring next year", "the port was built without any permit at all"
    return Extraction(
        "test-1",
        (
            said(text, "Anna Berg", "said", opening, speaker="Anna Berg"),
            said(text, "Activists", "say", permit, speaker="activists", kind="group"),
            said(text, "Berg", "said", "the harbour fee would rise", speaker="Berg"),
            said(text, "she", "said", '"The port is safe,"', '"and it will stay safe."', speaker="Anna Berg"),
        ),
    )


def events_of(model: type[Model]) -> QuerySet[Any]:
    """The history of a model."""
    events: QuerySet[Any] = apps.get_model("claims", f"{model.__name__}Event")._default_manager.all()
    return events


def _nearest(text: str, words: str, place: int) -> Span:
    found = [
        match.start()
        for match in re.finditer(rf"\b{re.escape(words)}" if words[0].isalnum() else re.escape(words), text)
    ]
    start = min(found, key=lambda start: abs(start - place))
    return Span(start, start + len(words))
