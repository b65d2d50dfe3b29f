"""Question sets in SQuAD's format: paragraphs, their questions, and the answers that are accepted.

The sets are not part of the project. They are looked for in ../shared/eval beside the checkout, or in the folder that
WENJU_EVAL names.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from chinese.tokens import simplify

SETS = Path(os.environ.get("WENJU_EVAL") or Path(__file__).resolve().parents[2] / "shared" / "eval")


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question on one paragraph; `answers` are (text, start in the paragraph), the first the annotators' own.

    `start` is -1 where the set says nothing of the place (an English question over its Chinese paragraph has one).
    """

    id: str
    text: str
    answers: tuple[tuple[str, int], ...]

    @property
    def accepted(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for text, _ in self.answers))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of an article, numbered within its set; `title` is "" where the set names none."""

    number: int
    article: int
    title: str
    text: str
    questions: tuple[SquadQuestion, ...]


def load_squad(name: str, folder: Path = SETS) -> list[Paragraph]:
    """Load the paragraphs of a set (`drcd_dev`), in simplified characters of the same length.

    Raises FileNotFoundError, naming the folder, where the set is not there.
    """
    file = folder / f"{name}.json"
    if not file.is_file():
        raise FileNotFoundError(f"There is no question set {file}. Set WENJU_EVAL to the folder that holds it.")
    found: list[Paragraph] = []
    for article, item in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"]):
        for paragraph in item["paragraphs"]:
            questions = tuple(
                SquadQuestion(
                    str(qa["id"]),
                    simplify(qa["question"]),
                    tuple((simplify(answer["text"]), int(answer["answer_start"])) for answer in qa["answers"]),
                )
                for qa in paragraph["qas"]
                if qa["question"].strip()  # CMRC's trial set has one without words
            )
            title = simplify(item.get("title") or "")
            found.append(Paragraph(len(found), article, title, simplify(paragraph["context"]), questions))
    return found


def english_over_chinese(part: str, folder: Path = SETS) -> list[Paragraph]:
    """Load XQuAD's Chinese paragraphs (`part` is "train" or "dev") with the English questions of the same ids."""
    english = {
        question.id: question.text
        for paragraph in load_squad(f"xquad_{part}.en", folder)
        for question in paragraph.questions
    }
    return [
        replace(
            paragraph,
            questions=tuple(
                replace(question, text=english[question.id])
                for question in paragraph.questions
                if question.id in english
            ),
        )
        for paragraph in load_squad(f"xquad_{part}.zh", folder)
    ]
