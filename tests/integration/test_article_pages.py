"""The pages of articles: who sees them, what they show, what they store."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import DjangoAssertNumQueries

from claims.models import Article, Intake, StatementSource, User
from claims.roles import Role
from tests import recipes
from tests.recipes import SPANS, TEXT
from tests.unit.ingest.files import PAGE

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PASTE = {
    "text": "PORT ALDER, 8 Sept 2026 (AFP) - The dam holds, the mayor said.\r\n\r\nNobody else spoke of it in the town.",
    "title": "The dam",
    "outlet_name": "The Alder Post",
    "published_on": "2026-09-08",
    "address": "https://alder.example/dam",
}


@pytest.fixture
def ana(client: Client) -> User:
    user = recipes.user(Role.REVIEWER, username="ana", first_name="Ana")
    client.force_login(user)
    return user


@pytest.fixture
def reader(client: Client) -> User:
    user = recipes.user(Role.READER)
    client.force_login(user)
    return user


def words(client: Client, address: str, **headers: str) -> str:
    return client.get(address, headers=headers).content.decode()


# --- Who ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/articles/", "/articles/add/", "/articles/1/", "/articles/1/edit/", "/articles/intakes/1/"]
)
def test_strangers_are_sent_to_the_sign_in_page(client: Client, address: str) -> None:
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


def test_readers_read_but_do_not_add_or_correct(client: Client, reader: User) -> None:
    article = recipes.article()
    page = words(client, f"/articles/{article.pk}/")
    assert "Lavrov said it will hold." in page
    assert "edit/" not in page
    assert client.get("/articles/").status_code == 200
    assert client.get("/articles/add/").status_code == 403
    assert client.post("/articles/add/", PASTE).status_code == 403
    assert client.post("/articles/intakes/", {"address": "https://alder.example/"}).status_code == 403
    assert client.post(f"/articles/{article.pk}/edit/", {"title": "Mine"}).status_code == 403
    assert client.post(f"/articles/{article.pk}/retry/").status_code == 403
    assert Article.objects.count() == 1
    assert not Intake.objects.exists()


# --- Adding ---------------------------------------------------------------------------------------------


def test_a_pasted_article_is_stored_and_handed_to_the_worker(client: Client, ana: User) -> None:
    answer = client.post("/articles/add/", PASTE)
    article = Article.objects.get()
    assert answer.headers["Location"] == f"/articles/{article.pk}/"
    assert (article.title, article.outlet and article.outlet.name, article.added_by) == (
        "The dam",
        "The Alder Post",
        ana,
    )
    assert article.shown_version.text == PASTE["text"].replace("\r\n", "\n")
    assert timezone.localdate(article.published_at).isoformat() == "2026-09-08"
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args["version_id"]) == ("claims.tasks.extract_article", article.shown_version.pk)
    page = words(client, f"/articles/{article.pk}/")
    assert "Waiting for a worker" in page
    assert 'hx-trigger="every 1s"' in page


def test_checking_guesses_what_is_empty_and_stores_nothing(client: Client, ana: User) -> None:
    typed = {"text": PASTE["text"], "title": "My own title", "check": "1"}
    fragment = client.post("/articles/add/", typed, headers=HTMX)
    page = client.post("/articles/add/", typed)
    assert fragment.context["form"].initial["wire_agency"] == "AFP"
    assert fragment.context["form"].initial["published_on"] == "2026-09-08"
    assert fragment.context["form"].initial["title"] == "My own title"
    assert "<html" not in fragment.content.decode()
    assert fragment.content.decode().strip().replace(" ", "") in page.content.decode().replace(" ", "")
    assert "HX-Request" in fragment.headers["Vary"]
    assert not Article.objects.exists()


def test_checking_says_that_a_text_is_stored_already(client: Client, ana: User) -> None:
    stored = recipes.article(PASTE["text"])
    answer = client.post("/articles/add/", {"text": PASTE["text"], "check": "1"}, headers=HTMX)
    assert f'href="/articles/{stored.pk}/"' in answer.content.decode()


def test_saving_the_same_article_again_leads_to_the_first(client: Client, ana: User) -> None:
    first = client.post("/articles/add/", PASTE).headers["Location"]
    assert client.post("/articles/add/", PASTE, follow=True).redirect_chain[0][0] == first
    assert Article.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " \n "}, "text"),
        ({"published_on": "someday"}, "published_on"),
        ({"address": "not an address at all"}, "address"),
    ],
)
def test_bad_input_is_said_and_nothing_typed_is_lost(
    client: Client, ana: User, change: dict[str, str], field: str
) -> None:
    typed = {**PASTE, "byline": "By Ilse Brandt", **change}
    answer = client.post("/articles/add/", typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert 'value="By Ilse Brandt"' in answer.content.decode()
    assert not Article.objects.exists()


def test_an_address_with_another_text_is_refused(client: Client, ana: User) -> None:
    client.post("/articles/add/", PASTE)
    answer = client.post("/articles/add/", {**PASTE, "text": "Quite another text, the mayor said."})
    assert answer.status_code == 422
    assert "stored already" in answer.content.decode()


def test_a_file_is_read_shown_and_saved_with_its_document(client: Client, ana: User) -> None:
    file = SimpleUploadedFile(
        "dam.txt", b"The dam holds.\n\nThe mayor said so in the evening, to everybody who asked.", "text/plain"
    )
    address = client.post("/articles/intakes/", {"file": file}).headers["Location"]
    shown = client.get(address)
    assert "The mayor said so" in shown.context["form"].initial["text"]
    saved = client.post(address, {"text": shown.context["form"].initial["text"], "title": "Dam", "outlet_name": ""})
    article = Article.objects.get()
    assert saved.headers["Location"] == f"/articles/{article.pk}/"
    assert article.shown_version.document == Intake.objects.get().document
    # Back in the browser, or a second click: the article is there.
    assert client.get(address).headers["Location"] == saved.headers["Location"]
    assert client.post(address, {"text": "Else.", "title": "Dam"}).headers["Location"] == saved.headers["Location"]
    assert Article.objects.count() == 1


def test_a_day_stays_when_the_form_comes_back(client: Client, ana: User) -> None:
    article = recipes.article(published_at=datetime(2026, 3, 4, tzinfo=UTC))
    assert 'value="2026-03-04"' in client.get(f"/articles/{article.pk}/edit/").content.decode()
    file = SimpleUploadedFile("ferry.html", PAGE.encode(), "text/html")
    address = client.post("/articles/intakes/", {"file": file}).headers["Location"]
    assert 'value="2024-03-05"' in client.get(address).content.decode()


def test_a_file_that_cannot_be_read_is_refused(client: Client, ana: User) -> None:
    answer = client.post(
        "/articles/intakes/", {"file": SimpleUploadedFile("dam.pdf", b"%PDF-1.7 broken", "application/pdf")}
    )
    assert answer.status_code == 422
    assert answer.context["file_form"].errors["file"]
    assert not Intake.objects.exists()


def test_an_address_waits_for_the_worker_then_fails_in_words_and_can_be_retried(client: Client, ana: User) -> None:
    address = client.post("/articles/intakes/", {"address": "https://alder.example/dam"}).headers["Location"]
    assert "Fetching and reading" in words(client, address)
    with connection.cursor() as cursor:  # as the worker leaves it
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    Intake.objects.update(state="failed", failure="The page does not answer.")
    assert "The page does not answer." in words(client, address, **HTMX)
    assert client.post(f"{address}retry/").headers["Location"] == address
    assert Intake.objects.get().state == "waiting"
    again = client.post(f"{address}retry/", follow=True)  # from a page that shows the failure still
    assert "not one that could not be read" in again.content.decode()


def test_intakes_are_shown_to_who_made_them_only(client: Client, ana: User) -> None:
    address = client.post("/articles/intakes/", {"address": "https://alder.example/dam"}).headers["Location"]
    client.force_login(recipes.user(Role.REVIEWER))
    assert client.get(address).status_code == 403
    assert client.post(f"{address}retry/").status_code == 404
    assert client.post(f"{address}discard/").status_code == 404
    assert "alder.example" not in words(client, "/articles/add/")


def test_what_was_begun_and_not_saved_is_found_again_and_can_be_discarded(client: Client, ana: User) -> None:
    address = client.post("/articles/intakes/", {"address": "https://alder.example/dam"}).headers["Location"]
    assert "https://alder.example/dam" in words(client, "/articles/add/")
    said = client.post(f"{address}discard/", follow=True).content.decode()
    assert "is discarded" in said
    assert not Intake.objects.exists()
    assert client.get(address).status_code == 404
    assert client.post(f"{address}discard/").status_code == 404


# --- One article ----------------------------------------------------------------------------------------


def test_statements_stand_in_the_text_and_in_the_list(client: Client, ana: User) -> None:
    statement = recipes.statement()
    article = statement.article_version.article
    Article.objects.update(extraction_state="done")
    page = words(client, f"/articles/{article.pk}/")
    pieces = [TEXT[start:end] for role in SPANS for start, end in SPANS[role]]
    for piece in pieces:
        assert f'data-statements="{statement.pk}" data-depth="1">{piece}</a>' in page
    assert f'id="statement-{statement.pk}"' in page
    assert "activists, not filed" in page
    activists = recipes.source(name="activists", kind="group")
    StatementSource.objects.create(statement=statement, source=activists)
    assert f'href="/sources/{activists.pk}/"' in words(client, f"/articles/{article.pk}/")


def test_a_fragment_is_the_page_without_its_shell(client: Client, ana: User) -> None:
    article = recipes.statement().article_version.article
    fragment = words(client, f"/articles/{article.pk}/", **HTMX)
    page = words(client, f"/articles/{article.pk}/")
    assert "<html" not in fragment
    assert fragment.strip() in page


def test_a_failed_reading_says_why_and_can_be_retried(client: Client, ana: User) -> None:
    article = recipes.article(extraction_state="failed", extraction_failure="The worker ran out of memory.")
    assert "The worker ran out of memory." in words(client, f"/articles/{article.pk}/")
    client.post(f"/articles/{article.pk}/retry/")
    article.refresh_from_db()
    assert (article.extraction_state, article.extraction_failure) == ("waiting", "")
    assert (
        "not one that could not be read" in client.post(f"/articles/{article.pk}/retry/", follow=True).content.decode()
    )


def test_an_article_costs_the_same_queries_whatever_its_statements(
    client: Client, ana: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    article = recipes.article()
    extraction = recipes.extraction(article_version=article.shown_version)
    for _ in range(15):
        recipes.statement(extraction=extraction)
    with django_assert_max_num_queries(12):
        client.get(f"/articles/{article.pk}/")


# --- Correcting -----------------------------------------------------------------------------------------


def test_metadata_is_corrected_and_a_time_of_day_kept(client: Client, ana: User) -> None:
    published = timezone.now().replace(hour=10, minute=12, second=0, microsecond=0)
    article = recipes.article(published_at=published)
    day = timezone.localdate(published).isoformat()
    answer = client.post(
        f"/articles/{article.pk}/edit/", {"title": "A new title", "published_on": day, "outlet_name": "Alder Post"}
    )
    assert answer.headers["Location"] == f"/articles/{article.pk}/"
    article.refresh_from_db()
    assert (article.title, article.published_at, str(article.outlet)) == ("A new title", published, "Alder Post")
    other = (published - timedelta(days=3)).date().isoformat()
    client.post(f"/articles/{article.pk}/edit/", {"title": "A new title", "published_on": other})
    article.refresh_from_db()
    assert timezone.localtime(article.published_at).strftime("%H:%M") == "00:00"


def test_a_correction_that_makes_no_sense_is_refused(client: Client, ana: User) -> None:
    article = recipes.article()
    answer = client.post(f"/articles/{article.pk}/edit/", {"title": "Changed", "published_on": "32 May"})
    assert answer.status_code == 422
    assert 'value="Changed"' in answer.content.decode()
    article.refresh_from_db()
    assert article.title == "The dam"


# --- The list -------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_what_the_address_says(client: Client, ana: User) -> None:
    recipes.article(title="Dam holds")
    failed = recipes.article(title="Fees rise", extraction_state="failed", extraction_failure="No.")
    old = recipes.article(title="Dam opened", created_at=timezone.now() - timedelta(days=30))

    def titles(query: str) -> list[str]:
        return [article.title for article in client.get(f"/articles/?{query}").context["page"]]

    assert titles("") == ["Fees rise", "Dam holds", "Dam opened"]
    assert titles("q=dam") == ["Dam holds", "Dam opened"]
    assert titles("state=failed") == [failed.title]
    assert titles(f"added={timezone.localdate(old.created_at)}") == [old.title]
    assert titles("q=nothing") == []
    assert titles("page=999&added=someday&state=odd") == ["Fees rise", "Dam holds", "Dam opened"]


def test_an_empty_list_says_what_to_do(client: Client, ana: User) -> None:
    assert "Add the first article" in words(client, "/articles/")
    assert "Clear the filters" in words(client, "/articles/?q=dam")


@pytest.mark.parametrize("rows", [3, 20])
def test_the_list_costs_the_same_queries_whatever_its_rows(
    client: Client, ana: User, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        recipes.article(added_by=ana)
    with django_assert_max_num_queries(9):
        client.get("/articles/")
