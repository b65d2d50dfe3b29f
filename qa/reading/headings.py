"""How much of a heading a question names, and how much of a question a heading explains, by their characters.

A name that no dictionary has is cut into words differently in a question and in a table; so pairs of characters are
compared, and whole figures and Latin words. Other words for the same (GDP) come from the question's terms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.units import UNITS
from qa.question.kinds import ASKING
from qa.question.terms import MEANT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.question.question import Question

_PIECE = re.compile(r"\d[\d.]*年?|[a-z]+|[\u3400-\u9fff]+")
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_IN_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]*)[)）\]】]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_GENERIC = re.compile(
    r"(?:数[值据量额]|金额|内容|标准|数字|本[期年]+(?:数|金额|累计|发生额|实际)?|期末(?:数|余额|金额)?|当[期年](?:数|金额)?|实际数?|合计|value|amount)"
)
_TOTAL = re.compile(r"(?:合|总|共|累)计|总数|全部|[全本][国省市区州县镇乡村校院](?:合计)?")
_WANTS_TOTAL = re.compile(
    r"一共|总共|合计|总计|共计|总数|累计|总[户人产面投收支]|全[国省市区州县镇乡村校院部]|\btotal\b|\baltogether\b"
)
_WANTS_SEVERAL = re.compile(r"[和与及、]|分别|各有?[是为多]|\band\b")
_LOOSE = frozenset("数量额率度总的人名者共计")
"""Characters of a heading that a question often leaves out: 人口数, 总产量."""
_EMPTY_WORDS = re.compile(
    r"情况|数据|数目|数量|总数|金额|数额|数值|名字|姓名|名称|具体|分别|目前|现在|当前|一共|总共|合计|总计|共计|担任|现任|告诉|查询|查一下|帮我|根据|表格?里?中?|"
    r"的|了|是|有|在|为|呢|吗|吧|啊|叫|达到?|多|个|位|名|请问?|年|和|与|及|里|中|当|任|这|那|该|其|由|被|占|共|会|能|要|我|你|它|他|她|啥|每|各|之"
)
_CHANGE = re.compile(r"增减|增长|增幅|增速|变动|变化|同比|环比|涨跌|升降|幅度|比上[年期]|下降|减少|增加|提高|回落")
_BEFORE = re.compile(r"上[期年]|去年|同期|期初|年初|前[期年]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as what may be found in headings: its characters without the question word, and other words for them.

    `content` are the places of the characters that have to be explained; `others` the words that each of its terms may
    also stand for, with the places of the term.
    """

    plain: str
    content: frozenset[int]
    figures: frozenset[str]
    others: tuple[tuple[str, frozenset[int]], ...]
    words: tuple[frozenset[int], ...]
    wants_total: bool
    wants_several: bool
    years: tuple[str, ...]

    def names_row(self, label: str) -> float:
        """The same of what a row is about, of which a question may leave out the kind: 沅桥 for 沅桥镇."""
        if self.is_other(label):
            return 0.0
        share = self.names(label)
        core = _KIND.sub("", _condensed(bare(label)))
        if (
            share < 1.0
            and len(core) > 1
            and core != label
            and any(
                self.plain[match.end() : match.end() + 1] not in _KINDS
                for match in re.finditer(re.escape(core), self.plain)
            )
        ):
            return 1.0
        return share

    def is_other(self, label: str) -> bool:
        """Whether the question names a place of another kind than a row is about: 沅桥乡 where that is 沅桥镇."""
        whole = _condensed(bare(label))
        core = _KIND.sub("", whole)
        if len(core) < _SHORTEST_NAME or core == whole or whole in self.plain:
            return False
        after = [self.plain[match.end() : match.end() + 1] for match in re.finditer(re.escape(core), self.plain)]
        return bool(after) and all(kind and kind in _KINDS for kind in after)

    def names(self, heading: str) -> float:
        """The share of a heading that the question says: 1.0 all of it, 1.15 in the same words."""
        core = _condensed(bare(heading)) or _condensed(heading)
        if not core:
            return 0.0
        pieces = [piece.group() for piece in _PIECE.finditer(core)]
        if not self.years:
            pieces = [piece for piece in pieces if not _YEAR.match(piece)] or pieces
        core = "".join(pieces)
        if len(core) > 1 and core in self.plain and not self._goes_on(core):
            return 1.0 + _SAME_WORDS
        said = total = 0.0
        for piece in pieces:
            loose = [0.0 if char in _LOOSE and len(core) > 2 else 1.0 for char in piece]
            there = self._said(piece)
            said += len(there)
            total += sum(1.0 if place in there else weight for place, weight in enumerate(loose))
        return min(1.0, said / total) if total else 0.0

    def names_column(self, heading: str, question: Question) -> float:
        """The same of a column, which may also be known by its unit, or by what is asked of all columns."""
        share = self.names(heading)
        unit = unit_in(heading) or _UNIT_COLUMN.get(_PERIODS.sub("", _condensed(heading)), "")
        if question.unit and question.unit == unit:
            share = share + _BY_UNIT if share < 1.0 else share
        if question.wanted.is_change and _CHANGE.search(heading):
            share = max(share, 1.0)
        if _BEFORE.search(heading) and _BEFORE.search(self.plain):
            share = max(share, 1.0)
        tail = _TAILS.get(question.asked)
        if tail is not None and (named := re.fullmatch(rf"(.{{2,6}}?)(?:{tail})", bare(heading))) is not None:
            share = max(share, 1.0 if named[1] in self.plain else 0.0)
        if question.asked == "person" and re.search(r"姓名$|名字$|^人名$", bare(heading)):
            share = max(share, _BY_UNIT)
        return share

    def explained(self, known: str, has_years: bool, heading: str = "", is_total: bool = False) -> float:
        """The share of what the question says that a text has, or a heading means: 同比变化 by 增减.

        Its years count where `has_years`: the text has any.
        """
        content, there = self._explained(known, has_years, heading, is_total)
        return len(there) / len(content) if content else 1.0

    def unsaid(self, known: str, has_years: bool, heading: str = "", is_total: bool = False) -> float:
        """How many of the question's words the text lacks and the heading does not mean, 1 at most."""
        content, there = self._explained(known, has_years, heading, is_total)
        lacking = [len((places & content) - there) / len(places) for places in self.words]
        return min(1.0, sum(lacking))

    def _explained(self, known: str, has_years: bool, heading: str, is_total: bool) -> tuple[set[int], set[int]]:
        """The places of the question that have to be explained, and those that are."""
        text = _condensed(known)
        there = self._covered(text)
        content = set(self.content)
        meant = [words for words in (_CHANGE, _BEFORE) if words.search(heading)]
        for words in (*meant, *((_WANTS_TOTAL,) if is_total else ()), *((_YEAR,) if not has_years else ())):
            content -= {place for match in words.finditer(self.plain) for place in range(*match.span())}
        there |= {
            place
            for place in content - there
            if _is_han(self.plain[place])
            and self.plain[place] in text
            and self.plain[place] not in _TELLING
            and not {place - 1, place + 1} & (content - there)
        }
        return content, content & there

    def _goes_on(self, core: str) -> bool:
        """Whether the question has these words only as the end of a longer name: 一村 of 十一村."""
        at = self.plain.find(core)
        while at >= 0:
            if not (at and core[0] in _NUMERALS and self.plain[at - 1] in _NUMERALS):
                return False
            at = self.plain.find(core, at + 1)
        return True

    def _said(self, piece: str) -> set[int]:
        """The characters of a piece that the question has: a figure or Latin word whole, Chinese ones in pairs."""
        if not _is_han(piece[0]):
            return set(range(len(piece))) if piece.removesuffix("年") in self.figures else set()
        found: set[int] = set()
        for place in range(len(piece) - 1):
            if piece[place : place + 2] in self.plain:
                found |= {place, place + 1}
        if len(piece) == 1 and piece in self.plain:
            found.add(0)
        for word, _ in self.others:
            at = piece.find(word)
            if at >= 0:
                found |= set(range(at, at + len(word)))
        return found

    def _covered(self, text: str) -> set[int]:
        """The places of the question whose characters a text has."""
        found: set[int] = set()
        for match in _PIECE.finditer(self.plain):
            piece, start = match.group(), match.start()
            if not _is_han(piece[0]):
                figure = piece.removesuffix("年")
                if re.search(rf"(?<![\da-z.,]){re.escape(figure)}(?![\da-z]|[.,]\d)", text):
                    found |= set(range(start, match.end()))
                continue
            for place in range(len(piece) - 1):
                if piece[place : place + 2] in text:
                    found |= {start + place, start + place + 1}
        for word, places in self.others:
            if word in text:
                found |= places
        return found


_TAILS = {
    "place": "地点|地址|位置|场所", "date": "时间|日期", "organisation": "单位|部门|机构", "person": "人|人员|负责人",
}  # fmt: skip
"""What ends a heading whose first words the question says, by what is asked for: 报名|地点 of 在哪里报名."""
_KINDS = frozenset("省市区县镇乡村")
_KIND = re.compile(r"(?:街道|社区|[省市区县镇乡村])$")
_SHORTEST_NAME = 2
_SAME_WORDS = 0.15
_BY_UNIT = 0.5
_TELLING = frozenset("副非不无未第前后新旧男女上下东西南北中内外大小一二三四五六七八九十省市区县乡总正代")
"""Characters that make a thing another by themselves: 副书记, 女工."""
_NUMERALS = frozenset("一二三四五六七八九十百第0123456789")
_PERIODS = re.compile(r"(?:19|20)\d\d年?(?:度|[末底])?")
_UNIT_COLUMN = {"户数": "户", "人数": "人", "人口": "人", "人口数": "人", "总人口": "人", "家数": "家", "个数": "个"}


def asked_of(question: Question) -> Asked:
    """A question as headings are held against it."""
    masked = ASKING.sub(lambda match: " " * len(match.group()), question.folded)
    plain = masked if question.language == "zh" else question.folded
    bare_words = _EMPTY_WORDS.sub(lambda match: " " * len(match.group()), plain)
    terms = [term for term in question.terms if len(term.text) > 1 or not term.text.isascii() or term.text.isdigit()]
    content: set[int] = set()
    others: list[tuple[str, frozenset[int]]] = []
    words: list[frozenset[int]] = []
    for term in terms:
        places = {
            place for match in re.finditer(re.escape(term.text), plain) for place in range(match.start(), match.end())
        }
        own = frozenset(place for place in places if not bare_words[place].isspace())
        content |= own
        if own and len(term.text) > 1:
            words.append(own)
        for token, share in term.alternatives:
            if token != term.text and share > MEANT and len(token) > 1:
                others.append((token, frozenset(places)))
    if question.language == "zh":  # what no term is made of, single characters apart, has a meaning too
        content |= {
            place
            for match in re.finditer(r"[\u3400-\u9fff]{2,}", bare_words)
            for place in range(match.start(), match.end())
        }
    return Asked(
        plain,
        frozenset(content),
        frozenset(piece.removesuffix("年") for piece in _PIECE.findall(plain)) | frozenset(question.years),
        tuple(others),
        tuple(words),
        _WANTS_TOTAL.search(question.folded) is not None,
        _WANTS_SEVERAL.search(question.folded) is not None,
        question.years,
    )


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _condensed(text: str) -> str:
    """A text without the blanks that typesetters put between two characters: 姓 名."""
    return re.sub(r"(?<=[\u3400-\u9fff])[ \t]+(?=[\u3400-\u9fff])", "", text)


def bare(heading: str) -> str:
    """A heading without what stands in brackets: 人口 of 人口(万人)."""
    return _BRACKETS.sub("", heading).strip(" :：")


def unit_in(heading: str) -> str:
    """The unit that a heading has in brackets or behind a comma: 万人 of 人口(万人); "" for none."""
    for inside in reversed(_IN_BRACKETS.findall(heading)):
        unit = str(inside).removeprefix("单位").lstrip(":：").strip()
        if unit in UNITS or re.fullmatch(r"[百千万亿]{1,2}.{1,3}|.{1,4}/.{1,4}|%", unit):
            return unit
    return ""


def has_year(text: str) -> bool:
    """Whether a text names any year."""
    return _YEAR.search(text) is not None


def is_generic(heading: str) -> bool:
    """Whether a heading says nothing of what its column holds but that it is what one wants to know: 数值, 本期."""
    return _GENERIC.fullmatch(_condensed(bare(heading))) is not None


def says_change(heading: str) -> bool:
    """Whether a column holds by how much something changed."""
    return _CHANGE.search(heading) is not None


def is_total(labels: Sequence[str]) -> bool:
    """Whether a row is the sum of the others."""
    return any(_TOTAL.fullmatch(_condensed(label)) is not None for label in labels)
