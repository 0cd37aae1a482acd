"""Views of the queue: those of every desk and those that people save, with right numbers."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.actions.holding import take
from claims.actions.saved_views import save_view
from claims.actions.tagging import add_tag
from claims.filters import views as counting
from claims.filters.queue import QueueFilter, next_in_queue
from claims.filters.views import BUILT_IN, built_in_for, count_built_in
from claims.models import Claim, Outlet, SavedView, Tag, User
from claims.roles import Role
from tests import recipes
from tests.integration.desk import HTMX
from tests.integration.test_bulk import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client: Client) -> User:
    """A reviewer who is signed in."""
    person = recipes.user(first_name="Ana", last_name="Ruiz")
    client.force_login(person)
    return person


@pytest.fixture
def eva() -> User:
    return recipes.user(Role.EDITOR, first_name="Eva")


def view(owner: User, **fields: Any) -> SavedView:
    values: dict[str, Any] = {"name": "Votes", "query": "q=vote", "shared": False, **fields}
    return SavedView.objects.create(owner=owner, **values)


def fill_desk(ana: User, eva: User) -> None:
    """Something for every built-in view."""
    held = [recipes.claim(), recipes.claim(), recipes.claim()]
    for claim in held[:2]:
        take(claim=claim, by=ana)
    Claim.objects.filter(pk=held[0].pk).update(assigned_by=eva)
    ratings = [recipes.rating(), recipes.rating()]
    recipes.reviewed_claim(ratings[0])
    disputed = recipes.reviewed_claim(*ratings)
    Claim.objects.filter(pk__in=(held[2].pk, disputed.pk)).update(due_on=timezone.localdate().replace(year=2020))
    recipes.decided_claim(due_on=timezone.localdate().replace(year=2020))


# --- Built-in ones --------------------------------------------------------------------------------------------


def test_each_built_in_view_counts_what_its_link_shows(ana: User, eva: User) -> None:
    fill_desk(ana, eva)
    for person in (ana, eva):
        counts = count_built_in(BUILT_IN, person)
        assert counts == {view.key: QueueFilter(view.query, user=person).total for view in BUILT_IN}
        for view in BUILT_IN:
            assert QueueFilter(view.query).query() == view.query, "so that the page knows which view it shows"
    assert count_built_in(BUILT_IN, ana) == {"mine": 2, "waiting": 2, "disputed": 1, "overdue": 2}
    assert count_built_in(BUILT_IN, eva) == {"mine": 0, "waiting": 2, "disputed": 1, "overdue": 2}


def test_counting_stops_where_nobody_reads_on(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    for _ in range(4):
        recipes.claim(due_on=timezone.localdate().replace(year=2020))
    count = count_built_in(BUILT_IN, ana)["overdue"]
    assert (count, counting.in_figures(count), counting.in_figures(2)) == (3, "2+", "2")


def test_readers_have_no_work_that_waits() -> None:
    assert [view.key for view in built_in_for(recipes.user(Role.READER))] == ["disputed", "overdue"]


def test_the_queue_shows_them_with_their_numbers(client: Client, ana: User, eva: User) -> None:
    fill_desk(ana, eva)
    page = client.get("/queue/?waiting=me").text
    assert "Mine 2 Waiting for me 2 Disputed 1 Overdue 2" in words(page)
    assert 'href="/queue/?waiting=me" aria-current="page"' in page
    assert "To do 2" in words(page)
    fragment = client.get("/queue/?held=me", headers=HTMX).text
    assert '<nav class="views" id="queue-views" aria-label="Views" hx-swap-oob="true">' in fragment


def test_numbers_alone_are_asked_for_again(client: Client, ana: User, eva: User) -> None:
    fill_desk(ana, eva)
    own = view(ana, query="due=overdue")
    fragment = client.get("/queue/views/", {"show": "built-in"}, headers=HTMX).text
    assert '<span class="count" id="count-waiting" hx-swap-oob="true">2</span>' in fragment
    assert "<html" not in fragment
    assert f"count-{own.pk}" not in fragment
    assert f'id="count-{own.pk}" hx-swap-oob="true">2<' in client.get("/queue/views/", headers=HTMX).text
    assert "On every desk" in client.get("/queue/views/").text


# --- Saved ones -----------------------------------------------------------------------------------------------


def test_saving_what_the_queue_shows(client: Client, ana: User) -> None:
    sent = {"name": " My  votes ", "query": "q=vote&outlet=&size=50&sort=newest&page=3&nonsense=1"}
    assert client.post("/queue/views/", sent).headers["Location"] == "/queue/?q=vote&sort=newest"
    saved = SavedView.objects.get()
    assert (saved.name, saved.query, saved.shared, saved.owner) == ("My votes", "q=vote&sort=newest", False, ana)
    page = client.get("/queue/?q=vote&sort=newest&size=50").text
    assert 'href="/queue/?q=vote&amp;sort=newest" aria-current="page"' in page
    assert "Your own My votes" in words(page)
    listed = words(client.get("/queue/views/").text)
    assert "My votes Words: vote · Order: Newest first" in listed


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "query": "q=vote"}, "This field is required."),
        ({"name": "x" * 61, "query": "q=vote"}, "at most 60 characters"),
        ({"name": "Empty", "query": "nonsense=1&page=2"}, "Set a filter or another order first"),
        ({"name": "VOTES", "query": "q=vote"}, "There is a view “VOTES” already."),
        ({"name": "Long", "query": "q=" + "%C3%A4" * 200 + "&by=" + "%C3%A4" * 200}, "too long to be kept"),
    ],
)
def test_what_cannot_be_saved_is_said_and_kept(client: Client, ana: User, sent: dict[str, str], said: str) -> None:
    view(ana)
    answer = client.post("/queue/views/", sent)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert f'value="{sent["name"]}"' in answer.text or not sent["name"]
    assert SavedView.objects.count() == 1


def test_not_more_than_anybody_finds_again(ana: User) -> None:
    from claims.actions.saved_views import MOST_OWN

    for number in range(MOST_OWN):
        save_view(name=f"View {number}", query="q=vote", shared=False, by=ana)
    with pytest.raises(Exception, match="Remove one first"):
        save_view(name="One more", query="q=vote", shared=False, by=ana)


def test_shared_views_are_the_desks_and_others_stay_ones_own(client: Client, ana: User, eva: User) -> None:
    client.post("/queue/views/", {"name": "For all", "query": "held=me", "shared": "on"})
    view(ana, name="Private")
    client.force_login(eva)
    page = words(client.get("/queue/").text)
    assert "Shared by others For all" in page
    assert "Private" not in page
    assert "For all Who has it: Me By Ana Ruiz" in words(client.get("/queue/views/").text)
    client.force_login(recipes.user(Role.READER))
    assert "For all" in client.get("/queue/").text
    assert "Share with the desk" not in client.get("/queue/?q=vote").text
    client.post("/queue/views/", {"name": "Reader’s", "query": "q=vote", "shared": "on"})
    assert not SavedView.objects.get(name="Reader’s").shared


def test_owners_and_editors_rename_and_remove(client: Client, ana: User, eva: User) -> None:
    shared, private = view(ana, name="Shared", shared=True), view(ana, name="Private")
    ben = recipes.user()
    for person, pk, status in ((ben, shared.pk, 403), (ben, private.pk, 404), (eva, private.pk, 404)):
        client.force_login(person)
        assert client.post(f"/queue/views/{pk}/", {"name": "Mine now"}).status_code == status
        assert client.post(f"/queue/views/{pk}/remove/").status_code == status
    client.force_login(eva)
    client.post(f"/queue/views/{shared.pk}/", {"name": "Better name"})
    shared.refresh_from_db()
    assert (shared.name, shared.shared, shared.owner) == ("Better name", True, ana)
    client.force_login(ana)
    answer = client.post(f"/queue/views/{shared.pk}/", {"name": "PRIVATE"})
    assert (answer.status_code, "There is a view “PRIVATE” already." in answer.text) == (422, True)
    client.post(f"/queue/views/{shared.pk}/", {"name": "Kept"})
    shared.refresh_from_db()
    assert (shared.name, shared.shared) == ("Kept", False)
    SavedView.objects.filter(pk=shared.pk).update(shared=True)
    client.force_login(eva)
    assert "is removed" in client.post(f"/queue/views/{shared.pk}/remove/", follow=True).text
    assert list(SavedView.objects.all()) == [private]
    assert client.get(f"/queue/views/{private.pk}/").status_code == 405


def test_strangers_and_people_without_a_role(client: Client, ana: User) -> None:
    pk = view(ana, shared=True).pk
    client.logout()
    for path in ("/queue/views/", f"/queue/views/{pk}/", f"/queue/views/{pk}/remove/"):
        assert client.post(path, {"name": "x", "query": "q=x"}).status_code == 302
    client.force_login(recipes.user(role=None))
    assert client.get("/queue/views/").status_code == 403
    assert client.post(f"/queue/views/{pk}/remove/").status_code == 403
    assert SavedView.objects.count() == 1


def test_a_view_whose_filter_is_gone_says_so(client: Client, ana: User) -> None:
    recipes.claim(text="Boats")
    outlet, source = Outlet.objects.create(name="Courier"), recipes.source()
    tag = Tag.objects.create(name="vote")
    queries = [f"outlet={outlet.pk}", f"source={source.pk}", f"tag={tag.pk}"]
    views = [view(ana, name=f"View {query}", query=query) for query in queries]
    whole = view(ana, name="Whole")
    for gone in (outlet, source, tag):
        gone.delete()
    page = words(client.get("/queue/views/").text)
    assert page.count("What it filtered by is gone") == 3
    assert f"Outlet: Select a valid choice. {outlet.pk} is not" not in page
    assert "Outlet: there is no such choice now, so the list is not narrowed down by it." in page
    fragment = client.get("/queue/views/", headers=HTMX).text
    for one in views:
        assert f'id="count-{one.pk}" hx-swap-oob="true">incomplete<' in fragment
    assert f'id="count-{whole.pk}" hx-swap-oob="true">0<' in fragment
    shown = words(client.get(f"/queue/?outlet={outlet.pk}").text)
    assert "Boats" in shown
    assert "there is no such choice now" in shown


def test_names_are_escaped(client: Client, ana: User) -> None:
    view(ana, name="<b>Bold</b>", query="q=%3Cb%3EBold")
    for page in ("/queue/", "/queue/views/"):
        assert "<b>Bold" not in client.get(page).text


def test_queries_do_not_grow_with_the_views(client: Client, ana: User, eva: User) -> None:
    lavrov = recipes.source(name="Sergei Lavrov")
    statement = recipes.statement()
    statement.statement_sources.create(source=lavrov)
    Claim.objects.refresh_first_appearance()
    tag = add_tag(claim=statement.claim, name="vote", by=ana)

    def asked(path: str, **headers: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(path, **headers)
        return len(captured)

    def all_pages() -> list[int]:
        queue = [asked(f"/queue/?{query}") for query in ("", "by=lavrov&sort=due", f"source={lavrov.pk}", "waiting=me")]
        return [*queue, asked("/queue/views/"), asked("/queue/views/", headers=HTMX)]

    view(ana, name="One", query="due=overdue")
    few = all_pages()
    for number in range(12):
        for query in (f"source={lavrov.pk}", f"tag={tag.pk}", "due=overdue", "by=lavrov"):
            view(eva if number % 2 else ana, name=f"{number} {query}", query=query, shared=True)
    many = all_pages()
    assert many == few, (few, many)
    assert max(few) <= 12


def test_queries_do_not_grow_with_what_waits(client: Client, ana: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/queue/?waiting=me")
        return len(captured)

    rating = recipes.rating()
    recipes.reviewed_claim(rating)
    one = asked()
    for _ in range(5):
        recipes.reviewed_claim(rating)
    assert asked() == one <= 12


# --- Next and previous ----------------------------------------------------------------------------------------


def test_next_passes_over_what_one_has_reviewed_oneself(ana: User) -> None:
    first, last = recipes.claim(priority=3), recipes.claim(priority=1)
    own = recipes.reviewed_claim(recipes.rating(), priority=2)
    review = own.reviews.get()
    assert next_in_queue("", first, user=review.reviewer) == last
    assert next_in_queue("", first, user=ana) == own
    assert next_in_queue("state=awaiting_second", first, user=review.reviewer) == own, "this is what they asked for"
