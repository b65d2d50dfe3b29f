"""Markdown as people write it: front matter, footnotes, lists, deletions, stars that hide."""

from __future__ import annotations

import pytest

from embeddings.reading.markup.front_matter import read_front_matter
from embeddings.reading.markup.markdown_text import read_markdown


def lines(text: str) -> list[tuple[int, str]]:
    return [(line.number, line.text) for line in read_markdown(text).lines if line.text]


def texts(text: str) -> list[str]:
    return [line for _, line in lines(text)]


def test_footnotes_are_read_where_they_are_written_and_their_marks_are_not() -> None:
    text = "东渠投资40万元[^1]。\n\n[^1]: 其中设备12万元\n    不含税\n\n    另有人工。\n\n后文"
    assert lines(text) == [
        (1, "东渠投资40万元。"),
        (3, "• 其中设备12万元"),
        (4, "不含税"),
        (6, "另有人工。"),
        (8, "后文"),
    ]
    assert lines("东渠[^a]。\n[^a]: 紧接的注\n[^长名]: 又一条") == [(1, "东渠。"), (2, "• 紧接的注"), (3, "• 又一条")]
    assert texts("东渠^[在句中的注]开工。") == ["东渠（在句中的注）开工。"]
    assert texts("`[^1]` 是写法\n\n```\n[^1]: 代码\n```") == ["[^1] 是写法", "[^1]: 代码"]


def test_a_note_that_looks_like_the_address_of_a_link_is_read() -> None:
    assert texts("[注]: 其中设备12万元\n\n[1]: http://a.example\n\n见[东渠][1]") == ["[注]: 其中设备12万元", "见东渠"]


def test_entries_have_the_numbers_that_a_reader_sees() -> None:
    text = "1. 取号\n1. 填表\n   - 附件\n\n等候。\n\n3. 缴费5元\n4. 领证\n"
    assert lines(text) == [
        *((1, "• 1. 取号"), (2, "• 2. 填表"), (3, "• 附件"), (5, "等候。")),
        *((7, "• 3. 缴费5元"), (8, "• 4. 领证")),
    ]
    assert texts("- [ ] 未办\n- [x] 已办") == ["• ☐ 未办", "• ☑ 已办"]


def test_a_form_needs_no_header() -> None:
    assert texts("| | |\n|-|-|\n|编号|0537-12|\n|站长|孟川|") == ["编号：0537-12。", "站长：孟川。"]
    assert texts("|编号|0537-12|\n|-|-|\n|站长|孟川|") == ["编号：0537-12。", "站长：孟川。"]
    assert texts("|村|2020年|\n|-|-|\n|东村|12|") == ["村：东村；2020年：12。"]


def test_what_is_struck_out_is_not_read_and_that_is_said() -> None:
    markup = read_markdown("门票~~45元~~ 30元，<del>旧</del>新。\n\n|票|价|\n|-|-|\n|成人|~~45元~~30元|")
    assert [line.text for line in markup.lines if line.text] == ["门票 30元，新。", "票：成人；价：30元。"]
    assert [note.zh for note in markup.notes] == ["划去的文字 3 处，未读入。"]


def test_what_is_raised_or_lowered_in_html_is_not_run_together_with_its_figure() -> None:
    assert texts("库容4.7×10<sup>8</sup>m<sup>3</sup>，CO<sub>2</sub>，孟川<sup>[1]</sup>任站长") == [
        "库容4.7×10⁸m³，CO₂，孟川任站长"
    ]


@pytest.mark.parametrize(
    "text", ["热线137****2468", "账号6222**8801**", "孙**，电话136****1357。", "获奖者何**和吕**两人"]
)
def test_stars_that_hide_stay(text: str) -> None:
    assert texts(text) == [text]
    assert texts(f"**注意**{text}") == [f"注意{text}"]


@pytest.mark.parametrize(
    ("front", "title", "date", "more"),
    [
        ("---\ntitle: '东渠'\ndate: 2020-3-9 # 初稿\n---\n", "东渠", "2020-03-09", []),
        ("+++\ntitle = \"东渠\"\npublishDate = 2020-03-09T10:00:00Z\ntags = ['a']\n+++\n", "东渠", "2020-03-09", []),
        ("---\n标题：东渠\n发布日期：2020年3月9日\n---\n", "东渠", "2020-03-09", ["发布日期：2020年3月9日"]),
        ("---\nlayout: post\nlastmod: 2020/3/9\nauthor: 孟川\n---\n", None, "2020-03-09", ["作者：孟川"]),
        (
            "---\ntitle: 东渠\nsummary: >\n  投资\n  40万元\n文号: 高水发〔2020〕3号\n---\n",
            "东渠",
            None,
            ["摘要：投资40万元", "文号：高水发〔2020〕3号"],
        ),
        ("---\n东渠\n---\n", None, None, []),
        ("", None, None, []),
    ],
)
def test_what_stands_above_the_text(front: str, title: str | None, date: str | None, more: list[str]) -> None:
    found = read_front_matter(front + "正文")
    assert (found.title, found.date, [line.text for line in found.lines]) == (title, date, more)
    assert lines(front + "正文")[-1] == (front.count("\n") + 1, "正文")
