"""Django finds mistakes in a template only when it is rendered; this compiles all of ours."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER: Path = settings.BASE_DIR / "templates"


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.html")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_compiles(path: Path) -> None:
    get_template(str(path.relative_to(FOLDER)))
