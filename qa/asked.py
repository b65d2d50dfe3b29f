"""What kind of answer a question asks for, told by its question word and what is counted."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en"]
Asked = Literal[
    "count", "money", "share", "date", "duration", "length", "area", "measure", "quantity",
    "person", "place", "organisation", "name", "list", "text",
]  # fmt: skip
QUANTITIES: frozenset[Asked] = frozenset(
    ("count", "money", "share", "duration", "length", "area", "measure", "quantity"),
)


# In order: the first pattern that fits decides.
_COUNTED = "个家名位项条次人户座栋种类期届处批场所"
_CHINESE_RULES: tuple[tuple[str, Asked], ...] = (
    (r"谁|哪一?位|哪些人|什么人|哪个人|姓名|叫什么名字", "person"),
    (r"什么时候|何时|哪一?年|哪一?天|几月|几号(?![楼线厂馆库门])|哪个月|哪一?月|什么时间|什么日期|日期是", "date"),
    (r"多久|多长时间|[几多少]+(?:个)?(?:天|小时|分钟|月|个月|年|周|星期|工作日|秒)(?!度)", "duration"),
    (r"多[高长宽深远]|高度|长度|宽度|深度|[几多少]+(?:公里|千米|米|厘米|海里)", "length"),
    (r"面积|多大(?!的?规模)|多少(?:平方|亩|公顷|立方)", "area"),
    (
        r"百分之[几多]|多少个?百分|占比|比例|比重|增幅|增速|增长率"
        r"|(?:增长|提高|提升|下降|减少|缩减|降低)了?多少(?![个家名位项条人次亩万亿元])"
        r"|[^效功频税利汇费倍速]率(?:(?:是|为|有|达|达到)?多少|呢)",
        "share",
    ),
    (
        r"多少(?:钱|元|美元|亿|万元)"
        r"|多少(?![家名位户])[^,，。?？]{0,8}(?:资金|投资|经费|贷款|补贴|奖金|补助|授信)(?!项目|方|者|人|机构)"
        r"|(?:投资|金额|总额|资金|营收|收入|产值|利润|税收|价格|票价|门票|费用|成本|造价|规模|授信|贷款|薪|工资)"
        r"[^,，。]{0,6}(?:是|为|有|达|达到|了)?(?:多少|几)(?![个家名位项条人次户])",
        "money",
    ),
    (rf"多少|多大的?规模|(?<!第)几[{_COUNTED}]", "quantity"),
    (r"哪里|哪儿|什么地方|何处|位于哪|在哪|哪一?个?(?:城市|地方|省|市|区|街道|国家)", "place"),
    (
        r"哪[一两二三四五六七八九十几些]?[家个]?[^,，。?？]{0,8}"
        r"(?:企业|公司|单位|机构|部门|学校|银行|协会|大学|集团|医院|研究院|组织)"
        r"|哪[一两二三四五六七八九十几]?家"
        r"|什么(?:企业|公司|单位|机构|部门|学校|银行|协会|大学|集团|医院|组织)",
        "organisation",
    ),
    (r"哪些|哪几|有哪|哪[两二三四五六七八九十]|分别(?:是|为|有|叫)", "list"),
    (r"什么|哪[个项种座所支款场一]|叫做?啥|是啥", "name"),
)
_ENGLISH_RULES: tuple[tuple[str, Asked], ...] = (
    (r"^who(?:m|se)?\b", "person"),
    (
        r"\b(?:what|which) (?:percent|percentage|share|proportion|fraction|rate|ratio)|\bby how much|\bgrowth rate"
        r"|\bhow much did .* (?:grow|increase|rise|fall)",
        "share",
    ),
    (
        r"\bhow many (?:days|months|years|hours|weeks|minutes)|\bhow long (?:did|does|do|will|has|have)|\bduration",
        "duration",
    ),
    (r"\bhow (?:tall|high|deep|wide|far)\b|\bhow long is|\b(?:height|length) of|\bhow many (?:met|kilomet)", "length"),
    (
        r"\bhow (?:large|big)\b|\bfloor area|\barea of|\bwhat area\b|\bhow many (?:mu|square|hectares|acres)\b"
        r"|\bhow much (?:land|space|area)",
        "area",
    ),
    (r"\bhow many\b|\bnumber of\b|\bpopulation\b", "quantity"),
    (
        r"\bhow much\b|\binvestments?\b.*\b(?:total|amount)|\b(?:total|amount)\b.*\binvest|\brevenue|\bturnover"
        r"|\boutput value|\bbudget|\bcosts?\b|\bfees?\b|\bprice|\bfunding|\bcredit",
        "money",
    ),
    (r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time)\b", "date"),
    (r"\bwho\b|\bwhom\b|\bwhose\b", "person"),
    (r"\bwhere\b|\b(?:what|which) (?:city|place|district|province|location|country|street)\b", "place"),
    (
        r"\bwhich (?:\w+ ){0,3}(?:compan|enterprise|firm|organi[sz]ation|institut|universit|bank|bureau|department"
        r"|agenc|corporation|group)|\bwhat (?:company|organi[sz]ation)",
        "organisation",
    ),
    (r"\bwhat are\b|\bwhich (?:two|three|four|five|six|\w+s)\b|\blist\b", "list"),
    (r"\bwhat\b|\bwhich\b", "name"),
)


def kind_asked(folded: str, language: Language) -> Asked:
    """The kind of answer that a folded question asks for; "text" where it asks for no phrase in particular."""
    rules = _CHINESE_RULES if language == "zh" else _ENGLISH_RULES
    return next((kind for pattern, kind in rules if re.search(pattern, folded)), "text")
