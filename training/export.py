"""Turn a training run into what ships: `python -m training.export RUN --encoder DIR --version NAME`.

Writes network.onnx (int8, per channel), pieces.bin, tokenizer.json and config.json into claims/nlp/model, or the folder given;
`training.worthiness` goes on from there.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx.external_data_helper import set_external_data
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor

from claims.nlp.decode import Thresholds
from claims.nlp.tokens import MODEL_DIR
from training.model import AttributionNetwork
from training.train import FORBIDDEN, Trainee


class Int8Embedding(torch.nn.Module):
    """An embedding of 8 bits a number and one scale a row: half the file, and all but exact.

    One scale for the whole table, as the quantizer would give it, and heads in 8 bits as well, cost 0.8 points of usable
    F1 on dev together (training/README.md).
    """

    def __init__(self, rows: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("scale", scale)
        self.register_buffer("rows", rows)

    @classmethod
    def of(cls, full: torch.nn.Embedding) -> "Int8Embedding":
        weight = full.weight.detach()
        scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        return cls((weight / scale).round().to(torch.int8), scale)

    def forward(self, numbers: Tensor) -> Tensor:
        return self.rows[numbers].float() * self.scale[numbers]


class Exported(torch.nn.Module):
    """The network with a mask-free, tuple-valued forward pass."""

    def __init__(self, network: AttributionNetwork, small: bool) -> None:
        super().__init__()
        self.network = network
        if small:
            network.pieces = Int8Embedding.of(network.pieces)

    def forward(self, pieces: Tensor, shapes: Tensor, first: Tensor) -> tuple[Tensor, ...]:
        return self.network.score(self.network.read(pieces, shapes, first))


def export_network(network: AttributionNetwork, path: Path, *, small: bool) -> None:
    example = (torch.full((1, 12), 1000), torch.ones(1, 12, dtype=torch.long), torch.arange(1, 9)[None])
    pieces = {1: "pieces"}
    words = {1: "words"}
    torch.onnx.export(
        Exported(network, small),
        example,
        str(path),
        dynamo=False,
        opset_version=17,
        input_names=["pieces", "shapes", "first"],
        output_names=["roles", "entities", "content_links", "source_links"],
        dynamic_axes={
            "pieces": pieces,
            "shapes": pieces,
            "first": words,
            "roles": words,
            "entities": words,
            "content_links": {1: "words", 2: "words"},
            "source_links": {1: "words", 2: "words"},
        },
    )


def quantize(plain: Path, network: Path) -> None:
    """8-bit weights for the encoder's products; the heads are small and decide everything, so they stay as they are. The word
    pieces go into pieces.bin beside, which the networks share."""
    products = [node.name for node in onnx.load(plain).graph.node if node.op_type == "MatMul"]
    quantize_dynamic(
        plain,
        network,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=[name for name in products if "/layers" not in name],
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
    model = onnx.load(network)
    (pieces,) = (part for part in model.graph.initializer if part.name.endswith("pieces.rows"))
    network.with_name("pieces.bin").write_bytes(pieces.raw_data)
    set_external_data(pieces, "pieces.bin")
    pieces.ClearField("raw_data")
    network.write_bytes(model.SerializeToString())


def role_chain(trainee: Trainee) -> dict[str, Any]:
    """The CRF's learnt scores; what BIO forbids becomes impossible rather than unlikely."""
    crf = trainee.crf
    parts = {"transitions": crf.transitions, "first": crf.start_transitions, "last": crf.end_transitions}
    return {name: part.detach().masked_fill(part < FORBIDDEN / 2, -1e4).tolist() for name, part in parts.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--to", type=Path, default=MODEL_DIR)
    parser.add_argument("--float", action="store_true", help="keep 32-bit weights, to compare with")
    arguments = parser.parse_args()
    trainee = Trainee()
    trainee.load_state_dict(torch.load(arguments.run / "average.pt", weights_only=True))
    trainee.eval()
    arguments.to.mkdir(parents=True, exist_ok=True)
    plain, network = arguments.to / "float.onnx", arguments.to / "network.onnx"
    export_network(trainee.network, plain, small=not arguments.float)
    if arguments.float:
        plain.rename(network)
    else:
        quantize(plain, network)
        plain.unlink()
    shutil.copy(arguments.encoder / "tokenizer.json", arguments.to / "tokenizer.json")
    config = {
        "version": arguments.version,
        "window": 256,
        "overlap": 96,
        "role_chain": role_chain(trainee),
        "thresholds": vars(Thresholds()),
        "confidence": {"bias": -6.0, "evidence": [3.0, 3.0, 2.0, 0.0, 0.0]},
    }
    (arguments.to / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
