"""What a text says about itself, and what must not be read into it."""

from datetime import date, timedelta

import pytest

from claims.ingest import guess

BODY = "The mayor of Port Ellery said that the ferry would not come again, and that nobody would miss it very much."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PORT ELLERY, Sept. 8, 2012 (AFP) — The mayor said no.", date(2012, 9, 8)),
        ("Port Ellery, Northmark, 8 September 2012 (Interfax) – The mayor said no.", date(2012, 9, 8)),
        ("8 September 2012", date(2012, 9, 8)),
        ("Saturday, September 8th, 2012", date(2012, 9, 8)),
        ("Published: 2012-09-08 10:12 CET", date(2012, 9, 8)),
        ("Updated Sept 8, 2012 at 10:12 a.m. EST", date(2012, 9, 8)),
        ("8.9.2012", date(2012, 9, 8)),
        ("By Mara Quill | 8 September 2012", date(2012, 9, 8)),
        # The year is missing: any year would be invented.
        ("PORT ELLERY, Sept 8 (Reuters) - The mayor said no.", None),
        # One day in London, another in New York.
        ("08/09/2012", None),
        ("31 February 2012", None),
        ("Council recalls the flood of 8 September 2012", None),
        ("On 8 September 2012 the mayor said no.", None),
        ((date.today() + timedelta(days=40)).isoformat(), None),  # noqa: DTZ011
    ],
)
def test_date_is_read_where_articles_carry_it(line: str, expected: date | None) -> None:
    assert guess(f"{line}\n\n{BODY}").published == expected


def test_date_of_the_copyright_line() -> None:
    assert guess(f"{BODY}\n\nCopyright AFP, 8 September 2012").published == date(2012, 9, 8)
    assert guess(f"{BODY}\n\nCopyright AFP (Agence France-Presse), 2012").published is None


def test_date_is_not_taken_from_the_running_text() -> None:
    assert guess("\n\n".join([BODY] * 4 + ["He was born on 8 September 2012."] + [BODY] * 4)).published is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PORT ELLERY (AP) — The mayor said no.", "AP"),
        ("PORT ELLERY, Sept 8 (Reuters) - The mayor said no.", "Reuters"),
        ("BEIJING, Sept. 8 (Xinhua) -- The mayor said no.", "Xinhua"),
        ("MOSCOW, September 8. /TASS/. The mayor said no.", "TASS"),
        (f"By Mara Quill, Associated Press\n{BODY}", "AP"),
        (f"{BODY}\n\nCopyright AFP (Agence France-Presse), 2012", "AFP"),
        (f"{BODY}\n\nSource: dpa", "dpa"),
        (f"{BODY} (Reporting by Mara Quill; EFE)", "EFE"),
        (f"{BODY}\n\nANSA", "ANSA"),
        ("The minister told Reuters that TASS had been wrong.", None),
        ("The AP class was over when PA systems failed.", None),
        (BODY, None),
    ],
)
def test_wire_agency_is_the_one_that_is_credited(text: str, expected: str | None) -> None:
    assert guess(text).wire_agency == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Ferry line closes in spring\n\n{BODY}", "Ferry line closes in spring"),
        (f"Will the ferry ever come back?\n{BODY}", "Will the ferry ever come back?"),
        (f"The ferry line closes.\n\n{BODY}", None),
        (f"8 September 2012, Saturday\n\n{BODY}", None),
        (f"By Mara Quill and Jon Reed\n\n{BODY}", None),
        (f"{BODY}\n\nShort line at the end", None),
        ("Ferry line closes in spring", None),
        ("", None),
    ],
)
def test_title_is_a_short_first_line_without_a_stop(text: str, expected: str | None) -> None:
    assert guess(text).title == expected


def test_outlet_is_the_owner_of_the_copyright_unless_that_is_an_agency() -> None:
    assert guess(f"{BODY}\n\n© 2024 The Harbour Courier. All rights reserved.").outlet == "The Harbour Courier"
    assert guess(f"{BODY}\n\nCopyright AFP (Agence France-Presse), 2012").outlet is None


def test_language_is_said_only_when_sure() -> None:
    assert guess(BODY).language == "en"
    assert guess("No.").language is None
    assert guess("").language is None
    assert guess("x" * 1_000_000).title is None
