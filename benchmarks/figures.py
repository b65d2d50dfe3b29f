"""How well figures are read: `python -m benchmarks.figures` holds what is read against figures marked by hand.

The marks (tests/data/figures_marked.jsonl) are offsets and values by line of news_docs.jsonl.gz and by file of seeds/;
the texts are not part of the project and are looked for in ../shared/eval, or where WENJU_EVAL says. What reads was
written beside sets a, b, d and e, and fitted to them; set c only measures.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.common import CORPUS, say
from benchmarks.squad import SETS as FOLDER
from chinese.tokens import fold
from chinese.units import UNITS
from embeddings.figures.choosing import Chooser, Choosers
from embeddings.figures.reading import FigureReader
from embeddings.figures.values import UNIT_WORDS
from embeddings.figures.years import common_year, with_year
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article
from embeddings.types import Document, Line
from qa.evaluation.metrics import f1

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from embeddings.figures.reading import Options
    from embeddings.types import Article, FigureFacts

MARKS = Path(__file__).resolve().parents[1] / "tests" / "data" / "figures_marked.jsonl"
FIELDS = ("value", "period", "whose", "measure", "mode")
_BEFORE = 40
"""Characters before a figure, white space left out, by which the same one is found in what was read."""
_ALIKE = 0.6
_PINYIN = re.compile(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,7}\)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure marked by hand, and its text."""

    text: str
    data: dict[str, Any]

    def words(self, name: str) -> list[str]:
        """What is acceptable for a field that is marked by offsets."""
        return [self.text[start:end] for start, end in self.data[name]]


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """A figure as read, and its sentence."""

    facts: FigureFacts
    sentence: str
    before: str
    options: Options | None = None


def load_marks(sets: Sequence[str], folder: Path = FOLDER) -> list[Mark]:
    """The marks of these sets with their texts."""
    rows = [json.loads(line) for line in MARKS.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["set"] in sets]
    wanted = {row["doc"] for row in rows if isinstance(row["doc"], int)}
    texts: dict[int | str, str] = {}
    with gzip.open(folder / "news_docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if number in wanted:
                texts[number] = json.loads(line)["text"]
    for name in {row["doc"] for row in rows} - wanted:
        with (CORPUS / name).open(encoding="utf-8", newline="") as file:
            texts[name] = file.read()
    return [Mark(texts[row["doc"]], row) for row in rows]


def year_of(texts: Iterable[str]) -> str:
    """The year that nearly all dated ones of these texts are of, as a build of their folder finds it."""
    return common_year(article.date for text in set(texts) for article in _articles(text))


def figures_of(text: str, year: str = "") -> list[ReadFigure]:
    """Every figure that is read of a text, as a document of its own; `year` is that of those that say none."""
    return _read(text, year, FigureReader())


def options_of(text: str, year: str = "") -> list[ReadFigure]:
    """Every figure of a text in prose with what may be said of it, for `benchmarks/fit_figures.py`."""
    return _read(text, year, FigureReader(Choosers(Chooser({}), Chooser({}), Chooser({}))))


def _articles(text: str) -> list[Article]:
    lines = tuple(Line(number, line) for number, line in enumerate(text.splitlines(), 1))
    return list(split_articles(Document("a.txt", "line", lines)))


def _read(text: str, year: str, reader: FigureReader) -> list[ReadFigure]:
    found = []
    for number, article in enumerate(_articles(text)):
        sentences: dict[int, str] = {}
        for chunk in chunk_article(article, number):
            sentences |= {item.index: item.text for item in chunk.sentences}
            for facts, options in reader.read_with_options(with_year(chunk, year)):
                own = sentences[facts.sentence]
                above = "".join(sentences[place] for place in sorted(sentences) if place < facts.sentence)
                found.append(ReadFigure(facts, own, _bare(above + own[: facts.start])[-_BEFORE:], options))
    return found


def _bare(text: str) -> str:
    return "".join(_PINYIN.sub("", fold(text)).split())


def matching(mark: Mark, figures: Sequence[ReadFigure]) -> ReadFigure | None:
    """What was read at a mark: the figure of the same words whose words before are the same for longest."""
    own = _bare(mark.text[mark.data["start"] : mark.data["end"]])
    number = re.match(r"[\d.,]+|[^\d]+", own)
    before = _bare(mark.text[: mark.data["start"]])[-_BEFORE:]
    best, most = None, 0
    for figure in figures:
        facts = figure.facts
        said = _bare(figure.sentence[facts.start : facts.end])
        if number is None or number.group() not in said or not (own in said or said in own or own[:4] == said[:4]):
            continue
        cut = said.find(number.group())
        shared = _shared_end(before, figure.before + said[:cut])
        if shared > most:
            best, most = figure, shared
    return best if most >= min(4, len(before)) else None


def _shared_end(one: str, other: str) -> int:
    size = 0
    while size < min(len(one), len(other)) and one[-1 - size] == other[-1 - size]:
        size += 1
    return size


def judged(mark: Mark, figure: ReadFigure) -> dict[str, bool]:
    """Which fields are right."""
    facts, data = figure.facts, mark.data
    unit = UNITS.get(fold(data["unit"]))
    wanted = float(data["value"]) * (float(unit.factor) if unit is not None else 1)
    base = UNIT_WORDS.get(unit.base, unit.base) if unit is not None else data["unit"]
    ends = [end for end in (facts.value, facts.low, facts.high) if end is not None]
    return {
        "value": base == facts.unit and any(abs(end - wanted) <= 1e-9 * abs(wanted) for end in ends),
        "period": period_right(facts.period, mark),
        "whose": alike(facts.whose, mark.words("whose")),
        "measure": alike(facts.measure, mark.words("measure")),
        "mode": facts.mode in data["mode"],
    }


def period_right(period: str, mark: Mark) -> bool:
    """Whether a period is one of those marked."""
    accepted = mark.data["period"]
    return period in accepted or period in [_year_end(item) for item in accepted]


def _year_end(period: str) -> str:
    """The last month of a year stands for it: 2022年底."""
    return period.removesuffix("-31").removesuffix("-12") if "/" not in period else period


def alike(given: str, accepted: Sequence[str]) -> bool:
    """Whether words are nearly one of those accepted; where none is, whether there are none."""
    if not accepted:
        return not given
    bare = _bare(given)
    held = [_bare(item) for item in accepted]
    return any(item == bare for item in held) or f1(bare, held) >= _ALIKE


def measure(name: str, folder: Path = FOLDER) -> tuple[dict[str, float], list[str]]:
    """Of one set: recall, the share of the found that is right in each field and in all, and what is not, in words."""
    marks = load_marks([name], folder)
    texts = {mark.text for mark in marks}
    year = year_of(texts)
    read = {text: figures_of(text, year) for text in texts}
    counts: Counter[str] = Counter()
    wrong = []
    for mark in marks:
        figure = matching(mark, read[mark.text])
        if figure is None:
            wrong.append(f"not found: {_shown(mark)}")
            continue
        right = judged(mark, figure)
        counts.update(["found", *(field for field in FIELDS if right[field])])
        if all(right.values()):
            counts["all"] += 1
        else:
            wrong.append("\n    ".join((_shown(mark), *_differences(mark, figure, right))))
    shares = {field: counts[field] / max(counts["found"], 1) for field in (*FIELDS, "all")}
    return {"recall": counts["found"] / len(marks), **shares}, wrong


def main() -> None:
    """Print recall and precision of the marked figures, and with --wrong each that is not right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=["a", "b", "c", "d", "e"])
    parser.add_argument("--wrong", action="store_true", help="print each figure that is not right")
    arguments = parser.parse_args()
    for name in arguments.sets:
        figures, wrong = measure(name)
        if arguments.wrong:
            say("\n".join(wrong))
        say(f"set {name}: " + ", ".join(f"{what} {share:.3f}" for what, share in figures.items()))


def _shown(mark: Mark) -> str:
    start, end = mark.data["start"], mark.data["end"]
    first = max(mark.text.rfind("。", 0, start), mark.text.rfind("\n", 0, start)) + 1
    before = mark.text[max(first, start - 100) : start]
    return f"[{mark.data['doc']}] {before}【{mark.text[start:end]}】{mark.text[end : end + 20]}"


def _differences(mark: Mark, figure: ReadFigure, right: dict[str, bool]) -> Iterator[str]:
    facts = figure.facts
    for field in FIELDS:
        if not right[field]:
            wanted: Any = mark.words(field) if field in ("whose", "measure") else mark.data[field]
            given = (facts.value, facts.low, facts.high, facts.unit) if field == "value" else getattr(facts, field)
            yield f"{field}: {given!r}, not {wanted!r}"


if __name__ == "__main__":
    main()
