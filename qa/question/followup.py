"""A follow-up question, completed from the one before it: 那2022年呢?, 总投资呢?, 它由谁负责?."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from chinese.dictionary import is_common_noun
from chinese.language import language_of
from chinese.ordinals import limit_ranges
from chinese.places import Place, is_zone, places_of
from chinese.tokens import fold, tagged
from qa.question.followup_english import complete_english, with_place, with_year
from qa.question.kinds import QUANTITIES, UNIT, Asked, kind_asked, kind_of_noun, without_measure
from qa.question.naming import YEAR_WRITTEN, is_institution, is_name, place_and_year, subject_of
from qa.question.question import LONGEST_QUESTION
from qa.question.selfcontained import (
    OPENING,
    POINTING,
    asks_by_itself,
    names_matter,
    names_subject,
    pointing_in,
)
from qa.question.siblings import base_for, exchanged, frame_of, like_for_like

if TYPE_CHECKING:
    from collections.abc import Sequence

_PERIOD = re.compile(
    r"(?P<year>(?:19|20)\d{2})\s*年?(?:度)?|(?P<short>(?<!\d)[0-3]\d)年"
    r"|(?P<said>今年|去年|前年|明年|后年)|(?P<shift>前一年|上一年|上年|次年|后一年|下一年|第二年)"
)
_PART = re.compile(
    r"[上下]半年|前?第?[一二三四]个?季度|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?(?:\d{1,2}日)?|全年|年[初底]"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_SHIFTS = {"前一年": -1, "上一年": -1, "上年": -1, "次年": 1, "后一年": 1, "下一年": 1, "第二年": 1}
_FRAGMENT = re.compile(
    r"^(?:(?:那么?|还有|另外|以及|至于|对了|好的?|请问"
    r"|同样)[,，\s]*){0,3}(?P<words>[^?？。]{1,40}?)(?P<ending>的?(?:情况)?(?:呢|如何|怎么样))?\s*[?？。]*$"
)
_CHAT = re.compile(
    r"^(?:(?:非常|十分)?(?:谢谢|多谢|感谢|谢)(?:[你您]的?(?:帮助|帮忙|回答|解答))?|谢了|3q|[你您]好|大家好|早上好|下午好|晚上好|早安|晚安|再见|拜拜|辛苦了?"
    r"|麻烦了?|拜托了?|好的?|明白了?|知道了|嗯|哦|ok|okay|(?:many )?thanks?|thank you|cheers|hello|hi|hey|bye|goodbye"
    r"|please|great|got it|thx|ty|thank u"
    r"|good (?:morning|afternoon|evening))(?: (?:there|again|all|you|so much|very much|a lot|in advance"
    r"|for (?:your|the) (?:help|answers?)))*"
    r"(?:大家|各位|老师)?[你您呀啊啦哈了,，.!！?？。~\s]*$"
)
_THANKS = re.compile(r"谢|3q|辛苦|thank|\bthx\b|\bty\b|cheers")
_OTHERS = re.compile(r"^(?:其他|其它|其余|别的|剩下)")
_TAILS: dict[Asked, str] = {
    "date": "是什么时候?", "duration": "是多久?", "person": "是谁?", "place": "在哪里?", "name": "是什么?",
    "list": "有哪些?", "ordinal": "是第几?",
}  # fmt: skip
_COUNTED = re.compile(rf"(?P<many>多少|几)(?P<unit>{UNIT})?(?P<noun>[^,，。?？多少几]{{1,16}}?)(?P<end>呢?[?？。]*)$")
_TIMELESS: frozenset[Asked] = frozenset(("person", "place", "date", "area", "length", "name", "organisation"))
"""What a thing has whatever the year: a question for its address does not take over 2023年."""
MOST_QUESTIONS = 20
"""Earlier questions that are looked at; who comes back to something after more of them names it again."""
MOST_CHARACTERS = 2_000
"""Of all of them together: each costs about its length, and a usual one has twenty."""


def latest(history: Sequence[str]) -> tuple[str, ...]:
    """The part of a conversation that a question is completed from: its last questions, within the limits above.

    What is no text, or too long for a question, is passed over.
    """
    taken: list[str] = []
    room = MOST_CHARACTERS
    for item in reversed(history[-MOST_QUESTIONS:]):
        if not isinstance(item, str) or len(item) > LONGEST_QUESTION:
            continue
        room -= len(item)
        if room < 0:
            break
        taken.append(item)
    return tuple(reversed(taken))


def is_chat(text: str) -> bool:
    """Whether words are thanks or a greeting, and ask for nothing."""
    return _CHAT.match(fold(text.strip())) is not None


def is_thanks(text: str) -> bool:
    """Whether a text that `is_chat` thanks, rather than greets."""
    return _THANKS.search(fold(text)) is not None


def complete(question: str, history: Sequence[str]) -> str:
    """The question as it would be asked on its own; `history` has earlier questions, the oldest first.

    那2022年呢? takes the last question with the other year; a question that names no subject gets the last one's; one
    with a subject of its own stays as it is. Earlier questions are completed the same way first, so that 那2021年呢?
    may follow 那2022年呢?; thanks and greetings among them are passed over. Only the latest of them are looked at, and
    a question that would be too long to be asked stays as it is.
    """
    before = ""
    for item in latest(history):
        if not is_chat(item):
            before = _within_limit(item, before) if before else item
    return _within_limit(question, before) if before and not is_chat(question) else question


def other_reading(question: str, completed: str) -> str:
    """How a question may be meant as well as completed: as it stands, where it opens with a matter; otherwise ""."""
    if completed == question or language_of(question) == "en" or not asks_by_itself(question):
        return ""
    folded = fold(question)
    may_be = OPENING.match(folded) is None and pointing_in(folded) is None and names_matter(folded)
    return question if may_be else ""


def _within_limit(question: str, before: str) -> str:
    completed = _after(question, before)
    return completed if len(completed) <= LONGEST_QUESTION else question


def _after(question: str, before: str) -> str:
    """A question completed from the one before it, which stands on its own."""
    before = before.strip()
    if language_of(question) == "en":
        return complete_english(question, before) or _only_a_year(question, before) or question
    fragment = _fragment(question)
    english = language_of(before) == "en"
    completed = _from_fragment(fragment, before, english) if fragment else ""
    if completed:
        return completed
    return question if english or names_subject(question) else _with_subject(question, before)


def _only_a_year(question: str, before: str) -> str:
    """A Chinese question with the year of an English follow-up (What about 2022?), else ""."""
    match = re.match(r"^(?:and|what about|how about|in|for|\s|,)*((?:19|20)\d{2})\s*\??$", fold(question.strip()))
    return _in_year(before, match[1]) if match is not None else ""


def _fragment(question: str) -> str:
    """The words of a question that is none by itself (那沈河区呢?, 总投资?), else ""."""
    match = _FRAGMENT.match(unicodedata.normalize("NFKC", question).strip())
    if match is None or asks_by_itself(question):
        return ""
    words = match["words"].strip(" ,，")
    pointing = POINTING.match(words)
    if pointing is not None:  # 它的总投资
        words = words[pointing.end() :].removeprefix("的") or words
    return words if match["ending"] or len(words) <= 12 else ""


def _from_fragment(words: str, before: str, english: bool) -> str:
    """The question before with what the words name put in its place; "" where they say something else."""
    subject = subject_of(before)
    if not english and (alike := like_for_like(words, before)):
        return alike
    if not english and subject and is_institution(fold(words)):
        return _about(words, subject, before)
    if not english and is_zone(fold(words)) and (of_zone := _of_zone(words, before)):
        return of_zone
    places = [place for place in places_of(words) if place.core]
    periods = list(_PERIOD.finditer(fold(words)))
    rest = words
    for match in reversed(periods):
        rest = rest[: match.start()] + rest[match.end() :]
    name = _full_name(words, places[-1]) if places else ""
    rest = rest.replace(name, "", 1)
    part = _PART.fullmatch(rest.strip("的在 "))
    # 远山制药: a place's name with more of it is another thing's.
    longer = bool(name) and words.startswith(name + rest) and kind_of_noun(fold(rest)) == "text" and len(rest) > 1
    if longer and part is None and not english and subject and _counted(before) is None:
        return _about(words, subject, before)
    filled = _in_place(before, places[-1], name, english) if places else before
    filled = _in_period(filled, periods[-1]) if periods else filled
    if part is not None and not english:
        filled, rest = _in_part(filled, part.group()), ""
    rest = rest.strip("的 ,，")
    rest = rest.strip("在") if rest != words else rest
    if not rest or english:
        return filled if filled != before and not rest else ""
    return _with_rest(rest, filled, bool(places))


_ZONE_NAMED = re.compile("(?<=[省市州县区])(?:高新区|高新技术产业开发区|经开区|经济技术开发区|开发区|新区|综保区)")


def _of_zone(words: str, before: str) -> str:
    """The question about another zone of the same city (高新区 for 青云经开区); "" where it is about none."""
    for own in places_of(before):
        if own.kind != fold(words) and is_zone(own.kind):
            core = own.name.removesuffix(own.kind)
            return before.replace(own.name, f"{core}{words}", 1)
    named = _ZONE_NAMED.search(before)
    return before[: named.start()] + words + before[named.end() :] if named is not None else ""


def _full_name(words: str, place: Place) -> str:
    """A place as it is written, with the wider ones before it: 沈阳市沈河区."""
    end = place.start + len(place.name)
    starts = [words.find(core) for core in place.within]
    return words[min([place.start, *(start for start in starts if start >= 0)]) : end]


def _about(name: str, subject: str, before: str) -> str:
    """The question before about something else, in the same year."""
    return before.replace(subject, name + "".join(YEAR_WRITTEN.findall(fold(subject))), 1)


_LIMIT = re.compile(r"^(?:其中)?.{0,12}?(?:以上|以下|以内)")


def _in_place(before: str, place: Place, name: str, english: bool) -> str:
    """A question about another place; one that names none, but something else, is asked about that place instead."""
    if english:
        return with_place(before, place)
    found = [item for item in places_of(before) if item.core]
    if not found:
        subject = subject_of(before)
        return before.replace(subject, name, 1) if is_name(subject) else before
    own = sorted(found, key=lambda item: (not item.own, item.start))[0]
    old = _full_name(before, own)
    # A village of the same town: 沈阳市沈河区 as a whole goes for 市中区, and for 沈阳市.
    return before.replace(old, name, 1)


def _in_period(before: str, match: re.Match[str]) -> str:
    """A question in another year; 前一年 and 次年 count from its own."""
    if match["said"]:
        year = match["said"]
    elif match["shift"]:
        found = _YEAR.search(fold(before))
        if found is None:
            return before
        year = str(int(found[1]) + _SHIFTS[match["shift"]])
    else:
        year = match["year"] or "20" + match["short"]
    return _in_year(before, year)


def _in_year(before: str, year: str) -> str:
    """A question with its first year replaced, or, where it has none, with the year put in."""
    if language_of(before) == "en":
        return with_year(before, year)
    written = year if not year.isdigit() else f"{year}年"
    found = re.search(r"(?<!\d)(?:(?:19|20)\d{2}(?:\s*年)?|(?<!\d)[0-3]\d年|[今去前]年)", fold(before))
    if found is not None:
        return before[: found.start()] + written + before[found.end() :]
    places = [place for place in places_of(before) if place.own]
    subject = subject_of(before)
    end = places[0].start + len(places[0].name) if places and not subject else len(subject)
    return f"{before[:end]}{written}{before[end:].removeprefix('的')}"


def _in_part(before: str, part: str) -> str:
    """A question about another part of the year: 上半年 for 一季度, or put behind the year."""
    found = _PART.search(before)
    if found is not None:
        return before[: found.start()] + part + before[found.end() :]
    year = re.search(r"(?:(?:19|20)\d{2}\s*年|[今去前]年)", before)
    end = year.end() if year is not None else len(subject_of(before))
    return before[:end] + part + before[end:]


def _with_rest(rest: str, before: str, placed: bool) -> str:
    """The question before with another part, row, measure, subject or thing counted; "" where nothing fits."""
    folded = fold(rest)
    limits = [limit for _, _, limit in limit_ranges(folded)]
    counted = _counted(before)
    if limits and counted is not None:
        only = re.sub(r"^其中|的$", "", rest)
        for _, _, old in limit_ranges(fold(counted["noun"])):
            before = before.replace(f"{old}的", "").replace(old, "")
        counted = _counted(before)
        start = counted.start("noun") if counted is not None else 0
        noun = before[start:]
        # 8亿元以上项目 names what is counted itself.
        if counted is not None and only.endswith(counted["noun"]):
            noun = counted["end"]
            return before[:start] + only + noun
        return f"{before[:start]}{only}的{noun}"
    row = re.fullmatch(
        r"(第[\d一二三四五六七八九十百]{1,4}|[一二三四五六七八九十]|首)([批期届次轮号章档类级组]|阶梯|阶段|梯队)(?:的|项目)?",
        folded,
    )
    if row is not None and counted is not None and row[2] not in before[: counted.start()]:
        return before[: counted.start("noun")] + row[1] + row[2] + before[counted.start("noun") :]
    if row is not None:
        old_row = re.search(rf"(?:第[\d一二三四五六七八九十百]{{1,4}}|[一二三四五六七八九十]|首){row[2]}", before)
        if old_row is not None:
            return before[: old_row.start()] + row[1] + row[2] + before[old_row.end() :]
    kind = kind_of_noun(folded)
    subject = subject_of(before) or place_and_year(before)
    if _OTHERS.match(rest) or not subject:
        return ""
    named = is_name(rest) and not placed
    if kind == "text" and counted is not None and not named:
        return f"{before[: counted.start()]}多少{rest}?"
    alike = "" if named or placed else exchanged(rest, before, kind != "text")
    if alike:
        return alike
    if kind != "text":
        return _of_measure(rest, kind, subject, before)
    # 藏书 is something that the subject has, 远山制药 another subject.
    return f"{subject}{rest}呢?" if is_common_noun(folded) else _about(rest, subject, before)


def _of_measure(measure: str, kind: Asked, subject: str, before: str) -> str:
    """The question for another measure of the same subject; one that says of what it is needs the place and year only.

    产量 goes on with 云溪县粮食|种植面积, 茶园面积 with 云溪县|粮食产量.
    """
    of = without_measure(measure)
    owned = bool(of) and of != measure
    subject = (frame_of(before) or subject) if owned else subject
    timeless = kind in _TIMELESS and not (owned and kind in QUANTITIES)
    return f"{YEAR_WRITTEN.sub('', subject) if timeless else subject}{measure}{_TAILS.get(kind, '是多少?')}"


def _counted(before: str) -> re.Match[str] | None:
    """What a question counts at its end: 引进了|多少|个|项目; not 有几家, 多少钱, 有多少个投产."""
    found = _COUNTED.search(before)
    if found is None:
        return None
    noun = fold(found["noun"])
    if re.match(r"[点时号月]", noun) or re.fullmatch(rf"(?:{UNIT}|[所钱架艘部本幅])", noun):
        return None
    return found if any(tag[0] not in "vd" for _, tag in tagged(noun)) else None


def _with_subject(question: str, before: str) -> str:
    """A question that names no subject, with the one of the question before."""
    subject = subject_of(before) or place_and_year(before)
    if not subject or subject in question:
        return question
    if _YEAR.search(fold(question)) or kind_asked(fold(question), "zh") in _TIMELESS:
        subject = YEAR_WRITTEN.sub("", subject)
    opening = OPENING.match(question)
    rest = question[opening.end() :] if opening is not None else question
    pointing = pointing_in(fold(rest))
    if pointing is not None:
        head = rest[: pointing.start()]
        tail = rest[pointing.end() :].removeprefix("的")
        return subject + tail if not head else head + YEAR_WRITTEN.sub("", subject) + tail
    rest = rest.lstrip(",， 的")
    subject = base_for(rest, subject, before)
    # 云溪大桥 + 大桥总投资多少
    shared = next((size for size in range(len(subject), 1, -1) if rest.startswith(subject[-size:])), 0)
    return subject + rest[shared:]
