"""Whether a Chinese question says by itself what it is about: 瑞丰集团有多少员工 does, 有多少员工 does not.

A conversation goes over to another subject as often as it stays with one, and a question with the old subject in front
of the new one finds nothing, or something wrong. So a question is completed only where it holds too little of its own.
"""

from __future__ import annotations

import re

from chinese.dictionary import is_common_noun
from chinese.rows import limit_ranges
from chinese.tokens import frequency, parts_of, tagged
from qa.question.kinds import ASKING, kind_of_noun

_TIME = re.compile(r"(?:在|到|截至)?(?:(?:19|20)\d{2}\s*年?(?:度)?|[今去前]年|目前|全年|[上下]半年|近年来)")
_NOT_COUNTED = re.compile(r"[^\w]|[的了是有在为]")
_LONG = 11
"""So many characters besides time and question word are enough to find a passage by."""
_RARE = 1000
"""A noun that the dictionary's corpus of sixty million words has less often names something: 蒸汽机; not 专利, 税收."""
_WRONGLY_A_NAME = 300
_OF = re.compile(r"(?P<owner>\w{3,})的\w{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_NO_NOUNS = frozenset("vdpcrmtfaqubj")


def stands_alone(folded: str) -> bool:
    """Whether a folded question, openings such as 那么 taken off, holds enough to be asked as it is."""
    words = ASKING.sub(" ", _TIME.sub("", folded))
    if len(_NOT_COUNTED.sub("", words)) >= _LONG:
        return True
    # 恒星的星斑: what a thing is part of comes with it; 10亿元以上的项目 says which ones.
    owned = _OF.search(words)
    if owned is not None and not list(limit_ranges(owned["owner"])):
        return True
    found = tagged(words)
    return _unknown_name(found) or any(_is_rare(word, tag) for word, tag in found)


def _unknown_name(found: list[tuple[str, str]]) -> bool:
    """Whether characters stand side by side that no word was made of: 四|加|亭."""
    single = nouns = 0
    for word, tag in found:
        alone = len(word) == 1 and _CHINESE.fullmatch(word) is not None and tag != "uj"
        single = single + 1 if alone else 0
        nouns = nouns + 1 if alone and tag[0] in "ngxj" else 0
        if single >= 3 or nouns >= 2:
            return True
    return False


def _is_rare(word: str, tag: str) -> bool:
    """Whether a word is a noun, or in no dictionary, and seldom: 瑞丰; not 建筑面积, whose parts are frequent."""
    if len(word) < 2 or not _CHINESE.fullmatch(word) or tag[0] in _NO_NOUNS or kind_of_noun(word) != "text":
        return False
    often = frequency(word)
    parts = [frequency(part) for part in parts_of(word)] if len(word) >= 4 else []
    often = max(often, min(parts, default=0))
    # 容纳 is a person's name to the tagger.
    mistagged = tag == "nr" and often > _WRONGLY_A_NAME and is_common_noun(word)
    return often < _RARE and not mistagged
