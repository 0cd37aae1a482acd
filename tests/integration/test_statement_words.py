"""Correcting the words of a statement and adding a missed one."""

import re
from typing import Any

import pytest
from django.test import Client

from claims.actions.statements import correct_spans
from claims.models import Claim, Source, Statement, StatementSource, User
from claims.roles import Role
from tests import recipes
from tests.statements import events_of

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
TEXT = "🌊 Dam news 🙂\n\nActivists say the dam 👩‍👩‍👧 will break. “No,” Lavrov said, “it will hold.”\n\nNothing else happened.\n\nThe end."
#       1  2   3    4   (paragraph 2:) 5 Activists 6 say 7 the 8 dam 9 👩‍👩‍👧 10 will 11 break. 12 “No,” 13 Lavrov 14 said, 15 “it
#       16 will 17 hold.”  (3:) 18 Nothing 19 else 20 happened.  (4:) 21 The 22 end.


def spans(**words: str | list[str]) -> dict[str, list[list[int]]]:
    found = {}
    for role in ("source", "cue", "content"):
        parts = words.get(role, [])
        parts = [parts] if isinstance(parts, str) else parts
        found[role] = [[TEXT.index(part), TEXT.index(part) + len(part)] for part in parts]
    return found


def words_of(statement: Statement) -> dict[str, list[str]]:
    return {role: statement.words_of(role) for role in ("source", "cue", "content")}


@pytest.fixture
def ana(client: Client) -> User:
    user = recipes.user(Role.REVIEWER, username="ana", first_name="Ana")
    client.force_login(user)
    return user


@pytest.fixture
def statement() -> Statement:
    version = recipes.article(TEXT).shown_version
    found = spans(source="Activists", cue="say", content="the dam")
    return recipes.statement(article_version=version, spans=found, claim=recipes.claim(text="The dam"))


def chosen(statement: Statement | None = None, **runs: str) -> dict[str, Any]:
    """What the page sends: `content="7-11 15"`."""
    data: dict[str, Any] = {"speech": "speech"}
    if statement:
        data["expected_version"] = statement.version
    for role, text in runs.items():
        pairs = [(part.split("-") * 2)[:2] for part in text.split()]
        data[f"{role}_from"], data[f"{role}_to"] = [a for a, _ in pairs], [b for _, b in pairs]
    return data


def marked(page: str) -> dict[int, str]:
    """The roles of the words on the page."""
    return {int(n): role for n, role in re.findall(r'data-word="(\d+)" data-role="(\w+)"', page)}


# --- Who ------------------------------------------------------------------------------------------------


def test_strangers_sign_in_first(client: Client) -> None:
    for address in ("/statements/1/edit/", "/articles/1/statements/add/"):
        assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("role", [Role.READER, Role.LIBRARIAN])
def test_only_reviewers_mark_words(client: Client, statement: Statement, role: Role) -> None:
    client.force_login(recipes.user(role))
    data = chosen(statement, content="7-11")
    for address in (
        f"/statements/{statement.pk}/edit/",
        f"/articles/{statement.article_version.article_id}/statements/add/",
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, data).status_code == 403
    assert list(Statement.objects.values_list("version", flat=True)) == [1]


def test_after_the_decision_editors_only(client: Client, ana: User) -> None:
    decided = recipes.statement(claim=recipes.decided_claim())
    assert client.get(f"/statements/{decided.pk}/edit/").status_code == 403
    client.force_login(recipes.user(Role.EDITOR))
    assert client.get(f"/statements/{decided.pk}/edit/").status_code == 200


def test_what_is_not_there(client: Client, ana: User) -> None:
    assert client.get("/statements/999/edit/").status_code == 404
    assert client.get("/articles/999/statements/add/").status_code == 404


# --- Correcting -----------------------------------------------------------------------------------------


def test_the_page_shows_the_words_with_their_roles(client: Client, ana: User, statement: Statement) -> None:
    page = client.get(f"/statements/{statement.pk}/edit/").content.decode()
    assert marked(page) == {5: "source", 6: "cue", 7: "content", 8: "content"}
    assert 'data-word="9" aria-pressed="false" tabindex="-1">👩‍👩‍👧</button>' in page
    assert 'data-word="7" data-role="content" aria-label="the: content" aria-pressed="true" tabindex="0"' in page
    shown = [int(number) for number in re.findall(r'data-word="(\d+)"', page)]
    assert shown == list(range(1, 21)), "its paragraph with the one before and the one after"
    assert "More below" in page
    assert "More above" not in page
    assert '<option value="7" selected>7 the</option>' in page, "without scripts there are lists"


def test_corrected_words_are_stored_as_code_points(client: Client, ana: User, statement: Statement) -> None:
    data = chosen(statement, source="5", cue="6", content="7-11") | {
        "next": f"/articles/{statement.article_version.article_id}/"
    }
    assert client.post(f"/statements/{statement.pk}/edit/", data).headers["Location"] == data["next"]
    assert "The statement is corrected." in client.get("/profile/").content.decode()
    statement.refresh_from_db()
    assert words_of(statement) == {"source": ["Activists"], "cue": ["say"], "content": ["the dam 👩‍👩‍👧 will break"]}
    assert statement.spans["content"] == spans(content="the dam 👩‍👩‍👧 will break")["content"]
    assert (statement.edited_by, statement.form, statement.claim.text) == (ana, "indirect", "The dam 👩‍👩‍👧 will break")


def test_discontinuous_words_and_a_thought(client: Client, ana: User, statement: Statement) -> None:
    data = chosen(statement, source="13", cue="14", content="12 15-17") | {"speech": "thought"}
    assert client.post(f"/statements/{statement.pk}/edit/", data).status_code == 302
    statement.refresh_from_db()
    assert words_of(statement) == {"source": ["Lavrov"], "cue": ["said"], "content": ["“No,”", "“it will hold.”"]}
    assert (statement.form, statement.speech) == ("direct", False)
    assert statement.extraction is not None, "what the model found stays known"


def test_what_the_speech_does_and_that_it_was_not_said(client: Client, ana: User, statement: Statement) -> None:
    data = chosen(statement, source="5", cue="6", content="7-8") | {"act": "deny", "negated": "on"}
    client.post(f"/statements/{statement.pk}/edit/", data)
    statement.refresh_from_db()
    assert (statement.speech, statement.act, statement.negated) == (True, "deny", True)
    assert (statement.claim.act, statement.claim.negated) == ("deny", True), "the queue filters by its claim's"
    page = client.get(f"/statements/{statement.pk}/edit/").content.decode()
    assert '<option value="deny" selected>Denies</option>' in page
    data = chosen(statement, source="5", cue="6", content="7-8") | {"speech": "thought", "act": "deny"}
    client.post(f"/statements/{statement.pk}/edit/", data)
    statement.refresh_from_db()
    assert (statement.speech, statement.act, statement.negated) == (False, "", False), "a thought does nothing"


def test_history_says_who_corrected(client: Client, ana: User, statement: Statement) -> None:
    before = events_of(Statement).count()
    client.post(f"/statements/{statement.pk}/edit/", chosen(statement, content="7-11"))
    event = events_of(Statement).select_related("pgh_context").latest("pgh_id")
    assert events_of(Statement).count() == before + 1
    assert (event.edited_by_id, event.pgh_context.metadata["action"]) == (ana.pk, "correct_spans")


def test_the_same_words_write_nothing(client: Client, ana: User, statement: Statement) -> None:
    client.post(f"/statements/{statement.pk}/edit/", chosen(statement, source="5", cue="6", content="7-8"))
    assert "Nothing was changed" in client.get("/profile/").content.decode()
    statement.refresh_from_db()
    assert (statement.version, statement.edited_by) == (1, None)


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ({"content": "7-99"}, "There is no such word"),
        ({"content": "0-8"}, "There is no such word"),
        ({"content": "x-8"}, "There is no such word"),
        ({"content": "7-99999999999999999999"}, "There is no such word"),
        ({"source": "5"}, "Mark at least one word of what was said."),
        ({"content": "4"}, "Mark at least one word of what was said."),
        ({"source": "5-7", "content": "7-8"}, "“the” is marked both as source and as content."),
    ],
)
def test_bad_choices_are_told_and_kept(
    client: Client, ana: User, statement: Statement, runs: dict[str, str], reason: str
) -> None:
    answer = client.post(f"/statements/{statement.pk}/edit/", chosen(statement, **runs))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    if runs.get("source"):
        assert marked(page)[5] == "source"
    statement.refresh_from_db()
    assert statement.version == 1


def test_ends_may_come_in_any_order_and_alone(client: Client, ana: User, statement: Statement) -> None:
    data = chosen(statement, content="11-7") | {"source_from": ["5", ""], "source_to": ["", ""]}
    assert client.post(f"/statements/{statement.pk}/edit/", data).status_code == 302
    statement.refresh_from_db()
    assert words_of(statement) == {"source": ["Activists"], "cue": [], "content": ["the dam 👩‍👩‍👧 will break"]}


def test_the_later_one_is_told_what_changed_and_loses_nothing(client: Client, ana: User, statement: Statement) -> None:
    ben = recipes.user(Role.REVIEWER, first_name="Ben", last_name="Okoro")
    theirs = spans(source="Lavrov", cue="said", content="“it will hold.”")
    correct_spans(statement=statement, spans=theirs, by=ben, expected_version=1)
    data = chosen(statement, source="5", cue="6", content="7-11")
    answer = client.post(f"/statements/{statement.pk}/edit/", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ben Okoro changed this statement since you opened it." in page
    assert "“it will hold.”" in page
    assert marked(page) == {5: "source", 6: "cue", **dict.fromkeys(range(7, 12), "content")}
    assert 'name="expected_version" value="2"' in page
    statement.refresh_from_db()
    assert statement.edited_by == ben
    assert client.post(f"/statements/{statement.pk}/edit/", {**data, "expected_version": 2}).status_code == 302
    statement.refresh_from_db()
    assert words_of(statement)["content"] == ["the dam 👩‍👩‍👧 will break"]


def test_a_mistake_does_not_hide_a_conflict(client: Client, ana: User, statement: Statement) -> None:
    correct_spans(statement=statement, spans=spans(content="Nothing"), by=ana, expected_version=1)
    page = client.post(f"/statements/{statement.pk}/edit/", chosen(statement, source="5")).content.decode()
    assert 'name="expected_version" value="1"' in page


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_leads_back_to_pages_of_ours_only(client: Client, ana: User, statement: Statement, elsewhere: str) -> None:
    page = client.get(f"/statements/{statement.pk}/edit/", {"next": elsewhere}).content.decode()
    assert elsewhere not in page.replace("next=", "").split('id="editor"')[1].split("hx-post")[0]
    data = chosen(statement, content="7-11") | {"next": elsewhere}
    answer = client.post(f"/statements/{statement.pk}/edit/", data)
    assert answer.headers["Location"] == f"/articles/{statement.article_version.article_id}/#statement-{statement.pk}"


# --- More of the text -----------------------------------------------------------------------------------


def test_more_of_the_text_keeps_the_choice(client: Client, ana: User, statement: Statement) -> None:
    data = chosen(statement, content="7-11") | {"low": "1", "high": "20", "show": "below"}
    address = f"/statements/{statement.pk}/edit/"
    answer = client.post(address, data)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'data-word="22"' in page
    assert marked(page) == dict.fromkeys(range(7, 12), "content")
    assert 'role="alert"' not in page
    assert Statement.objects.get().version == 1
    fragment = client.post(address, data, headers=HTMX).content.decode()
    strip = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>')
    assert strip.sub("", fragment).strip() in strip.sub("", page)
    assert "<html" not in fragment


def test_another_part_without_scripts(client: Client, ana: User, statement: Statement) -> None:
    data = chosen(statement, content="7-11") | {"show": "content"}
    page = client.post(f"/statements/{statement.pk}/edit/", data).content.decode()
    assert page.count('<select name="content_from">') == 2
    assert page.count('<select name="source_from">') == 1


def test_an_endless_line_is_shown_in_part(client: Client, ana: User) -> None:
    version = recipes.article("word " * 5000).shown_version
    statement = recipes.statement(article_version=version, spans={"source": [], "cue": [], "content": [[10000, 10004]]})
    page = client.get(f"/statements/{statement.pk}/edit/").content.decode()
    assert 100 < page.count("data-word=") < 700
    assert "More above" in page
    assert "More below" in page


# --- Adding ---------------------------------------------------------------------------------------------


def test_a_missed_statement_is_added(client: Client, ana: User, statement: Statement) -> None:
    lavrov = recipes.source(name="Sergei Lavrov")
    article = statement.article_version.article
    address = f"/articles/{article.pk}/statements/add/"
    page = client.get(address, {"paragraph": "4"}).content.decode()
    assert [int(number) for number in re.findall(r'data-word="(\d+)"', page)] == [18, 19, 20, 21, 22]
    data = chosen(source="13", cue="14", content="12 15-17") | {"speaker": "sergei lavrov", "speaker_kind": "person"}
    answer = client.post(address, data)
    added = Statement.objects.exclude(pk=statement.pk).get()
    assert answer.headers["Location"] == f"/articles/{article.pk}/#statement-{added.pk}"
    assert words_of(added) == {"source": ["Lavrov"], "cue": ["said"], "content": ["“No,”", "“it will hold.”"]}
    assert (added.edited_by, added.extraction, added.speaker) == (ana, None, "sergei lavrov")
    assert list(added.sources.all()) == [lavrov]
    assert added.claim.text == "No, it will hold."
    first = events_of(Statement).select_related("pgh_context").filter(pgh_obj_id=added.pk).earliest("pgh_id")
    assert first.pgh_context.metadata["action"] == "add_statement"


def test_a_new_full_name_becomes_a_source_and_nobody_named_does_not(client: Client, ana: User) -> None:
    article = recipes.article(TEXT)
    address = f"/articles/{article.pk}/statements/add/"
    client.post(address, chosen(cue="6", content="7-11") | {"speaker": "Mia Wolf", "speaker_kind": "person"})
    assert Source.objects.get().name == "Mia Wolf"
    client.post(address, chosen(cue="14", content="15-17") | {"speaker": "", "speaker_kind": "unknown"})
    assert Statement.objects.count() == 2
    assert StatementSource.objects.count() == 1


def test_the_same_statement_is_not_added_twice(client: Client, ana: User, statement: Statement) -> None:
    address = f"/articles/{statement.article_version.article_id}/statements/add/"
    data = chosen(source="5", cue="6", content="7-8") | {"speaker_kind": "unknown"}
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert "This statement is there already." in answer.content.decode()
    assert (Statement.objects.count(), Claim.objects.count()) == (1, 1)


def test_names_of_the_article_are_offered(client: Client, ana: User, statement: Statement) -> None:
    StatementSource.objects.create(statement=statement, source=recipes.source(name="Greta Lund"))
    page = client.get(f"/articles/{statement.article_version.article_id}/statements/add/").content.decode()
    assert '<option value="Greta Lund">' in page


# --- From the claim and the article ---------------------------------------------------------------------


def test_the_claim_leads_there_and_back_and_tells_who_corrected(
    client: Client, ana: User, statement: Statement
) -> None:
    claim_page = client.get(f"/claims/{statement.claim_id}/", {"queue": "state=new&q=dam"}).content.decode()
    link = re.search(r'href="(/statements/\d+/edit/\?next=[^"]+)"', claim_page)
    assert link
    page = client.get(link[1]).content.decode()
    back = f"/claims/{statement.claim_id}/?queue=state%3Dnew%26q%3Ddam"
    assert f'name="next" value="{back}"' in page
    answer = client.post(link[1], chosen(statement, content="7-11") | {"next": back}, follow=True)
    assert "The statement is corrected." in answer.content.decode()
    history = client.get(f"/claims/{statement.claim_id}/", {"show": "history"}).content.decode()
    assert "Ana" in history
    assert "corrected which words are source, cue and content" in history


def test_the_article_leads_there_for_those_who_may(client: Client, ana: User, statement: Statement) -> None:
    article = statement.article_version.article_id
    page = client.get(f"/articles/{article}/").content.decode()
    assert f'href="/statements/{statement.pk}/edit/"' in page
    assert f'href="/articles/{article}/statements/add/?paragraph=2"' in page
    client.force_login(recipes.user(Role.READER))
    page = client.get(f"/articles/{article}/").content.decode()
    assert "/edit/" not in page
    assert "/statements/add/" not in page
