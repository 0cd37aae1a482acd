"""Processes that read many texts: what they find, and how they end."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.nlp import Extraction, ExtractionError, extract, extract_many
from claims.nlp.__main__ import main
from claims.nlp.batch import AHEAD, PROCESSES
from claims.nlp.pipeline import MAX_LENGTH
from tests.unit.test_pipeline import SUMMIT, TEXTS, outcome

ROOT = Path(__file__).parents[2]


def told(results: Iterable[Extraction | ExtractionError]) -> list[Extraction | str]:
    """As `outcome` has them."""
    return [result if isinstance(result, Extraction) else str(result) for result in results]


def readers(of: psutil.Process) -> list[psutil.Process]:
    return [child for child in of.children() if any("spawn_main" in word for word in child.cmdline())]


def test_many_texts_give_what_each_gives_alone_in_order() -> None:
    texts = [
        "It works, she said.",
        "half \ud800",
        SUMMIT,
        "x" * (MAX_LENGTH + 1),
        "",
        "“" * 300,
        SUMMIT[::-1],
        SUMMIT,
    ] * 2
    error = ExtractionError("It was no text.")
    results = list(extract_many([error, *texts]))
    assert results[0] is not error  # it went through a process, like all others
    assert told(results) == ["It was no text.", *map(outcome, texts)]
    assert "half a character (U+D800)" in str(results[2])
    assert not readers(psutil.Process())


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, min_size=10, max_size=20))
def test_a_text_gives_the_same_alone_and_among_others(texts: list[str]) -> None:
    assert told(extract_many([*texts, SUMMIT])) == [outcome(text) for text in [*texts, SUMMIT]]


def test_nobody_who_stops_early_leaves_a_process_behind() -> None:
    results = extract_many(SUMMIT for _ in range(AHEAD * 3))
    assert next(results) == extract(SUMMIT)
    assert len(readers(psutil.Process())) == PROCESSES
    results.close()
    assert not readers(psutil.Process())


def test_a_process_that_ends_while_it_reads_is_told() -> None:
    def texts() -> Iterator[str]:
        yield from [SUMMIT] * (AHEAD + 1)
        for process in readers(psutil.Process()):
            process.kill()
        yield SUMMIT

    with pytest.raises(ExtractionError, match="ended while it read"):
        list(extract_many(texts()))


def test_the_command_line_tells_of_such_a_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(_texts: object) -> Iterator[Extraction]:
        yield Extraction(model="test", attributions=())
        raise ExtractionError("A process ended.")

    path = tmp_path / "in.jsonl"
    path.write_text('{"id": 1, "text": ""}\n{"id": 2, "text": ""}\n', encoding="utf-8")
    monkeypatch.setattr("claims.nlp.__main__.extract_many", lambda texts: (list(texts), ends(texts))[1])
    assert main(["--jsonl", str(path)]) == 1
    written = capsys.readouterr()
    assert json.loads(written.out)["id"] == 1
    assert written.err == f"{path}: A process ended.\n"


def test_processes_end_with_a_parent_that_is_killed() -> None:
    command = [sys.executable, "-m", "claims.nlp", "--jsonl", "-"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdin
        assert parent.stdout
        for number in range(AHEAD + 1):
            parent.stdin.write(json.dumps({"id": number, "text": SUMMIT}) + "\n")
        parent.stdin.flush()
        assert json.loads(parent.stdout.readline())["id"] == 0
        children = readers(psutil.Process(parent.pid))
        assert len(children) == PROCESSES
        parent.kill()
        _, alive = psutil.wait_procs(children, timeout=30)
        assert not alive
