"""The words of what is measured: two ways of naming one measure as one, and whether a measure has those asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.equivalents import synonyms_in
from chinese.tokens import fold, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.types import Figure

_COUNTED = re.compile(
    r"(?<=..)(?:的)?(?:总数|数量|个数|家数|项数|总量(?=$)|(?<![人户次指倍参系])数"
    r"|总额|(?<![余差定限名数])额|(?<![数质产销储含存增流重容热能])量)$"
)
"""What says only that something is counted or weighed: 授权量 and 授权, 出口额 and 出口."""
DIMENSIONS = {
    "面积": ("平方米",),
    "里程": ("米",),
    "长度": ("米",),
    "金额": ("元",),
    "人数": ("人", "名", "位"),
    "人次": ("人次",),
    "家数": ("家", "户"),
}
"""Words for what a figure's unit says already: 造林面积 of 造林|3万亩."""
_JOINED = {"出": "进", "小": "中"}
"""What is another word with such a character before it: 出口 is not said by 进出口, 小学 not by 中小学."""
_TOTAL = re.compile(r"总(?=产量|人口|面积|投资|收入|规模|里程|销量|产值)")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
"""Blanks within Chinese words, as scans and some PDF files have them."""
_KINDS = frozenset("省市区县镇乡村")
_NEW = re.compile(
    r"有?效期内的?|人均|户均|亩均|新增|新(?=引进|签|开工|认定|注册|登记|建|设|培育|落户|投产|申报)"
    r"|累计|共(?=引进|签|完成|有)|各(?:月|季度)"
)
_LIGHT = frozenset(
    "的 了 为 是 有 达 达到 约 共 完成 实现 全年 已 已有 共有 现有 全市 全县 全区 全省 全镇 "
    "年末 年底 其中 集团 公司 全院 全校 全馆 全港 个 家 拥有 具有 同期 期末 期内 有效期 有效期内 ".split()
)


def measure_key(measure: str) -> str:
    """A measure's words so that two ways of naming it are one: 粮食总产量 and 粮食产量, 项目数量 and 项目."""
    close = _BETWEEN.sub("", fold(measure).strip())
    folded = _NEW.sub("", _TOTAL.sub("", _COUNTED.sub("", _one_name(close))))
    found = [word for word, _, _ in words(folded) if word not in _LIGHT]
    # 全|县|粮食产量: what is left of a whole says nothing of the measure.
    return " ".join(found[1:] if len(found) > 1 and found[0] in _KINDS else found)


def _one_name(folded: str) -> str:
    """The words with one of those that say the same in place of each: 地区生产总值 for GDP."""
    for start, end, row in reversed(list(synonyms_in(folded))):
        folded = folded[:start] + row.words[0] + folded[end:]
    return folded


def has_word(measure: str, word: str) -> bool:
    """Whether the words of a measure have another: 产量 in 粮食总产量."""
    return _has(measure_key(measure), word)


def _has(whole: str, word: str) -> bool:
    """Whether words have another, be it with more between its parts: 粮食产量 in 粮食总产量."""
    wanted = measure_key(word).replace(" ", "")
    if not wanted:
        return True
    parts = [part for part in re.split(" ", measure_key(word)) if part]
    if all(is_said(part, whole.replace(" ", "")) for part in parts):
        return True
    at = -1
    for character in wanted:
        at = whole.find(character, at + 1)
        if at < 0:
            return False
    return len(wanted) > 2


def is_said(word: str, text: str) -> bool:
    """Whether a text has a word that is not the end of another, as 出口 is of 进出口."""
    before = _JOINED.get(word[0], "")
    return re.search(rf"(?<![非{before}]){re.escape(word)}", text) is not None


@dataclass(frozen=True, slots=True)
class WordsAsked:
    """The words of the measure that a question asks for, each with those that may stand for it.

    `by_name` says whether the name of whose a figure is may have one of them: not where all of a sort are compared, of
    which only some would have it (医院 in 市人民医院, not in 妇幼保健院).
    """

    words: tuple[tuple[str, ...], ...]
    by_name: bool = True

    @classmethod
    def of(cls, words: Sequence[Sequence[str]], *, by_name: bool = True) -> WordsAsked:
        return cls(tuple(tuple(item) for item in words), by_name)

    def any_in(self, text: str) -> bool:
        """Whether a text has one of them."""
        key = measure_key(text)
        return any(_has(key, word) for item in self.words for word in item)

    def lacking(self, text: str) -> tuple[tuple[str, ...], ...]:
        """Those that a text has not."""
        key = measure_key(text)
        return tuple(item for item in self.words if not any(_has(key, word) for word in item))

    def lacking_of(self, figure: Figure) -> tuple[tuple[str, ...], ...]:
        """Those that neither a figure's measure has, with its unit (手术|台次), nor its part, nor its owner's name."""
        name = figure.whose if self.by_name else ""
        lacking = self.lacking(f"{figure.measure}{figure.unit} {figure.part} {name}")
        return tuple(item for item in lacking if figure.unit not in DIMENSIONS.get(item[0], ()))

    def few(self, lacking: Sequence[Sequence[str]]) -> bool:
        """Whether words are at most half of these, and not the last, which says what is counted or measured."""
        return len(lacking) * 2 <= len(self.words) and self.words[-1] not in lacking

    def all_in(self, text: str) -> bool:
        """Whether a text has all of them."""
        return not self.lacking(text)

    def extra(self, figure: Figure) -> str | None:
        """The characters that a figure's measure has besides them; None where it lacks one.

        The name of whose it is may be one of them. A part that is not asked for is none of what is asked for: 其中外资
        企业|9家 is not the number of firms.
        """
        if self.lacking_of(figure):
            return None
        left = whole = measure_key(f"{figure.measure} {figure.part}")
        for item in self.words:
            said = next((word for word in item if _has(whole, word)), None)
            for character in measure_key(said or "").replace(" ", ""):
                left = left.replace(character, "", 1)
        if figure.part and not self.any_in(figure.part):
            return None
        return left.replace(" ", "")


_SILENT = frozenset("的全各共省市区县镇乡村")
"""Characters that a text may leave out: 全县 of a county's report, 云溪 for 云溪县."""


def unsaid(words: str, text: str) -> str:
    """What a text lacks of words: the characters that are in no two of them, side by side, that it has."""
    left, at = "", 0
    while at < len(words):
        size = max((size for size in range(2, len(words) - at + 1) if words[at : at + size] in text), default=0)
        left += words[at] if not size and words[at] not in _SILENT else ""
        at += size or 1
    return left
