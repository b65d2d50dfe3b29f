"""PowerPoint (.pptx): slides in order, each with its title, its texts as they are read, tables, charts and notes."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from lxml.etree import LxmlError
from pptx import Presentation
from pptx.opc.constants import CONTENT_TYPE

from embeddings.errors import Unreadable
from embeddings.reading.containers.archives import check_archive
from embeddings.reading.containers.ole_files import is_encrypted, is_ole, protected
from embeddings.reading.sheets.number_formats import NumberFormat, general
from embeddings.reading.slides.comments import comments_of
from embeddings.reading.slides.drawing_xml import A, paragraphs, parsed
from embeddings.reading.tables.rows import LONGEST_REPEATED, table_rows
from embeddings.reading.text.lines import Lines, plausible_title, split_lines
from embeddings.reading.text.tallies import check_text, unread
from embeddings.types import Line, ReadingNote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_SLIDES = 3000
_MOST_SHAPES = 2000  # of a slide
_DEPTH = 16  # groups within groups
_POINTS = 500  # of a chart's series: more is a curve, not figures to be read
_LONGEST_TITLE = 45
_TITLES = ("title", "ctrTitle")
_FURNITURE = ("sldNum", "dt", "ftr", "hdr")  # what stands on every slide
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_KINDS = re.compile(rb"application/vnd\.[\w.-]{1,60}?(?:slideshow|template)[\w.]{0,20}?\.main\+xml")
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NAMES = {"a": A[1:-1], "c": _CHART, "d": _DIAGRAM}


@dataclass(frozen=True, slots=True)
class _Placed:
    """A shape and where it stands, in units of its slide or group."""

    shape: Any
    left: int
    top: int
    right: int
    bottom: int


def read_slides(data: bytes) -> tuple[tuple[Line, ...], str | None, tuple[ReadingNote, ...]]:
    """Lines, numbered by slide, the title, and what was read. Hidden slides are left out.

    Raises Unreadable, and on damage whatever its parsers do.
    """
    if is_encrypted(data):
        raise protected()
    if is_ole(data):
        raise Unreadable(
            "是旧版 PowerPoint（.ppt）文件，请另存为 .pptx。", "An old PowerPoint (.ppt) file; save it as .pptx."
        )
    check_archive(data)
    try:
        return _slides(data)
    except LxmlError as error:
        if "unknown error" in str(error):  # what it says where it got no memory
            raise MemoryError from error
        raise


def _slides(data: bytes) -> tuple[tuple[Line, ...], str | None, tuple[ReadingNote, ...]]:
    deck = Presentation(BytesIO(_usual(data)))
    out = Lines()
    read = hidden = pictures = 0
    more = False
    for number, slide in enumerate(deck.slides, 1):
        if number > _MOST_SLIDES:
            more = True
            break
        if slide.element.get("show") in ("0", "false"):
            hidden += 1
            continue
        read += 1
        _add_slide(out, number, slide)
        pictures += sum(_is_picture(shape) for shape in slide.element.iter())
    lines = tuple(_headed(out.lines))
    check_text(lines, pictures)
    title = plausible_title(deck.core_properties.title)
    body = "".join("".join(line.text.split()) for line in lines)
    if title and "".join(title.split()) not in body:
        title = None  # most likely left over from the file that this one was made from
    first = next((line.text for line in lines if line.level == 1 and line.number == 1), None)
    return lines, title or first, tuple(_notes(read, hidden, more, pictures))


def _usual(data: bytes) -> bytes:
    """The file as python-pptx takes it: no slide show and no template, in the usual variant and not the strict one."""
    with zipfile.ZipFile(BytesIO(data)) as before:
        types = before.read("[Content_Types].xml")
        strict = any(_STRICT in before.read(name) for name in before.namelist() if name.endswith("presentation.xml"))
        if not strict and not _KINDS.search(types):
            return data
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as after:
            for name in before.namelist():
                part = before.read(name)
                if name == "[Content_Types].xml":
                    part = _KINDS.sub(CONTENT_TYPE.PML_PRESENTATION_MAIN.encode(), part)
                elif strict and name.endswith((".xml", ".rels")):
                    part = _STRICT_NAME.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
                after.writestr(name, part)
    return out.getvalue()


def _headed(lines: list[Line]) -> Iterator[Line]:
    """The lines, a slide without a title headed by the first slide's, and not by the one before it."""
    titles = {line.number: line.text for line in lines if line.level == 1}
    seen = {1}
    for line in lines:
        if line.number not in seen and line.text and titles:
            seen.add(line.number)
            if line.number not in titles and 1 in titles:
                yield Line(line.number, titles[1], 1)
        yield line


def _notes(read: int, hidden: int, more: bool, pictures: int) -> Iterator[ReadingNote]:
    zh = f"{read} 张幻灯片" + (f"，{hidden} 张隐藏的没有读" if hidden else "")
    en = f"{read} slide{'' if read == 1 else 's'}"
    en += f"; {hidden} hidden {'one' if hidden == 1 else 'ones'} left out" if hidden else ""
    yield ReadingNote(f"{zh}。", f"{en}.", bool(hidden))
    if more:
        yield ReadingNote(f"只读前 {_MOST_SLIDES} 张。", f"Only the first {_MOST_SLIDES} are read.", True)
    if pictures:
        yield unread("picture", pictures)


def _add_slide(out: Lines, number: int, slide: Any) -> None:  # noqa: ANN401 - python-pptx has no types
    shapes = [shape for shape in list(slide.shapes)[:_MOST_SHAPES] if _placeholder(shape) not in _FURNITURE]
    title = next((shape for shape in shapes if _placeholder(shape) in _TITLES and shape.text_frame.text.strip()), None)
    ordered = _in_order(shapes)
    if title is None:
        title = next((shape for shape in ordered if _text(shape)), None)
        title = title if title is not None and _looks_like_title(title, ordered) else None
    out.gap()
    if title is not None:
        out.add(number, " ".join(_text(title).split()), 1)
    for shape in ordered:
        if shape is not title:
            out.gap()
            _add_shape(out, number, shape, 0)
    out.gap()
    for place, line in enumerate(_said_aside(slide)):
        out.add(number, f"备注：{line}" if place == 0 else line)
    for comment in comments_of(slide):
        out.gap()
        out.add(number, f"批注：{comment}")


def _said_aside(slide: Any) -> list[str]:  # noqa: ANN401
    """The lines of a slide's notes."""
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return [] if frame is None else [line for line in split_lines(_plain(frame)) if line.strip()]


def _is_picture(element: Any) -> bool:  # noqa: ANN401
    """Whether an element is a picture, which may hold text, and no film or sound, of which a still is kept."""
    if not str(element.tag).endswith("}pic"):
        return False
    return not element.xpath("./*[1]/*[local-name()='nvPr']/*[contains(local-name(), 'File')]")


def _placeholder(shape: Any) -> str:  # noqa: ANN401
    """What a placeholder is for (title, body, sldNum), "" for other shapes."""
    found = shape.element.xpath("./*[1]/p:nvPr/p:ph")
    return str(found[0].get("type", "obj")) if found else ""


def _plain(frame: Any) -> str:  # noqa: ANN401
    """A text frame's paragraphs, a line each; what stands behind a line break within one too."""
    return str(frame.text).replace("\v", "\n")


def _text(shape: Any) -> str:  # noqa: ANN401
    return _plain(shape.text_frame).strip() if shape.has_text_frame else ""


def _looks_like_title(shape: Any, shapes: Sequence[Any]) -> bool:  # noqa: ANN401
    """Whether the first text of a slide that has no title stands for one: a short line above all others."""
    text = _text(shape)
    others = [other for other in shapes if other is not shape and (_text(other) or other.has_chart or other.has_table)]
    beside = any((other.top or 0) < (shape.top or 0) + (shape.height or 0) for other in others)
    return (
        bool(others)
        and not beside
        and "\n" not in text
        and len(text) <= _LONGEST_TITLE
        and text[-1] not in "。；，：;,:"
    )


def _in_order(shapes: Sequence[Any]) -> list[Any]:
    """The shapes in the order in which they are read: cut at the widest gap, and so on; above before below."""
    placed = []
    for shape in shapes:
        left, top = shape.left or 0, shape.top or 0
        placed.append(_Placed(shape, left, top, left + (shape.width or 0), top + (shape.height or 0)))
    return [item.shape for item in _cut(placed, 0)]


def _cut(placed: list[_Placed], depth: int) -> list[_Placed]:
    if len(placed) < 2 or depth > _DEPTH:
        return sorted(placed, key=lambda item: (item.top, item.left))
    across, place_across = _widest_gap([(item.top, item.bottom) for item in placed])
    down, place_down = _widest_gap([(item.left, item.right) for item in placed])
    if across < 0 and down < 0:  # they overlap
        return sorted(placed, key=lambda item: (item.top, item.left))
    if across >= down:
        first = [item for item in placed if item.top < place_across]
    else:
        first = [item for item in placed if item.left < place_down]
    rest = [item for item in placed if item not in first]
    if not first or not rest:
        return sorted(placed, key=lambda item: (item.top, item.left))
    return _cut(first, depth + 1) + _cut(rest, depth + 1)


def _widest_gap(spans: list[tuple[int, int]]) -> tuple[int, int]:
    """The width of the widest gap between the spans, and where what follows it begins; -1 where there is none."""
    best, place, end = -1, 0, None
    for start, stop in sorted(spans):
        if end is not None and start - end > best and start >= end:
            best, place = start - end, start
        end = stop if end is None else max(end, stop)
    return best, place


def _add_shape(out: Lines, number: int, shape: Any, depth: int) -> None:  # noqa: ANN401
    if hasattr(shape, "shapes"):  # a group
        for inner in _in_order(list(shape.shapes)[:_MOST_SHAPES]) if depth < _DEPTH else ():
            _add_shape(out, number, inner, depth + 1)
    elif shape.has_text_frame:
        for line in split_lines(_plain(shape.text_frame)):
            out.add(number, line)
    elif getattr(shape, "has_table", False):
        _add_table(out, number, _grid(shape.table), None)
    elif getattr(shape, "has_chart", False):
        _add_chart(out, number, shape.chart.part.blob)
    else:
        for line in _diagram(shape):
            out.add(number, line)


def _add_table(out: Lines, number: int, grid: list[list[str]], header: bool | None) -> None:
    out.gap()
    for sentence in table_rows(grid, header, above=out.last()) if grid else ():
        out.add(number, sentence or "")
    out.gap()


def _grid(table: Any) -> list[list[str]]:  # noqa: ANN401
    """Texts by row and column. What spans rows is said in each; what spans columns, once."""
    grid: list[list[str]] = []
    for row in table._tbl.tr_lst:
        texts: list[str] = []
        for cell in row.tc_lst:
            text = "\n".join(paragraphs(cell))
            if cell.vMerge and grid and len(texts) < len(grid[-1]):
                above = grid[-1][len(texts)]
                text = above if len(above) <= LONGEST_REPEATED else ""
            texts.append("" if cell.hMerge else text)
        grid.append(texts)
    return grid


def _add_chart(out: Lines, number: int, blob: bytes) -> None:
    """A chart's title, and its values as the table that they are drawn from."""
    root = parsed(blob)
    for title in root.xpath("c:chart/c:title", namespaces=_NAMES):
        out.add(number, " ".join(paragraphs(title)))
    series = root.xpath("c:chart/c:plotArea//c:ser", namespaces=_NAMES)[:_POINTS]
    named: dict[str, list[str]] = {}
    heads = [""]
    for place, item in enumerate(series, 1):
        heads.append("".join(item.xpath("c:tx//c:v/text()", namespaces=_NAMES)) or f"{place}")
        names = dict(_points(item, "c:cat | c:xVal"))
        for index, value in _points(item, "c:val | c:yVal"):
            row = named.setdefault(names.get(index, index), [])
            row += [""] * (place - 1 - len(row)) + [value]
    grid = [heads, *[[name, *values] for name, values in list(named.items())[:_POINTS]]]
    _add_table(out, number, grid if len(grid) > 1 else [], True)


def _points(item: Any, path: str) -> list[tuple[str, str]]:  # noqa: ANN401
    """Number and text of each point of a series; numbers as the chart shows them."""
    points = []
    for side in item.xpath(path, namespaces=_NAMES):
        code = "".join(side.xpath(".//c:formatCode/text()", namespaces=_NAMES)[:1])
        form = NumberFormat(code) if code else None
        is_number = bool(side.xpath(".//c:numCache | .//c:numLit", namespaces=_NAMES))
        for point in side.xpath(".//c:pt", namespaces=_NAMES)[:_POINTS]:
            raw = "".join(point.xpath("c:v/text()", namespaces=_NAMES))
            text = raw if not is_number else general(raw) if form is None else form.shown(raw)
            points.append((point.get("idx", ""), text))
    return points


def _diagram(shape: Any) -> list[str]:  # noqa: ANN401
    """The texts of a SmartArt drawing, in the order in which it keeps them."""
    found = shape.element.xpath(".//*[local-name()='relIds']")
    if not found:
        return []
    try:
        part = shape.part.related_part(found[0].get(f"{_R}dm", ""))
    except KeyError:
        return []
    points = parsed(part.blob).xpath("d:ptLst/d:pt[not(@type='pres')]", namespaces=_NAMES)
    return [re.sub(r"\s+", " ", "".join(paragraphs(point))) for point in points]
