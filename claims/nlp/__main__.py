"""Command line: `python -m claims.nlp FILE...` to read, `python -m claims.nlp --jsonl IN.jsonl[.gz]` to work with."""

import argparse
import gzip
import json
import os
import shutil
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from claims.nlp.batch import extract_many
from claims.nlp.pipeline import ExtractionError, extract
from claims.nlp.types import Attribution, Extraction, Span
from claims.nlp.wire import to_wire

COLUMNS = (("speaker", 24), ("kind", 12), ("form", 8), ("", 7), ("conf.", 5), ("cue", 22))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m claims.nlp", description="Find the attributed statements of texts."
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="plain text in UTF-8; - is standard input")
    parser.add_argument(
        "--jsonl",
        metavar="IN",
        help='lines of {"id", "text"} (.gz is read, too; - is standard input); results go to standard output as lines',
    )
    options = parser.parse_args(arguments)
    if bool(options.files) == bool(options.jsonl):
        parser.error("give files, or --jsonl with one file")
    try:
        return run_jsonl(options.jsonl) if options.jsonl else print_tables(options.files)
    except BrokenPipeError:  # `| head` has seen enough; Python would complain again when it flushes on its way out
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def print_tables(files: list[str]) -> int:
    failed = 0
    for name in files:
        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            text = data.decode("utf-8-sig")
            print_table(name, text, extract(text))
        except (OSError, UnicodeDecodeError, ExtractionError) as error:
            print(f"{name}: {error}", file=sys.stderr)
            failed += 1
    return 1 if failed else 0


def print_table(name: str, text: str, extraction: Extraction) -> None:
    width = max(shutil.get_terminal_size((160, 0)).columns, 110)
    print(f"{name}: {len(extraction.attributions)} attributions (model {extraction.model})")
    if extraction.attributions:
        print_row([*(title for title, _ in COLUMNS), "content"], width)
    for attribution in extraction.attributions:
        print_row(cells(attribution, text), width)
    print()


def cells(attribution: Attribution, text: str) -> list[str]:
    return [
        attribution.speaker or words(attribution.source, text) or "-",
        attribution.speaker_kind.value,
        attribution.form.value,
        "speech" if attribution.speech else "thought",
        f"{attribution.confidence:.2f}",
        words(attribution.cue, text),
        words(attribution.content, text),
    ]


def words(spans: tuple[Span, ...], text: str) -> str:
    return " … ".join(" ".join(text[span.start : span.end].split()) for span in spans)


def print_row(texts: list[str], width: int) -> None:
    widths = [length for _, length in COLUMNS]
    widths.append(width - sum(widths) - 2 * len(widths))
    row = (shorten(text, length).ljust(length) for text, length in zip(texts, widths, strict=True))
    print("  ".join(row).rstrip())


def shorten(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def run_jsonl(name: str) -> int:
    began, count = time.monotonic(), 0
    ids: deque[Any] = deque()  # of the lines that are being read; their results come in the same order
    failure: list[Exception] = []

    def texts() -> Iterator[str | ExtractionError]:
        try:
            for line in read_lines(name):
                number, text = parse(line)
                ids.append(number)
                yield text
        except (OSError, EOFError) as error:  # what was read so far is still written
            failure.append(error)

    try:
        for count, found in enumerate(extract_many(texts()), 1):
            result = {"error": str(found)} if isinstance(found, ExtractionError) else to_wire(found)
            sys.stdout.write(json.dumps({"id": ids.popleft(), **result}) + "\n")
            sys.stdout.flush()
            if sys.stderr.isatty():
                rate = count / (time.monotonic() - began)
                print(f"\r{count:,} articles, {rate:,.1f} a second ", end="", file=sys.stderr, flush=True)
    except ExtractionError as error:
        failure.append(error)
    if count and sys.stderr.isatty():
        print(file=sys.stderr)
    if failure:
        print(f"{name}: {failure[0]}", file=sys.stderr)
    return 1 if failure else 0


def read_lines(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from sys.stdin.buffer
        return
    with Path(name).open("rb") as file, gzip.GzipFile(fileobj=file) if name.endswith(".gz") else file as lines:
        yield from lines


def parse(line: bytes) -> tuple[Any, str | ExtractionError]:
    """The id and the text of one line, or why there is none."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return None, ExtractionError(f"The line is not JSON in UTF-8: {error}")
    if not isinstance(row, dict):
        return None, ExtractionError("The line is not an object with id and text.")
    text = row.get("text")
    return row.get("id"), text if isinstance(text, str) else ExtractionError("The line has no text.")


if __name__ == "__main__":
    sys.exit(main())
