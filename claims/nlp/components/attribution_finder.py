"""Finds attributions and named entities with the trained network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from claims.nlp.components import ATTRIBUTIONS, READING
from claims.nlp.decode import (
    ENTITIES,
    ROLES,
    Floats,
    Group,
    Run,
    Thresholds,
    WindowScores,
    best_path,
    bio_transitions,
    group,
    homes,
    runs,
    shifted,
    softmax,
)
from claims.nlp.encoder import Encoder
from claims.nlp.tokens import Tokens, tokenize, windows
from claims.nlp.types import Attribution, Span


@dataclass(frozen=True)
class Reading:
    """What the network says of a text. `roles`: (words, ROLES), `entities`: (words, ENTITIES), unnormalised."""

    tokens: Tokens
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
        read = self.read(doc.text)
        doc._.set(READING, read)
        doc._.set(ATTRIBUTIONS, [found.attribution for found in self.find(read, self.thresholds)])
        _set_entities(doc, read.tokens, runs(best_path(read.entities, *self.entity_chain), ENTITIES))
        return doc

    def read(self, text: str) -> Reading:
        """Run the network over a text."""
        tokens = tokenize(text, self.encoder.tokenizer)
        spans = windows(tokens, self.config["window"] - 2, self.config["overlap"])
        scores = self.encoder.run(tokens, spans)
        at_home = [slice(start - w.start, end - w.start) for w, (start, end) in zip(scores, homes(spans), strict=True)]
        roles = [w.roles[home] for w, home in zip(scores, at_home, strict=True)]
        entities = [w.entities[home] for w, home in zip(scores, at_home, strict=True)]
        return Reading(
            tokens=tokens,
            windows=scores,
            roles=np.concatenate([np.zeros((0, len(ROLES)), dtype=np.float32), *roles]),
            entities=np.concatenate([np.zeros((0, len(ENTITIES)), dtype=np.float32), *entities]),
        )

    def find(self, read: Reading, thresholds: Thresholds) -> list[Found]:
        """The attributions in what was read, in the order of the text."""
        groups = self._groups(read.roles, read.windows, thresholds)
        found = [Found(g, self._attribution(g, read.tokens)) for g in groups]
        return sorted(found, key=lambda f: min(f.attribution.source + f.attribution.cue + f.attribution.content))

    def look_into(self, read: Reading, pieces: Sequence[tuple[int, int]]) -> list[Attribution]:
        """The attributions in pieces of a text, each read by itself. A piece: first word and end; too long a one is passed
        over."""
        fitting = [
            (start, end)
            for start, end in pieces
            if read.tokens.first_piece[end] - read.tokens.first_piece[start] <= self.config["window"] - 2
        ]
        found = []
        for scores in self.encoder.run(read.tokens, fitting):
            alone = replace(scores, start=0, end=scores.end - scores.start)
            groups = self._groups(alone.roles, [alone], self.thresholds)
            found += [self._attribution(shifted(g, scores.start), read.tokens) for g in groups]
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
