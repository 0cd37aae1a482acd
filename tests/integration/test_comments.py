"""Talking about a claim: comments, the words that they are about, mentions, and who reads what while reviews are blind."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from claims.actions.commenting import Words, add_comment, delete_comment, edit_comment
from claims.actions.conflicts import ConflictError
from claims.actions.redacting import redact_article
from claims.events import events_of
from claims.models import Article, Comment, Mention, User
from claims.roles import Role
from tests import recipes
from tests.integration.desk import HTMX, Desk, make_desk

pytestmark = pytest.mark.django_db

EVIL = "<script>alert(1)</script> <img src=x onerror=alert(1)> @<b>ana</b>"


@pytest.fixture
def desk(client: Client) -> Desk:
    return make_desk(client)


def post(desk: Desk, *, htmx: bool = False, **data: Any) -> Any:
    return desk.client.post(f"{desk.address}comments/", data, headers=HTMX if htmx else {})


def said(desk: Desk, text: str = "Look at this", *, by: User | None = None, words: Words | None = None) -> Comment:
    return add_comment(claim=desk.claim, text=text, by=by or desk.ana, words=words).comment


def words_at(desk: Desk, start: int, end: int) -> Words:
    return Words(desk.statement.article_version, start, end)


# --- Writing ----------------------------------------------------------------------------------------------


def test_a_comment_is_written_and_stands_there_newest_last(desk: Desk) -> None:
    answer = post(desk, text="First **one**\r\nand more")
    comment = Comment.objects.get()
    assert answer.headers["Location"] == f"{desk.address}#comment-{comment.pk}"
    assert comment.text == "First **one**\nand more"
    post(desk, text="Second")
    page = desk.client.get(desk.address).text
    assert "<strong>one</strong>" in page
    assert page.index("First ") < page.index("Second")
    event = events_of(Comment).filter(pgh_obj_id=comment.pk).select_related("pgh_context").get()
    assert event.pgh_context.metadata["action"] == "add_comment"
    assert event.pgh_context.metadata["user"] == desk.ana.pk


@pytest.mark.parametrize(("text", "says"), [("", "A comment needs words."), ("x" * 20_001, "at most 20000")])
def test_what_is_refused_keeps_what_was_typed(desk: Desk, text: str, says: str) -> None:
    answer = post(desk, text=text, words="the dam")
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="the dam"' in answer.text
    assert f"{text}</textarea>" in answer.text
    assert not Comment.objects.exists()


def test_readers_read_and_do_not_write_and_strangers_sign_in(client: Client) -> None:
    desk = make_desk(client, Role.READER)
    said(desk, "For all", by=recipes.user())
    page = client.get(desk.address).text
    assert "For all" in page
    assert 'id="comment-new"' not in page
    assert post(desk, text="No").status_code == 403
    client.logout()
    assert "/accounts/login/" in post(desk, text="No").headers["Location"]
    assert Comment.objects.count() == 1


def test_librarians_comment(client: Client) -> None:
    desk = make_desk(client, Role.LIBRARIAN)
    assert post(desk, text="The outlet is another one").status_code == 302


def test_what_people_write_is_text(desk: Desk) -> None:
    said(desk, EVIL)
    page = desk.client.get(desk.address).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_the_fragment_is_a_comment_and_a_fresh_form(desk: Desk) -> None:
    piece = post(desk, htmx=True, text="Quick").text
    comment = Comment.objects.get()
    assert "<html" not in piece
    assert f'id="comment-{comment.pk}"' in piece
    assert 'hx-swap-oob="beforeend:#comment-list"' in piece
    assert "Quick</textarea>" not in piece
    assert post(desk, htmx=True, text="").status_code == 422


def test_queries_do_not_grow_with_comments(desk: Desk, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(8):
        person = recipes.user(username=f"person{number}")
        said(desk, f"@ana and @person{number}", by=person, words=words_at(desk, number, number + 5))
    with django_assert_max_num_queries(13):
        assert "commented" in desk.client.get(desk.address).text


# --- Changing and deleting --------------------------------------------------------------------------------


def test_authors_edit_and_it_says_so(desk: Desk) -> None:
    comment = said(desk)
    page = desk.client.get(f"/comments/{comment.pk}/", headers=HTMX).text
    assert "Look at this</textarea>" in page
    assert "<html" not in page
    sent = {"text": "Look again", "expected_version": comment.version}
    assert desk.client.post(f"/comments/{comment.pk}/", sent).status_code == 302
    page = desk.client.get(desk.address).text
    assert "Look again" in page
    assert "edited" in page
    assert list(events_of(Comment).order_by("pgh_id").values_list("text", flat=True)) == ["Look at this", "Look again"]


def test_the_later_of_two_windows_keeps_what_was_typed(desk: Desk) -> None:
    comment = said(desk)
    edit_comment(comment=comment, text="First window", by=desk.ana, expected_version=comment.version)
    sent = {"text": "Second window", "expected_version": comment.version}
    answer = desk.client.post(f"/comments/{comment.pk}/", sent, headers=HTMX)
    assert answer.status_code == 409
    assert "First window" in answer.text
    assert "Second window</textarea>" in answer.text
    newest = answer.context["edit_form"].data["expected_version"]
    desk.client.post(f"/comments/{comment.pk}/", {**sent, "expected_version": newest})
    comment.refresh_from_db()
    assert comment.text == "Second window"


def test_a_conflict_is_told_in_words(desk: Desk) -> None:
    comment = said(desk)
    with pytest.raises(ConflictError, match="changed in another window"):
        edit_comment(comment=comment, text="x", by=desk.ana, expected_version=99)


def test_what_was_typed_into_a_deleted_comment_is_kept(desk: Desk) -> None:
    comment = said(desk)
    delete_comment(comment=comment, by=recipes.user(Role.EDITOR, first_name="Eva"))
    answer = desk.client.post(f"/comments/{comment.pk}/", {"text": "Too late", "expected_version": 1})
    assert answer.status_code == 409
    assert "Eva deleted this comment" in answer.text
    assert "Too late</textarea>" in answer.text


def test_nobody_changes_somebody_elses_comment(desk: Desk) -> None:
    comment = said(desk, by=recipes.user(first_name="Ben"))
    assert desk.client.get(f"/comments/{comment.pk}/").status_code == 403
    sent = {"text": "Mine", "expected_version": comment.version}
    assert desk.client.post(f"/comments/{comment.pk}/", sent).status_code == 403
    assert desk.client.post(f"/comments/{comment.pk}/", {"text": ""}).status_code == 403
    assert desk.client.post(f"/comments/{comment.pk}/delete/").status_code == 403
    with pytest.raises(PermissionDenied):
        edit_comment(comment=comment, text="Mine", by=recipes.user(Role.EDITOR), expected_version=1)
    comment.refresh_from_db()
    assert comment.text == "Look at this"


def test_a_deleted_comment_leaves_its_place(desk: Desk) -> None:
    comment = said(desk, "secret-words @ana", words=words_at(desk, 14, 21))
    editor = recipes.user(Role.EDITOR, first_name="Eva", last_name="")
    desk.client.force_login(editor)
    piece = desk.client.post(f"/comments/{comment.pk}/delete/", headers=HTMX).text
    assert "Deleted by Eva" in piece
    page = desk.client.get(desk.address).text
    assert "secret-words" not in page
    assert "Deleted by Eva" in page
    assert 'class="commented"' not in page
    assert desk.client.post(f"/comments/{comment.pk}/delete/").status_code == 403, "it is deleted already"
    assert events_of(Comment).filter(text__contains="secret-words").exists()


def test_constraints() -> None:
    claim, person = recipes.claim(), recipes.user()
    for fields in ({"text": ""}, {"text": "x", "start": 1}, {"text": "x", "deleted_at": "2026-01-01T00:00Z"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.create(claim=claim, author=person, **fields)


# --- Words of the passage ---------------------------------------------------------------------------------


def test_typed_words_are_found_and_marked(desk: Desk) -> None:
    assert post(desk, text="Who?", words="Activists  say").status_code == 302
    comment = Comment.objects.get()
    assert (comment.start, comment.end) == (0, 13)
    page = desk.client.get(desk.address).text
    assert f'<a class="commented" href="#comment-{comment.pk}" data-comments="{comment.pk}"' in page
    assert f'<a href="#words-{comment.pk}" data-comment="{comment.pk}">Activists say</a>' in page
    assert page.count(f'id="words-{comment.pk}"') == 1


def test_words_that_are_not_there_are_refused_by_their_field(desk: Desk) -> None:
    answer = post(desk, text="Who?", words="Actors say")
    assert answer.status_code == 422
    assert "These words do not stand in the passage" in answer.text
    assert 'value="Actors say"' in answer.text
    assert "Who?</textarea>" in answer.text


def test_of_several_places_one_is_to_be_said(desk: Desk) -> None:
    answer = post(desk, text="Which?", words="will")
    assert answer.status_code == 422
    assert "stand in the passage 2 times" in answer.text
    assert 'name="which"' in answer.text
    assert "2 times only" in post(desk, text="Which?", words="will", which=3).text
    post(desk, text="Which?", words="will", which=2)
    assert Comment.objects.get().start == recipes.TEXT.rindex("will")


def test_words_are_chosen_in_the_passage_by_number(desk: Desk) -> None:
    page = desk.client.get(f"{desk.address}comments/?choose", headers=HTMX).text
    assert 'data-word="3"' in page
    assert 'data-part="content"' in page
    version = desk.statement.article_version_id
    chosen = {"choosing": "on", "version": version, "text": "Which dam?", "chosen_from": 3, "chosen_to": 4}
    piece = post(desk, htmx=True, **chosen).text
    comment = Comment.objects.get()
    assert recipes.TEXT[comment.start : comment.end] == "the dam"
    assert 'id="claim-passage" hx-swap-oob="true"' in piece
    for wrong in ({"version": version + 1}, {"chosen_from": ""}, {"chosen_to": 999}, {"chosen_from": "x"}):
        answer = post(desk, htmx=True, **{**chosen, **wrong})
        assert answer.status_code == 422, wrong
        assert "Which dam?</textarea>" in answer.text
    assert Comment.objects.count() == 1


def test_words_of_another_claims_article_are_refused(desk: Desk) -> None:
    other = recipes.article("Another text").shown_version
    with pytest.raises(Exception, match="do not stand in an article of this claim"):
        said(desk, words=Words(other, 0, 7))
    with pytest.raises(Exception, match="do not stand in an article of this claim"):
        said(desk, words=words_at(desk, 0, 10_000))


def test_emoji_do_not_move_the_words(client: Client) -> None:
    desk = make_desk(client)
    version = recipes.article("😀😀 Activists say the dam").shown_version
    spans = {"source": [[3, 12]], "cue": [[13, 16]], "content": [[17, 24]]}
    recipes.statement(article_version=version, claim=desk.claim, spans=spans, reported_at="2020-01-01T00:00Z")
    post(desk, text="Which?", words="dam")
    comment = Comment.objects.for_page().get()
    assert comment.quoted == "dam"


def test_redacted_words_are_gone_from_the_comment(desk: Desk) -> None:
    comment = said(desk, words=words_at(desk, 14, 21))
    article = Article.objects.get()
    Article.objects.update(extraction_state="done")
    redact_article(article=article, by=recipes.user(Role.ADMINISTRATOR), reason="Court", text=True, file=False)
    page = desk.client.get(desk.address).text
    assert "The words that it is about were redacted." in page
    assert "the dam" not in page.split('id="comment-list"')[1].split("</ol>")[0]
    assert Comment.objects.for_page().get(pk=comment.pk).is_quote_redacted


# --- Mentions ---------------------------------------------------------------------------------------------


def test_a_mention_is_shown_by_name_and_unknown_names_stay_text(desk: Desk) -> None:
    ben = recipes.user(username="ben", first_name="Ben", last_name="Hol<i>lander")
    recipes.user(None, username="nobody")
    answer = desk.client.post(
        f"{desk.address}comments/", {"text": "Ask @Ben. Not @zoe, @nobody, `@ben` or x@ben.example"}, follow=True
    )
    page = answer.text
    assert '<span class="mention">Ben Hol&lt;i&gt;lander</span>.' in page
    assert "Not @zoe, @nobody" in page
    assert "Nobody who reads here is called @zoe, @nobody" in page
    assert list(Mention.objects.values_list("user", flat=True)) == [ben.pk]


def test_a_mention_taken_out_again_is_none(desk: Desk) -> None:
    recipes.user(username="ben")
    carl = recipes.user(username="carl")
    comment = said(desk, "@ben")
    edit_comment(comment=comment, text="@carl", by=desk.ana, expected_version=comment.version)
    assert list(Mention.objects.values_list("user", flat=True)) == [carl.pk]


def test_whom_one_can_mention(desk: Desk) -> None:
    recipes.user(username="ben", first_name="Ben", last_name="")
    recipes.user(None, username="nobody")
    recipes.user(username="gone", is_active=False)
    found = desk.client.get("/comments/people/").json()["people"]
    assert found == [{"name": "ben", "shown": "Ben"}]
    desk.ana.groups.clear()
    assert desk.client.get("/comments/people/").status_code == 403
