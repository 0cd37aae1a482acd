"""The database of a benchmark's desk: made the first time, then kept.

`var/postgres-benchmark`, or on the server of DATABASE_URL the database of that name with `_benchmark` behind it. A desk of
another size than 100,000 claims has a database of its own beside it.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.conf import settings

from factcheck import environment, postgres

USUAL = 100_000


@contextmanager
def desk_of(claims: int) -> Iterator[None]:
    """Django, set up on the database of a desk with so many claims, in which nobody works."""
    name = "benchmark" if claims == USUAL else f"benchmark-{claims}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
    if not postgres.is_embedded():
        django.setup()
        _use_database_beside(name.replace("-", "_"))
        _prepare(claims)
        yield
        return
    environment.set_local_defaults()
    folder = environment.VAR_DIR / f"postgres-{name}"
    with postgres.serving(folder):
        django.setup()
        settings.DATABASES["default"].update(postgres.connection_settings(folder))
        _prepare(claims)
        yield


def _use_database_beside(name: str) -> None:
    import psycopg
    from psycopg import sql

    default = settings.DATABASES["default"]
    name = f"{default['NAME']}_{name}"
    server = {key: default[key.upper()] for key in ("host", "port", "user", "password") if default.get(key.upper())}
    with psycopg.connect(dbname=default["NAME"], autocommit=True, **server) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    default["NAME"] = name


def _prepare(claims: int) -> None:
    from django.core.management import call_command

    from benchmarks.desk import make_desk
    from claims.models import Claim

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.DEBUG = False
    call_command("migrate", verbosity=0)
    call_command("setup", verbosity=0)
    there = Claim.objects.count()
    if not there:
        started = time.monotonic()
        make_desk(claims)
        print(f"Made {claims:,} claims in {time.monotonic() - started:.0f} s.", file=sys.stderr)
    elif there != claims:
        sys.exit(f"The benchmark's database has {there:,} claims. Remove it, or measure with --claims {there}.")
