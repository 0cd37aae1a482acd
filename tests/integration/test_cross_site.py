"""What other sites can do with this one: send forms, lead its readers away, have its documents run as pages."""

from typing import Any, cast

import pytest
from allauth.core import context
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import reverse

from claims.actions.people import hash_of
from claims.models import BulkChange, Document, Intake, Notification, SavedView, User
from claims.roles import Role
from claims.views import SignedIn
from claims.views.responses import way_back
from factcheck.accounts import AccountAdapter
from tests import recipes
from tests.integration.addresses import address_of, routes
from tests.unit.ingest import files

pytestmark = pytest.mark.django_db

HOST = "testserver"
# Addresses of other sites, in the spellings that browsers follow and careless checks let through.
ELSEWHERE = [
    "https://evil.example.com/", "http://evil.example.com", "//evil.example.com/", "///evil.example.com", "////evil.example.com",
    "https:evil.example.com", "https:/evil.example.com", "https:///evil.example.com", "http:///evil.example.com", "HTTPS://evil.example.com",
    r"\\evil.example.com", r"/\evil.example.com", r"\/evil.example.com", r"/\/evil.example.com", r"https:\\evil.example.com",
    "https:\\/evil.example.com", "\t//evil.example.com", "/\t/evil.example.com", "/\n/evil.example.com", "\r//evil.example.com",
    " //evil.example.com", "\x00//evil.example.com", "\x01https://evil.example.com", "\u00a0//evil.example.com", "\u2028//evil.example.com",
    "//testserver@evil.example.com", "https://testserver@evil.example.com", "https://testserver.evil.example.com",
    "//testserver:x@evil.example.com",
    "https://evil.example.com#testserver", "https://evil.example.com?testserver", r"https://evil.example.com\@testserver",
    "//evil%E3%80%82example.com",
    "//evil。example.com", "javascript:alert(1)", "JavaScript://testserver/%0aalert(1)", "java\nscript:alert(1)", "data:text/html,x",
    "vbscript:x", "ftp://testserver/", "//[::1]/", "https://[evil", "//evil.example.com\r\nSet-Cookie: a=b", "ht\ntps://evil.example.com",
]  # fmt: skip

# One of each kind; that every spelling is refused is asked of what decides.
SPELLINGS = [
    "https://evil.example.com/", "//evil.example.com/", r"/\evil.example.com", "/\t/evil.example.com", "javascript:alert(1)",
    "https://[evil", "//evil.example.com\r\nSet-Cookie: a=b",
]  # fmt: skip
PASSWORD = "a long enough secret"
# An address, the number in it, and what is sent there.
type Sent = tuple[str, int | None, dict[str, Any]]


@pytest.fixture
def ada() -> User:
    return recipes.user(Role.ADMINISTRATOR, is_superuser=True, is_staff=True, username="ada", email="ada@example.org")


# --- Forms of other sites ---------------------------------------------------------------------------------


def test_every_address_refuses_a_form_without_the_sites_token(ada: User) -> None:
    walked = 0
    for user in (None, ada):
        client = Client(enforce_csrf_checks=True)
        if user:
            client.force_login(user)
        for name, route in routes():
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                answer = client.generic(method, address_of(route), headers={"HX-Request": "true"})
                assert answer.status_code == 403, f"{method} {name or route}: {answer.status_code}"
                walked += 1
    assert walked > 1000


def test_a_token_of_another_session_is_refused(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    client.get(reverse("profile"))
    answer = client.post(reverse("profile"), {"csrfmiddlewaretoken": "a" * 64, "first_name": "Eve"})
    assert answer.status_code == 403


def test_signing_out_takes_a_form(ada: User, client: Client) -> None:
    """What the desk's own addresses do on GET is in test_permission_matrix.py."""
    client.force_login(ada)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.get(reverse("profile")).status_code == 200, "still signed in"


def test_cookies_stay_with_the_site(settings: Any) -> None:
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
    assert settings.SESSION_COOKIE_HTTPONLY


# --- Leading away -----------------------------------------------------------------------------------------


def stays(answer: HttpResponseBase, said: str) -> bool:
    """Redirected to a path of this site as a browser reads it, or not at all. Answers whether it was."""
    if answer.status_code not in (301, 302, 303, 307, 308):
        assert answer.status_code < 500, said
        return False
    target = answer["Location"]
    assert target.isprintable(), said
    assert target.startswith((f"http://{HOST}/", "/")), said
    assert not target.startswith(("//", "/\\")), said
    assert "\\" not in target.partition("?")[0], said
    return True


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_way_back_leads_to_another_site(target: str, rf: RequestFactory) -> None:
    """The two that every `next` goes by: the desk's, and that of the pages of accounts."""
    for request in (rf.get("/", {"next": target}), rf.post("/", {"next": target})):
        assert way_back(cast("SignedIn", request), "/queue/") == "/queue/"
        with context.request_context(request):
            assert not AccountAdapter().is_safe_url(target)


@pytest.fixture
def forms(ada: User) -> list[Sent]:
    """Every address of the desk that goes back or on to where it is told, with what makes it do so."""
    statement = recipes.statement()
    claim, other, article = recipes.claim(), recipes.claim(reviews_needed=2), statement.article_version.article_id
    words = {"source_from": 1, "source_to": 1, "cue_from": 2, "cue_to": 2, "content_from": 3, "content_to": 5}
    change = BulkChange.objects.create(by=ada, kind="dismiss", count=0)
    disputed = recipes.reviewed_claim(recipes.rating(), recipes.rating())
    settling = {"rating": recipes.rating().pk, "reason": "So."}
    comments = [recipes.comment(author=ada) for _ in range(2)]
    kept, unwanted = (SavedView.objects.create(owner=ada, name=name, query="sort=newest") for name in ("New", "Old"))
    notification = Notification.objects.create(user=ada, kind="assigned", claim=claim)
    return [
        ("claim_take", claim.pk, {}),
        ("claim_assign", claim.pk, {"to": ada.pk}),
        ("claim_release", claim.pk, {}),
        ("claim_dismiss", claim.pk, {"reason": "trivial"}),
        ("claim_restore", claim.pk, {}),
        ("claim_reviews_needed", other.pk, {"needed": "2"}),
        ("claim_settle", disputed.pk, settling),
        ("claim_reopen", disputed.pk, {"reason": "News."}),
        ("claim_tag", claim.pk, {"tag": "Dams"}),
        ("claim_untag", claim.pk, {"tag": "Dams"}),
        ("claim_due", other.pk, {"due_on": ""}),
        ("comment_add", claim.pk, {"text": "So."}),
        ("comment", comments[0].pk, {"text": "Not so.", "expected_version": comments[0].version}),
        ("comment_delete", comments[1].pk, {}),
        ("notification_read", notification.pk, {}),
        ("notifications_read", None, {}),
        (
            "views",
            None,
            {"name": "Far", "query": "sort=newest&q=//evil.example.com/%0d%0aSet-Cookie:+a=b&next=//evil.example.com/"},
        ),
        ("view_change", kept.pk, {"name": "Newest"}),
        ("view_remove", unwanted.pk, {}),
        ("take_next", None, {}),
        ("bulk", None, {"do": "priority", "claims": str(claim.pk), "priority": "1"}),
        ("bulk_undo", change.pk, {}),
        ("statement_edit", statement.pk, {**words, "speech": "thought", "expected_version": statement.version}),
        ("statement_add", article, {**words, "content_to": 4, "speech": "speech", "speaker_kind": "group"}),
        ("review_save", other.pk, {"expected_version": 0, "rationale": "So."}),
    ]


@pytest.mark.parametrize("target", SPELLINGS)
def test_the_desks_forms_lead_to_the_desk(target: str, ada: User, client: Client, forms: list[Sent]) -> None:
    client.force_login(ada)
    hostile = dict.fromkeys(("next", "queue", "then", "redirect_to"), target)
    led = set()
    for name, pk, data in forms:
        sent = client.post(reverse(name, args=[pk] if pk else None), {**data, **hostile}, query_params=hostile)
        if stays(sent, f"{name} with {target!r} leads to {sent.headers.get('Location')!r}"):
            led.add(name)
    assert led >= {name for name, *_ in forms} - {"review_save"}, "each came to the point where it leads on"
    claim = recipes.claim()
    for name in ("claim", "claim_hold", "claim_next", "claim_previous"):
        stays(client.get(reverse(name, args=[claim.pk]), hostile), f"{name} with {target!r}")


@pytest.mark.parametrize("target", SPELLINGS)
def test_signing_in_and_out_leads_to_the_desk(target: str, ada: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    ada.set_password(PASSWORD)
    ada.save()
    invitation = recipes.invitation(token_hash=hash_of("ours"))
    accepted = {
        "first_name": "Nora",
        "last_name": "Lind",
        "username": "nora",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    hostile = {"next": target, "redirect_to": target}
    for name, data in (
        ("account_login", {"login": "ada", "password": PASSWORD}),
        ("account_reauthenticate", {"password": PASSWORD}),
        ("account_login", {}),  # signed in already, the pages for signing in lead on
        ("admin:login", {}),
        ("account_change_password", {"oldpassword": PASSWORD, "password1": PASSWORD + "2", "password2": PASSWORD + "2"}),
        ("mfa_index", {}),
        ("mfa_activate_totp", {"code": "1"}),
        ("mfa_generate_recovery_codes", {}),
        ("mfa_reauthenticate", {"code": "1"}),
        ("mfa_add_webauthn", {"name": "x", "credential": "{}"}),
        ("usersessions_list", {}),
        ("account_logout", {}),
    ):  # fmt: skip
        client = Client()
        if (name, bool(data)) != ("account_login", True):
            client.force_login(ada)
        for sent in (
            client.get(reverse(name), hostile),
            client.post(reverse(name), {**data, **hostile}, query_params=hostile),
        ):
            stays(sent, f"{name} with {target!r} leads to {sent.headers.get('Location')!r}")
    _second_step(ada, hostile)
    sent = Client().post(reverse("invitation", args=["ours"]), {**accepted, **hostile}, query_params=hostile)
    assert stays(sent, f"invitation with {target!r} leads to {sent.headers.get('Location')!r}")
    invitation.refresh_from_db()
    assert invitation.accepted_at


def _second_step(person: User, hostile: dict[str, str]) -> None:
    """Signing in with a second factor leads on only after that, by the address of the first step."""
    person.set_password(PASSWORD)
    person.save()
    TOTP.activate(person, generate_totp_secret())
    codes = RecoveryCodes.activate(person)
    client = Client()
    client.post(
        reverse("account_login"), {"login": person.username, "password": PASSWORD, **hostile}, query_params=hostile
    )
    address = reverse("mfa_authenticate")
    sent = client.post(address, {"code": codes.get_unused_codes()[0], **hostile}, query_params=hostile)
    assert stays(sent, f"the second step leads to {sent.headers.get('Location')!r}")


@pytest.mark.parametrize("target", SPELLINGS)
def test_links_back_stay_on_the_site(target: str, ada: User, client: Client) -> None:
    client.force_login(ada)
    statement = recipes.statement()
    for address in (
        reverse("statement_edit", args=[statement.pk]),
        reverse("statement_add", args=[statement.article_version.article_id]),
    ):
        assert client.get(address, {"next": target}).context["back"].startswith("/articles/"), target


# --- Documents --------------------------------------------------------------------------------------------

PAGE = files.PAGE.replace("</body>", "<script>document.title='5ca1ab1e'</script></body>").encode()


def test_documents_are_never_served_as_pages_of_the_site(ada: User, client: Client) -> None:
    """Every address with the numbers of a stored HTML file: where its bytes come back, they cannot run."""
    client.force_login(ada)
    document = Document.objects.store(
        PAGE, media_type="text/html", file_name="5ca1ab1e.html", address="https://example.org/5ca1ab1e.html"
    )
    article = recipes.article(added_by=ada)
    article.add_version("The mayor said no. He said yes.", document=document)
    recipes.statement(article_version=article.shown_version)
    reading: dict[str, Any] = {
        "text": "The mayor said no.",
        "media_type": "text/html",
        "warnings": [],
        "published": None,
    }
    intake = Intake.objects.create(document=document, reading=reading, state="done", by=ada)
    pages = 0
    for name, route in routes():
        if name == "account_logout":  # it would end the walk
            continue
        numbers = {document.pk, article.pk, intake.pk, article.shown_version.pk}
        for address in {address_of(route, number) for number in numbers}:
            answer = client.get(address)
            pages += answer.status_code == 200
            assert answer["X-Content-Type-Options"] == "nosniff", name
            body = answer.getvalue() if answer.streaming else answer.content
            if PAGE in body or b"5ca1ab1e'</script>" in body:
                assert answer["Content-Disposition"].startswith("attachment"), name
                assert answer["Content-Type"].partition(";")[0] in ("application/octet-stream", "text/plain"), name
            elif answer["Content-Type"].startswith(("text/csv", "application/octet-stream")):
                assert answer["Content-Disposition"].startswith("attachment"), name
    assert pages > 30, "the walk found the site's pages"


def test_an_uploaded_page_comes_back_as_its_words_only(ada: User, client: Client) -> None:
    client.force_login(ada)
    name = "<script>window.__xss=1</script>.html"
    sent = client.post(
        reverse("intake_add"), {"file": SimpleUploadedFile(name, PAGE, content_type="text/html; x=<script>")}
    )
    assert sent.status_code == 302
    page = client.get(sent["Location"])
    assert page.context["stored"]["words"]
    assert b"5ca1ab1e" in PAGE
    assert b"5ca1ab1e" not in page.content
    assert b"<script>window" not in page.content
    assert Document.objects.get().media_type == "text/html"
