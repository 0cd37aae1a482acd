"""The submitted reviews of one claim beside each other, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from claims.models import AttributionVerdict, Review, Statement


@dataclass(frozen=True, slots=True)
class Side:
    """A review; `verdicts` are about all statements that any of the reviews looked at, in the same order."""

    review: Review
    verdicts: Sequence[tuple[Statement, AttributionVerdict | None]]
    differing: frozenset[int]


def verdicts_of(review: Review | None, statements: Sequence[Statement]) -> list[tuple[Statement, AttributionVerdict]]:
    """What a review says about each statement that it looked at."""
    given = _given(review) if review else {}
    return [(statement, given[statement.pk]) for statement in statements if statement.pk in given]


def side_by_side(reviews: Sequence[Review], statements: Sequence[Statement]) -> list[Side]:
    """Each review with its verdicts; `differing` are the statements about which they do not say the same."""
    given = [_given(review) for review in reviews]
    looked_at = [statement for statement in statements if any(statement.pk in verdicts for verdicts in given)]
    differing = frozenset(
        statement.pk for statement in looked_at if len({_said(verdicts, statement) for verdicts in given}) > 1
    )
    return [
        Side(review, [(statement, verdicts.get(statement.pk)) for statement in looked_at], differing)
        for review, verdicts in zip(reviews, given, strict=True)
    ]


def _given(review: Review) -> dict[int, AttributionVerdict]:
    return {row.statement_id: row for row in review.verdicts.all()}


def _said(verdicts: dict[int, AttributionVerdict], statement: Statement) -> str:
    row = verdicts.get(statement.pk)
    return row.verdict if row else ""
