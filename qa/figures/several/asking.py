"""What a question over several figures asks for: 哪一年最多, 2023年比2022年增加多少, which districts had more than 100.

Only what is recognised for certain is one; any other question is None here, and is answered as it always was.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.periods import with_full_years
from chinese.tokens import words
from qa.figures.several.asked_periods import periods_asked, quarters_of, step_of
from qa.figures.several.asking_english import several_in_english
from qa.figures.several.asking_which import (
    EACH_OF,
    NUMERALS,
    OF_A_SORT,
    SORT,
    TAIL,
    extreme,
    limit,
    nth,
    order,
    ranking,
    without,
)
from qa.figures.several.operations import COMPARING, PAIR, Several, pair_of
from qa.question.kinds import UNIT
from qa.question.naming import NUMBERED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.figures.several.asked_periods import Named, Step
    from qa.figures.several.asking_which import Read
    from qa.figures.several.operations import Across
    from qa.question.question import Question


def several_asked(question: Question) -> Several | None:
    """What a question asks over several figures, None for any other question."""
    if question.language == "en":
        return several_in_english(question)
    if question.form == "yes-no" or _NOT_ONE.search(question.folded):
        return None
    folded = _ONE_OF.sub("一", with_full_years(question.folded))
    named = periods_asked(folded, english=False)
    for reader in (limit, nth, ranking, order, _difference, extreme, _sum, _each):
        found = reader(folded, named)
        if found is not None:
            several, spans = found
            spans += [match.span() for match in _AROUND.finditer(folded)]
            if named.periods:  # 今年(2024年)
                spans += [match.span() for match in re.finditer("[今去本]年", folded)]
            words = left_over(folded, [*spans, *named.spans])
            return _with_sort(replace(several, words=words, step=_step(folded, several.named)))
    return None


def _step(folded: str, named: Named) -> Step:
    """How long the periods are that a question asks about: those it names, else those it asks for by their kind."""
    asked = re.search(r"哪(?:一|几|些)?个?(?:(?P<quarter>季度)|(?P<month>月)|(?P<half>半年))|(?P<months>几月)", folded)
    if asked is not None:
        return "quarter" if asked["quarter"] else "half" if asked["half"] else "month"
    return step_of(named.periods[0]) if named.periods else "year"


def _with_sort(several: Several) -> Several:
    """A question of which of all, with the sort of things that its words say before the measure: 市直医院|住院日."""
    if several.sort or several.across == "periods" or several.operation not in COMPARING:
        return several
    *pieces, last = several.words.split() or [""]
    for number, piece in enumerate(pieces):
        match = OF_A_SORT.search(piece)
        if match is not None:
            pieces[number] = piece[: match.start()]
            return replace(several, words=" ".join(item for item in (*pieces, last) if item), sort=match["sort"])
    return several


_AROUND = re.compile(
    r"(?:[从由][高多大长快]到[低少小短慢]|[从由][低少小短慢]到[高多大长快])(?:的?顺序)?"
    r"|(?:^|(?<=[,，]))(?:按|把|将)|按(?=.*[从由].到.)"
    r"|(?:这|那|其)?(?:几|[两二三四五六七八九十])[个座家所条类种项大](?:[\u4e00-\u9fff]{1,6}?)?"
    r"(?:里面?|当中|之中|中(?=[,，哪])|(?=[,，]))"
)
"""What says of how many, and in which order, and nothing of what is measured: 四个区里, 从高到低."""
_ONE_OF = re.compile(r"(?<=[过超破])(?=[百千万亿](?:的|以上|[个家件人户吨元]|$))")
"""Where 一 is left out: 过万的, 超亿元."""
_NOT_ONE = re.compile(r"为什么|为何|原因|(?:怎么|如何)(?!排)|怎样|预计|预测|将会")
# --- 增加多少, 相差多少


_GROWN = r"扩大|增长|增加|增多|上升|提高|提升|上涨|(?<!新)增(?!设|值)|涨|(?<!提)升"
_GROWN += r"|(?<![最\d十百千万亿])(?:多|高|大|长|贵|重|远|宽)"
_SHRUNK = r"减少|下降|降低|下跌|回落|缩减|减|降|跌|(?<!最)(?:少|低|小|短|便宜|轻|近)"
_CHANGED = r"变化|变动|增减|相差|差|涨跌"
_HOW_MUCH = (
    r"(?P<verb>(?<=[多少])(?!个)[\u4e00-\u9fff]{1,4}?)?(?:了|出)?(?:大约|约)?(?:多少|几(?![年个]?[季度月])|多大)[百千万亿]{0,2}"
    rf"(?P<unit>{UNIT})?(?P<noun>[\u4e00-\u9fff]{{0,12}}?)"
)
_PERCENT = r"(?:了|出)?(?:多少\s?[(（]百分(?:比|之几)[)）]|百分之[几多]少?|多少百分(?:比|之)|几成|几个百分比)"
_DIFFERENCES = re.compile(
    rf"(?:(?P<up>{_GROWN})|(?P<down>{_SHRUNK})|(?P<change>{_CHANGED}))(?:(?P<percent>{_PERCENT})|{_HOW_MUCH}){TAIL}"
)
_RATES = re.compile(
    r"(?:同比|环比)?(?:(?P<up>增长率|增速|增幅|增长幅度|涨幅|增长比例)|(?P<down>降幅|跌幅|下降幅度|减幅)|(?P<change>变化率|变动幅度|变化幅度))"
    rf"(?:是|为|有|达到?)?(?:多少|几|多大|百分之[几多]少?|多高)?{TAIL}"
)
_COMPARED = re.compile(r"比|较|相比|对比|相差|差距|之差|差多少|差额|从.*[到至]|变化|变动|期间|同比|[到至]\d{4}年")
_GAP = re.compile(rf"(?:之间)?(?:的)?(?:差距|差额|差值|之差)(?:是|为|有)?(?:多少|多大|几)?[\u4e00-\u9fff]{{0,3}}{TAIL}")


_TWO_NAMED = re.compile(
    r"(?<![同环占相])比(?![上去往前重例率])|(?<![比])较(?![上去大高多好快])|[和与跟、]|两[地区县市者]"
)


def _difference(folded: str, named: Named) -> Read | None:
    rate, gap = _RATES.search(folded), _GAP.search(folded)
    match = rate or gap or _DIFFERENCES.search(folded)
    if match is None or not _COMPARED.search(folded) or (_SUM.search(folded) and "比" not in folded):
        return None
    groups = match.groupdict()
    percent = rate is not None or bool(groups.get("percent"))
    sign = 1 if groups.get("up") else -1 if groups.get("down") else 0
    word = groups.get("up") or groups.get("down") or ""
    unit = (groups.get("unit") or "") + (groups.get("noun") or "")
    either = not percent and unit == "" and word in ("增长", "下降", "提高", "上升", "上涨", "下跌", "降低", "提升")
    across: Across = "periods" if len(named.periods) >= PAIR or named.latest else "places"
    if across == "places" and not _TWO_NAMED.search(folded[: match.end()]):
        return None
    if across == "periods":
        named = pair_of(named)
        if len(named.periods) != PAIR:
            return None
    kept = [match.span(name) for name in ("verb", "noun") if len(groups.get(name) or "") > 1]
    spans = list(without([match.span()], kept))
    several = Several("rate" if percent else "difference", across, named, "", sign=sign, either=either)
    return several, spans


# --- 合计, 分别


_SUM = re.compile(
    r"(?:加起来|合起来|加在一起|一起|加(?:在)?一块儿?)?(?:一共|总共|合计|共计|总计|累计|总和|之和|(?<!公)共(?!同|有产权|享|建|青|和|产|识))(?:[^,，;；。?？]*?)(?:多少|几)[\u4e00-\u9fff]{0,8}"
    rf"{TAIL}|(?:之和|总和|合计|总计|加起来|加在一起|加(?:在)?一块儿?)[^,，;；。?？]{{0,6}}?(?:是|为|有|达到?)*(?:多少|几)?[\u4e00-\u9fff]{{0,5}}{TAIL}"
    rf"|[\u4e00-\u9fff]{{2}}(?<![增附参追])(?P<plus>加(?![起在装快工大强值盟入拿]))[\u4e00-\u9fff]{{2,8}}?(?:是|为|有|共)?多少[\u4e00-\u9fff]{{0,6}}{TAIL}"
    # 甲院加乙院,一共多少
    rf"|(?P<end>[\u4e00-\u9fff])(?P<and>加)[\u4e00-\u9fff]{{1,7}}(?P=end)[,，].*?多少[\u4e00-\u9fff]{{0,6}}{TAIL}"
)
_SUM_WORD = re.compile(
    r"加起来|合起来|加在一起|加(?:在)?一块儿?|一起|一共|总共|合计|共计|总计|累计|总和|之和|(?<![公总一])共(?!预|产|交|同)|是|为|有|达到?"
)


def _sum(folded: str, named: Named) -> Read | None:
    match = _SUM.search(folded)
    # 十四五期间累计引进: a text gives what has come about in a plan's years as one figure.
    if match is None or (named.is_plan and "累计" in match.group()):
        return None
    across: Across = "periods" if len(named.periods) >= PAIR or named.latest else "places"
    number = _SO_MANY_THINGS.search(folded) if across == "places" else None
    halves = len(named.periods) == 1 and quarters_of(named.periods[0])
    if across == "places" and number is None and not halves and not _NAMES_TWO.search(folded):
        return None
    spans = [item.span() for item in _SUM_WORD.finditer(folded)]
    spans += [match.span(name) for name in ("plus", "and") if match[name]]
    quarters = (
        quarters_of(named.periods[0]) if len(named.periods) == 1 and across == "places" and number is None else ()
    )
    if quarters and not _NAMES_TWO.search(folded):  # 前三季度出口额加起来
        return Several("sum", "periods", replace(named, periods=quarters, is_range=True), ""), spans
    if number is None or "、" in folded:
        return Several("sum", across, named, ""), spans
    several = Several("sum", across, named, "", number["sort"], count=NUMERALS[number["count"]])
    return several, [*spans, number.span()]


_NAMES_TWO = re.compile(r"(?<![之总])[和与跟及、]|加(?![起在一盟入拿])|两[地区县市]")
_SO_MANY_THINGS = re.compile(rf"(?P<count>[两二三四五六七八九十])[{EACH_OF}][\u4e00-\u9fff]{{0,4}}?(?P<sort>{SORT})")


_EACH = re.compile(r"分别|依次|各(?:自|是|为|有|年|季|月|地|区|县|市)|历年|逐年|每年|列出|列一下|列举")
_ALL_YEARS = re.compile(r"历年|逐年|各年")


def _each(folded: str, named: Named) -> Read | None:
    match = _EACH.search(folded)
    if match is None or not re.search(r"多少|几|[是为有][?？]?$|情况|数据|数字|列出|列一下|列举", folded):
        return None
    periods = len(named.periods) >= PAIR or bool(named.latest) or bool(_ALL_YEARS.search(folded))
    if not periods and not re.search(r"[和与跟及、]", folded[: match.start()]):
        return None
    return Several("each", "periods" if periods else "places", named, ""), [match.span()]


# --- what is left


_FILLERS = frozenset(
    (
        "的 了 是 有 为 在 和 与 跟 同 及 比 较 从 到 至 由 之 于 于 中 其中 那 这 那么 请问 "
        "问 一下 一共 总共 合计 分别 各 各自 共 达 达到 截至 截止 末 底 多少 几 几个 哪 哪个 哪些 "
        "哪年 什么 个 家 项 名 位 户 座 元 万元 亿元 亩 吨 万吨 平方米 公里 万 亿 人次 万人次 "
        "个百分点 百分之几 百分点 相比 相比于 对比 期间 之间 期内 时 时候 之 间 全年 年 年份 年度 "
        "情况 数据 数字 数值 具体 大约 约 呢 吗 啊 全市 全县 全区 全省 全镇 本市 本县 本区 我市 "
        "我县 我区 我省 当地 两地 两者 两 三 各地 历年 逐年 每年 各年 里 来 以来 近 最近 过去 曾 "
        "曾经 都 还 也 又 才 只 或 还是 第一 排名 排 前 后 属于 拥有 实现 完成 取得 成为 出现 "
        "发生 年初 年末 加 同比 环比 告诉 我 我们 请 你 想 知道 查 一 数量 上 下 最 "
    ).split()
)


_ASKED_AT_END = re.compile(rf"(?:多少|几)[百千万亿]{{0,2}}(?:{UNIT}|[\u4e00-\u9fff](?=[?？]*$))?")


_LETTER = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[a-z]+\d+(?:\.\d+)?")
_LATIN_NEXT = re.compile(r"\d[a-z]")
_ALIKE = frozenset("城级类业")
_WITHIN_WORDS = frozenset("上下中里底末前后本")
"""Characters that say nothing by themselves and may be parts of a word that no word list has: 规上, 县中医院."""


def left_over(folded: str, spans: Sequence[tuple[int, int]]) -> str:
    """The words of a question outside of these spans, without those that say nothing of what is measured."""
    plain = list(folded)
    for start, end in spans:
        plain[start:end] = " " * (end - start)
    text = _ASKED_AT_END.sub(lambda match: " " * len(match.group()), "".join(plain))
    kept, last = "", 0
    numbered = [match.span() for pattern in (NUMBERED, _LATIN) for match in pattern.finditer(text)]  # 3号线, pm10
    for word, start, end in words(text):
        if word == "同" and text[end : end + 1] in _ALIKE:  # 同城
            kept, last = kept + (" " if start > last and kept else "") + word, end
            continue
        is_name = any(first <= start and end <= final for first, final in numbered)
        if len(word) == 1 and not is_name:
            within = start == last and kept != "" and _LETTER.match(text, end) is not None  # 规|上|工业
            is_name = (word in _WITHIN_WORDS and within) or _LATIN_NEXT.match(text, start) is not None
        if not is_name and (word in _FILLERS or word.isdigit()) and not text[:end].endswith("占比"):
            continue
        kept += (" " if start > last and kept else "") + text[start:end]
        last = end
    return kept.strip()
