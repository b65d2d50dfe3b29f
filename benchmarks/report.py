"""The figures of the quality benchmark as Markdown tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.common import headline, markdown_table

if TYPE_CHECKING:
    from collections.abc import Callable

Figures = dict[str, Any]

_OPEN = ("drcd", "cmrc", "xquad", "english", "news")


def tables(figures: Figures) -> str:
    """All tables of a run, each below a line that says what it is of; what was not measured is left out."""
    sets: dict[str, Figures] = figures["sets"]
    asked = "all questions" if figures["sample"] is None else f"at most {figures['sample']} questions a set"
    parts = [f"{headline(figures['machine'])} {asked.capitalize()}, seed {figures['seed']}.\n"]
    if "seeds" in sets:
        parts.append(_seeds(sets["seeds"]))
    parts += [_open(sets[name]) for name in _OPEN if name in sets and _asking(sets[name])]
    read = [sets[name] for name in _OPEN if name in sets and "paragraph" in sets[name]["rows"]]
    if read:
        parts.append(_paragraphs(read))
    if "refusal" in sets:
        parts.append(_refusal(sets["refusal"]))
    if any("refusing" in found["rows"] for found in sets.values()):
        parts.append(_shares(sets))
    if figures["together"]["questions"]:
        parts.append(_together(figures["together"]))
    parts += [f"![{name}](results/{file})\n" for name, file in figures["pictures"].items()]
    return "\n".join(parts)


def _asking(found: Figures) -> list[Figures]:
    return [row for name, row in found["rows"].items() if name != "paragraph"]


def _rows(rows: list[Figures], columns: dict[str, Callable[[Figures], str]]) -> str:
    return markdown_table(
        ["row", *columns], [[row["label"], *(cell(row) for cell in columns.values())] for row in rows]
    )


def _share(name: str) -> Callable[[Figures], str]:
    return lambda row: f"{row[name]:.3f}"


def _percent(name: str) -> Callable[[Figures], str]:
    return lambda row: f"{100 * row[name]:.1f}"


def _count(name: str, of: str) -> Callable[[Figures], str]:
    return lambda row: f"{round(row[name] * row[of])} of {row[of]}"


def _wrongly_refused(row: Figures) -> str:
    return f"{round((1 - row['answered']) * row['answerable'])} of {row['answerable']}"


def _with_interval(name: str, scale: int = 100, digits: int = 1) -> Callable[[Figures], str]:
    def cell(row: Figures) -> str:
        low, high = (scale * bound for bound in row["interval"][name])
        return f"{scale * row[name]:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"

    return cell


_TIMES: dict[str, Callable[[Figures], str]] = {"median s": _share("median_seconds"), "p95 s": _share("p95_seconds")}


def _seeds(found: Figures) -> str:
    columns = {
        "found at 1": _count("found@1", "answerable"),
        "at 3": _count("found@3", "answerable"),
        "at 10": _count("found@10", "answerable"),
        "MRR": _share("mrr"),
        "exact": _count("em", "answerable"),
        "exact, 95%": lambda row: "{:.2f}–{:.2f}".format(*row["interval"]["em"]),
        "wrongly refused": _wrongly_refused,
        "absent, refused": _count("absent_refused", "absent"),
        "ECE": lambda row: f"{row['confidence']['ece']:.3f}" if "confidence" in row else "",
        **_TIMES,
    }
    return f"**{found['label']}**\n\n" + _rows(_asking(found), columns)


def _open(found: Figures) -> str:
    columns = {
        "found at 1": _share("found@1"),
        "at 5": _share("found@5"),
        "at 10": _share("found@10"),
        "MRR": _share("mrr"),
        "EM": _percent("em"),
        "F1": _percent("f1"),
        "answered": _percent("answered"),
        "EM of these": _percent("em_answered"),
        "F1 of these": _percent("f1_answered"),
        **_TIMES,
    }
    head = f"**{found['label']}**: {found['questions']} questions over {found['paragraphs']} paragraphs"
    return f"{head}\n\n" + _rows(_asking(found), columns)


def _paragraphs(sets: list[Figures]) -> str:
    rows = [{**found["rows"]["paragraph"], "label": found["label"]} for found in sets]
    columns = {
        "questions": lambda row: str(row["answerable"]),
        "EM (95%)": _with_interval("em"),
        "F1 (95%)": _with_interval("f1"),
        **_TIMES,
    }
    return "**The reader on each question's own paragraph**\n\n" + _rows(rows, columns)


def _shares(sets: dict[str, Figures]) -> str:
    rows = [
        {**found["rows"]["refusing"], "label": found["label"]} for found in sets.values() if "refusing" in found["rows"]
    ]
    columns = {
        "questions": lambda row: str(row["answerable"] + row["absent"]),
        "right": _percent("right"),
        "wrong": _percent("wrong"),
        "wrongly refused": _percent("wrongly_refused"),
        "rightly refused": _percent("rightly_refused"),
    }
    return "**As it ships: every set, in shares of all its questions**\n\n" + _rows(rows, columns)


def _together(found: Figures) -> str:
    head = (
        f"**Confidence over all sets**: {found['questions']} questions, expected calibration error {found['ece']:.3f}; "
        f"of {found['above']} answers above 0.8 are {100 * found['right_above']:.1f} % right"
    )
    lines = [
        (
            f"{item['low']:.1f}–{item['high']:.1f}",
            str(item["count"]),
            f"{item['confidence']:.2f}",
            f"{item['right']:.2f}",
        )
        for item in found["bins"]
    ]
    return f"{head}\n\n" + markdown_table(["confidence", "questions", "mean confidence", "right"], lines)


def _refusal(found: Figures) -> str:
    lines: list[tuple[str, str]] = []
    reader, refusing = found["rows"].get("reader"), found["rows"].get("refusing")
    if reader is not None:
        sure = reader["confidence"]
        lines += [
            ("answerable and absent questions", f"{reader['answerable']} and {reader['absent']}"),
            ("AUROC", f"{sure['auroc']:.3f}"),
            ("area under the risk-coverage curve, all", f"{sure['aurc']:.3f} (least: {sure['aurc_least']:.3f})"),
            (
                "area under the risk-coverage curve, answerable",
                f"{sure['aurc_answerable']:.3f} (least: {sure['aurc_answerable_least']:.3f})",
            ),
            ("expected calibration error, 10 bins", f"{sure['ece']:.3f}"),
        ]
    if refusing is not None:
        lines += [
            ("absent and refused", _count("absent_refused", "absent")(refusing)),
            ("answerable but refused", _wrongly_refused(refusing)),
        ]
    head = f"**{found['label']}**: over the {found['paragraphs']} paragraphs left"
    return f"{head}\n\n" + markdown_table(("what", "figure"), lines)
