"""Whose a figure is: names as texts and questions have them, the names of places that no dictionary knows among them.

Called for each figure of a question over several: what stands in the title, in a table's first column, or before the
measure itself is the name of a figure that has none of its own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.dictionary import is_common_noun, readings_of
from chinese.places import places_of
from chinese.table_rows import named_cells
from chinese.tokens import fold, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from qa.question.question import Question
    from qa.types import Figure

_PLACE_END = re.compile(r"[省市区县镇乡村州]$")
_OFFICE = re.compile(r"(?:人民政府|政府|党委|管委会|(?<=[省市区县镇])委)$")
_BODY = re.compile(r"[院校厂局馆港园司行社站库所处场桥店城街路湖山河团会]$")
_NOBODY = re.compile(
    r"(?:全|我|本|该|各)[国省市区县州镇乡村港馆院校园]|(?:高新|经开|开发|新|园|保税|自贸)区|当地|港口|区域|地区|本地|辖区|全体|整体|.{0,6}(?:合计|总计|小计)|[省市区县镇]|.{2,6}全[省市区县镇乡村]"
)
"""What names no one in particular; who that is stands elsewhere."""
_BODIES = (
    r"(?:第?[一二三四五六七八九十]{1,3})?(?:人民|中心|中级|基层)*"
    r"(?:法院|检察院|医院|图书馆|博物馆|体育馆|学校|中学|小学)"
)
_KIND = (
    r"(?:[省市县区州镇乡村]|街道|高新区|开发区|经开区|新区|园区|港|图书馆|博物馆|体育馆"
    r"|医院|学校|大学|学院|法院|地铁|机场|集团|公司|水库|景区)"
)
_UNKNOWN = re.compile(rf"(?P<core>[\u4e00-\u9fff]{{2,4}}?){_KIND}(?:{_BODIES})?(?![场长级域内里民立政])")
_BODY_OF_PLACE = re.compile(_BODIES)
_NAME_FIRST = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,4}?(?:[区县市镇乡港]|新区|高新区))(?P<rest>[\u4e00-\u9fff].+)")
_WHOLE = re.compile(r"[全我本该]([省市区县州镇乡村])")
_LONGEST_REST = 2
_SAID = 0.6
"""Weight from which a Chinese word is a translation of an English name."""


def name_of(whose: str) -> str:
    """Whose a figure is, without the wider places before it: 沈河区 for 沈阳市沈河区 and 沈阳市沈河区政府."""
    folded = fold(whose).replace(" ", "")
    bare = _OFFICE.sub("", folded)
    place = next(reversed(places_of(bare)), None)
    if place is None:
        return folded
    before, rest = bare[: place.start], bare[place.start + len(place.name) :]
    # 白|沙市: the name of a place that is not known, which ends like one that is.
    name = place.name if place.within or len(before) > _LONGEST_REST else before + place.name
    # 白沙市|旅游 in a title is the city; 白沙市|法院 is somebody else.
    is_verb = len(rest) == 1 and not _BODY_OR_PLACE.search(folded) and not _BODY.search(rest)  # 经开区以|12个领跑
    return name if not rest or is_verb or (is_common_noun(rest) and not _BODY.search(rest)) else folded


def is_nobody(whose: str) -> bool:
    """Whether words name no one in particular: 全市, 企业, nothing at all."""
    folded = fold(whose)
    return not folded or _NOBODY.fullmatch(folded) is not None or is_common_noun(folded)


_INFORMANT = re.compile(r"据?(?:记者从)?[省市区县旗].{2,9}(?:公司|局|委|委员会|中心|办|办公室|部门|海关|总队|支队)")
"""An office that no place is named of (县统计局): it tells, and is nobody whose a figure is."""


def is_informant(whose: str) -> bool:
    """Whether words are an office of a place that is not named."""
    return _INFORMANT.fullmatch(fold(whose)) is not None and not any(place.core for place in places_of(fold(whose)))


def _tells_of(whose: str, name: str) -> bool:
    """Whether an office or a utility of a place that is asked about tells of it: 国网云溪供电公司 of 云溪市."""
    return core_of(name) in whose and _PLACE_END.search(name) is not None and _TELLS.search(whose) is not None


_TELLS = re.compile(r"(?:供电公司|海关|统计局|税务局|商务局|监管局|公安局|气象局|调查队|文旅局|局|委员会|办公室)$")


def is_whole(whose: str) -> bool:
    """Whether words stand for everyone: 全市, 合计, nothing at all."""
    return not whose or _NOBODY.fullmatch(fold(whose)) is not None


def core_of(name: str) -> str:
    """A name without its kind: 云溪 of 云溪县."""
    return re.sub(r"(?<=..)(?:[省市区县镇乡村州港]|街道|高新区|新区)$", "", name)


def forms_of(name: str) -> tuple[str, ...]:
    """A name and its short forms, the longest first: 远山制药有限公司 and 远山制药, 云溪县 and 云溪."""
    short = _FIRM.sub("", name)
    return tuple(form for form in dict.fromkeys((name, short, core_of(name))) if len(form) > 1)


_FIRM = re.compile(r"(?<=..)(?:股份|有限|责任|控股|集团|总)*公司$|(?<=...)集团$")


def same_name(one: str, other: str) -> bool:
    """Whether two names may be of one place: 云溪 and 云溪县; not 云溪县 and 云溪市. Or of one firm, one short."""
    short, long = sorted((one, other), key=len)
    if one == other:
        return True
    if _FIRM.search(long) and short == _FIRM.sub("", long):
        return True
    return (
        len(short) > 1 and long.startswith(short) and re.fullmatch("[省市区县镇乡村州]", long[len(short) :]) is not None
    )


def names_of(figures: Sequence[Figure]) -> Mapping[str, str]:
    """The name of each `whose`, a short one as the only longer one that it may be short for."""
    names = {figure.whose: name_of(figure.whose) for figure in figures}
    for whose, name in names.items():
        longer = {other for other in names.values() if len(other) > len(name) and same_name(name, other)}
        if len(longer) == 1:
            names[whose] = longer.pop()
    return names


# --- the names of a question


def names_asked(question: Question, said: str, figures: Iterable[Figure]) -> tuple[list[str], list[str]]:
    """The names of a question in its order: those that figures have, and those that none has.

    `said` are its words without those that ask, parted by blanks.
    """
    figures = tuple(figures)
    measures = tuple({fold(figure.measure).replace(" ", "") for figure in figures})
    owners = (own for figure in figures for own in (figure.whose, figure.part) if _may_be_a_name(own, measures))
    # 惠及居民 is nobody's name, though a place is called 惠及 in a dictionary.
    known = dict.fromkeys(
        name
        for own in owners
        for name in [name_of(own)]
        if not _PLACE_END.search(name) or places_of(name) or opening_name(name)
        if name == fold(own) or _of_a_body(name) or not any(name in measure for measure in measures)
        if not any(measure.endswith(name) for measure in measures)
        if not _begins_a_measure(name, figures)
    )
    if question.language == "en":
        found = _english_names(question, known)
        own = [place.name for place in question.wanted.where]
        return found, [name for name in own if not any(_is_alike(name, other) for other in found)]
    subject = _titled_subject(said, figures)
    if subject:
        known = dict.fromkeys([subject, *(name for name in known if name not in subject)])
    places = _known_in(question.folded, known)
    rest = _COMPARES.sub("\0", question.folded)
    for name in places:
        for form in forms_of(name):
            rest = rest.replace(form, "\0")
    unknown = [
        place.name + (body.group() if (body := _BODY_OF_PLACE.match(rest, place.start + len(place.name))) else "")
        for place in places_of(rest)
        if place.core and place.own is not None
    ]
    unknown += [name for part in said.split() if (name := opening_name(part)) and name in rest]
    others = [
        name
        for name in dict.fromkeys(unknown)
        if not is_plain(name)
        and not any(name in other or other in name for other in places)
        and not any(name != other and name in other for other in unknown)
    ]
    return places, others


def _begins_a_measure(name: str, figures: Iterable[Figure]) -> bool:
    """Whether what others have is measured in words that begin with a name: 发明专利 of 甲公司|发明专利授权."""
    return not places_of(name) and any(
        fold(figure.measure).startswith(name) and figure.whose and name not in fold(figure.whose) for figure in figures
    )


def _may_be_a_name(own: str, measures: Sequence[str]) -> bool:
    """Whether what was taken for an owner may be a name; ordinary words are one of a body that nothing measures."""
    if is_nobody(own):
        return False
    return not is_plain(fold(own)) or (_of_a_body(own) and not any(own in measure for measure in measures))


def _titled_subject(said: str, figures: Iterable[Figure]) -> str:
    """The name that a question's words open with, as far as the title of an article has it; "" for none.

    No dictionary knows 远岫渔港 or 远岫纺织; the title says where the name ends.
    """
    opening = next(iter(said.split()), "")
    titles = {fold(figure.title).replace(" ", "") for figure in figures}
    if not opening or any(place.start == 0 for place in places_of(opening)):
        return ""
    named = opening_name(opening)
    if named:
        return named if any(named in title for title in titles) else ""
    ends = [end for _, _, end in words(opening)]
    size = max((end for end in ends for title in titles if opening[:end] in title), default=0)
    name = _AT_END.sub("", opening[:size])
    count = sum(title.startswith(name) for title in titles)
    begins = count or any(_NAMED_IN.search(title.partition(name)[0]) for title in titles if name in title)
    is_name = count > 1 or (not is_plain(name) and begins)
    return name if len(name) > _LONGEST_REST and is_name else ""


_NAMED_IN = re.compile(r"(?:[省市区县镇乡村年]|关于)$")
"""What stands before a name within a title."""
_COMPARES = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:(?<![占对相])比(?![例重率])|跟|与|较(?=[\u4e00-\u9fff]{2,4}[省市区县镇乡村]))"
)
_AT_END = re.compile(r"(?:新增|新建|累计|完成|实现|新|的)+$")


def is_plain(text: str) -> bool:
    """Whether words are ordinary ones all, of no name: 惠及居民, 公司棉纱产量."""
    if any(place.own is not None for place in places_of(text)):
        return False
    found = [word for word, _, _ in words(text)]
    # A character by itself is of a name that no dictionary has: 望|鹤|公园.
    return bool(found) and all(len(word) > 1 and is_common_noun(word) for word in found)


def _known_in(text: str, known: Iterable[str]) -> list[str]:
    """The names that stand in a text, each the longest at its place, in its order."""
    found: dict[str, int] = {}
    for name in sorted(known, key=lambda item: (-len(item), item)):
        for form in forms_of(name):
            place = text.find(form)
            if place >= 0 and name not in found and not _is_ordinary(name):
                found[name] = place
                text = text[:place] + "\0" * len(form) + text[place + len(form) :]
    return sorted(found, key=lambda name: found[name])


def _is_ordinary(name: str) -> bool:
    """Whether what is taken for a name is an ordinary word, or begins with one of doing: 项目, 新增中小学."""
    return is_common_noun(name) or _DOING.match(name) is not None


def opening_name(part: str) -> str:
    """The name with which words open, though no dictionary knows it: 霁州市|地区生产总值; "" for none."""
    match = _UNKNOWN.match(part)
    if match is None or any(len(word) > 1 and is_common_noun(word) for word, _, _ in words(match["core"])):
        return ""
    return "" if is_common_noun(match.group()) else match.group()


def _english_names(question: Question, known: Iterable[str]) -> list[str]:
    found = []
    for term in question.terms:
        own = [token for token, share in term.alternatives if share >= _SAID and not token.isascii()]
        there = [
            name
            for name in known
            if reads_as(term.text, [name])
            or (term.kind == "name" and any(same_name(token, name) or token == core_of(name) for token in own))
            or (term.text == name)
        ]
        found += there[:1]
    return list(dict.fromkeys([*_known_in(question.folded, known), *found]))


def reads_as(word: str, names: Iterable[str]) -> bool:
    """Whether an English word is how one of the names is read: haiyang of 海阳港."""
    return any(word in readings_of(form) for name in names for form in {name, core_of(name)} if len(form) > 1)


def _is_alike(name: str, other: str) -> bool:
    return same_name(name, other) or core_of(name) == core_of(other) or reads_as(name.lower(), [other])


# --- the names of figures


def named(
    figure: Figure,
    names: Sequence[str],
    around: str,
    is_asked: Callable[[str], bool],
    has_all: Callable[[str], bool],
) -> Figure:
    """A figure with the name that its own text leaves to what stands around it; `names` are those asked for.

    北港区|高新技术企业 as a measure is of that district; a row of a table is of whom its first column names; and what
    has no name is of the one asked for that its article has, as far as `around` shows that, folded. `is_asked` says
    whether words have one of those of the measure asked for, `has_all` whether they have all of them.
    """
    if figure.part and not is_asked(figure.part) and (figure.part in names or _of_a_body(figure.part)):
        return replace(figure, whose=figure.part, part="")
    if figure.whose and named_cells(fold(figure.sentence)):
        return figure  # the row of a table is of whom its first column names, be it 合计
    figure = _divided(figure, names, is_asked)
    first = _NAME_FIRST.fullmatch(figure.measure)
    if (
        first is not None
        and not is_common_noun(first["name"])
        and not is_asked(first["name"])
        and has_all(first["rest"])
    ):
        return replace(figure, measure=first["rest"], whose=first["name"])
    for name in names:
        figure = _of_name(figure, name, around, has_all)
    if figure.whose not in names and is_informant(figure.whose):
        figure = replace(figure, whose="")
    of_place = [name for name in names if _tells_of(fold(figure.whose), name)]
    if figure.whose not in names and len(of_place) == 1:
        return replace(figure, whose=of_place[0])
    if figure.whose in names or not (is_nobody(figure.whose) or _is_measured(figure) or _is_loose(figure)):
        return figure
    whole = _WHOLE.fullmatch(fold(figure.whose))
    own = [name for name in names if any(form in around for form in forms_of(name)[:2])]
    if whole is not None:  # 全市 in a county's report is not the county
        own = [name for name in own if name.endswith(whole[1])]
    return replace(figure, whose=own[0]) if len(own) == 1 else figure


def _of_name(figure: Figure, name: str, around: str, has_all: Callable[[str], bool]) -> Figure:
    """A figure of whom a question names, if its owner or its measure has that name or its end: 渔港 of 远岫渔港."""
    whose, measure = fold(figure.whose).replace(" ", ""), fold(figure.measure).replace(" ", "")
    for form in forms_of(name):
        if measure.startswith(form) and has_all(measure[len(form) :]):
            return replace(figure, measure=measure[len(form) :], whose=name)
    if not any(form in around for form in forms_of(name)[:2]) or places_of(whose):
        return figure
    *_, (last, _, _) = words(name)
    last = whose if len(whose) > 1 and name.endswith(whose) else last
    short = len(last) > 1 and (measure.startswith(last) or whose.startswith(last))
    if len(whose) > 1 and name.endswith(whose):
        # 缃|湖会展中心: a name that was cut leaves its beginning to the measure.
        cut = name[: -len(whose)]
        figure = replace(figure, whose=name, measure=measure.removeprefix(cut))
    elif short and (is_nobody(whose) or is_plain(whose) or whose.startswith(last)):
        figure = replace(figure, whose=name)
    if short and figure.whose == name and has_all(measure.removeprefix(last)):
        figure = replace(figure, measure=figure.measure.removeprefix(last))
    return figure


def _of_a_body(part: str) -> bool:
    return (_BODY_OR_PLACE.search(part) or _BODY.search(part)) is not None and not is_common_noun(part)


def _is_loose(figure: Figure) -> bool:
    """Whether what was taken for an owner is ordinary words that do not stand right before the measure.

    民营企业|出口 are others than 出口; of 社教活动 … |藏品 nothing is said.
    """
    whose, measure = (fold(text).replace(" ", "") for text in (figure.whose, figure.measure))
    if re.search(rf"{re.escape(whose)}{_LED}$", fold(figure.sentence[: figure.start]).replace(" ", "")):
        return False  # 甲院门诊3万人次,开发区医院|2万人次
    return is_plain(whose) and whose + measure not in fold(figure.sentence).replace(" ", "")


def _is_measured(figure: Figure) -> bool:
    """Whether what was taken for an owner is what its own figure, or the one right before, measures.

    馆藏总量 of 馆藏总量213万册,新增馆藏|11万册; 文献 of 文献外借|98万册次.
    """
    whose, before = (fold(text).replace(" ", "") for text in (figure.whose, figure.sentence[: figure.start]))
    own = fold(figure.measure).replace(" ", "")
    if own.endswith(whose):
        return True
    if not is_plain(whose) or _of_a_body(whose):
        return False
    return own.startswith(whose) or re.search(rf"{re.escape(whose)}{_LED}\d[\d.,]*[^\d]{{1,12}}$", before) is not None


_LED = r"(?:为|是|有|达到?|近|超|约|共)?"


def _divided(figure: Figure, names: Sequence[str], is_asked: Callable[[str], bool]) -> Figure:
    """A figure of whose name the end begins its measure, divided anew: 西塘区|专利授权 for 西塘区专利|授权."""
    whose, measure = fold(figure.whose), fold(figure.measure)
    name = next((item for item in names if whose.startswith(item)), "") or opening_name(whose)
    rest = whose[len(name) :]
    if whose in names or not rest or not (is_asked(rest) or _DOING.match(rest)):
        return figure
    if name and measure.startswith(rest):
        return replace(figure, whose=name)
    return replace(figure, whose=name, measure=rest + measure) if whose + measure in fold(figure.sentence) else figure


_DOING = re.compile(r"新增|新建|累计|完成|实现|其中")


_BODY_OR_PLACE = re.compile(rf"{_KIND}$")
