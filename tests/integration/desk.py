"""A small desk for the tests of the claim's page: an article, a claim in it, and people."""

from dataclasses import dataclass
from typing import Any

from django.test import Client

from claims.models import Citation, Claim, Rating, Review, Statement, User
from claims.roles import Role
from tests import recipes

HTMX = {"HX-Request": "true"}

CITATION = {
    "address": "https://stats.example.org/jobs",
    "title": "Labour market",
    "publisher": "Statistics Office",
    "passage": "141,000",
    "stance": "refutes",
    "published_on": "",
    "read_on": "2026-11-20",
    "note": "",
}


@dataclass
class Desk:
    """What a test works with; `client` is signed in as Ana."""

    client: Client
    ana: User
    claim: Claim
    statement: Statement
    rating: Rating

    @property
    def address(self) -> str:
        return f"/claims/{self.claim.pk}/"

    def typed(self, **changes: Any) -> dict[str, Any]:
        """What the form of a draft sends."""
        return {"rating": "", "rationale": "", "no_citation_reason": "", "expected_version": 0, **changes}

    def save(self, **changes: Any) -> Any:
        return self.client.post(f"{self.address}review/", self.typed(**changes))

    def draft(self, **fields: Any) -> Review:
        """Ana's draft."""
        self.claim.state = "in_review"
        self.claim.save()
        return recipes.review(claim=self.claim, reviewer=self.ana, **fields)

    def citation(self, **fields: Any) -> Citation:
        """A citation of Ana's draft."""
        return recipes.citation(review=self.draft(), **fields)


def make_desk(client: Client, role: Role = Role.REVIEWER) -> Desk:
    ana = recipes.user(role, first_name="Ana")
    client.force_login(ana)
    statement = recipes.statement(confidence=0.9)
    Claim.objects.all().refresh_first_appearance()
    statement.claim.refresh_from_db()
    return Desk(client, ana, statement.claim, statement, recipes.rating(label="Half true"))
