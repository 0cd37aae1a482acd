"""The text of an article as it is stored: offsets count code points into exactly this."""

import hashlib
import re
import unicodedata

LINE_ENDS = re.compile("\r\n?")
# PostgreSQL stores neither NUL nor halves of surrogate pairs.
SURROGATES = re.compile("[\ud800-\udfff]")

# What a redacted text is made of, so that its offsets stay where they were.
BLOCK = "█"


def normalise_text(text: str) -> str:
    """Make line ends LF and drop NUL; nothing else changes, so that offsets stay meaningful."""
    return SURROGATES.sub("\ufffd", LINE_ENDS.sub("\n", text).replace("\0", ""))


def is_redacted(text: str) -> bool:
    """Whether only blocks are left of a text, one for each character."""
    return text[:1] in (BLOCK, "\n") and BLOCK in text and set(text) <= {BLOCK, "\n"}


def text_hash(text: str) -> str:
    """SHA-256 of the text in NFC with white space folded: the same for the same article."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(folded.encode()).hexdigest()
