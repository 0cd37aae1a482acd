"""What follows from the words of a statement: its claim's first text, its form, when two of them say the same.

Pure functions over a text and its spans (`{"source": [[start, end], ...], "cue": ..., "content": ...}`).
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

ROLES = ("source", "cue", "content")
# Fewer words ("that is false") mean something else in every article.
TELLING_WORDS = 5

type Spans = Mapping[str, Sequence[Sequence[int]]]

DOUBLE_MARKS = '"“”„«»'
OPENING = "\"“„«‘'"
CLOSING = "\"”“»’'"
WORD = re.compile(r"[^\W_]+")
# "said that was wrong": here the word is a pronoun; elsewhere at the start it only joins.
JOINING_THAT = re.compile(
    r"that\s+(?!(?:is|was|are|were|will|would|has|had|have|does|did|do|can|could|should|may|might|must|isn|wasn)\b)",
    re.IGNORECASE,
)


def words_of(text: str, spans: Sequence[Sequence[int]]) -> list[str]:
    """The words of the spans, a string a span, with white space folded."""
    return [" ".join(text[start:end].split()) for start, end in spans]


def content_hash(text: str, spans: Spans) -> str:
    """The same for contents of the same words, whatever their case, accents, quotation marks and punctuation.

    Empty where there are too few words for equality to mean anything.
    """
    words = folded_words(" ".join(words_of(text, spans["content"])))
    return hashlib.sha256(" ".join(words).encode()).hexdigest() if len(words) >= TELLING_WORDS else ""


def folded_words(text: str) -> list[str]:
    """The words of a text without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'").replace("'", "")).casefold()
    return WORD.findall("".join(c for c in decomposed if not unicodedata.combining(c)))


def claim_text(text: str, spans: Spans) -> str:
    """The contents as one readable sentence: no surrounding quotation marks, no "that", a capital letter.

    What its source and cue parted is put together; other words that are left out leave an ellipsis.
    """
    joined, last = "", 0
    for (start, end), words in zip(spans["content"], words_of(text, spans["content"]), strict=True):
        if part := _without_marks(words):
            skipped = bool(joined) and _has_other_words(text, spans, last, start)
            joined = f"{joined.rstrip(' ,;:')} … {part.lstrip(' ,;:')}" if skipped else f"{joined} {part}"
            last = end
    joined = joined.strip()
    joined = re.sub(r"\s+([,.;:!?])", r"\1", JOINING_THAT.sub("", joined, count=1) if _starts(joined) else joined)
    joined = joined.strip(" ,;:–—-") or " ".join(words_of(text, spans["content"])).strip()
    return _capitalised(joined)


def form_of(text: str, spans: Spans) -> str:
    """Direct when every part of the content stands in quotation marks, mixed when some of it does."""
    parts = [(start, end) for start, end in spans["content"]]
    if all(_is_quoted(text, start, end) for start, end in parts):
        return "direct"
    quotes = any(mark in text[start:end] for start, end in parts for mark in DOUBLE_MARKS)
    return "mixed" if quotes or any(_is_quoted(text, start, end) for start, end in parts) else "indirect"


def fault_in(text: str, spans: Mapping[str, Any]) -> str:
    """What is wrong with the spans of a statement, in words; empty when nothing is."""
    if unknown := sorted(set(spans) - set(ROLES)):
        return f"There is no part of a statement called “{unknown[0]}”."
    for role in ROLES:
        last = 0
        for span in spans.get(role, []):
            if len(span) != 2 or not all(isinstance(offset, int) and not isinstance(offset, bool) for offset in span):
                return f"A marked passage ({role}) has no proper start and end."
            start, end = span
            if not 0 <= start < end <= len(text):
                return f"A marked passage ({role}) lies outside the text."
            if start < last:
                return f"The marked passages ({role}) overlap or are out of order."
            last = end
    if not any(WORD.search(text[start:end]) for start, end in spans.get("content", [])):
        return "Mark at least one word of what was said."
    return ""


def _has_other_words(text: str, spans: Spans, start: int, end: int) -> bool:
    """Whether there are words between two places that are neither source nor cue."""
    own = [span for role in ("source", "cue") for span in spans.get(role, ())]
    words = (match.span() for match in WORD.finditer(text, start, end))
    return any(not any(low <= left and right <= high for low, high in own) for left, right in words)


def _starts(text: str) -> bool:
    return text[:4].casefold() == "that"


def _without_marks(part: str) -> str:
    """Take off the quotation marks around a part, and one that has its partner in another part."""
    core = part.rstrip(".,;:!?")
    tail = part[len(core) :]
    inner = core[1:-1]
    if len(core) > 2 and core[0] in OPENING and core[-1] in CLOSING:
        marks = sum(inner.count(mark) for mark in DOUBLE_MARKS)
        if marks % 2:  # a quotation over several paragraphs opens anew in each
            inner = "".join(character for character in inner if character not in DOUBLE_MARKS)
        if marks % 2 or not marks:
            return (inner + ("" if inner[-1] in ".,;:!?" else tail)).strip()
    if sum(part.count(mark) for mark in DOUBLE_MARKS) % 2:
        if part[0] in DOUBLE_MARKS:
            return part[1:].strip()
        if core and core[-1] in DOUBLE_MARKS:
            return (core[:-1] + tail).strip()
    return part


def _capitalised(text: str) -> str:
    """Begin with a capital, but leave names like "eBay" and "iPhone" alone."""
    first = text.split(maxsplit=1)[0]
    return text[0].upper() + text[1:] if first.islower() and text[0].isalpha() else text


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether a quotation mark opens at or just before a part and none but its own closes within."""
    part = text[start:end].strip()
    opened = part[:1] in DOUBLE_MARKS or text[:start].rstrip()[-1:] in DOUBLE_MARKS
    core = part.rstrip(".,;:!?")
    closed = core[-1:] in DOUBLE_MARKS or text[end:].lstrip(".,;:!? ")[:1] in DOUBLE_MARKS
    return bool(part) and opened and closed and not any(mark in core[1:-1] for mark in DOUBLE_MARKS)
