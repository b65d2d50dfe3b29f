"""Characters that Word draws with fonts of symbols -> characters that say the same."""

from __future__ import annotations

from itertools import chain

_SYMBOL = dict(
    zip(
        range(0x41, 0x5B),
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ",
        strict=True,
    )
)
_SYMBOL |= dict(zip(range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True))
_SYMBOL |= {code: chr(code) for code in chain(range(0x28, 0x2A), range(0x30, 0x3B), (0x2B, 0x2C, 0x2E, 0x2F, 0x25))}
_SYMBOL |= {0x3C: "<", 0x3D: "=", 0x3E: ">", 0x2D: "−", 0x5B: "[", 0x5D: "]"}
_SYMBOL |= {0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "•"}
_SYMBOL |= {0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕", 0xD6: "√", 0xD7: "·", 0xE5: "∑", 0xF2: "∫"}
_WINGDINGS = {
    0x6F: "☐",
    0x70: "☐",
    0x71: "☐",
    0x72: "☐",
    0x78: "☒",
    0xA8: "☐",
    0xFB: "✘",
    0xFC: "✔",
    0xFD: "☒",
    0xFE: "☑",
}
_WINGDINGS |= {0x6C: "●", 0x6E: "■", 0xA1: "○", 0xAB: "★", 0xE0: "→", 0xDF: "←", 0xE8: "→", 0xF0: "⇨"}
_WINGDINGS |= {0x81 + place: char for place, char in enumerate("①②③④⑤⑥⑦⑧⑨⑩")}
_WINGDINGS |= {0x8C + place: char for place, char in enumerate("❶❷❸❹❺❻❼❽❾❿")}
_WINGDINGS_2 = {0x4F: "✘", 0x50: "✔", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x2A: "☐"}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}


def symbol(font: str, code: int) -> str:
    """The character that a font of symbols draws for a code, "" where it says nothing or the font is not known."""
    if code < 0xF000 and font.lower() not in _FONTS:
        return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    return _FONTS.get(font.lower(), {}).get(code & 0xFF, "")


def unmasked(text: str, font: str) -> str:
    """A text with its characters of a font of symbols (U+F020 to U+F0FF) as what they show."""
    if font.lower() not in _FONTS or not any("\uf020" <= char <= "\uf0ff" for char in text):
        return text
    return "".join(symbol(font, ord(char)) if "\uf020" <= char <= "\uf0ff" else char for char in text)
