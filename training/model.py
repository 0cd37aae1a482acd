"""The networks: a BERT-shaped encoder with labels a word and links from words to cues, and another that says how worth checking
a content is.

Encoder: MiniLM (Wang et al., NeurIPS 2020), 6 layers, 384 wide. Links: biaffine attention (Dozat and Manning, ICLR 2017).
"""

from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from claims.nlp.decode import ENTITIES, ROLES
from claims.nlp.tokens import SHAPES

WIDTH, LAYERS, HEADS, HIDDEN, VOCABULARY, POSITIONS = 384, 6, 12, 1536, 30522, 512
LINK_WIDTH = 128
# What is learnt from nothing; the rest comes with the encoder.
NEW_PARTS = ("shapes", "roles", "entities", "content_links", "source_links", "worth")


class Scores(NamedTuple):
    """Shapes: roles (batch, words, ROLES), entities (batch, words, ENTITIES), links (batch, words, words as cues)."""

    roles: Tensor
    entities: Tensor
    content_links: Tensor
    source_links: Tensor


class OnnxAttention(torch.autograd.Function):
    """Attention as onnxruntime has it in one operation, which takes less time than the steps it consists of."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor) -> Tensor:  # noqa: ARG004 - torch's signature
        return torch.empty_like(q)  # only its shape is looked at

    @staticmethod
    def symbolic(g: Any, q: Any, k: Any, v: Any) -> Any:
        return g.op("com.microsoft::MultiHeadAttention", q, k, v, num_heads_i=HEADS).setType(q.type())


def attend(projected: Tensor, mask: Tensor | None) -> Tensor:
    """(batch, pieces, 3 * WIDTH), queries, keys and values, to (batch, pieces, WIDTH)."""
    if torch.onnx.is_in_onnx_export():
        attended: Tensor = OnnxAttention.apply(*projected.chunk(3, dim=-1))
        return attended
    batch, length, _ = projected.shape
    q, k, v = projected.view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(batch, length, WIDTH)


class Layer(nn.Module):
    """One BERT layer. Written out because dropout on attention weights, as torch's own has it, halves the speed on a CPU."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.attention = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.attention_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.hidden = nn.Linear(WIDTH, HIDDEN)
        self.output = nn.Linear(HIDDEN, WIDTH)
        self.output_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        x = self.attention_norm(x + self.dropout(self.attended(attend(self.attention(x), mask))))
        return self.output_norm(x + self.dropout(self.output(F.gelu(self.hidden(x)))))


class Biaffine(nn.Module):
    """Scores every word as a dependant of every word, of a cue or of a governor."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.dependant = nn.Sequential(nn.Linear(WIDTH, LINK_WIDTH), nn.GELU(), nn.Dropout(dropout))
        self.cue = nn.Sequential(nn.Linear(WIDTH, LINK_WIDTH), nn.GELU(), nn.Dropout(dropout))
        self.product = nn.Linear(LINK_WIDTH, LINK_WIDTH, bias=False)
        self.bias = nn.Linear(LINK_WIDTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        cue = self.cue(x)
        scores: Tensor = self.product(self.dependant(x)) @ cue.transpose(1, 2) / LINK_WIDTH**0.5
        return scores + self.bias(cue).transpose(1, 2)


class Encoder(nn.Module):
    """What both networks have in common: word pieces and their places, through the layers."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.pieces = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.embedding_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))

    def encode(self, embedded: Tensor, mask: Tensor | None) -> Tensor:
        """(batch, pieces, WIDTH), before and after. `mask`: (batch, 1, 1, pieces), None if unpadded."""
        positions = torch.arange(embedded.shape[1], device=embedded.device)
        x = self.dropout(self.embedding_norm(embedded + self.positions(positions)))
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def load_encoder(self, path: Path) -> None:
        """Take over the weights of a BERT-shaped safetensors file."""
        stored = load_file(path)
        token_type = stored["embeddings.token_type_embeddings.weight"][0]
        own = {
            "pieces.weight": stored["embeddings.word_embeddings.weight"],
            "positions.weight": stored["embeddings.position_embeddings.weight"] + token_type,
            "embedding_norm.weight": stored["embeddings.LayerNorm.weight"],
            "embedding_norm.bias": stored["embeddings.LayerNorm.bias"],
        }
        names = {
            "attended": "attention.output.dense",
            "attention_norm": "attention.output.LayerNorm",
            "hidden": "intermediate.dense",
            "output": "output.dense",
            "output_norm": "output.LayerNorm",
        }
        for i in range(LAYERS):
            for kind in ("weight", "bias"):
                theirs = f"encoder.layer.{i}"
                own[f"layers.{i}.attention.{kind}"] = torch.cat(
                    [stored[f"{theirs}.attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
                )
                for name, stored_name in names.items():
                    own[f"layers.{i}.{name}.{kind}"] = stored[f"{theirs}.{stored_name}.{kind}"]
        missing, unexpected = self.load_state_dict(own, strict=False)
        if unexpected or not all(name.startswith(NEW_PARTS) for name in missing):
            raise ValueError(f"{path} is not such an encoder: missing {missing}, unexpected {unexpected}")


class AttributionNetwork(Encoder):
    def __init__(self, dropout: float = 0.1, head_dropout: float = 0.2) -> None:
        super().__init__(dropout)
        self.shapes = nn.Embedding(SHAPES, WIDTH)
        nn.init.zeros_(self.shapes.weight)
        self.head_dropout = nn.Dropout(head_dropout)
        self.roles = nn.Linear(WIDTH, len(ROLES))
        self.entities = nn.Linear(WIDTH, len(ENTITIES))
        self.content_links = Biaffine(head_dropout)
        self.source_links = Biaffine(head_dropout)

    def read(self, pieces: Tensor, shapes: Tensor, first: Tensor, mask: Tensor | None = None) -> Tensor:
        """The words, (batch, words, WIDTH). `pieces`, `shapes`: (batch, pieces). `first`: (batch, words), each word's first piece.
        `mask`: as for `encode`."""
        x = self.encode(self.pieces(pieces) + self.shapes(shapes), mask)
        return self.head_dropout(torch.gather(x, 1, first.unsqueeze(-1).expand(-1, -1, WIDTH)))

    def score(self, words: Tensor) -> Scores:
        return Scores(
            self.roles(words),
            self.entities(words),
            self.content_links(words),
            self.source_links(words),
        )


class CheckWorthiness(Encoder):
    """The mean over the word pieces of a sentence or content gives the log odds of being worth checking."""

    def __init__(self, dropout: float = 0.1, head_dropout: float = 0.2) -> None:
        super().__init__(dropout)
        self.head_dropout = nn.Dropout(head_dropout)
        self.worth = nn.Linear(WIDTH, 1)

    def forward(self, pieces: Tensor, real: Tensor | None = None) -> Tensor:
        """(batch,). `pieces`: (batch, pieces). `real`: (batch, pieces), which are no padding, None if all are."""
        x = self.encode(self.pieces(pieces), None if real is None else real[:, None, None, :])
        mean = x.mean(1) if real is None else (x * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        return self.worth(self.head_dropout(mean))[:, 0]
