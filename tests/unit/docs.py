"""Hand-made documents for the tests of components: no network runs."""

import re
from collections.abc import Mapping

from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

WORD = re.compile(r"\w+|[^\w\s]|\s+")
LABELS = {"P": "PERSON", "O": "ORGANIZATION", "L": "LOCATION", "M": "MISC"}


def make_doc(text: str, entities: Mapping[str, str] | None = None) -> Doc:
    """A document in which every occurrence of the names is an entity: {"Ana Ruiz": "P"}."""
    words: list[str] = []
    spaces: list[bool] = []
    for match in WORD.finditer(text):
        if match[0] == " " and words and not spaces[-1] and not words[-1].isspace():
            spaces[-1] = True
        else:
            words.append(match[0])
            spaces.append(False)
    doc = Doc(Vocab(), words=words, spaces=spaces)
    assert doc.text == text
    found: dict[int, Span] = {}
    for name, label in sorted((entities or {}).items(), key=lambda item: -len(item[0])):
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            span = doc.char_span(*match.span(), label=LABELS[label])
            if span is not None and not any(token.i in found for token in span):
                found.update(dict.fromkeys((token.i for token in span), span))
    doc.ents = tuple(dict.fromkeys(found.values()))
    return doc
