"""Finds attributions and named entities with the trained network."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import batched, pairwise
from typing import Any, NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from claims.nlp.components import ATTRIBUTIONS, TOKENS
from claims.nlp.decode import (
    ENTITIES,
    Floats,
    Group,
    Run,
    Thresholds,
    WindowScores,
    best_path,
    bio_transitions,
    counted_from,
    group,
    homes,
    runs,
    shifted,
    softmax,
)
from claims.nlp.encoder import Encoder
from claims.nlp.tokens import Tokens, tokenize, windows
from claims.nlp.types import Attribution, Span

# Attributions are decoded of so many windows at a time, some 9,000 words of news, and then what was said of all their pairs of
# words is dropped: for a text of a megabyte it would take 0.4 GB. Few articles have more. No attribution is found across the end of
# a section, which is a line's if may be.
SECTION = 64


@dataclass(frozen=True)
class Section:
    """What the network says of a part of a text. `tokens`: of the whole text. `start`: the first word, from which `windows`
    count. `roles`: (words, ROLES), `entities`: (words, ENTITIES), of the words from there on, unnormalised."""

    tokens: Tokens
    start: int
    windows: list[WindowScores]
    roles: Floats
    entities: Floats


class Found(NamedTuple):
    group: Group
    attribution: Attribution


@Language.factory("attribution_finder")
def make_attribution_finder(nlp: Language, name: str) -> "AttributionFinder":
    return AttributionFinder(Encoder.load())


class AttributionFinder:
    """Sets `doc.ents` and `doc._.attributions`, spans and confidence only, in the order of the text."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.config: dict[str, Any] = encoder.config
        self.thresholds = Thresholds(**self.config["thresholds"])

    @property
    def model_version(self) -> str:
        return str(self.config["version"])

    @cached_property
    def role_chain(self) -> tuple[Floats, Floats, Floats]:
        chain = self.config["role_chain"]
        return tuple(np.array(chain[part], dtype=np.float32) for part in ("transitions", "first", "last"))  # type: ignore[return-value]  # three of them

    @cached_property
    def entity_chain(self) -> tuple[Floats, Floats, Floats]:
        return *bio_transitions(ENTITIES), np.zeros(len(ENTITIES), dtype=np.float32)

    def __call__(self, doc: Doc) -> Doc:
        tokens = self.tokenize(doc.text)
        found: list[Found] = []
        entities = [np.zeros((0, len(ENTITIES)), dtype=np.float32)]
        for section in self.read(tokens):
            found += self.find(section, self.thresholds)
            entities.append(section.entities)
        doc._.set(TOKENS, tokens)
        doc._.set(ATTRIBUTIONS, [each.attribution for each in found])
        _set_entities(doc, tokens, runs(best_path(np.concatenate(entities), *self.entity_chain), ENTITIES))
        return doc

    def tokenize(self, text: str) -> Tokens:
        return tokenize(text, self.encoder.tokenizer)

    def read(self, tokens: Tokens) -> Iterator[Section]:
        """The sections of a text in order, each as soon as the network has read it."""
        start = 0
        for spans in batched(windows(tokens, self.config["window"] - 2, self.config["overlap"]), SECTION):
            scores = [counted_from(start, each) for each in self.encoder.run(tokens, spans)]
            at_home = homes([(each.start, each.end) for each in scores])
            roles, entities = (
                np.concatenate(
                    [getattr(s, what)[a - s.start : b - s.start] for s, (a, b) in zip(scores, at_home, strict=True)]
                )
                for what in ("roles", "entities")
            )
            yield Section(tokens, start, scores, roles, entities)
            start = spans[-1][1]

    def find(self, section: Section, thresholds: Thresholds) -> list[Found]:
        """The attributions in what was read, in the order of the text."""
        groups = [shifted(g, section.start) for g in self._groups(section.roles, section.windows, thresholds)]
        found = [Found(g, self._attribution(g, section.tokens)) for g in groups]
        return sorted(found, key=lambda f: min(f.attribution.source + f.attribution.cue + f.attribution.content))

    def look_into(self, tokens: Tokens, pieces: Sequence[tuple[int, int]]) -> list[Attribution]:
        """The attributions in pieces of a text, each read by itself. A piece: first word and end; too long a one is passed
        over."""
        fitting = [
            (start, end)
            for start, end in pieces
            if tokens.first_piece[end] - tokens.first_piece[start] <= self.config["window"] - 2
        ]
        found = []
        for scores in self.encoder.run(tokens, fitting):
            groups = self._groups(scores.roles, [counted_from(scores.start, scores)], self.thresholds)
            found += [self._attribution(shifted(g, scores.start), tokens) for g in groups]
        return found

    def _groups(self, roles: Floats, windows: Sequence[WindowScores], thresholds: Thresholds) -> list[Group]:
        scores = roles.copy()
        scores[:, 0] -= thresholds.outside_bias
        return group(best_path(scores, *self.role_chain), softmax(roles), windows, thresholds)

    def _attribution(self, found: Group, tokens: Tokens) -> Attribution:
        return Attribution(
            source=_spans(found.source, tokens),
            cue=_spans(found.cue, tokens),
            content=_spans(found.content, tokens),
            confidence=self.confidence(found),
        )

    def confidence(self, found: Group) -> float:
        """How likely a reviewer can work with this attribution: logistic regression, fitted on held-out articles."""
        weights = self.config["confidence"]
        total = weights["bias"] + sum(w * e for w, e in zip(weights["evidence"], found.evidence, strict=True))
        return round(float(1 / (1 + np.exp(-total))), 3)


def _spans(of: list[Run], tokens: Tokens) -> tuple[Span, ...]:
    """Runs of words as spans of characters; runs that touch become one."""
    if not of:
        return ()
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(of), 1) if a.end < b.start), len(of)]
    return tuple(
        Span(int(tokens.starts[of[a].start]), int(tokens.ends[of[b - 1].end - 1])) for a, b in pairwise(breaks)
    )


def _set_entities(doc: Doc, tokens: Tokens, entities: list[Run]) -> None:
    found = [
        doc.char_span(int(tokens.starts[e.start]), int(tokens.ends[e.end - 1]), label=e.label, alignment_mode="expand")
        for e in entities
    ]
    doc.ents = tuple(filter_spans([span for span in found if span]))
