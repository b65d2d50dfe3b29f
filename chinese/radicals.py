"""Characters that a font wrote in another one's place: ⻓ and ⾧ look like 长 and 長, but are others to a search.

Unicode has two blocks of radicals, and two of compatibility ideographs (車, 樂). NFKC knows the characters of all but
the second block of radicals, which has the simplified ones (⻓, ⻘, ⻢): those that are characters of their own are
listed here. Of the characters for private use those are known that the GBK encoding put there before Unicode had them,
and those of fonts of symbols, whose letters and figures stand at U+F000 and the code of each.
"""

The text with the character that each radical, or other look-alike, stands for; of the same length.

    >>> without_radicals("⻓⼭县⻘⽯⻢⽥")
    '长山县青石马田'
    """
    return _STANDS_FOR.sub(_character, text)


def with_bullet(line: str) -> str:
    """The line, a symbol for private use that it begins with as the bullet that fonts of symbols have there.

    >>> with_bullet("\uf06c 水库"), with_bullet("\uf0fc 已办")
    ('• 水库', '✓ 已办')
    """
    return _OPENING_SYMBOL.sub(lambda match: match[1] + _TICKS.get(match[2], "•"), line)


def _character(match: re.Match[str]) -> str:
    written = match.group()
    for known in (_SUPPLEMENT, _MORE, _GBK_LATER, _BULLETS, _TICKS):
        if written in known:
            return known[written]
    code = ord(written)
    if _GBK_FIRST <= code < _GBK_FIRST + len(_GBK_TRAILS):
        meant = bytes((0xFE, _GBK_TRAILS[code - _GBK_FIRST])).decode("gb18030", "replace")
        return _SUPPLEMENT.get(meant, meant)
    if _SYMBOLS < code < _SYMBOLS + 0x7F:
        return chr(code - _SYMBOLS)
    form = unicodedata.normalize("NFKC", written)
    return form if len(form) == 1 else written
