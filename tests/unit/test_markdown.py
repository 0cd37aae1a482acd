"""Rationales: markdown comes out as safe HTML whatever goes in."""

import pytest

from claims.markdown import to_html


def test_markdown_becomes_html() -> None:
    assert to_html("It *fell*.\n\n> Then it rose.") == (
        "<p>It <em>fell</em>.</p>\n<blockquote>\n<p>Then it rose.</p>\n</blockquote>\n"
    )


def test_headings_stand_below_those_of_the_page() -> None:
    assert to_html("# Figures") == "<h3>Figures</h3>\n"


def test_links_tell_search_engines_and_readers_nothing() -> None:
    assert to_html("[office](https://example.org)") == (
        '<p><a href="https://example.org" rel="noopener nofollow">office</a></p>\n'
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/track.gif)",
        "[x](data:text/html;base64,AAAA)",
    ],
)
def test_nothing_dangerous_gets_through(wrong: str) -> None:
    html = to_html(wrong)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
