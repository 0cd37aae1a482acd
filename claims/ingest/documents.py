"""One document's bytes to text and metadata, whatever its type."""

from dataclasses import replace
from urllib.parse import urlsplit

from claims.ingest import sniff
from claims.ingest.guessing import guess
from claims.ingest.types import MAX_BYTES, MAX_CHARACTERS, IngestError, ReadDocument
from claims.texts import normalise_text

NOT_READABLE = {
    sniff.TEXT: "The file could not be read as text.",
    sniff.HTML: "The page could not be read; its HTML is broken.",
    sniff.PDF: "The PDF is broken and could not be read.",
    sniff.DOCX: "The Word file is broken and could not be read.",
}


def read_document(data: bytes, *, media_type: str = "", file_name: str = "", address: str = "") -> ReadDocument:
    """Read one document. For bytes from outside call `read_in_child`, which does the same within limits.

    `media_type` (a Content-Type header, or a bare type) and `file_name` are hints; the content decides.
    """
    if len(data) > MAX_BYTES:
        raise IngestError(f"The file is too large: {MAX_BYTES // 2**20} MB are allowed.")
    detected = sniff.detect(data, media_type=media_type, file_name=file_name)
    try:
        document = _read(detected, data, media_type, address)
    except (IngestError, MemoryError):
        raise
    except Exception as error:  # parsers of foreign bytes raise whatever they stumble over
        if "memory" in str(error).lower():  # libxml2 reports its own shortage as a syntax error
            raise MemoryError from error
        raise IngestError(NOT_READABLE[detected]) from error
    text = normalise_text(document.text).strip("\n")
    if not text.strip():
        raise IngestError("No text was found.")
    if len(text) > MAX_CHARACTERS:
        raise IngestError(f"The text is far longer than an article: {MAX_CHARACTERS:,} characters are allowed.")
    return _complete(replace(document, text=text))


def _complete(document: ReadDocument) -> ReadDocument:
    """Fill in what the document's metadata left open from its text and address."""
    guessed = guess(document.text)
    parts = urlsplit(document.address)
    home_page = f"{parts.scheme}://{parts.netloc}/" if parts.hostname else ""
    warnings = list(document.warnings)
    if guessed.language and guessed.language != "en":
        warnings.append(f"The text does not seem to be English (language code: {guessed.language}).")
    return replace(
        document,
        title=_line(document.title or guessed.title or "", 500),
        byline=_line(document.byline, 500),
        outlet=_line(document.outlet or guessed.outlet or "", 300),
        domain=(parts.hostname or "").removeprefix("www."),
        home_page=home_page,
        published=document.published or guessed.published,
        language=guessed.language or "",
        language_confidence=guessed.language_confidence,
        wire_agency=guessed.wire_agency or "",
        warnings=tuple(warnings),
    )


def _line(text: str, limit: int) -> str:
    """One line of metadata, no longer than its column."""
    return " ".join(normalise_text(text).split())[:limit]


def _read(detected: str, data: bytes, media_type: str, address: str) -> ReadDocument:
    # Each reader is imported with its libraries when it is called: a child reads one document and pays for one.
    if detected == sniff.HTML:
        from claims.ingest import markup

        return markup.read(data, media_type=media_type, address=address)
    if detected == sniff.PDF:
        from claims.ingest import pdf

        return pdf.read(data, address=address)
    if detected == sniff.DOCX:
        from claims.ingest import docx

        return docx.read(data, address=address)
    from claims.ingest import plain

    return plain.read(data, media_type=media_type, address=address)
