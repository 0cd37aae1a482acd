"""A long text is read in sections, and each of its words in one of them."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from claims.nlp import extract
from claims.nlp.components import attribution_finder
from claims.nlp.components.attribution_finder import AttributionFinder
from claims.nlp.decode import WindowScores
from claims.nlp.tokens import Tokens, load_tokenizer
from tests.unit.test_pipeline import SUMMIT, check


def numbering_finder() -> AttributionFinder:
    """One whose network says of each word its number in the text, and nothing of pairs."""

    def run(_tokens: Tokens, windows: Sequence[tuple[int, int]]) -> list[WindowScores]:
        numbers = [np.arange(start, end, dtype=np.float32) for start, end in windows]
        nothing = np.zeros((0, 0), dtype=np.float32)
        return [
            WindowScores(*window, roles=words, entities=words, content_links=nothing, source_links=nothing)
            for window, words in zip(windows, numbers, strict=True)
        ]

    config = {"window": 256, "overlap": 96, "thresholds": {}}
    encoder: Any = SimpleNamespace(config=config, tokenizer=load_tokenizer(), run=run)
    return AttributionFinder(encoder)


@pytest.mark.parametrize("windows", [1, 2, 3])
@pytest.mark.parametrize("paragraph", [1, 4, 500], ids=lambda sentences: f"paragraphs of {sentences}")
def test_each_word_is_read_in_one_section(windows: int, paragraph: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution_finder, "SECTION", windows)
    finder = numbering_finder()
    for sentences in range(50, 250, 3):
        text = "".join("One two three four five." + " \n"[n % paragraph == 0] for n in range(1, sentences + 1))
        tokens = finder.tokenize(text)
        sections = list(finder.read(tokens))
        for what in ("roles", "entities"):
            numbers = np.concatenate([getattr(section, what) for section in sections])
            assert numbers.tolist() == list(range(len(tokens))), sentences
        assert [section.start for section in sections] == [section.roles[0] for section in sections]


def test_sections_end_where_lines_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution_finder, "SECTION", 2)
    finder = numbering_finder()
    tokens = finder.tokenize("\n\n".join([SUMMIT] * 12))
    starts = [section.start for section in finder.read(tokens)]
    assert len(starts) > 5
    assert set(starts) <= set(tokens.line_starts.tolist())


def test_nearly_all_is_found_in_sections_that_is_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n\n".join([SUMMIT] * 12)
    at_once = extract(text)
    monkeypatch.setattr(attribution_finder, "SECTION", 2)
    in_sections = extract(text)
    check(text, in_sections)
    before, after = ({a.cue for a in one.attributions} for one in (at_once, in_sections))
    assert len(before) > 100
    assert len(before ^ after) < 0.02 * len(before)
