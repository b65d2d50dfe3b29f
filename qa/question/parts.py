"""A question in several parts: what each asks, completed from the one before it so that it can be asked alone.

A part is a question itself (总投资是多少) or, behind one, names what it asks for (总投资呢, 负责人). Words that say
where or when (在2023年) belong to the part behind them; thanks and greetings are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from chinese.language import language_of
from chinese.tokens import fold, tagged
from qa.question.followup import complete, is_chat, other_reading
from qa.question.kinds import QUESTION_WORDS, kind_of_noun
from qa.question.naming import subject_of
from qa.question.siblings import CHANGE_WORDS, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_PARTS = 8
"""Parts that a question is split into at most."""
# 1,200家: a comma between figures parts nothing.
_SEPARATOR = re.compile(r"[;；?？。!！\n]|(?<!\d)[,，]|[,，](?!\d)|、|以及|还有|并且|而且")
_WEAK = frozenset(("、", "以及", "还有", "并且", "而且"))
"""What joins words as well as questions: it parts these only where each says what it asks for (总投资是多少)."""
_PARTED = frozenset(";；?？。!！\n")
"""What parts English questions: a comma stands within one."""
_ENCLOSED = re.compile(
    r"“[^“”]{0,80}”|\"[^\"]{0,80}\"|‘[^‘’]{0,80}’|「[^「」]{0,80}」|『[^『』]{0,80}』|《[^《》]{0,80}》"
)
_INSTRUCTION = re.compile(r"^(?:请|麻烦|烦请|劳烦|注意|要求|需要?|以上|如下|并?(?:列出|给出|写出|说明|告诉|回答))")
# 十几个, 这几年, 几个区里, 没什么, 无论什么时候: words of a question that ask nothing.
_NOT_ASKED = re.compile(
    r"[\d十百千万近好这那前后头数每]几|几[十百千万]|几[个座家所条][\u4e00-\u9fff]{1,6}[里中内](?=$|[,，])|[没无]有?什么|(?:无论|不论|不管|任凭).*"
)
_AND = re.compile(r"以及|[和与及、]")
_MEASURES = re.compile(
    r"(?P<measures>[^,，。;；?？]+?)(?P<each>分别|各自?)?"
    r"(?P<asked>(?:是|为|有|达到?)?(?:多少|几|谁|什么)[\u4e00-\u9fff]{0,4}[?？]?)$"
)
_ENGLISH_MEASURES = re.compile(
    r"what (?P<verb>are|were) the (?P<first>[a-z][a-z -]{2,30}) and (?:the )?(?P<second>[a-z][a-z -]{2,30}?)"
    r" (?P<of>(?:of|in) .+)",
    re.IGNORECASE,
)
_SHORTEST_SUBJECT = 2
_LONGEST_LOOKED_AT = 120
_LONGEST_NOUN = 12
_NOT_OF_A_NOUN = frozenset(("v", "d", "p", "c", "f"))
_ENGLISH_QUESTION = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how)\b"
    r"|^\W*(?:and |but |so )?(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should)\b"
)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as completed from earlier ones, and its parts (usually it alone), each to be asked by itself.

    `other` is the question as it may be meant as well, "" where there is no doubt.
    """

    asked: str
    parts: tuple[str, ...]
    other: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two separators, as characters of the question, behind which mark, and what it is."""

    start: int
    end: int
    mark: str
    chat: bool
    asks: bool = False


def understand(question: str, history: Sequence[str] = ()) -> Understood:
    """A question and its parts, completed: the first from earlier questions, each other from the part before it."""
    parts = split_parts(question)
    completed: list[str] = []
    for part in parts:
        completed.append(complete(part, completed[-1:] or history))
    asked, place = question, 0
    for part, whole in zip(parts, completed, strict=True):
        place = asked.index(part, place)
        rest = asked[place + len(part) :]
        marked = part.endswith(("?", "？")) or not rest
        said = whole if marked else whole.rstrip("?？")  # the mark behind it is there
        asked = asked[:place] + said + rest
        place += len(said)
    each = [single for whole in completed for single in _measures_of(whole)]
    other = other_reading(question, asked) if len(each) == 1 else ""
    return Understood(asked, tuple(each if len(each) <= MOST_PARTS else completed), other)


def _measures_of(question: str) -> tuple[str, ...]:
    """A question for several measures of one thing as one for each: 云溪县|茶园面积|和|茶叶产量|是多少."""
    english = language_of(question) == "en"
    match = (_ENGLISH_MEASURES if english else _MEASURES).match(question.strip())
    if match is None:
        return (question,)
    if english:
        verb = {"are": "is", "were": "was"}[match["verb"].lower()]
        return tuple(f"What {verb} the {match[name]} {match['of']}" for name in ("first", "second"))
    *others, last = _AND.split(match["measures"])
    thing = frame_of(others[0]) or subject_of(others[0]) if others else ""
    if not thing:
        return (question,)
    measures = [others[0][len(thing) :].removeprefix("的"), *others[1:], last]
    if any(_TIME.match(measure) for measure in measures):
        return (question,)  # 云溪县|2022年|和|2023年茶叶产量: one measure of two years
    counted = match["each"] is not None and match["asked"].startswith("有")  # 瞪羚企业和独角兽企业各有几家
    if not (counted or all(_is_measure(item) for item in measures)) or len(set(_offices(measures))) > 1:
        return (question,)
    measures = [
        f"{before}{item}" if CHANGE_WORDS.fullmatch(item) else item for before, item in pairwise(["", *measures])
    ]
    of = "的" if question[len(thing) :].startswith("的") else ""
    return tuple(f"{thing}{of}{measure}{match['asked']}" for measure in measures)


_TIME = re.compile(r"(?:(?:19|20)?\d\d年|[去今前]年|上年|[一二三四]季度|[上下]半年|\d{1,2}月)")


def _is_measure(words: str) -> bool:
    return 1 < len(words) <= _LONGEST_NOUN and "的" not in words and kind_of_noun(fold(words)) != "text"


def _offices(measures: Sequence[str]) -> Iterator[bool]:
    """Whether each is somebody's office: an office and a figure are not asked for in one breath."""
    return (kind_of_noun(fold(measure)) == "person" for measure in measures)


def split_parts(text: str) -> tuple[str, ...]:
    """The parts of a question that asks for several things, without thanks and greetings; else itself.

    项目有多少个,总投资是多少? -> two. One of more than MOST_PARTS is none that anybody asks, and each part would be
    read on its own: it stays whole.
    """
    pieces = _pieces(text)
    said = [piece for piece in pieces if not piece.chat]
    if not said:
        return (text,)
    parts = list(_joined(said))
    if not 1 < len(parts) <= MOST_PARTS:
        if len(said) == len(pieces):
            return (text,)
        # With the mark that ends it, as one who gives no thanks would ask it.
        end = next((piece.start for piece in pieces if piece.start > said[-1].end), len(text))
        return (text[said[0].start : end].strip(),)
    return tuple(text[start:end].strip() for start, end in parts)


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    start, mark = 0, ""
    for end, after in _separators(text):
        words = text[start:end]
        if words.strip():
            _add(pieces, _Piece(start, end, mark, is_chat(words)), text)
            start, mark = end + len(after), after
        elif after not in _WEAK:  # ...,还有多少: the comma parts
            start, mark = end + len(after), mark if mark in _PARTED else after
    return pieces


def _add(pieces: list[_Piece], piece: _Piece, text: str) -> None:
    """Add a piece that asks, or stands by itself; one that asks for nothing may go on with what is before it."""
    behind = any(other.asks for other in pieces)
    words = text[piece.start : piece.end]
    asks = not piece.chat and _asks(words, behind, piece.mark)
    if pieces and not asks and not piece.chat and _belongs_before(words, piece.mark):
        piece = replace(pieces.pop(), end=piece.end, chat=False)
        # What was looked at before and asked for nothing is not looked at again with each member of a long row.
        words = text[max(piece.start, piece.end - _LONGEST_LOOKED_AT) : piece.end]
        asks = piece.asks or _asks(words, any(other.asks for other in pieces), piece.mark)
    pieces.append(replace(piece, asks=asks))


def _belongs_before(words: str, mark: str) -> bool:
    """Whether words that ask for nothing go on with those before them: 企业、学校; ..., and where?."""
    return mark in _WEAK or (mark in (",", "，") and language_of(words) == "en")


def _separators(text: str) -> Iterator[tuple[int, str]]:
    """Where pieces end, and with which mark; the last one with the text. What stands in quotation marks is whole."""
    enclosed = [match.span() for match in _ENCLOSED.finditer(text)]
    for match in _SEPARATOR.finditer(text):
        if not any(first < match.start() < last for first, last in enclosed):
            yield match.start(), match.group()
    yield len(text), ""


def _asks(words: str, behind_question: bool, mark: str) -> bool:
    """Whether words ask for something; `mark` is what parts them from those before."""
    folded = fold(words.strip())
    if language_of(words) == "en":
        return (not behind_question or mark in _PARTED) and _ENGLISH_QUESTION.search(folded) is not None
    word = QUESTION_WORDS.search(_NOT_ASKED.sub("", folded))
    if mark in _WEAK:
        return behind_question and word is not None and word.start() >= _SHORTEST_SUBJECT
    return word is not None or folded.endswith("呢") or (behind_question and _is_noun(folded))


def _is_noun(folded: str) -> bool:
    """Whether words are but the name of what can be asked for: 总投资, 它的负责人; not 当时只有一位老师."""
    if len(folded) > _LONGEST_NOUN or _INSTRUCTION.match(folded) or folded[-1] in "是为叫做称有":
        return False
    return kind_of_noun(folded) != "text" and not any(tag in _NOT_OF_A_NOUN for _, tag in tagged(folded))


def _joined(pieces: Sequence[_Piece]) -> Iterator[tuple[int, int]]:
    """Ranges of parts: what asks for nothing belongs to the piece behind it, or, at the end, to the last part."""
    ranges: list[tuple[int, int]] = []
    start: int | None = None
    for piece in pieces:
        start = piece.start if start is None else start
        if piece.asks:
            ranges.append((start, piece.end))
            start = None
    if start is not None and ranges:
        ranges[-1] = ranges[-1][0], pieces[-1].end
    yield from ranges
