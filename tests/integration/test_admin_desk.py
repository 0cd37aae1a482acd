"""What the admin shows of the desk's work, and its way to the desk's own pages."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from claims.models import Source, User
from claims.roles import Role
from tests import recipes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> User:
    person = recipes.user(Role.ADMINISTRATOR, is_superuser=True, username="ada")
    client.force_login(person)
    return person


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
