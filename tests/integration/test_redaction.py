"""Redaction by order of law: the content is gone from everywhere, its trace stays, and everything goes on working."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from claims.actions.articles import add_article, retry_extraction, store_document
from claims.actions.filing import file_extraction, known_extraction
from claims.actions.redacting import redact_article
from claims.actions.reviewing import edit_claim_text
from claims.actions.statements import add_statement, correct_spans, join_claims, set_sources
from claims.corrections import corrected_articles
from claims.events import events_of
from claims.models import Article, ArticleVersion, Claim, Document, Intake, Redaction, Statement, User
from claims.nlp.types import Extraction
from claims.roles import Role
from claims.texts import is_redacted, text_hash
from tests import recipes
from tests.statements import said

pytestmark = pytest.mark.django_db

SECRET = "zanzibar"
TEXT = (
    f"Berg said that the {SECRET} pier will be built.\n\nThe secretary Zanzibarova denied that the {SECRET} was sold."
)


@pytest.fixture
def admin(client: Client) -> User:
    person = recipes.user(Role.ADMINISTRATOR, first_name="Ada")
    client.force_login(person)
    return person


@pytest.fixture
def article(admin: User) -> Article:
    """An article with its file, two statements, and a claim that was joined with another, all worded by the secret."""
    document = store_document(data=TEXT.encode(), media_type="text/plain", file_name="a.txt", by=admin)
    Intake.objects.create(document=document, by=admin, state="done", reading={"title": "x", "text": TEXT})
    made, _ = add_article(text=TEXT, title="", by=admin, outlet_name="Courier", document=document)
    file_extraction(version=made.shown_version, extraction=found(TEXT), by=admin)
    Article.objects.filter(pk=made.pk).update(extraction_state="done")
    made.refresh_from_db()
    return made


def found(text: str) -> Extraction:
    first = said(text, "Berg", "said", f"the {SECRET} pier will be built")
    second = said(text, "Zanzibarova", "denied", f"the {SECRET} was sold", speaker="Olga Zanzibarova")
    return Extraction("test-1", (first, second))


def redact(article: Article, by: User, **what: Any) -> list[Redaction]:
    return redact_article(
        **{"article": article, "by": by, "reason": "Court of X, 12/26", "text": True, "file": True, **what}
    )


def tables_with(words: str) -> set[str]:
    """All tables of the database a row of which holds these words anywhere; bytes as well."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        holding = set()
        for table in tables:
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS t WHERE t::text ILIKE %s OR t::text LIKE %s LIMIT 1',  # noqa: S608
                [f"%{words}%", f"%{words.encode().hex()}%"],
            )
            if cursor.fetchone():
                holding.add(table)
    return holding


def test_the_content_is_gone_from_every_table(article: Article, admin: User) -> None:
    first, second = Claim.objects.order_by("pk")
    edit_claim_text(claim=first, text=f"The {SECRET} pier comes", by=admin, expected_version=first.version)
    join_claims(claim=second, into=Claim.objects.get(pk=first.pk), by=admin)
    assert {"claims_articleversion", "claims_claimevent", "claims_document", "claims_intake"} <= tables_with(SECRET)
    redact(article, admin)
    names = {"claims_source", "claims_sourceevent", "claims_alias", "claims_aliasevent"}  # the librarian's
    assert tables_with(SECRET) - names == set()


def test_the_trace_stays(article: Article, admin: User) -> None:
    version, document = article.shown_version, Document.objects.get()
    of_file, of_text = redact(article, admin)
    assert (of_text.article_version, of_text.content_hash, of_text.by) == (version, text_hash(TEXT), admin)
    assert (of_file.document, of_file.content_hash) == (document, document.sha256)
    event = events_of(Redaction).select_related("pgh_context").filter(pgh_obj_id=of_text.pk).get()
    assert (event.reason, event.pgh_context.metadata["action"]) == ("Court of X, 12/26", "redact_article")
    version.refresh_from_db()
    assert (len(version.text), version.text_hash, version.text.count("\n")) == (len(TEXT), text_hash(TEXT), 2)
    assert is_redacted(version.text)


def test_claims_that_stand_elsewhere_keep_their_words(article: Article, admin: User) -> None:
    other, _ = add_article(text=f"{TEXT}\n\nMore.", title="Other", by=admin, outlet_name="Herald")
    file_extraction(version=other.shown_version, extraction=found(other.shown_version.text), by=admin)
    claims = list(Claim.objects.filter(statements__article_version=other.shown_version))
    redact(article, admin)
    for claim in claims:
        claim.refresh_from_db()
        assert SECRET in claim.text


def test_words_of_this_text_go_from_a_claim_that_stands_elsewhere_in_other_words(article: Article, admin: User) -> None:
    claim = Claim.objects.order_by("pk")[0]
    elsewhere = recipes.statement(claim=claim)
    redact(article, admin)
    claim.refresh_from_db()
    assert claim.text.startswith("Redacted on ")
    assert elsewhere.article_version.text == recipes.TEXT


def test_everything_goes_on_working(client: Client, article: Article, admin: User) -> None:
    statement = Statement.objects.order_by("pk")[0]
    source = recipes.source()
    set_sources(statement=statement, sources=[source], by=admin)
    redact(article, admin)
    for path in (
        f"articles/{article.pk}", f"claims/{statement.claim_id}", "queue", "sources",
        f"claims/{statement.claim_id}/?show=history&x=", "sources/unresolved", "articles", "activity", "precision",
        f"record/claim/{statement.claim_id}", f"record/redaction/{Redaction.objects.all()[0].pk}", f"articles/{article.pk}/redact",
        f"articles/{article.pk}/edit", "precision/?by=cue&x=",
    ):  # fmt: skip
        page = client.get(f"/{path}/" if "=" not in path else f"/{path}")
        assert page.status_code == 200, path
        assert SECRET not in page.content.decode().lower().replace("zanzibarova", ""), path
    for path in (f"articles/{article.pk}", f"claims/{statement.claim_id}", "queue", f"sources/{source.pk}"):
        assert "Court of X, 12/26" in client.get(f"/{path}/").content.decode(), path
    assert list(corrected_articles()) == []
    assert not ArticleVersion.objects.read_by_other_models("newer").exists()


def test_nothing_is_read_marked_or_reused_afterwards(article: Article, admin: User) -> None:
    version, statement = article.shown_version, Statement.objects.order_by("pk")[0]
    redact(article, admin)
    version.refresh_from_db()
    spans = {"source": [], "cue": [[0, 3]], "content": [[4, 9]]}
    with pytest.raises(ValidationError, match="redacted"):
        add_statement(version=version, spans=spans, by=admin)
    statement.refresh_from_db()
    with pytest.raises(PermissionDenied, match="redacted"):
        correct_spans(statement=statement, spans=spans, by=admin, expected_version=statement.version)
    with pytest.raises(ValidationError, match="redacted"):
        retry_extraction(article=article, by=admin)
    again = recipes.article(TEXT)
    assert known_extraction(again.shown_version) is None
    same, is_new = add_article(text=TEXT, title="", by=admin, outlet_name="Courier")
    assert (same, is_new) == (article, False), "its hash is known"


def test_marking_is_neither_offered_nor_begun_in_what_was_redacted(
    client: Client, article: Article, admin: User
) -> None:
    statement = Statement.objects.order_by("pk")[0]
    claim = f"/claims/{statement.claim_id}/"
    edit, add = f"/statements/{statement.pk}/edit/", f"/articles/{article.pk}/statements/add/"
    offered = {f"/articles/{article.pk}/": (edit, add), claim: (edit,)}
    for page, links in offered.items():
        assert all(link in client.get(page).text for link in links)
    redact(article, admin)
    for page, links in offered.items():
        assert not any(link in client.get(page).text for link in links)
    for link in (edit, add):
        refused = client.get(link)
        assert refused.status_code == 403
        assert "This text was redacted. Nothing can be marked in it." in refused.text


def test_not_twice_not_without_reason_not_while_it_is_read(article: Article, admin: User) -> None:
    with pytest.raises(ValidationError, match="Say by which order"):
        redact(article, admin, reason="  ")
    Article.objects.update(extraction_state="running")
    with pytest.raises(ValidationError, match="being read"):
        redact(article, admin)
    Article.objects.update(extraction_state="done")
    assert len(redact(article, admin, file=False)) == 1
    assert len(redact(article, admin)) == 1, "the file alone was left"
    with pytest.raises(ValidationError, match="nothing left"):
        redact(article, admin)


def test_raw_sql_still_fails(article: Article, admin: User) -> None:
    redact(article, admin)
    for statement in (
        "UPDATE claims_articleversion SET text = 'forged'",
        "UPDATE claims_document SET content = 'forged'",
        "UPDATE claims_claimevent SET text = 'forged'",
        "DELETE FROM claims_redactionevent",
        "SELECT claims_redact(0, 'no such redaction')",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_page_asks_for_a_reason_and_confirmation(client: Client, article: Article, admin: User) -> None:
    address = f"/articles/{article.pk}/redact/"
    typed = {"what": ["text", "file"], "reason": "Court of X, 12/26", "sure": "on"}
    for missing in typed:
        page = client.post(address, {name: value for name, value in typed.items() if name != missing})
        assert page.status_code == 422
    assert not Redaction.objects.exists()
    page = client.post(address, typed, follow=True)
    assert "It is redacted." in page.content.decode()
    assert "Court of X, 12/26" in page.content.decode()
    assert "nothing left" in client.post(address, typed).content.decode()


def test_who_may(client: Client, article: Article) -> None:
    address = f"/articles/{article.pk}/redact/"
    answers = {}
    for role in Role:
        client.force_login(recipes.user(role))
        answers[role] = client.get(address).status_code
        assert (address in client.get(f"/articles/{article.pk}/").content.decode()) == (answers[role] == 200)
    assert {role for role, status in answers.items() if status == 200} == {Role.ADMINISTRATOR}
