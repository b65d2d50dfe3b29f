"""The sets of the reader's later stages, on invented paragraphs in a folder of the test's own."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.corpora import build_corpus
from benchmarks.news_negatives import find_near, kept_near, load_news
from benchmarks.reader_data import Asked, Mixture, epoch_examples, is_held_out
from benchmarks.reader_mean import write_mean
from benchmarks.reader_sets import Lookalikes, load_parts, nearest_part, pairs_of
from benchmarks.reader_stages import Figures, Read, figures_of, questions_of
from benchmarks.squad import Paragraph, SquadQuestion
from benchmarks.tasks import Asked as Item
from benchmarks.train_reader import Setting, few_of_each, near_for
from benchmarks.training_stages import STAGES, stage_of
from benchmarks.written import written_examples
from tests.support import CountingEncoder

if TYPE_CHECKING:
    from pathlib import Path

BRIDGE = "棠湾大桥全长1250米。大桥由远航集团设计。"
OTHER = "沅浦公园早晚开放。砚泉大桥全长800米，由青松集团设计。公园里有一座凉亭。"
NEWS = ("岫坪县昨天下雨。", "嵇堰大桥全长640米，设计者是白露集团。", "又一座全长1250米的大桥通车。")


def _write(folder: Path, name: str, *paragraphs: tuple[str, str, str, str | None]) -> None:
    """A set of paragraphs as (title, text, question, answer); without an answer, None."""
    data: list[dict[str, Any]] = []
    for number, (title, text, question, answer) in enumerate(paragraphs):
        answers = [] if answer is None else [{"text": answer, "answer_start": text.index(answer)}]
        asked = {
            "id": f"{name.partition('.')[0]}-{number}",
            "question": question,
            "answers": answers,
            "is_impossible": answer is None,
        }
        data.append({"title": title, "paragraphs": [{"context": text, "qas": [asked]}]})
    (folder / f"{name}.json").write_text(json.dumps({"data": data}, ensure_ascii=False), encoding="utf-8")


def _asked(answer: str = "1250米") -> Asked:
    question = SquadQuestion("q", "棠湾大桥全长多少米?", ((answer, BRIDGE.index(answer)),))
    return Asked("cmrc2018_train", Paragraph(0, 0, "棠湾大桥", BRIDGE, (question,)), question, ())


def test_the_sets_come_with_their_names_and_numbers_of_files_are_no_headlines(tmp_path: Path) -> None:
    _write(tmp_path, "cmrc2018_train", ("棠湾大桥", BRIDGE, "棠灣大橋全長多少米?", "1250米"))
    _write(tmp_path, "crud_news_train", ("part_2:17739", OTHER, "谁设计了砚泉大桥?", "青松集团"))
    bridge, news = load_parts(("cmrc2018_train", "crud_news_train"), tmp_path)

    assert (bridge.part, bridge.paragraph.title, bridge.question.text) == (
        "cmrc2018_train",
        "棠湾大桥",
        "棠湾大桥全长多少米?",
    )
    assert (news.part, news.paragraph.title) == ("crud_news_train", "")


def test_english_questions_come_over_both_languages(tmp_path: Path) -> None:
    _write(tmp_path, "xquad_train.zh", ("Bridge", BRIDGE, "大桥有多长?", "1250米"))
    _write(tmp_path, "xquad_train.en", ("Bridge", "The bridge is 1250 m long.", "How long is the bridge?", "1250 m"))
    texts = [(item.question.text, item.paragraph.text[:3]) for item in load_parts(("xquad_train.zh",), tmp_path)]

    assert texts == [
        ("大桥有多长?", "棠湾大"),
        ("How long is the bridge?", "棠湾大"),
        ("How long is the bridge?", "The"),
    ]


def test_what_looks_alike_is_of_another_paragraph_and_holds_no_answer() -> None:
    asked = _asked()
    others = [
        Paragraph(1, 1, "", OTHER, ()),
        Paragraph(2, 2, "", "1250米长的大桥全长。", ()),
        Paragraph(3, 3, "", "无关。", ()),
    ]
    near = Lookalikes([asked.paragraph, *others]).near_of(asked)

    assert near == (OTHER,)


def test_the_part_that_shares_most_with_a_question_is_taken() -> None:
    text = "开头的一句没有什么。" * 4 + "砚泉大桥全长800米。" + "结尾的一句也没有什么。" * 4

    assert nearest_part(text, pairs_of("大桥全长多少米"), longest=14) == "砚泉大桥全长800米。"
    assert nearest_part("", {"大桥"}) == ""


def test_a_question_that_its_paragraph_does_not_answer_is_shown_as_such_once() -> None:
    question = SquadQuestion("none", "大桥哪年通车?", ())
    item = Asked("fewfc_train", Paragraph(0, 0, "", BRIDGE, (question,)), question, ())
    made = epoch_examples([item], {}, 7, 0, Mixture(1, 1, 1, 0, 0), lambda _: ("另一段。",))

    assert [(example.text, example.answer) for example in made] == [(BRIDGE, None)]


def test_what_looks_alike_is_looked_for_only_where_a_negative_is_drawn() -> None:
    looked: list[str] = []

    def near_of(item: Asked) -> tuple[str, ...]:
        looked.append(item.question.id)
        return (OTHER,)

    made = epoch_examples([_asked()] * 100, {}, 7, 0, Mixture(0.2, 0, 0, 0, 0), near_of)

    assert 8 < len(looked) < 35
    assert sum(example.answer is None for example in made) == len(looked)


def test_a_tenth_of_a_set_without_articles_is_held_out_by_paragraph() -> None:
    out = [number for number in range(40) if is_held_out("fewfc_train", Paragraph(number, 0, "", "", ()))]

    assert out == [4, 14, 24, 34]


def test_no_stage_shows_more_template_questions_than_others() -> None:
    """Counts of questions as the sets' own README has them; of those written for the project, of their windows."""
    written = len(written_examples(1, 7))
    sizes = {"cmrc2018": 10_093, "cmrc": 479, "drcd": 5_498, "drcd_more": 1_960, "crud_news": 2_532, "fewfc": 26_000}
    for stage in STAGES:
        shown = {name: share * sizes.get(name, 322) for name, share in stage.shares.items()}
        from_templates = shown.get("fewfc", 0) + stage.made
        assert from_templates < 0.5 * (sum(shown.values()) + stage.made + stage.written * written), stage.name
        assert stage.minutes <= 100
        assert all(name in [one.name for one in STAGES] for name in stage.after)


# --- what a stage gained


def test_a_row_tells_right_answers_from_refused_ones() -> None:
    there = Item("a", "大桥多长?", ("1250米",), BRIDGE, "file")
    absent = Item("b", "大桥多高?", (), BRIDGE, None)
    read = [
        Read(there, "1250米", exact=True, f1=1.0, score=3.0),
        Read(there, "全长1250米", exact=False, f1=0.8, score=-1.0),
        Read(absent, "1250米", exact=False, f1=0.0, score=-2.0),
    ]

    assert figures_of(read) == Figures(exact=50.0, f1=90.0, refused=50.0, rightly_refused=100.0)
    assert str(figures_of(read)) == "50.0 90.0 (50/100)"
    assert str(figures_of(read[:2])) == "50.0 90.0 (50)"


def test_questions_with_and_without_an_answer_are_drawn_apart(tmp_path: Path) -> None:
    rows = [("", BRIDGE, f"问题{number}?", "1250米" if number % 2 else None) for number in range(10)]
    _write(tmp_path, "checklist_dev", *rows)
    drawn = questions_of("checklist_dev", 500, 3, tmp_path)

    assert [item.answerable for item in drawn] == [True] * 3 + [False] * 3
    assert drawn == questions_of("checklist_dev", 500, 3, tmp_path)


def test_shares_have_to_fit_the_weights_that_are_put_together(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 files and 1 shares"):
        write_mean([tmp_path / "a", tmp_path / "b"], [1.0], tmp_path / "out", Setting(tmp_path, 7, 0, 0, tmp_path))


# --- news


@pytest.fixture
def news(tmp_path: Path) -> list[Paragraph]:
    with gzip.open(tmp_path / "news_docs.jsonl.gz", "wt", encoding="utf-8") as out:
        out.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in NEWS)
    return load_news(tmp_path)


def test_news_that_hold_an_answer_are_no_negatives(news: list[Paragraph], tmp_path: Path) -> None:
    encoder, file = CountingEncoder(), tmp_path / "near.jsonl"
    index = build_corpus({"news": news}, tmp_path, "news", encoder, progress=False)
    find_near([_asked()], index, encoder, file)

    near = kept_near(file)["q"]
    assert near[0] == NEWS[1]
    assert NEWS[2] not in near


def test_a_search_that_was_stopped_in_the_middle_of_a_line_goes_on(news: list[Paragraph], tmp_path: Path) -> None:
    encoder, file = CountingEncoder(), tmp_path / "near.jsonl"
    index = build_corpus({"news": news}, tmp_path, "news", encoder, progress=False)
    file.write_text('{"id": "first", "near": ["旧的"]}\n{"id": "q", "ne', encoding="utf-8")
    find_near([_asked()], index, encoder, file)

    assert kept_near(file)["first"] == ("旧的",)
    assert kept_near(file)["q"][0] == NEWS[1]


def test_what_was_found_in_the_news_goes_before_what_looks_alike(tmp_path: Path) -> None:
    (tmp_path / "news.near.jsonl").write_text('{"id": "q", "near": ["一条新闻。"]}\n', encoding="utf-8")
    asked = _asked()
    others = [Asked("cmrc2018_train", Paragraph(1, 1, "", OTHER, ()), asked.question, ())]
    with_news = near_for(stage_of("made"), [asked, *others], tmp_path)
    without = near_for(stage_of("whole"), [asked, *others], tmp_path)

    assert with_news is not None
    assert without is not None
    assert with_news(asked) == ("一条新闻。",)
    assert without(asked) == (OTHER,)
    assert near_for(stage_of("all"), [asked], tmp_path) is None


def test_a_few_of_each_set_are_looked_at_during_training() -> None:
    asked = [_asked()] * 9
    other = Asked("drcd_train", asked[0].paragraph, asked[0].question, ())

    assert [item.part for item in few_of_each([*asked, other], 7, 2)] == ["cmrc2018_train"] * 2 + ["drcd_train"]
