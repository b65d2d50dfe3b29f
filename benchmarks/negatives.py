"""The questions of the training sets, each with the passages that the project's own retrieval ranks high for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from benchmarks.corpora import build_corpus
from benchmarks.reader_data import Asked, without_answers
from benchmarks.squad import Paragraph, english_over_chinese, load_squad
from chinese.language import language_of
from chinese.tokens import fold, simplify
from embeddings.models.encoder import load_encoder
from qa.english.lexicon import Lexicon
from qa.finding.retrieval import search
from qa.question.question import parse_question, read_as

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from embeddings import Index
    from embeddings.types import FloatArray


class Remembered:
    """An encoder whose query vectors were made beforehand, all at once."""

    def __init__(self, texts: Sequence[str], vectors: FloatArray) -> None:
        self._rows = dict(zip(texts, vectors, strict=True))

    def encode_queries(self, texts: Sequence[str]) -> FloatArray:
        return np.stack([self._rows[text] for text in texts])


def with_near(part: str, paragraphs: Sequence[Paragraph], index: Index, file: Path) -> list[Asked]:
    """Every question with the texts that the project's own retrieval ranks high for it; kept in `file`."""
    near: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    todo = [(item, question) for item in paragraphs for question in item.questions if question.id not in near]
    if todo:
        texts = [simplify(question.text) for _, question in todo]
        encoder = load_encoder()
        vectors = np.concatenate(
            [
                encoder.encode_queries(texts[start : start + 64])
                for start in tqdm(range(0, len(texts), 64), desc=f"{part}: questions", unit="batch")
            ]
        )
        remembered: Any = Remembered(texts, vectors)
        lexicon = Lexicon.for_vocabulary(index.vocabulary())
        for item, question in tqdm(todo, desc=f"{part}: hard negatives", unit="question"):
            parsed = parse_question(question.text, lexicon if language_of(question.text) == "en" else None)
            hits = search(index, remembered, parsed, 30)
            own = f"{item.number:05}.txt"
            others = [hit.chunk.text for hit in hits if not hit.chunk.sources[0].file.endswith(own)]
            texts_of = without_answers(question, others)
            both = read_as(parsed, [fold(text) for text in (item.text, *texts_of)]) if parsed.language == "en" else ""
            near[question.id] = {"near": texts_of, "both": both}
        file.write_text(json.dumps(near, ensure_ascii=False), encoding="utf-8")
    return [
        Asked(part, item, question, tuple(found.get("near", ())), found.get("both", ""))
        for item in paragraphs
        for question in item.questions
        for found in [near.get(question.id, {})]
    ]


def load_asked(work: Path) -> list[Asked]:
    """All questions of the training sets, with hard negatives."""
    found: list[Asked] = []
    for part in ("drcd_train", "cmrc_train", "xquad_train.zh"):
        paragraphs = load_squad(part)
        index = build_corpus({part: paragraphs}, work, part)
        found.extend(with_near(part, paragraphs, index, work / f"{part}.near.json"))
        if part == "xquad_train.zh":
            english = english_over_chinese("train")
            found.extend(with_near(part, english, index, work / "xquad_train.en-zh.near.json"))
            found.extend(Asked(part, item, q, ()) for item in load_squad("xquad_train.en") for q in item.questions)
    return found
