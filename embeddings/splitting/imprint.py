"""Lines about a text that are not of it: 发布时间:…, 来源:…, [ 索引号 ] …, 高政发〔2024〕3号, a letter's closing date.

They date the text, and are neither its headline nor a subhead. What a file is filed by (its number, who issued it and
when) may be asked for, so such lines stay as a text of their own; a page's own (来源, 编辑, 浏览次数) go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chinese.dates import CLOCK_TIME, FULL_DAY, find_day
from chinese.tokens import fold
from embeddings.splitting.labels import BARE, KEPT, LABEL, RUN_ON, WEAK, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embeddings.types import Line

_DATED: tuple[Sort, ...] = ("written", "published", "updated")
_TIME = rf"(?:星期|周)[一二三四五六日天]|{CLOCK_TIME}"
_STAMP = re.compile(rf"^[\[【(]?\s?(?:{FULL_DAY})\s?(?:t?\s?(?:{_TIME})\s?)*[\]】)]?")
_ENGLISH_STAMP = re.compile(
    r"(?:(?:first )?(?:published|posted|issued|released)(?: on)?:? "
    r"|(?P<updated>(?:last )?(?:updated|modified)(?: on)?:? ))?"
    rf"(?:[a-z]{{3,9}}day,? )?(?:{FULL_DAY})(?:,?(?: at)? {CLOCK_TIME}(?: ?[ap]\.?m\.?)?)?(?: [a-z]{{2,4}})?"
)
_ENGLISH_WRITER = re.compile(r"by [a-z][a-z .'’-]{2,40}")
_AFTER = r"[\s|·•,;，；。\-—/]*"
_OFFICE = (
    r"(?:政府|办公室|办公厅|委员会|管委会|统计局|[\u4e00-\u9fff](?:局|厅|院|署|委|办|部|处|站|中心|公司|集团|银行|大学|学校|协会|联合会|法院|总队|支队|大队)"
    r"|调查队|报社|日报|晚报|[\u4e00-\u9fff](?:(?<=[青少]年)报|(?<![通简公年季汇申预喜捷战情播])报|网|社|频道|客户端|融媒))"
)
_PAGE = re.compile(
    r"^(?:来自\s?[\u4e00-\u9fff]{2,10}|第?\s?[a-z]?\d{1,3}\s?版.{0,12}|[\u4e00-\u9fff]{2,10}(?:报|网|社|刊)\s?(?:第?\s?[a-z]?\d{1,3}\s?版.{0,12})?)$"
)
_MASTHEAD = re.compile(r"^[\u4e00-\u9fff]{2,10}(?:报|刊|周刊|时报)\s?")
_NUMBERED = re.compile(
    r"^[(\[]?[\u4e00-\u9fff]{1,14}\s?[〔\[(]\s?(?:19|20)\d{2}\s?[〕\])]\s?第?\s?\d{1,5}\s?号[)\]]?$"
    r"|^(?:[(\[]第\s?[\d一二三四五六七八九十百]{1,5}\s?号[)\]]|[(\[]?20\d{2}年\s?第\s?\d{1,5}\s?号[)\]]?)$"
)
_SPOKEN = re.compile(rf"^[—–-]{{1,3}}\s?(?:{FULL_DAY})在.{{4,60}}[上会]$")
_PASSED = re.compile(
    rf"^[(\[](?:根据|自|经)?\s?(?:{FULL_DAY})[^。]{{2,200}}(?:通过|公布|发布|印发|批准|修订|修正|修改|施行|实施|废止)[)\]]$"
)
_RECORD = re.compile(
    r"^(?:活动)?(?:地点|地址|会场|主持|主办|对象|参加|费用|报名|联系|电话|内容|人数|票价)[\u4e00-\u9fff]{0,4}\s?[:：]"
)
_LONGEST = 300
_LONGEST_VALUE: dict[Sort, int] = {"title": 100, "number": 60, "credit": 60, "office": 50, "class": 50, "writer": 30}
_PAPER = re.compile(r"公报|报告|通知|意见|决定|办法|公告|通告|方案|规定|要点|条例|批复")


@dataclass(frozen=True, slots=True)
class Imprint:
    """What a line of metadata says.

    `date` is the day it gives, of the sort `dated`; `kept` are the names of what may be asked for, none where the line
    goes; `title` is the headline where a table of metadata has it; `sure` says that no other record has such a line;
    `writer` that it names who wrote the text.
    """

    date: str | None = None
    dated: Sort = "published"
    kept: frozenset[str] = frozenset()
    title: str = ""
    sure: bool = True
    writer: bool = False
    waits: Sort | None = None
    """The last label of the line has no value: that may stand on the next line."""
    is_value: bool = False
    """The line is the value of the label above it."""
    is_day: bool = False
    """The line is a day in words, without a label: it closes a letter, mostly below an office's name."""


@dataclass(frozen=True, slots=True)
class _Field:
    sort: Sort
    label: str
    value: str


def read_imprint(text: str) -> Imprint | None:
    """What a line says as metadata; None for a line of the text itself."""
    if len(text) > _LONGEST:
        return None
    folded = fold(text).strip(" |·•")
    special = _closing(folded) or _bare_day(folded) or _number(folded) or _passed(folded)
    if special is not None:
        return special
    before, fields = _fields(folded)
    if not fields or not all(_fits(field) for field in fields):
        return None
    # Only a day, a paper or an address stands before the first label; a sentence with an editor behind it is text.
    head = _bare_day(re.sub(r"^https?://\S+\s*", "", before)) if before else None
    if before and head is None and not _MASTHEAD.fullmatch(before) and not _ENGLISH_WRITER.fullmatch(before):
        return None
    stamp = head.date if head is not None else None
    return _summed(fields, stamp)


def _summed(fields: Sequence[_Field], stamp: str | None) -> Imprint:
    found = {field.sort: find_day(field.value) for field in reversed(fields) if field.sort in _DATED}
    dated: Sort = next((sort for sort in _DATED if found.get(sort)), "published")
    loose = next((day for field in fields if field.sort == "credit" and (day := find_day(field.value))), None)
    kept = frozenset(KEPT[field.sort] for field in fields if field.value and field.sort in KEPT)
    strong = [field for field in fields if field.label.replace(" ", "") not in WEAK]
    return Imprint(
        date=found.get(dated) or stamp or loose,
        dated=dated,
        kept=kept,
        title=next((field.value for field in fields if field.sort == "title"), ""),
        sure=bool(strong or stamp or found.get(dated)),
        writer=any(field.sort == "writer" for field in fields),
        waits=fields[-1].sort if not fields[-1].value else None,
    )


def _bare_day(folded: str) -> Imprint | None:
    """A line that is a day, with the time, the paper or the office beside it; or the day on which a speech was held."""
    if _SPOKEN.match(folded):
        return Imprint(find_day(folded), "written", frozenset({"日期"}))
    paper = _MASTHEAD.match(folded)
    line = folded[paper.end() :] if paper is not None else folded
    signed = re.fullmatch(rf"[\u4e00-\u9fff]{{2,10}} (?P<day>{FULL_DAY})", folded)
    if signed is not None:  # whoever published it, by whatever name, and the day alone
        return Imprint(find_day(signed["day"]))
    stamp = _STAMP.match(line)
    if stamp is None:
        english = _ENGLISH_STAMP.fullmatch(folded)
        sort: Sort = "updated" if english is not None and english["updated"] else "published"
        return Imprint(find_day(folded), sort) if english is not None else None
    rest = re.sub(rf"^{_AFTER}|{_AFTER}$", "", line[stamp.end() :])
    rest = re.sub(
        r"^(?:农历)?[\u4e00-\u9fff]{2}年?[正一二三四五六七八九十冬腊闰]{1,3}月[初一二三四五六七八九十廿]{2,3}\s?",
        "",
        rest,
    )
    if not rest or _PAGE.match(rest) or is_office(rest):
        return Imprint(find_day(line), is_day=not rest and "年" in stamp.group())
    return None


def _closing(folded: str) -> Imprint | None:
    """A line that closes a letter: who issued it, and the day."""
    match = re.fullmatch(rf"(?P<office>[^\d]{{2,40}}?)\s?(?P<day>{FULL_DAY})", folded)
    if match is None or _MASTHEAD.fullmatch(match["office"]) or not is_office(match["office"].strip()):
        return None
    return Imprint(find_day(match["day"]), "written", frozenset({"发文机关", "日期"}))


def closing_day(imprint: Imprint, signed: bool) -> Imprint:
    """The day below a letter's text, or below its office's name (`signed`): that of writing, and it stays."""
    return replace(imprint, dated="written", kept=frozenset({"发文机关", "日期"} if signed else {"日期"}))


def _number(folded: str) -> Imprint | None:
    return Imprint(kept=frozenset({"文号"})) if _NUMBERED.match(folded) else None


def _passed(folded: str) -> Imprint | None:
    """The line below a law's title: (2020年3月9日县人民代表大会第三次会议通过)."""
    return Imprint(find_day(folded), "written", frozenset({"日期"})) if _PASSED.match(folded) else None


def is_office(folded: str) -> bool:
    """Whether a line is the name of who issues papers, and nothing else: 高台县统计局."""
    return len(folded) <= 40 and re.fullmatch(rf"[\u4e00-\u9fff、 ()]{{1,38}}{_OFFICE}", folded) is not None


def _fields(folded: str) -> tuple[str, list[_Field]]:
    """What stands before the first label, and the labels with their values."""
    line = RUN_ON.sub(" ", folded)
    found = list(LABEL.finditer(line))
    if not found:
        bare = BARE.match(line)
        if bare is None or (len(bare.group().replace(" ", "")) < 3 and bare["number"] is None):
            return "", []
        return "", _bare_fields(line)
    before = re.sub(rf"^{_AFTER}|{_AFTER}$", "", line[: found[0].start()].strip("[]【】() "))
    ends = [match.start() for match in found[1:]] + [len(line)]
    return before, [_field(match, line[match.end() : end]) for match, end in zip(found, ends, strict=True)]


def _bare_fields(line: str) -> list[_Field]:
    """Fields whose labels stand without a colon, parted by blanks or by the bars of a table."""
    fields: list[_Field] = []
    for word in re.split(r"\s?[|\t]\s?| ", line):
        match = BARE.match(word)
        if match is not None and len(word) >= 2:
            fields.append(_field(match, ""))
        elif fields and word:
            fields[-1] = replace(fields[-1], value=f"{fields[-1].value} {word}".strip())
    return fields


def _field(match: re.Match[str], value: str) -> _Field:
    name, label = next((name, label) for name, label in match.groupdict().items() if label)
    sort: Sort = name.removeprefix("b_").removeprefix("en_")  # type: ignore[assignment]
    return _Field(sort, label, re.sub(rf"^{_AFTER}|(?:{_AFTER}|[)\]】])$", "", value))


def _fits(field: _Field) -> bool:
    """Whether the value is one of its label: 时间:3月5日上午 is the time of something that is to be."""
    if re.search(r"[。！？!?]", field.value):
        return False
    if field.sort in _DATED:
        stamp = _STAMP.match(field.value) if field.value else None
        if field.value and stamp is None:
            return bool(re.fullmatch(rf"(?:{FULL_DAY})(?:,? (?:at )?{CLOCK_TIME})?.{{0,8}}", field.value))
        return stamp is None or len(field.value) - stamp.end() <= (40 if field.value.isascii() else 12)
    return len(field.value) <= _LONGEST_VALUE.get(field.sort, 40)


_INLINE = re.compile(r"^(.{1,80}?)[,，\s]*正文\s?[:：]\s*(?=\S)")
_SHORT_HEAD = 16


def parted(lines: Sequence[Line]) -> tuple[list[Line], dict[int, Imprint]]:
    """The lines, with a page's metadata before a text (2024-01-05 10:00，正文：…) as lines of their own.

    What those say is given by their position among the lines.
    """
    result: list[Line] = []
    heads: dict[int, Imprint] = {}
    for line in lines:
        match = _INLINE.match(line.text) if line.level is None else None
        day = find_day(fold(match[1])) if match is not None else None
        imprint = read_imprint(match[1]) if match is not None else None
        if match is None or not (day or imprint is not None or len(match[1]) <= _SHORT_HEAD):
            result.append(line)
            continue
        heads[len(result)] = Imprint(day)
        result += [replace(line, text=match[1]), replace(line, text=line.text[match.end() :])]
    return result, heads


def find_imprints(lines: Sequence[Line]) -> Mapping[int, Imprint]:
    """The lines that are metadata, by their position; where a value stands below its label, both lines."""
    found: dict[int, Imprint] = {}
    filled = [place for place, line in enumerate(lines) if line.text]
    skip = -1
    for order, place in enumerate(filled):
        if place == skip:
            continue
        imprint = read_imprint(lines[place].text)
        if imprint is None:
            continue
        following = filled[order + 1] if order + 1 < len(filled) else None
        below = lines[following].text if following is not None else ""
        if imprint.waits is not None and following is not None and _belongs(imprint.waits, below):
            day = find_day(fold(below)) if imprint.waits in _DATED else None
            kept = imprint.kept | ({KEPT[imprint.waits]} if imprint.waits in KEPT else frozenset())
            imprint = replace(
                imprint, date=imprint.date or day, dated=imprint.waits if day else imprint.dated, kept=kept, waits=None
            )
            found[following] = Imprint(kept=kept, sure=imprint.sure, is_value=True)
            skip = following
        elif not imprint.kept and (_RECORD.match(below) or (order and _RECORD.match(lines[filled[order - 1]].text))):
            continue
        found[place] = imprint
    return {place: imprint for place, imprint in found.items() if imprint.sure or _beside(found, place)}


def _beside(found: Mapping[int, Imprint], place: int) -> bool:
    """Whether a line that is surely metadata stands next to this one, others like this one between them."""
    for step in (-1, 1):
        near = place + step
        while near in found:
            if found[near].sure:
                return True
            near += step
    return False


def _belongs(sort: Sort, below: str) -> bool:
    """Whether a line is the value of a label of this sort that stands alone above it."""
    folded = fold(below)
    if read_imprint(below) is not None and sort not in (*_DATED, "number", "index", "effect"):
        return False
    if sort in _DATED or sort == "effect":
        return _STAMP.fullmatch(folded) is not None
    if sort in ("number", "index"):
        return (
            bool(re.fullmatch(r"[\w〔〕\[\]()\-/第号 ]{3,40}", folded))
            and bool(re.search(r"\d", folded))
            and not _PAPER.search(folded)
        )
    if sort == "office":
        return is_office(folded)
    return len(folded) <= 12 and not _PAPER.search(folded) and not re.search(r"[。:]", folded)
