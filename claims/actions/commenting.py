"""Talking about a claim: comments, the words that they are about, and whom they mention."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.utils import timezone

from claims import permissions
from claims.actions import action
from claims.actions.conflicts import Change, ConflictError
from claims.actions.notifying import notify, notify_of_comment
from claims.markdown import names_mentioned, spellings
from claims.models import ArticleVersion, Claim, Comment, Mention, NotificationKind, User
from claims.roles import Role, people_with
from claims.texts import normalise_text

LONGEST = 20_000


class Words(NamedTuple):
    """Words of an article, from one code point to another."""

    version: ArticleVersion
    start: int
    end: int


class Commented(NamedTuple):
    """A comment as it is stored, and the names after an @ in it that are nobody's."""

    comment: Comment
    strangers: list[str]


@action
def add_comment(*, claim: Claim, text: str, by: User, words: Words | None = None) -> Commented:
    """Say something about a claim, or about certain words of one of its articles."""
    text = _checked(text)
    # A review that is begun or submitted at the same moment is before it or after.
    claim = Claim.locked(claim.pk)
    permissions.check_comment(by, claim)
    if words is not None and not _stands_in(words, claim):
        raise ValidationError({"words": "These words do not stand in an article of this claim. Choose them again."})
    version, start, end = words or (None, None, None)
    comment = Comment.objects.create(
        claim=claim,
        author=by,
        text=text,
        article_version=version,
        start=start,
        end=end,
        informed=permissions.could_know_reviews(by, claim),
    )
    mentioned, strangers = _people(text)
    Mention.objects.bulk_create(Mention(comment=comment, user=person) for person in mentioned)
    notify_of_comment(comment, mentioned=mentioned)
    return Commented(comment, strangers)


@action
def edit_comment(*, comment: Comment, text: str, by: User, expected_version: int) -> Commented:
    """Say it better. What its author knows by now is taken to be in it; whom it mentions anew is told."""
    text = _checked(text)
    claim = Claim.locked(comment.claim_id)
    comment = Comment.locked(comment.pk)
    comment.claim = claim
    if comment.deleted_at is not None and comment.author_id == by.pk:
        raise ConflictError(f"{comment.deleted_by} deleted this comment. What you typed is still here.")
    permissions.check_edit_comment(by, comment)
    mentioned, strangers = _people(text)
    if comment.text == text:
        return Commented(comment, strangers)
    if comment.version != expected_version:
        change = Change("text", "Comment", theirs=comment.text, yours=text)
        raise ConflictError("This comment was changed in another window since you opened it.", [change])
    Comment.objects.filter(pk=comment.pk).change(
        seen=expected_version,
        text=text,
        edited_at=timezone.now(),
        informed=comment.informed or permissions.could_know_reviews(by, claim),
    )
    comment.mentions.exclude(user__in=mentioned).delete()
    Mention.objects.bulk_create((Mention(comment=comment, user=person) for person in mentioned), ignore_conflicts=True)
    comment.refresh_from_db()
    to = [person.pk for person in mentioned]
    notify(NotificationKind.MENTIONED, claim, to=to, by=by, comment=comment)
    return Commented(comment, strangers)


@action
def delete_comment(*, comment: Comment, by: User) -> Comment:
    """Take a comment away: who did it stays, and in the history what it said."""
    claim = Claim.locked(comment.claim_id)
    comment = Comment.locked(comment.pk)
    comment.claim = claim
    permissions.check_delete_comment(by, comment)
    Comment.objects.filter(pk=comment.pk).change(
        seen=comment.version,
        text="",
        article_version=None,
        start=None,
        end=None,
        deleted_at=timezone.now(),
        deleted_by=by,
    )
    comment.mentions.all().delete()
    comment.refresh_from_db()
    return comment


def _checked(text: str) -> str:
    text = normalise_text(text).strip()
    if not text:
        raise ValidationError({"text": "A comment needs words."})
    if len(text) > LONGEST:
        raise ValidationError({"text": f"A comment has at most {LONGEST:,} characters."})
    return text


def _stands_in(words: Words, claim: Claim) -> bool:
    inside = 0 <= words.start < words.end <= len(words.version.text)
    return inside and claim.statements.filter(article_version=words.version).exists()


def _people(text: str) -> tuple[list[User], list[str]]:
    """Whom a text mentions, and the names in it that are nobody's who reads at this desk: those are no mentions."""
    names = names_mentioned(text)
    if not names:
        return [], []
    wanted = {spelling for name in names for spelling in spellings(name)}
    found = people_with(Role.READER).annotate(lower=Lower("username")).filter(lower__in=wanted)
    people = {person.username.lower(): person for person in found}
    meant = [next((people[s] for s in spellings(name) if s in people), None) for name in names]
    strangers = [name for name, person in zip(names, meant, strict=True) if person is None]
    return list({person.pk: person for person in meant if person}.values()), strangers
