"""Build gold.jsonl from articles/*.txt, check it and print counts: `python -m training.gold.build`.

`--standoff GUM.conllu.gz FOLDER` builds gum.jsonl from FOLDER/ID.txt instead: the same mark-up in texts of GUM, of which
it keeps the labels and a checksum only.
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from training.gum import checksum, read_gum

HERE = Path(__file__).resolve().parent
ROLES = {"s": "source", "c": "cue", "t": "content"}
KINDS = {"person", "organization", "country", "group", "document", "unknown"}
NAMED_KINDS = {"person", "organization", "country"}
ACTS = {"state", "deny", "accuse", "promise", "predict", "ask", "order", "praise", "criticise"}
PLACES = {
    "#head": "headline",
    "#cap": "caption",
    "#trans": "transcript",
    "#qa": "interview",
    "#bul": "bullet list",
    "#live": "live ticker",
}
# Where sentences stand without quotation marks, so that their final stop is content.
WHOLE_SENTENCES = {"#trans", "#qa", "#bul"}
QUOTES = "“‘\"'«„"
# A line of boilerplate, the beginning of a span with its numbers and label, any other bracket.
MARK = re.compile(r"(?m:^)~~|\[([sct])(\d+(?:,\d+)*)(?:\|([^|\[\]]*)\|| )|[\[\]]")

Row = dict[str, Any]  # an attribution as gold.jsonl has it, or an entity


def fail(where: str, why: str) -> NoReturn:
    sys.exit(f"{where}: {why}")


# --- Reading the mark-up ----------------------------------------------------------------------------------


def entities(head: str, where: str) -> dict[str, Row]:
    """`@KEY name | kind | role` (`@~KEY`: not named in the article) and `@KEY A & B` for two keys."""
    known: dict[str, Row] = {}
    for line in filter(None, head.splitlines()):
        key, _, rest = line[1:].partition(" ")
        if line[0] != "@" or key.lstrip("~") in known:
            fail(where, f"bad entity line {line!r}")
        if "|" in rest:
            known[key.lstrip("~")] = _entity(rest, where, may_be_named=not key.startswith("~"))
        else:
            names = [known[one.strip()]["speaker"] for one in rest.split("&")]
            joined = {"speaker": " and ".join(names), "speaker_kind": "group", "named": True, "role": ""}
            known[key] = joined | {"speakers": names}
    return known


def _entity(line: str, where: str, *, may_be_named: bool) -> Row:
    name, kind, role = ([part.strip() for part in line.split("|")] + [""])[:3]
    if kind not in KINDS:
        fail(where, f"kind {kind!r}")
    named = may_be_named and name != "-" and kind in NAMED_KINDS
    return {"speaker": None if name == "-" else name, "speaker_kind": kind, "named": named, "role": role}


def unmark(body: str, where: str) -> tuple[str, dict[int, Row], dict[int, list[str]]]:
    """Marked-up text → plain text, the spans of each attribution by role, and the label of its cue."""
    text, last = "", 0
    spans: dict[int, Row] = defaultdict(lambda: {role: [] for role in ROLES.values()})
    labels: dict[int, list[str]] = {}
    opened: list[tuple[str, list[int], int] | None] = []  # None: a bracket of the text's own
    for mark in MARK.finditer(body):
        text += body[last : mark.start()]
        last = mark.end()
        if mark[1]:
            if mark[1] == "c":
                if mark[3] is None:
                    fail(where, f"cue without a label: {body[mark.start() : mark.start() + 40]!r}")
                labels[int(mark[2])] = mark[3].split()
            opened.append((ROLES[mark[1]], [int(number) for number in mark[2].split(",")], len(text)))
        elif mark[0] == "[":
            opened.append(None)
            text += "["
        elif not opened and mark[0] == "]":
            fail(where, f"] too many near {text[-40:]!r}")
        elif mark[0] == "]":
            if closed := opened.pop():
                _add_span(spans, text, *closed)
            else:
                text += "]"
        elif opened:
            fail(where, "boilerplate inside a span")
    if opened:
        fail(where, f"unclosed {opened}")
    return text + body[last:], spans, labels


def _add_span(spans: dict[int, Row], text: str, role: str, numbers: Iterable[int], start: int) -> None:
    """A span that runs over paragraphs becomes one part a paragraph."""
    for piece in re.finditer(r"[^\n]+", text[start:]):
        for number in numbers:
            spans[number][role].append([start + piece.start(), start + piece.end()])


def attributions(
    spans: dict[int, Row], labels: dict[int, list[str]], known: dict[str, Row], where: str
) -> Iterator[Row]:
    """Attributions as gold.jsonl has them, with "_flags" and "_at" for checks and counts; parents are not known yet."""
    for number, own in sorted(spans.items()):
        at = f"{where} #{number}"
        if number not in labels:
            fail(at, "no cue")
        key, *flags = labels[number]
        if key not in known:
            fail(at, f"unknown entity {key!r}")
        entity, acts, thought = known[key], [flag for flag in flags if flag in ACTS], "th" in flags
        if set(flags) - ACTS - set(PLACES) - {"th", "neg"} or len(acts) > 1 or (thought and acts):
            fail(at, f"flags {flags}")
        yield {
            **{role: sorted(parts) for role, parts in own.items()},
            **{name: entity[name] for name in ("speaker", "speaker_kind", "named", "role")},
            "speech": not thought,
            "act": None if thought else (acts or ["state"])[0],
            "negated": "neg" in flags,
            "parent": None,
            **({"speakers": entity["speakers"]} if "speakers" in entity else {}),
            "_flags": set(flags),
            "_at": at,
        }
    used = {label[0] for label in labels.values()}
    parts = {name for key in used for name in known[key].get("speakers", [])}
    if unused := [key for key in known.keys() - used if known[key]["speaker"] not in parts]:
        fail(where, f"entities never used: {sorted(unused)}")


# --- Order and nesting ------------------------------------------------------------------------------------


def every_span(row: Row) -> list[list[int]]:
    return [span for role in ROLES.values() for span in row[role]]


def is_inside(spans: Iterable[list[int]], outer: Row) -> bool:
    """Whether each of the spans lies within one part of the content of another attribution."""
    return all(any(start >= low and end <= high for low, high in outer["content"]) for start, end in spans)


def order_and_nest(rows: list[Row]) -> None:
    """By first character, the outer before the inner; the parent is the innermost whose content holds the cue."""
    depth = {row["_at"]: sum(other is not row and is_inside(row["cue"], other) for other in rows) for row in rows}
    rows.sort(key=lambda row: (min(every_span(row))[0], depth[row["_at"]], row["cue"]))
    for row in rows:
        outer = [number for number, other in enumerate(rows) if other is not row and is_inside(row["cue"], other)]
        row["parent"] = min(outer, key=lambda n: sum(end - start for start, end in rows[n]["content"]), default=None)


# --- Checks -----------------------------------------------------------------------------------------------


def check(text: str, rows: list[Row]) -> None:
    for row in rows:
        if len(row["cue"]) != 1 or not row["content"]:
            fail(row["_at"], "cue or content missing, or a cue in several parts")
        for fault in (_fault_of_spans(text, row), _fault_of_edges(text, row), _fault_of_speaker(text, row)):
            if fault:
                fail(row["_at"], fault)
        if row["parent"] is not None and not is_inside(every_span(row), rows[row["parent"]]):
            fail(row["_at"], "not wholly inside its parent's content")


def _fault_of_spans(text: str, row: Row) -> str:
    before = 0
    for start, end in sorted(every_span(row)):
        words, around = text[start:end], (text[start - 1 : start + 1], text[end - 1 : end + 1])
        if start < before:
            return f"its own spans overlap at {words!r}"
        if words != words.strip() or "\n" in words:
            return f"white space at the edge, or a line break: {words!r}"
        if any(len(pair) == 2 and pair.isalnum() for pair in around):
            return f"a word is cut at {words!r}"
        before = end
    return ""


def _fault_of_edges(text: str, row: Row) -> str:
    [(cue_start, cue_end)], (content_start, content_end) = row["cue"], row["content"][-1]
    cue, content = text[cue_start:cue_end], text[content_start:content_end]
    whole = content[0] in QUOTES or row["_flags"] & WHOLE_SENTENCES or cue.endswith(":")
    if content[-1] in ".,;" and not whole:
        return f"unquoted content ends in {content[-1]!r}: {content!r}"
    if cue[-1] in ",.;" or (row["content"][0][0] == cue_end and cue[0] != ":"):
        return "the edges of cue and content touch"
    for start, end in row["source"]:
        words = text[start:end]
        if ", " in words and text[end : end + 1] == "," and " and " not in words:
            return f"the comma that closes the apposition belongs to the source: {words!r}"
    return ""


def _fault_of_speaker(text: str, row: Row) -> str:
    if (row["speaker"] is None) != (row["speaker_kind"] == "unknown"):
        return "speaker null if and only if unknown"
    for name in row.get("speakers", [row["speaker"]] if row["named"] else []):
        if name not in text:
            return f"the text nowhere has the name {name!r}"
    if row["role"].casefold() not in text.casefold():
        return f"the text nowhere has the role {row['role']!r}"
    return ""


# --- What is printed --------------------------------------------------------------------------------------


def table(text: str, rows: list[Row]) -> Iterator[str]:
    """A line an attribution: source | cue | content | speaker."""
    for number, row in enumerate(rows):
        source, cue, content = (
            " // ".join(text[start:end] for start, end in row[role]) or "-" for role in ROLES.values()
        )
        outer = "" if row["parent"] is None else f"<{row['parent']}"
        notes = ["" if row["named"] else ", unnamed", f"; {row['role']}" if row["role"] else ""]
        speaker = f"{row['speaker']} ({row['speaker_kind']}{''.join(notes)})"
        act = (row["act"] or "thought") + (" NEG" if row["negated"] else "")
        yield f"{number:3} {outer:4} {source} | {cue} | {content} | {speaker} {act}"


def print_counts(articles: dict[str, tuple[str, list[Row]]]) -> None:
    rows = [row for _, found in articles.values() for row in found]
    counts = {
        "articles": len(articles),
        "words": sum(len(text.split()) for text, _ in articles.values()),
        "attributions": len(rows),
        "named": sum(row["named"] for row in rows),
        "nested": sum(row["parent"] is not None for row in rows),
        "thoughts": sum(not row["speech"] for row in rows),
        "negated": sum(row["negated"] for row in rows),
    }
    for name, count in counts.items():
        print(f"{count:6}  {name}")
    facets = {
        "kind": Counter(row["speaker_kind"] for row in rows),
        "act": Counter(row["act"] or "(thought)" for row in rows),
        "place": Counter(PLACES[flag] for row in rows for flag in row["_flags"] & set(PLACES)),
    }
    for name, counter in facets.items():
        print(f"{name}: " + ", ".join(f"{value} {count}" for value, count in counter.most_common()))


# --- All of it --------------------------------------------------------------------------------------------


def read(path: Path) -> tuple[str, list[Row]]:
    head, separator, body = path.read_text(encoding="utf-8").partition("\n---\n")
    if not separator:
        fail(path.name, "no --- line")
    text, spans, labels = unmark(body.strip("\n") + "\n", path.name)
    rows = list(attributions(spans, labels, entities(head, path.name), path.name))
    order_and_nest(rows)
    check(text, rows)
    return text, rows


def write(path: Path, articles: dict[str, tuple[str, list[Row]]], *, standoff: bool) -> None:
    with path.open("w", encoding="utf-8") as lines:
        for name, (text, rows) in articles.items():
            kept = [{key: value for key, value in row.items() if not key.startswith("_")} for row in rows]
            own = {"checksum": checksum(text)} if standoff else {"text": text}
            lines.write(json.dumps({"id": name, **own, "attributions": kept}, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.gold.build", description=__doc__)
    parser.add_argument("--table", nargs="?", const="", metavar="ID", help="show the spans, of articles ID... only")
    parser.add_argument("--no-text", action="store_true", help="leave the texts out of the table")
    parser.add_argument("--standoff", nargs=2, type=Path, metavar=("GUM", "FOLDER"), help="build gum.jsonl")
    arguments = parser.parse_args()
    gum, folder = arguments.standoff or (None, HERE / "articles")
    articles = {path.stem: read(path) for path in sorted(folder.glob("*.txt"))}
    originals = read_gum(gum) if gum else {}
    for name, (text, _) in articles.items():
        if gum and text != originals.get(name):
            fail(name, "not the text that GUM has")
        if not gum and not 60 <= len(text.split()) <= 350:
            fail(name, f"{len(text.split())} words")
    write(HERE / ("gum.jsonl" if gum else "gold.jsonl"), articles, standoff=bool(gum))
    for name, (text, rows) in articles.items():
        if arguments.table is not None and name.startswith(arguments.table):
            print(f"\n=== {name}" + ("" if arguments.no_text else f"\n{text}"), *table(text, rows), sep="\n")
    print_counts(articles)


if __name__ == "__main__":
    main()
