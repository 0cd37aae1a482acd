"""What ingest gives back, as plain values, and the one error it raises."""

from dataclasses import dataclass
from datetime import date, datetime

MAX_BYTES = 25 * 1024 * 1024
MAX_CHARACTERS = 2_000_000


class IngestError(Exception):
    """A document or address cannot be taken in. The message is one or two sentences for people, shown as they are."""


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document, read. Empty strings and None stand for "not known"; the person who adds the article corrects them.

    `text` is as `claims.texts.normalise_text` leaves it, with a blank line between paragraphs. `media_type` is what the
    content is, whatever its name or sender said. `language` is an ISO 639-1 code, `confidence` 0..1 belongs to it.
    `domain` and `home_page` are the outlet's, as far as an address tells them. `warnings` are sentences for people.
    """

    text: str
    media_type: str
    title: str = ""
    byline: str = ""
    outlet: str = ""
    domain: str = ""
    home_page: str = ""
    address: str = ""
    published: date | None = None
    language: str = ""
    language_confidence: float = 0.0
    wire_agency: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered: `address` is the one after all redirects, `media_type` as declared by the server."""

    data: bytes
    media_type: str
    address: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text seems to say about itself; None where that is not sure."""

    title: str | None = None
    outlet: str | None = None
    published: date | None = None
    wire_agency: str | None = None
    language: str | None = None
    language_confidence: float = 0.0
