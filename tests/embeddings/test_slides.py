"""Slides: each under its title, texts in the order in which they are read, tables, charts, notes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pptx import Presentation
from pptx.chart import data as chart_data
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from embeddings.errors import Unreadable
from embeddings.guarding.guarded import GuardedReader
from embeddings.reading.documents import read_document
from tests.embeddings.test_sheets import SAMPLES, a_picture, part_of, with_parts

if TYPE_CHECKING:
    from pathlib import Path

    from embeddings.types import Document

TITLE_SLIDE, TITLE_AND_TEXT, TITLE_ONLY, BLANK = 0, 1, 5, 6


@pytest.fixture(autouse=True)
def _settings(english_and_default_settings: None) -> None:
    """Reasons in English."""


def read(folder: Path, deck: Any) -> Document:
    deck.save(str(folder / "a.pptx"))
    return read_document(folder, "a.pptx")


def said(document: Document) -> list[tuple[int, str, int | None]]:
    return [(line.number, line.text, line.level) for line in document.lines if line.text]


def slide_of(deck: Any, layout: int, title: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def box(shapes: Any, text: str, left: float, top: float, width: float = 2, height: float = 0.8) -> None:
    place = (Inches(left), Inches(top), Inches(width), Inches(height))
    shapes.add_textbox(*place).text_frame.text = text


def saved(deck: Any) -> bytes:
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def test_slides_have_their_titles_texts_and_notes_and_hidden_ones_are_left_out(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, TITLE_SLIDE, "云溪县2031年工作汇报").placeholders[1].text = "云溪县发展局"
    slide_of(deck, TITLE_ONLY, "内部").element.set("show", "0")
    slide = slide_of(deck, TITLE_AND_TEXT, "项目进展")
    slide.placeholders[1].text = "东渠今年完工。\n西渠明年开工。"
    slide.notes_slide.notes_text_frame.text = "先说东渠。"

    document = read(tmp_path, deck)

    assert (document.unit, document.title) == ("slide", "云溪县2031年工作汇报")
    assert said(document) == [
        (1, "云溪县2031年工作汇报", 1),
        (1, "云溪县发展局", None),
        (3, "项目进展", 1),
        (3, "东渠今年完工。", None),
        (3, "西渠明年开工。", None),
        (3, "备注：先说东渠。", None),
    ]
    (note,) = document.notes
    assert (note.zh, note.en) == ("2 张幻灯片，1 张隐藏的没有读。", "2 slides; 1 hidden one left out.")
    assert note.left_out


def test_boxes_are_read_column_by_column_whatever_order_they_were_drawn_in(tmp_path: Path) -> None:
    deck = Presentation()
    shapes = slide_of(deck, TITLE_ONLY, "两渠").shapes
    for text, left, top in (("右下", 5, 3), ("右上", 5, 2), ("左下", 1, 3), ("左上", 1, 2)):
        box(shapes, text, left, top)
    group = shapes.add_group_shape()
    box(group.shapes, "组内下", 1, 6.5)
    box(group.shapes, "组内上", 1, 5.5)
    assert [text for _, text, _ in said(read(tmp_path, deck))] == [
        "两渠", "左上", "左下", "右上", "右下", "组内上", "组内下",
    ]  # fmt: skip


def test_a_slide_without_a_title_takes_the_line_above_all_or_the_decks_own(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, TITLE_SLIDE, "云溪县汇报").placeholders[1].text = "发展局"
    shapes = slide_of(deck, BLANK).shapes
    box(shapes, "投资共3亿元。", 1, 3)
    box(shapes, "水渠投资", 1, 0.3)
    box(slide_of(deck, BLANK).shapes, "户数共5户。", 1, 3)
    assert [(number, text) for number, text, level in said(read(tmp_path, deck)) if level] == [
        (1, "云溪县汇报"),
        (2, "水渠投资"),
        (3, "云溪县汇报"),
    ]


def test_tables_and_charts_are_said_row_by_row(tmp_path: Path) -> None:
    deck = Presentation()
    shapes = slide_of(deck, TITLE_ONLY, "投资").shapes
    table = shapes.add_table(3, 3, Inches(1), Inches(1.5), Inches(5), Inches(1.5)).table
    for row, texts in enumerate([["县", "项目", "投资"], ["云溪", "东渠", "3亿元"], ["", "西渠", "4亿元"]]):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    make: Any = chart_data.CategoryChartData  # it has no types
    data = make(number_format="0.0%")
    data.categories = ["东镇", "西镇"]
    data.add_series("增速", (0.125, 0.2))
    data.add_series("占比", (0.6, 0.4))
    chart = shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(4.5), Inches(5), Inches(2), data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "各镇增速"

    texts = [text for _, text, _ in said(read(tmp_path, deck))]

    assert texts[1:3] == ["县：云溪；项目：东渠；投资：3亿元。", "县：云溪；项目：西渠；投资：4亿元。"]
    assert texts[3] == "各镇增速"
    assert "东镇" in texts[4]
    assert "增速：12.5%；占比：60.0%" in texts[4]


def test_the_texts_of_a_smart_art_are_read(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, TITLE_ONLY, "步骤")
    office = "http://schemas.openxmlformats.org"
    frame = (
        f'<p:graphicFrame xmlns:p="{office}/presentationml/2006/main" xmlns:a="{office}/drawingml/2006/main" '
        f'xmlns:r="{office}/officeDocument/2006/relationships"><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/>'
        '<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="4000000"/><a:ext cx="10" cy="10"/>'
        f'</p:xfrm><a:graphic><a:graphicData uri="{office}/drawingml/2006/diagram"><dgm:relIds r:dm="rId77" '
        f'xmlns:dgm="{office}/drawingml/2006/diagram"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    drawing = (
        f'<d:dataModel xmlns:d="{office}/drawingml/2006/diagram" xmlns:a="{office}/drawingml/2006/main"><d:ptLst>'
        "<d:pt><d:t><a:p><a:r><a:t>先勘测</a:t></a:r></a:p></d:t></d:pt>"
        "<d:pt><d:t><a:p><a:r><a:t>再开挖</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"
    )
    relation = (
        f'<Relationship Id="rId77" Type="{office}/officeDocument/2006/relationships/diagramData" '
        'Target="../diagrams/data1.xml"/></Relationships>'
    ).encode()
    data = saved(deck)
    slide, relations = "ppt/slides/slide1.xml", "ppt/slides/_rels/slide1.xml.rels"
    parts = {
        slide: part_of(data, slide).replace(b"</p:spTree>", frame.encode() + b"</p:spTree>"),
        relations: part_of(data, relations).replace(b"</Relationships>", relation),
        "ppt/diagrams/data1.xml": drawing.encode(),
    }
    (tmp_path / "a.pptx").write_bytes(with_parts(data, parts))
    assert [text for _, text, _ in said(read_document(tmp_path, "a.pptx"))] == ["步骤", "先勘测", "再开挖"]


def with_comments(data: bytes, kind: str, xml: str) -> bytes:
    """A deck with comments on its first slide, in a part of the given kind of relation."""
    relations = "ppt/slides/_rels/slide1.xml.rels"
    relation = f'<Relationship Id="rId88" Type="{kind}" Target="../comments/comment1.xml"/></Relationships>'
    kinds = part_of(data, "[Content_Types].xml")
    part = b'<Override PartName="/ppt/comments/comment1.xml" ContentType="application/xml"/></Types>'
    return with_parts(
        data,
        {
            "[Content_Types].xml": kinds.replace(b"</Types>", part),
            relations: part_of(data, relations).replace(b"</Relationships>", relation.encode()),
            "ppt/comments/comment1.xml": xml.encode(),
        },
    )


def test_comments_are_read_behind_their_slide_whichever_year_powerpoint_is_of(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, TITLE_ONLY, "水库")
    slide_of(deck, TITLE_ONLY, "渠道")
    older = (
        '<p:cmLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cm authorId="0" idx="1">'
        '<p:pos x="1" y="1"/><p:text>库容要\n核实</p:text></p:cm></p:cmLst>'
    )
    newer = (
        '<c:cmLst xmlns:c="http://schemas.microsoft.com/office/powerpoint/2018/8/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:cm id="{1}"><c:replyLst><c:reply id="{2}">'
        "<c:txBody><a:p><a:r><a:t>已核实</a:t></a:r></a:p></c:txBody></c:reply></c:replyLst>"
        "<c:txBody><a:p><a:r><a:t>库容要核实</a:t></a:r></a:p></c:txBody></c:cm></c:cmLst>"
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    microsoft = "http://schemas.microsoft.com/office/2018/10/relationships/comments"
    (tmp_path / "old.pptx").write_bytes(with_comments(saved(deck), office, older))
    (tmp_path / "new.pptx").write_bytes(with_comments(saved(deck), microsoft, newer))
    assert said(read_document(tmp_path, "old.pptx")) == [
        (1, "水库", 1),
        (1, "批注：库容要 核实", None),
        (2, "渠道", 1),
    ]
    assert said(read_document(tmp_path, "new.pptx")) == [
        (1, "水库", 1),
        (1, "批注：库容要核实", None),
        (1, "批注：已核实", None),
        (2, "渠道", 1),
    ]


def test_pictures_are_counted_as_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deck = Presentation()
    slide = slide_of(deck, TITLE_ONLY, "水库")
    for left in (1, 4):
        slide.shapes.add_picture(a_picture(), Inches(left), Inches(3))
    slide.shapes.add_group_shape([slide.shapes[-1]])
    document = read(tmp_path, deck)
    assert [(note.text, note.left_out) for note in document.notes] == [
        ("1 slide.", False),
        ("Not read: text in pictures (2).", True),
    ]
    monkeypatch.setenv("WENJU_LANG", "zh")
    assert document.notes[-1].text == "未读 2 张图片里的文字。"


def test_slides_that_are_nothing_but_pictures_say_so(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, BLANK).shapes.add_picture(a_picture(), 0, 0)
    with pytest.raises(Unreadable, match=r"no text, only pictures \(1\); save it as PDF"):
        read(tmp_path, deck)


@pytest.mark.parametrize("kind", ["slideshow", "template"])
def test_a_slide_show_and_a_template_in_the_strict_variant_are_read(tmp_path: Path, kind: str) -> None:
    deck = Presentation()
    slide_of(deck, TITLE_AND_TEXT, "项目进展").placeholders[1].text = "东渠今年完工。"
    data = saved(deck)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, part in parts.items():
        if name == "[Content_Types].xml":
            parts[name] = part.replace(b"presentationml.presentation.main", f"presentationml.{kind}.main".encode())
        elif name.endswith((".xml", ".rels")):
            parts[name] = re.sub(
                rb"http://schemas\.openxmlformats\.org/(presentationml|drawingml|officeDocument)/2006/",
                rb"http://purl.oclc.org/ooxml/\1/",
                part,
            )
    (tmp_path / "a.pptx").write_bytes(with_parts(data, parts))
    assert said(read_document(tmp_path, "a.pptx")) == [(1, "项目进展", 1), (1, "东渠今年完工。", None)]


def test_an_old_file_is_named_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.pptx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(Unreadable, match=r"old PowerPoint \(.ppt\) file; save it as .pptx"):
        read_document(tmp_path, "a.pptx")
    (tmp_path / "b.ppt").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(Unreadable, match=r"save it as \.pptx"):
        read_document(tmp_path, "b.ppt")


def test_hostile_slides_give_a_reason_within_the_limits(tmp_path: Path) -> None:
    deck = Presentation()
    slide_of(deck, TITLE_ONLY, "步骤")
    data = saved(deck)
    slide = "ppt/slides/slide1.xml"
    xml = part_of(data, slide)
    head, rest = xml.split(b"?>", 1)
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + place, b"&%c;" % (97 + place) * 10) for place in range(8)
    )
    cases = {
        "bomb": (xml + b" " * (65 << 20), "too large when unpacked"),
        "laughs": (head + b"?>" + laughs + b"]>" + rest.replace("步骤".encode(), b"&i;"), "Damaged|no text"),
        "cut": (xml[: len(xml) // 2], "Damaged"),
    }
    reader = GuardedReader()
    try:
        for name, (content, reason) in cases.items():
            (tmp_path / f"{name}.pptx").write_bytes(with_parts(data, {slide: content}))
            with pytest.raises(Unreadable, match=reason):
                reader.read(tmp_path, f"{name}.pptx")
    finally:
        reader.close()


def test_a_file_of_another_program_is_read() -> None:
    document = read_document(SAMPLES, "slide.pptx")
    texts = [text for _, text, _ in said(document)]
    assert said(document)[0] == (1, "Test text", 1)
    assert {"Cell text 1：Cell text 2。", "Group test text"} <= set(texts)
    assert texts.index("Box 1") < texts.index("Box 2")
