"""PDF files by pypdf, their lines put together to paragraphs again."""

import re
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple

from pypdf import PageObject, PdfReader, mult
from pypdf.errors import DependencyError, LimitReachedError

from claims.ingest.sniff import PDF
from claims.ingest.types import MAX_CHARACTERS, IngestError, ReadDocument

# Below this a document's text is a stamp or a file name on scanned pages.
LEAST_LETTERS = 20
PAGE_NUMBER = re.compile(r"(?:page\s+)?[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
ENDS_SENTENCE = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")
# Titles that programs write by themselves say nothing about the article.
NO_TITLE = re.compile(r"microsoft word|untitled|.*\.(?:docx?|pdf|odt|rtf|indd|qxd)$|print$", re.IGNORECASE)
# Fonts draw these as one letter; nobody would find "official" again.
LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


class Line(NamedTuple):
    text: str
    height: float
    size: float


def read(data: bytes, *, address: str) -> ReadDocument:
    """Read text, title and author; a PDF that is broken, protected or only pictures is refused."""
    # pypdf repairs what it can, so a file cut off in the middle would give half an article.
    if b"%%EOF" not in data[-4096:]:
        raise IngestError("The PDF is broken: its end is missing.")
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        _open(reader)
    pages: list[list[Line]] = []
    length = 0
    try:
        for page in reader.pages:
            lines = _lines(page)
            length += sum(len(line.text) for line in lines)
            if length > MAX_CHARACTERS:
                raise IngestError("The PDF holds far more text than an article.")
            pages.append(lines)
    except LimitReachedError as error:
        raise IngestError("The PDF unpacks to far more than an article holds; it was not read.") from error
    text = "\n\n".join(_paragraphs(_without_running_heads(pages)))
    if sum(character.isalpha() for character in text) < LEAST_LETTERS:
        raise IngestError(
            "No text found in the PDF: it seems to hold only pictures of pages. Run text recognition (OCR) on it first."
        )
    information = reader.metadata
    title = " ".join(str(information.title or "").split()) if information else ""
    return ReadDocument(
        text=text,
        media_type=PDF,
        title="" if NO_TITLE.match(title) else title,
        byline=" ".join(str(information.author or "").split()) if information else "",
        address=address,
    )


def _open(reader: PdfReader) -> None:
    """Open files that anybody may read but not change: they are encrypted under an empty password."""
    try:
        opened = reader.decrypt("")
    except (DependencyError, NotImplementedError) as error:
        raise IngestError("The PDF is encrypted. Save it without protection first.") from error
    if not opened:
        raise IngestError("The PDF is encrypted and needs a password. Save it without protection first.")


def _lines(page: PageObject) -> list[Line]:
    """Take a page's lines in reading order, each with its height on the page and the size of its letters."""
    lines: list[Line] = []
    parts: list[str] = []
    place = (0.0, 0.0)

    def visit(text: str, matrix: list[float], text_matrix: list[float], _font: object, font_size: float) -> None:
        nonlocal place
        for piece in text.splitlines(keepends=True):
            if not any(part.strip() for part in parts):
                position = mult(text_matrix, matrix)
                place = (position[5], abs(position[3]) * font_size)
            parts.append(piece)
            if piece.endswith("\n"):
                close()

    def close() -> None:
        if text := " ".join("".join(parts).split()):
            lines.append(Line(text.translate(LIGATURES), *place))
        parts.clear()

    page.extract_text(visitor_text=visit)
    close()
    return lines


def _without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """Drop page numbers, and first and last lines that come again, but for numbers, on most pages."""
    counts = Counter(key for page in pages for key in {_edge(line) for line in page[:1] + page[-1:]})
    kept = []
    for page in pages:
        drop = [
            line
            for line in page[:1] + page[-1:]
            if PAGE_NUMBER.fullmatch(line.text) or (len(pages) > 2 and counts[_edge(line)] > len(pages) / 2)
        ]
        kept.append([line for line in page if line not in drop])
    return kept


def _edge(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _paragraphs(pages: list[list[Line]]) -> list[str]:
    """Join lines to paragraphs, which go on over a page's end where no sentence ends there."""
    lines = [line for page in pages for line in page]
    # A step between lines, not between paragraphs: in an article of short paragraphs most steps may be of the latter.
    steps = [above.height - line.height for page in pages for above, line in pairwise(page)]
    usual_step = _lower(step for step in steps if step > 2)
    usual_length = -_lower(-len(line.text) for line in lines)
    paragraphs: list[str] = []
    for page in pages:
        above = None
        for line in page:
            if not paragraphs or (
                _page_turn_ends(paragraphs[-1]) if above is None else _begins(above, line, usual_step, usual_length)
            ):
                paragraphs.append(line.text)
            else:
                paragraphs[-1] = _join(paragraphs[-1], line.text)
            above = line
    return paragraphs


def _lower(values: Iterable[float]) -> float:
    """The value that a fifth of them stay below."""
    ordered = sorted(values)
    return ordered[len(ordered) // 5] if ordered else 0.0


def _page_turn_ends(paragraph: str) -> bool:
    return bool(ENDS_SENTENCE.search(paragraph))


def _begins(above: Line, line: Line, usual_step: float, usual_length: float) -> bool:
    """Whether a line begins a paragraph: wider space or other letters above it, or a sentence's end on a short line."""
    step = above.height - line.height
    wide = step > usual_step * 1.25
    resized = max(above.size, line.size) > min(above.size, line.size) * 1.15
    ended = len(above.text) < usual_length * 0.8 and ENDS_SENTENCE.search(above.text) is not None
    return wide or resized or ended


def _join(paragraph: str, line: str) -> str:
    if paragraph.endswith("\u00ad") or (re.search(r"[a-z]-$", paragraph) and line[:1].islower()):
        return paragraph[:-1] + line
    return f"{paragraph} {line}"
