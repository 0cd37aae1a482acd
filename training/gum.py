"""The texts of GUM (Zeldes, 2017), put together again from its CoNLL-U file: labels of them are kept by offset only."""

import gzip
import hashlib
from pathlib import Path

FILE = "gum-train.conllu.gz"
NEW_DOCUMENT, NEW_PARAGRAPH, TEXT = "# newdoc id = ", "# newpar", "# text = "


def read_gum(path: Path) -> dict[str, str]:
    """Each document's text by its id: a space between two sentences, a blank line where `# newpar` stands.

    A sentence is its `# text`: its words and their SpaceAfter=No, as Universal Dependencies defines it. Headings, captions
    and the turns of an interview are paragraphs; a caption that has no `# newpar` behind it runs on into the next.
    """
    documents: dict[str, list[list[str]]] = {}
    paragraphs: list[list[str]] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in map(str.rstrip, lines):
            if line.startswith(NEW_DOCUMENT):
                paragraphs = documents[line.removeprefix(NEW_DOCUMENT)] = [[]]
            elif line == NEW_PARAGRAPH:
                paragraphs.append([])
            elif line.startswith(TEXT):
                paragraphs[-1].append(line.removeprefix(TEXT))
    return {
        name: "\n\n".join(" ".join(sentences) for sentences in found if sentences) + "\n"
        for name, found in documents.items()
    }


def checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
