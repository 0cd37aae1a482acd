"""Any record as it stood at a moment, and what changed in it between two."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from claims import permissions
from claims.actions.reviewing import reopen_claim
from claims.actions.settling import settle_claim
from claims.actions.sources import describe_source
from claims.events import events_of, tracked_models
from claims.models import Alias, Claim, Source, User
from claims.roles import Role
from tests import recipes

pytestmark = pytest.mark.django_db(transaction=True)  # each write has a time of its own


@pytest.fixture
def eva(client: Client) -> User:
    person = recipes.user(Role.EDITOR, first_name="Eva")
    client.force_login(person)
    return person


def times(made: Source) -> list[dt.datetime]:
    return list(
        events_of(type(made)).filter(pgh_obj_id=made.pk).order_by("pgh_id").values_list("pgh_created_at", flat=True)
    )


def asked(at: dt.datetime | str = "", until: dt.datetime | str = "") -> str:
    written = {"at": at, "and": until}
    return urlencode({k: v if isinstance(v, str) else v.isoformat() for k, v in written.items() if v})


@pytest.fixture
def source(eva: User) -> Source:
    made = Source.objects.create(name="Lavrov", kind="person")
    describe_source(source=made, by=eva, description="A minister")
    Source.objects.filter(pk=made.pk).update(description="A former minister", affiliation="Russia")
    return made


def test_as_it_stood(client: Client, source: Source) -> None:
    first, second, third = times(source)
    for moment, description in (
        (first, ""),
        (second, "A minister"),
        (third, "A former minister"),
        ("", "A former minister"),
    ):
        page = client.get(f"/record/source/{source.pk}/?{asked(moment)}")
        held = {field.label: field.value.words for field in page.context["fields"]}
        assert (held["Description"], held["Kind"], held["Name"]) == (description, "Person", "Lavrov")
    before = client.get(f"/record/source/{source.pk}/?{asked(first - dt.timedelta(seconds=1))}")
    assert before.context["fields"] is None
    assert "There was no such record at that moment" in before.content.decode()


def test_what_changed_between_two_moments(client: Client, source: Source) -> None:
    first, second, third = times(source)
    page = client.get(f"/record/source/{source.pk}/?{asked(first, third)}")
    assert [(f.label, f.value.words, f.after.words) for f in page.context["differences"]] == [
        ("Description", "", "A former minister"),
        ("Affiliation", "", "Russia"),
    ]
    page = client.get(f"/record/source/{source.pk}/?{asked(second, second)}")
    assert "Nothing: it stood at both moments" in page.content.decode()
    before = first - dt.timedelta(seconds=1)
    page = client.get(f"/record/source/{source.pk}/?{asked(before, first)}")
    assert ("Name", "", "Lavrov") in [(f.label, f.value.words, f.after.words) for f in page.context["differences"]]


def test_versions_say_who_and_lead_to_what_changed(client: Client, source: Source) -> None:
    page = client.get(f"/record/source/{source.pk}/")
    versions = page.context["versions"]
    assert [(v.who, v.change, v.fields) for v in versions] == [
        ("The machine", "changed", ["Description", "Affiliation"]),
        ("Eva", "changed", ["Description"]),
        ("The machine", "added", []),
    ]
    first, second, _ = times(source)
    assert versions[1].since == first.isoformat()
    changed = client.get(f"/record/source/{source.pk}/?{urlencode({'at': versions[1].since, 'and': versions[1].at})}")
    assert [f.label for f in changed.context["differences"]] == ["Description"]
    assert asked(second) in page.content.decode()


def test_what_was_removed_keeps_its_versions(client: Client, source: Source) -> None:
    alias = Alias.objects.create(source=source, name="S. Lavrov")
    pk = alias.pk
    alias.delete()
    page = client.get(f"/record/alias/{pk}/")
    assert "As it was when it was removed" in page.content.decode()
    assert [v.change for v in page.context["versions"]] == ["removed", "added"]
    words = {field.label: field.value for field in page.context["fields"]}
    assert words["Source"].words == f"Lavrov (number {source.pk})"
    assert words["Source"].address == f"/record/source/{source.pk}/"
    now = page.context["versions"][0].at
    assert client.get(f"/record/alias/{pk}/?{asked(now)}").context["fields"] is None


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("at=yesterday", "Give a day and a time"),
        ("at=2026-13-45T10:00", "Give a day and a time"),
        ("and=2026-11-25T10:00", "Give the first of the two moments, too."),
        ("at=2026-11-25T10:00&and=2026-11-24T10:00", "Give a moment after the first."),
    ],
)
def test_moments_that_make_no_sense(client: Client, source: Source, query: str, message: str) -> None:
    page = client.get(f"/record/source/{source.pk}/?{query}")
    assert page.status_code == 400
    assert message in page.content.decode()


@pytest.mark.parametrize("path", ["nonsense/1", "claim/999999", "claim/99999999999999999999", "claimevent/1"])
def test_no_such_record(client: Client, eva: User, path: str) -> None:
    assert client.get(f"/record/{path}/").status_code == 404


def test_who_may(client: Client, source: Source) -> None:
    answers = {}
    for role in Role:
        client.force_login(recipes.user(role))
        answers[role] = client.get(f"/record/source/{source.pk}/").status_code
    assert {role for role, status in answers.items() if status == 200} == {Role.EDITOR, Role.ADMINISTRATOR}


def test_drafts_and_accounts_are_not_everybodys(client: Client, eva: User, monkeypatch: pytest.MonkeyPatch) -> None:
    citation = recipes.citation()
    paths = [f"/record/review/{citation.review_id}/", f"/record/citation/{citation.pk}/"]
    assert [client.get(path).status_code for path in paths] == [200, 200]
    assert client.get(f"/record/user/{eva.pk}/").status_code == 403
    check = permissions.check_manage_users  # refuses an editor

    def refuse(user: object, _review: object) -> None:
        check(user)

    monkeypatch.setattr(permissions, "check_read_review", refuse)
    assert [client.get(path).status_code for path in paths] == [403, 403]


def test_what_was_settled_is_secret_again_once_the_claim_is_reopened(client: Client, eva: User) -> None:
    first, second = recipes.rating(), recipes.rating()
    disputed = recipes.reviewed_claim(first, second)
    settlement = settle_claim(claim=disputed, rating=first, reason="The register says so.", by=eva)
    address = f"/record/settlement/{settlement.pk}/"
    assert "The register says so." in client.get(address).content.decode()
    reopen_claim(claim=Claim.objects.get(pk=disputed.pk), by=eva, reason="A new register")
    answer = client.get(address)
    assert answer.status_code == 403
    assert "The register says so." not in answer.content.decode()


def test_every_kind_of_record_has_its_page(
    client: Client, eva: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(recipes.user(Role.ADMINISTRATOR))
    statement = recipes.statement()
    recipes.citation(review=recipes.review(claim=statement.claim))
    recipes.rating()
    seen = set()
    for kind, model in tracked_models().items():
        if event := events_of(model).first():
            seen.add(kind)
            with django_assert_max_num_queries(20):
                assert client.get(f"/record/{kind}/{event.pgh_obj_id}/").status_code == 200
    assert {"claim", "statement", "articleversion", "extraction", "citation", "user"} <= seen


def test_the_pages_of_things_lead_to_their_records(client: Client, eva: User) -> None:
    statement = recipes.statement()
    claim: Claim = statement.claim
    for page in (f"claims/{claim.pk}", f"articles/{statement.article_version.article_id}"):
        kind, pk = page.split("/")
        assert f'href="/record/{kind[:-1]}/{pk}/"' in client.get(f"/{page}/").content.decode()
