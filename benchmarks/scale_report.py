"""The scale benchmark's table and pictures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.common import RESULTS, headline, markdown_table
from benchmarks.plots import draw_by_size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Figures = dict[str, Any]

_ENCODING = "encoding"


def _built(figures: Figures, which: str) -> float:
    """Seconds of a build less its encoding, for which a stand-in is used here."""
    return float(figures[which]["seconds"] - figures[which]["stages"].get(_ENCODING, 0.0))


def _on_disk(part: str, figures: Figures) -> float:
    return _a_chunk(figures, part)


def _a_chunk(figures: Figures, *parts: str) -> float:
    """Bytes a chunk on disk."""
    return float(sum(figures["disk"][part] for part in parts) / figures["build"]["chunks"])


_INDEX = ("chunks", "dense", "lexical", "manifest")

_ROWS: dict[str, Callable[[Figures], str]] = {
    "files": lambda f: f"{f['files']:,}",
    "recall@10 of the dense index, against exact search": lambda f: f"{f['search']['recall']:.3f}",
    "retrieval less encoding: median, 95th percentile": lambda f: _pair(f["search"]["whole"]["clock"]),
    "retrieval less encoding, processor time": lambda f: _pair(f["search"]["whole"]["cpu"]),
    "of it dense search, processor time": lambda f: _pair(f["search"]["parts"]["dense"]["cpu"]),
    "of it lexical search, processor time": lambda f: _pair(f["search"]["parts"]["lexical"]["cpu"]),
    "memory of a process that searched": lambda f: f"{f['search']['resident_mib']:.0f} MiB",
    "of it its own, not mapped files": lambda f: f"{f['search']['anonymous_mib']:.0f} MiB",
    "on disk: index": lambda f: f"{_a_chunk(f, *_INDEX):.0f} bytes a chunk",
    "on disk: vector cache": lambda f: f"{_a_chunk(f, 'vectors'):.0f} bytes a chunk",
    "open": lambda f: f"{f['search']['open_seconds']:.2f} s",
    "open and first question": lambda f: f"{f['search']['open_seconds'] + f['search']['first_seconds']:.2f} s",
    "build less encoding": lambda f: f"{_built(f, 'build'):.0f} s",
    "build less encoding, processor time": lambda f: f"{f['build']['cpu_seconds']:.0f} s",
    "rebuild, one file of a thousand changed": lambda f: f"{f['rebuild']['seconds']:.0f} s",
    "rebuild, processor time": lambda f: f"{f['rebuild']['cpu_seconds']:.0f} s",
    "chunks that this encoded": lambda f: f"{f['rebuild']['encoded']:,}",
    "most memory of the build": lambda f: f"{f['build']['peak']:.0f} MiB",
}


def _pair(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.1f} ms" for value in values)


def table(where: dict[str, str], sizes: Sequence[Figures], pictures: Sequence[str]) -> str:
    """The figures of all sizes, a column each, and the pictures below."""
    head = ["", *(f"{figures['build']['chunks']:,} chunks" for figures in sizes)]
    rows = [[name, *(cell(figures) for figures in sizes)] for name, cell in _ROWS.items()]
    shown = "\n".join(f"![{name}](results/{name})" for name in pictures)
    return f"{headline(where)}\n\n{markdown_table(head, rows)}\n{shown}\n"


def draw(sizes: Sequence[Figures], commit: str) -> list[str]:
    """Draw each figure against size; the files' names."""
    counts = [figures["build"]["chunks"] for figures in sizes]

    def line(value: Callable[[Figures], float]) -> list[float]:
        return [value(figures) for figures in sizes]

    pictures = {
        "time": (
            "milliseconds of retrieval less encoding",
            {
                "95th percentile": line(lambda f: f["search"]["whole"]["clock"][1]),
                "median": line(lambda f: f["search"]["whole"]["clock"][0]),
                "processor time, 95th percentile": line(lambda f: f["search"]["whole"]["cpu"][1]),
                "processor time, median": line(lambda f: f["search"]["whole"]["cpu"][0]),
            },
        ),
        "memory": (
            "MiB",
            {
                "a build, at most": line(lambda f: f["build"]["peak"]),
                "a process that searched": line(lambda f: f["search"]["resident_mib"]),
                "of it not mapped files": line(lambda f: f["search"]["anonymous_mib"]),
            },
        ),
        "build": (
            "seconds",
            {
                "build less encoding": line(lambda f: _built(f, "build")),
                "rebuild, one file of a thousand changed": line(lambda f: f["rebuild"]["seconds"]),
                "open and first question": line(lambda f: f["search"]["open_seconds"] + f["search"]["first_seconds"]),
                "open": line(lambda f: f["search"]["open_seconds"]),
            },
        ),
        "disk": (
            "bytes a chunk on disk",
            {part: line(partial(_on_disk, part)) for part in ("vectors", "lexical", "chunks", "dense")},
        ),
        "recall": ("recall@10 against exact search", {"dense index": line(lambda f: f["search"]["recall"])}),
    }
    names = []
    for name, (unit, lines) in pictures.items():
        names.append(f"scale-{commit}-{name}.png")
        draw_by_size(counts, lines, unit, RESULTS / names[-1])
    return names
