"""How well scans are read, and how fast: `python -m benchmarks.ocr`.

Pages made from seeds/ and from news are recognised at 300 and 150 dpi, turned by two degrees, and in two columns, by
the build's own recogniser and by rapidocr as it comes, each in a process of its own. Then the questions of the dev set
are asked of a corpus of scans of seeds/. The news lie where `benchmarks.squad` looks for question sets.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from benchmarks.common import CASES, CORPUS, REPOSITORY, headline, machine, markdown_table, publish, say
from benchmarks.news_negatives import load_news
from benchmarks.scans import Look, chinese_font, draw_pages, save_scan
from embeddings import rebuild
from embeddings.reading.pages.page_lines import lines_of, recognised_page
from embeddings.types import Box, PlacedText
from qa.engine import QA
from qa.evaluation.cases import evaluate, load_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from benchmarks.scans import Font
    from embeddings.recognising.networks import Picture

LOOKS = {
    "300 dpi": Look(),
    "150 dpi": Look(dpi=150),
    "skew of 2 degrees": Look(skew=2.0),
    "two columns": Look(columns=2, points=10.5),
}
ENGINES = ("wenju", "rapidocr")
_NEWS = 60  # texts, of which pages are filled
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


class Read(NamedTuple):
    """What an engine read on a page, and what it took: seconds on the clock and of all cores."""

    text: str
    seconds: float
    cpu: float


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ocr", description=__doc__)
    parser.add_argument("--pages", type=int, default=6, help="pages of each kind, half from seeds/, half from news")
    parser.add_argument("--no-questions", action="store_true", help="leave out the questions")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.engine:
        print(json.dumps(_read_folder(arguments.engine, arguments.folder)))
        return
    font = chinese_font()
    if font is None:
        sys.exit("There is no Chinese font on this machine: apt-get install fonts-noto-cjk")
    with tempfile.TemporaryDirectory() as folder:
        kinds = _kinds(Path(folder), font, arguments.pages)
        figures: dict[str, Any] = {"machine": machine(), "pages": arguments.pages, "kinds": kinds}
        if not arguments.no_questions:
            figures["exact"], figures["questions"] = _asked(Path(folder), font)
    publish("ocr", _table(figures), figures, write=False)


def _kinds(folder: Path, font: Font, count: int) -> dict[str, dict[str, dict[str, float]]]:
    seeds = "\n".join(file.read_text(encoding="utf-8") for file in sorted(CORPUS.iterdir()))
    news = "\n".join(paragraph.text for paragraph in load_news(most=_NEWS))
    found: dict[str, dict[str, dict[str, float]]] = {}
    for name, look in LOOKS.items():
        place = folder / name
        place.mkdir()
        texts: list[str] = []
        for text, share in ((seeds, count - count // 2), (news, count // 2)):
            for page, _ in zip(draw_pages(text, look, font, seed=len(texts)), range(share), strict=False):
                page.image.save(place / f"{len(texts):03}.png")
                texts.append(page.text)
        found[name] = {engine: _scores(_run(engine, place), texts) for engine in ENGINES}
        say(f"{name}: {found[name]}")
    return found


def _run(engine: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.ocr", "--engine", engine, "--folder", str(folder)]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _read_folder(engine: str, folder: Path) -> dict[str, Any]:
    recognise = _wenju() if engine == "wenju" else _rapidocr()
    start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reads = []
    for file in sorted(folder.glob("*.png")):
        picture = np.asarray(Image.open(file).convert("RGB"), np.uint8)
        clock, cpu = time.perf_counter(), time.process_time()
        items = recognise(picture)
        reads.append(Read(_ordered(items), time.perf_counter() - clock, time.process_time() - cpu))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"reads": reads, "start": start / 1024, "peak": peak / 1024}


def _wenju() -> Callable[[Picture], tuple[PlacedText, ...]]:
    from embeddings.models.onnx_network import available_cores
    from embeddings.recognising.networks import model_files
    from embeddings.recognising.picture_lines import PageReader

    files = model_files()
    if files is None:
        sys.exit('What recognises is not installed: pip install "wenju[ocr]"')
    return PageReader(files, available_cores()).recognise


def _rapidocr() -> Callable[[Picture], tuple[PlacedText, ...]]:
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})

    def recognise(picture: Picture) -> tuple[PlacedText, ...]:
        height, width = picture.shape[:2]
        found: Any = engine(picture[:, :, ::-1])
        return tuple(
            PlacedText(text, _box(corners, width, height), sure)
            for text, corners, sure in zip(found.txts, found.boxes, found.scores, strict=True)
        )

    return recognise


def _box(corners: npt.NDArray[np.float32], width: int, height: int) -> Box:
    shares = corners / (width, height)
    return Box(*map(float, (*shares.min(axis=0), *shares.max(axis=0))))


def _ordered(items: tuple[PlacedText, ...]) -> str:
    """In the order in which the build reads a page, whoever recognised it."""
    lines, _ = lines_of([recognised_page(1, items)])
    return "".join(line.text for line in lines)


def _scores(run: dict[str, Any], texts: list[str]) -> dict[str, float]:
    reads = [Read(*read) for read in run["reads"]]
    pairs = [(_plain(read.text), _plain(text)) for read, text in zip(reads, texts, strict=True)]
    wanted = [Counter(_FIGURE.findall(text)) for _, text in pairs]
    got = [Counter(_FIGURE.findall(text)) for text, _ in pairs]
    return {
        "characters": 1 - sum(_distance(*pair) for pair in pairs) / sum(len(text) for _, text in pairs),
        "figures": sum((want & have).total() for want, have in zip(wanted, got, strict=True))
        / max(1, sum(want.total() for want in wanted)),
        "seconds": sum(read.seconds for read in reads) / len(reads),
        "cpu": sum(read.cpu for read in reads) / len(reads),
        "peak": run["peak"],
    }


def _plain(text: str) -> str:
    """Without blanks; full-width letters and marks as the half-width ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _distance(first: str, second: str) -> int:
    """Levenshtein's distance, a row at a time."""
    other = np.array([ord(char) for char in second])
    places = np.arange(len(second) + 1)
    row = places
    for number, char in enumerate(first, 1):
        changed = np.minimum(row[1:] + 1, row[:-1] + (other != ord(char)))
        row = np.minimum.accumulate(np.concatenate([[number], changed]) - places) + places
    return int(row[-1])


def _asked(folder: Path, font: Font) -> tuple[int, int]:
    """How many questions of the dev set are answered exactly from scans of seeds/, and how many have an answer."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for file in sorted(CORPUS.iterdir()):
        text = file.read_text(encoding="utf-8")
        save_scan(corpus / f"{file.stem}.pdf", list(draw_pages(text, Look(), font)), Look().dpi)
    rebuild(corpus, folder / "index")
    report = evaluate(QA.open(folder / "index").ask, load_cases(CASES))
    for miss in report.misses:
        if miss.kind == "refused" or "inexact" in miss.kind:  # not of another file: the scans have other names
            say(f"{miss.id} {miss.question}: {miss.wanted} / {miss.got}")
    return report.exact, report.answerable


def _table(figures: dict[str, Any]) -> str:
    head = ("pages", "engine", "characters right", "figures whole", "seconds", "seconds of all cores", "peak memory")
    rows = [
        tuple(_cells(name, engine, scores))
        for name, engines in figures["kinds"].items()
        for engine, scores in engines.items()
    ]
    asked = (
        f"\nAsked of scans of seeds/: {figures['exact']} of {figures['questions']} exact.\n"
        if "exact" in figures
        else ""
    )
    return f"{headline(figures['machine'])}\n\n{markdown_table(head, rows)}{asked}"


def _cells(name: str, engine: str, scores: dict[str, float]) -> Iterator[str]:
    yield from (name, engine, f"{scores['characters']:.4f}", f"{scores['figures']:.3f}")
    yield from (f"{scores['seconds']:.1f}", f"{scores['cpu']:.1f}", f"{scores['peak']:.0f} MiB")


if __name__ == "__main__":
    main()
