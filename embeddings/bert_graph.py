"""A BERT encoder (Devlin et al. 2019) as an ONNX graph, which ONNX Runtime runs in place of torch.

Its operators are the ones that ONNX Runtime has for such networks, so nothing is left for it to find out at loading.
Word vectors stay outside: they are most of the model, and a text needs few of them.

In "int8" a matrix keeps 4 or 8 bits of each weight, in blocks of 32 with a scale of their own, and what it is
multiplied with is rounded to 8 bits the same way, each token by itself: a text's result does not depend on the texts
it is computed with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from onnx import ModelProto

Precision = Literal["fp32", "int8"]
Array = npt.NDArray[Any]

BLOCK = 32
"""Weights of a row that share a scale."""
_INT8_COMPUTE = 4  # MatMulNBits' accuracy_level: what it multiplies with is rounded to int8
_OPSET, _IR, _CONTRIB = 18, 10, "com.microsoft"


class Shape(NamedTuple):
    """Sizes of the network; `first_position` is where a text's positions begin (2 in RoBERTa's kind, else 0)."""

    hidden: int
    layers: int
    heads: int
    epsilon: float
    first_position: int = 0


def write_graph(
    file: Path,
    shape: Shape,
    tensors: Mapping[str, Array],
    precision: Precision,
    head: tuple[Array, Array] | None = None,
) -> None:
    """Write the graph of a network whose `tensors` have BertModel's names.

    Inputs: `vectors`, float32 of shape (texts, tokens, hidden), the word vectors of padded texts, and `lengths`, int32
    of shape (texts,). Output: `states`, float32 of shape (texts, tokens, hidden), or what `head`, a matrix (n, hidden)
    and a vector (n,), makes of them: (texts, tokens, n). What stands behind a text's length is undefined.
    """
    import onnx

    graph = _Graph(precision)
    states = _embedded(graph, shape, tensors)
    for number in range(shape.layers):
        states = _layer(graph, shape, tensors, number, states)
    width = shape.hidden
    if head is not None:
        states = graph.linear(states, *head, precision="fp32")
        width = len(head[1])
    graph.node("Identity", [states], output="states")
    onnx.save(graph.model(shape.hidden, width), str(file))


def _embedded(graph: _Graph, shape: Shape, tensors: Mapping[str, Array]) -> str:
    positions = tensors["embeddings.position_embeddings.weight"][shape.first_position :]
    # A single text is all of the first type.
    constant = positions + tensors["embeddings.token_type_embeddings.weight"][0]
    count = graph.node("Shape", ["vectors"], start=1, end=2)
    zero = graph.constant(np.array([0], np.int64))
    placed = graph.node("Slice", [graph.constant(constant.astype(np.float32)), zero, count, zero])
    return graph.node(
        "LayerNormalization",
        [graph.node("Add", ["vectors", placed]), *_norm(graph, tensors, "embeddings.LayerNorm")],
        epsilon=shape.epsilon,
    )


def _layer(graph: _Graph, shape: Shape, tensors: Mapping[str, Array], number: int, states: str) -> str:
    layer = f"encoder.layer.{number}."
    parts = [f"{layer}attention.self.{name}" for name in ("query", "key", "value")]
    weight = np.concatenate([tensors[f"{part}.weight"] for part in parts])
    bias = np.concatenate([tensors[f"{part}.bias"] for part in parts])
    split = graph.node("Split", [graph.linear(states, weight, bias)], outputs=3, axis=-1, num_outputs=3)
    attended = graph.node("MultiHeadAttention", [*split.split(), "", "lengths"], contrib=True, num_heads=shape.heads)
    states = _add_and_norm(graph, shape, tensors, f"{layer}attention.output", attended, states)
    inner = graph.linear(states, tensors[f"{layer}intermediate.dense.weight"])
    inner = graph.node("BiasGelu", [inner, graph.constant(tensors[f"{layer}intermediate.dense.bias"])], contrib=True)
    return _add_and_norm(graph, shape, tensors, f"{layer}output", inner, states)


def _add_and_norm(graph: _Graph, shape: Shape, tensors: Mapping[str, Array], name: str, inner: str, before: str) -> str:
    """The second half of a layer's block: a matrix, what was there before, and the layer's normalisation."""
    made = graph.linear(inner, tensors[f"{name}.dense.weight"])
    bias = graph.constant(tensors[f"{name}.dense.bias"])
    inputs = [made, before, *_norm(graph, tensors, f"{name}.LayerNorm"), bias]
    return graph.node("SkipLayerNormalization", inputs, contrib=True, epsilon=shape.epsilon)


def _norm(graph: _Graph, tensors: Mapping[str, Array], name: str) -> list[str]:
    return [graph.constant(tensors[f"{name}.{kind}"]) for kind in ("weight", "bias")]


class _Graph:
    """Nodes and constants as they are added; each node's output has a name of its own."""

    def __init__(self, precision: Precision) -> None:
        self._precision = precision
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, value: Array) -> str:
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self,
        kind: str,
        inputs: Sequence[str],
        output: str = "",
        outputs: int = 1,
        contrib: bool = False,
        **settings: float,
    ) -> str:
        """Add a node and return its output's name, the names joined by blanks where there are several."""
        from onnx import helper

        name = output or f"n{len(self._nodes)}"
        names = [name] if outputs == 1 else [f"{name}.{part}" for part in range(outputs)]
        domain = _CONTRIB if contrib else ""
        self._nodes.append(helper.make_node(kind, list(inputs), names, None, None, domain, None, **settings))
        return " ".join(names)

    def linear(self, states: str, weight: Array, bias: Array | None = None, precision: Precision | None = None) -> str:
        """`states` times a matrix of shape (outputs, inputs), and a bias added."""
        outputs, inputs = weight.shape
        if (precision or self._precision) == "fp32" or inputs % BLOCK:
            made = self.node("MatMul", [states, self.constant(weight.T.astype(np.float32))])
            return made if bias is None else self.node("Add", [made, self.constant(bias.astype(np.float32))])
        bits, packed, scales = quantised(weight)
        given = [states, self.constant(packed), self.constant(scales), "", ""]
        if bias is not None:
            given.append(self.constant(bias.astype(np.float32)))
        sizes = {"K": inputs, "N": outputs, "bits": bits, "block_size": BLOCK, "accuracy_level": _INT8_COMPUTE}
        return self.node("MatMulNBits", given, contrib=True, **sizes)

    def model(self, hidden: int, width: int) -> ModelProto:
        from onnx import TensorProto, helper

        inputs = [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", "tokens", hidden]),
            helper.make_tensor_value_info("lengths", TensorProto.INT32, ["texts"]),
        ]
        outputs = [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["texts", "tokens", width])]
        graph = helper.make_graph(self._nodes, "bert", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR)


def quantised(weight: Array) -> tuple[int, Array, Array]:
    """A matrix (n, k) as bits a weight, packed weights, and scales (n, k / 32), as MatMulNBits takes them.

    Four bits where they lose nothing, as the weights were stored in four before, else eight. Packed: uint8 of shape
    (n, k / 32, 32 * bits / 8), a weight being (stored - 2 ** (bits - 1)) * scale.
    """
    blocks = weight.reshape(len(weight), -1, BLOCK).astype(np.float32)
    scales = _four_bit_scales(blocks)
    if scales is not None:
        stored = (np.rint(blocks / scales[..., None]) + 8).astype(np.uint8)
        return 4, stored[..., 0::2] | stored[..., 1::2] << 4, scales
    scales = _never_zero(np.abs(blocks).max(-1) / 127)
    return 8, (np.rint(blocks / scales[..., None]) + 128).astype(np.uint8), scales


def _four_bit_scales(blocks: Array) -> Array | None:
    """Scales by which every weight is a whole number from -8 to 7; None where a block has none."""
    most = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], -1)[..., 0]
    found = np.zeros_like(most)
    for steps in range(8, 0, -1):
        scales = _never_zero(most / -steps)
        multiples = blocks / scales[..., None]
        whole = np.rint(multiples)
        fits = (np.abs(multiples - whole) < 1e-3).all(-1) & (whole.min(-1) >= -8) & (whole.max(-1) <= 7)
        found = np.where((found == 0) & fits, scales, found)
    return None if (found == 0).any() else found


def _never_zero(scales: Array) -> Array:
    return np.where(scales == 0, np.float32(1), scales)
