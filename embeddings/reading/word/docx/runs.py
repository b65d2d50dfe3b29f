"""A paragraph of Word -> its text, and what is anchored in it: text boxes, notes, pictures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from embeddings.reading.containers.xml_tree import Element, children, local
from embeddings.reading.text.raised import raised
from embeddings.reading.word.docx.equations import math_text
from embeddings.reading.word.docx.package import MC, M, R, W, chosen, is_on, value
from embeddings.reading.word.docx.symbols import symbol, unmasked
from embeddings.reading.word.field_codes import equation_field, is_page_field

_NEAR = 8  # pieces before a raised one that say what it stands on
_CONTENTS = ("Table of Contents", "目录")


@dataclass(slots=True)
class _Field:
    """A field that is open: what it computes (PAGE), and whether its result has begun."""

    code: str = ""
    in_result: bool = False
    settled: bool = False  # what it shows was told from its code

    @property
    def is_silent(self) -> bool:
        return not self.in_result or self.settled or is_page_field(self.code)


@dataclass(slots=True)
class Said:
    """What a paragraph says.

    `boxes` are the w:txbxContent of the text boxes anchored in it, `notes` the kind ("footnotes", "endnotes") and id
    of those that it refers to, `drawings` the kind ("chart", "diagramData") and relation of charts and diagrams,
    `unread` counts what has text that is not read: "picture", "object".
    """

    pieces: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    drawings: list[tuple[str, str]] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    fields: list[_Field] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def add(self, text: str) -> None:
        """Add what is shown: nothing of a field's code, and no page number."""
        if text and not any(open_field.is_silent for open_field in self.fields):
            self.pieces.append(text)

    @property
    def is_empty(self) -> bool:
        return not (self.pieces or self.boxes or self.notes or self.drawings)


def read_paragraph(paragraph: Element) -> Said:
    """Read a w:p: its changes as accepted; what is hidden, deleted or only a placeholder is left out."""
    said = Said()
    _walk(paragraph, said)
    return said


def checkbox(control: Element) -> str | None:
    """Of a content control (w:sdt) that is a box to check: ☑ or ☐; None where it is something else."""
    properties = control.find(W + "sdtPr")
    for item in () if properties is None else children(properties):
        if local(item) == "checkbox":
            states = {local(state): next(iter(state.attrib.values()), "1") for state in children(item)}
            return "☑" if states.get("checked", "0").lower() in ("1", "true", "on") else "☐"
    return None


def is_no_content(control: Element) -> bool:
    """Whether a content control shows what to write there, or a table of contents."""
    if (value(control, "sdtPr/docPartObj/docPartGallery") or "") in _CONTENTS:
        return True
    # Programs that fill in a form often leave the mark standing; they seldom give the text the style of hints.
    return is_on(control, "sdtPr/showingPlcHdr") and all(
        value(run, "rPr/rStyle") for run in control.iter(W + "r") if run.find(W + "t") is not None
    )


def _walk(element: Element, said: Said) -> None:
    for child in children(element):
        act = _ACTS.get(child.tag)
        if act is not None:
            act(child, said)
        else:
            _walk(child, said)


def _pass(_: Element, __: Said) -> None:
    pass


def _run(run: Element, said: Said) -> None:
    properties = run.find(W + "rPr")
    if properties is None:
        _walk(run, said)
        return
    if is_on(properties, "vanish"):
        return
    fonts = properties.find(W + "rFonts")
    font = "" if fonts is None else fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or ""
    is_raised = value(properties, "vertAlign") == "superscript"
    before = len(said.pieces)
    _walk(run, said)
    if font:
        said.pieces[before:] = [unmasked(piece, font) for piece in said.pieces[before:]]
    if is_raised:
        last = "".join(said.pieces[max(0, before - _NEAR) : before])
        said.pieces[before:] = [raised("".join(said.pieces[before:]), last)]


def _symbol(element: Element, said: Said) -> None:
    code = element.get(W + "char") or ""
    if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code):
        said.add(symbol(element.get(W + "font") or "", int(code, 16)))


def _break(element: Element, said: Said) -> None:
    said.add("\n" if element.get(W + "type", "textWrapping") == "textWrapping" else "")


def _field_mark(element: Element, said: Said) -> None:
    kind = element.get(W + "fldCharType")
    if kind == "begin":
        shown = _form_value(element)
        if shown is not None:
            said.add(shown)
        said.fields.append(_Field(settled=shown is not None))
    elif kind == "separate" and said.fields:
        said.fields[-1].in_result = True
    elif kind == "end" and said.fields:
        ended = said.fields.pop()
        if not ended.in_result:
            said.add(equation_field(ended.code))


def _form_value(mark: Element) -> str | None:
    """What a form's field shows by its state: a box that is checked or not, the entry of a list; else None."""
    box = mark.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        state = "checked" if box.find(W + "checked") is not None else "default"
        return "☑" if is_on(box, state) else "☐"
    entries = mark.find(f"{W}ffData/{W}ddList")
    if entries is not None:
        texts = [entry.get(W + "val") or "" for entry in entries.findall(W + "listEntry")]
        at = value(entries, "result") or value(entries, "default") or "0"
        return texts[int(at)] if re.fullmatch(r"[0-9]{1,3}", at) and int(at) < len(texts) else ""
    return None


def _field_code(element: Element, said: Said) -> None:
    if said.fields:
        said.fields[-1].code += element.text or ""


def _simple_field(element: Element, said: Said) -> None:
    said.fields.append(_Field(element.get(W + "instr") or "", in_result=True))
    _walk(element, said)
    said.fields.pop()


def _control(element: Element, said: Said) -> None:
    box = checkbox(element)
    if box is not None:
        said.add(box)
    elif not is_no_content(element):
        for content in element.findall(W + "sdtContent"):
            _walk(content, said)


def _alternatives(element: Element, said: Said) -> None:
    """The first of the alternatives that says anything: they are the same for different programs."""
    for side in chosen(element):
        own = Said(fields=said.fields)
        _walk(side, own)
        if not own.is_empty or side.tag == MC + "Fallback":
            said.pieces += own.pieces
            said.boxes += own.boxes
            said.notes += own.notes
            said.drawings += own.drawings
            said.unread += own.unread
            return


def _unread(kind: str) -> Callable[[Element, Said], None]:
    def act(element: Element, said: Said) -> None:
        said.unread[kind] += 1
        _walk(element, said)

    return act


def _word_art(path: Element, said: Said) -> None:
    """A text that is drawn along a path: a headline, or a watermark, which is no text."""
    if "watermark" not in (path.getparent().get("id") or "").lower():
        said.add(path.get("string") or "")


def _drawing(kind: str, relation: str) -> Callable[[Element, Said], None]:
    return lambda element, said: said.drawings.append((kind, element.get(R + relation) or ""))


def _adding(text: str) -> Callable[[Element, Said], None]:
    return lambda _, said: said.add(text)


_DRAWINGS = ("{http://schemas.openxmlformats.org/drawingml/2006/", "{http://purl.oclc.org/ooxml/drawingml/")
_ACTS: dict[str, Callable[[Element, Said], None]] = {
    **{
        W + name: _pass
        for name in ("pPr", "rPr", "del", "moveFrom", "rt", "delText", "tblPr", "sdtPr", "sdtEndPr", "sectPr", "ffData")
    },
    W + "r": _run,
    W + "t": lambda element, said: said.add(element.text or ""),
    W + "tab": _adding("\t"),
    W + "ptab": _adding("\t"),
    W + "noBreakHyphen": _adding("-"),
    W + "cr": _adding("\n"),
    W + "br": _break,
    W + "sym": _symbol,
    W + "fldChar": _field_mark,
    W + "instrText": _field_code,
    W + "fldSimple": _simple_field,
    W + "sdt": _control,
    W + "txbxContent": lambda element, said: said.boxes.append(element),
    W + "footnoteReference": lambda element, said: said.notes.append(("footnotes", element.get(W + "id") or "")),
    W + "endnoteReference": lambda element, said: said.notes.append(("endnotes", element.get(W + "id") or "")),
    M + "oMath": lambda element, said: said.add(math_text(element)),
    MC + "AlternateContent": _alternatives,
    "{urn:schemas-microsoft-com:vml}textpath": _word_art,
    "{urn:schemas-microsoft-com:vml}imagedata": _unread("picture"),
    "{urn:schemas-microsoft-com:office:office}OLEObject": _unread("object"),
    **{space + "picture}pic": _unread("picture") for space in _DRAWINGS},
    **{space + "chart}chart": _drawing("chart", "id") for space in _DRAWINGS},
    **{space + "diagram}relIds": _drawing("diagramData", "dm") for space in _DRAWINGS},
}
