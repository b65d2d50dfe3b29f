"""The five seed files asked with the real model: answers, passages and lines, and the measures of the dev set."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chinese import tokens
from chinese.tokens import fold
from embeddings import Index
from embeddings.models.encoder import load_encoder
from embeddings.types import Source
from qa import QA, Answer
from qa.evaluation.cases import Case, Report, evaluate, load_cases
from qa.reading.reader import load_reader
from tests.conftest import REPOSITORY
from tests.qa.support import texts_stand_at_highlights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from opencc import OpenCC

pytestmark = pytest.mark.slow

CASES = load_cases(REPOSITORY / "tests" / "data" / "seeds_dev.jsonl")
VOLUNTEERS = "002_67ef5447cad4fcc2.txt"


@pytest.fixture(scope="module")
def opened(seeds_index: Path) -> Iterator[QA]:
    """The seeds with the real models, which are loaded once."""
    with closing(Index.open(seeds_index)) as index:
        yield QA(index, load_encoder(index.manifest.model), load_reader())


@pytest.fixture(scope="module")
def asked(opened: QA) -> dict[str, Answer]:
    """Every question of the dev set, answered."""
    return {case.question: opened.ask(case.question) for case in CASES}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("瑞华集团的产品生产周期是多少天?", "7天"),
        ("青岛科技创新园有多少家规上企业?", "47家"),
        ("青岛科技创新园有多少家规模以上企业?", "47家"),
        ("2020年青岛科技创新园有多少家规上企业?", "42家"),
        ("青岛科技创新园有多少家专精特新企业?", "13家"),
    ],
)
def test_a_figure_is_of_the_class_asked_for_and_not_what_it_was_before(opened: QA, question: str, answer: str) -> None:
    found = opened.ask(question)

    assert (found.texts, found.alternatives) == ((answer,), ())


def test_asking_imports_neither_model_libraries_nor_what_reads_documents(seeds_index: Path) -> None:
    unneeded = (
        "torch",
        "transformers",
        "tokenizers",
        "markdown_it",
        "charset_normalizer",
        "embeddings.splitting.articles",
        "embeddings.building",
    )
    code = (
        f"import sys; from qa import QA; QA.open({str(seeds_index)!r}).ask({CASES[0].question!r})\n"
        f"print([name for name in {unneeded} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def report(asked: dict[str, Answer]) -> Report:
    return evaluate(asked.__getitem__, CASES)


@pytest.mark.parametrize(
    ("question", "answer", "sentence", "source"),
    [
        (
            "青岛科技创新园盘活了多少亩闲置低效用地?",
            "542亩",
            "据统计,园区现已累计盘活闲置低效用地542亩、盘活低效厂房2.9万平方米,改扩建老旧厂区1.9万平方米,"
            "为新引进入驻恒荣新材料、皓杰智能科技等41家高新技术产业提供生产及办公场地。",
            Source("000_a87f2dc0da82c9d6.txt", "line", 29, 29),
        ),
        (
            "How many projects did Qingdao High-tech Zone attract in 2023?",
            "311个",
            "全年新引进产业项目311个,10亿元以上项目9个;新增25个市级技术创新中心,市级以上技术创新中心突破100家,"
            "规上工业企业研发机构覆盖率达到90%。",
            Source("001_71228b73623e2934.txt", "line", 91, 101),
        ),
        (
            "李沧区的最美志愿者是谁?",
            "任均山",
            "最美志愿者:任均山 青岛市李沧区任均山便民志愿服务岗队长",
            Source(VOLUNTEERS, "line", 85, 95),
        ),
        (
            "青岛高新区行政审批局把办理时间缩短到了几天?",
            "3天",
            "将以往各部门间的“串联”审批改为“并联”审批,办理时间由1个月缩短至3天。",
            Source("003_48c6dd92c4d933df.txt", "line", 41, 45),
        ),
        (
            "市北區哪家企業成功登陸創業板?",
            "百洋醫藥",
            "融匯芯科基金完成國產智能座艙芯片項目投資,百洋醫藥成功登陸創業板,生命健康科技高端智造產業基地一期竣工,",
            Source("004_2e60b0d6f2ce6e90.txt", "line", 9, 9),
        ),
    ],
)
def test_each_seed_file_answers_from_its_own_sentence_and_lines(
    asked: dict[str, Answer], question: str, answer: str, sentence: str, source: Source
) -> None:
    found = asked[question]

    assert (found.texts, found.reason) == ((answer,), None)
    passage = found.passages[0]
    assert sentence in passage.text
    assert passage.sources == (source,)
    (mark,) = passage.highlights
    assert passage.text[slice(*mark)] == answer
    place = passage.text.index(sentence)
    assert place <= mark[0] < mark[1] <= place + len(sentence)


@pytest.mark.parametrize("case", [case for case in CASES if case.answerable], ids=lambda case: case.id)
def test_what_is_answered_stands_on_the_lines_that_are_named(asked: dict[str, Answer], case: Case) -> None:
    found = asked[case.question]
    for passage in found.passages:
        on_disk = ""
        for source in passage.sources:
            lines = (REPOSITORY / "seeds" / source.file).read_text(encoding="utf-8").splitlines()
            assert 1 <= source.start <= source.end <= len(lines)
            on_disk += "".join(lines[source.start - 1 : source.end])
        for start, end in passage.highlights:
            # Pinyin notes stand between the characters on disk, so the marked ones are looked for in order.
            rest = iter(fold(on_disk))
            assert all(character in rest for character in fold(passage.text[start:end]) if character.isalnum())


def test_the_dev_questions_are_answered_as_well_as_the_project_promises(report: Report) -> None:
    assert (report.answerable, report.absent) == (50, 8)
    assert report.hit_at_1 >= 49, report.misses
    assert report.hit_at_3 >= 49, report.misses
    assert report.exact >= 49, report.misses
    assert report.refused == 8, report.misses
    assert report.wrongly_refused <= 1, report.misses


@pytest.mark.parametrize("k", [1, 14, 50])
def test_k_changes_no_dev_answer_only_how_many_passages_are_shown(opened: QA, asked: dict[str, Answer], k: int) -> None:
    for question, usual in asked.items():
        found = opened.ask(question, k=k)
        assert (found.texts, found.reason, found.confidence) == (usual.texts, usual.reason, usual.confidence), question
        both = min(k, 5)
        assert [item.text for item in found.passages[:both]] == [item.text for item in usual.passages[:both]], question
        assert min(k, 40) <= len(found.passages) <= k or len(found.parts) > k


def test_the_second_part_of_a_question_is_refused_where_it_is_about_another_place(opened: QA) -> None:
    """Nothing there tells of the harbour of the second part, whatever the first part is."""
    known = next(case for case in CASES if case.answerable)
    answer = opened.ask(f"{known.question.rstrip('?？')},东港码头总投资是多少?谢谢")

    assert answer.reason is None
    assert [bool(part.texts) for part in answer.parts] == [True, False]
    assert answer.texts == opened.ask(known.question).texts


def test_every_text_of_every_dev_answer_stands_at_a_highlight(asked: dict[str, Answer]) -> None:
    for question, answer in asked.items():
        assert texts_stand_at_highlights(answer), (question, answer)
        assert (answer.reason is None) == bool(answer.texts), question
        assert len(answer.passages) == 5, question
        assert 0 <= answer.confidence <= 1


def test_no_sentence_of_a_dev_answer_is_shown_twice(asked: dict[str, Answer]) -> None:
    for question, answer in asked.items():
        sentences = [
            sentence
            for passage in answer.passages
            for sentence in passage.text.replace("\n", "。").split("。")
            if len(sentence) > 15
        ]
        assert len(sentences) == len(set(sentences)), question


@pytest.mark.parametrize(
    ("question", "code", "said"),
    [("深圳高新区2023年引进了多少个项目?", "name", "深圳"), ("青岛高新区2025年引进了多少个项目?", "year", "2025年")],
)
def test_another_place_and_another_year_are_refused_and_the_nearest_passages_kept(
    asked: dict[str, Answer], question: str, code: str, said: str
) -> None:
    found = asked[question]

    assert found.reason is not None
    assert found.reason.code == code
    assert said in found.reason.zh
    assert any("311个" in passage.text for passage in found.passages)


_PROGRAM = """
import json, sys
from embeddings import rebuild
from qa import QA
report = rebuild("seeds", sys.argv[1], progress=False)
assert report.encoded == 0, report
qa = QA.open(sys.argv[1])
print(json.dumps([qa.ask(question, k=10).to_dict() for question in sys.argv[2:]]))
"""


def test_two_builds_and_asks_are_alike_whatever_the_hash_seed(seeds_index: Path, tmp_path: Path) -> None:
    questions = [
        "How many business entities did Qingdao High-tech Zone have in 2023?",
        "哪两家企业获评2023年度国家级绿色工厂?",
        "“高新贷”为企业授信了多少?",
        "市北區哪家企業成功登陸創業板?",
        "深圳高新区2023年引进了多少个项目?",
    ]
    running = []
    for seed in ("0", "4242"):
        index = tmp_path / seed
        shutil.copytree(seeds_index / "vectors", index / "vectors")
        environment = {**os.environ, "PYTHONHASHSEED": seed, "HF_HUB_OFFLINE": "1"}
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(index), *questions],
                cwd=REPOSITORY,
                env=environment,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
        )
    first, second = (process.communicate(timeout=300)[0] for process in running)

    assert [process.returncode for process in running] == [0, 0]
    answers = json.loads(first)
    assert answers == json.loads(second)
    assert [answer["question"] for answer in answers] == questions
    assert answers[-1]["reason"] is not None


def test_a_text_is_folded_once_however_many_ask_of_it(opened: QA, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = _Counted(tokens._converter())
    monkeypatch.setattr(tokens, "_converter", lambda: counted)
    with closing(Index.open(opened.index.path)) as fresh:
        qa = QA(fresh, opened.encoder, opened.reader)
        first, again = qa.ask(CASES[0].question), counted.characters
        qa.ask(CASES[0].question)

    # When each stage folded for itself it was 102,035 characters.
    assert 0 < again <= 102_035 // 5
    assert counted.characters - again < again // 4, "what was read for the question before is kept"
    assert first.texts


class _Counted:
    """OpenCC, counting what it converts."""

    def __init__(self, converter: OpenCC) -> None:
        self._converter = converter
        self.characters = 0

    def convert(self, text: str) -> str:
        self.characters += len(text)
        converted: str = self._converter.convert(text)
        return converted
