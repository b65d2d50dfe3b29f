"""Charts and diagrams of office programs -> the figures and words in them."""

from __future__ import annotations

import re

from embeddings.reading.containers.xml_tree import Element, children, local

_MOST_SERIES, _MOST_POINTS = 60, 2000


def chart_grid(root: Element) -> list[list[str]]:
    """A chart (the root of its part) as a table: its title alone, the names of its series, a row for each category.

    Empty where it keeps no values of its own.
    """
    series = [item for item in root.iter() if _is(item, "ser")][:_MOST_SERIES]
    names = [_text(_child(item, "tx")) for item in series]
    labels: dict[int, str] = {}
    columns: list[dict[int, str]] = []
    for item in series:
        for name in ("cat", "xVal"):
            labels = _points(_child(item, name)) | labels
        columns.append(_points(_child(item, "val")) | _points(_child(item, "yVal")))
    places = sorted({place for column in columns for place in column})[:_MOST_POINTS]
    if not places:
        return []
    chart = _child(root, "chart")
    title = _text(_child(chart, "title"))
    if not any(names):
        names = [title or "数值"] if len(names) == 1 else [f"系列{place}" for place, _ in enumerate(names, 1)]
    grid = [["类别", *names]] + [
        [labels.get(place, ""), *(column.get(place, "") for column in columns)] for place in places
    ]
    return [[title], *grid] if title and title not in names else grid


def diagram_lines(root: Element) -> list[str]:
    """The texts of a diagram (SmartArt), from the root of its data, one for each of its boxes."""
    lines = []
    for point in (item for item in root.iter() if _is(item, "pt")):
        if line := _text(point):
            lines.append(line)
    return lines


def _points(data: Element | None) -> dict[int, str]:
    """The values of a series by their place, as the chart shows them."""
    found: dict[int, str] = {}
    code = ""
    for item in () if data is None else data.iter():
        if _is(item, "formatCode"):
            code = item.text or ""
        elif _is(item, "pt") and re.fullmatch(r"[0-9]{1,6}", item.get("idx") or ""):
            value = _child(item, "v")
            if value is not None and value.text:
                found[int(item.get("idx"))] = _shown(value.text, item.get("formatCode") or code)
    return found


def _shown(value: str, code: str) -> str:
    """A number in the format that the chart names (0.0%, #,##0.00); as it is where that is General."""
    try:
        number = float(value)
    except ValueError:
        return " ".join(value.split())
    form = re.search(r"(#,##)?0(?:\.(0+))?(%)?", code.split(";")[0])
    if form is None or re.search(r"[ymdhs年月日]", code, re.IGNORECASE):
        return f"{number:.12g}" if abs(number) < 1e12 else value
    separator, decimals, percent = form.groups()
    places = len(decimals or "")
    return f"{number * (100 if percent else 1):{',' if separator else ''}.{places}f}{percent or ''}"


def _text(element: Element | None) -> str:
    """What it says: rich text (a:t) or values that it keeps (c:v)."""
    if element is None:
        return ""
    pieces = [item.text or "" for item in element.iter() if _is(item, "t") or _is(item, "v")]
    return " ".join("".join(pieces).split())


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next((item for item in children(element) if local(item) == name), None)


def _is(element: Element, name: str) -> bool:
    return isinstance(element.tag, str) and local(element) == name
