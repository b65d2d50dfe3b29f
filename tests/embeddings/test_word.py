"""Word: what stands in a file of it, as a reader of the printed page would find it."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from embeddings.errors import Unreadable
from embeddings.reading import archives
from embeddings.reading.documents import read_document
from embeddings.types import Document


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")


def read(folder: Path, name: str, content: bytes) -> Document:
    (folder / name).write_bytes(content)
    return read_document(folder, name)


def shown(document: Document) -> list[tuple[int, str, int | None]]:
    return [(line.number, line.text, line.level) for line in document.lines if line.text]


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines]


def saved(document: docx.document.Document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_part(word: bytes, part: str, content: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(word)) as good, zipfile.ZipFile(buffer, "w") as changed:
        for name in good.namelist():
            changed.writestr(name, content if name == part else good.read(name))
    return buffer.getvalue()


def test_word_paragraphs_and_rows_are_counted_in_the_order_of_the_body(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_heading("总题", 0)
    word.add_heading("第一节", 1)
    word.add_paragraph("")
    word.add_paragraph("正文\n换行")
    table = word.add_table(3, 3)
    for row, cells in zip(table.rows, [("区", "项目", "投资"), ("铁西", "甲", "1"), ("铁西", "乙", "2")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    word.add_paragraph("末段")
    document = read(tmp_path, "a.docx", saved(word))
    assert document.unit == "paragraph"
    assert [(line.number, line.text, line.level) for line in document.lines] == [
        (1, "总题", 1),
        (1, "", None),
        (2, "第一节", 2),
        (2, "", None),
        (4, "正文", None),
        (4, "换行", None),
        (4, "", None),
        (6, "区：铁西；项目：甲；投资：1。", None),
        (7, "区：铁西；项目：乙；投资：2。", None),
        (7, "", None),
        (8, "末段", None),
    ]


def test_word_cells_that_are_merged_are_said_once_in_a_row(tmp_path: Path) -> None:
    word = docx.Document()
    table = word.add_table(4, 3)
    for row, cells in zip(table.rows, ["区项投", "南甲1", "南乙2", "合计3"], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(2, 0).text = ""
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 1).text = ""
    table.cell(3, 0).merge(table.cell(3, 1))
    assert [text for _, text, _ in shown(read(tmp_path, "a.docx", saved(word)))] == [
        "区：南；项：甲；投：1。",
        "区：南；项：乙；投：2。",
        "区：合；投：3。",
    ]


def test_word_tables_of_one_cell_are_boxes_of_paragraphs(tmp_path: Path) -> None:
    word = docx.Document()
    cell = word.add_table(1, 1).cell(0, 0)
    cell.text = "第一段。"
    cell.add_paragraph("第二段。")
    assert texts(read(tmp_path, "a.docx", saved(word))) == ["第一段。", "", "第二段。"]


def test_word_changes_are_read_as_accepted(tmp_path: Path) -> None:
    word = docx.Document()
    body = """<w:p %s><w:r><w:t>原有</w:t></w:r><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>
    <w:ins><w:r><w:t>增加</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>
    <w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>
    <w:r><w:ruby><w:rt><w:r><w:t>pinyin</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>字</w:t></w:r></w:rubyBase></w:ruby></w:r>
    <w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt></w:p>"""
    block = "<w:sdt %s><w:sdtContent><w:p><w:r><w:t>块</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    for xml in (body, block):
        word.element.body.insert(-1, parse_xml(xml % nsdecls("w")))
    assert shown(read(tmp_path, "a.docx", saved(word))) == [(1, "原有增加链接字控件", None), (2, "块", None)]


def test_word_styles_based_on_a_heading_are_headings_and_contents_are_left_out(tmp_path: Path) -> None:
    word = docx.Document()
    custom = word.styles.add_style("小标题", 1)
    custom.base_style = word.styles["Heading 2"]
    word.styles.add_style("标题 3", 1)
    word.styles.add_style("TOC 1", 1)
    word.add_paragraph("第一节 ... 5", "TOC 1")
    word.add_paragraph("二级", "小标题")
    word.add_paragraph("三级", "标题 3")
    assert shown(read(tmp_path, "a.docx", saved(word))) == [(2, "二级", 2), (3, "三级", 3)]


def test_word_title_is_believed_only_where_the_text_has_it(tmp_path: Path) -> None:
    word = docx.Document()
    word.add_paragraph("沈阳 高新区的新动能")
    for title, expected in [("沈阳高新区的新动能", "沈阳高新区的新动能"), ("另一份通知", None), ("", None)]:
        word.core_properties.title = title
        assert read(tmp_path, "a.docx", saved(word)).title == expected


def test_word_bombs_are_refused_without_unpacking_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_LARGEST_UNPACKED", 1 << 20)
    good = BytesIO(saved(docx.Document()))
    with zipfile.ZipFile(good, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/a.bmp", bytes(1 << 20))
    with pytest.raises(Unreadable, match="too large when unpacked"):
        read(tmp_path, "a.docx", good.getvalue())
    lie = good.getvalue().replace(struct.pack("<I", 1 << 20), struct.pack("<I", 1 << 10))
    with pytest.raises(Unreadable, match="Damaged"):
        read(tmp_path, "a.docx", lie)


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><w:document xmlns:w="x">&c;</w:document>',
        b"<w:p>" * 100_000,
        b"<html/>",
        b"",
    ],
)
def test_hostile_word_files_are_damaged(tmp_path: Path, xml: bytes) -> None:
    with pytest.raises(Unreadable):
        read(tmp_path, "a.docx", with_part(saved(docx.Document()), "word/document.xml", xml))
