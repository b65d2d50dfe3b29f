"""What is asked of the table of figures: words for a measure, and the places, times and modes that stand among them.

青云高新区 2023年 引进项目数 asks for 引进 and 项目, of 青云高新区, in 2023. What measures are said with beside the
thing itself (数量, 增速, 占比, 人均, 目标) is taken out of both sides alike: it says how a figure is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from chinese.equivalents import english_place_kinds, read_synonyms, synonyms_in
from chinese.language import language_of
from chinese.places import place_named, places_in
from chinese.quantities import find_quantities
from chinese.tokens import fold, tagged
from chinese.tokens import words as split_words
from qa.question.kinds import ASKING, kind_of_noun
from qa.question.politeness import without_politeness
from qa.question.question import parse_question
from qa.question.terms import Term, chinese_terms, english_terms

if TYPE_CHECKING:
    from chinese.errors import Language
    from chinese.places import Place
    from qa.english.lexicon import Lexicon
    from qa.question.kinds import Asked

_SHARE = re.compile(
    r"占(?![地用线道])(?:[^,，。;；、]{0,12}?(?:比重|比例|比率|份额)|[^,，。;；、]{0,12}$)|占比|比重|比例|份额|(?<=投入)强度"
    r"|\b(?:share|proportion|percentage|ratio|intensity)\b"
)
_CHANGE = re.compile(
    r"(?:同比|环比|年均|平均)*(?:增长|增加(?!值)|减少|下降|提高|提升|上升|上涨|下跌|回落)(?:率|速度|幅度|[了到为])?$|[增降涨跌]幅|增速"
    r"|\b(?:growth(?: rate)?|increase|decrease|change)\b"
)
_AIM = re.compile(
    r"目标(?![客市群管])|(?<!经济)计划(?!生育|经济|单列)|规划(?!局|馆|师|院|设计)|预期|\b(?:targets?|goals?|planned)\b"
)
_TOTAL = re.compile(r"累计|总共|一共|共计|合计|\b(?:cumulative|in total)\b")
_NEW = re.compile(
    r"新增(?!长)|净增|新(?=开工|签约?|引进|引入|招引|注册|设立?|认定|培育|入[选库驻规统]|登记|投产|落[户地]|建成|改|扩)"
    r"|\b(?:new|newly|added)\b"
)
_PER = re.compile(r"人均|每人|户均|每户|亩均|每亩|地均|\bper (?:capita|head|person)\b")
_SUM = re.compile(r"总(?=产量|产值|投资|收入|面积|人口|资产|销量|里程)")
_BESIDE = re.compile(
    r"近(?:\d{1,2}|[一二两三四五六七八九十几])年|历年|各年|每年|逐年|年度|分别|情况|数据|指标|统计|数字|变化|趋势|走势|对比|比较"
    r"|各(?:[区县市地省]|地区)|how many|how much|(?:number|amount|total) of|figures?|statistics"
)
TAIL = re.compile(
    r"(?:总数量?|总数|总量|总额|数量|数目|数额|[个家户件次人]数|(?<![指参系函基分倍次级代奇偶少多对岁无])[数量额])$"
)
"""What says only that a thing is counted: 项目|数, 投资|额, 就业|人数."""
_ZONE_FIRST = re.compile(
    r"(?<!\S)([\u4e00-\u9fff]{2,4}?)(高新技术产业开发区|经济技术开发区|高新技术开发区|高新区|经开区|自贸区|保税区|新区)"
)
_NO_NAME = re.compile(r"[级类各个全的省市县区]|国家|全国")
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Modes:
    """How words say that a figure is meant: as a share, a change, a target, a sum so far, as new, or by head."""

    share: bool = False
    change: bool = False
    aim: bool = False
    total: bool = False
    new: bool = False
    per: bool = False


@dataclass(frozen=True)
class AskedFigures:
    """What is asked: the terms that a measure is to have, in the order of the words; `bare` are the words left of all.

    `is_name` says that the only term is the whole name of a measure (GDP): any word before it makes it another.
    `heads` are the terms of which one names the thing itself (项目 in 引进项目). `where` are the places named and
    `years` the first and the last time, ISO, None where none is; `kind` is what the words name (money, share),
    `counted` whether they say that things are counted (项目数).
    """

    language: Language
    bare: str
    terms: tuple[Term, ...]
    heads: frozenset[str]
    modes: Modes
    where: tuple[Place, ...] = ()
    periods: tuple[str, str] | None = None
    kind: Asked = "text"
    tail: str = ""
    is_name: bool = False

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Tokens of which a measure that is meant has one; of a longer name (社会消费品|零售|总额) its words."""
        found = [
            (term, token)
            for term in self.terms
            for token, weight in term.alternatives
            if weight >= _LOOKED_FOR and len(token) >= min(_SHORTEST, len(term.text))
        ]
        long = [token for term, token in found if term.text != token or len(token) > _LONGEST_WORD]
        return frozenset({token for _, token in found}.union(*map(_ends, long)))


_LOOKED_FOR = 0.5
_LONGEST_WORD = 4
"""Characters of a word that the index has as one token; a longer name it has by its words."""


def _ends(name: str) -> set[str]:
    """The last and the longest word of a name."""
    cut = [word for word, _, _ in split_words(name) if len(word) >= _SHORTEST]
    return {cut[-1], max(cut, key=len)} if len(cut) > 1 else set()


def read_asked(words: str, lexicon: Lexicon | None = None) -> AskedFigures:
    """Take the words apart; `lexicon` turns English ones into Chinese."""
    language = language_of_words(words)
    text = without_politeness(words, language == "en")
    periods = _periods(text, lexicon)
    return _english(text, periods, lexicon) if language == "en" else _chinese(text, periods)


def language_of_words(words: str) -> Language:
    """As of a question; GDP alone is as good in a Chinese one."""
    folded = fold(words)
    for start, end, _ in synonyms_in(folded):
        folded = folded[:start] + " " * (end - start) + folded[end:]
    return language_of(words) if re.search(r"[a-z]", folded) else "zh"


def taken_out(words: str) -> tuple[str, Modes]:
    """Folded words of a measure without those that say how it is meant, and these; blanks keep the others apart."""
    said: dict[str, bool] = {}
    per = _PER.search(words) is not None
    words = _SUM.sub("", words)
    for name, pattern in (("share", _SHARE), ("change", _CHANGE), ("aim", _AIM), ("total", _TOTAL), ("new", _NEW)):
        without = pattern.sub(" ", words)
        # 占比 alone, and 增长 alone, is all that is measured.
        said[name] = without != words
        words = without if without.strip(" 的") else words
    words = _PER.sub("", words)
    return words, Modes(said["share"], said["change"], said["aim"], said["total"], said["new"], per)


def _chinese(text: str, periods: tuple[str, str] | None) -> AskedFigures:
    folded = fold(text)
    where = [place for place in places_in(folded) if place.core]
    zone = _ZONE_FIRST.search(folded)
    if not where and zone is not None and not _NO_NAME.search(zone[1]):
        where = [place_named(zone.group())]
    for name in sorted({place.name for place in where}, key=len, reverse=True):
        folded = folded.replace(name, " ")
    for date in reversed([item for item in find_quantities(folded) if item.kind == "date"]):
        folded = f"{folded[: date.start]} {folded[date.end :]}"
    folded = re.sub(r"(?<!\d)(?:19|20)\d\d(?!\d)", " ", folded)
    counts = ASKING.search(folded) is not None and kind_of_noun(ASKING.sub("", folded)) == "text"
    folded = _BESIDE.sub(" ", ASKING.sub(" ", folded)).strip(" ?？。,，、的是有了")
    kind = kind_of_noun(folded)
    bare, modes = taken_out(folded)
    bare = bare.strip(" 的")
    tail = tail_of(bare)
    terms = _in_order(bare, [_with_bare(term) for term in chinese_terms(bare)])
    found = tuple(term for term in terms if len(term.text) >= _SHORTEST and not TAIL.fullmatch(term.text)) or terms
    if not modes.per and _is_always_by_head(bare):
        modes = replace(modes, per=True)
    heads, said = _heads(found), tuple(_with_others(term) for term in found)
    kind = "quantity" if counts else kind
    return AskedFigures("zh", bare, said, heads, modes, tuple(where), periods, kind, tail, _is_name(said))


def _with_others(term: Term) -> Term:
    """A term with the other words that measures are said with in its place: 招引 for 引进."""
    found = dict(term.alternatives)
    own = {word for word, weight in term.alternatives if weight >= _SAME}
    for row in read_synonyms("measure_words.txt"):
        if own & {*row.words} or term.text in row.english:
            found = {**dict.fromkeys((*row.words, *row.wider), _OTHER), **found}
    return Term(term.text, tuple(sorted(found.items(), key=lambda item: -item[1])), term.kind)


def _is_always_by_head(bare: str) -> bool:
    """Whether a measure is one by head only: 可支配收入; not 地区生产总值, which is something without it too."""
    named = {word for row in read_synonyms() for word in row.words}
    return f"人均{bare}" in named and bare not in named


def _is_name(terms: tuple[Term, ...]) -> bool:
    """Whether all that is asked is a measure that has a name of its own: GDP, 固定资产投资."""
    if len(terms) != 1:
        return False
    said = terms[0].text
    return any(said in row.words or said in row.english for row in read_synonyms())


def tail_of(words: str) -> str:
    """What words for a count end with: "数" of 项目数, "额" of 投资总额; "" for others."""
    match = TAIL.search(words)
    if match is None or match.start() < _SHORTEST:
        return ""
    return "额" if "额" in match.group() else "数" if "数" in match.group() else "量"


def _with_bare(term: Term) -> Term:
    """A term with its word without what says only that it is counted: 投资额 may be 投资."""
    short = TAIL.sub("", term.text)
    if short == term.text or all(word != short for word, _ in term.alternatives):
        return term
    others = tuple(item for item in term.alternatives if item[0] not in (term.text, short))
    return Term(term.text, ((term.text, 1.0), (short, _SAME), *others), term.kind)


_SAME = 0.95
_OTHER = 0.9


def _in_order(text: str, terms: list[Term]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: text.find(term.text)))


def _heads(terms: tuple[Term, ...]) -> frozenset[str]:
    """The last of Chinese terms; where that is a verb (项目|引进) the last noun too."""
    if not terms:
        return frozenset()
    heads = {terms[-1].text}
    if is_verb(terms[-1].text):
        heads.update([term.text for term in terms if not is_verb(term.text)][-1:])
    return frozenset(heads)


def is_verb(word: str) -> bool:
    """Whether a word says what is done (引进), not what is measured (收入)."""
    tags = tagged(word)
    return len(tags) == 1 and tags[0][1] == "v" and kind_of_noun(word) == "text"


def _english(text: str, periods: tuple[str, str] | None, lexicon: Lexicon | None) -> AskedFigures:
    where = parse_question(text, lexicon).wanted.where
    folded = fold(text)
    kind: Asked = "share" if _SHARE.search(folded) else "text"
    bare = " ".join(_BESIDE.sub(" ", folded).split())
    bare, modes = taken_out(bare)
    bare = re.sub(r"^\W*(?:(?:of|in|the)\b\W*)*", "", bare).strip()
    named = {fold(place.name) for place in where} | {place.core.lower() for place in where}
    short, rest = _short_names(text)
    # Names keep their capitals until the lexicon has seen them.
    kept = [*short, *(term for term in english_terms(rest, lexicon) if term.kind != "number")]
    kept = [term for term in kept if not (term.kind == "name" and {token for token, _ in term.alternatives} & named)]
    ordered = _in_order(bare, [term for term in kept if re.search(rf"\b{re.escape(term.text)}", bare)])
    said = [term for term in ordered if not where or tuple(term.text.split()) not in english_place_kinds()]
    before = re.split(r"\b(?:of|in|for|by|from|at|per)\b", bare)[0]
    phrase = [term for term in said if re.search(rf"\b{re.escape(term.text)}", before)] or said
    heads = {phrase[-1].text} if phrase else set()
    if len(phrase) > 1 and re.search(r"(?:ed|ing)$", phrase[-1].text):
        heads.add(phrase[-2].text)  # projects attracted
    terms = tuple(_with_others(term) for term in said)
    return AskedFigures("en", bare, terms, frozenset(heads), modes, where, periods, kind, "", _is_name(terms))


def _short_names(text: str) -> tuple[list[Term], str]:
    """The names that stand in Chinese texts too (R&D, GDP) as terms, and the text without them."""
    found, folded = [], fold(text)
    for start, end, row in synonyms_in(folded):
        word = folded[start:end]
        found.append(Term(word, ((word, 1.0), *((other, _OTHER) for other in row.words if other != word)), "name"))
        text = text[:start] + " " * (end - start) + text[end:]
    return found, text


def _periods(text: str, lexicon: Lexicon | None) -> tuple[str, str] | None:
    """The first and the last time that words name: 2020年至2023年, 2023年上半年."""
    question = parse_question(text, lexicon)
    years = list(question.years) or re.findall(r"(?<![\d.])(?:19|20)\d\d(?![\d.])", fold(text))
    if not years:
        return None
    first, last = min(years), max(years)
    months = question.wanted.months
    if len(set(years)) == 1 and months:
        return f"{first}-{months[0][0]:02d}", f"{last}-{months[-1][1]:02d}"
    return first, last
