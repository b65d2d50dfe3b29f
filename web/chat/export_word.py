"""Conversations as a Word file (.docx): its few parts are written here, so that no package is needed for it."""

from __future__ import annotations

import html
import io
import re
import time
import zipfile
from functools import partial
from typing import TYPE_CHECKING

from web.chat.said import place_text, said_to
from web.look.marks import show_controls
from web.look.words import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chinese.errors import Language
    from chinese.text import Range
    from web.chat.said import Exported, Quoted, Said
    from web.chat.turns import Turn

__all__ = ["talks_docx"]

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_KIND}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
}
_BEFORE = '<w:keepNext/><w:spacing w:before="{}"/>'
_STYLES = (
    ("Title", "Title", '<w:spacing w:after="120"/>', '<w:b/><w:sz w:val="40"/>'),
    ("Heading1", "heading 1", f'{_BEFORE.format(360)}<w:outlineLvl w:val="0"/>', '<w:b/><w:sz w:val="30"/>'),
    ("Heading2", "heading 2", f'{_BEFORE.format(240)}<w:outlineLvl w:val="1"/>', '<w:b/><w:sz w:val="24"/>'),
    ("Quote", "Quote", '<w:ind w:left="420"/>', ""),
    ("Source", "Source", "", '<w:color w:val="595959"/><w:sz w:val="18"/>'),
)  # fmt: skip
"""Name in the file, name in the menu, what it does to paragraphs, what it does to characters (sizes in half points)."""
_SIZE = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"/>'
# What XML has no way to write, even as a number.
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_Runs = list[tuple[str, bool]]
"""Pieces of text, each bold or not."""


def talks_docx(talks: Sequence[Exported], language: Language) -> bytes:
    """A heading for each conversation and each question, the answer with its sentences, sources and other figures."""
    title = "wenju" if language == "en" else "问据"
    day = time.strftime("%Y-%m-%d")
    body = [
        _paragraph([(title, False)], "Title"),
        _paragraph([(word("exported", language).format(day), False)], "Source"),
    ]
    for talk in talks:
        body.append(_paragraph([(talk.title, False)], "Heading1"))
        for number, turn in enumerate(talk.turns, start=1):
            body += _turn(number, turn, language)
    if not any(talk.turns for talk in talks):
        body.append(_paragraph([(word("nothing_to_export", language), False)]))
    document = (
        f'<w:document xmlns:w="{_WORD}"><w:body>{"".join(body)}<w:sectPr>{_SIZE}</w:sectPr></w:body></w:document>'
    )
    return _packed({**_PARTS, "word/document.xml": document, "word/styles.xml": _styles()})


def _turn(number: int, turn: Turn, language: Language) -> Iterator[str]:
    yield _paragraph([(f"{number}. {turn.question}", False)], "Heading2")
    if turn.answer is None:
        yield _paragraph([(turn.error, False)])
        return
    if turn.answer.asked != turn.question and not turn.answer.parts:
        yield _paragraph([(word("asked", language) + turn.answer.asked, False)], "Source")
    for said in said_to(turn.answer, language):
        if turn.answer.parts:
            yield _paragraph([(said.asked, False)], "Source")
        yield from _said(said, language)


def _said(said: Said, language: Language) -> Iterator[str]:
    label = partial(_label, language=language)
    if said.reason:
        yield _paragraph([(label("no_answer") + said.reason, False)])
        yield from (_paragraph([(place_text(passage, language), False)], "Source") for passage in said.near)
        return
    yield _paragraph([(said.answer, True)])
    yield from (_paragraph([(remark, False)]) for remark in said.remarks)
    for quoted in said.quotes:
        yield _paragraph(_pieces(quoted), "Quote")
        yield _paragraph([(label("source") + place_text(quoted.passage, language), False)], "Source")
    yield _paragraph([(label("confidence") + said.sure, False)], "Source")
    if said.others:
        yield _paragraph([(word("disagree", language), True)])
    for other in said.others:
        yield _paragraph([(other.text, True)])
        yield from (_paragraph([(sentence, False)], "Quote") for sentence in other.sentences)
        yield _paragraph([(label("source") + place_text(other.passage, language), False)], "Source")


def _label(key: str, language: Language) -> str:
    return word(key, language) + (": " if language == "en" else "：")


def _pieces(quoted: Quoted) -> _Runs:
    """A sentence with the answer in it in bold."""
    pieces: _Runs = []
    place = 0
    for first, last in _apart(quoted.marks):
        pieces += [(quoted.text[place:first], False), (quoted.text[first:last], True)]
        place = last
    return [*pieces, (quoted.text[place:], False)]


def _apart(marks: Iterable[Range]) -> Iterator[Range]:
    """The same ranges without what two of them share."""
    place = 0
    for first, last in sorted(marks):
        if last > place:
            yield max(first, place), last
            place = last


# --- the file


def _paragraph(runs: _Runs, style: str = "") -> str:
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kind}{''.join(_run(text, bold) for text, bold in runs if text)}</w:p>"


def _run(text: str, bold: bool) -> str:
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{_xml(line)}</w:t>' for line in text.splitlines() or [""])
    return f"<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}{lines}</w:r>"


def _xml(text: str) -> str:
    return html.escape(_NEVER.sub("\N{REPLACEMENT CHARACTER}", show_controls(text)))


def _styles() -> str:
    fonts = '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Microsoft YaHei"/>'
    plain = f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    others = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/><w:basedOn w:val="Normal"/>'
        f"<w:pPr>{of_paragraphs}</w:pPr><w:rPr>{of_characters}</w:rPr></w:style>"
        for name, shown, of_paragraphs, of_characters in _STYLES
    )
    return f'<w:styles xmlns:w="{_WORD}">{plain}{normal}{others}</w:styles>'


def _packed(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name, _HEAD + text)
    return file.getvalue()
