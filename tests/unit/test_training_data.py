"""Articles and their CoreNLP layer → what the network is shown."""

import random

import numpy as np

from claims.nlp.decode import ENTITIES, ROLES
from claims.nlp.tokens import load_tokenizer, tokenize
from training.data import RELATIONS, TAGS, UNLABELLED, Article, label, training_windows

TEXT = "Ana Ruiz said on Friday that it holds."
LAYER = [
    [0, 3, "NNP", "Ana", "PERSON", 2, "compound"],
    [4, 8, "NNP", "Ruiz", "PERSON", 3, "nsubj"],
    [9, 13, "VBD", "say", "O", 0, "root"],
    [14, 16, "IN", "on", "O", 5, "case"],
    [17, 23, "NNP", "Friday", "DATE", 3, "nmod:on"],
    [24, 28, "IN", "that", "O", 8, "mark"],
    [29, 31, "PRP", "it", "O", 8, "nsubj"],
    [32, 37, "VBZ", "hold", "O", 3, "ccomp"],
    [37, 38, ".", ".", "O", 3, "punct"],
]


def article(layer: list[list[object]] | None) -> Article:
    attribution = {"source": [[0, 8]], "cue": [[9, 13]], "content": [[24, 37]]}
    return {"text": TEXT, "attributions": [attribution], "sentences": None if layer is None else [layer]}


def test_each_word_has_its_role_and_its_cue() -> None:
    labels = label(article(LAYER), tokenize(TEXT, load_tokenizer()))
    words = "B-source I-source B-cue O O B-content I-content I-content O".split()  # noqa: SIM905
    assert [ROLES[role] for role in labels.roles] == words
    assert labels.cue.tolist() == [UNLABELLED] * 2 + [2] + [UNLABELLED] * 2 + [2] * 3 + [UNLABELLED]
    assert labels.cues_of_source == {0: {2}, 1: {2}}


def test_the_layer_says_how_the_sentence_is_built() -> None:
    layer = label(article(LAYER), tokenize(TEXT, load_tokenizer())).layer
    assert [ENTITIES[e] for e in layer.entities[:3]] == ["B-PERSON", "I-PERSON", "O"]
    assert layer.heads.tolist() == [1, 2, 2, 4, 2, 7, 7, 2, 2]
    assert layer.tags[2] == TAGS["VBD"]
    assert layer.relations[4] == RELATIONS["nmod"]


def test_a_head_outside_the_window_is_not_asked_for() -> None:
    layer = label(article(LAYER), tokenize(TEXT, load_tokenizer())).layer.cut(3, 9)
    assert layer.heads.tolist() == [1, UNLABELLED, 4, 4, UNLABELLED, UNLABELLED]


def test_without_a_layer_nothing_is_asked_of_it() -> None:
    [window] = training_windows([article(None)], load_tokenizer(), 256, random.Random(1))  # noqa: S311
    for row in (window.layer.entities, window.layer.tags, window.layer.relations, window.layer.heads):
        assert (row == UNLABELLED).all()


def test_house_style_moves_no_label() -> None:
    chance = random.Random(3)  # noqa: S311
    seen = [w.roles for _ in range(8) for w in training_windows([article(LAYER)], load_tokenizer(), 256, chance)]
    assert all(np.array_equal(roles, seen[0]) for roles in seen)
