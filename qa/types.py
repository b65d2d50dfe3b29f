"""What a question gets back. "No answer" is an Answer with a reason, never an exception."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from chinese.language import language_of
from chinese.sentences import split_sentences
from embeddings.types import FigureMode, Source
from qa.cards import Card, Quotation, pieces_of
from qa.sources import source_text

__all__ = ["Alternative", "Answer", "AnswerPart", "Figure", "Passage", "Reason", "Signals", "Source", "WorkedOut"]


@dataclass(frozen=True, slots=True)
class Signals:
    """Why a passage was found: terms it shares with the question, and each side's score.

    `matched` has the question's words, `words` the passage's own that stand for them, folded (`projects`: 项目).
    `dense` is a cosine, `lexical` a BM25 score, `reader` the span score; None where that side did not see it.
    """

    matched: tuple[str, ...] = ()
    dense: float | None = None
    lexical: float | None = None
    reader: float | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to show, where it stands, and the character ranges of it to mark (half-open, from 0)."""

    text: str
    title: str
    section: str
    date: str | None
    sources: tuple[Source, ...]
    highlights: tuple[tuple[int, int], ...]
    score: float
    signals: Signals

    @property
    def quoted(self) -> tuple[tuple[str, tuple[tuple[int, int], ...]], ...]:
        """The sentences that hold a highlight, each with the ranges to mark in it (half-open, from 0)."""
        found = []
        for start, end in split_sentences(self.text):
            inside = [(max(first, start), min(last, end)) for first, last in self.highlights]
            marks = tuple((first - start, last - start) for first, last in inside if first < last)
            if marks:
                found.append((self.text[start:end], marks))
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """As JSON types; the sources as `Source.to_dict` has them."""
        data: dict[str, Any] = _as_json(asdict(self))
        return data | {"sources": [source.to_dict() for source in self.sources]}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another figure for the same thing; `passage` is the position (from 0) of the passage that has it."""

    text: str
    passage: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the documents give, what it is, and the sentence it stands in.

    `text` is the figure as written, with the unit of its table's heading. `value`, `low`, `high`, `unit`, `measure`,
    `whose`, `period`, `part` and `mode` are as in `embeddings.types.FigureFacts`: empty, or None, where the text does
    not say. `start` and `end` are its characters in `sentence` (half-open, from 0). `title` and `date` are the
    article's; `sources` has one entry for each file in which the same sentence stands.
    """

    text: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    measure: str
    whose: str
    period: str
    part: str
    mode: FigureMode
    sentence: str
    start: int
    end: int
    title: str
    date: str | None
    sources: tuple[Source, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON types; the sources as `Source.to_dict` has them."""
        return asdict(self) | {"sources": [source.to_dict() for source in self.sources]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Figure:
        """The inverse of `to_dict`."""
        return cls(**{**data, "sources": tuple(Source.from_dict(item) for item in data["sources"])})


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What no text says, and was worked out from figures that texts say.

    `results` are what it came to: a year or a place (2022年), a figure (17个), of a list one each (2021年35个). `zh`
    and `en` say how: 2022年52个 − 2021年35个 = 17个. `figures` are all that it was worked out from, each with its
    sentence and its sources.
    """

    results: tuple[str, ...]
    zh: str
    en: str
    figures: tuple[Figure, ...]

    @property
    def text(self) -> str:
        """The results joined by 、."""
        return "、".join(self.results)

    @property
    def marked(self) -> tuple[str, ...]:
        """The figures as they stand in their sentences, without the unit of a table's heading."""
        return tuple(figure.sentence[figure.start : figure.end] for figure in self.figures)

    def to_dict(self) -> dict[str, Any]:
        """As JSON types, with `text` among them."""
        return {
            "results": list(self.results),
            "text": self.text,
            "zh": self.zh,
            "en": self.en,
            "figures": [figure.to_dict() for figure in self.figures],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> WorkedOut:
        """The inverse of `to_dict`."""
        figures = tuple(Figure.from_dict(item) for item in data["figures"])
        return cls(tuple(data["results"]), data["zh"], data["en"], figures)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no answer, in words a user reads."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """What one part of a question in several parts gets: its own answer, or the reason why it has none.

    `asked` is the part as completed from the one before it; the other fields are as in Answer. `passages` are the
    positions (from 0) of the answer's passages that hold its texts.
    """

    asked: str
    texts: tuple[str, ...]
    confidence: float
    reason: Reason | None
    gloss: str | None = None
    passages: tuple[int, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    agreeing: int = 1
    of: int | None = None
    worked_out: WorkedOut | None = None

    @property
    def text(self) -> str | None:
        """As in Answer."""
        return _text(self.texts, self.worked_out)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """The answer to a question, or the reason why there is none.

    `asked` is the question as completed from earlier turns. Each of `texts` stands, character for character, at a
    highlight of one of `passages`. `confidence` is a probability from 0 to 1; `gloss` says the answer in other words:
    是 or 否 where that is asked, else in the question's language where that differs. A refusal keeps its nearest
    passages. `of` says how many members a list has by the text or the question, where fewer were found; None for any
    other.

    `agreeing` is how many articles say so, this one among them; the others are marked too where they are shown.

    `worked_out` is set where no text says the answer, and it was worked out from several figures that texts do say
    (哪一年最多). Then there is no reason and `texts` is empty, so that whatever stands in `texts` is always a
    document's own words; `text` is what was worked out, and each of its figures is marked in one of `passages`.

    `parts` are what a question in several parts asks, in its order; () where it asks one thing. Then `texts` and
    `alternatives` are those of all its parts, `confidence` is the lowest of a part that is answered, and `reason` is
    set only where no part is: it is the first part's, and `confidence` the lowest of all.
    """

    question: str
    asked: str
    texts: tuple[str, ...]
    gloss: str | None
    confidence: float
    reason: Reason | None
    passages: tuple[Passage, ...]
    alternatives: tuple[Alternative, ...]
    parts: tuple[AnswerPart, ...] = ()
    agreeing: int = 1
    of: int | None = None
    worked_out: WorkedOut | None = None

    def __bool__(self) -> bool:
        """Whether there is an answer: as `found`."""
        return self.found

    def __repr__(self) -> str:
        """In one line: Answer('52个', 0.94, a.txt:12-14), or Answer(None, 'not-in-corpus', 0.11)."""
        if self.reason is not None:
            return f"Answer(None, {self.reason.code!r}, {self.confidence:.2f})"
        sources = [source for passage in self.passages[:1] for source in passage.sources[:1]]
        where = "".join(f", {source.file}:{source.start}-{source.end}" for source in sources)
        return f"Answer({self.text!r}, {self.confidence:.2f}{where})"

    @property
    def found(self) -> bool:
        """Whether there is an answer, to one of its parts at least: no reason says why there is none."""
        return self.reason is None

    @property
    def sentence(self) -> str | None:
        """The sentence in which the answer stands, the first of several; None where there is no answer."""
        if not self.found:
            return None
        return next((text.strip() for passage in self.passages for text, _ in passage.quoted), None)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return self._card().html()

    def _repr_markdown_(self) -> str:
        """What a notebook that shows no HTML shows."""
        return self._card().markdown()

    def _card(self) -> Card:
        """The answer with how sure it is and the sentences that bear it out, or why there is none."""
        english = language_of(self.question) == "en"
        if self.reason is not None:
            said = self.reason.en if english else self.reason.zh
            return Card(self.asked, "No answer" if english else "没有答案", (said,), ())
        sure = f"{self.confidence:.0%} sure" if english else f"把握 {self.confidence:.0%}"
        others = (
            "; ".join(item.text for item in self.alternatives)
            if english
            else "、".join(item.text for item in self.alternatives)
        )
        also = (("Also: " if english else "另见：") + others,) if others else ()
        gloss = (self.gloss,) if self.gloss else ()
        quotations = [
            Quotation(pieces_of(text, marks), "; ".join(source_text(item, english) for item in passage.sources))
            for passage in self.passages
            for text, marks in passage.quoted
        ]
        return Card(self.asked, self.text or "", (*gloss, sure, *also), tuple(quotations))

    @property
    def said(self) -> tuple[str, ...]:
        """The texts, or what was worked out: what a user is told, whether a document has it in these words or not."""
        return self.texts if self.worked_out is None else self.worked_out.results

    @property
    def text(self) -> str | None:
        """The texts, or what was worked out, joined by 、 (of all parts), or None where there is no answer."""
        if self.parts:
            return "、".join(part.text for part in self.parts if part.text) or None
        return _text(self.texts, self.worked_out)

    def of_part(self, part: AnswerPart) -> Answer:
        """The same passages as the answer to one of its parts alone."""
        return replace(
            self,
            question=part.asked,
            asked=part.asked,
            texts=part.texts,
            gloss=part.gloss,
            confidence=part.confidence,
            reason=part.reason,
            alternatives=part.alternatives,
            parts=(),
            agreeing=part.agreeing,
            of=part.of,
            worked_out=part.worked_out,
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON types (lists for tuples), with `text` among them."""
        data: dict[str, Any] = _as_json(asdict(self))
        data["text"] = self.text
        worked = [self.worked_out, *(part.worked_out for part in self.parts)]
        for said, item in zip((data, *data["parts"]), worked, strict=True):
            said["worked_out"] = None if item is None else item.to_dict()
        for passage, shown in zip(self.passages, data["passages"], strict=True):
            shown["sources"] = [source.to_dict() for source in passage.sources]
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Answer:
        """The inverse of `to_dict`."""
        return cls(
            question=data["question"],
            asked=data["asked"],
            texts=tuple(data["texts"]),
            gloss=data["gloss"],
            confidence=data["confidence"],
            reason=None if data["reason"] is None else Reason(**data["reason"]),
            passages=tuple(_passage(item) for item in data["passages"]),
            alternatives=tuple(Alternative(**item) for item in data["alternatives"]),
            parts=tuple(_part(item) for item in data.get("parts", ())),
            agreeing=data.get("agreeing", 1),
            of=data.get("of"),
            worked_out=_worked_out(data),
        )


def _text(texts: tuple[str, ...], worked_out: WorkedOut | None) -> str | None:
    if worked_out is not None:
        return worked_out.text
    return "、".join(texts) if texts else None


def _worked_out(data: dict[str, Any]) -> WorkedOut | None:
    found = data.get("worked_out")
    return None if found is None else WorkedOut.from_dict(found)


def _part(data: dict[str, Any]) -> AnswerPart:
    return AnswerPart(
        asked=data["asked"],
        texts=tuple(data["texts"]),
        confidence=data["confidence"],
        reason=None if data["reason"] is None else Reason(**data["reason"]),
        gloss=data["gloss"],
        passages=tuple(data["passages"]),
        alternatives=tuple(Alternative(**item) for item in data["alternatives"]),
        agreeing=data.get("agreeing", 1),
        of=data.get("of"),
        worked_out=_worked_out(data),
    )


def _passage(data: dict[str, Any]) -> Passage:
    signals = data["signals"]
    return Passage(
        text=data["text"],
        title=data["title"],
        section=data["section"],
        date=data["date"],
        sources=tuple(Source.from_dict(item) for item in data["sources"]),
        highlights=tuple((start, end) for start, end in data["highlights"]),
        score=data["score"],
        signals=Signals(
            tuple(signals["matched"]),
            signals["dense"],
            signals["lexical"],
            signals["reader"],
            tuple(signals.get("words", ())),
        ),
    )


def _as_json(value: Any) -> Any:  # noqa: ANN401 - walks any JSON-like value
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    return value
