"""What the fault tests share: a corpus before and after a change, what each says, and ways to damage a file."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from chinese.tokens import fold, tokens_of
from embeddings import Index, rebuild
from embeddings.store.generation import IndexLayout
from embeddings.store.verifying import verify
from tests.qa.support import CORPUS, ENCODER
from tests.support import counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from embeddings.types import BuildReport
    from qa import QA

BEFORE = CORPUS
SAID_BEFORE = {
    "果农今年收获苹果多少吨?": "30吨",
    "东港2023年建成多少座码头?": "3座",
    "谁主持设计春城图书馆新馆?": "林青",
}

AFTER = {
    "fruit.txt": page("苹果丰收", "果农今年收获苹果45吨。"),
    "library.txt": CORPUS["library.txt"],
    "port.txt": page("港口扩建", "东港2023年建成码头8座,总投资12.6亿元。"),
} | {f"plant-{number:02}.txt": page(f"工厂{number}号", f"编号{number}的工厂投产。") for number in range(70)}
"""One file is gone, two say something else, and seventy are new: three batches to encode."""
SAID_AFTER = SAID_BEFORE | {"果农今年收获苹果多少吨?": "45吨", "东港2023年建成多少座码头?": "8座"}


def build(corpus: Path, place: Path) -> BuildReport:
    return rebuild(corpus, place, progress=False, encoder=ENCODER)


def built(folder: Path) -> Path:
    """Build an index of BEFORE in `folder`/index, its corpus beside it."""
    build(write_corpus(folder / "corpus", BEFORE), folder / "index")
    return folder / "index"


def change(corpus: Path) -> None:
    """Make AFTER of BEFORE."""
    for name in BEFORE.keys() - AFTER.keys():
        (corpus / name).unlink()
    write_corpus(corpus, AFTER)


def opened(place: Path) -> QA:
    return counting_qa(Index.open(place), ENCODER)


def said(place: Path) -> dict[str, str | None]:
    """Ask the index the questions, as a process that has just been started would."""
    qa = opened(place)
    with closing(qa.index):
        return {question: qa.ask(question).text for question in SAID_BEFORE}


def content(place: Path) -> tuple[object, ...]:
    """Give all that an index answers from, so that two builds can be compared.

    Its files differ in what no answer depends on: tantivy's have random names, and what was taken over from the
    generation before lies otherwise in a table than what was put in by row.
    """
    with closing(Index.open(place)) as index:
        index.verify()
        vectors = {name: file.sha256 for name, file in index.manifest.files.items() if name.startswith("dense")}
        words = sorted(index.vocabulary().items())
        ranked = index.search_lexical([[("工厂", 1.0)], [("投产", 0.5), ("码头", 1.0)]], 100)
        chunks = list(index.all_chunks())
        by_place = list(index.standings()), list(index.copies())
        by_article = [index.article_chunks(number) for number in range(index.manifest.articles)]
        figures = list(index.all_figures())
        found = {token for item in figures for token in tokens_of(fold(item.facts.measure))}
        measures = sorted((item.words, item.count) for item in index.measures_with(found))
        of_measures = [
            index.figures_of_measures([item.id for item in index.measures_with([token])]) for token in sorted(found)
        ]
        told = index.manifest.documents, index.manifest.articles, index.manifest.chunks, index.manifest.skipped
        return vectors, words, ranked, chunks, by_place, by_article, figures, measures, of_measures, told


def assert_nothing_half_left(place: Path) -> None:
    """Only what the layout names is there, at most two generations, and every byte as it was written."""
    assert {path.name for path in place.iterdir()} <= {".lock", "CURRENT", "generations", "readings", "vectors"}
    assert {path.name for path in (place / "vectors").iterdir()} == {"vectors.sqlite"}
    assert {path.name for path in (place / "readings").iterdir()} == {"readings.sqlite"}
    generations = [path.name for path in IndexLayout(place).generations.iterdir()]
    assert len(generations) <= 2
    assert not any(name.startswith(".") for name in generations)
    assert verify(place, progress=False).faults == ()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def lengthened(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\0")


def zeroed_in_the_middle(file: Path) -> None:
    content = file.read_bytes()
    third = len(content) // 3
    file.write_bytes(content[:third] + bytes(third) + content[2 * third :])


def bit_flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)


def missing(file: Path) -> None:
    file.unlink()


PARTS = [
    "chunks.sqlite",
    "figures.sqlite",
    "origins.sqlite",
    "dense.faiss",
    "meta.json",
    ".managed.json",
    "blocks.json",
    "*.fast",
    "*.fieldnorm",
    "*.idx",
    "*.pos",
    "*.store",
    "*.term",
]
"""Patterns of the files that a small generation consists of, besides its manifest."""

DAMAGES: tuple[Callable[[Path], None], ...] = (
    emptied,
    truncated,
    lengthened,
    zeroed_in_the_middle,
    bit_flipped,
    missing,
)
