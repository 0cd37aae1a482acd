"""Documents made on the fly; every article in them is invented."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from pypdf import PdfReader, PdfWriter

PARAGRAPHS = (
    "The council of Port Ellery voted on Monday to close the ferry line in spring, mayor Ines Duarte said.",
    "“We cannot pay for it any longer,” she told reporters. Residents say the line carried 400 people a day.",
    "Opposition leader Tom Vance accused the mayor of hiding what the new bridge will cost the town.",
)
TITLE = "Ferry line closes after council vote"

PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{TITLE} | The Harbour Courier</title>
<meta property="og:site_name" content="The Harbour Courier"><meta property="og:title" content="{TITLE}">
<link rel="canonical" href="https://www.example.org/news/ferry">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle", "headline": "{TITLE}",
"datePublished": "2024-03-05T08:00:00+01:00", "author": [{{"@type": "Person", "name": "Mara Quill"}},
{{"@type": "Person", "name": "Jon Reed"}}], "publisher": {{"@type": "Organization", "name": "The Harbour Courier"}}}}
</script></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/politics">Politics</a></li></ul></nav>
<div class="cookie-banner">We use cookies to give you the best experience. <button>Accept all</button></div>
<article><h1>{TITLE}</h1>{"".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)}
<p>“No.”</p><p>The vote was<br>close.</p></article>
<footer>Imprint Privacy Contact</footer></body></html>"""


def pdf(*pages: str, title: str = "", compressed: bytes | None = None) -> bytes:
    """Write a PDF by hand: each page's lines set one below the other. `compressed` is a Flate stream to use instead."""
    bodies = [_page_stream(text) for text in pages]
    streams = [b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body) for body in bodies]
    if compressed is not None:
        head = b"<< /Filter /FlateDecode /Length %d >>" % len(compressed)
        streams = [head + b"\nstream\n" + compressed + b"\nendstream"]
    count = len(streams)
    kids = b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) /Author (Mara Quill) >>" % title.encode("latin-1"),
    ]
    for number, stream in enumerate(streams):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (6 + 2 * number)
        )
        objects.append(stream)
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref)
    return bytes(out)


def _page_stream(text: str) -> bytes:
    lines = []
    for line in text.split("\n"):
        escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("cp1252")
        lines.append(b"(%s) Tj T*" % escaped if line else b"T*")
    return b"BT /F1 11 Tf 14 TL 60 780 Td\n" + b"\n".join(lines) + b"\nET"


def encrypted(data: bytes, *, user_password: str) -> bytes:
    """Encrypt a PDF; with an empty user password anybody can read it."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(user_password, "owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_bomb() -> bytes:
    """A PDF of some 200 kB whose one page unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    megabyte = b" " * 2**20
    packed = b"".join(packer.compress(megabyte) for _ in range(200)) + packer.flush()
    return pdf(compressed=packed)


CONTENT_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="word/document.xml"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""
CORE = """<?xml version="1.0"?><cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">
<dc:title>{title}</dc:title><dc:creator>Mara Quill</dc:creator></cp:coreProperties>"""


def docx(*paragraphs: str, title: str = "", extra: dict[str, bytes] | None = None) -> bytes:
    """Write the least that Word and mammoth take for a document."""
    body = "".join(f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>" for paragraph in paragraphs)
    document = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES.encode(),
        "_rels/.rels": RELATIONS.encode(),
        "word/document.xml": document.encode(),
        "docProps/core.xml": CORE.format(title=title).encode(),
    }
    return zipped(parts | (extra or {}))


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
