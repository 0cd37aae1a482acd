"""What everybody did, and records as they stood, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions.sources import add_alias, describe_source
from claims.models import Source
from claims.roles import Role
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in


@pytest.fixture
def desk(live_server: LiveServer, setup: None, page: Page) -> LiveServer:
    """Two people who changed a source, and an editor signed in, who is also in the admin."""
    eva = recipes.user(Role.ADMINISTRATOR, first_name="Eva")
    source = Source.objects.create(name="Sergei Lavrov", kind="person")
    describe_source(source=source, by=eva, description="A minister")
    add_alias(source=source, name="S. Lavrov", by=recipes.user(Role.LIBRARIAN, first_name="Lena"))
    Source.objects.bulk_create([Source(name="One"), Source(name="Two")])
    sign_in(page, live_server, eva)
    return live_server


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_without_fault_and_narrow_enough(desk: LiveServer, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 700})
    record = f"/record/source/{Source.objects.get(name='Sergei Lavrov').pk}/"
    moments = "?at=2020-01-01T10:00&and=2100-01-01T10:00"
    for path in ("/activity/", "/activity/?kind=rating&until=2000-01-01T10:00", record, record + moments):
        page.goto(desk.url + path)
        for details in page.locator("#list details").all():
            details.locator("summary").click()
        assert_axe_finds_nothing(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, "nothing sticks out at 320 pixels"


def test_from_the_menu_to_what_changed_in_a_record(desk: LiveServer, page: Page) -> None:
    page.goto(desk.url + "/")
    page.get_by_role("link", name="Activity").click()
    page.get_by_label("Kind of record").select_option("source")
    expect(page).to_have_url(re.compile(r"/activity/\?kind=source$"))
    page.get_by_label("Person").select_option(label="Eva")
    expect(page).to_have_url(re.compile(r"/activity/\?person=\d+&kind=source$"))
    expect(page.locator("#list .row")).to_have_count(1)
    page.get_by_role("link", name=re.compile(r"^Record \d+")).click()
    expect(page.locator(".facts")).to_contain_text("A minister")
    page.get_by_role("link", name="What changed").click()
    expect(page.locator(".record-differences tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Show").click()  # the moments as the browser took them over
    expect(page.locator(".record-differences tbody tr")).to_contain_text("A minister")
