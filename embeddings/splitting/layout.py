"""What each line of a page is: headline, body, list, byline, caption or note; and its paragraphs, joined.

Owned here: telling the kinds apart by their look. Called by articles.py, which makes articles of the blocks.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from chinese.dates import iso_day
from chinese.english import MONTHS_FOLDED
from chinese.surnames import SURNAMES
from chinese.tokens import fold, frequency
from embeddings.splitting.cleaning import has_bullet, without_bullet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from embeddings.types import Document, Line

BlockKind = Literal["heading", "body", "list", "byline", "caption", "note"]


@dataclass(slots=True)
class Block:
    """A stretch of a page of one kind, as pieces (line number, text); `gap` blank lines stand before it."""

    kind: BlockKind
    pieces: list[tuple[int, str]]
    gap: int = 0
    level: int | None = None
    torn: bool = field(default=False)

    @property
    def text(self) -> str:
        """The pieces joined as they read: nothing between Chinese, a blank between Latin words."""
        if len(self.pieces) == 1:
            return self.pieces[0][1]
        joint = Joint()
        return "".join([joint.glue(piece) + piece for _, piece in self.pieces])


@dataclass(slots=True)
class Joint:
    """The end of a text that grows piece by piece: what goes between it and the next one is told without all of it.

    `tail` is its last characters, at least as many as `length` where it has them; `ascii` says of all of it.
    """

    length: int = 1
    tail: str = ""
    ascii: bool = True

    def glue(self, piece: str) -> str:
        """What belongs before the next piece, which then is the text's end."""
        between = _glue(self.tail[-1:], self.ascii, piece)
        self.tail = (self.tail + between + piece)[-self.length :]
        self.ascii = self.ascii and piece.isascii()
        return between


_TERMINAL = "。！？!?…；;：:"
_AFTER_END = "”’」』）)》〉】]\"'"
_LONGEST_HEADING = 45
_LONGEST_LATIN_HEADING = 90
_LONGEST_BYLINE = 80
_LONGEST_NOTE = 100
# As short as a caption that nothing marks.
_ONE_CLAUSE = re.compile(r"[^，,；;：:。！？]{1,23}。")
_HAN = r"[\u4e00-\u9fff]"
# Names of two characters are set with a blank between them where others have three.
_SPACED_NAME = rf"(?<!{_HAN}){_HAN} {_HAN}(?!{_HAN})"
_NAME = rf"(?:{_SPACED_NAME}|{_HAN}{{1,6}}(?:·{_HAN}{{1,6}}){{1,2}}|{_HAN}{{2,4}})"
_ROLE = r"(?:记者|通讯员|撰稿|撰文|摄影|作者|文/图|图/文|文字|编辑|责编|实习生|评论员)"
_SIGNED = (
    rf"{_ROLE}(?:\s*[:：/|]\s*{_NAME}|\s+{_NAME}|(?!简介)[{''.join(sorted(SURNAMES))}]{_HAN}{{1,3}})"
    rf"(?:[\s/、,，]+{_NAME}){{0,7}}"
)
_BYLINE = re.compile(
    rf"^(?:[□■○●◎▢◇◆]\s?.{{0,40}}?|[(（【\[]?[^。！？，,]{{0,24}}?){_SIGNED}(?:[\s/、]*{_HAN}{{0,6}}?{_SIGNED}){{0,5}}"
    r"\s*(?:文/图|图/文|/文|/图|文|摄影|报道)?\s*[)）】\]]?$"
)
_CREDIT = re.compile(rf"^文\s*[/:：]\s*{_NAME}(?:[\s、]*图\s*[/:：]\s*{_NAME})?$")
_ENGLISH_BYLINE = re.compile(r"^By [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,3}(?:(?:,| and| for) .{1,60})?$")
# The end of a byline whose word for reporter is missing or spoilt: 日报/首页新闻 王小明
_PRESS_NAME = re.compile(
    rf"^[^。！？，,]{{0,24}}(?:新闻|[日晚早晨商]报|网|社|融媒体?|客户端)[^。！？，,]{{0,10}}[\s?？□]+({_NAME})$"
)
_IMPRINT = r"(?:(?:稿件|信息|本文|文章)?来源|稿源|原标题|责任编辑|责编|编辑|审核|校对|排版|转自|初审|终审|编审|复审)"
_NOTE = re.compile(
    rf"^(?:[(（【\[]\s*{_IMPRINT}|{_IMPRINT}\s*[:：“\"「]).{{0,60}}$|^(?:作者|记者|文)\s*[:：].{{1,20}}\s(?:来源|时间|日期|发布)"
)
_WRITER = re.compile(r"记者|通讯员|作者|撰稿|撰文|摄影|摄")
_FULL_DATE = re.compile(r"(?<!\d)(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*日?")
_MONTH = "|".join(MONTHS_FOLDED)
_ENGLISH_DATE = re.compile(
    rf"^(?:[a-z]{{3,9}}day,? )?(?:(?P<day>\d{{1,2}}) (?P<month>{_MONTH})|(?P<us_month>{_MONTH})"
    r" (?P<us_day>\d{1,2})),? (?P<year>\d{4})$"
)
_DATE_LINE = re.compile(
    rf"^(?:发布时间|发布日期|时间|日期|发表于|发布于|更新时间)?\s*[:：]?\s*{_FULL_DATE.pattern}"
    r"(?:\s*(?:星期|周)[一二三四五六日天])?(?:[\sT]*\d{1,2}:\d{2}(?::\d{2})?)?(?:\s+(?:来源|作者|编辑|浏览|阅读|点击).{0,60})?$"
)
_CAPTION_MARK = re.compile(r"^[■▲▼△▽★☆◆]\s*")
_CAPTION = re.compile(r"^(?:图为|图[:：]|图\d+[:：.\s]|[(（](?:资料)?图[)）片])|..(?:(?<!拍)摄|供图|资料图片?)[)）]?$")


def glue(before: str, after: str) -> str:
    """What belongs between two halves of a line: a blank between Latin words, else nothing.

    A figure that a Chinese text's wrapping cut in two is one figure again: 7|6台.
    """
    return _glue(before[-1:], before.isascii(), after)


def _glue(last: str, is_ascii: bool, after: str) -> str:
    """What belongs after a text that ends in the character `last` (none where it is empty)."""
    if not (last and after and last.isascii() and after[0].isascii()):
        return ""
    if last.isspace() or last == "-" or after[0] in ",.;:!?)%":
        return ""
    cut = last.isdigit() and after[0].isdigit() and not (is_ascii and after.isascii())
    return "" if cut else " "


def find_blocks(document: Document) -> list[Block]:
    """The blocks of a cleaned document, in order. Adjacent lines that are one paragraph are already one block."""
    blocks: list[Block] = []
    gap = 0
    for pieces, level in _unwrap(document.lines, paged=document.unit == "page"):
        text = "".join(piece for _, piece in pieces)
        if not text:
            gap += 1
            continue
        kind = _kind(text, level, blocks[-1] if blocks else None, gap)
        blocks.append(Block(kind, pieces, gap, level))
        gap = 0
    return _captions(_lists(blocks))


def is_ended(text: str) -> bool:
    """Whether the text ends as a sentence ends (or announces a list by a colon)."""
    return ends(text, text.isascii())


def ends(tail: str, is_ascii: bool) -> bool:
    """Whether a text ends so that has this tail, and is all ASCII or not."""
    last = tail.rstrip(_AFTER_END)[-1:]
    return bool(last) and (last in _TERMINAL or (tail[-1] in ".\"'" and is_ascii))


def line_date(text: str) -> str | None:
    """The ISO date of a line that holds a date and at most its source, else None."""
    folded = fold(text)
    match = _DATE_LINE.match(folded)
    if match is not None:
        return iso_day(*match.groups())
    match = _ENGLISH_DATE.match(folded)
    if match is None:
        return None
    month = MONTHS_FOLDED.index(match["month"] or match["us_month"]) + 1
    return iso_day(match["year"], str(month), match["day"] or match["us_day"])


def full_date(text: str) -> str | None:
    """The first full date within a note or a byline, ISO 8601."""
    found = (iso_day(*match.groups()) for match in _FULL_DATE.finditer(fold(text)))
    return line_date(text) or next((date for date in found if date), None)


def is_signature(text: str) -> bool:
    """Whether the line is one to three Chinese personal names and nothing else."""
    folded = fold(text)
    spaced = {"".join(name.split()) for name in re.findall(_SPACED_NAME, folded)}
    names = re.split(r"[\s、,，]+", re.sub(_SPACED_NAME, lambda name: "".join(name[0].split()), folded))
    return len(names) <= 3 and all(
        2 <= len(name) <= 3 and name[0] in SURNAMES and (name in spaced or not frequency(name)) for name in names
    )


def _kind(text: str, level: int | None, before: Block | None, gap: int) -> BlockKind:
    if level is not None:
        return "heading"
    if len(text) <= _LONGEST_NOTE and (kind := _imprint(text)) is not None:
        return kind
    if before is not None and before.kind == "body" and gap and is_signature(text) and text[-1] != "摄":
        return "byline"
    if _is_caption(text):
        return "caption"
    if has_bullet(text):
        return "list"
    if _is_short(text) and not is_ended(text) and text[-1] not in "，,、":
        return "heading"
    return "body"


def _imprint(text: str) -> BlockKind | None:
    """Whether a line says who wrote the text, or when and where it appeared."""
    folded = fold(text)
    note = _NOTE.match(folded) is not None and not is_ended(folded.rstrip(")）】]"))
    if note and not _WRITER.search(folded):
        return "note"
    bare = _FULL_DATE.sub("", folded).strip(" |·") if len(folded) <= _LONGEST_BYLINE else ""
    if _ENGLISH_BYLINE.match(text) or (bare and not is_ended(bare) and _is_byline(bare)):
        return "byline"
    return "note" if note or line_date(text) is not None else None


def _is_byline(folded: str) -> bool:
    press = _PRESS_NAME.match(folded)
    return bool(_BYLINE.match(folded) or _CREDIT.match(folded)) or (press is not None and is_signature(press[1]))


def _is_short(text: str) -> bool:
    return len(text) <= (_LONGEST_LATIN_HEADING if text.isascii() else _LONGEST_HEADING)


def _is_caption(text: str) -> bool:
    if _CAPTION_MARK.match(text):
        return len(text) <= 100
    return len(text) <= 60 and bool(_CAPTION.search(text))


def _unwrap(lines: Sequence[Line], paged: bool) -> Iterator[tuple[list[tuple[int, str]], int | None]]:
    """Paragraphs of a text whose lines are broken at a fixed width; other texts line by line.

    A text counts as wrapped when most of its longer lines are about equally long and stop in mid-sentence.
    """
    is_full = _wrapped([line.text for line in lines if line.text and line.level is None])
    row: tuple[list[tuple[int, str]], int | None] = [], None
    open_paragraph = False
    for position, line in enumerate(lines):
        # A PDF's paragraphs run on over the page's end, marked by a blank line.
        turned = paged and not line.text and open_paragraph and position + 1 < len(lines)
        if turned:
            continue
        starts_new = line.level is not None or has_bullet(line.text) or _CAPTION_MARK.match(line.text)
        if open_paragraph and line.text and not starts_new:
            row[0].append((line.number, line.text))
        else:
            if row[0]:
                yield row
            row = [(line.number, line.text)], line.level
        full = line.level is None and is_full(line.text)
        open_paragraph = bool(full and not is_ended(line.text))
    if row[0]:
        yield row


def _wrapped(texts: Sequence[str]) -> Callable[[str], bool]:
    """What tells a full line; none is where the text is not wrapped. Some programs count columns, some characters."""
    widths = [(measure, width) for measure in (_columns, len) if (width := _wrap_width(texts, measure)) is not None]
    return lambda text: any(measure(text) >= width for measure, width in widths)


def _wrap_width(texts: Sequence[str], measure: Callable[[str], int]) -> float | None:
    """The width from which a line counts as full; None where the text is not wrapped."""
    widths = [measure(text) for text in texts]
    if len(widths) < 4 or _are_records(texts):
        return None
    widest = statistics.quantiles(widths, n=20)[-1]
    if not 24 <= widest <= 160:
        return None
    full = [text for text, width in zip(texts, widths, strict=True) if width >= 0.85 * widest]
    torn = sum(not is_ended(text) for text in full)
    return 0.85 * widest if len(full) >= 0.4 * len(texts) and torn >= 0.5 * len(full) else None


def _are_records(texts: Sequence[str]) -> bool:
    """Whether most lines are rows of a table, parted into equally many cells by one mark: 1月,12,3.5万元."""
    for mark in ",\t;|":
        counts = [text.count(mark) for text in texts if not is_ended(text)]
        common = statistics.mode(counts) if counts else 0
        if common >= 2 and counts.count(common) >= 0.8 * len(texts):
            return True
    return False


def _columns(text: str) -> int:
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


def _lists(blocks: list[Block]) -> list[Block]:
    """Runs of short lines that are a list, not headings: each label (ending in a colon) with its entries is a block.

    A run is a list when it has bullets or labels, or is too long to be a headline of several lines.
    """
    result: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        short = block is not None and (
            block.kind == "list"
            or (block.kind == "heading" and block.level is None)
            or (block.kind == "body" and _is_short(block.text) and block.text[-1] in "：:")
        )
        if block is not None and short and (not run or block.gap == 0):
            run.append(block)
            continue
        result.extend(_resolve_run(run))
        run = [block] if block is not None and short else []
        if block is not None and not short:
            result.append(block)
    return result


def _resolve_run(run: list[Block]) -> list[Block]:
    marked = any(block.kind == "list" or block.text[-1] in "：:" for block in run)
    if not marked and len(run) <= 3:
        return run
    if len(run) == 1 and run[0].kind != "list":
        return run
    groups: list[Block] = []
    for block in run:
        pieces = [(number, without_bullet(piece)) for number, piece in block.pieces]
        label = bool(groups) and groups[-1].pieces[0][1][-1:] in "：:"
        bulleted = block.kind == "list" and not (label and block.text[-1] not in "：:")
        if groups and label and not bulleted and block.text[-1] not in "：:":
            groups[-1].pieces.extend(pieces)
        else:
            groups.append(Block("list", pieces, block.gap))
    return groups


def _captions(blocks: list[Block]) -> list[Block]:
    """Short lines that are captions though nothing marks them: they interrupt a paragraph, or stand before the text.

    Only a line alone between wide gaps counts, and only where the text around shows that it does not belong.
    """
    before: Block | None = None
    text = ""
    for position, block in enumerate(blocks):
        if block.kind == "caption":
            block.pieces = [(number, _CAPTION_MARK.sub("", piece)) for number, piece in block.pieces]
        elif block.kind == "body" and block.gap >= 1 and _ONE_CLAUSE.fullmatch(block.text):
            following = blocks[position + 1] if position + 1 < len(blocks) else None
            wide = block.gap >= 2 or (following is not None and following.gap >= 2)
            if wide and _stands_apart(block, before, text, following):
                block.kind = "caption"
        if block.kind != "caption":
            before, text = block, block.text if block.kind == "body" else ""
    return blocks


def _stands_apart(block: Block, before: Block | None, text: str, after: Block | None) -> bool:
    """Whether the body text before (captions apart) is torn, or none stands there, or a headline follows."""
    torn = bool(text) and not is_ended(text)
    if torn and text[-1] in "，,、" and (after is None or after.kind == "heading"):
        return False  # it is the sentence's other half, however short
    first = before is None or (before.kind == "heading" and block.gap >= 2)
    return torn or first or (after is not None and after.kind == "heading" and after.gap >= 2)
