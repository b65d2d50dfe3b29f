"""Questions over several figures of which the words around them tell what they are: lists, headings, whole articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qa.figures.several.asking import several_asked
from qa.figures.several.things import things_asked
from qa.question.question import parse_question
from tests.qa.support import ENCODER, index_of
from tests.support import counting_qa, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from embeddings import Index
    from qa.engine import QA

CORPUS = {
    "court.txt": page(
        "苇原县人民法院2023年工作报告",
        "全年审结各类案件6120件。",
        "四个派出法庭中，湖口法庭收案1412件，石堰法庭收案905件，双柏法庭收案1187件，西渚法庭收案633件。",
    ),
    "buses.txt": page(
        "苇原公交一年运送七千万人",
        "2023年，公交集团运营线路64条。",
        "分线路看，3路客运量512万人次，8路447万人次，15路698万人次，快线K1路603万人次。",
    ),
    "grain-2022.txt": page("棠浦县2022年农业简况", "秋收面积21万亩，晚稻总产6.3万吨，大豆总产1.8万吨。"),
    "grain-2023.txt": page("棠浦县2023年农业简况", "晚稻总产7.1万吨，大豆总产1.5万吨，机收率96.4%。"),
    "trade.txt": page(
        "2023年棠浦外贸运行",
        "从市场看，对北洋国进出口31.5亿元，增长6.2%；对南屿国18.4亿元，增长11.7%；对中澜国9.6亿元，下降15.3%。",
    ),
    "gates.txt": page(
        "2023年澄溪各收费站出口车流量（单位：万辆次）",
        "| 收费站 | 2022年 | 2023年 |\n| --- | --- | --- |\n"
        "| 澄溪北 | 88.1 | 91.4 |\n| 云梯岭 | 40.2 | 36.9 |\n| 渡口 | 73.5 | 79.8 |",
    ),
    "months.txt": page(
        "澄溪市2023年用水量月度表（单位：万吨）",
        "| 月份 | 供水总量 | 工业用水 |\n| --- | --- | --- |\n"
        "| 1月 | 812 | 301 |\n| 2月 | 694 | 222 |\n| 3月 | 775 | 288 |",
    ),
    "signed.txt": page(
        "苇原市晒出2023年招商成绩单",
        "2023年，苇原全市签约重点项目198个。其中苇原经开区以54个领跑，湖口区签约41个，双柏区33个，石堰县和西渚县分别为38个、32个。",
    ),
    "solar.txt": page(
        "苇原各园区光伏一览",
        "截至2023年底，四个园区光伏装机合计190兆瓦。按园区分，远岫纺织园61.5兆瓦，苇塘机电园72.4兆瓦，渡头物流园33.1兆瓦，湖口食品园23兆瓦。",
    ),
    "water-2022.txt": page("渡头工业园2022年度环境公报", "2022年，园区工业取水量412万立方米，优良天数301天。"),
    "water-2023.txt": page(
        "渡头工业园2023年度环境公报",
        "2023年，园区工业取水量降至395万立方米。按照方案，2024年工业取水量要控制在380万立方米以内。",
    ),
    "value.txt": page(
        "渡头工业园统计简报",
        "2022年规模以上工业增加值31.2亿元。",
        "2023年规模以上工业增加值突破34亿元大关，达34.6亿元。",
    ),
    "port.txt": page(
        "2023年苇原港分季度生产情况",
        "全年集装箱吞吐量91万标箱。其中，一季度完成20万标箱，二季度24万标箱，三季度受大风停工影响为21万标箱，四季度冲高至26万标箱。",
    ),
    "tax.txt": page(
        "苇原市税务局2023年入库税收情况",
        "全年入库情况如下：东苇分局6.8亿元，服务纳税人1.3万户；西苇分局4.1亿元，服务纳税人8700户；北苇分局9600万元，服务纳税人2100户。",
    ),
    "homes.txt": page(
        "苇原市住房市场简报",
        "2022年新建住房成交面积52万平方米，均价7200元。",
        "2023年新建住房成交面积47万平方米，均价6900元。",
    ),
    "nights.txt": page(
        "2023年苇原旅游",
        "分县区看，东苇区接待游客310万人次，西苇县接待186万人次。西苇县过夜游客44万人次，比上年多3万人次。",
    ),
    "parks.txt": page(
        "苇原市2023年园区运行表",
        "| 园区 | 营业收入（亿元） | 企业（家） |\n| --- | --- | --- |\n"
        "| 远渡物流园 | 18.2 | 61 |\n| 鹭湾物流园 | 9.7 | 40 |\n| 云汀保税中心 | 21.5 | 33 |\n"
        "| 北苇冷链园 | 7.3 | 25 |",
    ),
    "patents.txt": page(
        "苇原企业专利榜", "截至2023年底，六合一纳米拥有有效专利820件，远岫药业560件，苇塘电气310件，渡头热控205件。"
    ),
    "cases.txt": page(
        "苇原市两级法院2023年收结案情况", "苇原县法院受理案件8120件，审结7904件；湖口县法院受理6230件，审结6051件。"
    ),
    "meals.txt": page(
        "幸福食堂两年简报", "2022年，幸福食堂供餐82万份。", "2023年，幸福食堂供餐突破百万，达到104万份。"
    ),
    "calls.txt": page(
        "苇原县热线简报（2023年6月）",
        "6月，全县受理诉求4310件。",
        "按承办单位分，县城管局1206件、县住建局874件、县交通局519件。",
    ),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with index_of(tmp_path_factory.mktemp("by_words"), CORPUS) as opened:
        yield opened


@pytest.fixture(scope="module")
def asked(index: Index) -> QA:
    return counting_qa(index, ENCODER)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("2023年苇原县四个派出法庭里，收案数量最少的是哪个？", ("西渚法庭",)),
        ("2023年3路、8路、15路哪条客运量最大？", ("15路",)),
        ("棠浦县晚稻总产2023年比2022年多了多少？", ("0.8万吨",)),
        ("2023年棠浦对北洋国、南屿国、中澜国的进出口，哪个增长最快？", ("南屿国",)),
        ("2023年出口车流量最小的收费站是澄溪的哪个？", ("云梯岭",)),
        ("澄溪市2023年哪个月工业用水最少？", ("2023年2月",)),
        ("2023年签约重点项目超过35个的有哪些地方？", ("苇原经开区", "湖口区", "石堰县")),
        ("石堰县和西渚县2023年签约的重点项目加一块儿是几个？", ("70个",)),
        ("苇原光伏装机第二多的园区是哪个？", ("远岫纺织园",)),
        ("渡头工业园工业取水量最少的年份是？", ("2023年",)),
        ("渡头工业园2022、2023年规模以上工业增加值各是多少？", ("2022年31.2亿元", "2023年34.6亿元")),
        ("渡头工业园规模以上工业增加值2023年比2022年多多少？", ("3.4亿元",)),
        ("2023年苇原港哪个季度集装箱吞吐量最少？", ("2023年一季度",)),
        ("苇原县法院审结的案件比湖口县法院多几件？", ("1853件",)),
        ("幸福食堂供餐2023年比2022年多多少？", ("22万份",)),
        ("幸福食堂2022、2023各年供餐分别是多少？", ("2022年82万份", "2023年104万份")),
        ("东苇分局2023年入库税收比西苇分局多多少？", ("2.7亿元",)),
        ("新建住房成交面积2023年比2022年少多少？", ("5万平方米",)),
        ("2023年营业收入超过15亿元的园区有哪些？", ("云汀保税中心", "远渡物流园")),
        ("2023年6月，县城管局承办的诉求比县住建局多几件？", ("332件",)),
    ],
)
def test_what_stands_in_a_list_or_under_a_heading_is_compared(
    asked: QA, question: str, wanted: tuple[str, ...]
) -> None:
    answer = asked.ask(question)
    assert answer.worked_out is not None, answer.reason
    assert answer.worked_out.results == wanted


@pytest.mark.parametrize(
    "question",
    [
        "东苇区和西苇县2023年过夜游客哪个多？",
        "棠浦县早稻总产2023年比2022年多了多少？",
        "棠浦县晚稻总产2023年比2021年多了多少？",
        "2023年棠浦对北洋国、南屿国的出口额一共多少？",
        "2023年湖口法庭结案比石堰法庭多多少？",
        "苇原县2023年6月受理的诉求比5月多多少件？",
        "2023年哪些收费站的出口车流量比2022年减少了？",
        "2023年澄溪市工业用水哪个区最多？",
    ],
)
def test_nothing_is_worked_out_of_another_measure_time_or_place(asked: QA, question: str) -> None:
    answer = asked.ask(question)
    assert answer.text is None, answer.worked_out or answer.text
    assert answer.reason is not None


def test_a_list_is_compared_whole_or_not_at_all(asked: QA) -> None:
    worked = asked.ask("有效专利超过300件的是哪几家企业？").worked_out
    assert worked is not None
    assert set(worked.results) == {"六合一纳米", "远岫药业", "苇塘电气"}


def test_one_text_that_gives_several_does_not_disagree_with_itself(tmp_path: Path) -> None:
    corpus = {
        "2022.txt": page("东渠区2022年小结", "2022年，东渠区引进项目41个。"),
        "2023.txt": page(
            "东渠区2023年小结", "2023年，东渠区医药板块引进项目17个，食品板块引进项目23个，机械板块引进项目9个。"
        ),
    }
    with index_of(tmp_path, corpus) as opened:
        answer = counting_qa(opened, ENCODER).ask("东渠区2023年引进项目比2022年多多少个？")
    assert answer.text is None
    assert answer.reason is not None
    assert "说法不一" not in answer.reason.zh
    assert "agree" not in answer.reason.en


def test_a_fall_is_less_than_any_rise(asked: QA) -> None:
    answer = asked.ask("2023年棠浦对北洋国、南屿国、中澜国的进出口，哪个增长最慢？")
    assert answer.worked_out is not None
    assert answer.worked_out.results == ("中澜国",)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("地铁2号线客流比5号线多多少?", ("2号线", "5号线")),
        ("今年秋粮比夏粮多收多少?", ("秋粮", "夏粮")),
        ("全市各项存款余额比各项贷款余额多多少?", ("各项存款余额", "各项贷款余额")),
        ("国庆假期接待的游客比五一多多少?", ("国庆", "五一")),
        ("2023年产值比上年多多少?", ()),
    ],
)
def test_the_two_sides_of_a_comparison(question: str, wanted: tuple[str, ...]) -> None:
    parsed = parse_question(question)
    several = several_asked(parsed)
    assert several is not None
    assert things_asked(parsed, several, ()) == wanted


@pytest.mark.parametrize(
    "question", ["谁是这场比赛的最大赢家?", "哪座山最高?", "第八大道经过哪些地方?", "加盟后的转会费,共多少?"]
)
def test_what_asks_of_no_figures_is_not_over_several(question: str) -> None:
    assert several_asked(parse_question(question)) is None


@pytest.mark.parametrize(
    "question", ["2023年甲、乙、丙三条线哪条客运量最大?", "2023年谁的产值最高?", "用水量第二多的镇是哪个?"]
)
def test_what_asks_of_figures_in_looser_words_is(question: str) -> None:
    several = several_asked(parse_question(question))
    assert several is not None
    assert several.operation == "extreme"


@pytest.mark.parametrize(
    "question", ["2023年哪几个镇的用水量比上年下降?", "比上年下降的是哪些镇?", "哪些厂的产量同比减少?"]
)
def test_which_rose_or_fell_is_not_which_there_are(tmp_path: Path, question: str) -> None:
    text = page("各镇2023年用水量", "2023年，东镇用水量31万吨，西镇用水量28万吨，南镇用水量40万吨。")
    with index_of(tmp_path, {"water.txt": text}) as opened:
        answer = counting_qa(opened, ENCODER).ask(question)
    assert answer.text is None
