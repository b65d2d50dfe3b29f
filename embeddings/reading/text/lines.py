"""What the readers of formats share: numbered lines in the making, titles, dates, and what is visible of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date as calendar_date

from embeddings.types import Line, ReadingNote

_NO_TITLE = re.compile(
    r"\.[a-z]{2,4}$|[\x80-\xff]{2}"
    r"|^(?:microsoft word|powerpoint|untitled|word document|无标题|未命名|文档 ?\d*$|幻灯片 ?\d*$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Markup:
    """A marked-up text, read: its lines, the title and ISO date that its metadata give, and what was left out."""

    lines: tuple[Line, ...]
    title: str | None = None
    date: str | None = None
    notes: tuple[ReadingNote, ...] = ()


def visible(text: str) -> str:
    """Drop control characters (tabs stay), zero-width characters, marks of direction and lone surrogates."""
    unseen: dict[int, str | None] = {}
    for char in set(text):
        category = unicodedata.category(char)
        if category in ("Zl", "Zp"):
            unseen[ord(char)] = " "
        elif category in ("Cc", "Cf", "Cs") and char != "\t":
            unseen[ord(char)] = None
    return text.translate(unseen) if unseen else text


def split_lines(text: str) -> list[str]:
    """Cut a text into lines as an editor numbers them."""
    # str.splitlines would end a line where no editor does, and numbers would drift
    return re.split(r"\r\n|\r|\n", text)


def plausible_title(title: object) -> str | None:
    """Keep a metadata title unless it is a file name, a program's default or mojibake."""
    text = visible(" ".join(title.split())) if isinstance(title, str) else ""
    if _NO_TITLE.search(text) or not re.search(r"[\s\u3400-\u9fff]", text):
        return None
    return text


_SITE = re.compile(
    r"(?:网|网站|门户|门户网站|官网|官方网站|频道|首页|政府|日报|晚报|新闻|在线|论坛|百科|政务公开|信息公开|委员会|[\u4e00-\u9fff]{2}[局厅委办署院])$"
    r"|^(?:通知公告|公示公告|公告公示|公告|新闻中心|新闻动态|工作动态|要闻|动态|资讯|正文|详情|政策文件|home|news)$"
    r"|\.(?:com|cn|gov|org|net)$",
    re.IGNORECASE,
)


def without_site(title: str, headings: Sequence[str]) -> str:
    """A page's title without the name of its site: the heading that it repeats, or what stands before _ or -.

    >>> without_site("青石水库开工 - 高台县人民政府网", [])
    '青石水库开工'
    """
    title = " ".join(title.split())
    for heading in headings:
        if 4 <= len(heading) < len(title) and heading in title:
            return heading
    parts = re.split(r"\s*[_|｜–—]+\s*|\s+-+\s+|(?<=[\u4e00-\u9fff\d”》）])-+(?=[\u4e00-\u9fff])", title)
    while len(parts) > 1 and _SITE.search(parts[-1]):
        parts.pop()
    kept = parts[-1]
    end = title.rfind(kept) + len(kept) if kept else len(title)
    return title[:end].strip() or title


def names_site(heading: str, title: str, whole: str) -> bool:
    """Whether a heading is the name of the site, as some set it in `<h1>`, and not of the page; `whole` names both."""
    if not title or heading in title or title in heading:
        return False
    return heading in whole.replace(title, "") or _SITE.search(heading) is not None


def struck_out(count: int) -> tuple[ReadingNote, ...]:
    """What to note of texts that were struck out and are not read."""
    if not count:
        return ()
    texts = "1 struck-out text was" if count == 1 else f"{count} struck-out texts were"
    return (ReadingNote(f"划去的文字 {count} 处，未读入。", f"{texts} left out.", left_out=True),)


def find_iso_date(text: str) -> str | None:
    """Give the first full date in the text (2024年1月5日, 2024/1/5 10:00, 20240105) as "2024-01-05", or None."""
    found = re.search(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)", text) or re.search(
        r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)", text
    )
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    try:
        return calendar_date(year, month, day).isoformat()
    except ValueError:
        return None


@dataclass(slots=True)
class Lines:
    """Lines in the making: a blank one goes between two blocks, under the number of the line before it."""

    lines: list[Line] = field(default_factory=list)
    _gap: bool = False

    def add(self, number: int, text: str, level: int | None = None) -> None:
        """Append a line of text; one without visible characters is left out."""
        shown = visible(text).strip()
        if not shown:
            return
        if self._gap and self.lines:
            self.lines.append(Line(self.lines[-1].number, ""))
        self._gap = False
        self.lines.append(Line(number, shown, level))

    def gap(self) -> None:
        """End a block: the next line comes after a blank one."""
        self._gap = True

    def last(self) -> list[str]:
        """The texts of the last lines that are no headings: what may be the caption of a table, and its unit."""
        return [line.text for line in self.lines[-4:] if line.text and line.level is None]

    def append(self, lines: Iterable[Line]) -> None:
        """Add finished lines as blocks of their own."""
        self.gap()
        for line in lines:
            if line.text:
                self.add(line.number, line.text, line.level)
            else:
                self.gap()
        self.gap()
