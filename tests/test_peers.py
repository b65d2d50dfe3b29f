"""The comparison with other engines: what counts as found, who is the best of them, what an earlier run spares."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import peers_run
from benchmarks.common import README, with_table
from benchmarks.peer_engines import Built, Found, unique, worker
from benchmarks.peers import arguments_of, cut, peer_versions
from benchmarks.peers_report import Figures, figures_of, standing, tables
from benchmarks.peers_run import ROWS, Corpus, Runner, environment, fingerprint, run_watched
from benchmarks.squad import Paragraph, SquadQuestion
from benchmarks.tasks import Asked, Task

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROW = {(row.engine, row.setting): row for row in ROWS}
WHERE = {"processor": "one, 2 cores", "system": "Linux", "commit": "abc1234"}
RIVERS = ("长江", "黄河", "珠江")


def _asked(name: str) -> Asked:
    text = f"{name}长{1000 + RIVERS.index(name)}公里。"
    return Asked(f"{name}-1", f"{name}有多长？", (text[3:-1],), text, f"river-{RIVERS.index(name):05}.txt")


def _corpus(*names: str) -> Corpus:
    asked = tuple(_asked(name) for name in names)
    documents = [(str(_asked(name).file), _asked(name).paragraph) for name in RIVERS]
    return Corpus("rivers", tuple(documents), {"drcd": asked})


class LetterEngine:
    """Finds the documents that share most letters with a question; its answer is the first one's text."""

    def load(self) -> None:
        self.asked: list[str] = []

    def prepare(self, documents: Sequence[tuple[str, str]], folder: Path) -> None:
        self.documents, self.folder = documents, folder

    def build(self) -> Built:
        (self.folder / "index").mkdir(parents=True)
        (self.folder / "index" / "texts").write_bytes(b"12345")
        return Built(len(self.documents), sum(len(text) for _, text in self.documents))

    def search(self, question: str) -> Found:
        self.asked.append(question)
        ranked = sorted(self.documents, key=lambda item: (-len(set(item[1]) & set(question)), item[0]))
        return Found(unique([name for name, _ in ranked for _ in range(2)]), ranked[0][1])


def engine(setting: str, model: Path) -> LetterEngine:
    assert setting == "letters"
    return LetterEngine()


def _measured(corpus: Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setitem(worker.ENGINES, "letters", __name__)
    job = {
        "engine": "letters",
        "setting": "letters",
        "model": "none",
        "folder": os.fspath(folder),
        "documents": corpus.documents,
        "asked": {name: [item.question for item in items] for name, items in corpus.asked.items()},
    }
    measured = worker.measure(job)
    return {**json.loads(json.dumps(measured)), "tree_peak": measured["peak"], "wall_seconds": 1.0}


def test_an_engine_is_measured_from_its_documents_to_its_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = _corpus("长江", "黄河", "珠江")
    (found,) = figures_of(ROW["txtai", "default"], corpus, _measured(corpus, tmp_path, monkeypatch))
    assert (found.documents, found.questions, found.chunks, found.index_bytes) == (3, 3, 3, 5)
    assert (found.found_at_1, found.found_at_10) == (1.0, 1.0)
    # The whole paragraph is given for the figure in it: never exact, half right.
    assert found.em == 0.0
    assert found.f1 is not None
    assert 50 < found.f1 < 90
    assert 0 < found.median <= found.p95 < 1
    assert found.peak > 1 << 20


def test_a_paragraph_that_comes_second_is_found_at_10_only() -> None:
    corpus = _corpus("长江", "黄河")
    wanted = [str(item.file) for item in corpus.asked["drcd"]]
    answers = [
        {"documents": [wanted[1], wanted[0]], "answer": None, "seconds": 0.1},
        {"documents": [], "answer": None, "seconds": 0.3},
    ]
    measured = {
        "chunks": None,
        "characters": None,
        "build_seconds": None,
        "index_bytes": 1,
        "tree_peak": 1,
        "wall_seconds": 1.0,
    }
    (found,) = figures_of(ROW["wenju", "retrieval"], corpus, {**measured, "answers": {"drcd": answers}})
    assert (found.found_at_1, found.found_at_10) == (0.0, 0.5)
    assert (found.em, found.f1, found.documents_per_second, found.chunks_per_second) == (None, None, None, None)
    assert found.characters_per_second is None


OURS = Figures(
    "wenju, retrieval", False, "drcd", 100, 9, 200, 50_000, 5.0, 1 << 20, 1 << 30, 0.02, 0.03, 0.9, 1.0, None, None, 9.0
)
READER = replace(
    OURS,
    label="wenju, with the reader",
    build_seconds=None,
    chunks=None,
    characters=None,
    found_at_1=0.95,
    em=66.0,
    f1=77.0,
)
QUICK = replace(
    OURS, label="quick", is_peer=True, chunks=100, characters=40_000, build_seconds=10.0, median=0.05, found_at_1=0.7
)
SURE = replace(
    OURS, label="sure", is_peer=True, chunks=100, characters=60_000, build_seconds=20.0, median=0.04, found_at_1=0.88
)


def test_wenju_is_held_against_the_best_peer_of_each_column() -> None:
    found = standing([OURS, READER, QUICK, SURE])
    assert found.build is not None
    assert found.chunks is not None
    assert found.characters is not None
    assert found.median is not None
    assert found.found is not None
    assert (found.build.value, found.build.peer) == (2.0, "quick")
    assert (found.chunks.value, found.chunks.peer) == (4.0, "quick")
    assert (found.characters.value, found.characters.peer) == (2.5, "quick")
    assert (found.median.value, found.median.peer) == (0.5, "sure")
    assert (round(found.found.value, 3), found.found.peer) == (0.02, "sure")


def test_without_peers_or_without_wenju_there_is_nothing_to_compare() -> None:
    assert standing([OURS, READER]).build is None
    assert standing([QUICK, SURE]).median is None


def test_the_tables_show_what_was_measured_and_fit_the_readme() -> None:
    run = {
        "machine": {"date": "2026-01-02", "versions": "Python 3.11", **WHERE},
        "versions": {"txtai": "9"},
        "threads": 2,
        "questions": 9,
        "seed": 20,
    }
    shown = tables([OURS, READER, QUICK, SURE], run)
    assert "**DRCD dev**: 9 questions over 100 paragraphs" in shown
    assert "| wenju, retrieval | 5.0 | 20.0 | 40.0 | 10000 | 1.0 | 1024 | 20.0 | 30.0 | 0.900 |  |  |" in shown
    assert "| wenju, with the reader |  |  |  |  | 1.0 | 1024 | 20.0 | 30.0 | 0.950 | 66.0 | 77.0 |" in shown
    assert "| DRCD dev | 2.00 (quick) | 4.00 (quick) | 2.50 (quick) | 0.50 (sure) | +0.020 (sure) |" in shown
    assert "XQuAD" not in shown
    assert shown in with_table(README.read_text(encoding="utf-8"), "peers", shown)


def test_a_process_that_ended_is_not_run_again_unless_what_it_measured_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, corpus = ROW["txtai", "default"], _corpus("长江")
    runner = Runner(tmp_path, WHERE, tmp_path / "model")
    (tmp_path / "rows").mkdir()
    stored = {"fingerprint": fingerprint(row, corpus, WHERE), "chunks": 3}
    (tmp_path / "rows" / "txtai-default-rivers.json").write_text(json.dumps(stored), encoding="utf-8")
    monkeypatch.setattr(peers_run, "PEERS_PYTHON", tmp_path / "no-python")
    assert runner.measure(row, corpus) == stored
    with pytest.raises(FileNotFoundError, match="no-python"):
        runner.measure(row, _corpus("黄河"))


def test_peers_hold_for_every_commit_and_wenju_for_its_own_only() -> None:
    corpus, later = _corpus("长江"), {**WHERE, "commit": "def5678"}
    peer, ours = ROW["txtai", "default"], ROW["wenju", "retrieval"]
    assert fingerprint(peer, corpus, WHERE) == fingerprint(peer, corpus, later)
    assert fingerprint(peer, corpus, WHERE) != fingerprint(peer, corpus, {**WHERE, "processor": "another"})
    assert fingerprint(peer, corpus, WHERE) != fingerprint(ROW["txtai", "chinese"], corpus, WHERE)
    assert fingerprint(ours, corpus, WHERE) != fingerprint(ours, corpus, later)
    assert fingerprint(ours, corpus, {**WHERE, "commit": "abc1234-dirty"}) is None


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="memory of a process tree is read from /proc")
def test_memory_is_that_of_a_process_and_its_children() -> None:
    hungry = "import hashlib; held = b'1' * (80 << 20); [hashlib.sha256(held) for _ in range(4)]"
    both = f"import subprocess, sys; held = b'1' * (80 << 20); subprocess.run([sys.executable, '-c', {hungry!r}])"
    assert 160 << 20 < run_watched([sys.executable, "-c", both], os.environ) < 320 << 20
    with pytest.raises(subprocess.CalledProcessError):
        run_watched([sys.executable, "-c", "raise SystemExit(3)"], os.environ)


def test_engines_get_two_threads_and_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_MODEL", "another/model")
    seen = environment(tmp_path)
    assert (seen["OMP_NUM_THREADS"], seen["HF_HUB_OFFLINE"]) == ("2", "1")
    assert "WENJU_MODEL" not in seen


def test_a_corpus_may_be_cut_down_but_keeps_what_is_asked_about() -> None:
    corpus = _corpus("黄河")
    assert [name for name, _ in cut(corpus, 1).documents] == ["river-00001.txt"]
    assert len(cut(corpus, 2).documents) == 2
    assert cut(corpus, 9) == corpus


def test_questions_of_both_languages_share_the_documents_of_their_corpus() -> None:
    question = SquadQuestion("1", "长江有多长？", (("1000公里", 3),))
    paragraph = Paragraph(0, 0, "", "长江长1000公里。", (question,))
    other = replace(paragraph, number=1, text="黄河长1001公里。", questions=())
    asked = Asked("1", question.text, question.accepted, paragraph.text, "river-00000.txt")
    tasks = [Task(name, "rivers", {"river": (paragraph, other)}, (asked,)) for name in ("xquad", "english")]
    whole, own = Corpus.of("rivers", tasks), Corpus.of("rivers", tasks, own_only=True)
    assert whole.documents == (("river-00000.txt", paragraph.text), ("river-00001.txt", other.text))
    assert own.documents == (("river-00000.txt", paragraph.text),)
    assert list(whole.asked) == ["xquad", "english"]


def test_every_peer_is_named_with_its_version() -> None:
    assert set(peer_versions()) == {"txtai", "Haystack", "LlamaIndex"}
    assert arguments_of(["--sample", "5"]).sample == 5
