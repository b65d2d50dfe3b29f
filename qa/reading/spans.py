"""Where an answer of each kind may stand in a text: figures, dates, names, organisations, quotations, lists.

Each finder yields candidate ranges; which of them answers the question is the reader's to say.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.quantities import Kind, Quantity, quantities_in
from chinese.roles import ANY_ROLE
from chinese.surnames import SURNAMES
from chinese.text import Range, Text
from chinese.tokens import frequency, words
from chinese.units import UNITS
from qa.question import forms
from qa.reading.days import dates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.question.kinds import Asked

_ANY_AMOUNT: frozenset[Kind] = frozenset(("count", "money", "share", "duration", "length", "area", "measure"))
_KINDS: dict[Asked, frozenset[Kind]] = {
    "quantity": _ANY_AMOUNT,
    "money": frozenset(("money",)),
    "share": frozenset(("share",)),
    "date": frozenset(("date",)),
    "duration": frozenset(("duration",)),
    "length": frozenset(("length",)),
    "area": frozenset(("area",)),
    "ordinal": frozenset(("ordinal",)),
}
_SAME_UNITS = (
    frozenset(("人", "名", "位", "人次")),
    frozenset(("家", "户")),
    frozenset(("个", "项")),
    frozenset(("天", "日")),
    frozenset(("栋", "座", "幢")),
    frozenset(("次", "场", "人次", "户次")),
    frozenset(("月", "个月")),
    frozenset(("岁", "周岁")),
    frozenset(("小时", "个小时")),
    frozenset(("周", "星期", "个星期")),
    frozenset(("万元", "亿元", "元", "人民币", "块钱")),
)
_ORGANISATION_END = (
    "股份有限公司|有限责任公司|有限公司|分公司|公司|集团|大学|学院|研究院|研究所|研究中心|医院|银行|支行|分行|协会|学会|商会|委员会|管委会|管委"
    "|局|厅|办公室|指挥部|事务所|合作社|基金会|法院|检察院|小学|中学|学校|幼儿园|志愿服务队|工作室|实验室|联盟|报社|日报|电视台"
)
_ORGANISATION = re.compile(rf"[\u4e00-\u9fffa-z0-9()（）·&-]{{2,36}}?(?:{_ORGANISATION_END})(?!{_ORGANISATION_END})")
# What comes before a name and is not part of it.
_BEFORE_NAME = re.compile(
    r"^.*(?:位于[^的]{1,16}的|[,，、;；。:：“”「」]|其中|包括|以及|引进了?|入驻[^的]{0,12}的|提到的|邀请|联合|通过|记者从|由|与|和|及|对|向|被|将|把"
    r"|[在是为给让使从](?=[\u4e00-\u9fff]{4})|(?<=[\u4e00-\u9fff])的(?=[\u4e00-\u9fff]{3}))"
)
_TITLE_BEFORE = re.compile(rf"(?:{ANY_ROLE}|[\u4e00-\u9fff](?:师|员|长|者|家|手))(?:是|为|由)?[：:“\s]*$")
_SPEECH_AFTER = re.compile(
    r"^(?:说|表示|介绍|告诉|指出|认为|强调|透露|称|坦言|解释|提到|回忆|带领|担任|出任|当选|任|先生|女士|教授|院士|博士|主持|出席|率队|摄)"
)
_LATIN_NAME = re.compile(r"(?:(?:Dr|Mr|Ms|Mrs|Prof)\.? )?[A-Z][a-z]+(?: [A-Z]\.)?(?: [A-Z][a-z]+)+")
_NOT_IN_NAME = re.compile(
    r"一[个名位家次些种直般样起定共切旦同批]|[二三四五六七八九十百千个名位家的了是在有次将与和及等为被把对说称]"
)
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]+")
_JOINING = "和与及为在"
"""What joins words to others: with none behind it, it is the end of a name."""
_FULL_NAME = 3
_COMMON_WORD = 50
_ENUMERATION = re.compile(r"[^,，。;；:：、\s]{1,40}(?:、[^,，。;；:：、]{1,40})+")
_QUOTATION = re.compile(r"[“「『《‘]([^”」』》’]{1,60})[”」』》’]")
_DIGITS = re.compile(
    r"(?<![\d.*])(?:\+?\d{2,3}[- ])?(?:\d{3,4}-\d{3,4}-\d{3,4}|\(?0\d{2,3}\)?[- ]?\d{7,8}(?:-\d{1,5})?"
    r"|\d{2,7}(?:[*x]{2,12}|[*x]{2,12}\d{1,4})|1\d{2} \d{4} \d{4}|\d{17}x"
    r"|9\d{7}[0-9a-z]{10}|\d{3,19})"
    r"(?![\d.%*万亿余多几家个元户人名项件吨米年月日])"
)
"""Numbers that name: 0539-8672301, 400-123-4567, 688123, 138****5678."""
_FREE = re.compile(r"免费|免收(?:费用)?|不收(?:取)?(?:任何)?费用?|不收钱|无偿|免票")
_CHANGED = re.compile(
    r"(?:[增下]长|增加|增多|上升|上涨|上浮|提高|提升|回升|扩大|下降|下跌|下浮|下滑|降低|减少|回落|收窄|缩小|缩短|压减|缩减|负增长"
    r"|净增|[增降涨跌升减])(?:了|约|近|超过?|逾|达到?|幅度?为?)*$"
)
_CELL = re.compile(r"(?:[：:]|\| ?)([-−]?\d[\d,.]*\d|[-−]?\d)(?= ?(?:[；;。|]|$))", re.MULTILINE)
_ENGLISH_FIGURE = re.compile(
    r"(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?(?: (?:thousand|million|billion|trillion))?)"
    r"(?:(?P<money> (?:yuan|rmb|dollars|us dollars|euros?|patacas))|(?P<share>%| per ?cent))?(?![\w]|[.,]\d)"
)
# Verbs that take a list as their object, and so are no part of its first entry.
_BEFORE_LIST = re.compile(
    r"(?:构建|打造|建设|实施|推进|提出|形成|涵盖|包括|包含|围绕|聚焦|完善|建立|开展|引进|设立|制定|发布|出台|成立|获评|入选|坚持|分为|分别是|分别为|如|为|是)"
    r"[成了为出着]?"
)
# 北区四大片区同步开工: what follows the last entry.
_AFTER_LIST = re.compile(r"(.{2,16}?)(?:等|[两二三四五六七八九十]+(?:大|个|家|项|类|种|方面))")
_SHORTEST_ITEM = 4
_BEFORE_PHRASE = frozenset("是 为 和 与 及 在 将 被 对 了 获 获评 成为 打造 建设 推进 发展".split())
_LEADING = re.compile(
    r"^(?:的|其中|目前|同时|此外|另外|而|并|且|也|还|已|将|又|如|为|在|近日|日前|近年来|如今|今年|去年|今后|全年|当前|据了解|随后|最终|此次|本次|以及|和|与|及|等|[,，、\s])+"
)


def figures(text: str, asked: Asked, unit: str) -> Iterator[tuple[Quantity, bool]]:
    """Quantities of a folded text of the kind asked for, each with whether its unit is the one asked for.

    A figure alone in a table's cell (2023年：619) has its unit in the column's name and counts as any kind. `unit` may
    be one of the words of `forms`, for figures that have no unit.
    """
    if unit == forms.DOCUMENT:
        yield from ((_named(text, *span), True) for span in forms.document_numbers(text))
        return
    if asked != "date":
        for cell in _CELL.finditer(text):
            if _may_be(asked, _COLUMN_UNIT.search(text, max(0, cell.start() - _LONGEST_UNIT), cell.start())):
                yield _named(text, *cell.span(1)), True
    if unit == forms.CODE:
        for match in _DIGITS.finditer(text):
            yield _named(text, *match.span()), True
        return
    yield from _written_in_english(text, asked)
    found = quantities_in(Text(text, text))
    if asked == "date":
        yield from dates(text, [quantity for quantity in found if quantity.kind == "date"], unit)
    elif unit == forms.CHANGE:
        yield from _changes(text, found)
    elif len(unit) == 1 and unit not in UNITS and (counted := _counted_by(text, unit)):
        yield from ((_named(text, *span), True) for span in counted)
    else:
        if unit == forms.FEE:
            for free in _FREE.finditer(text):
                yield replace(_named(text, *free.span()), kind="money"), True
        yield from _in_unit(found, asked, unit)


_COLUMN_UNIT = re.compile(r"[(（](?P<unit>[^()（）\d]{1,6})[)）]$")
_LONGEST_UNIT = 8
"""Characters of a unit with its brackets."""


def _may_be(asked: Asked, column: re.Match[str] | None) -> bool:
    """Whether a figure may be of the kind asked for by the unit in its column's name: no money under 产量（吨）."""
    unit = UNITS.get(column["unit"]) if column is not None else None
    return unit is None or unit.kind in ("count", *_KINDS[asked])


def _counted_by(text: str, unit: str) -> list[Range]:
    """Figures with a unit that no table has: 石碑27通, 十九通."""
    number = r"(?:\d[\d,]*(?:\.\d+)?[万亿]?|[一二两三四五六七八九十百千]{1,7})"
    return [match.span() for match in re.finditer(rf"(?<![\d.第]){number}余?{re.escape(unit)}", text)]


def _named(text: str, start: int, end: int) -> Quantity:
    """A figure of which nothing says what it counts."""
    return Quantity(start, end, text[start:end], "count", text[start:end], "")


def _in_unit(found: Sequence[Quantity], asked: Asked, unit: str) -> Iterator[tuple[Quantity, bool]]:
    # Beside 2.1亿元 the 3000万美元 that are asked for.
    only = unit not in ("", "元", forms.FEE) and any(
        quantity.kind == "money" and _currency(unit, quantity) for quantity in found
    )
    for quantity in found:
        if quantity.kind not in _KINDS[asked] or (only and not _currency(unit, quantity)):
            continue
        if not unit or unit == forms.FEE:
            yield quantity, unit == forms.FEE
        elif quantity.kind == "share":
            yield quantity, ("百分点" in unit) == ("百分点" in quantity.text)
        elif same_unit(unit, quantity.unit):
            yield quantity, True
        elif quantity.kind == "money" and asked == "money":
            yield quantity, _currency(unit, quantity)
        elif quantity.kind == "count" and unit == "个":
            yield quantity, False


def _currency(unit: str, quantity: Quantity) -> bool:
    """Whether an amount is in the currency asked for: 多少美元."""
    wanted = UNITS.get(unit.lstrip("万亿"))
    if wanted is None or wanted.kind != "money" or quantity.kind != "money":
        return False
    return wanted.base == (quantity.amount.unit if quantity.amount is not None else UNITS[quantity.unit].base)


def _changes(text: str, found: Sequence[Quantity]) -> Iterator[tuple[Quantity, bool]]:
    """Differences with the verb that says which way: 增长|2.8%; a share without one may be one as well."""
    for quantity in found:
        if quantity.kind in ("date", "ordinal"):
            continue
        verb = _CHANGED.search(text, max(0, quantity.start - _LONGEST_VERB), quantity.start)
        if verb is not None:
            yield replace(quantity, start=verb.start(), text=text[verb.start() : quantity.end]), True
        elif quantity.kind == "share":
            yield quantity, False


_LONGEST_VERB = 8


def _written_in_english(text: str, asked: Asked) -> Iterator[tuple[Quantity, bool]]:
    """Figures of an English text: 6 billion yuan, 4,000, 12.5 per cent."""
    if len(_HAN_NAME.findall(text)) * 4 > len(text.split()):
        return
    for match in _ENGLISH_FIGURE.finditer(text.lower()):
        kind: Kind = "money" if match["money"] else "share" if match["share"] else "count"
        if kind in _KINDS[asked] and not re.fullmatch(r"(?:19|20)\d\d", match.group()):
            yield Quantity(*match.span(), text[match.start() : match.end()], kind, match["number"], ""), True


def same_unit(first: str, second: str) -> bool:
    """Whether two classifiers count the same sort of thing (人 and 名)."""
    return first == second or any(first in units and second in units for units in _SAME_UNITS)


def persons(folded: str, deeds: frozenset[int] = frozenset()) -> Iterator[tuple[Range, bool]]:
    """Chinese personal names, each with whether a title, a verb of saying or a deed asked about stands beside it.

    `deeds` are the places where the question's own words start.
    """
    # A name starts where a word does: 设计师|林青, not 设计|师林青.
    for _, start, _ in words(folded):
        joins = folded[start] in _JOINING and _HAN_NAME.match(folded[start - 1 : start])
        if folded[start] in SURNAMES and not joins:
            found = _person_at(folded, start, deeds)
            if found is not None:
                yield found


_OCCUPIED = re.compile(
    r"[\u4e00-\u9fff]{1,8}[人民师员生手家医兵匠者](?P<name>[\u4e00-\u9fff]{2,3})(?<![局厅委部院所站校队])"
)


_TITLE_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:院士|教授|先生|女士|同志|博士|老师|医生)$")


def name_alone(text: str, start: int, end: int) -> Range:
    """A person's name without the occupation before it or the title behind it: 何清 of 乡村医生何清 and 何清教授."""
    titled = _TITLE_BEHIND.search(text[start:end])
    if titled is not None:
        end = start + titled.start()
    part = text[start:end]
    if re.search(r"[、,，和与及“”]", part):
        return start, end
    first = next((name[0] for name, _ in persons(part) if name[1] == len(part)), 0)
    named = _OCCUPIED.fullmatch(part) if not first else None
    if named is not None and named["name"][0] in SURNAMES and not frequency(named["name"]):
        first = named.start("name")
    return start + first, end


def latin_persons(text: str) -> Iterator[Range]:
    """Names of people in an English text: two or more capitalised words, with Dr. or Professor before them."""
    for match in _LATIN_NAME.finditer(text):
        yield match.span()


def _person_at(folded: str, start: int, deeds: frozenset[int]) -> tuple[Range, bool] | None:
    """The name that starts here: three characters before two, unless the third begins what follows."""
    titled = bool(_TITLE_BEFORE.search(folded[:start]))
    apart = start == 0 or not folded[start - 1].isalnum()
    for size in (3, 2):
        name, after = folded[start : start + size], folded[start + size :]
        if len(name) < size or not _HAN_NAME.fullmatch(name) or frequency(name) > _COMMON_WORD:
            continue
        given = name[1:-1] if name[-1] in _JOINING and not _HAN_NAME.match(after) else name[1:]
        if _NOT_IN_NAME.search(given + after[:1] if given[-1:] == "一" else given) or (
            size == _FULL_NAME and name[-1] in "省市区县镇乡局厅"
        ):
            continue
        speaks = _SPEECH_AFTER.match(folded[start + 2 :])
        if size == _FULL_NAME and speaks and (len(speaks.group()) > 1 or not _SPEECH_AFTER.match(after)):
            continue  # 窦宁|担任, not 窦宁担|任
        acts = bool(_SPEECH_AFTER.match(after)) or start + size in deeds
        ends = acts or not after or not after[0].isalnum() or after[0] in _JOINING
        if (titled and (ends or size == _FULL_NAME)) or (acts and (apart or size == _FULL_NAME)) or (apart and ends):
            return (start, start + size), titled or acts
    return None


def organisations(folded: str) -> Iterator[Range]:
    """Names that end as organisations do (公司, 大学, 局 ...), cut free of what stands before them."""
    for match in _ORGANISATION.finditer(folded):
        name = match.group()
        before = _BEFORE_NAME.match(name[:-2])
        start = match.start() + (before.end() if before else 0)
        while folded[start] in "的等和与及":
            start += 1
        if match.end() - start >= 3:
            yield start, match.end()


def subject(folded: str, start: int, predicate: int) -> Range | None:
    """The words of a clause from `start` up to its predicate, without what only leads in."""
    lead = _LEADING.match(folded[start:predicate])
    first = start + (lead.end() if lead else 0)
    part = folded[first:predicate]
    before = _BEFORE_NAME.match(part[:-1]) if len(part) > 12 else None
    first += before.end() if before else 0
    last = predicate
    while last > first and folded[last - 1] in " 已将也还曾就都又成正被获了的":
        last -= 1
    return (first, last) if 2 <= last - first <= 30 else None


def quotations(folded: str) -> Iterator[Range]:
    """What stands in quotation marks, without the marks."""
    for match in _QUOTATION.finditer(folded):
        yield match.span(1)


def enumerations(folded: str) -> Iterator[Range]:
    """Rows of parts joined by 、."""
    for match in _ENUMERATION.finditer(folded):
        yield match.span()


def items(folded: str, span: Range, expected: int, known: Sequence[str]) -> Range:
    """An enumeration cut down to its entries: the last `expected`, the first without verb or names already known.

    建设成森林城市样板区、生态农业先行区 -> 森林城市样板区、生态农业先行区.
    """
    start, end = span
    parts = re.split(r"[、,，]", folded[start:end])
    if 1 < expected < len(parts):
        dropped = sum(len(part) + 1 for part in parts[: len(parts) - expected])
        start += dropped
        parts = parts[-expected:]
    last = _AFTER_LIST.match(parts[-1])
    if last is not None:
        end -= len(parts[-1]) - last.end(1)
    cut = max((match.end() for match in _BEFORE_LIST.finditer(parts[0]) if match.end() <= len(parts[0]) - 2), default=0)
    for name in known:
        place = parts[0].find(name)
        if place >= 0 and cut < place + len(name) <= len(parts[0]) - _SHORTEST_ITEM:
            cut = max(cut, place + len(name))
    return start + cut, end


def phrase_ending(folded: str, noun: str) -> Iterator[Range]:
    """Noun phrases that end in `noun`: 大数据服务基地 for 基地."""
    for match in re.finditer(re.escape(noun), folded):
        clause = (
            max((folded.rfind(mark, 0, match.start()) for mark in ",，、。;；:：“”「」()（） 的\n"), default=-1) + 1
        )
        first = clause
        for word, _, end in words(folded[clause : match.start()]):
            if word in _BEFORE_PHRASE:
                first = clause + end
        if match.start() - first >= 2:
            yield first, match.end()


def object_after(folded: str, verb_end: int) -> Range | None:
    """What follows a verb up to the next mark: 主要培育|抗旱水稻品种."""
    match = re.match(r"(?:了|的是|着|出)?([^,，。;；:：!！?？、“”\n]{2,40})", folded[verb_end:])
    return (verb_end + match.start(1), verb_end + match.end(1)) if match else None
