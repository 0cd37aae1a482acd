"""Attributions inside the content of others."""

import numpy as np
import pytest

from claims.nlp import extract
from claims.nlp.components.nested_finder import may_report, words_of
from claims.nlp.tokens import load_tokenizer, tokenize
from claims.nlp.types import Span


def test_who_said_that_somebody_else_had_said_something() -> None:
    text = (
        "Ana Ruiz said on Monday that Tom Wells, the mayor, had promised to build a new bridge by spring. Nobody cares."
    )
    outer, inner = extract(text).attributions
    assert (outer.speaker, outer.parent) == ("Ana Ruiz", None)
    assert (inner.speaker, inner.parent) == ("Tom Wells", 0)
    assert [text[s.start : s.end] for s in inner.cue] == ["had promised"]


def test_a_quotation_is_looked_into_without_its_marks() -> None:
    text = "“The union says that the bridge is closed. We will open it,” Ana Ruiz told reporters in the town on Monday."
    found = extract(text).attributions
    (inner,) = (a for a in found if a.parent is not None)
    assert [text[s.start : s.end] for s in inner.source + inner.cue] == ["The union", "says"]


@pytest.mark.parametrize(
    ("content", "may"),
    [
        ("that the mayor had promised a bridge", True),
        ("“The mayor THINKS so”", True),
        ("that the bridge is closed", False),  # nothing in it reports
        ("that the United States and the World Bank agree", False),  # names
        ("he said", False),  # too short to hold anything
        ("“”", False),
    ],
)
def test_where_it_is_worth_looking(content: str, may: bool) -> None:
    assert may_report(content, Span(0, len(content))) is may


@pytest.mark.parametrize(
    ("content", "inside"),
    [
        ("“The mayor said so.”", "The mayor said so."),
        ("\"'He said no'\"", "He said no"),
        ("that the mayor said so", "that the mayor said so"),
        ("“””", None),
        ("“Yes”", None),
    ],
)
def test_marks_around_a_content_are_taken_off(content: str, inside: str | None) -> None:
    text = f"He said {content} and left."
    tokens = tokenize(text, load_tokenizer())
    start = text.index(content)
    words = words_of(tokens, text, Span(start, start + len(content)))
    found = words and text[int(np.asarray(tokens.starts)[words[0]]) : int(np.asarray(tokens.ends)[words[1] - 1])]
    assert found == inside
