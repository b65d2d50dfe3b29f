"""Halves of a sentence that a column break or a picture tore apart: which ones to join, and which to leave torn.

A false join makes up a sentence that nobody wrote, so two halves are joined only where the second reads on
from the first; any other torn end is shown as one, by "…".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.quantities import find_quantities
from chinese.tokens import fold, tagged, words
from embeddings.splitting.blocks import Block, Joint, ends

if TYPE_CHECKING:
    from collections.abc import Sequence

ELLIPSIS = "…"
_OPENING = "“‘「『（(《〈【["
_CLOSING = "”’」』）)》〉】]"
_OPENED = re.compile(f"[{re.escape(_OPENING)}]")
# Words that begin a new sentence, so that a half before them stays torn.
_OPENER = re.compile(
    r"(?:同时|此外|另外|其次|首先|再次|最后|然而|但是|不过|因此|为此|于是|目前|当前|近日|日前|近年来|下一步|接下来|今后|未来"
    r"|据悉|据了解|据介绍|与此同时|一方面|另一方面|其中|总之|例如|比如|今年以来|去年以来|随着|为了|截至|自\d"
    r"|(?:今年|去年|当天|昨天|今天|日前|\d{4}年|\d{1,2}月)[^,，。]{0,12}[,，])"
)
_CONTINUES = re.compile(r"[，,、；;：:。！？!?”’」』）)》〉】\]%％]")
_PARTICLES = frozenset("的地得了着过们等")
_LINKS = frozenset({"和", "与", "及", "或", "以及", "并", "且", "到", "至", "于", "向", "为"})
_LINKS_THAT_MAY_START = frozenset("为与并向")
# Classifiers that do not stand at the start of a sentence without a numeral before them.
_CLASSIFIERS = frozenset("笔项名位条座栋款批套台辆艘架幢宗枚颗届")
# Characters that are words by themselves.
_FREE = frozenset("个家项名位亿万元年月日人区市省县在和与是有就都也到将对以为从后前中上下内外")
_OPEN_ENDED = frozenset("将把被对向从在为以与和及或并而的了着使让由于是有可能要会等") | {
    *("进一步", "不断", "持续", "积极", "正在", "已经"),
    *("通过", "围绕", "按照", "根据", "关于", "以及", "其中", "包括", "负责人", "记者"),
}
# 与 after a torn half goes on with what is named before, except where it begins a sentence of its own.
_WITH = re.compile(r"与(?!此|会|其|会者|[^,，。]{0,24}(?:相比|不同|一样|同时))")
_TAIL = 400


def join_torn(blocks: Sequence[Block]) -> list[Block]:
    """Body blocks with their second halves, which may stand behind captions and notes; the rest as it was.

    A half whose other half is missing gets "…" at its torn end.
    """
    result: list[Block] = []
    open_body: Block | None = None
    end = Joint(_TAIL)  # of the open body, which may have very many pieces
    for place, block in enumerate(blocks):
        if block.kind == "heading" and block.level is None and _is_first_half(block, blocks, place + 1):
            block.kind = "body"
        if block.kind in ("caption", "note", "imprint") or (block.kind == "byline" and open_body is not None):
            result.append(block)
            continue
        if open_body is not None and block.kind == "body" and reads_on(end.tail, block.text):
            open_body.pieces.extend(block.pieces)
            _extend(end, block)
        else:
            if open_body is not None:
                _mark_end(open_body)
            if block.kind == "body" and cannot_start(block.text):
                block.pieces[0] = (block.pieces[0][0], ELLIPSIS + block.pieces[0][1])
                block.torn = True
            result.append(block)
            open_body = block if block.kind == "body" else None
            end = Joint(_TAIL)
            _extend(end, block)
        if open_body is not None and ends(end.tail, end.ascii):
            open_body = None
    if open_body is not None:
        _mark_end(open_body)
    return result


def _extend(end: Joint, block: Block) -> None:
    for _, piece in block.pieces:
        end.glue(piece)


def _is_first_half(heading: Block, blocks: Sequence[Block], following: int) -> bool:
    """Whether what looks like a subhead is a short first half, because the next text surely reads on from it."""
    rest = (blocks[place] for place in range(following, len(blocks)))
    after = next((block for block in rest if block.kind not in ("caption", "note", "imprint", "byline")), None)
    if after is None or after.kind != "body" or not re.search(r"[，,、]", heading.text):
        return False
    return _surely_reads_on(fold(heading.text), fold(after.text[:_TAIL]))


def _mark_end(block: Block) -> None:
    """Show a torn end, in a text that otherwise ends its sentences."""
    if re.search(r"[。！？，,]", block.text):
        number, piece = block.pieces[-1]
        block.pieces[-1] = (number, piece + ELLIPSIS)


def reads_on(first: str, second: str) -> bool:
    """Whether `second` reads on from `first`, which stops in mid-sentence."""
    before, after = fold(first[-_TAIL:]), fold(second[:_TAIL])
    if not before or not after:
        return False
    if _surely_reads_on(before, after):
        return True
    if _OPENER.match(after):
        return False
    if _starts_with_rest(after) or before[-1] in "，,、":
        return True
    # A first half that stops inside a word has its other half elsewhere.
    return not _stops_inside_word(before) and (_WITH.match(after) is not None or _starts_with_predicate(after))


def _surely_reads_on(before: str, after: str) -> bool:
    if _closes_quotation(before, after):
        return True
    if _OPENER.match(after):
        return False
    return (
        _spans_word(before, after)
        or cannot_start(after)
        or _last_word(before) in _OPEN_ENDED
        or _continues_list(before, after)
    )


def cannot_start(text: str) -> bool:
    """Whether no sentence starts like this: with a closing mark, a particle, a link word or a bare classifier."""
    after = fold(text[:_TAIL])
    if after[0] in _CLOSING or _CONTINUES.match(after) or after[0] in _PARTICLES:
        return not re.match(r"等[到待候于]|过[去程年]|得[到知益]|着[力眼手]|地[区方铁处]|了解", after)
    first = next(words(after), None)
    if first is None:
        return False
    word, start, _ = first
    if start == 0 and word in _CLASSIFIERS:
        return True
    return start == 0 and word in _LINKS and word not in _LINKS_THAT_MAY_START


def _starts_with_rest(after: str) -> bool:
    """Whether `after` looks like the last words of a sentence: 政策。 or 157项, ... (a figure for what came before)."""
    if re.match(r"[^，,。！？“”]{1,4}。", after):
        return True
    figure = next(iter(find_quantities(after[:20])), None)
    return figure is not None and figure.start == 0 and figure.kind == "count" and after[figure.end] in "，,、。；;"


def _closes_quotation(before: str, after: str) -> bool:
    """Whether `before` opens a quotation or bracket that `after` closes first of all."""
    if not _OPENED.search(before):
        return False
    balance = sum((character in _OPENING) - (character in _CLOSING) for character in before)
    if balance <= 0:
        return False
    first = re.search(rf"[{re.escape(_OPENING + _CLOSING)}]", after)
    return first is not None and first.group() in _CLOSING


def _spans_word(before: str, after: str) -> bool:
    """Whether a dictionary word runs over the tear: 推|动, 服|务业."""
    tail, head = before[-4:], after[:4]
    for word, start, end in words(tail + head):
        if start < len(tail) < end and len(word) > 1 and not word.isascii():
            return True
    return False


def _stops_inside_word(before: str) -> bool:
    """Whether the last character alone is no word of its own: 信息技, but not 高新区企业."""
    last = list(words(before[-6:]))
    return bool(last) and last[-1][2] - last[-1][1] == 1 and not before[-1].isascii() and before[-1] not in _FREE


def _last_word(before: str) -> str:
    found = list(words(before[-8:]))
    return found[-1][0] if found else ""


def _continues_list(before: str, after: str) -> bool:
    """Whether a list (、) is going on over the tear."""
    clause = re.split(r"[，,。；;：:]", before)[-1]
    head = re.split(r"[，,。；;：:]", after)[0]
    return "、" in clause and "、" in head


def _starts_with_predicate(after: str) -> bool:
    """Whether `after` starts with a verb, which in news means that its subject stands before the tear."""
    first = tagged(after[:12])[:1]
    return bool(first) and first[0][1] in ("v", "vd", "c", "d")
