"""Reads off the words how something is rendered (direct, indirect, mixed), whether it was said or thought, and what saying it
does."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

from spacy.language import Language
from spacy.tokens import Doc

from claims.nlp.components import ATTRIBUTIONS
from claims.nlp.lexicon import acts, verb_forms
from claims.nlp.types import Act, Attribution, Form, Span

WORD = re.compile(r"[^\W_]+")
NEGATION = re.compile(
    r"\b(?:not|never|no|neither|nor|cannot|without|declin(?:e[sd]?|ing)|unable to|stopp?(?:ed|s|ing)? short"
    r"|(?:refus|fail|avoid)(?:e[sd]?|ed|s|ing)? (?:to|\w+ing)\b)\b|n['’]t\b",
    re.IGNORECASE,
)
PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*[\"“„«‘'‹「])|\Z")
# Opening mark → the marks that close it.
PAIRS = {"“": '”"', "„": "“”", "«": "»", "»": "«", "‹": "›", "「": "」", "‘": "’", "`": "'`", '"': '"”', "'": "'"}
OPENING, CLOSING = frozenset(PAIRS), frozenset("".join(PAIRS.values()))
# A quotation closes within so many marks of any kind: a text of nothing but marks must not take for ever.
FARTHEST = 100
# These are apostrophes as well, and "»" opens in some languages and closes in others: only their neighbours tell.
AMBIGUOUS = frozenset("\"'’»`")


@Language.component("cue_reader")
def cue_reader(doc: Doc) -> Doc:
    """Set `form` and `speech` of every attribution."""
    text = doc.text
    quotations = quoted(text)
    doc._.set(
        ATTRIBUTIONS,
        [
            replace(
                a,
                form=form_of(a, text, quotations),
                speech=(speech := is_speech(a, text)),
                act=act_of(a, text) if speech else None,
                negated=is_negated(a, text),
            )
            for a in doc._.get(ATTRIBUTIONS)
        ],
    )
    return doc


def act_of(attribution: Attribution, text: str) -> Act:
    """What the speech does, by the first verb of the cue that does more than state."""
    known = acts()
    return next((Act(known[word]) for word in _cue_words(attribution, text) if word in known), Act.STATE)


def is_negated(attribution: Attribution, text: str) -> bool:
    """Whether the cue says that nothing was said: "declined to say", "would not confirm". "Denied" is speech."""
    return any(NEGATION.search(text, span.start, span.end) for span in attribution.cue)


def is_speech(attribution: Attribution, text: str) -> bool:
    """Whether the cue reports speech. The first word that is known decides: "is expected to say" is no speech."""
    for word in _cue_words(attribution, text):
        if word in verb_forms("thought_words"):
            return False
        if word in verb_forms("speech_verbs"):
            return True
    return True


def _cue_words(attribution: Attribution, text: str) -> Iterable[str]:
    return (m[0].casefold() for span in attribution.cue for m in WORD.finditer(text, span.start, span.end))


def form_of(attribution: Attribution, text: str, quotations: list[Span]) -> Form:
    """Direct when all words of the content are quoted, mixed when some are."""
    inside = outside = 0
    first, last = attribution.content[0].start, attribution.content[-1].end
    low = bisect_right(quotations, first, key=attrgetter("start")) - 1  # the one around the beginning, if any
    quotations = quotations[max(low, 0) : bisect_right(quotations, last, key=attrgetter("start"))]
    # A quotation around the cue quotes somebody else, who speaks of this source.
    marks = [q for q in quotations if not any(q.start <= cue.start < q.end for cue in attribution.cue)]
    starts = [q.start for q in marks]
    for span in attribution.content:
        if _is_torn(span, text, quotations):
            inside += 1
            continue
        for word in WORD.finditer(text, span.start, span.end):
            before = bisect_right(starts, word.start()) - 1
            if before >= 0 and word.end() <= marks[before].end:
                inside += 1
            else:
                outside += 1
    if not inside:
        return Form.INDIRECT
    return Form.MIXED if outside else Form.DIRECT


def _is_torn(span: Span, text: str, quotations: list[Span]) -> bool:
    """Whether the span begins with a mark that nothing closes: such a quotation is taken to be the span."""
    if text[span.start] not in OPENING - {"'", "`"}:
        return False
    return not any(q.start == span.start or q.end == span.start + 1 for q in quotations)


def quoted(text: str) -> list[Span]:
    """The outermost quotations, marks included. A mark that nothing closes costs only its paragraph."""
    found: list[Span] = []
    start = 0
    for end in _paragraph_ends(text):
        found.extend(_quoted_in(text, start, end))
        start = end
    return found


def _paragraph_ends(text: str) -> Iterable[int]:
    return (match.end() for match in PARAGRAPH.finditer(text))


def _quoted_in(text: str, start: int, end: int) -> list[Span]:
    found = []
    place = start
    marks = [i for i in range(start, end) if text[i] in OPENING or text[i] in CLOSING]
    for number, i in enumerate(marks):
        if i < place or text[i] not in OPENING or not _opens(text, i):
            continue
        ahead = marks[number + 1 : number + 1 + FARTHEST]
        closing = [j for j in ahead if text[j] in PAIRS[text[i]] and _closes(text, j)]
        # "'It is the workers' own,' he said": what can be a possessive closes only when nothing better does.
        close = next((j for j in closing if not _may_be_possessive(text, j)), closing[0] if closing else None)
        if close is None:
            if not _is_continued(text, i, start, end):
                continue
            close = end - 1
        found.append(Span(i, close + 1))
        place = close + 1
    return found


def _opens(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return text[place] not in AMBIGUOUS or (not before.isalnum() and bool(after) and not after.isspace())


def _closes(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return text[place] not in AMBIGUOUS or (not before.isspace() and not after.isalnum())


def _may_be_possessive(text: str, place: int) -> bool:
    return text[place] in "'’" and text[place - 1 : place] in {"s", "S"} and text[place + 1 : place + 2].isspace()


def _is_continued(text: str, mark: int, start: int, end: int) -> bool:
    """A quotation of several paragraphs opens each, and closes only the last."""
    return text[end : end + 1] == text[mark] and not text[start:mark].strip(" \t\n\xa0")
