"""What the reader is trained on and how a training goes on, on invented paragraphs and a tiny network."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from benchmarks.fit_cascade import Both, least_settled
from benchmarks.fit_weights import AGAINST, FOR, MOST_ABSENT, PRIOR, Observed, fit_calibration, fit_ranker, threshold
from benchmarks.reader_data import (
    Asked,
    Example,
    Mixture,
    altered,
    code_switched,
    epoch_examples,
    figure_questions,
    is_held_out,
    own_negative,
    positive,
    without_answers,
)
from benchmarks.reader_steps import (
    BATCH,
    Done,
    batches,
    labelled,
    load_checkpoint,
    loss_of,
    optimizer_of,
    save_checkpoint,
    trained,
)
from benchmarks.remembered import RememberedEncoder, RememberedReader
from benchmarks.span_network import SpanNetwork
from benchmarks.squad import Paragraph, SquadQuestion
from benchmarks.train_reader import mean_of, rate_at, schedule
from benchmarks.training_stages import shared_out, sort_of
from embeddings.models import bundled_model
from embeddings.models.unigram import Unigram
from embeddings.models.word_vectors import WordVectors
from qa.deciding.candidates import Found
from qa.deciding.confidence import CALIBRATION, EVIDENCE, NEVER_SETTLED
from qa.deciding.features import FEATURES
from qa.deciding.ranking import RANKING, Ranker
from qa.finding.retrieval import Candidate
from qa.question.question import parse_question
from qa.reading.prepared import Span
from qa.reading.reader import ReaderSpan, SpanScores
from qa.reading.windows import Piece, Window
from tests.qa.support import chunk, looked_into
from tests.qa.test_reader import CONFIG
from tests.support import CountingEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = (
    "青石大桥位于临江市东部。大桥全长1250米，2019年建成通车。建桥共用去水泥3万吨。桥上每天通过车辆5000余辆。"
    "大桥由远航集团设计。市民可以步行过桥，早晚都有人散步。桥头的公园占地120亩。"
)


def _asked(question: str, answer: str, number: int = 0, near: tuple[str, ...] = ()) -> Asked:
    start = TEXT.index(answer)
    item = SquadQuestion(f"q{number}", question, ((answer, start),))
    return Asked("drcd_train", Paragraph(number, number, "青石大桥", TEXT, (item,)), item, near)


LENGTH = _asked("青石大桥全长多少米?", "1250米", 0, ("别的桥长800米。", "临江市有三座桥。"))
YEAR = _asked("青石大桥哪一年建成通车?", "2019年", 1)
FIRM = _asked("临江市的青石大桥2019年由哪个集团设计?", "远航集团", 2)


def test_a_positive_holds_the_annotated_answer_whatever_its_window() -> None:
    for seed in range(40):
        made = positive(LENGTH, LENGTH.question.text, random.Random(seed))
        assert made.answer is not None
        assert made.text[made.answer[0] : made.answer[1]] == "1250米"
        assert made.text in TEXT


def test_a_negative_never_holds_an_accepted_answer() -> None:
    for seed in range(40):
        made = own_negative(YEAR, YEAR.question.text, random.Random(seed))
        assert made is not None
        assert "2019年" not in made.text
        assert made.answer is None
    assert without_answers(LENGTH.question, ("长１２５０米", "长800米")) == ("长800米",)


def test_another_year_or_name_is_asked_about_and_nothing_else_changes() -> None:
    other = altered("2019年青石大桥通过多少车?", [], random.Random(1))
    assert other is not None
    assert re.fullmatch(r"\d{4}年青石大桥通过多少车\?", other)
    assert not other.startswith("2019")
    assert altered("这座桥有多长?", ["沈阳"], random.Random(1)) is None
    assert altered("北京的桥多长?", ["上海"], random.Random(1)) == "上海的桥多长?"


def test_a_figure_question_asks_in_place_of_the_figure() -> None:
    made = [figure_questions(LENGTH.paragraph, random.Random(seed)) for seed in range(30)]
    found = [item for item in made if item is not None]
    assert found
    for item in found:
        assert item.answer is not None
        answer = item.text[item.answer[0] : item.answer[1]]
        assert "多少" in item.question
        assert answer in TEXT
        assert answer not in item.question


def test_code_switching_changes_words_that_have_a_gloss_only() -> None:
    switched = {code_switched("大桥全长多少米?", {"大桥": "bridge"}, random.Random(seed)) for seed in range(20)}

    assert switched == {"大桥 全长 多少 米?", "bridge 全长 多少 米?"}


def test_an_epoch_is_the_same_each_time_and_another_the_next() -> None:
    asked = [LENGTH, YEAR, FIRM] * 3
    first = epoch_examples(asked, {}, 7, 0)

    assert first == epoch_examples(asked, {}, 7, 0)
    assert first != epoch_examples(asked, {}, 7, 1)
    assert sum(item.answer is not None for item in first) >= len(asked)
    assert any(item.answer is None for item in first)


def test_held_out_paragraphs_are_about_a_tenth_and_whole_articles() -> None:
    paragraphs = [Paragraph(number, number // 3, "", "", ()) for number in range(300)]
    out = {item.article for item in paragraphs if is_held_out("drcd_train", item)}

    assert len(out) == 10
    assert all(is_held_out("drcd_train", item) == (item.article in out) for item in paragraphs)


def test_a_set_comes_as_often_as_its_share_says() -> None:
    small = Asked("cmrc_train", LENGTH.paragraph, LENGTH.question, ())
    english = Asked("xquad_train.zh", LENGTH.paragraph, SquadQuestion("e", "How long is it?", (("1250米", 0),)), ())
    shares = {"drcd": 0.25, "cmrc": 2, "over_chinese": 3}
    found = shared_out([LENGTH] * 400 + [small, english], shares, 7)

    assert 70 < sum(item is LENGTH for item in found) < 130
    assert sum(item is small for item in found) == 2
    assert sum(item is english for item in found) == 3
    parts = ("drcd_more_train", "cmrc2018_train", "xquad_train.zh")
    assert [sort_of(replace(LENGTH, part=part)) for part in parts] == ["drcd_more", "cmrc2018", "xquad"]
    assert found == shared_out([LENGTH] * 400 + [small, english], shares, 7)


def test_half_of_the_english_questions_come_with_chinese_words() -> None:
    english = SquadQuestion("e", "How long is the bridge?", (("1250米", TEXT.index("1250米")),))
    item = Asked("xquad_train.zh", LENGTH.paragraph, english, (), "How long is the bridge 大桥?")
    made = epoch_examples([item] * 200, {}, 7, 0, Mixture(0, 0, 0, 0, 0, both=0.5))
    both = [example for example in made if example.question == item.both]

    assert 60 < len(both) < 140
    assert {example.question for example in made} == {item.both, english.text}


# --- windows and loss


@pytest.fixture(scope="module")
def tokenizer() -> Unigram:
    return Unigram.load(bundled_model.unpack(), bundled_model.UNKNOWN)


def test_labels_stand_on_the_tokens_of_the_answer(tokenizer: Unigram) -> None:
    start = TEXT.index("1250米")
    found = labelled(tokenizer, Example("全长多少米?", TEXT, "青石大桥", (start, start + 5)))

    assert found is not None
    window, ((first, last),) = found
    pieces = window.pieces[first - window.first : last - window.first + 1]
    assert TEXT[pieces[0].start : pieces[-1].end] == "1250米"
    nothing = labelled(tokenizer, Example("全长多少米?", TEXT, "", None))
    assert nothing is not None
    assert nothing[1] == ((0, 0),)


def test_every_place_of_an_answer_is_labelled_or_the_example_is_left_out(tokenizer: Unigram) -> None:
    length, year = (TEXT.index(answer) for answer in ("1250米", "2019年"))
    found = labelled(tokenizer, Example("桥长和年份?", TEXT, "", (length, length + 5), ((year, year + 5),)))

    assert found is not None
    window, spans = found
    texts = [TEXT[window.pieces[a - window.first].start : window.pieces[b - window.first].end] for a, b in spans]
    assert texts == ["1250米", "2019年"]
    far = TEXT + "很长的文字。" * 200 + "末尾"
    assert labelled(tokenizer, Example("末尾?", far, "", (length, length + 5), ((len(far) - 2, len(far)),))) is None


def test_the_loss_falls_to_nothing_where_the_right_tokens_score_highest() -> None:
    window = Window((0, 9, 2, 2, 7, 7, 2), 4, (Piece(7, 0, 1), Piece(7, 1, 2)))
    scores = torch.zeros(1, 7, 2)
    scores[0, 1:4] = 50.0  # the question's own tokens are no answer, whatever they score
    blank = loss_of(scores, [(window, ((4, 5),))])
    scores[0, 4, 0] = scores[0, 5, 1] = 30.0

    assert float(blank) == pytest.approx(np.log(3), abs=1e-4)
    assert float(loss_of(scores, [(window, ((4, 5),))])) < 1e-4
    assert float(loss_of(scores, [(window, ((0, 0),))])) > 10


def test_the_places_of_an_answer_count_alike_in_the_loss() -> None:
    window = Window((0, 9, 2, 2, 7, 7, 7, 2), 4, tuple(Piece(7, place, place + 1) for place in range(3)))
    rows = [(window, ((4, 4), (6, 6)))]
    both, one = torch.zeros(1, 8, 2), torch.zeros(1, 8, 2)
    both[0, [4, 6]] = 20.0
    one[0, 4] = 20.0

    assert float(loss_of(both, rows)) == pytest.approx(np.log(2), abs=1e-4), "as sure of each as can be"
    assert float(loss_of(one, rows)) > 5


def test_every_window_is_in_one_batch_of_similar_length() -> None:
    windows = [(Window((0,) * (10 + place), 1, ()), ((0, 0),)) for place in range(100)]
    rows = batches(windows, BATCH, random.Random(0))

    assert sorted(place for row in rows for place in row) == list(range(100))
    assert all(max(row) - min(row) <= BATCH + 48 for row in rows)


# --- going on


def _network(tmp_path: Path) -> SpanNetwork:
    file = tmp_path / "model.safetensors"
    torch.manual_seed(1)
    save_file({"embeddings.word_embeddings.weight": torch.randn(12, 8)}, file)
    torch.manual_seed(2)
    return SpanNetwork(CONFIG, WordVectors(file))


def _step(network: SpanNetwork, optimizer: torch.optim.AdamW) -> None:
    ids = np.array([[0, 3, 2, 2, 5, 6, 2]])
    window = Window(tuple(ids[0].tolist()), 4, (Piece(5, 0, 1), Piece(6, 1, 2)))
    optimizer.zero_grad()
    loss_of(network(ids), [(window, ((4, 5),))]).backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    whole = _network(tmp_path)
    optimizer = optimizer_of(whole, 1e-4)
    _step(whole, optimizer)
    save_checkpoint(tmp_path / "c.safetensors", whole, optimizer, Done(1, 2.5), "run")
    _step(whole, optimizer)

    resumed = _network(tmp_path)
    later = optimizer_of(resumed, 1e-4)
    assert load_checkpoint(tmp_path / "none.safetensors", resumed, later, "run") == Done()
    assert load_checkpoint(tmp_path / "c.safetensors", resumed, later, "run") == Done(1, 2.5)
    _step(resumed, later)

    for name, value in trained(whole).items():
        assert torch.equal(trained(resumed)[name], value), name


def test_a_checkpoint_of_another_run_is_not_taken_up(tmp_path: Path) -> None:
    network = _network(tmp_path)
    save_checkpoint(tmp_path / "c.safetensors", network, optimizer_of(network, 1e-4), Done(1), "one")

    with pytest.raises(SystemExit, match="another run"):
        load_checkpoint(tmp_path / "c.safetensors", network, optimizer_of(network, 1e-4), "other")


def test_frozen_layers_stay_and_the_others_learn(tmp_path: Path) -> None:
    network = _network(tmp_path)
    network.freeze(1)
    before = {name: value.detach().clone() for name, value in network.named_parameters()}
    _step(network, optimizer_of(network, 1e-2))
    moved = {name for name, value in network.named_parameters() if not torch.equal(before[name], value)}

    assert not any("layer.0." in name or "embeddings" in name for name in moved)
    assert {name for name in before if name.startswith("head.")} <= moved


def test_a_schedule_goes_on_behind_the_batches_that_were_done(tokenizer: Unigram) -> None:
    examples = [Example(f"第{number}座桥多长?", TEXT, "", None) for number in range(70)]
    whole = list(schedule(examples, tokenizer, 7))

    assert sum(len(rows) for _, rows in whole) == 70
    assert list(schedule(examples, tokenizer, 7, skip=2)) == whole[2:]
    assert [seen for seen, _ in whole] == sorted(seen for seen, _ in whole)


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    rates = [rate_at(progress) for progress in (0.0, 0.01, 0.03, 0.3, 0.5, 0.9, 1.0, 1.2)]

    assert rates[0] < rates[1] < rates[2] == rates[3] == 1.0
    assert rates[3] > rates[4] > rates[5] > rates[6] == rates[7] == 0.0


def test_the_result_lies_halfway_between_the_stages() -> None:
    mean = mean_of([{"a": torch.tensor([1.0, 3.0])}, {"a": torch.tensor([2.0, -3.0])}])

    assert mean["a"].tolist() == [1.5, 0.0]
    assert mean_of([{"a": torch.tensor([1.0])}, {"a": torch.tensor([2.0])}], (1, 3))["a"].tolist() == [1.75]


# --- which candidate is best, and how sure it is


ASKED = parse_question("青石大桥全长多少米?")
GUESSED = {name for name in FEATURES if name.startswith(tuple(PRIOR))}
PASSAGES = (Candidate(looked_into(chunk(TEXT)), 0.5, 1.0, 4.0),)


def _observed(*candidates: tuple[dict[str, float], float], is_there: bool = True) -> Observed:
    """A question with candidates apart from each other, each by its features and how right it is."""
    found = [
        Found(0, Span(10 * place, 10 * place + 4), 0.0, features.get("reader", 0.0), features=features)
        for place, (features, _) in enumerate(candidates)
    ]
    return Observed("made", ASKED, PASSAGES, found, [value for _, value in candidates], is_there)


def test_the_right_candidate_has_the_highest_sum_though_the_reader_alone_would_not_choose_it() -> None:
    chance = random.Random(0)
    rows = [
        _observed(
            ({"reader": (likes := chance.gauss(0, 1)), "clause_before": 0.8, "headless": 1.0}, 1.0),
            ({"reader": likes + 2, "clause_before": 0.8, "conflict_year": 1.0, "headless": 1.0}, 0.0),
            ({"reader": likes + 1, "clause_before": 0.2, "headless": 1.0}, 0.3),
            ({"reader": likes - 3, "clause_before": 0.8, "headless": 1.0}, 0.0),
        )
        for _ in range(60)
    ]
    fitted = fit_ranker(rows)

    assert fitted.weights.keys() - GUESSED == {"reader", "clause_before"}, "what never varies says nothing"
    assert fitted.weights["conflict_zone"] == PRIOR["conflict_"], "what was never seen is as it was guessed"
    for row in rows:
        worth = [fitted.worth(item.features) for item in row.found]
        assert max(worth) == worth[0]
        assert worth.count(worth[0]) == 1


def test_a_weight_keeps_its_sign_whatever_the_questions_say() -> None:
    rows = [
        _observed(
            ({"reader": 1.0, "conflict_place": 1.0, "maybe_role": 1.0, "round": 1.0, "length": 1.0}, 1.0),
            ({"reader": 2.0, "unit_fits": 1.0, "length": 2.0}, 0.0),
        )
        for _ in range(30)
    ]
    weights = fit_ranker(rows).weights

    assert weights.keys() - GUESSED == {"reader", "unit_fits", "round", "length"}
    assert [weights[name] for name in ("reader", "unit_fits", "round")] == [0.0] * 3
    assert PRIOR["conflict_"] < weights["conflict_place"] <= 0, "examples tell against the guess"
    assert PRIOR["maybe_"] < weights["maybe_role"] <= 0
    assert weights["length"] < 0, "which may be for or against"


def test_questions_without_a_right_candidate_teach_the_ranker_nothing() -> None:
    good = [_observed(({"reader": 2.0, "title": 0.5}, 1.0), ({"reader": 1.0}, 0.0)) for _ in range(20)]
    idle = [
        _observed(({"reader": 1.0, "title": 1.0}, 0.4), ({"reader": 2.0}, 0.2)),
        _observed(({"reader": 1.0, "title": 1.0}, 0.0), ({"reader": 2.0}, 0.0), is_there=False),
        _observed(),
    ]

    assert fit_ranker([*good, *idle * 20]) == fit_ranker(good)


def _sure(with_answer: int, without: int) -> list[Observed]:
    """Questions whose answers the reader tells with some luck, each so often; a quarter of them has no answer."""
    chance = random.Random(0)
    rows = []
    for number in range(400):
        there = number % 4 != 0
        right = there and chance.random() < 0.7
        score = (3.0 if right else -3.0) + chance.gauss(0, 2)
        rows += [_observed(({"reader": score}, float(right)), is_there=there)] * (with_answer if there else without)
    return rows


def test_the_fit_trusts_what_goes_with_right_answers_and_halves_count_alike() -> None:
    fitted, again = (fit_calibration(_sure(*times), Ranker({"reader": 1.0})) for times in ((2, 2), (1, 5)))

    assert fitted["weights"].keys() == {"reader"}, "what never varies says nothing"
    assert fitted["weights"]["reader"] > 0
    assert 0 < fitted["threshold"] < 1
    assert again["weights"]["reader"] == pytest.approx(fitted["weights"]["reader"], rel=0.05)
    assert again["intercept"] == pytest.approx(fitted["intercept"], abs=0.1)


def test_only_the_best_candidate_by_the_ranker_is_asked_how_sure_it_is() -> None:
    chance = random.Random(0)
    rows = []
    for number in range(200):
        score, right = chance.gauss(0, 2), number % 2 == 0
        best, other = {"reader": score, "covered": float(right)}, {"reader": score + 1, "conflict_year": 1.0}
        rows.append(_observed((other, float(not right)), (best, float(right)), is_there=number % 4 < 2))

    weights = fit_calibration(rows, Ranker({"reader": 1.0, "conflict_year": -9.0}))["weights"]

    assert weights["covered"] > 0
    assert "certain" not in weights


@pytest.mark.parametrize("file", [RANKING, CALIBRATION])
def test_the_weights_that_come_with_the_project_have_the_signs_they_are_fitted_with(file: Path) -> None:
    weights = json.loads(file.read_text(encoding="utf-8"))["weights"]

    assert {name for name in FOR if weights.get(name, 0.0) < 0} == set()
    assert {name for name in AGAINST if weights.get(name, 0.0) > 0} == set()
    assert {*FEATURES, *EVIDENCE} >= FOR
    assert {*FEATURES, *EVIDENCE} >= AGAINST


def test_two_passages_settle_an_answer_only_where_all_give_the_same_in_every_set() -> None:
    rows = [Both("a", 0.9, is_same=True)] * 199 + [Both("a", 0.9, is_same=False), Both("a", 0.4, is_same=False)]
    of_another = [Both("b", 0.95, is_same=True), Both("b", 0.7, is_same=False)]

    assert least_settled(rows) == 0.41
    assert least_settled(rows + of_another) == 0.71
    assert least_settled([Both("b", 1.0, is_same=False)]) == NEVER_SETTLED


def test_the_threshold_lets_no_more_absent_questions_through_than_allowed() -> None:
    absent = [0.9, 0.8, *[0.4] * 38]

    least = threshold(absent)

    assert sum(sure >= least for sure in absent) == MOST_ABSENT * len(absent)
    assert threshold([]) == 0.0


# --- remembering


class _CountedReader:
    def __init__(self) -> None:
        self.calls = 0

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        self.calls += 1
        return [SpanScores((ReaderSpan(0, 1, 1.0),)) for _ in passages]

    def start_loading(self) -> None:
        """Nothing to load."""


def test_what_was_read_or_encoded_before_is_charged_not_computed() -> None:
    counted = _CountedReader()
    reader = RememberedReader(counted)
    first = reader.read("问?", [("", "答")])
    assert reader.charged == 0.0
    assert reader.read("问?", [("", "答")]) == first
    assert reader.charged > 0
    reader.read("问?", [("", "另一段")])
    assert counted.calls == 2

    encoder = RememberedEncoder(CountingEncoder(16))
    once = encoder.encode_queries(["问", "答"])
    assert encoder.charged == 0.0
    assert np.array_equal(encoder.encode_queries(["问", "答"]), once)
    assert encoder.charged > 0
