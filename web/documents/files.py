"""The documents tab as HTML: the table of files, a build's state, what was said, articles found."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from chinese.shown import shown
from chinese.tokens import fold
from embeddings.types import in_one
from qa.sources import source_text
from web.chat.evidence import date_text, place_of
from web.documents.listing import PER_PAGE, SHOWN, ListQuery, list_page
from web.look.marks import attribute, escape, find_words, marked
from web.look.words import html_language, said_in, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from embeddings.types import BuildReport
    from qa.finding.articles import ArticleHit
    from web.documents.building import BuildState
    from web.documents.library import FileRow, Library
    from web.documents.listing import Listing, SortedBy
    from web.documents.restoring import Kept

_KIB, _MIB = 1 << 10, 1 << 20
_COLUMNS: tuple[tuple[str, SortedBy | None, bool], ...] = (
    ("file", "file", False),
    ("date", "date", False),
    ("articles", None, True),
    ("pages", "pages", True),
    ("size", "size", True),
    ("status", "status", False),
)
"""The columns' words, what they sort by, and whether they hold figures."""
_MOST_LISTED = 20
"""Files that are named under a finished build."""


def render_library(
    library: Library, language: Language, query: ListQuery | None = None, *, may_change: bool = False
) -> str:
    """A page of the list: what has changed since the last build, which files there are, a row for each of the page."""
    query = ListQuery() if query is None else query
    found = list_page(library, query)
    notice = _notice(found.pending, language, may_change) if found.pending else ""
    if not found.total:
        return _wrapped(f'<p class="wj-soft">{word("no_files", language)}</p>', language)
    counts = _filters(found, query, language, may_change)
    if not found.rows:
        return _wrapped(f'{notice}{counts}<p class="wj-soft">{word("no_such_file", language)}</p>', language)
    head = "".join(_heading(key, by, number, query, language) for key, by, number in _COLUMNS)
    acts = f'<th scope="col"><span class="wj-hidden">{word("doing", language)}</span></th>' if may_change else ""
    rows = "".join(_row(row, language, may_change) for row in found.rows)
    table = f"<table><thead><tr>{head}{acts}</tr></thead><tbody>{rows}</tbody></table>"
    frame = f'<div class="wj-table" role="region" aria-label="{word("files", language)}">{table}</div>'
    return _wrapped(f"{notice}{counts}{frame}{_pager(found.page, len(found.rows), found.found, language)}", language)


def _notice(pending: int, language: Language, may_change: bool) -> str:
    text = escape(word("stale", language).format(pending))
    button = f' <button type="button" id="wj-build">{word("build", language)}</button>' if may_change else ""
    return f'<p class="wj-notice" role="status">{text}{button}</p>'


def _filters(found: Listing, query: ListQuery, language: Language, may_change: bool) -> str:
    """Buttons for all files, those not read, those that wait, those taken out; with how many there are."""
    counts = {"all": found.total, "unread": found.unread, "pending": found.pending}
    shown_ = [name for name in SHOWN if name != "kept" or may_change]
    buttons = "".join(
        f'<button type="button" class="wj-filter" data-shown="{name}"'
        f' aria-pressed="{str(name == query.shown).lower()}">{word(f"shown_{name}", language)}'
        f"{f' {counts[name]}' if name in counts else ''}</button>"
        for name in shown_
    )
    return f'<div class="wj-filters" role="group" aria-label="{word("filters", language)}">{buttons}</div>'


def _heading(key: str, by: SortedBy | None, number: bool, query: ListQuery, language: Language) -> str:
    name, kind = word(key, language), _number(number)
    if by is None:
        return f'<th scope="col"{kind}>{name}</th>'
    here = by == query.by
    order = ("descending" if query.down else "ascending") if here else "none"
    sign = ("↓" if query.down else "↑") if here else "↕"
    return (
        f'<th scope="col"{kind} aria-sort="{order}"><button type="button" class="wj-sort" data-by="{by}">'
        f'{name} <span aria-hidden="true">{sign}</span></button></th>'
    )


def _pager(page: int, rows: int, total: int, language: Language) -> str:
    """From page to page; "" where there is one. `rows` are those of this page."""
    pages = -(-total // PER_PAGE)
    if pages < 2:
        return ""
    first = (page - 1) * PER_PAGE + 1
    label = word("rows_shown", language).format(first, first + rows - 1, total)
    back, on = (
        f'<button type="button" class="wj-turn" data-page="{to}"{"" if there else " disabled"}>'
        f"{word(key, language)}</button>"
        for key, to, there in (("list_back", page - 1, page > 1), ("list_on", page + 1, page < pages))
    )
    return f'<p class="wj-pager">{back}<span>{label}</span>{on}</p>'


def _wrapped(inner: str, language: Language) -> str:
    return f'<div class="wj" lang="{html_language(language)}">{inner}</div>' if inner else ""


def _number(is_number: bool) -> str:
    return ' class="wj-number"' if is_number else ""


def _row(row: FileRow, language: Language, may_change: bool) -> str:
    known = row.status in ("indexed", "changed", "removed")
    cells = [
        _name(row),
        escape(_date(row, language)),
        str(row.articles) if known else "",
        str(row.pages or ""),
        size_text(row.bytes),
        _status(row, language),
    ]
    told = "".join(_cell(key, number, text, language) for (key, _, number), text in zip(_COLUMNS, cells, strict=True))
    acts = f'<td class="wj-acts">{_acts(row, language)}</td>' if may_change else ""
    return f"<tr>{told}{acts}</tr>"


def _name(row: FileRow) -> str:
    """The file's name, which opens it where it is in the index, and under it its first article's title."""
    name = f'<span lang="zh-CN">{escape(shown(row.file))}</span>'
    if row.chunks:
        place = f'data-file="{attribute(row.file)}" data-start="0" data-end="0"'
        name = f'<button type="button" class="wj-open wj-file" {place}>{name}</button>'
    title = row.title if row.title and row.title not in row.file else ""
    return name + (f'<small class="wj-soft" lang="zh-CN">{escape(shown(title))}</small>' if title else "")


def _date(row: FileRow, language: Language) -> str:
    if not row.date:
        return ""
    said = date_text(row.date, language)
    return said if not row.date.startswith("-") else word("no_year", language).format(said)


def _acts(row: FileRow, language: Language) -> str:
    """What can be done with a file: ask it alone, where the page can, and take it out."""
    file = quote(row.file)  # a control character in a name would be written out otherwise, and name no file
    ask = ""
    if row.chunks:
        label = word("ask_within", language)
        ask = f'<button type="button" class="wj-within" data-name="{file}" hidden>{label}</button>'
    if row.status == "removed":
        return ask
    name = escape(word("remove_one", language).format(shown(row.file)))
    return (
        f'{ask}<button type="button" class="wj-remove" data-name="{file}" aria-label="{name}">'
        f"{word('remove', language)}</button>"
    )


def _cell(key: str, is_number: bool, text: str, language: Language) -> str:
    """A cell; on a phone, where there are no columns, a figure has its heading beside it."""
    label = "" if key in ("file", "status") else f' data-label="{word(key, language)}"'
    return f"<td{_number(is_number)}{label}>{text}</td>"


def render_kept(kept: Sequence[Kept], library: Library, query: ListQuery, language: Language) -> str:
    """What was taken out and is kept, the last first; each can be put back."""
    found = list_page(library, query)
    counts = _filters(found, query, language, may_change=True)
    words = fold(query.words).split()
    fitting = [item for item in kept if all(word_ in fold(item.file) for word_ in words)]
    if not fitting:
        return _wrapped(f'{counts}<p class="wj-soft">{word("none_kept", language)}</p>', language)
    page = min(query.page, -(-len(fitting) // PER_PAGE))
    own = fitting[(page - 1) * PER_PAGE : page * PER_PAGE]
    head = "".join(
        f'<th scope="col"{_number(key == "size")}>{word(key, language)}</th>' for key in ("file", "taken_when", "size")
    )
    rows = "".join(_kept_row(item, language) for item in own)
    acts = f'<th scope="col"><span class="wj-hidden">{word("doing", language)}</span></th>'
    table = f"<table><thead><tr>{head}{acts}</tr></thead><tbody>{rows}</tbody></table>"
    pager = _pager(page, len(own), len(fitting), language)
    return _wrapped(f'{counts}<div class="wj-table">{table}</div>{pager}', language)


def _kept_row(item: Kept, language: Language) -> str:
    when = "" if item.when is None else f"{item.when:%Y-%m-%d %H:%M}"
    name = escape(word("restore_one", language).format(shown(item.file)))
    return (
        f'<tr><td><span lang="zh-CN">{escape(shown(item.file))}</span></td><td>{when}</td>'
        f'<td class="wj-number">{size_text(item.bytes)}</td>'
        '<td class="wj-acts"><button type="button" class="wj-restore"'
        f' data-name="{quote(item.kept, errors="replace")}" aria-label="{name}">'
        f"{word('restore', language)}</button></td></tr>"
    )


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
