"""Text in, attributed statements out. Knows nothing of the site: `python -m claims.nlp` works alone."""

from claims.nlp.batch import extract_many
from claims.nlp.pipeline import ExtractionError, extract, load, model_version
from claims.nlp.types import Attribution, Extraction, Form, SourceKind, Span

__all__ = [
    "Attribution",
    "Extraction",
    "ExtractionError",
    "Form",
    "SourceKind",
    "Span",
    "extract",
    "extract_many",
    "load",
    "model_version",
]
