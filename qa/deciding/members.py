"""The members of a list, complete, each by itself: 现有甲、乙和丙3座桥 -> 甲, 乙, 丙.

A text often says how many there are (3座桥); where fewer were found, the answer says so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.numerals import HAN, read_number
from chinese.tokens import tagged, words
from qa.reading.spans import name_alone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.text import Range
    from qa.deciding.candidates import Found
    from qa.question.question import Question

_BETWEEN = re.compile(r"[、;；]|[,，](?!\d{3}(?!\d))")
_LAST = re.compile(r"(?:以及|[和与及])")
_CLAUSE = re.compile(r"[;；:：。\n]|[,，](?!\d{3}(?!\d))")
_JOINT = re.compile(r"、|以及|[和与及]")
_JOINT_BEFORE = re.compile(r"、$|(?<=、)[^、和与及,，。;；:：\n]{1,30}(?:以及|[和与及])$")
_PIECE_ENDS = "。！？!?\n:：;；,，、()（）"
# What leads in a list and is no part of its first member.
_LEAD = re.compile(
    r".*(?:[现共拥设建辖含][有]|下[辖设]|管辖|包[括含]|涵盖|涉及|分别[为是有]?|共分|分[为成]|按照|主要[为是有]|依次[为是]?|授予|颁给|名为|称为|集(?![团中合体市资装训结成邮约散])|(?:[\u4e00-\u9fff]{2}了))[了着]?"
)
_HAVING = re.compile(r"有(?![机色轨氧声线限])")
_LEAD_WORDS = frozenset("有 辖 即 为 是 如 叫 由 含 设 了 着 其中 以及".split())
_HOLDS = re.compile(r"[下管现]?辖(?!区)|包[括含]|下设|设有")
_OF_ALL = frozenset("被 均 都 全部 共同 联合 先后".split())
_ASKING_FOR = re.compile(r"哪[些几]|谁|分别")
_NOT_DOING = frozenset("不得 不能 不予 不准 不可".split())
_DOING = frozenset("vdb")
_NUMBER = rf"(?<![第\d.{HAN}])(?P<number>\d{{1,4}}|[{HAN}]{{1,3}})"
_UNIT = "[个家座名位项条所支款种类处场件台大只部届对组方面道口棵幅艘辆期批股门国省市县区镇乡村人]"
_COUNT = re.compile(rf"{_NUMBER}{_UNIT}")
# 等, 等4家国家级企业, 3座大桥: what follows the last member, and how many it says there are.
_TRAIL = re.compile(
    rf"(?P<some>等等?|这|共计?|合计|一共|总共)?{_NUMBER}{_UNIT}[^、,，。;；:：]{{0,20}}$|等等?[^、,，。;；:：]{{0,8}}$"
)
# 3个街道,分别为 and 4家企业:, what stands before the first member.
_BEFORE = re.compile(
    rf"{_NUMBER}{_UNIT}[^,，。;；:：、(（\n]{{0,16}}[,，:：(（—-]{{0,2}}\s*(?:它们|他们|即|就|分别|依次|主要|具体)*(?:[为是有即]|包括|授予|来自)?[:：]?$"
)
_AFTER_COUNT = re.compile(
    r"[^,，。;；:：、\n]{0,16}[,，:：(（—-]{1,2}\s*(?:它们|他们|即|就|分别|依次|主要|具体)*(?:[为是有即]|包括)?[:：]?|(?:分别|依次)[为是]"
)
_ORDER = "一二三四五六七八九十"
# 一是……;二是……, 1. ……, (二)……, ①……, - ……
_ENTRY = re.compile(
    r"(?<![统唯之同逐])(?P<be>[一二三四五六七八九十]是)|(?:^|(?<=[\n。;；:：,，]))[ \t]*(?:"
    r"(?P<digit>[（(]?\d{1,2}(?:[）)]|[.．、](?!\d)))|(?P<han>[（(]?[一二三四五六七八九十][）)、])"
    r"|(?P<nth>第[一二三四五六七八九十][,，、:：])|(?P<ring>[①-⑳])|(?P<dash>[-•·▪●■◆*] )"
    r")[ \t]*"
)
_LONGEST_LINE = 40
# 分别授予, 2人: several share what is said.
_SHARED = re.compile(
    r"(?:分别|各自)[^,，。;；]{0,6}$|[2-9二两三四五六七八九][名位人家][^,，。;；\n]{0,6}[,，:：]?[^,，。;；\n]{0,6}$"
)
_TITLE_AFTER = re.compile(r"([^、和与及,，。;；:：\n]{0,4}?)(?=、|以及|[和与及])")
_ANOTHER = re.compile(r"(?:还|另)有哪一|哪一[个位名家所项种座条]")
_SINGLE = re.compile(r"哪一?[个位名家所]|哪一|which (?:one|person|man|woman)")


def wants_members(question: Question) -> bool:
    """Whether a question asks for all of several."""
    several = question.asked == "list" or question.expected > 1 or question.many
    return several and not _ANOTHER.search(question.folded)


def members_of(question: Question, best: Found, text: str) -> tuple[list[Found], int | None]:
    """The winning candidate as the members of its list, and how many there are by the text where that is more.

    It stays itself alone where no list is asked for, or none stands there.
    """
    start, end = best.span.start, best.span.end
    named = 0
    if wants_members(question):
        ranges = _entries(text, start, end) or _lines(text, start, end) or _quoted(text, start, end)
        if not ranges:
            ranges, named = _members(text, *_row(text, start, end, question.expected == 2), question)
    elif question.asked in ("person", "organisation") and not _SINGLE.search(question.folded):
        beside = not question.wanted.roles  # who has an office is one, whoever does something beside him
        ranges = _respective(text, start, end) or (_doing_together(text, start, end, question) if beside else [])
    else:
        return [best], None
    if len(ranges) < 2:
        return [best], None
    if question.asked == "person":
        ranges = [name_alone(text, first, last) for first, last in ranges]
    found = [replace(best, span=replace(best.span, start=first, end=last)) for first, last in ranges]
    wanted = max(named, question.expected)
    return found, wanted if wanted > len(found) else None


def _doing_together(text: str, start: int, end: int, question: Question) -> list[Range]:
    """The members of a row that do together what is asked: 由县文化馆、县体育局|主办."""
    first, last = _row(text, start, end)
    if "、" not in text[first:last]:
        return []
    cut = _without_predicate(text, first, last, question.folded)
    if cut == last and not _deed(text, last, question.folded):
        return []
    first = _after_lead(text, first, cut)
    return [(first + one, first + other) for one, other in split_members(text[first:cut])]


def _deed(text: str, at: int, asked: str) -> bool:
    """Whether a verb of the question begins right here."""
    word, _, _ = next(words(text[at : at + 8]), ("", 0, 0))
    return len(word) > 1 and word in asked and _tag(word) == "v"


def _members(text: str, start: int, end: int, question: Question) -> tuple[list[Range], int]:
    """The members of a row, and how many there are by the number beside it, 0 where none is."""
    expected = question.expected
    start, end = _clause(text, start, end, expected)
    cut = _without_predicate(text, start, end, question.folded)
    pair = 2 if cut < end and "、" not in text[start:cut] else 0  # 甲和乙|联合主办
    end, named = _without_trail(text, start, cut)
    start = _after_lead(text, start, end)
    before = _BEFORE.search(text, max(0, start - 60), start)
    named = named or (_number(before) if before is not None else 0)
    ranges = split_members(text[start:end], expected or named or pair)
    if _CLAUSE.search(text, start, end) and "、" not in text[start:end] and len(ranges) != (expected or named):
        # What only commas part are clauses more often than members.
        return [(start, end)], named
    return [(start + first, start + last) for first, last in ranges], named


def _clause(text: str, start: int, end: int, expected: int) -> Range:
    """The clause of a range that has the row: 甲、乙和丙 of 全市有3座桥,即甲、乙和丙,其中2座在城里."""
    clauses = _parted(text, [(start, end)], _CLAUSE)
    most = max(clauses, key=lambda item: text.count("、", *item), default=(start, end))
    if "、" not in text[slice(*most)] or expected == len(_parted(text, [(start, end)], _BETWEEN)):
        return start, end
    return most


def _number(match: re.Match[str]) -> int:
    number = read_number(match["number"])
    return int(number.low) if number is not None else 0


def _without_trail(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the last member of a row ends, and the number said behind it: 丙等4家企业."""
    after = _COUNT.match(text, end) if text[end : end + 1] != "等" else _COUNT.match(text, end + 1)
    pieces = _parted(text, [(start, end)], _BETWEEN)
    first = pieces[-1][0]
    trail = _TRAIL.search(text, first, end)
    while trail is not None and trail.start() < first + 1:
        trail = _TRAIL.search(text, trail.start() + 1, end)
    if trail is None:
        return end, _number(after) if after is not None else 0
    number = _number(trail) if trail["number"] else 0
    cut = trail.start()
    if number and not trail["some"]:
        found = len(pieces) + bool(_LAST.search(text, first, cut))
        if number < 2 or (not trail["number"].isdigit() and number != found):
            return end, _number(after) if after is not None else 0
    return cut, number


def _without_predicate(text: str, start: int, end: int, asked: str) -> int:
    """Where the last member of a row ends that is followed by what is said of all: 丙|都已通车, 丙|主演."""
    pieces = _parted(text, [(start, end)], _BETWEEN)
    first, last = pieces[-1]
    alone = 0 if _LAST.search(text, first, last) else last
    if last - first <= max((stop - begin for begin, stop in pieces[:-1]), default=alone):
        return end
    found = list(words(text[first:last]))
    behind = _ASKING_FOR.split(asked)[-1]  # 哪些线路|临时改道
    for word, begin, stop in found:
        said = word in _OF_ALL or (stop == last - first and word in asked and _tag(word) == "v")
        said = said or (word in _NOT_DOING or (len(word) > 1 and word in behind and _tag(word) in _DOING))
        if said and begin >= 2:
            return first + begin
    return end


def _after_lead(text: str, start: int, end: int) -> int:
    """Where the first member of a row begins: behind 现有, 包括, 分别为 and the like, or a verb with 了."""
    pieces = _parted(text, [(start, end)], _BETWEEN)
    first, last = pieces[0]
    known = _LEAD.match(text, first, last - 1)
    place = known.end() if known is not None else first
    longest = max((stop - begin for begin, stop in pieces[1:]), default=0)
    found = list(words(text[place:last]))
    # 为企业减税, a clause: its 为 is its own.
    acts = any(_tag(word) == "v" for word, begin, _ in found if begin and len(word) > 1)
    for word, begin, stop in found:
        leads = not acts if begin == 0 else last - place > longest + 1
        if word in _LEAD_WORDS and leads and place + stop < last:
            return _after_lead(text, place + stop, end)
    holds = _HOLDS.search(text, place, last - 1)
    if holds is not None:
        return holds.end()
    begun = _HAVING.match(text, place, last - 1)
    place = begun.end() if begun is not None else place
    return place if place > first else start


def _tag(word: str) -> str:
    return tagged(word)[0][1][0]


def _row(text: str, start: int, end: int, is_pair: bool = False) -> Range:
    """A range as the whole row that it is part of: what 、 or 和 joins to it on either side; a pair has 和 alone."""
    while (joint := _JOINT_BEFORE.search(text, max(0, start - 40), start)) is not None:
        start = joint.start()
        while start > 0 and text[start - 1] not in _PIECE_ENDS:
            start -= 1
    while (joint := _JOINT.match(text, end)) is not None:
        if joint.group() != "、" and not is_pair and "、" not in text[start:end]:
            break
        end = joint.end()
        while end < len(text) and text[end] not in _PIECE_ENDS:
            end += 1
    return start, end


def row_of_count(text: str, start: int, end: int) -> Range | None:
    """The row that a bare count stands beside: of 4家 the names before it, of 3个街道 those behind 分别为."""
    after = _AFTER_COUNT.match(text, end)
    if after is not None:
        last = after.end()
        while last < len(text) and text[last] not in "。！？!?\n;；)）:：":
            last += 1
        if re.search(r"、|[和与及]", text[after.end() : last]):
            return after.end(), last
    if start and text[start - 1] in ",，" and _SUM.match(text, start):
        start -= 1  # 书法、国画,|共2个班
    first = start
    while first > 0 and text[first - 1] not in "。！？!?\n;；:：,，(（":
        first -= 1
    # Of 三个街道、|两个社区 another count stands before it, not names.
    return (first, start) if "、" in text[first:start].rstrip("、和与及") else None


_SUM = re.compile(rf"(?:一共|总共|共计?|合计)[有为]?{_NUMBER}{_UNIT}[^\d、,，。;；]{{0,6}}(?=[,，。;；\n]|$)")


def is_count(text: str) -> bool:
    """Whether a text says only how many: 4家, 共3个街道, 三个街道、两个社区."""
    if not text:
        return False
    if _SUM.match(text):
        return "、" not in text
    pieces = _parted(text, [(_after_lead(text, 0, len(text)), len(text))], _BETWEEN)
    return bool(pieces) and all(_COUNT.match(text, *piece) for piece in pieces)


def _entries(text: str, start: int, end: int) -> list[Range]:
    """The entries of a numbered row that a range is part of: 一是……;二是……, or lines that begin 1. and 2."""
    marks = list(_ENTRY.finditer(text))
    run: list[re.Match[str]] = []
    for mark in [*marks, None]:
        if mark is not None and run and mark.lastgroup == run[-1].lastgroup and _follows(run[-1], mark):
            run.append(mark)
            continue
        if len(run) > 1:
            ends = [item.start() for item in run[1:]] + [_line_end(text, run[-1].end())]
            ranges = [
                _bare(text, item.end(), _entry_end(text, item.end(), last))
                for item, last in zip(run, ends, strict=True)
            ]
            if ranges[0][0] < end and start < ranges[-1][1]:
                return [] if _is_form(text, ranges) else ranges
        run = [mark] if mark is not None else []
    return []


_FIELD = re.compile(
    r"[^,，。;；:：\n]{0,8}(?:时间|日期|地点|地址|对象|范围|路段|路线|区域|标准|费用|金额|名额|方式|方法|程序|流程|条件|要求|材料|内容|电话|热线|联系人"
    r"|单位|机构|期限|人数|班次|主题|目的|项目|事项|待遇|岗位|职责|依据)[:：]"
)


def _is_form(text: str, ranges: Sequence[Range]) -> bool:
    """Whether numbered entries are the fields of a form (一、时间:…;二、地点:…), of which each says another thing."""
    return sum(_FIELD.match(text, start, end) is not None for start, end in ranges) > 1


def _follows(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether a mark of a row is the next after another: 2. after 1., 三是 after 二是."""
    before, after = (re.sub(r"[^\d一二三四五六七八九十①-⑳]", "", item.group()) for item in (one, other))
    if not before or not after:
        return before == after
    if before.isdecimal():
        return int(after) == int(before) + 1
    return (_ORDER + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳").find(before) + 1 == (_ORDER + "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳").find(after)


def _line_end(text: str, start: int) -> int:
    place = text.find("\n", start)
    return len(text) if place < 0 else place


def _entry_end(text: str, start: int, end: int) -> int:
    """Where an entry ends: with its first sentence."""
    stop = re.compile(r"[。\n]").search(text, start, end)
    return end if stop is None else stop.start()


def _lines(text: str, start: int, end: int) -> list[Range]:
    """The lines of a row under a line that ends with a colon, where a range is within them."""
    for lead in re.finditer(r"[:：][ \t]*\n", text):
        ranges, first = [], lead.end()
        while first < len(text):
            last = _line_end(text, first)
            if not 0 < last - first <= _LONGEST_LINE or text[last - 1] in "。:：":
                break
            ranges.append(_bare(text, first, last))
            first = last + 1
        if len(ranges) > 1 and ranges[0][0] <= start and end <= ranges[-1][1]:
            return ranges
    return []


_QUOTED = re.compile(r"[“「『《][^“”「」『』《》\n]{1,40}[”」』》]")
_QUOTED_ROW = re.compile(rf"(?:{_QUOTED.pattern}(?:[、,，]|以及|[和与及])?){{2,}}")
_SIDE_BY_SIDE = re.compile("[”」』》][“「『《]")


def _quoted(text: str, start: int, end: int) -> list[Range]:
    """The members of a row of quotations side by side, “甲”“乙”“丙”, where a range is within it or has it within."""
    for row in _QUOTED_ROW.finditer(text):
        if max(start, row.start()) < min(end, row.end()) and _SIDE_BY_SIDE.search(row.group()):
            return [_bare(text, *item.span()) for item in _QUOTED.finditer(text, *row.span())]
    return []


def _respective(text: str, start: int, end: int) -> list[Range]:
    """The names of a row that share an act, where the text says that they are several: 分别授予甲院士、乙院士."""
    said = text[max(0, start - 24) : start]
    suffix = _TITLE_AFTER.match(text, end)
    if suffix is None or not _SHARED.search(said):
        return []
    first, last = start, end
    while (joint := _JOINT.match(text, last + len(suffix[1]))) is not None:
        place = text.find(suffix[1], joint.end()) if suffix[1] else -1
        last = joint.end()
        while last < len(text) and text[last] not in _PIECE_ENDS and last != place:
            last += 1
    last += len(suffix[1]) if text.startswith(suffix[1], last) else 0
    ranges = split_members(text[first:last], 0 if "、" in text[first:last] else 2)
    cut = [(first + one, first + other) for one, other in ranges]
    if len(cut) < 2 or any(not text[one:other].endswith(suffix[1]) for one, other in cut):
        return []
    return [(one, other - len(suffix[1])) for one, other in cut]


def split_members(text: str, expected: int = 0) -> list[Range]:
    """The members of 甲、乙和丙 as ranges of the text, one range where it is no list.

    The last two are parted at 和, 与 or 及 where that makes the number `expected`, or, where none is, in a row with 、.
    """
    ranges = _parted(text, [(0, len(text))], _BETWEEN)
    if expected and len(ranges) == expected:
        return ranges
    start, end = ranges[-1]
    last = _parted(text, [(start, end)], _LAST)
    whole = [*ranges[:-1], *last]
    alike = len(last) == 2 and text[last[0][1] - 1] == text[last[1][1] - 1]
    fits = len(whole) == expected or (len(last) == 2 and (len(ranges) > 1 or alike) and len(whole) <= (expected or 99))
    return whole if fits and all(stop - begin >= 2 for begin, stop in last) else ranges


def _parted(text: str, ranges: Sequence[Range], mark: re.Pattern[str]) -> list[Range]:
    """Ranges cut at every mark that stands outside quotation marks and brackets; empty parts are left out."""
    found = []
    for start, end in ranges:
        first = start
        for match in mark.finditer(text, start, end):
            before = text[first : match.start()]
            if sum(before.count(one) for one in "“「『《（(") != sum(before.count(one) for one in "”」』》）)"):
                continue
            found.append((first, match.start()))
            first = match.end()
        found.append((first, end))
    return [item for item in (_bare(text, start, end) for start, end in found) if item[0] < item[1]]


def _bare(text: str, start: int, end: int) -> Range:
    """A member without blanks and stops, and without quotation marks that enclose it whole."""
    while start < end and text[start] in " \n\t":
        start += 1
    while end > start and text[end - 1] in " \n\t。;；,，":
        end -= 1
    for opening, closing in ("“”", "「」", "『』"):
        if end - start > 2 and text[start] == opening and text.find(closing, start, end) == end - 1:
            return start + 1, end - 1
    return start, end
