"""PolNeAR articles and their CoreNLP layer, and ClaimBuster's sentences → labelled windows of word pieces."""

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from claims.nlp.decode import ENTITIES
from claims.nlp.encoder import encoder_input
from claims.nlp.tokens import Ints, Tokens, tokenize, windows

UNLABELLED = -100
LONGEST_SENTENCE = 200  # words


def numbered(names: str) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split())}


# Of the CoreNLP layer: parts of speech of the Penn Treebank, and relations without what follows their colon.
TAGS = numbered(
    "# $ '' , -LRB- -RRB- . : CC CD DT EX FW IN JJ JJR JJS LS MD NN NNP NNPS NNS PDT POS PRP PRP$ RB RBR RBS RP SYM TO UH"
    " VB VBD VBG VBN VBP VBZ WDT WP WP$ WRB ``"
)
RELATIONS = numbered(
    "acl advcl advmod amod appos aux auxpass case cc ccomp compound conj cop csubj csubjpass dep det discourse dobj expl"
    " iobj mark mwe neg nmod nsubj nsubjpass nummod parataxis punct root xcomp"
)

Article = dict[str, Any]


@dataclass(frozen=True)
class Labels:
    """What one article's words are, word by word; cues are known by the number of their first word.

    `roles`: numbers into ROLES, shape (words,). `cue`: the cue that a cue or content word belongs to, or UNLABELLED.
    `cues_of_source`: all cues a source word belongs to. `cues`: all cues.
    """

    roles: Ints
    cue: Ints
    cues_of_source: dict[int, set[int]]
    cues: Ints
    layer: "CoreNLPLayer"


@dataclass(frozen=True)
class CoreNLPLayer:
    """The CoreNLP layer, word by word, UNLABELLED where it says nothing: numbers into ENTITIES, TAGS and RELATIONS, and
    the number of the word that governs each (its own where it is a root)."""

    entities: Ints
    tags: Ints
    relations: Ints
    heads: Ints

    def cut(self, start: int, end: int) -> "CoreNLPLayer":
        heads = self.heads[start:end] - start
        heads[(heads < 0) | (heads >= end - start)] = UNLABELLED
        return CoreNLPLayer(self.entities[start:end], self.tags[start:end], self.relations[start:end], heads)


@dataclass(frozen=True)
class Sentence:
    """An example of the second task: pieces with [CLS] and [SEP], and whether it is worth checking."""

    pieces: Ints
    shapes: Ints
    first: Ints
    worthy: int


@dataclass(frozen=True)
class Window:
    """One training example: pieces with [CLS] and [SEP], and the labels of its words, numbered from 0."""

    pieces: Ints
    shapes: Ints
    first: Ints
    roles: Ints
    cue: Ints
    layer: CoreNLPLayer
    sources: tuple[Ints, Ints, Ints]  # word, cue, whether they belong together


def read_jsonl(path: Path) -> list[Article]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_corpus(folder: Path, part: str) -> list[Article]:
    """The articles of one part ("train" or "dev"), each with its CoreNLP sentences under "sentences" where there are any."""
    layer = {row["id"]: row["sentences"] for row in read_jsonl(folder / f"polnear-{part}-corenlp.jsonl.gz")}
    articles = read_jsonl(folder / f"polnear-{part}.jsonl.gz")
    return [article | {"sentences": layer.get(article["id"])} for article in articles]


def read_corrections(path: Path) -> list[Article]:
    """Articles that reviewers corrected (`manage.py export_corrections`); nobody labels entities in them."""
    return [article | {"sentences": None} for article in read_jsonl(path)]


def is_held_out(number: int) -> bool:
    """A fifth of each training set, to which no model is fitted: thresholds and calibration are set on it, and it is the
    second check beside dev."""
    return number % 5 == 2


def read_sentences(folder: Path) -> list[tuple[str, int]]:
    """ClaimBuster's sentences, each with 1 where it is worth checking and 0 where not."""
    return [(row["text"], row["check_worthy"]) for row in read_jsonl(folder / "claimbuster-train.jsonl.gz")]


def label(article: Article, tokens: Tokens) -> Labels:
    count = len(tokens)
    roles = np.zeros(count, dtype=np.int64)
    cue = np.full(count, UNLABELLED, dtype=np.int64)
    cues_of_source: dict[int, set[int]] = {}
    cues = set()
    for attribution in article["attributions"]:
        runs = {
            role: [tokens.words_between(*span) for span in attribution[role]] for role in ("source", "content", "cue")
        }
        cue_words = [start for start, end in runs["cue"] if start < end]
        if not cue_words:
            continue
        own_cue = min(cue_words)
        cues.add(own_cue)
        for role, first in (("source", 1), ("content", 5), ("cue", 3)):  # a word with two roles keeps the last
            for start, end in runs[role]:
                if start == end:
                    continue
                roles[start:end] = first + 1
                roles[start] = first
                if role == "source":
                    for word in range(start, end):
                        cues_of_source.setdefault(word, set()).add(own_cue)
                else:
                    cue[start:end] = own_cue
    return Labels(
        roles, cue, cues_of_source, np.array(sorted(cues), dtype=np.int64), _layer(article["sentences"], tokens)
    )


def _layer(sentences: list[list[list[Any]]] | None, tokens: Tokens) -> CoreNLPLayer:
    entities, tags, relations, heads = np.full((4, len(tokens)), UNLABELLED, dtype=np.int64)
    for sentence in sentences or []:
        places = [tokens.words_between(token[0], token[1]) for token in sentence]
        before = "O"
        for (first, last), (_, _, tag, _, entity, head, relation) in zip(places, sentence, strict=True):
            begin = f"B-{entity}"
            entities[first:last] = ENTITIES.index(begin) + 1 if begin in ENTITIES else 0
            if begin in ENTITIES and before != entity and first < last:
                entities[first] -= 1
            before = entity
            if first < last:
                tags[first] = TAGS.get(tag, UNLABELLED)
                relations[first] = RELATIONS.get(relation.partition(":")[0], UNLABELLED)
                heads[first] = places[head - 1][0] if head else first
    return CoreNLPLayer(entities, tags, relations, heads)


def vary(text: str, chance: random.Random) -> str:
    """The same text, character for character, in another house style: what one outlet's habits alone should not decide."""
    if chance.random() < 0.3:
        text = text.translate(str.maketrans("“”‘’", "\"\"''"))
    elif chance.random() < 0.1:
        text = text.translate(str.maketrans("“”", "‘’"))
    if chance.random() < 0.1:
        text = text.replace("\n", " ")
    return text


def training_windows(
    articles: list[Article], tokenizer: Tokenizer, pieces: int, chance: random.Random
) -> Iterator[Window]:
    for article in articles:
        tokens = tokenize(vary(article["text"], chance), tokenizer)
        labels = label(article, tokens)
        for start, end in windows(tokens, pieces - 2, overlap=0, first=chance.randint(pieces // 4, pieces - 2)):
            yield cut(tokens, labels, start, end)


def cut(tokens: Tokens, labels: Labels, start: int, end: int) -> Window:
    pieces, shapes, first = encoder_input(tokens, start, end)
    cue = labels.cue[start:end] - start
    cue[(labels.cue[start:end] < start) | (cue >= end - start)] = UNLABELLED
    inside = labels.cues[(labels.cues >= start) & (labels.cues < end)]
    pairs = [
        (word - start, other - start, other in labels.cues_of_source[word])
        for word in range(start, end)
        if word in labels.cues_of_source
        for other in inside
    ]
    columns = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
    return Window(
        pieces,
        shapes,
        first,
        labels.roles[start:end],
        cue,
        labels.layer.cut(start, end),
        (columns[0], columns[1], columns[2]),
    )


def training_sentences(sentences: list[tuple[str, int]], tokenizer: Tokenizer) -> list[Sentence]:
    """Sentences without a word in them are left out, long ones cut."""
    read = [(tokenize(text, tokenizer), worthy) for text, worthy in sentences]
    return [
        Sentence(*encoder_input(tokens, 0, min(len(tokens), LONGEST_SENTENCE)), worthy)
        for tokens, worthy in read
        if len(tokens)
    ]
