"""Reading documents of every type, and refusing those that hold no article."""

from datetime import date

import pytest

from claims.ingest import MAX_BYTES, IngestError, read_document
from claims.ingest.sniff import DOCX
from tests.unit.ingest import files

ARTICLE = "\n\n".join(files.PARAGRAPHS)
RUSSIAN = "Мэр города заявил в понедельник, что паромная линия будет закрыта весной из-за нехватки денег. "
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde"


def test_page_gives_its_article_without_what_surrounds_it() -> None:
    read = read_document(files.PAGE.encode(), media_type="text/html; charset=utf-8")
    assert read.text == f"{files.TITLE}\n\n{ARTICLE}\n\n“No.”\n\nThe vote was\nclose."
    assert (read.title, read.byline, read.outlet) == (files.TITLE, "Mara Quill, Jon Reed", "The Harbour Courier")
    assert read.published == date(2024, 3, 5)
    assert read.address == "https://www.example.org/news/ferry"
    assert (read.domain, read.home_page) == ("example.org", "https://www.example.org/")
    assert (read.language, read.media_type, read.warnings) == ("en", "text/html", ())
    assert read.language_confidence > 0.9


def test_canonical_address_counts_only_within_its_site() -> None:
    same = read_document(files.PAGE.encode(), address="https://m.example.org/news/ferry?from=feed")
    assert same.address == "https://www.example.org/news/ferry"
    other = read_document(files.PAGE.encode(), address="https://example.com/stolen")
    assert (other.address, other.domain) == ("https://example.com/stolen", "example.com")


def test_a_page_is_told_by_its_content() -> None:
    assert read_document(files.PAGE.encode(), file_name="article.txt").media_type == "text/html"
    assert read_document(files.PAGE.encode("utf-16"), file_name="article").title == files.TITLE


def test_page_in_an_old_encoding() -> None:
    page = files.PAGE.replace('<meta charset="utf-8">', "").encode("cp1252")
    assert "“We cannot pay" in read_document(page, file_name="a.html").text
    cyrillic = f'<html><head><meta charset="windows-1251"></head><body><p>{RUSSIAN * 3}</p>'
    read = read_document(cyrillic.encode("cp1251"), file_name="a.html")
    assert read.text.startswith(RUSSIAN)
    assert read.language == "ru"


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><nav><a href='/'>Home</a><a href='/x'>Shop</a></nav><p>Please sign in.</p></body></html>",
        "<!doctype html><title>Sign in</title><form><input name=user><button>Go</button></form>",
        "<html><body></body></html>",
        "<html><body><div id=root></div><script>render()</script></body></html>",
        "<ul>" + "<li><a href='/a'>Weather</a></li><li><a href='/b'>Ferry times</a></li>" * 40 + "</ul>",
    ],
)
def test_page_without_article_is_refused(page: str) -> None:
    with pytest.raises(IngestError, match="No article text was found"):
        read_document(page.encode(), media_type="text/html")


def test_endlessly_nested_page_gives_an_answer() -> None:
    page = b"<html><body>" + b"<div>" * 20_000 + f"<p>{ARTICLE}</p>".encode()
    with pytest.raises(IngestError):
        read_document(page, media_type="text/html")


def test_pdf_lines_become_paragraphs_again() -> None:
    page = (
        "Ferry line closes after council vote\n\n"
        "The council of Port Ellery voted on Monday to close the ferry\nline in spring, mayor Ines Duarte said. "
        "She gave no rea-\nson.\n\nOpposition leader Tom Vance accused the mayor of hiding what\nthe bridge will"
    )
    read = read_document(files.pdf(page + "\n1", "cost the town. “It is a shame,” he said.\n2", title="The ferry"))
    assert read.text == (
        "Ferry line closes after council vote\n\n"
        "The council of Port Ellery voted on Monday to close the ferry line in spring, mayor Ines Duarte said. "
        "She gave no reason.\n\n"
        "Opposition leader Tom Vance accused the mayor of hiding what the bridge will cost the town. "
        "“It is a shame,” he said."
    )
    assert (read.title, read.byline, read.media_type) == ("The ferry", "Mara Quill", "application/pdf")


def test_pdf_that_forbids_only_changes_is_read() -> None:
    data = files.encrypted(files.pdf(files.PARAGRAPHS[0]), user_password="")
    assert read_document(data).text == files.PARAGRAPHS[0]


def test_docx_gives_paragraphs_title_and_author() -> None:
    read = read_document(files.docx(files.TITLE, *files.PARAGRAPHS, title="The ferry"), file_name="ferry.docx")
    assert read.text == f"{files.TITLE}\n\n{ARTICLE}"
    assert (read.title, read.byline, read.media_type) == ("The ferry", "Mara Quill", DOCX)
    assert read_document(files.docx(files.TITLE, *files.PARAGRAPHS)).title == files.TITLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_in_every_unicode_encoding(encoding: str) -> None:
    read = read_document(ARTICLE.replace("\n", "\r\n").encode(encoding), file_name="ferry.txt")
    assert (read.text, read.media_type, read.warnings) == (ARTICLE, "text/plain", ())


def test_windows_text_is_read_and_says_that_its_encoding_was_guessed() -> None:
    read = read_document(f"Zoë Café – {ARTICLE}".encode("cp1252"), file_name="ferry.txt")
    assert read.text.startswith("Zoë Café – The council")
    assert "Windows-1252" in read.warnings[0]
    declared = read_document("Český mayor said no.".encode("iso-8859-2"), media_type="text/plain; charset=iso-8859-2")
    assert (declared.text, declared.warnings) == ("Český mayor said no.", ())


def test_text_that_is_not_english_is_flagged() -> None:
    text = "Le maire a déclaré lundi que la ligne de ferry serait fermée au printemps, faute de moyens."
    read = read_document(text.encode(), file_name="bac.txt")
    assert read.language == "fr"
    assert read.warnings == ("The text does not seem to be English (language code: fr).",)


def test_a_short_text_is_still_a_text() -> None:
    assert read_document(b"BM said it would not.").text == "BM said it would not."
    assert read_document(b"Vance said 3 < 4, and <b> is a tag.", file_name="a.txt").media_type == "text/plain"


@pytest.mark.parametrize(
    ("data", "file_name", "message"),
    [
        (b"", "a.txt", "empty"),
        (b" \r\n\xef\xbb\xbf", "a.txt", "empty"),
        (PNG, "a.txt", "PNG image"),
        (bytes(range(256)) * 40, "a.txt", "binary data"),
        (b"\xff\xfe" + b"\1\0\2\0\3\0\xff\xff" * 400, "a.txt", "binary data"),
        (b"\x1f\x8b\x08\0" + bytes(40), "a.html", "gzip"),
        (b"{\\rtf1 The mayor said no.}", "a.docx", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "a.docx", "password or older"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "feed.xml", "XML"),
        (b"The mayor said no.", "a.pdf", "named as a PDF"),
        (b"The mayor said no.", "a.docx", "named as a Word file"),
        (files.zipped({"a.txt": b"The mayor said no."}), "a.docx", "some other zip archive"),
        (files.zipped({"a.txt": b"The mayor said no."}), "a.zip", "zip archive"),
        (files.docx(ARTICLE)[:600], "a.docx", "broken"),
        (files.zipped({"word/document.xml": b"<w:document>"}), "a.docx", "could not be read"),
        (files.docx(), "a.docx", "No text was found"),
        (files.docx(ARTICLE, extra={"word/media/a.bin": bytes(101 * 2**20)}), "a.docx", "unpacks to far more"),
        (files.docx(ARTICLE, extra={"word/styles.xml": b" " * (21 * 2**20)}), "a.docx", "unpacks to far more"),
        (files.pdf(ARTICLE[:80])[:-40], "a.pdf", "its end is missing"),
        (b"%PDF-1.4\nnothing here\n%%EOF\n", "a.pdf", "could not be read"),
        (files.encrypted(files.pdf(ARTICLE[:80]), user_password="secret"), "a.pdf", "needs a password"),
        (files.pdf("", ""), "a.pdf", "No text found"),
        (files.pdf_bomb(), "a.pdf", "unpacks to far more"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(data: bytes, file_name: str, message: str) -> None:
    with pytest.raises(IngestError, match=message):
        read_document(data, file_name=file_name)


def test_size_and_length_are_bounded() -> None:
    with pytest.raises(IngestError, match="25 MB"):
        read_document(b"a" * (MAX_BYTES + 1))
    with pytest.raises(IngestError, match="2,000,000 characters"):
        read_document(b"The mayor said no. " * 110_000)
