"""What happened to a claim, in words."""

from typing import Any

import pytest

from claims.actions.citing import add_citation, remove_citation
from claims.actions.reviewing import dismiss_claim, edit_claim_text, reopen_claim, restore_claim, save_draft
from claims.actions.reviewing import submit_review as submit
from claims.actions.statements import set_sources
from claims.history import claim_history
from claims.models import Claim, Rating, User
from claims.roles import Role
from tests import recipes
from tests.integration.test_reviewing import CITED

pytestmark = pytest.mark.django_db


def words(claim: Claim, reader: User) -> list[str]:
    """The history as it reads, the oldest first."""
    return [f"{entry.who} {entry.did}" for entry in reversed(claim_history(claim, reader))]


def draft(claim: Claim, by: User, rating: Rating | None, version: int, **given: Any) -> int:
    values: dict[str, Any] = {"rationale": "", "no_citation_reason": "Plain.", "verdicts": {}, **given}
    return save_draft(claim=claim, by=by, rating=rating, expected_version=version, **values).version


def test_the_life_of_a_claim() -> None:
    ana = recipes.user(first_name="Ana")
    statement = recipes.statement()
    claim = statement.claim
    half, false = recipes.rating(label="Half true"), recipes.rating(label="False")
    set_sources(statement=statement, sources=[recipes.source()], by=ana)
    edit_claim_text(claim=claim, text="The dam breaks", by=ana, expected_version=claim.version)
    version = draft(claim, ana, half, 0)
    draft(claim, ana, false, version)
    citation = add_citation(claim=claim, by=ana, values=CITED)
    remove_citation(citation=citation, by=ana, seen=citation.mark)
    review = claim.reviews.get()
    submit(review=review, by=ana, expected_version=review.version)
    claim.refresh_from_db()
    reopen_claim(claim=claim, by=ana, reason="New figures")
    claim.refresh_from_db()
    dismiss_claim(claim=claim, by=ana, reason="trivial")
    claim.refresh_from_db()
    restore_claim(claim=claim, by=ana)
    # The test runs in one transaction, whose events all bear its time: the order is not looked at here.
    assert set(words(claim, ana)) == {
        " added the claim",
        "Ana filed a statement under Sergei Lavrov",
        "Ana changed the words of the claim",
        "Ana took the claim",
        "Ana began a review",
        "Ana chose the verification status half true",
        "Ana wrote why there is no citation",
        "Ana changed the verification status from half true to false",
        "Ana cited Labour market, October",
        "Ana removed the citation Labour market, October",
        "Ana decided the claim: False",
        "Ana reopened the claim",
        "Ana dismissed the claim: trivial",
        "Ana restored the claim, which is in review again",
    }


def test_drafts_are_told_to_those_only_who_may_read_them() -> None:
    ana, claim = recipes.user(first_name="Ana"), recipes.claim()
    draft(claim, ana, recipes.rating(label="False"), 0, rationale="Not so.")
    private = "Ana chose the verification status false"
    assert private not in words(claim, recipes.user(Role.READER))
    assert "Ana began a review" in words(claim, recipes.user(Role.READER))
    assert private in words(claim, recipes.user(Role.EDITOR))


def test_saving_again_and_again_is_told_once() -> None:
    ana, claim = recipes.user(first_name="Ana"), recipes.claim()
    version = 0
    for text in ("It", "It fell", "It fell."):
        version = draft(claim, ana, None, version, rationale=text)
    entries = [entry for entry in claim_history(claim, ana) if entry.did == "wrote the rationale"]
    assert [entry.detail for entry in entries] == ["It fell."]


@pytest.mark.django_db(transaction=True)
def test_the_newest_comes_first(setup: None) -> None:
    ana, claim = recipes.user(first_name="Ana"), recipes.statement().claim
    version = draft(claim, ana, Rating.objects.offered()[0], 0)
    submit(review=claim.reviews.get(), by=ana, expected_version=version)
    told = words(claim, ana)
    assert (told[0], told[-1]) == (" added the claim", "Ana decided the claim: True")
