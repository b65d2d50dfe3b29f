"""Within which documents a question is asked: files, folders, one article, dates of articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from chinese.composed import composed
from chinese.errors import say
from chinese.shown import shown_value
from qa.question.question import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Scope", "check_within", "days_of"]

MOST_FILES = 10_000
"""Files and folders that a scope may name."""
LONGEST_PATH = 4096
_FORMS = {4: "{}-01-01", 7: "{}-01", 10: "{}"}


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents within which a question is asked; of a field that is empty, all.

    `files` are files and folders by their paths relative to the corpus; a folder stands for all that is in it.
    `article` is one article of the one file named, by its number in the index, as `search_articles` gives it; a rebuild
    may number anew. `since` and `until` are the first and the last date of the articles, each a year, a month or a day
    (2023, 2023-05, 2023-05-30); an article without a date, or whose date is not said as closely as it would take to
    know that it is inside, is outside. Raises QuestionError (a ValueError) for what is no path, number or date, and
    for a first date after the last.
    """

    files: tuple[str, ...] = ()
    article: int | None = None
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        paths = dict.fromkeys(map(_path, _listed(self.files)))
        object.__setattr__(self, "files", () if "." in paths else tuple(paths))
        _check_article(self.article, self.files)
        first, last = days_of(_text(self.since, "since")), days_of(_text(self.until, "until"))
        for value, days in ((self.since, first), (self.until, last)):
            if value and days is None:
                raise _no_date(value)
        if first is not None and last is not None and first[0] > last[1]:
            raise QuestionError(
                say(
                    f"起始日期 {self.since} 在结束日期 {self.until} 之后。请把两者对调。",
                    f"The first date, {self.since}, is after the last, {self.until}. Swap the two.",
                )
            )

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Scope()

    @property
    def has_dates(self) -> bool:
        """Whether articles of some time are asked for."""
        return bool(self.since or self.until)

    def holds_date(self, said: str | None) -> bool:
        """Whether an article of this date is inside: whether all the days that its date may mean are."""
        days = days_of(said or "")
        if not self.has_dates:
            return True
        first, last = days_of(self.since), days_of(self.until)
        return days is not None and (first is None or first[0] <= days[0]) and (last is None or days[1] <= last[1])

    def to_dict(self) -> dict[str, Any]:
        """As JSON types; what is empty is left out."""
        data = {"files": list(self.files), "article": self.article, "since": self.since, "until": self.until}
        return {name: value for name, value in data.items() if value not in ([], None, "")}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scope:
        """The inverse of `to_dict`; QuestionError where that gives no such thing."""
        unknown = sorted(set(data) - {"files", "article", "since", "until"}) if isinstance(data, dict) else [data]
        if unknown:
            raise QuestionError(
                say(
                    f"范围里有 {shown_value(unknown[0])}，应为 files、article、since、until。",
                    f"The scope has {shown_value(unknown[0])}; it may have files, article, since and until.",
                )
            )
        return cls(data.get("files", ()), data.get("article"), data.get("since", ""), data.get("until", ""))


def check_within(within: object) -> Scope | None:
    """The scope, None where it leaves nothing out; QuestionError for anything else."""
    if within is not None and not isinstance(within, Scope):
        raise QuestionError(
            say(
                f"within 是 {shown_value(within)}，应为 Scope。",
                f"within is {shown_value(within)}; it must be a Scope.",
            )
        )
    return None if within is None or within.is_everything else within


def days_of(said: str) -> tuple[str, str] | None:
    """The first and the last day, YYYY-MM-DD, that a year, a month or a day has; None for what is none of these."""
    form = _FORMS.get(len(said))
    if form is None or not said.isascii():
        return None
    try:
        first = date.fromisoformat(form.format(said))
        last = first
        if len(said) == 4:
            last = first.replace(month=12, day=31)
        elif len(said) == 7:
            last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError):
        return None
    return first.isoformat(), last.isoformat()


def _listed(files: object) -> tuple[object, ...]:
    """What is named, one by itself too."""
    if isinstance(files, str):
        return (files,)
    if not isinstance(files, list | tuple | set | frozenset) or len(files) > MOST_FILES:
        raise QuestionError(
            say(
                f"files 应为文件和文件夹的列表，最多 {MOST_FILES} 个。",
                f"files must be a list of files and folders, at most {MOST_FILES}.",
            )
        )
    return tuple(sorted(files, key=str)) if isinstance(files, set | frozenset) else tuple(files)


def _path(text: object) -> str:
    """A path as it is compared: without ./ and a slash behind, characters composed."""
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_PATH:
        raise QuestionError(
            say(
                f"{shown_value(text)} 不是文件或文件夹。请写它相对于文档目录的路径。",
                f"{shown_value(text)} is no file or folder. Write its path relative to the folder of documents.",
            )
        )
    return composed(str(PurePosixPath(text)))


def _check_article(article: object, files: tuple[str, ...]) -> None:
    if article is None:
        return
    if isinstance(article, bool) or not isinstance(article, int) or article < 0 or len(files) != 1:
        raise QuestionError(
            say(
                f"article 是 {shown_value(article)}，应为文章的编号，并在 files 中写出它所在的那一个文件。",
                f"article is {shown_value(article)}; it must be the number of an article, with the one file that has "
                "it in files.",
            )
        )


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    raise QuestionError(
        say(
            f"{name} 是 {shown_value(value)}，应为文字，如 2023 或 2023-05。",
            f"{name} is {shown_value(value)}; it must be text such as 2023 or 2023-05.",
        )
    )


def _no_date(value: str) -> QuestionError:
    return QuestionError(
        say(
            f"{shown_value(value)} 不是日期。请写年、年月或年月日，如 2023、2023-05、2023-05-30。",
            f"{shown_value(value)} is no date. Write a year, a month or a day, such as 2023, 2023-05 or 2023-05-30.",
        )
    )
