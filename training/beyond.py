"""What PolNeAR does not mark, measured on `training/gold` (its README has the conventions) and on ClaimBuster's sentences."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np

from claims.nlp.encoder import Encoder
from claims.nlp.lexicon import lines, split_list
from claims.nlp.tokens import tokenize
from training import gum
from training.data import Article, read_jsonl
from training.measures import Figures, Row, f1, pairs_of, yardstick_figures

LABELS = Path(__file__).parent / "gold"


def read_labelled(corpora: Path) -> dict[str, list[Article]]:
    """Our own labels: "gold", of invented texts, and "gum", of real ones, where the corpora have GUM."""
    sets = {"gold": read_jsonl(LABELS / "gold.jsonl")}
    if (corpora / gum.FILE).exists():
        sets["gum"] = with_texts(read_jsonl(LABELS / "gum.jsonl"), corpora / gum.FILE)
    return sets


def with_texts(articles: list[Article], path: Path) -> list[Article]:
    """Articles that are labelled by offset only, each with its text from GUM's file."""
    texts = gum.read_gum(path)
    for article in articles:
        if gum.checksum(texts.get(article["id"], "")) != article["checksum"]:
            raise ValueError(
                f"{path} does not have the text of {article['id']} that was labelled: another release of GUM?"
            )
    return [article | {"text": texts[article["id"]]} for article in articles]


def gold_figures(yardstick: ModuleType, articles: Sequence[Article], found: Sequence[list[Row]]) -> Figures:
    """Spans, nested ones with and without the others, and negated cues: precision, recall and F1."""
    figures = {
        f"{name}, nested too": yardstick_figures(yardstick, articles, found, nested=True)[name]
        for name in ("usable", "exact")
    }
    pairs = paired(yardstick, articles, found)
    nested = [(gold, mine) for gold, mine in pairs if gold["parent"] is not None and mine["parent"] is not None]
    everything = [row for rows in found for row in rows]
    expected = [row for article in articles for row in article["attributions"]]
    figures["nested, cue found"] = f1(len(nested), _count(everything, _is_nested), _count(expected, _is_nested))
    negated = sum(bool(gold["negated"] and mine["negated"]) for gold, mine in pairs)
    figures["negated, of pairs"] = f1(
        negated, _count((mine for _, mine in pairs), _is_negated), _count((gold for gold, _ in pairs), _is_negated)
    )
    return figures


def shares(pairs: Sequence[tuple[Row, Row]]) -> dict[str, float]:
    """Of pairs of gold and found, in per cent: speech or thought right, what the speech does right, and, of the sources
    whose speaker the article names somewhere, the right name, a wrong one, none."""
    spoken = [(gold, mine) for gold, mine in pairs if gold["speech"] and mine["speech"]]
    outcomes = Counter(
        _outcome(gold["speaker"], mine["speaker"]) for gold, mine in pairs if gold["named"] and gold["source"]
    )
    named = outcomes.total()
    return {
        "speech or thought right": _share(sum(gold["speech"] == mine["speech"] for gold, mine in pairs), len(pairs)),
        "act right": _share(sum(gold["act"] == mine["act"] for gold, mine in spoken), len(spoken)),
        **{f"speaker {outcome}": _share(outcomes[outcome], named) for outcome in ("right", "wrong", "missing")},
    }


def worthiness_figures(encoder: Encoder, sentences: Iterable[tuple[str, int]]) -> tuple[float, float]:
    """F1 of the sentences worth checking, and average precision, in per cent."""
    scored = [
        (encoder.worthiness(tokens.pieces), worthy)
        for text, worthy in sentences
        if len(tokens := tokenize(text, encoder.tokenizer))
    ]
    return check_worthy_figures([said for said, _ in scored], [worthy for _, worthy in scored])


def check_worthy_figures(worthiness: Sequence[float], labels: Sequence[int]) -> tuple[float, float]:
    """F1 of what is rather worth checking than not, and average precision, in per cent. `worthiness`: 0..1 each."""
    said, worthy = np.array(worthiness), np.array(labels)
    hit = int(((said > 0.5) & (worthy == 1)).sum())
    ranked = worthy[np.argsort(-said)]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return f1(hit, int((said > 0.5).sum()), int(worthy.sum()))[2], round(100 * float(precision[ranked == 1].mean()), 1)


def paired(yardstick: ModuleType, articles: Sequence[Article], found: Sequence[list[Row]]) -> list[tuple[Row, Row]]:
    """Each gold attribution with the one found for it, where there is one."""
    return [
        (article["attributions"][gold], rows[mine])
        for article, rows in zip(articles, found, strict=True)
        for gold, mine, _ in pairs_of(yardstick, article, rows)
        if gold is not None and mine is not None
    ]


def _outcome(gold: str, mine: str | None) -> str:
    """A capital keeps its own name, and is right where gold has its country."""
    if not mine:
        return "missing"
    name, wanted = (text.casefold().removeprefix("the ") for text in (mine, gold))
    return "right" if wanted in (name, _country_of_capital().get(name)) else "wrong"


@cache
def _country_of_capital() -> dict[str, str]:
    fields = [[field.strip().casefold() for field in line.split(";")] for line in lines("countries")]
    return {capital: name for name, _, *more in fields if more for capital in split_list(more[0])}


def _is_nested(row: Row) -> bool:
    return row["parent"] is not None


def _is_negated(row: Row) -> bool:
    return bool(row["negated"])


def _count(rows: Iterable[Row], what: Callable[[Row], bool]) -> int:
    return sum(map(what, rows))


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
