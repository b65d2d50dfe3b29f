"""The types that the floors share: what was read, what is indexed, and where it came from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from chinese.errors import say
from chinese.tokens import simplify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    import numpy.typing as npt

SourceUnit = Literal["line", "page", "paragraph", "row", "slide"]

FigureMode = Literal["result", "total", "new", "change", "share", "per head", "before", "plan", "target"]
"""In what way a figure is meant: a level that came about, a sum so far (累计), what was added (新增), a difference or
rate of change, a share, an average, what it was before a change, what is set out (计划投资) or wanted (力争)."""

FloatArray: TypeAlias = "npt.NDArray[np.float32]"
"""Vectors, a row a text. In quotes, so that who only reads documents need not load numpy."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page: its edges as shares (0 to 1) of the page's width and height, from the page's top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text on a page and its part of it: a line that was recognised in a picture. `sure` is from 0 to 1."""

    text: str
    box: Box
    sure: float = 1.0


Recognised: TypeAlias = "Mapping[int, tuple[PlacedText, ...]]"
"""What was recognised on pages, by their number from 1; a page that could not be recognised is not among them."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line stands more closely than by its number; each field empty where the format has no such thing.

    `sheet` is the name of a workbook's sheet. `cells` are the cells of a row that the line says, each as the sheet
    names it (B5) and as it reads. `box` is the line's part of its page. `label` is what the page calls itself (iv),
    where that is not its number. `scanned` says that the text was recognised in a picture, `sure` how sure that is,
    from 0 to 1.
    """

    sheet: str = ""
    cells: tuple[tuple[str, str], ...] = ()
    box: Box | None = None
    label: str = ""
    scanned: bool = False
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document as it stands on disk.

    `number` counts from 1: lines of a text, Markdown or HTML file, pages of a PDF, pictures of a TIFF file,
    paragraphs and table rows of a Word file, rows of a sheet, slides. Several lines may share a number (a page has
    many). A blank line has empty text. `level` is set where the format itself marks a heading: 1 the highest.
    """

    number: int
    text: str
    level: int | None = None
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """What was read of a file (3 页), or what was left out of it and why, in both languages."""

    zh: str
    en: str
    left_out: bool = False

    @property
    def text(self) -> str:
        """In the user's language."""
        return say(self.zh, self.en)


def in_one(notes: Iterable[ReadingNote], *, left_out: bool) -> ReadingNote:
    """The notes of what was left out, or of what was read, as one; empty where there are none."""
    own = [note for note in notes if note.left_out == left_out]
    zh = "；".join(note.zh.rstrip("。；") for note in own)
    return ReadingNote(zh, "; ".join(note.en.rstrip(".;") for note in own), left_out)


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read: its lines in reading order, and what its metadata say (title, ISO date).

    `notes` say what was read of it and what was left out.
    """

    file: str
    unit: SourceUnit
    lines: tuple[Line, ...]
    title: str | None = None
    date: str | None = None
    notes: tuple[ReadingNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text stands: a file relative to the corpus folder, and its lines, pages, paragraphs, rows or slides.

    Of a workbook `sheet` is the sheet's name, and `cells` the cell (B5) or cells (B5:D7) where they are known, else
    None. Of a page `boxes` are its parts, a line each, `label` what it calls itself (iv) where that is not its number,
    and `scanned` says that its text was recognised in a picture.
    """

    file: str
    unit: SourceUnit
    start: int
    end: int
    sheet: str | None = None
    cells: str | None = None
    label: str | None = None
    boxes: tuple[Box, ...] = ()
    scanned: bool = False

    def joined(self, other: Source) -> Source:
        """One source for itself and another of the same file and sheet."""
        return replace(
            self,
            start=min(self.start, other.start),
            end=max(self.end, other.end),
            cells=",".join(part for part in dict.fromkeys((self.cells, other.cells)) if part) or None,
            label=self.label or other.label,
            boxes=tuple(dict.fromkeys(self.boxes + other.boxes)),
            scanned=self.scanned or other.scanned,
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON types: file, unit, start and end, and of the others those that the format has."""
        data = asdict(self) | {"boxes": [asdict(box) for box in self.boxes]}
        return {name: value for name, value in data.items() if value or name in ("file", "unit", "start", "end")}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Source:
        return cls(
            data["file"],
            data["unit"],
            data["start"],
            data["end"],
            data.get("sheet"),
            data.get("cells"),
            data.get("label"),
            tuple(Box(**box) for box in data.get("boxes", ())),
            data.get("scanned", False),
        )


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article: its number there (from 0), its text, and its first and last line.

    `lead` is what stands between it and the sentence before: "" within a paragraph (a blank in an English
    one), a line feed before a new one. `spots` are those of its lines that have one.
    """

    index: int
    text: str
    start: int
    end: int
    lead: str = ""
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an article under one subhead ("" before the first), as its sentences."""

    heading: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One news item of a document.

    `page_title` is the headline of the page it stands on, "" where there is none or it is the same.
    `date` is ISO 8601 as far as the text gives it ("--12-25" where it names no year).
    """

    file: str
    unit: SourceUnit
    page_title: str
    headline: str
    byline: str
    date: str | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is indexed: whole sentences of one section of one article.

    `id` is its row in the index. `article` numbers the articles of the corpus from 0. `context` (page
    title, headline, section) is indexed in front of the text and not shown. `sources` has one entry
    for each file in which the same text stands.
    """

    id: int
    article: int
    title: str
    section: str
    date: str | None
    context: str
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...]

    @property
    def text(self) -> str:
        """The sentences as a reader sees them."""
        return join_sentences(self.sentences)

    @property
    def indexed(self) -> str:
        """What the lexical index is given: context and text, in simplified characters."""
        return simplify(_under(self.context, self.text))

    @property
    def encoded(self) -> str:
        """What the encoder is given: the same, but no sentence twice.

        Where an article has no headline its first sentence stands there: above the chunk that begins with it, it would
        only cost time.
        """
        twice = bool(self.title) and self.text.startswith(self.title)
        context = "\n".join(part for part in self.context.split("\n") if not (twice and part == self.title))
        return simplify(_under(context, self.text))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a chunk stands: its id, its article with the article's date, and its file."""

    id: int
    article: int
    date: str | None
    file: str


def _under(context: str, text: str) -> str:
    return f"{context}\n{text}" if context else text


def join_sentences(sentences: tuple[Sentence, ...]) -> str:
    """Sentences as one text; the first one's `lead` is left out."""
    first = sentences[0].text if sentences else ""
    return first + "".join([sentence.lead + sentence.text for sentence in sentences[1:]])


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """A figure of a chunk, and what its text says that it is; what is not certain is empty.

    `sentence` is the number of its sentence in the article, `start` and `end` its characters in that sentence's text
    (half-open, from 0); `heading_unit` is the unit (万元) that stands above it in its table, "" where it has one of its
    own. `measure` is what is measured (新引进产业项目), `whose` the place, organisation or thing that it is said of,
    `part` of what part or class it is (其中外资, 规上, a row's other headings); each in the text's words. `period` is
    what it holds for, as far as it is said: 2023, 2023-06, 2023-06-30, or from the first to the last of these
    (2023-01/2023-06, 2021/2025).

    `value` is in `unit`: 元, %, 个百分点, 平方米, 家; 万 and 亿 are worked out. It is None where a range is said, from
    `low` to `high`; these two are also what bounds (近, 超, 以上) leave possible, None where one side is open, both the
    value where it is exact.
    """

    sentence: int
    start: int
    end: int
    measure: str
    whose: str
    period: str
    part: str
    mode: FigureMode
    value: float | None
    low: float | None
    high: float | None
    unit: str
    heading_unit: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that a build left out, and why, in both languages: who asks later may speak the other one."""

    file: str
    zh: str
    en: str

    @property
    def reason(self) -> str:
        """Why, in the user's language."""
        return say(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: its articles and chunks, what was read of it, and what was left out."""

    file: str
    articles: int
    chunks: int
    notes: tuple[ReadingNote, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `encoded` and `reused` count chunks; `seconds` is wall-clock time."""

    documents: int
    articles: int
    chunks: int
    encoded: int
    reused: int
    skipped: tuple[Skipped, ...]
    seconds: float
    files: tuple[ReadFile, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)
