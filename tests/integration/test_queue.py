"""The queue's page: who may see it, what stands in a row, dismissing and taking that back."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from claims.models import Claim, Outlet, Statement, StatementSource, User
from claims.roles import Role
from claims.workflow import State
from tests import recipes

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ana(client: Client) -> User:
    """A reviewer who is signed in."""
    person = recipes.user(username="ana", first_name="Ana", last_name="Ruiz")
    client.force_login(person)
    return person


def row(source: str = "Sergei Lavrov", **fields: Any) -> Claim:
    """A claim with an appearance in an article of an outlet."""
    outlet = Outlet.objects.get_or_create(name="Courier")[0]
    statement: Statement = recipes.statement(
        article_version=recipes.article(outlet=outlet).shown_version, claim=recipes.claim(**fields), confidence=0.9
    )
    if source:
        StatementSource.objects.create(statement=statement, source=recipes.source(name=source))
    Claim.objects.filter(pk=statement.claim_id).refresh_first_appearance()
    statement.claim.refresh_from_db()
    return statement.claim


def page(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(f"/queue/?{query}", headers=headers)
    assert response.status_code == 200
    return response.text


def words(html: str) -> str:
    """What people read."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- Who --------------------------------------------------------------------------------------------------


def test_strangers_sign_in_first(client: Client) -> None:
    assert client.get("/queue/").url.startswith("/accounts/login/")  # type: ignore[attr-defined]
    claim = recipes.claim()
    for path in (f"/claims/{claim.pk}/dismiss/", f"/claims/{claim.pk}/restore/"):
        assert client.post(path, {"reason": "trivial"}).status_code == 302
    claim.refresh_from_db()
    assert claim.state == State.NEW


def test_people_without_a_role_see_nothing(client: Client) -> None:
    client.force_login(recipes.user(role=None))
    assert client.get("/queue/").status_code == 403


def test_readers_read_and_do_not_dismiss(client: Client) -> None:
    claim = row()
    client.force_login(recipes.user(Role.READER))
    assert "dismiss/" not in page(client)
    assert client.post(f"/claims/{claim.pk}/dismiss/", {"reason": "trivial"}).status_code == 403
    claim.refresh_from_db()
    assert claim.state == State.NEW


def test_dismissing_is_a_post_and_needs_a_claim(client: Client, ana: User) -> None:
    assert client.get(f"/claims/{row().pk}/dismiss/").status_code == 405
    assert client.post("/claims/0/dismiss/").status_code == 404
    assert client.post("/queue/").status_code == 405


# --- Rows -------------------------------------------------------------------------------------------------


def test_a_row_shows_what_is_needed_to_choose(client: Client, ana: User) -> None:
    claim = row()
    recipes.review(claim=claim, reviewer=recipes.user(first_name="Ben", last_name="Ito"))
    recipes.review(claim=claim, reviewer=ana)
    Claim.objects.update(state=State.IN_REVIEW)
    html = page(client)
    assert '<mark class="source">Activists</mark> <mark class="cue">say</mark> <mark class="content">the dam' in html
    shown = words(html)
    for part in ("In review", "Sergei Lavrov", "Courier", "High confidence", "Ben Ito has a draft since"):
        assert part in shown
    assert "You have a draft since" in shown
    assert f"{timezone.localtime():%H:}" in shown


def test_a_decided_claim_shows_its_verification_status(client: Client, ana: User) -> None:
    claim = recipes.decided_claim()
    assert claim.decided_review is not None
    assert claim.decided_review.rating is not None
    shown = words(page(client, "state=decided"))
    assert claim.decided_review.rating.label in shown
    assert claim.text in shown


def test_a_name_that_is_filed_under_nobody_is_marked(client: Client, ana: User) -> None:
    claim = row(source="")
    assert "activists Unresolved" in words(page(client))
    Statement.objects.update(speaker="", speaker_folded="")
    assert "Activists Unresolved" not in words(page(client)), "no librarian could find it"
    assert "Activists" in words(page(client)), "the words of the article stand for the name"
    Statement.objects.filter(claim=claim).update(sources_set_by=ana)
    assert "No source named" in words(page(client)), "somebody decided that it has none"


def test_what_people_wrote_is_escaped(client: Client, ana: User) -> None:
    row(source="<b>Bold</b>")
    assert "<b>Bold" not in page(client, "q=%3Cscript%3Ealert(1)%3C/script%3E+OR+dam")
    assert "<script>alert" not in page(client, "q=%3Cscript%3Ealert(1)%3C/script%3E")


def test_offsets_count_code_points(client: Client, ana: User) -> None:
    text = "🙂🙂 Activists say the dam 🙂 will break. More."
    start = text.index("the dam")
    spans = {"source": [[3, 12]], "cue": [[13, 16]], "content": [[start, text.index(".")]]}
    recipes.statement(article_version=recipes.article(text).shown_version, spans=spans)
    Claim.objects.refresh_first_appearance()
    assert '<mark class="content">the dam 🙂 will break</mark>.' in page(client)


def test_a_row_says_what_the_speech_does_where_it_does_not_just_state(client: Client, ana: User) -> None:
    claim = row()
    listed = page(client).split('id="queue-list"')[1]
    assert "States" not in words(listed)
    Claim.objects.filter(pk=claim.pk).update(act="state", check_worthiness=0.8)
    shown = words(page(client).split('id="queue-list"')[1])
    assert "States" not in shown
    assert "High confidence Well worth checking Why here?" in shown
    Claim.objects.filter(pk=claim.pk).update(act="deny", negated=True, check_worthiness=0.1)
    assert "Does not deny High confidence Hardly worth checking" in words(page(client))
    Claim.objects.filter(pk=claim.pk).update(act="", speech=False)
    assert "Thought Does not think so" in words(page(client))


def test_a_row_says_why_it_stands_there(client: Client, ana: User) -> None:
    claim = row(priority=2)
    moment = timezone.make_aware(datetime(2026, 3, 1, 12))  # noqa: DTZ001 (made aware here)
    Claim.objects.filter(pk=claim.pk).update(reported_at=moment, check_worthiness=0.8, confidence=0.5)
    shown = words(page(client))
    assert (
        "Why here? Speech: before all thoughts. Priority 2: higher ones come first. Reported 1 Mar 2026, 12:00. "
        "Check-worthiness (80%) and confidence (50%) add 2.8 of at most 7 days: it counts as of 4 Mar 2026, 07:12."
    ) in shown
    Claim.objects.filter(pk=claim.pk).update(speech=False, priority=0, check_worthiness=None, confidence=None)
    shown = words(page(client, "sort=newest"))
    assert "How pressing? A thought: after all speech. No special priority." in shown
    assert "Check-worthiness (not known: as 50%) and confidence (added by hand: 100%) add 3.5 of" in shown
    assert "Why here?" not in shown, "another order has put it there"


# --- The list ---------------------------------------------------------------------------------------------


def test_the_fragment_is_the_list_of_the_page(client: Client, ana: User) -> None:
    for _ in range(3):
        row()

    def rows(html: str) -> list[str]:
        return re.findall(r"<li class=\"row.*?</li>", re.sub(r'value="[^"]{64}"', "", html), re.DOTALL)

    whole, fragment = page(client, "q=dam"), page(client, "q=dam", **HTMX)
    assert rows(whole) == rows(fragment)
    assert len(rows(whole)) == 3
    assert "<html" not in fragment
    assert 'id="queue-tabs"' in fragment
    assert 'hx-swap-oob="true"' in fragment


def test_the_fragment_says_its_short_address(client: Client, ana: User) -> None:
    query = "q=dam&by=&outlet=&sort=newest&since=xx&page=9"
    response = client.get(f"/queue/?{query}", headers=HTMX)
    assert response.headers["HX-Push-Url"] == "/queue/?q=dam&sort=newest"
    assert "HX-Request" in response.headers["Vary"]
    there = {**HTMX, "HX-Current-URL": "http://testserver/queue/?q=dam&sort=newest"}
    assert "HX-Push-Url" not in client.get(f"/queue/?{query}", headers=there).headers
    assert "HX-Push-Url" not in client.get(f"/queue/?{query}").headers


def test_nonsense_in_the_address_is_said(client: Client, ana: User) -> None:
    row()
    shown = words(page(client, "page=999&since=xx&outlet=nine&state=odd&size=1000&source=%00&act=sing&sure=1"))
    assert "1 claim" in shown
    assert "From: Enter a valid date." in shown
    assert "State: Select a valid choice" in shown
    assert "What the speech does: Select a valid choice" in shown
    assert "Confidence: Select a valid choice" in shown


def test_pages(client: Client, ana: User) -> None:
    for number in range(30):
        recipes.claim(text=f"Claim {number}.")
    shown = words(page(client))
    assert "1 to 25 of 30" in shown
    assert "Claim 29." in shown
    assert "Claim 4." not in shown
    assert "26 to 30 of 30" in words(page(client, "page=2"))
    assert "26 to 30 of 30" in words(page(client, "page=999"))
    assert "1 to 25 of 30" in words(page(client, "page=xx"))
    assert "Claim 0." in words(page(client, "size=50"))


def test_tabs_count_by_state_and_keep_the_filters(client: Client, ana: User) -> None:
    row(), row(state="dismissed", dismissal_reason="trivial"), recipes.claim(text="Other")
    html = page(client, "q=dam")
    assert "To do 1 New 1 In review 0 Awaiting second review 0 Disputed 0 Decided 0 Dismissed 1 All 2" in words(html)
    assert 'href="?q=dam&amp;state=dismissed"' in html


def test_empty_states_say_what_to_do(client: Client, ana: User) -> None:
    assert "No articles yet" in words(page(client))
    recipes.article()
    assert "appear as soon as the articles are read" in words(page(client))
    row(state="dismissed", dismissal_reason="trivial")
    assert "Nothing to do here In other states 1 claim does. Show it" in words(page(client))
    assert "No claim fits these filters" in words(page(client, "q=nothing"))
    assert 'href="/queue/?sort=newest">Clear all filters' in page(client, "q=nothing&sort=newest")


@pytest.mark.parametrize(
    "query",
    ["", "q=dam&by=lavrov&state=all&mine=&sure=50&worth=50&negated=no", "outlet={outlet}&source={source}&rating="],
)
def test_queries_do_not_grow_with_the_rows(
    client: Client, ana: User, django_assert_max_num_queries: Any, query: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(rows: int) -> int:
        while Claim.objects.count() < rows:
            claim = row(source=f"Lavrov {Claim.objects.count()}")
            recipes.review(claim=claim, reviewer=ana)
        link = StatementSource.objects.order_by("-pk")[0]
        address = query.format(outlet=Outlet.objects.get().pk, source=link.source_id)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client, address + "&size=100")
        return len(captured)

    few, many = asked(5), asked(50)
    assert few == many <= 12


# --- Dismissing -------------------------------------------------------------------------------------------


def test_dismissing_takes_a_claim_out_and_undo_brings_it_back(client: Client, ana: User) -> None:
    claim = row()
    form = {"reason": "trivial", "next": "/queue/?sort=newest"}
    response = client.post(f"/claims/{claim.pk}/dismiss/", form, headers=HTMX)
    assert response.headers["Location"] == "/queue/?sort=newest"
    claim.refresh_from_db()
    assert (claim.state, claim.dismissal_reason) == (State.DISMISSED, "trivial")
    fragment = page(client, "sort=newest", **HTMX)
    assert "Dismissed: trivial." in fragment
    assert f'action="/claims/{claim.pk}/restore/"' in fragment
    client.post(f"/claims/{claim.pk}/restore/", {"next": "/queue/?sort=newest"})
    claim.refresh_from_db()
    assert (claim.state, claim.dismissal_reason) == (State.NEW, "")
    assert "The claim is back: new." in page(client)


def test_dismissing_without_a_proper_reason_changes_nothing(client: Client, ana: User) -> None:
    claim = row()
    for reason in ("", "boring"):
        response = client.post(f"/claims/{claim.pk}/dismiss/", {"reason": reason}, follow=True)
        assert "Say why the claim is dismissed." in response.text
    claim.refresh_from_db()
    assert claim.state == State.NEW


def test_a_claim_that_is_dismissed_already_is_refused_with_a_reason(client: Client, ana: User) -> None:
    claim = row(state="dismissed", dismissal_reason="trivial")
    response = client.post(f"/claims/{claim.pk}/dismiss/", {"reason": "duplicate"}, headers=HTMX)
    assert response.status_code == 403
    assert "A claim that is dismissed cannot be changed this way." in words(response.text)


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", ""])
def test_the_way_back_stays_on_the_site(client: Client, ana: User, elsewhere: str) -> None:
    form = {"reason": "trivial", "next": elsewhere}
    assert client.post(f"/claims/{row().pk}/dismiss/", form).headers["Location"] == "/queue/"


def test_a_way_back_that_is_no_address_is_no_error_of_ours(client: Client, ana: User) -> None:
    form = {"reason": "trivial", "next": "nowhere"}
    assert client.post(f"/claims/{row().pk}/dismiss/", form).status_code == 302
