"""A librarian's day in a real browser: pages without fault, names resolved, sources merged in the admin."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.actions import sources as actions
from claims.models import Source, User
from claims.roles import Role, give_role
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in


@pytest.fixture
def desk(live_server: LiveServer, setup: None, page: Page) -> LiveServer:
    """Sources with statements, a name that waits, and a librarian signed in."""
    lena = User.objects.create_user("lena", first_name="Lena", email="lena@example.org", password="x")
    give_role(lena, Role.LIBRARIAN)
    anna = actions.create_source(name="Anna Berg", kind="person", aliases=["A. Berg"], affiliation="Port", by=lena)
    ann = actions.create_source(name="Ann Berg", kind="person", by=lena)
    group = actions.create_source(name="activists", kind="group", by=lena)
    for source in (anna, anna, ann, group):
        review = recipes.review(state="submitted", reviewer=lena)
        claim = recipes.claim(state="decided", decided_review=review)
        recipes.statement(claim=claim).statement_sources.create(source=source)
    recipes.statement(speaker="Berg", speaker_kind="person")
    sign_in(page, live_server, lena)
    return live_server


def assert_nothing_is_wrong(page: Page) -> None:
    """axe finds nothing, and nothing sticks out."""
    assert_axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "nothing sticks out at 320 pixels"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_a_librarian(desk: LiveServer, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 700})
    anna, group = Source.objects.get(name="Anna Berg"), Source.objects.get(kind="group")
    filing = "/sources/unresolved/file/?name=berg&kind=person"
    for path in (
        "/sources/", "/sources/?q=nobody", "/sources/unresolved/", filing,
        anna.get_absolute_url(), group.get_absolute_url(),
    ):  # fmt: skip
        page.goto(desk.url + path)
        assert_nothing_is_wrong(page)


def test_the_list_follows_what_is_typed_and_the_address_keeps_it(desk: LiveServer, page: Page) -> None:
    page.goto(desk.url + "/sources/")
    page.get_by_label("Name").fill("a. berg")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/sources/\?q=a\.\+berg$"))
    page.reload()
    expect(page.locator("#list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Remove the filter Name").click()
    expect(page.locator("#list tbody tr")).to_have_count(3)


def test_a_name_is_filed_after_a_look_at_what_is_filed(desk: LiveServer, page: Page) -> None:
    page.goto(desk.url + "/sources/unresolved/")
    page.get_by_role("link", name="File Berg under Anna Berg").click()
    expect(page.get_by_role("heading", name="These will be filed")).to_be_visible()
    expect(page.get_by_label("Anna Berg, Port, person")).to_be_checked()
    page.get_by_role("button", name="File 1 statement").click()
    expect(page.locator(".toast")).to_contain_text("1 statement filed under “Anna Berg”.")
    expect(page.get_by_role("heading", name="Every name is resolved")).to_be_visible()


def test_a_librarian_adds_an_alias_and_merges_two_sources(desk: LiveServer, page: Page) -> None:
    old = Source.objects.get(name="Ann Berg").get_absolute_url()
    page.goto(desk.url + "/sources/")
    page.get_by_role("link", name="Ann Berg").click()
    page.get_by_role("link", name="Edit").click()
    page.locator("[name=aliases-1-name]").fill("Berg, Ann")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("changed successfully")
    page.locator("#searchbar").fill("Berg")
    page.keyboard.press("Enter")
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_have_count(2)
    for row in rows.all():
        row.locator(".action-select").check()
    page.locator("select[name=action]").select_option("merge")
    page.locator("button[name=index]").click()
    expect(page.get_by_role("heading", name="Merge sources")).to_be_visible()
    page.get_by_label("Anna Berg").check()
    page.get_by_role("button", name="Show what would move").click()
    moving = page.get_by_role("row", name="Ann Berg Ann Berg, Berg, Ann 1")
    expect(moving).to_be_visible()
    page.get_by_role("button", name="Merge into Anna Berg").click()
    expect(page.locator(".messagelist")).to_contain_text("Merged into “Anna Berg”")
    page.goto(desk.url + old)
    expect(page.get_by_role("heading", level=1)).to_have_text("Anna Berg")
    expect(page.get_by_text("3 in 3 articles")).to_be_visible()
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ann Berg")


def test_the_policy_holds_in_the_admin(desk: LiveServer, page: Page) -> None:
    """The `page` fixture fails on each violation: forms, lists, import with its preview, and the rest."""
    admin = User.objects.create_user("ada")
    give_role(admin, Role.ADMINISTRATOR)
    sign_in(page, desk, admin)
    anna, user = Source.objects.get(name="Anna Berg"), User.objects.get(username="lena")
    for path in (
        "", "claims/source/", f"claims/source/{anna.pk}/change/", f"claims/source/{anna.pk}/history/",
        "claims/sourcemerge/", "claims/outlet/add/", "claims/rating/", "claims/rating/add/", "claims/user/add/",
        f"claims/user/{user.pk}/change/", f"claims/user/{user.pk}/password/", "claims/review/", "claims/statement/",
        "claims/claim/", "claims/article/",
    ):  # fmt: skip
        answer = page.goto(f"{desk.url}/admin/{path}")
        assert answer is not None
        assert answer.status == 200, path
    page.goto(f"{desk.url}/admin/claims/source/import/")
    csv = f"id,affiliation\n{anna.pk},Harbour\n".encode()
    page.set_input_files("input[type=file]", {"name": "sources.csv", "mimeType": "text/csv", "buffer": csv})
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".import-preview ins")).to_have_text("Harbour")
    page.get_by_role("button", name="Confirm import").click()
    expect(page.locator(".messagelist")).to_contain_text("1 updated")
