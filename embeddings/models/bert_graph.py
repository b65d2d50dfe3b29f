"""A BERT encoder (Devlin et al. 2019) as an ONNX graph, which ONNX Runtime runs in place of torch.

Its operators are those of ONNX Runtime that take the least time, so nothing is left for it to find out at loading.
Word vectors stay outside: they are most of the model, and a text needs few of them. A graph takes one text, so there
is no padding, and no text's result depends on another's.

In "int8" weights are whole numbers with a scale for each output, and what they are multiplied with is rounded to whole
numbers with a scale for each token (Dettmers et al. 2022, "LLM.int8()", section 3: vector-wise quantisation).
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

_MOST_WEIGHT = 64
"""Weights run from -64 to 64: processors without VNNI add two products of 8 bits in 16, which more would overflow."""
_MOST_STATE, _ZERO = 127, 128
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

    Input: `vectors`, float32 of shape (tokens, hidden), the word vectors of a text. Output: `states`, float32 of shape
    (tokens, hidden), or what `head`, a matrix (n, hidden) and a vector (n,), makes of them: (tokens, n).
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
    # Weights in a file of their own are mapped when they are loaded, and not held twice meanwhile.
    model = graph.model(shape.hidden, width)
    onnx.save(model, str(file), save_as_external_data=True, location=f"{file.stem}.weights", size_threshold=1024)


def _embedded(graph: _Graph, shape: Shape, tensors: Mapping[str, Array]) -> str:
    positions = tensors["embeddings.position_embeddings.weight"][shape.first_position :]
    # A single text is all of the first type.
    constant = positions + tensors["embeddings.token_type_embeddings.weight"][0]
    count = graph.node("Shape", ["vectors"], start=0, end=1)
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
    first = graph.constant(np.array([0], np.int64))
    whole = graph.node("Unsqueeze", [graph.linear(states, weight, bias), first])
    split = graph.node("Split", [whole], outputs=3, axis=-1, num_outputs=3)
    attended = graph.node("MultiHeadAttention", split.split(), contrib=True, num_heads=shape.heads)
    attended = graph.node("Squeeze", [attended, first])
    states = _add_and_norm(graph, shape, tensors, f"{layer}attention.output", attended, states)
    inner = graph.linear(states, tensors[f"{layer}intermediate.dense.weight"])
    inner = graph.node("BiasGelu", [inner, graph.constant(tensors[f"{layer}intermediate.dense.bias"])], contrib=True)
    return _add_and_norm(graph, shape, tensors, f"{layer}output", inner, states)


def _add_and_norm(graph: _Graph, shape: Shape, tensors: Mapping[str, Array], name: str, inner: str, before: str) -> str:
    """The second half of a layer's block: a matrix, what was there before, and the layer's normalisation."""
    made = graph.linear(inner, tensors[f"{name}.dense.weight"], tensors[f"{name}.dense.bias"])
    # ONNX Runtime's SkipLayerNormalization does both, and takes five times as long.
    inputs = [graph.node("Add", [made, before]), *_norm(graph, tensors, f"{name}.LayerNorm")]
    return graph.node("LayerNormalization", inputs, epsilon=shape.epsilon)


def _norm(graph: _Graph, tensors: Mapping[str, Array], name: str) -> list[str]:
    return [graph.constant(tensors[f"{name}.{kind}"]) for kind in ("weight", "bias")]


class _Graph:
    """Nodes and constants as they are added; each node's output has a name of its own."""

    def __init__(self, precision: Precision) -> None:
        self._precision = precision
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, value: Array | np.generic) -> str:
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
        if (precision or self._precision) == "fp32":
            made = self.node("MatMul", [states, self.constant(weight.T.astype(np.float32))])
        else:
            made = self._rounded_product(states, weight)
        return made if bias is None else self.node("Add", [made, self.constant(bias.astype(np.float32))])

    def _rounded_product(self, states: str, weight: Array) -> str:
        rounded, scales = quantised(weight)
        most = self.node("ReduceMax", [self.node("Abs", [states]), self.constant(np.array([1], np.int64))], keepdims=0)
        # A token of zeros has no scale; any will do.
        share = self.node("Mul", [most, self.constant(np.float32(1 / _MOST_STATE))])
        share = self.node("Max", [share, self.constant(np.float32(1e-30))])
        zeros = self.node("Expand", [self.constant(np.array([_ZERO], np.uint8)), self.node("Shape", [share])])
        whole = self.node("QuantizeLinear", [states, share, zeros], axis=0)
        one, zero = self.constant(np.float32(1)), self.constant(np.uint8(_ZERO))
        given = [whole, self.constant(rounded.T), one, self.constant(scales), zero]
        product = self.node("MatMulIntegerToFloat", given, contrib=True)
        return self.node("Mul", [product, self.node("Unsqueeze", [share, self.constant(np.array([1], np.int64))])])

    def model(self, hidden: int, width: int) -> ModelProto:
        from onnx import TensorProto, helper

        inputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["tokens", hidden])]
        outputs = [helper.make_tensor_value_info("states", TensorProto.FLOAT, ["tokens", width])]
        graph = helper.make_graph(self._nodes, "bert", inputs, outputs, self._constants)
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR)


def quantised(weight: Array) -> tuple[Array, Array]:
    """A matrix (n, k) as int8 from -64 to 64, and float32 scales (n,) to multiply its rows with."""
    scales = np.maximum(np.abs(weight).max(axis=1), np.float32(1e-30)).astype(np.float32) / _MOST_WEIGHT
    return np.rint(weight / scales[:, None]).astype(np.int8), scales
