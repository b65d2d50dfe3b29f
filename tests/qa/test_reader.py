from __future__ import annotations

import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from benchmarks.span_network import SpanNetwork, padded
from chinese.errors import ModelError
from embeddings.models import bundled_model
from embeddings.models.onnx_network import OnnxNetwork
from embeddings.models.unigram import Unigram
from embeddings.models.word_vectors import WordVectors
from qa.reading.reader import LONGEST_SPAN, WEIGHTS, ReaderSpan, SpanReader, SpanScores, _reading_of, load_reader
from qa.reading.reader_export import export_reader, tuned_tensors
from qa.reading.reader_weights import read_weights, write_weights
from qa.reading.windows import Piece, Window, make_windows, pieces_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from embeddings.models.bert_graph import Precision

TEXT = "2024年以来，新开工水利类项目３１６个、总投资 420 亿元。"


@pytest.fixture(scope="module")
def tokenizer() -> Unigram:
    return Unigram.load(bundled_model.unpack(), bundled_model.UNKNOWN)


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return load_reader()


# --- pieces and windows


def test_a_piece_never_reaches_over_the_end_of_a_word_nor_holds_a_blank(tokenizer: Unigram) -> None:
    pieces = pieces_of(tokenizer, TEXT)
    texts = [TEXT[piece.start : piece.end] for piece in pieces]

    assert "".join(texts) == "".join(TEXT.split())
    assert {"年", "以来", "个", "420"} <= set(texts)
    assert not any(character.isspace() for text in texts for character in text)


def test_pieces_of_traditional_characters_stand_where_the_text_has_them(tokenizer: Unigram) -> None:
    text = "關島的人口為161,785人"
    mark, *pieces = pieces_of(tokenizer, text)

    # The vocabulary's mark of a new text counts as its first character.
    assert (mark.start, mark.end) == (0, 1)
    assert "".join(text[piece.start : piece.end] for piece in pieces) == text


def test_a_text_without_a_word_has_no_pieces(tokenizer: Unigram) -> None:
    assert pieces_of(tokenizer, " \n\t") == []


def test_a_long_text_is_read_in_windows_that_overlap_and_miss_nothing(tokenizer: Unigram) -> None:
    pieces = [Piece(100 + place, place, place + 1) for place in range(1000)]
    windows = make_windows(tokenizer, "多少?", pieces, "标题")

    assert {piece for window in windows for piece in window.pieces} == set(pieces)
    assert all(len(window.ids) <= 512 for window in windows)
    assert all(set(one.pieces) & set(other.pieces) for one, other in itertools.pairwise(windows))
    assert all(window.ids[window.first] == window.pieces[0].id for window in windows)


def test_a_question_of_the_longest_length_still_leaves_room_for_the_text(tokenizer: Unigram) -> None:
    pieces = [Piece(5, place, place + 1) for place in range(360)]
    (window,) = make_windows(tokenizer, "沈阳高新区" * 200, pieces, "标题" * 300)

    assert len(window.ids) <= 512
    assert len(window.pieces) == 360


# --- spans out of scores


def _scores(window: Window, start: dict[int, float], end: dict[int, float], null: float = 0.0) -> np.ndarray:
    rows = np.full((len(window.ids), 2), -9.0, dtype=np.float32)
    rows[0] = null / 2
    for place, score in start.items():
        rows[window.first + place, 0] = score
    for place, score in end.items():
        rows[window.first + place, 1] = score
    return rows


def _window(size: int, offset: int = 0) -> Window:
    pieces = tuple(Piece(7, offset + place, offset + place + 1) for place in range(size))
    return Window((0, 9, 2, 2, *(piece.id for piece in pieces), 2), 4, pieces)


def test_the_best_span_comes_first_and_its_score_is_its_lead_over_no_answer() -> None:
    window = _window(6)
    found = _reading_of([(window, _scores(window, {1: 3.0, 4: 2.0}, {2: 4.0, 5: 1.0}, null=5.0))])

    assert found.spans[0] == ReaderSpan(1, 3, 2.0)
    assert found.score(1, 3) == 2.0
    assert found.score(4, 6) == pytest.approx(-2.0)


def test_a_span_never_ends_before_it_starts_nor_grows_without_bound() -> None:
    window = _window(LONGEST_SPAN + 5)
    last = LONGEST_SPAN + 4
    found = _reading_of([(window, _scores(window, {3: 5.0, 0: 4.0}, {2: 5.0, last: 4.0}))])

    assert all(span.start < span.end <= span.start + LONGEST_SPAN for span in found.spans)
    assert found.spans[0] == ReaderSpan(0, 3, 9.0)


def test_of_two_windows_the_surer_one_counts_and_spans_keep_their_place_in_the_text() -> None:
    one, other = _window(4), _window(4, offset=2)
    found = _reading_of([(one, _scores(one, {3: 1.0}, {3: 1.0})), (other, _scores(other, {1: 4.0}, {1: 4.0}))])

    assert found.spans[0] == ReaderSpan(3, 4, 8.0)
    assert found.score(3, 4) == 8.0
    assert found.score(0, 6) == -30.0, "no window holds it whole"


def test_a_text_without_windows_has_no_spans() -> None:
    assert _reading_of([]) == SpanScores(())


# --- weights


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented word-vector file of the bundled model's shape: 12 words of 8 numbers."""
    from safetensors.torch import save_file

    file = tmp_path_factory.mktemp("tiny") / "model.safetensors"
    torch.manual_seed(1)
    save_file({"embeddings.word_embeddings.weight": torch.randn(12, 8)}, file)
    return file


CONFIG = {
    "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 12,
    "max_position_embeddings": 32, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
}  # fmt: skip


def test_weights_come_back_as_they_were_tuned(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    base = {"bert.a.weight": _random(chance, 6, 5), "bert.a.bias": _random(chance, 6)}
    tuned = {name: value + 0.01 * _random(chance, *value.shape) for name, value in base.items()}
    tuned["head.weight"] = _random(chance, 2, 5)
    write_weights(tmp_path / "w.safetensors", tuned, base, {"base_sha256": "abc"})

    found = read_weights(tmp_path / "w.safetensors", base, "abc")

    assert found.keys() == tuned.keys()
    for name, value in tuned.items():
        assert np.allclose(found[name], value, atol=2e-4), name
    assert [file.name for file in tmp_path.iterdir()] == ["w.safetensors"]


def _random(chance: np.random.Generator, *shape: int) -> npt.NDArray[np.float32]:
    return chance.standard_normal(shape).astype(np.float32)


def test_a_weight_that_was_not_changed_survives(tmp_path: Path) -> None:
    base = {"bert.a.weight": _random(np.random.default_rng(2), 3, 4)}
    write_weights(tmp_path / "w.safetensors", base, base, {"base_sha256": "abc"})

    found = read_weights(tmp_path / "w.safetensors", base, "abc")
    assert np.array_equal(found["bert.a.weight"], base["bert.a.weight"])


def test_weights_of_another_base_model_are_refused_by_name(tmp_path: Path) -> None:
    write_weights(tmp_path / "w.safetensors", {"head.weight": np.zeros((2, 2), np.float32)}, {}, {"base_sha256": "abc"})

    with pytest.raises(ModelError, match="base_sha256 abc, expected xyz"):
        read_weights(tmp_path / "w.safetensors", {}, "xyz")


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 64])
def test_damaged_or_missing_weights_are_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "w.safetensors"
    with pytest.raises(ModelError, match=r"w\.safetensors"):
        read_weights(file, {}, "abc")
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"w\.safetensors"):
        read_weights(file, {}, "abc")


def test_a_window_is_scored_alike_alone_and_beside_a_longer_one(tiny: Path) -> None:
    torch.manual_seed(3)
    network = SpanNetwork(CONFIG, WordVectors(tiny)).eval()
    short = Window((0, 3, 2, 2, 5, 6, 2), 4, (Piece(5, 0, 1), Piece(6, 1, 2)))
    long = Window((0, 3, 2, 2, *range(3, 12), 2), 4, tuple(Piece(3 + place, place, place + 1) for place in range(9)))
    with torch.inference_mode():
        alone = network(padded([short]))[0]
        beside = network(padded([short, long]))[0, : len(short.ids)]

    assert torch.allclose(alone, beside, atol=1e-5)


def test_word_vectors_are_those_of_the_file(tiny: Path) -> None:
    rows = load_file(tiny)["embeddings.word_embeddings.weight"]

    ids = np.array([[3, 0], [11, 3]])
    assert np.array_equal(WordVectors(tiny).of(ids), rows.numpy()[ids])


# --- the real one


def test_the_weights_that_come_with_the_project_are_small_and_fit_the_bundled_model() -> None:
    folder = bundled_model.unpack()
    base = {f"bert.{name}": value.numpy() for name, value in load_file(folder / "model.safetensors").items()}
    tuned = read_weights(WEIGHTS, base, bundled_model.SHA256)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    network = SpanNetwork(config, WordVectors(folder / "model.safetensors"))
    wanted = {name for name, value in network.named_parameters() if value.requires_grad}

    assert WEIGHTS.stat().st_size <= 25_000_000
    assert tuned.keys() == wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        ("东港建成了多少座码头?", "东港2023年建成码头3座,总投资12.6亿元。扩建工期由18天减少到6天。", "3座"),
        ("東港的總投資是多少?", "东港2023年建成码头3座,总投资12.6亿元。扩建工期由18天减少到6天。", "12.6亿元"),
        ("How much was invested in the port?", "东港2023年建成码头3座,港口总投资12.6亿元。工期20天。", "12.6亿元"),
        ("新馆由谁设计?", "新馆由设计师林青主持设计,总投资4.5亿元。共有藏书120万册。", "林青"),
    ],
)
def test_the_reader_finds_the_phrase(reader: SpanReader, question: str, text: str, wanted: str) -> None:
    best = reader.best(question, text)

    assert wanted in text[best.start : best.end]
    assert len(text[best.start : best.end]) <= len(wanted) + 4
    assert best.score > 0


@pytest.mark.slow
def test_a_text_about_something_else_scores_below_no_answer(reader: SpanReader) -> None:
    assert reader.best("果农今年收获了多少吨苹果?", "东港2023年建成码头3座,总投资12.6亿元。").score < 0


@pytest.mark.slow
def test_passages_read_together_score_as_they_do_alone(reader: SpanReader) -> None:
    question = "东港建成了多少座码头?"
    passages = [("港口", "东港2023年建成码头3座。"), ("", "果农今年收获苹果30吨。" * 20), ("", " ")]
    together = reader.read(question, passages)
    alone = [SpanReader().read(question, [passage])[0] for passage in passages]  # each with nothing read before

    assert [item.spans[:1] and (item.spans[0].start, item.spans[0].end) for item in together] == [
        item.spans[:1] and (item.spans[0].start, item.spans[0].end) for item in alone
    ]
    assert together[0].spans[0].score == pytest.approx(alone[0].spans[0].score, abs=0.3)
    assert together[2].spans == ()


@pytest.mark.slow
def test_what_was_read_last_for_the_same_words_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    passages = [("港口", "东港2023年建成码头3座。"), ("", "果农今年收获苹果30吨。")]
    own = SpanReader()
    first = own.read("东港建成了多少座码头?", passages)
    read: list[int] = []
    rows = OnnxNetwork.rows

    def counted(network: OnnxNetwork, ids: Sequence[Sequence[int]]) -> list[npt.NDArray[np.float32]]:
        read.append(len(ids))
        return rows(network, ids)

    monkeypatch.setattr(OnnxNetwork, "rows", counted)

    assert own.read("东港建成了多少座码头?", passages[::-1]) == first[::-1]
    assert read == []
    own.read("东港建成了几座码头?", passages)
    own.read("东港建成了多少座码头?", [passages[0], ("", "码头上工人很多。")])
    assert read == [2, 1]


def test_nobody_waits_while_the_reader_is_made_for_the_first_time(monkeypatch: pytest.MonkeyPatch) -> None:
    making, asked_on = threading.Event(), threading.Event()

    def make() -> Path:
        making.set()
        assert asked_on.wait(60)
        raise ModelError("There is no room for the model.")

    monkeypatch.setattr(bundled_model, "unpack", make)
    reader = load_reader()

    with ThreadPoolExecutor(1) as pool:
        try:
            pool.submit(reader.start_loading).result(timeout=30)
            assert making.wait(30)
        finally:
            asked_on.set()
        with pytest.raises(ModelError, match="no room"):
            reader.read("问", [("", "答")])


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "tolerance"), [("fp32", 2e-3), ("int8", 0.6)])
def test_the_exported_network_scores_as_the_one_that_was_trained(precision: Precision, tolerance: float) -> None:
    folder = bundled_model.unpack()
    vectors = WordVectors(folder / bundled_model.MODEL_WEIGHTS)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    trained = SpanNetwork(config, vectors).eval()
    tensors = {name: torch.from_numpy(value) for name, value in tuned_tensors(WEIGHTS, folder).items()}
    trained.load_state_dict(tensors, strict=False)
    exported = OnnxNetwork(export_reader(WEIGHTS, folder, precision), vectors)
    tokenizer = Unigram.load(folder, bundled_model.UNKNOWN)
    texts = ["东港2023年建成码头3座,总投资12.6亿元。", "新館由設計師林青主持設計。" * 20, "短"]
    windows = [make_windows(tokenizer, "东港建成了多少座码头?", pieces_of(tokenizer, text))[0] for text in texts]

    with torch.inference_mode():
        wanted = trained(padded(windows)).numpy()
    found = exported.rows([window.ids for window in windows])

    for window, scores, rows in zip(windows, found, wanted, strict=True):
        text = slice(window.first, window.first + len(window.pieces))
        assert scores.shape == (len(window.ids), 2)
        assert np.abs(scores[text] - rows[text]).max() < tolerance
    answer = slice(windows[0].first, windows[0].first + len(windows[0].pieces))
    assert (found[0][answer].argmax(0) == wanted[0][answer].argmax(0)).all()


@pytest.mark.slow
def test_an_answer_far_into_a_long_text_is_found(reader: SpanReader) -> None:
    text = "今天天气晴朗,市民外出游玩。" * 80 + "东港2023年建成码头3座。" + "明天还会是好天气。" * 40
    best = reader.best("东港建成了多少座码头?", text)

    assert "3座" in text[best.start : best.end]
