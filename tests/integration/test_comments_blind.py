"""Who reads which comments while the reviews of a claim are blind."""

from typing import Any

import pytest
from django.test import Client

from claims import permissions
from claims.actions.commenting import add_comment, edit_comment
from claims.actions.reviewing import reopen_claim, submit_review
from claims.actions.settling import set_reviews_needed
from claims.models import Claim, Comment, DeskSettings, Notification, Rating
from claims.roles import Role, give_role
from tests import recipes
from tests.integration.desk import Desk, make_desk
from tests.integration.test_comments import said, words_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Desk:
    return make_desk(client)


def begun(desk: Desk) -> None:
    """Ana has a draft on a claim that gets two reviews."""
    set_reviews_needed(claim=desk.claim, needed=2, by=desk.ana)
    desk.claim.refresh_from_db()
    desk.draft(rating=Rating.objects.all()[0], no_citation_reason="Plain.")


def submitted(desk: Desk) -> None:
    begun(desk)
    review = desk.claim.reviews.get()
    submit_review(review=review, by=desk.ana, expected_version=review.version)
    desk.claim.refresh_from_db()


def test_what_was_written_before_the_review_began_stays_readable(desk: Desk) -> None:
    comment = said(desk)
    submitted(desk)
    assert permissions.can_read_comment(recipes.user(), Comment.objects.get(pk=comment.pk))


@pytest.mark.parametrize("stage", [begun, submitted])
def test_what_a_reviewer_writes_from_the_draft_on_is_read_by_nobody_else(desk: Desk, stage: Any) -> None:
    stage(desk)
    assert "hidden from everybody else until both reviews are in" in desk.client.get(desk.address).text
    comment = said(desk, "zebra")
    assert "Only you read this until both reviews are in" in desk.client.get(desk.address).text
    for person in (recipes.user(), recipes.user(Role.EDITOR), recipes.user(Role.ADMINISTRATOR)):
        assert not permissions.can_read_comment(person, comment)
        desk.client.force_login(person)
        page = desk.client.get(desk.address).text
        assert "zebra" not in page
        assert "1 more can be read once both reviews are in" in page
        assert desk.client.get(f"/comments/{comment.pk}/?show").status_code == 403
        assert desk.client.post(f"/comments/{comment.pk}/delete/").status_code == 403


def test_what_others_write_meanwhile_is_read_by_everybody(desk: Desk) -> None:
    submitted(desk)
    comment = said(desk, by=recipes.user())
    assert permissions.can_read_comment(recipes.user(), comment)
    assert permissions.can_read_comment(desk.ana, comment)


def test_an_edit_after_the_review_hides_what_was_readable(desk: Desk) -> None:
    comment = said(desk)
    submitted(desk)
    edit_comment(comment=comment, text="It is false", by=desk.ana, expected_version=comment.version)
    assert not permissions.can_read_comment(recipes.user(), Comment.objects.get(pk=comment.pk))


def test_all_is_told_once_the_second_review_is_in(desk: Desk) -> None:
    submitted(desk)
    comment = said(desk)
    Claim.objects.filter(pk=desk.claim.pk).update(state="disputed")
    assert permissions.can_read_comment(recipes.user(Role.READER), Comment.objects.get(pk=comment.pk))


def test_a_claim_that_is_reopened_keeps_back_what_was_written_while_all_could_be_read(desk: Desk) -> None:
    """By everybody, and also what they write from then on: they have read both reviews, or could have."""
    claim = recipes.claim(reviews_needed=2)
    review = recipes.review(claim=claim, state="submitted")
    claim.decided_review, claim.state = review, "decided"
    claim.save()
    ben = recipes.user()
    while_told = add_comment(claim=claim, text="So it is false", by=ben).comment
    reopen_claim(claim=claim, by=recipes.user(Role.EDITOR), reason="New figures")
    afterwards = add_comment(claim=claim, text="I still think so", by=ben).comment
    for comment in Comment.objects.filter(pk__in=[while_told.pk, afterwards.pk]):
        assert permissions.can_read_comment(ben, comment)
        assert not permissions.can_read_comment(recipes.user(), comment)


def test_who_reads_a_reviewers_comment_may_pass_it_on_and_counts_as_informed(desk: Desk) -> None:
    desk.draft()
    said(desk, "I think it is false")
    ben = recipes.user(Role.READER)
    give_role(ben, Role.LIBRARIAN)
    assert permissions.could_know_reviews(ben, desk.claim)
    set_reviews_needed(claim=Claim.objects.get(pk=desk.claim.pk), needed=2, by=desk.ana)
    assert not permissions.could_know_reviews(ben, desk.claim), "from now on they cannot read it"


@pytest.mark.parametrize("needed", [1, 2])
def test_rows_and_rule_of_reading_comments_are_the_same(needed: int) -> None:
    DeskSettings.objects.create(pk=1, reviews_needed=needed)
    people = [recipes.user(role) for role in (None, *Role)]
    for state in ("new", "in_review", "awaiting_second", "disputed", "dismissed"):
        for own_number in (None, 1, 2):
            for informed in (False, True):
                reason = "trivial" if state == "dismissed" else ""
                claim = recipes.claim(state=state, reviews_needed=own_number, dismissal_reason=reason)
                Comment.objects.create(claim=claim, author=people[2], text="x", informed=informed)
    decided = recipes.decided_claim(reviews_needed=2)
    Comment.objects.create(claim=decided, author=people[2], text="x", informed=True)
    for person in people:
        every = Comment.objects.select_related("claim")
        readable = {comment for comment in every if permissions.can_read_comment(person, comment)}
        assert readable == set(permissions.readable_comments(person))


def test_a_kept_back_comment_marks_no_words_and_notifies_nobody_yet(desk: Desk) -> None:
    ben = recipes.user(username="ben")
    submitted(desk)
    said(desk, "@ben", words=words_at(desk, 14, 21))
    desk.client.force_login(ben)
    assert 'class="commented"' not in desk.client.get(desk.address).text
    assert Notification.objects.filter(user=ben).exists()
    assert not permissions.readable_notifications(ben).exists()
    Claim.objects.filter(pk=desk.claim.pk).update(state="disputed")
    assert permissions.readable_notifications(ben).exists()
