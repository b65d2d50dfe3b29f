"""A file of questions, a line each: the answers as they come, in their order; how far it is on standard error."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, Literal

from tqdm import tqdm

from chinese.errors import WenjuError, language, say
from chinese.shown import harmless, shown, shown_json
from qa.sources import source_text
from terminal.cli import ABSENT, ANSWERED, FAILED
from terminal.printing import format_said, marked_sentences
from terminal.screen import Screen, dim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from qa.engine import QA
    from qa.question.many import Reply
    from qa.question.scope import Scope
    from qa.types import Answer

__all__ = ["Form", "ask_batch", "read_input"]

Form = Literal["text", "csv", "json"]


def ask_batch(qa: QA, file: Path, k: int, scope: Scope | None, workers: int, form: Form) -> int:
    """Ask every line of a file, "-" for standard input, and print each answer, or the error in its place.

    Gives the exit code: 2 where there was an error, otherwise 1 where a question has no answer, otherwise 0.
    """
    questions = _lines(file)
    write = _writer(form)
    answered = absent = failed = 0
    with tqdm(total=len(questions), desc=say("提问", "asking"), unit=say("题", "q"), disable=None) as bar:
        for reply in qa.ask_many(questions, k, workers=workers, within=scope, progress=False):
            with bar.external_write_mode(file=sys.stdout):
                write(reply)
                sys.stdout.flush()
            bar.update()
            failed += reply.error is not None
            answered += bool(reply)
            absent += reply.error is None and not reply
    print(
        say(
            f"{len(questions)} 个问题：{answered} 个有答案，{absent} 个文档里没有，{failed} 个出错。",
            f"{len(questions)} questions: {answered} answered, {absent} not in the documents, {failed} with an error.",
        ),
        file=sys.stderr,
    )
    return FAILED if failed else ABSENT if absent else ANSWERED


def read_input() -> str:
    """Standard input to its end; whoever types it is told how to end it."""
    if sys.stdin.isatty():
        hint = say("请输入问题，另起一行按 Ctrl-D 结束。", "Type what you ask; Ctrl-D on a line of its own ends it.")
        print(Screen.of(sys.stderr).shown(hint), file=sys.stderr)
    return sys.stdin.read()


def _lines(file: Path) -> list[str]:
    try:
        text = read_input() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        of_system = error.strerror or "" if isinstance(error, OSError) else ""
        zh, en = of_system or "不是 UTF-8", of_system or "not UTF-8"
        raise WenjuError(
            say(
                f"无法读取问题文件 {file}：{zh}。请检查路径，并存为 UTF-8。",
                f"Cannot read the questions in {file}: {en}. Check the path, and save it as UTF-8.",
            )
        ) from error
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if not found:
        raise WenjuError(
            say(f"{file} 里没有问题。每行写一个问题。", f"{file} holds no questions. Write one on each line.")
        )
    return found


def _writer(form: Form) -> Callable[[Reply], None]:
    if form == "json":
        return _write_json
    if form == "text":
        screen = Screen.of_output()
        return lambda reply: print(screen.shown("\n".join(_text(reply))))
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(
        say(
            "问题,答案,英文,把握,其他说法,理由,句子,出处,错误",
            "question,answer,gloss,confidence,other figures,reason,sentence,sources,error",
        ).split(",")
    )
    return lambda reply: table.writerow([harmless(shown(cell)) for cell in _row(reply)])


def _write_json(reply: Reply) -> None:
    data = {"question": reply.question, "error": str(reply.error)} if reply.answer is None else reply.answer.to_dict()
    print(shown_json(json.dumps(data, ensure_ascii=False)))


def _text(reply: Reply) -> list[str]:
    """The question, what is said to it, and the sentences that bear it out."""
    lines = [dim(shown(reply.question))]
    if reply.answer is None:
        return [*lines, shown(say(f"错误：{reply.error}", f"Error: {reply.error}")), ""]
    lines += format_said(reply.answer)
    for sentence, sources in _bearing_out(reply.answer):
        lines += [f"    {part}" for part in sentence.split("\n")]
        lines.append(f"    {dim(sources)}")
    return [*lines, ""]


def _row(reply: Reply) -> list[str]:
    answer = reply.answer
    if answer is None:
        return [reply.question, *[""] * 7, str(reply.error)]
    reason = "" if answer.reason is None else say(answer.reason.zh, answer.reason.en)
    others = "; ".join(item.text for item in answer.alternatives)
    held = next(_bearing_out(answer), ("", ""))
    sure = f"{answer.confidence:.2f}"
    return [
        reply.question,
        answer.text or "",
        answer.gloss or "",
        sure,
        others,
        reason,
        answer.sentence or "",
        held[1],
        "",
    ]


def _bearing_out(answer: Answer) -> Iterator[tuple[str, str]]:
    """Of each passage with an answer its marked sentences, and where they stand."""
    english = language() == "en"
    for passage in answer.passages if answer.found else ():
        if passage.highlights:
            yield marked_sentences(passage), "; ".join(source_text(source, english) for source in passage.sources)
