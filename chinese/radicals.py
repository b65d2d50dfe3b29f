"""Characters that a font wrote in another one's place: ⻓ and ⾧ look like 长 and 長, but are others to a search.

Unicode has two blocks of radicals, and two of compatibility ideographs (車 for 車). NFKC knows the characters of all
but the second block of radicals, which has the simplified ones (⻓, ⻘, ⻢): those that are characters of their own are
listed here. Of the characters for private use those are known that the GBK encoding put there before Unicode had them,
and those of fonts of symbols, whose letters and figures stand at U+F000 and the code of each.
"""

from __future__ import annotations

import re
import unicodedata

_SUPPLEMENT = dict(
    zip(
        "⺁⺄⺅⺆⺈⺉⺊⺌⺍⺎⺏⺐⺒⺓⺔⺕⺖⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "厂乙亻冂刀刂卜小小兀尣尢巳幺彑彐忄扌攵旡日月歺母民氵氺灬爫爫丬牛犭王疋目示礻竹糹纟罓罒羊羊羊耂肀聿月臼艹艹艹虎衤覀西见角角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
)
_MORE = dict(zip("⺂⺃⺇⺋⺑⺗⺴⺵㇐㇑㇒㇔㇗㇚㇟", "乛乚几㔾尢忄罓罒一丨丿丶乚亅乚", strict=True))
_GBK_FIRST = 0xE815
_GBK_TRAILS = (*range(0x50, 0x7F), *range(0x80, 0xA1))
_GBK_LATER = dict(
    zip(
        "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864",
        "𠂇𠂉𠃌龴龵龶龷𡗗龸𢦏龹龺𤇾龻",
        strict=True,
    )
)
_SYMBOLS = 0xF000
_BULLETS = dict.fromkeys("\uf0a7\uf0a8\uf0b2\uf0b7\uf0d8\uf0e0\uf0e8\uf0f0", "•")
_TICKS = {"\uf052": "☑", "\uf0fc": "✓", "\uf0fe": "☑", "\uf0a3": "☐", "\uf0fb": "×", "\uf0fd": "☒"}
_STANDS_FOR = re.compile(
    "[\u2e80-\u2fd5\u31c0-\u31e3\ue815-\ue864\uf020-\uf07e\uf0a0-\uf0ff\uf900-\ufaff\U0002f800-\U0002fa1f]"
)
_OPENING_SYMBOL = re.compile(r"^(\s*)([\uf021-\uf07e\uf0a1-\uf0ff])(?![\uf020-\uf0ff])")


def without_radicals(text: str) -> str:
    """The text with the character that each radical, or other look-alike, stands for; of the same length.

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
