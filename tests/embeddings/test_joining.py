from __future__ import annotations

import pytest

from embeddings.splitting.blocks import Block
from embeddings.splitting.joining import cannot_start, join_torn, reads_on


def body(*texts: str) -> list[Block]:
    return [Block("body", [(number, text)]) for number, text in enumerate(texts, start=1)]


def joined(blocks: list[Block]) -> list[str]:
    return [block.text for block in join_torn(blocks)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("签约57个项目;生活服", "务业板块,签约26个项目。"),
        ("农户参与良种培育,推", "动合作社发展壮大。"),
        ("农技服务更加贴心、便", "捷。"),
        ("设立46个“空气", "质量监测点”。"),
        ("区域将进一步", "凸显集聚效应。"),
        ("在三个环节进行改良,", "收获新的品质。"),
        ("有关负责人", "介绍,工作中坚持原则。"),
        ("2021年他打听", "到,该农户有困难。"),
        ("已向800余户村民宣传", "政策。同时落实到位。"),
        ("某科技", "成为全县第3家上市企业。"),
        ("已登记著作权", "136项,孵化公司18家。"),
        ("甲项目、厦门", "银桥、方舟等项目落地。"),
        ("加快推动物联网", "与农业、水利的深度融合。"),
        ("本次签", "约合同中,多家商场参与。"),
        ("簽約57個項目;生活服", "務業板塊,簽約26個項目。"),
    ],
)
def test_a_second_half_is_known_by_how_it_begins(first: str, second: str) -> None:
    assert reads_on(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("将原农机与水利技", "同时,为确保按时推进,实行全员包干。"),
        ("将原农机与水利技", "园区建设取得进展。"),
        ("加快推动物联网", "与此同时,园区开工。"),
        ("加快推动物联网", "与去年相比,增长5%。"),
        ("对重点村镇进一步摸排,", "据了解,园区有10家企业。"),
        ("园区引进某项目", "2023年,园区营收增长。"),
        ("", "政策。"),
        ("宣传", ""),
    ],
)
def test_two_texts_that_do_not_read_on_stay_apart(first: str, second: str) -> None:
    assert not reads_on(first, second)


@pytest.mark.parametrize("text", ["的工作。", "，并且", "。", "”后文。", "笔“兴农贷”800万元。", "和医疗融合。"])
def test_no_sentence_starts_like_this(text: str) -> None:
    assert cannot_start(text)


@pytest.mark.parametrize(
    "text",
    [
        "等到春天。",
        "地方财政增长。",
        "过去一年,成绩突出。",
        "着力不够。",
        "与会人员讨论。",
        "为此,园区行动。",
        "项目落地。",
    ],
)
def test_sentences_may_start_like_this(text: str) -> None:
    assert not cannot_start(text)


def test_halves_are_joined_over_captions_and_notes_which_stay_where_they_are() -> None:
    blocks = [*body("签约57个项目;生活服"), Block("caption", [(3, "会场。")]), Block("note", [(4, "来源：某报")])]
    result = join_torn([*blocks, Block("body", [(5, "务业板块,签约26个项目。")])])
    assert [(block.kind, block.text) for block in result] == [
        ("body", "签约57个项目;生活服务业板块,签约26个项目。"),
        ("caption", "会场。"),
        ("note", "来源：某报"),
    ]
    assert result[0].pieces == [(1, "签约57个项目;生活服"), (5, "务业板块,签约26个项目。")]


def test_three_parts_of_a_sentence_are_joined() -> None:
    assert joined(body("加大招商力度,推", "动企业发展,不断", "壮大。")) == ["加大招商力度,推动企业发展,不断壮大。"]


def test_a_torn_end_without_its_other_half_is_shown() -> None:
    assert joined(body("对村镇进一步摸排,将原农机与水利技", "同时,园区行动。")) == [
        "对村镇进一步摸排,将原农机与水利技…",
        "同时,园区行动。",
    ]


def test_a_torn_beginning_without_its_other_half_is_shown_and_remembered() -> None:
    blocks = join_torn(body("园区发展很快。", "笔“兴农贷”800万元。"))
    assert [block.text for block in blocks] == ["园区发展很快。", "…笔“兴农贷”800万元。"]
    assert [block.torn for block in blocks] == [False, True]


def test_whole_paragraphs_stay_apart_and_as_they_are() -> None:
    assert joined(body("园区发展很快。", "动能充足。", "政策。")) == ["园区发展很快。", "动能充足。", "政策。"]


def test_nothing_is_joined_over_a_heading() -> None:
    blocks = [*body("加大招商力度,推"), Block("heading", [(2, "产业升级")]), Block("body", [(3, "动企业发展。")])]
    assert [block.text for block in join_torn(blocks)] == ["加大招商力度,推…", "产业升级", "动企业发展。"]


def test_a_short_first_half_that_looks_like_a_subhead_is_joined() -> None:
    blocks = [Block("heading", [(1, "甲项目、乙项目、丙项")]), Block("body", [(2, "目、丁项目签约落地。")])]
    assert [(block.kind, block.text) for block in join_torn(blocks)] == [
        ("body", "甲项目、乙项目、丙项目、丁项目签约落地。")
    ]


def test_a_text_without_any_punctuation_gets_no_sign_of_a_tear() -> None:
    assert joined(body("各有关单位")) == ["各有关单位"]


def test_no_blocks_are_no_blocks() -> None:
    assert join_torn([]) == []
