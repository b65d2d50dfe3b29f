"""What visitors say of answers, kept as questions that `wenju eval` asks: a complaint becomes a test.

A line that says what is right goes into the file itself. One that only says what is wrong goes into a second file
beside it, <stem>-open.jsonl: `wenju eval` refuses it until somebody has written the right answer into it.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import threading
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chinese.errors import WenjuError, say
from chinese.language import language_of
from chinese.sentences import split_sentences
from qa.evaluation.metrics import normalise
from qa.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qa.types import Passage

__all__ = ["LARGEST", "LONGEST_RIGHT", "Feedback", "Judgements", "open_file"]

LARGEST = 10 * (1 << 20)
"""Bytes that both files together may have."""

LONGEST_RIGHT = 2000
"""Characters that a right answer may have."""

_JUDGED_KEPT = 1000
# What ends a line for some readers, though not for JSON.
_LINE_ENDS = str.maketrans({character: f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"})


def open_file(file: Path) -> Path:
    """The file beside that keeps what is not settled: feedback.jsonl -> feedback-open.jsonl."""
    return file.with_name(f"{file.stem}-open{file.suffix or '.jsonl'}")


class Feedback:
    """A file of feedback and the one beside it, to which any number of threads append."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._appending = threading.Lock()

    def append(
        self, answer: Answer | dict[str, Any], good: bool, right: str | None = None, instead_of: str = ""
    ) -> str:
        """Append what was said of an answer, or of its `to_dict`; `right` is what it should have been, if anybody says.

        Returns the id of the new row; the row `instead_of` goes, where somebody has changed their mind.

        A good answer, or a right one, is what the question is to be answered with; a good refusal makes it a question
        that has no answer. The file is made where there is none. Raises WenjuError where `right` is too long, or the
        files are full or cannot be written; then they are as they were.
        """
        given = Answer.from_dict(answer) if isinstance(answer, dict) else answer
        wanted = "" if good or right is None else _plain(right)
        if len(wanted) > LONGEST_RIGHT:
            raise WenjuError(
                say(
                    f"正确答案太长：{len(wanted)} 字，上限 {LONGEST_RIGHT}。请写短些。",
                    f"The right answer is too long: {len(wanted)} characters, at most {LONGEST_RIGHT}. Shorten it.",
                )
            )
        both = self._file, open_file(self._file)
        row, target = _row(given, good, wanted), both[0] if good or wanted else both[1]
        line = json.dumps(row, ensure_ascii=False).translate(_LINE_ENDS) + "\n"
        with self._appending:
            try:
                _append(target, line.encode("utf-8", "replace"), both)
                if instead_of:
                    _take_out(instead_of, both)
            except OSError as error:
                raise WenjuError(
                    say(
                        f"无法写入反馈文件 {target}：{error.strerror}。请检查磁盘空间和权限。",
                        f"The feedback file {target} cannot be written: {error.strerror}. Check the disk and "
                        "permissions.",
                    )
                ) from error
        return str(row["id"])

    def withdraw(self, row: str) -> None:
        """Take out the row of an id. Raises OSError where the files cannot be written; then they are as they were."""
        with self._appending:
            _take_out(row, (self._file, open_file(self._file)))


class Judgements:
    """What visitors say of turns, each turn's latest only: whoever judges again has changed their mind.

    Of turns judged long ago it is no longer known which row is theirs; what is said then stands beside it.
    """

    def __init__(self, feedback: Feedback) -> None:
        self._feedback = feedback
        self._rows: dict[str, str] = {}
        self._judging = threading.Lock()

    def judge(self, turn: str, answer: Answer, good: bool | None, right: str | None) -> None:
        """Note that an answer is good, or not and what is `right`; None takes back what was said of it.

        Raises what `Feedback` raises.
        """
        with self._judging:
            before = self._rows.get(turn, "")
            if good is not None:
                self._rows[turn] = self._feedback.append(answer, good, right, before)
            elif before:
                self._feedback.withdraw(before)
                del self._rows[turn]
            while len(self._rows) > _JUDGED_KEPT:
                del self._rows[next(iter(self._rows))]


# --- the line


def _row(answer: Answer, good: bool, wanted: str) -> dict[str, Any]:
    texts = [[text] for text in answer.said] if good else [[wanted]]
    settled = good or bool(wanted)
    held = answer.worked_out.marked if good and answer.worked_out is not None else [group[0] for group in texts]
    where = _place(held, answer.passages) if settled else None
    # Where no passage holds what is right, which file does is not known; one that has the words is the right one.
    evidence = [where[1]] if where is not None else [wanted] if wanted else []
    now = datetime.now(UTC)
    return {
        "id": f"feedback-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
        "lang": language_of(answer.asked),
        "question": answer.asked,
        "answers": texts if settled else None,
        "source": None if where is None else where[0],
        "evidence": evidence,
        "answerable": bool(texts) if settled else None,
        "written": answer.question,
        "good": good,
        "given": list(answer.said),
        "confidence": answer.confidence,
    }


def _place(texts: Sequence[str], passages: Sequence[Passage]) -> tuple[str, str] | None:
    """The file and the sentence that hold the first of the texts; None where no passage does."""
    if not texts:
        return None
    found = next(_sentences_with(texts[0], passages), None)
    return None if found is None else (found[0].sources[0].file, found[1])


def _sentences_with(text: str, passages: Sequence[Passage]) -> Iterator[tuple[Passage, str]]:
    """Sentences in which a text is marked; after them those in which it merely stands."""
    for passage in passages:
        for start, end in passage.highlights:
            if passage.text[start:end] == text:
                yield passage, _around(passage.text, start, end)
    for passage in passages:
        for start, end in split_sentences(passage.text):
            if normalise(text) in normalise(passage.text[start:end]):
                yield passage, passage.text[start:end]


def _around(text: str, start: int, end: int) -> str:
    """The sentence that a range begins in, or the range where it goes beyond."""
    for first, last in split_sentences(text):
        if first <= start and end <= last:
            return text[first:last]
    return text[start:end]


def _plain(text: str) -> str:
    """Without controls and direction marks, blanks in a row as one."""
    return " ".join("".join(" " if c.isspace() else c for c in text if _is_plain(c)).split())


def _is_plain(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs")


# --- the file


def _append(file: Path, data: bytes, counted: Sequence[Path]) -> None:
    """Add bytes in one write, on a line of their own, or add nothing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        if before and os.pread(descriptor, 1, before - 1) != b"\n":
            data = b"\n" + data
        if sum(path.stat().st_size for path in counted if path.exists()) + len(data) > LARGEST:
            limit = LARGEST >> 20
            raise WenjuError(
                say(
                    f"反馈文件 {file} 已满（上限 {limit} MiB）。请把它移到别处。",
                    f"The feedback file {file} is full (at most {limit} MiB). Move it elsewhere.",
                )
            )
        try:
            if os.write(descriptor, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)


def _take_out(row: str, files: Sequence[Path]) -> None:
    """Write anew, beside and in one step, the file that has the row of an id, without it."""
    for file in files:
        if not file.exists():
            continue
        lines = file.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not _is_row(line, row)]
        if len(kept) < len(lines):
            beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as writing:
                writing.write(b"".join(kept))
                writing.flush()
                os.fsync(descriptor)
            beside.replace(file)


def _is_row(line: bytes, row: str) -> bool:
    try:
        return bool(json.loads(line).get("id") == row)
    except (ValueError, AttributeError):
        return False  # somebody has written into it
