"""What an English question over several figures asks for: which year had the most, how many more in 2023 than in 2022.

The words of what is measured are found by their Chinese ones, which the question's terms have.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.amounts import Amount
from chinese.english import stem
from chinese.quantities import find_quantities
from qa.figures.several.asked_periods import periods_asked
from qa.figures.several.operations import PAIR, Several, pair_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.figures.several.asked_periods import Named, Step
    from qa.figures.several.operations import Across
    from qa.question.question import Question

_NUMBERS = "two three four five six seven eight nine ten".split()
_NUMBER = rf"(?P<count>{'|'.join(_NUMBERS)}|\d{{1,2}})"
_SORTS = {
    "district": "区", "county": "县", "city": "市", "town": "镇", "township": "乡", "village": "村", "province": "省",
    "company": "企业", "firm": "企业", "enterprise": "企业", "park": "园区", "place": "", "area": "", "region": "",
}  # fmt: skip
_SORT = (
    r"(?P<sort>districts?|count(?:y|ies)|cit(?:y|ies)|towns?|townships?|villages?|provinces?|compan(?:y|ies)|firms?"
    r"|enterprises?|parks?|places?|areas?|regions?)"
)
_MOST = r"(?P<most>most|highest|largest|biggest|greatest|maximum|peak)"
_LEAST = r"(?P<least>fewest|least|lowest|smallest|minimum)"
_WHICH = rf"\b(?:which|what) (?:(?P<period>year|quarter|month)|{_SORT})\b"
_EXTREME = re.compile(rf"{_WHICH}.*\b(?:{_MOST}|{_LEAST})\b")
_MORE_OF_TWO = re.compile(
    rf"{_WHICH}.*\b(?:(?P<most>more|higher|larger|greater)|(?P<least>fewer|less|lower|smaller))\b(?!.*\bthan\b).*\bor\b"
)
_RANKINGS = (
    re.compile(rf"\b(?P<from>top|bottom) {_NUMBER}\b(?: (?P<years>years)| {_SORT})?"),
    re.compile(rf"\b(?:which|what) {_NUMBER} (?:(?P<years>years)|{_SORT})\b.*\b(?:{_MOST}|{_LEAST})\b"),
)
_LIMIT = re.compile(
    r"\b(?:(?P<over>more than|over|above|exceed(?:s|ed)?|greater than|higher than|larger than)"
    r"|(?P<least>at least|reach(?:ed)?|no less than)|(?P<under>less than|fewer than|below|under|lower than)"
    r"|(?P<most>at most|no more than)) (?P<figure>\d[\d,.]*)"
    r"(?P<scale> ?(?:thousand|million|billion|%|percent|per cent))?"
)
_WHICH_MANY = re.compile(rf"\b(?:which|what) (?:(?P<years>years)|{_SORT})\b")
_RATE = re.compile(
    r"\b(?:by )?(?:what|how (?:many|much)) (?:percent|percentage|per cent)\b"
    r"|\bpercentage (?:change|increase|decrease|growth)"
    r"|\b(?:growth|increase|rate of growth) rate\b|\brate of (?:growth|increase|decrease)\b"
)
_MORE = re.compile(
    r"\bhow (?:much|many) (?:(?P<up>more|higher|larger|greater)|(?P<down>fewer|less|lower|smaller))\b"
    r"|\b(?:by )?how much (?:did|has|have|was|is)\b.*?\b(?P<verb>(?:in|de)creas\w*|"
    r"rise|risen|rose|grow\w*|grew|fall\w*|fell|drop\w*|chang\w*|declin\w*"
    r"|(?P<upper>higher|more|larger)|lower|less|fewer|differ)"
    r"|\b(?P<gap>difference|gap)\b"
)
_SUM = re.compile(r"\b(?:in total|altogether|combined|in all|together|total|add(?:ed)? up to|sum)\b")
_EACH = re.compile(
    r"\bwhat (?:were|are)\b.*\b(?:figures?|numbers?|values?|totals?|outputs?|respectively|each)\b|\brespectively\b"
    r"|\b(?:in|for) each(?: of)?\b|\beach year\b"
)
_ALL_YEARS = re.compile(r"\b(?:each|every|all) (?:of the )?years?\b|\bover the years\b")
_SAID = frozenset(
    "which what year years quarter month most highest largest biggest greatest maximum peak fewest least lowest "
    "smallest minimum top bottom more fewer less than over above exceed exceeded exceeds greater higher larger "
    "lower smaller how much many by did does do was were is are has have had in from to between and of the a an "
    "percent percentage difference gap figures figure numbers number values value total altogether combined all "
    "together respectively each every last past recent latest previous preceding increase increased decrease "
    "decreased rise rose risen grow grew grown growth fall fell fallen drop dropped decline declined change "
    "changed compared with against record recorded reach reached district districts county counties city cities "
    "town towns township townships village villages province provinces company companies firm firms enterprise "
    "enterprises park parks place places area areas region regions two three four five six seven eight nine ten "
    "annual amount amounts during half add up sum first second third fourth rank ranked rate earlier before there "
    "when ".split()
)
"""Words of an English question that say what to do with the figures, not what they measure."""
OPTIONAL = frozenset(
    stem(word)
    for word in "introduce attract handle produce grant receive achieve complete see register build welcome host make "
    "get generate report invest employ publish post earn own possess establish account consume collect ".split()
)
"""Verbs that a table of figures leaves out, by their stems: produced 34.2万吨 of grain is its 产量."""
_STEPS: dict[str, Step] = {"year": "year", "quarter": "quarter", "month": "month"}


def several_in_english(question: Question) -> Several | None:
    """What an English question asks over several figures, None for any other question."""
    folded = question.folded
    if question.form == "yes-no" or re.search(r"\b(?:why|expected|forecast|predict)\b", folded):
        return None
    named = periods_asked(folded, english=True)
    for reader in (_limit, _ranking, _difference, _extreme, _sum, _each):
        found = reader(folded, named)
        if found is not None:
            return found
    return None


def words_measured(question: Question) -> Iterator[str]:
    """The words of an English question that say what is measured and whose it is."""
    for term in question.terms:
        if term.text not in _SAID and not term.text[0].isdigit():
            yield term.text


def _limit(folded: str, named: Named) -> Several | None:
    which, beyond = _WHICH_MANY.search(folded), _LIMIT.search(folded)
    if which is None or beyond is None or not _is_many(which):
        return None
    limit = _amount(beyond["figure"], (beyond["scale"] or "").strip())
    across: Across = "periods" if which["years"] else "places"
    above = beyond["over"] is not None or beyond["least"] is not None
    inclusive = beyond["least"] is not None or beyond["most"] is not None
    return Several("limit", across, named, "", _sort(which), limit=limit, above=above, inclusive=inclusive)


def _is_many(which: re.Match[str]) -> bool:
    return which["years"] is not None or which["sort"].endswith("s")


def _amount(figure: str, scale: str) -> Amount:
    """A figure of an English question in a unit that only its documents say ("")."""
    share = "%" if scale in ("%", "percent", "per cent") else ""
    read = find_quantities(f"{figure}{share or '个'}")[0].amount
    assert read is not None, "a figure that is none"
    assert read.value is not None, "a figure without a value"
    factor = {"thousand": 10**3, "million": 10**6, "billion": 10**9}.get(scale, 1)
    value = read.value * factor
    return Amount(value, value, value, "" if not share else "%")


def _ranking(folded: str, named: Named) -> Several | None:
    match = next((found for pattern in _RANKINGS if (found := pattern.search(folded)) is not None), None)
    if match is None:
        return None
    groups = match.groupdict()
    said = groups["count"]
    count = int(said) if said.isdigit() else _NUMBERS.index(said) + 2
    across: Across = "periods" if groups.get("years") else "places"
    least = groups.get("from") == "bottom" or groups.get("least") is not None
    return Several("ranking", across, named, "", _sort(match), count=count, least=least)


def _sort(match: re.Match[str]) -> str:
    said = match.groupdict().get("sort") or ""
    single = re.sub(r"ies$", "y", said)
    return _SORTS.get(single, _SORTS.get(single.removesuffix("s"), ""))


def _difference(folded: str, named: Named) -> Several | None:
    rate, more = _RATE.search(folded), _MORE.search(folded)
    if rate is None and more is None:
        return None
    across: Across = "periods" if len(named.periods) >= PAIR else "places"
    if across == "periods":
        named = pair_of(named)
        if len(named.periods) != PAIR:
            return None
    elif not re.search(r"\bthan\b|\bbetween\b", folded):
        return None
    groups = more.groupdict() if more is not None else {}
    down = re.search(r"\b(?:decreas|fall|fell|drop|declin|fewer|less|lower|smaller)\w*", folded)
    sign = 0 if groups.get("gap") or re.search(r"\bchang|\bdiffer", folded) else -1 if down else 1
    return Several("rate" if rate is not None else "difference", across, named, "", sign=sign)


def _extreme(folded: str, named: Named) -> Several | None:
    match = _EXTREME.search(folded) or _MORE_OF_TWO.search(folded)
    if match is None or (match["sort"] or "").endswith(("ts", "ies", "ns", "ps", "ms", "es", "ks")):
        return None
    across: Across = "periods" if match["period"] else "places"
    least = match["least"] is not None
    return Several("extreme", across, named, "", _sort(match), _STEPS[match["period"] or "year"], 1, least)


def _sum(folded: str, named: Named) -> Several | None:
    several = len(named.periods) >= PAIR or named.latest
    if not _SUM.search(folded) or not re.search(r"\bhow (?:much|many)\b|\bwhat\b", folded) or not several:
        return None
    if (
        not named.is_range
        and not named.latest
        and not re.search(r"\b(?:in total|altogether|combined|together|add|sum)\b", folded)
    ):
        return None
    return Several("sum", "periods", named, "")


def _each(folded: str, named: Named) -> Several | None:
    several = len(named.periods) >= PAIR or named.latest or _ALL_YEARS.search(folded)
    if not several or not (_EACH.search(folded) or (named.latest and re.search(r"\bwhat\b|\bhow\b", folded))):
        return None
    return Several("each", "periods", named, "")
