"""The words of a question, each with the index's tokens that it may stand for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chinese.dictionary import is_common_noun, is_proper_noun
from chinese.english import MONTHS_FOLDED, english_words
from chinese.equivalents import english_place_kinds, english_rows, synonyms_in
from chinese.numerals import small_numeral
from chinese.places import is_everyday
from chinese.tokens import fold, tagged, tokenize, words
from qa.question.forms import document_numbers
from qa.question.kinds import ASKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chinese.equivalents import Synonyms
    from qa.english.lexicon import Lexicon

MEANT = 0.5
"""Weight from which a token stands for a word of the question."""
_SAID = 0.6
"""Weight from which a translation is one at all, not one character out of a gloss."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question, folded, and the index's tokens it may stand for, each with a weight from 0 to 1.

    `kind` tells figures ("number") and names ("name": a place, a person, a Latin word in a Chinese question) from
    other words; an English word for which the corpus has no Chinese one is a "gap".
    """

    text: str
    alternatives: tuple[tuple[str, float], ...]
    kind: Literal["word", "name", "number", "gap"] = "word"


_STOP = frozenset(
    "的 了 着 过 吗 呢 吧 啊 是 在 有 被 把 由 对 为 与 和 及 到 从 以 向 于 将 就 都 也 还 又 很 所 其 "
    "之 或 而 等 年 月 日 多少 几 哪 哪里 哪儿 哪些 哪个 哪位 哪年 哪一 什么 谁 何时 何 怎么 怎样 如何 "
    "为什么 多高 多大 多长 多久 多 高 大 长 分别 一共 总共 共 请问 请 问 其中 这 那 该 此 这个 那个 这次 "
    "本次 个 家 名 位 项 条 次 人 户 座 栋 亩 天 钱 元 时候 时间 地方 叫 叫做 名字 具体 大约 大概 会 能 "
    "可以 要 上 下 里 中 第 号 哪家 哪几 两 一 是什么 有多 多么 占 达到 达 我 你 我们 告诉 想 知道 来 去 "
    "些 给 让 使 做 成 分 之一 各 每 关于 有关 情况 介绍 说 是否 是不是 有没有 有无 能否 能不能 可否 会不会 "
    "不能 不得 不可以 人家 所有 全部 全都 列出 列举 "
    "文号 字号 发文 几何 多大 农历 公历 阴历 阳历".split()
)
_NAME_TAGS = frozenset(("ns", "nt"))
_SAME = 0.9
_WIDER = 0.6
"""What a word of the same meaning counts, and one that may stand for it."""
# Firms above the size from which statistics count them, in short and in full: (规)上 and (规模)以上.
_ABOVE_SCALE = re.compile(r"[规限]上(?!海)|(?:规模|限额)以上")
_SCALES = {"规": ("规上", "规模"), "限": ("限上", "限额")}


def chinese_terms(folded: str) -> tuple[Term, ...]:
    """The terms of a folded Chinese question, without its question words."""
    tags = dict(tagged(folded))
    # A blank of the same length, so that words do not fuse over what is cut out.
    plain = ASKING.sub(lambda match: " " * len(match.group()), folded)
    terms: dict[str, Term] = {}
    for match in _ABOVE_SCALE.finditer(plain):
        short, full = _SCALES[match.group()[0]]
        terms[short] = Term(short, ((short, 1.0), (full, 1.0)))
    plain = _ABOVE_SCALE.sub(lambda match: " " * len(match.group()), plain)
    for start, end in document_numbers(plain):
        terms[plain[start:end]] = Term(plain[start:end], ((plain[start:end], 1.0),), "number")
        plain = plain[:start] + " " * (end - start) + plain[end:]
    for start, end, row in synonyms_in(plain):
        word = plain[start:end]
        terms[word] = Term(word, _equivalents(word, row), "name" if word.isascii() else "word")
        plain = plain[:start] + " " * len(word) + plain[end:]
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


def _equivalents(word: str, row: Synonyms) -> tuple[tuple[str, float], ...]:
    """A word, those that say the same, and those that may stand for it."""
    same = [(other, _SAME) for other in row.words if other != word]
    return ((word, 1.0), *same, *((other, _WIDER) for other in row.wider))


def as_said(text: str, folded: Sequence[str]) -> str:
    """A Chinese question with the words that the folded passages have: 规上 for 规模以上, 地区生产总值 for GDP."""
    for start, end, row in reversed(list(synonyms_in(fold(text)))):
        word = fold(text[start:end])
        found = {other: sum(other in passage for passage in folded) for other in row.words}
        best = max(row.words, key=lambda other: (found[other], len(other)))
        if found[best] and (not found[word] or (word.isascii() and found[best] >= found[word])):
            text = text[:start] + best + text[end:]
    for short, full in _SCALES.values():
        whole = f"{full}以上"
        has_short = any(short in passage for passage in folded)
        if has_short != any(whole in passage for passage in folded):
            text = text.replace(whole, short) if has_short else re.sub(f"{short}(?!海)", whole, text)
    return text


def _chinese_term(word: str, tag: str) -> Term:
    inner = [(token, 0.5) for token in dict.fromkeys(tokenize(word)) if token != word and len(token) > 1]
    if word[0].isdigit():
        return Term(word, ((word, 1.0), *inner), "number")
    if len(word) > 2 and word.endswith("数") and is_common_noun(word[:-1]):  # 项目数
        inner = [(word[:-1], 0.9), *(item for item in inner if item[0] != word[:-1])]
    tagged_so = tag in _NAME_TAGS and not is_common_noun(word)
    named = word.isascii() or ((tagged_so or is_proper_noun(word)) and not is_everyday(word))
    return Term(word, ((word, 1.0), *inner), "name" if named else "word")


def _as_chinese_numeral(word: str) -> tuple[tuple[str, float], ...]:
    """14 -> 十四, as in 十四五; () for what is not a whole number below 100."""
    if not word.isdigit() or not 0 < int(word) < 100:
        return ()
    return ((small_numeral(int(word)), 1.0),)


def english_terms(question: str, lexicon: Lexicon | None) -> tuple[Term, ...]:
    """The terms of an English question; without a lexicon they stay English."""
    text = unicodedata.normalize("NFKC", question)
    terms: dict[str, Term] = {}
    found = english_words(text)
    for phrase, term in _english_equivalents(found, lexicon is not None):
        terms[term.text] = term
        found = _without(found, phrase)
    # All at once, so that words that belong together (gross domestic product) are looked up together.
    translated = dict(zip(found, lexicon.translate_words(found), strict=True)) if lexicon is not None else {}
    for word in found:
        lower = word.lower()
        alternatives = translated.get(word, ())
        kind: Literal["word", "name", "number", "gap"] = (
            "word" if any(share >= _SAID for _, share in alternatives) else "gap"
        )
        if word[0].isdigit():
            kind = "number"
            alternatives = _as_chinese_numeral(word)
        elif lexicon is not None and lower in MONTHS_FOLDED:  # August 1 is 8月1日
            number = MONTHS_FOLDED.index(lower) + 1
            kind, alternatives = "word", ((f"{small_numeral(number)}月", _SAME), (str(number), _SAME))
        elif lexicon is not None and word[0].isupper() and lexicon.is_name(word):
            kind = "name"
        merged = {lower: 1.0, **dict(alternatives)}
        terms.setdefault(lower, Term(lower, tuple(merged.items()), kind))
    if lexicon is not None:
        _join_place_kinds(terms, [word.lower() for word in found])
    for quoted in re.findall(r"[\u3400-\u9fff]{2,}", text):
        for term in chinese_terms(fold(quoted)):
            terms.setdefault(term.text, term)
    return tuple(terms.values())


def _join_place_kinds(terms: dict[str, Term], found: Sequence[str]) -> None:
    """Take what follows the name of a place (County, Industrial Park) into the name; a zone stays a word beside it.

    Documents may leave the kind out, or a dictionary may not know it: alone it is nothing to look for.
    """
    kinds = english_place_kinds()
    for place, word in enumerate(found[:-1]):
        name = terms.get(word)
        sizes = [size for size in (4, 3, 2, 1) if tuple(found[place + 1 : place + 1 + size]) in kinds]
        if name is None or name.kind != "name" or not sizes:
            continue
        phrase = found[place + 1 : place + 1 + sizes[0]]
        row = kinds[tuple(phrase)]
        cores = dict.fromkeys(
            _CORE.sub("", token) for token, share in name.alternatives if share >= _SAME and token != word
        )
        whole = {f"{core}{kind}": 1.0 for core in cores for kind in row.words}
        terms[word] = Term(word, ((word, 1.0), *whole.items(), *((core, _SAME) for core in cores)), "name")
        for part in phrase:
            terms.pop(part, None)
        if len(row.words[0]) > _SHORTEST_ZONE:
            text = " ".join(phrase)
            terms[text] = Term(text, ((text, 1.0), *((kind, _SAME) for kind in row.words)))


_CORE = re.compile(r"(?<=..)[省市区县镇乡村州]$")
_SHORTEST_ZONE = 2


def _english_equivalents(found: Sequence[str], translate: bool) -> Iterator[tuple[tuple[str, ...], Term]]:
    """What English words say together that Chinese documents have their own word for: gross domestic product."""
    lower = [word.lower() for word in found]
    for phrase, row in sorted(english_rows().items(), key=lambda item: -len(item[0])) if translate else ():
        for start in range(len(lower) - len(phrase) + 1):
            if tuple(lower[start : start + len(phrase)]) == phrase:
                text = " ".join(phrase)
                same = [(word, _SAME) for word in row.words if word != text]
                yield phrase, Term(text, ((text, 1.0), *same, *((word, _WIDER) for word in row.wider)))
                lower[start : start + len(phrase)] = [""] * len(phrase)


def _without(found: Sequence[str], phrase: Sequence[str]) -> list[str]:
    """The words without the first such row of them."""
    lower = [word.lower() for word in found]
    size = len(phrase)
    start = next((place for place in range(len(lower)) if tuple(lower[place : place + size]) == tuple(phrase)), None)
    return list(found) if start is None else [*found[:start], *found[start + size :]]


def in_both_languages(text: str, terms: Sequence[Term], folded: Sequence[str]) -> str:
    """An English question with a Chinese word behind each of its own, for a reader of Chinese text.

    How many projects 项目 did ... attract 引进 in 2023? Of the words that a term may stand for, it is the one that most
    of the `folded` passages have; none where none has any.
    """
    for term in terms:
        there = [
            (sum(token in passage for passage in folded), share, token)
            for token, share in term.alternatives
            if share >= _SAID and not token.isascii()
        ]
        count, _, chinese = max(there, default=(0, 0.0, ""))
        if count and term.text.isascii():
            word = rf"\b({re.escape(term.text)})\b"
            text = re.sub(word, rf"\1 {chinese}", text, count=1, flags=re.IGNORECASE)
    return text
