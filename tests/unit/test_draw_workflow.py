"""`manage.py draw_workflow` draws every transition, and its check notices a page that differs."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from claims.diagram import workflow_page
from claims.workflow import TRANSITIONS


def test_every_transition_is_an_arrow_and_a_row() -> None:
    lines = workflow_page().splitlines()
    for row in TRANSITIONS:
        assert f"    {row.before} --> {row.after}: {row.move}" in lines
        assert sum(line.startswith(f"| {row.move} | {row.before.label} | {row.after.label} |") for line in lines) == 1


def test_the_check_passes_on_what_was_drawn_and_on_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    page = tmp_path / "docs" / "workflow.md"
    page.parent.mkdir()
    with pytest.raises(CommandError, match="differs"):
        call_command("draw_workflow", check=True)
    call_command("draw_workflow")
    call_command("draw_workflow", check=True)
    page.write_text(page.read_text().replace("reopen", "open again"))
    with pytest.raises(CommandError, match="differs"):
        call_command("draw_workflow", check=True)
    assert "open again" in page.read_text()
