"""The widget for moments shows what browsers accept."""

import pytest

from claims.forms.widgets import MomentInput


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-11-25T10:00", "2026-11-25T10:00"),
        ("2026-11-25T10:00:07+00:00", "2026-11-25T10:00:07"),
        ("2026-11-25T11:00:07.000001+01:00", "2026-11-25T10:00:07.001"),
        ("2026-11-25T10:00:07.999999Z", "2026-11-25T10:00:08"),
        ("2026-13-25T10:00", "2026-13-25T10:00"),
        ("yesterday", "yesterday"),
        ("", None),
        (None, None),
    ],
)
def test_to_the_millisecond_and_never_earlier(given: str | None, shown: str | None) -> None:
    assert MomentInput().format_value(given) == shown
