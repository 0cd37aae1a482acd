"""What the database copies for the queue's filters is the truth, whatever is done to links, statements and sources."""

import pytest

from claims.actions.sources import describe_source, merge_sources, undo_merge
from claims.actions.statements import join_claims, set_sources
from claims.models import Claim, Source, Statement, StatementSource, User
from claims.roles import Role
from tests import recipes
from tests.statements import events_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena() -> User:
    return recipes.user(Role.LIBRARIAN, username="lena")


@pytest.fixture
def statement() -> Statement:
    """Filed under Sergei Lavrov."""
    made = recipes.statement()
    StatementSource.objects.create(statement=made, source=recipes.source())
    return made


def assert_copies_are_true() -> None:
    links = StatementSource.objects.select_related("statement", "source")
    kinds: dict[int, set[str]] = {claim.pk: set() for claim in Claim.objects.all()}
    for link in links:
        assert link.claim_id == link.statement.claim_id
        kinds[link.claim_id].add(link.source.kind)
    assert {claim.pk: claim.kinds for claim in Claim.objects.all()} == {pk: sorted(own) for pk, own in kinds.items()}


def test_choosing_other_sources(statement: Statement, lena: User) -> None:
    assert_copies_are_true()
    assert Claim.objects.get().kinds == ["person"]
    activists, post = recipes.source(name="activists", kind="group"), recipes.source(name="Post", kind="organization")
    statement = set_sources(statement=statement, sources=[activists, post], by=lena)
    assert_copies_are_true()
    assert Claim.objects.get().kinds == ["group", "organization"]
    set_sources(statement=statement, sources=[], by=lena)
    assert Claim.objects.get().kinds == []


def test_joining_claims(statement: Statement, lena: User) -> None:
    other = recipes.statement()
    StatementSource.objects.create(statement=other, source=recipes.source(name="activists", kind="group"))
    written = events_of(StatementSource).count()
    join_claims(claim=statement.claim, into=other.claim, by=lena)
    assert_copies_are_true()
    assert Claim.objects.get(pk=other.claim_id).kinds == ["group", "person"]
    assert events_of(StatementSource).count() == written  # the statement's history says it


def test_merging_sources_and_back(statement: Statement, lena: User) -> None:
    lavrov = Source.objects.get()
    post = recipes.source(name="Lavrov's office", kind="organization")
    [merge] = merge_sources(sources=[lavrov], into=post, by=lena)
    assert_copies_are_true()
    assert Claim.objects.get().kinds == ["organization"]
    undo_merge(merge=merge, by=lena)
    assert_copies_are_true()
    assert Claim.objects.get().kinds == ["person"]


def test_a_source_turns_out_to_be_of_another_kind(statement: Statement, lena: User) -> None:
    describe_source(source=Source.objects.get(), by=lena, kind="country")
    assert_copies_are_true()
    assert list(Claim.objects.of_kind("country")) == [statement.claim]
    assert not Claim.objects.of_kind("person")


def test_nobody_writes_the_copies_by_hand(statement: Statement) -> None:
    StatementSource.objects.update(claim=recipes.claim())
    assert_copies_are_true()
