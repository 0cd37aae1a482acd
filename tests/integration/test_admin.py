"""The admin: librarians keep the library, administrators the desk, all else is for looking; actions do the writing."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from claims.actions import sources as actions
from claims.models import Alias, DeskSettings, Outlet, Rating, Source, SourceMerge, Statement, User
from claims.roles import Role
from tests import recipes
from tests.statements import events_of

pytestmark = pytest.mark.django_db

SOURCES = "/admin/claims/source/"


@pytest.fixture
def lena(client: Client) -> User:
    person = recipes.user(Role.LIBRARIAN, username="lena")
    client.force_login(person)
    return person


@pytest.fixture
def ada(client: Client) -> User:
    """An administrator."""
    person = recipes.user(Role.ADMINISTRATOR, username="ada")
    client.force_login(person)
    return person


def form_of(source: Source | None, *new_aliases: str, removed: Alias | None = None, **facts: str) -> dict[str, Any]:
    """What the browser posts for a source with its aliases."""
    there = list(source.aliases.order_by("folded", "pk")) if source else []
    posted: dict[str, Any] = {
        "name": source.name if source else "",
        "kind": source.kind if source else "person",
        "affiliation": "",
        "description": "",
        "wikidata_id": "",
        "aliases-TOTAL_FORMS": len(there) + len(new_aliases),
        "aliases-INITIAL_FORMS": len(there),
        **facts,
    }
    for number, alias in enumerate(there):
        posted |= {f"aliases-{number}-id": alias.pk, f"aliases-{number}-source": source.pk if source else ""}
        if alias == removed:
            posted[f"aliases-{number}-DELETE"] = "on"
    for number, name in enumerate(new_aliases, len(there)):
        posted |= {f"aliases-{number}-name": name, f"aliases-{number}-source": source.pk if source else ""}
    return posted


def said(answer: Any) -> str:
    page: str = answer.content.decode()
    return page


# --- Who may ----------------------------------------------------------------------------------------------


def test_strangers_sign_in_by_the_desks_own_page(client: Client) -> None:
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("role", [Role.READER, Role.REVIEWER, Role.EDITOR])
def test_other_roles_do_not_get_in(client: Client, role: Role) -> None:
    client.force_login(recipes.user(role))
    answer = client.get(SOURCES, follow=True)
    assert "Sergei" not in said(answer)
    assert client.get(SOURCES).status_code in (302, 403)
    assert client.post(f"{SOURCES}add/", form_of(None, name="Anna Berg")).status_code in (302, 403)
    assert not Source.objects.exists()


def test_librarians_keep_the_library_only(client: Client, lena: User) -> None:
    assert "Ratings" not in said(client.get("/admin/"))
    for closed in ("rating", "user", "desksettings"):
        assert client.get(f"/admin/claims/{closed}/").status_code == 403
    for seen in ("article", "statement", "claim", "review", "source", "outlet", "sourcemerge"):
        assert client.get(f"/admin/claims/{seen}/").status_code == 200


@pytest.mark.parametrize("model", ["article", "statement", "claim", "review", "sourcemerge"])
def test_what_the_desk_works_on_is_for_looking_even_for_superusers(client: Client, model: str) -> None:
    client.force_login(User.objects.create_superuser("root"))
    makers: dict[str, Callable[[], Any]] = {
        "article": recipes.article,
        "statement": recipes.statement,
        "claim": recipes.claim,
        "review": lambda: recipes.citation(review=recipes.review(state="submitted")).review,
        "sourcemerge": lambda: actions.merge_sources(
            sources=[recipes.source()], into=recipes.source(name="S. Lavrov"), by=User.objects.get(username="root")
        )[0],
    }
    made = makers[model]()
    page = f"/admin/claims/{model}/{made.pk}/change/"
    answer = said(client.get(page))
    assert "_save" not in answer
    assert client.get(f"/admin/claims/{model}/").status_code == 200
    for address in (page, f"/admin/claims/{model}/add/", f"/admin/claims/{model}/{made.pk}/delete/"):
        assert client.post(address, {"text": "forged", "title": "forged", "post": "yes"}).status_code == 403
    assert type(made).objects.filter(pk=made.pk).exists()


def test_a_statement_is_shown_with_what_it_does(client: Client, lena: User) -> None:
    made = recipes.statement(act="deny", negated=True, speaker_role="Harbour master", check_worthiness=0.75)
    page = said(client.get(f"/admin/claims/statement/{made.pk}/change/"))
    for part in ("Denies", "Harbour master", "0.75", "Negated"):
        assert part in page


def test_drafts_of_reviews_are_not_shown(client: Client, lena: User) -> None:
    draft = recipes.review()
    assert client.get(f"/admin/claims/review/{draft.pk}/change/").status_code == 302


# --- Sources ----------------------------------------------------------------------------------------------


def test_a_source_is_added_with_aliases_and_history_says_who(client: Client, lena: User) -> None:
    posted = form_of(None, "HRC", "  Ms  Rodham ", "Hillary Clinton", name=" Hillary  Clinton", wikidata_id="q6294")
    answer = client.post(f"{SOURCES}add/", posted)
    assert answer.status_code == 302, said(answer)
    source = Source.objects.get()
    assert (source.name, source.wikidata_id, source.created_by) == ("Hillary Clinton", "Q6294", lena)
    assert set(source.aliases.values_list("name", flat=True)) == {"Hillary Clinton", "HRC", "Ms Rodham"}
    contexts = {event.pgh_context.metadata["user"] for event in events_of(Alias).select_related("pgh_context")}
    assert contexts == {lena.pk}


def test_a_source_is_changed_and_an_alias_removed(client: Client, lena: User) -> None:
    source = actions.create_source(name="Hillary Rodham", kind="person", aliases=["HRC"], by=lena)
    hrc = source.aliases.get(name="HRC")
    posted = form_of(source, removed=hrc, name="Hillary Clinton", affiliation="Senate")
    answer = client.post(f"{SOURCES}{source.pk}/change/", posted)
    assert answer.status_code == 302, said(answer)
    source.refresh_from_db()
    assert (source.name, source.affiliation) == ("Hillary Clinton", "Senate")
    assert set(source.aliases.values_list("name", flat=True)) == {"Hillary Rodham", "Hillary Clinton"}


@pytest.mark.parametrize(
    ("facts", "aliases", "reason"),
    [
        ({"name": "…"}, (), "A name needs a letter"),
        ({"kind": "planet"}, (), "Select a valid choice"),
        ({"kind": "group", "name": "The activists"}, (), "There is a page for the group"),
        ({"wikidata_id": "X1"}, (), "A Wikidata id is"),
        ({}, ("!!!",), "A name needs a letter"),
        ({}, ("Anna  Berg",), "has the name already"),
        ({}, ("A. Berg", "A.  Berg"), "duplicate"),
    ],
)
def test_what_actions_would_refuse_is_said_beside_the_field(
    client: Client, lena: User, facts: dict[str, Any], aliases: tuple[str, ...], reason: str
) -> None:
    actions.create_source(name="activists", kind="group", by=lena)
    source = actions.create_source(name="Anna Berg", kind="person", by=lena)
    answer = client.post(f"{SOURCES}{source.pk}/change/", form_of(source, *aliases, **facts))
    assert answer.status_code == 200
    assert reason in said(answer)
    source.refresh_from_db()
    assert (source.name, source.aliases.count()) == ("Anna Berg", 1)


def test_the_own_name_stays(client: Client, lena: User) -> None:
    source = actions.create_source(name="Anna Berg", kind="person", by=lena)
    answer = client.post(f"{SOURCES}{source.pk}/change/", form_of(source, removed=source.aliases.get()))
    assert "own name. Rename" in said(answer)
    assert source.aliases.count() == 1


def test_sources_are_found_by_any_alias_and_counted(client: Client, lena: User) -> None:
    source = actions.create_source(name="Hillary Clinton", kind="person", aliases=["Ms Rodham"], by=lena)
    recipes.source(name="Eva Lind")
    recipes.statement().statement_sources.create(source=source)
    page = said(client.get(f"{SOURCES}?q=RODHAM"))
    assert "Hillary Clinton" in page
    assert "Eva Lind" not in page
    assert f'<a href="{source.get_absolute_url()}">1</a>' in page


def test_only_what_nothing_was_filed_under_is_deleted(client: Client, lena: User) -> None:
    unused = actions.create_source(name="Eva Lind", kind="person", by=lena)
    used = actions.create_source(name="Anna Berg", kind="person", by=lena)
    recipes.statement().statement_sources.create(source=used)
    assert client.post(f"{SOURCES}{used.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{SOURCES}{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Source.objects.all()) == [used]
    assert "delete_selected" not in said(client.get(SOURCES))


def test_merging_shows_first_what_moves(client: Client, lena: User) -> None:
    anna = actions.create_source(name="Anna Berg", kind="person", by=lena)
    ann = actions.create_source(name="Ann Berg", kind="person", aliases=["A. Berg"], by=lena)
    statement = recipes.statement()
    statement.statement_sources.create(source=ann)
    answer = client.post(SOURCES, {"action": "merge", "_selected_action": [anna.pk, ann.pk]}, follow=True)
    assert answer.context["into"] == ann  # has the most statements
    preview = client.get(f"{SOURCES}merge/?id={anna.pk}&id={ann.pk}&into={anna.pk}")
    assert [(row.source, row.statements) for row in preview.context["moving"]] == [(ann, 1)]
    assert "A. Berg" in said(preview)
    assert not SourceMerge.objects.exists()
    client.post(f"{SOURCES}merge/?id={anna.pk}&id={ann.pk}", {"into": anna.pk})
    assert list(statement.sources.all()) == [anna]
    merge = SourceMerge.objects.get()
    assert (merge.merged, merge.into, merge.by) == (ann, anna, lena)
    undone = client.post("/admin/claims/sourcemerge/", {"action": "undo", "_selected_action": [merge.pk]}, follow=True)
    assert "is a source of its own again" in said(undone)
    assert list(statement.sources.all()) == [ann]


def test_sources_of_different_kinds_are_merged_only_by_somebody_who_has_seen_that(client: Client, lena: User) -> None:
    anna = actions.create_source(name="Anna Berg", kind="person", by=lena)
    institute = actions.create_source(name="Anna Berg Institute", kind="organization", by=lena)
    address = f"{SOURCES}merge/?id={anna.pk}&id={institute.pk}"
    refused = client.post(address, {"into": anna.pk})
    assert refused.status_code == 422
    assert "although their kinds differ" in said(refused)
    assert not SourceMerge.objects.exists()
    assert client.post(address, {"into": anna.pk, "kinds_seen": "on"}).status_code == 302
    assert SourceMerge.objects.get().into == anna


def test_a_merge_that_makes_no_sense_is_refused(client: Client, lena: User) -> None:
    anna = actions.create_source(name="Anna Berg", kind="person", by=lena)
    group = actions.create_source(name="activists", kind="group", by=lena)
    for query, reason in ((f"id={anna.pk}&id=x", "at least two"), (f"id={anna.pk}&id={group.pk}", "is a group")):
        assert reason in said(client.get(f"{SOURCES}merge/?{query}"))
        assert client.post(f"{SOURCES}merge/?{query}", {"into": anna.pk}).status_code == 422
    assert not SourceMerge.objects.exists()
    client.force_login(recipes.user(Role.EDITOR))
    assert client.get(f"{SOURCES}merge/?id={anna.pk}").status_code in (302, 403)


# --- CSV --------------------------------------------------------------------------------------------------


def preview_of(client: Client, csv: str) -> HttpResponse:
    call_command("createcachetable", verbosity=0)
    file = SimpleUploadedFile("sources.csv", csv.encode("utf-8-sig"), "text/csv")
    answer: Any = client.post(f"{SOURCES}import/", {"import_file": file, "format": "0"})
    assert answer.status_code == 200
    return answer  # type: ignore[no-any-return]


def confirm(client: Client, preview: Any) -> HttpResponse:
    hidden = preview.context["confirm_form"].initial
    answer: Any = client.post(f"{SOURCES}process_import/", hidden, follow=True)
    return answer  # type: ignore[no-any-return]


def test_what_goes_out_comes_back_unchanged(client: Client, lena: User) -> None:
    actions.create_source(name="Hillary Clinton", kind="person", aliases=["HRC"], wikidata_id="Q6294", by=lena)
    actions.create_source(name='"Halvern", the', kind="country", description="two\nlines", by=lena)
    answer: Any = client.get(f"{SOURCES}export/")
    assert answer.headers["Content-Type"].startswith("text/csv")
    csv = answer.content.decode()
    assert "HRC | Hillary Clinton" in csv
    preview: Any = preview_of(client, csv)
    assert [row.import_type for row in preview.context["result"].valid_rows()] == ["skip", "skip"]


def test_an_import_shows_first_what_would_change_and_adds_by_the_actions(client: Client, lena: User) -> None:
    source = actions.create_source(name="Hillary Clinton", kind="person", by=lena)
    csv = (
        "id,name,kind,affiliation,wikidata_id,aliases\n"
        f"{source.pk},Hillary Clinton,Person,Senate,,HRC|Ms Rodham\n"
        ",Ada Okoro,person,,Q42,Okoro\n"
    )
    preview = preview_of(client, csv)
    page = said(preview)
    assert "<ins>Senate</ins>" in page
    assert "<ins>Ada Okoro</ins>" in page
    assert "style=" not in page
    assert (Source.objects.count(), source.aliases.count()) == (1, 1)
    assert "1 new, 1 updated" in said(confirm(client, preview))
    source.refresh_from_db()
    okoro = Source.objects.get(wikidata_id="Q42")
    assert source.affiliation == "Senate"
    assert set(source.aliases.values_list("name", flat=True)) == {"Hillary Clinton", "HRC", "Ms Rodham"}
    assert (okoro.created_by, set(okoro.aliases.values_list("name", flat=True))) == (lena, {"Ada Okoro", "Okoro"})
    again: Any = preview_of(client, "name,kind,wikidata_id\nAda B. Okoro,person,Q42\n")
    assert [row.import_type for row in again.context["result"].valid_rows()] == ["update"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("999999,Nobody,person,", "There is no source 999999"),
        (",…,person,", "A name needs a letter"),
        (",Anna Berg,planet,", "is not a valid choice"),
        (",Anna Berg,person,X1", "A Wikidata id is"),
        (",the Activists,group,", "There is a page for the group"),
    ],
)
def test_rows_that_make_no_sense_stop_an_import(client: Client, lena: User, row: str, reason: str) -> None:
    actions.create_source(name="activists", kind="group", by=lena)
    preview: Any = preview_of(client, f"id,name,kind,wikidata_id\n,Eva Lind,person,\n{row}\n")
    assert reason in said(preview)
    assert "confirm_form" not in preview.context
    assert Source.objects.count() == 1


def test_only_librarians_import_and_export(client: Client) -> None:
    client.force_login(recipes.user(Role.EDITOR))
    for part in ("import", "export", "process_import"):
        assert client.get(f"{SOURCES}{part}/").status_code in (302, 403)


# --- Ratings, outlets, people -----------------------------------------------------------------------------


def test_a_rating_in_use_keeps_its_meaning_and_is_retired(client: Client, ada: User) -> None:
    used, free = recipes.rating(label="True", meaning="It is so."), recipes.rating(label="Half")
    recipes.review(state="submitted", rating=used)
    page = f"/admin/claims/rating/{used.pk}/"
    given = {"label": "False", "meaning": "Not so.", "number": "9", "colour": "red", "position": "7"}
    assert client.post(f"{page}change/", given).status_code == 302
    used.refresh_from_db()
    assert (used.label, used.meaning, used.number, used.colour, used.position) == ("True", "It is so.", None, "red", 7)
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    client.post("/admin/claims/rating/", {"action": "retire", "_selected_action": [used.pk]})
    assert list(Rating.objects.offered()) == [free]
    client.post("/admin/claims/rating/", {"action": "offer_again", "_selected_action": [used.pk]})
    assert set(Rating.objects.offered()) == {free, used}
    assert client.post(f"/admin/claims/rating/{free.pk}/delete/", {"post": "yes"}).status_code == 302


def test_administrators_say_how_many_reviews_a_claim_needs(client: Client, ada: User) -> None:
    call_command("setup", verbosity=0)
    page = "/admin/claims/desksettings/1/change/"
    assert client.post(page, {"reviews_needed": "3"}).status_code == 200
    assert client.post(page, {"reviews_needed": "2"}).status_code == 302
    assert DeskSettings.objects.get().reviews_needed == 2
    for closed in ("add/", "1/delete/"):
        assert client.post(f"/admin/claims/desksettings/{closed}", {"post": "yes"}).status_code == 403


def test_an_outlet_is_kept_by_librarians(client: Client, lena: User) -> None:
    client.post("/admin/claims/outlet/add/", {"name": "Courier", "domain": "Courier.Example", "home_page": ""})
    assert Outlet.objects.get().domain == "courier.example"


def test_an_administrator_adds_people_and_gives_roles(client: Client, ada: User) -> None:
    groups = {group.name: group.pk for group in ada.groups.model.objects.all()}
    given = {
        "username": "leo", "usable_password": "true", "password1": "a long enough secret",
        "password2": "a long enough secret", "email": "leo@example.org", "groups": [groups["librarian"]],
    }  # fmt: skip
    answer = client.post("/admin/claims/user/add/", given)
    assert answer.status_code == 302, said(answer)
    leo = User.objects.get(username="leo")
    assert leo.is_staff
    assert EmailAddress.objects.get(user=leo).verified, "who makes accounts vouches for their addresses"
    page = f"/admin/claims/user/{leo.pk}/change/"
    changed = {"username": "leo", "email": "leo@example.org", "groups": [groups["reviewer"]]}
    assert client.post(page, {**changed, "is_superuser": "on", "is_staff": "on"}).status_code == 302
    leo.refresh_from_db()
    assert (leo.is_staff, leo.is_superuser) == (False, False)
    assert leo.is_active, "accounts are closed on the page /people/"
    assert [group.name for group in leo.groups.all()] == ["reviewer"]
    recipes.user(email="ana@example.org")
    assert "Somebody else at this desk" in said(client.post(page, {**changed, "email": "ANA@example.org"}))
    assert client.post(f"/admin/claims/user/{leo.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_administrator_cannot_become_a_superuser_by_another_account(client: Client, ada: User) -> None:
    root = User.objects.create_superuser("root")
    assert client.post(f"/admin/claims/user/{root.pk}/change/", {"username": "root"}).status_code == 403
    assert client.get(f"/admin/claims/user/{root.pk}/password/").status_code == 403


def test_every_model_of_ours_that_is_shown_says_who_may_write_it() -> None:
    shown = {model.__name__ for model in admin.site._registry if model._meta.app_label == "claims"}
    assert shown == {
        "Article", "Claim", "Comment", "DeskSettings", "Outlet", "Rating", "Review", "Settlement", "Source", "SourceMerge",
        "Statement", "Tag", "User",
    }  # fmt: skip
    assert reverse("admin:index") == "/admin/"
    assert Statement in admin.site._registry
