"""The figures of the comparison with other engines, its tables, and how wenju stands to the best of them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.common import headline, markdown_table
from qa.evaluation.metrics import exact_match, f1, found_share, mean, percentile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.peers_run import Corpus, Row

SET_LABELS = {"drcd": "DRCD dev", "xquad": "XQuAD dev, Chinese", "english": "XQuAD dev, English over Chinese"}
"""The question sets that are asked, and what a table calls them."""
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Figures:
    """An engine on one question set; sizes in bytes, times in seconds, `em` and `f1` from 0 to 100.

    `build_seconds`, `chunks` and `characters` are None where the row builds nothing, `em` and `f1` where it gives no
    answers.
    """

    label: str
    is_peer: bool
    name: str
    documents: int
    questions: int
    chunks: int | None
    characters: int | None
    build_seconds: float | None
    index_bytes: int
    peak: int
    median: float
    p95: float
    found_at_1: float
    found_at_10: float
    em: float | None
    f1: float | None
    wall_seconds: float

    @property
    def documents_per_second(self) -> float | None:
        return None if self.build_seconds is None else self.documents / self.build_seconds

    @property
    def chunks_per_second(self) -> float | None:
        return None if self.build_seconds is None or self.chunks is None else self.chunks / self.build_seconds

    @property
    def characters_per_second(self) -> float | None:
        if self.build_seconds is None or self.characters is None:
            return None
        return self.characters / self.build_seconds


def figures_of(row: Row, corpus: Corpus, measured: Mapping[str, Any]) -> list[Figures]:
    """The figures of a row on each question set of its corpus, from what `Runner.measure` gave."""
    found = []
    for name, items in corpus.asked.items():
        answers = measured["answers"][name]
        pairs = list(zip(items, answers, strict=True))
        seconds = [answer["seconds"] for answer in answers]
        ranks = [place_of(item.file, answer["documents"]) for item, answer in pairs]
        answering = all(answer["answer"] is not None for answer in answers)
        found.append(
            Figures(
                label=row.label,
                is_peer=row.is_peer,
                name=name,
                documents=len(corpus.documents),
                questions=len(items),
                chunks=measured["chunks"],
                characters=measured["characters"],
                build_seconds=measured["build_seconds"],
                index_bytes=measured["index_bytes"],
                peak=measured["tree_peak"],
                median=statistics.median(seconds),
                p95=percentile(seconds, 0.95),
                found_at_1=found_share(ranks, 1),
                found_at_10=found_share(ranks, 10),
                em=100 * mean(exact_match(answer["answer"], item.accepted) for item, answer in pairs)
                if answering
                else None,
                f1=100 * mean(f1(answer["answer"], item.accepted) for item, answer in pairs) if answering else None,
                wall_seconds=measured["wall_seconds"],
            )
        )
    return found


def place_of(wanted: str | None, documents: Sequence[str]) -> int:
    """The place of a document among those found, counted from 1; 0 where it is not among them."""
    return documents.index(wanted) + 1 if wanted in documents else 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """wenju's figure against the best peer's, and which peer that is."""

    value: float
    peer: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How wenju's retrieval stands to the best peer of each column; None where a side is missing.

    `build`, `chunks` and `characters` are how many times as many documents, chunks and characters a second, `median`
    wenju's share of the best median time, `found` by how much more often the right paragraph is first.
    """

    build: Ratio | None
    chunks: Ratio | None
    characters: Ratio | None
    median: Ratio | None
    found: Ratio | None


def standing(rows: Sequence[Figures]) -> Standing:
    """Compare the rows of one question set. Of each peer the better setting counts, column by column."""
    ours = next((row for row in rows if not row.is_peer and row.build_seconds is not None), None)
    peers = [row for row in rows if row.is_peer]
    if ours is None or not peers:
        return Standing(None, None, None, None, None)
    fastest = min(peers, key=lambda row: row.median)
    surest = max(peers, key=lambda row: row.found_at_1)
    return Standing(
        build=_times(ours.documents_per_second, [(row.documents_per_second, row.label) for row in peers]),
        chunks=_times(ours.chunks_per_second, [(row.chunks_per_second, row.label) for row in peers]),
        characters=_times(ours.characters_per_second, [(row.characters_per_second, row.label) for row in peers]),
        median=Ratio(ours.median / fastest.median, fastest.label),
        found=Ratio(ours.found_at_1 - surest.found_at_1, surest.label),
    )


def _times(ours: float | None, theirs: Sequence[tuple[float | None, str]]) -> Ratio | None:
    built = [(speed, label) for speed, label in theirs if speed is not None]
    if ours is None or not built:
        return None
    speed, label = max(built)
    return Ratio(ours / speed, label)


def tables(rows: Sequence[Figures], run: Mapping[str, Any]) -> str:
    """All tables of a run, below a line that says when, on what and against which versions it was measured."""
    versions = ", ".join(f"{name} {version}" for name, version in run["versions"].items())
    asked = "all questions" if run["questions"] is None else f"at most {run['questions']} questions a set"
    parts = [f"{headline(run['machine'])} {versions}. {run['threads']} threads, {asked}, seed {run['seed']}.\n"]
    by_set = {name: [row for row in rows if row.name == name] for name in SET_LABELS}
    parts += [_table(name, of_set) for name, of_set in by_set.items() if of_set]
    parts.append(_ratios({name: standing(of_set) for name, of_set in by_set.items() if of_set}))
    return "\n".join(parts)


def _table(name: str, rows: Sequence[Figures]) -> str:
    head = (
        "engine",
        "build s",
        "paragraphs/s",
        "chunks/s",
        "characters/s",
        "index MiB",
        "peak MiB",
        "median ms",
        "p95 ms",
        "found at 1",
        "EM",
        "F1",
    )
    cells = [
        (
            row.label,
            _number(row.build_seconds),
            _number(row.documents_per_second),
            _number(row.chunks_per_second),
            "" if row.characters_per_second is None else f"{row.characters_per_second:.0f}",
            _number(row.index_bytes / _MIB),
            f"{row.peak / _MIB:.0f}",
            _number(1000 * row.median),
            _number(1000 * row.p95),
            f"{row.found_at_1:.3f}",
            _number(row.em),
            _number(row.f1),
        )
        for row in rows
    ]
    title = f"**{SET_LABELS[name]}**: {rows[0].questions} questions over {rows[0].documents} paragraphs"
    return f"{title}\n\n{markdown_table(head, cells)}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _ratios(standings: Mapping[str, Standing]) -> str:
    head = (
        "wenju's retrieval against the best peer",
        "paragraphs/s, times as many",
        "chunks/s, times as many",
        "characters/s, times as many",
        "median, share of its time",
        "found at 1",
    )
    cells = [
        (
            SET_LABELS[name],
            _ratio(item.build, ".2f"),
            _ratio(item.chunks, ".2f"),
            _ratio(item.characters, ".2f"),
            _ratio(item.median, ".2f"),
            _ratio(item.found, "+.3f"),
        )
        for name, item in standings.items()
    ]
    return f"**Ratios**\n\n{markdown_table(head, cells)}"


def _ratio(ratio: Ratio | None, form: str) -> str:
    return "" if ratio is None else f"{ratio.value:{form}} ({ratio.peer})"
