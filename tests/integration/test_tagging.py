"""Tags: a desk's own words on claims, given, taken away, renamed and merged."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.actions.bulk import tag_many, undo_many, untag_many
from claims.actions.tagging import add_tag, delete_tag, merge_tags, remove_tag, rename_tag
from claims.filters.queue import QueueFilter
from claims.history import claim_history
from claims.models import BulkChange, Claim, ClaimTag, Tag, User
from claims.roles import Role
from tests import recipes
from tests.integration.desk import HTMX
from tests.integration.test_bulk import chosen, many, words
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(client: Client) -> User:
    """A reviewer who is signed in."""
    person = recipes.user(first_name="Ana", last_name="Ruiz")
    client.force_login(person)
    return person


@pytest.fixture
def lib() -> User:
    return recipes.user(Role.LIBRARIAN, first_name="Libby")


def tags_of(claim: Claim) -> list[str]:
    return Claim.objects.with_tag_names().get(pk=claim.pk).tag_names


def told(claim: Claim, reader: User) -> list[str]:
    return [f"{entry.who} {entry.did}" for entry in claim_history(claim, reader) if "tag" in entry.did]


# --- One claim ----------------------------------------------------------------------------------------------


def test_a_tag_is_the_same_however_its_letters_are_written(ana: User) -> None:
    claim, other = recipes.claim(), recipes.claim()
    version = claim.version
    for name in ("Migration", " migration ", "MIGRATION"):
        add_tag(claim=claim, name=name, by=ana)
    add_tag(claim=other, name="migration", by=ana)
    add_tag(claim=claim, name="Ängste  und\nNöte", by=ana)
    add_tag(claim=claim, name="ängste und nöte", by=ana)
    assert tags_of(claim) == ["Migration", "Ängste und Nöte"]
    assert Tag.objects.count() == 2
    claim.refresh_from_db()
    assert claim.version == version, "an open form stays valid"
    remove_tag(claim=claim, name="MIGRATION", by=ana)
    remove_tag(claim=claim, name="MIGRATION", by=ana)
    assert (tags_of(claim), tags_of(other)) == (["Ängste und Nöte"], ["Migration"])
    assert told(claim, ana)[-1] == "Ana Ruiz added the tag “Migration”"
    assert "Ana Ruiz removed the tag “Migration”" in told(claim, ana)


@pytest.mark.parametrize("name", ["", " \n ", "x" * 41, "\0"])
def test_a_tag_has_a_short_name(ana: User, name: str) -> None:
    with pytest.raises(ValidationError):
        add_tag(claim=recipes.claim(), name=name, by=ana)
    assert not Tag.objects.exists()


def test_readers_and_librarians_do_not_tag(lib: User) -> None:
    for person in (recipes.user(Role.READER), lib):
        with pytest.raises(PermissionDenied, match="Only reviewers can tag claims"):
            add_tag(claim=recipes.claim(), name="migration", by=person)


@pytest.mark.django_db(transaction=True)
def test_two_people_type_a_new_tag_at_the_same_moment(setup: None) -> None:
    people, claim = [recipes.user(), recipes.user()], recipes.claim()
    at_once(*(_tagging(claim, name, by) for name, by in zip(("Vote", "vote"), people, strict=True)))
    assert (Tag.objects.count(), ClaimTag.objects.count()) == (1, 1)


def _tagging(claim: Claim, name: str, by: User) -> Callable[[], object]:
    return lambda: add_tag(claim=claim, name=name, by=by)


# --- Its page and the queue -----------------------------------------------------------------------------------


def test_tags_on_the_page_of_a_claim(client: Client, ana: User) -> None:
    claim = recipes.claim()
    address = f"/claims/{claim.pk}/"
    assert client.post(f"{address}tag/", {"tag": "<b>vote</b>", "queue": "state=new"}).headers["Location"] == (
        f"{address}?queue=state%3Dnew"
    )
    page = client.get(address).text
    assert "&lt;b&gt;vote&lt;/b&gt;" in page
    assert "<b>vote" not in page
    Tag.objects.create(name="economy")
    fragment = client.post(f"{address}tag/", {"tag": "port"}, headers=HTMX).text
    assert "<html" not in fragment
    assert '<option value="economy">' in fragment
    assert '<option value="port">' not in fragment, "the claim has it"
    for piece in ("Remove the tag port", 'id="claim-tags"'):
        assert piece in fragment and piece in client.get(address).text  # noqa: PT018
    client.post(f"{address}untag/", {"tag": "Port"}, headers=HTMX)
    assert tags_of(claim) == ["<b>vote</b>"]
    assert "added the tag" in words(client.get(address, {"show": "history"}, headers=HTMX).text)


def test_what_is_wrong_with_a_tag_is_said_beside_it(client: Client, ana: User) -> None:
    address = f"/claims/{recipes.claim().pk}/tag/"
    answer = client.post(address, {"tag": "x" * 41}, headers=HTMX)
    assert (answer.status_code, "at most 40 characters" in answer.text, "x" * 41 in answer.text) == (422, True, True)
    assert "at most 40 characters" in client.post(address, {"tag": "x" * 41}, follow=True).text
    assert client.post(address, {}, headers=HTMX).status_code == 422
    assert client.post("/claims/0/tag/", {"tag": "x"}).status_code == 404
    assert client.get(address).status_code == 405


def test_readers_see_tags_and_strangers_nothing(client: Client, ana: User) -> None:
    claim = recipes.claim()
    add_tag(claim=claim, name="vote", by=ana)
    client.force_login(recipes.user(Role.READER))
    page = client.get(f"/claims/{claim.pk}/").text
    assert "vote" in page
    assert "/tag/" not in page
    for path in ("tag", "untag"):
        assert client.post(f"/claims/{claim.pk}/{path}/", {"tag": "vote"}).status_code == 403
    client.logout()
    assert client.post(f"/claims/{claim.pk}/untag/", {"tag": "vote"}).status_code == 302
    assert tags_of(claim) == ["vote"]


def test_the_queue_shows_and_filters_by_tag(client: Client, ana: User) -> None:
    claim, other = recipes.claim(text="Boats"), recipes.claim(text="Taxes")
    tag = add_tag(claim=claim, name="migration", by=ana)
    assert list(QueueFilter(f"tag={tag.pk}").claims) == [claim]
    page = words(client.get(f"/queue/?tag={tag.pk}").text)
    assert "Tag: migration Remove the filter Tag" in page
    assert ("Boats" in page, "Taxes" in page) == (True, False)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/queue/")
        return len(captured)

    few = asked()
    for number in range(20):
        add_tag(claim=other, name=f"tag {number}", by=ana)
    assert asked() == few <= 12


# --- Many claims ----------------------------------------------------------------------------------------------


def test_tagging_many_leaves_what_has_it_and_undoing_leaves_it_too(ana: User) -> None:
    pks = many(5)
    first = Claim.objects.get(pk=pks[0])
    add_tag(claim=first, name="Vote", by=ana)
    done = tag_many(claims=pks, tag="vote", by=ana)
    assert (done.change.count, done.left_out, done.change.in_words) == (4, 1, "4 claims tagged")
    assert ClaimTag.objects.count() == 5
    (entry, *_) = claim_history(Claim.objects.get(pk=pks[1]), ana)
    assert (entry.did, entry.detail) == ("added the tag “Vote”", "Together with 3 others.")
    remove_tag(claim=Claim.objects.get(pk=pks[1]), name="vote", by=ana)
    add_tag(claim=Claim.objects.get(pk=pks[1]), name="vote", by=ana)
    remove_tag(claim=Claim.objects.get(pk=pks[2]), name="vote", by=ana)
    assert undo_many(change=done.change, by=ana) == (2, 2)
    assert tags_of(first) == ["Vote"]
    assert set(ClaimTag.objects.values_list("claim", flat=True)) == set(pks[:2])


def test_untagging_many_and_undoing_it(ana: User) -> None:
    pks = many(4)
    tag_many(claims=pks[:3], tag="vote", by=ana)
    done = untag_many(claims=pks, tag="VOTE", by=ana)
    assert (done.change.count, done.left_out) == (3, 1)
    assert not ClaimTag.objects.exists()
    add_tag(claim=Claim.objects.get(pk=pks[0]), name="vote", by=ana)
    assert undo_many(change=done.change, by=ana) == (2, 1)
    assert set(ClaimTag.objects.values_list("claim", flat=True)) == set(pks[:3])
    with pytest.raises(ValidationError, match="There is no tag “boats”"):
        untag_many(claims=pks, tag="boats", by=ana)


def test_a_tag_that_went_meanwhile_does_not_come_back(ana: User, lib: User) -> None:
    pks = many(2)
    added = tag_many(claims=pks, tag="vote", by=ana).change
    removed = untag_many(claims=pks[:1], tag="vote", by=ana).change
    delete_tag(tag=Tag.objects.get(), by=lib)
    assert undo_many(change=removed, by=ana) == (0, 1)
    assert undo_many(change=added, by=ana) == (0, 2)
    assert told(Claim.objects.get(pk=pks[1]), ana)[0].endswith("removed the tag “vote”")


def test_many_are_tagged_by_constant_queries(ana: User, django_assert_max_num_queries: Any) -> None:
    pks = many(40)
    with django_assert_max_num_queries(16):
        tag_many(claims=pks, tag="vote", by=ana)


def test_tagging_many_by_the_pages(client: Client, ana: User) -> None:
    pks = many(3)
    Tag.objects.create(name="vote")
    shown = client.get(chosen("tag", pks)).text
    assert "Tag 3 claims" in words(shown)
    assert '<option value="vote">' in shown
    data = {"claims": ",".join(map(str, pks)), "queue": "state=new"}
    assert "3 claims tagged." in client.post("/queue/bulk/", {"do": "tag", "tag": "Vote", **data}, follow=True).text
    answer = client.post("/queue/bulk/", {"do": "untag", "tag": "boats", **data})
    assert (answer.status_code, "There is no tag “boats”" in answer.text) == (422, True)
    assert client.post("/queue/bulk/", {"do": "tag", "tag": "x" * 41, **data}).status_code == 422
    response = client.post(f"/queue/bulk/{BulkChange.objects.get().pk}/undo/", follow=True)
    assert "Undone: 3 claims as before." in words(response.text)
    assert not ClaimTag.objects.exists()


# --- Managing them --------------------------------------------------------------------------------------------


def test_renaming_and_merging(ana: User, lib: User) -> None:
    both, one = recipes.claim(), recipes.claim()
    vote = add_tag(claim=both, name="vote", by=ana)
    election = add_tag(claim=both, name="election", by=ana)
    add_tag(claim=one, name="vote", by=ana)
    rename_tag(tag=vote, name="Vote", by=lib)
    with pytest.raises(ValidationError, match="There is a tag “ELECTION” already"):
        rename_tag(tag=vote, name="ELECTION", by=lib)
    with pytest.raises(PermissionDenied):
        merge_tags(tag=vote, into=election, by=ana)
    merge_tags(tag=vote, into=election, by=lib)
    assert (tags_of(both), tags_of(one)) == (["election"], ["election"])
    assert list(Tag.objects.all()) == [election]
    assert "Libby merged the tag “Vote” into “election”" in told(one, ana)
    with pytest.raises(ValidationError, match="with itself"):
        merge_tags(tag=election, into=election, by=lib)


def test_the_admin_renames_merges_and_deletes(client: Client, ana: User, lib: User) -> None:
    claim = recipes.claim()
    vote, election = (add_tag(claim=claim, name=name, by=ana) for name in ("vote", "election"))
    client.force_login(lib)
    assert "vote" in client.get("/admin/claims/tag/").text
    address = f"/admin/claims/tag/{vote.pk}/change/"
    client.post(address, {"name": " The vote "})
    vote.refresh_from_db()
    assert vote.name == "The vote"
    refused = client.post(address, {"name": "ELECTION"})
    assert "There is a tag “election” already. To make the two one, tick “Merge”." in refused.text
    merged = client.post(address, {"name": "ELECTION", "merge": "on"}, follow=True)
    assert "The claims of two tags are those of “ELECTION” now." in merged.text
    assert list(Tag.objects.all()) == [election]
    assert "There is a tag “election” already." in client.post("/admin/claims/tag/add/", {"name": "Election"}).text
    client.post("/admin/claims/tag/add/", {"name": "port"})
    assert Tag.objects.count() == 2
    confirm = client.get(f"/admin/claims/tag/{election.pk}/delete/").text
    assert "Tag: election (on 1 claims)" in confirm
    assert claim.text not in confirm
    client.post(f"/admin/claims/tag/{election.pk}/delete/", {"post": "yes"})
    assert tags_of(claim) == []
    assert told(claim, ana)[0] == "Libby removed the tag “election”"
    chosen_ones = {"action": "delete_selected", "_selected_action": list(Tag.objects.values_list("pk", flat=True))}
    client.post("/admin/claims/tag/", {**chosen_ones, "post": "yes"})
    assert not Tag.objects.exists()


def test_roles_of_a_desk_that_is_older_than_tags_get_them(setup: None) -> None:
    from django.contrib.auth.models import Group

    from claims.roles import give_tags

    librarians = Group.objects.get(name=Role.LIBRARIAN.value).permissions
    for group in Group.objects.all():
        group.permissions.remove(*group.permissions.filter(content_type__model="tag"))
    give_tags()
    assert librarians.filter(codename="change_tag").exists()
    librarians.remove(*librarians.filter(content_type__model="tag"))
    give_tags()
    assert not librarians.filter(codename="change_tag").exists(), "what an administrator took away stays away"
