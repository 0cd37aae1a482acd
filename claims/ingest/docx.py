"""Word files: checked as archives first, then read through mammoth's HTML."""

from io import BytesIO
from zipfile import ZipFile

import mammoth
from lxml import etree, html

from claims.ingest.markup import paragraphs
from claims.ingest.sniff import DOCX
from claims.ingest.types import IngestError, ReadDocument

# zipfile reads no more of an entry than its declared size, so these sums bound what unpacking can yield.
MAX_UNPACKED = 100 * 1024 * 1024
MAX_XML = 20 * 1024 * 1024
MAX_ENTRIES = 5000
PROTECTED = 0x1
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"


def read(data: bytes, *, address: str) -> ReadDocument:
    """Read text, title and author. The file's dates are left alone: they are its making's, not publication's."""
    with ZipFile(BytesIO(data)) as archive:
        _check(archive)
        properties = _properties(archive)
    # Pictures are left out unopened, wherever they point to.
    result = mammoth.convert_to_html(BytesIO(data), convert_image=lambda _image: [])
    tree = html.document_fromstring(f"<body>{result.value}</body>")
    for mark in tree.xpath("//a[starts-with(@href, '#footnote') or starts-with(@href, '#endnote')]"):
        mark.drop_tree()
    text = paragraphs(tree)
    if not text.strip():
        raise IngestError("No text was found in the Word file.")
    headings = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")]
    return ReadDocument(
        text=text,
        media_type=DOCX,
        title=properties.get("title", "") or next(filter(None, headings), ""),
        byline=properties.get("creator", ""),
        address=address,
    )


def _check(archive: ZipFile) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & PROTECTED for entry in entries):
        raise IngestError("The Word file is protected by a password.")
    xml = [entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels"))]
    too_large = sum(entry.file_size for entry in entries) > MAX_UNPACKED or sum(xml) > MAX_XML
    if too_large or len(entries) > MAX_ENTRIES:
        raise IngestError("The Word file unpacks to far more than an article holds; it was not read.")


def _properties(archive: ZipFile) -> dict[str, str]:
    if "docProps/core.xml" not in archive.namelist():
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(archive.read("docProps/core.xml"), parser)
    found = {name: root.findtext(f"{DUBLIN_CORE}{name}") or "" for name in ("title", "creator")}
    return {name: " ".join(value.split()) for name, value in found.items()}
