"""Citations of a draft."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Max
from django.utils.formats import date_format

from claims import permissions
from claims.actions import action
from claims.actions.conflicts import Change, ConflictError
from claims.actions.reviewing import begin_draft, draft_of, open_claim
from claims.models import Citation, Claim, Review, ReviewState, User
from claims.models.review import CITED

NOTHING_CITED = "Give the address, or a title where it is not on the web."


@action
def add_citation(*, claim: Claim, by: User, values: Mapping[str, Any]) -> Citation:
    """Cite evidence in the person's draft, which begins with it where there is none. `values` are all of `CITED`."""
    claim = open_claim(claim, by)
    review = draft_of(claim, by) or begin_draft(claim, by)
    last = review.citations.aggregate(last=Max("position"))["last"]
    citation = Citation(review=review, position=0 if last is None else last + 1)
    _say(citation, values)
    _check(citation)
    citation.save()
    return citation


@action
def edit_citation(*, citation: Citation, by: User, values: Mapping[str, Any], seen: str) -> Citation:
    """Change what a citation says; `seen` is the `mark` of what was looked at."""
    citation = _locked(citation, by)
    stored = citation.mark
    before = {name: _in_words(citation, name) for name in CITED}
    _say(citation, values)
    if citation.mark == stored:
        return citation
    if stored != seen:
        raise ConflictError("This citation was changed in another window since you opened it.", _diff(citation, before))
    _check(citation)
    citation.save()
    return citation


@action
def remove_citation(*, citation: Citation, by: User, seen: str) -> None:
    """Take a citation out of a draft. The history keeps it."""
    citation = _locked(citation, by)
    if citation.mark != seen:
        raise ConflictError("This citation was changed in another window. Look at it again before you remove it.")
    citation.delete()


def _locked(citation: Citation, by: User) -> Citation:
    """The citation as it stands, of a draft that its author may change."""
    claim = open_claim(citation.review.claim, by)
    review = Review.locked(citation.review_id)
    review.claim = claim
    if review.state != ReviewState.DRAFT and review.reviewer_id == by.pk:
        raise ConflictError(f"This review was {review.get_state_display().lower()} in another window.")
    permissions.check_edit_review(by, review)
    row = Citation.objects.select_for_update(of=("self",)).filter(pk=citation.pk).first()
    if row is None:
        raise ConflictError("This citation was removed in another window. Add it again if it is needed.")
    row.review = review
    return row


def _say(citation: Citation, values: Mapping[str, Any]) -> None:
    for name in CITED:
        setattr(citation, name, values[name])


def _check(citation: Citation) -> None:
    if not citation.address and not citation.title:
        raise ValidationError({"address": NOTHING_CITED})
    if citation.address:
        try:
            URLValidator(schemes=["http", "https"])(citation.address)
        except ValidationError as error:
            raise ValidationError({"address": "Give an address that begins with http:// or https://."}) from error
    citation.full_clean(validate_unique=False, validate_constraints=False)


def _diff(citation: Citation, before: dict[str, str]) -> list[Change]:
    labels = {name: str(Citation._meta.get_field(name).verbose_name).capitalize() for name in CITED}  # type: ignore[union-attr]
    yours = {name: _in_words(citation, name) for name in CITED}
    return [Change(name, labels[name], before[name], yours[name]) for name in CITED if before[name] != yours[name]]


def _in_words(citation: Citation, name: str) -> str:
    value = getattr(citation, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return date_format(value)
    return citation.get_stance_display() if name == "stance" else value or ""
