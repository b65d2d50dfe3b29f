"""The fields of Word and RTF that say something by their code: page numbers, which are left out, and equations."""

from __future__ import annotations

import re

_PAGE = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b", re.IGNORECASE)
_EQUATION = re.compile(r"\s*eq\b(.*)", re.IGNORECASE | re.DOTALL)
_CIRCLED = re.compile(r"\\o\s*(?:\\a[clrd]\s*)?\(\s*[○〇◯]\s*[,，;]\s*(\d{1,2})\s*\)", re.IGNORECASE)
_OVERSTRUCK = re.compile(r"\\o\s*(?:\\a[clrd]\s*)?\(.*[,，;]\s*([^,，;()]+)\s*\)\s*$", re.IGNORECASE | re.DOTALL)
_FRACTION = re.compile(r"\\f\s*\(\s*([^,，;()]*)\s*[,，;]\s*([^,，;()]*)\s*\)", re.IGNORECASE)
_ROOT = re.compile(r"\\r\s*\(\s*([^,，;()]*?)\s*[,，;]?\s*([^,，;()]+)\s*\)", re.IGNORECASE)
_CIRCLES = 20


def is_page_field(code: str) -> bool:
    """Whether a field shows the number of a page or how many there are."""
    return _PAGE.match(code) is not None


def equation_field(code: str) -> str:
    r"""What a field of the kind EQ shows: a number in a circle, a character under its reading, a fraction, a root.

    >>> equation_field(r"eq \o\ac(○,7)"), equation_field(r"EQ \f(3,8)")
    ('⑦', '3/8')
    """
    found = _EQUATION.match(code)
    if found is None:
        return ""
    if circled := _CIRCLED.search(found[1]):
        number = int(circled[1])
        return chr(ord("①") + number - 1) if 0 < number <= _CIRCLES else circled[1]
    if fraction := _FRACTION.search(found[1]):
        return f"{fraction[1]}/{fraction[2]}"
    if overstruck := _OVERSTRUCK.search(found[1]):
        return overstruck[1].strip()
    if root := _ROOT.search(found[1]):
        return f"√{root[2]}"
    return ""
