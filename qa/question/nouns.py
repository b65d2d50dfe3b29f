"""Nouns by what they name, as parts of regular expressions: people, money, shares ...; Chinese ones are folded."""

from __future__ import annotations

PEOPLE = (
    "建筑师|设计师|工程师|科学家|作家|画家|艺术家|音乐家|政治家|企业家|思想家|专家|学者|教授|院士|导演|演员|歌手|作者"
    "|皇帝|帝王|国王|君主|总统"
    "|主席|总理|首相|将军|将领|球员|选手|运动员|教练|律师|医生|诗人|记者|领导人?|负责人|创始人|发明者|人物|人士|大臣"
    "|官员|书记|[市县区局镇院校会部厅处州省所站馆队]长"
    "|主任|董事长|总?经理|总裁|师傅|法人(?:代表)?|代表人|主编|冠军|亚军|妻子|丈夫|父亲|母亲|儿子|女儿|老师|学生"
)
ORGANISATIONS = (
    "企业|公司|单位|机构|部门|学校|银行|协会|大学|集团|医院|研究院|研究所|组织|法院|出版社|报社|电视台|俱乐部"
    "|委员会|基金会|商会|厂商|厂家|部委"
)
LAND = "城市|地方|地区|地点|省份?|市(?!场)|区(?![别分])|县|镇|村|乡|街道|国家|国(?!际)|州|洲|岛|海域|海岸"
MONEY = (
    "投资额?|金额|总额|资金|营收|收入|产值|利润|税收|纳税|价格|票价|门票|费用?|成本|造价|授信(?:额度)?|贷款|月?薪水?"
    "|工资|gdp|生产总值|增加值"
    "|预算|市值|注册资本|销售额|交易额|成交额|贸易额|进出口(?:总?额|总值)?|出口额|进口额|奖金|奖励金?|补助|补贴|经费"
    "|罚款|租金|房价|均价|单价|学费|资产|负债|债务|融资额?"
    # 营业额, 捐款额; not 名额, 份额, 超额.
    "|(?<![名份限超])额(?![度外头定])"
)
SHARES = (
    r"占比|比例|比重|比率|百分比|增速|成功率|[^效功频税利汇费倍速概]率"
    r"|[增降涨跌]幅|(?:涨跌|变动|变化|增长|下降|上涨|浮动|增减)幅度"
)
LENGTHS = "高度|长度|宽度|深度|厚度|全长|总长|里程|距离|海拔|身高|坝高|直径"
COUNTS = (
    "数量|总数|总量|个数|人数|家数|户数|件数|次数|篇数|数目|人口|产量|销量|客流量|吞吐量|发电量|装机容量|保有量"
    "|规模|储量|重量|体重"
    # 项目数, 床位数; not 指数, 参数, 多数.
    "|(?<![指参系函基分倍次级代奇偶少多对岁无])数"
)
CODES = (
    "文号|发文字号|发文号|文件号|索引号|电话(?:号码)?|热线|专线号|手机(?:号码?)?|传真|邮编|邮政编码|(?:股票|证券|基金|债券|信用|区划"
    "|机构|邮政|项目)代码|编号|账号|帐号|卡号|[照可份格]证号?码?|车牌号?|qq号?|微信号|号码"
)
"""What names by figures."""
BEGUN = (
    "成立|创立|创建|创办|开工|竣工|投产|投用|开业|开放|开馆|开幕|闭幕|出生|去世|逝世|发布|发行|上市|签约|启动|揭牌|通车"
    "|建成|完工|运营"
    "|举办|举行|召开|上映|播出|出版|落成|设立|开通|实施|施行|截止|发生|交付|颁布"
)

ENGLISH_PEOPLE = (
    r"actor|actress|author|writer|singer|player|quarterback|coach|scientist|architect|designer|engineer|president|king"
    r"|queen|emperor"
    r"|secretary|mayor|director|manager|founder|chairman|chairwoman|leader|person|man|woman|minister|general|pope"
    r"|artist|composer"
    r"|physicist|chemist|mathematician|professor|inventor|politician|expert"
)
ENGLISH_MONEY = (
    r"investments?|revenues?|turnover|output value|budgets?|costs?|fees?|price|funding|credit|profits?|income|salary"
    r"|salaries|gdp|gross (?:domestic|regional) product"
    r"|wages?|loans?|grants?|capital|expenditure|sales|subsid(?:y|ies)|taxes|market value|output"
)
ENGLISH_LAND = (
    r"city|cities|place|district|province|location|country|street|town|village|state|continent|region|county|island"
    r"|area|park"
)
ENGLISH_ORGANISATION = (
    r"(?:compan(?:y|ies)|enterprises?|firms?|organi[sz]ations?|institut(?:es?|ions?)|universit(?:y|ies)|banks?|bureaus?"
    r"|departments?"
    r"|agenc(?:y|ies)|corporations?|groups?|hospitals?|schools?|publishers?|clubs?|associations?)"
)
