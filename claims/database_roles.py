"""The rights of the role that web and workers connect as: enough for their work, too few to rewrite history.

The triggers refuse UPDATE and DELETE of the history to everybody who does not deliberately switch them off, which is a
setting of the session (`pgtrigger.ignore`). Who owns a table may drop its triggers and empty it
by TRUNCATE, so in production another role owns the tables, and only migrations connect as that.
"""

from django.db import connection, models
from psycopg import sql

from claims.events import event_model, tracked_models
from claims.models import ArticleVersion, Document, Extraction

IMMUTABLE: list[type[models.Model]] = [ArticleVersion, Document, Extraction]

GRANTS = """\
-- Run as the role that owns the tables, after every migration.
BEGIN;
GRANT CONNECT ON DATABASE {database} TO {role};
GRANT USAGE ON SCHEMA public TO {role};
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
-- History is added to and read.
REVOKE UPDATE, DELETE ON {events} FROM {role};
-- Texts, bytes and what the extractor found never change.
REVOKE UPDATE ON {immutable} FROM {role};
-- Who and why, which a request completes as it goes on. A trigger keeps the who.
REVOKE DELETE ON pghistory_context FROM {role};
-- Migrations are the owner's.
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
COMMIT;
"""


def event_tables() -> list[str]:
    """The tables of the history."""
    tables: list[type[models.Model]] = [event_model(model) for model in tracked_models().values()]
    return [table._meta.db_table for table in tables]


def grants(role: str) -> str:
    """What gives the application's role its rights in this database, and takes all others; may be repeated."""
    events = sql.SQL(",\n    ").join(map(sql.Identifier, event_tables()))
    immutable = sql.SQL(", ").join(sql.Identifier(model._meta.db_table) for model in IMMUTABLE)
    database = sql.Identifier(str(connection.settings_dict["NAME"]))
    statement = sql.SQL(GRANTS).format(role=sql.Identifier(role), database=database, events=events, immutable=immutable)
    return statement.as_string(None)
