"""Extractions as plain JSON values: the format of the command line, and of what the site stores."""

from collections.abc import Mapping
from typing import Any

from claims.nlp.types import Act, Attribution, Extraction, Form, SourceKind, Span


def to_wire(extraction: Extraction) -> dict[str, Any]:
    return {
        "model": extraction.model,
        "attributions": [
            {
                "source": spans_to_wire(attribution.source),
                "cue": spans_to_wire(attribution.cue),
                "content": spans_to_wire(attribution.content),
                "form": attribution.form.value,
                "speaker": attribution.speaker,
                "speaker_kind": attribution.speaker_kind.value,
                "speaker_role": attribution.speaker_role,
                "speech": attribution.speech,
                "act": attribution.act and attribution.act.value,
                "negated": attribution.negated,
                "check_worthiness": attribution.check_worthiness,
                "confidence": attribution.confidence,
                "parent": attribution.parent,
            }
            for attribution in extraction.attributions
        ],
    }


def from_wire(wire: Mapping[str, Any]) -> Extraction:
    """The inverse of `to_wire`; keys it does not know, like the command line's "id", are passed over."""
    return Extraction(
        model=wire["model"],
        attributions=tuple(
            Attribution(
                source=spans_from_wire(attribution["source"]),
                cue=spans_from_wire(attribution["cue"]),
                content=spans_from_wire(attribution["content"]),
                form=Form(attribution["form"]),
                speaker=attribution["speaker"],
                speaker_kind=SourceKind(attribution["speaker_kind"]),
                speech=attribution["speech"],
                # What older versions found does not say.
                act=Act(act) if (act := attribution.get("act")) else None,
                negated=attribution.get("negated", False),
                speaker_role=attribution.get("speaker_role", ""),
                check_worthiness=attribution.get("check_worthiness"),
                confidence=attribution["confidence"],
                parent=attribution["parent"],
            )
            for attribution in wire["attributions"]
        ),
    )


def spans_to_wire(spans: tuple[Span, ...]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def spans_from_wire(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
