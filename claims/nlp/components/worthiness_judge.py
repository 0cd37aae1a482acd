"""Says how worth checking what was found is."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from claims.nlp.components import ATTRIBUTIONS, TOKENS
from claims.nlp.components.attribution_finder import AttributionFinder
from claims.nlp.tokens import Ints, Tokens
from claims.nlp.types import Attribution, Span


@Language.factory("worthiness_judge")
def make_worthiness_judge(nlp: Language, name: str) -> "WorthinessJudge":
    return WorthinessJudge(nlp.get_pipe("attribution_finder"))  # type: ignore[arg-type]  # a pipe is what its factory made


class WorthinessJudge:
    """Sets `check_worthiness` of the attributions in `doc._.attributions`, from the words of their contents alone."""

    def __init__(self, finder: AttributionFinder) -> None:
        self.encoder = finder.encoder

    def __call__(self, doc: Doc) -> Doc:
        found: list[Attribution] = doc._.get(ATTRIBUTIONS)
        tokens: Tokens = doc._.get(TOKENS)
        judged = self.encoder.threads.map(self.encoder.worthiness, (pieces_of(tokens, a.content) for a in found))
        worthy = [replace(a, check_worthiness=round(worth, 3)) for a, worth in zip(found, judged, strict=True)]
        doc._.set(ATTRIBUTIONS, worthy)
        return doc


def pieces_of(tokens: Tokens, content: Iterable[Span]) -> Ints:
    return np.concatenate([tokens.pieces_between(span.start, span.end) for span in content])
