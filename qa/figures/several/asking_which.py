"""Questions that ask which of several: 哪一年最多, 前三名是哪几个, which are above a hundred, all in their order.

Each reader takes a folded question and its periods, and gives what is asked with the spans of its words that say so.
Called by `asking`, in the order in which it tries them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.quantities import find_quantities
from qa.figures.several.operations import PAIR, Several

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.figures.several.asked_periods import Named
    from qa.figures.several.operations import Across

_BODIES = r"法院|检察院|医院|学校|图书馆|博物馆|公园|派出所|供电所"
SORT = (
    rf"(?:(?:区县|县区|县市|市县|[省市区县镇乡][级属直]?)(?:{_BODIES})|法院|检察院|派出所"
    r"|区县|县区|乡镇|镇街|苏木镇?|县市区?|市县|市区|高新区|开发区|经开区|新区|园区|自贸区|[区县市镇乡村州省](?!长)|街道|乡镇|城市|地区|地方|国家"
    r"|企业|公司|集团|学校|高校|大学|医院|景区|港口|机场|码头|水库|银行|项目|单位|部门|图书馆|博物馆|车站|工厂|支行|合作社|社区|线路|路线)"
)
_YEARS = r"(?:哪一?个?(?:年份?|年度)|(?:什么|哪个)年份?|何年)"
_STEPS = r"(?:哪一?个?(?:季度|月份?|半年)|几月份?)"
_WHICH_PERIOD = rf"(?:{_YEARS}|{_STEPS})"
_WHICH_PERIODS = r"(?:哪(?:几|些|[两二三四五六七八九])个?(?:年份?|年度|季度|月份?))"
TAIL = r"(?:\([^()]{1,8}\))?(?:呢|啊|吗)?[?？。]*$"
_ANY_SORT = rf"[\u4e00-\u9fff]{{1,5}}?(?={TAIL})"
"""A sort of thing that no list has, where the question ends with it: 哪几个牧场?"""
EACH_OF = "个座家所条类种项"
_WHICH_PLACE = (
    rf"(?:哪(?:一?[{EACH_OF}]|里)?的?{SORT}|哪一?[{EACH_OF}]的?{_ANY_SORT}|哪一?[家所类种项条座]|哪里|哪儿|哪地|谁"
    r"|哪一?个?(?=更|最)|哪个(?!月|季|年|半))"
)
_WHICH_PLACES = (
    rf"(?:哪(?:几|些|[两二三四五六七八九])[{EACH_OF}]?的?(?:监测|重点|主要|市直|公办|试点)?{SORT}"
    rf"|哪(?:几|[两二三四五六七八九])[{EACH_OF}]的?{_ANY_SORT}|哪些{_ANY_SORT}"
    rf"|哪几[{EACH_OF}]|哪[两二三四五六七八九][{EACH_OF}]|哪些)"
)
_MOST, _LEAST = r"[多高大长快]", r"[少低小短慢]"
_SUPERLATIVE = rf"最(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))(?![程限]度)"
_OF_THESE = re.compile(r"(?:这|其)中|当中|之中|里面?(?=哪)")


OF_A_SORT = re.compile(rf"(?:直属?|公办|重点|主要|监测)?(?P<sort>(?![省市区县镇乡村州]$){SORT})$")
_SORTED = re.compile(
    rf"(?:哪(?:[一两二三四五六七八九十几些])?[个座家所]?|什么|最[{_MOST[1:-1]}{_LEAST[1:-1]}]的(?:前?[两二三四五六七八九十\d]+)?[个座家所]?)的?({SORT})"
)


def _sort_of(match: re.Match[str]) -> str:
    found = _SORTED.search(match.group()) or _SORTED_AT_END.search(match.string) or _SORTED_BEFORE.search(match.string)
    if found is None:
        return ""
    known = _SORT_AT_END.search(found[1])
    return known[1] if known is not None else found[1]


_SORT_AT_END = re.compile(rf"({SORT})$")
_SORTED_BEFORE = re.compile(
    rf"[几各这那两二三四五六七八九十][{EACH_OF}]([\u4e00-\u9fff]{{1,5}}?)(?:里|中|当中|之中|内)"
)
"""几个断面里|哪个最高."""


_SORTED_AT_END = re.compile(
    rf"哪[一两二三四五六七八九几]?[个座所条]的?((?:(?![最更较超高低多少大小])[\u4e00-\u9fff]){{1,5}}?){TAIL}"
)


Read = tuple[Several, list[tuple[int, int]]]


# --- 最多, 前三


_EXTREMES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<which>{_WHICH_PERIOD}|{_WHICH_PLACE})(?P<middle>[^,，;；。?？最]*?){_SUPERLATIVE}(?:的)?{TAIL}",
        rf"(?P<which>{_WHICH_PERIOD}|{_WHICH_PLACE})(?P<middle>[^,，;；。?？最]*?){_SUPERLATIVE}的?"
        rf"(?P<noun>[^,，;；。?？最是为哪]{{1,12}}){TAIL}",
        rf"{_SUPERLATIVE}(?:的)?(?:(?:一|那)[年个]|年份|{SORT}|季度)?"
        rf"(?:是|为|在|出现在|发生在|是在)*(?P<which>{_WHICH_PERIOD}|{_WHICH_PLACE}|哪一?[{EACH_OF}]){TAIL}",
        rf"{_SUPERLATIVE}的(?P<which>{SORT}|年份)(?:是|为)?{TAIL}",
        rf"{_SUPERLATIVE}的(?P<which>[\u4e00-\u9fff]{{2,5}})(?:是|为)[\u4e00-\u9fff]{{0,6}}?哪一?[{EACH_OF}]{TAIL}",
    )
)
_LAST_WHICH = _EXTREMES[2]
"""最多的是哪个: the question word last."""
_MORE = re.compile(
    rf"哪(?:一?[个座家所年])?的?(?:{SORT})?(?P<middle>[^,，;；。?？最]*?)(?:更|较|比较)?(?:(?P<most>{_MOST})|(?P<least>{_LEAST}))(?:一些|些|一点)?{TAIL}"
)


def extreme(folded: str, named: Named) -> Read | None:
    """The most or the least of all: 哪一年最多."""
    for pattern in _EXTREMES:
        match = pattern.search(folded)
        if match is None:
            continue
        which = match["which"]
        if pattern is not _LAST_WHICH and _ANY_AT_ALL.fullmatch(which) and not (named.periods or _AMONG.search(folded)):
            continue  # 谁是最大赢家, 哪座山最高: no question of figures
        across: Across = "periods" if re.fullmatch(rf"{_WHICH_PERIOD}|年份", which) else "places"
        kept = [match.span(name) for name in ("middle", "noun") if match.groupdict().get(name)]
        several = Several("extreme", across, named, "", _sort_of(match), count=1, least=match["least"] is not None)
        return several, list(without([match.span()], kept))
    match = _MORE.search(folded)
    if match is None:
        return None
    across = "periods" if folded[match.start() : match.start() + 3].startswith(("哪年", "哪一年")) else "places"
    if across == "periods" and len(named.periods) < PAIR:
        return None
    several = Several("extreme", across, named, "", _sort_of(match), count=1, least=match["least"] is not None)
    kept = [match.span("middle")] if match["middle"] else []
    # 哪个多 of two that are named; without names it is no question by itself.
    return (several, list(without([match.span()], kept))) if across == "periods" or _TWO.search(folded) else None


_ANY_AT_ALL = re.compile(
    rf"谁|哪一?[条座]|哪一[家所类种项]|哪个|(?!哪|年份|几月|什么|何年|{SORT}$)[\u4e00-\u9fff]{{2,5}}"
)
_AMONG = re.compile(rf"、|[几两二三四五六七八九十各][{EACH_OF}地]|[按排]")
_TWO = re.compile(r"[和与跟、]|还是")
_NUMBER = r"(?P<count>[两二三四五六七八九十]|\d{1,2})"
NUMERALS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_RANKINGS = tuple(
    re.compile(pattern)
    for pattern in (
        # 最多的三个区是哪几个
        rf"{_SUPERLATIVE}的(?:前)?{_NUMBER}[{EACH_OF}]?(?:{SORT}|年份?|[\u4e00-\u9fff]{{1,5}}?)?(?:分别)?(?:是|为|有)?"
        rf"(?:{_WHICH_PLACES}|{_WHICH_PERIODS}|哪[几些]?[个家年]?){TAIL}",
        # 排在前三的是哪几个区, 前三名分别是哪些区
        rf"(?:从[高多大]到[低少小])?(?:由[高多大]到[低少小])?(?:排名?|位列|位居|居)?(?:在|于)?(?P<from>前|后|倒数前?){_NUMBER}(?:[名位个]|强)?(?:的)?"
        rf"(?P<noun>[^,，;；。?？哪]{{0,6}}?)(?:分别|依次|各)?(?:是|为|有)?(?:{_WHICH_PLACES}|{_WHICH_PERIODS}|谁){TAIL}",
        # 哪三个区最多, 哪几个区排在前三
        rf"哪(?P<which>几|些|[两二三四五六七八九])个?的?{SORT}(?P<middle>[^,，;；。?？最]*?)(?:排名?|位列|位居|居)(?:在|于)?前{_NUMBER}[名位]?{TAIL}",
        rf"哪(?P<count>[两二三四五六七八九])[个家座所]?的?(?:{SORT}|年)(?P<middle>[^,，;；。?？最]*?){_SUPERLATIVE}{TAIL}",
    )
)
_RANKED_YEARS = re.compile(r"哪(?:几|些|[两二三四五六七八九])个?年|[两二三四五六七八九]年(?:分别)?(?:是|为)?哪")


def ranking(folded: str, named: Named) -> Read | None:
    """The first so many: 前三名是哪几个区."""
    for pattern in _RANKINGS:
        match = pattern.search(folded)
        if match is None:
            continue
        groups = match.groupdict()
        said = groups["count"]
        count = int(said) if said.isdigit() else NUMERALS[said]
        least = groups.get("least") is not None or (groups.get("from") or "").startswith(("后", "倒"))
        across: Across = "periods" if _RANKED_YEARS.search(match.group()) else "places"
        noun = groups.get("noun") or ""
        sort = noun if re.fullmatch(SORT, noun) else _sort_of(match)
        kept = [match.span(name) for name in ("middle", "noun") if groups.get(name) and groups[name] != sort]
        several = Several("ranking", across, named, "", sort, count=count, least=least)
        return several, list(without([match.span()], kept))
    return None


_NTH = re.compile(
    r"(?:第(?P<nth>[二三四五六七八九十])(?:[多高大长快](?![道队街厅门楼学])|(?P<least>[少低小短慢]))"
    r"|(?:排名?|排在|位列|位居|名列|居)第(?P<rank>[二三四五六七八九十])(?:[位名])?)(?:的)?"
    rf"(?P<noun>[\u4e00-\u9fff]{{0,8}}?)(?:是|为)?(?:(?P<periods>{_WHICH_PERIOD})|{_WHICH_PLACE}|哪)?{TAIL}"
)


def nth(folded: str, named: Named) -> Read | None:
    """The second or third of all: 第二多的园区是哪个, 排名第三的是谁."""
    match = _NTH.search(folded)
    if match is None or not re.search(rf"哪|谁|{SORT}(?:是|为)?{TAIL}", match.group()):
        return None
    across: Across = "periods" if match["periods"] or re.search("年份?$", match["noun"]) else "places"
    count = NUMERALS[match["nth"] or match["rank"]]
    sort = match["noun"] if re.fullmatch(SORT, match["noun"]) else _sort_of(match)
    kept = [match.span("noun")] if match["noun"] and match["noun"] != sort and across == "places" else []
    several = Several("extreme", across, named, "", sort, count=count, least=match["least"] is not None)
    return several, list(without([match.span()], kept))


_ORDER = re.compile(
    r"[从由](?:(?P<most>[高多大长快])到[低少小短慢]|(?P<least>[低少小短慢])到[高多大长快])(?:的?顺序)?(?:来)?"
    rf"(?:怎么|如何)?(?:排(?:一下|一排|个?序|列|名)*|列出来?)(?:一下)?{TAIL}"
)


def order(folded: str, named: Named) -> Read | None:
    """All of several in their order: 把三家公司的产值从高到低排一下."""
    match = _ORDER.search(folded)
    if match is None or len(named.periods) > 1 or named.latest:
        return None
    return Several("ranking", "places", named, "", _sort_of(match), least=match["least"] is not None), [match.span()]


# --- 超过100家


_BEYOND = (
    r"(?P<over>超过了?|超出|高于|大于|多于|突破了?|过了?(?=[\d两一二三四五六七八九十百千])|在?(?=[^,，。?？]{1,12}以上))"
    r"|(?P<least>达到了?|不低于|不少于|至少)|(?P<under>低于|少于|小于|不足|不到|未达到?|没有?达到|没有?超过|不超过|在?(?=[^,，。?？]{1,12}以下))"
)
_LIMIT = re.compile(
    rf"(?:都|均|曾)?(?:{_BEYOND})(?P<figure>[^,，;；。?？哪]{{1,14}}?)(?:的)?(?P<noun>[^,，;；。?？哪\d]{{0,8}}?)$"
)


def limit(folded: str, named: Named) -> Read | None:
    """Those that are beyond a figure: 哪些区超过100家."""
    which = re.search(rf"(?P<periods>{_WHICH_PERIODS})|{_WHICH_PLACES}|(?:列出|列举|找出)", folded)
    if which is None:
        return None
    across: Across = "periods" if which["periods"] else "places"
    before, after = folded[: which.start()], re.sub(TAIL, "", folded[which.end() :])
    behind = re.sub(r"(?:的)?(?:分别)?(?:有|是|为|在)*$", "", before)
    for start, text in ((which.end(), after), (0, behind)):
        for begun in re.finditer(_BEYOND, text):
            found = next(iter(find_quantities(text[begun.start() :])), None)
            if found is None or found.amount is None or found.start > begun.end() - begun.start():
                continue
            amount = found.amount
            value = amount.value if amount.value is not None else None
            end = begun.start() + found.end
            rest = text[end:]
            if value is None or found.kind in ("date", "ordinal") or len(rest) > _LONGEST_NOUN:
                continue
            above = begun["under"] is None
            inclusive = begun["least"] is not None or "以上" in found.text
            if begun["under"] is not None:
                inclusive = bool(re.match(r"没有?超过|不超过|在?$", begun.group())) or "以下" in found.text
            sort, noun = _sort_of(which), re.fullmatch(rf"的?({SORT})", rest)
            if not sort and noun is not None and across == "places":  # 超过100家的|区
                sort, end = noun[1], len(text)
            spans = [which.span(), (start + begun.start(), start + end)]
            several = Several("limit", across, named, "", sort, limit=amount, above=above, inclusive=inclusive)
            return several, spans
    return None


_LONGEST_NOUN = 10


def without(spans: Sequence[tuple[int, int]], kept: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans without the parts of them that are kept."""
    for start, end in spans:
        for first, last in sorted(kept):
            yield start, first
            start = last
        yield start, end
