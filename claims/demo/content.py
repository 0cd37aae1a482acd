"""Fills an empty desk with the demo: all or nothing, once, through the same actions as the site's pages."""

import logging
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from email.parser import Parser
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from claims import nlp
from claims.actions.articles import add_article
from claims.actions.citing import add_citation
from claims.actions.commenting import Words, add_comment
from claims.actions.due_dates import set_due
from claims.actions.filing import file_extraction, known_extraction
from claims.actions.reviewing import VerdictInput, dismiss_claim, save_draft, submit_review
from claims.actions.saved_views import save_view
from claims.actions.settling import set_reviews_needed
from claims.actions.sources import add_alias, create_source, describe_source
from claims.actions.tagging import add_tag
from claims.models import (
    Article,
    Claim,
    ExtractionState,
    Kind,
    Notification,
    Rating,
    Review,
    Source,
    Statement,
    Tag,
    User,
    Verdict,
)
from claims.names import fold
from claims.roles import Role, give_role
from claims.workflow import State

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
STEMS = tuple(sorted(path.stem for path in (FOLDER / "articles").glob("*.txt")))


class ForeignDatabaseError(Exception):
    """The database belongs to somebody; the message says so."""


@dataclass(frozen=True)
class Person:
    username: str
    first_name: str
    last_name: str
    role: Role

    @property
    def email(self) -> str:
        """Tells the demo's people from others of the same name."""
        return f"{self.username}@desk.example"


PEOPLE = (
    Person("ana", "Ana", "Duarte", Role.REVIEWER),
    Person("ben", "Ben", "Hollander", Role.REVIEWER),
    Person("eva", "Eva", "Novotny", Role.EDITOR),
    Person("lib", "Libby", "Marsh", Role.LIBRARIAN),
    Person("ron", "Ron", "Atwood", Role.READER),
    Person("admin", "Alex", "Winters", Role.ADMINISTRATOR),
)
# Whoever adds articles, in turn.
ADDERS = ("ana", "lib", "ben", "eva")
MOST_TAGGED = 6


def refuse_foreign() -> None:
    """Raise ForeignDatabaseError where somebody has an account whom the demo did not make."""
    ours = {(person.username, person.email) for person in PEOPLE}
    others = [name for name, email in User.objects.values_list("username", "email") if (name, email) not in ours]
    if others:
        raise ForeignDatabaseError(
            f"This database has users who are not the demo's ({', '.join(sorted(others)[:3])}), so it is left alone."
        )


def fill(*, password: str, stems: Sequence[str] = STEMS) -> str:
    """Make what is missing and say what was made; everybody of the demo signs in with `password` from now on.

    `stems` are the articles to take. Once the demo's people are there, only their password is looked at.
    """
    if _accounts().exists():
        _set_password(password)
        return "The demo content is there already."
    with transaction.atomic():
        people = _make_people()
        _set_password(password)
        for number, stem in enumerate(stems):
            _add(_article(stem), by=people[ADDERS[number % len(ADDERS)]])
        _describe_sources(by=people["lib"])
        _review(people)
        _organise(people)
        _comment(people)
    states = Claim.objects.count_by_state()
    return (
        f"Demo content: {len(PEOPLE)} people, {Article.objects.count()} articles, {Statement.objects.count()} statements"
        f" of {Source.objects.count()} sources, {states[State.DECIDED]} claims decided, {states[State.IN_REVIEW]}"
        f" in review, {states[State.AWAITING_SECOND]} awaiting a second review, {states[State.DISPUTED]} disputed,"
        f" {states[State.DISMISSED]} dismissed, {states[State.NEW]} new."
    )


def sign_in_hint(password: str) -> str:
    """Who can sign in, for the terminal."""
    names = ", ".join(f"{person.username} ({person.role.label.lower()})" for person in PEOPLE)
    return f"Sign in as {names}; password: {password}"


def _make_people() -> dict[str, User]:
    made = {}
    for person in PEOPLE:
        user = User(
            username=person.username, email=person.email, first_name=person.first_name, last_name=person.last_name
        )
        user.is_superuser = person.role is Role.ADMINISTRATOR
        user.set_unusable_password()
        user.save()
        give_role(user, person.role)
        made[person.username] = user
    return made


def _accounts() -> QuerySet[User]:
    return User.objects.filter(username__in=[person.username for person in PEOPLE])


def _set_password(password: str) -> None:
    """One hash for all: hashing is slow by intention, and this happens at each start."""
    people = _accounts()
    stored = set(people.values_list("password", flat=True))
    if len(stored) > 1 or not check_password(password, stored.pop()):
        people.update(password=make_password(password))


# --- Articles -----------------------------------------------------------------------------------------------


@cache
def _article(stem: str) -> Message:
    return Parser().parsestr((FOLDER / "articles" / f"{stem}.txt").read_text(encoding="utf-8"))


def _text(article: Message) -> str:
    return str(article.get_payload())


def _add(article: Message, by: User) -> None:
    """Store and read an article here and now, so that there is a queue when the first page comes up."""
    stored, _ = add_article(
        text=_text(article),
        title=article["Title"],
        by=by,
        outlet_name=article["Outlet"],
        address=article["Address"],
        published_at=datetime.fromisoformat(article["Published"]),
        byline=article["Byline"],
        wire_agency=article["Wire"] or "",
        language="en",
    )
    version = stored.shown_version
    started_at = timezone.now()
    try:
        extraction = known_extraction(version) or nlp.extract(version.text)
        file_extraction(version=version, extraction=extraction, started_at=started_at, by=by)
    except Exception:  # nothing of the demo may keep the desk from starting
        logger.exception("“%s” is left to the worker, whose page will say what is wrong", stored)
        return
    Article.objects.filter(pk=stored.pk).update(extraction_state=ExtractionState.DONE)
    if stored.extraction_job is not None:
        app.job_manager.cancel_job_by_id(stored.extraction_job, delete_job=True)


# --- Sources ------------------------------------------------------------------------------------------------


def _describe_sources(by: User) -> None:
    """Note what `sources.toml` says of sources; those without a kind there are left out where no article named them."""
    for entry in tomllib.loads((FOLDER / "sources.toml").read_text(encoding="utf-8"))["source"]:
        name, aliases, facts = entry["name"], entry["aliases"], {"affiliation": entry["affiliation"]}
        facts["description"] = entry.get("description", "")
        source = Source.objects.named(name).first()
        if source:
            describe_source(source=source, by=by, **facts)
            for alias in aliases:
                add_alias(source=source, name=alias, by=by)
        elif "kind" in entry:
            create_source(name=name, kind=entry["kind"], aliases=aliases, by=by, **facts)


# --- Reviews ------------------------------------------------------------------------------------------------


def _review(people: dict[str, User]) -> None:
    """Decide, begin and dismiss what `reviews.toml` says."""
    plan: dict[str, list[dict[str, Any]]] = tomllib.loads((FOLDER / "reviews.toml").read_text(encoding="utf-8"))
    ratings = {rating.label: rating for rating in Rating.objects.offered()}
    statements = list(Statement.objects.with_texts().with_sources().select_related("claim"))
    for kind, entries in plan.items():
        for entry in entries:
            if (statement := _find(statements, entry)) is None:
                logger.info("No claim of %s with %s was found", entry["source"][0], entry["words"])
                continue
            statements = [other for other in statements if other.claim_id != statement.claim_id]
            if kind == "two_reviews":
                _review_twice(statement, entry["reviews"], people, ratings)
                continue
            by = people[entry["by"]]
            if kind == "dismissed":
                dismiss_claim(claim=statement.claim, reason=entry["reason"], by=by, note=entry.get("note", ""))
                continue
            review = _draft(statement, entry, by, ratings)
            if kind == "decided":
                submit_review(review=review, by=by, expected_version=review.version)


def _organise(people: dict[str, User]) -> None:
    """Tags, due dates and views, as `queue.toml` says."""
    plan: dict[str, list[dict[str, Any]]] = tomllib.loads((FOLDER / "queue.toml").read_text(encoding="utf-8"))
    for entry in plan["tags"]:
        words = Q()
        for word in entry["words"]:
            words |= Q(text__icontains=word)
        for claim in Claim.objects.filter(words).order_by("pk")[:MOST_TAGGED]:
            add_tag(claim=claim, name=entry["name"], by=people[entry["by"]])
    for entry in plan["due"]:
        found = Claim.objects.undecided().filter(due_on=None, text__icontains=entry["word"]).order_by("pk").first()
        if found is not None:
            day = timezone.localdate() + timedelta(days=entry["days"])
            set_due(claim=found, due_on=day, by=people[entry["by"]])
    for entry in plan["views"]:
        if tag := Tag.objects.named(entry["tag"]).first():
            query = f"tag={tag.pk}&{entry['query']}"
            save_view(name=entry["name"], query=query, shared=True, by=people[entry["by"]])


def _review_twice(
    statement: Statement, reviews: Sequence[dict[str, Any]], people: dict[str, User], ratings: dict[str, Rating]
) -> None:
    """Ask for a second review of a claim and submit what there is of the two."""
    set_reviews_needed(claim=statement.claim, needed=2, by=people[reviews[0]["by"]])
    for entry in reviews:
        review = _draft(statement, entry, people[entry["by"]], ratings)
        submit_review(review=review, by=review.reviewer, expected_version=review.version)


def _comment(people: dict[str, User]) -> None:
    """Say what `comments.toml` says. Nobody is mailed about what happened before they were there."""
    plan = tomllib.loads((FOLDER / "comments.toml").read_text(encoding="utf-8"))
    statements = list(Statement.objects.with_texts().with_sources().select_related("claim"))
    for entry in plan["comment"]:
        if statement := _find(statements, entry):
            version, quote = statement.article_version, entry.get("quote", "")
            at = version.text.find(quote, statement.start) if quote else -1
            words = Words(version, at, at + len(quote)) if at >= 0 else None
            add_comment(claim=statement.claim, text=entry["text"], by=people[entry["by"]], words=words)
    Notification.objects.update(mailed_at=timezone.now())


def _find(statements: Sequence[Statement], entry: dict[str, Any]) -> Statement | None:
    """The statement meant: best one that is filed, and not under a group; then the briefest."""

    def is_meant(statement: Statement) -> bool:
        source = fold(f"{statement.speaker} {statement.source_words}")
        content = " ".join(statement.content.casefold().split())
        return any(fold(name) in source for name in entry["source"]) and all(
            word.casefold() in content for word in entry["words"]
        )

    def rank(statement: Statement) -> tuple[int, int, int]:
        groups = [link.source.kind == Kind.GROUP for link in statement.filed_under]
        return (2 if not groups else int(any(groups)), len(statement.content), statement.pk)

    return min(filter(is_meant, statements), key=rank, default=None)


def _draft(statement: Statement, entry: dict[str, Any], by: User, ratings: dict[str, Rating]) -> Review:
    review = save_draft(
        claim=statement.claim,
        by=by,
        # A desk may have renamed or retired a step of its scale.
        rating=ratings.get(entry.get("rating", "")),
        rationale=entry["rationale"],
        no_citation_reason="",
        verdicts={statement.pk: VerdictInput(entry.get("verdict", Verdict.ACCURATE))},
        expected_version=0,
    )
    for citation in entry.get("citations", ()):
        add_citation(claim=statement.claim, by=by, values=_citation(citation))
    review.refresh_from_db()
    return review


def _citation(given: dict[str, Any]) -> dict[str, Any]:
    from_article: dict[str, Any] = {}
    if "article" in given:
        article = _article(given["article"])
        from_article = {
            "address": article["Address"],
            "title": article["Title"],
            "publisher": article["Outlet"],
            "published_on": datetime.fromisoformat(article["Published"]).date(),
        }
    rest = {name: value for name, value in given.items() if name != "article"}
    return {"primary": False, "note": "", "read_on": timezone.localdate(), **from_article, **rest}
