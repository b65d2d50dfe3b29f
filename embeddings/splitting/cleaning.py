"""Dirt of scraped pages and converted papers, one kind a function. All are pure and keep line numbers.

A line that is nothing but dirt becomes a blank line, so that what stood around it stays apart.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.radicals import with_bullet, without_radicals
from chinese.surnames import SURNAMES
from embeddings.splitting.website import is_boilerplate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import Document, Line

_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_NOTE = re.compile(
    rf"(?<={_HAN})(?:\s?[(（]\s?(?=[^)）]{{0,24}}[{_TONED}])[a-zü{_TONED}ɡɑ'’ ]{{1,24}}\s?[)）])+", re.IGNORECASE
)
_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|üan"
    r"|ai|ei|ao|ou|an|en|in|un|ün|ia|ie|iu|ua|ui|uo|üe|ue|er|a|o|e|i|u|ü|v)"
)
_PLAIN_NOTE = re.compile(rf"(?<={_HAN})(?:\s?[(（]\s?(?:{_SYLLABLE}[1-5]?[ '’]?){{1,4}}[)）])+")
_ONE_SYLLABLE = re.compile(rf"(?<={_HAN})\s?[(（]\s?((?=[a-zü]{{2}}){_SYLLABLE})[1-5]?\s?[)）]")
# A note whose character was lost in a conversion: "?xì)" or "C(jī)". The lost character is shown as □.
_LOST = re.compile(
    rf"[?？\ufffd][(（]?[a-z]{{0,4}}[{_TONED}][a-z]{{0,4}}[)）]|[A-Za-z][(（][a-z]{{0,4}}[{_TONED}][a-z]{{0,4}}[)）]"
)
# A page that notes the reading of so many characters does it to spoil copies, neutral tones (de, le) too.
_NOTES_OF_A_SPOILT_PAGE = 3

LOST_CHARACTER = "□"

_STRAY_AND = re.compile(rf"(?<={_HAN})\s+and\s+(?={_HAN})")
# Marks in pairs. Stars that hide a part of a number or a name stand alone, or four in a row: 138****5678, 赵**.
_STRONG = re.compile(r"(?<!\*)\*\*(?![\s*])([^*\n]{1,200}?)(?<!\s)\*\*(?!\*)")
_EMPHASIS = re.compile(r"(?<!\w)__(?=\S)([^_\n]{1,200}?)(?<=\S)__|~~(?=\S)([^~\n]{1,200}?)(?<=\S)~~|`+([^`\n]*)`+")
_HALF_STRONG = re.compile(r"^\*\*(?=[^\s*,，。;；、])|(?<=[:：。！？!?;；])\*\*$")
_PAUSE = re.compile(r"[,，。;；、]")
# A mark that points to a note at the foot of the page: 高岭[3], 高岭①. [2024]12号 is the number of a document.
_NOTE_MARK = re.compile(
    r"(?<=[\u3400-\u9fff”’》）)%\d，。、；])(?<![见第注图表])(?<!文献)(?<!参考)(?<!编号)(?<!附件)"
    r"\s?[\[［〔【](?:注释?\s?)?\d{1,3}(?:[-–,，、]\d{1,3}){0,4}[\]］〕】](?!\s?[号年\d])"
)
_CIRCLED = re.compile(r"[\u2460-\u2473]")
_CIRCLED_MARK = re.compile(
    r"(?<=[\u3400-\u9fff”’》）])(?<![见第注图表式如])[\u2460-\u2473](?=[\u3400-\u9fff，,。；;、]|$)"
)
_BULLET = re.compile(r"^(?:[-*+•·●○◦▪▫➢►▶◎]\s+|[•·▪▫➢►▶]\s*)")
_HASHES = re.compile(r"^#{1,6}\s+")
_RULE = re.compile(r"^[\s\-=_*~#.·—–…“”\"'‘’|+<>/\\()（）\[\]【】《》「」]*$")
_BLANKS = re.compile(r"[^\S\n]+")


def clean_document(document: Document) -> Document:
    """The document with every kind of dirt removed; line numbers and their order stay."""
    spoilt = _is_spoilt(document.lines)
    if _is_spaced(document.lines):
        document = replace(document, lines=tuple(without_blanks(line) for line in document.lines))
    title = without_radicals(document.title) if document.title else document.title
    return replace(document, title=title, lines=tuple(clean_line(line, spoilt) for line in document.lines))


def _is_spoilt(lines: Sequence[Line]) -> bool:
    """Whether a page notes how its characters are read: three with tones, or three different ones without."""
    toned = sum(len(_NOTE.findall(line.text)) for line in lines)
    plain = {syllable for line in lines for syllable in _ONE_SYLLABLE.findall(line.text)}
    return toned >= _NOTES_OF_A_SPOILT_PAGE or len(plain) >= _NOTES_OF_A_SPOILT_PAGE


_BLANK_BEFORE_MARK = re.compile(r"(?<=\w)[^\S\n]+(?=[,，。;；、：])")
_BLANK_WITHIN = re.compile(rf"(?<={_HAN})[^\S\n]+(?={_HAN})")
_BLANK_BESIDE = re.compile(
    rf"(?<=[{_HAN[1:-1]}，。；、：（）《》“”,;]) (?=\S)|(?<=\S) (?=[{_HAN[1:-1]}，。；、：（）《》“”,;])"
)
_SPACED_MARKS, _SPACED_WORDS = 3, 0.08
"""Blanks before marks of a page, and those between its characters by their number, from which it is spaced out."""


def _is_spaced(lines: Sequence[Line]) -> bool:
    """Whether a page has blanks between all its words, as some programs write Chinese, before its marks too."""
    if sum(len(_BLANK_BEFORE_MARK.findall(line.text)) for line in lines) < _SPACED_MARKS:
        return False
    characters = sum(len(re.findall(_HAN, line.text)) for line in lines)
    return 0 < _SPACED_WORDS * characters <= sum(len(_BLANK_WITHIN.findall(line.text)) for line in lines)


def without_blanks(line: Line) -> Line:
    """A line of a spaced page without the blanks beside Chinese characters and marks; those within Latin words stay."""
    text = _BLANK_BESIDE.sub("", _BLANKS.sub(" ", line.text).strip())
    return line if text == line.text else replace(line, text=text)


def clean_line(line: Line, spoilt: bool = False) -> Line:
    """One line, cleaned. `spoilt` says that the page notes readings, so that toneless ones go too."""
    text = without_markup(without_radicals(with_bullet(line.text)))
    text = without_readings(text, spoilt)
    text = without_note_marks(text)
    text = _STRAY_AND.sub("和", text)
    text = _BLANKS.sub(" ", text).strip()
    text = "" if is_rule(text) or is_boilerplate(text) else text
    return line if text == line.text else replace(line, text=text)


def without_readings(text: str, spoilt: bool = False) -> str:
    """Without pinyin notes in brackets behind a character: 北區(qū) -> 北區. Brackets with other Latin stay."""
    text = _NOTE.sub("", text)
    return _PLAIN_NOTE.sub("", _LOST.sub(LOST_CHARACTER, text)) if spoilt else text


def without_markup(text: str) -> str:
    """Without what is left of Markdown in a plain text: ** , #, code marks. Bullets stay, they say it is a list."""
    text = _STRONG.sub(_strong, _HASHES.sub("", text))
    text = _EMPHASIS.sub(lambda match: match[1] or match[2] or match[3] or "", text)
    return _HALF_STRONG.sub("", text)


def _strong(match: re.Match[str]) -> str:
    """What stands between two marks; both stay where they hide names, or may not belong together: 李**，何**."""
    before, inside = match.string[: match.start()][-1:], match[1]
    opens = not before.isalnum()
    hides = before in SURNAMES and inside[-1] in SURNAMES
    return match.group() if (not opens and (_PAUSE.search(inside) or hides)) else inside


def without_note_marks(text: str) -> str:
    """Without marks that point to a note: 高岭[3]是 -> 高岭是. Numbers of a list (①加强 ②改进) stay."""
    text = _NOTE_MARK.sub("", text)
    return _CIRCLED_MARK.sub("", text) if len(_CIRCLED.findall(text)) == 1 else text


def without_bullet(text: str) -> str:
    """Without the bullet at its start."""
    return _BULLET.sub("", text)


def has_bullet(text: str) -> bool:
    """Whether the line starts with a bullet."""
    return bool(_BULLET.match(text))


def is_rule(text: str) -> bool:
    """Whether the line holds punctuation only: a ruler, a lone quotation mark, a page's border."""
    return bool(_RULE.match(text))
