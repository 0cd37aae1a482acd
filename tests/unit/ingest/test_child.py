"""The limited child process and the command line."""

import json
import subprocess
import sys
from datetime import date

import pytest

from claims.ingest import MAX_BYTES, IngestError, from_json, read_document, read_in_child, to_json
from claims.ingest.child import ROOT
from tests.unit.ingest import files


def run(*options: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "claims.ingest", *options]
    return subprocess.run(command, input=data, capture_output=True, cwd=ROOT, check=False)


def test_child_reads_the_same_as_the_function() -> None:
    read = read_in_child(files.PAGE.encode(), media_type="text/html", address="https://example.org/news/ferry?x=1")
    assert read == read_document(files.PAGE.encode(), media_type="text/html", address="https://example.org/")
    assert read.published == date(2024, 3, 5)
    assert from_json(json.loads(json.dumps(to_json(read)))) == read


def test_reason_of_a_refusal_crosses_the_process() -> None:
    with pytest.raises(IngestError, match="zip archive"):
        read_in_child(files.zipped({"a.txt": b"no"}), file_name="--help\0.docx")
    with pytest.raises(IngestError, match="25 MB"):
        read_in_child(b"a" * (MAX_BYTES + 1))


def test_child_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(IngestError, match="too long"):
        read_in_child(files.PAGE.encode(), wall_seconds=0.05)


def test_child_that_burns_time_is_stopped() -> None:
    with pytest.raises(IngestError, match="too long"):
        read_in_child(files.pdf("\n".join(["(a" * 60 + ")" * 60] * 60_000)), cpu_seconds=1)


def test_child_that_needs_too_much_memory_is_stopped() -> None:
    with pytest.raises(IngestError, match="memory"):
        read_in_child(b"The mayor said no. " * 1_300_000, memory=80 * 2**20)


def test_child_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nonexistent")
    monkeypatch.setenv("PYTHONPATH", "/nonexistent")
    monkeypatch.setenv("PYTHONHOME", "/nonexistent")  # would keep any Python from starting
    assert read_in_child(b"The mayor said no.").text == "The mayor said no."


def test_command_line_prints_json() -> None:
    done = run("--file-name", "ferry.txt", data="Zoë said no.".encode())
    assert done.returncode == 0
    assert json.loads(done.stdout)["text"] == "Zoë said no."
    refused = run(data=b"")
    assert refused.returncode == 3
    assert json.loads(refused.stdout) == {"error": "The file is empty."}


def test_ingest_knows_no_orm() -> None:
    modules = "documents, markup, pdf, docx, plain, guessing, fetching, child, sniff, __main__"
    code = f"import sys; from claims.ingest import {modules}; print([m for m in sys.modules if m.startswith('django')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_web_processes_do_not_load_the_parsers() -> None:
    code = (
        "import sys, claims.ingest; print({'trafilatura', 'pypdf', 'mammoth', 'lxml', 'requests'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True, text=True)
    assert done.stdout.strip() == "set()"
