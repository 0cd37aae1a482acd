"""What was said about a claim, as far as somebody may read it."""

from collections.abc import Sequence
from dataclasses import dataclass

from claims import permissions
from claims.models import Claim, Comment, Statement


@dataclass(frozen=True, slots=True)
class Discussion:
    """The comments that may be read, the newest last, and how many there are besides; `is_blind`: those of informed
    people are read by themselves only; `is_informed`: the reader is one of them."""

    comments: Sequence[Comment]
    kept_back: int
    is_blind: bool
    is_informed: bool

    def spans_in(self, statement: Statement) -> dict[int, tuple[int, int]]:
        """The words of the statement's article that comments are about, by comment."""
        return {
            comment.pk: (comment.start, comment.end)
            for comment in self.comments
            if comment.article_version_id == statement.article_version_id
            and comment.start is not None
            and comment.end is not None
        }


def discussion_of(claim: Claim, user: object) -> Discussion:
    """Two queries, and one more while the reviews of the claim are blind."""
    every = list(Comment.objects.for_page().filter(claim=claim))
    for comment in every:
        comment.claim = claim
    readable = [comment for comment in every if permissions.can_read_comment(user, comment)]
    blind = permissions.is_blind(user, claim)
    informed = blind and permissions.can_comment(user, claim) and permissions.could_know_reviews(user, claim)
    return Discussion(readable, len(every) - len(readable), blind, informed)
