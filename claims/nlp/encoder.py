"""Runs the shipped networks: one over the windows of a text, one over the word pieces of a content."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from claims.nlp.decode import WindowScores, softmax
from claims.nlp.tokens import CLS, MODEL_DIR, SEP, Ints, Tokens, load_tokenizer

LONGEST_JUDGED = 126  # word pieces


def encoder_input(tokens: Tokens, start: int, end: int) -> tuple[Ints, Ints, Ints]:
    """Vocabulary and shape numbers of [CLS] words [SEP], and each word's first place among them."""
    borders = tokens.first_piece[start : end + 1]
    pieces = np.concatenate([[CLS], tokens.pieces[borders[0] : borders[-1]], [SEP]])
    shapes = np.concatenate([[0], np.repeat(tokens.shapes[start:end], np.diff(borders)), [0]])
    return pieces, shapes, borders[:-1] - borders[0] + 1


@dataclass(frozen=True)
class Encoder:
    """The networks and what belongs to them: `config` is the model's `config.json`."""

    config: dict[str, Any]
    tokenizer: Tokenizer
    attribution: ort.InferenceSession
    check_worthiness: ort.InferenceSession

    @classmethod
    def load(cls, folder: Path = MODEL_DIR) -> "Encoder":
        options = ort.SessionOptions()
        # One window a call and a thread: dynamic int8 scales are taken over all that shares a call, so larger batches
        # would make an article's result depend on its neighbours, and be slower.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        # onnxruntime 1.32 takes four times as long for an addition and a norm in one as for the two.
        attribution, check_worthiness = (
            ort.InferenceSession(
                folder / name, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
            )
            for name in ("network.onnx", "worthiness.onnx")
        )
        return cls(
            config=json.loads((folder / "config.json").read_text(encoding="utf-8")),
            tokenizer=load_tokenizer(folder / "tokenizer.json"),
            attribution=attribution,
            check_worthiness=check_worthiness,
        )

    @cached_property
    def threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(max_workers=cpu_count() or 1)

    def run(self, tokens: Tokens, windows: Sequence[tuple[int, int]]) -> list[WindowScores]:
        return list(self.threads.map(lambda window: self._run_one(tokens, *window), windows))

    def _run_one(self, tokens: Tokens, start: int, end: int) -> WindowScores:
        pieces, shapes, first = encoder_input(tokens, start, end)
        inputs = {"pieces": pieces[None], "shapes": shapes[None], "first": first[None]}
        roles, entities, content_links, source_links = (output[0] for output in self.attribution.run(None, inputs))
        # Clipped, since exp would overflow, and warn, on ties that are out of the question.
        tied = 1 / (1 + np.exp(-source_links.clip(min=-80)))
        return WindowScores(start, end, roles, entities, softmax(content_links), tied)

    def worthiness(self, pieces: Ints) -> float:
        """How worth checking the words of these pieces are, 0..1. Of more than LONGEST_JUDGED the first ones count."""
        judged = np.concatenate([[CLS], pieces[:LONGEST_JUDGED], [SEP]])
        (log_odds,) = self.check_worthiness.run(None, {"pieces": judged[None]})
        return float(1 / (1 + np.exp(-log_odds[0])))
