"""Questions written for this project: invented articles, and what people might ask of them (`benchmarks/written/`).

The sets of others ask about encyclopedias and news in the words of the text. These ask as users do, about what stands
in an office's folder: the second of two rates, the part and the whole, another year or zone, a row of a table, in
everyday words, and a quarter of them about what no article says. No place, body or person in them exists.

Owned here: reading them, and making the reader's examples of them. Called by train_reader.py and fit.py; what is
kept from the reader is what ranker and confidence can be fitted on.
"""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.reader_data import Example
from benchmarks.reader_sets import pairs_of
from benchmarks.squad import SquadQuestion
from embeddings.reading.documents import read_document
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.types import Chunk

FOLDER = Path(__file__).with_name("written")
_YES_NO = frozenset("是否")
_NEGATIVES, _OF_NONE, _NEAREST = 2, 3, 6
"""Passages without the answer that stand beside one with it, those of a question that has none, and of how many they
are drawn."""


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question, its accepted answers or the members of its list, and the sentence of a file in which they stand.

    One that no article answers has neither; one that follows up on another has that one as `history`.
    """

    question: str
    answers: tuple[str, ...]
    members: tuple[str, ...]
    file: str
    evidence: str
    history: tuple[str, ...] = ()

    @property
    def stands_alone(self) -> bool:
        """Whether it is asked by itself, for words of a text: yes and no are none."""
        return not self.history and not set(self.answers) & _YES_NO


@dataclass(frozen=True)
class WrittenCorpus:
    """Articles by their files' names, and the questions asked of them."""

    name: str
    documents: dict[str, str]
    questions: tuple[WrittenQuestion, ...]

    def chunks(self) -> dict[str, list[Chunk]]:
        """The passages of each file, cut as a build cuts them."""
        found: dict[str, list[Chunk]] = {}
        with tempfile.TemporaryDirectory() as folder:
            self.write(Path(folder))
            for file in self.documents:
                articles = split_articles(read_document(Path(folder), file))
                found[file] = [item for number, one in enumerate(articles) for item in chunk_article(one, number)]
        return found

    def write(self, folder: Path) -> None:
        """Write its articles, a file each."""
        for file, text in self.documents.items():
            (folder / file).write_text(text, encoding="utf-8")


@cache
def load_written(source: Path = FOLDER) -> tuple[WrittenCorpus, ...]:
    """Every corpus of a file, or of a folder's files in their order."""
    return tuple(
        _corpus(f"{file.stem}-{number}", json.loads(line))
        for file in (sorted(source.glob("*.jsonl")) if source.is_dir() else [source])
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines())
    )


def _corpus(name: str, data: dict[str, list[dict[str, object]]]) -> WrittenCorpus:
    documents = {str(item["file"]): str(item["text"]) for item in data["documents"]}
    questions = [
        WrittenQuestion(
            str(item["question"]),
            _strings(item["answers"]),
            _strings(item["all"]),
            str(item["file"]),
            str(item["evidence"]),
            _strings(item["history"]),
        )
        for item in data["questions"]
    ]
    return WrittenCorpus(name, documents, tuple(questions))


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


_KEPT_WHOLE = range(110, 150)
"""Corpora of which the reader sees none; of the others it sees two of three."""


def is_kept(place: int) -> bool:
    """Whether the corpus at this place is kept from the reader."""
    return place % 3 == 1 or place in _KEPT_WHOLE


def asked_of_kept() -> Iterator[tuple[WrittenCorpus, list[SquadQuestion]]]:
    """The corpora kept from the reader with their questions, those without an answer among them."""
    for place, corpus in enumerate(load_written()):
        if is_kept(place):
            yield (
                corpus,
                [
                    SquadQuestion(f"{corpus.name}-{number}", item.question, tuple((text, 0) for text in wanted))
                    for number, item in enumerate(corpus.questions)
                    if item.stands_alone
                    for wanted in [item.members or item.answers]
                ],
            )


def written_examples(epochs: int, seed: int) -> list[Example]:
    """The reader's examples of all corpora that are not kept from it, so many times with other negatives."""
    found: list[Example] = []
    for place, corpus in enumerate(load_written()):
        if is_kept(place):
            continue
        chunks = corpus.chunks()
        for number, item in enumerate(corpus.questions):
            if item.stands_alone:
                for epoch in range(epochs):
                    found.extend(_of_question(item, chunks, random.Random(f"{seed}-{epoch}-{corpus.name}-{number}")))
    return found


def _of_question(item: WrittenQuestion, chunks: dict[str, list[Chunk]], chance: random.Random) -> Iterator[Example]:
    wanted = item.members or item.answers
    others = [chunk for own in chunks.values() for chunk in own if not any(text in chunk.text for text in wanted)]
    asked = pairs_of(item.question)
    others.sort(key=lambda chunk: -len(asked & pairs_of(f"{chunk.context}{chunk.text}")))
    if wanted:
        place = _place_of(item, chunks.get(item.file, []))
        if place is None:
            return
        chunk, (first, *rest) = place
        yield Example(item.question, chunk.text, chunk.context, first, tuple(rest))
    near = others[:_NEAREST]
    chance.shuffle(near)
    for chunk in near[: _NEGATIVES if wanted else _OF_NONE]:
        yield Example(item.question, chunk.text, chunk.context, None)


def _place_of(item: WrittenQuestion, chunks: Sequence[Chunk]) -> tuple[Chunk, list[tuple[int, int]]] | None:
    """The passage with the sentence that bears the answer, and where it or its members stand there.

    A row of a table is not written in a passage as it is in its file, so that the sentence most like the evidence is
    taken.
    """
    wanted, likeness = item.members or item.answers[:1], pairs_of(item.evidence)
    best: tuple[float, Chunk, list[tuple[int, int]]] | None = None
    for chunk in chunks:
        start = 0
        for sentence in chunk.sentences:
            start = chunk.text.index(sentence.text, start)
            own = pairs_of(sentence.text)
            alike = len(own & likeness) / (len(own | likeness) or 1)
            spans = _in_order(wanted, chunk.text, start, None if item.members else start + len(sentence.text))
            start += len(sentence.text)
            if spans and (best is None or alike > best[0]):
                best = alike, chunk, spans
    return None if best is None else best[1:]


def _in_order(wanted: Sequence[str], text: str, start: int, end: int | None) -> list[tuple[int, int]]:
    """Where each of these stands, one behind the other; [] where one does not."""
    spans = []
    for words in wanted:
        start = text.find(words, start, end)
        if start < 0:
            return []
        spans.append((start, start + len(words)))
        start += len(words)
    return spans
