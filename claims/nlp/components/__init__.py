"""spaCy components. What they find lies in `doc._.attributions`, a list of `claims.nlp.types.Attribution`."""

from spacy.tokens import Doc

ATTRIBUTIONS = "attributions"

if not Doc.has_extension(ATTRIBUTIONS):
    Doc.set_extension(ATTRIBUTIONS, default=None)
