"""What the fits here share: batches of like length, hidden words, the learning rate's course and running averages."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

Example = TypeVar("Example")
Module = TypeVar("Module", bound=torch.nn.Module)
# Each layer learns so much more slowly than the one above it.
LAYER_DECAY = 0.9
MASK, LAST_SPECIAL = 103, 999  # of the encoder's vocabulary


def batches(  # noqa: UP047 - Python 3.11 trains
    examples: Sequence[Example], size: int, chance: random.Random, length: Callable[[Example], int]
) -> Iterator[list[Example]]:
    """Shuffled batches of examples of like length."""
    shuffled = chance.sample(examples, len(examples))
    found = []
    for i in range(0, len(shuffled), size * 32):
        chunk = sorted(shuffled[i : i + size * 32], key=length)
        found += [chunk[j : j + size] for j in range(0, len(chunk), size)]
    chance.shuffle(found)
    yield from found


def hidden(pieces: Tensor, share: float) -> Tensor:
    """Hide that share of the word pieces, so that the others have to tell."""
    return pieces.masked_fill((torch.rand(pieces.shape) < share) & (pieces > LAST_SPECIAL), MASK)


def rate_factor(done: float, warm_up: float) -> float:
    """Up in a line over the share `warm_up` of all steps, then down in a line to zero. `done`: share of the steps."""
    return min(done / warm_up, (1 - done) / (1 - warm_up)) + 1e-3


def layer_rates(layers: Sequence[torch.nn.Module], rate: float) -> list[dict[str, Any]]:
    """Parameter groups, one a layer; `rate` is that of the uppermost."""
    return [
        {"params": layer.parameters(), "rate": rate * LAYER_DECAY ** (len(layers) - 1 - number)}
        for number, layer in enumerate(layers)
    ]


def fit(  # noqa: UP047 - Python 3.11 trains
    module: Module,
    groups: list[dict[str, Any]],
    steps: Iterable[list[Example]],
    of: int,
    loss_of: Callable[[list[Example]], Tensor],
    *,
    warm_up: float,
    decay: float,
) -> Module:
    """The running average of the module's weights over `of` steps, a batch each. `groups`: parameters with their "rate"."""
    module.train()
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    average = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(decay))
    for step, batch in enumerate(steps):
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * rate_factor(min(step / of, 1.0), warm_up)
        loss = loss_of(batch)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimizer.step()
        average.update_parameters(module)
        if step % 25 == 0:
            print(json.dumps({"step": step, "of": of, "loss": round(loss.item(), 3)}), flush=True)
    return average.module.eval()
