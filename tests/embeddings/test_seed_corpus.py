"""Every article and every chunk of seeds/, read as a build reads them; no model is needed."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from chinese.quantities import find_quantities
from embeddings.reading.documents import list_files, read_document
from embeddings.splitting.articles import CAPTIONS, split_articles
from embeddings.splitting.chunks import SLACK, TARGET_LENGTH, chunk_article
from embeddings.splitting.cleaning import clean_document
from embeddings.types import Article, Chunk, Document
from tests.embeddings.reading import assert_nothing_lost_or_doubled, core, headings_of, sentences_of, texts_of

SEEDS = Path(__file__).parents[2] / "seeds"
FILES = tuple(sorted(file.name for file in SEEDS.iterdir()))
DOCUMENTS = {file: read_document(SEEDS, file) for file in FILES}
ARTICLES = {file: split_articles(document) for file, document in DOCUMENTS.items()}
CHUNKS = {
    file: [chunk for number, article in enumerate(articles) for chunk in chunk_article(article, number)]
    for file, articles in ARTICLES.items()
}
EVERY_ARTICLE = [article for articles in ARTICLES.values() for article in articles]
EVERY_CHUNK = [chunk for chunks in CHUNKS.values() for chunk in chunks]
KEJI, GAOXIN, LICANG, ZHAOSHANG, SHIBEI = FILES


def cleaned(file: str) -> Document:
    return clean_document(DOCUMENTS[file])


def shown(file: str) -> str:
    return "\n".join(text for article in ARTICLES[file] for text in texts_of(article))


def sections(article: Article) -> list[str]:
    return [heading for heading in headings_of(article) if heading not in ("", CAPTIONS)]


# --- articles ---


def test_the_five_files_hold_thirteen_articles() -> None:
    assert list_files(SEEDS) == FILES
    assert [len(ARTICLES[file]) for file in FILES] == [1, 6, 4, 1, 1]


def test_the_science_park_is_one_article_of_six_sections() -> None:
    (article,) = ARTICLES[KEJI]
    assert article.headline.startswith("青岛科技创新园 助推即墨经济新突破")
    assert article.byline == "本版撰稿摄影 观海新闻/青岛早报记者 康晓欢 通讯员 邹佳"
    assert article.date is None
    assert sections(article) == [
        "聚焦高质量发展主线 “双招双引”获巨大进展",
        "聚焦经济增长新空间 “零增地”招商重大突破",
        "聚焦产业转型升级 新旧动能转换呈现新气象",
        "聚焦“第一资源” 高端技术人才纷至沓来",
        "聚焦数字赋能 新业态取得新突破",
        "聚焦优化营商环境 基础设施日趋完善",
    ]


def test_the_page_of_the_high_tech_zone_is_six_articles() -> None:
    page = "以科技创新赋能产业创新 青岛高新区：动力激荡 向“新”而行"
    assert [
        (article.page_title, article.headline, article.byline, sections(article)) for article in ARTICLES[GAOXIN]
    ] == [
        (page, "青岛高新区再添两家国家级绿色工厂", "韩佳佳", []),
        (page, "青岛高新区首次开通项目“云”评审", "李青健", []),
        (page, "青岛高新区4个项目全国“揭榜挂帅”", "李心怡", []),
        (page, "市生物医药产业协会聘任新一批特聘专家", "李心怡", []),
        ("", page, "肖玲玲", ["产业升级 构筑发展新优势", "开放引领 开辟发展新机遇"]),
        (page, "青岛高新区2023年营商环境交出优异答卷", "刘文研", []),
    ]


def test_the_page_of_licang_is_four_articles() -> None:
    assert [(article.page_title, article.headline, article.byline) for article in ARTICLES[LICANG]] == [
        (
            "精彩李沧",
            "李沧区产业园区招商步伐加快,新旧动能转换催生发展活力 发力园区建设,推动实体经济量质齐升",
            "青岛日报/观海新闻记者 王凯 见习记者 周亚姚 通讯员 祝志刚",
        ),
        (
            "精彩李沧",
            "李沧区大数据服务基地获评“全省优质” 为山东省服务业唯一",
            "青岛日报/观海新闻记者 张晋 通讯员 矫春慧",
        ),
        ("精彩李沧", "全市学雷锋志愿服务李沧获推多个先进典型", "青岛日报/观海新闻记者 张晋"),
        (
            "精彩李沧",
            "李沧区576名企业服务专员定向联系服务800余家规上企业 “一对一”精准服务:送政策解难题促发展",
            "青岛日报/观海新闻记者 张晋",
        ),
    ]
    assert [sections(article) for article in ARTICLES[LICANG]] == [
        [
            "聚焦园区建设,打造经济发展“主引擎”",
            "推动转型升级,激发实体经济新活力",
            "强化政策支撑,让企业安心落地入园",
        ],
        [],
        ["先进典型名单"],
        [],
    ]


def test_the_signing_ceremony_is_one_article_of_three_sections() -> None:
    (article,) = ARTICLES[ZHAOSHANG]
    assert (article.headline, article.date) == ("青岛高新区： 大企业大项目注入发展新动能", "--05-17")
    assert sections(article) == [
        "思路：提出“2311”瞄准六大产业",
        "改革： 加快机构调整 实行全员招商",
        "侧重：抓主抓重实行靶向招商",
    ]


def test_the_converted_page_is_one_article_headed_by_its_first_sentence() -> None:
    (article,) = ARTICLES[SHIBEI]
    assert article.date == "--12-25"
    assert article.headline == texts_of(article)[0]
    assert article.headline.startswith("12月25日,青島市北區人民政府新聞辦召開")
    assert article.byline.endswith("辛小麗")
    assert [heading[:2] for heading in sections(article)] == ["聚焦", "增強", "加快", "推動", "深化"]


@pytest.mark.parametrize("file", FILES)
def test_no_word_of_a_file_is_lost_or_doubled(file: str) -> None:
    assert assert_nothing_lost_or_doubled(DOCUMENTS[file]) == ARTICLES[file]


def test_a_list_of_names_is_a_sentence_for_each_label() -> None:
    section = ARTICLES[LICANG][2].sections[1]
    assert [(sentence.text.split(":")[0], sentence.start, sentence.end) for sentence in section.sentences] == [
        ("最美志愿者", 85, 86),
        ("最佳志愿服务组织", 87, 88),
        ("最佳志愿服务项目", 89, 91),
        ("最美志愿服务社区", 92, 95),
    ]


# --- dirt ---


@pytest.mark.parametrize(
    "dirt",
    [
        r"[(（][^)）]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]",
        r"[■□●◆]\s*图",
        "■",
        "验证码|驗證碼",
        r"\*\*",
        r"(?:^|\n)\s*[-*•]\s",
        "JING CAI",
        " and ",
        "稿件来源",
        r"^\s|\s$|  |\t",
    ],
)
def test_no_chunk_shows_dirt(dirt: str) -> None:
    for chunk in EVERY_CHUNK:
        for text in (chunk.text, chunk.title, chunk.section, chunk.context):
            assert not re.search(dirt, text), text


def test_no_chunk_starts_with_half_a_sentence() -> None:
    halves = (
        *("动企业", "形成新的", "务业板块", "捷。", "成为高新区", "环境监测点", "笔“", "凸显", "介绍,工作"),
        *("到,该企业", "政策。", "金慧", "与医疗", "约项目中", "157项", "，", "。", "的", "和"),
    )
    for chunk in EVERY_CHUNK:
        assert not chunk.text.startswith(halves), chunk.text[:20]
        for sentence in chunk.sentences:
            assert not sentence.text.startswith(halves), sentence.text[:20]


def test_every_sentence_ends_as_one_or_shows_that_it_is_torn_or_is_of_a_list_or_caption() -> None:
    unended = [
        sentence.text
        for article in EVERY_ARTICLE
        for section in article.sections
        for sentence in section.sentences
        if sentence.text.rstrip("”")[-1] not in "。！？!?…" and section.heading not in (CAPTIONS, "先进典型名单")
    ]
    assert unended == []


# --- torn sentences ---


@pytest.mark.parametrize(
    ("file", "joined"),
    [
        (KEJI, "社会责任能力6个方面进行提升,形成新的竞争优势。"),
        (KEJI, "参与企业经营管理和产品研发,推动企业依靠科技的力量,不断发展壮大。"),
        (GAOXIN, "引进青岛方旭科技等83个项目;现代服务业板块,引进鼎特智慧产业园、凯丰阿里云创新中心等39个项目。"),
        (GAOXIN, "2023年,青岛高新区企业服务更加多元、便捷。"),
        (GAOXIN, "设立68个“营商环境监测点”。"),
        (GAOXIN, "13家企业入选青岛高企上市培育库,盘古智能成为高新区第6家上市企业。"),
        (LICANG, "李沧区将进一步凸显主城区的资源聚集效应,为实体经济发展提供坚实的载体支撑。"),
        (LICANG, "李沧区发展改革局有关负责人介绍,工作中,"),
        (LICANG, "2022年他了解到,该企业受疫情影响经营出现困难"),
        (LICANG, "已累计向1000余家次规上企业宣传政策。"),
        (ZHAOSHANG, "腾讯双创小镇(青岛)项目、大连金慧、中软国际、"),
        (ZHAOSHANG, "加快推动互联网与医疗、金融、政务等传统领域的深度融合发展。"),
        (ZHAOSHANG, "此次签约项目中,多家银行以及基金机构的引入"),
        (ZHAOSHANG, "3年来已申请知识产权157项,孵化智能产业公司"),
    ],
)
def test_the_halves_of_a_torn_sentence_are_one_sentence_of_some_chunk(file: str, joined: str) -> None:
    assert any(joined in sentence.text for chunk in CHUNKS[file] for sentence in chunk.sentences)


def test_halves_whose_other_half_is_missing_stay_apart_and_show_it() -> None:
    assert "将原软件与信息技…\n同时,为确保招商引资顺利推进," in shown(ZHAOSHANG)
    assert "\n…笔“火炬创新积分贷”1000万元。\n" in shown(GAOXIN)


def test_only_those_two_ends_are_shown_as_torn() -> None:
    torn = [
        sentence.text
        for article in EVERY_ARTICLE
        for sentence in sentences_of(article)
        if re.search(r"^…|(?<!…)…$", sentence.text)
    ]
    assert [text[:6] for text in torn] == ["…笔“火炬创", "今年,为使招"]


def test_a_caption_between_two_halves_is_no_part_of_the_sentence() -> None:
    assert "到企业走访调研" not in " ".join(chunk.text for chunk in CHUNKS[KEJI] if chunk.section != CAPTIONS)
    captions = [chunk.text for chunk in EVERY_CHUNK if chunk.section == CAPTIONS]
    assert captions == [
        "科技创新园。\n瑞华数字化工厂。\n到企业走访调研。\n马山路管网改造。",
        "在红岛汇科技金融中心,世界500强企业阿斯利康的标牌已经挂起。",
        "市民在高新区政务服务中心“企业开办一站式服务专区”办理业务。\n青岛高新区政务服务中心。\n青岛高新区智力岛水系。",
        "2023年2月8日,李沧区中化·云谷项目施工现场,工人正在实施混凝土浇筑作业。张鹰摄",
        "环境优越的青岛留学人员创业园。",
    ]


# --- quantities ---


@pytest.mark.parametrize("file", FILES)
def test_every_quantity_of_a_file_is_whole_in_a_chunk_of_its_line(file: str) -> None:
    missing = []
    for line in cleaned(file).lines:
        for quantity in find_quantities(line.text):
            held = any(
                quantity.text in chunk.text
                for chunk in CHUNKS[file]
                if any(source.start <= line.number <= source.end for source in chunk.sources)
            )
            headed = any(line.text in chunk.context for chunk in CHUNKS[file])
            if not held and not headed:
                missing.append((line.number, quantity.text))
    assert missing == []


def test_no_sentence_begins_or_ends_inside_a_quantity() -> None:
    for article in EVERY_ARTICLE:
        for section in article.sections:
            text = ""
            ends = set()
            for sentence in section.sentences:
                text += sentence.lead + sentence.text
                ends.add(len(text))
            for quantity in find_quantities(text):
                assert not ends & set(range(quantity.start + 1, quantity.end)), quantity


# --- chunks ---


def test_chunks_are_about_as_long_as_they_should_be() -> None:
    assert len(EVERY_CHUNK) == 117
    for chunk in EVERY_CHUNK:
        assert chunk.text
        if len(chunk.sentences) > 2:
            assert len(chunk.text) <= TARGET_LENGTH + SLACK
        elif len(chunk.sentences) == 2:
            assert len(chunk.text) <= 2 * TARGET_LENGTH
        else:
            assert len(chunk.text) <= 450


def follows(earlier: Chunk, later: Chunk) -> bool:
    return (earlier.article, earlier.section) == (later.article, later.section)


def test_the_last_sentence_of_a_chunk_begins_the_next_of_its_section() -> None:
    pairs = [
        (earlier, later) for chunks in CHUNKS.values() for earlier, later in pairwise(chunks) if follows(earlier, later)
    ]
    assert len(pairs) > 50
    for earlier, later in pairs:
        if later.sentences[0] == earlier.sentences[-1]:
            assert later.sentences[1] not in earlier.sentences
        else:
            assert later.sentences[0].index == earlier.sentences[-1].index + 1
            assert len(earlier.sentences[-1].text) + len(later.sentences[0].text) > 2 * TARGET_LENGTH


def test_every_sentence_is_in_a_chunk() -> None:
    for file in FILES:
        indexed = {(chunk.article, sentence.index) for chunk in CHUNKS[file] for sentence in chunk.sentences}
        assert indexed == {
            (number, sentence.index)
            for number, article in enumerate(ARTICLES[file])
            for sentence in sentences_of(article)
        }


# --- where it stands ---


@pytest.mark.parametrize("file", FILES)
def test_the_lines_of_a_sentence_are_those_where_its_words_stand(file: str) -> None:
    lines = {line.number: core(line.text) for line in cleaned(file).lines}
    for article in ARTICLES[file]:
        for sentence in sentences_of(article):
            words = core(sentence.text)
            first, last = lines[sentence.start], lines[sentence.end]
            if sentence.start == sentence.end:
                assert words in first
                continue
            # It ends the first line, begins the last one and needs both.
            beginning = next(size for size in range(len(words), 0, -1) if first.endswith(words[:size]))
            assert any(last.startswith(words[place:]) for place in range(beginning, len(words))) or last in words
            assert words not in first
            assert words not in last


def test_the_sources_of_a_chunk_are_the_lines_of_its_sentences() -> None:
    for file in FILES:
        for chunk in CHUNKS[file]:
            for source in chunk.sources:
                assert (source.file, source.unit) == (file, "line")
            for sentence in chunk.sentences:
                assert any(source.start <= sentence.start <= sentence.end <= source.end for source in chunk.sources)


def test_reading_and_splitting_twice_gives_the_same() -> None:
    for file in FILES:
        again = split_articles(read_document(SEEDS, file))
        assert again == ARTICLES[file]
        assert [chunk for number, article in enumerate(again) for chunk in chunk_article(article, number)] == CHUNKS[
            file
        ]
