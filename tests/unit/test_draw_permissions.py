"""`manage.py draw_permissions` asks every rule, and its check notices a page that differs."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from claims import permission_matrix, permissions
from claims.permission_matrix import ONESELF, SOMEBODY, STANDINGS, people, permissions_page, rows_of, rules
from claims.workflow import State


def test_every_rule_is_asked_for_everybody() -> None:
    page = permissions_page()
    for rule in rules():
        assert f"| `{rule}` |" in page
        assert all(set(row.answers) == set(people()) for row in rows_of(rule))


def test_cases_are_together_only_where_they_make_no_difference() -> None:
    rows = rows_of("reopen")
    decided = [row for row in rows if State.DECIDED.label in row.cases["claim"]]
    [own] = [row for row in decided if row.cases["reviewed by"] == (ONESELF,)]
    [theirs] = [row for row in decided if row.cases["reviewed by"] == (SOMEBODY,)]
    assert own.answers["reviewer"]
    assert not theirs.answers["reviewer"]
    assert theirs.answers["editor"]
    assert {standing for row in rows for standing in row.cases["claim"]} == set(STANDINGS)


def test_nobody_without_a_role_may_do_anything() -> None:
    for rule in rules():
        for row in rows_of(rule):
            assert not any(row.answers[name] for name in ("not signed in", "no role", "switched off"))


def test_an_argument_that_nobody_can_make_says_what_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_sing(user: object, song: Path) -> None:
        """Sing."""

    monkeypatch.setattr(permissions, "check_sing", check_sing, raising=False)
    monkeypatch.setattr(permissions, "can_sing", lambda *_: True, raising=False)
    with pytest.raises(LookupError, match="check_sing takes `song: Path`: say in MAKERS"):
        permissions_page()
    monkeypatch.setitem(permission_matrix.MAKERS, Path, lambda _me, _other: [({"song": "loud"}, Path())])
    assert "| `sing` | Sing |" in permissions_page()


def test_the_check_passes_on_what_was_drawn_and_on_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    page = tmp_path / "docs" / "permissions.md"
    page.parent.mkdir()
    with pytest.raises(CommandError, match="differs"):
        call_command("draw_permissions", check=True)
    call_command("draw_permissions")
    call_command("draw_permissions", check=True)
    page.write_text(page.read_text().replace("yes", "no", 1))
    with pytest.raises(CommandError, match=r"docs/permissions.md differs .+ manage.py draw_permissions"):
        call_command("draw_permissions", check=True)
