"""An English follow-up question, completed from the one before it: And in 2022?, Who leads it?, And the total cost?."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.english import MONTHS_FOLDED
from chinese.tokens import fold
from qa.question.kinds import kind_asked
from qa.question.siblings_english import TIME, exchanged_english

if TYPE_CHECKING:
    from chinese.places import Place

_OPENING = re.compile(r"^(?:(?:and|what about|how about|so|then|ok|okay|also|but|now)\b[\s,]*)+", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_PERIOD = re.compile(r"^(?:in |for |during )?(?P<year>(?:19|20)\d{2})$", re.IGNORECASE)
_PREPOSITION = re.compile(r"^(?:in|for|at|of|the|with|on)\b\s*", re.IGNORECASE)
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|when|where|which|why|how)\b", re.IGNORECASE)
_NOT_NAMES = frozenset(
    "who whom whose what when where which why how is are was were did does do has have had can could will would should "
    "in on at of for the a an and by "
    "list name tell give please it its i "
    "gdp fdi cpi ceo".split()
) | {*MONTHS_FOLDED}
# Shenyang High-tech Zone, the Shenhe District: capitalised words in a row, small "of" and "the" between them.
# Line 3 and Route 66 have their number for a name.
_NAME = re.compile(r"(?:No\. ?\d+ )?[A-Z][\w’'-]*(?: \d{1,3}\b)?(?:(?: of(?: the)?| and)? [A-Z][\w’'-]*|-[a-z]+)*")
_KINDS = (
    "District", "City", "County", "Province", "Zone", "Park", "Town", "Street", "Library", "Port", "Factory", "Plant",
    "Project", "Company", "Bank", "University", "Hospital",
)  # fmt: skip
_KIND_AFTER = re.compile(
    r" (?:(?:high-tech|economic|development|industrial|new|bonded|free trade)\s)*(?:district|city|county|province|zone"
    r"|area|park|town|library|port|factory|plant|project|bridge)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?P<own>its|their|his|her(?= [a-z]))\b|\b(?P<there>there)\b(?! (?:is|are|was"
    r"|were)\b)(?<!is there)(?<!are there)(?<!was there)(?<!were there)"
    r"|\b(?P<it>it|they|them|he|she|him|(?:the|this|that) (?:company|zone|district|park|project|city|county|firm"
    r"|factory|plant|bank|library|port))\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(?:does|did|will|would) it (?:take|cost to)|\bis it (?:true|possible|likely|that)\b|\bit (?:takes|took)\b",
    re.IGNORECASE,
)
_SECOND = re.compile(r"[\w-]{4,},? and (?:who|what|when|where|which|why|how)\b", re.IGNORECASE)
"""Where a second question begins; a pronoun behind it stands for something in the first."""
_LONGEST_FRAGMENT = 5
_BARE = re.compile(
    r"(?:what|how much|who)(?:'s| is| was| are| were) (?:the )?"
    r"(?:(?:total|annual|planned|overall|average|registered|gross"
    r"|net|main|floor|built-up|land|construction|opening|completion|vice|deputy)[- ])*"
    r"(?:(?P<office>director|mayor|manager|chairman|chairwoman|chair|president|head|leader|secretary|deputy|ceo|address"
    r"|location|name)|investment|cost|area|population|gdp|output(?: value)?|revenue|budget|capital|income|profit"
    r"|turnover|height|length|width|depth|capacity|date|time|growth rate|growth|share|price|fee|target)\W*$",
    re.IGNORECASE,
)
"""A question for what any zone, firm or building has; whose is meant was said before."""
_BARE_COUNT = re.compile(r"how many [\w-]+(?: [\w-]+)?\?*", re.IGNORECASE)
_SAME = re.compile(r"what (?:is|was|were) (?:it|that|they)(?: in| for)? (?P<year>(?:19|20)\d{2})\W*$", re.IGNORECASE)
_METRIC = re.compile(r"^(?:the |its |their )?(?P<words>[a-z][a-z -]{2,50})$")
_PART = re.compile(
    r"^(?:those|ones|projects|companies)?\s*(?P<part>(?:above|over|under|below|worth|with|more than|less than"
    r"|at least) .{2,40})$",
    re.IGNORECASE,
)
_PLACE_KINDS = {
    "区": " District",
    "县": " County",
    "省": " Province",
    "镇": " Town",
    "高新区": " High-tech Zone",
    "经开区": " Development Zone",
}


def complete_english(question: str, before: str) -> str:
    """An English follow-up completed from an English question; "" where it needs no completing or cannot be."""
    if len(re.findall(r"[\u3400-\u9fff]", before)) > 4:
        return ""
    words = question.strip().rstrip("?？. ")
    opening = _OPENING.match(words)
    fragment = words[opening.end() :] if opening is not None else words
    period = _PERIOD.match(fragment)
    if period is not None:
        return with_year(before, period["year"])
    if not _QUESTION_WORD.search(fragment) and not re.match(
        r"(?:is|are|was|were|did|does|do|has|have|can|list|name|tell)\b", fragment, re.IGNORECASE
    ):
        short = opening is not None or (len(fragment.split()) <= _LONGEST_FRAGMENT and not _is_keywords(fragment))
        return _from_fragment(fragment, before) if short else ""
    return _with_subject(question.strip(), before, bool(opening))


def _when(before: str) -> str:
    """The time that a question is about, with its preposition: " in the first half of the year"."""
    found = TIME.search(before)
    year = _YEAR.search(before)
    return f" {found.group()}" if found is not None else f" in {year.group()}" if year is not None else ""


def _is_keywords(fragment: str) -> bool:
    """Whether words have a name and what is asked of it: Linzhou County population."""
    name = _subject(fragment)
    rest = re.sub(rf"{_YEAR.pattern}|\b(?:in|for|at|of|the|with|on|during)\b", "", fragment.replace(name, "", 1))
    return bool(name and rest.strip())


def _from_fragment(fragment: str, before: str) -> str:
    """The question before with another place, part or measure."""
    year = _YEAR.search(fragment)
    if year is not None:
        before = with_year(before, year.group())
        fragment = re.sub(r"\s*\b(?:in|for)?\s*(?:19|20)\d{2}\b", "", fragment).strip(" ,")
    part = _PART.match(fragment)
    if part is not None:
        counted = re.match(r"(how many (?:[\w-]+ ){0,3}?[\w-]+s)\b", before, re.IGNORECASE)
        return f"{counted[1]} {part['part']}{before[counted.end() :]}" if counted is not None else ""
    alike = exchanged_english(fragment, before)
    if alike:
        return alike
    named = _PREPOSITION.sub("", _PREPOSITION.sub("", fragment))
    if named[:1].isupper() and kind_asked(named.lower(), "en") == "text":
        return _replaced(before, named)
    metric = _METRIC.match(fragment.lower())
    subject = _subject(before)
    if metric is None or not subject:
        return ""
    if not re.match(r"(?:the|its|their)\b", fragment, re.IGNORECASE) and kind_asked(metric["words"], "en") == "text":
        return ""
    when = _YEAR.search(before)
    return f"What was the {metric['words']} of {subject}{f' in {when.group()}' if when else ''}?"


def _replaced(before: str, name: str) -> str:
    """The question before about another name; "" where it names nothing."""
    old = _subject(before).removeprefix("the ")
    if not old:
        return ""
    if (
        name.split()[-1].capitalize() not in _KINDS
        and old.split()[-1].capitalize() == "District"
        and len(name.split()) == 1
    ):
        name = f"{name} {old.split()[-1]}"
    return before.replace(old, name.replace(" district", " District"), 1)


def with_year(before: str, year: str) -> str:
    """An English question in another year; one that has none gets it at its end."""
    if _YEAR.search(fold(before)):
        return _YEAR.sub(year, before, count=1)
    return f"{before.rstrip('?？. ')} in {year}?"


def with_place(before: str, place: Place) -> str:
    """An English question about a place of a Chinese follow-up, by its pinyin: 沈河区 -> Shenhe District."""
    from pypinyin import lazy_pinyin

    old = _subject(before).removeprefix("the ")
    if not old:
        return before
    name = "".join(lazy_pinyin(place.core)).capitalize() + (
        _PLACE_KINDS.get(place.kind, "") if place.name != place.core else ""
    )
    return before.replace(old, name, 1)


def _subject(before: str) -> str:
    """What an English question is about: its longest name, with the word for its kind (the Shenhe District)."""
    found = []
    for match in _NAME.finditer(before):
        name = match.group()
        start = match.start()
        while name and name.split()[0].lower() in _NOT_NAMES:  # GDP of the Shenhe District
            first, _, rest = name.partition(" ")
            start, name = start + len(first) + 1, rest
        if not name:
            continue
        kind = _KIND_AFTER.match(before, start + len(name))
        name += kind.group() if kind is not None else ""
        found.append(("the " if before[max(0, start - 4) : start].lower() == "the " else "") + name)
    return max(found, key=len, default="")


def _with_subject(question: str, before: str, opened: bool) -> str:
    """A question that points back (Who leads it?) with the subject in place of the pronoun; "" for any other."""
    subject = _subject(before)
    if not subject or _EXPLETIVE.search(question):
        return ""
    stripped = _OPENING.sub("", question)
    stripped = stripped[:1].upper() + stripped[1:]
    pointing = _POINTING.search(stripped)
    second = _SECOND.search(stripped)
    if pointing is not None and second is not None and second.end() < pointing.start():
        return ""
    if pointing is not None and (same := _SAME.match(stripped)) is not None:
        return with_year(before, same["year"])
    if pointing is None:
        bare = _BARE.match(stripped)
        if bare is not None:
            return f"{stripped.rstrip('?. ')} of {subject}{'' if bare['office'] else _when(before)}?"
        opened = opened or _BARE_COUNT.fullmatch(stripped) is not None
        if opened and not _subject(stripped) and len(stripped.split()) <= 10:
            when = _YEAR.search(before) if not _YEAR.search(stripped) else None
            if not re.search(r"\b(?:is|are|was|were|did|do|does|has|have|had|will|can)\b|ed\b", stripped):
                stripped = (
                    f"{stripped.rstrip('?. ')} are there" if stripped.lower().startswith("how many") else stripped
                )
            return f"{stripped.rstrip('?. ')} in {subject}{f' in {when.group()}' if when else ''}?"
        return ""
    if _subject(stripped):
        return ""
    new = f"{subject}'s" if pointing["own"] else f"in {subject}" if pointing["there"] else subject
    return stripped[: pointing.start()] + new + stripped[pointing.end() :]
