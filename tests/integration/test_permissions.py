"""The truth table: who may do what, by role, and the check and its yes-or-no twin agree."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from claims import permissions
from claims.models import Claim, Rating, Review, User
from claims.roles import ADMIN_PERMISSIONS, Role, give_role, roles_of, write_roles
from claims.scale import DEFAULT_SCALE, write_default_scale
from claims.workflow import Move
from tests import recipes

pytestmark = pytest.mark.django_db

# Who can, of: stranger, no role, reader, reviewer, librarian, editor, administrator, superuser,
# inactive administrator.
COLUMNS = ("stranger", "no role", *Role.values, "superuser", "inactive")
READ = "..xxxxxx."
LIBRARY_OR_REVIEW = "...xxxxx."
REVIEW = "...x.xxx."
EDIT = ".....xxx."
LIBRARY = "....x.xx."
ADMINISTER = "......xx."
NOBODY = "........."


def claim(state: str = "new") -> Claim:
    if state == "decided":
        return recipes.decided_claim()
    return recipes.claim(state=state, dismissal_reason="trivial" if state == "dismissed" else "")


def somebodys(state: str = "draft") -> Review:
    return recipes.review(state=state)


TABLE: list[tuple[str, Callable[[], tuple[Any, ...]], str]] = [
    ("read", lambda: (), READ),
    ("add_article", lambda: (), LIBRARY_OR_REVIEW),
    ("edit_article", lambda: (recipes.article(),), LIBRARY_OR_REVIEW),
    ("add_statement", lambda: (recipes.article(),), REVIEW),
    ("edit_statement", lambda: (recipes.statement(),), REVIEW),
    ("edit_statement", lambda: (recipes.statement(claim=claim("decided")),), EDIT),
    ("set_sources", lambda: (recipes.statement(),), LIBRARY_OR_REVIEW),
    ("edit_claim", lambda: (claim(),), REVIEW),
    ("edit_claim", lambda: (claim("decided"),), EDIT),
    ("join_claims", lambda: (claim(), claim()), REVIEW),
    ("join_claims", lambda: (claim("decided"), claim()), EDIT),
    ("join_claims", lambda: (claim("dismissed"), claim()), NOBODY),
    ("move", lambda: (claim(), Move.START), REVIEW),
    ("move", lambda: (claim(), Move.DECIDE), NOBODY),
    ("dismiss", lambda: (claim(),), REVIEW),
    ("dismiss", lambda: (claim("in_review"),), REVIEW),
    ("dismiss", lambda: (claim("decided"),), EDIT),
    ("dismiss", lambda: (claim("dismissed"),), NOBODY),
    ("restore", lambda: (claim("dismissed"),), REVIEW),
    ("restore", lambda: (claim(),), NOBODY),
    ("reopen", lambda: (claim("decided"),), EDIT),
    ("reopen", lambda: (claim(),), NOBODY),
    ("review", lambda: (claim(),), REVIEW),
    ("review", lambda: (claim("in_review"),), REVIEW),
    ("review", lambda: (claim("decided"),), NOBODY),
    ("review", lambda: (claim("dismissed"),), NOBODY),
    ("read_review", lambda: (somebodys(),), EDIT),
    ("read_review", lambda: (somebodys("submitted"),), READ),
    ("edit_review", lambda: (somebodys(),), NOBODY),
    ("withdraw_review", lambda: (somebodys(),), EDIT),
    ("withdraw_review", lambda: (somebodys("submitted"),), NOBODY),
    ("manage_sources", lambda: (), LIBRARY),
    ("read_precision", lambda: (), EDIT),
    ("read_history", lambda: (), EDIT),
    ("redact", lambda: (), ADMINISTER),
    ("manage_ratings", lambda: (), ADMINISTER),
    ("manage_users", lambda: (), ADMINISTER),
]


@pytest.fixture
def people() -> dict[str, Any]:
    return {
        "stranger": AnonymousUser(),
        "no role": recipes.user(None),
        **{role.value: recipes.user(role) for role in Role},
        "superuser": recipes.user(None, is_superuser=True),
        "inactive": recipes.user(Role.ADMINISTRATOR, is_active=False),
    }


def test_no_rule_is_untested() -> None:
    checks = {name.removeprefix("check_") for name in dir(permissions) if name.startswith("check_")}
    cans = {name.removeprefix("can_") for name in dir(permissions) if name.startswith("can_")}
    assert checks == cans == {rule for rule, _, _ in TABLE}


@pytest.mark.parametrize(("rule", "objects", "expected"), TABLE)
def test_truth_table(rule: str, objects: Callable[[], tuple[Any, ...]], expected: str, people: dict[str, Any]) -> None:
    check, can = getattr(permissions, f"check_{rule}"), getattr(permissions, f"can_{rule}")
    about = objects()
    answers = ""
    for name in COLUMNS:
        answers += "x" if can(people[name], *about) else "."
        if answers[-1] == "x":
            check(people[name], *about)
        else:
            with pytest.raises(PermissionDenied, match=r"[A-Z].+\.$"):
                check(people[name], *about)
    assert answers == expected


def test_authors_work_on_their_own_drafts_only_while_they_are_drafts() -> None:
    draft = recipes.review(claim=claim("in_review"))
    assert permissions.can_edit_review(draft.reviewer, draft)
    assert permissions.can_read_review(draft.reviewer, draft)
    assert permissions.can_withdraw_review(draft.reviewer, draft)
    submitted = recipes.review(state="submitted")
    assert not permissions.can_edit_review(submitted.reviewer, submitted)


def test_authors_reopen_and_dismiss_what_they_decided() -> None:
    decided = recipes.decided_claim()
    assert decided.decided_review is not None
    assert permissions.can_reopen(decided.decided_review.reviewer, decided)
    assert permissions.can_dismiss(decided.decided_review.reviewer, decided)


def test_a_draft_rests_while_its_claim_is_dismissed() -> None:
    draft = recipes.review(claim=claim("dismissed"))
    with pytest.raises(PermissionDenied, match="This claim is dismissed"):
        permissions.check_edit_review(draft.reviewer, draft)


def test_a_claim_joins_neither_itself_nor_one_that_was_joined() -> None:
    first, reviewer = claim(), recipes.user()
    joined = recipes.claim(state="dismissed", dismissal_reason="duplicate", duplicate_of=first)
    assert not permissions.can_join_claims(reviewer, first, first)
    assert not permissions.can_join_claims(reviewer, first, joined)


def test_roles_cost_one_query_a_request(django_assert_num_queries: Any) -> None:
    person = recipes.user(Role.EDITOR)
    with django_assert_num_queries(1):
        roles_of(person)
        roles_of(person)


# --- What setup writes ------------------------------------------------------------------------------------


def test_setup_writes_roles_once_and_leaves_changes_alone() -> None:
    write_roles()
    librarian = Group.objects.get(name=Role.LIBRARIAN)
    names = set(librarian.permissions.values_list("codename", flat=True))
    assert {"change_source", "add_alias", "view_claim"} <= names
    assert not names & {"change_claim", "change_user", "change_rating"}
    librarian.permissions.clear()
    write_roles()
    assert not librarian.permissions.exists()
    assert Group.objects.count() == len(Role)


def test_setup_writes_both_as_often_as_one_likes() -> None:
    call_command("setup", verbosity=0)
    call_command("setup", verbosity=0)
    assert Group.objects.count() == len(Role)
    assert Rating.objects.count() == len(DEFAULT_SCALE)


def test_every_admin_permission_exists() -> None:
    write_roles()
    for role, models in ADMIN_PERMISSIONS.items():
        assert Group.objects.get(name=role).permissions.count() == sum(map(len, models.values()))


def test_roles_of_the_admin_let_people_in_there() -> None:
    person = recipes.user(Role.REVIEWER)
    assert not person.is_staff
    give_role(person, Role.LIBRARIAN)
    assert User.objects.get(pk=person.pk).is_staff
    assert roles_of(person) == {Role.READER, Role.REVIEWER, Role.LIBRARIAN}


def test_setup_writes_the_scale_once_and_leaves_changes_alone() -> None:
    write_default_scale()
    assert [rating.label for rating in Rating.objects.offered()] == [row[0] for row in DEFAULT_SCALE]
    Rating.objects.filter(label="Half true").delete()
    Rating.objects.filter(label="True").update(label="Correct", meaning="It is so.")
    write_default_scale()
    assert Rating.objects.count() == len(DEFAULT_SCALE) - 1
    assert Rating.objects.filter(label="Correct", meaning="It is so.").exists()
