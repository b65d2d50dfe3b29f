"""Whether a Chinese question says by itself what it is about: 瑞丰集团有多少员工 does, 有多少员工 does not.

A conversation goes over to another subject as often as it stays with one, and a question with the old subject in front
of the new one finds nothing, or something wrong. So a question is completed only where it holds too little of its own.
"""

from __future__ import annotations

import re

from chinese.classes import classes_of
from chinese.dictionary import is_common_noun
from chinese.ordinals import limit_ranges
from chinese.tokens import fold, frequency, parts_of, tagged
from qa.question.kinds import ASKING, kind_of_noun, without_measure
from qa.question.naming import ASKS, is_name, rest_of_names

OPENING = re.compile(r"^(?:(?:那么?(?![里儿个些家])|还有|另外|以及|至于|对了|好的|请问)[,，\s]*){1,3}")
POINTING = re.compile(
    r"(?<!其)它们?(?!卡)|其(?![中他它余实次间])|(?<!其)[他她]们?(?!人)"
    r"|该[区园县市镇公司企业项目工程厂院校馆站路桥基地中心]{1,3}"
    r"|(?:这|那)(?:个|家|座|条|所|项|里|儿|些)(?:项目|公司|企业|园区|工程|区|县|城市|工厂|单位|地方|学校|医院|活动)?"
)
_GOING_ON = re.compile(r"^(?:那么?(?![里儿个些家])|还有|另外|以及|至于|同样)")
_ENDING = re.compile(r"的?(?:情况)?(?:呢|如何|怎么样)$")
_DEFINING = re.compile(r"^(?:什么是|什么叫|何谓|何为)|是什么意思|指的?是?什么|等于|^哪(?!年|天|[里儿])|^谁.{6,}")
_TIME = re.compile(r"(?:在|到|截至)?(?:(?:19|20)\d{2}\s*年?(?:度)?|[今去前]年|目前|全年|[上下]半年|近年来)")
_PART_OF_YEAR = re.compile(r"第?[一二三四]季度|\d{1,2}月份?|年[初底末]|当年")
_NOT_COUNTED = re.compile(r"[^\w]|[的了是有在为]")
_FURTHEST = 12
_LONG = 11
"""So many characters besides time and question word are enough to find a passage by."""
_RARE = 1000
"""A noun that the dictionary's corpus of sixty million words has less often names something: 蒸汽机; not 专利, 税收."""
_WRONGLY_A_NAME = 300
_OF_A_PLACE = re.compile(
    r"(?:副|总)?[园社村组班团科股行舰船台]长|[首末头早晚]班车?|(?:检票|出入?|入|安检|登机|收费)口"
    r"|(?:售票|停车|休息|候车|候机|办事)[处场室厅位]|(?:成人|学生|儿童|半价|优惠|单程|往返|老年|团体)票"
    r"|(?:男子|女子|少年|青年)组"
)
"""Rare words for what a place, a line or a contest has: whose is meant was said before."""
_PREDICATE = re.compile(
    r"(?:几点|什么时候|何时)[\u4e00-\u9fff]{1,3}$"
    r"|(?:是不是|能不能|会不会|可不可以|要不要|有没有|有无|是否|能否|可否|可以|需要)"
)
_OF = re.compile(r"(?:副|总)?[园社村组班团科股行舰船台]长")
_OF = re.compile(r"(?P<owner>\w{3,})的\w{2,}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_OF_GRAMMAR = frozenset("pdrmqcuy")
_OF_A_MATTER = frozenset("njlxibv")
_NO_NOUNS = frozenset("vdpcrmtfaqubj")
# 婚姻登记|在哪里办, 森林防火期|从哪天开始; not 主导产业, 服务对象, which any body has.
_TOPIC = re.compile(
    r"^(?P<topic>[\u4e00-\u9fff]{4,}?)(?:都|应该?|需要?|可以|一般)?(?=在|从|由|到|去|何|怎|如何|为|哪|什么|谁|需|要|是|有)"
)
_OF_ANYBODY = re.compile(
    r"^(?:主要|主导|主营|核心|重点|特色|法定|办公|服务|建设|规划|适用|开放|营业|注册|投资|投产|建成|完工|竣工|入驻|参展|参会"
    r"|签约|负责|设计|施工|承办|主办|举办|所在|总|全"
    r"|固定资产|社会消费|财政|研发|城镇|农村|城乡|居民|藏书|馆藏)"
    r"|(?:企业|项目|产业|产品|专利|员工|职工|人才|人员|股东|部门|业务|客户|职能|职责|范围|对象|内容|目标|任务|特点|优势|原则"
    r"|荣誉|称号|景点|商品|品牌|技术|设备|设施|功能|作用|条件|单位|机构|团队|成果|方向|定位|布局|用途|结构|来源|中心|热线"
    r"|窗口|地区|地点|方式|模式|资源|文化|人口)$"
)


def names_subject(question: str) -> bool:
    """Whether a question says by itself what it is about, and is no follow-up."""
    folded = fold(question)
    plain = OPENING.sub("", folded)
    if pointing_in(plain) is not None:
        return False
    return bool(_DEFINING.search(plain)) or is_name(question) or stands_alone(plain)


def pointing_in(folded: str) -> re.Match[str] | None:
    """The word that points back to the subject: 它, 其, 该区, 这家公司; in 王他 and 其中 there is none."""
    found = next((match for match in POINTING.finditer(folded) if match.start() <= _FURTHEST), None)
    return None if found is None or _says_whom(folded[: found.start()]) else found


def _says_whom(before: str) -> bool:
    """Whether words before a pronoun name what it stands for: 陈澜和|她的丈夫; not 谁负责|它, 截至2015年,|该院."""
    found = [(word, tag) for word, tag in tagged(_TIME.sub("", before)) if _CHINESE.fullmatch(word)]
    return any(len(word) > 1 and tag[0] == "n" for word, tag in found) or _unknown_name(found)


def asks_by_itself(question: str) -> bool:
    """Whether words ask something, as 沈河区呢 and 总投资 do not.

    Without a question word they do where they have a name and what is asked of it: 清河县 2020 粮食产量.
    """
    folded = fold(question).strip("?？。!！ ")
    words = _ENDING.sub("", folded)
    if ASKS.search(words):
        return True
    if folded.endswith("呢") or _GOING_ON.match(folded) or pointing_in(words) is not None:
        return False
    if not (is_name(words) or _unknown_name(tagged(_TIME.sub("", words)))):
        return False
    rest = rest_of_names(OPENING.sub("", words))
    return len(_PART_OF_YEAR.sub("", _TIME.sub("", rest)).strip("的 ,，")) > 1


def stands_alone(folded: str) -> bool:
    """Whether a folded question, openings such as 那么 taken off, holds enough to be asked as it is."""
    words = ASKS.sub(" ", ASKING.sub(" ", _TIME.sub("", folded)))
    if len(_NOT_COUNTED.sub("", words)) >= _LONG:
        return True
    if _PREDICATE.match(folded.strip("?？")):  # 能不能带狗, 几点关门: what follows is what it does
        return False
    # 恒星的星斑: what a thing is part of comes with it; 10亿元以上的项目 says which ones.
    owned = _OF.search(words)
    if owned is not None and not list(limit_ranges(owned["owner"])):
        return True
    found = tagged(words)
    return _unknown_name(found) or any(_is_rare(word, tag) for word, tag in found) or _has_topic(folded)


def names_matter(folded: str) -> bool:
    """Whether a question opens with more than a measure, so that it may be meant by itself: 退休|年龄是多少.

    What any place or firm has (主导产业, 专利, 高新技术企业) is that of the one that was spoken of.
    """
    asked = ASKS.search(folded)
    topic = _TIME.sub("", folded[: asked.start()] if asked is not None else folded).rstrip("的是有为在了?？")
    matter = without_measure(topic)
    if len(matter) < 2 or classes_of(topic) or _OF_ANYBODY.search(matter) or _OF_A_PLACE.match(matter):
        return False
    tags = {tag[0] for _, tag in tagged(matter)}
    said = matter != topic or kind_of_noun(matter) == "text"
    return said and tags <= _OF_A_MATTER and not tags <= {"v"}


def _has_topic(folded: str) -> bool:
    """Whether a question that counts nothing opens with words for a matter: 婚姻登记在哪里办."""
    match = _TOPIC.match(_TIME.sub("", folded))
    if match is None or re.search(r"多少|几|多[高长宽深远大久重]", folded):
        return False
    topic = match["topic"].rstrip("往到向于至入出")
    if topic != match["topic"]:  # 产品销往哪里
        return False
    return kind_of_noun(topic) == "text" and not classes_of(topic) and _OF_ANYBODY.search(topic) is None


def _unknown_name(found: list[tuple[str, str]]) -> bool:
    """Whether characters stand side by side that no word was made of: 四|加|亭."""
    single = nouns = 0
    if _opens_with_rare(found):
        return True
    for word, tag in found:
        alone = len(word) == 1 and _CHINESE.fullmatch(word) is not None and tag != "uj"
        single = single + 1 if alone else 0
        nouns = nouns + 1 if alone and tag[0] in "ngxj" else 0
        if single >= 3 or nouns >= 2:
            return True
    return False


def _opens_with_rare(found: list[tuple[str, str]]) -> bool:
    """Whether two characters of which one is rare open the words, and are no word: 禾|丰|农机; not 坝|高."""
    often = [
        frequency(word)
        for word, tag in found[:2]
        if len(word) == 1 and _CHINESE.fullmatch(word) and tag[0] not in "pdrmqcuy"
    ]
    return len(often) == 2 and min(often) < _RARE and max(often) < _RARE * 10


def _is_rare(word: str, tag: str) -> bool:
    """Whether a word is a noun, or in no dictionary, and seldom: 瑞丰; not 建筑面积, whose parts are frequent."""
    if len(word) < 2 or not _CHINESE.fullmatch(word) or tag[0] in _NO_NOUNS or kind_of_noun(word) != "text":
        return False
    if _OF_A_PLACE.fullmatch(word):
        return False
    often = frequency(word)
    parts = [frequency(part) for part in parts_of(word)] if len(word) >= 4 else []
    often = max(often, min(parts, default=0))
    # 容纳 is a person's name to the tagger.
    mistagged = tag == "nr" and often > _WRONGLY_A_NAME and is_common_noun(word)
    return often < _RARE and not mistagged
