"""What a question asks for and under which conditions: its language, its terms, the kind of answer, years, names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.errors import Language, WenjuError, say
from chinese.facts import NOTHING_SAID, Facts
from chinese.language import language_of
from chinese.periods import short_years, with_full_years, year_mentions
from chinese.shown import shown_value
from chinese.tokens import fold, words
from qa.question.forms import Form, figure_asked, form_asked
from qa.question.kinds import QUESTION_WORDS, UNIT, Asked, asks_for_many, kind_asked
from qa.question.politeness import without_politeness
from qa.question.terms import Term, as_said, chinese_terms, english_terms, in_both_languages
from qa.question.wanted import read_wanted

if TYPE_CHECKING:
    from qa.english.lexicon import Lexicon

__all__ = [
    "LONGEST_QUESTION", "MOST_PASSAGES", "QUESTION_WORDS", "Question", "QuestionError", "Term",
    "check_history", "check_k", "check_question", "k_error", "language_of", "parse_question", "read_as",
]  # fmt: skip

MOST_PASSAGES = 50
"""Passages that an answer may bring at most."""
LONGEST_QUESTION = 1000
"""Characters a question may have."""


class QuestionError(WenjuError, ValueError):
    """A question that cannot be asked: empty, too long, without a word; or a `k` out of range."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart, without what is said out of politeness.

    `unit` is the unit asked for ("个" in 多少个项目), or what a figure without one is (see `forms`), `noun` what is
    counted or named, `verb` the words just
    before the question word; each "" where the question has none. `years` are as written (2023),
    `quoted` what stands in quotation marks; `expected` how many answers it names (哪两家: 2), 0 if it does not;
    `ordinals` are places in a row (第三批), `many` says that all of several are wanted (哪些企业); `wanted` are
    the facts that evidence is held against;
    """

    text: str
    folded: str
    language: Language
    asked: Asked
    terms: tuple[Term, ...]
    unit: str = ""
    noun: str = ""
    verb: str = ""
    years: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    expected: int = 0
    ordinals: tuple[str, ...] = ()
    many: bool = False
    wanted: Facts = NOTHING_SAID
    form: Form = ""


_QUOTED = re.compile(r"[“\"‘「『《]([^”\"’」』》]{1,40})[”\"’」』》]")
_NUMERAL = "一二三四五六七八九十"
# 第三批, 五路, 一期, 5月17日: of a row, the one that is meant. 一路 and 十四五期间 are none.
_ORDINAL = re.compile(
    rf"第(?:\d+|[{_NUMERAL}]+)[批期届次轮号章版代]|[{_NUMERAL[1:]}][路街](?![上人线由])"
    rf"|[{_NUMERAL}]期(?![间待刊货权望])|(?<!\d)\d{{1,2}}月\d{{1,2}}日"
)
# 哪两家, 五大招商军团, 列出三家企业.
_EXPECTED = re.compile(
    r"哪([两二三四五六七八九十])|([两二三四五六七八九十])大|(?:列出|列举"
    r"|举出)[^,?。]{0,12}?([两二三四五六七八九十])[个家项名位种]"
)
_NUMERALS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

_ENGLISH_UNITS = {
    "mu": "亩",
    "people": "人",
    "meters": "米",
    "metres": "米",
    "kilometers": "公里",
    "days": "天",
    "square": "平方米",
}
"""How a question spells units, its first word is enough; American, where the table of units is British."""
_ENGLISH_COUNTED = re.compile(
    r"how many (?:[\w-]+ ){0,4}?(\w+?)"
    r"(?= (?:did|does|do|has|have|had|is|are|was|were|of|in|at|for|can|will)\b|\?|$)"
)
_ENGLISH_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


def check_question(text: str) -> str:
    """The question without blanks around it; QuestionError where it cannot be asked."""
    if not isinstance(text, str):
        raise QuestionError(
            say(
                f"问题是 {shown_value(text)}，应为文字。请写一个问题。",
                f"The question is {shown_value(text)}, not text. Write a question.",
            )
        )
    stripped = text.strip()
    if not stripped:
        raise QuestionError(say("问题是空的。请写一个问题。", "The question is empty. Write a question."))
    if len(stripped) > LONGEST_QUESTION:
        raise QuestionError(
            say(
                f"问题有 {len(stripped)} 个字，最多 {LONGEST_QUESTION} 个。请缩短。",
                f"The question has {len(stripped)} characters, at most {LONGEST_QUESTION} are allowed. Shorten it.",
            )
        )
    if not stripped.isprintable() and any("\ud800" <= character <= "\udfff" for character in stripped):
        raise QuestionError(
            say(
                "问题不是有效的 UTF-8 文字。请检查终端的编码。",
                "The question is not valid UTF-8. Check the encoding of your terminal.",
            )
        )
    if not re.search(r"\w", stripped.replace("_", "")):
        raise QuestionError(
            say(
                f"问题里没有文字：{stripped[:20]!r}。请写一个问题。",
                f"The question holds no words: {stripped[:20]!r}. Write a question.",
            )
        )
    return stripped


def can_be_asked(text: str) -> bool:
    """Whether `check_question` takes it."""
    try:
        check_question(text)
    except QuestionError:
        return False
    return True


def check_k(k: int) -> None:
    """QuestionError unless `k` is a whole number from 1 to 50."""
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST_PASSAGES:
        raise k_error(k)


def check_as_written(as_written: object) -> bool:
    """Whether a question is asked as it is written; QuestionError unless that is true or false."""
    if isinstance(as_written, bool):
        return as_written
    raise QuestionError(say("as_written 应为 true 或 false。", "as_written must be true or false."))


def k_error(k: object) -> QuestionError:
    """What is said of a `k` that cannot be had; only a number is repeated, as a text may name what is not theirs."""
    zh, en = (f"是 {shown_value(k)}，", f"is {shown_value(k)}; it ") if isinstance(k, int | float) else ("", "")
    return QuestionError(
        say(
            f"k {zh}应为 1 到 {MOST_PASSAGES} 的整数。",
            f"k {en}must be a whole number from 1 to {MOST_PASSAGES}.",
        )
    )


def check_history(history: object) -> tuple[str, ...]:
    """The earlier questions, none for None; QuestionError unless they are a list of texts.

    A lone text is none: it would be a row of questions of one letter.
    """
    if history is None:
        return ()
    if isinstance(history, Sequence) and not isinstance(history, str | bytes | bytearray | memoryview):
        items = tuple(history)
        if all(isinstance(item, str) for item in items):
            return items
    raise QuestionError(
        say(
            "history 应为列表，其中是先前的问题，每个都是文字。",
            "history must be a list of earlier questions, each of them text.",
        )
    )


def parse_question(text: str, lexicon: Lexicon | None = None, today: str | None = None) -> Question:
    """Take a question apart. `lexicon` turns the words of an English one into Chinese; without it they stay.

    `today` (ISO) says which year 今年 and 去年 are; without it they are kept as they are said.
    """
    english = language_of(text) == "en"
    text = without_politeness(text, english)
    folded = fold(text)
    quoted = tuple(fold(match) for match in _QUOTED.findall(text))
    years = _years(folded, today)
    if english:
        return _parse_english(text, folded, years, quoted, lexicon)
    return _parse_chinese(text, folded, years, quoted)


def _years(folded: str, today: str | None) -> tuple[str, ...]:
    """The years asked about, in order: 2023年, 二〇二三年, 23年, in 2023."""
    found = [mention.year for mention in year_mentions(folded, today) if not mention.base]
    return tuple(dict.fromkeys([*found, *(short_years(folded) if not found else ())]))


def _parse_chinese(text: str, folded: str, years: tuple[str, ...], quoted: tuple[str, ...]) -> Question:
    asked = kind_asked(folded, "zh")
    before, unit, noun = _around_question_word(folded)
    if asked == "date":
        unit = ""  # the 月 of 几月
    unit = figure_asked(folded, asked) or unit
    if asked == "quantity" and not before and not noun:
        noun = _counted(folded)
    expected = _EXPECTED.search(folded)
    return Question(
        text=text,
        folded=folded,
        language="zh",
        asked=asked,
        terms=chinese_terms(with_full_years(folded)),
        unit=unit,
        noun=noun,
        verb=before,
        years=years,
        quoted=quoted,
        expected=_NUMERALS[next(group for group in expected.groups() if group)] if expected else 0,
        ordinals=tuple(_ORDINAL.findall(folded)),
        many=asks_for_many(folded, "zh"),
        wanted=read_wanted(folded, "zh", asked, years, before),
        form=form_asked(folded, "zh", asked),
    )


def _counted(folded: str) -> str:
    """What is counted in a question without a question word: 引进|项目|的数量."""
    match = re.search(
        r"([\u4e00-\u9fff]{2,12}?)的?(?:总?数量|总数|个数|家数|户数|件数|次数|数目|数(?![字据码位值]))(?=[是为有达多?？]|$)",
        folded,
    )
    found = [word for word, _, _ in words(match[1])] if match is not None else []
    return found[-1] if found and len(found[-1]) > 1 else ""


_OTHER_UNIT = re.compile(r"([\u4e00-\u9fff])(?<![何点好会钱的了呢吗啊])(?=[呢吗啊]?[?？。!！]*$)")
"""A unit that no table has, and that a question can end in: 共有石碑多少通?"""


def _around_question_word(folded: str) -> tuple[str, str, str]:
    """The words before the question word, the unit right after it, and the noun after that."""
    match = QUESTION_WORDS.search(folded)
    if match is None:
        return "", "", ""
    before = re.split(r"[,，、。;；:：?？]", folded[: match.start()])[-1]
    before = re.sub(r"(?:了|是|为|有|达到?|在|的|到|至|一共|总共|共)+$", "", before)
    rest = folded[match.end() :]
    unit = ""
    if match.group() in ("多少", "几"):
        found = re.match(rf"[百千万亿]{{0,2}}({UNIT})", rest)
        if found is None:
            found = _OTHER_UNIT.match(rest)
        if found is not None:
            unit = found[1]
            rest = rest[found.end() :]
    noun = re.split(r"[,，。;；?？]", rest)[0].strip()
    return before, unit, re.sub(r"(?:呢|吗|啊|了)$", "", noun)


def _parse_english(
    text: str, folded: str, years: tuple[str, ...], quoted: tuple[str, ...], lexicon: Lexicon | None
) -> Question:
    asked = kind_asked(folded, "en")
    noun = re.search(r"\b(population)\b", folded) or _ENGLISH_COUNTED.search(folded)
    unit = next(
        (chinese for english, chinese in _ENGLISH_UNITS.items() if re.search(rf"\bhow many {english}\b", folded)), ""
    )
    unit = figure_asked(folded, asked) or unit
    expected = re.search(
        r"\b(?:which|what (?:are|were) the|(?:name|list) (?:the )?) ?(two|three|four|five|six|seven|eight|nine|ten)\b",
        folded,
    )
    terms = english_terms(text, lexicon)
    return Question(
        text=text,
        folded=folded,
        language="en",
        asked=asked,
        terms=terms,
        unit=unit,
        noun=noun[1] if noun and not unit else "",
        years=years,
        quoted=quoted,
        expected=_ENGLISH_NUMBERS[expected[1]] if expected else 0,
        many=asks_for_many(folded, "en"),
        wanted=read_wanted(folded, "en", asked, years, terms=terms),
        form=form_asked(folded, "en", asked),
    )


def read_as(question: Question, folded: Sequence[str]) -> str:
    """The words in which the reader is asked, which knows no two words for one thing.

    An English question has Chinese ones of the `folded` passages beside its own; 规模以上 becomes 规上 where they say
    so.
    """
    if question.language == "zh":
        return as_said(question.text, folded)
    return in_both_languages(question.text, question.terms, folded)
