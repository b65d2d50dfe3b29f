"""The shapes of `benchmarks/made_examples.py` as data: texts with slots, and questions on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Ask:
    """Questions with one answer: a slot, `a..b` from slot to slot, `a+b` several places, "" nowhere in the text."""

    answer: str
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What goes wrong, the slots by name with their kinds, texts that say the same, and what is asked of them."""

    name: str
    slots: Mapping[str, str]
    texts: tuple[str, ...]
    asks: tuple[Ask, ...]


def _slots(listed: str) -> dict[str, str]:
    return dict(item.split(":") for item in listed.split())


SHAPES = (
    Shape(
        "the first of two like figures",
        _slots("p:place y:year a:万千瓦时 b:% c:万千瓦时 d:%"),
        (
            "{y}，{p}发电{a}，同比增长{b}；售电{c}，同比增长{d}。",
            "{y}{p}的发电量为{a}，比上年增长{b}，售电量为{c}，比上年增长{d}。",
        ),
        (
            Ask("a", ("{y}{p}发电多少？", "{p}{y}的发电量是多少万千瓦时")),
            Ask("b", ("{y}{p}发电量同比增长多少", "{p}发电量比上年增长百分之几")),
            Ask("c", ("{p}{y}售电多少", "{y}{p}售电量是多少")),
            Ask("d", ("{p}售电量同比增长多少", "{y}{p}的售电量增长了多少")),
        ),
    ),
    Shape(
        "two figures of like things",
        _slots("p:place g:goods h:goods a:亿元 b:亿元 c:% d:%"),
        (
            "{p}{g}{a}，下降{c}；{h}{b}，增长{d}。",
            "其间，{p}的{g}达{a}，同比下降{c}，{h}达{b}，同比增长{d}。",
        ),
        (
            Ask("a", ("{p}{g}多少", "{p}的{g}达到多少亿元")),
            Ask("b", ("{p}{h}多少", "{p}的{h}是多少亿元")),
            Ask("c", ("{p}{g}下降多少", "{p}的{g}同比下降了百分之几")),
            Ask("d", ("{p}{h}增长多少", "{p}的{h}同比增长多少")),
        ),
    ),
    Shape(
        "a part after 其中",
        _slots("p:place y:year c:crop d:crop a:万亩 b:万亩 e:万亩"),
        (
            "{y}，{p}完成春播{a}，其中{c}{b}、{d}{e}。",
            "{p}{y}春播面积{a}，其中：{c}{b}，{d}{e}。",
        ),
        (
            Ask("a", ("{y}{p}春播面积是多少", "{p}{y}完成春播多少万亩", "{p}一共春播了多少")),
            Ask("b", ("{y}{p}{c}播种了多少", "{p}春播中{c}有多少万亩")),
            Ask("e", ("{p}{y}{d}播种面积多少", "{p}春播{d}多少万亩")),
        ),
    ),
    Shape(
        "the whole and those above a limit",
        _slots("p:place y:year a:家 b:家 l:万元 c:家 m:万元"),
        (
            "{y}{p}新登记网店{a}，年销售额{l}以上的{b}。",
            "{y}，{p}新开网店{a}，{m}以上网店{c}、{l}以上网店{b}。",
            "{p}去年网店交易活跃。{y}全年新增网店{a}，{l}以上网店{b}；直播间同比翻番。",
        ),
        (
            Ask("a", ("{y}{p}新开了多少家网店", "{p}{y}新增多少家网店", "{y}{p}新登记的网店有多少")),
            Ask("a", ("How many new online shops did {p} get in {y}", "{p}{y}新开网店一共多少家")),
            Ask("b", ("{y}{p}{l}以上的网店有多少家", "{p}销售额{l}以上网店有几家")),
        ),
    ),
    Shape(
        "a count, what it comes to, and those above a limit",
        _slots("p:zone y:year a:个 t:亿元 l:亿元 b:个"),
        (
            "{y}，{p}新开工程{a}、总造价{t}，{l}以上工程{b}。",
            "{p}在{y}新开工程{a}，总造价{t}，其中{l}以上的{b}。",
            "{y}以来，{p}新开工程{a}、造价合计{t}，{l}以上工程{b}，进展顺利。",
        ),
        (
            Ask("a", ("{y}{p}新开了多少个工程", "{p}{y}开工工程多少个", "How many works did {p} begin in {y}")),
            Ask("t", ("{y}{p}新开工程总造价是多少", "{p}{y}新开的工程一共造价多少")),
            Ask("b", ("{y}{p}新开{l}以上工程多少个", "{p}{l}以上工程有几个")),
        ),
    ),
    Shape(
        "the whole and its two parts, the whole first",
        _slots("f:firm a:人 b:人 c:人"),
        ("{f}现有职工{a}，其中车间工人{b}，技术人员{c}。", "目前{f}共有员工{a}，车间工人为{b}，技术人员为{c}。"),
        (
            Ask("a", ("{f}有多少职工", "{f}共有多少人", "{f}员工总数是多少")),
            Ask("b", ("{f}有多少车间工人",)),
            Ask("c", ("{f}的技术人员有多少", "{f}有多少名技术人员")),
        ),
    ),
    Shape(
        "per head beside the whole",
        _slots("p:place y:year a:万吨 b:公斤"),
        ("{y}{p}粮食总产量{a}，人均{b}。", "{p}{y}收粮{a}，按人口计人均{b}。", "{p}人均产粮{b}，{y}全年总产{a}。"),
        (
            Ask("a", ("{p}{y}粮食总产量是多少", "{y}{p}产粮多少万吨", "{p}粮食产量是多少")),
            Ask("b", ("{p}{y}人均粮食产量是多少", "{p}人均产粮多少")),
        ),
    ),
    Shape(
        "share, lead and growth kept apart",
        _slots("p:place y:year a:% b:个百分点 c:%"),
        (
            "{y}{p}森林面积增长{c}，占全境的{a}，高于全省{b}。",
            "{p}森林占全境面积的{a}，比全省平均水平高{b}，{y}面积增长{c}。",
        ),
        (
            Ask("a", ("{p}森林占全境多少", "{y}{p}森林面积占比是多少")),
            Ask("b", ("{p}森林占比高于全省多少个百分点", "{p}森林占比比全省高多少")),
            Ask("c", ("{y}{p}森林面积增长多少", "{p}森林面积增长了百分之几")),
        ),
    ),
    Shape(
        "from, to and by",
        _slots("p:place y:year z:year a:元 b:元 c:元"),
        (
            "{p}自来水户均年费由{y}的{a}涨到{z}的{b}，多了{c}。",
            "从{y}到{z}，{p}自来水户均年费从{a}升至{b}，上升{c}。",
        ),
        (
            Ask("a", ("{y}{p}自来水户均年费是多少",)),
            Ask("b", ("{z}{p}自来水户均年费是多少", "{p}自来水户均年费涨到了多少")),
            Ask("c", ("{p}自来水户均年费上升了多少", "{p}自来水户均年费涨了多少元")),
        ),
    ),
    Shape(
        "plan and result",
        _slots("w:work a:亿元 b:亿元 c:年"),
        ("{w}计划总投资{a}，工期{c}，已完成投资{b}。", "{w}已完成投资{b}，计划总投资{a}，建设工期{c}。"),
        (
            Ask("a", ("{w}计划投资多少", "{w}总投资是多少亿元")),
            Ask("b", ("{w}已完成投资多少", "{w}目前完成了多少投资")),
            Ask("c", ("{w}工期多长", "{w}建设工期是多少年")),
        ),
    ),
    Shape(
        "deputy beside head",
        _slots("c:city b:body p:person q:person"),
        (
            "{c}市{b}局长{p}、副局长{q}参加了座谈。",
            "座谈会由{c}市{b}副局长{q}主持，局长{p}讲话。",
            "{q}（{c}市{b}副局长）陪同局长{p}到现场察看。",
        ),
        (
            Ask("p", ("{c}市{b}局长是谁", "谁是{c}市{b}的局长", "{c}市{b}局长叫什么名字")),
            Ask("q", ("{c}市{b}副局长是谁", "谁担任{c}市{b}副局长")),
        ),
    ),
    Shape(
        "a deputy only",
        _slots("c:city b:body q:person r:person"),
        ("{c}市{b}副局长{q}和办公室主任{r}到场。", "到场的有{c}市{b}副局长{q}、办公室主任{r}。"),
        (
            Ask("", ("{c}市{b}局长是谁", "{c}市{b}的局长叫什么", "{c}市{b}办公室副主任是谁")),
            Ask("q", ("{c}市{b}副局长是谁",)),
            Ask("r", ("{c}市{b}办公室主任是谁",)),
        ),
    ),
    Shape(
        "a head only",
        _slots("p:place q:person r:person"),
        ("{p}负责人{q}同村干部代表{r}一起巡堤。", "巡堤时，{p}负责人{q}走在前面，村干部代表{r}随后。"),
        (
            Ask("", ("{p}副负责人是谁", "{p}会计是谁", "{p}的宣传委员是谁")),
            Ask("q", ("{p}负责人是谁",)),
        ),
    ),
    Shape(
        "heads of two bodies",
        _slots("c:city a:body b:body p:person q:person"),
        ("{c}市{a}局长{p}与{b}局长{q}签字。", "签字的是{c}市{a}局长{p}和市{b}局长{q}。"),
        (
            Ask("p", ("{c}市{a}局长是谁", "{c}{a}的局长是谁")),
            Ask("q", ("{c}市{b}局长是谁", "{c}{b}局长叫什么")),
        ),
    ),
    Shape(
        "another year",
        _slots("p:place y:year z:year a:公里 b:公里"),
        ("{p}{y}新修公路{a}，{z}新修{b}。", "{z}{p}新修公路{b}；{y}为{a}。"),
        (
            Ask("a", ("{y}{p}新修公路多少公里", "{p}在{y}修了多少公路")),
            Ask("b", ("{z}{p}新修公路多少", "{p}{z}新修了多少公里公路")),
        ),
    ),
    Shape(
        "another zone of the city",
        _slots("c:city z:zone o:zone a:家 b:家"),
        ("{c}{z}有仓储企业{a}，{c}{o}有{b}。", "仓储企业数：{c}{z}{a}，{c}{o}{b}。"),
        (
            Ask("a", ("{c}{z}有多少家仓储企业", "{c}{z}仓储企业有几家")),
            Ask("b", ("{c}{o}有多少家仓储企业", "{c}{o}仓储企业数是多少")),
        ),
    ),
    Shape(
        "one zone only",
        _slots("c:city z:zone o:zone a:件 y:year"),
        ("{y}，{c}{z}登记软件著作权{a}。", "{c}{z}在{y}登记了{a}软件著作权。"),
        (
            Ask("a", ("{y}{c}{z}登记软件著作权多少件", "{c}{z}登记了多少件软件著作权")),
            Ask("", ("{y}{c}{o}登记软件著作权多少件", "{c}{o}登记了多少件软件著作权")),
        ),
    ),
    Shape(
        "a place matched in order by 分别",
        _slots("p:place q:place r:place a:毫米 b:毫米 c:毫米"),
        ("{p}、{q}、{r}的降雨量分别为{a}、{b}和{c}。", "{p}、{q}和{r}分别降雨{a}、{b}、{c}。"),
        (
            Ask("a", ("{p}降雨量是多少", "{p}下了多少毫米雨")),
            Ask("b", ("{q}降雨量是多少", "{q}降雨多少毫米")),
            Ask("c", ("{r}的降雨量是多少", "{r}降雨多少")),
        ),
    ),
    Shape(
        "a row of clauses",
        _slots("w:work h:here a:deed b:deed c:deed p:person"),
        (
            "{w}管理处提出三点要求：{h}一是{a}；二是{b}；三是{c}。负责人为{p}。",
            "对{w}，检查组要求：{h}（一）{a}；（二）{b}；（三）{c}。组长是{p}。",
        ),
        (
            Ask("h..c", ("{w}提出了哪些要求", "对{w}有哪些要求", "{w}的要求是什么")),
            Ask("p", ("{w}的负责人或组长是谁",)),
        ),
    ),
    Shape(
        "duties as a row of clauses",
        _slots("c:city o:body a:deed b:deed d:deed"),
        ("{c}市{o}的主要职责是{a}，{b}，{d}。", "{c}市{o}负责{a}，{b}，{d}。"),
        (Ask("a..d", ("{c}市{o}的主要职责是什么", "{c}市{o}负责什么", "{c}{o}有什么职责")),),
    ),
    Shape(
        "the members of a list",
        _slots("w:work a:firm b:firm c:firm d:firm"),
        ("{w}由{a}、{b}、{c}和{d}承建。", "承建{w}的是{a}、{b}、{c}以及{d}。"),
        (Ask("a..d", ("{w}由哪些企业承建", "承建{w}的有哪几家", "哪些单位承建了{w}")),),
    ),
    Shape(
        "a list beside its number",
        _slots("p:place n:个 a:street b:street c:street"),
        ("{p}下设{a}、{b}、{c}等{n}网格。", "{p}划分为{n}网格，包括{a}、{b}、{c}等。"),
        (
            Ask("a..c", ("{p}有哪些网格", "{p}下设哪几个网格")),
            Ask("n", ("{p}有多少个网格", "{p}划分为几个网格")),
        ),
    ),
    Shape(
        "members apart from each other",
        _slots("g:grade h:grade a:village b:village c:village"),
        (
            "{a}的龙舟队获{g}。{c}派出的是新队，获{h}。{b}也获{g}。",
            "比赛中，{a}获{g}，{c}获{h}；首次参赛的{b}同样获{g}。",
        ),
        (
            Ask("a+b", ("哪些村或社区获{g}", "获得{g}的有哪些", "{g}由哪几个队获得")),
            Ask("c", ("哪个村或社区获{h}", "谁获得{h}")),
        ),
    ),
    Shape(
        "two works apart from each other",
        _slots("p:place y:year z:year a:work b:work c:work"),
        (
            "{y}，{p}建成{a}。{z}又开工{c}。同在{y}建成的还有{b}。",
            "{p}的{a}建成于{y}。{c}则在{z}才动工。{b}与前者同年建成，也是{y}。",
        ),
        (
            Ask("a+b", ("{y}{p}建成了哪些工程", "{p}在{y}建成的有哪些")),
            Ask("c", ("{z}{p}开工的是什么工程", "{p}{z}动工的是哪个工程")),
        ),
    ),
    Shape(
        "a name in the sentence before",
        _slots("w:work p:place y:year a:万立方米"),
        (
            "{w}是{p}最大的水利工程。它{y}动工，土石方共{a}。",
            "在{p}，人们最熟悉的是{w}。该工程于{y}开建。总土石方{a}。",
        ),
        (
            Ask("y", ("{w}是哪一年动工的", "{w}什么时候开建")),
            Ask("a", ("{w}土石方一共多少", "{w}的土石方是多少万立方米")),
            Ask("w", ("{p}最大或人们最熟悉的工程是哪个", "{y}动工的是什么工程")),
            Ask("p", ("{w}在哪里",)),
        ),
    ),
    Shape(
        "a person in the sentence before",
        _slots("q:person f:firm y:year a:岁"),
        ("{q}是{f}的创办人。他{y}创业时{a}。", "{f}由{q}创办。{y}，这位创办人{a}。"),
        (
            Ask("q", ("{f}的创办人是谁", "谁创办了{f}")),
            Ask("a", ("{q}创业那年多大", "{y}{q}多少岁")),
            Ask("y", ("{q}{a}是在哪一年",)),
        ),
    ),
    Shape(
        "a table's row",
        _slots("a:village b:village c:户 d:亩 e:户 f:亩"),
        (
            "名称：{a}；户数：{c}；耕地：{d}。\n名称：{b}；户数：{e}；耕地：{f}。\n",
            "名称 户数 耕地\n{a} {c} {d}\n{b} {e} {f}\n",
            "名称|户数|耕地\n{a}|{c}|{d}\n{b}|{e}|{f}\n",
        ),
        (
            Ask("c", ("{a}有多少户", "{a}户数是多少")),
            Ask("d", ("{a}有多少耕地", "{a}的耕地面积")),
            Ask("e", ("{b}有多少户", "{b}户数")),
            Ask("f", ("{b}有多少亩耕地", "{b}耕地是多少")),
        ),
    ),
    Shape(
        "labels before dates and numbers",
        _slots("f:firm a:day b:day c:day q:person"),
        (
            "{f}公告。登记日期：{a}；发布日期：{b}；有效期至：{c}；联系人：{q}。",
            "发布日期：{b}\n{f}登记日期：{a}\n有效期至：{c}\n联系人：{q}\n",
        ),
        (
            Ask("a", ("{f}的登记日期是哪天", "{f}什么时候登记的")),
            Ask("b", ("{f}的公告是哪天发布的", "{f}公告发布日期")),
            Ask("c", ("{f}公告有效期到什么时候", "{f}的有效期至哪天")),
            Ask("q", ("{f}的联系人是谁",)),
        ),
    ),
    Shape(
        "a bound, with its negation",
        _slots("t:term m:here a:span_of_time n:here b:span_of_time"),
        ("{t}的办理期限{m}不得超过{a}，公告时间{n}不得少于{b}。", "{t}公告时间{n}不得少于{b}；办理{m}不得超过{a}。"),
        (
            Ask("m..a", ("{t}的办理期限是多长", "{t}办理期限有什么限制")),
            Ask("n..b", ("{t}的公告时间是多长", "{t}公告时间有什么要求")),
        ),
    ),
    Shape(
        "a range",
        _slots("t:term a:万元 b:万元 m:here c:万元 d:万元 n:here"),
        ("违反{t}规定的企业，处{a}以上{b}以下{m}罚款；个人，处{c}以上{d}以下{n}罚款。",),
        (
            Ask("a..m", ("企业违反{t}规定罚款多少", "企业违反{t}规定处多少罚款")),
            Ask("c..n", ("个人违反{t}规定罚款多少", "违反{t}规定的个人处多少罚款")),
        ),
    ),
    Shape(
        "a definition",
        _slots("t:term m:meaning u:term n:meaning"),
        ("{t}是指{m}。{u}是指{n}。", "本办法所称{t}，是指{m}；所称{u}，是指{n}。"),
        (
            Ask("m", ("什么是{t}", "{t}是什么意思", "{t}指什么")),
            Ask("n", ("什么是{u}", "{u}是指什么", "{u}的定义是什么")),
        ),
    ),
    Shape(
        "a reason and an aim",
        _slots("w:work r:reason m:aim d:day"),
        ("因{r}，{w}推迟到{d}开放。推迟期间另设站点，为的是{m}。", "{w}为{m}而增设站点。由于{r}，改在{d}开放。"),
        (
            Ask("r", ("{w}为什么推迟或改期开放", "{w}推迟开放的原因是什么")),
            Ask("m", ("{w}为什么增设站点", "{w}另设站点的目的是什么")),
            Ask("d", ("{w}什么时候开放", "{w}哪天开放")),
        ),
    ),
    Shape(
        "first in a ranking",
        _slots("p:place q:place r:place a:分 b:分 c:分"),
        ("测评中{p}以{a}排名第一，{q}{b}、{r}{c}居其后。", "{q}得{b}，{r}得{c}，得分最高的是{p}，为{a}。"),
        (
            Ask("p", ("测评排名第一的是哪里", "哪里得分最高")),
            Ask("a", ("{p}得了多少分", "测评最高分是多少")),
            Ask("b", ("{q}得了多少分",)),
        ),
    ),
    Shape(
        "a number that text beside it corrects",
        _slots("w:work a:名 b:名 d:day"),
        ("{d}，{w}接待{a}参观者，不含团体预约的{b}。", "{w}{d}散客{a}，团体预约{b}。"),
        (
            Ask("b", ("{w}团体预约多少人", "{d}{w}的团体预约有多少名")),
            Ask("a", ("{w}{d}不算团体有多少参观者", "{d}{w}接待了多少散客")),
        ),
    ),
)
