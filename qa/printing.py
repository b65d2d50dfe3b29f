"""Answers, build reports and evaluations as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.errors import say
from chinese.sentences import split_sentences
from chinese.shown import shown
from qa.question.question import language_of

if TYPE_CHECKING:
    from embeddings.types import BuildReport, Source
    from qa.evaluation.cases import Report
    from qa.types import Answer, Passage

_BOLD, _DIM, _OFF = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_UNITS_ZH = {"line": "行", "page": "页", "paragraph": "段", "row": "行", "slide": "张幻灯片"}


def format_answer(answer: Answer, colour: bool = False) -> str:
    """Write out the answer, its sentence with the answer marked by 【】, its sources, then the other passages.

    Of a question in several parts each stands above what is said to it. Words are in the language of the question.
    """
    english = language_of(answer.question) == "en"
    lines = []
    if answer.parts:
        for part in answer.parts:
            lines += [_style(_asked(part.asked, english), _DIM, colour), *_said(answer.of_part(part), english, colour)]
    else:
        lines += _said(answer, english, colour)
    if answer.reason is None:
        lines.append("")
    elif answer.passages:
        lines += ["", "Not an answer, but near:" if english else "不是答案，但相近："]
    for number, passage in enumerate(answer.passages, start=1):
        lines += _passage(number, passage, english, colour)
    return "\n".join(lines).rstrip()


def _asked(part: str, english: bool) -> str:
    return f"{part.rstrip('?？')}?" if english else f"{part.rstrip('?？')}？"


def _said(answer: Answer, english: bool, colour: bool) -> list[str]:
    """The answer with the other figures for the same thing, or why there is none."""
    if answer.reason is not None:
        return [f"No answer: {answer.reason.en}" if english else f"没有答案：{answer.reason.zh}"]
    said = f" ({answer.gloss})" if answer.gloss else ""
    others = [
        ("Also: " if english else "另见：") + f"{alternative.text} [{alternative.passage + 1}]"
        for alternative in answer.alternatives
    ]
    return [_style(answer.text or "", _BOLD, colour) + said, *remarks(answer, english), *others]


def remarks(answer: Answer, english: bool) -> list[str]:
    """What is said under an answer: that members of a list are lacking, that several articles agree."""
    found, said = len(answer.texts), []
    if answer.of is not None:
        zh = f"不完整：应有 {answer.of} 个，找到 {found} 个。"
        said.append(f"Incomplete: {found} of {answer.of} found." if english else zh)
    if answer.agreeing > 1:
        said.append(f"{answer.agreeing} articles agree." if english else f"{answer.agreeing} 篇文章一致。")
    return said


def _passage(number: int, passage: Passage, english: bool, colour: bool) -> list[str]:
    head = " · ".join(part for part in (passage.title, passage.section, passage.date or "") if part)
    lines = [shown(f"[{number}] {head}")]
    lines += [f"    {source_text(source, english)}" for source in passage.sources]
    text = marked_sentences(passage) if passage.highlights else _shorten(passage.text)
    lines += [f"    {_style(part, '', colour)}" for part in text.split("\n")]
    return [*lines, ""]


def marked_sentences(passage: Passage) -> str:
    """Return the sentences of a passage that hold a highlight, each highlight between 【 and 】."""
    parts = []
    for start, end in split_sentences(passage.text):
        inside = [(first, last) for first, last in passage.highlights if first < end and start < last]
        if not inside:
            continue
        text, place = "", start
        for first, last in inside:
            first, last = max(first, start), min(last, end)
            text += passage.text[place:first] + "【" + passage.text[first:last] + "】"
            place = last
        parts.append(text + passage.text[place:end])
    return "\n".join(parts)


def source_text(source: Source, english: bool) -> str:
    """Say a source in words: seeds/a.txt 第 3–5 行, or seeds/a.txt, lines 3–5; of a sheet the cell that is known."""
    file, several = shown(source.file), source.start != source.end
    places = f"{source.start}–{source.end}" if several else f"{source.start}"
    if english:
        sheet = f', sheet "{shown(source.sheet)}"' if source.sheet else ""
        if source.cells:
            return f"{file}{sheet}, {source.cells}"
        label = f' (labelled "{shown(source.label)}")' if source.label else ""
        scan = " (scan)" if source.scanned else ""
        return f"{file}{sheet}, {source.unit}{'s' if several else ''} {places}{label}{scan}"
    sheet = f" 表“{shown(source.sheet)}”" if source.sheet else ""
    if source.cells:
        return f"{file}{sheet} {source.cells}"
    label = f"（页码“{shown(source.label)}”）" if source.label else ""
    scan = "（扫描件）" if source.scanned else ""
    return f"{file}{sheet} 第 {places} {_UNITS_ZH[source.unit]}{label}{scan}"


def _shorten(text: str, limit: int = 120) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _style(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{_OFF}" if colour and code else text


def format_report(report: BuildReport) -> str:
    """Write out a build's result, and each file that was left out with the reason."""
    if report.encoded == 0:
        done = say("索引已是最新，没有需要编码的段落。", "The index is up to date; nothing was encoded.")
    else:
        done = say("索引已建立。", "The index is built.")
    lines = [
        done,
        say(
            f"文档 {report.documents} · 文章 {report.articles} · 段落 {report.chunks}"
            f"（新编码 {report.encoded}，沿用 {report.reused}）· {report.seconds:.1f} 秒",
            f"{_counted(report.documents, 'document')} · {_counted(report.articles, 'article')} · "
            f"{_counted(report.chunks, 'chunk')} ({report.encoded} encoded, {report.reused} reused) · "
            f"{report.seconds:.1f} s",
        ),
    ]
    if report.skipped:
        count = len(report.skipped)
        lines.append(say(f"跳过 {count} 个文件：", f"{_counted(count, 'file')} skipped:"))
        for item in report.skipped:
            file, reason = shown(item.file), shown(item.reason)
            lines.append(say(f"  {file}：{reason}", f"  {file}: {reason}"))
    partly = [item for item in report.files if any(note.left_out for note in item.notes)]
    if partly:
        count = len(partly)
        lines.append(say(f"{count} 个文件没有读全：", f"{_counted(count, 'file')} not read whole:"))
        for read in partly:
            left = " ".join(shown(note.text) for note in read.notes if note.left_out)
            lines.append(say(f"  {shown(read.file)}：{left}", f"  {shown(read.file)}: {left}"))
    return "\n".join(lines)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def format_evaluation(report: Report) -> str:
    """Write out the counts of an evaluation, then a line for each miss."""
    rows = [
        ("answerable", f"{report.answerable}"),
        ("hit@1", f"{report.hit_at_1}"),
        ("hit@3", f"{report.hit_at_3}"),
        ("exact", f"{report.exact}"),
        ("wrong", f"{report.wrong}"),
        ("wrongly_refused", f"{report.wrongly_refused}"),
        ("absent", f"{report.absent}"),
        ("refused", f"{report.refused}"),
        ("median_ms", f"{report.median_ms:.1f}"),
    ]
    lines = [f"{name:<16}{value:>8}" for name, value in rows]
    for miss in report.misses:
        lines.append(shown(f"{miss.id}  {miss.kind}  {miss.question}  -> {miss.got}  ({miss.wanted})"))
    return "\n".join(lines)
