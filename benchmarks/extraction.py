"""Speed and memory of the extractor: `python -m benchmarks.extraction [FILE.jsonl[.gz]]`.

Without a file the demo articles are read, as often as it takes to have about 60,000 words.
"""

import argparse
import gzip
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from email.parser import Parser
from pathlib import Path

import psutil

from claims import nlp

ROOT = Path(__file__).parent.parent
DEMO_ARTICLES = ROOT / "claims" / "demo" / "articles"
DEMO_WORDS = 60_000
ARTICLE_WORDS = 900
SHORT, LONG = 10_000, 1_000_000
SAMPLED_EVERY = 0.05  # seconds
LOAD = "import time; t = time.perf_counter(); from claims import nlp; nlp.load(); print(time.perf_counter() - t)"


def demo_texts() -> list[str]:
    articles = [Parser().parsestr(path.read_text(encoding="utf-8")) for path in sorted(DEMO_ARTICLES.glob("*.txt"))]
    return [str(article.get_payload()) for article in articles]


def demo_file(folder: Path) -> Path:
    """The demo articles as a file of lines, repeated."""
    path, words = folder / "demo.jsonl", 0
    with path.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(itertools.cycle(demo_texts())):
            if words >= DEMO_WORDS:
                break
            lines.write(json.dumps({"id": number, "text": text}) + "\n")
            words += count_words(text)
    return path


def read_texts(path: Path) -> list[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]


def count_words(text: str) -> int:
    """As a newsroom counts them: what stands between white space."""
    return len(text.split())


def run_whole(path: Path) -> tuple[float, int]:
    """Seconds and peak resident bytes of the command line over a file, start and loading of the model included."""
    began, peak = time.perf_counter(), 0
    command = [sys.executable, "-m", "claims.nlp", "--jsonl", str(path)]
    with psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, resident_bytes(process))
            with suppress(psutil.TimeoutExpired):
                process.wait(SAMPLED_EVERY)
    if process.returncode:
        sys.exit(f"claims.nlp ended with status {process.returncode}")
    return time.perf_counter() - began, peak


def resident_bytes(process: psutil.Process) -> int:
    """Of a process and its children together; what they share counts for each."""
    total = 0
    with suppress(psutil.NoSuchProcess):  # it ends just now
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    return total


def load_seconds() -> float:
    """Importing the package and loading the pipeline in a fresh process, the interpreter's own start aside."""
    done = subprocess.run([sys.executable, "-c", LOAD], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def extract_seconds(text: str, runs: int) -> float:
    def once() -> float:
        began = time.perf_counter()
        nlp.extract(text)
        return time.perf_counter() - began

    return statistics.median(once() for _ in range(runs))


def of_length(texts: list[str], characters: int) -> str:
    """One text of this length, out of whole articles as far as it goes."""
    parts, length = [], 0
    for text in itertools.cycle(texts):
        parts.append(text)
        length += len(text) + 2
        if length >= characters:
            return "\n\n".join(parts)[:characters]
    raise ValueError("no texts")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help='lines of {"id", "text"}')
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over so many (default: 3)")
    options = parser.parse_args()
    print(f"Medians of {options.runs} runs on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        path = (options.file or demo_file(Path(folder))).resolve()
        texts = read_texts(path)
        measure_processes(path, texts, options.runs)
        measure_long_text(Path(folder), texts, options.runs)
    measure_lengths(texts, options.runs)


def measure_processes(path: Path, texts: list[str], runs: int) -> None:
    words = sum(map(count_words, texts))
    show("texts, words", f"{len(texts):,}, {words:,}")
    whole = [run_whole(path) for _ in range(runs)]
    seconds = statistics.median(seconds for seconds, _ in whole)
    show("words a second, whole process", f"{words / seconds:,.0f}")
    show("peak resident memory", f"{max(peak for _, peak in whole) / 1e6:,.0f} MB")
    show("load, fresh process", f"{statistics.median(load_seconds() for _ in range(runs)):.2f} s")


def measure_long_text(folder: Path, texts: list[str], runs: int) -> None:
    path = folder / "long.jsonl"
    path.write_text(json.dumps({"id": 0, "text": of_length(texts, LONG)}), encoding="utf-8")
    show("peak over one text of 1 MB", f"{max(run_whole(path)[1] for _ in range(runs)) / 1e6:,.0f} MB")


def measure_lengths(texts: list[str], runs: int) -> None:
    short, long = of_length(texts, SHORT), of_length(texts, LONG)
    article = " ".join(of_length(texts, SHORT).split()[:ARTICLE_WORDS])
    model = nlp.extract(article).model  # the first call loads the model and makes the threads
    show("model", model)
    show(f"one article of {count_words(article)} words", f"{extract_seconds(article, 5 * runs) * 1000:,.0f} ms")
    short_cost = extract_seconds(short, 5 * runs) / count_words(short)
    show("a word of a 10 kB text", f"{short_cost * 1e6:,.0f} µs")
    long_cost = extract_seconds(long, runs) / count_words(long)
    show("a word of a 1 MB text", f"{long_cost * 1e6:,.0f} µs ({long_cost / short_cost:.2f} times as much)")


def show(name: str, value: str) -> None:
    print(f"  {name:34}{value}", flush=True)


if __name__ == "__main__":
    main()
