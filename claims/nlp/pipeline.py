"""The extraction pipeline: `load()` once, then `extract(text)`.

spaCy and the components are imported by `load()`, not with this module: whoever only needs the types (a web process,
say) pays neither their second nor their memory.
"""

from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from claims.nlp.types import Attribution, Extraction, Span

if TYPE_CHECKING:
    from spacy.language import Language

FINDER = "attribution_finder"
COMPONENTS = (FINDER, "nested_finder", "boilerplate_filter", "worthiness_judge", "cue_reader", "speaker_resolver")
# Ten million characters are a long novel, ten times over; spaCy would stop at one million.
MAX_LENGTH = 10_000_000


class ExtractionError(Exception):
    """Why one text could not be read, in words for the person who gave it."""


@lru_cache(maxsize=1)
def load() -> "Language":
    """Build the pipeline, once per process."""
    import spacy

    nlp = spacy.blank("en")
    nlp.max_length = MAX_LENGTH
    for name in COMPONENTS:
        import_module(f"claims.nlp.components.{name}")
        nlp.add_pipe(name)
    return nlp


def model_version() -> str:
    """The version of the model that `extract` reads with."""
    finder: Any = load().get_pipe(FINDER)
    return str(finder.model_version)


def extract(text: str) -> Extraction:
    """Find the attributed statements of one text. Raises ExtractionError when that text cannot be read."""
    nlp = load()
    _check(text)
    try:
        found: list[Attribution] = nlp(text)._.attributions
    except Exception as error:  # whatever goes wrong inside costs this text only, and names it
        raise ExtractionError(f"The text could not be read: {type(error).__name__}: {error}") from error
    return Extraction(model_version(), with_parents(sorted(found, key=first_character)))


def first_character(attribution: Attribution) -> Span:
    return min(attribution.source + attribution.cue + attribution.content)


def with_parents(attributions: list[Attribution]) -> tuple[Attribution, ...]:
    """Point each attribution to the one in whose content it stands, the innermost if there are several."""
    contents = sorted((span, number) for number, a in enumerate(attributions) for span in a.content)
    longest = max((span.end - span.start for span, _ in contents), default=0)
    parents = []
    for inner in attributions:
        place = inner.cue[0].start
        low = bisect_left(contents, (Span(place - longest, 0), 0))
        high = bisect_left(contents, (Span(place + 1, 0), 0))
        # Only longer content may be the outer one: so no two attributions can end up inside each other.
        outer = [
            (length, number)
            for _, number in contents[low:high]
            if (length := _length(attributions[number].content)) > _length(inner.content)
            and _covers(attributions[number].content, inner.cue)
        ]
        parents.append(min(outer)[1] if outer else None)
    return tuple(replace(inner, parent=parent) for inner, parent in zip(attributions, parents, strict=True))


def _length(spans: tuple[Span, ...]) -> int:
    return sum(span.end - span.start for span in spans)


def _covers(content: tuple[Span, ...], cue: tuple[Span, ...]) -> bool:
    return all(any(outer.start <= span.start and span.end <= outer.end for outer in content) for span in cue)


def _check(text: str) -> None:
    if len(text) > MAX_LENGTH:
        raise ExtractionError(f"The text has {len(text):,} characters; at most {MAX_LENGTH:,} are read.")
    half = next((place for place, character in enumerate(text) if "\ud800" <= character <= "\udfff"), None)
    if half is not None:
        raise ExtractionError(f"Character {half + 1:,} of the text is half a character (U+{ord(text[half]):04X}).")
