"""Things that a question lists itself, a figure each: 夏粮、秋粮加起来多少; 甲校、乙校和丙校哪所最少.

Called by `work_out` where the table has no such places or organisations: a thing may be whose a figure is, what it
measures, or a part of that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.places import places_of
from chinese.quantities import find_quantities
from chinese.tokens import fold
from qa.figures.several.asked_measure import ADDED, modes_asked, unit_asked, words_asked
from qa.figures.several.asked_periods import in_words
from qa.figures.several.choosing import cell_of, completed, dated, left_to, unit_family, unit_fits, year_at_end
from qa.figures.several.clauses import as_meant
from qa.figures.several.computing import NotCertain, Row, compute
from qa.figures.several.measured_words import WordsAsked, measure_key
from qa.figures.several.operations import PAIR
from qa.types import WorkedOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.figures.several.choosing import Cell
    from qa.figures.several.operations import Several
    from qa.question.question import Question
    from qa.types import Figure

_CLAUSES = re.compile(r"[,，。;；?？:：]")
_JOINT = re.compile(r"以及|(?<![之总])和|与|及|跟|加(?![起在装快工值])")
_BEFORE_FIRST = re.compile(
    r".*(?:\d年(?:[末底度]|[春夏秋冬]季)?|季度|半年|\d月(?:末|底|份)?|期间|[全本我][省市区县镇乡旗校]|[的把将按在]|对(?!虾|外|口)|其中|请问)"
)
_BEHIND_LAST = re.compile(
    r"(?:里|(?<!^)中(?![医学小])|当中|之中|这|各|[几两二三四五六七八九十][个座家所条项种类地]|加起来|合起来|加在一起|一起|一共|总共|合计"
    r"|共计|总计|之和|总和|分别|的|哪|谁|比|(?:19|20)\d\d|去年|今年|是|有|按|从|由).*$"
)
_LONGEST, _FEWEST_NAMED, _SHORT = 14, 2, 4
_VERSUS = re.compile(
    r"^(?P<one>[\u4e00-\u9fff()（）]{2,14}?)(?:(?:的|(?:19|20)\d\d年(?:[末底度])?的?|去年的?|今年的?)(?P<said>.*?))?"
    r"(?<![同环占相])(?:比|较)(?P<other>[\u4e00-\u9fff()（）]{2,14}?)(?:的.*?)?(?:高|多|少|低|大|小|长|短|快|慢|贵|便宜|相差|差)"
)


def items_asked(folded: str) -> tuple[str, ...]:
    """The things that a folded question lists, in its order; nothing where it lists none."""
    for clause in _CLAUSES.split(folded):
        versus = _VERSUS.search(re.sub(r"^.*?\d年(?:[末底度])?的?", "", clause) if clause[:1].isdigit() else clause)
        parts = clause.split("、")
        tail = _JOINT.split(parts[-1])
        if len(parts) == 1 and versus is not None:
            return _bare(versus["one"]), _bare(versus["other"])
        found = [*parts[:-1], *(tail if len(tail) == PAIR else parts[-1:])]
        if len(found) < PAIR:
            continue
        first, *between, last = found
        items = (_BEFORE_FIRST.sub("", first), *between, _BEHIND_LAST.sub("", last))
        if all(1 < len(item) <= _LONGEST and not re.search(r"\d[年月%]|^\d+$", item) for item in items):
            return items
    return ()


def _bare(item: str) -> str:
    """A thing that begins with a place as that place: 云溪县 of 云溪县新建."""
    place = next((place for place in places_of(item) if place.start == 0 and place.core), None)
    return item[: len(place.name)] if place is not None else item


def work_out_items(question: Question, several: Several, figures: Sequence[Figure]) -> WorkedOut | None:
    """What the figures of things come to that a question lists; None where one has none, or more than one."""
    items = items_asked(question.folded) if several.across == "places" else ()
    periods = several.named.periods
    if len(items) < PAIR or len(periods) > 1 or several.named.latest:
        return None
    period = periods[0] if periods else ""
    ways = modes_asked(question, several)
    modes = frozenset(("new",)) if ADDED.search(several.words) else frozenset().union(*ways)
    unit = unit_asked(question, several)
    asked = words_asked(question, several, [*items, *parts_of(items)])
    if not asked and not unit:
        unit = "人次" if _PEOPLE.search(several.words) else ""
        if not unit and several.operation != "sum" and len({item[-2:] for item in items}) > 1:
            return None  # nothing says what is measured
    own = [
        figure
        for figure in map(as_meant, dated(figures))
        if figure.mode in modes and unit_fits(unit, figure.unit) and year_at_end(figure) == period
    ]
    articles = [figure for figure in figures if not WordsAsked.of(asked).lacking_of(figure)]
    rows = []
    for item in items:
        found = _cell(item, item is items[-1], asked, own, articles)
        if found is None:
            return None
        rows.append(Row(item, item, found))
    chosen = [row.cell.figure for row in rows]
    if len({(figure.sentence, figure.start) for figure in chosen}) < len(rows):
        return None
    units = {unit_family(figure.unit) for figure in chosen}
    if len(units) > 1 or (several.operation == "sum" and "%" in units):
        return None
    if len({_besides(figure, [*items, *parts_of(items)], asked) for figure in chosen}) > 1:
        return None  # 处理量 and 设计处理能力 are not one measure
    try:
        worked = compute(several, rows[::-1] if several.operation in ("difference", "rate") else rows)
    except NotCertain:
        return None
    when_zh, when_en = in_words(period) if period else ("", "")
    zh, en = (f"{when_zh}：{worked.zh}", f"{when_en}: {worked.en}") if when_zh else (worked.zh, worked.en)
    return WorkedOut(worked.results, zh, en, tuple(chosen))


def _besides(figure: Figure, items: Sequence[str], asked: Sequence[Sequence[str]]) -> str:
    """What a figure measures besides the things listed and the words asked for."""
    left = measure_key(figure.measure).replace(" ", "")
    for word in sorted((*items, *(word for own in asked for word in own)), key=len, reverse=True):
        left = left.replace(measure_key(word).replace(" ", ""), "", 1)
    return left


def parts_of(items: Sequence[str]) -> list[str]:
    """The words of things with 和 or brackets in them, which stand apart among a question's words."""
    return [part for item in items for part in re.split("[和与及、()（）]", item) if len(part) > 1 and part != item]


def _cell(
    item: str, is_last: bool, asked: Sequence[Sequence[str]], figures: Sequence[Figure], whole: Sequence[Figure]
) -> Cell | None:
    """The figure of a thing as one cell; the last one of a list may have with it what all of them measure.

    `whole` are figures that have all the words asked for themselves.
    """
    for size in range(len(item), _FEWEST_NAMED - 1, -1) if is_last else (len(item),):
        words = WordsAsked.of([*([[item[size:]]] if size < len(item) else []), *asked])
        own = [figure for figure in figures if _is_of(figure, item[:size])]
        if all(words.lacking_of(figure) for figure in own):
            # 项目9个,总投资62亿元: what is left to the figure before
            left = completed(figures, WordsAsked.of([[item[:size]], *asked]))
            own = [figure for figure in left if _is_of(figure, item[:size])]
        alike = [figure for figure in own if not words.lacking_of(figure)] or [
            figure for figure in own if _has_all(figure, words, whole)
        ]
        cell = cell_of(alike)
        if cell is not None:
            return cell
    return None


def _is_of(figure: Figure, item: str) -> bool:
    """Whether a figure is of a thing: by its owner's name, by what it measures, its part, or what stands before it."""
    whose = fold(figure.whose)
    if "、" not in whose and (item in whose or _is_short_for(item, whose)):
        return True
    before = find_quantities(figure.sentence[: figure.start])
    own = figure.sentence[before[-1].end if before else 0 : figure.start]
    return any(item in fold(text) for text in (figure.measure, figure.part, own))


def _is_short_for(item: str, whose: str) -> bool:
    """Whether a name leaves out characters of another, and ends as it does: 少儿图书馆 of 少年儿童图书馆."""
    rest = iter(whose)
    return len(item) >= _SHORT and item[-2:] == whose[-2:] and all(character in rest for character in item)


def _has_all(figure: Figure, words: WordsAsked, whole: Sequence[Figure]) -> bool:
    """Whether a figure leaves words to its sentence's beginning, to its title, or to a measure named before it.

    The last word, which says what is measured, is not left to the title.
    """
    lacking = words.lacking_of(figure)
    if any(left_to(figure, other) for other in whole):
        return True
    opening = _OPENING.match(figure.sentence)
    said = fold(opening.group() if opening is not None else "")
    left = WordsAsked.of(lacking).lacking(said)
    return not left or (words.words[-1] not in left and not WordsAsked.of(left).lacking(fold(figure.title)))


_PEOPLE = re.compile(r"(?:^|\s)(?:游客)?人(?:次|数)?(?:$|\s)")
_OPENING = re.compile(r"(?:(?:19|20)\d\d年)?[^\d]*")
