"""A build of mixed files that is stopped in the middle of its scans and goes on: `python -m benchmarks.mixed_build`.

Texts, Word files, workbooks, PDF files with text, and ten scanned pages are made and built by the command in a process
of its own, which is interrupted once some pages are recognised. The command runs again, and what is shown is what it
still had to recognise, whether the pages from before were left as they were, and whether the index is whole: each file
with the figure that only it has, and every byte as it was written.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import docx
import xlsxwriter

from benchmarks.common import REPOSITORY, headline, machine, markdown_table, publish, say
from benchmarks.scans import Look, Page, chinese_font, draw_pages, save_scan
from embeddings.recognising.kept_pages import FILE
from embeddings.store.folder.index import Index
from embeddings.store.generation import IndexLayout
from embeddings.store.verifying import verify
from tests.embeddings.pdf_files import Page as PdfPage
from tests.embeddings.pdf_files import lines_at, made_pdf

if TYPE_CHECKING:
    from benchmarks.scans import Font

_SCANNED_PDF, _PICTURES = 6, 4  # pages
_STOP_AFTER = 4  # pages recognised
_LONGEST_WAIT = 1800.0  # seconds for one run
_BAR = re.compile(r"recognis[^\r\n]*?\b(\d+)/(\d+)\b", re.IGNORECASE)


class Run(NamedTuple):
    """A run of the command: its exit status, seconds, pages that it had to recognise, and pages kept when it ended."""

    status: int
    seconds: float
    to_recognise: int
    kept: dict[tuple[str, int], int]


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mixed_build", description=__doc__)
    parser.add_argument("--files", type=int, default=200, help="files in all, five of them scans")
    arguments = parser.parse_args()
    font = chinese_font()
    if font is None:
        sys.exit("There is no Chinese font on this machine: apt-get install fonts-noto-cjk")
    # A shell that starts a command behind itself has it ignore the interrupt, and so would the command below.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        corpus, index = Path(folder, "corpus"), Path(folder, "index")
        corpus.mkdir()
        wanted = _make(corpus, arguments.files, font)
        first = _run(corpus, index, _STOP_AFTER)
        second = _run(corpus, index, None)
        figures = {"machine": machine(), **_figures(wanted, index, first, second)}
    publish("mixed-build", _table(figures), figures, write=False)


def _figure(number: int) -> str:
    return str(3 * number + 1000)


def _text(number: int) -> tuple[str, str]:
    """A headline and a sentence that no other file has."""
    sentence = f"第{number}号泵站今年改造投资{_figure(number)}万元，装机{number % 7 + 2}台，灌溉面积{number * 11}亩。"
    return f"第{number}号泵站改造完成", sentence


def _make(corpus: Path, count: int, font: Font) -> dict[str, list[str]]:
    """Make files of each format, and scans: a file of several pages, and pictures. Gives the figures of each file."""
    scans = 1 + _PICTURES
    for number in range(count - scans):
        title, sentence = _text(number)
        kind = number % 8
        if kind < 4:
            (corpus / f"{number:03}.txt").write_text(f"{title}\n\n{sentence}\n", encoding="utf-8")
        elif kind < 6:
            document = docx.Document()
            document.add_heading(title)
            document.add_paragraph(sentence)
            document.save(str(corpus / f"{number:03}.docx"))
        elif kind < 7:
            with xlsxwriter.Workbook(str(corpus / f"{number:03}.xlsx")) as book:
                sheet = book.add_worksheet("泵站")
                for row, cells in enumerate((("泵站", "投资（万元）"), (f"第{number}号泵站", int(_figure(number))))):
                    sheet.write_row(row, 0, cells)
        else:
            data = made_pdf(PdfPage(lines_at(50, 80, title, *sentence.replace("，", "，\n").split("\n"))))
            (corpus / f"{number:03}.pdf").write_bytes(data)
    pages = [_page(count - scans + number, font) for number in range(_SCANNED_PDF + _PICTURES)]
    save_scan(corpus / "scan.pdf", pages[:_SCANNED_PDF], Look().dpi)
    for number, page in enumerate(pages[_SCANNED_PDF:]):
        page.image.save(corpus / f"scan{number}.png")
    own = {path.name: [_figure(int(path.stem))] for path in sorted(corpus.iterdir()) if path.stem.isdigit()}
    scanned = [_figure(count - scans + number) for number in range(len(pages))]
    return {
        **own,
        "scan.pdf": scanned[:_SCANNED_PDF],
        **{f"scan{number}.png": [figure] for number, figure in enumerate(scanned[_SCANNED_PDF:])},
    }


def _page(number: int, font: Font) -> Page:
    title, sentence = _text(number)
    filling = "".join(f"工程第{part}标段由施工队按期完成，验收合格。" for part in range(1, 40))
    return next(draw_pages(f"{title}\n{sentence}\n{filling}", Look(), font, seed=number))


def _run(corpus: Path, index: Path, stop_after: int | None) -> Run:
    """Run the command, and interrupt it once so many pages are kept."""
    command = [sys.executable, "-m", "app", "rebuild", str(corpus), "--index", str(index)]
    started = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as shown:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, stdout=shown, stderr=shown, env={**os.environ, "WENJU_LANG": "en"}
        )
        while process.poll() is None:
            time.sleep(0.2)
            if stop_after is not None and len(_kept(index)) >= stop_after:
                process.send_signal(signal.SIGINT)
                process.wait(60)
            if time.monotonic() - started > _LONGEST_WAIT:
                process.kill()
                sys.exit("It took too long.")
        seconds = time.monotonic() - started
        shown.seek(0)
        text = shown.read()
    bars = _BAR.findall(text)
    say(text.replace("\r", "\n").strip().rpartition("\n")[2])
    return Run(process.returncode, seconds, int(bars[-1][1]) if bars else 0, _kept(index))


def _kept(index: Path) -> dict[tuple[str, int], int]:
    """The pages that are kept, and the row of each: one that is recognised again is written to another row."""
    file = IndexLayout(index).pages / FILE
    if not file.is_file():
        return {}
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            rows = connection.execute("SELECT file, page, rowid FROM pages").fetchall()
        except sqlite3.OperationalError:  # it is being made
            return {}
    return {(name, page): row for name, page, row in rows}


def _figures(wanted: dict[str, list[str]], index: Path, first: Run, second: Run) -> dict[str, Any]:
    texts: dict[str, str] = defaultdict(str)
    with closing(Index.open(index)) as opened:
        for chunk in opened.all_chunks():
            for source in chunk.sources:
                texts[source.file] += chunk.text
    lacking = [name for name, figures in wanted.items() if any(figure not in texts[name] for figure in figures)]
    return {
        "files": len(wanted),
        "runs": [
            {"status": run.status, "seconds": run.seconds, "to recognise": run.to_recognise, "kept": len(run.kept)}
            for run in (first, second)
        ],
        "recognised again": sum(second.kept.get(page) != row for page, row in first.kept.items()),
        "files that lack a figure": lacking,
        "damaged": list(verify(index, progress=False).faults),
    }


def _table(figures: dict[str, Any]) -> str:
    head = ("run", "exit status", "seconds", "pages to recognise", "pages kept")
    rows = [
        (name, str(run["status"]), f"{run['seconds']:.0f}", str(run["to recognise"]), str(run["kept"]))
        for name, run in zip(("stopped", "gone on"), figures["runs"], strict=True)
    ]
    told = (
        f"\n{figures['files']} files; pages recognised twice: {figures['recognised again']}; files that lack their "
        f"figure: {len(figures['files that lack a figure'])}; damaged files of the index: {len(figures['damaged'])}.\n"
    )
    return f"{headline(figures['machine'])}\n\n{markdown_table(head, rows)}{told}"


if __name__ == "__main__":
    main()
