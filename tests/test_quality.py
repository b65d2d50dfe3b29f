"""The quality benchmark on made-up question sets: what is asked of which corpus, what is right, what is shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import runtimes
from benchmarks.common import README, markdown_table, with_table
from benchmarks.outcomes import Kept, Outcome, confidence_figures, summarise, together
from benchmarks.quality import ROWS, Bench, arguments_of, draw, figures_of, rows_of
from benchmarks.report import tables
from benchmarks.squad import load_squad
from benchmarks.tasks import SETS, Asked, Task, judge, load_task, refusal_task
from qa.evaluation.metrics import normalise
from qa.reading.reader import ReaderSpan, SpanScores
from qa.types import Answer, Passage, Signals, Source
from tests.support import CountingEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TRAIN = ("金山", "银湖", "玉泉", "珠江")
DEV = ("青石", "白云", "紫竹", "红枫", "黄岩", "绿洲")
ROW = {row.name: row for row in ROWS}


def _bridge(name: str, number: int) -> dict[str, object]:
    """An article on a bridge, one paragraph and two questions; every dev bridge has the year 1987, so no absent one."""
    text = f"{name}大橋長{100 + number}米，建於{1980 + number if name in TRAIN else 1987}年。"
    asked = [
        {"id": f"{name}-1", "question": f"{name}大橋長多少米？", "answers": [_answer(text, f"{100 + number}米")]},
        {"id": f"{name}-2", "question": f"{name}大橋建於哪一年？", "answers": [_answer(text, text[-6:-1])]},
    ]
    return {"title": name, "paragraphs": [{"context": text, "qas": asked}]}


def _answer(text: str, answer: str) -> dict[str, object]:
    return {"text": answer, "answer_start": text.index(answer)}


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    dev = [_bridge(name, 50 + number) for number, name in enumerate(DEV)]
    train = [_bridge(name, number) for number, name in enumerate(TRAIN)]
    english = json.loads(json.dumps(dev))
    for article in english:
        for question in article["paragraphs"][0]["qas"]:
            question["question"] = f"How long is {question['id']}?"
    for name, data in (
        ("drcd_train", train),
        ("drcd_dev", dev),
        ("cmrc_dev", dev),
        ("xquad_dev.zh", dev),
        ("xquad_dev.en", english),
        ("news_dev", dev),
        ("checklist_dev", dev),
    ):
        (folder / f"{name}.json").write_text(json.dumps({"data": data}), encoding="utf-8")
    return folder


class FirstFigure:
    """A reader that takes the first digits of a text for the answer."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[SpanScores]:
        return [SpanScores((self.best(question, text),)) for _, text in passages]

    def start_loading(self) -> None:
        """Nothing to load."""

    def best(self, question: str, text: str) -> ReaderSpan:
        found = re.search(r"\d+米?", text)
        return ReaderSpan(*found.span(), 1.0) if found else ReaderSpan(0, 0, -9.0)


def _bench(work: Path, commit: str = "abc1234", encoder: CountingEncoder | None = None) -> Bench:
    return Bench.of(encoder or CountingEncoder(256), FirstFigure(), work, Kept(work / "rows", commit))


# --- what is asked


def test_a_sample_is_the_same_each_time_and_in_the_order_of_the_set(sets: Path) -> None:
    drawn = [item.id for item in load_task("drcd", 5, sets).asked]
    every = [item.id for item in load_task("drcd", None, sets).asked]

    assert drawn == [item.id for item in load_task("drcd", 5, sets).asked]
    assert drawn == [name for name in every if name in drawn]
    assert (len(drawn), len(every)) == (5, 12)
    assert len(load_task("drcd", 500, sets).asked) == 12


def test_drcd_is_asked_over_the_paragraphs_of_both_its_files(sets: Path) -> None:
    task = load_task("drcd", None, sets)

    assert task.parts is not None
    assert {name: len(paragraphs) for name, paragraphs in task.parts.items()} == {"drcd_train": 4, "drcd_dev": 6}
    assert task.asked[0] == Asked(
        "青石-1", "青石大桥长多少米？", ("150米",), "青石大桥长150米，建于1987年。", "drcd_dev-00000.txt"
    )


def test_english_questions_are_asked_over_the_chinese_paragraphs(sets: Path) -> None:
    english, chinese = load_task("english", None, sets), load_task("xquad", None, sets)

    assert english.asked[0].question == "How long is 青石-1?"
    assert isinstance(english.asked[0], Asked)
    assert english.asked[0].accepted == ("150米",)
    assert english.corpus == chinese.corpus


def test_question_sets_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"cmrc_dev\.json\. Set WENJU_EVAL"):
        load_task("cmrc", None, tmp_path)


def test_an_absent_question_has_its_article_taken_out_and_its_answer_nowhere(sets: Path) -> None:
    task = load_task("refusal", None, sets)

    assert task.parts is not None
    left = {paragraph.title: normalise(paragraph.text) for items in task.parts.values() for paragraph in items}
    asked = [item for item in task.asked if isinstance(item, Asked)]
    there, absent = [item for item in asked if item.answerable], [item for item in asked if not item.answerable]
    assert set(TRAIN) < set(left)
    assert len(there) == len(absent) == 4  # of the six dev articles four are out; the year of each stands elsewhere
    assert all(item.id.split("-")[0] in left for item in there)
    assert all(item.id.split("-")[0] not in left for item in absent)
    assert not any(normalise(text) in other for item in absent for text in item.accepted for other in left.values())
    assert task == load_task("refusal", None, sets)


def test_a_refusal_sample_has_equal_halves(sets: Path) -> None:
    train, dev = load_squad("drcd_train", sets), load_squad("drcd_dev", sets)

    assert [item.answerable for item in refusal_task(train, dev, 4).asked] == [True, True, False, False]
    assert refusal_task(train, dev, None, share=0.0).asked == ()


# --- what is right


def _given(*texts: str, files: Sequence[str] = ()) -> Answer:
    passages = tuple(Passage("", "", "", None, (Source(file, "line", 1, 1),), (), 0.0, Signals()) for file in files)
    return Answer("问?", "问?", texts, None, 0.5, None, passages, ())


def test_the_right_passage_is_any_of_the_own_paragraphs_and_the_answer_is_all_its_texts() -> None:
    item = Asked("1", "问?", ("甲乙",), "甲乙。", "a.txt")

    assert judge(item, _given("甲", "乙", files=("b.txt", "a.txt"))) == (2, True, 1.0)
    assert judge(item, _given("甲", files=("b.txt",))) == (0, False, 2 / 3)
    assert judge(item, _given()) == (0, False, 0.0)


def test_an_answer_to_what_is_absent_is_wrong_even_where_it_is_the_accepted_one() -> None:
    item = Asked("1", "问?", ("甲乙",), "甲乙。", None)

    assert judge(item, _given("甲乙", files=("a.txt",))) == (0, False, 0.0)


# --- asking


@pytest.mark.parametrize("row", ["lexical", "dense", "reader"])
def test_a_row_asks_every_question_of_an_index_of_all_paragraphs(sets: Path, tmp_path: Path, row: str) -> None:
    task = load_task("drcd", None, sets)

    outcomes = _bench(tmp_path).measure(task, [ROW[row]])[row]

    assert [item.id for item in outcomes] == [item.id for item in task.asked]
    assert all(item.rank == 1 for item in outcomes)
    assert all(item.answered and item.confidence is not None and item.seconds > 0 for item in outcomes)
    assert outcomes[0].given == "150米"
    assert len(list((tmp_path / "drcd" / "corpus").iterdir())) == 10


def test_the_reader_alone_reads_the_own_paragraph_and_needs_no_index(sets: Path, tmp_path: Path) -> None:
    outcomes = _bench(tmp_path).measure(load_task("cmrc", None, sets), [ROW["paragraph"]])["paragraph"]

    assert [item.exact for item in outcomes] == [True, False] * 6
    assert outcomes[0].confidence is None
    assert not (tmp_path / "cmrc").exists()


def test_a_finished_row_is_not_asked_again_but_another_one_is(sets: Path, tmp_path: Path) -> None:
    task = load_task("cmrc", 3, sets)
    first = _bench(tmp_path).measure(task, [ROW["lexical"]])

    again = _bench(tmp_path).measure(task, [ROW["lexical"], ROW["dense"]])

    assert again["lexical"] == first["lexical"]  # seconds too, so it was not measured twice
    assert len(again["dense"]) == 3
    assert _bench(tmp_path).measure(task, [ROW["dense"]])["dense"] == again["dense"]


@pytest.mark.parametrize("commit", ["abc1234-dirty", "unknown", "def5678"])
def test_what_other_code_measured_is_measured_anew(sets: Path, tmp_path: Path, commit: str) -> None:
    task = load_task("cmrc", 3, sets)
    kept = _bench(tmp_path).measure(task, [ROW["paragraph"]])["paragraph"]
    Kept(tmp_path / "rows", commit).write("cmrc", task.fingerprint, "lexical", [])

    assert Kept(tmp_path / "rows", "abc1234").read("cmrc", task.fingerprint, "paragraph") == kept
    assert Kept(tmp_path / "rows", commit).read("cmrc", task.fingerprint, "paragraph") is None
    if commit != "def5678":
        assert Kept(tmp_path / "rows", commit).read("cmrc", task.fingerprint, "lexical") is None


def test_outcomes_of_other_questions_are_not_taken_up(sets: Path, tmp_path: Path) -> None:
    _bench(tmp_path).measure(load_task("cmrc", 3, sets), [ROW["paragraph"]])

    assert len(_bench(tmp_path).measure(load_task("cmrc", 4, sets), [ROW["paragraph"]])["paragraph"]) == 4


def test_the_refusal_index_takes_over_the_vectors_of_the_whole_one(sets: Path, tmp_path: Path) -> None:
    encoder = CountingEncoder(256)
    bench = _bench(tmp_path, encoder=encoder)
    bench.measure(load_task("drcd", 2, sets), [ROW["dense"]])
    encoded = len(encoder.passages)

    bench.measure(load_task("refusal", None, sets), [ROW["reader"]])

    assert len(encoder.passages) == encoded


def test_a_set_has_only_the_rows_that_say_something_of_it() -> None:
    every = list(ROW)

    assert [row.name for row in rows_of("seeds", every)] == every[:-1]
    assert [row.name for row in rows_of("refusal", every)] == ["reader", "refusing"]
    assert [row.name for row in rows_of("drcd", ["paragraph", "dense"])] == ["dense", "paragraph"]


# --- figures

RIGHT = Outcome("1", True, 1, True, 1.0, True, 0.9, 0.1, "甲")
NEAR = Outcome("2", True, 4, False, 0.6, True, 0.6, 0.2, "甲乙")
REFUSED = Outcome("3", True, 0, False, 0.0, False, 0.2, 0.3, "")
INVENTED = Outcome("4", False, 0, False, 0.0, True, 0.5, 0.4, "丙")
OUTCOMES = [RIGHT, NEAR, REFUSED, INVENTED]


def test_the_figures_of_a_row() -> None:
    figures = summarise(OUTCOMES)
    intervals = figures.pop("interval")

    assert figures == {
        "answerable": 3,
        "absent": 1,
        "found@1": 0.3333,
        "found@3": 0.3333,
        "found@5": 0.6667,
        "found@10": 0.6667,
        "mrr": 0.4167,
        "em": 0.3333,
        "f1": 0.5333,
        "answered": 0.6667,
        "em_answered": 0.5,
        "f1_answered": 0.8,
        "absent_refused": 0.0,
        "right": 0.5,
        "wrong": 0.25,
        "wrongly_refused": 0.25,
        "rightly_refused": 0.0,
        "median_seconds": 0.25,
        "p95_seconds": 0.4,
    }
    assert set(intervals) == {"found@1", "em", "f1"}
    assert intervals["f1"][0] < figures["f1"] < intervals["f1"][1]


def test_an_answer_counts_as_right_from_half_of_its_f1_or_only_if_exact() -> None:
    near, exact = confidence_figures(OUTCOMES), confidence_figures(OUTCOMES, exact=True)

    assert near["auroc"] == exact["auroc"] == 0.6667
    # In the order of confidence: right, near, invented, refused.
    assert near["aurc"] == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4, abs=1e-4)
    assert exact["aurc"] == pytest.approx((0 + 1 / 2 + 2 / 3 + 3 / 4) / 4, abs=1e-4)
    assert near["aurc"] == near["aurc_least"]
    assert near["aurc_answerable"] == pytest.approx((0 + 0 + 1 / 3) / 3, abs=1e-4)
    assert near["ece"] == pytest.approx((0.1 + 0.4 + 0.5 + 0.2) / 4)


def test_without_absent_questions_there_is_no_auroc() -> None:
    assert confidence_figures([RIGHT, NEAR])["auroc"] is None


def _figures(sets: Path) -> dict[str, Any]:
    measured = {
        "seeds": {name: OUTCOMES for name in ("lexical", "refusing")},
        "drcd": {name: [RIGHT, NEAR] for name in ("dense", "reader", "paragraph")},
        "refusal": {"reader": OUTCOMES, "refusing": [RIGHT, NEAR, REFUSED, replace(INVENTED, answered=False)]},
    }
    tasks = [Task(name, name, None, ()) if name == "seeds" else load_task(name, 4, sets) for name in measured]
    return {
        "machine": dict.fromkeys(("date", "commit", "processor", "system", "versions"), "x"),
        "sample": 4,
        "seed": 20,
        "sets": {task.name: figures_of(task, measured[task.name]) for task in tasks},
        "together": together([measured["refusal"]["reader"]]),
        "pictures": {"reliability": "quality-x-reliability.png"},
    }


def test_the_tables_show_what_was_measured_and_leave_out_the_rest(sets: Path) -> None:
    text = tables(_figures(sets))

    assert text.startswith("x, commit `x`, x, x, x. At most 4 questions a set, seed 20.\n")
    assert "| lexical + reader | 1 of 3 |" in text
    assert "**DRCD dev**: 4 questions over 10 paragraphs" in text
    assert "| fused + reader | 0.500 | 1.000 | 1.000 | 0.625 | 50.0 | 80.0 |" in text
    assert "| DRCD dev | 2 | 50.0 (0.0–100.0) | 80.0 (60.0–100.0) |" in text
    assert "| AUROC | 0.667 |" in text
    assert "| absent and refused | 1 of 1 |" in text
    assert "| answerable but refused | 1 of 3 |" in text
    assert "| DRCD dev, half of the questions absent | 4 | 50.0 | 0.0 | 25.0 | 25.0 |" in text
    assert "**Confidence over all sets**: 4 questions" in text
    assert "![reliability](results/quality-x-reliability.png)" in text
    assert "CMRC" not in text
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_every_set_of_the_benchmark_has_a_name_in_the_tables(sets: Path) -> None:
    for name in SETS:
        assert load_task(name, 2, sets).name == name


def test_the_figures_are_json(sets: Path) -> None:
    figures = _figures(sets)

    assert json.loads(json.dumps(figures)) == figures


def test_the_pictures_are_small_and_the_same_for_the_same_outcomes(tmp_path: Path) -> None:
    files = draw(OUTCOMES * 20, "abc1234", tmp_path)
    again = draw(OUTCOMES * 20, "abc1234", tmp_path / "again")

    assert (
        files
        == again
        == {
            "risk-coverage": "quality-abc1234-risk-coverage.png",
            "reliability": "quality-abc1234-reliability.png",
        }
    )
    for file in files.values():
        picture = (tmp_path / file).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) < 100_000
        assert picture == (tmp_path / "again" / file).read_bytes()


# --- the command


def test_the_command_takes_a_sample_or_everything() -> None:
    assert arguments_of([]).sample == 500
    assert arguments_of(["--full", "--sets", "seeds", "drcd"]).sets == ["seeds", "drcd"]
    for wrong in (["--full", "--sample", "5"], ["--sample", "1"], ["--sets", "squad"], ["--rows", "all"]):
        with pytest.raises(SystemExit):
            arguments_of(wrong)


def test_the_table_of_a_benchmark_goes_between_its_markers() -> None:
    before = README.read_text(encoding="utf-8")
    for name in ("basics", "quality"):
        after = with_table(before, name, "| new |\n")
        assert f"<!-- {name}: begin -->\n| new |\n<!-- {name}: end" in after
        assert with_table(after, name, "| newer |\n") == after.replace("| new |", "| newer |")
        assert after.split(f"<!-- {name}: begin -->")[0] == before.split(f"<!-- {name}: begin -->")[0]
    with pytest.raises(ValueError, match="quality: begin"):
        with_table("no markers", "quality", "| new |\n")


def test_a_table_has_a_line_a_row() -> None:
    assert markdown_table(("what", "figure"), [("a", "1"), ("b", "2")]) == (
        "| what | figure |\n|---|---|\n| a | 1 |\n| b | 2 |\n"
    )


def test_what_the_faster_runtime_costs_is_shown_in_points_of_each_row() -> None:
    def rows(found: float, f1: float) -> dict[str, dict[str, dict[str, float]]]:
        names = ("dense", "reader", "refusing", "paragraph")
        return {"drcd": {name: {"found@1": found, "f1": f1} for name in names}}

    lines = runtimes.table({"torch": rows(0.95, 0.8), "int8": rows(0.94, 0.805)}, ["drcd"]).splitlines()

    assert lines[0].startswith("| set | row | found at 1, torch | found at 1, int8 | found at 1, points | F1, torch |")
    assert lines[2] == "| DRCD dev | dense + reader | 95.0 | 94.0 | -1.0 | 80.0 | 80.5 | +0.5 |"
    assert lines[5] == "| DRCD dev | the reader on the question's own paragraph |  |  |  | 80.0 | 80.5 | +0.5 |"
