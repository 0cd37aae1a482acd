"""`python -m claims.ingest [--file-name N] [--media-type T] [--address A] < DOCUMENT`: one document to JSON.

The process limits itself before it reads a byte.
Exit status 0: the document; 3: `{"error": "..."}`, a sentence for people.
`--fetch ADDRESS` writes a line of JSON and then the bytes of the page.
"""

import argparse
import json
import logging
import resource
import sys

from claims.ingest.child import CPU_SECONDS, EXIT_REFUSED, MEMORY, TOO_MUCH_MEMORY, to_json
from claims.ingest.types import MAX_BYTES, IngestError


def main() -> int:
    options = _options()
    _limit(memory=options.memory, cpu_seconds=options.cpu_seconds)
    logging.disable(logging.CRITICAL)  # what parsers complain about is of no use here, and may be endless
    try:
        _fetch(options) if options.fetch else _read(options)
    except IngestError as error:
        return _refuse(str(error))
    except MemoryError:
        return _refuse(TOO_MUCH_MEMORY)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m claims.ingest", description="Read one document from standard input."
    )
    parser.add_argument("--file-name", default="", help="its name; a hint, the content decides")
    parser.add_argument("--media-type", default="", help="its declared type, with charset where known")
    parser.add_argument("--address", default="", help="where it was found")
    parser.add_argument("--fetch", metavar="ADDRESS", default="", help="fetch this page instead")
    parser.add_argument("--allow-loopback", action="store_true", help="fetch from this machine, too (for tests)")
    parser.add_argument("--memory", type=int, default=MEMORY, help="bytes of address space")
    parser.add_argument("--cpu-seconds", type=int, default=CPU_SECONDS)
    return parser.parse_args()


def _limit(*, memory: int, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(options: argparse.Namespace) -> None:
    from claims.ingest.documents import read_document

    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    document = read_document(data, media_type=options.media_type, file_name=options.file_name, address=options.address)
    print(json.dumps(to_json(document), ensure_ascii=False))


def _fetch(options: argparse.Namespace) -> None:
    from claims.ingest.fetching import download

    page = download(options.fetch, allow_loopback=options.allow_loopback)
    head = {"media_type": page.media_type, "address": page.address, "fetched_at": page.fetched_at.isoformat()}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + page.data)


def _refuse(message: str) -> int:
    print(json.dumps({"error": message}, ensure_ascii=False))
    return EXIT_REFUSED


if __name__ == "__main__":
    sys.exit(main())
