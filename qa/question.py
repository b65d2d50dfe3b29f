"""What a question asks for and under which conditions: its language, its terms, the kind of answer, years, names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from embeddings.errors import WenjuError, say
from embeddings.tokens import fold, tagged, tokenize, words
from qa.asked import QUANTITIES, Asked, Language, kind_asked
from qa.lexicon import english_words, is_common_noun, is_proper_noun

if TYPE_CHECKING:
    from qa.lexicon import Lexicon

_SAID = 0.6
"""Weight from which a translation is one at all, not one character out of a gloss."""
MOST_PASSAGES = 50
"""Passages that an answer may bring at most."""
LONGEST_QUESTION = 1000
"""Characters a question may have."""


class QuestionError(WenjuError, ValueError):
    """A question that cannot be asked: empty, too long, without a word; or a `k` out of range."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question, folded, and the index's tokens it may stand for, each with a weight from 0 to 1.

    `kind` tells figures ("number") and names ("name": a place, a person, a Latin word in a Chinese question) from
    other words; an English word for which the corpus has no Chinese one is a "gap".
    """

    text: str
    alternatives: tuple[tuple[str, float], ...]
    kind: Literal["word", "name", "number", "gap"] = "word"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart.

    `unit` is the unit asked for ("个" in 多少个项目), `noun` what is counted or named, `verb` the words just
    before the question word; each "" where the question has none. `years` are as written (2023),
    `quoted` what stands in quotation marks; `expected` how many answers it names (哪两家: 2), 0 if it does not;
    `ordinals` are places in a row (第三批).
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


_STOP = frozenset(
    "的 了 着 过 吗 呢 吧 啊 是 在 有 被 把 由 对 为 与 和 及 到 从 以 向 于 将 就 都 也 还 又 很 所 其 "
    "之 或 而 等 年 月 日 多少 几 哪 哪里 哪儿 哪些 哪个 哪位 哪年 哪一 什么 谁 何时 何 怎么 怎样 如何 "
    "为什么 多高 多大 多长 多久 多 高 大 长 分别 一共 总共 共 请问 请 问 其中 这 那 该 此 这个 那个 这次 "
    "本次 个 家 名 位 项 条 次 人 户 座 栋 亩 天 钱 元 时候 时间 地方 叫 叫做 名字 具体 大约 大概 会 能 "
    "可以 要 上 下 里 中 第 号 哪家 哪几 两 一 是什么 有多 多么 占 达到 达 我 你 我们 告诉 想 知道 来 去 "
    "些 给 让 使 做 成 分 之一 各 每 关于 有关 情况 介绍 说".split()
)
QUESTION_WORDS = re.compile(
    r"多少|几(?=[个家名位项条次人户座栋天年月亩种类期届])|什么时候|何时|什么|哪些|哪里|哪儿"
    r"|哪[一两二三四五六七八九十几]?[家个位年天种项名座所支款场月日]?|谁"
    r"|多[高长宽深远大久重]|如何|怎么样?|怎样|为什么|是否|吗[?？]?$"
)
_UNIT = (
    r"个月|个小时|平方米|平方公里|立方米|公里|万元|亿元|美元|个百分点|人次|人(?![才口员均力工气物群])"
    r"|[家座栋亩年月元米吨批所类套辆](?!庭)|项(?!目)|个(?!人)|名(?!额)|位(?!置)|条(?![件款例])|次(?!数)|户(?!籍)"
    r"|天(?!然)|处(?!理|罚)|场(?!地|所|馆)|种(?!子|植)|件(?!数)|台(?!阶)|支(?!出|持)"
)
_ASKING = re.compile(rf"(?:多少|几)(?:{_UNIT})|{QUESTION_WORDS.pattern}")
_NAME_TAGS = frozenset(("ns", "nt"))
_QUOTED = re.compile(r"[“\"‘「『《]([^”\"’」』》]{1,40})[”\"’」』》]")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d|[.,]\d)(?=\s*年|\s*[-—至到]|\b|[^\d])")
_NUMERAL = "一二三四五六七八九十"
# 第三批, 五路, 一期, 5月17日: of a row, the one that is meant. 一路 and 十四五期间 are none.
_ORDINAL = re.compile(
    rf"第(?:\d+|[{_NUMERAL}]+)[批期届次轮号章版代]|[{_NUMERAL[1:]}][路街](?![上人线由])"
    rf"|[{_NUMERAL}]期(?![间待刊货权望])|(?<!\d)\d{{1,2}}月\d{{1,2}}日"
)
# 2023年, 2023财年; not 中国制造2025, which is a name.
_CHINESE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|财年|[-—至到]\d)")
# Latin abbreviations that Chinese news also writes out.
_ALIASES: dict[str, tuple[str, ...]] = {
    "gdp": ("生产总值",),
    "ai": ("人工智能",),
    "r&d": ("研发",),
    "ceo": ("首席执行官",),
    "5g": ("第五代",),
}
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
_ENGLISH_COUNTED = re.compile(
    r"how many (?:[\w-]+ ){0,4}?(\w+?)"
    r"(?= (?:did|does|do|has|have|had|is|are|was|were|of|in|at|for|can|will)\b|\?|$)"
)
_ENGLISH_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}


def check_question(text: str) -> str:
    """The question without blanks around it; QuestionError where it cannot be asked."""
    if not isinstance(text, str):
        raise QuestionError(
            say(f"问题是 {text!r}，应为文字。请写一个问题。", f"The question is {text!r}, not text. Write a question.")
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


def check_k(k: int) -> None:
    """QuestionError unless `k` is a whole number from 1 to 50."""
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST_PASSAGES:
        raise QuestionError(
            say(
                f"k 是 {k!r}，应为 1 到 {MOST_PASSAGES} 的整数。",
                f"k is {k!r}; it must be a whole number from 1 to {MOST_PASSAGES}.",
            )
        )


def language_of(text: str) -> Language:
    """The language a question is asked in: Chinese as soon as its Chinese characters outweigh its Latin words."""
    folded = fold(text)
    han = len(re.findall(r"[\u3400-\u9fff]", folded))
    latin = len(re.findall(r"[a-z]+", folded))
    return "en" if latin > han else "zh"


def split_parts(text: str) -> tuple[str, ...]:
    """The parts of a Chinese question that asks for two things: 项目有多少个,总投资是多少? -> two; else itself."""
    parts = [part for part in re.split(r"[,，;；?？]", text) if part.strip()]
    if len(parts) > 1 and all(QUESTION_WORDS.search(fold(part)) or part.strip().endswith("呢") for part in parts[:2]):
        return tuple(parts)
    return (text,)


def parse_question(text: str, lexicon: Lexicon | None = None) -> Question:
    """Take a question apart. `lexicon` turns the words of an English one into Chinese; without it they stay."""
    folded = fold(text)
    english = language_of(text) == "en"
    years = tuple(dict.fromkeys((_YEAR if english else _CHINESE_YEAR).findall(folded)))
    quoted = tuple(fold(match) for match in _QUOTED.findall(text))
    if english:
        return _parse_english(text, folded, years, quoted, lexicon)
    return _parse_chinese(text, folded, years, quoted)


def _parse_chinese(text: str, folded: str, years: tuple[str, ...], quoted: tuple[str, ...]) -> Question:
    asked = kind_asked(folded, "zh")
    before, unit, noun = _around_question_word(folded)
    if asked in QUANTITIES and re.search(r"电话|热线|专线号|号码|邮编|邮政编码|代码|编号|账号|qq|微信号", before):
        unit = "号码"
    expected = re.search(r"哪([两二三四五六七八九十])|([两二三四五六七八九十])大", folded)
    return Question(
        text=text,
        folded=folded,
        language="zh",
        asked=asked,
        terms=_chinese_terms(folded),
        unit=unit,
        noun=noun,
        verb=before,
        years=years,
        quoted=quoted,
        expected=_NUMERALS[expected[1] or expected[2]] if expected else 0,
        ordinals=tuple(_ORDINAL.findall(folded)),
    )


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
        found = re.match(_UNIT, rest)
        if found is not None:
            unit = found.group()
            rest = rest[found.end() :]
    noun = re.split(r"[,，。;；?？]", rest)[0].strip()
    return before, unit, re.sub(r"(?:呢|吗|啊|了)$", "", noun)


def _chinese_terms(folded: str) -> tuple[Term, ...]:
    tags = dict(tagged(folded))
    # A blank of the same length, so that words do not fuse over what is cut out.
    plain = _ASKING.sub(lambda match: " " * len(match.group()), folded)
    terms: dict[str, Term] = {}
    singles = ""
    last = -1
    for word, start, end in words(plain):
        if len(word) == 1 and not word.isascii() and word not in _STOP:
            singles = singles + word if start == last else word
            last = end
            token = singles[-2:]
            terms.setdefault(token, Term(token, ((token, 1.0),)))
            continue
        if word in _STOP:
            continue
        terms.setdefault(word, _chinese_term(word, tags.get(word, "x")))
    for term in [item for item in terms.values() if len(item.text) == 1]:
        if any(len(other) == 2 and other.startswith(term.text) for other in terms):
            del terms[term.text]
    return tuple(terms.values())


def _chinese_term(word: str, tag: str) -> Term:
    inner = [(token, 0.5) for token in dict.fromkeys(tokenize(word)) if token != word and len(token) > 1]
    if word[0].isdigit():
        return Term(word, ((word, 1.0), *inner), "number")
    aliases = [(alias, 0.9) for alias in _ALIASES.get(word, ())]
    named = word.isascii() or (tag in _NAME_TAGS and not is_common_noun(word)) or is_proper_noun(word)
    return Term(word, ((word, 1.0), *aliases, *inner), "name" if named else "word")


def _parse_english(
    text: str, folded: str, years: tuple[str, ...], quoted: tuple[str, ...], lexicon: Lexicon | None
) -> Question:
    asked = kind_asked(folded, "en")
    noun = re.search(r"\b(population)\b", folded) or _ENGLISH_COUNTED.search(folded)
    unit = next(
        (chinese for english, chinese in _ENGLISH_UNITS.items() if re.search(rf"\bhow many {english}\b", folded)), ""
    )
    expected = re.search(r"\b(?:which|what are the) (two|three|four|five|six|seven|eight|nine|ten)\b", folded)
    return Question(
        text=text,
        folded=folded,
        language="en",
        asked=asked,
        terms=_english_terms(unicodedata.normalize("NFKC", text), lexicon),
        unit=unit,
        noun=noun[1] if noun and not unit else "",
        years=years,
        quoted=quoted,
        expected=_ENGLISH_NUMBERS[expected[1]] if expected else 0,
    )


def _as_chinese_numeral(word: str) -> tuple[tuple[str, float], ...]:
    """14 -> 十四, as in 十四五; () for what is not a whole number below 100."""
    if not word.isdigit() or not 0 < int(word) < 100:
        return ()
    tens, ones = divmod(int(word), 10)
    digits = "零一二三四五六七八九"
    numeral = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    return ((numeral, 1.0),)


def _english_terms(text: str, lexicon: Lexicon | None) -> tuple[Term, ...]:
    terms: dict[str, Term] = {}
    for word in english_words(text):
        lower = word.lower()
        alternatives = lexicon.translate(word) if lexicon is not None else ()
        kind: Literal["word", "name", "number", "gap"] = (
            "word" if any(share >= _SAID for _, share in alternatives) else "gap"
        )
        if word[0].isdigit():
            kind = "number"
            alternatives = _as_chinese_numeral(word)
        elif lexicon is not None and word[0].isupper() and lexicon.is_name(word):
            kind = "name"
        merged = {lower: 1.0, **dict(alternatives)}
        terms.setdefault(lower, Term(lower, tuple(merged.items()), kind))
    for quoted in re.findall(r"[\u3400-\u9fff]{2,}", text):
        for term in _chinese_terms(fold(quoted)):
            terms.setdefault(term.text, term)
    return tuple(terms.values())
