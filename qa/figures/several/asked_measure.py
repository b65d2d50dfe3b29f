"""What a question over several figures measures: its words, in which ways they may be meant, and its unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.english import stem
from chinese.modes import aim_asked
from chinese.places import places_of
from chinese.tokens import words
from chinese.units import UNITS
from qa.figures.several.asking_english import OPTIONAL, words_measured
from qa.figures.several.operations import COMPARING
from qa.figures.several.whose import forms_of, reads_as
from qa.question.naming import NUMBERED
from qa.question.nouns import SHARES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.types import FigureMode
    from qa.figures.several.operations import Several
    from qa.question.question import Question

_SAID = 0.6
"""Weight from which a Chinese word is a translation, not one character out of a gloss."""
_MODE_WORDS = re.compile(
    r"目标|计划|规划|力争|预期|预计|累计|新增|人均|户均|亩均|平均|净增|新(?=引进|签|开工|认定|注册|建|设|培育)"
    r"|增加|增长|减少|下降|相差|相比|比(?!重|例|率)"
)


OCCASION = re.compile(
    r"国庆|中秋|五一|元旦|春节|清明|端午|暑期|寒假|春季|夏季|秋季|冬季|(?<=[\u4e00-\u9fff\d年])[春秋](?=季|$)"
)


def occasions_asked(several: Several) -> tuple[str, ...]:
    """The times of a year that a question names by what happens then, which is said beside a figure: 国庆, 春季."""
    return tuple(dict.fromkeys(OCCASION.findall(several.words)))


def words_asked(question: Question, several: Several, names: Sequence[str], *, joined: bool = True) -> list[list[str]]:
    """The words of what is measured, each with those that may stand for it, without names and the way it is meant.

    Characters that are no words are `joined` to one; they may be of a name that is not known yet.
    """
    if question.language == "en":
        return _english_words(question, names)
    rest = HOLIDAYS.sub(" ", several.words)
    known = {*names, *(place.name for place in places_of(several.words))}
    for form in sorted({form for name in known for form in forms_of(name)}, key=lambda item: (-len(item), item)):
        rest = rest.replace(form, " ")
    rest = _MODE_WORDS.sub(" ", _TIMES.sub("", _SO_MANY_OF_THEM.sub(" ", rest)))
    unit = question.unit or (several.limit.unit if several.limit is not None else "")
    numbered = [match.group() for pattern in (NUMBERED, LATIN) for match in pattern.finditer(rest)]
    rest = LATIN.sub(" ", NUMBERED.sub(" ", rest))
    found = _whole_words(rest) if joined else [word for word, _, _ in words(rest)]
    said = [word for word in found if word not in EMPTY and (len(word) > 1 or word in _SINGLE)]
    telling = [word for word in said if not (word in _COUNTS or counted_in(word) or _SO_MANY.fullmatch(word))]
    said = telling if telling or numbered else said
    # 受理案件多少件: what is counted in 件 need not be called 案件.
    bare = [word for word in said if not (unit and len(word) > len(unit) and word.endswith(unit))]
    return [[name] for name in numbered] + [[word] for word in bare or said]


def _whole_words(text: str) -> list[str]:
    """The words of a text; characters side by side of which none is a word that says something are one: 乡|道."""
    found: list[tuple[str, int]] = []
    for word, start, end in words(text):
        joins = found and found[-1][1] == start and len(word) == 1 and len(found[-1][0]) == 1
        if joins and not {word, found[-1][0]} & (_SINGLE | EMPTY):
            word = found.pop()[0] + word
        found.append((word, end))
    return [word for word, _ in found]


def counted_in(word: str) -> str:
    """The unit that a word counts in: 套 of 套数; "" for any other word, 天数 among them."""
    unit = UNITS.get(word[0]) if len(word) == len("套数") and word.endswith("数") else None
    return word[0] if unit is not None and unit.kind == "count" else ""


_COUNTS = frozenset("数量 总数 数 浓度".split())
"""Words that a measure may leave out: 总磷 is 总磷浓度."""
_SO_MANY_OF_THEM = re.compile(
    r"[两二三四五六七八九十][个家座所条项种类](?:公司|企业|单位|区县|县区|城市|地区|地方|园区|学校|医院|[省市区县镇乡村])?"
)
"""What only counts those that are named: 甲公司、乙公司|两家公司."""
_TIMES = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:台次|人次|车次|架次|册次|艘次|班次|件次)(?=\s|$)")
HOLIDAYS = re.compile(rf"[“\"]?(?:{OCCASION.pattern})[”\"]?(?:假期|假日|长假|小长假|黄金周|期间)*")
_SO_MANY = re.compile(r"[两二三四五六七八九十][个家座所条年]")
EMPTY = frozenset("比 和 与 的 总产 区 县 市 镇 多 少 高 低 总 新 两地 个 家 数 哪个 哪".split())
_SINGLE = frozenset("茶 粮 油 煤 电 水 鱼 猪 牛 羊 棉 糖 盐 米 菜 果".split())


def _english_words(question: Question, names: Sequence[str]) -> list[list[str]]:
    """The Chinese words for those of an English question, without its places and the verbs that a table leaves out."""
    chosen = set(words_measured(question))
    found = [[name] for name in LATIN.findall(question.folded)]
    for term in question.terms:
        if term.text not in chosen or term.kind == "name" or stem(term.text) in OPTIONAL:
            continue
        own = [token for token, share in term.alternatives if share >= _SAID and not token.isascii()]
        is_of_name = any(word in name for name in names for word in own) or reads_as(term.text, names)
        if own and not is_of_name and not all(_MODE_WORDS.fullmatch(word) for word in own):
            found.append(own)
    return found


LATIN = re.compile(r"(?<![a-z\d])(?!q[1-4](?!\d))[a-z]+\d+(?:\.\d+)?(?![a-z\d])")
"""What Chinese texts write in Latin letters too: pm2.5."""
_LEVEL: frozenset[FigureMode] = frozenset(("result", "before"))


def modes_asked(question: Question, several: Several) -> list[frozenset[FigureMode]]:
    """In which ways the figures may be meant, those of one set together: levels, unless the question says otherwise."""
    said = question.folded if question.language == "en" else several.words
    if aim_asked(said) == "target":
        return [frozenset(("target",)), frozenset(("plan",))]
    if several.operation in COMPARING and _GROWN.search(several.words):
        return [frozenset(("change",))]
    if re.search(r"人均|户均|亩均|per (?:capita|head|person)", said):
        return [frozenset(("per head",))]
    if re.search(rf"{SHARES}|\bshare\b|\bproportion\b", said) and several.operation != "rate":
        return [frozenset(("share",)), frozenset(("change",)) if re.search("增速|增长率|增幅", said) else _LEVEL]
    if re.search(r"累计|cumulative", said):
        return [frozenset(("total",))]
    new: frozenset[FigureMode] = frozenset(("new",))
    if re.search(r"新增|新(?!能源|材料|区|城|兴|型|闻|媒)|\bnew(?:ly)?\b", said):
        return [new, _LEVEL]
    # 引进项目 are new ones whether it is said or not; firms (企业) are not those that were added.
    is_done = _DONE.search(said) or any(stem(word) in OPTIONAL for word in re.findall("[a-z]+", said))
    return [_LEVEL, new] if is_done else [_LEVEL]


ADDED = re.compile("新增|净增")
_GROWN = re.compile(r"增长|增速|增幅|涨幅|降幅|跌幅|下降")
"""What asks which changed most: 零售额增长最快的, not where it was most."""
_DONE = re.compile(
    "引进|签约|开工|认定|授权|注册|登记|落户|投产|招收|招募|发放|建成|竣工|完成|新建|改造|培训|培育|受理|审结|吸引|引入"
)


_OF_NO_UNIT = frozenset("个百分点 百分点 变化 千 万 百万 千万 亿 万亿".split())
"""What stands behind 多少 and says no unit: 多少亿."""


def unit_asked(question: Question, several: Several) -> str:
    """The classifier or unit that the figures must have, "" for any."""
    if several.operation in COMPARING and _GROWN.search(several.words):
        return "%"
    if several.operation == "rate":
        return ""
    if "人次" in question.folded and question.unit in ("", *_OF_NO_UNIT):
        return "人次"
    if several.operation == "limit" or question.unit in _OF_NO_UNIT or re.search("[几多]少?个[亿万]", question.folded):
        return ""
    counted = (unit for word, _, _ in words(several.words) if (unit := counted_in(word)))
    return question.unit or next(counted, "")
