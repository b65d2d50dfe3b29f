"""What kind of answer a question asks for, told by its question word and what is counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from chinese.offices import person_named
from chinese.roles import ANY_ROLE
from chinese.units import UNITS
from qa.question.nouns import (
    BEGUN,
    CODES,
    COUNTS,
    ENGLISH_LAND,
    ENGLISH_MONEY,
    ENGLISH_ORGANISATION,
    ENGLISH_PEOPLE,
    LAND,
    LENGTHS,
    MONEY,
    ORGANISATIONS,
    PEOPLE,
    SHARES,
)

if TYPE_CHECKING:
    from chinese.errors import Language

Asked = Literal[
    "money", "share", "date", "duration", "length", "area", "quantity",
    "ordinal", "person", "place", "organisation", "name", "list", "text",
]  # fmt: skip
QUANTITIES: frozenset[Asked] = frozenset(
    ("money", "share", "duration", "length", "area", "quantity"),
)
FIGURES: frozenset[Asked] = QUANTITIES | {"date", "ordinal"}
"""Kinds of answer that are written as figures, so that rules find all that a text has."""

# 几 as a question, not as "some": 近几年, 十几个, 这几家.
_HOW_MANY = r"(?:多少|(?<![第十近好这那前后头数每哪])几)"
_WHAT = r"(?:[什甚]么|啥)"
_WHICH = rf"(?:哪一?|{_WHAT})"
_ASKED = {name: unit.not_before for name, unit in UNITS.items() if unit.asked}
# What is asked for like a unit, and makes no figure a quantity, or none by itself.
_ASKED |= {"万元": "", "亿元": "", "个百分点": "", "月": ""}
UNIT = "|".join(
    name + (f"(?![{_ASKED[name]}])" if _ASKED[name] else "") for name in sorted(_ASKED, key=len, reverse=True)
)
"""A classifier or unit right after 多少 or 几, and not the first half of a noun (个人, 项目)."""
# 几点, 几日, 几号 and 几时 whole; not 这几日, 几号楼, 几点建议.
_WHICH_TIME = r"(?<![第十近好这那前后头数每])几(?:点(?![建意]|钟?以)钟?|日|时|号(?![楼线厂馆库门院车桌台]))"
_CLASSIFIERS = "".join(name for name, unit in UNITS.items() if unit.after_few) + "幅章号"
QUESTION_WORDS = re.compile(
    rf"多少|(?:周|星期|礼拜)几(?!种|个)|{_WHICH_TIME}|几(?=[{_CLASSIFIERS}天年月亩岁成倍分百千万亿公米里小周])|什么时候|何时|何[年月日地处]|[什甚]么|啥|哪些|哪里"
    rf"|哪儿"
    r"|哪[一两二三四五六七八九十几]?[家个位年天种项名座所支款场月日部本届类条]?|谁"
    r"|多[高长宽深远大久重厚]|如何|怎么样?|怎样|为什么|为何|是否|吗[?？]?$"
)
ASKING = re.compile(rf"(?:多少[百千万亿]{{0,2}}|几)(?:{UNIT})|{QUESTION_WORDS.pattern}")
"""The question word with the unit that belongs to it."""

# 定为什么, 称为什么 ask for a name; 为什么 and 为何 for a reason.
_WHY = rf"(?<![称名作成定改算视评取认变分化译设])为(?:{_WHAT}|何)(?=.)|[因缘]何|何[故以]|咋|原因"
# What offices and firms do rather than people: 由谁主办, 谁发布的.
_BY_BODIES = "主办|承办|协办|承建|印发|发布|审批|批准|审核|核发|解释|施工|监理|运营|出资"
# In order: the first pattern that fits decides. Each holds a question word.
_CHINESE_RULES: tuple[tuple[str, Asked], ...] = (
    (rf"{_WHY}", "text"),
    (rf"谁(?:来|家)?(?:{_BY_BODIES})", "organisation"),
    (rf"(?:{CODES})(?:分别|具体|各自?)?(?:是|为)?(?:{_WHAT}|多少|哪一?个|几号)", "quantity"),
    (rf"[打拨]通?(?:{_WHAT}|哪一?[个部])(?:电话|热线|号码?|号)", "quantity"),
    (
        rf"谁|哪[一两几]?位(?!置)|哪些人|{_WHAT}人|哪一?[个名]?人(?![们口群种类])"
        rf"|哪一?[个名两][^,?。]{{0,8}}(?:{PEOPLE})(?![的们])"
        rf"|(?:{PEOPLE}|人)(?!单位|学校|企业|作)[^,?。]{{0,3}}叫{_WHAT}(?:名字)?"
        rf"|(?:{PEOPLE}|{ANY_ROLE}|[者员师手长]|[男女][子孩士生])(?:的?名字|的?姓名)?(?:到底|究竟|都|分别)?(?:叫|是叫|名叫|的名字是){_WHAT}",
        "person",
    ),
    (
        rf"{_WHAT}(?:时候|时间|日期|日子|年份|年月)|何时|何年|何月|何日|哪一?[年天日月周](?![线历])|哪一?个?(?:月|年份"
        rf"|日期|时间|季度|世纪|年代)"
        r"|(?:周|星期|礼拜)几|几月|几号(?![楼线厂馆库门])|几点(?!建|意)|(?:西元|公元|民国|[于在])(?:西元|公元"
        r"|民国)?几年(?![内间之中后前来以的里])",
        "date",
    ),
    (
        rf"多久|多长时间|{_HOW_MANY}时间"
        rf"|{_HOW_MANY}个?(?:天(?!然)|日(?!元)|小时|分钟|月|年(?![级代])|周(?!边)|星期|工作日|秒|季度|世纪|岁)"
        rf"|多大(?:年纪|岁数|年龄)",
        "duration",
    ),
    (r"第几|(?:排名|排行|位列|位居|名次)[^,?。]{0,6}(?:多少|几)", "ordinal"),
    (
        rf"(?:{LENGTHS})[^,?。]{{0,6}}{_HOW_MANY}|多[高长宽深远厚](?!的?(?:水平|比例|学历|温度))"
        rf"|{_HOW_MANY}(?:公里|千米|米(?!饭)|厘米|毫米|海里|英里)",
        "length",
    ),
    (
        rf"面积[^,?。]{{0,8}}(?:{_HOW_MANY}|多大)|多大(?!的?(?:规模|影响|作用|贡献|意义|变化|力度|程度|比例|比重|份额|百分))"
        rf"|{_HOW_MANY}万?(?:平方|平米|亩|公顷|立方)",
        "area",
    ),
    (
        rf"百分之[几多]|{_HOW_MANY}个?百分|多大的?(?:比例|比重|份额|百分)|几成|几分之几|{_HOW_MANY}倍"
        rf"|(?:{SHARES})[^,?。]{{0,6}}(?:{_HOW_MANY}|多[高大])|占[^,?。]{{1,12}}(?:的多少|多少(?=[?。]|$))"
        r"|(?:变化|变动|涨跌|增减|浮动)(?:幅度|情况)?(?:了|是|为|有)?(?:多少|多大|几何)"
        r"|(?:价格|指数|总额|[产销数质]量|收入|比例|率|同比|环比)的?(?:变化|变动|涨跌|增减)(?:情况)?(?:如何|怎么?样)?[?？。]*$"
        r"|(?:增长|提高|提升|上升|上涨|下降|下跌|减少|缩减|降低|回落|回升)了?(?:多少|几何)(?![个家名位项条人次户座亩吨天万亿元])",
        "share",
    ),
    (r"(?<![升提])[涨降跌]了?(?:多少|几何)(?=[?。,，]|$)", "quantity"),
    (
        r"多少(?:钱|[百千万亿]{0,2}(?:元|[美欧日港韩澳加]元|英镑|卢布)|亿(?![人吨]))"
        r"|多少(?![家名位户])[^,。?]{0,8}(?:资金|投资|经费|贷款|补贴|奖金|补助|授信|罚款|罚金|租金|赔偿|补偿|税)(?!项目|方|者|人|机构|收优惠)"
        rf"|(?:{MONEY})[^,。?]{{0,6}}{_HOW_MANY}(?![{_CLASSIFIERS}]|企业|项目|公司)|{_WHAT}价[格钱位]?",
        "money",
    ),
    (
        rf"多少|多大的?规模|(?<![第十近好这那前后头数每哪])几(?:[{_CLASSIFIERS}][^,?。]|[{_CLASSIFIERS}]?[?。]*$"
        rf"|[百千万亿])|多[重快]",
        "quantity",
    ),
    (
        rf"哪里|哪儿|何处|何地|{_WHAT}(?:地方|位置|地点)|(?:于|在|自|到|往|至)哪(?=[?。的办建举召上开]|$)"
        rf"|{_WHICH}[个些座]?(?:{LAND})",
        "place",
    ),
    (
        rf"哪[一两二三四五六七八九十几些]?[家个所]?[^,，。?种类]{{0,8}}(?:{ORGANISATIONS})"
        rf"|哪[一两二三四五六七八九十几]?家|{_WHAT}(?:{ORGANISATIONS})",
        "organisation",
    ),
    (
        rf"哪些|哪几|哪[两二三四五六七八九十]|(?:分别|各自?)(?:是|为|有|叫)|(?:都有|包[括含]|涵盖|分为)(?:了"
        rf"|着)?{_WHAT}",
        "list",
    ),
    (rf"{_WHAT}|哪(?!怕)|何(?:种|物|名|人|事|职|业|用|书|字|词|等)", "name"),
)
_YES_NO = re.compile(
    r"吗[?？。]*$|是否|有没有|是不是|能不能|会不会|可不可以|能否|可否|如何|怎[么样]|还是[^,?]{1,12}[?？]$"
)
# What is asked for where there is no question word: 总投资?, 引进项目的数量, 书记是?
_NOUNS: tuple[tuple[str, Asked], ...] = (
    (SHARES, "share"),
    ("面积", "area"),
    (LENGTHS, "length"),
    (MONEY, "money"),
    (
        rf"(?:{BEGUN})(?:的|之)?(?:具体)?(?:时间|日期|年份|年|日)|日期|年份|生日",
        "date",
    ),
    ("工期|任期|时长|年限|寿命|年龄|期限|(?:办理|审批|等候|等待|平均)时间", "duration"),
    (f"{COUNTS}|{CODES}", "quantity"),
    (rf"姓名|另外?一[位人]|(?:{PEOPLE})", "person"),
    ("地址|地点|所在地|位置|出生地|籍贯|产地|总部", "place"),
    (r"名单|清单|目录|有", "list"),
    ("排名|名次", "ordinal"),
    (r"[是为叫做称]|名称|名字|别名|别称|全称|简称|另外?一个?[\u4e00-\u9fff]{1,6}", "name"),
)
_NOMINAL_RULES = tuple(
    (re.compile(rf"(?:{nouns})(?:各自?|分别)?(?:是|为|有|达|达到|叫)?(?:呢|呀|啊)?[?？。:]*$"), asked)
    for nouns, asked in _NOUNS
)
_MEASURE = re.compile(
    r"(?:总|年|月|占地|建筑|使用|户籍|常住|注册|平均|人均|新增|累计|计划|实际|固定资产)*"
    rf"(?:{SHARES}|面积|{LENGTHS}|{MONEY}|{COUNTS}|(?:{BEGUN})(?:的|之)?(?:时间|日期|年份)|工期|任期|年限|寿命)$"
)
# 告诉我..., 列出...: what a sentence that orders an answer wants.
_LISTING = re.compile(r"(?:列出|列举|举出|罗列|枚举)")
_TELLING = re.compile(r"^(?:请问?|帮我|麻烦)?(?:简单|详细)?(?:介绍|说明|描述|解释|讲讲|谈谈|说说|概括|总结|评价|分析)")

_NUMBERS = "two|three|four|five|six|seven|eight|nine|ten"
_POLITE = re.compile(
    r"^(?:(?:hi|hello|ok|okay|so|well|and|but|then|please)\b[,\s]*)*"
    r"(?:(?:can|could|would|will) you (?:please )?(?:tell me|say|let me know)|do you (?:happen to )?know"
    r"|(?:please )?tell me(?! about)"
    r"|i(?:'d| would)? (?:like|want) to know|i wonder|i was wondering)?,?\s*(?:please\s+)?",
)
# What satellite was used when ... does not ask for a date: the first question word is the one that asks.
_FIRST = r"^(?:(?!\b(?:what|which|who|where|when|how)\b).){0,400}"
_ENGLISH_RULES: tuple[tuple[str, Asked], ...] = (
    (r"^who(?:m|se)?\b", "person"),
    (
        r"^(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should)\b(?!.*\b(?:who|what|when|where"
        r"|which|how)\b)",
        "text",
    ),
    (r"^(?:tell me about|describe|explain|introduce|summari[sz]e|give me (?:an overview|a summary))\b|\bwhy\b", "text"),
    (
        r"^(?:list|enumerate)\b|^name (?:the|all|two|three|four|five|some)\b|^(?:give|show)(?: me)? (?:all|a list"
        r"|the names)",
        "list",
    ),
    (
        r"\bwhat (?:is|was|are) the (?:[\w-]+ ){0,4}?(?:"
        r"(?:phone|telephone|fax|mobile|hotline|document|reference|account|id)"
        r" (?:number|no)|hotline|post(?:al)? ?code|zip code|(?:stock|credit|ticker) code)\b",
        "quantity",
    ),
    (
        r"\b(?:what|which) (?:percent|percentage|share|proportion|fraction|rate|ratio)|\bby how much|\bgrowth rate"
        r"|\bhow much (?:did|has|have) .* (?:changed?|grown?|increased?|rise|risen|fall(?:en)?|drop(?:ped)?|decreased?)"
        r"|\bwhat (?:is|was) the (?:[\w-]+ )?(?:percentage|share|proportion|ratio|rate)\b",
        "share",
    ),
    (
        r"\bhow many (?:\w+ )?(?:days|months|years|hours|weeks|minutes|seconds|decades)|\bhow long (?:did|does|do|will"
        r"|has|have|was|were)"
        r"|\bduration|\bhow (?:much time|old)\b",
        "duration",
    ),
    (
        r"\bhow (?:tall|high|deep|wide|far|thick)\b|\bhow long is|\b(?:height|length|depth|width|elevation"
        r"|distance) (?:of|between)"
        r"|\bhow many (?:met|kilomet|miles|feet)",
        "length",
    ),
    (
        r"\bhow (?:large|big)\b|\bfloor area|\barea of|\b(?:what|total) area\b|\bhow many (?:mu|square|hectares"
        r"|acres)\b"
        r"|\bhow much (?:land|space|area)",
        "area",
    ),
    (rf"{_FIRST}\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|century|decade)\b|\b(?:date|year) of\b", "date"),
    (r"\bhow many\b|\bhow (?:often|fast|heavy)\b|\bnumber of\b|\bpopulation\b", "quantity"),
    (
        rf"\bhow much (?:money|{ENGLISH_MONEY})\b|\bhow much\b.*\b(?:{ENGLISH_MONEY}|cost|worth|pay|paid|spen[dt]"
        r"|invest(?:ed)?|earn(?:ed)?|raised?|owe)\b"
        r"|\bhow much (?:is|was|are|were|did|does|do|has|have|will)\b",
        "money",
    ),
    (
        r"\bhow much\b"
        r"|\b(?!industrial|agricultural|economic|total|annual|gross|the)[a-z]+ (?:output|production)\b(?! value)",
        "quantity",
    ),
    (
        rf"\bwhat(?:'s| is| was| are| were)(?: the| its| their| his"
        rf"| her)?(?: [\w-]+){{0,4}}? (?:{ENGLISH_MONEY})\b(?! (?:product|compan|programme|program|zone|of what))"
        rf"|\bwhat total (?:{ENGLISH_MONEY})\b|\b(?:total|amount)\b.*\binvest",
        "money",
    ),
    (
        rf"{_FIRST}\b(?:who|whose)\b|\b(?:to|by|with|for|from|of) whom\b"
        rf"|\b(?:which|what) (?:\w+ )?(?:{ENGLISH_PEOPLE})\b"
        rf"|\bname of the (?:\w+ ){{0,2}}(?:{ENGLISH_PEOPLE})\b",
        "person",
    ),
    (rf"{_FIRST}\bwhere\b|\b(?:what|which) (?:\w+ )?(?:{ENGLISH_LAND})\b|\b(?:address|location) of\b", "place"),
    (
        rf"\bwhich (?:\w+ ){{0,3}}?{ENGLISH_ORGANISATION}\b|\bwhat {ENGLISH_ORGANISATION}\b",
        "organisation",
    ),
    (r"\bhow (?:did|do|does|is|are|was|were|can|could|will|would|has|have|to|should|come)\b", "text"),
    (r"\b(?:what|which) (?:rank|place|position) (?:did|does|is|was)|\brank(?:s|ed)?\b.*\bwhat\b", "ordinal"),
    (
        rf"\bwhat (?:are|were) (?:the|its|their|some|all|both)\b|\bwhich (?:{_NUMBERS})\b|(?:^"
        rf"|, )which \w{{3,}}(?<!s)s\b|\blist\b",
        "list",
    ),
    (r"\bwhat\b|\bwhich\b", "name"),
    (rf"^(?:(?:the|total|its|annual) )*(?:{ENGLISH_MONEY})\b", "money"),
)


_WHO_IS = re.compile(r"(?:到底|究竟)?是(?:谁|什么人|何人|哪位)[?？。]*$")


WHY = re.compile(r"为什么|为何|何以|缘何|原因")
CAUSE = "因为|由于|为了|鉴于|出于|为|因"
"""What asks for a reason, and the words that lead one in, as a regular expression."""
HOW = re.compile(r"怎么?样|怎么|如何|(?:通过|靠|用|以|采取)了?(?:什么|何种|哪些)|\bhow\b")
"""What asks by which means something is done."""
MEANS = "通过|借助|依托|利用|采[取用]|运用|凭借|依靠"
"""The words that lead in means, as a regular expression."""


def kind_asked(folded: str, language: Language) -> Asked:
    """The kind of answer that a folded question asks for; "text" where it asks for no phrase in particular."""
    if language == "en":
        plain = _POLITE.sub("", folded, count=1)
        return next((kind for pattern, kind in _ENGLISH_RULES if re.search(pattern, plain)), "text")
    asked = next((kind for pattern, kind in _CHINESE_RULES if re.search(pattern, folded)), None)
    if asked == "person" and person_asked_about(folded):
        return "text"  # 王明是谁: not another person, but what he is
    if asked is not None:
        return asked
    if _LISTING.search(folded):
        return "list"
    return "text" if _YES_NO.search(folded) or _TELLING.search(folded) else kind_of_noun(folded)


def person_asked_about(folded: str) -> str:
    """The person of whom is asked who that is: 王明 of 校长王明是谁; "" for any other question."""
    who = _WHO_IS.search(folded)
    return person_named(folded[: who.start()]) if who is not None else ""


def kind_of_noun(folded: str) -> Asked:
    """What a Chinese phrase without a question word names (总投资: money, 投产时间: date); "text" for a thing."""
    return next((kind for pattern, kind in _NOMINAL_RULES if pattern.search(folded)), "text")


def without_measure(folded: str) -> str:
    """The words before what they are measured by: 清水县水库 of 清水县水库总投资; all of any other."""
    match = _MEASURE.search(folded)
    return folded if match is None else folded[: match.start()]


def asks_for_many(folded: str, language: Language) -> bool:
    """Whether a question wants all of several: 哪些企业, 分别是, 列出, which companies, list the."""
    if language == "en":
        return bool(
            re.search(
                rf"\bwhat (?:are|were)\b|\b(?:which|what) (?:\w+ ){{0,2}}?(?:{_NUMBERS}|compan(?:ies)"
                rf"|\w{{3,}}(?<!s)s)\b(?! (?:is|was|has)\b)"
                r"|\blist\b|^name (?:the|all|two|three|four|five)\b",
                folded,
            )
        )
    return bool(re.search(r"哪些|哪几|哪[两二三四五六七八九十]|分别|列出|列举|举出|有哪|名单|清单", folded))
