"""Questions with known answers -> how often the passage is found, the phrase exact, a refusal right.

The format: one JSON object a line with id, question, answers (groups of accepted strings), source (a file),
evidence (strings of which a passage must hold one) and answerable.
"""

from __future__ import annotations

import json
import re
import statistics
import time
import unicodedata
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from embeddings.cleaning import without_readings
from embeddings.errors import WenjuError, say
from embeddings.tokens import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from qa.types import Answer, Passage

_PUNCTUATION = re.compile(r"[^\w.%/]|_")
_LONE_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_BOUND_WORDS = re.compile(r"[近超逾约达余多]")


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is accepted as its answer; see the module for the fields."""

    id: str
    question: str
    answers: tuple[tuple[str, ...], ...]
    source: str | None
    evidence: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was not answered as it should be: what was wanted, what came."""

    id: str
    question: str
    kind: str
    wanted: str
    got: str


@dataclass(frozen=True, slots=True)
class Report:
    """Counts over a set of questions; `median_ms` is wall-clock time of one answer."""

    answerable: int
    hit_at_1: int
    hit_at_3: int
    exact: int
    wrongly_refused: int
    absent: int
    refused: int
    median_ms: float
    misses: tuple[Miss, ...]

    def to_dict(self) -> dict[str, Any]:
        data = asdict(self)
        data["hit@1"] = data.pop("hit_at_1")
        data["hit@3"] = data.pop("hit_at_3")
        return data


def load_cases(path: Path) -> list[Case]:
    """Read a JSONL file of questions; WenjuError names the file, the line and what is wrong."""
    cases = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        detail = error.strerror if isinstance(error, OSError) else say("不是 UTF-8", "not UTF-8")
        raise WenjuError(
            say(
                f"无法读取问题文件 {path}：{detail}。请检查路径。",
                f"Cannot read the questions in {path}: {detail}. Check the path.",
            )
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line)))
        except ValueError as error:
            detail = say("不是 JSON", "not JSON") if isinstance(error, json.JSONDecodeError) else str(error)
            raise WenjuError(
                say(
                    f"{path} 第 {number} 行不是一道题：{detail}。每行须是含 {_FIELDS} 的 JSON 对象。",
                    f"Line {number} of {path} is not a question: {detail}. "
                    f"Each line must be a JSON object with {_FIELDS}.",
                )
            ) from error
    if not cases:
        raise WenjuError(
            say(
                f"{path} 里没有问题。每行须是含 {_FIELDS} 的 JSON 对象。",
                f"{path} holds no questions. Each line must be a JSON object with {_FIELDS}.",
            )
        )
    return cases


_FIELDS = "id, question, answers, source, evidence, answerable"


def _case(data: object) -> Case:
    """Check the fields' types; ValueError says which is wrong."""
    fields: dict[str, Any] = data if isinstance(data, dict) else {}
    groups, evidence = fields.get("answers"), fields.get("evidence")
    sound = {
        "id": isinstance(fields.get("id"), str | int),
        "question": isinstance(fields.get("question"), str),
        "answers": isinstance(groups, list) and all(_is_strings(group) for group in groups),
        "source": isinstance(fields.get("source", 0), str | None),
        "evidence": _is_strings(evidence),
        "answerable": isinstance(fields.get("answerable"), bool),
    }
    wrong = [name for name, is_sound in sound.items() if not is_sound]
    if wrong:
        raise ValueError(say(f"{'、'.join(wrong)} 缺少或类型不对", f"{', '.join(wrong)} missing or of the wrong type"))
    return Case(
        id=str(fields["id"]),
        question=fields["question"],
        answers=tuple(tuple(group) for group in fields["answers"]),
        source=fields["source"],
        evidence=tuple(fields["evidence"]),
        answerable=fields["answerable"],
    )


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def evaluate(ask: Callable[[str], Answer], cases: Sequence[Case], tick: Callable[[], object] = lambda: None) -> Report:
    """Ask every question and count; `tick` is called after each."""
    misses: list[Miss] = []
    counts = dict.fromkeys(("answerable", "hit_at_1", "hit_at_3", "exact", "wrongly_refused", "absent", "refused"), 0)
    seconds = []
    for case in cases:
        started = time.perf_counter()
        answer = ask(case.question)
        seconds.append(time.perf_counter() - started)
        if case.answerable:
            _count_answerable(case, answer, counts, misses)
        else:
            counts["absent"] += 1
            counts["refused"] += answer.reason is not None
            if answer.reason is None:
                misses.append(Miss(case.id, case.question, "answered", "", answer.text or ""))
        tick()
    median = round(1000 * statistics.median(seconds), 1) if seconds else 0.0
    return Report(**counts, median_ms=median, misses=tuple(misses))


def _count_answerable(case: Case, answer: Answer, counts: dict[str, int], misses: list[Miss]) -> None:
    rank = found_at(case, answer.passages)
    exact = is_exact(case, answer)
    refused = answer.reason is not None
    counts["answerable"] += 1
    counts["hit_at_1"] += rank == 1
    counts["hit_at_3"] += 1 <= rank <= 3
    counts["exact"] += exact
    counts["wrongly_refused"] += refused
    wanted = " + ".join("|".join(group) for group in case.answers)
    if refused:
        misses.append(Miss(case.id, case.question, "refused", wanted, answer.reason.code if answer.reason else ""))
    elif rank != 1 or not exact:
        kind = ("" if rank == 1 else f"rank {rank or '-'} ") + ("" if exact else "inexact")
        misses.append(Miss(case.id, case.question, kind.strip(), wanted, answer.text or ""))


def found_at(case: Case, passages: Sequence[Passage]) -> int:
    """Return the place (from 1) of the first passage from the right file with the evidence in it; 0 for none."""
    wanted = [normalise(text) for text in case.evidence]
    for place, passage in enumerate(passages, start=1):
        text = normalise(passage.text)
        if any(source.file == case.source for source in passage.sources) and any(part in text for part in wanted):
            return place
    return 0


def is_exact(case: Case, answer: Answer) -> bool:
    """Whether every group of accepted strings has one that equals a text, all texts joined, or an alternative."""
    given = [*answer.texts, "".join(answer.texts), *(item.text for item in answer.alternatives)]
    strings = {comparable(text) for text in given if text}
    return bool(case.answers) and all(any(comparable(text) in strings for text in group) for group in case.answers)


def normalise(text: str) -> str:
    """NFKC, simplified, lower case, without white space and pinyin notes."""
    return "".join(without_readings(fold(unicodedata.normalize("NFKC", text)), spoilt=True).split())


def comparable(text: str) -> str:
    """Normalised, without punctuation (but . % / in figures) and, where there are digits, without bound words."""
    bare = _LONE_DOT.sub("", _PUNCTUATION.sub("", normalise(text)))
    return _BOUND_WORDS.sub("", bare) if re.search(r"\d", bare) else bare
