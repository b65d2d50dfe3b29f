"""In which form an answer is wanted, where its kind does not say: 是 or 否, how something is done, a time of day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from qa.question.kinds import QUANTITIES
from qa.question.nouns import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chinese.errors import Language
    from qa.question.kinds import Asked

Form = Literal["", "yes-no", "definition", "means", "clauses"]
"""What an answer in words is: 是 or 否, what a thing is, how something is done, a row of clauses (职责, 条件)."""

CODE = "号码"
DOCUMENT = "文号"
CHANGE = "变化"
FEE = "收费"
CLOCK = "几点"
OPENING_TIME = "几点起"
CLOSING_TIME = "几点止"
HOURS = "几点至几点"
FIRST_DAY = "哪天起"
LAST_DAY = "哪天止"
WEEKDAY = "星期几"
MONTH = "哪年哪月"
LUNAR = "农历"
SOLAR = "公历"
"""What stands for the unit of figures that have none: see `figure_asked`."""

_DOCUMENT = re.compile(
    r"[\u4e00-\u9fff]{1,12}(?:[〔\[（(【﹝] ?(?:19|20)\d{2} ?[〕\]）)】﹞] ?第?|(?:19|20)\d{2}年第)\d{1,5}号"
)
_BEFORE_DOCUMENT = re.compile(r"^.*(?:文号|字号|编号|根据|按照|依据|关于|印发|以|为|是|的)|^[与和及](?=.{3})")
_WHAT = r"(?:[什甚]么|啥)"
_WORDS: frozenset[Asked] = frozenset(("text", "name", "list"))
_FORMS: dict[Language, tuple[tuple[frozenset[Asked], str, Form], ...]] = {
    "zh": (
        (
            frozenset(("text", "list")),
            r"吗[?？。]*$|是否|有没有|有无|是不是|能不能|会不会|可不可以|要不要|对不对|[能可]否",
            "yes-no",
        ),
        (
            _WORDS,
            r"(?:职能|职责|职权|任务|业务|功能|范围|宗旨|条件|要求|内容|措施|举措|做法|流程|步骤|程序|规定|标准|原则|权利|义务)"
            rf"(?:主要)?(?:分别|各自?|都)?(?:是|有|为|包括)?(?:{_WHAT}|哪些)",
            "clauses",
        ),
        (
            _WORDS,
            rf"^(?:{_WHAT}(?:是|叫做?)|何谓|何为)|(?:是|指的?是?|即)(?:{_WHAT})(?:意思|东西)?[?？。]*$",
            "definition",
        ),
        (
            frozenset(("text", "name")),
            rf"如何|怎样|怎么(?!样[?？。]*$|回事)|(?:通过|靠|用|以|采取|凭借?){_WHAT}(?:方式|方法|办法|手段|途径|措施)?",
            "means",
        ),
    ),
    "en": (
        (
            frozenset(("text",)),
            r"^(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should)\b",
            "yes-no",
        ),
        (_WORDS, r"\b(?:duties|responsibilities|functions|tasks|requirements|conditions|steps)\b", "clauses"),
        (
            frozenset(("name",)),
            r"^what (?:is|are|was|were) (?:an? )?[\w -]{2,40}[?.]*$|\bmeans?\b|\bdefinition\b",
            "definition",
        ),
        (_WORDS, r"^how (?:do|does|did|is|are|was|were|can|could|will|would|has|have|to)\b", "means"),
    ),
}
_TIME_OF_DAY = r"几点(?![建意])|几时|[什甚]么钟点|\b(?:what time|what hour)\b"
_WHEN = r"(?:到|于|在|是|为)?(?:(?:什么|啥)时候|何时|哪一?[天日月]|几[月号]几?[日号]?)(?:才|就)?"
_OPENS = r"开(?!放|工|发|展)|起(?!诉)|始|上班|营业|出发|启程|首班|\b(?:open|start|begin|depart|leave)"
_CLOSES = r"关(?![于键系注])|闭|结束|下班|截止|停止|打烊|末班|[到至]几点|\b(?:clos|end|finish|shut)"
# In order: the first that fits decides.
_FIGURES: tuple[tuple[frozenset[Asked], str, str], ...] = (
    (
        QUANTITIES,
        r"文号|(?:发文|文件)(?:字号|编?号)|发文编号|\bdocument (?:number|no)\b|\breference (?:number|no)\b",
        DOCUMENT,
    ),
    (
        QUANTITIES,
        rf"{CODES}|邮编|代码|\b(?:phone|telephone|fax|mobile|account|id) (?:number|no)\b|\bhotline\b"
        r"|\b(?:post(?:al)?|zip|stock|credit|ticker) ?code\b",
        CODE,
    ),
    (
        frozenset(("share", "money", "quantity")),
        r"(?:变化|变动|涨跌|增减|浮动)(?:幅度|情况)?(?:了|是|为|有)?(?:多少|多大|几何|如何|怎么样|怎样|[?？]|$)"
        r"|\bhow much .*\bchange|\bby how much .*\bchange",
        CHANGE,
    ),
    (
        frozenset(("money",)),
        r"收费|费用?(?:是|为|要|需)?(?:多少|几|[?？]|$)|票价|门票|多少钱|工本费|学费|价格|收多少|交多少|缴多少"
        r"|\b(?:fees?|charge|tickets?|admission|price|cost)\b",
        FEE,
    ),
    (frozenset(("date",)), r"几点.*几点|从什么时候到什么时候", CLOCK),
    (frozenset(("date",)), rf"(?:{_TIME_OF_DAY}).*?(?:{_CLOSES})|(?:{_CLOSES}).*(?:{_TIME_OF_DAY})", CLOSING_TIME),
    (frozenset(("date",)), rf"(?:{_TIME_OF_DAY}).*?(?:{_OPENS})|(?:{_OPENS}).*(?:{_TIME_OF_DAY})", OPENING_TIME),
    (frozenset(("date",)), _TIME_OF_DAY, CLOCK),
    (frozenset(("date",)), r"(?:周|星期|礼拜)几", WEEKDAY),
    (
        frozenset(("date",)),
        r"(?:开放|营业|办公|上班|服务|接待|办理)时间(?:是|为)?(?:[什甚]么|多少)?(?:时候)?[?？。]*$",
        HOURS,
    ),
    (
        frozenset(("date",)),
        rf"{_WHEN}(?:截止|结束|为止|到期|闭幕|收官)|(?:截止|截至|结束|[到至]){_WHEN}|截止(?:时间|日期)",
        LAST_DAY,
    ),
    (frozenset(("date",)), rf"(?:从|自){_WHEN}|{_WHEN}(?:开始|起)(?!建)|(?:开始|起始)(?:时间|日期)", FIRST_DAY),
    (frozenset(("date",)), r"农历|阴历|旧历|夏历|\blunar\b", LUNAR),
    (frozenset(("date",)), r"公历|阳历|新历|\bsolar calendar\b", SOLAR),
    (
        frozenset(("date",)),
        r"[哪何]一?年[哪何几]一?个?月|几几?年几月(?!几)|\b(?:which|what) month and year\b"
        r"|\b(?:month and year|year and month)\b",
        MONTH,
    ),
)


def form_asked(folded: str, language: Language, asked: Asked) -> Form:
    """The form in which a folded question in words wants its answer, "" where any will do: 是否通车 wants 是 or 否."""
    for kinds, pattern, form in _FORMS[language]:
        if asked in kinds and re.search(pattern, folded):
            return form
    return ""


def document_numbers(folded: str) -> Iterator[tuple[int, int]]:
    """Where a text has numbers of documents, without the words before them: 根据|云政发〔2023〕12号."""
    for match in _DOCUMENT.finditer(folded):
        lead = _BEFORE_DOCUMENT.match(re.split(r"[\d〔\[（(【﹝]", match.group())[0])
        yield match.start() + (lead.end() if lead is not None else 0), match.end()


def figure_asked(folded: str, asked: Asked) -> str:
    """What a question for a figure wants it to be, where no unit says so: one of the words above, "" for anything."""
    return next((form for kinds, pattern, form in _FIGURES if asked in kinds and re.search(pattern, folded)), "")
