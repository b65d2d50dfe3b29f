"""The words of an English text that carry meaning, and the forms under which they are looked up."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import snowballstemmer as snowball

_WORD = re.compile(r"[a-z]+(?:['’-][a-z]+)*|\d+(?:st|nd|rd|th)\b|\d+(?:[.,]\d+)*")
STOP_WORDS = frozenset(
    "a an the of in on at by for to from with and or as is are was were be been being do does did has have had will "
    "would can could shall should may might must it its this that these those there their his her our your my we you "
    "they he she i who whom whose what which when where why how many much long often far tall high big large old total "
    "number amount s not no than then also into over under about between during per each every all any some please "
    "tell me give get got make made called name named one two three".split()
)
# The base form, then the forms that no rule of spelling leads back to it.
_IRREGULAR = """
arise arose arisen, awake awoke, bear bore borne, beat beaten, become became, begin began begun, bend bent, bind bound,
bite bit bitten, bleed bled, blow blew blown, break broke broken, breed bred, bring brought, build built, burn burnt,
buy bought, catch caught, choose chose chosen, come came, creep crept, deal dealt, dig dug, draw drew drawn,
dream dreamt, drink drank drunk, drive drove driven, dwell dwelt, eat ate eaten, fall fell fallen, feed fed, feel felt,
fight fought, find found, flee fled, fly flew flown, forbid forbade forbidden, forget forgot forgotten,
forgive forgave forgiven, freeze froze frozen, go went gone, grind ground, grow grew grown, hang hung, hear heard,
hide hid hidden, hold held, keep kept, know knew known, lay laid, lead led, lean leant, leap leapt, learn learnt,
leave left, lend lent, lie lain, light lit, lose lost, mean meant, meet met, overcome overcame,
overthrow overthrew overthrown, pay paid, prove proven, ride rode ridden, ring rang rung, rise rose risen, run ran,
say said, see saw seen, seek sought, sell sold, send sent, shake shook shaken, shine shone, shoot shot, show shown,
shrink shrank shrunk, sing sang sung, sink sank sunk, sit sat, sleep slept, slide slid, speak spoke spoken, spend spent,
spin spun, spring sprang sprung, stand stood, steal stole stolen, stick stuck, strike struck, swear swore sworn,
sweep swept, swell swollen, swim swam swum, swing swung, take took taken, teach taught, tear tore torn, think thought,
throw threw thrown, undergo underwent undergone, understand understood, undertake undertook undertaken, wake woke woken,
wear wore worn, weave wove woven, win won, wind wound, withdraw withdrew withdrawn, write wrote written, man men,
woman women, child children, foot feet, tooth teeth, mouse mice, goose geese, life lives, wife wives, knife knives,
leaf leaves, half halves, wolf wolves, thief thieves, good better best, bad worse worst
"""
MONTHS = tuple("January February March April May June July August September October November December".split())
"""The names of the months; those in small letters are MONTHS_FOLDED."""
MONTHS_FOLDED = tuple(month.lower() for month in MONTHS)
_ROMAN = re.compile(r"(?=[XVIL]{2})(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
# From the longest; what is left of a word must be long enough to say something.
_ENDINGS = (
    "ation ition ment ness tion sion ance ence ical able ibil less ive ion ity ist ism ful ous ant ent ate ify ize "
    "iti ial al er or ic iz at it if y e i"
).split()
_SHORTEST_ROOT = 5
_MOST_ENDINGS = 3


def english_words(text: str) -> list[str]:
    """The words and figures of an English text that carry meaning, in order, as written; accents are dropped."""
    plain = _without_accents(text)
    found = []
    for match in _WORD.finditer(plain.lower().replace("’", "'")):
        word = match.group().removesuffix("'s")
        word = re.sub(r"^(\d+)(?:st|nd|rd|th)$", r"\1", word)
        if word not in STOP_WORDS and stem(word) not in STOP_WORDS:
            found.append(plain[match.start() : match.start() + len(word)])
    return found


def _without_accents(text: str) -> str:
    """The text with plain letters for accented ones (Qīngdǎo), of the same length."""
    if text.isascii():
        return text
    return "".join(
        base if (base := unicodedata.normalize("NFD", character)[0]).isascii() else character for character in text
    )


@functools.lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The stem of an English word; British spelling counts as American."""
    word = re.sub(r"is(e|ed|es|ing|ation)$", r"iz\1", word) if len(word) > 6 else word
    word = re.sub(r"(?<=[a-z]{2})our(s?)$", r"or\1", word)  # labour, harbours
    word = re.sub(r"(?<=[a-z]{2})tre(s?)$", r"ter\1", word)  # centre, theatres
    # After stemming, so that harvest and harvested fall together as tallest and tall do.
    return re.sub(r"(?<=[a-z]{4})est$", "", str(_stemmer().stemWord(word)))


def stems(word: str) -> tuple[str, ...]:
    """The stems under which a word in small letters is looked up: its base form's (won -> win), and its own."""
    base = _base_forms().get(word)
    return (stem(word),) if base is None else (stem(base), stem(word))


def root(stem_of_word: str) -> str:
    """What words of one family have in common (classify, classification: class): five letters at least."""
    word = stem_of_word
    for _ in range(_MOST_ENDINGS):
        ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= _SHORTEST_ROOT), None)
        if ending is None:
            break
        word = word.removesuffix(ending)
    return word


def month_number(word: str) -> int | None:
    """The number of a month by its English name; None for another word, and for May, which is one too often."""
    return MONTHS_FOLDED.index(word) + 1 if word in MONTHS_FOLDED and word != "may" else None


def roman_number(word: str) -> int | None:
    """The value of a Roman number in capitals, from two letters on (Louis XIV: 14) and below 90; None for others."""
    if not _ROMAN.fullmatch(word):
        return None
    values = [_ROMAN_VALUES[letter] for letter in word]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


@functools.cache
def _base_forms() -> dict[str, str]:
    rows = [row.split() for row in _IRREGULAR.split(",")]
    return {form: row[0] for row in rows for form in row[1:]}


@functools.cache
def _stemmer() -> snowball.stemmer:
    import snowballstemmer

    return snowballstemmer.stemmer("english")
