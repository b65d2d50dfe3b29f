"""Who wrote a text, who issued it, and whose name stands on a line of its own."""

from __future__ import annotations

import re

from chinese.dates import CLOCK_TIME, FULL_DAY
from chinese.surnames import SURNAMES
from chinese.tokens import fold, frequency, tagged
from embeddings.splitting.blocks import Block, is_ended
from embeddings.splitting.imprint import closing_day, is_office

_LONGEST_BYLINE = 80
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
_WHEN = re.compile(rf"(?:{FULL_DAY})(?:\s?(?:{CLOCK_TIME}))?")
_OFFICE_HELD = re.compile(
    r"^(?!记者|通讯员|本报)[\u4e00-\u9fffa-z0-9、·()]{1,36}(?:[局厅处科部院校所站镇乡县市区村社会州省组队行班董]长|书记|主任|主席|经理|总裁|总监|董事|院士|教授"
    r"|研究员|工程师|馆员|医师|理事长|秘书长|负责人|创始人|合伙人|专员|委员|代表|主编|教练|教师|校长|园长|馆长|店长|支书|会长|厂长|技师|传承人|法人)$"
)


def is_signature(text: str) -> bool:
    """Whether the line is one to three Chinese personal names and nothing else."""
    folded = fold(text)
    spaced = {"".join(name.split()) for name in re.findall(_SPACED_NAME, folded)}
    names = re.split(r"[\s、,，]+", re.sub(_SPACED_NAME, lambda name: "".join(name[0].split()), folded))
    return len(names) <= 3 and all(
        2 <= len(name) <= 3 and name[0] in SURNAMES and (name in spaced or not frequency(name)) for name in names
    )


def is_english_byline(text: str) -> bool:
    """Whether a line is By Li Hua, China Daily."""
    return _ENGLISH_BYLINE.match(text) is not None


def is_credited(folded: str) -> bool:
    """Whether a line says who wrote the text, with a day and a time or without."""
    bare = _WHEN.sub("", folded).strip(" |·") if len(folded) <= _LONGEST_BYLINE else ""
    return bool(bare) and not is_ended(bare) and _is_byline(bare)


def _is_byline(folded: str) -> bool:
    press = _PRESS_NAME.match(folded)
    return bool(_BYLINE.match(folded) or _CREDIT.match(folded)) or (press is not None and is_signature(press[1]))


def with_closings(blocks: list[Block]) -> list[Block]:
    """Blocks in which an office's name above a day is one closing line, and stays as text."""
    last_text = max((place for place, block in enumerate(blocks) if block.kind in ("body", "list")), default=-1)
    result: list[Block] = []
    for place, block in enumerate(blocks):
        imprint = block.imprint
        if imprint is not None and imprint.is_day:
            above = result[-1] if result else None
            at_end = place > last_text >= 0
            signed = above is not None and above.kind == "heading" and above.level is None and block.gap <= 1
            if above is not None and signed and (is_office(fold(above.text)) or (at_end and len(above.text) <= 24)):
                result.pop()
                pieces, gap = above.pieces + block.pieces, above.gap
                block = Block("imprint", pieces, gap, imprint=closing_day(imprint, signed=True))
            elif at_end:
                block = Block("imprint", block.pieces, block.gap, imprint=closing_day(imprint, signed=False))
        result.append(block)
    return result


def with_named(blocks: list[Block]) -> list[Block]:
    """Blocks in which a person's name and the title on the line beside it are one: neither says much alone."""
    result: list[Block] = []
    for block in blocks:
        above = result[-1] if result else None
        if above is not None and block.gap <= 1 and _is_pair(_alone(above), _alone(block)):
            result[-1] = Block("list", above.pieces + block.pieces, above.gap)
        elif _is_pair(*_halves(_alone(block))):
            result.append(Block("list", block.pieces, block.gap))
        else:
            result.append(block)
    return result


def _alone(block: Block) -> str:
    """A block's folded text where it is a line that looks like a subhead or a byline, else ""."""
    alone = block.kind in ("heading", "byline") and block.level is None and len(block.pieces) == 1
    return fold(block.text) if alone else ""


def _halves(line: str) -> tuple[str, str]:
    """A line before and behind its only gap: 孟川 高台县水务局局长."""
    parts = re.split(r"[ |:,]+", line)
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")


def _is_pair(first: str, second: str) -> bool:
    return (_is_name(first) and _is_title(second)) or (_is_title(first) and _is_name(second))


def _is_name(folded: str) -> bool:
    name = "".join(folded.split())
    if not 2 <= len(name) <= 3 or name[0] not in SURNAMES or not re.fullmatch(rf"{_HAN}+", name):
        return False
    return not frequency(name) or tagged(name)[0][1].startswith("nr")


def _is_title(folded: str) -> bool:
    """Whether a line is a person's office and nothing else: 高台县水务局副局长."""
    return len(folded) <= 40 and _OFFICE_HELD.match(folded) is not None
