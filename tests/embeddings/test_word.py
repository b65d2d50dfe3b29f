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
from embeddings.reading import documents
from embeddings.reading.containers import archives
from embeddings.reading.documents import read_document
from embeddings.reading.text.counting import counted
from embeddings.reading.word.docx.package import W, WordPackage
from embeddings.reading.word.docx.tables import CellText, cells_of, placed, rows_of
from embeddings.types import Document
from tests.embeddings.office import level, numbered, paragraph, part_of, read, saved, shown, with_part, word_file

FORMATS = Path(__file__).parents[1] / "data" / "formats"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines]


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


# --- what stands beside the text


def said(folder: Path, body: str, **parts: str) -> list[str]:
    """The lines of a Word file with this body, without blank ones."""
    return [line.text for line in read(folder, "a.docx", word_file(body, **parts)).lines if line.text]


BOX = f"<w:txbxContent>{paragraph('框内：泵站装机3台。')}</w:txbxContent>"


def test_a_text_box_is_read_once_though_it_is_kept_for_old_programs_too(tmp_path: Path) -> None:
    twice = f"<mc:Choice Requires='wps'>{BOX}</mc:Choice><mc:Fallback>{BOX}</mc:Fallback>"
    anchored = paragraph("正文", f"<w:r><mc:AlternateContent>{twice}</mc:AlternateContent></w:r>")
    assert said(tmp_path, anchored + paragraph("下一段")) == ["正文", "框内：泵站装机3台。", "下一段"]
    old = paragraph(f"<w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r>")
    assert said(tmp_path, old) == ["框内：泵站装机3台。"]


def test_notes_stand_behind_the_paragraph_that_refers_to_them(tmp_path: Path) -> None:
    body = paragraph("渠道长31公里", '<w:r><w:footnoteReference w:id="2"/></w:r>', "。") + paragraph(
        "末段", '<w:r><w:endnoteReference w:id="5"/></w:r>'
    )
    notes = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote><w:footnote w:id="2">%s</w:footnote>'
    ends = f'<w:endnote w:id="5">{paragraph("据水务站年报。")}</w:endnote>'
    document = read(tmp_path, "a.docx", word_file(body, footnotes=notes % paragraph("不含支渠4公里。"), endnotes=ends))
    assert shown(document) == [
        (1, "渠道长31公里。", None),
        (1, "不含支渠4公里。", None),
        (2, "末段", None),
        (2, "据水务站年报。", None),
    ]


def test_headers_and_footers_are_said_once_and_page_numbers_not(tmp_path: Path) -> None:
    section = '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
    section += '<w:headerReference w:type="first" r:id="header2"/>'
    section += '<w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    page = (
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText><w:fldChar w:fldCharType="separate"/>'
    )
    page += '<w:t>7</w:t><w:fldChar w:fldCharType="end"/></w:r>'
    body = paragraph("关于渠系清淤的通知") + paragraph("正文。", properties=section) + section
    assert said(
        tmp_path,
        body,
        header1=paragraph("青渠水〔2031〕5号") + paragraph("关于渠系清淤的通知"),
        header2=paragraph("首页才有"),
        footer1=paragraph("第 ", page, " 页") + paragraph("值班电话 62110"),
    ) == ["青渠水〔2031〕5号", "关于渠系清淤的通知", "正文。", "值班电话 62110"]


def test_comments_pictures_and_macros_are_named_as_not_read(tmp_path: Path) -> None:
    drawing = (
        '<w:r><w:drawing><p:pic xmlns:p="http://schemas.openxmlformats.org/drawingml/2006/picture"/></w:drawing></w:r>'
    )
    word = word_file(paragraph("正文", drawing), comments=f'<w:comment w:id="1">{paragraph("批注")}</w:comment>')
    with zipfile.ZipFile(buffer := BytesIO(word), "a") as archive:
        archive.writestr("word/vbaProject.bin", b"Sub AutoOpen")
    document = read(tmp_path, "a.docm", buffer.getvalue())
    assert texts(document) == ["正文"]
    assert [(note.text, note.left_out) for note in document.notes] == [
        ("Paragraphs: 1.", False),
        ("Not read: text in pictures (1).", True),
        ("Not read: comments (1).", True),
        ("Macros were neither read nor run.", True),
    ]


def test_a_chart_says_its_values_and_a_diagram_its_words(tmp_path: Path) -> None:
    def values(name: str, kind: str, *points: str, code: str = "") -> str:
        inside = "".join(f'<c:pt idx="{at}"><c:v>{point}</c:v></c:pt>' for at, point in enumerate(points))
        return f"<c:{name}><c:{kind}><c:formatCode>{code}</c:formatCode>{inside}</c:{kind}></c:{name}>"

    chart = "<c:title><c:tx><a:t>灌溉面积</a:t></c:tx></c:title><c:ser>" + values("tx", "strCache", "水田")
    chart += values("cat", "strCache", "2030年", "2031年") + values("val", "numCache", "0.125", "0.3", code="0.0%")
    space = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="a"'
    dia = 'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
    body = paragraph("图1", f'<w:r><c:chart {space} r:id="chart"/><d:relIds {dia} r:dm="diagramData"/></w:r>')
    word = word_file(body, chart="", diagramData="")
    word = with_part(
        word, "word/chart.xml", f"<c:chartSpace {space}><c:chart>{chart}</c:ser></c:chart></c:chartSpace>".encode()
    )
    boxes = "<d:pt><a:t xmlns:a='a'>申请</a:t></d:pt><d:pt/><d:pt><a:t xmlns:a='a'>批准</a:t></d:pt>"
    word = with_part(word, "word/diagramData.xml", f"<d:dataModel {dia}>{boxes}</d:dataModel>".encode())
    assert texts(read(tmp_path, "a.docx", word)) == [
        "图1",
        "",
        "灌溉面积",
        "类别：2030年；水田：12.5%。",
        "类别：2031年；水田：30.0%。",
        "",
        "申请",
        "批准",
    ]


def test_a_page_that_a_program_put_in_whole_is_read(tmp_path: Path) -> None:
    """Programs that export HTML as .docx often leave it as it is and let Word do the rest."""
    word = word_file('<w:altChunk r:id="aFChunk"/>', aFChunk="")
    page = "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<h1>水价</h1><p>每方0.31元。</p>"
    assert shown(read(tmp_path, "a.docx", with_part(word, "word/aFChunk.xml", page.encode()))) == [
        (1, "水价", 1),
        (1, "每方0.31元。", None),
    ]


def test_a_file_of_pictures_names_the_way_out(tmp_path: Path) -> None:
    picture = '<w:r><p:pic xmlns:p="http://schemas.openxmlformats.org/drawingml/2006/picture"/></w:r>'
    with pytest.raises(Unreadable, match=r"only pictures \(2\); save it as PDF"):
        read(tmp_path, "a.docx", word_file(paragraph(picture) * 2))


# --- numbers that Word sets


def numbering(*levels: str, more: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'
    )


def test_articles_and_their_parts_have_the_numbers_that_word_shows(tmp_path: Path) -> None:
    levels = (
        level(0, "chineseCountingThousand", "第%1条"),
        level(1, "chineseCounting", "（%2）"),
        level(2, "decimal", "%1.%3", "<w:isLgl/>"),
    )
    body = numbered("总则", 0) + numbered("水价", 0) + numbered("居民", 1) + numbered("单位", 1) + numbered("细则", 2)
    body += numbered("罚则", 0) + numbered("警告", 1)
    assert said(tmp_path, body, numbering=numbering(*levels)) == [
        "第一条 总则",
        "第二条 水价",
        "（一）居民",
        "（二）单位",
        "2.1 细则",
        "第三条 罚则",
        "（一）警告",
    ]


def test_a_list_goes_on_or_begins_anew_as_the_file_says(tmp_path: Path) -> None:
    anew = '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
    anew += '</w:lvlOverride></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/></w:num>'
    body = numbered("甲", 0) + numbered("乙", 0) + numbered("丙", 0, 2) + numbered("丁", 0, 3) + numbered("无", 0, 0)
    assert said(tmp_path, body, numbering=numbering(level(0, "decimal", "%1."), more=anew)) == [
        "1. 甲",
        "2. 乙",
        "1. 丙",
        "2. 丁",
        "无",
    ]


def test_headings_are_numbered_by_their_style(tmp_path: Path) -> None:
    styles = '<w:style w:type="paragraph" w:styleId="H"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/>'
    styles += "</w:numPr></w:pPr></w:style>"
    body = paragraph("水源", properties='<w:pStyle w:val="H"/>') * 2
    lists = numbering(level(0, "japaneseCounting", "%1、", '<w:pStyle w:val="H"/>'))
    document = read(tmp_path, "a.docx", word_file(body, styles=styles, numbering=lists))
    assert shown(document) == [(1, "一、水源", 1), (2, "二、水源", 1)]


def test_an_entry_with_a_bullet_is_known_for_one_but_not_in_a_cell(tmp_path: Path) -> None:
    item = numbered("启闭机检修", 0)
    lists = numbering(level(0, "bullet", "\uf0b7"))
    assert said(tmp_path, item, numbering=lists) == ["• 启闭机检修"]
    rows = table(cell("项") + cell("数"), cell(item) + cell("3"))
    assert said(tmp_path, rows, numbering=lists)[-1].endswith("启闭机检修：3。")


def test_words_drawn_along_a_path_are_read_and_watermarks_not(tmp_path: Path) -> None:
    art = '<w:r><w:pict><v:shape id="%s"><v:textpath string="%s"/></v:shape></w:pict></w:r>'
    body = paragraph(art % ("_x0000_s1", "渠畔简讯")) + paragraph(art % ("PowerPlusWaterMarkObject1", "内部"))
    assert said(tmp_path, body) == ["渠畔简讯"]


@pytest.mark.parametrize(
    ("style", "number", "text"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCountingThousand", 103, "一百零三"),
        ("ideographDigital", 20, "二〇"),
        ("chineseLegalSimplified", 12, "拾贰"),
        ("ideographTraditional", 3, "丙"),
        ("decimalEnclosedCircle", 21, "㉑"),
        ("upperRoman", 14, "XIV"),
        ("lowerLetter", 28, "bb"),
        ("decimalZero", 7, "07"),
        ("ordinal", 22, "22nd"),
        ("unheardOf", 5, "5"),
        ("bullet", 5, ""),
    ],
)
def test_every_way_to_count_reads_as_printed(style: str, number: int, text: str) -> None:
    assert counted(number, style) == text


# --- characters


def test_raised_figures_stay_apart_from_what_they_stand_on(tmp_path: Path) -> None:
    up = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>%s</w:t></w:r>'
    assert said(tmp_path, paragraph("库容3.7×10", up % "6", "立方米，面积5m", up % "2", "，4", up % "th")) == [
        "库容3.7×10⁶立方米，面积5m²，4th"
    ]


def test_equations_are_text_with_their_figures(tmp_path: Path) -> None:
    def run(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    power = f"<m:sSup><m:e>{run('10')}</m:e><m:sup>{run('−3')}</m:sup></m:sSup>"
    half = f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('2')}</m:den></m:f>"
    root = f"<m:rad><m:radPr><m:degHide/></m:radPr><m:deg/><m:e>{run('x')}</m:e></m:rad>"
    body = paragraph(
        "渗透系数", f"<m:oMath>{run('4.2×')}{power}</m:oMath>", "，均值", f"<m:oMath>{half}</m:oMath>", "，"
    )
    body += f"<w:p><m:oMathPara><m:oMath>{root}</m:oMath></m:oMathPara></w:p>"
    assert said(tmp_path, body) == ["渗透系数4.2×10⁻³，均值(a+b)/2，", "√x"]


def test_boxes_to_check_and_symbols_are_characters(tmp_path: Path) -> None:
    control = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="%d"/></w14:checkbox></w:sdtPr><w:sdtContent>'
    control += "<w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt>"
    old = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData>'
    old += "</w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>"
    old += '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    symbol = '<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
    assert said(tmp_path, paragraph(control % 1, "灌溉", control % 0, "发电", old, "供水", symbol, "5")) == [
        "☑灌溉☐发电☑供水≥5"
    ]


def test_a_hint_what_to_write_is_no_text_but_what_was_written_over_it_is(tmp_path: Path) -> None:
    control = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>"
    hint = '<w:r><w:rPr><w:rStyle w:val="a3"/></w:rPr><w:t>单击此处输入</w:t></w:r>'
    nested = control % (control % paragraph("站长是闻人溪。"))
    assert said(tmp_path, paragraph("单位：", control % hint) + nested) == ["单位：", "站长是闻人溪。"]


# --- tables


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def cell(content: str, properties: str = "") -> str:
    inside = content if content.startswith("<") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def test_a_table_in_a_cell_is_a_table_of_its_own_and_deleted_rows_are_out(tmp_path: Path) -> None:
    inner = table(cell("泵") + cell("台"), cell("甲型") + cell("3"))
    outer = table(
        cell("名称") + cell("值") + cell("附"),
        cell("东站") + cell("12") + cell(f"{paragraph('见内表')}{inner}<w:p/>"),
        "<w:trPr><w:del/></w:trPr>" + cell("旧站") + cell("9") + cell(""),
    )
    assert said(tmp_path, outer) == ["名称：东站；值：12；附：见内表。", "泵：台。", "甲型：3。"]


def test_what_spans_columns_and_rows_stands_where_it_is_seen(tmp_path: Path) -> None:
    body = table(
        cell("站", '<w:vMerge w:val="restart"/>') + cell("水量", '<w:gridSpan w:val="2"/>'),
        cell("", "<w:vMerge/>") + cell("春") + cell("秋"),
        cell("东") + cell("4") + cell("6"),
    )
    package = WordPackage(word_file(body))
    rows = rows_of(next(package.body().iter(W + "tbl")))
    texts = [[CellText(item, "".join(item.itertext())) for item in cells_of(row)] for row in rows]
    assert placed(texts, [0, 0, 0]) == [["站", "水量", ""], ["站", "春", "秋"], ["东", "4", "6"]]


# --- variants of the format


def test_strict_documents_and_templates_are_read_as_what_they_are(tmp_path: Path) -> None:
    template = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
    word = word_file(paragraph("渠首在北。"), template)
    strict = BytesIO()
    with zipfile.ZipFile(BytesIO(word)) as usual, zipfile.ZipFile(strict, "w") as changed:
        for name in usual.namelist():
            data = usual.read(name)
            for old, new in (
                (b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"wordprocessingml/main"),
                (
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"officeDocument/relationships",
                ),
            ):
                data = data.replace(old, b"http://purl.oclc.org/ooxml/" + new)
            changed.writestr(name, data)
    for name, data in (("a.docx", word), ("a.dotx", word), ("b.docx", strict.getvalue())):
        assert texts(read(tmp_path, name, data)) == ["渠首在北。"]


def test_lists_of_a_real_file_are_numbered_as_its_text_says() -> None:
    document = read_document(FORMATS, "lists.docx")
    assert [line.text for line in document.lines if line.text][7:13] == [
        "4. Entry #4",
        "1. Restarted to 1 from 5",
        "2. Restarted @ 2",
        "3. Restarted @ 3",
        "10. Jump to new list at 10",
        "11. Now 11",
    ]


# --- hostile files


def test_a_document_that_is_too_long_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST_TEXT", 20)
    document = read(tmp_path, "a.docx", word_file(paragraph("渠水清" * 3) * 5))
    assert [line.number for line in document.lines if line.text] == [1, 2]
    assert document.notes[-1].left_out
    assert "split the file" in document.notes[-1].text


def test_no_entity_is_resolved_and_nothing_outside_is_fetched(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    document = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
    word = word_file(paragraph("正文"))
    inside = part_of(word, "word/document.xml").replace("正文".encode(), "正文&x;".encode())
    changed = with_part(word, "word/document.xml", document.encode() + inside)
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="h" '
    )
    relations += b'TargetMode="External" Type="x/header" Target="http://127.0.0.1:9/"/></Relationships>'
    changed = with_part(changed, "word/_rels/document.xml.rels", relations)
    assert texts(read(tmp_path, "a.docx", changed)) == ["正文"]


def test_styles_and_notes_that_go_in_circles_end(tmp_path: Path) -> None:
    styles = '<w:style w:styleId="A"><w:name w:val="x"/><w:basedOn w:val="B"/></w:style>'
    styles += '<w:style w:styleId="B"><w:name w:val="y"/><w:basedOn w:val="A"/></w:style>'
    note = '<w:footnote w:id="1"><w:p><w:r><w:t>注</w:t><w:footnoteReference w:id="1"/></w:r></w:p></w:footnote>'
    body = paragraph("文", '<w:r><w:footnoteReference w:id="1"/></w:r>', properties='<w:pStyle w:val="A"/>')
    assert said(tmp_path, body, styles=styles, footnotes=note) == ["文", "注"]
