"""A thing named in a follow-up, put where its like stands in the question before: 副主任呢?, 末班车呢?, 蔬菜呢?.

Chinese puts the kind last: 独角兽企业 and 瞪羚企业, 末班车 and 首班车 end alike. A crop or a group stands before what
is measured of it: 茶叶|产量, 农村|收入.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.classes import classes_of
from chinese.places import places_of
from chinese.tokens import fold, tagged
from qa.question.kinds import QUANTITIES, kind_asked, without_measure
from qa.question.naming import ASKS, NUMBERED, OWN_NAME, QUOTED, is_institution, subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAY = re.compile(
    r"每?(?:周|星期|礼拜)[一二三四五六日天末]|工作日|节假日|双休日|[春夏秋冬][季天]|早上|晚上|上午|下午|夜间|平时|寒假|暑假"
)
_HOLIDAY = re.compile(r"(?:春节|国庆节?|五一|十一|端午节?|中秋节?|清明节?|元旦|元宵节?)(?:小?长假|假期|期间|黄金周)*")
_ROLE = re.compile(
    r"(?P<body>市委|县委|区委|省委|州委|党委|党组|党工委|管委会|董事会|政府)?(?P<rank>常务副|副|代理?|原|前任?)?"
    r"(?P<role>董事长|理事长|秘书长|[市县区省州镇乡局处科院校厂馆园站所队社村行会部厅]长|书记|主任|总?经理|总裁|主席"
    r"|总工程师|负责人|法定代表人|法人代表|主编|教练|冠军|亚军|季军)"
)
_OPPOSITES = tuple(
    re.compile(words)
    for words in (
        "城镇|城市|农村|乡村", "男性?|女性?", "进口|(?<!进)出口", "国内|国外|境外|海外", "公办|民办|公立|私立",
        "工业|农业|服务业",
        "幼儿园|小学|初中|高中|中学|中职|高校|大学", "成人|儿童|学生|老人", "新增|累计", "全程|半程",
    )
)  # fmt: skip
"""Words of which one goes for the other, though they do not end alike."""
_BOTH_WAYS = re.compile("(?:货物|外贸)?进出口(?:贸易)?(?:总?[额值])?")
_OF_ONE = re.compile(r"人均|户均|亩均|地均|平均|累计|当月")
CHANGE_WORDS = re.compile(r"(?:同比)?(?:增速|增幅|增长率?|涨幅|降幅|跌幅|占比|比重|排名)")
_MEASURED = re.compile(r"[\u4e00-\u9fff](?:量|额|率|值|费|价|数)$")
_PARTS_OF_MEASURES = re.compile(r"(?:人均|户均|可支配|可|支配|总|年|月|累计|新增)+$")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_NOUNS = "njxlibtsz"


def like_for_like(words: str, before: str) -> str:
    """The question before with a title, a line, a day, an office or an institution exchanged; "" where it has none."""
    plain = words.strip("的在 ")
    for pattern in (QUOTED, NUMBERED, _HOLIDAY, _DAY):
        old = pattern.search(fold(before))
        if pattern.fullmatch(fold(plain)) and old is not None:
            return before[: old.start()] + plain + before[old.end() :]
    if _DAY.fullmatch(plain):
        end = len(subject_of(before))
        return before[:end] + plain + before[end:] if end else ""
    return _other_office(plain, before) or _other_institution(plain, before)


def _other_office(words: str, before: str) -> str:
    """The question for who has an office, for another one: 管委会主任 -> 管委会副主任, 市委书记 -> 市长."""
    new = _ROLE.fullmatch(words)
    old = next(reversed(list(_ROLE.finditer(before))), None)
    if new is None or old is None or kind_asked(fold(before), "zh") != "person":
        return ""
    same = new["role"] == old["role"] and not new["body"]
    start = old.end("body") if same and old["body"] else old.start()
    return before[:start] + words + before[old.end() :]


def _other_institution(words: str, before: str) -> str:
    """The question about another bridge or firm, all that is asked of it kept: 清河大桥|主跨多长."""
    if not is_institution(fold(words)):
        return ""
    for match in OWN_NAME.finditer(before):
        start = match.start()
        for word, tag in tagged(match.group()):
            at = before.index(word, start)
            if tag[0] in "vpur" and (len(word) > 1 or tag[0] in "pur"):
                start = at + len(word)
        if match.end() - start > 1:
            return before[:start] + words + before[match.end() :]
    return ""


def exchanged(words: str, before: str, measure: bool) -> str:
    """The question before about a sibling of something in it; "" where nothing in it is like `words`.

    `measure` says that they are themselves what is measured.
    """
    both_ways = _BOTH_WAYS.search(before)
    if both_ways is not None and re.fullmatch("进口|出口", words):
        return before[: both_ways.start()] + words + before[both_ways.end() :]
    for opposites in _OPPOSITES:
        old = opposites.search(before)
        if opposites.fullmatch(words) and old is not None:
            return before[: old.start()] + words + before[old.end() :]
    asked_of, tokens = {dimension for dimension, _ in classes_of(fold(words))}, list(_tokens(fold(before)))
    for start, end, _ in tokens if asked_of else ():
        if asked_of & {dimension for dimension, _ in classes_of(fold(before[start:end]))}:
            words = words.removesuffix("企业") if before[end:].startswith("企业") else words
            return before[:start] + words + before[end:]
    measured = _measured(before)
    if measured is not None and _OF_ONE.fullmatch(words):
        return before[: measured[0]] + words + before[measured[0] :]
    if measured is not None and CHANGE_WORDS.fullmatch(words):
        return f"{before[: measured[1]]}{words}是多少?"
    return "" if measure else _ending_alike(words, before) or _of_another(words, before, measured)


def base_for(question: str, subject: str, before: str) -> str:
    """The part of the last subject that a question goes on with, which has a sibling of the rest: 3号线|首班车."""
    folded = fold(question)
    asked = ASKS.search(folded)
    topic = folded[: asked.start()].rstrip("的是在") if asked is not None else folded.rstrip("?？")
    old, new = _ROLE.search(subject), _ROLE.match(topic)
    if old is not None and old.end() == len(subject):
        if new is not None:
            same = new["role"] == old["role"] and not new["body"] and old["body"]
            return subject[: old.end("body") if same else old.start()]
        if kind_asked(folded, "zh") in QUANTITIES:
            return subject[: old.start()]
    measured = _measured(question)
    if measured is not None and _nouns_before(folded, measured[0], 0) < measured[0]:
        return frame_of(before) or subject
    alike = _ending_alike(topic, subject) if topic else ""
    return alike[: -len(topic)] if alike.endswith(topic) and len(alike) > len(topic) + 1 else subject


def _ending_alike(words: str, before: str) -> str:
    tokens = list(_tokens(fold(before)))
    last, kind = (tagged(fold(words)) or [("", "x")])[-1]
    limit = _names_end(before, own_names=False)
    if kind[0] not in _NOUNS or not _HAN.fullmatch(last):
        return ""
    found: list[tuple[int, int, int]] = []
    for place, (_, end, tag) in enumerate(tokens):
        alike = _common_ending(before[:end], words)
        if not alike or tag[0] not in _NOUNS or alike == len(words) or end <= limit:
            continue
        begin = _start_of_like(tokens[: place + 1], len(words), limit)
        if begin < end and (alike >= len(last) > 1 or end - begin == len(words)):
            found.append((alike, begin, end))
    if not found:
        return ""
    _, begin, end = max(found)
    return _put(before, begin, words, end)


def _start_of_like(tokens: list[tuple[int, int, str]], length: int, limit: int) -> int:
    """Where a thing that ends with the last token begins, so that it is about as long as its like."""
    end = tokens[-1][1]
    begin = tokens[-1][0]
    for start, _, tag in reversed(tokens[:-1]):
        nearer = abs(end - start - length) < abs(end - begin - length)
        if start < limit or tag[0] not in _NOUNS + "va" or not nearer:
            break
        begin = start
    return begin


def _of_another(words: str, before: str, measured: tuple[int, int] | None) -> str:
    """The question about another crop or group, or another thing of the same whole: 茶叶产量 -> 蔬菜产量."""
    folded = fold(before)
    asked = ASKS.search(folded)
    limit = _names_end(before)
    if any(tag[0] not in _NOUNS + "q" for _, tag in tagged(fold(words))):
        return ""
    if measured is not None:
        begin = _nouns_before(folded, measured[0], limit)
        return before[:begin] + words + before[measured[0] :] if 0 < begin < measured[0] else ""
    end = asked.start() if asked is not None else len(folded)
    end = len(re.sub(r"(?:共|还|总共|现)?(?:有|是|为|达到?|在|的)$", "", folded[:end]))
    begin = _nouns_before(folded, end, limit)
    return _put(before, begin, words, end) if 0 < begin < end else ""


def _put(before: str, begin: int, words: str, end: int) -> str:
    """The words in the place of others, with no Latin name or figure twice: 5G|基站 -> 5G用户."""
    lead = re.match(r"[A-Za-z\d]+", words)
    if lead is not None and before[:begin].lower().endswith(lead.group().lower()):
        begin -= lead.end()
    return before[:begin] + words + before[end:]


def _nouns_before(folded: str, end: int, limit: int) -> int:
    """Where the run of nouns begins that ends at `end`."""
    begin = end
    for start, stop, tag in reversed(list(_tokens(folded[:end]))):
        if (
            start < limit
            or stop != begin
            or tag[0] not in _NOUNS
            or not re.fullmatch(r"[\u4e00-\u9fff]+", folded[start:stop])
        ):
            break
        begin = start
    return begin


def frame_of(before: str) -> str:
    """The names and the time that a question opens with: 云溪县2021年|茶叶产量是多少."""
    return before[: _names_end(before)].rstrip("的")


def _names_end(before: str, own_names: bool = True) -> int:
    """Where the names and the time end that a question opens with; 0 where it opens with neither."""
    folded = fold(before)
    asked = ASKS.search(folded)
    opening = folded[: asked.start()] if asked is not None else folded
    ends = [match.end() for match in re.finditer(r"\d{4}年?|[今去前]年|[上下]半年|\d月份?|季度|年[初底末]", opening)]
    ends += [place.start + len(place.name) for place in places_of(opening) if place.core and place.own]
    for pattern in (NUMBERED, OWN_NAME) if own_names else ():
        match = pattern.match(opening)
        ends += [match.end()] if match is not None else []
    return max(ends, default=0)


def _measured(before: str) -> tuple[int, int] | None:
    """Where the measure that is asked for begins and ends: 茶叶|产量|是多少; None where things are counted."""
    folded = fold(before)
    asked = ASKS.search(folded)
    if asked is None:
        return None
    for start, end, _ in reversed(list(_tokens(folded[: asked.start()]))):
        word = folded[:end]
        begin = len(without_measure(word))
        if begin < end:
            if re.match(r"年", word[begin:]) and re.search(r"[\d半今去前]$", word[:begin]):
                begin += 1
        elif _MEASURED.search(word[start:]):
            begin = start
        else:
            continue
        inner = _PARTS_OF_MEASURES.search(word[:begin]) if word[begin - 1 : begin] != "年" else None
        return inner.start() if inner is not None else begin, end
    return None


def _tokens(folded: str) -> Iterator[tuple[int, int, str]]:
    place = 0
    for word, tag in tagged(folded):
        start = folded.index(word, place)
        place = start + len(word)
        yield start, place, tag


def _common_ending(first: str, second: str) -> int:
    size = 0
    while size < min(len(first), len(second)) and first[-1 - size] == second[-1 - size]:
        size += 1
    return size
