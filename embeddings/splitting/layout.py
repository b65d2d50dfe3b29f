"""What each line of a page is: headline, body, list, byline, caption or note; and its paragraphs, joined.

Owned here: telling the kinds apart by their look. Called by articles.py, which makes articles of the blocks.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from chinese.tokens import fold
from embeddings.splitting.blocks import Block, is_ended
from embeddings.splitting.cleaning import has_bullet, without_bullet
from embeddings.splitting.imprint import find_imprints, parted
from embeddings.splitting.signing import is_credited, is_english_byline, is_signature, with_closings, with_named
from embeddings.splitting.wrapping import CAPTION_MARK, unwrap

if TYPE_CHECKING:
    from embeddings.splitting.blocks import BlockKind
    from embeddings.splitting.imprint import Imprint
    from embeddings.types import Document

_LONGEST_HEADING = 45
_LONGEST_LATIN_HEADING = 90
_LONGEST_NOTE = 100
# As short as a caption that nothing marks.
_ONE_CLAUSE = re.compile(r"[^，,；;：:。！？]{1,23}。")
_IMPRINT = r"(?:(?:稿件|信息|本文|文章)?来源|稿源|原标题|责任编辑|责编|编辑|审核|校对|排版|转自|初审|终审|编审|复审)"
_NOTE = re.compile(
    rf"^(?:[(（【\[]\s*{_IMPRINT}|{_IMPRINT}\s*[:：“\"「]).{{0,60}}$|^(?:作者|记者|文)\s*[:：].{{1,20}}\s(?:来源|时间|日期|发布)"
)
_WRITER = re.compile(r"记者|通讯员|作者|撰稿|撰文|摄影|摄")
_LONGEST_PAPER = 120
# A line of a log: each says something of its own.
_LOGGED = re.compile(r"[\[(<]?\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]\d{1,2}:\d{2}:\d{2}[^。]*$")
_PAPER = re.compile(
    r"^[^，,。！？；;]+(?:公报|报告|通知|意见|决定|办法|公告|通告|方案|规定|规划|要点|条例|批复|细则|的函|情况|[（(](?:试行|暂行|修订|摘要|草案)[）)])$"
)
# A line of a form or a notice, that says one thing by its label: 咨询电话:0531-5588, 受理时间:工作日9:00至17:00.
_FIELD = re.compile(
    r"[\u4e00-\u9fff（）()]{0,8}(?:电话|热线|手机|传真|邮箱|邮编|网址|地址|地点|时间|日期|期限|时限|对象|范围|方式|标准"
    r"|费用|金额|价格?|单位|机构|部门|联系人|负责人|代表人|法人|代码|编号|账号|规模|面积|投资|工期|性质|人数|名额|数量|学历"
    r"|年龄|票价|线路|路线|材料|流程|依据)[：:]\s?\S.*"
    r"|[\u4e00-\u9fff（）()]{2,12}[：:]\s?[\d(（][^\u4e00-\u9fff]{2,}"
)
_LABELLED = re.compile(r"[^：:\s\d，,]{2,8}[：:]\s?\S")
_CAPTION = re.compile(r"^(?:图为|图[:：]|图\d+[:：.\s]|[(（](?:资料)?图[)）片])|..(?:(?<!拍)摄|供图|资料图片?)[)）]?$")


def find_blocks(document: Document) -> list[Block]:
    """The blocks of a cleaned document, in order. Adjacent lines that are one paragraph are already one block."""
    blocks: list[Block] = []
    gap = 0
    lines, heads = parted(document.lines)
    imprints = {**find_imprints(lines), **heads}
    for pieces, level, imprint in unwrap(lines, imprints, paged=document.unit == "page"):
        text = "".join(piece for _, piece in pieces)
        if not text:
            gap += 1
            continue
        kind = _imprint_kind(imprint, text) or _kind(text, level, blocks[-1] if blocks else None, gap)
        blocks.append(Block(kind, pieces, gap, level, imprint=imprint))
        gap = 0
    return _captions(_lists(_with_fields(with_named(with_closings(blocks)))))


def _imprint_kind(imprint: Imprint | None, text: str) -> BlockKind | None:
    if imprint is None or (imprint.writer and is_credited(fold(text))):
        return None
    return "imprint" if imprint.kept else "note"


def _kind(text: str, level: int | None, before: Block | None, gap: int) -> BlockKind:
    if level is not None:
        return "heading"
    if len(text) <= _LONGEST_NOTE and (kind := _imprint(text)) is not None:
        return kind
    if before is not None and before.kind == "body" and gap and is_signature(text) and text[-1] != "摄":
        return "byline"
    if _is_caption(text):
        return "caption"
    if has_bullet(text) or _LOGGED.match(text):
        return "list"
    if _FIELD.fullmatch(text):
        return "field"
    if _is_short(text) and not is_ended(text) and text[-1] not in "，,、":
        return "heading"
    # A paper's own name may be longer than a headline; nothing else so long ends in 的报告 without a full stop.
    opens = before is None or before.kind in ("note", "imprint")
    return "heading" if opens and len(text) <= _LONGEST_PAPER and _PAPER.match(text) else "body"


def _imprint(text: str) -> BlockKind | None:
    """Whether a line says who wrote the text, or when and where it appeared."""
    folded = fold(text)
    note = _NOTE.match(folded) is not None and not is_ended(folded.rstrip(")）】]"))
    if note and not _WRITER.search(folded):
        return "note"
    if is_english_byline(text) or is_credited(folded):
        return "byline"
    return "note" if note else None


def _is_short(text: str) -> bool:
    return len(text) <= (_LONGEST_LATIN_HEADING if text.isascii() else _LONGEST_HEADING)


def _is_caption(text: str) -> bool:
    if CAPTION_MARK.match(text):
        return len(text) <= 100
    return len(text) <= 60 and bool(_CAPTION.search(text))


def _with_fields(blocks: list[Block]) -> list[Block]:
    """What stands right above or below a field, with a label as well, is one: 建设内容:新建冷库2座."""
    joined = [(above, below) for above, below in itertools.pairwise(blocks) if not below.gap]
    for above, below in joined:
        _as_field(below, above)
    for above, below in reversed(joined):
        _as_field(above, below)
    return blocks


def _as_field(block: Block, beside: Block) -> None:
    if beside.kind == "field" and block.kind == "heading" and block.level is None and _LABELLED.match(block.text):
        block.kind = "field"


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
            block.kind = "list" if block.kind == "field" else block.kind
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
            block.pieces = [(number, CAPTION_MARK.sub("", piece)) for number, piece in block.pieces]
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
