"""Sentences of the same make, one a place or person, are the rows of a table too.

东渠村有31户,支书为周启 beside others about other villages is a row; alone it is none.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.table_rows import Cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CLAUSE = re.compile(r"[^,，;；。]+")
_FEWEST = 3
"""Sentences that are rows at least: two may be alike by chance."""
_LONGEST_CLAUSE, _LONGEST_LABEL, _SHORTEST_HEADING = 40, 16, 2
_LEADS = re.compile(r"^(?:高达|达到?|分别|共有?|约为?|[为是有:：]|\s)+")
_LINKS = re.compile(r"(?:高达|达到?|共有?|约为?|[为是有:：]|\s|[\d.]+|第)+$")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")


def rows_in_prose(sentences: Sequence[str]) -> dict[int, tuple[Cell, ...]]:
    """The cells of folded sentences that stand together and are made alike, by their number; others are left out.

    What differs at the beginning is what a row is about; what all have in a clause is the name of a column, and what
    follows there the value, as far as the clause goes.
    """
    found: dict[int, tuple[Cell, ...]] = {}
    clauses = [list(_CLAUSE.finditer(sentence)) for sentence in sentences]
    place = 0
    for count, group in itertools.groupby(clauses, key=len):
        size = len(list(group))
        if count > 1 and size >= _FEWEST:
            rows = _alike([clauses[number] for number in range(place, place + size)])
            found |= {place + offset: cells for offset, cells in enumerate(rows)}
        place += size
    return found


def _alike(rows: Sequence[Sequence[re.Match[str]]]) -> list[tuple[Cell, ...]]:
    """The cells of each row, [] where the rows are not made alike."""
    if any(len(clause.group()) > _LONGEST_CLAUSE for row in rows for clause in row):
        return []
    first = list(_opening([row[0] for row in rows]))
    if not first or len({cells[0].text for cells in first}) < len(rows):
        return []
    columns = [column for place in range(1, len(rows[0])) if (column := _column([row[place] for row in rows]))]
    if not columns:
        return []
    return [(*cells, *(column[number] for column in columns)) for number, cells in enumerate(first)]


def _opening(clauses: Sequence[re.Match[str]]) -> Iterator[tuple[Cell, ...]]:
    """What each row is about, with the first column where the same clause has it: 东渠村|有耕地|31亩."""
    heading = _common([clause.group() for clause in clauses])
    for clause in clauses:
        text = clause.group()
        label = text.partition(heading)[0] if heading else text
        if not 1 < len(label.strip()) <= _LONGEST_LABEL or re.search(r"\d", label):
            return
        shown = label.strip()
        start = clause.start() + text.index(shown)
        cells = [Cell("", shown, start, start + len(shown))]
        if heading:
            value = _valued(clause, len(label) + len(heading), _LINKS.sub("", heading))
            if value is None:
                return
            cells.append(value)
        yield tuple(cells)


def _common(texts: Sequence[str]) -> str:
    """The longest words that all have behind what they differ in at their beginning; "" where there are none."""
    shortest = min(texts, key=len)
    for size in range(len(shortest) - 2, _SHORTEST_HEADING - 1, -1):
        for start in range(1, len(shortest) - size):
            words = shortest[start : start + size]
            if _HAN.search(_LINKS.sub("", words)) and all(0 < text.find(words) < len(text) - size for text in texts):
                return words
    return ""


def _column(clauses: Sequence[re.Match[str]]) -> list[Cell] | None:
    """The cells of a clause that begins alike in all rows; None where it does not, or says the same in all."""
    heading = _LINKS.sub("", _prefix([clause.group() for clause in clauses]))
    if not _HAN.search(heading) or len({clause.group() for clause in clauses}) == 1:
        return None
    cells = [_valued(clause, len(heading), heading.strip()) for clause in clauses]
    return [cell for cell in cells if cell is not None] if None not in cells else None


def _prefix(texts: Sequence[str]) -> str:
    """The characters that all of these texts begin with."""
    size = 0
    while size < min(map(len, texts)) and len({text[size] for text in texts}) == 1:
        size += 1
    return texts[0][:size]


def _valued(clause: re.Match[str], behind: int, heading: str) -> Cell | None:
    text = _LEADS.sub("", clause.group()[behind:])
    if not text.strip():
        return None
    end = clause.end()
    return Cell(heading, text.rstrip(), end - len(text), end - len(text) + len(text.rstrip()))


_EACH = re.compile(r"(?:分别|依次)(?:[达为是有]到?)?")
_JOINT = re.compile(r"、|以及|[和与及]")
_BETWEEN = re.compile(r"、|以及|[,，和与及]")
_SET = re.compile(r".*(?:[设有分含辖]为?|包括|[:：]|为|是)(?=.)")
_COUNTED = re.compile(r"(?:等)?[两二三四五六七八九十\d]+[个项种类家座条所大支名位][^、和与及]{0,6}$")
_NUMBER = re.compile(r"\d[\d.,]*(?![\d.,]*[年月日])")
_PART_LEAD = re.compile(r"(?:(?:19|20)\d\d年[度末底]?|[今去]年|全年|其中[,:]?)*")
_PAUSE = re.compile(r"[,，;；。]")
_FIGURE = re.compile(r"\d")
_LONGEST_LEAD = 4
"""Characters before a figure in turn behind a comma: 5人,约|8人."""
_VERB = re.compile(r"(?![约近超])[\u4e00-\u9fff]{2,6}(?<![约近超])(?=\d)")
UNNAMED = "数值"
"""What a column is called that has no name."""


@dataclass(frozen=True, slots=True)
class Respective:
    """The rows of a sentence that gives figures in turn, and what stands before the row that they belong to."""

    rows: tuple[tuple[Cell, Cell], ...]
    subject: str


def respective(sentence: str) -> Respective | None:
    """The members of a row with the figure of each: 长跑设甲组、乙组,名额分别为5人、8人.

    None where there are not equally many of both. What is measured stands between the members and 分别, or has
    the clause of 分别 for itself, with the members in the one before.
    """
    each = _EACH.search(sentence)
    if each is None:
        return None
    values = list(_values(sentence, each.end()))
    if len(values) < 2:
        return None
    verb = _VERB.match(sentence, values[0][0])
    # 分别为5亿元、8亿元,增长3%、4%: the second row is about the first.
    for count in dict.fromkeys((len(values), _first_row(sentence, values))):
        members, heading = _of_each(sentence, each, count)
        if heading == UNNAMED and verb is not None:
            heading, values[0] = verb.group(), (verb.end(), values[0][1])
        if len(members) == count > 1 and _HAN.search(heading) and all(a < b for a, b in members):
            members = _without_figures(sentence, members)
            rows = tuple(
                (Cell("", sentence[a:b], a, b), Cell(heading, sentence[c:d], c, d))
                for (a, b), (c, d) in zip(members, values, strict=False)
            )
            return Respective(rows, sentence[: members[0][0]])
    return None


def _of_each(sentence: str, each: re.Match[str], count: int) -> tuple[list[tuple[int, int]], str]:
    """The members that so many figures are of, and what is measured."""
    clauses = [match.end() for match in _PAUSE.finditer(sentence, 0, each.start())]
    own = clauses[-1] if clauses else 0
    first, last = own, each.start()
    heading = UNNAMED
    if _JOINT.search(sentence, own, last) is None:
        heading = sentence[own:last].strip() or UNNAMED
        if heading == UNNAMED and (each_own := _clauses_with_figures(sentence, clauses, count)):
            return each_own, heading
        first, last = (clauses[-2] if len(clauses) > 1 else 0), max(0, own - 1)
    elif (counted := _last_match(_SO_MANY, sentence, own, last)) is not None and last - counted.end() > 1:
        heading, last = sentence[counted.end() : last].strip(), counted.start()
    elif (behind := sentence.rfind("的", own, last)) > 0:
        heading, last = sentence[behind + 1 : last].strip() or UNNAMED, behind
    else:
        cut = _own_heading(sentence, [*_members(sentence, first, last, count)])
        heading, last = (sentence[cut:last].strip(), cut) if cut is not None else (heading, last)
    members = list(_members(sentence, first, last, count))
    return [(start, _without_what_follows(sentence, start, end)) for start, end in members], heading


def _clauses_with_figures(sentence: str, clauses: Sequence[int], count: int) -> list[tuple[int, int]]:
    """The last so many clauses, where each has one figure: 收入5亿元,其中税收4亿元,|分别增长2%和3%; [] where not."""
    bounds = [(start, end - 1) for start, end in itertools.pairwise((0, *clauses))][-count:]
    alone = [len(_NUMBER.findall(sentence[start:end])) == 1 for start, end in bounds]
    if len(bounds) < count or not all(alone) or any(mark in sentence[bounds[0][0] : bounds[-1][1]] for mark in ";；。"):
        return []
    leads = [_PART_LEAD.match(sentence, start, end) for start, end in bounds]
    return [(lead.end() if lead is not None else start, end) for lead, (start, end) in zip(leads, bounds, strict=True)]


def _last_match(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    return next(reversed(list(pattern.finditer(text, start, end))), None)


def _without_what_follows(sentence: str, start: int, end: int) -> int:
    """Where a member ends, without what counts them all, or says when: 丙|三家企业, 丙|全年."""
    found = [match.start() for pattern in (_SO_MANY, _WHEN) for match in pattern.finditer(sentence, start, end)]
    return min(found, default=end)


def _without_figures(sentence: str, members: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The members up to the figure that each has of its own: 甲行|5亿元、乙行|3亿元,增速分别为2%、3%."""
    figures = [_NUMBER.search(sentence, start + 2, end) for start, end in members]
    if None in figures or not all(_HAN.match(sentence, start) for start, _ in members):
        return members
    return [(start, figure.start()) for (start, _), figure in zip(members, figures, strict=True) if figure is not None]


def _first_row(sentence: str, values: Sequence[tuple[int, int]]) -> int:
    """How many figures stand before the first comma between two of them."""
    for number, (before, after) in enumerate(itertools.pairwise(values), 1):
        if re.search("[,，]", sentence[before[1] : after[0]]):
            return number
    return len(values)


_SO_MANY = re.compile(
    r"(?<=..)[两二三四五六七八九十\d]+[个项种类家座条所大支名位](?:重点|主要|骨干|龙头)?"
    r"(?:企业|公司|单位|区县|县区|乡镇|镇|街道|园区|医院|学校|水厂|港口|景区|银行|机构|市场|产业|片区|部门|村|社区|馆|地)"
)
"""What counts the members behind the last of them: 甲、乙、丙三家企业|产值分别为…."""
_WHEN = re.compile(r"(?<=..)(?:全年|去年|今年|当年|[上下]半年|前[一二三]季度|[一二三四]季度|累计)")
_BODY_END = re.compile(r"(?:[省市区县镇乡村园馆院校厂站港湾店社]|街道|公司|集团)")


_SORT_END = re.compile(r"[省市区县镇乡村州旗线组类级期批年月]$")


def _own_heading(sentence: str, members: Sequence[tuple[int, int]]) -> int | None:
    """Where what is measured begins right behind the last member, which ends as the others do; None where it does not.

    甲线、乙线、丙线|客流分别为…; two members alone must end with a sort of which there are many.
    """
    if len(members) < 2:
        return None
    *others, (start, end) = members
    match = _WHEN.search(sentence, start, end)
    if match is not None and end - match.end() > 1:
        return match.end()
    if len(others) > 1 and all(_BODY_END.search(sentence, b - 1, b) for _, b in others):
        # 甲经开区、乙高新区、丙工业园|税收: each ends as places and bodies do.
        behind = [match.end() for match in _BODY_END.finditer(sentence, start + 1, end - 1)]
        alike = [at for at in behind if sentence[at - 1] in {sentence[b - 1] for _, b in others}]
        if behind:
            return alike[-1] if alike else behind[0]
    shared = _prefix([sentence[a:b][::-1] for a, b in others])[::-1]
    if len(others) == 1:
        shared = shared[-1:] if _SORT_END.search(shared) else ""
    for size in range(len(shared), 0, -1):
        at = sentence.find(shared[-size:], start + 1, end)
        if at > 0 and end - at - size > 1:
            return at + size
    return None


def _values(sentence: str, start: int) -> Iterator[tuple[int, int]]:
    """The figures in turn behind a place, each with its unit."""
    stop = re.search(r"[;；。]", sentence[start:])
    end = start + stop.start() if stop is not None else len(sentence)
    for first, last in _parts(sentence, start, end, _BETWEEN):
        figure = _FIGURE.search(sentence, first, last)
        is_other = sentence[first - 1] in ",，" and figure is not None and figure.start() - first > _LONGEST_LEAD
        if figure is None or is_other:
            return  # 分别为5人、8人,丙组共有9人
        yield first, last


def _members(sentence: str, first: int, last: int, count: int) -> Iterator[tuple[int, int]]:
    """The members of a row within a clause, without what leads in the first and what counts them behind the last."""
    counted = _COUNTED.search(sentence[first:last])
    last = first + counted.start() if counted is not None else last
    parts = list(_parts(sentence, first, last, _JOINT))
    if len(parts) != count or not parts:
        return
    start, end = parts[0]
    lead = _SET.match(sentence, start, end)
    yield (lead.end() if lead is not None else start), end
    yield from parts[1:]


def _parts(sentence: str, start: int, end: int, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for mark in between.finditer(sentence, start, end):
        if mark.start() > start:
            yield start, mark.start()
        start = mark.end()
    if end > start:
        yield start, end


_IN_TURN = re.compile(r"分别|依次")
_OF_IN_TURN = re.compile(r"的.{1,10}$")


def respectively(folded: str, at: int) -> tuple[str, tuple[str, ...]]:
    """To which of a row a figure belongs, and the row: the second of 甲、乙分别为5家、|8家 to 乙."""
    first = part_start(folded, at)
    since, found = first, None
    for each in _IN_TURN.finditer(folded, first, at):
        row = re.split(r"[,，:：]", folded[since : each.start()])[-1]
        since = each.end()
        joint = _JOINT.search(row)
        if found is not None and not row.strip():
            found = found[0], since  # 甲、乙分别为5家、8家,分别增长1家和2家: the same row again
        if joint is not None:
            of_each = _OF_IN_TURN.search(row, joint.end())
            found = (row if of_each is None else row[: of_each.start()]), since
    if found is None:
        return "", ()
    members = tuple(part.strip() for part in _JOINT.split(found[0]) if part.strip())
    between = folded[found[1] : at]
    before = len(_JOINT.findall(between)) + len(re.findall(r"[,，]", between))
    return (members[before], members) if before < len(members) else ("", ())


def clause_in_turn(folded: str, at: int) -> tuple[str, tuple[str, ...], int, str] | None:
    """The same of clauses with a figure each: 收入5亿元,其中税收4亿元,分别增长2%和|3%.

    With where the clause's name ends, and what is said in turn (增长).
    """
    if _IN_TURN.search(folded, part_start(folded, at), at) is None or (turn := respective(folded)) is None:
        return None
    for member, value in turn.rows:
        if value.start <= at < value.end:
            return member.text, tuple(cell.text for cell, _ in turn.rows), member.end, value.column
    return None


def part_start(folded: str, at: int) -> int:
    """Where the part of a sentence begins that a place stands in, between semicolons."""
    return max(folded.rfind(mark, 0, at) for mark in "。；;\n") + 1
