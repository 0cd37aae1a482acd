"""History holds in raw SQL: by triggers for everybody, by rights for the role that the application connects as."""

import secrets
from collections.abc import Iterator
from typing import Any

import pgtrigger
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from psycopg import sql

from claims.actions.articles import add_article, store_document
from claims.actions.filing import file_extraction
from claims.actions.redacting import redact_article
from claims.actions.reviewing import dismiss_claim, save_draft, submit_review
from claims.actions.sources import add_alias, delete_source, remove_alias
from claims.database_roles import event_tables, grants
from claims.events import events_of
from claims.models import Article, Claim, Rating, Review, Source
from claims.nlp import types
from claims.roles import Role
from claims.texts import is_redacted
from tests import recipes
from tests.statements import said

ROLE = "desk_application"
TABLES = event_tables()


def run(statement: str, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def refused(statement: str, *names: str, by: str) -> None:
    with pytest.raises(DatabaseError, match=by), transaction.atomic():
        run(statement, *names)


# --- Triggers, which refuse the owner, too ----------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_triggers_refuse_to_rewrite_history(table: str) -> None:
    run(f"INSERT INTO {{}} ({_needed(table)}", table)
    refused("UPDATE {} SET pgh_label = 'forged'", table, by="Cannot update or delete rows")
    refused("DELETE FROM {}", table, by="Cannot update or delete rows")


def _needed(table: str) -> str:
    """Columns and values of a row in which every column that must have one has a value of its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT column_name, data_type FROM information_schema.columns
               WHERE table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO'""",
            [table],
        )
        columns = cursor.fetchall()
    values = {"timestamp with time zone": "now()", "date": "now()", "jsonb": "'{}'", "boolean": "true"}
    given = [values.get(kind, "'1'") for _, kind in columns]
    return f'"{'", "'.join(name for name, _ in columns)}") VALUES ({", ".join(given)})'.replace("'{}'", "'{{}}'")


@pytest.mark.django_db
def test_who_did_it_is_never_changed() -> None:
    add_alias(source=recipes.source(), name="S. Lavrov", by=recipes.user())
    by = "Cannot change who or when"
    refused("UPDATE pghistory_context SET metadata = '{{\"user\": 0}}'", by=by)
    refused("UPDATE pghistory_context SET metadata = metadata - 'user'", by=by)
    refused("UPDATE pghistory_context SET created_at = '2020-01-01'", by=by)
    refused("UPDATE pghistory_context SET id = gen_random_uuid()", by=by)
    refused("DELETE FROM pghistory_context", by="Cannot delete rows")
    run('UPDATE pghistory_context SET metadata = metadata || \'{{"reason": "more is known"}}\'')


# --- Rights -----------------------------------------------------------------------------------------------


@pytest.fixture
def application(transactional_db: None, setup: None) -> Iterator[None]:
    """Everything connects as the application's role; the role of the tests is the owner."""
    owner = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    password = secrets.token_hex()
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("the role of the tests may not create roles")
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(ROLE), sql.Literal(password)))
        cursor.execute(grants(ROLE))
    try:
        connection.close()
        connection.settings_dict.update(USER=ROLE, PASSWORD=password)
        yield
    finally:
        connection.close()
        connection.settings_dict.update(owner)
        run("DROP OWNED BY {}", ROLE)
        run("DROP ROLE {}", ROLE)


def read(text: str) -> Article:
    """An article that was read, with a text of its own."""
    return recipes.article(f"{text} Again.", extraction_state="done")


def test_the_work_of_a_desk_needs_no_further_right(application: None, client: Client) -> None:
    ana = recipes.user(Role.ADMINISTRATOR, first_name="Ana")
    document = store_document(data=b"Berg said that pier one will be built.", media_type="text/plain", by=ana)
    text = "Berg said that pier one will be built."
    article, _ = add_article(text=text, title="The pier", by=ana, outlet_name="Courier", document=document)
    attribution = said(text, "Berg", "said", "pier one will be built")
    file_extraction(version=article.shown_version, extraction=types.Extraction("test-1", (attribution,)), by=ana)
    claim = Claim.objects.get()
    draft = save_draft(
        claim=claim,
        by=ana,
        rating=Rating.objects.offered()[0],
        expected_version=0,
        rationale="So.",
        no_citation_reason="Plain.",
        verdicts={},
    )
    submit_review(review=Review.objects.get(), by=ana, expected_version=draft.version)
    source = Source.objects.create(name="Nobody")
    remove_alias(alias=add_alias(source=source, name="None", by=ana), by=ana)
    delete_source(source=source, by=ana)
    dismiss_claim(claim=recipes.claim(), reason="trivial", by=ana)
    [redaction] = redact_article(article=read(text), by=ana, reason="By order", text=True, file=False)
    assert redaction.article_version
    redaction.article_version.refresh_from_db()
    assert is_redacted(redaction.article_version.text)
    client.force_login(ana)
    for path in ("/", "/queue/", f"/claims/{claim.pk}/", "/activity/", f"/record/claim/{claim.pk}/", "/admin/"):
        assert client.get(path).status_code == 200
    labels = events_of(Claim).filter(pgh_obj_id=claim.pk).values_list("pgh_label", flat=True)
    assert set(labels) == {"insert", "update"}


@pytest.mark.parametrize("table", ["claims_claimevent", "claims_reviewevent"])
def test_history_is_out_of_its_reach(application: None, table: str) -> None:
    recipes.review()
    for statement in ("UPDATE {} SET pgh_label = 'forged'", "DELETE FROM {}", "TRUNCATE {}"):
        refused(statement, table, by="permission denied")
    for statement in (
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} DISABLE TRIGGER USER",
        "ALTER TABLE {} RENAME TO gone",
        "DROP TABLE {}",
    ):
        refused(statement, table, by="must be owner")
    for name in _triggers(table):
        refused("DROP TRIGGER {} ON {}", name, table, by="must be owner")


def test_switching_the_triggers_off_does_not_help(application: None) -> None:
    claim = recipes.claim()
    recipes.extraction()
    add_alias(source=recipes.source(), name="S. Lavrov", by=recipes.user())
    for statement in (
        "UPDATE claims_articleversion SET text = 'forged'",
        "UPDATE claims_document SET content = 'forged'",
        "UPDATE claims_extraction SET output = '[]'",
    ):
        with transaction.atomic(), pgtrigger.ignore():
            refused(statement, by="permission denied")
    with transaction.atomic(), pgtrigger.ignore():
        refused("UPDATE claims_claimevent SET text = 'forged'", by="permission denied")
        refused("UPDATE pghistory_context SET id = gen_random_uuid()", by="Cannot change who or when")
    assert events_of(Claim).filter(pgh_obj_id=claim.pk).get().text == claim.text


@pytest.mark.parametrize("table", TABLES)
def test_rights_to_every_table_of_the_history(application: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = %s AND table_name = %s",
            [ROLE, table],
        )
        assert {row[0] for row in cursor.fetchall()} == {"SELECT", "INSERT"}


@pytest.mark.parametrize("table", ["claims_claim", "claims_articleversion", "pghistory_context", "django_migrations"])
def test_nor_can_it_take_tables_or_their_triggers_away(application: None, table: str) -> None:
    refused("TRUNCATE {} CASCADE", table, by="permission denied")
    refused("DROP TABLE {} CASCADE", table, by="must be owner")
    refused("ALTER TABLE {} DISABLE TRIGGER ALL", table, by="must be owner")
    refused("CREATE TRIGGER mine BEFORE INSERT ON {} EXECUTE FUNCTION suppress_redundant_updates_trigger()", table,
            by="permission denied")  # fmt: skip
    for name in _triggers(table):
        refused("DROP TRIGGER {} ON {}", name, table, by="must be owner")


def test_nor_become_somebody_who_can(application: None) -> None:
    refused("SET session_replication_role = replica", by="permission denied")
    refused("CREATE TABLE public.mine (id int)", by="permission denied")
    refused("CREATE OR REPLACE FUNCTION claims_keep_context() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
            by="permission denied|must be owner")  # fmt: skip
    refused("DELETE FROM django_migrations", by="permission denied")
    refused("DELETE FROM pghistory_context", by="permission denied")


def test_the_command_prints_the_rights(capsys: pytest.CaptureFixture[str], db: Any) -> None:
    call_command("database_roles", "desk")
    assert capsys.readouterr().out == grants("desk")
    assert 'TO "desk"' in grants("desk")
    assert 'TO "de""sk"' in grants('de"sk')


def _triggers(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        return [row[0] for row in cursor.fetchall()]
