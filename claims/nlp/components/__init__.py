"""spaCy components. What they find lies in `doc._.attributions`, a list of `claims.nlp.types.Attribution`."""

from spacy.tokens import Doc

ATTRIBUTIONS = "attributions"
TOKENS = "tokens"  # the words as the networks see them

for name in (ATTRIBUTIONS, TOKENS):
    if not Doc.has_extension(name):
        Doc.set_extension(name, default=None)
