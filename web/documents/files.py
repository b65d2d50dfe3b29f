"""The documents tab as HTML: the table of files, a build's state, what was said, articles found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.shown import shown
from embeddings.types import in_one
from qa.sources import source_text
from web.chat.evidence import date_text, place_of
from web.look.marks import escape, find_words, marked
from web.look.words import html_language, said_in, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from embeddings.types import BuildReport
    from qa.finding.articles import ArticleHit
    from web.documents.building import BuildState
    from web.documents.library import FileRow, Library

_KIB, _MIB = 1 << 10, 1 << 20
_COLUMNS = (("file", ""), ("articles", "n"), ("chunks", "n"), ("date", ""), ("size", "n"), ("status", ""))
_MOST_LISTED = 20
"""Files that are named under a finished build."""


def render_library(library: Library, language: Language) -> str:
    """The notice of changes since the last build, and a row for each file."""
    notice = ""
    if library.changed:
        text = word("stale", language).format(library.changed)
        notice = f'<p class="wj-notice" role="status">{escape(text)}</p>'
    if not library.rows:
        return _wrapped(f'<p class="wj-soft">{word("no_files", language)}</p>', language)
    head = "".join(f'<th scope="col"{_number(kind)}>{word(key, language)}</th>' for key, kind in _COLUMNS)
    rows = "".join(_row(row, language) for row in library.rows)
    title = word("files", language)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    frame = f'<div class="wj-table" tabindex="0" role="region" aria-label="{title}">{table}</div>'
    return _wrapped(f"{notice}<h2>{title}</h2>{frame}", language)


def _wrapped(inner: str, language: Language) -> str:
    return f'<div class="wj" lang="{html_language(language)}">{inner}</div>' if inner else ""


def _number(kind: str) -> str:
    return ' class="wj-number"' if kind else ""


def _row(row: FileRow, language: Language) -> str:
    date = date_text(row.date, language) if row.date else ""
    known = row.status in ("indexed", "changed", "removed")
    cells = [
        f'<span lang="zh-CN">{escape(shown(row.file))}</span>',
        str(row.articles) if known else "",
        str(row.chunks) if known else "",
        escape(date),
        size_text(row.bytes),
        _status(row, language),
    ]
    columns = zip(_COLUMNS, cells, strict=True)
    return f"<tr>{''.join(_cell(key, kind, text, language) for (key, kind), text in columns)}</tr>"


def _cell(key: str, kind: str, text: str, language: Language) -> str:
    """A cell; on a phone, where there are no columns, a figure has its heading beside it."""
    label = "" if key in ("file", "status") else f' data-label="{word(key, language)}"'
    return f"<td{_number(kind)}{label}>{text}</td>"


def _status(row: FileRow, language: Language) -> str:
    """How it stands with a file and why; under that what was read of it, and what was not."""
    reason = said_in(language, row)
    read, left = (said_in(language, in_one(row.notes, left_out=out)) for out in (False, True))
    status = word("partly" if left and row.status == "indexed" else row.status, language)
    lines = [escape(status + (f"{_colon(language)}{reason}" if reason else ""))]
    lines += [f'<small class="wj-soft">{escape(shown(read))}</small>'] if read else []
    lines += [f"<small>{escape(shown(left))}</small>"] if left else []
    return "<br>".join(lines)


def _colon(language: Language) -> str:
    return ": " if language == "en" else "："


def size_text(size: int) -> str:
    """Bytes as people read them: 12 KB, 3.4 MB (of 1,024)."""
    if size >= _MIB:
        return f"{size / _MIB:.1f} MB"
    return f"{max(1, round(size / _KIB))} KB" if size else "0 KB"


def render_lines(lines: Sequence[str], language: Language) -> str:
    """What happened, a line each."""
    return _wrapped("".join(f'<p role="status">{escape(line)}</p>' for line in lines), language)


def render_build(state: BuildState, language: Language) -> str:
    """A running build with its bar, else how the last one ended; "" before the first."""
    if state.phase == "running":
        return _wrapped(_bar(state, language), language)
    if state.phase == "stopped":
        return render_lines([word("stopped", language)], language)
    if state.phase == "failed":
        error = said_in(language, state)
        return _wrapped(
            f'<p class="wj-error" role="alert">{escape(word("build_failed", language) + error)}</p>', language
        )
    if state.phase == "done" and state.report is not None:
        return _wrapped(_summary(state.report, language), language)
    return ""


def _bar(state: BuildState, language: Language) -> str:
    seconds = word("so_far", language).format(time_text(state.seconds, language))
    if state.progress is None or not state.progress.total:
        name = word("building", language)
        return f'<p role="status">{name} {seconds}</p><progress aria-label="{name}"></progress>'
    done, total = state.progress.done, state.progress.total
    stage = word(state.progress.stage, language)
    if state.seconds_left is not None:
        seconds += " · " + word("left", language).format(time_text(state.seconds_left, language))
    return (
        f'<p role="status">{stage} {done}/{total} · {seconds}</p>'
        f'<progress max="{total}" value="{done}" aria-label="{stage}"></progress>'
    )


def _summary(report: BuildReport, language: Language) -> str:
    counts = (report.documents, report.articles, report.chunks, report.encoded, report.reused)
    text = word("built", language).format(*counts, time_text(report.seconds, language))
    skipped = [(item.file, said_in(language, item)) for item in report.skipped]
    notes = [(item.file, said_in(language, in_one(item.notes, left_out=True))) for item in report.files]
    partly = [(file, left) for file, left in notes if left]
    lists = _listed("left_out", skipped, language) + _listed("not_whole", partly, language)
    return f'<p role="status">{escape(text)}</p>{lists}'


def _listed(title: str, entries: Sequence[tuple[str, str]], language: Language) -> str:
    """Files and what is said of each; of many the first, for the table has them all."""
    if not entries:
        return ""
    colon = _colon(language)
    items = [f"<li>{escape(shown(file))}{colon}{escape(shown(said))}</li>" for file, said in entries[:_MOST_LISTED]]
    if rest := len(entries) - len(items):
        items.append(f"<li>{escape(word('in_table', language).format(rest))}</li>")
    return f"<h3>{word(title, language)}</h3><ul>{''.join(items)}</ul>"


def time_text(seconds: float, language: Language) -> str:
    """Seconds in words: 42 秒, 3 分 5 秒."""
    whole = round(seconds)
    if whole < 60:
        return word("second", language).format(whole)
    return word("minute", language).format(*divmod(whole, 60))


def render_found(hits: Sequence[ArticleHit], language: Language) -> str:
    """Articles found by words; each can be read whole."""
    if not hits:
        return _wrapped(f'<p class="wj-soft">{word("nothing_found", language)}</p>', language)
    return _wrapped(f'<div class="wj-found">{"".join(_hit(hit, language) for hit in hits)}</div>', language)


def _hit(hit: ArticleHit, language: Language) -> str:
    facts = [date_text(hit.date, language)] if hit.date else []
    meta = "".join(f"<span>{escape(fact)}</span>" for fact in (*facts, source_text(hit.source, language == "en")))
    text = marked(hit.snippet, (), find_words(hit.matched, hit.snippet))
    opener = f'<button type="button" class="wj-open"{place_of(hit.source)}>{word("open", language)}</button>'
    return (
        f'<article class="wj-card"><h3 lang="zh-CN">{escape(hit.title)}</h3><p class="wj-meta">{meta}</p>'
        f'<p class="wj-passage" lang="zh-CN">{text}</p>{opener}</article>'
    )
