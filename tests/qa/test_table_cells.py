"""Tables of several formats asked for their cells with the real models: each cell is found, and no other for it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import docx
import pytest
import xlsxwriter
from pptx import Presentation
from pptx.util import Cm

from benchmarks.remembered import RememberedEncoder, RememberedReader
from chinese.table_rows import cells_of, named_cells
from embeddings import Index, rebuild
from embeddings.models.encoder import load_encoder
from qa import QA
from qa.reading.reader import load_reader
from tests.embeddings.pdf_files import Page, grid, made_pdf, table_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from embeddings.models.encoder import Encoder
    from qa.reading.reader import Reader

TITLE = "霁原县各乡镇2022年基本情况"
HEADER = ("乡镇", "户籍人口（人）", "耕地面积（亩）", "茶叶产量（吨）", "党委书记")
ROWS = {
    "岫坪乡": ("20341", "27410", "1512", "马远舟"),
    "沅桥镇": ("36127", "42085", "214", "韩立秋"),
    "棠泉镇": ("52210", "61730", "871", "吴静峰"),
    "溧湾乡": ("17835", "19960", "1003", "蔺明"),
    "榆屏镇": ("44012", "58120", "322", "何晨"),
    "鹭洲乡": ("22506", "30870", "52", "邹旭"),
}
WORDINGS = (
    ("{}户籍人口是多少？", "{}耕地面积是多少亩？", "{}2022年茶叶产量是多少？", "{}党委书记是谁？"),
    ("{}有多少人", "{}有多少亩耕地", "茶叶产量{}有多少", "谁是{}的书记"),
    ("{} 户籍人口", "{} 耕地面积", "{} 茶叶产量", "{} 党委书记"),
)
GRID = (HEADER, *((name, *cells) for name, cells in ROWS.items()))


def as_markdown(grid: Sequence[Sequence[str]], title: str = TITLE) -> str:
    """A Markdown file with one table."""
    head, *body = ("| " + " | ".join(row) + " |" for row in grid)
    return "\n".join((f"# {title}\n", head, "|" + "---|" * len(grid[0]), *body, ""))


def as_html(grid: Sequence[Sequence[str]]) -> str:
    """A page with one table."""
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in grid)
    return f"<html><body><h1>{TITLE}</h1><table>{rows}</table></body></html>"


def parted_by(mark: str, grid: Sequence[Sequence[str]], title: str = TITLE) -> str:
    """A plain text with one table."""
    return "\n".join((title, "", *(mark.join(row) for row in grid), ""))


def as_word(grid: Sequence[Sequence[str]], title: str = TITLE, merged: Sequence[tuple[int, ...]] = ()) -> bytes:
    """A Word file with one table; `merged` are rectangles of cells that are one: top, left, bottom, right."""
    document = docx.Document()
    document.add_paragraph(title)
    table = document.add_table(len(grid), len(grid[0]))
    for row, texts in enumerate(grid):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    for top, left, bottom, right in merged:
        text = grid[top][left]
        table.cell(top, left).merge(table.cell(bottom, right)).text = text
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def as_workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook with one sheet: the title, and the table below it; figures are numbers."""
    written = BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet("概况")
        sheet.write(0, 0, TITLE)
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                sheet.write(number, column, int(text) if text.isdigit() else text)
    return written.getvalue()


def as_slide(rows: Sequence[Sequence[str]]) -> bytes:
    """A presentation with one slide: the title, and the table."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = TITLE
    table = slide.shapes.add_table(len(rows), len(rows[0]), Cm(1), Cm(4), Cm(20), Cm(10)).table
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    written = BytesIO()
    deck.save(written)
    return written.getvalue()


def as_pdf(rows: Sequence[Sequence[str]], *, ruled: bool, pages: int = 1) -> bytes:
    """A PDF with one table, which may go over several pages; its columns have lines between them or are aligned."""
    xs = [50.0, 130.0, 250.0, 370.0, 480.0, 560.0]
    each = -(-len(rows) // pages)
    made = []
    for first in range(0, len(rows), each):
        part = rows[first : first + each]
        top = 80.0 if first == 0 else 50.0
        texts = [
            (xs[column] + 5, top + 20 * number + 4, text)
            for number, row in enumerate(part)
            for column, text in enumerate(row)
        ]
        lines = grid(xs, [top + 20 * number for number in range(len(part) + 1)]) if ruled else []
        made.append(Page([(150.0, 50.0, TITLE), *texts] if first == 0 else texts, lines))
    return made_pdf(*made)


@pytest.fixture(scope="module")
def models() -> tuple[Encoder, Reader]:
    """The real ones, which compute once what is asked of a text again: the same table in another format."""
    return RememberedEncoder(load_encoder()), RememberedReader(load_reader())


@pytest.fixture
def asking(
    tmp_path: Path, models: tuple[Encoder, Reader]
) -> Iterator[Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]]]:
    """Gives for a file what asks it: a question in, the texts of its answer out."""
    opened: list[QA] = []

    def of(name: str, data: str | bytes) -> Callable[[str], tuple[str, ...]]:
        corpus = tmp_path / f"corpus{len(opened)}"
        corpus.mkdir()
        (corpus / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        rebuild(corpus, tmp_path / f"index{len(opened)}", progress=False)
        opened.append(QA(Index.open(tmp_path / f"index{len(opened)}"), *models))
        qa = opened[-1]
        return lambda question: tuple(qa.ask(question).texts)

    yield of
    for qa in opened:
        qa.index.close()


FILES: dict[str, str | bytes] = {
    "table.md": as_markdown(GRID),
    "table.html": as_html(GRID),
    "table.docx": as_word(GRID),
    "tabs.txt": parted_by("\t", GRID),
    "blanks.txt": parted_by(" ", GRID),
    "bars.txt": parted_by(" | ", GRID),
    "table.csv": parted_by(",", GRID),
    "table.xlsx": as_workbook(GRID),
    "table.pptx": as_slide(GRID),
    "ruled.pdf": as_pdf(GRID, ruled=True),
    "aligned.pdf": as_pdf(GRID, ruled=False),
    "pages.pdf": as_pdf(GRID, ruled=True, pages=2),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_every_cell_of_a_table_is_answered_in_any_wording(
    name: str, asking: Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]]
) -> None:
    ask = asking(name, FILES[name])
    asked = {
        wording[column].format(row): cell
        for wording in WORDINGS
        for row, cells in ROWS.items()
        for column, cell in enumerate(cells)
    }
    assert {question: ask(question) for question in asked} == {question: (cell,) for question, cell in asked.items()}


@pytest.mark.slow
def test_a_cell_is_found_from_the_other_side_and_beside_others(
    asking: Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]],
) -> None:
    ask = asking("table.md", FILES["table.md"])
    assert ask("哪个镇的党委书记是何晨") == ("榆屏镇",)
    assert ask("沅桥镇和棠泉镇的茶叶产量分别是多少") == ("214", "871")
    assert ask("What was the tea output of Yuanqiao Town in 2022?") == ("214",)


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        "岫坪乡水稻产量是多少",
        "岫坪乡茶叶产值是多少",
        "岫坪乡林地面积是多少亩",
        "榆关镇茶叶产量是多少",
        "岫坪乡2019年茶叶产量是多少",
        "岫坪乡纪委书记是谁",
        "岫坪乡党委副书记是谁",
    ],
)
def test_a_cell_that_the_table_has_not_is_not_answered_by_another(
    question: str, asking: Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]]
) -> None:
    assert asking("table.md", FILES["table.md"])(question) == ()


TWO_HEADER_ROWS = (
    ("村名", "2023年", "", "2024年", ""),
    ("", "户数", "人口", "户数", "人口"),
    ("岫坪村", "310", "1102", "312", "1110"),
    ("沅桥村", "245", "873", "248", "880"),
    ("合计", "555", "1975", "560", "1990"),
)


MERGED_HEADINGS = ((0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4))
TWO_TITLE = "霁原县各村基本情况"
FIVE_COLUMNS = (50.0, 150.0, 250.0, 350.0, 450.0, 550.0)
TWO_HEADER_FILES = {
    "two.docx": as_word(TWO_HEADER_ROWS, TWO_TITLE, MERGED_HEADINGS),
    "ruled.pdf": made_pdf(
        table_page(TWO_HEADER_ROWS, FIVE_COLUMNS, merged=MERGED_HEADINGS, ruled=True, title=TWO_TITLE)
    ),
    "aligned.pdf": made_pdf(
        table_page(TWO_HEADER_ROWS, FIVE_COLUMNS, merged=MERGED_HEADINGS, ruled=False, title=TWO_TITLE)
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TWO_HEADER_FILES)
def test_a_column_under_a_merged_heading_is_named_by_both(
    name: str, asking: Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]]
) -> None:
    ask = asking(name, TWO_HEADER_FILES[name])
    for row in TWO_HEADER_ROWS[2:4]:
        for column, cell in enumerate(row[1:]):
            year, measure = ("2023年", "2024年")[column // 2], ("户数", "人口")[column % 2]
            assert ask(f"{row[0]}{year}{measure}是多少") == (cell,)
            assert ask(f"{year}{row[0]}有多少{'户人'[column % 2]}") == (cell,)
    assert ask("全镇2024年人口一共多少") == ("1990",)


MERGED_NAMES = (
    ("乡镇", "村名", "户数", "人口"),
    ("岫坪乡", "上岫村", "310", "1102"),
    ("", "下岫村", "245", "873"),
    ("沅桥镇", "沅东村", "198", "702"),
    ("", "沅西村", "176", "655"),
)
FOUR_COLUMNS = (50.0, 150.0, 300.0, 400.0, 550.0)


@pytest.mark.slow
@pytest.mark.parametrize("ruled", [True, False])
def test_the_cells_beside_a_merged_name_are_answered_by_it(
    ruled: bool, asking: Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]]
) -> None:
    merged = ((1, 0, 2, 0), (3, 0, 4, 0))
    page = table_page(MERGED_NAMES, FOUR_COLUMNS, merged=merged, ruled=ruled, title=TWO_TITLE)
    ask = asking("merged.pdf", made_pdf(page))
    towns = ("岫坪乡", "岫坪乡", "沅桥镇", "沅桥镇")
    for town, (_, village, homes, people) in zip(towns, MERGED_NAMES[1:], strict=True):
        assert ask(f"{town}{village}户数是多少") == (homes,)
        assert ask(f"{village}有多少人") == (people,)


FORM = (
    ("姓 名", "蔺秋月", "性别", "女"),
    ("出生年月", "1979年4月", "民族", "土家族"),
    ("学历", "大学本科", "职务", "站长"),
    ("联系电话", "0744-5551203", "工作单位", "霁原县农技站"),
)


FORM_FILES = {
    "form.docx": as_word(FORM, "农技人员登记表"),
    "ruled.pdf": made_pdf(table_page(FORM, FOUR_COLUMNS, ruled=True, title="农技人员登记表")),
    "aligned.pdf": made_pdf(table_page(FORM, FOUR_COLUMNS, ruled=False, title="农技人员登记表")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORM_FILES)
def test_a_form_in_four_columns_is_read_as_pairs(
    name: str, asking: Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]]
) -> None:
    ask = asking(name, FORM_FILES[name])
    for row in FORM:
        for label, value in (row[:2], row[2:]):
            if value != "蔺秋月":
                assert ask(f"蔺秋月的{label}是什么") == (value,)
    assert ask("蔺秋月是什么民族") == ("土家族",)


@pytest.mark.slow
def test_the_value_of_a_statement_is_told_from_its_change_and_from_the_year_before(
    asking: Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]],
) -> None:
    rows = (
        ("项目", "本期", "上期", "增减"),
        ("营业收入（万元）", "4,155.11", "5,291.63", "-21.48%"),
        ("净利润（万元）", "-464.52", "-1,556.44", "70.15%"),
    )
    ask = asking("statement.txt", parted_by(" ", rows, "霁原水务2023年主要财务数据"))
    assert ask("霁原水务2023年净利润是多少") == ("-464.52",)
    assert ask("霁原水务上期营业收入是多少") == ("5,291.63",)
    assert ask("霁原水务2023年营业收入同比变化多少") == ("-21.48%",)


@pytest.mark.slow
def test_of_several_numbers_in_a_line_the_one_behind_its_label_is_given(
    asking: Callable[[str, str | bytes], Callable[[str], tuple[str, ...]]],
) -> None:
    text = "霁原县医院便民信息\n\n急诊电话：5551201；住院部电话：5551202；投诉电话：5551203。\n"
    ask = asking("phones.txt", text)
    assert ask("急诊电话是多少") == ("5551201",)
    assert ask("霁原县医院投诉电话") == ("5551203",)
    assert ask("门诊电话是多少") == ()


# --- the cells of a line, without any model ---


def test_a_line_is_parted_into_cells_that_stand_where_they_say() -> None:
    for line, columns in (
        ("乡镇:沅桥镇;人口(人):36127;时间:9:00-17:00。", ["乡镇", "人口(人)", "时间"]),
        ("沅桥镇;人口:36127;户数:12。", ["", "人口", "户数"]),
        ("编制:周启明 审核:孟川", ["编制", "审核"]),
    ):
        cells = cells_of(line)
        assert [cell.column for cell in cells] == columns
        assert all(line[cell.start : cell.end] == cell.text for cell in cells)


def test_what_has_a_semicolon_stays_in_its_cell() -> None:
    cells = named_cells("名称:东渠;范围:巡河;清淤;电话:5588。")
    assert [cell.text for cell in cells] == ["东渠", "巡河;清淤", "5588"]
    assert named_cells("今天很好。明天也好。") == ()
