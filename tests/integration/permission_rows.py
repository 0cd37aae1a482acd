"""Each address of the site with the rule that it asks, and what to send there: a new page gets a line here.

    Address("claim_take", "take", of(stored_cases.claim))

is the address by its name in the urlconf, the rule by its name in claims/permissions/, and how to make what the
address is about, to which the form's data can be added: `of(stored_cases.claim, {"reason": "News."})`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils import timezone

from claims.actions import sources as source_actions
from claims.actions.tagging import add_tag
from claims.models import (
    Citation,
    Claim,
    Comment,
    Document,
    Intake,
    Invitation,
    Notification,
    Review,
    SourceMerge,
    User,
)
from claims.permission_matrix import Row, rows_of
from claims.roles import Role
from tests import recipes
from tests.integration import stored_cases
from tests.integration.desk import CITATION
from tests.integration.stored_cases import Cases

# An address and what is posted there.
type Asked = tuple[str, dict[str, Any]]
type Make = Callable[[str, Cases, User, User], Asked]
type Data = dict[str, Any] | Callable[[Cases, Any], dict[str, Any]]

WORDS = {"source_from": 1, "source_to": 1, "cue_from": 2, "cue_to": 2, "content_from": 3, "content_to": 6}
ARTICLE = {"text": "The mayor said no.", "title": "No"}
REDACTION = {"what": ["text"], "reason": "By order.", "sure": "on"}


answers = cache(rows_of)


@dataclass(frozen=True)
class Address:
    """An address that asks a rule.

    `tells`: somebody who may in another case is told why not here, and keeps what was typed, instead of being refused.
    `hides`: who may not is told of nothing there.
    """

    name: str
    rule: str
    make: Make
    tells: bool = False
    hides: bool = False

    @property
    def rows(self) -> list[Row]:
        return answers(self.rule)


def plain(**data: Any) -> Make:
    """An address about nothing in particular."""
    return lambda name, _cases, _me, _other: (reverse(name), data)


def of(make: Callable[[Cases, User, User], Any], data: Data | None = None, number: str = "pk", **parts: str) -> Make:
    """An address about a row of the database; `parts` are what the address has beside its number."""

    def asked(name: str, cases: Cases, me: User, other: User) -> Asked:
        made = make(cases, me, other)
        given = data(cases, made) if callable(data) else data or {}
        return reverse(name, kwargs={"pk": getattr(made, number), **parts}), given

    return asked


def new(recipe: Callable[..., Any], **fields: Any) -> Callable[[Cases, User, User], Any]:
    """A row that makes no difference to the rule."""
    return lambda _cases, _me, _other: recipe(**fields)


def article(cases: Cases, _me: User, _other: User) -> Any:
    return stored_cases.article(cases)


def citation(cases: Cases, me: User, other: User) -> Citation:
    made = recipes.citation(review=stored_cases.review(cases, me, other))
    made.refresh_from_db()
    return made


def intake(**fields: Any) -> Callable[[Cases, User, User], Intake]:
    """One's own file or address on its way."""

    def make(_cases: Cases, me: User, other: User) -> Intake:
        return Intake.objects.create(by=me if me.pk else other, **fields)

    return make


def read_intake(cases: Cases, me: User, other: User) -> Intake:
    reading: dict[str, Any] = {
        "text": "The mayor said no.",
        "media_type": "text/plain",
        "warnings": [],
        "published": None,
    }
    document = Document.objects.store(b"The mayor said no.", media_type="text/plain")
    return intake(document=document, reading=reading, state="done")(cases, me, other)


def joined(_name: str, cases: Cases, me: User, other: User) -> Asked:
    claim = stored_cases.claim(cases, me, other)
    return reverse("claim_join", args=[claim.pk]), {"into": stored_cases.other_claim(cases, claim).pk}


def several(name: str, _cases: Cases, _me: User, _other: User) -> Asked:
    return reverse(name), {"do": "dismiss", "claims": str(recipes.claim().pk), "reason": "trivial"}


def waiting(name: str, _cases: Cases, _me: User, _other: User) -> Asked:
    last = recipes.statement(speaker="Okoro", speaker_kind="person")
    data = {"choice": "new", "name": "Ada Okoro", "new_kind": "person", "up_to": last.pk}
    return reverse(name, query={"name": "okoro", "kind": "person"}), data


def merge(_cases: Cases, _me: User, _other: User) -> SourceMerge:
    by = recipes.user(Role.LIBRARIAN)
    into, gone = (source_actions.create_source(name=name, kind="person", by=by) for name in ("Ada Ek", "A. Ek"))
    source_actions.merge_sources(sources=[gone], into=into, by=by)
    return SourceMerge.objects.latest("pk")


def invitation(_cases: Cases, _me: User, _other: User) -> Invitation:
    return recipes.invitation(email=f"{Invitation.objects.count()}@example.org")


def notification(_cases: Cases, me: User, _other: User) -> Notification:
    """One's own: of somebody else's nobody is told that it is there."""
    return Notification.objects.create(user=me, kind="assigned", claim=recipes.claim())


def file_of(table: str) -> Make:
    return lambda name, _cases, _me, _other: (reverse(name, args=[table]), {})


def words(statement: Any, **data: Any) -> dict[str, Any]:
    return {**WORDS, **data, "expected_version": statement.version}


def tagged(_cases: Cases, claim: Claim) -> dict[str, Any]:
    return {"tag": add_tag(claim=claim, name="Dams", by=recipes.user()).name}


def tomorrow(_cases: Cases, _claim: Claim) -> dict[str, Any]:
    return {"due_on": timezone.localdate() + timedelta(days=1)}


def rewording(_cases: Cases, comment: Comment) -> dict[str, Any]:
    return {"text": "So.", "expected_version": comment.version}


def asking(cases: Cases, _claim: Any) -> dict[str, Any]:
    return {"needed": stored_cases.asked_for(cases)}


def submitting(_cases: Cases, review: Review) -> dict[str, Any]:
    return {"expected_version": review.version, "citations_seen": review.citations_mark}


WRITES = [
    Address("article_add", "add_article", plain(**ARTICLE)),
    Address("intake_add", "add_article", plain(address="https://example.org/a")),
    Address("intake", "add_article", of(read_intake, ARTICLE)),
    Address("intake_retry", "add_article", of(intake(address="https://example.org/", state="failed", failure="Gone."))),
    Address("intake_discard", "add_article", of(intake(address="https://example.org/", state="waiting"))),
    Address("article_edit", "edit_article", of(new(recipes.article), {"title": "The old dam"})),
    Address("article_retry", "edit_article", of(new(recipes.article))),
    Address("article_redact", "redact", of(new(recipes.article, extraction_state="done"), REDACTION)),
    Address("statement_add", "add_statement", of(article, {"speech": "speech", "speaker_kind": "group", **WORDS})),
    Address("statement_edit", "edit_statement", of(stored_cases.statement, lambda _, s: words(s, speech="thought"))),
    Address("statement_sources", "set_sources", of(stored_cases.statement, lambda _, s: words(s))),
    Address("claim_text", "edit_claim", of(stored_cases.claim, lambda _, c: {"text": "So.", "expected_version": c.version})),
    Address("claim_join", "join_claims", joined),
    Address("claim_dismiss", "dismiss", of(stored_cases.claim, {"reason": "trivial"}), tells=True),
    Address("claim_restore", "restore", of(stored_cases.claim), tells=True),
    Address("claim_reopen", "reopen", of(stored_cases.claim, {"reason": "News."})),
    Address("claim_settle", "settle", of(stored_cases.claim, lambda *_: {"rating": recipes.rating().pk, "reason": "So."})),
    Address("claim_reviews_needed", "set_reviews_needed", of(stored_cases.claim, asking)),
    Address("claim_tag", "tag", of(stored_cases.claim, {"tag": "Dams"})),
    Address("claim_untag", "tag", of(stored_cases.claim, tagged)),
    Address("claim_due", "set_due", of(stored_cases.claim, tomorrow)),
    Address("views", "save_view", plain(name="Newest", query="sort=newest")),
    Address("view_change", "change_view", of(stored_cases.saved_view, {"name": "Latest"}), hides=True),
    Address("view_remove", "change_view", of(stored_cases.saved_view), hides=True),
    Address("take_next", "take_next", plain()),
    Address("claim_take", "take", of(stored_cases.claim), tells=True),
    Address("claim_release", "release", of(stored_cases.claim)),
    Address("claim_assign", "assign", of(stored_cases.claim, lambda *_: {"to": recipes.user().pk, "note": "Please."})),
    Address("bulk", "change_many", several),
    Address("bulk_undo", "undo_many", of(stored_cases.bulk_change)),
    Address("review_save", "review", of(stored_cases.claim, {"rationale": "So.", "expected_version": 0}), tells=True),
    Address("citation_add", "review", of(stored_cases.claim, CITATION), tells=True),
    Address("review_submit", "edit_review", of(stored_cases.review, submitting, number="claim_id"), tells=True),
    Address("citation", "edit_review", of(citation, lambda _, c: CITATION | {"seen": c.mark}), tells=True),
    Address("citation_remove", "edit_review", of(citation, lambda _, c: {"seen": c.mark})),
    Address("review_withdraw", "withdraw_review", of(stored_cases.review)),
    Address("comment_add", "comment", of(stored_cases.claim, {"text": "So."})),
    Address("comment", "edit_comment", of(stored_cases.comment, rewording), tells=True),
    Address("comment_delete", "delete_comment", of(stored_cases.comment)),
    Address("notifications_read", "read", plain()),
    Address("notification_read", "read", of(notification)),
    Address("rationale_preview", "read", plain(rationale="So.")),
    Address("unresolved_file", "manage_sources", waiting),
    Address("undo_merge", "manage_sources", of(merge)),
    Address("people", "manage_users", plain(email="nora@example.org", role="reviewer")),
    Address("person_change", "manage_users", of(new(recipes.user), change="deactivate")),
    Address("invitation_withdraw", "manage_users", of(invitation)),
    Address("admin:claims_source_add", "manage_sources", plain()),
    Address("admin:claims_outlet_add", "manage_sources", plain()),
    Address("admin:claims_tag_add", "manage_tags", plain(name="Dams")),
    Address("admin:claims_rating_add", "manage_ratings", plain()),
    Address("admin:claims_user_add", "manage_users", plain()),
]  # fmt: skip
READS = [
    *(Address(name, "read", plain()) for name in ("start", "articles", "queue", "sources", "unresolved")),
    *(Address(name, "read", of(new(recipes.claim))) for name in ("claim", "claim_hold", "claim_next", "claim_previous")),
    Address("article", "read", of(new(recipes.article))),
    Address("source", "read", of(new(recipes.source))),
    Address("comment", "read_comment", of(stored_cases.comment, {"show": ""})),
    Address("comment_people", "read", plain()),
    Address("notifications", "read", plain()),
    Address("overruled", "read_overruled", plain()),
    Address("precision", "read_precision", plain()),
    Address("precision_csv", "read_precision", plain()),
    Address("dashboard", "read_dashboard", plain()),
    Address("dashboard_csv", "read_dashboard", file_of("states")),
    Address("activity", "read_history", plain()),
    Address("activity_csv", "read_history", plain()),
    Address("record", "read_history", of(new(recipes.claim), kind="claim")),
]  # fmt: skip
# One's own account, whatever one may do at the desk, and how one gets one; the bell counts what one may read.
EVERYBODYS = {"profile", "session_end", "invitation", "notification_count"}
# Rules that no address asks by itself, and where they are tested instead.
ELSEWHERE = {
    "move": "the rules of the moves ask it: dismiss, restore, reopen, settle",
    "read_review": "tests/integration/test_blind.py asks every address",
    "share_view": "who may not is offered no such field, and what they send in it is left out: test_saved_views.py",
}
