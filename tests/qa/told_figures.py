"""A made-up corpus of zones and towns whose figures are told by hand, so that searching them can be tested alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.types import FigureFacts
from tests.support import page

if TYPE_CHECKING:
    from embeddings.types import Chunk, FigureMode


@dataclass(frozen=True, slots=True)
class Told:
    """A figure: the words of its sentence up to its end, of which the last are `text`, and what it says."""

    words: str
    text: str
    measure: str
    value: float
    unit: str
    whose: str = "青云高新区"
    period: str = "2023"
    mode: FigureMode = "result"
    part: str = ""
    low: float | None = None
    high: float | None = None
    is_exact: bool = True

    def facts(self, sentence: int, end: int) -> FigureFacts:
        low, high = (self.value, self.value) if self.is_exact else (self.low, self.high)
        where = sentence, end - len(self.text), end
        return FigureFacts(
            *where, self.measure, self.whose, self.period, self.part, self.mode, self.value, low, high, self.unit
        )


class ToldFigures:
    """Reads the figures that were told, wherever their words stand."""

    fingerprint = ""

    def __init__(self, told: tuple[Told, ...]) -> None:
        self._told = told
        self._read: set[tuple[int, int]] = set()

    def read(self, chunk: Chunk) -> list[FigureFacts]:
        found = []
        for sentence in chunk.sentences:
            if (chunk.article, sentence.index) in self._read:
                continue
            self._read.add((chunk.article, sentence.index))
            for told in self._told:
                at = sentence.text.find(told.words)
                if at >= 0:
                    found.append(told.facts(sentence.index, at + len(told.words)))
        return found


def dated(date: str, headline: str, *paragraphs: str) -> str:
    """An article with its date."""
    return page(headline, f"发布时间：{date}", *paragraphs)


CORPUS = {
    "zone2023.txt": dated(
        "2024-01-15",
        "青云高新区晒出成绩单",
        "2023年，青云高新区新引进文旅项目326个，项目投资额356亿元，项目用地1200亩。",
        "研发投入占GDP比重达到4.2%。新馆藏书12万册。",
    ),
    "zone2022.txt": dated("2023-01-12", "青云高新区年度回顾", "2022年引进各类文旅项目280个。力争2024年引进项目400个。"),
    "dev.txt": dated("2024-02-02", "白石经开区招商", "2023年，白石经开区引进项目95个，签约项目120个。"),
    "dev_copy.txt": dated("2024-02-05", "招商再传捷报", "2023年，白石经开区引进项目95个，签约项目120个。"),
    "town.txt": dated(
        "2024-03-01",
        "云溪县统计公报",
        "2023年，云溪县地区生产总值128.6亿元，增长6.1%，人均地区生产总值8.1万元。常住人口18.8万人。",
        "上半年，粮食产量3.2万吨，新能源汽车销量1.1万辆，新能源汽车保有6万辆。全年社会消费品零售总额45亿元。",
    ),
    "coast.txt": dated("2024-03-05", "海安县公报", "2023年，海安县海洋生产总值31亿元。全年接待游客90万人次。"),
}
TOLD = (
    Told("新引进文旅项目326个", "326个", "新引进文旅项目", 326, "个", mode="new"),
    Told("项目投资额356亿元", "356亿元", "项目投资额", 356e8, "元"),
    Told("项目用地1200亩", "1200亩", "项目用地", 800_000, "平方米"),
    Told("比重达到4.2%", "4.2%", "研发投入占GDP比重", 4.2, "%", mode="share"),
    Told("新馆藏书12万册", "12万册", "藏书", 120_000, "册", whose="新馆", period=""),
    Told("引进各类文旅项目280个", "280个", "文旅项目", 280, "个", period="2022"),
    Told("引进项目400个", "400个", "引进项目", 400, "个", period="2024", mode="target"),
    Told("引进项目95个", "95个", "引进项目", 95, "个", whose="白石经开区"),
    Told("签约项目120个", "120个", "签约项目", 120, "个", whose="白石经开区"),
    Told("地区生产总值128.6亿元", "128.6亿元", "地区生产总值", 128.6e8, "元", whose="云溪县"),
    Told("增长6.1%", "6.1%", "地区生产总值", 6.1, "%", whose="云溪县", mode="change"),
    Told("人均地区生产总值8.1万元", "8.1万元", "人均地区生产总值", 81_000, "元", whose="云溪县", mode="per head"),
    Told("常住人口18.8万人", "18.8万人", "常住人口", 188_000, "人", whose="云溪县"),
    Told("粮食产量3.2万吨", "3.2万吨", "粮食产量", 32_000, "吨", whose="云溪县", period="2023-01/2023-06"),
    Told("新能源汽车销量1.1万辆", "1.1万辆", "新能源汽车销量", 11_000, "辆", whose="云溪县"),
    Told("新能源汽车保有6万辆", "6万辆", "新能源汽车", 60_000, "辆", whose="云溪县"),
    Told("社会消费品零售总额45亿元", "45亿元", "社会消费品零售总额", 45e8, "元", whose="云溪县"),
    Told("海洋生产总值31亿元", "31亿元", "海洋生产总值", 31e8, "元", whose="海安县"),
    Told("接待游客90万人次", "90万人次", "接待游客", 900_000, "人次", whose=""),
)
