"""Invented words for the slots of `benchmarks/made_shapes.py`, and between which numbers their figures lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST = ("霁", "砚", "棠", "沅", "岫", "翎", "溧", "榆", "鹭", "濛", "峤", "蔺", "枫", "浔", "珞", "芷", "嵇", "栎")
_SECOND = ("原", "浦", "湾", "坪", "桥", "泉", "峡", "渡", "屏", "洲", "墅", "郊", "堰", "垣", "浦", "嘉", "宁", "昌")
_FAMILY = tuple("赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹喻柏窦章苏潘葛范彭鲁韦马方")
_GIVEN = tuple("伟敏静磊洁军勇艳杰娟涛明超霞平刚桂英华玉兰强辉丽宁峰颖晨楠旭哲瑶")

WORDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "here": (("",),),
    "place": (_FIRST, _SECOND, ("市", "县", "区", "镇", "乡")),
    "city": (_FIRST, _SECOND),
    "zone": (("经开区", "高新区", "新区", "保税区", "自贸片区", "工业园区", "科教城", "物流园"),),
    "village": (_FIRST, _SECOND, ("村", "社区")),
    "street": (_FIRST, _SECOND, ("街道", "路")),
    "person": (_FAMILY, _GIVEN, _GIVEN),
    "firm": (
        _FIRST,
        _SECOND,
        ("重工", "纺织", "制药", "食品", "环保", "光学", "电机", "航运"),
        ("集团", "公司", "厂", ""),
    ),
    "work": (
        _FIRST,
        _SECOND,
        ("水库", "隧道", "博物馆", "体育场", "变电站", "灯塔", "纪念馆", "植物园", "船闸", "渡槽"),
    ),
    "year": (tuple(str(year) for year in range(1996, 2025)), ("年",)),
    "month": (tuple(str(month) for month in range(1, 13)), ("月",)),
    "day": (tuple(str(month) for month in range(1, 13)), ("月",), tuple(str(day) for day in range(1, 29)), ("日",)),
    "crop": (("水稻", "油菜", "莲藕", "花生", "棉花", "甘蔗", "枇杷", "茭白", "板栗", "食用菌"),),
    "goods": (
        ("轴承", "陶瓷", "家具", "雨伞", "电缆", "玩具", "轮胎", "钟表", "乐器", "眼镜"),
        ("出口", "产值", "销售额"),
    ),
    "body": (("水务局", "档案局", "气象局", "文物局", "粮食局", "林业局", "公路局", "渔业局"),),
    "deed": (
        ("落实", "完善", "清理", "公开", "检查", "登记", "更新", "核对", "修缮", "简化"),
        ("值班", "台账", "管网", "账目", "消防", "合同", "档案", "用水", "排污", "采购"),
        ("制度", "情况", "办法", "手续", "标准", "设施", "目录", "记录"),
    ),
    "reason": (
        ("连日大雨", "设备检修", "河水上涨", "线路老化", "资金不足", "运输受阻", "台风逼近", "原料涨价", "地基下沉"),
        ("和人手短缺", "且备件未到", "，施工无法进行", "，安全没有保障", ""),
    ),
    "aim": (
        ("减少", "缩短", "降低", "改善", "保障"),
        ("居民", "学生", "货车", "渔民", "游客", "老人"),
        ("的等候时间", "的出行费用", "的用水安全", "的就医条件", "的往返次数"),
    ),
    "term": (("蓄水", "通航", "共管", "轮作", "错峰", "代储", "联防", "公示"), ("期", "户", "证", "金", "点", "制")),
    "meaning": (
        ("由主管部门", "由两个以上的单位", "由村民会议", "由承运人"),
        ("按规定程序", "在每年汛期以前", "依照合同", "经公开征求意见后"),
        ("确定的", "共同设立的", "批准的", "登记的"),
        ("保护时段", "经营单位", "补贴资格", "管理方式", "专用账户"),
    ),
    "grade": (("一等奖", "二等奖", "三等奖", "优秀奖", "特别奖"),),
    "span_of_time": (("一个月", "两个月", "三个月", "十五日", "三十日", "六个月", "一年", "两年"),),
}
"""Kinds of slots: one word of each part, side by side. Any other kind of slot is a unit with a number before it."""

COUNTED = frozenset(("人", "户", "家", "个", "岁", "名", "件", "年", "分"))
"""Units of which there are whole ones only."""
LIMITS: Mapping[str, tuple[float, float]] = {
    "岁": (18, 80),
    "年": (2, 9),
    "%": (0.3, 95),
    "个百分点": (0.2, 30),
    "分": (60, 99),
}
"""Between which numbers a unit's figures lie; others from 2 to 9,000."""
