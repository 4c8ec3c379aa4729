"""Writes trained weights as the ONNX file of the package.

    python -m ink_labeller.export last.safetensors ../ink-labeller/model.onnx

Normalization is folded into the convolutions. Input `darkness` `[1, 1, row, column]`, 0 paper to 1 ink, of any multiple
of 32 rows and columns; output `labels` `[1, row / 2, column / 2, 16]`, logits of which the first N_OUTPUTS count: the
program's kernels give 16 channels at once, the last in memory.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import load_file
from torch import Tensor

from .network import N_OUTPUTS, InkLabeller, folded

OUTPUT_CHANNELS = 16


class Graph:
    """Nodes and weights, each node named like what it gives."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[TensorProto] = []

    def weight(self, name: str, values: Tensor | np.ndarray) -> str:
        values = values.detach().numpy() if isinstance(values, Tensor) else values
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    def convolution(self, x: str, name: str, weight: Tensor, bias: Tensor) -> str:
        side = weight.shape[-1]
        inputs = [x, self.weight(f"{name}_weight", weight), self.weight(f"{name}_bias", bias)]
        return self.node("Conv", inputs, name, kernel_shape=[side, side], pads=[side // 2] * 4)

    def layer(self, x: str, name: str, layer: object) -> str:
        return self.node("Relu", [self.convolution(x, name, *folded(layer))], f"{name}_relu")

    def pooled(self, x: str, name: str) -> str:
        return self.node("MaxPool", [x], name, kernel_shape=[2, 2], strides=[2, 2])

    def doubled(self, x: str, name: str) -> str:
        modes = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.node("Resize", [x, "", "twice"], name, **modes)


def graph_of(network: InkLabeller) -> onnx.ModelProto:
    graph = Graph()
    graph.weight("twice", np.array([1, 1, 2, 2]))
    x = graph.pooled(graph.layer("darkness", "stem", network.stem), "stem_pool")
    skips = []
    for level, layers in enumerate(network.down):
        if level:
            x = graph.pooled(x, f"pool{level}")
        for i, layer in enumerate(layers):
            x = graph.layer(x, f"down{level}_{i}", layer)
        skips.append(x)
    for level in reversed(range(len(network.up))):
        x = graph.node("Add", [skips[level], graph.doubled(x, f"double{level}")], f"skip{level}")
        x = graph.layer(x, f"up{level}", network.up[level])
    spare = OUTPUT_CHANNELS - N_OUTPUTS
    weight = torch.cat([network.head.weight, network.head.weight.new_zeros(spare, *network.head.weight.shape[1:])])
    x = graph.convolution(x, "head", weight, torch.cat([network.head.bias, network.head.bias.new_zeros(spare)]))
    graph.node("Transpose", [x], "labels", perm=[0, 2, 3, 1])
    floats = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)  # noqa: E731
    whole = helper.make_graph(
        graph.nodes,
        "ink labeller",
        [floats("darkness", [1, 1, "rows", "columns"])],
        [floats("labels", [1, "cell rows", "cell columns", OUTPUT_CHANNELS])],
        graph.weights,
    )
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="longhand")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    network = InkLabeller()
    network.load_state_dict(load_file(given.weights))
    network.eval()
    model = graph_of(network)
    onnx.checker.check_model(model)
    given.out.write_bytes(model.SerializeToString())


if __name__ == "__main__":
    main()
