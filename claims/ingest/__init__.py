"""Bytes and addresses to article text and metadata. Knows no ORM.

Web and worker processes call `fetch` and `read_in_child`, which do their work in a limited child process; `guess` is
quick and safe on text that is already in hand. `read_document` is what the child runs.
"""

from claims.ingest.child import fetch, from_json, read_in_child, to_json
from claims.ingest.documents import read_document
from claims.ingest.guessing import guess
from claims.ingest.types import MAX_BYTES, MAX_CHARACTERS, Fetched, Guess, IngestError, ReadDocument

__all__ = [
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "Fetched",
    "Guess",
    "IngestError",
    "ReadDocument",
    "fetch",
    "from_json",
    "guess",
    "read_document",
    "read_in_child",
    "to_json",
]
