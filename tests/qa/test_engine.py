from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import qa
from chinese.errors import ModelError, speaking
from embeddings import Index, rebuild
from embeddings.errors import IndexMismatch, IndexMissing
from qa import QA, defaults, engine
from qa.deciding.confidence import Calibration
from qa.deciding.ranking import Ranker
from qa.defaults import Defaults
from qa.english.lexicon import Lexicon
from qa.question.question import QuestionError, check_question
from tests.conftest import REPOSITORY
from tests.qa.support import CORPUS, ENCODER, texts_stand_at_highlights
from tests.support import AS_THE_READER, BY_RULES, CountingEncoder, CountingReader, counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from embeddings.models.encoder import Encoder

QUESTION = "东港2023年建成了多少座码头?"


class _Loads:
    """Stands in for load_encoder and remembers what was asked of it."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.models: list[str | None] = []

    def __call__(self, model: str | None = None, **_: object) -> Encoder:
        self.models.append(model)
        return self.encoder


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> _Loads:
    """No real models: the countable ones are what is loaded, whatever is named."""
    found = _Loads(ENCODER)
    monkeypatch.setattr(engine, "load_encoder", found)
    monkeypatch.setattr(engine, "load_reader", CountingReader)
    monkeypatch.setattr(Calibration, "load", lambda: AS_THE_READER)
    monkeypatch.setattr(Ranker, "load", lambda: BY_RULES)
    monkeypatch.setattr(import_module("embeddings.building.build"), "load_encoder", found)
    return found


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", CORPUS)


@pytest.fixture
def index(small_path: Path, tmp_path: Path) -> Path:
    """A copy of the small index that a test may change."""
    return Path(shutil.copytree(small_path, tmp_path / "index"))


@pytest.fixture
def opened(index: Path) -> Iterator[QA]:
    with closing(Index.open(index)) as found:
        yield counting_qa(found, ENCODER)


def _snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- opening


@pytest.mark.usefixtures("loads")
def test_opening_and_asking_write_nothing(index: Path) -> None:
    before = _snapshot(index)

    answer = QA.open(index).ask(QUESTION)

    assert answer.texts == ("3座",)
    assert _snapshot(index) == before


def test_a_missing_index_is_not_built_and_the_command_that_does_is_named(tmp_path: Path, loads: _Loads) -> None:
    missing = tmp_path / "my index"

    with pytest.raises(IndexMissing, match=r"wenju rebuild --index '.*my index'"):
        QA.open(missing)

    assert not missing.exists()
    assert loads.models == []


def test_the_model_of_the_index_is_loaded_unless_another_is_named(
    index: Path, loads: _Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    QA.open(index)
    QA.open(str(index), model="one")
    monkeypatch.setenv("WENJU_MODEL", "two")
    QA.open(index)
    QA.open(index, model="one")

    assert loads.models == ["counting", "one", "two", "one"]


def test_another_model_than_the_one_of_the_index_is_refused(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "load_encoder", _Loads(CountingEncoder(64, "other")))

    with pytest.raises(IndexMismatch, match=r"counting .* other .*wenju rebuild .*--model other"):
        QA.open(index)


# --- asking


def test_a_question_is_answered_from_its_passage(small: QA) -> None:
    answer = small.ask(f"  {QUESTION}\n")

    assert (answer.question, answer.asked, answer.texts, answer.reason) == (QUESTION, QUESTION, ("3座",), None)
    assert [passage.sources[0].file for passage in answer.passages if passage.highlights] == ["port.txt"]
    assert answer.passages[0].text == (
        "东港2023年建成码头3座,总投资12.6亿元。\n扩建由远航建设集团承办,负责人赵明远介绍,工期由18天减少到6天。"
    )
    assert answer.passages[0].highlights == ((11, 13),)
    assert answer.passages[0].sources[0].to_dict() == {"file": "port.txt", "unit": "line", "start": 3, "end": 5}


@pytest.mark.parametrize("question", ["東港2023年建成了多少座碼頭？", "东港２０２３年建成了多少座码头？"])
def test_traditional_and_full_width_questions_are_answered_alike(small: QA, question: str) -> None:
    assert small.ask(question).texts == ("3座",)


def test_an_english_question_is_answered_through_the_lexicon(small: QA) -> None:
    answer = small.ask("How many apples were harvested by the farmers?")

    assert answer.texts == ("30吨",)
    assert "apples" in answer.passages[0].signals.matched


@pytest.mark.parametrize("k", [True, False, 0, -1, 51, 1.5, 5.0, "5", None])
def test_k_must_be_a_whole_number_from_1_to_50(small: QA, k: object) -> None:
    with pytest.raises(QuestionError, match=r"from 1 to 50") as raised:
        small.ask(QUESTION, k=k)  # type: ignore[arg-type]

    assert isinstance(raised.value, ValueError)
    assert (f"k is {k!r}" in str(raised.value)) == isinstance(k, int | float), "a text or an object is not repeated"


@pytest.mark.parametrize(("k", "shown"), [(1, 1), (2, 2), (4, 4), (5, 4), (50, 4)])
def test_k_passages_come_back_and_all_where_there_are_fewer(small: QA, k: int, shown: int) -> None:
    whole = small.ask(QUESTION, k=50)

    answer = small.ask(QUESTION, k=k)

    assert answer.texts == ("3座",)
    assert answer.passages == whole.passages[:shown]


@pytest.mark.parametrize("question", ["", " 　\n", "？！", "问" * 1001])
def test_a_question_that_cannot_be_asked_is_a_value_error(small: QA, question: str) -> None:
    with pytest.raises(ValueError, match="question"):
        small.ask(question)


def test_a_long_question_and_one_of_stop_words_are_asked(small: QA) -> None:
    assert small.ask("的了吗?").reason is not None
    assert small.ask("问" * 1000).reason is not None
    assert small.ask('AND OR NOT "x" title:foo * ~2 (').reason is not None


@pytest.mark.parametrize("odd", ["", "？！", "\ud800码头", "问" * 1001])
def test_what_could_not_have_been_asked_earlier_is_passed_over(small: QA, odd: str) -> None:
    """Half a character, found by `make fuzz`, ended in an exception of the tokenizer."""
    history = ["2023年西城高新区有多少家规上企业?", odd]
    assert small.ask("那2020年呢?", history=history).texts == ("38家",)
    assert small.ask("东港2023年建成码头多少座?", history=[odd]).texts == ("3座",)


def test_earlier_questions_complete_a_question(small: QA) -> None:
    answer = small.ask("那2020年呢?", history=["", "2023年西城高新区有多少家规上企业?"])

    assert (answer.question, answer.asked) == ("那2020年呢?", "2020年西城高新区有多少家规上企业?")
    assert answer.texts == ("38家",)
    assert small.ask("那2020年呢?").asked == "那2020年呢?"


def test_the_same_question_gets_the_same_answer(small: QA, small_path: Path) -> None:
    with closing(Index.open(small_path)) as again:
        assert counting_qa(again, ENCODER).ask(QUESTION).to_dict() == small.ask(QUESTION).to_dict()


# --- a newer generation


def test_a_rebuild_is_answered_from_at_the_next_question(opened: QA, index: Path, corpus: Path) -> None:
    assert opened.ask(QUESTION).texts == ("3座",)

    write_corpus(corpus, {"port.txt": page("港口扩建", "东港2023年建成码头8座,总投资20亿元。")})
    rebuild(corpus, index, progress=False, encoder=ENCODER)

    assert opened.ask(QUESTION).texts == ("8座",)
    opened.index.close()


def test_a_deleted_file_is_gone_from_the_answers_and_a_new_one_is_there(opened: QA, index: Path, corpus: Path) -> None:
    (corpus / "port.txt").unlink()
    write_corpus(corpus, {"dam.txt": page("水库建成", "南山水库坝高86米,昨日建成。")})
    rebuild(corpus, index, progress=False, encoder=ENCODER)

    gone = opened.ask(QUESTION, k=50)
    assert gone.reason is not None
    assert "port.txt" not in {source.file for passage in gone.passages for source in passage.sources}
    assert opened.ask("南山水库的坝有多高?").texts == ("86米",)
    opened.index.close()


def test_the_words_of_a_newer_generation_answer_english_questions(opened: QA, index: Path, corpus: Path) -> None:
    assert opened.ask("How high is the dam of the reservoir?").reason is not None

    write_corpus(corpus, {"dam.txt": page("水库建成", "水库大坝高86米,昨日建成。")})
    rebuild(corpus, index, progress=False, encoder=ENCODER)

    answer = opened.ask("How high is the dam of the reservoir?")
    assert answer.texts == ("86米",)
    assert answer.passages[0].signals.matched == ("dam", "reservoir")
    opened.index.close()


def test_a_rebuild_by_another_process_is_taken_up(opened: QA, index: Path, corpus: Path) -> None:
    before = opened.index.generation
    write_corpus(corpus, {"port.txt": page("港口扩建", "东港2023年建成码头9座。")})
    program = (
        "import sys\nfrom embeddings import rebuild\nfrom tests.qa.support import ENCODER\n"
        "rebuild(sys.argv[1], sys.argv[2], progress=False, encoder=ENCODER)\n"
    )
    subprocess.run([sys.executable, "-c", program, corpus, index], cwd=REPOSITORY, check=True, timeout=120)

    assert opened.ask(QUESTION).texts == ("9座",)
    assert opened.index.generation != before
    opened.index.close()


def test_an_index_that_is_rebuilt_with_another_model_is_asked_with_that_model(
    opened: QA, index: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = CountingEncoder(64, "other")
    loads = _Loads(other)
    monkeypatch.setattr(engine, "load_encoder", loads)
    rebuild(corpus, index, progress=False, encoder=other)

    assert opened.ask(QUESTION).texts == ("3座",)
    assert opened.ask(QUESTION).texts == ("3座",)
    assert loads.models == ["other"]
    opened.index.close()


def test_threads_that_ask_at_once_get_what_one_alone_would(small_path: Path, small: QA) -> None:
    questions = [
        QUESTION,
        "西城高新区2020年有多少家规上企业?",
        "北港2023年建成了多少座码头?",
        "How many tonnes of apples were harvested?",
    ]
    alone = [small.ask(question) for question in questions]

    with closing(Index.open(small_path)) as index, ThreadPoolExecutor(8) as pool:
        fresh = counting_qa(index, ENCODER)
        together = list(pool.map(fresh.ask, questions * 8))

    assert together == alone * 8


def test_threads_that_ask_while_the_index_is_rebuilt_get_the_old_or_the_new_answer(
    opened: QA, index: Path, corpus: Path
) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(opened.ask, QUESTION) for _ in range(40)]
        for number in (5, 6):
            write_corpus(corpus, {"port.txt": page("港口扩建", f"东港2023年建成码头{number}座。")})
            rebuild(corpus, index, progress=False, encoder=ENCODER)
            asked += [pool.submit(opened.ask, QUESTION) for _ in range(20)]
        answers = [item.result(timeout=60) for item in asked]

    assert {answer.text for answer in answers} <= {"3座", "5座", "6座"}
    assert all(texts_stand_at_highlights(answer) for answer in answers)
    assert opened.ask(QUESTION).text == "6座"
    opened.index.close()


class _Lexicons:
    """Stands in for Lexicon and calls `before` each time one is made, before its words are looked up."""

    def __init__(self, before: Callable[[], object]) -> None:
        self.before = before
        self.made = 0

    def for_vocabulary(self, vocabulary: Iterable[str]) -> Lexicon:
        self.made += 1
        self.before()
        return Lexicon.for_vocabulary(vocabulary)


DAM = "How high is the dam of the reservoir?"


def test_words_that_are_looked_up_while_a_newer_generation_is_taken_up_are_not_taken_for_its_own(
    opened: QA, index: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def switch() -> None:
        lexicons.before = lambda: None
        write_corpus(corpus, {"dam.txt": page("水库建成", "水库大坝高86米,昨日建成。")})
        rebuild(corpus, index, progress=False, encoder=ENCODER)
        assert opened.ask("水库大坝高多少米?").texts == ("86米",)

    lexicons = _Lexicons(switch)
    monkeypatch.setattr(engine, "Lexicon", lexicons)
    opened.warm_up()

    assert opened.ask(DAM).texts == ("86米",)
    assert opened.ask(DAM).texts == ("86米",)
    assert lexicons.made == 2
    opened.index.close()


def test_a_chinese_question_does_not_wait_while_english_words_are_looked_up(
    opened: QA, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, answered = threading.Event(), threading.Event()

    def wait() -> None:
        looking.set()
        assert answered.wait(60)

    lexicons = _Lexicons(wait)
    monkeypatch.setattr(engine, "Lexicon", lexicons)
    with ThreadPoolExecutor(3) as pool:
        english = [pool.submit(opened.ask, "How many tonnes of apples were harvested?") for _ in range(2)]
        assert looking.wait(60)
        try:
            assert pool.submit(opened.ask, QUESTION).result(timeout=60).texts == ("3座",)
        finally:
            answered.set()
        assert [item.result(timeout=60).texts for item in english] == [("30吨",)] * 2
    assert lexicons.made == 1


@pytest.mark.parametrize("damaged", ["manifest.json", "chunks.sqlite"])
def test_where_a_newer_generation_cannot_be_opened_the_one_before_goes_on_and_says_so_once(
    opened: QA, index: Path, corpus: Path, caplog: pytest.LogCaptureFixture, damaged: str
) -> None:
    before = opened.index.generation
    write_corpus(corpus, {"port.txt": page("港口扩建", "东港2023年建成码头8座,总投资20亿元。")})
    rebuild(corpus, index, progress=False, encoder=ENCODER)
    newest = index / "generations" / (index / "CURRENT").read_text(encoding="utf-8").strip()
    (newest / damaged).write_bytes(b"")

    answers = [opened.ask(QUESTION) for _ in range(3)]
    with speaking("zh"):
        answers.append(opened.ask(QUESTION))

    assert [answer.texts for answer in answers] == [("3座",)] * 4
    assert opened.index.generation == before
    (record,) = caplog.records
    assert "goes on answering" in record.getMessage()
    assert damaged in record.getMessage()
    assert "wenju rebuild" in record.getMessage()

    rebuild(corpus, index, progress=False, encoder=ENCODER)
    assert opened.ask(QUESTION).texts == ("8座",)
    opened.index.close()


def test_where_the_model_of_a_newer_generation_is_missing_it_is_looked_for_once(
    opened: QA, index: Path, corpus: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def missing(model: str, **_: object) -> Encoder:
        tried.append(model)
        raise ModelError(f"The model {model} is not there.")

    monkeypatch.setattr(engine, "load_encoder", missing)
    rebuild(corpus, index, progress=False, encoder=CountingEncoder(64, "other"))

    assert [opened.ask(QUESTION).texts for _ in range(3)] == [("3座",)] * 3
    assert tried == ["other"]
    assert len(caplog.records) == 1


# --- the default index


@pytest.fixture
def nothing_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[Path, QA]]:
    """An empty working directory, and no default index opened yet."""
    opened: dict[Path, QA] = {}
    monkeypatch.setattr(defaults, "DEFAULTS", Defaults(opened))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    yield opened
    for found in opened.values():
        found.index.close()


@pytest.mark.usefixtures("nothing_opened")
def test_ask_builds_a_missing_default_index_and_says_so(
    loads: _Loads, monkeypatch: pytest.MonkeyPatch, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENJU_CORPUS", str(corpus))
    monkeypatch.setenv("WENJU_INDEX", str(tmp_path / "elsewhere"))

    assert qa.ask(QUESTION, k=1).texts == ("3座",)

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"There is no index yet; building it from {corpus} ...\n")
    generations = list((tmp_path / "elsewhere" / "generations").iterdir())
    assert len(generations) == 1
    assert list(Path.cwd().iterdir()) == []

    assert qa.ask("那2020年呢?", history=["2023年西城高新区有多少家规上企业?"]).texts == ("38家",)
    assert capsys.readouterr() == ("", "")
    assert list((tmp_path / "elsewhere" / "generations").iterdir()) == generations
    assert len(loads.models) == 2


@pytest.mark.usefixtures("loads", "nothing_opened")
def test_the_defaults_lie_under_the_working_directory(capsys: pytest.CaptureFixture[str]) -> None:
    write_corpus(Path("seeds"), CORPUS)

    assert qa.ask(QUESTION).texts == ("3座",)
    assert Path("index/CURRENT").is_file()
    assert "building it from seeds ..." in capsys.readouterr().err


@pytest.mark.usefixtures("loads", "nothing_opened")
def test_an_index_that_is_there_is_not_built_again(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENJU_INDEX", str(index))
    monkeypatch.setenv("WENJU_CORPUS", "no such folder")
    before = _snapshot(index)

    assert qa.ask(QUESTION).texts == ("3座",)
    assert _snapshot(index) == before
    assert capsys.readouterr().err == ""


def test_a_question_that_cannot_be_asked_builds_nothing(loads: _Loads, nothing_opened: dict[Path, QA]) -> None:
    write_corpus(Path("seeds"), CORPUS)

    with pytest.raises(QuestionError, match="empty"):
        qa.ask(" ")
    with pytest.raises(QuestionError, match="from 1 to 50"):
        qa.ask(QUESTION, k=0)

    assert not Path("index").exists()
    assert (loads.models, nothing_opened) == ([], {})


@pytest.mark.usefixtures("loads")
def test_threads_that_ask_first_at_once_build_once(
    nothing_opened: dict[Path, QA], capsys: pytest.CaptureFixture[str]
) -> None:
    write_corpus(Path("seeds"), CORPUS)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(qa.ask, [QUESTION] * 8))

    assert [answer.texts for answer in answers] == [("3座",)] * 8
    assert len(list(Path("index/generations").iterdir())) == 1
    assert len(nothing_opened) == 1
    assert capsys.readouterr().err.count("There is no index yet") == 1


def test_a_question_that_is_no_text_is_named() -> None:
    with pytest.raises(QuestionError, match="None"):
        check_question(None)  # type: ignore[arg-type]


def test_the_answer_and_the_first_passages_are_the_same_whatever_k(small: QA) -> None:
    few, many = small.ask(QUESTION, k=2), small.ask(QUESTION, k=50)

    assert many.texts == few.texts
    assert many.confidence == few.confidence
    assert many.passages[:2] == few.passages
    assert len(many.passages) == len(CORPUS)
