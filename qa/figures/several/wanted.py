"""What a question over several figures looks for, and whether the words around a figure say that.

Made of a question and the figures near it by `wanted_of`; `by_words` asks it of each of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.places import places_of
from chinese.tokens import words
from qa.figures.several.around import Around, close, is_about, is_row, is_said_around, is_told, says_some
from qa.figures.several.asked_measure import ADDED, HOLIDAYS, OCCASION, occasions_asked, unit_asked
from qa.figures.several.choosing import article_of, unit_fits
from qa.figures.several.keys import is_of_sort
from qa.figures.several.measured_words import DIMENSIONS
from qa.figures.several.operations import COMPARING, PAIR
from qa.figures.several.things import things_asked
from qa.figures.several.whose import forms_of, is_whole, names_asked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.figures.several.operations import Several
    from qa.question.question import Question
    from qa.types import Figure


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and which of the figures around are that.

    `pieces` are the words of what is measured, `named` the names of the question, `things` those that it compares or
    adds up, none where all of a sort are asked about. `several` is the question as it is meant then.
    """

    question: Question
    several: Several
    pieces: tuple[str, ...]
    named: tuple[str, ...]
    things: tuple[str, ...]

    def fits(self, item: Around) -> bool:
        """Whether the words around a figure have all that are asked for, and the name of whom the question is about."""
        figure, said = item.figure, item.all
        if not figure.text or not unit_fits(unit_asked(self.question, self.several), figure.unit):
            return False
        if not any(HOLIDAYS.search(thing) for thing in self.things) and not all(
            occasion in said for occasion in occasions_asked(self.several)
        ):
            return False
        if _JOINTLY.search(item.own) and not _JOINTLY.search(self.question.folded):
            return False  # 东渠、西渠两地合计|7亿元 is of neither
        if _SHARES.search(self.pieces[-1] if self.pieces else "") and "%" not in figure.unit:
            return False
        if not self._is_in_its_unit(figure):
            return False
        is_added = figure.mode == "new" or re.search("新增|净增", f"{item.group}{item.opening}{item.strong}")
        if ADDED.search(self.several.words) and not is_added:
            return False
        if self.several.across == "periods" and is_row(figure) and self._is_of_another(item.opening.partition(":")[2]):
            return False
        if self.things or self.several.across == "periods":
            about = (name for name in self.named if not any(name in thing or thing in name for thing in self.things))
            if not all(is_about(item, name, wider=bool(self.things)) for name in about):
                return False
        return all(is_said_around(piece, self._carried(item)) for piece in self.pieces) and self._is_measured(item)

    def _is_in_its_unit(self, figure: Figure) -> bool:
        """Whether a figure is in a unit of what is measured: money of taxes, square metres of an area."""
        if not self.pieces or not figure.unit:
            return True
        last = self.pieces[-1]
        dimension = next((word for word in DIMENSIONS if last.endswith(word)), "")
        if dimension:
            return figure.unit in DIMENSIONS[dimension]
        return _MONEY.search(last) is None or _IN_MONEY.search(figure.unit) is not None

    def said_themselves(self, around: Sequence[Around]) -> list[Around]:
        """The figures without those that leave words to their article, where another of it has all of them by it.

        In one that tells of 住宿游客|40万 too, 接待游客|270万 are others.
        """
        told = {
            id(item): all(is_told(piece, self._carried(item).all, item.figure.unit) for piece in self.pieces)
            for item in around
        }
        whole = {(article_of(item.figure), item.figure.unit) for item in around if told[id(item)]}
        return [item for item in around if told[id(item)] or (article_of(item.figure), item.figure.unit) not in whole]

    def _is_of_another(self, row: str) -> bool:
        """Whether the first cell of a row names one who is not asked about: neither all, nor a time, nor a measure."""
        asked = self.question.folded
        if is_whole(row) or _WHEN.match(row) or any(says_some(piece, row) for piece in self.pieces):
            return False
        return not any(form in asked for form in forms_of(row))

    def _carried(self, item: Around) -> Around:
        """A figure that has but a name or a time before it, with what the ones before it in its unit measure."""
        label = next((thing for thing in self.things if thing in item.own), self.label_of(item))
        bare = self._without_words(item.own.replace(label, "")) if label else item.own
        is_bare = (label and len(bare) <= 1) or (item.dropped and _WHEN.match(item.own.strip(",，、 ")) is not None)
        return replace(item, between=f"{item.between} {item.dropped} {item.first}") if is_bare else item

    def _is_measured(self, item: Around) -> bool:
        """Whether what stands right before a figure says all that is asked for, or nothing of another thing."""
        if self.lacking(item) == 0:
            return True
        label = self.label_of(item) if self.several.across == "places" else ""
        return not self.extras(item, next((thing for thing in self.things if thing in item.own), label))

    def may_be_one(self, item: Around) -> bool:
        """Whether a figure beside those that were chosen may be one of them: of its own time or name, no more."""
        own = item.own.strip(",，、 ")
        if re.match("其中|全年|合计|总计|共", own) or _JOINTLY.search(own):
            return False
        if self.several.across == "periods":
            return _WHEN.match(own) is not None
        label = self.label_of(item)
        return bool(label) and not is_whole(label) and not self.extras(item, label)

    def lacking(self, item: Around) -> int:
        """How many of the pieces asked for do not stand right before a figure, or behind it."""
        return sum(not is_told(piece, f"{item.strong} {item.own}", item.figure.unit) for piece in self.pieces)

    def extras(self, item: Around, label: str) -> frozenset[str]:
        """The words that tell a figure apart and are neither asked for nor its label."""
        left = _IN_BRACKETS.sub(" ", item.own)
        before, is_there, behind = left.partition(close(label)) if label else ("", "", left)
        # What a list begins with says what all of it is: 五家重点企业中,甲厂|12件
        left = behind if is_there and item.own == item.opening else f"{before} {behind}"
        opening = _WHEN.match(left.strip(",，、 "))
        if item.dropped and self.several.across == "periods" and opening is not None:
            rest = left.strip(",，、 ")[opening.end() :]
            if not rest or _LEADING_TO_FIGURE.search(rest):
                return frozenset()  # 一季度24万,二季度26万,三季度受停工影响为|25万
        left = _UP_TO.sub("", _BEYOND_ROUND.sub("", left).rstrip(",， "))
        *_, last = re.split("[,，:：]", left.strip(",，:： "))
        left = _MEANT.sub(" ", last if item.own == item.opening else left)
        known = [*self.named, *self.things, self.several.sort, self.several.sort[-2:], *self.pieces]
        for word in sorted((form for name in known if name for form in {*forms_of(name), name}), key=len, reverse=True):
            left = left.replace(close(word), " ")
        for word, _, _ in words(close(self.several.words)):
            left = left.replace(word, " ") if len(word) > 1 else left
        left = _WHEN.sub(" ", left)
        found = (word for word in _telling(left) if word not in _SAYS_NOTHING)
        return frozenset(word for word in found if not any(word in piece for piece in self.pieces))

    def is_of(self, item: Around, thing: str) -> bool:
        """Whether a figure is of a thing: it stands before it, or is whose it is, and no other of the things is."""
        forms = forms_of(thing)
        others = [form for other in self.things if other != thing for form in forms_of(other)]
        here, there = any(form in item.strong for form in forms), any(form in item.strong for form in others)
        if here != there:
            return here
        whose = close(item.figure.whose)
        if any(form in whose for form in forms):
            return True
        if any(form in whose for form in others):
            return False
        of_another = len(self._without_words(re.split("[,，:：]", item.own.strip(",，:： "))[-1])) > 1
        for text in (item.group, item.between) if not of_another else ():
            before = max((text.rfind(form) for form in forms), default=-1)
            if before >= 0:
                return before > max((text.rfind(form) for form in others), default=-1)
        rest = f"{item.opening} {item.between}"
        return any(form in item.title for form in forms) and not any(form in f"{item.title} {rest}" for form in others)

    def label_of(self, item: Around) -> str:
        """What tells a figure from the others of its list or table; "" for nothing."""
        figure = item.figure
        part, whose = close(figure.part), _LEADING.sub("", close(figure.whose))
        known = {form for name in self.named for form in (name, *forms_of(name))}
        of_table = is_row(figure)
        if part and part not in known and not any(says_some(piece, part) for piece in self.pieces):
            return part
        is_own = whose not in known or is_of_sort(whose, self.several.sort or "\0")
        own = self._without_words(re.split("[,，:：]", item.own.strip(",，:： "))[-1])
        if len(whose) > 1 and is_own and not is_whole(whose) and (of_table or whose in item.group):
            # A name that no dictionary has was cut: 远岫新|能.
            return own if not of_table and own.startswith(whose) and len(own) <= len(whose) + _FEW else whose
        if of_table:
            return item.opening.partition(":")[2]
        for left in (own, self._without_words(close(figure.measure))):
            if 1 < len(left) <= _LONGEST and not re.search(r"[,，。；;]", left):
                return left
        return ""

    def _without_words(self, text: str) -> str:
        left = _MEANT.sub("", text)
        for piece in self.pieces:
            left = left.replace(close(piece), "")
            left = "".join(" " if says_some(word, piece) else word for word, _, _ in words(left))
        return _LEADING.sub(
            "", re.sub(r"^[,，、和及与:：]+|(?:[:：为是以]|[共拥现]有)+$", "", _WHEN.sub("", left.replace(" ", "")))
        )


def _telling(text: str) -> list[str]:
    """The words of a text of two characters and more; single ones side by side are one that no dictionary has."""
    found: list[tuple[str, int]] = []
    for word, start, end in words(_SILENT.sub(" ", text)):
        joins = bool(found) and found[-1][1] == start and len(word) == 1
        found.append((found.pop()[0] + word if joins and len(found[-1][0]) == 1 else word, end))
    return [word for word, _ in found if len(word) > 1]


_SILENT = re.compile("[为是有达至到了的共约近超以在于与和及其仅还均则由从对向把按等各另,，、:：。]")
_LEADING_TO_FIGURE = re.compile(r"(?:完成|实现|[为至到达是了有])$")
_UP_TO = re.compile(r"[,，]?[\u4e00-\u9fff]{0,2}[到至]$")
"""做到|438亿元, 回落到, 冲高至."""
_BEYOND_ROUND = re.compile(r"(?:首次)?(?:突破|超过?|破|过)[百千万亿]+(?:大关|关口)?")
_SHARES = re.compile(r"(?:率|比例|占比|比重)$")
_MONEY = re.compile("(?:税收?|收入|投资额?|金额|总额|产值|资金|余额|成交额|营收|外资|进出口|出口)$")
_IN_MONEY = re.compile("元|%")
_JOINTLY = re.compile("[两三四五六七八九]地|合计|共计|合共")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_LEADING = re.compile(r"^(?:全年|其中|当月|[对至从在向由])+")
_WHEN = re.compile(
    r"(?:19|20)\d\d年?|[今去当全]年|上年|\d{1,2}月份?|第?[一二三四]季度"
    r"|第[一二三四五六七八九十\d]+[届次]|[上下]半年|末|底"
)
_SAYS_NOTHING = frozenset(
    "完成 实现 达到 其中 分别 同比 全年 全市 全县 全区 全省 全镇 目前 已有 共有 现有 累计 总数 总量 "
    "有效期 接待 举办 办理 居首 领跑 超过 接近 约为 左右 截至 年末 年底 "
    "数据 显示 据悉 我市 我县 我区 合计 总计 共计 之后".split()
)
_LONGEST, _FEW = 14, 2


def wanted_of(question: Question, several: Several, figures: Sequence[Figure]) -> Wanted | None:
    """What is looked for; None where the question does not say what is measured, or lists nothing that it compares."""
    measures = {close(figure.measure) for figure in figures} | {close(figure.part) for figure in figures}
    named = tuple(
        dict.fromkeys(
            name
            for found in names_asked(question, several.words, figures)
            for name in found
            if places_of(name) or not any(name in measure for measure in measures)
            if not re.match("[全本我][省市区县镇乡村]", name) and not HOLIDAYS.fullmatch(name)
        )
    )
    things = things_asked(question, several, named)
    if things and several.named.periods and several.across == "periods" and several.named.is_range:
        several = replace(several, across="places")  # 甲、乙两县2024年1至11月一共
    if things and several.across == "periods":
        things = ()
    if several.across == "places" and not things and (several.operation not in COMPARING):
        return None
    rest = HOLIDAYS.sub(" ", several.words) if any(HOLIDAYS.search(thing) for thing in things) else several.words
    parts = (part for thing in things for part in re.split(r"[\d和与及()、]+", thing))
    known = {form for name in (*named, *things, *parts) if len(name) > 1 for form in (*forms_of(name), name)}
    known |= {thing[1:] for thing in things if len(thing) > PAIR}  # 少|儿馆, where 少 was read as less
    for form in sorted(known, key=lambda item: (-len(item), item)):
        rest = rest.replace(form, " ")
    if several.sort and several.across == "places":
        rest = re.sub(rf"(?:[两二三四五六七八九十几各这][个座家所条项类])?{re.escape(several.sort)}", " ", rest)
    rest = OCCASION.sub(" ", _MEANT.sub(" ", rest))
    found = (re.sub("^[个家件枚项名位人](?=..)|(?<=..)[比较和与跟]$", "", piece) for piece in rest.split())
    is_of_a_thing = {piece for piece in rest.split() if any(piece in thing for thing in things)}
    pieces = tuple(piece for piece in found if (len(piece) > 1 or piece in _SINGLE) and piece not in is_of_a_thing)
    if not pieces and (not things or min(map(len, things)) < PAIR or several.operation in COMPARING):
        return None
    return Wanted(question, several, pieces, named, things)


_MEANT = re.compile(
    r"人均|户均|亩均|新增|累计|同比|增长率?|增速|增幅|涨幅|下降|最终|一共|总共|完成|实现|拿到?得?|取得|接待的?(?=\s|$)"
    r"|[两二三四五六七八九十几这各][个座家所条项类届](?:公司|企业|单位|区县|县区|[省市区县镇乡村])?"
    r"|[几两二三四五六七八九十][个座家条项类种][\u4e00-\u9fff]{2}(?=[一总]?共|合计|\s|$)|[本今上]届|每(?:平方米|公斤|人|户|亩|[吨天日])的?"
    r"|(?<=..)中(?=总|累计|[\u4e00-\u9fff]{0,2}$)"
)
"""What says in which way a figure is meant, or only counts those that are named."""
_SINGLE = frozenset("茶粮油煤电水鱼猪牛羊棉糖盐米菜果")
