"""A cluster for all tests of faults, and a desk for each."""

import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from factcheck import postgres
from tests.faults.desk import ROOT, Desk, administer, environment_of

TEMPLATE = "prepared"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """A PostgreSQL server of its own, with a database that is migrated and set up, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        with postgres.serving(folder):
            administer(folder, f"CREATE DATABASE {TEMPLATE}")
            for command in ("migrate", "setup", "collectstatic --no-input"):
                subprocess.run(
                    [sys.executable, "manage.py", *command.split(), "--verbosity", "0"],
                    cwd=ROOT, env=environment_of(folder, TEMPLATE), check=True, timeout=120,
                )  # fmt: skip
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def desk(
    cluster: Path, request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[Desk]:
    """A desk with nothing in it and no process yet; the test's ORM looks at its database."""
    name = f"desk_{zlib.crc32(request.node.nodeid.encode())}"
    administer(cluster, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    own = Desk(cluster, name, tmp_path)
    default = connections["default"]
    before = dict(default.settings_dict)
    with django_db_blocker.unblock():
        default.settings_dict |= {**postgres.connection_settings(cluster), "NAME": name}
        default.settings_dict |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
        try:
            yield own
        finally:
            own.stop()
            print(own.logs())  # noqa: T201 (pytest shows it with a failure)
            connections.close_all()
            default.settings_dict |= before
