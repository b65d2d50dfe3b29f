"""Passages of news that look like an answer and hold none: `python -m benchmarks.news_negatives --work FOLDER`.

The project's own retrieval ranks the passages of news_docs.jsonl.gz, 7,187 news texts, for questions of the *_train
sets. The index takes about an hour to build on two cores; it goes on where it was stopped, and so does the search: each
question's passages are a line of news.near.jsonl of their own.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from benchmarks.corpora import build_corpus
from benchmarks.reader_data import without_answers
from benchmarks.squad import SETS, Paragraph
from chinese.tokens import simplify
from embeddings.models.encoder import load_encoder
from qa.finding.retrieval import search
from qa.question.question import parse_question

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from benchmarks.reader_data import Asked
    from embeddings import Index
    from embeddings.models.encoder import Encoder

PARTS = ("crud_news_train", "fewfc_train", "cmrc2018_train")
"""Sets whose questions are about what news tell of."""
FILE = "news.near.jsonl"
_PASSAGES = 12


def load_news(folder: Path = SETS, most: int | None = None) -> list[Paragraph]:
    """The news texts, each a paragraph of its own without questions."""
    with gzip.open(folder / "news_docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [simplify(json.loads(line)["text"]) for line, _ in zip(lines, range(most or 1_000_000), strict=False)]
    return [Paragraph(number, number, "", text, ()) for number, text in enumerate(texts)]


def find_near(asked: Sequence[Asked], index: Index, encoder: Encoder, file: Path) -> None:
    """Add a line to `file` for each question that has none yet."""
    done = kept_near(file).keys()
    todo = [item for item in asked if item.question.id not in done]
    with file.open("a", encoding="utf-8") as out:
        for item in tqdm(todo, desc="news passages", unit="question", disable=None):
            hits = search(index, encoder, parse_question(item.question.text), _PASSAGES)
            near = without_answers(item.question, [hit.chunk.text for hit in hits])
            out.write(json.dumps({"id": item.question.id, "near": near}, ensure_ascii=False) + "\n")
            out.flush()


def kept_near(file: Path) -> dict[str, tuple[str, ...]]:
    """The passages found so far by question; a last line that was cut off counts as not written."""
    return {row["id"]: tuple(row["near"]) for row in _rows(file)}


def _rows(file: Path) -> Iterable[dict[str, Any]]:
    if not file.is_file():
        return
    whole = file.read_bytes().rpartition(b"\n")[0]
    if file.stat().st_size > len(whole) + 1:
        with file.open("r+b") as out:
            out.truncate(len(whole) + 1 if whole else 0)
    for line in whole.splitlines():
        yield json.loads(line)


def main() -> None:
    """Run the command."""
    from benchmarks.reader_sets import load_parts

    parser = argparse.ArgumentParser(prog="python -m benchmarks.news_negatives", description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("build") / "reader", help="the index and what was found")
    parser.add_argument("--news", type=int, help="take so many of the news only")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder()
    index = build_corpus({"news": load_news(most=arguments.news)}, arguments.work, "news", encoder)
    find_near(load_parts(arguments.parts), index, encoder, arguments.work / FILE)


if __name__ == "__main__":
    main()
