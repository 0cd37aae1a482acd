"""A long text is read in sections, and each of its words in one of them."""

import random
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from claims.nlp import extract
from claims.nlp.components import attribution_finder
from claims.nlp.components.attribution_finder import AttributionFinder
from claims.nlp.decode import ENTITIES, ROLES, WindowScores
from claims.nlp.tokens import Tokens, load_tokenizer
from tests.unit.test_pipeline import SUMMIT, check

NEWS = "the minister said on Monday that it would not hold “for long”, which unprecedentedly reclassified nobody"


def numbering_finder() -> AttributionFinder:
    """One whose network says of each word its number in the text."""

    def run(_tokens: Tokens, windows: Sequence[tuple[int, int]]) -> list[WindowScores]:
        return [
            WindowScores(
                start,
                end,
                roles=np.repeat(np.arange(start, end, dtype=np.float32)[:, None], len(ROLES), axis=1),
                entities=np.repeat(np.arange(start, end, dtype=np.float32)[:, None], len(ENTITIES), axis=1),
                content_links=np.zeros((end - start, end - start), dtype=np.float32),
                source_links=np.zeros((end - start, end - start), dtype=np.float32),
            )
            for start, end in windows
        ]

    config = {"window": 256, "overlap": 96, "thresholds": {}}
    encoder: Any = SimpleNamespace(config=config, tokenizer=load_tokenizer(), run=run)
    return AttributionFinder(encoder)


def written(chance: random.Random, length: int) -> str:
    """News of so many words, in paragraphs and sentences of any length."""
    ends = chance.choice([" ", "\n", ". "]), chance.choice([" ", ". ", ".\n\n"])
    words = chance.choices(NEWS.split(), k=length)
    return "".join(word.capitalize() + (chance.choice(ends) if chance.random() < 0.05 else " ") for word in words)


@pytest.mark.parametrize("windows", [1, 2, 3])
def test_each_word_is_read_in_one_section(windows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution_finder, "SECTION", windows)
    finder = numbering_finder()
    for seed in range(60):
        chance = random.Random(seed)  # noqa: S311
        tokens = finder.tokenize(written(chance, chance.randint(200, 1500)))
        sections = list(finder.read(tokens))
        for what in ("roles", "entities"):
            numbers = np.concatenate([getattr(section, what)[:, 0] for section in sections])
            assert numbers.tolist() == list(range(len(tokens))), seed
        assert [section.start for section in sections] == [int(section.roles[0, 0]) for section in sections]


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
