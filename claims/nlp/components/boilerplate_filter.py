"""Drops what was found in copyright lines, photo credits, share buttons and the like."""

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


@Language.component("boilerplate_filter")
def boilerplate_filter(doc: Doc) -> Doc:
    """Take boilerplate lines out of all attributions; one whose cue or whole content stood there goes."""
    dropped = boilerplate(doc.text)
    if dropped:
        doc._.set(ATTRIBUTIONS, [kept for a in doc._.get(ATTRIBUTIONS) if (kept := without(a, dropped))])
    return doc


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
