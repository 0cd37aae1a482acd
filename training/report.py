"""The errors on a set of articles as one page of HTML: gold and found side by side, and where most of them lie."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from claims.nlp.components.cue_reader import form_of, quoted
from claims.nlp.types import Attribution
from claims.nlp.wire import spans_from_wire
from training.data import Article
from training.measures import ROLES, Row, pairs_of

AROUND = 120  # characters of the article shown before and after
MOST_SHOWN = 400  # of one kind
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; }
table { border-collapse: collapse; margin: 0 0 1.5rem; } td, th { padding: .2rem .8rem; text-align: left; border-bottom: 1px solid #ddd; }
td + td, th + th { text-align: right; font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2rem; padding: .6rem 0; border-bottom: 1px solid #ddd; }
.pair h4 { grid-column: 1 / -1; margin: 0; font-weight: 400; color: #59616c; font-size: 13px; }
mark { padding: .05em .15em; } .source { background: #d3e6f8; } .cue { background: #fbe5bd; } .content { background: #e8e2f6; }
summary { cursor: pointer; font-weight: 600; margin: 1rem 0 .3rem; }
"""


class Case(NamedTuple):
    """A gold attribution, one that was found, or a pair of them."""

    article: Article
    gold: Row | None
    mine: Row | None
    usable: bool

    @property
    def kind(self) -> str:
        """What is wrong, worst first; "right" when nothing is."""
        if self.gold is None or self.mine is None:
            return "missed" if self.mine is None else "not in gold"
        if not self.usable:
            return "found, not usable"
        wrong = [role for role in ROLES if _plain(self.gold[role]) != _plain(self.mine[role])]
        return f"edges of {' and '.join(wrong)}" if wrong else "right"


def write_report(
    path: Path, yardstick: ModuleType, articles: Sequence[Article], found: Sequence[list[Row]], common: Counter[str]
) -> None:
    """`common`: how often each cue stands in the training articles, case-folded."""
    cases = [case for article, rows in zip(articles, found, strict=True) for case in _cases(yardstick, article, rows)]
    groupings: dict[str, Callable[[Case], str]] = {
        "form": _form,
        "cue in training": lambda case: _frequency(case, common),
        "outlet": lambda case: str(case.article.get("publisher", "")),
        "length of content": _length,
    }
    parts = [f"<!doctype html><meta charset=utf-8><title>Errors</title><style>{STYLE}</style><h1>Errors</h1>"]
    parts += [_table(name, cases, group) for name, group in groupings.items()]
    by_kind: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_kind[case.kind].append(case)
    for kind, own in sorted(by_kind.items(), key=lambda item: -len(item[1])):
        if kind != "right":
            shown = "".join(map(_side_by_side, own[:MOST_SHOWN]))
            parts.append(f"<details><summary>{escape(kind)}: {len(own)}</summary>{shown}</details>")
    path.write_text("\n".join(parts), encoding="utf-8")


def _cases(yardstick: ModuleType, article: Article, rows: list[Row]) -> Iterable[Case]:
    gold = article["attributions"]
    for g, m, good in pairs_of(yardstick, article, rows):
        yield Case(article, None if g is None else gold[g], None if m is None else rows[m], good)


def _plain(spans: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    return [(start, end) for start, end in spans]


def _one(case: Case) -> Row:
    return case.gold or case.mine or {}


def _form(case: Case) -> str:
    row, text = _one(case), case.article["text"]
    source, cue, content = (spans_from_wire(row[role]) for role in ROLES)
    return str(form_of(Attribution(source, cue, content), text, quoted(text)))


def _frequency(case: Case, common: Counter[str]) -> str:
    text = case.article["text"]
    times = common[" ".join(text[start:end] for start, end in _one(case)["cue"]).casefold()]
    return next(
        name
        for least, name in ((100, "100 times or more"), (10, "10 to 99"), (1, "1 to 9"), (0, "never"))
        if times >= least
    )


def _length(case: Case) -> str:
    words = sum(len(case.article["text"][start:end].split()) for start, end in _one(case)["content"])
    return next(
        name
        for most, name in ((5, "up to 5 words"), (15, "6 to 15"), (30, "16 to 30"), (10**6, "more"))
        if words <= most
    )


def _table(name: str, cases: list[Case], group: Callable[[Case], str]) -> str:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        counts[group(case)].update(gold=case.gold is not None, mine=case.mine is not None, usable=case.usable)
    head = f"<tr><th>{name}<th>gold<th>found<th>usable<th>precision<th>recall"
    rows = "".join(
        f"<tr><td>{escape(key)}<td>{c['gold']}<td>{c['mine']}<td>{c['usable']}<td>{_share(c, 'mine')}<td>{_share(c, 'gold')}"
        for key, c in sorted(counts.items(), key=lambda item: -item[1]["gold"])
    )
    return f"<table>{head}{rows}</table>"


def _share(counts: Counter[str], of: str) -> str:
    return f"{100 * counts['usable'] / counts[of]:.0f} %" if counts[of] else "–"


def _side_by_side(case: Case) -> str:
    spans = [span for row in (case.gold, case.mine) if row for role in ROLES for span in row[role]]
    text = case.article["text"]
    low = max(0, min(start for start, _ in spans) - AROUND)
    high = min(len(text), max(end for _, end in spans) + AROUND)
    both = "".join(
        f"<div>{_marked(text, row, low, high) if row else '<em>nothing</em>'}</div>" for row in (case.gold, case.mine)
    )
    return f"<div class=pair><h4>{escape(str(case.article['id']))}</h4>{both}</div>"


def _marked(text: str, row: dict[str, Any], low: int, high: int) -> str:
    found = sorted((start, end, role) for role in ROLES for start, end in row[role])
    parts, place = [], low
    for begin, end, role in found:
        start = max(begin, place)
        if start < end:
            parts.append(f"{escape(text[place:start])}<mark class={role}>{escape(text[start:end])}</mark>")
            place = end
    return "".join(parts) + escape(text[place:high])
