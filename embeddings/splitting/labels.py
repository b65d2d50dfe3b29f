"""The labels of metadata, as data: 发布时间, 索引号, Published, and what each sort of them is good for."""

from __future__ import annotations

import re
from typing import Literal

Sort = Literal[
    "written",
    "published",
    "updated",
    "effect",
    "number",
    "index",
    "office",
    "signer",
    "class",
    "title",
    "credit",
    "writer",
]

_LABELS: dict[Sort, str] = {
    "written": "成文日期 成文时间 印发日期 印发时间 发文日期 发文时间 签发日期 签发时间 生成日期 制发日期 落款日期",
    "published": (
        "发布时间 发布日期 发布于 发表时间 发表日期 发表于 发稿时间 发稿日期 公布日期 公布时间 公开日期 "
        "公开时间 上网时间 上网日期 上传时间 刊发时间 刊登日期 录入时间 信息时间 添加时间 创建时间 见报日期 "
        "时间 日期 发布"
    ),
    "updated": "更新时间 更新日期 更新于 修改时间 修改日期 最后更新 最后修改 最后更新时间",
    "effect": "施行日期 实施日期 生效日期 执行日期 废止日期 失效日期 有效期",
    "number": "文号 发文字号 发文文号 公文文号 文件编号 文件字号",
    "index": "索引号 索引号码 信息索引号 信息索引 公开编号 统一登记号 登记号",
    "office": (
        "发布机构 发布单位 发布机关 发文机关 发文单位 发文机构 公开机构 公开主体 公开责任部门 责任部门 "
        "制发机关 制定机关 印发机关 成文单位 公布机关 主办单位 信息公开单位"
    ),
    "signer": "签发人 签发",
    "class": (
        "公开目录 公开类别 公开内容 公开依据 公开程序 信息目录 目录编号 信息时效 公文时效 公文状态 文件状态 公文类型 "
        "信息类型 体裁 主题 主题分类 体裁分类 信息分类 组配分类 主题词 公文种类 文种 文件类型 服务对象 公开方式 "
        "公开属性 公开形式 公开时限 公开范围 有效性 效力状态 时效性 时效 有效状态 所属主题 所属栏目 栏目 分类 信息类别 "
        "行业分类 关键词 关键字 生命周期"
    ),
    "title": "标题 名称 信息名称 文件名称 公文名称",
    "credit": (
        "来源 来源于 出处 摘自 信息来源 稿源 稿件来源 本文来源 文章来源 消息来源 新闻来源 来源单位 原标题 编辑 责编 "
        "责任编辑 网络编辑 文字编辑 值班编辑 美编 审核 审稿 校对 排版 制作 供稿 供稿单位 转自 初审 复审 终审 编审 "
        "录入 发布人 发布者 浏览次数 浏览量 浏览 阅读次数 阅读量 阅读数 阅读 点击次数 点击数 点击量 "
        "点击率 点击 访问量 访问次数 人气 评论 字号 字体 字体大小 字级 点阅数 点阅次数 点阅 浏览人次 浏览人数 "
        "访问人数 阅读人数 热度 下载次数 收藏 分享到 打印本页 关闭窗口 视力保护色 保护视力色 打印 分享"
    ),
    "writer": "作者 记者 通讯员 撰稿 撰文 摄影 文",
}
_ENGLISH: dict[Sort, str] = {
    "published": (
        r"(?:first )?published(?: on| at)?|posted(?: on)?|(?:release|publication|issue) date|date|issued(?: on)?"
        r"|released(?: on)?"
    ),
    "updated": r"(?:last )?(?:updated|modified)(?: on| at)?|last update",
    "credit": (
        r"font size|text size|print|share|hits|page views|sources?|editors?|edited by|views|reads|photos?(?: by)?"
        r"|translated by"
    ),
    "writer": r"authors?|writers?|reporters?",
}
WEAK = frozenset(
    (
        "主题 体裁 收藏 热度 时间 日期 发布 有效期 主办单位 责任部门 服务对象 登记号 统一登记号 施行日期 实施日期 "
        "生效日期 执行日期 废止日期 失效日期 文件类型 文种 时效 栏目 分类 关键词 关键字 标题 名称 制作 签发 录入 浏览 "
        "阅读 点击 人气 评论 打印 分享 作者 记者 通讯员 撰稿 撰文 摄影 文"
    ).split()
)
"""Labels that records of other things have as well: 名称:青石水库. They count beside a line that is surely metadata."""
KEPT: dict[Sort, str] = {
    "number": "文号",
    "index": "索引号",
    "office": "发文机关",
    "signer": "签发人",
    "written": "日期",
    "effect": "日期",
    "class": "分类",
}
"""What of a file's metadata stays as text, and what the section is called that it stands in."""


def _spaced(labels: str) -> str:
    """The labels, longest first, each as it may be set: 索引号, 索 引 号."""
    return "|".join(r"\s?".join(label) for label in sorted(labels.split(), key=lambda label: (-len(label), label)))


_ANY = "|".join(
    [f"(?P<{sort}>{_spaced(labels)})" for sort, labels in _LABELS.items()]
    + [rf"(?P<en_{sort}>\b(?:{labels}))" for sort, labels in _ENGLISH.items()]
)
LABEL = re.compile(
    rf"(?<![\u4e00-\u9fffa-z])(?:[\[【〔(]\s?(?:{_ANY})\s?[\]】〕)]\s?:?)".replace("(?P<", "(?P<b_")
    + rf"|(?<![\u4e00-\u9fffa-z])(?:{_ANY})\s?:"
)
# A label of four characters or more is known behind a value, too: 来源:高台县统计局发布时间:2024-03-02.
_LONG = "|".join(
    r"\s?".join(label)
    for labels in _LABELS.values()
    for label in labels.split()
    if len(label) > 3 and label not in WEAK
)
RUN_ON = re.compile(rf"(?<=[\u4e00-\u9fff\d])(?=(?:{_LONG}|来源)\s?:)")
BARE = re.compile(rf"^(?:{_ANY})(?:\s|$)")
