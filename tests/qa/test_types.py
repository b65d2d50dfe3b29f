from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import qa
from qa.types import Alternative, Answer, Passage, Reason, Signals, Source

if TYPE_CHECKING:
    from qa import QA

PASSAGE = Passage(
    text="引进项目311个,总投资420亿元。",
    title="成绩单",
    section="开放引领",
    date="--12-25",
    sources=(Source("a/甲.txt", "line", 3, 5), Source("乙.pdf", "page", 1, 1)),
    highlights=((4, 8), (12, 17)),
    score=2.5,
    signals=Signals(("引进", "项目"), 0.75, None, 0.5, ("引进", "项目")),
)
ANSWERED = Answer("问?", "沈阳问?", ("311个", "420亿元"), "311", 0.875, None, (PASSAGE,), (Alternative("31个", 0),))
REFUSED = Answer("问?", "问?", (), None, 0.0, Reason("name", "没有", "nothing"), (PASSAGE,), ())


@pytest.mark.parametrize("answer", [ANSWERED, REFUSED, replace(ANSWERED, of=3), replace(ANSWERED, agreeing=2)])
def test_an_answer_survives_the_way_through_json(answer: Answer) -> None:
    assert Answer.from_dict(answer.to_dict()) == answer
    assert Answer.from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


def test_an_answer_as_a_dict_has_exactly_these_fields() -> None:
    assert ANSWERED.to_dict() == {
        "question": "问?",
        "asked": "沈阳问?",
        "texts": ["311个", "420亿元"],
        "text": "311个、420亿元",
        "gloss": "311",
        "confidence": 0.875,
        "reason": None,
        "passages": [
            {
                "text": "引进项目311个,总投资420亿元。",
                "title": "成绩单",
                "section": "开放引领",
                "date": "--12-25",
                "sources": [
                    {"file": "a/甲.txt", "unit": "line", "start": 3, "end": 5},
                    {"file": "乙.pdf", "unit": "page", "start": 1, "end": 1},
                ],
                "highlights": [[4, 8], [12, 17]],
                "score": 2.5,
                "signals": {
                    "matched": ["引进", "项目"],
                    "dense": 0.75,
                    "lexical": None,
                    "reader": 0.5,
                    "words": ["引进", "项目"],
                },
            }
        ],
        "alternatives": [{"text": "31个", "passage": 0}],
        "parts": [],
        "agreeing": 1,
        "of": None,
        "worked_out": None,
    }


def test_a_refusal_as_a_dict_has_its_reason_in_both_languages_and_no_text() -> None:
    data = REFUSED.to_dict()

    assert data["reason"] == {"code": "name", "zh": "没有", "en": "nothing"}
    assert data["texts"] == []
    assert data["text"] is None


def _only_json_types(value: Any) -> bool:
    if isinstance(value, dict):
        return all(type(key) is str and _only_json_types(item) for key, item in value.items())
    if isinstance(value, list):
        return all(_only_json_types(item) for item in value)
    return value is None or type(value) in (str, int, float, bool)


@pytest.mark.parametrize("question", ["东港2023年建成了多少座码头?", "北港2023年建成了多少座码头?"])
def test_what_a_real_answer_holds_are_json_types_only(small: QA, question: str) -> None:
    data = small.ask(question).to_dict()

    assert _only_json_types(data)
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_the_text_joins_the_texts_and_is_none_without_any() -> None:
    assert ANSWERED.text == "311个、420亿元"
    assert replace(ANSWERED, texts=("311个",)).text == "311个"
    assert REFUSED.text is None


def test_answers_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        ANSWERED.confidence = 1.0  # type: ignore[misc]


def test_the_package_exports_what_the_readme_imports() -> None:
    assert sorted(qa.__all__) == ["Answer", "AnswerPart", "Figure", "Passage", "QA", "Scope", "Source", "ask"]
