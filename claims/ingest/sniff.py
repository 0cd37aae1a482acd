"""What bytes are, told by the bytes; names and declared types only decide between kinds of text."""

import re
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from w3lib.encoding import read_bom

from claims.ingest.types import IngestError

TEXT = "text/plain"
HTML = "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

EXTENSIONS = {
    ".txt": TEXT,
    ".text": TEXT,
    ".md": TEXT,
    ".htm": HTML,
    ".html": HTML,
    ".xhtml": HTML,
    ".pdf": PDF,
    ".docx": DOCX,
}
CAN_BE_READ = "Text, HTML, PDF and Word (.docx) files can be read."

# What people send by mistake, by its first bytes.
FOREIGN = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a bitmap image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "an RTF file"),
    (b"\xd0\xcf\x11\xe0", "a Word file that is protected by a password or older than .docx"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound or video file"),
)
MARKUP = re.compile(rb"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)  # noqa: FURB167
XML = re.compile(rb"\s*<\?xml\b|\s*<(?:rss|feed)\b", re.IGNORECASE)
TAG = re.compile(rb"<(?:p|div|article|h[1-6]|br|meta|title)\b[^>]*>", re.IGNORECASE)
# Control characters that no text holds; tab, line feed, form feed, carriage return and escape may occur.
CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27})


def detect(data: bytes, *, media_type: str = "", file_name: str = "") -> str:
    """Say which of the four types the bytes are, or raise IngestError saying what they are instead."""
    if not data.strip(b"\0 \t\r\n\f\xef\xbb\xbf"):
        raise IngestError("The file is empty.")
    if b"%PDF-" in data[:1024]:
        return PDF
    if data[:4] in (b"PK\3\4", b"PK\5\6"):
        return _detect_zip(data, claimed_docx=file_name.lower().endswith(".docx"))
    for signature, noun in FOREIGN:
        # Two or three letters may well begin a text, too: there, binary content has to follow.
        if data.startswith(signature) and (len(signature) > 3 or not signature.isascii() or _is_binary(data)):
            raise IngestError(f"The file is {noun}, not an article. {CAN_BE_READ}")
    if _is_binary(data):
        raise IngestError(f"The file holds no text but binary data. {CAN_BE_READ}")
    return _detect_text(data, claimed_type(media_type, file_name))


def claimed_type(media_type: str, file_name: str) -> str:
    """The type that sender and name claim, without parameters; empty when they claim none that means anything."""
    bare = media_type.split(";", maxsplit=1)[0].strip().lower()
    if bare == "application/xhtml+xml":
        return HTML
    if bare in ("", "application/octet-stream", TEXT):
        return EXTENSIONS.get(PurePath(file_name).suffix.lower(), bare)
    return bare


def _detect_text(data: bytes, claimed: str) -> str:
    head = _as_ascii(data[:8192])
    if MARKUP.match(head):
        return HTML
    if XML.match(head):
        raise IngestError(f"The file is XML (a feed, perhaps), not an article. {CAN_BE_READ}")
    if claimed == HTML or (head.lstrip().startswith(b"<") and TAG.search(head)):
        return HTML
    if claimed == PDF:
        raise IngestError("The file is named as a PDF, but is none: it may have been damaged on its way.")
    if claimed == DOCX:
        raise IngestError("The file is named as a Word file, but is none: it may have been damaged on its way.")
    return TEXT


def _as_ascii(data: bytes) -> bytes:
    """Make UTF-16 and UTF-32 searchable for ASCII."""
    return data.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").removeprefix(b"\xef\xbb\xbf")


def utf16_without_mark(data: bytes) -> str | None:
    """Name the encoding of UTF-16 that lacks its byte order mark: mostly Latin letters, every other byte a NUL."""
    sample = data[: 4096 & ~1]
    if len(sample) < 4 or len(data) % 2:
        return None
    if sample[1::2].count(0) > len(sample) * 0.45 and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) > len(sample) * 0.45 and not sample[1::2].count(0):
        return "utf-16-be"
    return None


def _is_binary(data: bytes) -> bool:
    encoding, _ = read_bom(data)
    if encoding is not None or utf16_without_mark(data) is not None:
        return False
    sample = data[:65536]
    controls = len(sample) - len(sample.translate(None, CONTROL))
    return controls > len(sample) * 0.002 + 1


def _detect_zip(data: bytes, *, claimed_docx: bool) -> str:
    try:
        with ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise IngestError("The file is broken: it begins as a Word file or zip archive, but has no end.") from error
    if "word/document.xml" in names:
        return DOCX
    if claimed_docx:
        raise IngestError("The file is named as a Word file, but is some other zip archive.")
    raise IngestError(f"The file is a zip archive or a kind of office file that cannot be read. {CAN_BE_READ}")
