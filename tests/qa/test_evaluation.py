from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chinese.errors import WenjuError
from qa.evaluation.cases import Case, Miss, evaluate, found_at, is_exact, load_cases
from qa.types import Alternative, Answer, AnswerPart, Passage, Reason, Signals, Source

if TYPE_CHECKING:
    from pathlib import Path


def _passage(text: str, *files: str) -> Passage:
    sources = tuple(Source(file, "line", 1, 1) for file in files or ("a.txt",))
    return Passage(text, "", "", None, sources, (), 0.0, Signals())


def _given(*texts: str, alternatives: tuple[str, ...] = (), passages: tuple[Passage, ...] = ()) -> Answer:
    reason = None if texts else Reason("weak", "没有", "nothing")
    others = tuple(Alternative(text, 0) for text in alternatives)
    return Answer("问?", "问?", texts, None, 0.5, reason, passages, others)


def _case(*groups: tuple[str, ...], evidence: tuple[str, ...] = ("甲",), answerable: bool = True) -> Case:
    return Case("c", "问?", groups, "a.txt", evidence, answerable)


# --- exact


@pytest.mark.parametrize(
    ("accepted", "given", "exact"),
    [
        ("311个", "311个", True),
        ("311个", "３１１ 個", True),
        ("311个", "311个项目", False),
        ("311个项目", "311个", False),
        ("311个", "31个", False),
        ("5000余人", "5000人", True),
        ("11.8万人", "超11.8万人", True),
        ("18297户", "18,297户", True),
        ("77.5亿元", "775亿元", False),
        ("增产增效不增地", "“增产增效不增地”", True),
        ("百川医药", "百川醫藥", True),
        ("近百家", "百家", False),
    ],
)
def test_an_answer_is_exact_if_it_equals_what_is_accepted(accepted: str, given: str, exact: bool) -> None:
    assert is_exact(_case((accepted,)), _given(given)) is exact


def test_any_string_of_a_group_will_do() -> None:
    case = _case(("311个", "311"))

    assert is_exact(case, _given("311"))
    assert is_exact(case, _given("311个"))
    assert not is_exact(case, _given("312"))


def test_every_group_needs_a_string_of_its_own() -> None:
    case = _case(("80个",), ("532亿元",))

    assert is_exact(case, _given("80个", "532亿元"))
    assert is_exact(case, _given("532亿元", "80个"))
    assert not is_exact(case, _given("80个"))
    assert not is_exact(case, _given("532亿元"))


def test_an_alternative_counts_like_a_text() -> None:
    case = _case(("4.4亿元",), ("45530万元",))

    assert is_exact(case, _given("4.4亿元", alternatives=("45530万元",)))
    assert is_exact(_case(("4.4亿元",)), _given("45530万元", alternatives=("4.4亿元",)))
    assert not is_exact(case, _given("4.4亿元", alternatives=("1亿元",)))


def test_all_texts_joined_count_but_not_some_of_them() -> None:
    case = _case(("东区、西区、南区",))

    assert is_exact(case, _given("东区", "西区", "南区"))
    assert not is_exact(case, _given("西区", "东区", "南区"))
    assert not is_exact(case, _given("东区", "西区"))
    assert not is_exact(_case(("东区、西区",)), _given("东区", "西区", "南区"))
    assert not is_exact(case, _given("东区", "西区", alternatives=("南区",)))


def test_no_answer_and_no_accepted_string_are_never_exact() -> None:
    assert not is_exact(_case(("311个",)), _given())
    assert not is_exact(_case(), _given("311个"))
    assert not is_exact(_case(()), _given("311个"))


# --- found at


def test_a_passage_counts_if_it_is_of_the_file_and_holds_a_piece_of_evidence() -> None:
    case = _case(evidence=("引进項目", "盘活用地"))
    passages = (
        _passage("引进项目", "b.txt"),
        _passage("别的", "a.txt"),
        _passage("园区 盘活\n用地542亩", "b.txt", "a.txt"),
        _passage("引进项目", "a.txt"),
    )

    assert found_at(case, passages) == 3
    assert found_at(case, passages[3:]) == 1
    assert found_at(case, passages[:2]) == 0
    assert found_at(case, ()) == 0
    assert found_at(_case(evidence=()), passages) == 0


def test_a_case_that_names_no_file_is_found_in_any() -> None:
    case = Case("c", "问?", (("甲",),), None, ("甲",), True)

    assert found_at(case, (_passage("乙", "a.txt"), _passage("有甲", "b.txt"))) == 2


# --- the whole


def test_counts_over_a_set_of_questions() -> None:
    there, other = _passage("甲", "a.txt"), _passage("乙", "a.txt")
    answers = {
        "first": _given("1个", passages=(there,)),
        "third": _given("1个", passages=(other, other, there)),
        "fourth": _given("1个", passages=(other, other, other, there)),
        "inexact": _given("2个", passages=(there,)),
        "nowhere": _given("2个", passages=(other,)),
        "refused": _given(passages=(there,)),
        "absent": _given(),
        "invented": _given("3个"),
    }
    cases = [
        Case(name, name, (("1个", "1"), ("1个",)), "a.txt", ("甲",), name not in ("absent", "invented"))
        for name in answers
    ]
    ticks: list[int] = []

    report = evaluate(answers.__getitem__, cases, lambda: ticks.append(1))

    assert (report.answerable, report.hit_at_1, report.hit_at_3) == (6, 3, 4)
    assert (report.exact, report.wrongly_refused) == (3, 1)
    assert (report.absent, report.refused) == (2, 1)
    assert report.wrong == len(("inexact", "nowhere", "invented"))
    assert report.share_right == (3 + 1) / 8
    assert report.hit_at_5 == 4 + 1
    assert report.mrr == pytest.approx((1 + 1 + 1 + 1 / 3 + 1 / 4) / 6, abs=1e-4)
    assert 0 <= report.median_ms <= report.p95_ms
    assert len(ticks) == 8
    wanted = "1个|1 + 1个"
    assert report.misses == (
        Miss("third", "third", "rank 3", wanted, "1个"),
        Miss("fourth", "fourth", "rank 4", wanted, "1个"),
        Miss("inexact", "inexact", "inexact", wanted, "2个"),
        Miss("nowhere", "nowhere", "rank - inexact", wanted, "2个"),
        Miss("refused", "refused", "refused", wanted, "weak"),
        Miss("invented", "invented", "answered", "", "3个"),
    )
    data = report.to_dict()
    assert (data["hit@1"], data["hit@3"], data["exact"]) == (3, 4, 3)
    assert set(data) == {
        "answerable",
        "hit@1",
        "hit@3",
        "hit@5",
        "mrr",
        "exact",
        "wrongly_refused",
        "absent",
        "refused",
        "median_ms",
        "p95_ms",
        "wrong",
        "misses",
    }


def test_a_part_that_is_refused_is_named_in_what_came() -> None:
    parts = (AnswerPart("甲?", ("1个",), 0.9, None), AnswerPart("乙?", (), 0.1, Reason("year", "没有", "nothing")))
    answer = replace(_given("1个", passages=(_passage("甲", "a.txt"),)), parts=parts)

    report = evaluate(lambda _: answer, [_case(("1个",), ("2个",))])

    assert (report.exact, report.wrongly_refused) == (0, 0)
    assert [(miss.kind, miss.got) for miss in report.misses] == [("inexact", "1个; year")]


def test_no_questions_are_counted_as_none() -> None:
    report = evaluate(lambda _: _given(), [])

    assert (report.answerable, report.absent, report.misses) == (0, 0, ())
    assert (report.mrr, report.median_ms, report.p95_ms) == (0.0, 0.0, 0.0)


# --- the file

LINE = {"id": "q1", "question": "问?", "answers": [["甲", "乙"], ["丙"]], "source": "a.txt", "evidence": ["丁"]}


def test_questions_are_read_from_lines_of_json(tmp_path: Path) -> None:
    absent = {"id": 2, "question": "无?", "answers": [], "source": None, "evidence": [], "answerable": False}
    lines = [{**LINE, "answerable": True, "lang": "zh"}, absent]
    file = tmp_path / "cases.jsonl"
    file.write_text("\ufeff\n" + "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")

    assert load_cases(file) == [
        Case("q1", "问?", (("甲", "乙"), ("丙",)), "a.txt", ("丁",), True),
        Case("2", "无?", (), None, (), False),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"Line 2 of .*cases.jsonl is not a question: not JSON"),
        ("[]", r"Line 2 .*id, question, answers, source, evidence, answerable missing or of the wrong type"),
        (json.dumps(LINE), r"Line 2 .*answerable missing or of the wrong type"),
        (json.dumps({**LINE, "answerable": 1}), r"answerable missing"),
        (json.dumps({**LINE, "answerable": True, "answers": ["甲"]}), r"answers missing"),
        (json.dumps({**LINE, "answerable": True, "evidence": "丁"}), r"evidence missing"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps({**LINE, "answerable": True}) + "\n" + line + "\n", encoding="utf-8")

    with pytest.raises(WenjuError, match=message):
        load_cases(file)


def test_a_file_that_is_missing_empty_or_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n \n", encoding="utf-8")
    (tmp_path / "gbk.jsonl").write_bytes("问题".encode("gbk"))

    with pytest.raises(WenjuError, match=r"none\.jsonl: No such file"):
        load_cases(tmp_path / "none.jsonl")
    with pytest.raises(WenjuError, match=r"empty\.jsonl holds no questions"):
        load_cases(tmp_path / "empty.jsonl")
    with pytest.raises(WenjuError, match=r"gbk\.jsonl: not UTF-8"):
        load_cases(tmp_path / "gbk.jsonl")
