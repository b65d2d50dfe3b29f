"""Figures as they are read of real texts, held against those marked by hand and against the table of the seeds."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from benchmarks.figures import measure
from benchmarks.squad import SETS
from embeddings.figures.reading import FigureReader
from embeddings.reading.documents import read_document
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from embeddings.types import FigureFacts, Sentence

TABLES = REPOSITORY / "tests" / "data" / "seeds_figures.jsonl"


@pytest.mark.skipif(not (SETS / "news_docs.jsonl.gz").is_file(), reason="the news texts are not here (WENJU_EVAL)")
def test_figures_of_news_nobody_tuned_on_are_read_as_well_as_they_were() -> None:
    reached = {"recall": 0.97, "value": 0.97, "period": 0.77, "whose": 0.58, "measure": 0.86, "mode": 0.91, "all": 0.42}
    found, _ = measure("c")
    assert {field: share for field, share in found.items() if share < reached[field]} == {}


def test_the_table_of_the_seeds_is_read_as_well_as_it_was() -> None:
    rows = [json.loads(line) for line in TABLES.read_text(encoding="utf-8").splitlines()]
    read: defaultdict[str, list[tuple[Sentence, FigureFacts]]] = defaultdict(list)
    reader, number = FigureReader(), 0
    for file in sorted({row["file"] for row in rows}):
        for article in split_articles(read_document(REPOSITORY / "seeds", file)):
            sentences: dict[int, Sentence] = {}
            for chunk in chunk_article(article, number):
                sentences |= {sentence.index: sentence for sentence in chunk.sentences}
                read[file] += [(sentences[facts.sentence], facts) for facts in reader.read(chunk)]
            number += 1
    found, right = 0, 0
    for row in rows:
        lines = (REPOSITORY / "seeds" / row["file"]).read_text(encoding="utf-8").split("\n")
        words = lines[row["line"] - 1][row["start"] : row["end"]]
        same = [
            facts
            for sentence, facts in read[row["file"]]
            if sentence.start <= row["line"] <= sentence.end and words in sentence.text[facts.start : facts.end]
        ]
        found += bool(same)
        right += any((facts.period, facts.mode) == (row["period"], row["mode"]) for facts in same)
    assert found >= 79
    assert right >= 48
