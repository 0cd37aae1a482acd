"""Every row of docs/permissions.md that has an address: its POST, its page and its fragment, sent as everybody.

What the matrix refuses must be refused whoever sends the request directly, and must change nothing. The table of
addresses is in permission_rows.py.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import User
from claims.permission_matrix import Row, people, rules
from claims.roles import Role
from tests import recipes
from tests.integration.addresses import address_of, own_routes, takes
from tests.integration.desk import HTMX
from tests.integration.permission_rows import ELSEWHERE, EVERYBODYS, READS, WRITES, Address

pytestmark = pytest.mark.django_db

WRITE = re.compile(r'(INSERT INTO|UPDATE|DELETE FROM) "claims_|claims_redact\(')
# A fragment is asked for in one case of each address: what a person may do does not depend on how they ask.
CASES = [
    pytest.param(address, number, headers, id=f"{address.name}-{address.rule}-{number}{'-htmx' if headers else ''}")
    for address in (*WRITES, *READS)
    for number in range(len(address.rows))
    for headers in (None, HTMX)[: 2 if number == 0 else 1]
]


@contextmanager
def nothing_written(said: str) -> Iterator[None]:
    """No statement of SQL may even try: what is taken back afterwards counts, too."""
    with CaptureQueriesContext(connection) as queries:
        yield
    written = [query["sql"] for query in queries if WRITE.search(query["sql"])]
    assert not written, f"{said} writes: {written}"


def person(name: str) -> User | None:
    if name == "not signed in":
        return None
    if name in ("superuser", "switched off"):
        return recipes.user(None, is_superuser=True, is_staff=True, is_active=name == "superuser")
    return recipes.user(None if name == "no role" else Role(name))


def prepared(
    address: Address, row: Row, name: str, headers: dict[str, str] | None
) -> tuple[Client, str, dict[str, Any]]:
    """The browser of such a person, and what they ask for in such a case."""
    me, other = person(name), recipes.user()
    url, data = address.make(address.name, row.cases, me or other, other if me else recipes.user())
    client = Client(headers=headers)
    if me:
        client.force_login(me)
    return client, url, data


def is_refusal(answer: Any) -> bool:
    """Refused, or sent to the page for signing in."""
    sign_in = (reverse("account_login"), reverse("admin:login"))
    return bool(answer.status_code == 403) or (answer.status_code == 302 and answer["Location"].startswith(sign_in))


def asked(address: Address, number: int, headers: dict[str, str] | None) -> list[str]:
    """Everybody in the first case; after that those for whom the rule's cases differ from never. A fragment is asked
    for by one who may and one who may not."""
    row = address.rows[number]
    if headers:
        answers = {row.answers[name]: name for name in people() if name in Role.values}
        return list(answers.values())
    if number == 0:
        return list(people())
    return [name for name in people() if name != "superuser" and any(other.answers[name] for other in address.rows)]


@pytest.mark.parametrize(("address", "number", "headers"), CASES)
def test_direct_requests_get_what_the_matrix_says(
    address: Address, number: int, headers: dict[str, str] | None
) -> None:
    row = address.rows[number]
    elsewhere = {name: any(other.answers[name] for other in address.rows) for name in people()}
    for name in asked(address, number, headers):
        client, url, data = prepared(address, row, name, headers)
        said = f"{name} at {url}, {row.cases}"
        with nullcontext() if row.answers[name] else nothing_written(said):
            answer = client.post(url, data) if address in WRITES else client.get(url, data)
        said += f": {answer.status_code}"
        if row.answers[name]:
            assert not is_refusal(answer), said
            assert answer.status_code < 400, said
            continue
        told = address.tells and elsewhere[name] and answer.status_code in (200, 302, 409, 422)
        hidden = address.hides and answer.status_code == 404
        assert is_refusal(answer) or told or hidden, said


@pytest.mark.parametrize("address", [address for address in WRITES if not address.tells], ids=lambda one: one.name)
def test_forms_are_shown_to_whom_they_serve_and_write_nothing(address: Address) -> None:
    """A form, here as a fragment, asks the same rule as its POST."""
    row = max(address.rows, key=lambda one: sum(one.answers.values()))
    for name, allowed in row.answers.items():
        client, url, data = prepared(address, row, name, HTMX)
        with nothing_written(f"{name} at {url} by GET"):
            answer = client.get(url)
            if name == "superuser":
                client.get(url, data)
        if answer.status_code == 405:
            return
        assert is_refusal(answer) != allowed, f"{name} at {url}: {answer.status_code}"


# --- Nothing is left out ----------------------------------------------------------------------------------


def test_every_address_is_in_a_row(client: Client) -> None:
    client.force_login(recipes.user(None, is_superuser=True))
    written = {address.name for address in WRITES} | EVERYBODYS
    read = {address.name for address in READS} | written
    for name, route in own_routes().items():
        if takes("POST", client, address_of(route)):
            assert name in written, f"{name} takes POST: give it a line in WRITES of permission_rows.py"
        assert name in read, f"{name}: give it a line in READS of permission_rows.py"


def test_every_rule_is_asked_at_an_address() -> None:
    asked_for = {address.rule for address in (*WRITES, *READS)}
    assert not asked_for & set(ELSEWHERE)
    assert asked_for | set(ELSEWHERE) == set(rules())
