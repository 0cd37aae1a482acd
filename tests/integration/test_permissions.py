"""The truth table: who may do what, by role, and the check and its yes-or-no twin agree."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from claims import permissions
from claims.desk import reviews_needed
from claims.models import BulkChange, Claim, Comment, DeskSettings, Rating, Review, SavedView, User
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
HELD = {"held_since": timezone.now(), "held_until": timezone.now() + timedelta(days=1)}


def claim(state: str = "new") -> Claim:
    if state == "decided":
        return recipes.decided_claim()
    if state in ("awaiting_second", "disputed"):
        return recipes.reviewed_claim(*(recipes.rating() for _ in range(1 if state == "awaiting_second" else 2)))
    return recipes.claim(state=state, dismissal_reason="trivial" if state == "dismissed" else "")


def dismissed_after_review() -> Claim:
    """A claim whose review counts again once the dismissal is taken back."""
    return recipes.reviewed_claim(recipes.rating(), state="dismissed", dismissal_reason="trivial")


def held() -> Claim:
    """A claim that somebody has taken."""
    return recipes.claim(held_by=recipes.user(), **HELD)


def many(**fields: Any) -> BulkChange:
    """Something that somebody did to many claims."""
    return BulkChange.objects.create(by=recipes.user(), kind="dismiss", count=1, **fields)


def view(*, shared: bool) -> SavedView:
    """A view that somebody saved."""
    return SavedView.objects.create(owner=recipes.user(), name="Mine", query="state=new", shared=shared)


def deleted_comment(**fields: Any) -> Comment:
    """A comment that somebody took away."""
    return recipes.comment(text="", deleted_at=timezone.now(), deleted_by=recipes.user(), **fields)


def somebodys(state: str = "draft") -> Review:
    return recipes.review(state=state)


def one_of_two(claim_state: str, state: str = "submitted") -> Review:
    """A review of a claim that needs two, another of which decided it where it is decided."""
    about = recipes.claim(reviews_needed=2)
    made = recipes.review(claim=about, state=state)
    decided = recipes.review(claim=about, state="submitted") if claim_state == "decided" else None
    Claim.objects.filter(pk=about.pk).update(
        state=claim_state,
        decided_review=decided,
        dismissal_reason="trivial" if claim_state == "dismissed" else "",
    )
    return Review.objects.get(pk=made.pk)


TABLE: list[tuple[str, Callable[[], tuple[Any, ...]], str]] = [
    ("read", lambda: (), READ),
    ("add_article", lambda: (), LIBRARY_OR_REVIEW),
    ("edit_article", lambda: (recipes.article(),), LIBRARY_OR_REVIEW),
    ("add_statement", lambda: (recipes.article().shown_version,), REVIEW),
    ("add_statement", lambda: (recipes.article("██████").shown_version,), NOBODY),
    ("edit_statement", lambda: (recipes.statement(),), REVIEW),
    ("edit_statement", lambda: (recipes.statement(claim=claim("decided")),), EDIT),
    ("edit_statement", lambda: (recipes.statement(claim=claim("dismissed")),), REVIEW),
    ("edit_statement", lambda: (recipes.statement(claim=dismissed_after_review()),), EDIT),
    ("edit_statement", lambda: (recipes.statement(article_version=recipes.article("█" * 60).shown_version),), NOBODY),
    ("set_sources", lambda: (recipes.statement(),), LIBRARY_OR_REVIEW),
    ("edit_claim", lambda: (claim(),), REVIEW),
    ("edit_claim", lambda: (claim("awaiting_second"),), EDIT),
    ("edit_claim", lambda: (claim("disputed"),), EDIT),
    ("edit_claim", lambda: (claim("decided"),), EDIT),
    ("edit_claim", lambda: (claim("dismissed"),), REVIEW),
    ("edit_claim", lambda: (dismissed_after_review(),), EDIT),
    ("join_claims", lambda: (claim(), claim()), REVIEW),
    ("join_claims", lambda: (claim("decided"), claim()), EDIT),
    ("join_claims", lambda: (claim("dismissed"), claim()), NOBODY),
    ("move", lambda: (claim(), Move.START), REVIEW),
    ("move", lambda: (claim(), Move.DECIDE), NOBODY),
    ("dismiss", lambda: (claim(),), REVIEW),
    ("dismiss", lambda: (claim("in_review"),), REVIEW),
    ("dismiss", lambda: (claim("awaiting_second"),), REVIEW),
    ("dismiss", lambda: (claim("disputed"),), EDIT),
    ("dismiss", lambda: (claim("decided"),), EDIT),
    ("dismiss", lambda: (claim("dismissed"),), NOBODY),
    ("restore", lambda: (claim("dismissed"),), REVIEW),
    ("restore", lambda: (claim(),), NOBODY),
    ("reopen", lambda: (claim("decided"),), EDIT),
    ("reopen", lambda: (claim("awaiting_second"),), EDIT),
    ("reopen", lambda: (claim("disputed"),), NOBODY),
    ("reopen", lambda: (claim(),), NOBODY),
    ("move", lambda: (claim("in_review"), Move.SUBMIT), REVIEW),
    ("move", lambda: (claim("awaiting_second"), Move.DECIDE), REVIEW),
    ("move", lambda: (claim("awaiting_second"), Move.DISPUTE), REVIEW),
    ("settle", lambda: (claim("disputed"),), EDIT),
    ("settle", lambda: (claim("awaiting_second"),), NOBODY),
    ("settle", lambda: (claim("decided"),), NOBODY),
    ("set_reviews_needed", lambda: (claim(), 2), REVIEW),
    ("set_reviews_needed", lambda: (claim("in_review"), 2), REVIEW),
    ("set_reviews_needed", lambda: (claim("decided"), 2), NOBODY),
    ("set_reviews_needed", lambda: (recipes.claim(reviews_needed=2), 1), EDIT),
    ("set_reviews_needed", lambda: (claim("awaiting_second"), 1), NOBODY),
    ("tag", lambda: (claim(),), REVIEW),
    ("tag", lambda: (claim("decided"),), REVIEW),
    ("manage_tags", lambda: (), LIBRARY),
    ("set_due", lambda: (claim(),), REVIEW),
    ("set_due", lambda: (claim("disputed"),), REVIEW),
    ("set_due", lambda: (claim("decided"),), NOBODY),
    ("set_due", lambda: (claim("dismissed"),), NOBODY),
    ("save_view", lambda: (), READ),
    ("share_view", lambda: (), REVIEW),
    ("change_view", lambda: (view(shared=True),), EDIT),
    ("change_view", lambda: (view(shared=False),), NOBODY),
    ("take_next", lambda: (), REVIEW),
    ("take", lambda: (claim(),), REVIEW),
    ("take", lambda: (held(),), NOBODY),
    ("take", lambda: (claim("decided"),), NOBODY),
    ("release", lambda: (held(),), EDIT),
    ("release", lambda: (claim(),), NOBODY),
    ("assign", lambda: (claim(),), EDIT),
    ("assign", lambda: (held(),), EDIT),
    ("assign", lambda: (claim("dismissed"),), NOBODY),
    ("change_many", lambda: (), REVIEW),
    ("undo_many", lambda: (many(),), EDIT),
    ("undo_many", lambda: (many(undone_at=timezone.now()),), NOBODY),
    ("undo_many", lambda: (many(created_at=timezone.now() - timedelta(minutes=11)),), NOBODY),
    ("review", lambda: (claim(),), REVIEW),
    ("review", lambda: (claim("in_review"),), REVIEW),
    ("review", lambda: (claim("awaiting_second"),), REVIEW),
    ("review", lambda: (claim("disputed"),), NOBODY),
    ("review", lambda: (claim("decided"),), NOBODY),
    ("review", lambda: (claim("dismissed"),), NOBODY),
    ("read_review", lambda: (somebodys(),), EDIT),
    ("read_review", lambda: (somebodys("submitted"),), READ),
    ("read_review", lambda: (one_of_two("in_review", "draft"),), NOBODY),
    ("read_review", lambda: (one_of_two("in_review", "withdrawn"),), NOBODY),
    ("read_review", lambda: (one_of_two("awaiting_second"),), NOBODY),
    ("read_review", lambda: (one_of_two("dismissed"),), NOBODY),
    ("read_review", lambda: (one_of_two("disputed"),), READ),
    ("read_review", lambda: (one_of_two("decided"),), READ),
    ("read_review", lambda: (one_of_two("decided", "draft"),), EDIT),
    ("edit_review", lambda: (somebodys(),), NOBODY),
    ("withdraw_review", lambda: (somebodys(),), EDIT),
    ("withdraw_review", lambda: (somebodys("submitted"),), NOBODY),
    ("read_overruled", lambda: (), REVIEW),
    ("comment", lambda: (claim(),), LIBRARY_OR_REVIEW),
    ("comment", lambda: (claim("decided"),), LIBRARY_OR_REVIEW),
    ("read_comment", lambda: (recipes.comment(),), READ),
    ("read_comment", lambda: (recipes.comment(informed=True),), READ),
    ("read_comment", lambda: (recipes.comment(claim=claim("awaiting_second")),), READ),
    ("read_comment", lambda: (recipes.comment(claim=claim("awaiting_second"), informed=True),), NOBODY),
    ("read_comment", lambda: (recipes.comment(claim=claim("disputed"), informed=True),), READ),
    ("edit_comment", lambda: (recipes.comment(),), NOBODY),
    ("edit_comment", lambda: (deleted_comment(),), NOBODY),
    ("delete_comment", lambda: (recipes.comment(),), EDIT),
    ("delete_comment", lambda: (deleted_comment(),), NOBODY),
    ("delete_comment", lambda: (recipes.comment(claim=claim("awaiting_second"), informed=True),), NOBODY),
    ("manage_sources", lambda: (), LIBRARY),
    ("read_precision", lambda: (), EDIT),
    ("read_dashboard", lambda: (), EDIT),
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


def test_the_first_reviewer_is_not_the_second_one_and_may_take_the_first_back() -> None:
    awaiting = claim("awaiting_second")
    author = awaiting.reviews.get().reviewer
    with pytest.raises(PermissionDenied, match="Somebody else has to write the second"):
        permissions.check_review(author, awaiting)
    assert not permissions.can_move(author, awaiting, Move.DECIDE)
    assert permissions.can_reopen(author, awaiting)


def test_who_wrote_one_of_the_two_does_not_settle() -> None:
    disputed = claim("disputed")
    review = disputed.reviews.all()[0]
    give_role(review.reviewer, Role.EDITOR)
    with pytest.raises(PermissionDenied, match="Another editor settles"):
        permissions.check_settle(review.reviewer, disputed)


@pytest.mark.parametrize("needed", [1, 2])
def test_rows_and_rule_of_reading_reviews_are_the_same(needed: int, people: dict[str, Any]) -> None:
    DeskSettings.objects.create(pk=1, reviews_needed=needed)
    for state in ("new", "in_review", "awaiting_second", "disputed", "decided", "dismissed"):
        for own_number in (None, 1, 2):
            for about in ("draft", "submitted", "withdrawn"):
                made = one_of_two(state, about)
                Claim.objects.filter(pk=made.claim_id).update(reviews_needed=own_number)
    authors = [recipes.review().reviewer, recipes.review(state="submitted").reviewer]
    for person in [*people.values(), *authors]:
        readable = set(permissions.readable_reviews(person))
        every = Review.objects.select_related("claim")
        assert readable == {review for review in every if permissions.can_read_review(person, review)}


def test_the_desks_settings_cost_one_query_a_request(django_assert_num_queries: Any) -> None:
    person, about = recipes.user(), recipes.claim()
    with django_assert_num_queries(1):
        assert [reviews_needed(person, about) for _ in range(3)] == [1, 1, 1]


def test_holders_keep_give_back_and_hand_over_what_they_have() -> None:
    taken = held()
    assert permissions.can_take(taken.held_by, taken)
    assert permissions.can_release(taken.held_by, taken)
    assert permissions.can_assign(taken.held_by, taken)
    with pytest.raises(PermissionDenied, match=r"has taken this claim since \d\d:\d\d"):
        permissions.check_take(recipes.user(), taken)


def test_owners_change_their_views_shared_or_not() -> None:
    for shared in (True, False):
        own = view(shared=shared)
        assert permissions.can_change_view(own.owner, own)


def test_authors_change_and_delete_their_comments_while_they_stand() -> None:
    author = recipes.user()
    standing, gone = recipes.comment(author=author, informed=True), deleted_comment(author=author)
    Claim.objects.filter(pk=standing.claim_id).update(reviews_needed=2)
    standing.refresh_from_db()
    assert permissions.can_read_comment(author, standing)
    for rule in (permissions.can_edit_comment, permissions.can_delete_comment):
        assert rule(author, standing)
        assert not rule(author, gone)


def test_what_waits_for_somebody_is_what_they_may_act_on(people: dict[str, Any]) -> None:
    """Held together with the rules for one claim, for all roles and for who wrote a first review."""
    authors = [one_of_two("awaiting_second").reviewer, one_of_two("disputed").reviewer]
    for author in authors:
        give_role(author, Role.EDITOR)
    for state in ("new", "in_review", "awaiting_second", "disputed", "decided", "dismissed"):
        claim(state)
        recipes.claim(state=state) if state in ("new", "in_review") else None
    taken = claim("awaiting_second")
    Claim.objects.filter(pk=taken.pk).update(held_by=recipes.user(), **HELD)
    for person in [*people.values(), *authors]:
        waiting = set(permissions.claims_waiting_for(person))
        expected = {
            one
            for one in Claim.objects.select_related("held_by")
            if (one.state == "awaiting_second" and not one.is_held and permissions.can_review(person, one))
            or permissions.can_settle(person, one)
        }
        assert waiting == expected


def test_what_was_given_to_somebody_waits_for_them_and_what_they_took_does_not() -> None:
    ana = recipes.user()
    given = recipes.claim(held_by=ana, assigned_by=recipes.user(Role.EDITOR), **HELD)
    recipes.claim(held_by=ana, **HELD)
    lapsed = {"held_since": timezone.now(), "held_until": timezone.now()}
    recipes.claim(held_by=ana, assigned_by=recipes.user(Role.EDITOR), **lapsed)
    assert set(permissions.claims_waiting_for(ana)) == {given}
    second = claim("awaiting_second")
    Claim.objects.filter(pk=second.pk).update(held_by=ana, **HELD)
    assert set(permissions.claims_waiting_for(ana)) == {given, second}
    recipes.review(claim=given, reviewer=ana, state="submitted")
    assert set(permissions.claims_waiting_for(ana)) == {second}


def test_who_changed_many_claims_can_undo_it() -> None:
    change = many()
    assert permissions.can_undo_many(change.by, change)


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
