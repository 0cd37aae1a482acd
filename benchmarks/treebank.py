"""A treebank with the labels of spaCy's English models: `python -m benchmarks.treebank --corpora ../shared/corpora --out DIR`.

Writes UD English EWT as train.conllu and dev.conllu for `spacy convert`. spaCy's own English models, and with them
textacy's rules, use ClearNLP's names of dependencies: labels are renamed where the two schemes mean the same. The trees
stay as they are, so prepositions still hang on their nouns.
"""

import argparse
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

CLEARNLP = {
    "nsubj:pass": "nsubjpass",
    "nsubj:outer": "nsubj",
    "csubj:pass": "csubjpass",
    "csubj:outer": "csubj",
    "aux:pass": "auxpass",
    "obj": "dobj",
    "iobj": "dative",
    "flat": "compound",
    "nmod:poss": "poss",
    "nmod:unmarked": "npadvmod",
    "obl:unmarked": "npadvmod",
    "acl:relcl": "relcl",
    "compound:prt": "prt",
    "det:predet": "predet",
    "cc:preconj": "preconj",
}
# The treebank is typed in ASCII, news is not. Its tags tell an opening quotation mark from a closing one.
CURLY = {('"', "``"): "“", ('"', "''"): "”", ("'", "``"): "‘", ("'", "''"): "’"}


def convert(lines: Iterable[str], *, curly: bool) -> Iterator[str]:
    """CoNLL-U with ClearNLP's labels and without features, in every second sentence with typographic quotation marks."""
    odd = False
    for line in lines:
        columns = line.rstrip("\n").split("\t")
        if len(columns) < 10:
            odd ^= not line.strip()
            yield line
            continue
        if curly and odd:
            columns[1] = CURLY.get((columns[1], columns[4]), columns[1].replace("'", "’"))
        columns[5] = "_"
        columns[7] = "neg" if columns[2] == "not" and columns[7] == "advmod" else CLEARNLP.get(columns[7], columns[7])
        yield "\t".join(columns) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.treebank", description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="holds ewt-train.conllu.gz and ewt-dev.conllu.gz")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for part in ("train", "dev"):
        with (
            gzip.open(options.corpora / f"ewt-{part}.conllu.gz", "rt", encoding="utf-8") as lines,
            (options.out / f"{part}.conllu").open("w", encoding="utf-8") as out,
        ):
            out.writelines(convert(lines, curly=part == "train"))


if __name__ == "__main__":
    main()
