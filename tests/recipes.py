"""Objects for tests: each function makes one that is valid, with what it needs, and takes overrides."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from model_bakery import baker
from model_bakery.generators import add as add_generator

from claims import models
from claims.roles import Role, give_role, write_roles

add_generator("claims.fields.FoldedNameField", str)  # filled when the row is saved

TEXT = "Activists say the dam will break. Lavrov said it will hold."
# "Activists say the dam will break."
SPANS = {"source": [[0, 9]], "cue": [[10, 13]], "content": [[14, 32]]}


def user(role: Role | None = Role.REVIEWER, **fields: Any) -> models.User:
    """A person of the desk; `role=None` is somebody without any."""
    person: models.User = baker.make(models.User, **fields)
    if role is not None:
        write_roles()
        give_role(person, role)
    return person


def article(text: str = TEXT, **fields: Any) -> models.Article:
    """An article with its first version."""
    made: models.Article = baker.make(models.Article, **{"title": "The dam", **fields})
    made.add_version(text)
    return made


def extraction(**fields: Any) -> models.Extraction:
    """A run over a new article."""
    if "article_version" not in fields:
        fields["article_version"] = article().shown_version
    now = timezone.now()
    made: models.Extraction = baker.make(
        models.Extraction, **{"model_version": "test", "output": [], "started_at": now, "finished_at": now, **fields}
    )
    return made


def claim(**fields: Any) -> models.Claim:
    """A new claim without appearances."""
    made: models.Claim = baker.make(models.Claim, **{"text": "The dam will break", **fields})
    return made


def decided_claim(**fields: Any) -> models.Claim:
    """A claim that a review decided."""
    made = claim(**fields)
    made.decided_review = review(claim=made, state="submitted")
    made.state = "decided"
    made.save()
    return made


def reviewed_claim(*ratings: models.Rating, **fields: Any) -> models.Claim:
    """A claim that needs two reviews, of which so many were submitted: it awaits the second, or is disputed."""
    made = claim(**{"reviews_needed": 2, "state": "disputed" if len(ratings) > 1 else "awaiting_second", **fields})
    for number, given in enumerate(ratings):
        when = timezone.now() + timedelta(minutes=number)
        review(claim=made, rating=given, state="submitted", submitted_at=when)
    return made


def statement(**fields: Any) -> models.Statement:
    """A statement that the machine found, of a new claim."""
    if "extraction" not in fields:
        version = fields.get("article_version")
        fields["extraction"] = extraction(**({"article_version": version} if version else {}))
    if fields["extraction"] is not None:
        fields.setdefault("article_version", fields["extraction"].article_version)
        fields.setdefault("position", fields["extraction"].statements.count())
    elif "article_version" not in fields:
        fields["article_version"] = article().shown_version
    if "claim" not in fields:
        fields["claim"] = claim()
    made: models.Statement = baker.make(
        models.Statement, **{"spans": SPANS, "form": "indirect", "speaker": "activists", **fields}
    )
    made.refresh_from_db()
    return made


def source(**fields: Any) -> models.Source:
    """A person whom statements can be filed under."""
    made: models.Source = baker.make(models.Source, **{"name": "Sergei Lavrov", "kind": "person", **fields})
    return made


def rating(**fields: Any) -> models.Rating:
    """A rating of the desk's scale."""
    number = models.Rating.objects.count() + 1
    made: models.Rating = baker.make(
        models.Rating,
        **{"label": f"Rating {number}", "meaning": "So it is.", "colour": "green", "position": number, **fields},
    )
    return made


def review(**fields: Any) -> models.Review:
    """A draft, or with `state="submitted"` one that has a rating and a time."""
    if "claim" not in fields:
        fields["claim"] = claim()
    if "reviewer" not in fields:
        fields["reviewer"] = user()
    if fields.get("state") == "submitted":
        fields.setdefault("submitted_at", timezone.now())
        if "rating" not in fields:
            fields["rating"] = rating()
    made: models.Review = baker.make(models.Review, **fields)
    return made


def citation(**fields: Any) -> models.Citation:
    """Evidence of a draft."""
    if "review" not in fields:
        fields["review"] = review()
    made: models.Citation = baker.make(
        models.Citation, **{"address": "https://example.org/report", "title": "Report", "stance": "supports", **fields}
    )
    return made


def comment(**fields: Any) -> models.Comment:
    """Something that somebody said about a claim."""
    if "claim" not in fields:
        fields["claim"] = claim()
    if "author" not in fields:
        fields["author"] = user()
    made: models.Comment = baker.make(models.Comment, **{"text": "Look at this", **fields})
    return made


def invitation(**fields: Any) -> models.Invitation:
    """Somebody asked in, whose link nobody has."""
    if "invited_by" not in fields:
        fields["invited_by"] = user(Role.ADMINISTRATOR)
    number = models.Invitation.objects.count()
    made: models.Invitation = baker.make(
        models.Invitation,
        **{"email": "nora@example.org", "role": Role.EDITOR, "token_hash": f"hash {number}", **fields},
    )
    return made
