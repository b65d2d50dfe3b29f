"""Pictures as PNG: what confidence is worth (risk-coverage, reliability), and figures against size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.outcomes import risk_of, verdicts
from qa.evaluation.metrics import area_under, calibration_error, reliability, risk_coverage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from benchmarks.outcomes import Outcome

# Drawn on a white ground, so that they can be read on a dark page too. Blue and orange differ for every eye.
_BLUE, _ORANGE, _GREY = "#0b5fa5", "#c8590a", "#767676"
_INCHES, _DPI = (6.0, 4.2), 110


def _new(title: str, x: str, y: str) -> tuple[Figure, Axes]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("Pictures need matplotlib. Install it with: pip install -e '.[bench]'") from error
    figure = Figure(figsize=_INCHES, layout="constrained")
    axes = figure.subplots()
    axes.set(title=title, xlabel=x, ylabel=y, xlim=(0, 1), ylim=(0, 1))
    axes.grid(color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    return figure, axes


def _save(figure: Figure, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    # Without the version of matplotlib, the same figures give the same file.
    figure.savefig(file, dpi=_DPI, metadata={"Software": None})


def draw_risk_coverage(outcomes: Sequence[Outcome], file: Path) -> None:
    """Risk by coverage over all questions and over the answerable ones, with the least that was possible."""
    figure, axes = _new(
        "Risk and coverage, DRCD dev", "coverage: share of questions answered, the surest first", "risk: share wrong"
    )
    there = [item for item in outcomes if item.answerable]
    half = f"half of {len(outcomes)} questions absent"
    for items, name, colour in ((outcomes, half, _ORANGE), (there, f"the {len(there)} answerable ones", _BLUE)):
        curve = risk_of(items)
        right = [float(item) for item in verdicts(items)]
        best = risk_coverage(right, verdicts(items))
        axes.plot(*zip(*curve, strict=True), color=colour, label=f"{name}: area {area_under(curve):.3f}")
        axes.plot(
            *zip(*best, strict=True),
            color=colour,
            linestyle=":",
            label=f"the same answers in perfect order: area {area_under(best):.3f}",
        )
    axes.legend(loc="upper left", fontsize="small", frameon=True)
    _save(figure, file)


def draw_reliability(outcomes: Sequence[Outcome], file: Path) -> None:
    """How many of the answers of about the same confidence are right."""
    bins = reliability([item.confidence or 0.0 for item in outcomes], verdicts(outcomes))
    filled = [item for item in bins if item.count]
    figure, axes = _new("Reliability, DRCD dev", "confidence", "share of answers that are right")
    axes.set_ylim(0, 1.08)
    axes.plot((0, 1), (0, 1), color=_GREY, linestyle="--", label="confidence is the share that is right")
    axes.bar(
        [item.low for item in filled],
        [item.right for item in filled],
        width=[item.high - item.low for item in filled],
        align="edge",
        color=_BLUE,
        edgecolor="white",
        label=f"expected calibration error {calibration_error(bins):.3f}",
    )
    axes.plot([i.confidence for i in filled], [i.right for i in filled], "o", color=_ORANGE, label="mean confidence")
    for item in filled:
        axes.annotate(f"n = {item.count}", (item.low + 0.05, item.right + 0.015), ha="center", fontsize="x-small")
    axes.legend(loc="upper left", fontsize="small", frameon=True)
    _save(figure, file)


def draw_by_size(sizes: Sequence[int], lines: Mapping[str, Sequence[float]], unit: str, file: Path) -> None:
    """Figures against the number of chunks, both axes logarithmic; a share (at most 1) has a plain one."""
    figure, axes = _new("", "chunks", unit)
    share = max(max(values) for values in lines.values()) <= 1
    axes.set(xscale="log", xlim=(min(sizes) / 1.6, max(sizes) * 1.6), ylim=(None, None))
    axes.autoscale(axis="y")
    axes.set(yscale="linear" if share else "log")
    if share:
        axes.set_ylim(0.9, 1.0)
    for (name, values), colour, mark in zip(lines.items(), (_BLUE, _ORANGE, _GREY, "#222222"), "os^d", strict=False):
        axes.plot(sizes, values, color=colour, marker=mark, label=name)
    axes.legend(loc="best", fontsize="small", frameon=True)
    _save(figure, file)
