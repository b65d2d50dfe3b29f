"""PDF as people print it: columns, tables, forms, bold, old fonts and scans, read in order and with their places."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fpdf import FPDF

from embeddings.errors import PagesUnread, Unreadable
from embeddings.reading.documents import read_document
from embeddings.reading.pages.reading_order import ordered
from embeddings.reading.pdf import pdf_text
from embeddings.reading.pdf.pdf_file import MOST_PIXELS, render_page
from embeddings.splitting.articles import split_articles
from embeddings.types import Box, Document, PlacedText
from tests.embeddings.pdf_files import HEIGHT, WIDTH, Page, Text, grid, lines_at, made_pdf, table_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import Recognised

FOREIGN = Path(__file__).parents[1] / "data" / "pdf"
SCHOOL = (
    "白河镇今年新建幼儿园三所，新增学位五百四十个，总投资六千二百万元，其中省级补助占四成。镇里还改造了两条老街，"
    "铺设排水管网九公里，受益居民一万二千余人。明年将继续推进校园扩建，计划于秋季开学前完成全部工程。"
)
TEA = (
    "青杉乡的茶园面积达到三千七百亩，春茶产量比去年增加一成半，农户户均增收四千六百元。乡里与两家企业签订了收购协议，"
    "约定保底价格每公斤一百八十元。合作社新添置了十二台揉捻机，日加工能力提高到五吨。"
)
WOODS = (
    "南岭林场完成造林五千八百亩，抚育中幼林一万一千亩，森林覆盖率提高到百分之六十八。林场职工人均年收入达到七万三千元，"
    "比上年增长百分之六。今年还建成防火瞭望塔四座，购置巡护无人机九架，全年未发生森林火灾。"
)
VILLAGES = [("村名", "户数", "人口"), ("上河村", "312", "1086"), ("下河村", "245", "873")]
MORE = [("中河村", "198", "702"), ("东河村", "155", "533")]
PICTURE = (
    "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 >>\n"
    "stream\n0\nendstream"
)
SCAN = Page(raw=f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Im Do Q")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")


def read(folder: Path, content: bytes, recognised: Recognised | None = None) -> Document:
    (folder / "a.pdf").write_bytes(content)
    return read_document(folder, "a.pdf", recognised)


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines if line.text]


def running(document: Document) -> str:
    return "".join(texts(document))


def column(x: float, y: float, text: str, length: int) -> list[Text]:
    return lines_at(x, y, *(text[place : place + length] for place in range(0, len(text), length)), step=18)


def row_texts(xs: list[float], y: float, rows: Sequence[tuple[str, ...]], step: float = 20) -> list[Text]:
    return [
        (x, y + step * index, text) for index, row in enumerate(rows) for x, text in zip(xs, row, strict=True) if text
    ]


def ruled(y: float, rows: Sequence[tuple[str, ...]]) -> Page:
    ys = [y + 24 * index for index in range(len(rows) + 1)]
    return Page(row_texts([65, 205, 345], y + 16, rows, 24), grid([60, 200, 340, 480], ys))


def rotated(quarters: int) -> Page:
    return Page(lines_at(60, 100, "校园扩建工程完工", "新增学位五百四十个"), extra=f"/Rotate {90 * quarters}")


# --- columns


def test_columns_are_read_one_after_the_other_though_the_file_writes_them_line_by_line(tmp_path: Path) -> None:
    left, right = column(40, 100, SCHOOL, 18), column(320, 107, TEA, 18)  # on lines of their own
    mixed = [text for pair in zip(left, right, strict=False) for text in pair] + left[len(right) :]
    document = read(tmp_path, made_pdf(Page([(200, 60, "白河镇与青杉乡工作报告"), *mixed])))
    assert running(document) == f"白河镇与青杉乡工作报告{SCHOOL}{TEA}"


def test_three_columns_under_a_headline_are_read_from_left_to_right(tmp_path: Path) -> None:
    columns = column(40, 100, SCHOOL, 12) + column(220, 100, TEA, 12) + column(400, 100, WOODS, 12)
    by_line = sorted(columns, key=lambda text: (text[1], text[0]))
    document = read(tmp_path, made_pdf(Page([(180, 60, "三地农林工作综述：产业稳步发展"), *by_line])))
    assert running(document) == f"三地农林工作综述：产业稳步发展{SCHOOL}{TEA}{WOODS}"


def test_text_over_the_whole_width_stays_between_the_columns_above_and_below_it(tmp_path: Path) -> None:
    page = Page(
        [
            *column(40, 80, SCHOOL, 18),
            *column(320, 80, TEA, 18),
            *column(40, 300, WOODS, 42),
            *column(40, 400, TEA, 18),
            *column(320, 400, SCHOOL, 18),
        ]
    )
    assert running(read(tmp_path, made_pdf(page))) == SCHOOL + TEA + WOODS + TEA + SCHOOL


def test_a_sentence_that_a_narrow_column_breaks_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made_pdf(Page(column(40, 100, TEA, 12) + column(300, 100, SCHOOL, 12))))
    (article,) = split_articles(read_document(tmp_path, "a.pdf"))
    sentences = [sentence for section in article.sections for sentence in section.sentences]
    wanted = "约定保底价格每公斤一百八十元。"
    found = next(sentence for sentence in sentences if sentence.text.endswith(wanted))
    assert found.text == "乡里与两家企业签订了收购协议，" + wanted
    boxes = [spot.box for spot in found.spots if spot.box is not None]
    assert len(boxes) >= 2
    assert all(box.right < 0.5 for box in boxes)


def test_words_broken_at_the_end_of_a_line_are_whole(tmp_path: Path) -> None:
    page = Page(
        lines_at(60, 100, "The county announced the infor-", "mation plan of the year.", "It has 12-", "15 parts.")
    )
    assert texts(read(tmp_path, made_pdf(page)))[:2] == ["The county announced the information", "plan of the year."]


def test_lines_know_their_page_and_their_part_of_it(tmp_path: Path) -> None:
    document = read(tmp_path, made_pdf(Page([(60, 100, "校园扩建工程完工")]), Page([(119, 421, "第二页的话")])))
    first, second = (line for line in document.lines if line.text)
    assert (first.number, second.number) == (1, 2)
    assert second.spot is not None
    assert second.spot.box is not None
    box = second.spot.box
    assert box.left == pytest.approx(119 / WIDTH, abs=0.005)
    assert box.right == pytest.approx((119 + 5 * 12) / WIDTH, abs=0.005)
    assert box.top < 421 / HEIGHT < box.bottom < box.top + 0.02


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_that_is_shown_turned_is_read_and_its_boxes_are_where_it_is_shown(tmp_path: Path, quarters: int) -> None:
    document = read(tmp_path, made_pdf(rotated(quarters)))
    assert texts(document) == ["校园扩建工程完工", "新增学位五百四十个"]
    spot = document.lines[0].spot
    assert spot is not None
    assert spot.box is not None
    across, down = spot.box.right - spot.box.left, spot.box.bottom - spot.box.top
    assert (across > down) == (quarters == 2)
    assert (spot.box.left > 0.5) == (quarters in (1, 2))
    assert (spot.box.top > 0.5) == (quarters in (2, 3))


def test_pages_are_called_what_they_call_themselves(tmp_path: Path) -> None:
    labels = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D >>] >>"
    pages = [Page([(60, 100, f"正文{word}")]) for word in ("其一", "其二", "其三")]
    document = read(tmp_path, made_pdf(*pages, root=labels))
    assert [line.spot.label for line in document.lines if line.spot] == ["i", "ii", "1"]


def test_heads_feet_and_numbers_are_left_out_where_left_and_right_pages_have_their_own(tmp_path: Path) -> None:
    pages = [
        Page(
            [
                (60, 40, "白河年鉴" if number % 2 else "第三编 农业"),
                (60, 100, f"正文之{word}到此为止。"),
                (290, 820, str(number)),
            ]
        )
        for number, word in enumerate("甲乙丙丁戊己庚辛", 121)
    ]
    assert texts(read(tmp_path, made_pdf(*pages))) == [f"正文之{word}到此为止。" for word in "甲乙丙丁戊己庚辛"]


def test_a_head_may_have_the_pages_number_in_it_and_figures_that_stay_but_none_that_change(tmp_path: Path) -> None:
    pages = [
        Page(
            [
                (60, 40, f"汐桥水务 2031 年报 {number + 4}"),
                *lines_at(60, 90, f"用户{number * 37}本月用水{number * 19 + 3}吨。", f"编号{number * 7}。"),
                *lines_at(60, 700, "请按时缴费。", f"服务电话 5553127 第 {number} 页"),
            ]
        )
        for number in range(1, 6)
    ]
    document = read(tmp_path, made_pdf(*pages))
    assert texts(document) == [
        text
        for number in range(1, 6)
        for text in (f"用户{number * 37}本月用水{number * 19 + 3}吨。", f"编号{number * 7}。")
    ]


def test_a_head_that_gives_the_number_of_a_section_is_no_text(tmp_path: Path) -> None:
    parts = ("水源", "管网", "泵站", "水质")
    pages = [
        Page([(60, 40, f"§ {number}.{number * number} 供水条例"), (60, 90, f"{part}由水务局管理。")])
        for number, part in enumerate(parts, 1)
    ]
    assert texts(read(tmp_path, made_pdf(*pages))) == [f"{part}由水务局管理。" for part in parts]


def test_text_that_runs_down_is_read_column_by_column_from_the_right(tmp_path: Path) -> None:
    columns = [SCHOOL[:30], SCHOOL[30:58]]
    page = Page(
        [
            (500 - 24 * place, 100 + 14 * index, char)
            for place, text in enumerate(columns)
            for index, char in enumerate(text)
        ]
    )
    assert texts(read(tmp_path, made_pdf(page))) == columns


# --- tables


def test_a_ruled_table_gives_a_line_for_each_row_and_the_text_around_it_stays(tmp_path: Path) -> None:
    page = ruled(140, VILLAGES)
    page.texts += [(60, 100, "各村基本情况如下。"), (60, 300, "以上数据截至年底。")]
    document = read(tmp_path, made_pdf(page))
    assert texts(document) == [
        "各村基本情况如下。",
        "村名：上河村；户数：312；人口：1086。",
        "村名：下河村；户数：245；人口：873。",
        "以上数据截至年底。",
    ]
    row = document.lines[2].spot
    assert row is not None
    assert row.box is not None
    assert (row.box.left, row.box.right) == pytest.approx((60 / WIDTH, 480 / WIDTH), abs=0.003)
    assert (row.box.top, row.box.bottom) == pytest.approx((164 / HEIGHT, 188 / HEIGHT), abs=0.003)
    assert [note.en for note in document.notes] == ["1 page", "1 table"]


def test_a_ruled_table_keeps_the_lines_of_a_cell_and_a_cell_over_two_rows_together(tmp_path: Path) -> None:
    page = Page(
        [
            *row_texts([65, 165, 365], 116, [("单位", "内容", "投资")]),
            *[(165, 140, "铺设排水管网九公里，更"), (165, 156, "换路灯三百盏"), (365, 140, "6200万元")],
            *[(65, 164, "城建局"), (165, 190, "新建教学楼两栋"), (365, 190, "3400万元")],
        ],
        [
            *grid([60, 160, 360, 460], [100, 124]),
            *grid([160, 360, 460], [124, 170, 200]),
            (60, 124, 60, 200),
            (60, 200, 160, 200),
        ],
    )
    assert texts(read(tmp_path, made_pdf(page))) == [
        "单位：城建局；内容：铺设排水管网九公里，更换路灯三百盏；投资：6200万元。",
        "单位：城建局；内容：新建教学楼两栋；投资：3400万元。",
    ]


@pytest.mark.parametrize("head", [[VILLAGES[0]], []])
def test_a_table_over_two_pages_is_one(tmp_path: Path, head: Sequence[tuple[str, ...]]) -> None:
    first, second = ruled(700, VILLAGES), ruled(60, [*head, *MORE])
    first.texts.append((290, 830, "1"))
    second.texts += [(60, 300, "以上为全部村庄。"), (290, 830, "2")]
    document = read(tmp_path, made_pdf(first, second))
    assert [(line.number, line.text) for line in document.lines if line.text][2:] == [
        (2, "村名：中河村；户数：198；人口：702。"),
        (2, "村名：东河村；户数：155；人口：533。"),
        (2, "以上为全部村庄。"),
    ]
    assert [note.en for note in document.notes] == ["2 pages", "1 table"]


FIVE = [50.0, 150, 250, 350, 450, 550]
FOUR = [50.0, 150, 300, 400, 550]
TWO_HEADINGS = (
    ("社区", "2021年", "", "2022年", ""),
    ("", "楼栋", "住户", "楼栋", "住户"),
    ("榕荫", "31", "412", "33", "420"),
    ("汐桥", "24", "355", "24", "361"),
)
GROUPS = (
    ("街道", "社区", "楼栋", "住户"),
    ("榕荫街道", "东榕", "31", "412"),
    ("", "西榕", "24", "355"),
    ("", "南榕", "18", "207"),
    ("汐桥街道", "汐东", "12", "160"),
    ("岚湾街道", "岚南", "9", "98"),
    ("", "岚北", "7", "71"),
    ("合计", "", "101", "1303"),
)


@pytest.mark.parametrize("ruled", [True, False])
def test_columns_below_two_rows_of_headings_are_named_by_both(tmp_path: Path, ruled: bool) -> None:
    merged = ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4))
    page = table_page(TWO_HEADINGS, FIVE, merged=merged, ruled=ruled)
    assert texts(read(tmp_path, made_pdf(page))) == [
        "社区：榕荫；2021年楼栋：31；2021年住户：412；2022年楼栋：33；2022年住户：420。",
        "社区：汐桥；2021年楼栋：24；2021年住户：355；2022年楼栋：24；2022年住户：361。",
    ]


@pytest.mark.parametrize("ruled", [True, False])
@pytest.mark.parametrize("step", [20, 32])
def test_a_name_beside_the_middle_of_its_rows_is_said_in_each(tmp_path: Path, ruled: bool, step: float) -> None:
    page = table_page(GROUPS, FOUR, merged=((1, 0, 3, 0), (5, 0, 6, 0), (7, 0, 7, 1)), ruled=ruled, step=step)
    assert texts(read(tmp_path, made_pdf(page))) == [
        "街道：榕荫街道；社区：东榕；楼栋：31；住户：412。",
        "街道：榕荫街道；社区：西榕；楼栋：24；住户：355。",
        "街道：榕荫街道；社区：南榕；楼栋：18；住户：207。",
        "街道：汐桥街道；社区：汐东；楼栋：12；住户：160。",
        "街道：岚湾街道；社区：岚南；楼栋：9；住户：98。",
        "街道：岚湾街道；社区：岚北；楼栋：7；住户：71。",
        "街道：合计；楼栋：101；住户：1303。",
    ]


def test_a_name_above_its_rows_is_said_in_each(tmp_path: Path) -> None:
    page = table_page(GROUPS, FOUR, ruled=False)
    assert [text[:12] for text in texts(read(tmp_path, made_pdf(page)))][:5] == [
        "街道：榕荫街道；社区：东",
        "街道：榕荫街道；社区：西",
        "街道：榕荫街道；社区：南",
        "街道：汐桥街道；社区：汐",
        "街道：岚湾街道；社区：岚",
    ]


@pytest.mark.parametrize("ruled", [True, False])
def test_a_form_in_four_columns_is_read_as_pairs(tmp_path: Path, ruled: bool) -> None:
    rows = (("姓 名", "苏绮", "性别", "女"), ("民族", "畲族", "学历", "大专"), ("职务", "网格员", "电话", "5553127"))
    assert texts(read(tmp_path, made_pdf(table_page(rows, FOUR, ruled=ruled)))) == [
        "姓名：苏绮；性别：女。",
        "民族：畲族；学历：大专。",
        "职务：网格员；电话：5553127。",
    ]


def test_two_tables_without_lines_stay_two_and_their_captions_stay_text(tmp_path: Path) -> None:
    fields = [("村名", "水田（亩）", "旱地（亩）"), ("上河村", "812", "450"), ("下河村", "640", "377")]
    page = Page(
        [
            *[(60, 60, "表1 各村人口"), *row_texts([60, 200, 340], 85, VILLAGES)],
            *[(60, 165, "表2 各村耕地"), *row_texts([60, 200, 340], 190, fields)],
            (60, 290, "数据由镇农业站汇总，截至年底，仅供参考。"),
        ]
    )
    assert texts(read(tmp_path, made_pdf(page))) == [
        "表1 各村人口",
        "村名：上河村；户数：312；人口：1086。",
        "村名：下河村；户数：245；人口：873。",
        "表2 各村耕地",
        "村名：上河村；水田（亩）：812；旱地（亩）：450。",
        "村名：下河村；水田（亩）：640；旱地（亩）：377。",
        "数据由镇农业站汇总，截至年底，仅供参考。",
    ]


def test_a_wrapped_cell_of_a_table_without_lines_goes_to_its_row(tmp_path: Path) -> None:
    rows = [
        ("项目", "内容", "投资"),
        ("老街改造", "铺设排水管网九公里，更", "6200万元"),
        ("", "换路灯三百盏", ""),
        ("校园扩建", "新建教学楼两栋", "3400万元"),
    ]
    assert texts(read(tmp_path, made_pdf(Page(row_texts([60, 160, 360], 100, rows))))) == [
        "项目：老街改造；内容：铺设排水管网九公里，更换路灯三百盏；投资：6200万元。",
        "项目：校园扩建；内容：新建教学楼两栋；投资：3400万元。",
    ]


def test_numbered_lines_contents_and_labelled_fields_are_no_tables(tmp_path: Path) -> None:
    page = Page(
        [
            *lines_at(60, 100, "一、　加强领导", "二、　落实责任", "三、　严格考核"),
            *lines_at(60, 200, "总则………………3", "职责………………5", "附则………………9"),
            *row_texts([60, 300], 300, [("姓名：方立新", "电话：6612345"), ("职务：镇长", "籍贯：白河县")]),
        ]
    )
    document = read(tmp_path, made_pdf(page))
    assert "1 table" not in [note.en for note in document.notes]
    assert "姓名：方立新 电话：6612345" in texts(document)


def test_a_ruled_table_in_one_of_two_columns_stays_in_its_column(tmp_path: Path) -> None:
    ys = [170.0, 194, 218, 242]
    page = Page(
        [
            *column(40, 80, SCHOOL[:72], 18),
            *row_texts([45, 115, 185], 186, VILLAGES, 24),
            *column(40, 270, WOODS[:54], 18),
            *column(320, 80, TEA, 18),
        ],
        grid([40, 110, 180, 256], ys),
    )
    rows = "村名：上河村；户数：312；人口：1086。村名：下河村；户数：245；人口：873。"
    assert running(read(tmp_path, made_pdf(page))) == SCHOOL[:72] + rows + WOODS[:54] + TEA


# --- what is written onto a page


def test_what_is_filled_in_stands_beside_its_label_and_notes_are_read(tmp_path: Path) -> None:
    fields = (
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (f1) /F 4 /Rect [120 735 300 755] /V <FEFF65B97ACB65B0> >>",
        "<< /Type /Annot /Subtype /Widget /FT /Btn /T (f2) /F 4 /Rect [120 705 135 720] /V /Yes /AS /Yes "
        "/AP << /N << /Yes 13 0 R /Off 13 0 R >> >> >>",
        "<< /Type /Annot /Subtype /Text /F 4 /Rect [400 700 420 720] /Contents <FEFF8BF7590D6838> >>",
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream",
    )
    page = Page([(60, 100, "院长："), (60, 130, "同意：")], extra="/Annots [10 0 R 11 0 R 12 0 R]")
    made = made_pdf(page, objects=fields, root="/AcroForm << /Fields [10 0 R 11 0 R] >>")
    assert texts(read(tmp_path, made)) == ["院长： 方立新", "同意： ☑", "批注：请复核"]


def test_a_field_without_a_label_has_its_name_for_one(tmp_path: Path) -> None:
    field = (
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (x1) /TU (Director) /F 4 /Rect [60 300 300 330] /V (Fang Lixin) >>"
    )
    made = made_pdf(
        Page([(60, 100, "白河镇公告")], extra="/Annots [10 0 R]"),
        objects=(field,),
        root="/AcroForm << /Fields [10 0 R] >>",
    )
    assert texts(read(tmp_path, made)) == ["白河镇公告", "Director：Fang Lixin"]


# --- characters


TEMPLATE = (
    '<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform><field name="TextField1"><caption><value>'
    "<text>申请人：</text></value></caption></field><field name='Betrag'/></subform></template>"
)
FILLED = (
    '<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1><TextField1>苏绮</TextField1>'
    "<Betrag>320 元</Betrag><Empty/></form1></xfa:data></xfa:datasets>"
)


def dynamic_form(template: str, filled: str) -> bytes:
    """A PDF that asks for Adobe's program on its only page."""

    def stream(text: str) -> str:
        coded = "".join(char if ord(char) < 128 else f"&#{ord(char)};" for char in text)
        return f"<< /Length {len(coded)} >>\nstream\n{coded}\nendstream"

    return made_pdf(
        Page([(60, 60, "请稍候…… 本文件要用专门的阅读器打开才能显示。")]),
        objects=(stream(template), stream(filled)),
        root="/NeedsRendering true /AcroForm << /Fields [] /XFA [(template) 10 0 R (datasets) 11 0 R] >>",
    )


def test_what_is_filled_into_a_dynamic_form_is_read_and_the_rest_is_said_to_be_left_out(tmp_path: Path) -> None:
    document = read(tmp_path, dynamic_form(TEMPLATE, FILLED))
    assert texts(document)[1:] == ["申请人：苏绮", "Betrag：320 元"]
    note = document.notes[-1]
    assert note.left_out
    assert note.zh.startswith("动态表单（XFA）：填写的内容读了 2 项，")
    assert note.en.startswith("a dynamic form (XFA): of what is filled in 2 were read; ")


@pytest.mark.parametrize(
    "filled", ["", "<broken", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hostname'>]><a>&b;</a>"]
)
def test_a_dynamic_form_without_readable_values_is_named(tmp_path: Path, filled: str) -> None:
    document = read(tmp_path, dynamic_form(TEMPLATE, filled))
    assert len(texts(document)) == 1
    assert document.notes[-1].en.startswith("a dynamic form (XFA): the form's own text cannot be read")


@pytest.mark.parametrize("shift", [0.0, 0.3, 1.2])
def test_what_is_printed_several_times_to_be_bold_is_read_once(tmp_path: Path, shift: float) -> None:
    printed = [(60 + shift * turn, 100 + shift * (turn % 2), "证券代码：655012") for turn in range(4)]
    assert texts(read(tmp_path, made_pdf(Page(printed)))) == ["证券代码：655012"]


def test_doubled_letters_are_no_bold_print(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="The hill village still has 11 full wells, 1100 in all.")
    assert texts(read(tmp_path, bytes(pdf.output()))) == ["The hill village still has 11 full wells, 1100 in all."]


@pytest.mark.parametrize("encoding", ["gbk", "big5"])
def test_bytes_of_an_old_encoding_in_a_simple_font_are_read_as_the_characters_they_are(
    tmp_path: Path, encoding: str
) -> None:
    font = (
        "<< /Type /Font /Subtype /TrueType /BaseFont /Old /Encoding /WinAnsiEncoding /FirstChar 0 /LastChar 255 "
        f"/Widths [{'500 ' * 256}] >>"
    )
    text = "白河地方年度工作公告" if encoding == "gbk" else "白河地方年度工作公告，總面積"
    page = Page([(60, 100, text), (60, 130, "全年收入1086元")])
    assert texts(read(tmp_path, made_pdf(page, font=font, encoding=encoding))) == [text, "全年收入1086元"]


def test_text_of_another_western_language_is_no_old_chinese(tmp_path: Path) -> None:
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    page = Page([(60, 100, "Élèves très âgés, où êtes-vous ?")])
    assert texts(read(tmp_path, made_pdf(page, font=font, encoding="cp1252"))) == ["Élèves très âgés, où êtes-vous ?"]


def test_a_raised_figure_is_an_exponent_and_no_further_digit(tmp_path: Path) -> None:
    small = f"BT /F1 6 Tf 108 {HEIGHT - 94} Td <0038> Tj ET"
    document = read(tmp_path, made_pdf(Page([(60, 100, "约有3×10"), (60, 200, "8")], raw=small)))
    assert texts(document)[0] == "约有3×10⁸"


# --- pages that have to be recognised


def test_a_scan_asks_for_recognition_and_is_read_by_what_was_recognised(tmp_path: Path) -> None:
    made = made_pdf(Page([(60, 100, "前言部分写在这里，供读者参考。")]), SCAN, objects=(PICTURE,))
    with pytest.raises(PagesUnread) as raised:
        read(tmp_path, made)
    assert raised.value.pages == (2,)
    seen = [
        PlacedText("招收新生六百名。", Box(0.1, 0.13, 0.5, 0.15), 0.9),
        PlacedText("东港学校扩建完成，今年", Box(0.1, 0.1, 0.6, 0.12), 0.8),
    ]
    document = read(tmp_path, made, {2: tuple(seen)})
    assert texts(document)[1:] == ["东港学校扩建完成，今年", "招收新生六百名。"]
    assert [line.spot.scanned for line in document.lines if line.spot] == [False, True, True]
    assert [note.zh for note in document.notes] == ["2 页（其中 1 页经文字识别）"]


def test_what_was_not_recognised_is_said_with_the_way_to_have_it(tmp_path: Path) -> None:
    made = made_pdf(Page([(60, 100, "前言部分写在这里，供读者参考。")]), SCAN, SCAN, objects=(PICTURE,))
    notes = read(tmp_path, made, {}).notes
    assert [note.left_out for note in notes] == [False, True]
    assert "pages 2-3" in notes[1].en
    assert 'pip install "wenju[ocr]"' in notes[1].en
    assert 'pip install "wenju[ocr]"' in notes[1].zh
    with pytest.raises(Unreadable, match=r"probably a scan.*wenju\[ocr\]"):
        read(tmp_path, made_pdf(SCAN, objects=(PICTURE,)), {})


@pytest.mark.parametrize(
    "garbage", ["\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008\ue009", "鼱鼲鼳鼴鼵鼶鼷鼸鼹鼺鼻齄齅齆齇齈"]
)
def test_text_that_is_not_what_the_page_shows_asks_for_recognition(tmp_path: Path, garbage: str) -> None:
    with pytest.raises(PagesUnread):
        read(tmp_path, made_pdf(Page([(60, 100, garbage)])))


def test_recognised_columns_are_put_in_order() -> None:
    def lines(text: str, left: float) -> list[PlacedText]:
        parts = [text[place : place + 12] for place in range(0, len(text), 12)]
        return [
            PlacedText(part, Box(left, 0.1 + 0.03 * index, left + 0.03 * len(part), 0.12 + 0.03 * index))
            for index, part in enumerate(parts)
        ]

    mixed = [item for pair in zip(lines(TEA, 0.55), lines(SCHOOL, 0.1), strict=False) for item in pair]
    blocks = ordered([*mixed, PlacedText("镇村消息两则：学校与茶园", Box(0.3, 0.03, 0.7, 0.06), 0.7)])
    read_as = "".join(item.text for block in blocks for item in block)
    assert read_as.startswith("镇村消息两则：学校与茶园白河镇今年新建")
    assert read_as.index("九公里") < read_as.index("青杉乡")


# --- limits


def test_pages_beyond_the_limit_are_left_out_and_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "MOST_PAGES", 2)
    document = read(tmp_path, made_pdf(*(Page([(60, 100, f"正文之{word}")]) for word in "甲乙丙")))
    assert texts(document) == ["正文之甲", "正文之乙"]
    (note,) = (note for note in document.notes if note.left_out)
    assert note.en.startswith("of 3 pages the first 2 were read")


@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (10**9, 10**9), (1, 10**7)])
def test_a_page_is_drawn_for_recognition_however_large_it_claims_to_be(size: tuple[int, int]) -> None:
    drawn = render_page(made_pdf(Page(extra=f"/MediaBox [0 0 {size[0]} {size[1]}]")), 1, 300)
    assert drawn.ndim == 3
    assert drawn.shape[2] == 3
    assert drawn.dtype.name == "uint8"
    assert drawn.shape[0] * drawn.shape[1] <= 1.01 * MOST_PIXELS
    with pytest.raises(IndexError):
        render_page(made_pdf(Page()), 2, 72)


# --- files that none of us made (tests/data/pdf/README.md)


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        (
            "turned.pdf",
            [
                "This is my first page with normal layout.",
                "This is the second line on the page.",
                "This is my second page. It will have a landscape layout.",
                "Second line here.",
            ],
        ),
        ("bold_face.pdf", ["我们都是黑体字"]),
        ("downwards.pdf", ["あいうえお", "日本語"]),
    ],
)
def test_files_of_other_programs_are_read(file: str, wanted: list[str]) -> None:
    assert texts(read_document(FOREIGN, file)) == wanted
