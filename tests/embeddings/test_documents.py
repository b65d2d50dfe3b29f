from __future__ import annotations

import logging
import os
import sys
import warnings
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from embeddings.errors import CorpusError, PagesUnread, Unreadable
from embeddings.reading.documents import SUPPORTED, list_files, read_document
from embeddings.reading.tables.rows import table_rows
from embeddings.reading.text.encodings import decode
from embeddings.reading.text.lines import find_iso_date, visible
from embeddings.types import Document
from tests.embeddings.office import part_of, read, saved, shown, with_part

SEEDS = Path(__file__).parents[2] / "seeds"
SIMPLIFIED = "沈阳高新区新开工60个项目，投资总额418亿元。\n涵盖食品加工产业、绿色建材产业等五大主导产业。\n"
TRADITIONAL = "香港首個以藥物教育為主題的永久展覽館，由今日起開放參觀。\n佔地九百平方米，位於金鐘道政府合署。\n"

Shown = list[tuple[int, str, int | None]]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines]


# --- the folder ---


def test_files_are_listed_sorted_with_unsupported_ones_and_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.txt", "a.xyz", ".hidden.txt", "~$a.docx", "sub/c.md", ".git/d.txt", "__MACOSX/e.txt", "sub/.f.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("字")
    assert list_files(tmp_path) == ("a.xyz", "b.txt", "sub/c.md")


def test_links_are_followed_only_within_the_folder(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "secret.txt").write_text("字")
    (corpus / "a.txt").write_text("字")
    (corpus / "inside.txt").symlink_to("a.txt")
    (corpus / "outside.txt").symlink_to("../secret.txt")
    (corpus / "broken.txt").symlink_to("nowhere.txt")
    (corpus / "up").symlink_to("..")
    (corpus / "round").symlink_to(".")
    assert list_files(corpus) == ("a.txt", "inside.txt")


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("字")])
def test_a_missing_folder_is_named(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "corpus")
    with pytest.raises(CorpusError, match=r"corpus\. Create it"):
        list_files(tmp_path / "corpus")


def test_a_sub_folder_that_cannot_be_opened_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir()
    scandir = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert list_files(tmp_path) == ("shut",)


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(path: str) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(CorpusError, match="Permission denied"):
        list_files(tmp_path)


# --- what cannot be read ---


def encrypted_pdf(user: str) -> bytes:
    pdf = FPDF()
    pdf.set_encryption(owner_password="owner", user_password=user)
    pdf.add_page()
    pdf.set_font("helvetica")
    pdf.cell(text="open to all")
    return bytes(pdf.output())


def blank_pdf() -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 50, 50)
    return bytes(pdf.output())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xyz", b"x", r"Unsupported format '\.xyz'; these can be read: \."),
        ("noext", b"x", "Unsupported format ''"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \r\n\t\n", "no text"),
        ("a.txt", "\u200b\ufeff".encode(), "no text"),
        ("a.txt", b"MZ\x90\x00\x03\x00\x00\x00\x04", "Not text"),
        ("a.txt", bytes(range(128, 256)) * 40, "Not text"),
        ("a.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "Not text"),
        ("a.html", b"<p>\0</p>", "no text"),
        ("a.html", b"<script>only()</script>", "no text"),
        ("a.pdf", b"%PDF-1.7\nnothing", "Damaged"),
        ("a.pdf", b"plain text", "Damaged"),
        ("a.pdf", blank_pdf(), "no text"),
        ("a.pdf", encrypted_pdf("secret"), "password"),
        ("a.docx", b"PK\x03\x04 cut off", "Damaged"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Damaged"),
    ],
)
def test_an_unreadable_file_says_why(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(tmp_path, name, content)


def test_the_reason_is_said_in_chinese_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "zh")
    with pytest.raises(Unreadable, match="不支持的格式"):
        read(tmp_path, "a.xyz", b"x")


def test_a_vanished_file_a_folder_and_a_pipe_say_why(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for name, reason in [
        ("none.txt", "gone"),
        ("folder.txt", "ordinary"),
        ("pipe.txt", "ordinary"),
        ("\0.txt", "Damaged"),
    ]:
        with pytest.raises(Unreadable, match=reason):
            read_document(tmp_path, name)


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.txt").write_text("字")
    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(Unreadable, match="No permission"):
        read_document(tmp_path, "a.txt")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not make such names")
def test_a_name_that_is_not_utf8_asks_for_another(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode("报告.txt".encode("gbk"))).write_text("字")
    (file,) = list_files(tmp_path)
    with pytest.raises(Unreadable, match="rename"):
        read_document(tmp_path, file)


def test_a_file_over_the_limit_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(Unreadable, match="65 MiB, at most 64"):
        read_document(tmp_path, "a.txt")


# --- plain text ---


def test_of_a_row_of_blank_lines_two_are_kept_and_the_numbers_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("港口扩建\n" + "\n \n" * 500 + "医院开业\n", encoding="utf-8")
    lines = read_document(tmp_path, "a.txt").lines
    assert [(line.number, line.text.strip()) for line in lines] == [
        (1, "港口扩建"),
        (2, ""),
        (3, ""),
        (1002, "医院开业"),
    ]


@pytest.mark.parametrize("file", list_files(SEEDS))
def test_seeds_keep_the_line_numbers_an_editor_shows(file: str) -> None:
    on_disk = (SEEDS / file).read_bytes().decode().removesuffix("\n").split("\n")
    document = read_document(SEEDS, file)
    assert document.unit == "line"
    found = {line.number: line.text for line in document.lines}
    assert len(found) == len(document.lines)
    assert [found.get(number, "") for number in range(1, len(on_disk) + 1)] == [visible(text) for text in on_disk]


def test_only_line_feeds_and_carriage_returns_end_a_line(tmp_path: Path) -> None:
    document = read(tmp_path, "a.txt", "一\r\n二\r\r三\x0b三\x0c三\x1c三\x85三\u2028三\n四")
    assert [(line.number, line.text) for line in document.lines] == [
        (1, "一"),
        (2, "二"),
        (3, ""),
        (4, "三三三三三 三"),
        (5, "四"),
    ]


def test_characters_that_no_reader_sees_are_dropped(tmp_path: Path) -> None:
    document = read(tmp_path, "a.txt", "\ufeff  沈\u200b阳\u202e高\u2066新\u2069\xad\t区\x07  \n")
    assert texts(document) == ["  沈阳高新\t区  "]


def test_a_huge_single_line_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, "a.txt", "沈阳" * 1_000_000).lines[0].text) == 2_000_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"])
def test_simplified_text_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert "\n".join(texts(read(tmp_path, "a.txt", SIMPLIFIED.encode(encoding)))) + "\n" == SIMPLIFIED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "big5", "cp950", "big5hkscs", "gbk", "gb18030"])
def test_traditional_text_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert "\n".join(texts(read(tmp_path, "a.txt", TRADITIONAL.encode(encoding)))) + "\n" == TRADITIONAL


@pytest.mark.parametrize("length", [10, 20, 50, 200])
@pytest.mark.parametrize("encoding", ["gbk", "big5hkscs", "utf-16-le", "utf-16-be"])
def test_short_pieces_of_news_are_not_taken_for_another_encoding(length: int, encoding: str) -> None:
    text = "".join((SEEDS / file).read_text() for file in list_files(SEEDS)[:4])
    wrong = []
    for start in range(0, len(text) - length, 37):
        data = text[start : start + length].strip().encode(encoding, "ignore")
        piece = data.decode(encoding)
        # a piece in ASCII alone reads the same in all, or is too short to tell UTF-16 by
        if sum(not char.isascii() for char in piece) > 4 and decode(data) != piece:
            wrong.append(piece)
    assert wrong == []


def test_names_without_a_common_character_are_taken_for_gbk() -> None:
    assert decode("覃鑫镔 欧阳娜娜".encode("gbk")) == "覃鑫镔 欧阳娜娜"


def test_another_language_is_left_to_charset_normalizer() -> None:
    text = "Привет, как дела? Москва столица России, в ней живут миллионы людей. " * 3
    assert decode(text.encode("cp1251")) == text


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_few_broken_bytes_do_not_cost_the_file(encoding: str) -> None:
    data = (SIMPLIFIED * 10).encode(encoding)
    text = decode(data[:-2])
    assert text is not None
    assert text.startswith(SIMPLIFIED * 9)


# --- tables ---


def test_a_row_names_its_columns() -> None:
    rows = [["区市", "项目数", "投资额"], ["铁西区", "12", "30亿元"], ["沈河区", "", "8亿元。"], ["", "", ""]]
    assert table_rows(rows) == [
        None,
        "区市：铁西区；项目数：12；投资额：30亿元。",
        "区市：沈河区；投资额：8亿元。",
        None,
    ]


def test_a_header_is_judged_by_the_cells_of_two_columns() -> None:
    assert table_rows([["区市", "企业数"], ["铁西", "12"], ["沈河", "30"]]) == [
        None,
        "区市：铁西；企业数：12。",
        "区市：沈河；企业数：30。",
    ]
    assert table_rows([["名称", "维纳斯康"], ["注册资本：", "5000万元"], ["成立", "2010年"]]) == [
        "名称：维纳斯康。",
        "注册资本：5000万元。",
        "成立：2010年。",
    ]


def test_the_caption_and_repeats_of_the_header_say_nothing_of_their_own() -> None:
    rows = [["表1 主要指标", "", ""], ["指标", "单位", "数值"], ["产值", "亿元", "350"], ["指标", "单位", "数值"]]
    assert table_rows(rows) == ["表1 主要指标", None, "指标：产值；单位：亿元；数值：350。", None]


@pytest.mark.parametrize(
    ("rows", "header", "expected"),
    [
        ([], None, []),
        ([[]], None, [None]),
        ([["一\n二"]], None, ["一\n二"]),
        ([["a", "b", "c"]], None, ["a；b；c。"]),
        ([["名", "值"], ["甲", "乙"]], True, [None, "名：甲；值：乙。"]),
        ([["名", "值"], ["甲", "乙", "丙"]], True, [None, "名：甲；值：乙；丙。"]),
        ([["问题", "是吗？"]], None, ["问题：是吗？"]),
    ],
)
def test_odd_tables_are_said_too(
    rows: Sequence[Sequence[str]], header: bool | None, expected: list[str | None]
) -> None:
    assert table_rows(rows, header) == expected


@example([[], ["0", "", ""], []], None)
@given(st.lists(st.lists(st.text(max_size=3), max_size=4), max_size=5), st.sampled_from([None, True, False]))
def test_a_table_gives_one_entry_for_each_row(rows: list[list[str]], header: bool | None) -> None:
    sentences = table_rows(rows, header)
    assert len(sentences) == len(rows)
    assert all(sentence is None or sentence for sentence in sentences)


# --- Markdown ---

MARKDOWN = """---
title: "沈阳的绿色工厂"
date: 2024-1-5
---
# 沈阳 **高新区**

近日，[工信部](http://a.b/ "题
注")公布了*名单*，
`代码
两行`在榜，![图一](x.png)上榜。

- 第一项
  续行
- 第二项

标题二
------

| 区 | 数 |
|----|----|
| 铁西 | **3** |
| 沈河 |  |

```text
第一行

第三行
```

前**粗体。**后<br>换行<span>文</span>

<div>
块<b>级</b>
</div>
"""


def test_markdown_gives_plain_lines_with_the_numbers_of_the_source(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", MARKDOWN)
    assert (document.title, document.date) == ("沈阳的绿色工厂", "2024-01-05")
    assert shown(document) == [
        (5, "沈阳 高新区", 1),
        (7, "近日，工信部", None),
        (8, "公布了名单，", None),
        (9, "代码", None),
        (10, "两行在榜，图一上榜。", None),
        (12, "• 第一项", None),
        (13, "续行", None),
        (14, "• 第二项", None),
        (16, "标题二", 2),
        (21, "区：铁西；数：3。", None),
        (22, "区：沈河。", None),
        (25, "第一行", None),
        (27, "第三行", None),
        (30, "前粗体。后", None),
        (30, "换行文", None),
        (33, "块级", None),
    ]


def test_markdown_blocks_are_parted_by_one_blank_line(tmp_path: Path) -> None:
    document = read(tmp_path, "a.markdown", "# 题\n文\n行\n\n\n\n- 一\n- 二\n\n|a|b|\n|-|-|\n|1|2|\n|3|4|\n")
    assert texts(document) == ["题", "", "文", "行", "", "• 一", "", "• 二", "", "a：1；b：2。", "a：3；b：4。"]


def test_markdown_with_carriage_returns_and_an_open_rule_keeps_its_numbers(tmp_path: Path) -> None:
    assert shown(read(tmp_path, "a.md", "---\r\n一\r\n---\r\n二\r三")) == [
        (2, "一", 2),
        (4, "二", None),
        (5, "三", None),
    ]


# --- HTML ---

HTML = """<!doctype html><html><head><meta charset="utf-8"><title>绿色工厂_沈阳新闻网</title>
<meta property="og:title" content="两家国家级&quot;绿色工厂&quot;"><meta name="PubDate" content="2024-01-05 10:30">
<style>p { color: red }</style><script>var a = "<p>不是</p>";</script></head>
<body><nav><a href="/">首页</a></nav>
<h1>沈阳高新区又增
  两家<b>绿色</b>工厂</h1>
<div>
  <p>近日,农业农村部
  公布了 2023 年度
生态农场&ldquo;名单&rdquo;&nbsp;<!-- 注 -->。</p>第二段<br>换行<br><br>第三段
  <p style="display: none">藏</p><div hidden><div>藏</div>藏</div>
  <ul><li>一<li>二</ul>
  <ruby>市<rt>shì</rt></ruby>
</div>
<form><input>搜索<select><option>全部</select></form><aside>广告</aside><footer>版权</footer><noscript>无</noscript>
</body></html>
"""


def test_html_gives_the_visible_text_by_blocks(tmp_path: Path) -> None:
    document = read(tmp_path, "a.html", HTML)
    assert (document.title, document.date) == ('两家国家级"绿色工厂"', "2024-01-05")
    assert [(line.number, line.text, line.level) for line in document.lines] == [
        (5, "沈阳高新区又增两家绿色工厂", 1),
        (5, "", None),
        (8, "近日,农业农村部公布了 2023 年度生态农场“名单” 。", None),
        (8, "", None),
        (10, "第二段", None),
        (10, "换行", None),
        (10, "", None),
        (10, "第三段", None),
        (10, "", None),
        (12, "• 一", None),
        (12, "", None),
        (12, "• 二", None),
        (12, "", None),
        (13, "市", None),
    ]


def test_html_title_and_date_fall_back_to_title_and_time(tmp_path: Path) -> None:
    document = read(tmp_path, "a.htm", "<title> 一\n题 </title><p>文<time datetime=2024-01-05T10:00>昨</time>")
    assert (document.title, document.date) == ("一 题", "2024-01-05")


def test_html_tables_name_their_columns(tmp_path: Path) -> None:
    page = """<table><caption>表一</caption>
<tr><th>区<th>项目<th>投资
<tr><td rowspan=2>铁西<td>甲<td>1
<tr><td>乙<td>2
<tr><td colspan=2>合计<td>3
</table><table><tr><td>名称<td>维纳斯康<tr><td>成立<td>2010年</table>"""
    assert shown(read(tmp_path, "a.html", page)) == [
        (1, "表一", None),
        (3, "区：铁西；项目：甲；投资：1。", None),
        (4, "区：铁西；项目：乙；投资：2。", None),
        (5, "区：合计；投资：3。", None),
        (6, "名称：维纳斯康。", None),
        (6, "成立：2010年。", None),
    ]


def test_html_tables_that_only_place_text_are_read_cell_by_cell(tmp_path: Path) -> None:
    page = "<table><tr><td><table><tr><td>栏<td>目</table><td><h1>题</h1><p>文一<p>文二</table>"
    assert texts(read(tmp_path, "a.html", page)) == ["栏", "", "目", "", "题", "", "文一", "", "文二"]


def test_a_page_inside_one_form_is_still_read(tmp_path: Path) -> None:
    page = "<body>沈阳<form><p>" + "全文都在表单里。" * 5 + "</form>"
    assert texts(read(tmp_path, "a.html", page)) == ["沈阳", "", "全文都在表单里。" * 5]


@pytest.mark.parametrize(("charset", "encoding"), [("gb2312", "gb18030"), ("GBK", "gbk"), ("big5", "big5")])
def test_html_is_decoded_as_it_declares(tmp_path: Path, charset: str, encoding: str) -> None:
    page = f'<meta http-equiv=Content-Type content="text/html; charset={charset}"><p>玥</p>'
    assert texts(read(tmp_path, "a.html", page.encode(encoding))) == ["玥"]


def test_html_that_declares_a_wrong_encoding_is_still_read(tmp_path: Path) -> None:
    for charset, encoding in [("big5", "utf-8"), ("utf-8", "gbk"), ("iso-8859-1", "gbk"), ("rot13", "gbk")]:
        page = f'<meta charset="{charset}"><p>{SIMPLIFIED}</p>'
        assert texts(read(tmp_path, "a.html", page.encode(encoding))) == [SIMPLIFIED.replace("\n", "")]


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "字",
        "<table><tr><td>" * 20_000 + "字",
        "<table>" + "<tr><td rowspan=9999 colspan=9999>字" * 500,
        "字" + "<!--" * 100_000,
        "字" + "<a " * 100_000,
        "字<![unknown[x]]><![CDATA[y]]><!x><?z><",
        "字&#xD800;&#0;&#x110000;&nosuch;",
        "<td>字<tr></table></table></p><table><td>",
    ],
)
def test_hostile_html_is_read(tmp_path: Path, page: str) -> None:
    assert "字" in texts(read(tmp_path, "a.html", page))[0]


@pytest.mark.parametrize("text", ["> " * 50_000, "- " * 50_000, "[" * 20_000, "*a " * 20_000, "`" * 50_000])
def test_hostile_markdown_is_read(tmp_path: Path, text: str) -> None:
    assert texts(read(tmp_path, "a.md", "字\n\n" + text))[0] == "字"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-01-05T10:00:00+08:00", "2024-01-05"),
        ("发布时间：2024年1月5日", "2024-01-05"),
        ("2024/1/5", "2024-01-05"),
        ("20240105", "2024-01-05"),
        ("2024-13-05", None),
        ("2024年1月", None),
        ("", None),
    ],
)
def test_dates_are_iso_or_none(text: str, date: str | None) -> None:
    assert find_iso_date(text) == date


# --- PDF ---


def pdf_of(*pages: str, title: str = "") -> bytes:
    """A PDF whose pages show these lines, in a font that is not embedded, as its ToUnicode map says."""
    font, count = 3, len(pages)
    chars = sorted({char for page in pages for char in page if char != "\n"})
    codes = "\n".join(f"<{ord(char):04X}> <{ord(char):04X}>" for char in chars)
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap /CMapType 2 def\n1 begincodespacerange <0000> <FFFF> "
        f"endcodespacerange\n{len(chars)} beginbfchar\n{codes}\nendbfchar endcmap end"
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{' '.join(f'{7 + 2 * index} 0 R' for index in range(count))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H /DescendantFonts [4 0 R] "
        "/ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        stream(cmap),
        f"<< /Title <feff{title.encode('utf-16-be').hex()}> >>" if title else "<< >>",
    ]
    for index, page in enumerate(pages):
        drawn = " ".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td" for line in page.split("\n") if line)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {8 + 2 * index} 0 R "
            f"/Resources << /Font << /F1 {font} 0 R >> >> >>"
        )
        objects.append(stream(f"BT /F1 12 Tf 50 800 Td {drawn} ET" if page else ""))
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer << /Size {size} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()


def stream(text: str) -> str:
    return f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"


def test_pdf_lines_carry_their_page(tmp_path: Path) -> None:
    document = read(tmp_path, "a.pdf", pdf_of("沈阳高新区\n签约80个项目。", "第二页。", title="高新区的新动能"))
    assert document.unit == "page"
    assert document.title == "高新区的新动能"
    assert [(line.number, line.text) for line in document.lines] == [
        (1, "沈阳高新区"),
        (1, "签约80个项目。"),
        (1, ""),
        (2, "第二页。"),
    ]


@pytest.mark.parametrize("title", ["report.indd", "Microsoft Word - 报告", "untitled", "Book1", "ÇàµºÊÐ ²¿", "文档1"])
def test_pdf_titles_that_are_none_are_left_out(tmp_path: Path, title: str) -> None:
    assert read(tmp_path, "a.pdf", pdf_of("字", title=title)).title is None


def test_pdf_furniture_that_repeats_is_dropped(tmp_path: Path) -> None:
    bodies = ["甲说。\n2023", "乙说。\n1.", "丙说。", "丁说。"]
    pages = [f"沈阳年报 2023\n第{n}章\n{body}\n- {n} -" for n, body in enumerate(bodies, 1)]
    document = read(tmp_path, "a.pdf", pdf_of(*pages))
    assert shown(document) == [
        (1, "甲说。", None),
        (1, "2023", None),
        (2, "乙说。", None),
        (2, "1.", None),
        (3, "丙说。", None),
        (4, "丁说。", None),
    ]


def test_pdf_lines_that_repeat_on_two_pages_stay(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "a.pdf", pdf_of("同\n甲", "同\n乙"))) == ["同", "甲", "", "同", "乙"]


def test_pdf_of_nothing_but_furniture_stays(tmp_path: Path) -> None:
    assert [number for number, *_ in shown(read(tmp_path, "a.pdf", pdf_of("同", "同", "同")))] == [1, 2, 3]


def test_pdf_pages_without_text_are_passed_over(tmp_path: Path) -> None:
    assert shown(read(tmp_path, "a.pdf", pdf_of("", "字", ""))) == [(2, "字", None)]


def test_pdf_without_a_password_to_open_is_read(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "a.pdf", encrypted_pdf(""))) == ["open to all"]


def test_pdf_damage_stays_off_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("pypdfium2").warning("not shown")
    good = pdf_of("字" * 40)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        for cut in range(0, len(good), 97):
            try:
                read(tmp_path, "a.pdf", good[:cut] or b"%")
            except (PagesUnread, Unreadable):
                continue
    assert capfd.readouterr() == ("", "")


def test_pdf_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    packed = zlib.compress(b"BT (a) Tj ET\n" * 12_000_000, 9)
    head = pdf_of("字").replace(b"/Contents 8 0 R", b"/Contents 99 0 R")
    bomb = (
        b"99 0 obj\n<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream\nendobj\n"
    )
    with pytest.raises(Unreadable):
        read(tmp_path, "a.pdf", head.split(b"xref")[0] + bomb + b"trailer << /Root 1 0 R >>\n%%EOF\n")


# --- whatever the bytes ---


def reads_or_says_why(folder: Path, name: str, content: bytes) -> None:
    try:
        document = read(folder, name, content)
    except (PagesUnread, Unreadable):
        return
    assert any(line.text.strip() for line in document.lines)
    numbers = [line.number for line in document.lines]
    assert numbers == sorted(numbers) or document.unit == "row"  # sheets have their own, tables may stand side by side
    "".join(texts(document)).encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


any_bytes = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@any_bytes
@given(content=st.binary(max_size=300), suffix=st.sampled_from(sorted(SUPPORTED)))
def test_any_bytes_give_text_or_a_reason(folder: Path, content: bytes, suffix: str) -> None:
    reads_or_says_why(folder, "a" + suffix, content)


@any_bytes
@given(
    content=st.text("<>/!-[]()*_`~#|:\n \t&;\"'=0a字。ptdhrbale", max_size=200),
    suffix=st.sampled_from([".md", ".html"]),
)
def test_any_markup_gives_text_or_a_reason(folder: Path, content: str, suffix: str) -> None:
    reads_or_says_why(folder, "a" + suffix, content.encode())


def word_bytes() -> bytes:
    word = docx.Document()
    word.add_heading("题", 1)
    word.add_table(2, 2).cell(0, 0).text = "格"
    return saved(word)


GOOD = {".pdf": pdf_of("沈阳高新区", "第二页"), ".docx": word_bytes()}


def damaged(content: bytes, data: st.DataObject) -> bytes:
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    return bytes(changed)


@any_bytes
@given(suffix=st.sampled_from(sorted(GOOD)), data=st.data())
def test_any_damage_gives_text_or_a_reason(folder: Path, suffix: str, data: st.DataObject) -> None:
    content = damaged(GOOD[suffix], data)
    reads_or_says_why(folder, "a" + suffix, content[: data.draw(st.integers(1, len(content)))])


@any_bytes
@given(part=st.sampled_from(["word/document.xml", "word/styles.xml", "[Content_Types].xml"]), data=st.data())
def test_any_damage_inside_a_word_file_gives_text_or_a_reason(folder: Path, part: str, data: st.DataObject) -> None:
    word = GOOD[".docx"]
    reads_or_says_why(folder, "a.docx", with_part(word, part, damaged(part_of(word, part), data)))
