"""Every pair of colours that meets on a page reaches WCAG 2.2 AA, in light and in dark."""

import re
from pathlib import Path

import pytest

STYLESHEET = Path(__file__).parents[2] / "static" / "css" / "site.css"
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
TOKENS = {match[1]: (match[2], match[3]) for match in TOKEN.finditer(STYLESHEET.read_text())}
RATING_COLOURS = ["green", "lime", "amber", "orange", "red", "gray", "blue", "teal", "purple", "pink"]
TEXT, GRAPHIC = 4.5, 3.0

PAIRS = [
    *((ink, ground, TEXT)
      for ink in ("text", "muted", "accent", "accent-strong", "danger")
      for ground in ("page", "surface", "sunken", "hover", "selected")),
    *((f"rating-{colour}", f"rating-{colour}-tint", TEXT) for colour in RATING_COLOURS),
    *((f"rating-{colour}", "surface", TEXT) for colour in RATING_COLOURS),
    *((f"rating-{colour}", "sunken", GRAPHIC) for colour in RATING_COLOURS),  # the bar of a meter
    *((level, f"{level}-tint", TEXT) for level in ("danger", "success", "warning")),
    *((ink, f"{level}-tint", TEXT) for ink in ("text", "accent") for level in ("danger", "success", "warning")),
    *((part, f"{part}-tint", TEXT) for part in ("source", "cue", "content")),
    *(("text", ground, TEXT)
      for ground in ("source-tint", "cue-tint", "content-tint", "statement", "statement-deep", "statement-active")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("line-strong", "surface", GRAPHIC),  # the border of a field
    ("line-strong", "page", GRAPHIC),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_colours_that_meet_can_be_read(ink: str, ground: str, least: float, theme: int) -> None:
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= least
