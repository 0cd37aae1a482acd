"""HTML to article text and metadata: boilerplate removal by trafilatura, paragraphs kept apart."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import trafilatura
from courlan import extract_domain
from lxml import etree
from lxml.html import defs
from w3lib.encoding import html_to_unicode

from claims.ingest.sniff import HTML
from claims.ingest.types import IngestError, ReadDocument

# Tags that begin a paragraph of their own: HTML's, and those of trafilatura's tree.
CELLS = frozenset(("td", "th", "cell"))
BLOCKS = (
    defs.block_tags
    | {"article", "aside", "body", "figcaption", "figure", "footer", "header", "main", "section"}
    | {"head", "item", "list", "quote", "row"}
) - (CELLS | {"del", "ins"})
BREAKS = frozenset(("br", "lb"))
NO_ARTICLE = (
    "No article text was found on this page: it may need a sign-in, show its text by script, or be a list of articles. "
    "Copy the text and paste it instead."
)
# A page that has less running text than this holds no article, however hard trafilatura looked.
LEAST_RUNNING_TEXT = 140
RUNNING_LINE = 45


def read(data: bytes, *, media_type: str, address: str) -> ReadDocument:
    """Extract the article of a page. Its canonical address is believed only within the site it was fetched from."""
    _, html = html_to_unicode(media_type or None, data, "cp1252", _utf8_or_none)
    # Given bytes, trafilatura would unpack archives by itself.
    document = trafilatura.bare_extraction(
        html.replace("\0", ""),
        url=address or None,
        favor_recall=True,
        include_comments=False,
        with_metadata=True,
        # Dates from metadata, addresses and time elements; none from mentions in the text.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if document is None or isinstance(document, dict) or document.body is None:
        raise IngestError(NO_ARTICLE)
    text = paragraphs(document.body)
    if not has_running_text(text):
        raise IngestError(NO_ARTICLE)
    return ReadDocument(
        text=text,
        media_type=HTML,
        title=document.title or "",
        byline=", ".join(name.strip() for name in (document.author or "").split(";") if name.strip()),
        outlet=document.sitename or "",
        address=_canonical(document.url or "", address),
        published=date.fromisoformat(document.date) if document.date else None,
    )


def paragraphs(root: Any) -> str:
    """Write out a tree's text with a blank line between blocks; line breaks inside a block stay single."""
    blocks: list[str] = []
    current: list[str] = []

    def flush() -> None:
        lines = [" ".join(line.split()) for line in "".join(current).split("\n")]
        blocks.extend(filter(None, re.split("\n{2,}", "\n".join(lines).strip("\n"))))
        current.clear()

    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in ("comment", "pi"):
            current.append(_one_line(element.tail))
            continue
        tag = element.tag
        if event == "start":
            if tag in BLOCKS:
                flush()
            elif tag in BREAKS:
                current.append("\n")
            elif tag in CELLS and any(part.strip() for part in current):
                current.append(" | ")
            current.append(_one_line(element.text))
        else:
            if tag in BLOCKS:
                flush()
            if element is not root:
                current.append(_one_line(element.tail))
    flush()
    return "\n\n".join(blocks)


def _one_line(text: str | None) -> str:
    # Line ends in the source of a page mean no more than a space.
    return re.sub(r"\s+", " ", text or "")


def has_running_text(text: str) -> bool:
    """Whether there are sentences, rather than menus, buttons and headings only."""
    running = (line for line in text.split("\n") if len(line) >= RUNNING_LINE or line.rstrip()[-1:] in "。！？")
    return sum(len(line) for line in running if line.strip()) >= LEAST_RUNNING_TEXT


def _utf8_or_none(data: bytes) -> str | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _canonical(found: str, address: str) -> str:
    """Take the page's own word for its address only within its site: an address decides which article this is."""
    parts = urlsplit(found)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(found) > 2000:
        return address
    return found if not address or _site(found) == _site(address) else address


def _site(address: str) -> str | None:
    # Names without a public suffix, of a closed network perhaps, have to be the same as a whole.
    return extract_domain(address) or urlsplit(address).hostname
