"""spaCy components. What they find lies in `doc._.attributions`, a list of `claims.nlp.types.Attribution`."""

from spacy.tokens import Doc

ATTRIBUTIONS = "attributions"
READING = "reading"  # what the network said of the text

for name in (ATTRIBUTIONS, READING):
    if not Doc.has_extension(name):
        Doc.set_extension(name, default=None)
