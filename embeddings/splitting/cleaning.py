"""Dirt of scraped pages and converted papers, one kind a function. All are pure and keep line numbers.

A line that is nothing but dirt becomes a blank line, so that what stood around it stays apart.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.tokens import fold

if TYPE_CHECKING:
    from embeddings.types import Document, Line

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_NOTE = re.compile(
    rf"(?<={HAN})\s?[(（]\s?(?=[^)）]{{0,24}}[{_TONED}])[a-zü{_TONED}ɡɑ'’ ]{{1,24}}\s?[)）]", re.IGNORECASE
)
_SYLLABLE = (
    r"(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|üan"
    r"|ai|ei|ao|ou|an|en|in|un|ün|ia|ie|iu|ua|ui|uo|üe|ue|er|a|o|e|i|u|ü|v)"
)
_PLAIN_NOTE = re.compile(rf"(?<={HAN})[(（]{_SYLLABLE}[)）]")
# A note whose character was lost in a conversion: "?xì)" or "C(jī)". The lost character is shown as □.
_LOST = re.compile(
    rf"[?？\ufffd][(（]?[a-z]{{0,4}}[{_TONED}][a-z]{{0,4}}[)）]|[A-Za-z][(（][a-z]{{0,4}}[{_TONED}][a-z]{{0,4}}[)）]"
)
# A page that notes the reading of so many characters does it to spoil copies, neutral tones (de, le) too.
_NOTES_OF_A_SPOILT_PAGE = 3

LOST_CHARACTER = "□"

_STRAY_AND = re.compile(rf"(?<={HAN})\s+and\s+(?={HAN})")
_EMPHASIS = re.compile(r"\*\*|__(?=\S)|(?<=\S)__|~~|`")
_BULLET = re.compile(r"^(?:[-*+•·●○◦▪▫➢►▶◎]\s+|[•·▪▫➢►▶]\s*)")
_HASHES = re.compile(r"^#{1,6}\s+")
_RULE = re.compile(r"^[\s\-=_*~#.·—–…“”\"'‘’|+<>/\\()（）\[\]【】《》「」]*$")
_BLANKS = re.compile(r"[^\S\n]+")
_BOILERPLATE = re.compile(
    r"^(?:请?(?:输入|填写|点击|滑动|完成|获取|发送).{0,6}(?:验证码|安全验证|人机验证).{0,12}|请.{0,8}验证码.{0,12}|验证码[:：]?"
    r"|(?:看不清|换一张|刷新验证码).{0,8}"
    r"|(?:点击|展开|查看|阅读|加载)(?:查看|阅读|展开|加载)?(?:全文|更多|原文|余下全文|详情).{0,6}"
    r"|(?:返回|回到)(?:顶部|首页|列表|上一页).{0,4}"
    r"|(?:上一篇|下一篇|上一页|下一页|上一版|下一版|相关阅读|相关推荐|热门推荐|猜你喜欢|为您推荐|延伸阅读)(?:[:：].{0,40})?"
    r"|(?:分享|转发|收藏|点赞|打印|字号)(?:[:：到至给].{0,16}|本[文页]|(?:[\s/|]*(?:分享|转发|收藏|点赞|打印|评论)){0,6})"
    r"|(?:微信)?(?:扫一扫|扫码|扫描二维码)(?:关注|下载|分享|阅读|查看|进群|加群|登录|手机).{0,12}"
    r"|[您你]?(?:(?:当前|现在|所在)的?|的)(?:位置|页面)[:：].{0,60}"
    r"|(?:版权所有|copyright|©|icp备|.{0,8}icp备|京公网安备).{0,60}"
    r"|(?:登录|注册|登录\s*/?\s*注册|关闭|取消|确定|评论|发表评论|我要评论)"
    r"|(?:please )?(?:enter|type).{0,20}captcha.{0,20}|read more|loading\.*|advertisement|广告)$",
    re.IGNORECASE,
)


def clean_document(document: Document) -> Document:
    """The document with every kind of dirt removed; line numbers and their order stay."""
    spoilt = sum(len(_NOTE.findall(line.text)) for line in document.lines) >= _NOTES_OF_A_SPOILT_PAGE
    return replace(document, lines=tuple(clean_line(line, spoilt) for line in document.lines))


def clean_line(line: Line, spoilt: bool = False) -> Line:
    """One line, cleaned. `spoilt` says that the page notes readings, so that toneless ones go too."""
    text = without_markup(line.text)
    text = without_readings(text, spoilt)
    text = _STRAY_AND.sub("和", text)
    text = _BLANKS.sub(" ", text).strip()
    text = "" if is_rule(text) or is_boilerplate(text) else text
    return line if text == line.text else replace(line, text=text)


def without_readings(text: str, spoilt: bool = False) -> str:
    """Without pinyin notes in brackets behind a character: 北區(qū) -> 北區. Brackets with other Latin stay."""
    text = _NOTE.sub("", text)
    return _PLAIN_NOTE.sub("", _LOST.sub(LOST_CHARACTER, text)) if spoilt else text


def without_markup(text: str) -> str:
    """Without what is left of Markdown in a plain text: ** , #, code marks. Bullets stay, they say it is a list."""
    return _EMPHASIS.sub("", _HASHES.sub("", text))


def without_bullet(text: str) -> str:
    """Without the bullet at its start."""
    return _BULLET.sub("", text)


def has_bullet(text: str) -> bool:
    """Whether the line starts with a bullet."""
    return bool(_BULLET.match(text))


def is_rule(text: str) -> bool:
    """Whether the line holds punctuation only: a ruler, a lone quotation mark, a page's border."""
    return bool(_RULE.match(text))


def is_boilerplate(text: str) -> bool:
    """Whether the line belongs to the website, not to the article: a captcha prompt, a button, a notice."""
    return bool(_BOILERPLATE.match(fold(text)))
