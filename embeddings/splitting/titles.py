"""What stands at the head of a page and is not its headline, and what says the same as its title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.tokens import fold

if TYPE_CHECKING:
    from embeddings.splitting.blocks import Block

_COLUMN = re.compile(
    r"^[【\[〖「《(（]?(?:今日|本地|本报|本网|国内|国际|时政|图片|民生|财经|经济|社会|教育|文化|体育|科技|健康|综合|政务|部门|基层|工作|通知|新闻|信息|数据|统计|重点"
    r"|特别|本期|深度)?(?:要闻|新闻|头条|头版|聚焦|关注|热点|专题|专版|动态|公开|公告|发布|公报|资讯|快讯|速递|观察|报道|中心|栏目|视点|综述|数据|导读)[】\]〗」》)）]?$"
)
"""The name of a paper's or a site's column, which may stand above a headline: 【民生关注】."""
_SHORTEST_TITLE = 6
"""Characters by which a part of a title is it."""
_LONGEST_ITEM = 12


def is_above_headline(text: str) -> bool:
    """Whether the line is a column's name, or a page's in Latin capitals, as papers print it beside the Chinese one."""
    return re.fullmatch(r"[A-Z]+(?: [A-Z]+)+", text) is not None or _COLUMN.match(text) is not None


def says(heading: str, title: str) -> bool:
    """Whether a heading is the title, or all of it that matters."""
    one, other = fold("".join(heading.split())), fold("".join(title.split()))
    return one == other or (
        len(one) >= _SHORTEST_TITLE and (one in other or other in one) and len(other) >= _SHORTEST_TITLE
    )


def is_menu(block: Block) -> bool:
    """Whether a block above the headline is of a site's menu: an entry of a few characters."""
    return block.kind == "list" and all(len(text) <= _LONGEST_ITEM for _, text in block.pieces)
