"""Whose statement it is, changed on the page of its claim."""

import pytest
from django.test import Client

from claims.models import Alias
from claims.roles import Role
from tests import recipes
from tests.integration.desk import HTMX, Desk, make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Desk:
    return make_desk(client)


def test_sources_are_found_by_any_of_their_names(desk: Desk) -> None:
    lavrov = recipes.source()
    Alias.objects.create(source=lavrov, name="Foreign Minister of Russia")
    address = f"/statements/{desk.statement.pk}/sources/"
    page = desk.client.get(address, {"choosing": "1", "q": "foreign minister"}, headers=HTMX).content.decode()
    assert "Sergei Lavrov" in page
    assert "<html" not in page
    whole = desk.client.get(address, {"choosing": "1", "q": "foreign minister"}).content.decode()
    assert "Sergei Lavrov" in whole
    assert "<html" in whole


def test_a_statement_is_filed_under_those_ticked_in_their_order(desk: Desk) -> None:
    one, two = recipes.source(name="Hillary Clinton"), recipes.source()
    address = f"/statements/{desk.statement.pk}/sources/"
    sent = {"choosing": 1, "sources": [two.pk, one.pk]}
    assert desk.client.post(address, sent).headers["Location"] == desk.address
    assert list(desk.statement.sources.order_by("statement_sources__position")) == [two, one]
    page = desk.client.post(address, {"choosing": 1}, headers=HTMX).content.decode()
    assert "nobody in particular" in page
    assert 'id="background" hx-swap-oob="true"' in page
    desk.statement.refresh_from_db()
    assert desk.statement.sources_set_by == desk.ana


def test_an_unresolved_name_comes_with_suggestions(desk: Desk) -> None:
    clinton = recipes.source(name="Hillary Clinton")
    Alias.objects.create(source=clinton, name="Hillary Clinton")
    desk.statement.speaker = "Clinton"
    desk.statement.save()
    page = desk.client.get(desk.address).content.decode()
    assert "Unresolved" in page
    assert f'name="sources" value="{clinton.pk}"' in page


def test_readers_file_nothing(client: Client) -> None:
    desk = make_desk(client, Role.READER)
    source = recipes.source()
    address = f"/statements/{desk.statement.pk}/sources/"
    assert client.post(address, {"choosing": 1, "sources": [source.pk]}).status_code == 403
    assert client.get(address).status_code == 403
    assert not desk.statement.sources.exists()
