"""Measure the shipped model: `python -m training.evaluate --corpora ../shared/corpora --yardstick ../shared/score/score_attributions.py`.

On the development part and on the fifth of the training part that no model is fitted to: the yardstick's figures, those of
CofeNet's paragraph setting, and how far confidence is off. On our own labels, of invented texts ("gold") and of real ones
("gum"): nested attributions, what speech does, speakers. On ClaimBuster's kept fifth: check-worthiness. Precision, recall
and F1 where there are three figures, in per cent. Needs no torch.
"""

import argparse
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from claims.nlp import ExtractionError, extract_many, load
from claims.nlp.pipeline import FINDER
from claims.nlp.wire import to_wire
from training import beyond
from training.data import Article, is_held_out, read_corpus, read_sentences
from training.measures import Row, calibration_error, load_yardstick, paragraph_figures, usable, yardstick_figures
from training.report import write_report

SHOWN = ("usable", "exact", "cue-found", "source-exact", "cue-exact", "content-exact")


def parts(corpora: Path) -> dict[str, list[Article]]:
    """What is measured on: "dev", and "kept", a fifth of the training part."""
    kept = [article for number, article in enumerate(read_corpus(corpora, "train")) if is_held_out(number)]
    return {"dev": read_corpus(corpora, "dev"), "kept": kept}


def extract_rows(articles: list[Article], *, nested: bool) -> list[list[Row]]:
    """The attributions of each article, with or without nested ones; a text that cannot be read has none."""
    results = extract_many(article["text"] for article in articles)
    found = [[] if isinstance(r, ExtractionError) else to_wire(r)["attributions"] for r in results]
    return found if nested else [[row for row in rows if row["parent"] is None] for rows in found]


def cue_counts(corpora: Path) -> Counter[str]:
    """How often each cue stands in the training articles, case-folded."""
    return Counter(
        " ".join(article["text"][start:end] for start, end in row["cue"]).casefold()
        for article in read_corpus(corpora, "train")
        for row in article["attributions"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.evaluate", description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--yardstick", type=Path, required=True)
    parser.add_argument("--report", type=Path, help="write the errors on dev as a page of HTML, too")
    arguments = parser.parse_args()
    yardstick = load_yardstick(arguments.yardstick)
    for name, articles in parts(arguments.corpora).items():
        found = extract_rows(articles, nested=False)  # PolNeAR marks none
        print(f"{name}: {len(articles)} articles, {sum(map(len, found))} attributions found")
        show(measured(yardstick, articles, found))
        if name == "dev" and arguments.report:
            write_report(arguments.report, yardstick, articles, found, cue_counts(arguments.corpora))
    for name, articles in beyond.read_labelled(arguments.corpora).items():
        found = extract_rows(articles, nested=True)
        print(f"{name}: {len(articles)} articles, {sum(map(len, found))} attributions found")
        show(beyond.gold_figures(yardstick, articles, found))
        show({what: (share,) for what, share in beyond.shares(beyond.paired(yardstick, articles, found)).items()})
    kept = [sentence for number, sentence in enumerate(read_sentences(arguments.corpora)) if is_held_out(number)]
    finder: Any = load().get_pipe(FINDER)
    print(f"claimbuster, kept fifth: {len(kept)} sentences")
    f1, precision = beyond.worthiness_figures(finder.encoder, kept)
    show({"F1": (f1,), "average precision": (precision,)})


def measured(yardstick: ModuleType, articles: list[Article], found: list[list[Row]]) -> dict[str, tuple[float, ...]]:
    """The figures of one part: whole articles, paragraphs, and confidence."""
    whole = yardstick_figures(yardstick, articles, found)
    by_role = paragraph_figures(articles, found)
    outcomes = [ok for article, rows in zip(articles, found, strict=True) for ok in usable(yardstick, article, rows)]
    error = calibration_error((row["confidence"] for rows in found for row in rows), outcomes)
    return {
        **{name: whole[name] for name in SHOWN},
        **{f"paragraph {role}": figures for role, figures in by_role.items()},
        "calibration error": (round(error, 1),),
    }


def show(figures: Mapping[str, tuple[float, ...]]) -> None:
    for name, values in figures.items():
        print(f"  {name:24}" + "".join(f"{value:7.1f}" for value in values), flush=True)


if __name__ == "__main__":
    main()
