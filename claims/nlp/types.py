"""What the extractor finds, as plain values. Offsets are code points into the text as given, end exclusive."""

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How an article renders what was said."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Act(StrEnum):
    """What speech does; thoughts do nothing."""

    STATE = "state"
    DENY = "deny"
    ACCUSE = "accuse"
    PROMISE = "promise"
    PREDICT = "predict"
    ASK = "ask"
    ORDER = "order"
    PRAISE = "praise"
    CRITICISE = "criticise"


class SourceKind(StrEnum):
    PERSON = "person"
    ORGANIZATION = "organization"
    COUNTRY = "country"
    GROUP = "group"  # unnamed, known by its descriptor: "activists"
    DOCUMENT = "document"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """One attributed statement; the roles are those of PARC 3.0 and PolNeAR.

    The spans of each role are sorted and do not overlap; `cue` and `content` are never empty, `source` may be.
    `speaker`: the best name for the source inside this article, None when it has none. `speaker_role`: office or
    affiliation as the article gives it ("US Secretary of State"), or empty. `speech`: whether the cue reports speech,
    which can be checked, or a thought or expectation. `act`: what the speech does, None for a thought. `negated`:
    whether it is reported not to have come ("declined to say"). `check_worthiness`: 0..1, None where nobody looked.
    `confidence`: 0..1. `parent`: number, among the extraction's attributions, of the one whose content this one stands
    in.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    form: Form = Form.INDIRECT
    speaker: str | None = None
    speaker_kind: SourceKind = SourceKind.UNKNOWN
    speaker_role: str = ""
    speech: bool = True
    act: Act | None = Act.STATE
    negated: bool = False
    check_worthiness: float | None = None
    confidence: float = 1.0
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All attributions of one text, in the order of their first characters, and the version of the model that found them."""

    model: str
    attributions: tuple[Attribution, ...]
