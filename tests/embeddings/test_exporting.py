"""The exported model against the one that sentence-transformers runs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from chinese.errors import ModelError
from embeddings.models import bundled_model, export, exporting
from embeddings.models.bert_graph import Shape, quantised, write_graph
from embeddings.models.encoder import SentenceTransformerEncoder, load_encoder
from embeddings.models.export import Export
from embeddings.models.exporting import export_folder
from embeddings.models.onnx_encoder import OnnxEncoder
from embeddings.models.onnx_network import OnnxNetwork
from embeddings.models.word_vectors import NAME, WordVectors

if TYPE_CHECKING:
    from embeddings.models.bert_graph import Array, Precision

ROOT = Path(__file__).parents[2]
TEXTS = [
    "全区集聚高新技术企业近1000家。",
    "2023年，沈阳高新区实现营业收入增长12.6%，规模以上工业增加值增长9.8%，新增上市企业3家。" * 8,
    "短",
    "",
    " A passage in English stands between the Chinese ones. ",
    "臺灣與香港經濟發展聚焦，１２．６億元。" * 4,
]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    monkeypatch.delenv("WENJU_RUNTIME", raising=False)


# --- the graph


def _tiny(first_position: int = 0) -> tuple[Any, Shape]:
    """A small random network of torch's, and its sizes."""
    from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(4)
    sizes: dict[str, Any] = {
        "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96, "vocab_size": 40,
        "max_position_embeddings": 34, "type_vocab_size": 2, "pad_token_id": 1,
    }  # fmt: skip
    shape = Shape(64, 2, 4, 1e-12, first_position)
    if first_position:
        return XLMRobertaModel(XLMRobertaConfig(layer_norm_eps=1e-12, **sizes), add_pooling_layer=False), shape
    return BertModel(BertConfig(**sizes), add_pooling_layer=False), shape


def _exported(network: Any, shape: Shape, precision: Precision, folder: Path) -> OnnxNetwork:
    network.eval()
    tensors: dict[str, Array] = {name: value.numpy() for name, value in network.state_dict().items()}
    write_graph(folder / "network.onnx", shape, tensors, precision)
    save_file({NAME: tensors[NAME]}, folder / "words.safetensors")
    return OnnxNetwork(folder / "network.onnx", WordVectors(folder / "words.safetensors"))


IDS = [[2, 5, 6, 7, 3], [2, 3], [2, *range(4, 30), 3], [2, 9, 3]]


@pytest.mark.parametrize("first_position", [0, 2])
def test_the_graph_computes_what_torch_does(tmp_path: Path, first_position: int) -> None:
    network, shape = _tiny(first_position)
    found = _exported(network, shape, "fp32", tmp_path).rows(IDS)

    for ids, rows in zip(IDS, found, strict=True):
        with torch.inference_mode():
            wanted = network(torch.tensor([ids])).last_hidden_state[0].numpy()
        assert np.allclose(rows, wanted, atol=2e-5)


def test_eight_bits_come_near_it(tmp_path: Path) -> None:
    network, shape = _tiny()
    found = _exported(network, shape, "int8", tmp_path).rows(IDS)

    for ids, rows in zip(IDS, found, strict=True):
        with torch.inference_mode():
            wanted = network(torch.tensor([ids])).last_hidden_state[0].numpy()
        cosines = (rows * wanted).sum(1) / np.linalg.norm(rows, axis=1) / np.linalg.norm(wanted, axis=1)
        assert cosines.min() > 0.998


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_text_is_computed_alike_alone_and_beside_others(tmp_path: Path, precision: Precision) -> None:
    network, shape = _tiny()
    exported = _exported(network, shape, precision, tmp_path)

    for ids, rows in zip(IDS, exported.rows(IDS), strict=True):
        assert np.array_equal(rows, exported.rows([ids])[0])


def test_weights_are_rounded_by_less_than_half_a_step_and_never_leave_their_range() -> None:
    weight = np.random.default_rng(5).standard_normal((4, 64)).astype(np.float32)
    weight[0] = 0
    rounded, scales = quantised(weight)

    assert rounded.dtype == np.int8
    assert np.abs(rounded).max() == 64
    assert (np.abs(rounded * scales[:, None] - weight) <= scales[:, None] * 0.501).all()


# --- the default model


@pytest.mark.slow
def test_the_default_model_gives_the_vectors_of_sentence_transformers() -> None:
    plain = load_encoder(runtime="torch")
    assert isinstance(plain, SentenceTransformerEncoder)
    for runtime, least in (("fp32", 0.99999), ("int8", 0.996)):
        exported = load_encoder(runtime=runtime)  # type: ignore[arg-type]
        assert isinstance(exported, OnnxEncoder)
        assert (exported.name, exported.dimension, exported.max_tokens) == (plain.name, 384, 512)
        assert exported.fingerprint != plain.fingerprint, "vectors of one are not taken for the other's"
        for one, other in (
            (plain.encode_passages(TEXTS), exported.encode_passages(TEXTS)),
            (plain.encode_queries(TEXTS), exported.encode_queries(TEXTS)),
        ):
            assert other.shape == (len(TEXTS), 384)
            assert other.dtype == np.float32
            assert (one * other).sum(1).min() > least, runtime


@pytest.mark.slow
def test_neither_torch_nor_the_tokenizers_library_is_imported_for_it() -> None:
    code = (
        "import sys; from embeddings.models.encoder import load_encoder\n"
        "load_encoder().encode_queries(['问'])\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers', 'tokenizers', 'onnx') "
        "if name in sys.modules])"
    )
    load_encoder()
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


# --- other models


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small random model of BERT's kind with a vocabulary of single characters."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("small")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys("".join(TEXTS).lower()), *"问答高新技术"]
    tokenizer = Tokenizer(models.WordPiece({word: place for place, word in enumerate(dict.fromkeys(words))}))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    torch.manual_seed(6)
    config = BertConfig(
        hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96, vocab_size=len(words),
        max_position_embeddings=128,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder / "plain")
    fast: Any = PreTrainedTokenizerFast
    fast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder / "plain")
    parts = [Transformer(str(folder / "plain"), max_seq_length=100), Pooling(64, "cls")]
    model = SentenceTransformer(modules=parts, prompts={"query": "问", "document": ""})
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.mark.slow
def test_a_model_of_berts_kind_is_exported_and_gives_the_same_vectors(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path))
    told: list[str] = []
    plain, exported = load_encoder(str(small), runtime="torch"), load_encoder(str(small), notify=told.append)

    assert isinstance(exported, OnnxEncoder)
    assert len(told) == 1
    assert str(small) in told[0]
    assert exported.max_tokens == 100
    for kind in ("encode_queries", "encode_passages"):
        one, other = getattr(plain, kind)(TEXTS), getattr(exported, kind)(TEXTS)
        assert (one * other).sum(1).min() > 0.998, kind

    told.clear()
    again = load_encoder(str(small), notify=told.append)
    assert told == [], "it is exported once"
    assert again.fingerprint == exported.fingerprint


@pytest.mark.slow
def test_a_model_that_cannot_be_exported_is_run_by_sentence_transformers(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "model"
    shutil.copytree(small, folder)
    for file in folder.rglob("config.json"):
        config = json.loads(file.read_text())
        if "hidden_act" in config:
            file.write_text(json.dumps({**config, "hidden_act": "relu"}))
    found = load_encoder(str(folder))

    assert isinstance(found, SentenceTransformerEncoder)
    assert found.encode_queries(["问"]).shape == (1, 64)
    reason = Export.read(export_folder(found.fingerprint, "int8")).reason
    assert "hidden_act is relu" in reason


@pytest.mark.slow
def test_an_export_whose_vectors_differ_is_not_used(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path))
    monkeypatch.setitem(exporting.FIRST_POSITIONS, "bert", 1)
    found = load_encoder(str(small))

    assert isinstance(found, SentenceTransformerEncoder)
    folder = export_folder(found.fingerprint, "int8")
    assert "cosine" in Export.read(folder).reason
    assert not (folder / export.NETWORK).exists()


def test_an_unknown_runtime_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_RUNTIME", "quantum")
    with pytest.raises(ModelError, match="WENJU_RUNTIME is quantum, expected int8, fp32 or torch"):
        load_encoder()


@pytest.mark.slow
def test_a_damaged_export_is_named_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = bundled_model.unpack()
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path))
    folder = exporting.export_default(model, "int8")
    network = folder / export.NETWORK
    network.write_bytes(b"\0" * network.stat().st_size)
    encoder = OnnxEncoder("it", "print", folder, Export.read(folder), "int8")

    with pytest.raises(ModelError, match="Delete its folder"):
        encoder.encode_queries(["问"])


@pytest.mark.slow
def test_a_cache_that_is_moved_as_a_whole_still_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path / "before"))
    load_encoder()
    (tmp_path / "before").rename(tmp_path / "after")
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path / "after"))

    assert load_encoder().encode_queries(["问"]).shape == (1, 384)
