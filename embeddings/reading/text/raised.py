"""Raised and lowered texts: 10⁸ and m² as characters, for what a plain text would run together; marks of notes.

Markup sets them apart by `<sup>` and `<sub>`; what follows is the rule for any format that marks them.
"""

from __future__ import annotations

import re

_RAISED = str.maketrans("0123456789+-−=()niabcdefghjklmoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
_LOWERED = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
# What a note is pointed to by: [1], 注2, ①, *, †, and figures alone where a figure cannot be a power.
_MARK = re.compile(
    r"[\[［〔【(（]\s*(?:注释?\s?)?[\da-z*]{1,3}(?:\s*[-–,，、]\s*\d{1,3}){0,4}\s*[\]］〕】)）]|注释?\s?\d{0,3}|[\u2460-\u2473]|[*＊†‡§]{1,3}",
    re.I,
)
_FIGURES = re.compile(r"\d{1,3}(?:\s*[-–,，、]\s*\d{1,3}){0,4}")
_POWERED = re.compile(r"[A-Za-z\dµμΩ°′″πα-ω)\]]$|(?:毫|厘|分|千|海|平方|立方)?米$|公里$")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|tm|sm|®|©|e|er|o|a)", re.I)


def raised(text: str, before: str, linked: bool = False) -> str:
    """What stands raised behind `before`, as characters; "" for the mark of a note, `linked` to one or not.

    >>> raised("8", "2.3×10"), raised("2", "km"), raised("[3]", "馆长为林芷"), raised("3", "馆长为林芷")
    ('⁸', '²', '', '')
    """
    inner = text.strip()
    if _MARK.fullmatch(inner) or (linked and _FIGURES.fullmatch(inner)):
        return ""
    if _FIGURES.fullmatch(inner) and before and not _POWERED.search(before.rstrip()):
        return ""
    if _ORDINAL.fullmatch(inner):
        return text
    return _set(inner, _RAISED, "^") if inner else text


def lowered(text: str) -> str:
    """What stands lowered, as characters.

    >>> "CO" + lowered("2"), "x" + lowered("max")
    ('CO₂', 'xₘₐₓ')
    """
    return _set(text.strip(), _LOWERED, "_") if text.strip() else text


def _set(text: str, table: dict[int, int], mark: str) -> str:
    """The text in small characters where there are such; otherwise behind a mark, in brackets where it is several."""
    compact = "".join(text.split()).replace("－", "-").replace("–", "-")
    if all(ord(char) in table or char in "²³¹" for char in compact):
        return compact.translate(table)
    if not compact.isascii():
        return text
    return f"{mark}{compact}" if len(compact) == 1 else f"{mark}({compact})"


_WORDS = {
    **{"times": "×", "cdot": "·", "div": "÷", "pm": "±", "approx": "≈", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥"},
    **{
        "circ": "°",
        "mu": "μ",
        "pi": "π",
        "alpha": "α",
        "beta": "β",
        "Delta": "Δ",
        "Omega": "Ω",
        "quad": " ",
        "sim": "～",
    },
}
_GROUP = r"\{([^{}]*)\}"


def from_latex(formula: str) -> str:
    r"""A simple formula in LaTeX as a line of text; what is not known stays as it is written.

    >>> from_latex(r"4.7\times 10^{8}\,\mathrm{m}^3"), from_latex(r"\frac{a}{b}=25\%")
    ('4.7×10⁸m³', 'a/b=25%')
    """
    text = re.sub(r"\\(?:text|mathrm|mathbf|mathit|rm|operatorname)\s*" + _GROUP, r"\1", formula)
    text = re.sub(r"\\[dt]?frac\s*" + _GROUP + r"\s*" + _GROUP, r"\1/\2", text)
    text = re.sub(r"\\sqrt\s*" + _GROUP, r"√(\1)", text)
    text = re.sub(r"\^\s*\\circ", "°", text.replace("^{\\circ}", "°"))
    text = re.sub(r"\s*\\([A-Za-z]+)\s*", lambda word: _WORDS.get(word[1], word.group()), text)
    text = re.sub(r"\\([%&#$_{} ])", r"\1", re.sub(r"\\[,;:!]", "", text))
    text = re.sub(
        r"\^\s*(?:" + _GROUP + r"|([\w+-]))",
        lambda power: _set((power[1] or power[2] or "").strip(), _RAISED, "^"),
        text,
    )
    return re.sub(
        r"(?<=[^\W\d_])_\s*(?:" + _GROUP + r"|(\w))",
        lambda index: _set((index[1] or index[2] or "").strip(), _LOWERED, "_"),
        text,
    )
