"""The whole pipeline with the shipped model: whatever the text, a result or an error for that text alone."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.nlp import Attribution, Extraction, ExtractionError, Span, extract
from claims.nlp.pipeline import first_character, with_parents

FILES = Path(__file__).parents[1] / "files"
SUMMIT = (FILES / "summit.txt").read_text(encoding="utf-8")

# Pieces of news between anything at all: plain random text would never hold an attribution.
PIECES = st.sampled_from(
    [
        "Ana Ruiz said ", "the minister said.", '"It works,"', "“We agreed,” she said.", "according to the report", " ",
        "\n\n", '"', "”", "‘", "'s", "Halvern has accused ", "he", "I", "Tom Wells and Eve Wells", "(", ")", "😀", "e\u0301",
        "قال الوزير إن", "\x00", "\u202e", "\xa0", "\u2028", ".", "Mr. ", "the WTO (", "\ufeff", "\r\n", "which activists say",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=25).map("".join)


def check(text: str, extraction: Extraction) -> None:
    found = extraction.attributions
    assert [first_character(a) for a in found] == sorted(first_character(a) for a in found)
    for number, attribution in enumerate(found):
        assert attribution.cue
        assert attribution.content
        assert 0 <= attribution.confidence <= 1
        assert attribution.check_worthiness is not None
        assert 0 <= attribution.check_worthiness <= 1
        assert attribution.speaker is None or attribution.speaker.strip()
        assert attribution.parent is None or (attribution.parent != number and attribution.parent < len(found))
        for spans in (attribution.source, attribution.cue, attribution.content):
            assert all(0 <= span.start < span.end <= len(text) for span in spans)
            assert all(one.end <= other.start for one, other in pairwise(spans))


def outcome(text: str) -> Extraction | str:
    try:
        return extract(text)
    except ExtractionError as error:
        return str(error)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_any_text_gives_ordered_spans_inside_it(text: str) -> None:
    result = outcome(text)
    if isinstance(result, Extraction):
        check(text, result)
    else:
        assert any("\ud800" <= character <= "\udfff" for character in text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00",
        '"' * 1000,
        "“" * 1000,
        "'" * 1000,
        "a" * 50_000,
        "word " * 2000,
        "\n" * 5000,
        '"It works," Ana Ruiz said, and ' * 100,
        "😀" * 2000,
        "e\u0301" * 2000,
        "قال الوزير إن الوضع هادئ " * 100,
        "Ana\x00Ruiz said\x00it works.",
        '"It works, Ana Ruiz said. "She left.',
    ],
    ids=range(15),
)
def test_odd_texts(text: str) -> None:
    check(text, extract(text))


def test_parents_are_the_innermost_and_never_circular() -> None:
    def made(cue: int, *content: int) -> Attribution:
        return Attribution((), (Span(cue, cue + 1),), (Span(*content),))

    outer, middle, inner, apart = made(0, 2, 50), made(5, 7, 40), made(10, 12, 30), made(60, 0, 1)
    assert [a.parent for a in with_parents([outer, middle, inner, apart])] == [None, 0, 1, None]
    assert [a.parent for a in with_parents([made(5, 0, 3), made(1, 4, 7)])] == [None, None]
    assert [a.parent for a in with_parents([made(5, 0, 3), made(1, 4, 8)])] == [1, None]


def worthiness(text: str) -> float:
    worth = extract(text).attributions[0].check_worthiness
    assert worth is not None
    return worth


def test_what_can_be_looked_up_is_more_worth_checking_than_courtesies() -> None:
    looked_up = [
        "The minister said unemployment had fallen from 9 percent to 4 percent since 2012.",
        "“We spent 40 million dollars on that bridge last year,” the mayor said.",
        "Activists say the ministry has closed 14 of the 30 hospitals.",
    ]
    courtesies = [
        "The minister said she was glad to be here tonight.",
        "“Thank you all very much, and good night,” the mayor said.",
        "Activists say they hope for the best.",
    ]
    assert min(map(worthiness, looked_up)) > 0.5 > max(map(worthiness, courtesies))


def test_a_content_is_judged_by_itself_wherever_it_stands() -> None:
    text = "Activists say the ministry has closed 14 of the 30 hospitals."
    before = "The weather was mild.\n\n" * 100
    assert worthiness(before + text) == worthiness(text)


def test_a_long_content_is_judged_by_its_beginning() -> None:
    sentence = "We spent 40 million dollars on that bridge last year, and 30 million dollars on the road to it. "
    assert worthiness(f"“{sentence * 30}” the mayor said.") > 0.5


def found_in_summit(expected: dict[str, str | None]) -> bool:
    cue, part = expected["cue"], expected["content_contains"]
    assert cue
    assert part
    for attribution in extract(SUMMIT).attributions:
        cues = " ".join(SUMMIT[span.start : span.end] for span in attribution.cue)
        content = " ".join(SUMMIT[span.start : span.end] for span in attribution.content)
        if cue in cues and part in content and attribution.speaker == expected["speaker"]:
            return True
    return False


@pytest.mark.parametrize(
    "expected", json.loads((FILES / "summit.json").read_text()), ids=lambda e: e["content_contains"]
)
def test_summit_statements_that_must_be_found(expected: dict[str, str | None]) -> None:
    assert found_in_summit(expected)


def test_summit_statements_of_which_five_must_be_found() -> None:
    more = json.loads((FILES / "summit-more.json").read_text())
    assert sum(map(found_in_summit, more)) >= 5


def test_summit_frame_yields_nothing() -> None:
    """The stray first line, the dateline, the copyright line and the comments line are no part of any statement."""
    frame = [SUMMIT[: SUMMIT.index("Canadian")], SUMMIT[SUMMIT.index("Copyright") :]]
    for attribution in extract(SUMMIT).attributions:
        for span in attribution.source + attribution.cue + attribution.content:
            assert span.start >= len(frame[0])
            assert span.end <= len(SUMMIT) - len(frame[1])
