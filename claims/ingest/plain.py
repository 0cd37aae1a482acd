"""Text files, in the encodings that occur in newsrooms."""

from w3lib.encoding import http_content_type_encoding, read_bom, to_unicode

from claims.ingest.sniff import CAN_BE_READ, TEXT, utf16_without_mark
from claims.ingest.types import IngestError, ReadDocument

GUESSED = "The file does not say its encoding; it was read as Windows-1252. Check letters with accents."


def read(data: bytes, *, media_type: str, address: str) -> ReadDocument:
    """Decode a text file; a warning says where the encoding had to be guessed."""
    text, warnings = _decode(data, media_type)
    unprintable = sum(character == "\ufffd" or (character < " " and not character.isspace()) for character in text)
    if unprintable > len(text) * 0.01 + 1:
        raise IngestError(f"The file holds no text but binary data. {CAN_BE_READ}")
    return ReadDocument(text=text, media_type=TEXT, address=address, warnings=warnings)


def _decode(data: bytes, media_type: str) -> tuple[str, tuple[str, ...]]:
    encoding, mark = read_bom(data)
    if encoding is not None and mark is not None:
        return to_unicode(data[len(mark) :], encoding), ()
    if encoding := utf16_without_mark(data) or http_content_type_encoding(media_type):
        return to_unicode(data, encoding), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        return to_unicode(data, "cp1252"), (GUESSED,)
