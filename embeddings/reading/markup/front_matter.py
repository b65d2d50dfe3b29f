"""What stands above a Markdown text between --- (YAML) or +++ (TOML): its title, its date, and what else it says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from embeddings.reading.text.lines import find_iso_date, visible
from embeddings.types import Line

_YAML = re.compile(
    r"\ufeff?---[ \t]*\n((?:[ \t]*\n|[ \t]*#[^\n]*\n)*[\w-]+[ \t]*[:：].*?\n)(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL
)
_TOML = re.compile(
    r"\ufeff?\+\+\+[ \t]*\n((?:[ \t]*\n|[ \t]*#[^\n]*\n)*[\w-]+[ \t]*=.*?\n)\+\+\+[ \t]*(?:\n|$)", re.DOTALL
)
_ENTRY = re.compile(r"([\w-]+)[ \t]*[:：=][ \t]*(.*)")
_TITLES = ("title", "标题", "題目", "题目", "標題")
_DATES = (
    *("date", "published", "publishdate", "publish_date", "publish-date", "pubdate", "published_at", "datepublished"),
    *("发布日期", "发布时间", "發布日期", "成文日期", "日期", "时间", "created", "created_at", "creation_date"),
    *("updated", "lastmod", "modified", "last_modified", "更新日期", "更新时间"),
)
_LABELS = {
    **dict.fromkeys(("author", "authors", "writer"), "作者"),
    **dict.fromkeys(("source", "origin"), "来源"),
    **dict.fromkeys(("summary", "description", "abstract", "excerpt"), "摘要"),
    **dict.fromkeys(("number", "docnumber", "doc_number", "document_number"), "文号"),
    **dict.fromkeys(("publisher", "issuer", "organization", "organisation", "department"), "发文机关"),
    "subtitle": "副标题",
}
"""What keys that say something of the text are called in it; Chinese ones are called as they are."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The title and ISO date, the other entries as lines of the file, and the place where the text begins."""

    title: str | None = None
    date: str | None = None
    lines: tuple[Line, ...] = ()
    end: int = 0


def read_front_matter(text: str) -> FrontMatter:
    """Read what stands above a text; where nothing does, `end` is 0."""
    found = _YAML.match(text) or _TOML.match(text)
    if found is None:
        return FrontMatter()
    values: dict[str, str] = {}
    lines: list[Line] = []
    for number, key, value in _entries(found[1]):
        values.setdefault(key.lower(), value)
        label = key if re.search(r"[\u3400-\u9fff]", key) else _LABELS.get(key.lower())
        if label and value and key.lower() not in _TITLES:
            lines.append(Line(number + 1, f"{label}：{value}"))
    title = next((values[name] for name in _TITLES if values.get(name)), None)
    dates = (find_iso_date(values.get(name, "")) for name in _DATES)
    return FrontMatter(title, next((date for date in dates if date), None), tuple(lines), found.end())


def _entries(front: str) -> list[tuple[int, str, str]]:
    """The entries with one value, each with its line from 1; a value may run on in lines that are set in."""
    entries: list[tuple[int, str, str]] = []
    for number, line in enumerate(front.split("\n"), 1):
        match = _ENTRY.match(line)
        if match is not None:
            value = match[2].strip()
            entries.append((number, match[1], "" if re.fullmatch(r"[|>][+-]?", value) else _plain(value)))
        elif entries and line[:1] in " \t" and line.strip():
            first, key, value = entries[-1]
            more = _plain(line.strip().removeprefix("- "))
            listed = line.strip().startswith("- ")
            between = ("、" if listed else " " if value.isascii() else "") if value else ""
            entries[-1] = (first, key, value + between + more)
        elif entries and line.startswith("- "):
            first, key, value = entries[-1]
            entries[-1] = (first, key, f"{value}、{_plain(line[2:])}" if value else _plain(line[2:]))
    return entries


def _plain(value: str) -> str:
    """A value without its quotes, its brackets and what is noted behind it."""
    value = visible(value).strip()
    quoted = re.match(r"(\"\"\"|'''|\"|')(.*?)\1[ \t]*(?:#.*)?$", value)
    if quoted is not None:
        return quoted[2].strip()
    value = re.sub(r"[ \t]#.*$", "", value)
    listed = re.fullmatch(r"\[(.*)\]", value)
    if listed is not None:
        return "、".join(part.strip().strip("\"'") for part in listed[1].split(",") if part.strip())
    return value.strip().strip("\"'").strip()
