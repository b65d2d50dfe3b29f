"""Equations of Word (m:oMath) -> text on one line, with raised figures as such: 2.3×10⁸, (a+b)/2, √(x)."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import normalize

from embeddings.reading.containers.xml_tree import Element, children, local
from embeddings.reading.text.raised import raised
from embeddings.reading.word.docx.package import M

_SIMPLE = frozenset("+-−±×÷·*/=<>≤≥ ,，;；")


def math_text(element: Element) -> str:
    """The text of an equation or of a part of one."""
    return "".join(_piece(child) for child in children(element))


def _piece(element: Element) -> str:
    name = local(element)
    if name.endswith("Pr"):
        return ""
    if name == "t":
        return "".join(map(_upright, element.text or ""))
    return _PIECES.get(name, math_text)(element)


def _upright(char: str) -> str:
    """The letter that people search for, of one that Word has set slanted or bold (U+1D44E)."""
    return normalize("NFKC", char) if "\U0001d400" <= char <= "\U0001d7ff" else char


def _of(element: Element, name: str) -> str:
    part = element.find(M + name)
    return "" if part is None else math_text(part).strip()


def _property(element: Element, name: str, otherwise: str) -> str:
    found = element.find(f"{M}{local(element)}Pr/{M}{name}")
    given = None if found is None else found.get(M + "val")
    return otherwise if given is None else given


def _grouped(text: str) -> str:
    """Brackets around what would be torn apart beside / or ^."""
    return f"({text})" if len(text) > 1 and not _SIMPLE.isdisjoint(text) else text


def _power(text: str) -> str:
    return raised(text, "0") or text


def _fraction(element: Element) -> str:
    above, below = _grouped(_of(element, "num")), _grouped(_of(element, "den"))
    return f"{above}/{below}" if _property(element, "type", "bar") != "noBar" else f"({above} {below})"


def _root(element: Element) -> str:
    degree, under = _of(element, "deg"), _of(element, "e")
    return f"{_power(degree)}√{_grouped(under)}"


def _sum(element: Element) -> str:
    sign = _property(element, "chr", "∫")
    low, high, under = _of(element, "sub"), _of(element, "sup"), _of(element, "e")
    return sign + (f"_({low})" if low else "") + (f"^({high})" if high else "") + (" " if low or high else "") + under


def _bracketed(element: Element) -> str:
    begin, between, end = (
        _property(element, name, char) for name, char in (("begChr", "("), ("sepChr", "|"), ("endChr", ")"))
    )
    return begin + between.join(math_text(part).strip() for part in element.findall(M + "e")) + end


def _function(element: Element) -> str:
    name, under = _of(element, "fName"), _of(element, "e")
    return f"{name} {under}" if name[-1:].isalpha() and under[:1].isalnum() else name + under


def _lines(element: Element) -> str:
    return "；".join(math_text(part).strip() for part in element.findall(M + "e"))


def _matrix(element: Element) -> str:
    return "；".join(" ".join(math_text(cell).strip() for cell in row) for row in element.findall(M + "mr"))


_PIECES: dict[str, Callable[[Element], str]] = {
    "sSup": lambda element: _of(element, "e") + _power(_of(element, "sup")),
    "sSubSup": lambda element: _of(element, "e") + _of(element, "sub") + _power(_of(element, "sup")),
    "sPre": lambda element: _power(_of(element, "sup")) + _of(element, "sub") + _of(element, "e"),
    "f": _fraction,
    "rad": _root,
    "nary": _sum,
    "d": _bracketed,
    "func": _function,
    "eqArr": _lines,
    "m": _matrix,
}
