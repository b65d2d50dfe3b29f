from __future__ import annotations

import pytest

from chinese.english import english_words, root, stem
from qa.english.lexicon import Lexicon
from qa.question.terms import english_terms

VOCABULARY = (
    "项目 沈阳 沈阳市 沈河区 引进 投资 工厂 港口 高新区 组织 企业 公司 图书馆 闲置 吸引 西安 中心 劳动 "
    "卖 建造 旅顺 刘翔 2023 gdp".split()
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.for_vocabulary(VOCABULARY)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("project", "项目"),
        ("projects", "项目"),
        ("PROJECTS", "项目"),
        ("factories", "工厂"),
        ("invested", "投资"),
        ("investment", "投资"),
        ("libraries", "图书馆"),
        ("attracted", "吸引"),
    ],
)
def test_inflections_find_the_word(lexicon: Lexicon, english: str, chinese: str) -> None:
    ((word, weight),) = lexicon.translate(english)

    assert word == chinese
    assert weight >= 0.6


@pytest.mark.parametrize(("form", "base"), [("sold", "sell"), ("built", "build")])
def test_irregular_forms_find_what_the_base_form_finds(lexicon: Lexicon, form: str, base: str) -> None:
    assert lexicon.translate(base)
    assert dict(lexicon.translate(base)).items() <= dict(lexicon.translate(form)).items()


def test_a_word_of_the_same_family_is_found_by_less_where_the_word_itself_is_not() -> None:
    # 分类 is glossed "to classify", never "classification".
    lexicon = Lexicon.for_vocabulary(["分类"])
    verb, noun = dict(lexicon.translate("classify")), dict(lexicon.translate("classification"))

    assert 0 < noun["分类"] < verb["分类"]


@pytest.mark.parametrize(("one", "other"), [("apple", "apply"), ("organ", "orange"), ("port", "portion")])
def test_words_that_only_begin_alike_are_no_family(one: str, other: str) -> None:
    assert root(stem(one)) != root(stem(other))


def test_an_earlier_sense_weighs_more_than_a_later_one() -> None:
    lexicon = Lexicon.for_vocabulary(["项目", "工程"])

    item, project = dict(lexicon.translate("item")), dict(lexicon.translate("project"))

    assert item["项目"] > project["项目"] >= 0.6


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tallest", "tall"),
        ("largest", "large"),
        ("harvested", "harvest"),
        ("interested", "interest"),
        ("invested", "invest"),
    ],
)
def test_superlatives_and_past_forms_share_a_stem_with_the_plain_word(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("british", "american", "chinese"),
    [
        ("organisation", "organization", "组织"),
        ("organised", "organized", "组织"),
        ("centre", "center", "中心"),
        ("labour", "labor", "劳动"),
    ],
)
def test_british_spelling_counts_as_american(lexicon: Lexicon, british: str, american: str, chinese: str) -> None:
    assert stem(british) == stem(american)
    assert chinese in dict(lexicon.translate(british))
    assert lexicon.translate(british) == lexicon.translate(american)


def test_words_with_one_sense_in_common_come_back_the_best_first_and_in_a_fixed_order(lexicon: Lexicon) -> None:
    found = lexicon.translate("company")

    assert {word for word, _ in found} == {"企业", "公司"}
    assert list(found) == sorted(found, key=lambda item: (-item[1], item[0]))


def test_a_word_out_of_a_longer_gloss_weighs_less(lexicon: Lexicon) -> None:
    # 闲置 is glossed "to leave sth idle" and the like, never "idle" alone.
    ((word, weight),) = lexicon.translate("idle")

    assert word == "闲置"
    assert 0 < weight < 1


def test_a_word_shortened_from_a_longer_one_is_found_by_it_and_weighs_less(lexicon: Lexicon) -> None:
    # No dictionary has 高新区; 高新技术 is glossed "high tech".
    found = dict(lexicon.translate("high-tech"))

    assert set(found) == {"高新区"}
    assert 0 < found["高新区"] < 0.7


@pytest.mark.parametrize(
    ("latin", "names"),
    [("Shenyang", {"沈阳", "沈阳市"}), ("Shenhe", {"沈河区"}), ("Xi'an", {"西安"}), ("Xi’an", {"西安"})],
)
def test_names_are_found_by_their_pinyin_with_or_without_the_generic_ending(
    lexicon: Lexicon, latin: str, names: set[str]
) -> None:
    assert {word for word, weight in lexicon.translate(latin) if weight == 1.0} == names


@pytest.mark.parametrize("latin", ["Lushun", "Lüshun", "Lvshun"])
def test_a_name_with_an_umlaut_is_found_however_it_is_written(lexicon: Lexicon, latin: str) -> None:
    (word,) = english_words(latin)

    assert dict(lexicon.translate(word)) == {"旅顺": 1.0}


def test_accents_are_dropped_and_the_length_of_words_stays() -> None:
    assert english_words("Shěnyáng's café, 沈阳") == ["Shenyang", "cafe"]


def test_what_words_say_together_stands_for_each_of_them(lexicon: Lexicon) -> None:
    name = [dict(found) for found in lexicon.translate_words(["Liu", "Xiang"])]

    assert name == [{"刘翔": 1.0}, {"刘翔": 1.0}]
    assert lexicon.translate_words([]) == ()
    assert lexicon.translate_words(["company"]) == (lexicon.translate("company"),)


def test_a_gloss_of_several_words_is_found_whole_by_these_words() -> None:
    lexicon = Lexicon.for_vocabulary(["生产总值", "国内生产总值"])
    whole = lexicon.translate_words(["gross", "domestic", "product"])

    assert all(dict(found)["国内生产总值"] == 1.0 for found in whole)
    assert dict(lexicon.translate("gross"))["国内生产总值"] < 1.0


def test_months_are_found_as_they_are_written_in_figures(lexicon: Lexicon) -> None:
    assert dict(lexicon.translate("February"))["2月"] == 1.0
    assert "5月" not in dict(lexicon.translate("may"))


def test_roman_numbers_are_found_as_figures(lexicon: Lexicon) -> None:
    for roman, figure in {"XLIX": "49", "XIV": "14", "II": "2", "LXXXIX": "89"}.items():
        assert dict(lexicon.translate(roman)) == {figure: 1.0}
    for word in ("IIII", "VX", "I", "ii", "Li", "MIX"):
        assert not any(chinese.isdigit() for chinese, _ in lexicon.translate(word))


def test_a_short_latin_word_is_not_taken_for_pinyin() -> None:
    assert Lexicon.for_vocabulary(["西", "熙安", "爱"]).translate("ai") == ()


def test_only_words_that_the_corpus_has_are_given(lexicon: Lexicon) -> None:
    assert lexicon.translate("apple") == ()
    assert Lexicon.for_vocabulary(["苹果"]).translate("apples") == (("苹果", 1.0),)
    assert Lexicon.for_vocabulary([]).translate("project") == ()


def test_figures_and_latin_words_of_the_corpus_are_no_translations(lexicon: Lexicon) -> None:
    assert lexicon.translate("2023") == ()
    assert lexicon.translate("gdp") == ()


@pytest.mark.parametrize(
    "word", ["Shenzhen", "Beijing", "Tokyo", "London", "Shenyang", "Shenhe", "Xi'an", "Xi’an", "SHENZHEN"]
)
def test_places_are_names_in_the_corpus_or_not(lexicon: Lexicon, word: str) -> None:
    assert lexicon.is_name(word)


@pytest.mark.parametrize(
    "word", ["Projects", "Project", "Port", "Park", "City", "District", "Organization", "Enterprises"]
)
def test_common_words_are_no_names_though_a_title_capitalises_them(lexicon: Lexicon, word: str) -> None:
    assert not lexicon.is_name(word)


def test_english_words_leave_out_stop_words_and_endings() -> None:
    text = "How many projects did Shenyang's High-tech Zone attract in the 14th plan, 1,000.5 or 2023?"

    assert english_words(text) == [
        "projects",
        "Shenyang",
        "High-tech",
        "Zone",
        "attract",
        "14",
        "plan",
        "1,000.5",
        "2023",
    ]
    assert english_words("What is it?") == []


def test_the_order_of_the_vocabulary_does_not_matter() -> None:
    one, two = Lexicon.for_vocabulary(VOCABULARY), Lexicon.for_vocabulary(reversed(VOCABULARY))

    for word in ("company", "enterprise", "Shenyang", "zone", "high-tech"):
        assert one.translate(word) == two.translate(word)


def test_a_month_is_what_chinese_documents_write(lexicon: Lexicon) -> None:
    (month,) = (term for term in english_terms("How many projects opened on August 12?", lexicon) if "aug" in term.text)

    assert month.kind == "word"
    assert dict(month.alternatives).keys() == {"august", "八月", "8"}
