"""None of the strings of hostile.txt runs on any page, wherever it was typed: in a real browser, with the real policy."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import resolve, reverse
from playwright.sync_api import Browser, Dialog, Page
from pytest_django.live_server_helper import LiveServer

from claims.actions.people import hash_of
from claims.events import tracked_models
from claims.models import (
    Article,
    BulkKind,
    Citation,
    Claim,
    Comment,
    Intake,
    Invitation,
    Review,
    Source,
    SourceMerge,
    Statement,
    User,
)
from claims.roles import Role, give_role
from tests.functional.hostile_colleagues import PASSWORD
from tests.functional.hostile_desk import fill
from tests.functional.hostile_strings import HOSTILE, packs
from tests.functional.hostile_talk import refused
from tests.integration.addresses import address_of, own_routes, takes

# Violations are noted from the first line of every page on; the shared fixture fails on what the console says, too.
NOTE = (
    "document.addEventListener('securitypolicyviolation', e => (window.__violations ??= []).push(e.violatedDirective))"
)
# What a string leaves behind that was taken for more than text, though the policy may have kept it from running.
TRACES = """() => {
  const traces = [...(window.__violations ?? [])];
  const note = (element, name) => traces.push(`${element.tagName} ${name}: ${element.getAttribute(name)}`);
  if (window.__xss) traces.push('ran');
  for (const element of document.querySelectorAll('*')) {
    if (element.matches('[data-xss], iframe, object, embed, base')) traces.push(element.outerHTML);
    for (const { name, value } of element.attributes) {
      if (/^(on|hx-on|data-hx-on)/.test(name) || name.startsWith('hx-') && /^(js|javascript):/i.test(value)) note(element, name);
      if (['href', 'src', 'action', 'formaction', 'xlink:href', 'data'].includes(name)) {
        const scheme = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).protocol : 'none';
        if (!['http:', 'https:', 'mailto:', 'none'].includes(scheme)) note(element, name);
      }
    }
  }
  return traces.slice(0, 5);
}"""
FRAGMENT = "address => htmx.ajax('GET', address, {target: '#main', swap: 'innerHTML'})"
FORM = "([address, values]) => htmx.ajax('POST', address, {target: '#main', swap: 'innerHTML', values})"


# They lead to other pages, or to a file.
NO_PAGES = {"claim_next", "claim_previous", "precision_csv", "dashboard_csv", "activity_csv"}
# Beside the desk's own, those of accounts and sign-in that tell names.
ACCOUNTS = ("usersessions_list", "mfa_index", "mfa_list_webauthn", "mfa_view_recovery_codes", "account_change_password")


@pytest.fixture
def ada(live_server: LiveServer, setup: None) -> User:
    person = User.objects.create_user(
        "ada", email="ada@example.org", password=PASSWORD, is_staff=True, is_superuser=True
    )
    give_role(person, Role.ADMINISTRATOR)
    return person


def test_nothing_that_people_type_runs_on_any_page(live_server: LiveServer, page: Page, ada: User) -> None:
    client = Client()
    client.force_login(ada)
    fill(client, ada)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # so that messages that wait are shown
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        if dialog.type == "beforeunload":  # a form that was refused is left
            dialog.accept()
            return
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.add_init_script(NOTE)
    visited = 0
    for address in addresses():
        answer = page.goto(live_server.url + address)
        assert answer is not None
        assert answer.status < 500, address
        visited += answer.status == 200
        assert page.evaluate(TRACES) == [], address
    for address in fragments():
        page.goto(live_server.url + address.partition("?")[0])  # its own page has what comes out of band
        page.evaluate(FRAGMENT, address)
        assert page.evaluate(TRACES) == [], f"{address} as a fragment"
    page.goto(live_server.url + reverse("profile"))
    page.evaluate(FORM, [reverse("rationale_preview"), {"rationale": "\n\n".join(HOSTILE)}])
    assert page.locator(".markdown, #rationale-preview").count()
    assert page.evaluate(TRACES) == [], "the preview of a rationale"
    for address, values in refused(ada):
        page.goto(live_server.url + reverse("profile"))
        with page.expect_response(live_server.url + address) as answer_to_form:
            page.evaluate(FORM, [address, values])
        assert answer_to_form.value.status in (409, 422), address
        assert page.evaluate(TRACES) == [], f"{address}, refused"
    assert dialogs == []
    assert visited > 60
    assert not unwalked(client)


def test_the_walk_would_notice(browser: Browser) -> None:
    """Each element leaves a trace where a page without a policy writes it as it stands, so none of them is blunt."""
    bare = browser.new_page()
    elements = [text for text in HOSTILE if text.startswith("<") and "data-xss" in text and text.isascii()]
    assert len(elements) > 25
    for text in elements:
        bare.set_content(f"<!DOCTYPE html><body><div>{text}</div>", wait_until="commit")
        assert bare.evaluate(TRACES), text
    bare.close()


def unwalked(client: Client) -> set[str]:
    """Pages of the desk that the walk leaves out; a new one belongs into `addresses`."""
    seen = [*addresses(), *fragments()]
    walked = {resolve(address.partition("?")[0]).view_name for address in seen if "<" not in address}
    pages = {name for name, route in own_routes().items() if takes("GET", client, address_of(route))}
    return pages - walked - NO_PAGES


def addresses() -> list[str]:
    """Every page there is to see, with hostile filters, too."""
    found = [reverse(name) for name in ("start", "article_add", "profile", "precision", "unresolved", "overruled")]
    found += [reverse(name) for name in ("people", "activity", "queue", "views", "comment_people", *ACCOUNTS)]
    found += [f"{reverse('notifications')}?page={page}" for page in (1, 2)] + [reverse("notification_count")]
    found += [f"{reverse('dashboard')}?show=agreement", reverse("invitation", args=[_open_invitation()])]
    found += [reverse("article_redact", args=[Article.objects.all()[0].pk])]
    found += [
        f"{reverse('bulk')}?{urlencode({'do': kind, 'claim': _open(), 'queue': HOSTILE[0]})}" for kind in BulkKind
    ]
    found += [reverse("record", args=[kind, pk]) for kind, pk in _records()]
    found += [obj.get_absolute_url() for obj in Source.objects.current()[::2]]
    found += [reverse("article", args=[one.pk]) for one in Article.objects.all()]
    found += [f"{reverse('claim', args=[one.pk])}?show=history" for one in Claim.objects.all()]
    found += [f"{reverse('claim', args=[one.pk])}?show=background" for one in Claim.objects.all()[:2]]
    found += [reverse("citation_add", args=[one.pk]) for one in Claim.objects.all()[:1]]
    found += [f"{reverse('comment_add', args=[one.pk])}?choose" for one in Claim.objects.all()[:2]]
    found += [reverse("comment", args=[one.pk]) for one in Comment.objects.filter(author__username="ada")[:2]]
    found += [reverse("intake", args=[one.pk]) for one in Intake.objects.all()]
    found += [reverse("citation", args=[one.pk]) for one in Citation.objects.filter(review__state="draft")[:2]]
    found += [reverse("review_submit", args=[one.claim_id]) for one in Review.objects.filter(state="draft")[:2]]
    some = Statement.objects.order_by("pk")[:2]
    found += [reverse(name, args=[one.pk]) for one in some for name in ("statement_edit", "statement_sources")]
    found += [reverse("article_edit", args=[one.article_version.article_id]) for one in some]
    found += [reverse("statement_add", args=[one.article_version.article_id]) for one in some]
    waiting = Statement.objects.unresolved().values("speaker_folded", "speaker_kind")
    found += [
        reverse("unresolved_file", query={"name": row["speaker_folded"], "kind": row["speaker_kind"]})
        for row in waiting[:2]
    ]
    return [*found, *_filtered(), *_admin()]


def _open() -> int:
    return Claim.objects.open().latest("pk").pk


def _comment() -> int:
    """One that may be edited."""
    return Comment.objects.not_deleted().filter(author__username="ada").latest("pk").pk


def _open_invitation() -> str:
    """A link that is still good; its page names whom it is for."""
    Invitation.objects.filter(pk=Invitation.objects.waiting().latest("pk").pk).update(token_hash=hash_of("ours"))
    return "ours"


def _records() -> list[tuple[str, int]]:
    """Of each kind of record the latest one."""
    latest = {kind: model._default_manager.order_by("-pk").first() for kind, model in tracked_models().items()}
    return [(kind, one.pk) for kind, one in latest.items() if one]


def _filtered() -> list[str]:
    lists = ("queue", "articles", "sources", "unresolved", "precision", "activity", "dashboard", "overruled")
    names = (
        "tag", "due", "waiting", "show", "person", "change", "action", "before", "held", "mine", "q", "state", "kind", "outlet",
        "rating", "since", "until", "sort", "page", "by", "size", "speech", "next",
    )  # fmt: skip
    found = [f"{reverse(name)}?{urlencode(dict.fromkeys(names, packs(700)[0]))}" for name in lists]
    found += [f"{reverse('queue')}?{urlencode({'state': 'all', 'q': text})}" for text in packs(700)]
    claim, statement = Claim.objects.all()[0], Statement.objects.all()[0]
    everything = urlencode(
        {"queue": " ".join(HOSTILE), "q": " ".join(HOSTILE), "next": "/" + HOSTILE[0], "source": HOSTILE[0]}
    )
    found += [f"{reverse('claim', args=[claim.pk])}?{everything}"]
    found += [f"{reverse(name, args=[statement.pk])}?{everything}" for name in ("statement_edit", "statement_sources")]
    found += [f"{reverse(name)}?{everything}" for name in ("account_reset_password", "queue")]
    return [*found, f"/{HOSTILE[5].replace(' ', '%20')}/"]


def _admin() -> list[str]:
    """Of each model the list and the latest row; what they share, once: a search, a history, an import, a merge."""
    found = [reverse("admin:index"), reverse("admin:claims_source_import")]
    pair = Source.objects.current().order_by("pk").values_list("pk", flat=True)[:2]
    found += [f"{reverse('admin:claims_source_merge')}?{urlencode({'id': list(pair)}, doseq=True)}"]
    for model in admin.site._registry:
        meta: Any = model._meta
        if meta.app_label != "claims":
            continue
        name = f"admin:{meta.app_label}_{meta.model_name}"
        latest = model._default_manager.order_by("-pk").values_list("pk", flat=True)[0]
        found += [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[latest])]
    found += [f"{reverse('admin:claims_source_changelist')}?{urlencode({'q': packs(700)[0]})}"]
    found += [reverse("admin:claims_source_history", args=[pair[0]])]
    assert SourceMerge.objects.exists()
    return found


def fragments() -> list[str]:
    claim, statement = Claim.objects.all()[0], Statement.objects.all()[0]
    article = statement.article_version.article
    shown = reverse("claim", args=[claim.pk])
    everything = urlencode({"queue": " ".join(HOSTILE), "q": " ".join(HOSTILE)})
    return [
        f"{shown}?show=history&{everything}",
        f"{shown}?show=background&{everything}",
        f"{reverse('citation_add', args=[claim.pk])}?{everything}",
        f"{reverse('statement_sources', args=[statement.pk])}?{everything}",
        f"{reverse('statement_edit', args=[statement.pk])}?{everything}",
        f"{reverse('queue')}?state=all&{everything}",
        f"{reverse('sources')}?{everything}",
        f"{reverse('claim_hold', args=[_open()])}?{everything}",
        f"{reverse('activity')}?{everything}",
        f"{reverse('comment_add', args=[claim.pk])}?choose&{everything}",
        f"{reverse('comment', args=[_comment()])}?{everything}",
        f"{reverse('comment', args=[_comment()])}?show&{everything}",
        reverse("notifications"),
        reverse("notification_count"),
        reverse("dashboard"),
        reverse("article", args=[article.pk]),
    ]
