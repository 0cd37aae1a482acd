"""Finds what stands inside what was found: "the minister said that the mayor had promised a bridge".

The corpus that the network learnt from marks no nested attributions, and so the words of a content carry no roles of their
own. Read by itself, the content is a text like any other: its quotation marks taken off, the network finds who says what
in it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc

from claims.nlp.components import ATTRIBUTIONS, TOKENS
from claims.nlp.components.attribution_finder import AttributionFinder
from claims.nlp.components.cue_reader import CLOSING, OPENING, WORD
from claims.nlp.lexicon import verb_forms
from claims.nlp.tokens import Tokens
from claims.nlp.types import Attribution, Span

DEEPEST = 2  # A says that B said that C had said
FEWEST_WORDS = 3
MARKS = "".join(OPENING | CLOSING)
# "the United States", "the World Bank": no verb, whatever the lexicon says.
NAME = re.compile(r"(?<=[\w,] )[A-Z][a-z]")


@Language.factory("nested_finder")
def make_nested_finder(nlp: Language, name: str) -> "NestedFinder":
    return NestedFinder(nlp.get_pipe("attribution_finder"))  # type: ignore[arg-type]  # a pipe is what its factory made


class NestedFinder:
    """Adds the attributions within the contents of those in `doc._.attributions`."""

    def __init__(self, finder: AttributionFinder) -> None:
        self.finder = finder

    def __call__(self, doc: Doc) -> Doc:
        found: list[Attribution] = doc._.get(ATTRIBUTIONS)
        layer = found
        for _ in range(DEEPEST):
            layer = self._within(layer, found, doc)
            found = found + layer
        doc._.set(ATTRIBUTIONS, found)
        return doc

    def _within(self, outer: Iterable[Attribution], found: Iterable[Attribution], doc: Doc) -> list[Attribution]:
        """What the contents of `outer` hold: somebody, a word for saying or thinking, and what.

        In a text by itself the network takes more for a cue ("we have adopted a treaty"), and rightly so; within what
        somebody said, that is the point and not its attribution. A cue that is known belongs to whom it was found for.
        """
        text = doc.text  # put together at each asking
        contents = {span for attribution in outer for span in attribution.content if may_report(text, span)}
        tokens: Tokens = doc._.get(TOKENS)
        pieces = [words for span in sorted(contents) if (words := words_of(tokens, text, span))]
        known = sorted(span for attribution in found for span in attribution.cue)
        return [
            inner
            for inner in self.finder.look_into(tokens, pieces)
            if inner.source and _reports(text, inner.cue) and not _touch(inner.cue, known)
        ]


def may_report(text: str, span: Span) -> bool:
    """Whether a content has enough words, and one among them that reports: a look that costs next to nothing."""
    return len(WORD.findall(text, span.start, span.end)) >= FEWEST_WORDS and _reports(text, [span])


def _reports(text: str, spans: Iterable[Span]) -> bool:
    matches = (match for span in spans for match in WORD.finditer(text, span.start, span.end))
    return any(
        (match[0].casefold() in verb_forms("speech_verbs") or match[0].casefold() in verb_forms("thought_words"))
        and not NAME.match(text, match.start())
        for match in matches
    )


def words_of(tokens: Tokens, text: str, span: Span) -> tuple[int, int] | None:
    """The words of a content, first and end, without quotation marks around them; None when too few are left."""
    start, end = tokens.words_between(span.start, span.end)
    while start < end and _is_mark(tokens, text, start):
        start += 1
    while start < end and _is_mark(tokens, text, end - 1):
        end -= 1
    return (start, end) if end - start >= FEWEST_WORDS else None


def _is_mark(tokens: Tokens, text: str, word: int) -> bool:
    return not text[tokens.starts[word] : tokens.ends[word]].strip(MARKS)


def _touch(spans: Iterable[Span], ordered: list[Span]) -> bool:
    """Whether one of the spans overlaps one of the others, which are in order and apart."""
    for span in spans:
        after = bisect_left(ordered, Span(span.end, 0))
        if after and ordered[after - 1].end > span.start:
            return True
    return False
