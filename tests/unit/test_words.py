"""Words by number, and the code points they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.passages import paragraphs
from claims.words import (
    first_before,
    last_after,
    paragraph_starts,
    roles_of_words,
    runs_from,
    runs_of,
    span_of_words,
    spans_from_runs,
    trim,
    word_places,
    words_in,
)

EMOJI = "👩‍👩‍👧 “It holds,” Berg’s 🙂 spokesman said, “for now.”"
# White space, letters, combining marks, right-to-left, beyond the basic plane, joiners, punctuation.
TEXTS = st.text(st.sampled_from(" \n\t\u00a0aé\u0301\u05d0\u0634🙂👩\u200d“”.,(-"), max_size=60)
NOTHING: dict[str, list[list[int]]] = {}


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_places(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (EMOJI, ["👩‍👩‍👧", "“It", "holds,”", "Berg’s", "🙂", "spokesman", "said,", "“for", "now.”"]),
        ("cafe\u0301 e\u0301te\u0301", ["cafe\u0301", "e\u0301te\u0301"]),
        ("قال لافروف: «سيصمد»", ["قال", "لافروف:", "«سيصمد»"]),
        ("没有空格的一行", ["没有空格的一行"]),
        ("one\n\ntwo\u00a0three", ["one", "two", "three"]),
        (" \n ", []),
    ],
)
def test_words_are_runs_without_white_space(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_offsets_count_code_points_not_utf_16() -> None:
    places = word_places(EMOJI)
    start, end = span_of_words(places, 2, 3)
    assert EMOJI[start:end] == "“It holds,”"
    assert start == 6, "the family is five code points, but eight units of UTF-16"
    assert list(words_in(places, start, end)) == [2, 3]
    assert list(words_in(places, start + 1, end - 1)) == [2, 3]
    assert list(words_in(places, end, end + 1)) == [], "the space after a word is no word"


@given(TEXTS, st.data())
def test_words_to_offsets_and_back(text: str, data: st.DataObject) -> None:
    places = word_places(text)
    assert "".join(words(text)) == "".join(text.split())
    if not places:
        return
    first = data.draw(st.integers(1, len(places)))
    last = data.draw(st.integers(first, len(places)))
    start, end = span_of_words(places, first, last)
    assert list(words_in(places, start, end)) == list(range(first, last + 1))
    for role in ("source", "content"):
        low, high = trim(text, start, end, role)
        assert start <= low < high <= end


@given(TEXTS, st.data())
def test_what_was_not_touched_stays_as_it_is(text: str, data: st.DataObject) -> None:
    offsets = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = [[a, b] for a, b in zip(offsets[::2], offsets[1::2], strict=False) if text[a:b].strip()]
    current = {"source": pairs[:1], "cue": pairs[1:2], "content": pairs[2:]}
    places = word_places(text)
    assert spans_from_runs(text, places, runs_of(places, current), current) == current


@given(TEXTS, st.data())
def test_new_spans_stay_within_the_chosen_words(text: str, data: st.DataObject) -> None:
    places = word_places(text)
    chosen = data.draw(st.sets(st.integers(1, len(places)))) if places else set()
    runs = {"content": runs_from(chosen)}
    spans = spans_from_runs(text, places, runs, NOTHING)["content"]
    assert len(spans) == len(runs["content"])
    assert {number for start, end in spans for number in words_in(places, start, end)} <= chosen
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert [offset for span in spans for offset in span] == sorted({offset for span in spans for offset in span})


@pytest.mark.parametrize(
    ("role", "chosen", "kept"),
    [
        ("source", "Berg,", "Berg"),
        ("source", "(AFP)", "AFP"),
        ("source", "“Berg”,", "Berg"),
        ("source", "the U.S.", "the U.S."),
        ("source", "the activists’", "the activists"),
        ("cue", "said:", "said"),
        ("content", "“It holds,”", "“It holds,”"),
        ("content", "the dam will break.", "the dam will break"),
        ("content", "the dam (built in 1960),", "the dam (built in 1960)"),
        ("content", "the dam)", "the dam"),
        ("content", "does it hold?", "does it hold?"),
        ("content", "– it holds –", "it holds"),
        ("content", "—", "—"),
        ("content", "it holds 🙂.", "it holds 🙂"),
    ],
)
def test_punctuation_around_the_chosen_words_stays_outside(role: str, chosen: str, kept: str) -> None:
    text = f"Yes. {chosen} And"
    start, end = trim(text, 5, 5 + len(chosen), role)
    assert text[start:end] == kept


def test_the_stop_of_a_shortened_name_stays() -> None:
    text = "Donald Trump Jr. said so."
    assert trim(text, 0, 16, "source") == (0, 16)


def test_a_border_that_was_not_moved_stays_inside_its_word() -> None:
    text = "Berg’s office said the dam-builders lied about it."
    current = {"source": [[0, 4]], "cue": [[14, 18]], "content": [[23, 26]]}
    places = word_places(text)
    assert runs_of(places, current) == {"source": [(1, 1)], "cue": [(3, 3)], "content": [(5, 5)]}
    runs = {"source": [(1, 1)], "cue": [(3, 3)], "content": [(4, 8)]}
    spans = spans_from_runs(text, places, runs, current)
    assert spans["source"] == [[0, 4]]
    assert [text[s:e] for s, e in spans["content"]] == ["the dam-builders lied about it"]
    shorter = spans_from_runs(text, places, {**runs, "content": [(5, 7)]}, current)
    assert [text[s:e] for s, e in shorter["content"]] == ["dam-builders lied about"]


def test_a_word_belongs_to_one_role() -> None:
    text = "It holds, Berg said, for now."
    current = {"source": [[10, 14]], "cue": [[15, 19]], "content": [[0, 28]]}
    places = word_places(text)
    assert roles_of_words(places, current) == {
        1: "content",
        2: "content",
        3: "source",
        4: "cue",
        5: "content",
        6: "content",
    }
    assert runs_of(places, current)["content"] == [(1, 2), (5, 6)]


def test_more_of_the_text_comes_by_paragraph() -> None:
    text = "one two\n\nthree four five\n\nsix seven"
    places = word_places(text)
    starts = paragraph_starts(places, paragraphs(text))
    assert starts == [1, 3, 6]
    assert [first_before(starts, number, 100) for number in (1, 3, 4, 6)] == [1, 1, 3, 3]
    assert [last_after(starts, number, 100, 7) for number in (1, 2, 4, 5, 7)] == [2, 5, 5, 7, 7]
    assert first_before(starts, 6, 2) == 4
    assert last_after(starts, 2, 1, 7) == 3
