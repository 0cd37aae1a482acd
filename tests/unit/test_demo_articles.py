"""The invented articles of the demo desk and the pasted summit article are well-formed material."""

import json
import unicodedata
from collections import Counter
from datetime import datetime
from email.message import Message
from email.parser import Parser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
ARTICLES = sorted((ROOT / "claims" / "demo" / "articles").glob("*.txt"))
FILES = ROOT / "tests" / "files"


def read(path: Path) -> Message:
    return Parser().parsestr(path.read_text(encoding="utf-8"))


def body(path: Path) -> str:
    text = read(path).get_payload()
    assert isinstance(text, str)
    return text


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_article_has_headers_and_a_body(path: Path) -> None:
    message = read(path)
    for header in ("Title", "Outlet", "Domain", "Address", "Byline", "Published"):
        assert message[header], header
    assert datetime.fromisoformat(message["Published"]).tzinfo is not None
    host = urlsplit(message["Address"]).hostname or ""
    # Reserved by RFC 2606: no address in the demo can ever lead to somebody's real site.
    assert message["Domain"].endswith(".example")
    assert host.removeprefix("www.") == message["Domain"]
    assert 250 <= len(body(path).split()) <= 700


def test_desk_has_enough_to_compare() -> None:
    messages = [read(path) for path in ARTICLES]
    assert len(messages) >= 16
    assert len({message["Address"] for message in messages}) == len(messages)
    assert len({message["Domain"] for message in messages}) >= 6
    assert len({(message["Domain"], message["Outlet"]) for message in messages}) == len(
        {message["Domain"] for message in messages}
    )


def test_wire_story_is_reprinted_by_two_outlets() -> None:
    paragraphs = Counter(paragraph for path in ARTICLES if read(path)["Wire"] for paragraph in body(path).split("\n\n"))
    assert sum(count == 2 for count in paragraphs.values()) >= 8


def test_one_article_keeps_its_combining_accent_and_emoji() -> None:
    text = body(ROOT / "claims" / "demo" / "articles" / "gull-vaccine-chef.txt")
    assert unicodedata.normalize("NFC", text) != text
    assert any(ord(character) > 0xFFFF for character in text)


@pytest.mark.parametrize("name", ["summit.json", "summit-more.json"])
def test_expected_statements_stand_in_the_summit_article(name: str) -> None:
    text = (FILES / "summit.txt").read_text(encoding="utf-8")
    expected = json.loads((FILES / name).read_text(encoding="utf-8"))
    assert len(expected) >= 6
    for statement in expected:
        assert statement["cue"] in text
        assert statement["content_contains"] in text
        assert statement["speaker"] is None or statement["speaker"] in text
