from __future__ import annotations

import functools
import importlib
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from fpdf import FPDF

from chinese.errors import WenjuError
from embeddings.building.build import rebuild
from embeddings.errors import Unreadable
from embeddings.guarding.cutting import read_pieces
from embeddings.guarding.guarded import GuardedReader
from embeddings.progress import Progress, Stopped
from embeddings.reading.documents import list_files, read_document
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article
from embeddings.store.folder.index import Index
from tests.embeddings.hostile import pdf_of, slow_pdf, word_of, workers
from tests.support import CountingEncoder, hear_signals, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
MEBIBYTE = 1 << 20
HTML = "<title>港口</title><h1>港口扩建</h1><p>港口今年建成码头3座。</p>"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Make one document of every format."""
    folder = write_corpus(
        tmp_path / "corpus",
        {"a.txt": page("医院开业", "医院今年接诊12万人次。"), "sub/题.md": "# 学校招生\n\n学校招收新生600名。\n"},
    )
    write_corpus(folder, {"b.markdown": "苹果丰收\n", "c.html": HTML, "d.HTM": HTML})
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica")
    pdf.cell(text="The port built 3 quays this year.")
    (folder / "e.pdf").write_bytes(bytes(pdf.output()))
    word = docx.Document()
    word.add_heading("苹果丰收", 1)
    word.add_paragraph("果农今年收获苹果30吨。")
    word.save(str(folder / "f.docx"))
    return folder


@pytest.fixture(autouse=True)
def _no_child_stays_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("WENJU_LANG", "en")
    yield
    assert workers() == []


def refused(reader: GuardedReader, corpus: Path, file: str) -> Unreadable:
    with pytest.raises(Unreadable) as raised:
        reader.read(corpus, file)
    return raised.value


def ended(pid: int, seconds: float) -> bool:
    """Wait for a process that is no child of this one."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(descriptor)


# --- what is read


def test_every_format_gives_the_pieces_that_it_gave_without_a_child_and_one_child_reads_all(corpus: Path) -> None:
    pids = set()
    with closing(GuardedReader()) as reader:
        for file in list_files(corpus):
            assert reader.read(corpus, file) == read_pieces(corpus, file)
            pids |= set(workers())
    assert len(pids) == 1


def test_the_pieces_are_the_chunks_of_the_articles_in_order_whatever_came_before(corpus: Path) -> None:
    document = read_document(corpus, "a.txt")
    chunks = [
        chunk for number, article in enumerate(split_articles(document), 7) for chunk in chunk_article(article, number)
    ]
    with closing(GuardedReader()) as reader:
        pieces = reader.read(corpus, "a.txt")
    assert list(pieces.chunks(7)) == chunks
    assert (pieces.articles, pieces.count) == (1, len(chunks))


def test_a_file_that_cannot_be_read_says_why_in_both_languages_and_the_child_goes_on(corpus: Path) -> None:
    (corpus / "bad.pdf").write_bytes(b"%PDF-1.7\nnothing")
    with closing(GuardedReader()) as reader:
        for file, english in (("bad.pdf", "Damaged"), ("gone.pdf", "gone"), (os.fsdecode(b"\xc7\xe0.pdf"), "UTF-8")):
            reason = refused(reader, corpus, file)
            assert english in reason.en
            assert reason.zh != reason.en
        (before,) = workers()
        reader.read(corpus, "e.pdf")
        assert workers() == [before]


def test_a_corpus_named_relative_to_the_folder_at_hand_is_found(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(GuardedReader()) as reader:
        reader.read(corpus, "e.pdf")
        monkeypatch.chdir(corpus.parent)
        assert reader.read(Path("corpus"), "e.pdf") == read_pieces(corpus, "e.pdf")


def test_what_a_library_prints_is_not_taken_for_a_document(corpus: Path) -> None:
    """Standard output is where documents come from; the worker must keep it from everybody else."""
    program = "import os, runpy, sys; sys.argv = sys.argv[1:]; sys.path.pop(0); import zipfile as z; real = z.ZipFile; "
    program += "z.ZipFile = lambda *a: (print('noise'), os.write(1, b'noise'), real(*a))[2]; "
    program += "runpy.run_path(sys.argv[0], run_name='__main__')"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            str(ROOT / "embeddings" / "guarding" / "reading_worker.py"),
            "60",
            str(1 << 30),
        ],
        input=f'{{"corpus": "{corpus}", "file": "f.docx"}}\n',
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith('{"ready": true}\n{"begun": true}\n{"articles": 1, ')
    assert "noise" not in done.stdout
    assert "noise" in done.stderr


def test_the_child_loads_nothing_that_reading_does_not_need() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-X",
            "importtime",
            str(ROOT / "embeddings" / "guarding" / "reading_worker.py"),
            "60",
            "1",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == '{"ready": true}\n'
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "rjieba" in loaded
    heavy = {"numpy", "torch", "transformers", "sentence_transformers", "faiss", "tantivy", "gradio"}
    assert not loaded & (heavy | {"docx", "lxml", "pypdfium2", "markdown_it", "tqdm", "scipy", "sklearn"})


# --- what hangs, exhausts or crashes


def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_read(corpus: Path) -> None:
    (corpus / "slow.pdf").write_bytes(slow_pdf())
    with closing(GuardedReader(seconds=1)) as reader:
        reader.read(corpus, "b.markdown")
        started = time.monotonic()
        reason = refused(reader, corpus, "slow.pdf")
        assert time.monotonic() - started < 20  # on a machine that does much else; reading it takes longer
        assert reason.en == "Reading it took more than 1 s and was given up."
        assert reason.zh == "读取超过 1 秒，已放弃。"
        assert workers() == []
    with closing(GuardedReader()) as reader:
        assert reader.read(corpus, "e.pdf") == read_pieces(corpus, "e.pdf")


def test_a_document_that_takes_too_much_memory_is_given_up_and_the_next_is_read(corpus: Path) -> None:
    (corpus / "large.docx").write_bytes(word_of("港口今年建成码头3座。", 200_000))
    assert (corpus / "large.docx").stat().st_size < MEBIBYTE
    with closing(GuardedReader(growth=64 * MEBIBYTE)) as reader:
        reader.read(corpus, "f.docx")
        reason = refused(reader, corpus, "large.docx")
        assert reason.en == "Reading it takes more than 64 MiB of memory and was given up."
        assert reason.zh == "读取需要超过 64 MiB 内存，已放弃。"
        assert reader.read(corpus, "f.docx") == read_pieces(corpus, "f.docx")


def array(numbers: int) -> str:
    """Make a JSON array with a number a line."""
    return "[\n" + "".join(f"{number % 97},\n" for number in range(numbers)) + "]\n"


def test_plain_text_has_the_same_limits_for_reading_and_cutting_it(corpus: Path) -> None:
    (corpus / "large.txt").write_text("&\n" * 300_000)
    (corpus / "slow.txt").write_text(array(5_000_000))
    with closing(GuardedReader(growth=64 * MEBIBYTE)) as reader:
        assert refused(reader, corpus, "large.txt").en == (
            "Reading it takes more than 64 MiB of memory and was given up."
        )
        assert reader.read(corpus, "a.txt") == read_pieces(corpus, "a.txt")
    with closing(GuardedReader(seconds=1)) as reader:
        assert refused(reader, corpus, "slow.txt").zh == "读取超过 1 秒，已放弃。"
        assert workers() == []


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F 1 Tf (a) Tj ET" + b" " * (400 * MEBIBYTE),
        b"[" * 3_000_000,
        b"BT /F 1 Tf [" + b"(a) " * 3_000_000 + b"] TJ ET",
    ],
    ids=["inflates hugely", "nested deeply", "one long array"],
)
def test_a_pdf_bomb_leaves_this_process_as_it_was(corpus: Path, content: bytes) -> None:
    (corpus / "bomb.pdf").write_bytes(pdf_of(content))
    del content
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with closing(GuardedReader(seconds=5, growth=256 * MEBIBYTE)) as reader:
        refused(reader, corpus, "bomb.pdf")
        assert reader.read(corpus, "b.markdown") == read_pieces(corpus, "b.markdown")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # kibibytes


def test_a_child_that_dies_while_it_reads_costs_one_document(corpus: Path) -> None:
    (corpus / "slow.pdf").write_bytes(slow_pdf())
    killed: list[int] = []

    def kill() -> None:
        if armed and not killed:
            killed.extend(workers())
            os.kill(killed[0], signal.SIGSEGV)

    armed = False
    with closing(GuardedReader(check=kill)) as reader:
        reader.read(corpus, "e.pdf")
        armed = True
        assert "crashed" in refused(reader, corpus, "slow.pdf").en
        assert reader.read(corpus, "e.pdf") == read_pieces(corpus, "e.pdf")
        assert workers() != killed


def test_a_child_that_dies_between_two_documents_costs_none(corpus: Path) -> None:
    with closing(GuardedReader()) as reader:
        reader.read(corpus, "e.pdf")
        (pid,) = workers()
        os.kill(pid, signal.SIGKILL)
        assert ended(pid, 10)
        assert reader.read(corpus, "e.pdf") == read_pieces(corpus, "e.pdf")


def test_a_child_that_cannot_be_started_is_an_error_and_no_reason_to_drop_a_document(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in ("/nowhere/python", "/bin/false"):
        monkeypatch.setattr(sys, "executable", wrong)
        with pytest.raises(WenjuError, match=wrong):
            GuardedReader().read(corpus, "e.pdf")
        with pytest.raises(WenjuError, match=wrong):
            rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder())


# --- how it ends


def test_a_closed_reader_starts_another_child(corpus: Path) -> None:
    reader = GuardedReader()
    for _ in range(2):
        reader.read(corpus, "e.pdf")
        reader.close()
        assert workers() == []
    reader.close()


def test_what_the_check_raises_ends_the_child_at_once(corpus: Path) -> None:
    (corpus / "slow.pdf").write_bytes(slow_pdf())
    wish = threading.Event()

    def check() -> None:
        if wish.is_set():
            raise Stopped

    with closing(GuardedReader(check=check)) as reader:
        reader.read(corpus, "e.pdf")
        wish.set()
        with pytest.raises(Stopped):
            reader.read(corpus, "slow.pdf")
        assert workers() == []


class StopOnceReading(threading.Event):
    """A wish to stop that comes while a document is being read: the fifth time that it is asked for from then on."""

    asked = 0

    def is_set(self) -> bool:
        self.asked += bool(workers())
        return self.asked >= 5


def test_stopping_a_build_ends_the_child_whatever_text_it_is_at(corpus: Path, tmp_path: Path) -> None:
    (corpus / "0.txt").write_text(array(5_000_000))  # many minutes
    stop = StopOnceReading()
    told: list[Progress] = []
    with pytest.raises(Stopped):
        rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder(), stop=stop, watch=told.append)
    assert stop.asked == 5, "nobody went on after the wish"
    assert workers() == []
    assert max(step.done for step in told if step.stage == "reading") == 0


def test_a_large_file_that_is_no_document_is_not_hashed_to_its_end_when_the_build_shall_stop(
    corpus: Path, tmp_path: Path
) -> None:
    with (corpus / "film.bin").open("wb") as film:
        film.truncate(1 << 40)  # an hour
    asked = iter([False] * 20)
    stop = threading.Event()
    stop.is_set = lambda: next(asked, True)  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder(), stop=stop)


PROGRAM = """
import sys
from pathlib import Path
from embeddings.guarding.guarded import GuardedReader
from tests.embeddings.hostile import workers
started = False
def told():
    global started
    if not started and reader_is_ready:
        started = True
        print(*workers(), flush=True)
reader_is_ready = False
reader = GuardedReader(seconds=float(sys.argv[3]), check=told)
reader.read(Path(sys.argv[1]), "b.markdown")
reader_is_ready = True
try:
    reader.read(Path(sys.argv[1]), sys.argv[2])
    sys.stdin.read()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def started(corpus: Path, file: str, seconds: float) -> tuple[subprocess.Popen[str], int]:
    """Start a process that reads a file and then waits; gives it and the process that reads for it."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(corpus), file, str(seconds)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hear_signals,
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def test_an_interrupt_at_the_terminal_leaves_no_child_and_no_traceback(corpus: Path) -> None:
    (corpus / "slow.pdf").write_bytes(slow_pdf())
    process, pid = started(corpus, "slow.pdf", 60)
    with process:
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all in the foreground
        assert process.communicate(timeout=30) == ("interrupted\n", "")
    assert ended(pid, 10)


@pytest.mark.parametrize(("file", "seconds"), [("e.pdf", 60), ("slow.pdf", 0.5)])
def test_the_child_of_a_killed_process_ends_too(corpus: Path, file: str, seconds: float) -> None:
    (corpus / "slow.pdf").write_bytes(slow_pdf())
    process, pid = started(corpus, file, seconds)
    with process:
        process.kill()
        process.communicate()
    assert ended(pid, 20)


# --- in a build


def test_a_text_that_takes_too_much_is_skipped_and_the_build_goes_on(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "0.txt").write_text("&\n" * 300_000)
    small = functools.partial(GuardedReader, growth=64 * MEBIBYTE)
    monkeypatch.setattr(importlib.import_module("embeddings.building.build"), "GuardedReader", small)
    report = rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder())
    assert [(item.file, item.zh) for item in report.skipped] == [("0.txt", "读取需要超过 64 MiB 内存，已放弃。")]
    assert report.documents == len(list_files(corpus)) - 1


def test_a_build_skips_what_cannot_be_read_within_the_limits_and_says_why_in_both_languages(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rebuild(corpus, tmp_path / "before", progress=False, encoder=CountingEncoder())
    (corpus / "bb-slow.pdf").write_bytes(slow_pdf())
    hasty = functools.partial(GuardedReader, seconds=1)
    monkeypatch.setattr(importlib.import_module("embeddings.building.build"), "GuardedReader", hasty)
    report = rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder())
    assert [(item.file, item.zh) for item in report.skipped] == [("bb-slow.pdf", "读取超过 1 秒，已放弃。")]
    assert (report.documents, report.chunks) == (whole.documents, whole.chunks)
    with (
        closing(Index.open(tmp_path / "before")) as before,
        closing(Index.open(tmp_path / "index")) as after,
    ):
        assert list(after.all_chunks()) == list(before.all_chunks())
        assert after.manifest.skipped == report.skipped
