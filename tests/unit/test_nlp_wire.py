"""The format of the command line and of stored extractions, and how a bad line is answered."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from claims.nlp import Attribution, Extraction, Form, SourceKind, Span
from claims.nlp.__main__ import main
from claims.nlp.wire import from_wire, to_wire

EXTRACTION = Extraction(
    model="test",
    attributions=(
        Attribution(
            source=(Span(0, 6), Span(9, 12)),
            cue=(Span(7, 8),),
            content=(Span(13, 20),),
            form=Form.MIXED,
            speaker="Sergei Lavrov",
            speaker_kind=SourceKind.PERSON,
            speaker_role="foreign minister",
            speech=False,
            act=None,
            negated=True,
            check_worthiness=0.25,
            confidence=0.5,
        ),
        Attribution(source=(), cue=(Span(14, 15),), content=(Span(16, 20),), parent=0),
    ),
)


def test_wire_format_survives_json() -> None:
    assert from_wire(json.loads(json.dumps(to_wire(EXTRACTION)))) == EXTRACTION


def test_wire_format_is_the_documented_one() -> None:
    assert to_wire(EXTRACTION)["attributions"][0] == {
        "source": [[0, 6], [9, 12]],
        "cue": [[7, 8]],
        "content": [[13, 20]],
        "form": "mixed",
        "speaker": "Sergei Lavrov",
        "speaker_kind": "person",
        "speaker_role": "foreign minister",
        "speech": False,
        "act": None,
        "negated": True,
        "check_worthiness": 0.25,
        "confidence": 0.5,
        "parent": None,
    }


def test_what_an_older_version_stored_is_read() -> None:
    wire = to_wire(EXTRACTION)
    for attribution in wire["attributions"]:
        for added in ("speaker_role", "act", "negated", "check_worthiness"):
            del attribution[added]
    old = from_wire(wire).attributions[0]
    assert (old.speaker_role, old.act, old.negated, old.check_worthiness) == ("", None, False, None)


@pytest.mark.parametrize("compressed", [False, True])
def test_bad_lines_are_answered_in_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], compressed: bool
) -> None:
    lines = b"\n".join(
        [
            b'{"id": 1, "text": ""}',
            b"no json",
            b'{"id": "two"}',
            b"[3]",
            b"\xff",
            b'{"id": 4, "text": "half \\ud800"}',
            b"[" * 100_000,
            b'{"id": 5, "text": ""}',
        ]
    )
    path = tmp_path / ("in.jsonl.gz" if compressed else "in.jsonl")
    path.write_bytes(gzip.compress(lines) if compressed else lines)
    assert main(["--jsonl", str(path)]) == 0
    written = capsys.readouterr()
    rows = [json.loads(line) for line in written.out.splitlines()]
    assert [row["id"] for row in rows] == [1, None, "two", None, None, 4, None, 5]
    assert ["error" in row for row in rows] == [False, True, True, True, True, True, True, False]
    assert rows[0]["attributions"] == []
    assert not written.err


def test_a_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--jsonl", str(tmp_path / "none")]) == 1
    assert main([str(tmp_path / "none")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_importing_the_package_loads_neither_django_nor_spacy() -> None:
    code = "import sys, claims.nlp, claims.nlp.wire; print([m for m in ('django', 'spacy', 'onnxruntime') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_the_whole_pipeline_loads_no_django() -> None:
    code = "import sys, claims.nlp; claims.nlp.load(); print('django' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )
