"""What people say to each other and call things at the hostile desk: comments, tags, views of the queue."""

from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from claims.models import Claim, Comment, SavedView, Statement, Tag, User
from claims.models.saved_view import LONGEST_NAME
from claims.models.tag import LONGEST_TAG
from tests.functional.hostile_strings import HOSTILE, packs, posted

EVERYTHING = " ".join(HOSTILE)


def fill_talk(client: Client, theirs: Client) -> None:
    """To be called when Ada, Ben and Nora are there, and before an article is redacted."""
    claims = list(Claim.objects.order_by("pk"))
    said = cycle(packs(280))  # of longer ones the list of notifications shows no more
    for number, claim in enumerate(claims):
        _comment(theirs, claim, f"@ada {next(said)}")
        comment = _comment(client, claim, "\n\n".join(["@ben @nora", *HOSTILE, *(f"@ben{text}" for text in HOSTILE)]))
        if number % 3 == 0:
            edited = {"text": f"{EVERYTHING} @ben", "expected_version": comment.version}
            posted(client, reverse("comment", args=[comment.pk]), edited)
    deleted = _comment(theirs, claims[0], EVERYTHING)
    posted(theirs, reverse("comment_delete", args=[deleted.pk]), {})
    _tags(client, claims)
    _views(client, theirs)


def _comment(browser: Client, claim: Claim, text: str) -> Comment:
    """About the hostile words before the cue, of which it shows a copy and which it marks in the passage."""
    passage = Statement.objects.get(claim=claim).article_version.text
    about = {"words": passage.partition(" said ")[0], "which": 1}
    posted(browser, reverse("comment_add", args=[claim.pk]), {"text": text, **about})
    return Comment.objects.latest("pk")


def _tags(client: Client, claims: list[Claim]) -> None:
    """All that are short enough, in two of the claims; some of them taken away again, one from many at once."""
    names = [text for text in HOSTILE if len(text) <= LONGEST_TAG]
    assert len(names) > 15
    for claim in claims[:2]:
        for name in names:
            posted(client, reverse("claim_tag", args=[claim.pk]), {"tag": name})
    posted(client, reverse("claim_untag", args=[claims[0].pk]), {"tag": names[0]})
    for kind, name in (("tag", names[0]), ("untag", names[1])):
        posted(client, reverse("bulk"), {"do": kind, "claims": f"{claims[0].pk},{claims[1].pk}", "tag": name})


def _views(client: Client, theirs: Client) -> None:
    """Of hostile names, filtering by hostile words and tags: Ada's, and Ben's, which he shares."""
    words = cycle(packs(290))
    packed = packs(LONGEST_NAME)
    names = [name for name in packed if len(name) <= LONGEST_NAME]
    assert len(names) > 40
    for number, name in enumerate(names):
        query = urlencode({"q": next(words), "tag": Tag.objects.latest("pk").pk, "outlet": 10**6})
        browser, shared = (client, {}) if number % 2 else (theirs, {"shared": "on"})
        if number < 50:  # nobody may keep many more
            posted(browser, reverse("views"), {"name": name, "query": query, **shared})
    assert SavedView.objects.filter(shared=True).count() > 20


def refused(ada: User) -> list[tuple[str, dict[str, Any]]]:
    """Forms that are not taken, which come back with what was typed and what is wrong with it."""
    claim = Claim.objects.open().latest("pk")
    own = Comment.objects.filter(author=ada, edited_at__isnull=False).earliest("pk")
    view = SavedView.objects.filter(owner=ada).earliest("pk")
    return [
        (reverse("claim_tag", args=[claim.pk]), {"tag": EVERYTHING, "queue": EVERYTHING}),
        (reverse("claim_untag", args=[claim.pk]), {"tag": EVERYTHING}),
        (reverse("claim_due", args=[claim.pk]), {"due_on": EVERYTHING, "queue": EVERYTHING}),
        (reverse("comment_add", args=[claim.pk]), {"text": EVERYTHING, "words": HOSTILE[0] * 9, "which": EVERYTHING}),
        (reverse("comment_add", args=[claim.pk]), {"text": EVERYTHING, "choosing": "on", "version": EVERYTHING}),
        (reverse("comment", args=[own.pk]), {"text": f"Not {EVERYTHING}", "expected_version": 0}),
        (reverse("views"), {"name": EVERYTHING, "query": urlencode({"q": EVERYTHING})}),
        (reverse("view_change", args=[view.pk]), {"name": EVERYTHING}),
    ]
