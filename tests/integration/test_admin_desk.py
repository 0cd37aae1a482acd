"""What the admin shows of the desk's work, and its way to the desk's own pages."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from claims.actions.reviewing import reopen_claim
from claims.actions.settling import settle_claim
from claims.models import Claim, Source, User
from claims.roles import Role
from tests import recipes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> User:
    person = recipes.user(Role.ADMINISTRATOR, is_superuser=True, username="ada")
    client.force_login(person)
    return person


def test_settlements_are_listed_as_long_as_they_hold(client: Client, ada: User) -> None:
    claim = recipes.reviewed_claim(recipes.rating(), recipes.rating())
    third = recipes.rating(label="Half true")
    settlement = settle_claim(claim=claim, rating=third, reason="Both forget the fees.", by=ada)
    page = f"/admin/claims/settlement/{settlement.pk}/change/"
    assert [row.pk for row in client.get("/admin/claims/settlement/").context["cl"].result_list] == [settlement.pk]
    assert "Both forget the fees." in client.get(page).text
    assert client.post(page, {"reason": "So."}).status_code == 403
    reopen_claim(claim=Claim.objects.get(pk=claim.pk), reason="News.", by=ada)
    assert not client.get("/admin/claims/settlement/").context["cl"].result_list


@pytest.mark.usefixtures("ada")
def test_the_way_to_the_site_is_for_what_the_admin_shows(client: Client) -> None:
    source = recipes.source()
    kind = ContentType.objects.get_for_model(Source)
    assert client.get(f"/admin/r/{kind.pk}/{source.pk}/")["Location"].endswith(f"/sources/{source.pk}/")
    assert client.get(f"/admin/r/{kind.pk}/987654/").status_code == 404
    for other in ContentType.objects.all():  # some of whose models have no table
        assert client.get(f"/admin/r/{other.pk}/987654/").status_code == 404, other
    assert client.get(f"/admin/r/{ContentType.objects.latest('pk').pk + 1}/1/").status_code == 404
    client.logout()
    assert "/login/" in client.get(f"/admin/r/{kind.pk}/{source.pk}/")["Location"]
