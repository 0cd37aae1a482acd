"""Marking words in a real browser: by keyboard alone, by dragging, and without scripts; in a text with emoji."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from claims.models import Statement, User
from claims.roles import Role, give_role
from tests import recipes
from tests.functional.browser import assert_axe_finds_nothing, sign_in

TEXT = (
    "🌊 Dam news 🙂\n\nActivists say the dam 👩‍👩‍👧 will break soon. “No,” Lavrov said, “it will hold.”\n\n"
    "Nothing else happened in a day.\n\nThe end."
)
SPANS = {"source": [[14, 23]], "cue": [[24, 27]], "content": [[28, 35]]}  # Activists, say, the dam


@pytest.fixture
def statement(live_server: LiveServer, setup: None, page: Page) -> Statement:
    """A statement whose words are not right, and a reviewer signed in."""
    ana = User.objects.create_user("ana", first_name="Ana", last_name="Ruiz", email="ana@example.org", password="x")
    give_role(ana, Role.REVIEWER)
    sign_in(page, live_server, ana)
    return recipes.statement(article_version=recipes.article(TEXT).shown_version, spans=SPANS)


def words_of(statement: Statement) -> dict[str, list[str]]:
    """Its words as they are stored now."""
    statement.refresh_from_db()
    return {role: statement.words_of(role) for role in ("source", "cue", "content")}


def edit(live_server: LiveServer, statement: Statement) -> str:
    """Where its words are corrected; from there it goes to a page that is there without anything else."""
    return f"{live_server.url}/statements/{statement.pk}/edit/?next=/profile/"


def word(page: Page, number: int) -> Locator:
    return page.locator(f"[data-word='{number}']")


def test_by_keyboard_alone(live_server: LiveServer, statement: Statement, page: Page) -> None:
    page.goto(edit(live_server, statement))
    word(page, 7).focus()
    page.keyboard.press("Shift+ArrowRight")  # shorter: from its first word that border moves
    expect(word(page, 7)).to_have_attribute("aria-pressed", "false")
    expect(word(page, 8)).to_be_focused()
    page.keyboard.press("Shift+ArrowLeft")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(word(page, 11)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowLeft")  # longer: alone, it grows both ways
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    chosen = page.locator("[data-chosen=content]")
    expect(chosen).to_have_text("the dam 👩‍👩‍👧 will break soon.")
    expect(page.locator("[data-said]")).to_have_text("content: the dam 👩‍👩‍👧 will break soon.")
    page.keyboard.press("1")  # the source; the focus stays
    expect(word(page, 12)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.locator("[data-chosen=source]")).to_have_text("Activists … break")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-chosen=source]")).to_have_text("Activists")
    expect(chosen).to_have_text("the dam 👩‍👩‍👧 will break soon.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("The statement is corrected.")
    assert words_of(statement) == {
        "source": ["Activists"],
        "cue": ["say"],
        "content": ["the dam 👩‍👩‍👧 will break soon"],
    }


def test_arrows_lead_to_the_line_above_and_below(live_server: LiveServer, statement: Statement, page: Page) -> None:
    page.goto(edit(live_server, statement))
    word(page, 5).focus()
    page.keyboard.press("ArrowUp")
    expect(word(page, 2)).to_be_focused()  # the nearest, not the first
    page.keyboard.press("ArrowDown")
    expect(word(page, 5)).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator("[data-word]").last).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-word]").last).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("[data-word]:focus")).to_have_count(0)


def drag(page: Page, first: int, last: int) -> None:
    for number, act in ((first, page.mouse.down), (last, page.mouse.up)):
        box = word(page, number).bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
        act()


def test_by_mouse(live_server: LiveServer, statement: Statement, page: Page) -> None:
    page.goto(edit(live_server, statement))
    drag(page, 7, 8)  # begun on a marked word, a drag takes away
    expect(page.locator("[data-chosen=content]")).to_have_text("")
    word(page, 13).click()
    drag(page, 16, 18)
    expect(page.locator("[data-chosen=content]")).to_have_text("“No,” … “it will hold.”")
    page.get_by_role("radio", name="Cue").check(force=True)
    word(page, 6).click()
    word(page, 15).click()
    page.get_by_role("radio", name="Source").check(force=True)
    word(page, 5).click()
    word(page, 15).click()
    page.get_by_role("button", name="Undo").click()
    word(page, 14).click()
    assert_axe_finds_nothing(page)
    page.get_by_role("button", name="Save the statement").click()
    expect(page.locator(".toast")).to_contain_text("The statement is corrected.")
    assert words_of(statement) == {"source": ["Lavrov"], "cue": ["said"], "content": ["“No,”", "“it will hold.”"]}


def test_more_of_the_text_keeps_the_choice(live_server: LiveServer, statement: Statement, page: Page) -> None:
    page.goto(edit(live_server, statement))
    word(page, 9).click()
    expect(page.get_by_text("end.")).to_have_count(0)
    page.get_by_role("button", name="More below").click()
    expect(page.get_by_role("button", name="end.")).to_be_visible()
    expect(page.locator("[data-chosen=content]")).to_have_text("the dam 👩‍👩‍👧")
    expect(page.locator("[data-word]:focus")).to_have_count(1)
    word(page, 9).click()
    expect(page.locator("[data-chosen=content]")).to_have_text("the dam")


def test_a_missed_statement_without_scripts(
    live_server: LiveServer, statement: Statement, page: Page, browser: Browser
) -> None:
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(
        [{"name": c["name"], "value": c["value"], "url": live_server.url} for c in page.context.cookies()]
    )
    tab = plain.new_page()
    article = statement.article_version.article_id
    tab.goto(f"{live_server.url}/articles/{article}/statements/add/?paragraph=2&next=/profile/")
    tab.locator("select[name=source_from]").select_option("14")
    tab.locator("select[name=cue_from]").select_option("15")
    tab.locator("select[name=content_from]").select_option("13")
    tab.get_by_role("button", name="Another part of the content").click()
    tab.locator("select[name=content_from]").nth(1).select_option("16")
    tab.locator("select[name=content_to]").nth(1).select_option("18")
    tab.get_by_label("Attributed to").fill("Sergei Lavrov")
    tab.get_by_label("Kind, for a new name").select_option("person")
    tab.get_by_role("button", name="Add the statement").click()
    expect(tab.locator(".toast")).to_contain_text("Statement added.")
    plain.close()
    added = Statement.objects.exclude(pk=statement.pk).get()
    assert words_of(added) == {"source": ["Lavrov"], "cue": ["said"], "content": ["“No,”", "“it will hold.”"]}
    assert [source.name for source in added.sources.all()] == ["Sergei Lavrov"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_small_screen_with_a_finger(
    live_server: LiveServer, statement: Statement, page: Page, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 320, "height": 700})
    article = statement.article_version.article_id
    page.goto(f"{live_server.url}/articles/{article}/statements/add/?paragraph=2")
    word(page, 14).click()
    assert_axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, "nothing sticks out at 320 pixels"
