"""Sources: names, merges and their undoing, names that are resolved; who did it stands in the history."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from claims.actions import sources as actions
from claims.actions.statements import set_sources
from claims.models import Alias, Source, SourceMerge, Statement, StatementSource, User
from claims.roles import Role
from tests import recipes
from tests.racing import at_once
from tests.statements import events_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena() -> User:
    return recipes.user(Role.LIBRARIAN, username="lena")


def person(name: str, by: User, *aliases: str) -> Source:
    return actions.create_source(name=name, kind="person", by=by, aliases=aliases)


def names_of(source: Source) -> set[str]:
    return set(source.aliases.values_list("name", flat=True))


def everything() -> list[Any]:
    """All rows that a merge touches; a link that comes back has a new number."""
    links = StatementSource.objects.order_by("statement", "source").values("statement", "source", "position", "set_by")
    return [list(Source.objects.order_by("pk").values()), list(Alias.objects.order_by("pk").values()), list(links)]


def test_a_source_is_known_by_its_name_and_aliases(lena: User) -> None:
    source = person("  Hillary   Clinton ", lena, "Mrs Clinton", "Hillary Clinton")
    assert source.name == "Hillary Clinton"
    assert source.created_by == lena
    assert names_of(source) == {"Hillary Clinton", "Mrs Clinton"}


@pytest.mark.parametrize("fields", [{"name": "…"}, {"kind": "planet"}, {"wikidata_id": "X1"}])
def test_what_makes_no_sense_is_refused_by_field(lena: User, fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        actions.create_source(**{"name": "Anna Berg", "kind": "person", "by": lena, **fields})  # type: ignore[arg-type]
    assert set(refused.value.message_dict) == set(fields)
    assert not Source.objects.exists()


def test_a_group_has_one_page(lena: User) -> None:
    actions.create_source(name="activists", kind="group", by=lena)
    with pytest.raises(ValidationError, match="already"):
        actions.create_source(name="The Activists", kind="group", by=lena)


def test_a_renamed_source_is_known_by_both_names(lena: User) -> None:
    source = person("Hillary Rodham", lena)
    actions.describe_source(source=source, name="Hillary Clinton", affiliation="Senate", by=lena)
    source.refresh_from_db()
    assert (source.name, source.sort_name, source.affiliation) == ("Hillary Clinton", "hillary clinton", "Senate")
    assert names_of(source) == {"Hillary Rodham", "Hillary Clinton"}


def test_aliases_come_and_go_but_the_own_name_stays(lena: User) -> None:
    source = person("Anna Berg", lena)
    alias = actions.add_alias(source=source, name="A. Berg", by=lena)
    with pytest.raises(ValidationError, match="already"):
        actions.add_alias(source=source, name="A.  Berg", by=lena)
    actions.remove_alias(alias=alias, by=lena)
    assert names_of(source) == {"Anna Berg"}
    with pytest.raises(ValidationError, match="own name"):
        actions.remove_alias(alias=source.aliases.get(), by=lena)


def test_history_says_who_and_keeps_what_went(lena: User) -> None:
    source = person("Anna Berg", lena)
    actions.remove_alias(alias=actions.add_alias(source=source, name="A. Berg", by=lena), by=lena)
    event = events_of(Alias).select_related("pgh_context").latest("pgh_id")
    assert (event.pgh_label, event.name) == ("delete", "A. Berg")
    assert event.pgh_context.metadata == {"action": "remove_alias", "user": lena.pk}


def test_only_unused_sources_can_be_deleted(lena: User) -> None:
    used, unused = person("Anna Berg", lena), person("Eva Lind", lena)
    set_sources(statement=recipes.statement(), sources=[used], by=lena)
    with pytest.raises(ValidationError, match="Merge it"):
        actions.delete_source(source=used, by=lena)
    actions.delete_source(source=unused, by=lena)
    assert list(Source.objects.all()) == [used]


def test_a_merge_moves_statements_and_names_and_undoing_restores_exactly(lena: User) -> None:
    into, first, second, oldest = (
        person("Hillary Clinton", lena, "Clinton"),
        person("Hillary R. Clinton", lena, "Clinton", "HRC"),
        person("Hilary Clinton", lena),
        person("H. Rodham", lena),
    )
    actions.merge_sources(sources=[oldest], into=first, by=lena)
    alone, both, of_first_and_second = recipes.statement(), recipes.statement(), recipes.statement()
    set_sources(statement=alone, sources=[first], by=lena)
    set_sources(statement=both, sources=[first, into], by=lena)
    StatementSource.objects.create(statement=of_first_and_second, source=second)
    StatementSource.objects.create(statement=of_first_and_second, source=first, position=1)
    before = everything()

    preview = actions.merge_preview([first, second], into)
    assert [(row.source, row.statements, row.shared, row.aliases) for row in preview] == [
        (first, 3, 1, ["H. Rodham", "Hillary R. Clinton", "HRC"]),
        (second, 1, 0, ["Hilary Clinton"]),
    ]
    merges = actions.merge_sources(sources=[first, second], into=into, by=lena)
    for statement in (alone, both, of_first_and_second):
        assert list(statement.sources.all()) == [into]
    assert names_of(into) == {
        "Clinton", "H. Rodham", "HRC", "Hilary Clinton", "Hillary Clinton", "Hillary R. Clinton"
    }  # fmt: skip
    assert {source.merged_into for source in Source.objects.exclude(pk=into.pk)} == {into}

    with pytest.raises(ValidationError, match="later"):
        actions.undo_merge(merge=merges[0], by=lena)
    assert actions.last_merge(into) == merges[1]
    for merge in reversed(merges):
        actions.undo_merge(merge=merge, by=lena)
    assert everything() == before
    assert {merge.undone_by for merge in SourceMerge.objects.filter(into=into)} == {lena}
    with pytest.raises(ValidationError, match="already"):
        actions.undo_merge(merge=merges[0], by=lena)


def test_undoing_leaves_alone_what_somebody_decided_since(lena: User) -> None:
    first, into, other = (person(name, lena) for name in ("Ann Berg", "Anna Berg", "Eva Lind"))
    confirmed, moved_on, shared, untouched = (recipes.statement() for _ in range(4))
    for statement in (confirmed, moved_on, shared, untouched):
        StatementSource.objects.create(statement=statement, source=first)
    StatementSource.objects.create(statement=shared, source=into, position=1)
    [merge] = actions.merge_sources(sources=[first], into=into, by=lena)
    set_sources(statement=confirmed, sources=[into], by=lena)
    set_sources(statement=moved_on, sources=[other], by=lena)
    set_sources(statement=shared, sources=[into], by=lena)
    actions.undo_merge(merge=merge, by=lena)
    filed = [list(statement.sources.all()) for statement in (confirmed, moved_on, shared, untouched)]
    assert filed == [[into], [other], [into], [first]]


def test_merges_that_make_no_sense_are_refused(lena: User) -> None:
    anna, ann, eva = (person(name, lena) for name in ("Anna Berg", "Ann Berg", "Eva Lind"))
    activists = actions.create_source(name="activists", kind="group", by=lena)
    actions.merge_sources(sources=[ann], into=anna, by=lena)
    for sources, into, reason in (
        ([], anna, "at least two"),
        ([anna], anna, "itself"),
        ([activists], anna, "group"),
        ([anna], activists, "group"),
        ([ann], eva, "was merged into"),
        ([eva], ann, "was merged into"),
    ):
        with pytest.raises(ValidationError, match=reason):
            actions.merge_sources(sources=sources, into=into, by=lena)
    with pytest.raises(ValidationError, match="was merged into"):
        set_sources(statement=recipes.statement(), sources=[ann], by=lena)
    with pytest.raises(ValidationError, match="never merged"):
        actions.describe_source(source=anna, kind="group", by=lena)
    assert SourceMerge.objects.count() == 1


def test_a_merge_that_fails_leaves_nothing_behind(lena: User, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, anna = person("Ann Berg", lena), person("Anna Berg", lena)
    set_sources(statement=recipes.statement(), sources=[ann], by=lena)
    before = everything(), events_of(StatementSource).count(), events_of(Alias).count(), events_of(Source).count()

    def fail(**_fields: object) -> None:
        raise RuntimeError("no record, no merge")

    monkeypatch.setattr(SourceMerge.objects, "create", fail)
    with pytest.raises(RuntimeError):
        actions.merge_sources(sources=[ann], into=anna, by=lena)
    after = everything(), events_of(StatementSource).count(), events_of(Alias).count(), events_of(Source).count()
    assert after == before


def test_a_name_is_resolved_as_far_as_it_was_shown(lena: User) -> None:
    source = person("Hillary Clinton", lena)
    shown, decided, other_kind, later = (
        recipes.statement(speaker="Clinton", speaker_kind=kind) for kind in ("person", "person", "country", "person")
    )
    set_sources(statement=decided, sources=[], by=lena)
    found, count = actions.resolve_name(
        speaker_folded="clinton", kind="person", source=source, up_to=later.pk - 1, remember="Clinton", by=lena
    )
    assert (found, count) == (source, 1)
    assert list(Statement.objects.of_source(source)) == [shown]
    assert set(Statement.objects.unresolved()) == {other_kind, later}
    assert shown.statement_sources.get().set_by == lena
    assert names_of(source) == {"Hillary Clinton", "Clinton"}


def test_a_name_is_resolved_under_a_new_source_once(lena: User) -> None:
    recipes.statement(speaker="Okoro", speaker_kind="person")
    new = {"name": "Ada Okoro", "kind": "person"}
    source, count = actions.resolve_name(speaker_folded="okoro", kind="person", new_source=new, by=lena)
    assert (source.name, count) == ("Ada Okoro", 1)
    with pytest.raises(ValidationError, match="quicker"):
        actions.resolve_name(speaker_folded="okoro", kind="person", new_source=new, by=lena)
    assert Source.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_racing_merges_end_in_one(setup: None) -> None:
    by = User.objects.create_user("lena")
    ann, anna = person("Ann Berg", by), person("Anna Berg", by)
    statement = recipes.statement()
    StatementSource.objects.create(statement=statement, source=ann)
    results = at_once(
        lambda: actions.merge_sources(sources=[ann], into=anna, by=by),
        lambda: actions.merge_sources(sources=[anna], into=ann, by=by),
    )
    [refused] = [result for result in results if isinstance(result, Exception)]
    assert isinstance(refused, ValidationError)
    merge = SourceMerge.objects.get()
    assert list(statement.sources.all()) == [merge.into]
    assert Source.objects.current().get() == merge.into


@pytest.mark.django_db(transaction=True)
def test_nothing_is_filed_under_a_source_that_goes(setup: None) -> None:
    by = User.objects.create_user("lena")
    ann, anna = person("Ann Berg", by), person("Anna Berg", by)
    statement = recipes.statement()
    at_once(
        lambda: actions.merge_sources(sources=[ann], into=anna, by=by),
        lambda: set_sources(statement=statement, sources=[ann], by=by),
    )
    assert ann not in statement.sources.all()
