"""What concerns somebody: who is told of what, the bell and its list, and mails by a real worker to a real mail server."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from claims import notification_mail, permissions, tasks
from claims.actions.bulk import assign_many, undo_many
from claims.actions.commenting import add_comment, delete_comment, edit_comment
from claims.actions.holding import assign, notify_of_lapsing_holds, take
from claims.actions.people import deactivate
from claims.actions.reviewing import submit_review
from claims.actions.settling import settle_claim
from claims.models import Claim, Notification, Rating, User
from claims.roles import Role
from tests import recipes
from tests.faults.desk import free_port
from tests.faults.test_mail import mailbox
from tests.integration.desk import HTMX
from tests.integration.test_tasks import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return recipes.user(username="ana", first_name="Ana", last_name="", email="ana@desk.example")


@pytest.fixture
def ben() -> User:
    return recipes.user(username="ben", first_name="Ben", last_name="", email="ben@desk.example")


def told(person: User) -> list[str]:
    return list(Notification.objects.filter(user=person).order_by("pk").values_list("kind", flat=True))


def mention(ana: User, text: str = "Look, @ben", claim: Claim | None = None) -> Notification:
    add_comment(claim=claim or recipes.claim(), text=text, by=ana)
    return Notification.objects.latest("pk")


# --- Who is told ------------------------------------------------------------------------------------------


def test_who_is_mentioned_is_told_once_and_nobody_of_their_own_doing(ana: User, ben: User) -> None:
    claim = recipes.claim()
    add_comment(claim=claim, text="@ben @Ben. and @ana", by=ana)
    assert (told(ben), told(ana)) == (["mentioned"], [])


def test_holder_reviewers_and_who_has_commented_are_told_of_a_comment(ana: User, ben: User) -> None:
    holder, reviewer = recipes.user(), recipes.user()
    claim = recipes.claim(held_by=holder, held_since=timezone.now(), held_until=timezone.now() + dt.timedelta(hours=1))
    recipes.review(claim=claim, reviewer=reviewer)
    add_comment(claim=claim, text="One", by=ben)
    add_comment(claim=claim, text="Two", by=ana)
    assert [told(person) for person in (holder, reviewer, ben, ana)] == [["commented"] * 2] * 2 + [["commented"], []]
    Claim.objects.filter(pk=claim.pk).update(held_until=timezone.now())
    add_comment(claim=claim, text="Three", by=ana)
    assert told(holder) == ["commented"] * 2, "the hold is over"


def test_whom_an_edit_mentions_anew_is_told(ana: User, ben: User) -> None:
    comment = add_comment(claim=recipes.claim(), text="x", by=ana).comment
    for text in ("@ben", "@ben!"):
        comment.refresh_from_db()
        edit_comment(comment=comment, text=text, by=ana, expected_version=comment.version)
    assert told(ben) == ["mentioned"]


def test_assigning_tells_with_the_note_as_long_as_the_claim_is_theirs(client: Client, ana: User, ben: User) -> None:
    eva = recipes.user(Role.EDITOR, first_name="Eva", last_name="")
    claim = recipes.claim()
    assign(claim=claim, to=ben, by=eva, note="Urgent <b>")
    client.force_login(ben)
    page = client.get("/notifications/").text
    assert "Eva gave you a claim" in page
    assert "Urgent &lt;b&gt;" in page
    assign(claim=claim, to=ana, by=eva, note="For Ana")
    assert "Urgent" not in client.get("/notifications/").text
    assign(claim=claim, to=eva, by=eva)
    assert told(eva) == []


def test_assigning_many_and_taking_that_back(ana: User, ben: User) -> None:
    eva = recipes.user(Role.EDITOR)
    claims = [recipes.claim().pk for _ in range(3)]
    done = assign_many(claims=claims, to=ben, by=eva)
    assert told(ben) == ["assigned"] * 3
    undo_many(change=done.change, by=eva)
    assert told(ben) == []


def test_a_second_review_awaits_who_has_the_claim(ana: User, ben: User) -> None:
    claim = recipes.claim(state="in_review", reviews_needed=2)
    review = recipes.review(claim=claim, reviewer=ana, rating=recipes.rating(), no_citation_reason="Plain.")
    take(claim=claim, by=ben)
    submit_review(review=review, by=ana, expected_version=review.version)
    assert (told(ben), told(ana)) == (["second_review"], [])


def test_a_dispute_and_its_settlement_are_told_to_the_reviewers(ana: User, ben: User) -> None:
    claim = recipes.reviewed_claim(recipes.rating())
    first = claim.reviews.get().reviewer
    review = recipes.review(claim=claim, reviewer=ben, rating=recipes.rating(), no_citation_reason="Plain.")
    submit_review(review=review, by=ben, expected_version=review.version)
    assert (told(first), told(ben)) == (["disputed"], [])
    claim.refresh_from_db()
    eva = recipes.user(Role.EDITOR)
    settle_claim(claim=claim, rating=Rating.objects.all()[0], reason="So", by=eva)
    assert (told(first), told(ben), told(eva)) == (["disputed", "settled"], ["settled"], [])


def test_holders_are_warned_once_before_their_time_is_up(ben: User) -> None:
    claim = take(claim=recipes.claim(), by=ben)
    notify_of_lapsing_holds()
    assert told(ben) == []
    Claim.objects.filter(pk=claim.pk).update(held_until=timezone.now() + dt.timedelta(minutes=5))
    notify_of_lapsing_holds()
    notify_of_lapsing_holds()
    assert told(ben) == ["lapsing"]


def test_who_has_left_is_told_nothing(ana: User, ben: User) -> None:
    claim = recipes.claim()
    add_comment(claim=claim, text="One", by=ben)
    deactivate(person=ben, by=recipes.user(Role.ADMINISTRATOR))
    add_comment(claim=claim, text="@ben", by=ana)
    assert told(ben) == []


# --- The pages --------------------------------------------------------------------------------------------


def test_the_bell_counts_and_opening_the_claim_marks_its_own_read(client: Client, ana: User, ben: User) -> None:
    first, _ = mention(ana), mention(ana)
    client.force_login(ben)
    assert "2 unread notifications" in client.get("/queue/").text
    bell = client.get("/notifications/count/", headers=HTMX).text
    assert "2 unread notifications" in bell
    assert "<html" not in bell
    assert client.get("/notifications/count/").headers["Location"] == "/notifications/"
    page = client.get(f"/claims/{first.claim_id}/").text
    assert "1 unread notification<" in page
    assert list(Notification.objects.unread().values_list("claim", flat=True)) != [first.claim_id]


def test_the_list_has_unread_ones_first_and_leads_to_the_comment(client: Client, ana: User, ben: User) -> None:
    older, newer = mention(ana, "older @ben"), mention(ana, "newer @ben <script>")
    client.force_login(ben)
    client.post(f"/notifications/{newer.pk}/read/")
    page = client.get("/notifications/").text
    assert page.index("older @ben") < page.index("newer @ben &lt;script&gt;")
    assert f'href="/claims/{older.claim_id}/#comment-{older.comment_id}"' in page
    piece = client.post("/notifications/read/", headers=HTMX).text
    assert "<html" not in piece
    assert 'id="bell" data-quiet hx-swap-oob="true"' in piece
    assert not Notification.objects.unread().exists()


def test_fragment_and_page_are_the_same(client: Client, ana: User, ben: User) -> None:
    mention(ana)
    client.force_login(ben)
    whole, piece = client.get("/notifications/").text, client.get("/notifications/", headers=HTMX).text
    row = piece[piece.index('<div class="row-main">') : piece.index("</a>")]
    assert row in whole


def test_nobody_reads_or_marks_what_others_are_told(client: Client, ana: User, ben: User) -> None:
    made = mention(ana)
    client.force_login(recipes.user())
    assert "Look, @ben" not in client.get("/notifications/").text
    assert client.post(f"/notifications/{made.pk}/read/").status_code == 404
    client.post("/notifications/read/")
    assert Notification.objects.unread().count() == 1
    client.logout()
    assert "/accounts/login/" in client.get("/notifications/").headers["Location"]
    client.force_login(recipes.user(None))
    assert client.get("/notifications/").status_code == 403


def test_a_deleted_comment_is_told_no_more(client: Client, ana: User, ben: User) -> None:
    made = mention(ana)
    delete_comment(comment=made.comment, by=ana)  # type: ignore[arg-type]
    client.force_login(ben)
    assert "Nothing so far" in client.get("/notifications/").text


def test_queries_do_not_grow(
    client: Client, ana: User, ben: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(35):
        mention(ana)
    client.force_login(ben)
    with django_assert_max_num_queries(8):
        page = client.get("/notifications/").text
    assert page.count("data-row ") + page.count("data-row>") >= 30
    assert "1 to 30 of 35" in page
    assert client.get("/notifications/?page=2").context["page"].number == 2


def test_counting_what_is_unread_is_one_query(ana: User, ben: User, django_assert_num_queries: Any) -> None:
    mention(ana)
    permissions.can_read(ben)  # roles are asked for once a request
    with django_assert_num_queries(1):
        assert permissions.readable_notifications(ben).unread().count() == 1


def test_the_profile_says_when_mails_come_and_silence_is_not_made_up_for(client: Client, ana: User, ben: User) -> None:
    client.force_login(ben)
    sent = {"first_name": "Ben", "email": ben.email, "theme": "auto", "keyboard_shortcuts": "on"}
    client.post("/profile/", {**sent, "notification_mail": "off"})
    mention(ana)
    ben.refresh_from_db()
    assert ben.notification_mail == "off"
    assert client.post("/profile/", {**sent, "notification_mail": "hourly"}).status_code == 422
    client.post("/profile/", {**sent, "notification_mail": "at_once"})
    ben.refresh_from_db()
    assert not notification_mail.to_mail(ben).exists()


# --- When mails are due -----------------------------------------------------------------------------------


def test_mails_at_once_wait_a_little_for_more(ana: User, ben: User) -> None:
    made = mention(ana)
    assert notification_mail.people_due() == []
    Notification.objects.filter(pk=made.pk).update(created_at=timezone.now() - dt.timedelta(seconds=121))
    assert notification_mail.people_due() == [ben]
    mention(ana)
    assert notification_mail.to_mail(ben).count() == 2, "the newer one comes along"


def test_daily_mails_come_at_their_hour_by_the_desks_clock(
    ana: User, ben: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIME_ZONE, settings.DIGEST_HOUR = "Europe/Vienna", 7
    ben.notification_mail = "daily"
    ben.save()
    made = mention(ana)
    five = dt.datetime(2026, 7, 1, 5, 30, tzinfo=dt.UTC)  # half past seven in Vienna
    Notification.objects.filter(pk=made.pk).update(created_at=five - dt.timedelta(minutes=31))
    vienna = timezone.get_default_timezone()
    monkeypatch.setattr(timezone, "localtime", lambda *_: (five - dt.timedelta(minutes=40)).astimezone(vienna))
    assert not notification_mail.is_due(ben)
    monkeypatch.setattr(timezone, "localtime", lambda *_: five.astimezone(vienna))
    assert notification_mail.is_due(ben)
    Notification.objects.filter(pk=made.pk).update(created_at=five - dt.timedelta(minutes=10))
    assert not notification_mail.is_due(ben), "that is tomorrow's"


def test_no_mail_about_what_was_read_or_to_who_has_left_or_no_longer_reads(ana: User, ben: User) -> None:
    made = mention(ana)
    assert notification_mail.to_mail(ben).exists()
    Notification.objects.filter(pk=made.pk).update(read_at=timezone.now())
    assert not notification_mail.to_mail(ben).exists()
    Notification.objects.filter(pk=made.pk).update(read_at=None)
    for change in ({"is_active": False}, {"email": ""}, {"notification_mail": "off"}):
        before = User.objects.values(*change).get(pk=ben.pk)
        User.objects.filter(pk=ben.pk).update(**change)
        assert not notification_mail.to_mail(User.objects.get(pk=ben.pk)).exists()
        User.objects.filter(pk=ben.pk).update(**before)
    ben.groups.clear()
    assert not notification_mail.to_mail(User.objects.get(pk=ben.pk)).exists()


def test_a_mail_says_what_and_where_and_how_to_be_rid_of_it(ana: User, ben: User, settings: Any) -> None:
    settings.SITE_ADDRESS = "https://desk.example"
    made = mention(ana, "Look, @ben & <all>", recipes.claim(text="The dam\nwill break"))
    sent = notification_mail.compose(ben, [made])
    assert sent.subject == "Ana mentioned you in a comment: The dam will break"
    body = str(sent.body)
    assert "Look, @ben & <all>" in body
    assert f"https://desk.example/claims/{made.claim_id}/#comment-{made.comment_id}" in body
    assert "https://desk.example/profile/" in body
    assert notification_mail.compose(ben, [made, made]).subject == "2 notifications from the fact-checking desk"


# --- By a worker ------------------------------------------------------------------------------------------


@pytest.fixture
def mail_server(settings: Any) -> int:
    """A port that a mail server may listen on; mails go there, as in the settings."""
    port = free_port()
    smtp = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": port}}
    settings.MAILERS = {"default": {"BACKEND": "claims.mail.QueuedMail"}, "direct": smtp}
    settings.NOTIFICATION_MAIL_SECONDS = 0
    return port


def a_minute_later() -> None:
    """What the periodic task does, then a real worker."""
    tasks.mail_what_is_due.configure(queueing_lock="test", task_kwargs={"timestamp": 0}).defer()
    work("ingest")
    work("ingest")


def mails() -> list[str]:
    rows = ProcrastinateJob.objects.filter(task_name=tasks.mail_notifications.name).order_by("pk")
    return list(rows.values_list("status", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_mention_reaches_the_mail_server_once(ana: User, ben: User, mail_server: int) -> None:
    mention(ana)
    mention(ana, "And this, @ben")
    with mailbox(mail_server) as messages:
        a_minute_later()
        a_minute_later()
        tasks.mail_notifications.defer(user_id=ben.pk)  # as when a job is done again
        work("ingest")
    (message,) = messages
    assert "To: ben@desk.example" in message
    assert "Subject: 2 notifications from the fact-checking desk" in message
    assert "Look, @ben" in message
    assert "And this, @ben" in message


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_down_is_waited_for(ana: User, ben: User, mail_server: int) -> None:
    made = mention(ana)
    a_minute_later()
    a_minute_later()
    assert mails() == ["todo"], "one job waits, however often the minute comes round"
    delete_comment(comment=made.comment, by=ana)  # type: ignore[arg-type]
    mention(ana, "Another, @ben")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    with mailbox(mail_server) as messages:
        work("ingest")
        a_minute_later()
    (message,) = messages
    assert "Another, @ben" in message
    assert "Look, @ben" not in message, "it is written when it is sent"
