"""Raised figures as characters of their own: 10 to the power of 8 is 10⁸, not 108."""

from __future__ import annotations

_RAISED = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_HAS_RAISED = frozenset(map(chr, _RAISED))


def raised(text: str) -> str:
    """The text in superscript characters where each of its own has one, else as it is (the th of 5th)."""
    return text.translate(_RAISED) if _HAS_RAISED.issuperset(text) else text
