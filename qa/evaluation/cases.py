"""Questions with known answers -> how often the passage is found, the phrase exact, a refusal right.

The format: one JSON object a line with id, question, answers (groups of accepted strings), source (a file),
evidence (strings of which a passage must hold one) and answerable.
"""

from __future__ import annotations

import json
import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from chinese.errors import WenjuError, say, wording_of
from qa.evaluation.metrics import comparable, mean_reciprocal_rank, normalise, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from qa.types import Answer, AnswerPart, Passage


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
    """Counts over a set of questions.

    `mrr` is the mean of 1 / rank of the right passage, 0 where it is not among those that came back; `median_ms`
    and `p95_ms` are wall-clock times of one answer.
    """

    answerable: int
    hit_at_1: int
    hit_at_3: int
    exact: int
    wrongly_refused: int
    absent: int
    refused: int
    median_ms: float
    misses: tuple[Miss, ...]
    hit_at_5: int = 0
    mrr: float = 0.0
    p95_ms: float = 0.0
    wrong: int = 0

    @property
    def share_right(self) -> float:
        """Of all questions, the share that gets what it should: the exact answer, or a refusal where there is none."""
        questions = self.answerable + self.absent
        return (self.exact + self.refused) / questions if questions else 0.0

    def to_dict(self) -> dict[str, Any]:
        return {name.replace("hit_at_", "hit@"): value for name, value in asdict(self).items()}


def load_cases(path: Path) -> list[Case]:
    """Read a JSONL file of questions; WenjuError names the file, the line and what is wrong."""
    cases = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        of_system = error.strerror or "" if isinstance(error, OSError) else ""
        detail = say(of_system or "不是 UTF-8", of_system or "not UTF-8")
        raise WenjuError(
            say(
                f"无法读取问题文件 {path}：{detail.zh}。请检查路径。",
                f"Cannot read the questions in {path}: {detail.en}. Check the path.",
            )
        ) from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cases.append(_case(json.loads(line)))
        except ValueError as error:
            is_json = not isinstance(error, json.JSONDecodeError)
            detail = wording_of(error) if is_json else say("不是 JSON", "not JSON")
            raise WenjuError(
                say(
                    f"{path} 第 {number} 行不是一道题：{detail.zh}。每行须是含 {_FIELDS} 的 JSON 对象。",
                    f"Line {number} of {path} is not a question: {detail.en}. "
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
    given, milliseconds = [], []
    for case in cases:
        started = time.perf_counter()
        given.append((case, ask(case.question)))
        milliseconds.append(1000 * (time.perf_counter() - started))
        tick()
    there = [(case, answer) for case, answer in given if case.answerable]
    absent = [answer for case, answer in given if not case.answerable]
    ranks = [found_at(case, answer.passages) for case, answer in there]
    return Report(
        answerable=len(there),
        hit_at_1=sum(rank == 1 for rank in ranks),
        hit_at_3=sum(1 <= rank <= 3 for rank in ranks),
        hit_at_5=sum(1 <= rank <= 5 for rank in ranks),
        mrr=round(mean_reciprocal_rank(ranks), 4),
        exact=sum(is_exact(case, answer) for case, answer in there),
        wrongly_refused=sum(answer.reason is not None for _, answer in there),
        absent=len(absent),
        refused=sum(answer.reason is not None for answer in absent),
        wrong=sum(answer.reason is None and not is_exact(case, answer) for case, answer in given),
        median_ms=round(statistics.median(milliseconds), 1) if milliseconds else 0.0,
        p95_ms=round(percentile(milliseconds, 0.95), 1) if milliseconds else 0.0,
        misses=tuple(miss for case, answer in given if (miss := _miss(case, answer)) is not None),
    )


def _miss(case: Case, answer: Answer) -> Miss | None:
    """What is wrong with the answer to a question, None where nothing is."""
    wanted = " + ".join("|".join(group) for group in case.answers)
    got = "; ".join(_given(part) for part in answer.parts) or answer.text or ""
    if not case.answerable:
        return None if answer.reason is not None else Miss(case.id, case.question, "answered", "", got)
    if answer.reason is not None:
        return Miss(case.id, case.question, "refused", wanted, answer.reason.code)
    rank = found_at(case, answer.passages)
    wrong = [*([] if rank == 1 else [f"rank {rank or '-'}"]), *([] if is_exact(case, answer) else ["inexact"])]
    return Miss(case.id, case.question, " ".join(wrong), wanted, got) if wrong else None


def _given(part: AnswerPart) -> str:
    """What one part of a question got: its texts, or the code of the reason why it has none."""
    return part.text or "" if part.reason is None else part.reason.code


def found_at(case: Case, passages: Sequence[Passage]) -> int:
    """Return the place (from 1) of the first passage from the right file with the evidence in it; 0 for none.

    Any file will do where the case names none, as one that was noted in the chat may.
    """
    wanted = [normalise(text) for text in case.evidence]
    for place, passage in enumerate(passages, start=1):
        text = normalise(passage.text)
        right_file = case.source is None or any(source.file == case.source for source in passage.sources)
        if right_file and any(part in text for part in wanted):
            return place
    return 0


def is_exact(case: Case, answer: Answer) -> bool:
    """Whether every group of accepted strings has one that equals a text, all texts joined, or an alternative."""
    parts = [*answer.said, *(text for part in answer.parts if part.worked_out for text in part.worked_out.results)]
    given = [*parts, "".join(parts), *(item.text for item in answer.alternatives)]
    strings = {comparable(text) for text in given if text}
    return bool(case.answers) and all(any(comparable(text) in strings for text in group) for group in case.answers)
