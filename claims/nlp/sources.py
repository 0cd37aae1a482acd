"""Which of the spans that were tied to a cue are its source."""

import re

from claims.nlp.cast import Cast
from claims.nlp.types import Attribution, Span

BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
LONGEST_LABEL = 90


def source_spans(attribution: Attribution, text: str, cast: Cast) -> tuple[Span, ...]:
    """The subject, where a network has tied other nouns to the cue, too.

    What stands in or out of quotations like the cue goes before what does not, the cue's own sentence before others,
    and what touches the cue before what is farther off. Several that are left speak together.
    """
    if not attribution.source:
        return ()
    cue = attribution.cue[0]
    spans = _closed_up([_in_paragraph(span, cue, text) for span in attribution.source], text)
    if text[cue.start : cue.end].strip() == ":":
        spans = _of_label(spans, cue, text)
    if len(spans) < 2:
        return tuple(spans)
    quoted = cast.is_quoted(cue.start)
    near = [span for span in spans if cast.is_quoted(span.start) == quoted] or spans
    own = [span for span in near if not _sentence_ends(text, span, cue)] or near
    if len(own) < 2:
        return tuple(own)
    for touching in (
        [span for span in own if span.end <= cue.start and _touches(text, span, cue)],
        [span for span in own if span.start >= cue.end and _touches(text, span, cue)],
    ):
        if touching:
            return tuple(touching[-1:])
    return tuple(own)


def _closed_up(spans: list[Span], text: str) -> list[Span]:
    """A name and its relative clause as one: "Otis Reyburn", "who walked the line"."""
    found: list[Span] = []
    for span in spans:
        clause = re.match(r"(?:who|which|whose)\b", text[span.start : span.start + 6])
        if found and clause and span.end - span.start > 5 and not text[found[-1].end : span.start].strip(" ,"):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def _in_paragraph(span: Span, cue: Span, text: str) -> Span:
    """What of a span that runs over a blank line stands on the cue's side."""
    parts = list(BLANK_LINE.finditer(text, span.start, span.end))
    if not parts:
        return span
    if cue.start >= span.end:
        return Span(parts[-1].end(), span.end) if parts[-1].end() < span.end else span
    return Span(span.start, parts[0].start()) if parts[0].start() > span.start else span


def _of_label(spans: list[Span], cue: Span, text: str) -> list[Span]:
    """Before a bare colon the speaker stands in the same line; what is elsewhere was tied to it by mistake."""
    start = text.rfind("\n", max(0, cue.start - 200), cue.start) + 1
    here = [span for span in spans if "\n" not in text[min(span.start, cue.start) : max(span.end, cue.end)]]
    if here or cue.start - start > LONGEST_LABEL or not start:
        return here
    clock = re.match(r"\s*(?:\d{1,2}[.:h]\d{2}\s+)?", text[start : cue.start])
    start += clock.end() if clock else 0
    return [Span(start, cue.start)] if text[start : cue.start].strip() else []


def _sentence_ends(text: str, span: Span, cue: Span) -> bool:
    low, high = (span.end, cue.start) if span.start < cue.start else (cue.end, span.start)
    return bool(re.search(r"[.!?;][”\"’'»)]*\s|\n", text[low : min(high, low + 2000)]))


def _touches(text: str, span: Span, cue: Span) -> bool:
    if span.end <= cue.start:
        return bool(re.fullmatch(r"[\s,:]*(?:\w+ly )?", text[span.end : cue.start][:40])) and cue.start - span.end < 30
    return not text[cue.end : span.start][:30].strip(" ,\n")
