"""Sources of invented texts and the names they get."""

import re
from collections.abc import Mapping

from claims.nlp.components import ATTRIBUTIONS
from claims.nlp.components.speaker_resolver import speaker_resolver
from claims.nlp.types import Attribution, Span
from tests.unit.docs import make_doc


def attributions_of(marked: str, entities: Mapping[str, str]) -> list[Attribution]:
    """Each source stands in braces; nobody is quoted in full, so that no source stands inside another's content."""
    pieces = re.split(r"[{}]", marked)
    text = "".join(pieces)
    doc = make_doc(text, entities)
    place, found = 0, []
    for number, piece in enumerate(pieces):
        if number % 2:
            cue = Span(place + len(piece), place + len(piece) + 1)
            found.append(Attribution((Span(place, place + len(piece)),), (cue,), (cue,)))
        place += len(piece)
    doc._.set(ATTRIBUTIONS, found)
    resolved: list[Attribution] = speaker_resolver(doc)._.get(ATTRIBUTIONS)
    return resolved


def speakers_of(marked: str, entities: Mapping[str, str]) -> list[str | None]:
    return [attribution.speaker for attribution in attributions_of(marked, entities)]
