"""Citations, added, edited and removed where they stand."""

import pytest
from django.test import Client

from claims.models import Citation, Review
from tests import recipes
from tests.integration.desk import CITATION, HTMX, Desk, make_desk
from tests.integration.test_history import events_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Desk:
    return make_desk(client)


def test_adding_without_scripts_leads_back_to_the_claim(desk: Desk) -> None:
    assert 'name="address"' in desk.client.get(f"{desk.address}citations/").content.decode()
    answer = desk.client.post(f"{desk.address}citations/", CITATION)
    assert answer.headers["Location"] == desk.address
    assert "Labour market" in desk.client.get(desk.address).content.decode()


def test_adding_in_place_answers_with_the_citation_and_the_draft_it_began(desk: Desk) -> None:
    page = desk.client.post(f"{desk.address}citations/", CITATION, headers=HTMX).content.decode()
    citation = Citation.objects.get()
    assert f'id="citation-{citation.pk}"' in page
    assert 'id="expected-version" form="draft" value="1"' in page
    assert "<html" not in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://example.org/x", "not an address"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_only_addresses_of_the_web(desk: Desk, address: str, headers: dict[str, str]) -> None:
    answer = desk.client.post(f"{desk.address}citations/", {**CITATION, "address": address}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "141,000" in page, "what was typed is kept"
    assert not Review.objects.exists()


def test_editing(desk: Desk) -> None:
    citation = desk.citation()
    form = desk.client.get(f"/citations/{citation.pk}/", headers=HTMX).content.decode()
    seen = citation.mark
    assert f'value="{seen}"' in form
    page = desk.client.post(f"/citations/{citation.pk}/", {**CITATION, "seen": seen}, headers=HTMX).content.decode()
    assert "Labour market" in page
    citation.refresh_from_db()
    assert (citation.stance, citation.title) == ("refutes", "Labour market")
    assert [event.pgh_label for event in events_of(citation).order_by("pgh_id")] == ["insert", "update"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_conflict_shows_both_and_the_second_saving_overwrites(desk: Desk, headers: dict[str, str]) -> None:
    citation = desk.citation()
    sent = {**CITATION, "seen": citation.mark}
    Citation.objects.filter(pk=citation.pk).update(note="Table 3")
    answer = desk.client.post(f"/citations/{citation.pk}/", {**sent, "note": "Table 4"}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Table 3" in page
    assert "Table 4</textarea>" in page
    sent["seen"] = answer.context["citation_form"].data["seen"]
    desk.client.post(f"/citations/{citation.pk}/", {**sent, "note": "Table 4"}, headers=headers)
    citation.refresh_from_db()
    assert citation.note == "Table 4"


def test_removing(desk: Desk) -> None:
    citation = desk.citation()
    answer = desk.client.post(f"/citations/{citation.pk}/remove/", {"seen": "stale"}, headers=HTMX)
    assert answer.status_code == 409
    assert Citation.objects.exists()
    desk.client.post(f"/citations/{citation.pk}/remove/", {"seen": citation.mark}, headers=HTMX)
    assert not Citation.objects.exists()


def test_other_peoples_citations_are_theirs(desk: Desk) -> None:
    citation = desk.citation()
    other = Client()
    other.force_login(recipes.user())
    sent = {**CITATION, "seen": citation.mark}
    assert other.get(f"/citations/{citation.pk}/").status_code == 403
    assert other.post(f"/citations/{citation.pk}/", sent).status_code == 403
    assert other.post(f"/citations/{citation.pk}/remove/", sent).status_code == 403
    assert Client().post(f"/citations/{citation.pk}/remove/", sent).status_code == 302
    assert events_of(citation).count() == 1
