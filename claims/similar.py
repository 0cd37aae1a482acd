"""Likeness: claims that were checked already, and sources that an unresolved name may mean. Suggestions only."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from claims.models import Alias, Claim, Source
from claims.names import fold
from claims.wording import folded_words

# Text search brings the candidates, spelling puts them in order.
CANDIDATES = 50
ALIKE = 70
NAMED_ALIKE = 80


def similar_decided(claim: Claim, *, limit: int = 5) -> list[Claim]:
    """Decided claims that may say the same, most alike first, with rating and first appearance at hand."""
    found = Claim.objects.decided().exclude(pk=claim.pk).similar_to(claim.text).values_list("pk", "text")[:CANDIDATES]
    own = " ".join(folded_words(claim.text))
    scores = {pk: fuzz.token_set_ratio(own, " ".join(folded_words(text))) for pk, text in found}
    alike = sorted((pk for pk in scores if scores[pk] >= ALIKE), key=lambda pk: -scores[pk])[:limit]
    claims = Claim.objects.filter(pk__in=alike).for_queue()
    return sorted(claims, key=lambda other: alike.index(other.pk))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A source that a name may mean, by which of its names, and how alike the two are (0..100)."""

    source: Source
    alias: str
    score: float


def suggest_sources(names: Iterable[str], *, limit: int = 3) -> dict[str, list[Suggestion]]:
    """Sources that bear names like these, for a whole list of names at once."""
    rows = list(Alias.objects.filter(source__merged_into=None).values_list("source", "name", "folded"))
    choices = [folded for _, _, folded in rows]
    best = {name: _best(fold(name), choices, rows, limit) for name in names}
    sources = Source.objects.in_bulk({rows[index][0] for found in best.values() for index, _ in found})
    return {
        name: [Suggestion(sources[rows[index][0]], rows[index][1], score) for index, score in found]
        for name, found in best.items()
    }


def _best(name: str, choices: list[str], rows: list[tuple[int, str, str]], limit: int) -> list[tuple[int, float]]:
    """Numbers and scores of the best aliases, one a source; "Clinton" is as like "Hillary Clinton" as can be."""
    if not name:
        return []
    found = process.extract(name, choices, scorer=fuzz.token_set_ratio, score_cutoff=NAMED_ALIKE, limit=limit * 5)
    found.sort(key=lambda match: (-match[1], -fuzz.ratio(name, match[0]), match[0]))
    best: dict[int, tuple[int, float]] = {}
    for _, score, index in found:
        best.setdefault(rows[index][0], (index, score))
    return list(best.values())[:limit]
