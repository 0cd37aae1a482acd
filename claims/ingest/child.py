"""Reading foreign bytes in a child process: Python threads cannot be stopped, and parsers can be made to run away."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from claims.ingest.types import MAX_BYTES, Fetched, IngestError, ReadDocument

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 1024**3
CPU_SECONDS = 40
FETCH_SECONDS = 60
WALL_SECONDS = 120  # a busy machine gives a child little of its time
TOO_LARGE = f"The file is too large: {MAX_BYTES // 2**20} MB are allowed."
TOO_LONG = "Reading took too long and was stopped."
TOO_MUCH_MEMORY = "Reading needed too much memory and was stopped."


def read_in_child(
    data: bytes,
    *,
    media_type: str = "",
    file_name: str = "",
    address: str = "",
    memory: int = MEMORY,
    cpu_seconds: int = CPU_SECONDS,
    wall_seconds: float = WALL_SECONDS,
) -> ReadDocument:
    """Read one document (see `read_document`) within limits of memory, CPU and time; IngestError says what is wrong."""
    if len(data) > MAX_BYTES:
        raise IngestError(TOO_LARGE)
    hints = {"media-type": media_type, "file-name": file_name, "address": address}
    # Bytes that begin with a dash or hold NUL would not survive as arguments of their own.
    options = [f"--{name}={value.replace('\0', '')}" for name, value in hints.items() if value]
    limits = [f"--memory={memory}", f"--cpu-seconds={cpu_seconds}"]
    return from_json(json.loads(_run([*options, *limits], data, wall_seconds)))


def fetch(address: str, *, allow_loopback: bool = False, wall_seconds: float = FETCH_SECONDS) -> Fetched:
    """Fetch a web page from a public address. `allow_loopback` is for tests and is never set from a request."""
    options = [f"--fetch={address.strip().replace('\0', '')}"] + ["--allow-loopback"] * allow_loopback
    head, _, data = _run(options, b"", wall_seconds).partition(b"\n")
    facts = json.loads(head)
    return Fetched(
        data=data,
        media_type=facts["media_type"],
        address=facts["address"],
        fetched_at=datetime.fromisoformat(facts["fetched_at"]),
    )


def to_json(document: ReadDocument) -> dict[str, Any]:
    """The document as the command line writes it."""
    return asdict(document) | {"published": document.published.isoformat() if document.published else None}


def from_json(values: dict[str, Any]) -> ReadDocument:
    """Read what `to_json` made."""
    published = values["published"]
    return ReadDocument(
        **values
        | {
            "published": date.fromisoformat(published) if published else None,
            "warnings": tuple(values["warnings"]),
        }
    )


def _run(options: list[str], data: bytes, wall_seconds: float) -> bytes:
    """Run `python -m claims.ingest`; its output, or IngestError with what it wrote as its error."""
    # Nothing of the site's environment: no passwords, no proxies. One thread, for each one reserves memory.
    environment = {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    try:
        done = subprocess.run(  # noqa: S603 (our own module, arguments as a list)
            [sys.executable, "-m", "claims.ingest", *options],
            input=data,
            capture_output=True,
            cwd=ROOT,
            env=environment,
            timeout=wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise IngestError(TOO_LONG) from error
    if done.returncode == 0:
        return done.stdout
    if done.returncode == EXIT_REFUSED:
        raise IngestError(json.loads(done.stdout)["error"])
    if done.returncode in (-24, -9):  # SIGXCPU, and SIGKILL once its grace is over or memory is short
        raise IngestError(TOO_LONG if done.returncode == -24 else TOO_MUCH_MEMORY)
    raise IngestError("Reading failed: the file is broken in a way that stops its reader.")


EXIT_REFUSED = 3
