"""Lines that belong to a website and not to the article: a button, a captcha prompt, a notice of rights.

A line is one only where all of it is: 分享到微信 is a button, 分享到各村的农机有12台 is news. So what may stand
behind a button's words is listed; a line with anything else stays.
"""

from __future__ import annotations

import re

from chinese.tokens import fold

_ACT = r"(?:一键)?(?:分享|转发|收藏|点赞|打印|评论|举报|纠错|复制链接)"
_WHERE = (
    r"(?:微信|微博|新浪|腾讯|朋友圈|好友|qq|空间|qzone|豆瓣|人人网?|知乎|头条|今日头条|抖音|钉钉|邮箱?|邮件|短信|手机|facebook|twitter|x"
    r"|linkedin|更多|朋友|我的|群|公众号|客户端|收藏夹|复制链接|链接)"
)
_SIZES = r"(?:特大|超大|默认|标准|正常|大|中|小|a[+-]?|[+-])"
_BETWEEN = r"[\s/|·、,，:：>»]*"
_ON = (
    r"(?:[,，]?(?:后|以|并|再|可|即可|继续|重新|访问|登录|提交|查看|进行|验证|操作|浏览|进入|阅读|全文|页面|网站|本站|下一步)){0,6}"
    r"[。.！!]?"
)
_MENU = (
    r"(?:(?:网站|返回)?首页|主页|要闻|新闻(?:中心|动态|资讯|频道)?|资讯|动态|公告(?:公示)?|公示公告|通知公告|政务(?:公开|服务|信息|动态)?|政府信息公开|信息公开|信息"
    r"|(?:办事|便民|公共|网上)服务|服务|互动(?:交流)?|政民互动|专题(?:专栏|报道)?|专栏|数据(?:发布|开放)?|走进[\u4e00-\u9fff]{2,4}|关于我们|联系我们|网站地图|设为首页|加入收藏|收藏本站"
    r"|无障碍(?:浏览|阅读|版)?|适老(?:化|版)|长者(?:模式|版|助手)|关怀版|老年版|繁体(?:版|中文)?|简体(?:版|中文)?|繁|简|中文|english|en|登录|注册|搜索|手机版|移动版|微信|微博|客户端|app"
    r"|正文|详情|文章|内容|home(?: ?page)?|news|notices?|about(?: us)?|contact(?: us)?|services?|login|search)"
)
_TRAIL = re.compile(
    r"(?:(?:网站|返回)?首页|主页|home(?: ?page)?)\s?(?:[>»›→/|_\\-]+\s?[^>»›→/|_，,。；;！？!?]{0,24}\s?){1,8}"
    r"(?:[>»›→]+\s?[^>»›→|。！？!?]{0,60})?"
)
"""A page's place in its site: 首页 > 公开 > 通知."""
_MENU_WORD = re.compile(_MENU)
_MENU_ITEM = re.compile(r"[^\d，,。；;：:！？!?]{1,8}|[a-z ]{1,16}")
_HOME = re.compile(r"(?:网站|返回)?首页|主页|网站地图|设为首页|加入收藏")
_MORE = r"(?:内容|信息|新闻|文章|资讯|评论|图片|视频)?[\s>»›…↓▼∨.]*"
_READ_ON = (
    r"(?:(?:到|给|至)?(?:我们|官方|本站|本文|本页|全文|更多|更多内容|精彩内容|手机版?|朋友圈|好友|微信群?|交流群)"
    r"|[^\d的，,。]{0,8}(?:公众号|订阅号|客户端|app|小程序|视频号))?"
)
_LINE = re.compile(
    rf"^(?:请?(?:输入|填写|点击|滑动|拖动|完成|获取|发送)[^，,。]{{0,6}}(?:验证码|安全验证|人机验证){_ON}"
    rf"|请(?!勿|不|妥|保|小心|注意|警惕)[^，,。]{{0,8}}验证码{_ON}|验证码[:：]?"
    r"|看不清楚?[?？,，]?\s?(?:换一?张|点击(?:刷新|更换|换一?张)|刷新)?|换一张|刷新验证码"
    rf"|(?:点击|展开|查看|阅读|加载)(?:查看|阅读|展开|加载)?(?:余下)?(?:全文|更多|原文|详情){_MORE}"
    r"|(?:返回|回到)(?:网站)?(?:顶部|首页|列表页?|上一[页级])[\s>»↑^]*"
    r"|(?:上一篇|下一篇|上一页|下一页|上一版|下一版|相关阅读|相关推荐|热门推荐|猜你喜欢|为您推荐|延伸阅读)(?:[:：].{0,40})?"
    rf"|{_ACT}(?:{_BETWEEN}(?:{_ACT}|\d{{1,6}})){{0,8}}|{_ACT}本[文页]|分享让更多人看到"
    rf"|{_ACT}[到至给]?{_BETWEEN}(?:{_WHERE}{_BETWEEN}){{0,12}}"
    rf"|(?:t\s|(?:文章|正文)?字[号体级](?:大小|设置)?|font size){_BETWEEN}(?:{_SIZES}{_BETWEEN}){{0,8}}"
    rf"|a[+-]\s?(?:a\s?)?a?[+-]|(?:语音|点击|在线)?(?:播报|朗读|收听)(?:全文|本文|文章)?|(?:听|读)(?:新闻|全文|文章)|语音阅读|无障碍(?:浏览|阅读)?|(?:长者|关怀|老年)(?:模式|版)"
    r"|(?:print|share|print this page|email|back to top)(?:\s?[|/]?\s?(?:print|share|email))*"
    r"|(?:请?用?(?:手机|微信))?(?:扫一扫|扫码)(?:[,，]?(?:在|用)?手机(?:上|端|中)?(?:打开|查看|浏览|观看|阅读)?(?:当前页面?|此页面?|本页面?)?)?"
    rf"|(?:请?用?手机)?(?:微信)?(?:扫一扫|扫码|扫描二维码)[,，]?(?:关注|下载|分享|阅读|查看|进群|加群|登录|手机|看){_READ_ON}"
    r"|(?:[您你]的?(?:当前|现在|所在)?的?|(?:当前|现在|所在)的?)(?:位置|页面)[:：](?=.*(?:[>»›→]|首页|主页)).{0,60}"
    r"|版权所有(?![权者人]).{0,60}|copyright\s*(?:©|\(c\)|\d{4}|by\b|[\u4e00-\u9fff]|$).{0,60}|©.{0,60}"
    r"|[^，,。]{0,8}icp备(?:案号)?[:：]?\s?\d.{0,60}|[^，,。]{0,4}公网安备\s?\d.{0,60}"
    r"|(?:登录|注册|登录\s*/?\s*注册|关闭|关闭窗口|取消|确定|评论|发表评论|我要评论)"
    r"|(?:please )?(?:enter|type).{0,20}captcha.{0,20}|read more|loading\.*|advertisement|广告)$",
    re.IGNORECASE,
)


def is_boilerplate(text: str) -> bool:
    """Whether the line belongs to the website, not to the article."""
    folded = fold(text)
    return bool(_LINE.match(folded) or _TRAIL.fullmatch(folded) or _HOME.fullmatch(folded) or _is_menu(folded))


def _is_menu(folded: str) -> bool:
    """Whether a line is a site's menu: 首页 | 要闻 | 政务服务. Most of it are words of menus."""
    barred = "|" in folded
    parts = [part.strip() for part in re.split(r"[|/·]" if barred else r"[/·\s]", folded) if part.strip()]
    if len(parts) < (2 if barred else 3) or not all(map(_MENU_ITEM.fullmatch, parts)):
        return False
    known = sum(_MENU_WORD.fullmatch(part) is not None for part in parts)
    return known == len(parts) or (known >= 2 and (_HOME.fullmatch(parts[0]) is not None or known * 2 > len(parts)))
