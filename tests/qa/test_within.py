"""Asked within chosen documents: nothing comes from outside, and the order is that of a search for all."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings import Index, rebuild
from embeddings.errors import IndexMismatch
from embeddings.store.narrowed import Narrowed
from qa.question.question import QuestionError
from qa.question.scope import Scope
from tests.qa.made_folders import made_files
from tests.qa.support import ENCODER, texts_stand_at_highlights
from tests.support import counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa import QA, Answer
    from tests.qa.made_folders import MadeFile

SEEDS = (1, 2, 3)
QUESTIONS = (
    "云岭县2023年新建了多少个果园?",
    "石桥高新区完成投资多少亿元?",
    "青溪镇新建标准厂房多少栋?",
    "哪一年新建的果园最多?",
    "新建果园最多的是哪个区?",
    "重大事项要怎样上报?",
    "石桥高薪区新建了多少个果园?",
    "How many projects did Yunling attract in 2023?",
)
PARTS = ("east", "west", "west/inner")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, tuple[QA, list[MadeFile]]]]:
    with ExitStack() as stack:
        found = {}
        for seed in SEEDS:
            folder, files = tmp_path_factory.mktemp("made"), made_files(seed)
            corpus = write_corpus(folder / "corpus", {item.path: item.text for item in files})
            rebuild(corpus, folder / "index", progress=False, encoder=ENCODER)
            index = stack.enter_context(closing(Index.open(folder / "index")))
            found[seed] = counting_qa(index, ENCODER), files
        yield found


def is_inside(item: MadeFile, scope: Scope) -> bool:
    """Whether a file is within a scope, told without the code that is tested."""
    named = not scope.files or any(item.path == path or item.path.startswith(f"{path}/") for path in scope.files)
    first, last = scope.since or "0000", (scope.until or "9999") + "~"
    return named and (not scope.has_dates or (item.date is not None and first <= item.date <= last))


def test_the_corpora_have_texts_that_stand_in_several_articles(made: dict[int, tuple[QA, list[MadeFile]]]) -> None:
    for qa, _ in made.values():
        copies = list(qa.index.copies())
        assert len({copy.title for copy in copies}) > 2
        assert {copy.title for copy in copies} - {chunk.title for chunk in qa.index.chunks([c.id for c in copies])}


@st.composite
def scopes(draw: st.DrawFn, files: list[MadeFile]) -> Scope:
    there = [path for path in PARTS if any(item.path.startswith(f"{path}/") for item in files)]
    paths = draw(st.lists(st.sampled_from([*there, *(item.path for item in files)]), max_size=3))
    since, until = draw(st.sampled_from([("", ""), ("2023", ""), ("", "2022"), ("2022-11", "2023-05"), ("2024", "")]))
    return Scope(tuple(paths), None, since, until)


def check_inside(answer: Answer, scope: Scope, files: list[MadeFile]) -> None:
    inside = {item.path: item for item in files if is_inside(item, scope)}
    worked = [answer.worked_out, *(part.worked_out for part in answer.parts)]
    figures = [figure for item in worked if item is not None for figure in item.figures]
    shown = [(item, item.text) for item in answer.passages] + [(item, item.sentence) for item in figures]
    for item, text in shown:
        own = [inside[source.file] for source in item.sources]  # KeyError: it comes from outside
        assert own, "a passage without a source"
        assert item.title in {file.title for file in own}
        assert item.date in {file.date for file in own}
        for sentence in filter(None, text.split("\n")):
            assert all(sentence[:20] in file.text for file in own)
    assert texts_stand_at_highlights(answer)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_nothing_comes_from_outside(made: dict[int, tuple[QA, list[MadeFile]]], data: st.DataObject) -> None:
    qa, files = made[data.draw(st.sampled_from(SEEDS))]
    scope, question = data.draw(scopes(files)), data.draw(st.sampled_from(QUESTIONS))
    answer = qa.ask(question, data.draw(st.sampled_from([1, 5, 50])), within=scope)
    check_inside(answer, scope, files)
    for figure in qa.figures("新建果园", within=scope):
        assert {source.file for source in figure.sources} <= {item.path for item in files if is_inside(item, scope)}
        assert figure.sentence[figure.start : figure.end] in figure.text


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_the_order_is_that_of_a_search_for_all_with_the_others_left_out(
    made: dict[int, tuple[QA, list[MadeFile]]], data: st.DataObject
) -> None:
    qa, files = made[data.draw(st.sampled_from(SEEDS))]
    part = qa.narrowed(data.draw(scopes(files)))
    k = data.draw(st.integers(1, 12))
    vector = ENCODER.encode_queries([data.draw(st.sampled_from(QUESTIONS))])[0]
    groups = [[("项目", 1.0), ("产业", 0.5)], [("企业", 1.0)], [("的", 1.0)]]
    kept = {chunk.id for chunk in part.all_chunks()}
    whole = qa.index
    assert part.search_dense(vector, k) == [hit for hit in whole.search_dense(vector, 999) if hit[0] in kept][:k]
    assert part.search_lexical(groups, k) == [hit for hit in whole.search_lexical(groups, 999) if hit[0] in kept][:k]


def test_within_all_documents_is_the_same_as_without_a_scope(made: dict[int, tuple[QA, list[MadeFile]]]) -> None:
    qa, files = made[1]
    everything = (
        Scope(),
        Scope((".",)),
        Scope(tuple(item.path for item in files)),
        Scope(tuple({item.path.partition("/")[0] for item in files})),
    )
    for question in QUESTIONS:
        expected = qa.ask(question)
        assert [qa.ask(question, within=scope) for scope in everything] == [expected] * len(everything)


# --- what a person meets

TWO_TOWNS = {
    "north/a.txt": page("云岭县简报", "2023年5月8日 本报记者 何云", "云岭县新建果园31个。"),
    "south/b.txt": page("青溪镇简报", "2024年1月9日 本报记者 何云", "青溪镇新建果园47个,新建码头2座。"),
    "south/c.txt": page("白塔区简报", "白塔区新建公园5座。"),
}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QA]:
    folder = tmp_path_factory.mktemp("two")
    rebuild(write_corpus(folder / "corpus", TWO_TOWNS), folder / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(folder / "index")) as index:
        yield counting_qa(index, ENCODER)


def test_an_answer_that_stands_outside_is_not_given_and_the_reason_speaks_of_the_chosen_documents(two: QA) -> None:
    assert two.ask("青溪镇新建果园多少个?").texts == ("47个",)
    assert two.ask("青溪镇新建果园多少个?", within=Scope(("south",))).texts == ("47个",)
    refused = two.ask("青溪镇新建果园多少个?", within=Scope(("north",)))
    assert refused.texts == ()
    assert refused.reason is not None
    assert "所选文档里" in refused.reason.zh
    assert "chosen documents" in refused.reason.en
    assert {source.file for passage in refused.passages for source in passage.sources} == {"north/a.txt"}


def test_a_word_that_only_others_have_is_said_not_to_be_in_the_chosen_documents(two: QA) -> None:
    refused = two.ask("码头是谁建的?", within=Scope(("north",)))
    assert refused.reason is not None
    assert refused.reason.zh.startswith("所选文档里没有出现“码头”")
    assert refused.reason.en.startswith('The chosen documents do not mention "码头"')


def test_articles_without_a_date_are_outside_of_dates_and_a_refusal_says_so(two: QA) -> None:
    assert two.ask("白塔区新建公园多少座?").texts == ("5座",)
    refused = two.ask("白塔区新建公园多少座?", within=Scope(since="2023"))
    assert refused.reason is not None
    assert refused.reason.zh.endswith("没有日期的 1 篇文章不在其中。")
    assert refused.reason.en.endswith("1 article has no date and is not among them.")
    assert two.ask("青溪镇新建果园多少个?", within=Scope(since="2024")).texts == ("47个",)
    assert two.ask("青溪镇新建果园多少个?", within=Scope(until="2023")).texts == ()


def test_where_no_article_is_of_the_time_asked_for_that_is_no_error(two: QA) -> None:
    refused = two.ask("新建果园多少个?", within=Scope(since="2031"))
    assert refused.reason is not None
    assert refused.reason.code == "empty"
    assert refused.reason.zh.startswith("所选文档里没有任何段落。")
    assert refused.passages == ()


def test_one_article_of_a_file_is_asked_by_its_number(two: QA) -> None:
    (number,) = {chunk.article for chunk in two.index.file_chunks("south/b.txt")}
    found = two.ask("新建码头多少座?", within=Scope(("south/b.txt",), number))
    assert found.texts == ("2座",)
    with pytest.raises(QuestionError, match=r"north/a\.txt.*no article of the number"):
        two.ask("新建码头多少座?", within=Scope(("north/a.txt",), number))


@pytest.mark.parametrize(("path", "meant"), [("nort", "north"), ("b.txt", "south/b.txt"), ("south/x.txt", "south/")])
def test_a_file_or_folder_that_is_not_there_is_named_with_what_may_be_meant(two: QA, path: str, meant: str) -> None:
    with pytest.raises(QuestionError, match="no file or folder") as raised:
        two.ask("新建码头多少座?", within=Scope((path,)))
    assert f'"{path}"' in str(raised.value)
    assert meant in str(raised.value)


def test_a_file_that_could_not_be_read_is_not_asked_within(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", TWO_TOWNS)
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7 no more")
    rebuild(corpus, tmp_path / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as index, pytest.raises(QuestionError, match="could not be read"):
        counting_qa(index, ENCODER).ask("新建码头多少座?", within=Scope(("broken.pdf",)))


def test_a_text_of_two_articles_is_shown_as_it_stands_in_the_chosen_one(tmp_path: Path) -> None:
    shared = "各单位要把标准厂房建设同水电管网工程一起推进,已经建成的厂房由园区统一对外招租,租金五年不变。"
    corpus = write_corpus(
        tmp_path / "corpus",
        {
            "one.txt": page("云岭县通知", "2022年3月5日 本报记者 何云", "云岭县印发通知。", "工作要求", shared),
            "two.txt": page("青溪镇通知", "2024年1月9日 本报记者 何云", "青溪镇建厂房9栋。", "工作要求", shared),
        },
    )
    rebuild(corpus, tmp_path / "index", progress=False, encoder=ENCODER)
    with closing(Index.open(tmp_path / "index")) as index:
        qa = counting_qa(index, ENCODER)
        assert [copy.title for copy in index.copies()] == ["青溪镇通知"]
        for scope in (Scope(("two.txt",)), Scope(since="2024"), Scope(("two.txt",), None, "2023-12", "2024-01-09")):
            found = qa.ask("厂房由谁统一对外招租?", within=scope)
            assert any("租金五年不变" in passage.text for passage in found.passages)
            for passage in found.passages:
                assert (passage.title, passage.date) == ("青溪镇通知", "2024-01-09")
                assert [source.file for source in passage.sources] == ["two.txt"]


def test_an_index_from_before_copies_were_kept_says_what_to_do(two: QA) -> None:
    index = two.index
    assert isinstance(index, Index)
    older = Index(index.layout, replace(index.manifest, pipeline=4))
    with closing(older), pytest.raises(IndexMismatch, match="wenju rebuild"):
        counting_qa(older, ENCODER).ask("新建果园多少个?", within=Scope(("north",)))


def test_a_scope_asked_again_is_not_looked_up_again(two: QA, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = Scope(("north",))
    first = two.narrowed(scope)
    assert isinstance(first, Narrowed)
    monkeypatch.setattr(Index, "standings", None)  # it may not be called
    assert two.narrowed(Scope(("north/", "./north"))) is first


# --- what is no scope


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"since": "2024", "until": "2023"}, "2024.*after.*2023"),
        ({"since": "May"}, "'May' is no date"),
        ({"until": "2023-13"}, "'2023-13' is no date"),
        ({"since": "2023-02-30"}, "is no date"),
        ({"since": 2023}, "since is 2023"),
        ({"files": ("",)}, "no file or folder"),
        ({"files": (3,)}, "3 is no file or folder"),
        ({"files": 3}, "must be a list"),
        ({"article": 2}, "article is 2"),
        ({"article": True, "files": ("a",)}, "article is True"),
        ({"article": 1, "files": ("a", "b")}, "the one file"),
    ],
)
def test_what_is_no_scope_is_named(made: dict[str, object], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        Scope(**made)  # type: ignore[arg-type]


def test_only_a_scope_is_one(two: QA) -> None:
    with pytest.raises(QuestionError, match="must be a Scope"):
        two.ask("新建码头多少座?", within="south")  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", [Scope(), Scope(("a/b", "c.txt"), None, "2023", "2023-05"), Scope(("a.txt",), 7)])
def test_a_scope_survives_json(scope: Scope) -> None:
    assert Scope.from_dict(scope.to_dict()) == scope
    with pytest.raises(QuestionError, match="folder"):
        Scope.from_dict({"folder": "a"})


def test_an_article_is_inside_only_if_all_that_its_date_may_mean_is() -> None:
    spring = Scope(since="2023-03", until="2023-05")
    assert [spring.holds_date(date) for date in ("2023-03-01", "2023-05-31", "2023-04")] == [True] * 3
    assert [spring.holds_date(date) for date in ("2023-02-28", "2023-06-01", "2023", "--04-02", None, "")] == [
        False
    ] * 6
    assert Scope(since="2023", until="2023").holds_date("2023")


def test_a_path_of_countless_accents_is_compared_at_once() -> None:
    # Two kinds of marks in the wrong order: the time to sort them grows with the square of how many there are.
    paths = [f"{number}a" + "\u0301" * 2000 + "\u0323" * 2000 for number in range(200)]
    began = time.process_time()
    Scope(tuple(paths))
    assert time.process_time() - began < 1
    assert Scope(("cafe\u0301.txt",)) == Scope(("caf\u00e9.txt",))
