"""Drops what was found in copyright lines, photo credits, share buttons and the like, and cuts off headlines and datelines."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from claims.nlp.components import ATTRIBUTIONS
from claims.nlp.lexicon import lines
from claims.nlp.types import Attribution, Span

LONGEST_LINE = 400  # no pattern describes more; a whole article on one line is never boilerplate
LINE = re.compile(r"[^\n\r]+")
# "PORT ALDER, Sept 8 (Reuters) - ", with whatever a careless copy has glued in front of it.
DATELINE = re.compile(
    r"\s*[^\n]{0,120}?[A-Z][A-Z' .-]+[A-Z](?:, [^\n:—–]{1,40}?)?(?: \([^)\n]{2,40}\))?\s*(?::|—|–|--| -)\s+"
)
# A first line that ends like no sentence, and the line behind it.
HEADLINE = re.compile(r"\s*([^\n]{1,150}[^\s.!?:;,”\"’'])\s*\n\s*(?=([\"“‘'A-Z][^\n]*))")


@Language.component("boilerplate_filter")
def boilerplate_filter(doc: Doc) -> Doc:
    """Take boilerplate lines out of all attributions; one whose cue or whole content stood there goes."""
    text = doc.text  # put together at each asking
    dropped = boilerplate(text)
    found = [kept for a in doc._.get(ATTRIBUTIONS) if (kept := without(a, dropped))]
    headline, dateline = end_of_headline(text), end_of_dateline(text)
    doc._.set(ATTRIBUTIONS, [behind(torn_off(a, headline), dateline) for a in found])
    return doc


def end_of_dateline(text: str) -> int:
    """Where the article begins behind the dateline of its first line; 0 where there is none."""
    dateline = DATELINE.match(text)
    return dateline.end() if dateline else 0


def end_of_headline(text: str) -> int:
    """Where the article begins behind a first line that is its headline; 0 where there is none.

    Lines that were broken at a width are of like length; a paragraph is longer than its headline.
    """
    found = HEADLINE.match(text)
    return found.end() if found and len(found[2]) > 1.5 * len(found[1]) else 0


def torn_off(attribution: Attribution, border: int) -> Attribution:
    """Let spans that run from the headline into the article begin with the article."""

    def cut(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(border, s.end) if s.start < border < s.end else s for s in spans)

    return replace(attribution, source=cut(attribution.source), content=cut(attribution.content))


def behind(attribution: Attribution, border: int) -> Attribution:
    """Let what runs over the end of the dateline begin there, and drop what lies before it.

    Where nothing would remain, it stays: "LAVROV: ..." looks like a dateline and is a speaker.
    """

    def cut(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(max(s.start, border), s.end) for s in spans if s.end > border) or spans

    return replace(attribution, source=cut(attribution.source), content=cut(attribution.content))


def boilerplate(text: str) -> list[Span]:
    """The lines that are no part of the article."""
    return [Span(*line.span()) for line in LINE.finditer(text) if is_boilerplate(line[0])]


def is_boilerplate(line: str) -> bool:
    line = " ".join(line[: LONGEST_LINE + 1].split())
    return 0 < len(line) <= LONGEST_LINE and bool(_pattern().fullmatch(line))


def without(attribution: Attribution, dropped: list[Span]) -> Attribution | None:
    if _touches(attribution.cue, dropped):
        return None
    content = tuple(span for span in attribution.content if not _touches((span,), dropped))
    source = tuple(span for span in attribution.source if not _touches((span,), dropped))
    return replace(attribution, source=source, content=content) if content else None


def _touches(spans: Iterable[Span], dropped: list[Span]) -> bool:
    return any(span.start < line.end and line.start < span.end for span in spans for line in dropped)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in lines("boilerplate")), re.IGNORECASE)
