"""Made-up corpora in folders, for questions within a part: texts in several files, articles with a date and none.

What stands in which file, under which headline and date, is known by construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.support import page

FOLDERS = ("", "east/", "west/", "west/inner/")
PLACES = ("云岭县", "石桥高新区", "青溪镇", "白塔区")
DATES = ("2022年3月5日", "2022年11月2日", "2023年5月8日", "2024年1月9日", "")
_SHARED = (
    "全县坚持规划先行,把新建道路、供水和供电工程同步推进,方便群众出行和企业生产经营。",
    "各部门要按照分工抓好落实,重大事项及时上报,年底前由督查组逐项核对完成情况。",
    "去年以来,工作组走访企业并收集意见,已经把其中大部分办结,其余列入下一步的清单。",
)


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file: its path, its text, and of its one article headline and ISO date."""

    path: str
    text: str
    title: str
    date: str | None


def made_files(seed: int, count: int = 9) -> list[MadeFile]:
    """Files of one article each, of which several share a text; one is a copy of another in whole."""
    random = Random(seed)
    made = []
    for number in range(count):
        place, said = random.choice(PLACES), random.choice(DATES)
        title = f"{place}工作简报第{number}期"
        body = [
            f"{place}{random.choice(('2022', '2023'))}年引进产业项目{random.randint(10, 99)}个,"
            f"完成投资{random.randint(10, 99)}.{random.randint(1, 9)}亿元。",
            f"{place}新建标准厂房{random.randint(3, 30)}栋。",
            # Under a subhead, so that each is a chunk of its own, which is indexed once for all articles that have it.
            *(part for text in random.sample(_SHARED, random.randint(1, 3)) for part in ("工作要求", text)),
        ]
        dateline = (f"{said} 本报记者 何云",) if said else ()
        path = f"{random.choice(FOLDERS)}{number}.txt"
        made.append(MadeFile(path, page(title, *dateline, *body), title, _iso(said)))
    first = made[0]
    return [*made, MadeFile(f"west/copy-{first.path.replace('/', '-')}", first.text, first.title, first.date)]


def _iso(said: str) -> str | None:
    if not said:
        return None
    year, _, rest = said.partition("年")
    month, _, day = rest.partition("月")
    return f"{year}-{int(month):02}-{int(day.rstrip('日')):02}"
