"""A desk whose every field says something that a careless page would run."""

from collections.abc import Sequence
from itertools import cycle
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from claims.actions import sources as source_actions
from claims.actions.intakes import take_in_address
from claims.actions.statements import add_statement
from claims.models import Article, Citation, Claim, Intake, Outlet, Rating, Review, Source, Statement, User
from tests.functional.hostile_colleagues import answer_reviews, fill_colleagues, redact_one
from tests.functional.hostile_strings import HOSTILE, packs, posted


def fill(client: Client, ada: User) -> None:
    """Write all strings into all fields, by the forms and actions that people's words come through."""
    _people(client, ada)
    _library(client, ada)
    names = packs(290)[::2]  # the rest is in fields that take more, and in the names of people and sources
    for number, name in enumerate(names):
        _article(client, ada, name, number)
    _uploads(client, ada)
    fill_colleagues(client, ada)
    claims = list(Claim.objects.order_by("pk"))
    for number, claim in enumerate(claims):
        _review(client, claim, number)
    sent = client.post(reverse("claim_dismiss", args=[claims[-1].pk]), {"reason": "trivial", "note": " ".join(HOSTILE)})
    assert sent.status_code == 302
    answer_reviews(client)
    redact_one(client)
    # As a worker leaves an article that it could not read; what went wrong may name the article's words.
    Article.objects.filter(pk=Article.objects.latest("pk").pk).update(
        extraction_state="failed", extraction_failure=" ".join(HOSTILE)
    )


def _people(client: Client, ada: User) -> None:
    first, last, *_ = packs(145)
    profile = {
        "first_name": first,
        "last_name": last,
        "email": "ada@example.org",
        "theme": "auto",
        "keyboard_shortcuts": "on",
        "notification_mail": "at_once",
    }
    posted(client, reverse("profile"), profile)
    # The user name's form lets few characters through; the column takes any.
    for number, name in enumerate(packs(145)):
        User.objects.create(username=f"{number}{name}", first_name=name, email=f'"<img/data-xss>{number}"@example.org')


def _library(client: Client, ada: User) -> None:
    for number, name in enumerate(packs(290)):
        described = source_actions.create_source(
            name=name, kind="person", affiliation=name, description=" ".join(HOSTILE), by=ada
        )
        source_actions.add_alias(source=described, name=f"{number} {name}", by=ada)
        home = f"https://example.org/{name.replace(' ', '/')}"
        Outlet.objects.create(name=f"{name} {number}", home_page=home[:200], domain=f"{number}.example.org")
    into, gone = (source_actions.create_source(name=HOSTILE[n] + " x", kind="person", by=ada) for n in (0, 5))
    source_actions.merge_sources(sources=[gone], into=into, by=ada)
    for number, label in enumerate([text for text in HOSTILE if len(text) <= 50][:8]):
        rating = {"label": label, "meaning": packs(190)[number][:190], "colour": "green", "position": 50 + number}
        posted(client, reverse("admin:claims_rating_add"), rating)


def _article(client: Client, ada: User, name: str, number: int) -> None:
    """One with a statement whose source, cue and content are hostile, known or yet to be resolved."""
    text = f"{name} said {' '.join(HOSTILE)}.\n\nSome {name} more."
    article = {
        "text": text,
        "title": name,
        "outlet_name": f"{name} {number}",
        "byline": name,
        "wire_agency": packs(95)[number],
        "language": HOSTILE[number][:35],
        "address": f"https://example.org/{number}/{name.replace(' ', '/')}",
    }
    posted(client, reverse("article_add"), article)
    version = Article.objects.latest("pk").shown_version
    said = version.text.index(" said ")
    add_statement(
        version=version,
        spans={
            "source": [[0, said]],
            "cue": [[said + 1, said + 5]],
            "content": [[said + 6, version.text.index("\n")]],
        },
        by=ada,
        speaker=name,
        speaker_kind="person" if number % 2 else "unknown",  # which nothing is filed by of itself
        sources=[Source.objects.order_by("pk")[number]] if number % 2 else [],
    )
    Statement.objects.filter(article_version=version).update(speaker_role=name[:200])


def _uploads(client: Client, ada: User) -> None:
    """A file whose name and facts are hostile, and an address that could not be fetched."""
    facts = "".join(
        f'<meta name="{name}" content="{_escaped(" ".join(HOSTILE))}">'
        for name in ("author", "description", "og:site_name", "og:title", "article:author")
    )
    words = "".join(f"<p>The mayor said {_escaped(text)} to all who had come to the harbour.</p>" for text in HOSTILE)
    page = f"<!DOCTYPE html><title>{_escaped(' '.join(HOSTILE))}</title>{facts}<article>{words}</article>"
    name = " ".join(packs(200)[0].split("/")) + ".html"
    file = SimpleUploadedFile(name, page.encode(), content_type="text/html")
    posted(client, reverse("intake_add"), {"file": file})
    failed = take_in_address(address=f"https://example.org/{packs(290)[0].replace(' ', '/')}", by=ada)
    Intake.objects.filter(pk=failed.pk).update(state="failed", failure=" ".join(HOSTILE))
    unwanted = take_in_address(address=f"https://example.org/{packs(290)[1].replace(' ', '/')}", by=ada)
    # Its message waits for the first page of the walk.
    posted(client, reverse("intake_discard", args=[unwanted.pk]), {})


def _review(client: Client, claim: Claim, number: int) -> None:
    """A draft with evidence; every second one is submitted, and one of those reopened."""
    everything = " ".join(HOSTILE)
    worded = {"text": f"{packs(290)[number]} {everything}", "expected_version": claim.version}
    posted(client, reverse("claim_text", args=[claim.pk]), worded)
    statement = Statement.objects.get(claim=claim)
    draft: dict[str, Any] = {
        "rating": Rating.objects.latest("pk").pk,
        "rationale": "\n\n".join([*HOSTILE, everything]),
        "no_citation_reason": packs(1900)[0],
        "expected_version": 0,
        f"verdict-{statement.pk}": "altered",
        f"note-{statement.pk}": packs(1900)[0],
    }
    posted(client, reverse("review_save", args=[claim.pk]), draft)
    fields = ("title", "publisher", "passage", "note")
    citation = dict(zip(fields, cycle(_after(packs(290), number)), strict=False)) | {"stance": "refutes"}
    address = f"https://example.org/{packs(290)[number].replace(' ', '/')}"
    posted(
        client,
        reverse("citation_add", args=[claim.pk]),
        {**citation, "address": address, "read_on": "2026-11-20", "published_on": ""},
    )
    review = Review.objects.get(claim=claim)
    if number % 2:
        seen = {"expected_version": review.version, "citations_seen": review.citations_mark}
        posted(client, reverse("review_submit", args=[claim.pk]), seen)
    if number == 5:
        posted(client, reverse("claim_reopen", args=[claim.pk]), {"reason": packs(1900)[0]})
    assert Citation.objects.filter(review=review).exists()


def _after(texts: Sequence[str], number: int) -> list[str]:
    """A list that begins elsewhere each time."""
    return [*texts[number:], *texts[:number]]


def _escaped(text: str) -> str:
    """As the page of a clever stranger would carry it: what is read out of it is hostile again."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
