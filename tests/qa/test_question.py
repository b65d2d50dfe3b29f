from __future__ import annotations

import pytest

from chinese.language import language_of
from qa.english.lexicon import Lexicon
from qa.question.kinds import Asked
from qa.question.question import QuestionError, check_question, parse_question, read_as


def _terms(question: str) -> list[str]:
    return [term.text for term in parse_question(question).terms]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("沈阳经开区2023年引进了多少个项目?", "quantity"),
        ("展会有几家企业参展?", "quantity"),
        ("几家企业参展?", "quantity"),
        ("总投资是多少?", "money"),
        ("园区投入了多少钱?", "money"),
        ("申请到了多少扶持资金?", "money"),
        ("年增长率是多少?", "share"),
        ("企业占比是多少?", "share"),
        ("营收增长了多少?", "share"),
        ("给多少家企业授信?", "quantity"),
        ("县委书记是谁?", "person"),
        ("哪位专家获聘?", "person"),
        ("项目计划什么时候投入运营?", "date"),
        ("项目是哪一年开工的?", "date"),
        ("办理时间缩短到了几天?", "duration"),
        ("审批要多久?", "duration"),
        ("这座楼有多高?", "length"),
        ("铁路长多少公里?", "length"),
        ("园区面积有多大?", "area"),
        ("盘活了多少亩闲置用地?", "area"),
        ("展会在哪里举行?", "place"),
        ("哪家企业成功登陆创业板?", "organisation"),
        ("项目由什么公司承建?", "organisation"),
        ("钱包落在轮渡上了打哪个电话?", "quantity"),
        ("想投诉食堂该拨什么号码?", "quantity"),
        ("去年林州的外资投资跌了多少?", "quantity"),
        ("船票涨了多少钱?", "money"),
        ("五大特色街区分别是哪些?", "list"),
        ("公司重点研发什么?", "name"),
        ("介绍一下这个园区", "text"),
        ("How many projects did Shenyang attract in 2023?", "quantity"),
        ("What is the population of Shenhe District?", "quantity"),
        ("How much was invested in the line?", "money"),
        ("What percentage of the budget went to schools?", "share"),
        ("How long did the approval take?", "duration"),
        ("How tall is the tower?", "length"),
        ("How many mu of land has the park revitalised?", "area"),
        ("When will the project open?", "date"),
        ("Who is the party secretary?", "person"),
        ("Where is the exhibition held?", "place"),
        ("Which company listed on the ChiNext board?", "organisation"),
        ("What are the two goals?", "list"),
        ("What does the company develop?", "name"),
        ("Tell me about the park", "text"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(question: str, asked: Asked) -> None:
    assert parse_question(question).asked == asked


@pytest.mark.parametrize(
    ("question", "verb", "unit", "noun"),
    [
        ("沈阳经开区2023年引进了多少个项目?", "沈阳经开区2023年引进", "个", "项目"),
        ("盘活了多少亩闲置用地?", "盘活", "亩", "闲置用地"),
        ("办理时间缩短到了几天?", "办理时间缩短", "天", ""),
        ("在2023年,引进了多少个项目呢?", "引进", "个", "项目"),
        ("市中区汇聚了多少条政务数据?", "市中区汇聚", "条", "政务数据"),
        ("公司重点研发什么?", "公司重点研发", "", ""),
        ("园区引进多少项目?", "园区引进", "", "项目"),
        ("书楼藏旧籍多少帙?", "书楼藏旧籍", "帙", ""),
        ("增加了多少名额?", "增加", "", "名额"),
        ("介绍一下这个园区", "", "", ""),
    ],
)
def test_the_words_around_the_question_word_are_told_apart(question: str, verb: str, unit: str, noun: str) -> None:
    parsed = parse_question(question)

    assert (parsed.verb, parsed.unit, parsed.noun) == (verb, unit, noun)


@pytest.mark.parametrize(
    ("question", "unit", "noun"),
    [
        ("How many projects did Shenyang attract in 2023?", "", "projects"),
        ("How many farm advice commissioners does Shenhe have?", "", "commissioners"),
        ("How many mu of idle land has the park revitalised?", "亩", ""),
        ("What is the population of Shenhe District?", "", "population"),
    ],
)
def test_an_english_question_names_a_unit_or_what_is_counted(question: str, unit: str, noun: str) -> None:
    parsed = parse_question(question)

    assert (parsed.unit, parsed.noun) == (unit, noun)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("沈阳经开区2023年引进了多少个项目?", ("2023",)),
        ("2022年和2024年各有多少家?", ("2022", "2024")),
        ("2023年比2023年初多多少?", ("2023",)),
        ("智慧乡村2025示范园有几个?", ()),
        ("授信2023万元的有几家?", ()),
        ("How many projects did Shenyang attract in 2023?", ("2023",)),
        ("Were there 2023.5 tonnes?", ()),
    ],
)
def test_years_are_told_from_other_figures(question: str, years: tuple[str, ...]) -> None:
    assert parse_question(question).years == years


def test_what_stands_in_quotation_marks_is_kept_in_simplified_characters() -> None:
    assert parse_question("“兴农贷”和《奖励办法》是什么?").quoted == ("兴农贷", "奖励办法")
    assert parse_question("「零跑腿」理念是什麼?").quoted == ("零跑腿",)


def test_places_in_a_row_are_kept() -> None:
    assert parse_question("第三批试点和第12届展会有多少个县参加?").ordinals == ("第三批", "第12届")
    assert parse_question("有多少个县参加?").ordinals == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("哪两家企业获评绿色工厂?", 2),
        ("五大特色街区分别是哪些?", 5),
        ("“两大目标”是什么?", 2),
        ("哪家企业获评绿色工厂?", 0),
        ("Which three companies were named?", 3),
        ("What are the five teams?", 5),
        ("Which company was named?", 0),
    ],
)
def test_how_many_answers_are_expected_is_read_from_the_question(question: str, expected: int) -> None:
    assert parse_question(question).expected == expected


def test_terms_leave_out_the_question_words_and_words_that_say_nothing() -> None:
    assert _terms("沈阳高新区2021年引进了多少个项目?") == ["沈阳", "高新区", "2021", "引进", "项目"]


def test_names_and_figures_are_marked_as_such() -> None:
    kinds = {term.text: term.kind for term in parse_question("沈阳高新区2021年的GDP是多少?").terms}

    assert kinds == {"沈阳": "name", "高新区": "word", "2021": "number", "gdp": "name"}


def test_a_traditional_question_is_the_same_question() -> None:
    traditional = parse_question("瀋陽經開區2023年新招聘了多少名大專以上農業人才?")
    simplified = parse_question("沈阳经开区2023年新招聘了多少名大专以上农业人才?")

    assert traditional.terms == simplified.terms
    assert traditional.folded == simplified.text
    assert (traditional.asked, traditional.unit, traditional.noun, traditional.years) == (
        "quantity",
        "名",
        "大专以上农业人才",
        ("2023",),
    )


def test_full_width_letters_figures_and_marks_are_the_same_question() -> None:
    wide = parse_question("沈阳经开区２０２３年的ＧＤＰ是多少？")
    narrow = parse_question("沈阳经开区2023年的GDP是多少?")

    assert wide.terms == narrow.terms
    assert (wide.folded, wide.years) == (narrow.folded, ("2023",))


def test_a_full_width_english_question_is_the_same_question() -> None:
    wide = parse_question("Ｈｏｗ　ｍａｎｙ　ｐｒｏｊｅｃｔｓ　ｉｎ　２０２３？")
    narrow = parse_question("How many projects in 2023?")

    assert (wide.language, wide.asked, wide.terms) == (narrow.language, narrow.asked, narrow.terms)


@pytest.mark.parametrize("question", ["是什么?", "的了吗?", "What is it?", "请问这个是多少?"])
def test_a_question_of_nothing_but_stop_words_has_no_terms(question: str) -> None:
    assert parse_question(question).terms == ()


def test_an_english_word_stands_for_itself_and_for_its_chinese_words() -> None:
    lexicon = Lexicon.for_vocabulary(["项目", "沈阳", "沈阳市"])
    projects, shenyang, flown, year = parse_question("How many projects has Shenyang flown in 2023?", lexicon).terms

    assert (projects.text, projects.kind, projects.alternatives) == (
        "projects",
        "word",
        (("projects", 1.0), ("项目", projects.alternatives[1][1])),
    )
    assert (shenyang.text, shenyang.kind) == ("shenyang", "name")
    assert shenyang.alternatives == (("shenyang", 1.0), ("沈阳", 1.0), ("沈阳市", 1.0))
    assert (flown.text, flown.kind, flown.alternatives) == ("flown", "gap", (("flown", 1.0),))
    assert (year.text, year.kind) == ("2023", "number")


def test_an_english_ordinal_is_also_a_chinese_numeral() -> None:
    plan = parse_question("What did the 14th plan say?").terms[0]

    assert plan.alternatives == (("14", 1.0), ("十四", 1.0))


def test_chinese_words_inside_an_english_question_are_terms() -> None:
    question = "How much did the Dawn (晨光) park cost?"

    assert _terms(question) == ["dawn", "park", "cost", "晨光"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("沈阳有多少个项目?", "zh"),
        ("沈阳的GDP是多少?", "zh"),
        ("瀋陽有多少個項目?", "zh"),
        ("How many projects are there?", "en"),
        ("How much was invested in the Dawn (晨光) park?", "en"),
        ("2023?", "zh"),
        ("Who is the chairman of 青云新材料有限公司?", "en"),
        ("GDP of 青云市 in 2021 是多少?", "zh"),
    ],
)
def test_the_language_is_told_by_its_words(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        (" \t\n　", "empty"),
        ("？！……", "no words: '？！……'"),
        ("___", "no words"),
        ("问" * 1001, "1001 characters, at most 1000"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(text: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message) as raised:
        check_question(text)
    assert isinstance(raised.value, ValueError)


def test_blanks_around_a_question_are_dropped_and_do_not_count() -> None:
    assert check_question("  多少?\n") == "多少?"
    assert check_question(f" {'问' * 1000} ") == "问" * 1000


@pytest.mark.parametrize(
    ("question", "ordinals"),
    [
        ("第三批有几家?", ("第三批",)),
        ("白鹭河五路投入了多少钱?", ("五路",)),
        ("5月17日签约了多少个项目?", ("5月17日",)),
        ("一期投资多少?", ("一期",)),
        ("“十四五”期间引进了多少人?", ()),
        ("十四五期间引进了多少人?", ()),
        ("一路走来有多少人?", ()),
    ],
)
def test_which_of_a_row_is_meant_is_read(question: str, ordinals: tuple[str, ...]) -> None:
    assert parse_question(question).ordinals == ordinals


@pytest.mark.parametrize(("question", "name"), [("辉瑞投资多少?", "辉瑞"), ("天心区有几家企业?", "天心区")])
def test_a_word_that_is_nothing_but_a_name_is_one(question: str, name: str) -> None:
    assert [term.text for term in parse_question(question).terms if term.kind == "name"] == [name]


def test_a_question_that_is_no_text_is_refused() -> None:
    with pytest.raises(QuestionError, match="UTF-8"):
        check_question("项目\udcff")


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("沈阳有几个区?", "quantity"),
        ("2023年云溪县新增就业人数", "quantity"),
        ("云溪县2023年引进项目的数量", "quantity"),
        ("云溪县2023年引进项目的数量是?", "quantity"),
        ("请问云溪县常住人口是多少", "quantity"),
        ("云溪县常住人口?", "quantity"),
        ("列出云溪县的十大工程", "list"),
        ("请列举获奖的三家企业", "list"),
        ("311个项目是哪一年引进的?", "date"),
        ("该项目由哪个单位负责施工?", "organisation"),
        ("施工单位是哪家", "organisation"),
        ("云溪县是否通了高铁?", "text"),
        ("云溪县通高铁了吗", "text"),
        ("云溪县能告诉我总投资是多少吗", "money"),
        ("云溪县高铁站为什么推迟开工?", "text"),
        ("这个项目为何停工", "text"),
        ("怎么办理居住证?", "text"),
        ("如何申请创业贷款", "text"),
        ("云溪大桥全长多少米?", "length"),
        ("云溪大桥有多长", "length"),
        ("云溪大桥的长度是", "length"),
        ("项目的总投资", "money"),
        ("项目总投资是?", "money"),
        ("县委书记是?", "person"),
        ("云溪县县委书记叫什么名字", "person"),
        ("撞了护栏的司机叫什么", "person"),
        ("那个小女孩到底叫什么名字", "person"),
        ("负责人的名字是什么", "person"),
        ("会长单位叫什么", "name"),
        ("家长学校叫什么名字", "name"),
        ("转让股份占多大比例", "share"),
        ("合作社一年营业额有多少", "money"),
        ("云溪县有多少个名额", "quantity"),
        ("展会的举办地点", "place"),
        ("展会在哪举办?", "place"),
        ("展会在哪个城市举办", "place"),
        ("机场位于哪", "place"),
        ("公园占地面积", "area"),
        ("公园占地多少亩", "area"),
        ("图书馆的开馆时间", "date"),
        ("图书馆开馆时间是什么时候?", "date"),
        ("图书馆何年建成", "date"),
        ("大桥于哪年哪月通车", "date"),
        ("产品合格率达到多少", "share"),
        ("农产品合格率", "share"),
        ("税率是多少?", "quantity"),
        ("青年就业占全部就业的比例是多少", "share"),
        ("工业增加值增速", "share"),
        ("工业增加值同比增长多少", "share"),
        ("粮食产量", "quantity"),
        ("粮食总产量达到多少吨", "quantity"),
        ("亩产多少公斤", "quantity"),
        ("比赛第几名", "ordinal"),
        ("云溪县在全省排名第几", "ordinal"),
        ("咨询电话是多少", "quantity"),
        ("咨询电话", "quantity"),
        ("有哪些部门参与", "organisation"),
        ("分别有哪些景点", "list"),
        ("景区门票多少钱", "money"),
        ("景区门票价格", "money"),
        ("平均工资是多少", "money"),
        ("办理时间从几天缩短到几天", "duration"),
        ("工期", "duration"),
        ("审批时限是多少个工作日", "duration"),
        ("任期几年", "duration"),
        ("他活了多少岁", "duration"),
        ("公司主要生产什么", "name"),
        ("公司叫什么", "name"),
        ("公司叫什么名字", "name"),
        ("该镇又称什么", "name"),
        ("该镇别名", "name"),
        ("什么是碳汇?", "name"),
        ("碳汇是指什么", "name"),
        ("碳汇是什么意思", "name"),
        ("近几年引进了多少人才", "quantity"),
        ("十几个项目中最大的是哪个", "name"),
        ("这几家企业分别是哪几家", "organisation"),
        ("哪所学校获奖", "organisation"),
        ("哪个学校获奖", "organisation"),
        ("冠军是谁", "person"),
        ("第一任校长是谁", "person"),
        ("哪个国家最先使用纸币", "place"),
        ("他出生于哪里", "place"),
        ("他出生在哪个朝代", "name"),
        ("他是哪里人", "place"),
        ("最大的湖是哪个", "name"),
        ("唐朝定都何处", "place"),
        ("他写了几本书", "quantity"),
        ("水的沸点是多少", "quantity"),
        ("该药分成几类", "quantity"),
        ("介绍一下云溪公园", "text"),
        ("云溪公园怎么样", "text"),
        ("建设目标是什么", "name"),
        ("2025年目标是多少家", "quantity"),
        ("引进了多少企业", "quantity"),
        ("共投资多少", "money"),
        ("投入资金多少", "money"),
        ("投资了多少个项目", "quantity"),
        ("授信多少家企业", "quantity"),
        ("贷款余额增长多少", "share"),
        ("大桥什么时候建的，花了多少钱", "date"),
        ("How many bridges were built?", "quantity"),
        ("List the five projects", "list"),
        ("Please list the winners", "list"),
        ("Name the three companies that won", "list"),
        ("The bridge opened in which year?", "date"),
        ("311 projects were attracted in which year?", "date"),
        ("Can you tell me how many people live in Yunxi?", "quantity"),
        ("Do you know when the bridge opened?", "date"),
        ("Is the bridge open?", "text"),
        ("Did the county build a bridge", "text"),
        ("Why was the bridge delayed?", "text"),
        ("How do I apply for a loan?", "text"),
        ("How did the company grow?", "text"),
        ("How much rice was harvested?", "quantity"),
        ("How much did the bridge cost?", "money"),
        ("How much was invested?", "money"),
        ("Number of projects in 2023", "quantity"),
        ("Total investment of the bridge?", "money"),
        ("What was the total investment in the bridge?", "money"),
        ("Which company has the highest revenue?", "organisation"),
        ("Which companies won the award?", "organisation"),
        ("What is the address of the museum?", "place"),
        ("In which city is the museum located?", "place"),
        ("Who built the bridge?", "person"),
        ("What is the bridge called?", "name"),
        ("What is the population?", "quantity"),
        ("How old is the temple?", "duration"),
        ("How much time does approval take?", "duration"),
        ("How far is the airport from town?", "length"),
        ("What is the growth rate of output?", "share"),
        ("By how much did output grow?", "share"),
        ("How much did output grow?", "share"),
        ("What is the way in which integers are expressed?", "name"),
        ("Which products does it make?", "list"),
        ("What is the credit product called?", "name"),
        ("What is the name of the mayor?", "person"),
        ("Which district has the most companies?", "place"),
        ("What year was it founded?", "date"),
        ("請問雲溪縣有多少人口?", "quantity"),
        ("雲溪縣哪一間公司上市?", "organisation"),
        ("發生了甚麼事?", "name"),
        ("大橋於何年通車?", "date"),
        ("縣長是哪位?", "person"),
        ("哪幾個鄉鎮受災?", "list"),
        ("為甚麼停工?", "text"),
        ("三木组阁后发生了什么丑闻?", "name"),
        ("红蓝按一定比例混合会得到什么颜色?", "name"),
        ("他在哪部剧里演过?", "name"),
        ("加入该党的人大多为?", "name"),
        ("带馅的包子称之为?", "name"),
        ("一个是认知,另一个概念?", "name"),
        ("他居何职?", "name"),
        ("遗迹名为什么?", "name"),
        ("宣告独立是于公元几年?", "date"),
        ("哪一个建筑师接手了工程?", "person"),
        ("哪个球员进球最多?", "person"),
        ("What satellite was used when the service was launched?", "name"),
        ("What are rotors mounted on?", "name"),
        ("What actor played the lead?", "person"),
    ],
)
def test_questions_of_many_forms_ask_for_what_a_reader_takes_them_to(question: str, asked: Asked) -> None:
    assert parse_question(question).asked == asked


@pytest.mark.parametrize(
    ("question", "many"),
    [
        ("哪些企业获评绿色工厂?", True),
        ("列出三家企业", True),
        ("五大街区分别是什么?", True),
        ("哪家企业获评绿色工厂?", False),
        ("Which companies were named?", True),
        ("List the five projects", True),
        ("Which company was named?", False),
    ],
)
def test_a_question_for_all_of_several_is_told_from_one_for_one(question: str, many: bool) -> None:
    assert parse_question(question).many is many


def test_what_is_counted_is_known_without_a_question_word() -> None:
    assert parse_question("云溪县2023年引进项目的数量").noun == "项目"


def test_how_many_are_to_be_listed_is_read() -> None:
    assert parse_question("请列举获奖的三家企业").expected == 3
    assert parse_question("List the five projects").expected == 5
    assert parse_question("Name the three companies that won").expected == 3


def test_an_english_question_is_read_with_chinese_words_of_the_passages_beside_its_own() -> None:
    lexicon = Lexicon.for_vocabulary(["项目", "计划", "港口"])
    passages = ["东港新建港口项目。", "项目很多。"]

    asked = read_as(parse_question("Which port project was it?", lexicon), passages)
    assert asked == "Which port 港口 project 项目 was it?"
    assert read_as(parse_question("Which port was it?", lexicon), ["别的。"]) == "Which port was it?"
    assert read_as(parse_question("Which port was it?"), passages) == "Which port was it?"
    assert read_as(parse_question("GDP是多少?"), ["生产总值"]) == "生产总值是多少?"
    assert read_as(parse_question("GDP是多少?"), ["产值"]) == "GDP是多少?"


@pytest.mark.parametrize(
    ("question", "passage", "asked"),
    [
        ("规模以上企业有多少家?", "规上企业47家。", "规上企业有多少家?"),
        ("规上企业有多少家?", "规模以上企业47家。", "规模以上企业有多少家?"),
        ("规上企业有多少家?", "规上企业和规模以上企业", "规上企业有多少家?"),
        ("仅限上海的企业有多少家?", "限额以上企业", "仅限上海的企业有多少家?"),
    ],
)
def test_the_reader_is_asked_for_firms_above_scale_as_the_passages_call_them(
    question: str, passage: str, asked: str
) -> None:
    assert read_as(parse_question(question), [passage]) == asked


@pytest.mark.parametrize("question", ["云溪县规上企业有多少家?", "云溪县规模以上企业有多少家?"])
def test_firms_above_scale_are_looked_for_under_both_names(question: str) -> None:
    assert dict(next(term for term in parse_question(question).terms if "规" in term.text).alternatives) == {
        "规上": 1.0,
        "规模": 1.0,
    }


@pytest.mark.parametrize(
    ("question", "asked", "unit"),
    [
        ("阅览室几点开门?", "date", "几点起"),
        ("阅览室周末几点闭馆?", "date", "几点止"),
        ("阅览室从几点到几点开放?", "date", "几点"),
        ("What time does the reading room close?", "date", "几点止"),
        ("灯会在农历几月几日举行?", "date", "农历"),
        ("水塔是哪年哪月拆除的?", "date", "哪年哪月"),
        ("水塔是哪年拆除的?", "date", ""),
        ("水塔几月拆除?", "date", ""),
        ("这份通知的文号是什么?", "quantity", "文号"),
        ("苗圃的联系电话是多少?", "quantity", "号码"),
        ("苗圃的邮编?", "quantity", "号码"),
        ("What is the phone number of the nursery?", "quantity", "号码"),
        ("猪肉价格比上月变化多少?", "share", "变化"),
        ("苹果产量的变动幅度是多少?", "share", "变化"),
        ("苹果产量增长了多少?", "share", ""),
        ("补办一张卡收费多少?", "money", "收费"),
        ("出口了多少万美元?", "money", "美元"),
        ("修了多少万平方米厂房?", "area", "平方米"),
        ("违者处多少罚款?", "money", ""),
        ("石坪镇 2019 在建项目数", "quantity", ""),
        ("石坪镇学位数是多少?", "quantity", ""),
    ],
)
def test_what_a_figure_is_asked_for_as_is_read(question: str, asked: Asked, unit: str) -> None:
    parsed = parse_question(question)

    assert (parsed.asked, parsed.unit) == (asked, unit)


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("石坪镇通公交车了吗?", "yes-no"),
        ("石坪镇是否通公交车?", "yes-no"),
        ("Has the bridge been opened?", "yes-no"),
        ("什么是瞪羚企业?", "definition"),
        ("瞪羚企业是什么?", "definition"),
        ("苗木站的主要职责是什么?", "clauses"),
        ("苗木站怎样防治虫害?", "means"),
        ("How does the station fight pests?", "means"),
        ("苗木站有多少人?", ""),
        ("你能告诉我苗木站有多少人吗?", ""),
    ],
)
def test_the_form_in_which_words_are_wanted_is_read(question: str, form: str) -> None:
    assert parse_question(question).form == form


def test_no_question_word_is_looked_for() -> None:
    assert sorted(_terms("阅览室几点开门?")) == ["开门", "阅览室"]
    assert _terms("灯会在农历几月几日举行?") == ["灯会", "举行"]
    assert _terms("是否有直达车?") == ["直达车"]


@pytest.mark.parametrize(
    ("question", "term", "also"),
    [
        ("石坪县GDP是多少?", "gdp", "地区生产总值"),
        ("石坪县国内生产总值是多少?", "国内生产总值", "生产总值"),
        ("石坪县人社局的电话是多少?", "人社局", "人力资源和社会保障局"),
        ("石坪园区管委会主任是谁?", "管委会", "管理委员会"),
        ("石坪县产量最高的是哪个镇?", "最高", "排名第一"),
        ("石坪镇在建项目数", "项目数", "项目"),
    ],
)
def test_a_word_is_found_by_those_that_say_the_same(question: str, term: str, also: str) -> None:
    found = {item.text: dict(item.alternatives) for item in parse_question(question).terms}

    assert found[term][also] > 0.5


def test_a_word_that_may_only_stand_for_another_does_not_replace_it() -> None:
    assert read_as(parse_question("石坪县产量最高的镇?"), ["产量排名第一"]) == "石坪县产量最高的镇?"
    assert read_as(parse_question("石坪县住建局局长?"), ["住房和城乡建设局局长"]) == "石坪县住房和城乡建设局局长?"


@pytest.mark.parametrize("words", ["GDP", "gross domestic product", "regional GDP"])
def test_english_words_that_documents_have_their_own_word_for_are_one_term(words: str) -> None:
    lexicon = Lexicon.for_vocabulary(["生产总值", "石坪"])
    terms = {term.text: dict(term.alternatives) for term in parse_question(f"What was the {words}?", lexicon).terms}

    assert terms[words.lower()]["生产总值"] == 0.9
    assert parse_question(f"What was the {words}?", lexicon).asked == "money"


@pytest.mark.parametrize(
    ("place", "terms", "name"),
    [
        ("Shiping County", ["shiping"], "石坪县"),
        ("Shiping Town", ["shiping"], "石坪镇"),
        ("Shiping Industrial Park", ["shiping", "industrial park"], "石坪工业园区"),
        ("Shiping High-tech Zone", ["shiping", "high-tech zone"], "石坪高新区"),
    ],
)
def test_what_follows_a_place_in_english_belongs_to_its_name(place: str, terms: list[str], name: str) -> None:
    lexicon = Lexicon.for_vocabulary(["石坪", "企业"])
    found = {term.text: dict(term.alternatives) for term in parse_question(f"Who leads {place}?", lexicon).terms}

    assert [text for text in found if text != "leads"] == terms
    assert found["shiping"][name] == 1.0


@pytest.mark.parametrize(
    "question",
    [
        "请问一下,麻烦您帮我查一下,石坪茶场的场长到底是谁呀,谢谢!",
        "您好,我想了解一下石坪茶场的场长究竟是谁呢?",
        "打扰一下,能不能帮我看看石坪茶场的场长是谁啊?非常感谢!",
        "麻烦问下石坪茶场的场长是谁",
    ],
)
def test_polite_words_are_no_terms(question: str) -> None:
    assert _terms(question) == _terms("石坪茶场的场长是谁?")


@pytest.mark.parametrize(
    "question",
    [
        "Hello, could you please tell me who runs the tea farm? Thank you very much!",
        "I'd like to know who runs the tea farm, please.",
        "Excuse me, do you know who runs the tea farm? Thanks.",
    ],
)
def test_polite_words_are_no_terms_in_english(question: str) -> None:
    parsed = parse_question(question)

    assert ([term.text for term in parsed.terms], parsed.asked) == (["runs", "tea", "farm"], "person")


def test_words_that_are_polite_elsewhere_stay() -> None:
    assert _terms("咨询电话是多少?") == ["咨询电话"]
    assert _terms("感谢信是谁写的?") == ["感谢信", "写"]
    assert _terms("搬迁带来什么麻烦") == ["搬迁", "带来", "麻烦"]
    assert parse_question("谢谢").text == "谢谢"


def test_the_number_of_a_document_must_stand_where_it_is_answered() -> None:
    found = parse_question("根据石政办函〔2019〕31号,每年植树多少棵?").terms[0]

    assert (found.text, found.kind) == ("石政办函〔2019〕31号", "number")


@pytest.mark.parametrize("asked", ["列出云溪县所有独角兽企业", "云溪县全部独角兽企业有哪些?", "列举云溪县的独角兽企业"])
def test_words_that_ask_for_all_are_not_looked_for(asked: str) -> None:
    terms = {term.text for term in parse_question(asked).terms}

    assert "独角兽" in terms
    assert not terms & {"列出", "列举", "所有", "全部"}
