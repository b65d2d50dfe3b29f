"""Workbooks and tables kept as text: cells as they are shown, under their own names, nothing lost in silence."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from PIL import Image

from embeddings import rebuild
from embeddings.errors import Unreadable
from embeddings.guarding.guarded import GuardedReader
from embeddings.reading.documents import read_document
from embeddings.reading.sheets.number_formats import NumberFormat, general
from embeddings.reading.sheets.sheet_cells import Budget
from embeddings.reading.sheets.xlsx_cells import read_xlsx
from qa import QA
from qa.sources import source_text
from tests.embeddings.office import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from embeddings.types import Document


SAMPLES = Path(__file__).parents[1] / "data" / "sheets"
"""Files that none of us made."""


@pytest.fixture(autouse=True)
def _settings(english_and_default_settings: None) -> None:
    """Reasons in English."""


def workbook(fill: Callable[[Any], object]) -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    fill(book)
    book.close()
    return out.getvalue()


def one_sheet(rows: list[list[object]], name: str = "收入") -> bytes:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value != "":
                    sheet.write(number, column, value)

    return workbook(fill)


def said(document: Document) -> list[tuple[int, str]]:
    return [(line.number, line.text) for line in document.lines if line.text]


def headings(document: Document) -> list[tuple[int, str]]:
    return [(line.level, line.text) for line in document.lines if line.level is not None]


def notes(document: Document) -> str:
    return " ".join(note.text for note in document.notes)


def cells_of(document: Document, text: str) -> dict[str, str]:
    """The cells of the line that has this text, by their names."""
    line = next(line for line in document.lines if text in line.text)
    assert line.spot is not None
    return dict(line.spot.cells)


@pytest.mark.parametrize(
    ("code", "raw", "shown"),
    [
        ("0.0%", "0.156", "15.6%"),
        ("#,##0.00", "1234567.891", "1,234,567.89"),
        ("General", "0.30000000000000004", "0.3"),
        ("General", "110101203003071234", "110101203003071234"),
        ("General", "3.0000000000000001E-2", "0.03"),
        ('yyyy"年"m"月"d"日"', "48000", "2031年6月1日"),
        ("yyyy\\-mm\\-dd;@", "48000", "2031-06-01"),
        ('[DBNum1][$-804]yyyy"年"m"月"d"日"', "48015", "二〇三一年六月十六日"),
        ("yyyy/m/d h:mm", "48000.75", "2031/6/1 18:00"),
        ("h:mm AM/PM", "0.75", "6:00 PM"),
        ("[h]:mm:ss", "1.5", "36:00:00"),
        ("aaaa", "48000", "星期日"),
        ("000000", "42", "000042"),
        ("000-0000", "1234567", "123-4567"),
        ("#,##0;(#,##0)", "-5000", "(5,000)"),
        ('_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "-1234.5", "¥-1,234.50"),
        ('0.00,,"百万"', "12345678", "12.35百万"),
        ('[>=10000]0.0,"千";0', "25000", "25.0千"),
        ("0.00E+00", "12345", "1.23E+04"),
        ("# ?/?", "1.5", "1 1/2"),
        ("0.##", "3", "3"),
        ("0.00", "1.005", "1.01"),
        ('0"元"', "12", "12元"),
        ("0!元", "12", "12元"),
        (";;;", "5", ""),
        ("0.00", "1e400", "1e400"),
        ("0.0%", "no number", "no number"),
        ("General", "1e300", "1E+300"),
    ],
)
def test_a_number_reads_as_the_sheet_shows_it(code: str, raw: str, shown: str) -> None:
    assert NumberFormat(code).shown(raw) == shown


def test_a_code_that_is_none_shows_the_number_as_it_is() -> None:
    for code in (
        "[",
        '"',
        "[>",
        "[$",
        "E+",
        "/",
        "?/",
        "0/",
        ".",
        ",",
        "%",
        "0.0.0.0",
        "@@",
        ";;;;;;;;",
        "yyyyyyyyy" * 40,
    ):
        for raw in ("1", "-0.5", "48000.25", "1e308", "-1e308", "1e-308"):
            assert isinstance(NumberFormat(code).shown(raw), str)
    assert general("-0.0") == "0"


def revenue(book: Any) -> None:
    sheet = book.add_worksheet("收入")
    sheet.merge_range("B2:F2", "2031年云溪县财政收入表")
    sheet.write("F3", "单位：万元")
    sheet.write_row("B4", ["项目", "金额", "增速", "日期", "编号"])
    sheet.write_row("B5", ["契税", 1234567.891, 0.156, 48000, "007203003071234567"])
    for cell, value, code in (
        ("C5", 1234567.891, "#,##0.00"),
        ("D5", 0.156, "0.0%"),
        ("E5", 48000, 'yyyy"年"m"月"d"日"'),
    ):
        sheet.write(cell, value, book.add_format({"num_format": code}))
    sheet.write_row("B6", ["车船税", 0.1 + 0.2])
    sheet.write("B7", "注：数据来自云溪县财政局。")


def test_a_row_has_its_columns_names_and_its_cells_under_their_own_names(tmp_path: Path) -> None:
    document = read(tmp_path, "a.xlsx", workbook(revenue))
    assert document.unit == "row"
    assert headings(document) == [(1, "收入"), (2, "2031年云溪县财政收入表")]
    (row,) = [text for number, text in said(document) if number == 5]
    assert re.fullmatch(
        "项目：契税；金额.*：1,234,567.89；增速：15.6%；日期：2031年6月1日；编号：007203003071234567。", row
    )
    assert (7, "注：数据来自云溪县财政局。") in said(document)
    assert cells_of(document, "契税") == {
        "B5": "契税", "C5": "1,234,567.89", "D5": "15.6%", "E5": "2031年6月1日", "F5": "007203003071234567",
    }  # fmt: skip
    assert cells_of(document, "车船税")["C6"] == "0.3"
    assert {line.spot.sheet for line in document.lines if line.spot} == {"收入"}


def test_hidden_sheets_rows_and_columns_are_left_out_and_said(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("户数")
        for row, values in enumerate([["镇", "户数", "密级"], ["东渠", 3, "秘"], ["西渠", 4, "秘"], ["南渠", 5, "秘"]]):
            sheet.write_row(row, 0, values)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("C:C", None, None, {"hidden": True})
        book.add_worksheet("内部").hide()
        book.add_worksheet("底稿").very_hidden()

    document = read(tmp_path, "a.xlsx", workbook(fill))
    assert [number for number, _ in said(document)][-2:] == [2, 4]
    assert not re.search("西渠|秘", " ".join(text for _, text in said(document)))
    assert notes(document) == '1 sheet; 2 hidden ones left out. Sheet "户数": 1 row and 1 column hidden, left out.'
    assert [note.zh for note in document.notes] == ["1 张表，2 张隐藏的没有读。", "表“户数”隐藏的 1 行、1 列没有读。"]
    assert all(note.left_out for note in document.notes)


def test_a_workbook_whose_sheets_are_all_empty_or_hidden_says_so(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        book.add_worksheet()
        hidden = book.add_worksheet()
        hidden.write("A1", "内部")
        hidden.hide()

    with pytest.raises(Unreadable, match=r"no text\. 0 sheets; 1 hidden one left out"):
        read(tmp_path, "a.xlsx", workbook(fill))


def test_merged_cells_are_said_in_each_row_under_the_name_of_their_first(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["县", "镇", "户数"])
        sheet.merge_range("A2:A3", "云溪")
        sheet.write_row("B2", ["东渠", 3])
        sheet.write_row("B3", ["西渠", 4])

    document = read(tmp_path, "a.xlsx", workbook(fill))
    assert said(document)[-1] == (3, "县：云溪；镇：西渠；户数：4。")
    assert cells_of(document, "西渠") == {"A2": "云溪", "B3": "西渠", "C3": "4"}


def test_tables_below_and_beside_each_other_stay_two(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["镇", "户数", "人口", "", "村", "亩数"],
        ["东渠", 3, 9, "", "上坪", 50],
        ["西渠", 4, 12, "", "下坪", 60],
        [],
        ["项目", "金额", "年份"],
        ["水渠", 7, 2031],
    ]
    document = read(tmp_path, "a.xlsx", one_sheet(rows, "Sheet1"))
    assert [text for _, text in said(document)] == [
        "镇：东渠；户数：3；人口：9。", "镇：西渠；户数：4；人口：12。",
        "村：上坪；亩数：50。", "村：下坪；亩数：60。",
        "项目：水渠；金额：7；年份：2031。",
    ]  # fmt: skip
    assert cells_of(document, "下坪") == {"E3": "下坪", "F3": "60"}


def test_a_row_that_names_those_below_it_is_a_heading_and_no_value_of_the_first_column(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("项目")
        sheet.write_row("A1", ["序号", "项目名称", "投资", "完工"])
        sheet.merge_range("A2:D2", "水利类")
        sheet.write_row("A3", [1, "东渠", 320, "2031年"])
        sheet.write("A4", "二、交通类")
        sheet.write_row("A5", [2, "南桥", 960, "2032年"])

    document = read(tmp_path, "a.xlsx", workbook(fill))
    assert headings(document) == [(1, "项目"), (3, "水利类"), (3, "二、交通类")]
    assert said(document)[-1] == (5, "序号：2；项目名称：南桥；投资：960；完工：2032年。")


def test_who_when_and_in_what_unit_above_a_table_is_no_header(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["编制单位：云溪县财政局", "", "单位：万元"],
        ["税种", "本月", "累计"],
        ["契税", 3, 9],
        ["制表：方某", "", "审核：林某"],
    ]
    document = read(tmp_path, "a.xlsx", one_sheet(rows))
    assert said(document)[1] == (1, "编制单位：云溪县财政局；单位：万元")
    assert "税种：契税；本月" in said(document)[2][1]
    assert said(document)[3] == (4, "制表：方某；审核：林某")


def test_an_empty_row_within_a_table_does_not_cost_its_header(tmp_path: Path) -> None:
    rows: list[list[object]] = [["镇", "户数", "人口"], ["东渠", 3, 9], [], ["西渠", 4, 12]]
    assert said(read(tmp_path, "a.xlsx", one_sheet(rows)))[-1] == (4, "镇：西渠；户数：4；人口：12。")


def test_comments_and_text_boxes_are_read_at_their_cells(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("户数")
        sheet.write_row("A1", ["镇", "户数", "人口"])
        sheet.write_row("A2", ["东渠", 3, 9])
        sheet.write_comment("B2", "方某:\n初步数。", {"author": "方某"})
        sheet.insert_textbox("D5", "本表每年更新。")

    document = read(tmp_path, "a.xlsx", workbook(fill))
    assert set(said(document)[-2:]) == {(5, "本表每年更新。"), (2, "B2 批注：初步数。")}
    assert cells_of(document, "初步数") == {"B2": "初步数。"}
    assert cells_of(document, "每年更新") == {"D5": "本表每年更新。"}


def test_names_that_programs_give_to_sheets_are_no_headings(tmp_path: Path) -> None:
    rows: list[list[object]] = [["镇", "户数", "人口"], ["东渠", 3, 9]]
    for name in ("Sheet1", "工作表2", "sheet1 (2)"):
        assert headings(read(tmp_path, "a.xlsx", one_sheet(rows, name))) == []
    for name in ("户数", "2031年", "Budget"):
        assert headings(read(tmp_path, "a.xlsx", one_sheet(rows, name))) == [(1, name)]


def test_a_table_that_nothing_names_is_called_as_its_file_is(tmp_path: Path) -> None:
    rows: list[list[object]] = [["镇", "户数", "人口"], ["东渠", 3, 9]]
    assert read(tmp_path, "云溪县各镇.xlsx", one_sheet(rows, "Sheet1")).title == "云溪县各镇"
    assert read(tmp_path, "云溪县各镇.csv", "镇,户数,人口\n东渠,3,9".encode()).title == "云溪县各镇"
    assert read(tmp_path, "云溪县各镇.xlsx", one_sheet(rows, "户数")).title is None


def test_errors_and_formulas_without_a_result_are_said(tmp_path: Path) -> None:
    data = one_sheet([["镇", "户数", "人口"], ["东渠", 3, 9], ["西渠", 4, 12]])
    sheet = "xl/worksheets/sheet1.xml"
    xml = part_of(data, sheet)
    xml = xml.replace(b'<c r="B2"><v>3</v></c>', b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    xml = xml.replace(b'<c r="C3"><v>12</v></c>', b'<c r="C3"><f>1+1</f></c>')
    document = read(tmp_path, "a.xlsx", with_parts(data, {sheet: xml}))
    assert [text for _, text in said(document)][1:] == ["镇：东渠；人口：9。", "镇：西渠；户数：4。"]
    assert "1 cell with an error (B2 #DIV/0!) left out" in notes(document)
    assert "1 formula without a kept result left out" in notes(document)


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name)


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in dict.fromkeys([*before.namelist(), *parts]):
            after.writestr(name, parts.get(name) or before.read(name))
    return out.getvalue()


def test_cells_without_names_with_readings_and_in_the_strict_variant_are_read(tmp_path: Path) -> None:
    data = one_sheet([["镇", "户数", "日期"], ["东渠", 3, "x"]])
    xml = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData>'
        "<x:row><x:c t='inlineStr'><x:is><x:t>镇</x:t></x:is></x:c><x:c t='str'><x:v>户数</x:v></x:c>"
        "<x:c t='str'><x:v>日期</x:v></x:c></x:row>"
        "<x:row><x:c t='inlineStr'><x:is><x:r><x:t>东</x:t></x:r><x:r><x:t>渠</x:t></x:r><x:rPh><x:t>dong</x:t></x:rPh>"
        "</x:is></x:c><x:c><x:v>3</x:v></x:c><x:c t='d'><x:v>2031-06-01T00:00:00</x:v></x:c></x:row>"
        "</x:sheetData></x:worksheet>"
    )
    document = read(tmp_path, "a.xlsx", with_parts(data, {"xl/worksheets/sheet1.xml": xml.encode()}))
    assert said(document)[-1] == (2, "镇：东渠；户数：3；日期：2031-06-01。")
    assert cells_of(document, "东渠")["C2"] == "2031-06-01"


def ods(body: str, styles: str = "") -> bytes:
    names = "office style table text draw dc".split()
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    xml = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", xml)
    return out.getvalue()


def a_picture() -> BytesIO:
    """A small PNG."""
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    out.seek(0)
    return out


def ods_row(*texts: str, more: str = "") -> str:
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in texts)
    return f"<table:table-row{more}>{cells}</table:table-row>"


def test_an_open_document_sheet_reads_as_it_is_shown(tmp_path: Path) -> None:
    hidden = (
        '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    cell = "<table:table-cell>{}</table:table-cell>".format
    value = '<table:table-cell office:value-type="{}" office:value="{}">{}</table:table-cell>'.format
    empty = '<table:table-row table:number-rows-repeated="{}"><table:table-cell/></table:table-row>'.format
    rows = (
        empty(3),
        ods_row("项目", "增速", "金额"),
        "<table:table-row>",
        cell("<office:annotation><text:p>旁注</text:p></office:annotation><text:p>契税</text:p>"),
        value("percentage", "0.156", "<text:p>15.6%</text:p>"),
        value("float", "0.30000000000000004", ""),
        "</table:table-row>",
        ods_row("秘密", "1", "2", more=' table:visibility="collapse"'),
        empty(1048570),
    )
    body = (
        f'<table:table table:name="收入">{"".join(rows)}</table:table>'
        f'<table:table table:name="内部" table:style-name="h">{ods_row("内部")}</table:table>'
    )
    document = read(tmp_path, "a.ods", ods(body, hidden))
    assert said(document)[1:] == [(5, "项目：契税；增速：15.6%；金额：0.3。"), (5, "A5 批注：旁注")]
    assert cells_of(document, "契税")["B5"] == "15.6%"
    assert notes(document) == '1 sheet; 1 hidden one left out. Sheet "收入": 1 row hidden, left out.'


def test_comments_and_pictures_of_an_open_document_sheet(tmp_path: Path) -> None:
    comment = (
        "<office:annotation><dc:creator>方某</dc:creator><dc:date>2031-05-06</dc:date>"
        "<text:p>初步数，</text:p><text:p>待核。</text:p></office:annotation>"
    )
    picture = '<draw:frame draw:name="p"><draw:image/></draw:frame>'
    chart = '<draw:frame draw:name="c"><draw:object/><draw:image/></draw:frame>'
    rows = (
        f"<table:shapes>{picture}</table:shapes>",
        ods_row("镇", "户数", "人口"),
        "<table:table-row>",
        f"<table:table-cell><text:p>东渠</text:p>{chart}</table:table-cell>",
        f"<table:table-cell>{comment}<text:p>3</text:p></table:table-cell>",
        f"<table:table-cell><text:p>9</text:p>{picture}</table:table-cell>",
        "</table:table-row>",
    )
    document = read(tmp_path, "a.ods", ods(f'<table:table table:name="户数">{"".join(rows)}</table:table>'))
    assert said(document)[1:] == [
        (2, "镇：东渠；户数：3；人口：9。"),
        (2, "B2 批注：初步数，"),
        (2, "待核。"),
    ]
    assert notes(document) == "1 sheet. Not read: text in pictures (2)."


def test_comments_and_pictures_of_a_binary_workbook(tmp_path: Path) -> None:
    def wide(text: str) -> bytes:
        return len(text).to_bytes(4, "little") + text.encode("utf-16-le")

    def record(kind: int, content: bytes) -> bytes:
        return bytes([kind & 0x7F | 0x80, kind >> 7, len(content)]) + content

    sample = (SAMPLES / "decimals.xlsb").read_bytes()
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/comments" Target="../comments1.bin"/>'
        f'<Relationship Id="rId2" Type="{office}/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    place = b"".join(number.to_bytes(4, "little") for number in (0, 1, 1, 2, 2))  # the author, rows and columns from 0
    comments = record(632, wide("方某")) + record(635, place + bytes(16)) + record(637, b"\0" + wide("方某:\n初步数"))
    drawing = '<d:wsDr xmlns:d="d"><d:oneCellAnchor><d:pic/></d:oneCellAnchor></d:wsDr>'
    parts = {
        "xl/worksheets/_rels/sheet1.bin.rels": relations.encode(),
        "xl/comments1.bin": comments,
        "xl/drawings/drawing1.xml": drawing.encode(),
    }
    document = read(tmp_path, "a.xlsb", with_parts(sample, parts))
    assert said(document)[-1] == (2, "C2 批注：初步数")
    assert "Not read: text in pictures (1)." in notes(document)


def test_pictures_over_a_sheet_are_counted_as_not_read(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        revenue(book)
        sheet = book.get_worksheet_by_name(book.worksheets()[0].name)
        for cell in ("H2", "H9", "H20"):
            sheet.insert_image(cell, "p.png", {"image_data": a_picture()})

    document = read(tmp_path, "a.xlsx", workbook(fill))
    assert document.notes[-1].zh == "未读 3 张图片里的文字。"
    assert document.notes[-1].left_out


def test_a_row_repeated_a_million_times_is_cut_and_said(tmp_path: Path) -> None:
    row = ods_row("东渠", "3", "4", more=' table:number-rows-repeated="1048576"')
    document = read(tmp_path, "a.ods", ods(f'<table:table table:name="户数">{row}{row}</table:table>'))
    assert "read up to row 40000, more is too much" in notes(document)


@pytest.mark.parametrize(
    ("name", "rows", "said_of_it"),
    [
        (
            "temperature.xlsx",
            [(2, "label：celsius；value：22.2222。"), (3, "label：fahrenheit；value：72。")],
            "1 sheet.",
        ),
        ("dates.xls", [(1, "2021-01-01：15。"), (2, "2021-01-02：16。"), (3, "255:10:10：17。")], "1 sheet."),
        ("epoch.xls", [(1, "2021-01-01：15。"), (2, "2021-01-02：16。"), (3, "255:10:10：17。")], "1 sheet."),
        ("decimals.xlsb", [(4, "1234.56"), (5, "12345.67")], "1 sheet."),
        ("hidden.ods", [(2, "3：4。"), (3, "5：6。")], "1 sheet; 2 hidden ones left out."),
    ],
)
def test_files_of_other_programs_are_read(name: str, rows: list[tuple[int, str]], said_of_it: str) -> None:
    document = read_document(SAMPLES, name)
    assert [row for row in rows if row not in said(document)] == []
    assert said_of_it in notes(document)


def test_an_old_workbook_that_one_parser_stumbles_over_is_read_by_another(tmp_path: Path) -> None:
    data = (SAMPLES / "dates.xls").read_bytes()
    damaged = data.replace(b"\x22\x00\x02\x00\x00\x00", b"\x22\x00\x02\x00\xff\x00")  # from when days are counted
    document = read(tmp_path, "a.xls", damaged)
    assert said(document)[0] == (1, "2021/1/1：15。")
    assert "Numbers are read as they are kept (15.6% as 0.156)" in notes(document)


def test_a_sheet_that_is_too_long_is_cut_and_its_merged_cells_are_still_known() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("户数")
        sheet.merge_range("A2:A3", "云溪")
        for row in range(50_000):
            sheet.write(row, 1, row)
        book.add_worksheet("其他").write("A1", "不读")

    book = read_xlsx(workbook(fill), Budget(rows=3))
    assert [sorted(sheet.rows) for sheet in book.sheets] == [[1, 2, 3]]
    assert book.sheets[0].cut
    assert book.sheets[0].merged == [(2, 1, 3, 1)]
    assert book.unread


def test_what_is_called_a_workbook_and_is_a_page_or_a_text_is_read_as_what_it_is(tmp_path: Path) -> None:
    page = "<html><table><tr><th>镇<th>户数<th>人口<tr><td>东渠<td>3<td>9</table></html>"
    assert said(read(tmp_path, "a.xls", page.encode())) == [(1, "镇：东渠；户数：3；人口：9。")]
    text = "镇\t户数\t人口\n东渠\t3\t9\n".encode("gb18030")
    assert said(read(tmp_path, "a.xls", text)) == [(2, "镇：东渠；户数：3；人口：9。")]
    assert said(read(tmp_path, "a.xls", one_sheet([["镇", "户数", "人口"], ["东渠", 3, 9]])))[-1][0] == 2


def test_a_password_is_named(tmp_path: Path) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    for name in ("a.xlsx", "a.xls", "a.pptx"):
        with pytest.raises(Unreadable, match="protected by a password; save it without one"):
            read(tmp_path, name, data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_kept_as_text_is_read_whatever_parts_its_cells(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [["镇名", "户数", "说明"], ["东渠镇", "3", '"新建，\n两层"'], [], ["西渠镇", "007", "已完工"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    document = read(tmp_path, "a.csv", text.encode(encoding))
    assert said(document) == [
        (2, "镇名：东渠镇；户数：3；说明：新建，两层。"),
        (4, "镇名：西渠镇；户数：007；说明：已完工。"),
    ]
    assert cells_of(document, "西渠") == {"A4": "西渠镇", "B4": "007", "C4": "已完工"}


def test_a_ragged_table_and_one_without_a_header_are_read(tmp_path: Path) -> None:
    ragged = "镇,户数,人口\n东渠,3\n西渠,4,12,补报\n"
    assert [text for _, text in said(read(tmp_path, "a.csv", ragged.encode()))] == [
        "镇：东渠；户数：3。",
        "镇：西渠；户数：4；人口：12；补报。",
    ]
    bare = "东渠,3,9\n西渠,4,12\n"
    assert [text for _, text in said(read(tmp_path, "b.csv", bare.encode()))] == ["东渠；3；9。", "西渠；4；12。"]


def test_a_quotation_mark_that_nothing_closes_does_not_swallow_the_rest(tmp_path: Path) -> None:
    rows = ["镇,高,宽", '东渠,"3,4', *[f"西渠{number},5,6" for number in range(300)]]
    document = read(tmp_path, "a.csv", "\n".join(rows).encode())
    assert said(document)[-1] == (302, "镇：西渠299；高：5；宽：6。")


def test_a_cell_without_end_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="one cell has more than 131072 characters"):
        read(tmp_path, "a.csv", b"a,b\nc," + b"x" * 200_000)


def test_hostile_workbooks_give_a_reason_within_the_limits(tmp_path: Path) -> None:
    good = one_sheet([["镇", "户数", "人口"], ["东渠", 3, 9]])
    sheet, strings = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    xml = part_of(good, sheet)
    head, rest = xml.split(b"?>", 1)
    deep = b"<worksheet>" + b"<a>" * 200_000
    huge = b'<worksheet><sheetData><row><c t="str"><v>' + b"9" * 200_000_000
    cases = {
        "entity": (sheet, head + b"?>" + entity + rest, "DOCTYPE"),
        "deep": (sheet, deep, "nested too deeply"),
        "cut": (sheet, xml[: len(xml) // 2], "Damaged"),
        "huge": (sheet, huge, "Damaged"),
        "strings": (strings, b"<sst>" + b"<si>" * 100_000, "nested too deeply"),
    }
    reader = GuardedReader()
    try:
        for name, (part, content, reason) in cases.items():
            (tmp_path / f"{name}.xlsx").write_bytes(with_parts(good, {part: content}))
            with pytest.raises(Unreadable, match=reason):
                reader.read(tmp_path, f"{name}.xlsx")
    finally:
        reader.close()


def taxes(book: Any) -> None:
    sheet = book.add_worksheet("收入")
    sheet.write("A1", "云溪县2031年税收收入")
    money = book.add_format({"num_format": '#,##0"万元"'})
    sheet.write_row("A3", ["税种", "收入", "增速"])
    for row, (name, value, share) in enumerate(
        [("契税", 312, "5.1%"), ("车船税", 428, "6.2%"), ("环保税", 95, "1.4%")], 3
    ):
        sheet.write(row, 0, name)
        sheet.write(row, 1, value, money)
        sheet.write(row, 2, share)


@pytest.mark.slow
def test_a_cell_is_asked_for_and_named_as_a_person_would(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "云溪县财政.xlsx").write_bytes(workbook(taxes))
    rebuild(corpus, tmp_path / "index", progress=False)
    answer = QA.open(tmp_path / "index").ask("云溪县2031年车船税收入多少万元？")
    assert answer.text == "428万元"
    (source,) = answer.passages[0].sources
    assert source_text(source, english=False) == "云溪县财政.xlsx 表“收入” B5"
    assert source_text(source, english=True) == '云溪县财政.xlsx, sheet "收入", B5'
