"""The extractor beside what one would pick instead: `python -m benchmarks.alternatives`; README.md has the rest of the line.

That is textacy's quotation extraction and the rules of `rules.py`, both on a spaCy parser. All three read PolNeAR's
development part, one after the other and each in fresh processes, and are measured by the yardstick.
"""

import argparse
import gzip
import json
import os
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc

MODEL = Path(__file__).parent.parent / "claims" / "nlp" / "model"
MEASURES = ("usable", "exact", "cue-found", "source-exact", "content-exact")
BATCH = 64  # paragraphs that are parsed at a time

Row = dict[str, Any]  # an attribution as the command line writes it
Finder = Callable[[list[str]], list[list[Row]]]


@dataclass(frozen=True)
class Reading:
    """What one process found in each text, and what that took. `seconds` and `cpu_seconds` leave loading out."""

    found: list[list[Row]]
    load_seconds: float
    seconds: float
    cpu_seconds: float
    peak: int


def load_ours(_parser: Path) -> Finder:
    from claims import nlp
    from claims.nlp.wire import to_wire

    nlp.load()

    def find(texts: list[str]) -> list[list[Row]]:
        return [to_wire(nlp.extract(text))["attributions"] for text in texts]

    return find


def load_textacy(parser: Path) -> Finder:
    from textacy.extract import direct_quotations

    def find(doc: "Doc") -> list[dict[str, set[int]]]:
        """Quotations with the same cue are one attribution, as PolNeAR has it."""
        found: dict[int, dict[str, set[int]]] = {}
        try:
            for speaker, cue, content in direct_quotations(doc):
                row = {"source": {token.i for token in speaker}, "cue": {token.i for token in cue}, "content": set()}
                found.setdefault(cue[0].i, row)["content"].update(range(content.start, content.end))
        except ValueError:  # an odd number of quotation marks, which it refuses
            return []
        return list(found.values())

    return over_parses(parser, find)


def load_rules(parser: Path) -> Finder:
    from benchmarks.rules import find_attributions

    return over_parses(parser, find_attributions)


def over_parses(parser: Path, find: Callable[["Doc"], list[dict[str, set[int]]]]) -> Finder:
    """Find in each paragraph by itself: so the parser never sees a line end, which none of its treebank's sentences holds."""
    import spacy

    nlp = spacy.load(parser)

    def find_all(texts: list[str]) -> list[list[Row]]:
        found: list[list[Row]] = [[] for _ in texts]
        paragraphs = ((line, (number, offset)) for number, text in enumerate(texts) for offset, line in lines_of(text))
        for doc, (number, offset) in nlp.pipe(paragraphs, as_tuples=True, batch_size=BATCH):
            for row in find(doc):
                found[number].append({role: spans(doc, tokens, offset) for role, tokens in row.items()})
        return found

    return find_all


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    offset = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield offset, line.rstrip()
        offset += len(line)


def spans(doc: "Doc", tokens: Iterable[int], offset: int) -> list[list[int]]:
    """Runs of neighbouring tokens as spans of the article."""
    found: list[list[int]] = []
    last = None
    for number in sorted(tokens):
        token = doc[number]
        start, end = offset + token.idx, offset + token.idx + len(token)
        if last is not None and number == last + 1:
            found[-1][1] = end
        else:
            found.append([start, end])
        last = number
    return found


OURS = "claims.nlp"
LOADERS = {OURS: load_ours, "textacy": load_textacy, "rules": load_rules}


def read(name: str, parser: Path, texts: list[str]) -> Reading:
    began = time.perf_counter()
    find = LOADERS[name](parser)
    loaded, cpu = time.perf_counter(), time.process_time()
    found = find(texts)
    seconds, cpu_seconds = time.perf_counter() - loaded, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Reading(found, loaded - began, seconds, cpu_seconds, peak)


def read_afresh(name: str, parser: Path, texts: list[str]) -> Reading:
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(read, name, parser, texts).result()


def folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def quality(yardstick: ModuleType, articles: list[Row], found: list[list[Row]]) -> dict[str, str]:
    """Precision, recall and F1 of each measure, and what was found of each form of attribution. Nested ones are left out."""
    from training.measures import pairs_of, yardstick_figures

    found = [[row for row in rows if row.get("parent") is None] for rows in found]
    figures = yardstick_figures(yardstick, articles, found)
    there, usable = Counter[str](), Counter[str]()
    for article, rows in zip(articles, found, strict=True):
        forms = forms_of(article)
        there.update(forms)
        usable.update(forms[gold] for gold, _, good in pairs_of(yardstick, article, rows) if good and gold is not None)
    return {
        "attributions found": f"{sum(map(len, found)):,}",
        **{measure: " / ".join(f"{figure:.1f}" for figure in figures[measure]) for measure in MEASURES},
        **{f"usable, of {there[form]:,} {form}": f"{usable[form] / there[form]:.0%}" for form in sorted(there)},
    }


def forms_of(article: Row) -> list[str]:
    """Direct, indirect or mixed, for each attribution of the annotators."""
    from claims.nlp import Attribution
    from claims.nlp.components.cue_reader import form_of, quoted
    from claims.nlp.wire import spans_from_wire

    quotations = quoted(article["text"])
    rows = [
        Attribution(source=(), cue=spans_from_wire(row["cue"]), content=spans_from_wire(row["content"]))
        for row in article["attributions"]
    ]
    return [form_of(row, article["text"], quotations).value for row in rows]


def cost(readings: list[Reading], model: Path, words: int) -> dict[str, str]:
    def median(measure: Callable[[Reading], float]) -> float:
        return statistics.median(map(measure, readings))

    return {
        "words a second": f"{words / median(lambda reading: reading.seconds):,.0f}",
        "processor seconds for 10,000 words": f"{median(lambda reading: reading.cpu_seconds) / words * 10_000:.2f}",
        "loading, fresh process": f"{median(lambda reading: reading.load_seconds):.2f} s",
        "peak resident memory": f"{max(reading.peak for reading in readings) / 1e6:,.0f} MB",
        "model on disk": f"{folder_size(model) / 1e6:,.1f} MB",
    }


def show(columns: dict[str, dict[str, str]]) -> None:
    print("| measure | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for measure in next(iter(columns.values())):
        print(f"| {measure} | " + " | ".join(column[measure] for column in columns.values()) + " |")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.alternatives", description=__doc__)
    options.add_argument("--corpora", type=Path, required=True, help="holds polnear-dev.jsonl.gz")
    options.add_argument("--yardstick", type=Path, required=True)
    options.add_argument("--parser", type=Path, required=True, help="folder of a spaCy pipeline with tagger and parser")
    options.add_argument("--runs", type=int, default=3, help="medians are taken over so many (default: 3)")
    given = options.parse_args()
    with gzip.open(given.corpora / "polnear-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    texts = [article["text"] for article in articles]
    words = sum(len(text.split()) for text in texts)
    readings: dict[str, list[Reading]] = {name: [] for name in LOADERS}
    for _ in range(given.runs):  # in turn, so that what else the machine does hits all alike
        for name, done in readings.items():
            done.append(read_afresh(name, given.parser, texts))

    # Only now: Linux counts this process's memory into a new child's peak.
    from training.measures import load_yardstick

    yardstick = load_yardstick(given.yardstick)
    print(f"{len(texts)} articles, {words:,} words; medians of {given.runs} runs on {os.cpu_count()} cores\n")
    show(
        {
            name: quality(yardstick, articles, done[-1].found)
            | cost(done, MODEL if name == OURS else given.parser, words)
            for name, done in readings.items()
        }
    )


if __name__ == "__main__":
    main()
