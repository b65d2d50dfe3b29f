"""Under which conditions a question asks: where, when, which of a row, planned or done, in all or new, above what.

The same facts are read from a sentence, so that the two can be held against each other (see support.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chinese.classes import Classes, classes_of
from chinese.periods import Months, months_of, relative_years
from chinese.places import Place, places_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa.question.kinds import Asked, Language
    from qa.question.terms import Term

Aim = Literal["target", "result", ""]
Sum = Literal["total", "new", ""]


@dataclass(frozen=True, slots=True)
class Constraints:
    """What an answer must be about; each empty where the question does not say.

    `places` in order, each the narrowest of its row; `organisations` full names; `relative` are years without a figure
    (今年, 去年); `months` the part of the year, (1, 6) for 上半年; `ordinals` in one form (第三批 for 第3批);
    `limits` what a part is cut off by (5亿元以上); `classes` which what is counted belongs to (规上企业); `aim`
    whether what is planned or what came about is asked for; `total` whether a sum so far or what was added; `change`
    whether a difference rather than a level; `before` whether what it was before it changed (原来).
    """

    places: tuple[Place, ...] = ()
    organisations: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    months: tuple[Months, ...] = ()
    ordinals: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    classes: Classes = frozenset()
    aim: Aim = ""
    total: Sum = ""
    change: bool = False
    before: bool = False


NO_CONSTRAINTS = Constraints()
TARGET = re.compile(
    r"力争|争取|目标(?![客市群管])|确保|计划(?!生育|经济|单列)|预计|预期|有望|规划(?!局|馆|师|院|设计)"
    r"|拟(?=[投建引新增达]|于|在|招|用|定)|打算|将(?![军来领士近要]"
    r"|于\d{4}年(?!底))(?=[会达在有建于实新引突超到投完成增])|要(?=达到|实现|突破|完成)"
    r"|\b(?:target|aim|goal|plan(?:s|ned|ning)?|expect(?:s|ed)?|will|would|forecast|projected|intend(?:s|ed)?|scheduled"
    r"|due)\b"
)
"""Words after which a figure is what somebody wants or expects, not what is."""
RESULT = re.compile(
    r"已(?!婚|故|知)|完成(?!后|前|时限)|实现了|达到了|累计|目前|截至|现有|现已|共有"
    r"|[引建新投签增落开获招成][进成增产约加工得聘立]了|[^为]了(?!解|望|如)"
    r"|\b(?:did|has|have|had|was|were|so far|already|actually|actual)\b|实际|完成情况|结果"
)
_TOTAL = re.compile(
    r"累计|总共|一共|共有|现有|总数|总量|截至|合计|存量|保有|目前(?:已)?有|\b(?:in total|so far|altogether"
    r"|cumulative(?:ly)?|total number)\b"
)
_NEW = re.compile(
    r"新增|新引进|新签约?|新开工|新注册|新建(?!区)|新设立?|新认定|净增|新培育|新入[选驻]|当年|全年|年内|\b(?:new|newly"
    r"|added|additional)\b"
)
_CHANGE = re.compile(
    r"增长(?!率?最)|增加|增多|减少|下降|提高|提升|上升|下跌|上涨|增幅|降幅|同比|环比|多了|少了|涨了|缩短|压缩|压减"
    r"|\b(?:increas|grow|grew|rise|rose|fall|fell|drop|decreas|reduc|shorten|chang)\w*"
)
_TO = re.compile(r"(?:到|至|为|成)(?:了)?(?:多少|几|什么)|\b(?:to|reach) (?:what|how)")
_DIGIT = "零一二三四五六七八九"
_ORDINAL_UNITS = "批期届次轮号章版代任家个名位座条项季部集卷组级等档类回场"
_ORDINAL = re.compile(
    rf"第 ?(?P<number>\d{{1,4}}|[{_DIGIT}十百]{{1,6}}) ?(?P<unit>[{_ORDINAL_UNITS}])(?!度)"
    rf"|首(?P<first>[批期届次轮个家座条任部])"
    rf"|(?<![第十\d{_DIGIT}])(?P<phase>[{_DIGIT[1:]}十])期(?![间待刊货权望])"
)
_ENGLISH_ORDINAL = re.compile(
    r"\b(?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,3}(?:st|nd|rd"
    r"|th)) (?P<noun>batch|phase|session|edition|round)\b"
    r"|\bphase (?P<phase>one|two|three|four|five|i{1,3}|iv|v|[1-9])\b"
)
_ENGLISH_NUMBERS = {
    word: place
    for words in (
        "first second third fourth fifth sixth seventh eighth ninth tenth",
        "one two three four five",
        "i ii iii iv v",
    )
    for place, word in enumerate(words.split(), 1)
}
_ENGLISH_ROWS = {"batch": "批", "phase": "期", "session": "届", "edition": "届", "round": "轮"}
_LIMIT = re.compile(
    r"(?P<figure>\d[\d,.]{0,12}\s?[万亿千百]{0,2}|[一二两三四五六七八九十百千万亿]{1,5})(?P<unit>美元|平方米|元|人|吨"
    r"|岁|亩|家|层|米|公里|年|级|学历)?(?:及|\(含\)|含)?(?P<side>以上|以下|以内)"
    r"|(?P<degree>本科|硕士|博士|大专|专科|高级职称|国家级|省级|市级)(?:学历|研究生)?(?:及)?以上"
)
_ORGANISATION = re.compile(
    r"(?P<core>[\u4e00-\u9fffa-z0-9()·&-]{2,20}?)(?P<end>股份有限公司|有限责任公司|有限公司|分公司|公司|集团|研究院"
    r"|研究所|研究中心|医院|银行|支行|协会|学会|商会|大学|学院|事务所|合作社|基金会|小学|中学|幼儿园|出版社|电视台)"
)
_NO_NAME = re.compile(
    r"[的了在是有为被与和及对向由把将从哪几多少什么谁这那该本各家些个所名等全年月日间座一两二三四五六七八九十以称叫使给让到于因时候]|企业|上市|工业|规上|一流|高校|民营|国有"
    r"|外资|重点|龙头|科技型|中小|注册|引进|成立"
)


def read_constraints(folded: str, language: Language, asked: Asked, terms: Sequence[Term] = ()) -> Constraints:
    """The conditions of a folded question. `terms` give the Chinese names of an English one."""
    return Constraints(
        places=_places_asked(folded) if language == "zh" else _english_places(folded, terms),
        organisations=tuple(organisations_named(folded)) if language == "zh" else (),
        relative=relative_years(folded),
        months=months_of(folded),
        ordinals=ordinals_of(folded),
        limits=limits_of(folded),
        classes=classes_of(folded),
        aim=_aim_asked(folded),
        total="total" if _TOTAL.search(folded) else "new" if _NEW.search(folded) else "",
        change=asked == "share" or bool(_CHANGE.search(folded) and not _TO.search(folded)),
        before=bool(re.search(r"原来|此前|之前|原先|最初|originally|before", folded)),
    )


def _aim_asked(folded: str) -> Aim:
    """Whether a question asks for what is planned (目标, 计划) or for what came about (引进了, 已)."""
    target, result = TARGET.search(folded), RESULT.search(folded)
    if target is not None and not (result is not None and re.search(r"实际|完成情况|actual", folded)):
        return "target"
    return "result" if result is not None else ""


def _places_asked(folded: str) -> tuple[Place, ...]:
    """The places asked about: those that a question is about come before those that it only mentions (来自深圳的)."""
    found = places_of(folded)
    return tuple(dict.fromkeys(sorted(found, key=lambda place: (not place.own, place.start))))


_ENGLISH_KINDS = {
    "district": "区", "city": "市", "county": "县", "province": "省", "town": "镇", "high-tech": "高新区",
    "hi-tech": "高新区",
}  # fmt: skip


def _english_places(folded: str, terms: Sequence[Term]) -> tuple[Place, ...]:
    """The places of an English question: names with the Chinese word for them, and the kind that follows (District)."""
    found: list[Place] = []
    for term in terms:
        if term.kind != "name":
            continue
        chinese = next(
            (place for token, share in term.alternatives if share >= 0.9 for place in places_of(token)), None
        )
        if chinese is None and len(term.alternatives) > 1:
            continue
        kind = re.search(
            rf"\b{re.escape(term.text)}(?: [\w-]+)? (district|city|county|province|town|high-tech|hi-tech)\b", folded
        )
        core = chinese.core if chinese is not None else term.text.capitalize()
        sort = _ENGLISH_KINDS[kind[1]] if kind is not None else chinese.kind if chinese is not None else "市"
        name = f"{core}{sort}" if kind is not None and chinese is not None else core
        level = 3 if sort in ("区", "县", "高新区") else 1 if sort == "省" else 4 if sort == "镇" else 2
        found.append(Place(name, core, sort, level, folded.find(term.text), own=True))
    return tuple(found)


def ordinals_of(folded: str) -> tuple[str, ...]:
    """Places in a row, in one form: 第3批 -> 第三批, 首批 -> 第一批, 二期 and second phase -> 第二期."""
    found = []
    for match in _ORDINAL.finditer(folded):
        number = match["number"] or match["phase"] or "一"
        found.append(
            f"第{_numeral(int(number)) if number.isdigit() else number}{match['unit'] or match['first'] or '期'}"
        )
    for match in _ENGLISH_ORDINAL.finditer(folded):
        word = match["word"] or match["phase"]
        digits = re.match(r"\d+", word)
        number = int(digits.group()) if digits is not None else _ENGLISH_NUMBERS[word]
        found.append(f"第{_numeral(number)}{_ENGLISH_ROWS[match['noun'] or 'phase']}")
    return tuple(dict.fromkeys(found))


def _numeral(number: int) -> str:
    """A number below 100 in Chinese; larger ones stay figures."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGIT[tens] + "十") + (_DIGIT[ones] if ones else "")


def limits_of(folded: str) -> tuple[str, ...]:
    """What parts are cut off by, without blanks: 5亿元以上项目 -> 5亿元以上, 本科及以上 -> 本科以上."""
    return tuple(dict.fromkeys(_limit(match) for match in _LIMIT.finditer(folded)))


def limit_ranges(folded: str) -> Iterable[tuple[int, int, str]]:
    """Where the limits of `limits_of` stand in a text."""
    return ((*match.span(), _limit(match)) for match in _LIMIT.finditer(folded))


def _limit(match: re.Match[str]) -> str:
    if match["degree"]:
        return f"{match['degree']}以上"
    return re.sub(r"[\s,]", "", match["figure"]) + (match["unit"] or "") + match["side"]


def organisations_named(folded: str) -> Iterable[str]:
    """Organisations that a question names in full: 晨光制造有限公司; not 哪家公司, 上市公司."""
    for match in _ORGANISATION.finditer(folded):
        parts = _NO_NAME.split(match["core"])
        # 韩国公司 names none, nor does a remainder of two characters.
        if len(parts[-1]) > 2 and len(core_of_organisation(parts[-1] + match["end"])) > 1:
            yield parts[-1] + match["end"]


def core_of_organisation(name: str) -> str:
    """The part of a name by which an organisation is known: 青岛晨光制造有限公司 -> 晨光制造."""
    match = _ORGANISATION.fullmatch(name)
    core = match["core"] if match is not None else name
    for place in places_of(core):
        if place.start == 0:
            core = core[len(place.name) :]
            break
    return re.sub(r"(?:股份|控股|科技|实业)$", "", core) if len(core) > 4 else core


def said_change(before: str) -> bool:
    """Whether a figure after these words is a difference: 增加|5家, 增长了|12%; not 增加到."""
    return bool(
        re.search(
            r"(?:增加|增长|增多|减少|下降|提高|提升|上升|降低|缩短|压缩|压减|净增|多|少)(?:了|约|近|超过?|逾|达)*$",
            before,
        )
    )


def begins_change(before: str, after: str) -> bool:
    """Whether a figure between these words is what it was before it changed: 由|20天|减少到7天."""
    return bool(_BEGINNING.search(before[-12:])) and bool(_BECAME.match(after[:32]))


_BEGINNING = re.compile(r"(?:由|从|原来|原)(?:的|原来的?|去年的?|上年的?|\d{4}年的?)?$")
# 由3家企业为5个项目提供服务 is no change.
_BECAME = re.compile(
    r"[^,，。;；、\d]{0,8}?(?:(?:[增减降升提缩压扩涨跌变调]|发展|拓展)[^,，。;；、\d]{0,4}?[到至为成]|[到至](?![少多位期今]))了?"
    r"[^,，。;；、\d]{0,4}(?:\d{4}年)?[^,，。;；、\d]{0,4}\d"
)


def said_total(before: str, after: str) -> Sum:
    """Whether a figure between these words of its clause is a sum so far (累计) or what was added (新引进)."""
    words = [(match.start(), "total") for match in _TOTAL.finditer(before)]
    words += [(match.start(), "new") for match in _NEW.finditer(before)]
    if not words:
        return "new" if after.startswith("新") else ""
    return "new" if max(words)[1] == "new" else "total"
