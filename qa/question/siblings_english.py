"""What an English follow-up names, put where its like stands in the question before: And the deputy?, And imports?."""

from __future__ import annotations

import re

from qa.question.kinds import kind_asked

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_HALF = r"the (?:first|second|third|fourth|last) (?:half|quarter|three quarters)(?: of (?:the year|(?:19|20)\d{2}))?"
TIME = re.compile(rf"\b(?:in|during) (?:{_HALF}|(?:{_MONTHS}) (?:19|20)\d{{2}}|(?:19|20)\d{{2}})", re.IGNORECASE)
"""When something was, as a question says it."""
_LED_IN = re.compile(r"^(?:(?:in|on|at|for|during|the|its|their)\b\s*)+", re.IGNORECASE)
_ITS = re.compile(r"(?:its|their|his|her)\b", re.IGNORECASE)
_DAY = r"(?:week(?:day|end)s?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:public )?holidays)"
_ALIKE = tuple(re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for words in (rf"{_MONTHS}", _HALF, _DAY))
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_SHIFTED = re.compile(
    r"(?:the )?(?:(?P<back>year before|previous year|preceding year)|next year|following year|year after)",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"(?P<asked>who(?:'s| is| was| are| were) (?:the )?)(?P<office>[\w -]+?)(?= (?:of|at|in|for)\b|\?|$)", re.IGNORECASE
)
_RANK = re.compile(r"(?:deputy|vice|former|acting|executive deputy|first)", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?P<asked>how (?:many|much) )(?P<noun>[\w -]+?)"
    r"(?= (?:is|are|was|were|did|do|does|has|have|had|can|will|would|in|of|at)\b)",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"(?P<asked>what (?:is|was|are|were) (?:the )?)(?P<of>(?:[\w-]+ )*?)(?P<measure>[\w-]+)(?= (?:of|in|for|at)\b)",
    re.IGNORECASE,
)
_OF_GRAMMAR = frozenset(
    "the a an of in on at for to and or is are was were did does do has have had that which who".split()
)


def exchanged_english(fragment: str, before: str) -> str:
    """The question before about a sibling of something in it; "" where nothing in it is like the words."""
    words = fragment.strip()
    shifted, year = _SHIFTED.fullmatch(words), _YEAR.search(before)
    if shifted is not None and year is not None:
        other = int(year.group()) + (-1 if shifted["back"] else 1)
        return before[: year.start()] + str(other) + before[year.end() :]
    plain = _LED_IN.sub("", words)
    for pattern, said in zip(_ALIKE, (plain, words, plain), strict=True):
        found, old = pattern.search(said), pattern.search(before)
        if found is None or len(said) - len(found.group()) > len("during "):
            continue
        if old is not None:
            return before[: old.start()] + found.group() + before[old.end() :]
        if pattern is _ALIKE[-1]:
            return f"{before.rstrip('? ')} on {found.group()}?"
    return _other_office(plain, before) or ("" if _ITS.match(words) else _other_noun(plain, before))


def _other_office(words: str, before: str) -> str:
    old = _OFFICE.match(before)
    if old is None or not words or not words.islower():
        return ""
    new = f"{words} {old['office']}" if _RANK.fullmatch(words) else words
    return old["asked"] + new + before[old.end() :]


def _other_noun(words: str, before: str) -> str:
    """Another thing that is counted, or of which something is measured: tea output -> vegetable output."""
    if not words or not words.islower() or not re.fullmatch(r"[a-z][a-z -]*", words):
        return ""
    alike = _same_head(words, before)
    if alike:
        return alike
    if kind_asked(words, "en") != "text":
        return ""
    counted = _COUNTED.match(before)
    if counted is not None:
        return counted["asked"] + words + before[counted.end() :]
    measured = _MEASURED.match(before)
    if measured is None:
        return ""
    if not measured["of"]:
        return measured["asked"] + words + before[measured.end() :]
    single = words.removesuffix("s") if not words.endswith("ss") else words
    return f"{measured['asked']}{single} {measured['measure']}{before[measured.end() :]}"


def _same_head(words: str, before: str) -> str:
    """The last train for the first train: as many words before the same noun, of which none is of grammar only."""
    *modifiers, head = words.split()
    old = re.search(rf"((?:[\w-]+ ){{{len(modifiers)}}}){re.escape(head)}\b", before) if modifiers else None
    if old is None or _OF_GRAMMAR & set(old[1].lower().split()):
        return ""
    return before[: old.start()] + words + before[old.end() :]
