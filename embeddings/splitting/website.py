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
    rf"|{_ACT}[到至给]?{_BETWEEN}(?:{_WHERE}{_BETWEEN}){{0,12}}|字[号体]{_BETWEEN}(?:{_SIZES}{_BETWEEN}){{0,8}}"
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
    return bool(_LINE.match(fold(text)))
