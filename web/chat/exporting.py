"""Conversations as a file to take along: what it is called, and what is in it."""

from __future__ import annotations

import re
import time
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from web.chat.export import talks_markdown
from web.chat.export_csv import talks_csv
from web.chat.export_word import talks_docx
from web.look.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.errors import Language
    from web.chat.said import Exported

__all__ = ["ExportedFile", "Form", "exported_file"]

Form = Literal["md", "docx", "csv"]

_TYPES: dict[Form, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
}
_LONGEST_NAME = 40
# What a file name may not have, on one system or another.
_NOT_IN_NAMES = re.compile(r"""[/\\:*?"<>|？：｜＊]""")


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file to be saved."""

    name: str
    media_type: str
    content: bytes


def exported_file(talks: Sequence[Exported], form: Form, language: Language) -> ExportedFile:
    """The file for some conversations; one without any says that there is nothing in it."""
    titles = [talk.title for talk in talks if talk.turns]
    title = word("all_talks", language) if len(talks) > 1 else titles[0] if titles else ""
    if form == "docx":
        content = talks_docx(talks, language)
    elif form == "csv":
        content = talks_csv(talks, language)
    else:
        content = talks_markdown(talks, language).encode("utf-8", "replace")
    house = "wenju" if language == "en" else "问据"
    parts = [house, time.strftime("%Y-%m-%d"), *([_for_a_name(title)] if title else [])]
    return ExportedFile(f"{'-'.join(parts)}.{form}", _TYPES[form], content)


def _for_a_name(title: str) -> str:
    plain = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in title)
    return " ".join(_NOT_IN_NAMES.sub(" ", plain).split())[:_LONGEST_NAME].strip(" .")
