"""What a pasted text says about itself: title, outlet, date, wire agency, language.

The person corrects the guess, and a wrong one that nobody notices is worse than none: only the places where articles
carry such facts are read (first and last lines, the dateline, the copyright line), never mentions in the running text.
"""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from claims.ingest.types import Guess

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Names as they stand in credits, to the name that is recorded. Case matters: "ap" and "PA system" are words.
AGENCIES = {
    "Agence France-Presse": "AFP",
    "Agence France Presse": "AFP",
    "AFP": "AFP",
    "Thomson Reuters": "Reuters",
    "Reuters": "Reuters",
    "REUTERS": "Reuters",
    "The Associated Press": "AP",
    "Associated Press": "AP",
    "AP": "AP",
    "dpa": "dpa",
    "DPA": "dpa",
    "Deutsche Presse-Agentur": "dpa",
    "EFE": "EFE",
    "Agencia EFE": "EFE",
    "Xinhua": "Xinhua",
    "XINHUA": "Xinhua",
    "Xinhua News Agency": "Xinhua",
    "TASS": "TASS",
    "ITAR-TASS": "TASS",
    "Itar-Tass": "TASS",
    "Interfax": "Interfax",
    "Interfax-Ukraine": "Interfax-Ukraine",
    "PA Media": "PA Media",
    "Press Association": "PA Media",
    "ANSA": "ANSA",
    "UPI": "UPI",
    "United Press International": "UPI",
    "Kyodo": "Kyodo",
    "Kyodo News": "Kyodo",
    "Yonhap": "Yonhap",
    "Anadolu Agency": "Anadolu",
    "Ukrinform": "Ukrinform",
    "RIA Novosti": "RIA Novosti",
    "Press Trust of India": "PTI",
    "PTI": "PTI",
    "ANI": "ANI",
    "IANS": "IANS",
    "Belga": "Belga",
    "Lusa": "Lusa",
    "Bernama": "Bernama",
}
AGENCY = "|".join(re.escape(name) for name in sorted(AGENCIES, key=len, reverse=True))

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?"
    r"|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)\.?"
)
WEEKDAY = r"(?:(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DAY_AND_MONTH = rf"(?:{MONTH}\s+{DAY}|{DAY}\s+{MONTH})"
YEAR = r"(?:19|20)\d\d"
# "08/09/2012" is another day in London than in New York: it is not read.
FULL_DATE = rf"{WEEKDAY}(?:{DAY_AND_MONTH},?\s+{YEAR}|{YEAR}-\d\d-\d\d|\d{{1,2}}\.\s?\d{{1,2}}\.\s?{YEAR})(?!\d)"
TIME = r"(?:[\sT,|–—-]*(?:at\s+)?\d{1,2}[:.]\d\d(?::\d\d)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:Z|[A-Z]{2,4}|[+-]\d\d:?\d\d))?)?"
LABEL = r"(?:(?:first\s+)?(?:published|posted|updated|last\s+updated|date|issued)(?:\s+on)?\s*:?\s*)?"

PLACE = r"[^\W\d_a-z][^\n(–—:]{1,60}?"
DASH = r"\s*(?:\([^()\n]{2,40}\)\s*)?(?:[-–—]|\Z)"
DATELINE = re.compile(rf"(?P<place>{PLACE}),\s+(?P<date>{DAY_AND_MONTH}(?:,?\s+{YEAR})?|{FULL_DATE}){DASH}")
DATE_LINE = re.compile(rf"{LABEL}(?P<date>{FULL_DATE}){TIME}\s*(?:[|•·,–—-]\s*{LABEL}.{{0,60}})?", re.IGNORECASE)
BYLINE_DATE = re.compile(rf"(?:By|by|BY)\s+[^\n]{{2,80}}?\s*[,|•·–—-]\s*{LABEL}(?P<date>{FULL_DATE}){TIME}")
COPYRIGHT = re.compile(
    rf"(?:©|\(c\)|copyright)\s*(?:©|\(c\))?\s*(?:by\s+)?(?:{YEAR}\s*[,:]?\s*(?:by\s+)?)?(?P<owner>[^\n]{{2,120}})",
    re.IGNORECASE,
)
COPYRIGHT_DATE = re.compile(rf"(?P<date>{FULL_DATE})\s*\.?\s*(?:all rights reserved\.?)?\s*$", re.IGNORECASE)
OWNER = re.compile(r"(?:The\s+)?[^\W\d_a-z][\w'’&.-]*(?:\s+(?:of|the|and|&|[^\W\d_a-z][\w'’&.-]*)){0,6}")

IN_DATELINE = re.compile(rf"^[^\n]{{2,90}}?\((?P<agency>{AGENCY})(?:[/,;][^()\n]{{1,30}})?\)\s*(?:[-–—:]|\Z)")
DASHED = re.compile(rf"^{PLACE}(?:,\s+{DAY_AND_MONTH})?\.?\s*[/–—-]+\s*(?P<agency>{AGENCY})\s*[/–—-]+\.?\s")
CREDIT_LINE = re.compile(
    rf"(?:By\s+|Source:\s*|From\s+|\(|—\s*|-\s*|©\s*)?(?:[^\n]{{2,60}}?,\s+)?(?P<agency>{AGENCY})"
    rf"(?:\s+(?:News Agency|news agency|staff|Staff))?\)?(?:[\s/,]+(?:{AGENCY}))*\.?"
)
AGENCY_WORD = re.compile(rf"(?<![\w-])(?P<agency>{AGENCY})(?![\w-])")

HEAD_LINES = 6
TAIL_LINES = 6
SHORT_LINE = 160
LEAST_FOR_LANGUAGE = 40
SURE = 0.9


def guess(text: str) -> Guess:
    """Guess an article's facts from its text alone."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    language, confidence = language_of(text)
    return Guess(
        title=_title(lines),
        outlet=_outlet(lines),
        published=_published(lines),
        wire_agency=_wire_agency(lines),
        language=language,
        language_confidence=confidence,
    )


def language_of(text: str) -> tuple[str | None, float]:
    """The language's ISO 639-1 code and how sure that is; None for texts too short or too mixed to say."""
    sample = text[:10_000]
    if sum(character.isalpha() for character in sample) < LEAST_FOR_LANGUAGE:
        return None, 0.0
    code, confidence = _identifier().classify(sample)
    confidence = round(float(confidence), 3)
    return (str(code), confidence) if confidence >= SURE else (None, confidence)


@lru_cache(maxsize=1)
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _title(lines: list[str]) -> str | None:
    if len(lines) < 2:
        return None
    first = lines[0]
    if not 10 <= len(first) <= SHORT_LINE or len(first.split()) < 3 or first[-1] in ".:;,":
        return None
    if not any(len(line) > len(first) for line in lines[1:]):
        return None
    no_title = (DATELINE.match(first), DATE_LINE.fullmatch(first), COPYRIGHT.match(first), CREDIT_LINE.fullmatch(first))
    if any(no_title) or re.match(r"By\s+[A-Z]", first):
        return None
    return first


def _published(lines: list[str]) -> date | None:
    for line in lines[:HEAD_LINES]:
        found = DATELINE.match(line)
        if found is None and len(line) <= SHORT_LINE:
            found = DATE_LINE.fullmatch(line) or BYLINE_DATE.fullmatch(line)
        if found and (day := _parse(found["date"])):
            return day
    for line in lines[-TAIL_LINES:]:
        if len(line) > SHORT_LINE:
            continue
        found = DATE_LINE.fullmatch(line) or (COPYRIGHT.match(line) and COPYRIGHT_DATE.search(line)) or None
        if found and (day := _parse(found["date"])):
            return day
    return None


def _parse(found: str) -> date | None:
    """Read a date that names its year; without one ("Sept 8") the year would be invented."""
    import dateparser

    # Nothing is left to the day on which this runs: day, month and year have to be there.
    settings = {
        "DATE_ORDER": "YMD" if re.search(rf"{YEAR}-\d", found) else "DMY",
        "REQUIRE_PARTS": ["day", "month", "year"],
    }
    when = dateparser.parse(
        found.replace("Sept ", "Sep ").replace("Sept. ", "Sep "), languages=["en"], settings=settings
    )
    if when is None:
        return None
    day: date = when.date()
    # Publication lies in the past; a day is allowed for time zones.
    return day if day <= date.today() + timedelta(days=1) else None  # noqa: DTZ011


def _wire_agency(lines: list[str]) -> str | None:
    for line in lines[:HEAD_LINES]:
        if found := IN_DATELINE.match(line) or DASHED.match(line):
            return AGENCIES[found["agency"]]
    for line in [*lines[:HEAD_LINES], *lines[-TAIL_LINES:]]:
        if len(line) > SHORT_LINE:
            continue
        found = CREDIT_LINE.fullmatch(line)
        if found is None and (owner := COPYRIGHT.match(line)):
            found = AGENCY_WORD.search(owner["owner"])
        if found:
            return AGENCIES[found["agency"]]
    # "... (Reporting by Ana Ruiz; Reuters)", "(AFP)" closing the last paragraph.
    for line in lines[-TAIL_LINES:]:
        if found := re.search(rf"\((?:[^()]{{0,80}}[\s;,])?(?P<agency>{AGENCY})\)\s*\Z", line):
            return AGENCIES[found["agency"]]
    return None


def _outlet(lines: list[str]) -> str | None:
    """The owner in a copyright line, unless it is a wire agency: what it supplies, others publish."""
    for line in lines[-TAIL_LINES:]:
        if len(line) > SHORT_LINE or not (found := COPYRIGHT.match(line)):
            continue
        owner = OWNER.match(found["owner"])
        if owner is None or AGENCY_WORD.search(found["owner"]):
            continue
        name = re.split(r"\.?\s*\bAll\b", owner[0])[0].rstrip(" .,-")
        if name and name.lower() not in ("all rights reserved", "notice", "the"):
            return name
    return None
