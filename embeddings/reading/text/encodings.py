"""The bytes of a text file -> its text: the encodings in which Chinese is written, told apart."""

from __future__ import annotations

import re
import unicodedata

# The 300 commonest characters, simplified and traditional, and the punctuation: a text decoded wrongly has few. With
# them the commonest of Japanese and Korean, by which a text of these is told.
_COMMON = frozenset(
    "的一是不了在人有我他这這个個们們中来來上大为爲為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發后後作里裏裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面"
    "起看定天分还還进進好小部其些主样樣理心她本前开開但因只从從想实實日军軍者意无無力它與与长長把机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間由问問很最重并並物手应應战戰向头頭文体體政美"
    "相见見被利什二等产產或新己制身果加西斯月话話合回特代内內信表化老给給世位次度门門任常先海通教儿兒原东東声聲提立及比员員解水名真论論处處走义義各入几幾口认認条條平系气氣题題活尔爾更别別打女变變四神总總何"
    "电電数數安少报報才结結反受目太量再感建务務做接必场場件计計管期市直德资資命山金指克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却卻界达達光放强強即像难難且权權思王象"
    "，。、；：？！“”‘’「」『』（）《》〈〉…—　·"
    "のにはをたがでてとしれさいるなもあすこらかりまきくっん"
    "이다는의에을를가은한고하로도지기사인서있대으것그들어시해수과나라자일정보"
)
# Of equally likely ones, the first is taken.
_ENCODINGS = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-8")
_NEIGHBOURS = ("cp949", "cp932", "euc_jp")
"""Of Korean and Japanese; rows of Chinese characters may look like them, so they have to be likelier by a margin."""
_MARGIN = 0.15
_ONE_BYTE = frozenset(_ENCODINGS + _NEIGHBOURS) - {"utf-16-le", "utf-16-be"}
"""Those in which ASCII is itself, so that a text can be told by its other bytes."""
_SAMPLE = 16384  # bytes; even, so that it cuts no UTF-16 character
_LIKELY = 0.15  # commonness of a text that is beyond doubt of East Asia
_SHORT = 64  # bytes; a shorter text, a list of names for one, may have no common character
_DAMAGED_SHARE = 0.01  # of the characters may be undecodable
_LOST_SHARE = 0.5  # of the characters outside ASCII may have been lost before: U+FFFD that stands in the text itself
_PADDED_SHARE = 0.34  # of the bytes may be NUL within a text
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_UTF8_HAN = re.compile(rb"[\xe4-\xe9][\x80-\xbf]{2}")


def decode(data: bytes, declared: str | None = None) -> str | None:
    """Decode a text file, or give None where the bytes are no text.

    Tried in turn: a byte order mark, UTF-32, UTF-8, the encoding that the text itself declares; UTF-8 with lines of
    another encoding, or bad bytes, among its own; then GB18030, Big5, UTF-16, Korean and Japanese, of which that one
    is taken in which most characters are common ones. Measured on pieces of 10 characters of news: of 2500 in GBK and
    Big5 none went wrong, where charset-normalizer, left to choose between the two, mistakes 1 in 50; of 1000 in
    UTF-16, one did. It knows other languages, and is asked where the text does not look like any of these.

    A byte that cannot be read is U+FFFD in the text. NULs, as programs fill files up with, are left out.
    """
    wide = _wide(data)
    if wide is not None:
        return _plausible(_without_nuls(wide))
    for encoding in ("utf-8-sig", declared):
        try:
            text = data.decode(encoding) if encoding else ""
        except UnicodeError:
            continue
        if text and (_plausible(text) is not None or (encoding == "utf-8-sig" and _mostly_kept(text))):
            return text
    mixed = _by_lines(data)
    if mixed is not None and _mostly_kept(mixed):
        return mixed
    best = _likeliest(data)
    found = _plausible(data.decode(best, "replace")) if best is not None else None
    return _padded(data, declared) if found is None and b"\0" in data else found


def _wide(data: bytes) -> str | None:
    """A text with a byte order mark of UTF-16 or UTF-32, or in UTF-32 without one; None for any other."""
    for mark, encoding in ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeError:
                return data.decode(encoding, "replace") if len(data) % 4 else data.decode("utf-16", "replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    # No other text is valid in it: two letters of any would be a number that no character has.
    sample = data[: _SAMPLE - _SAMPLE % 4] if len(data) > _SAMPLE else data[: len(data) - len(data) % 4]
    for encoding in ("utf-32-le", "utf-32-be"):
        try:
            text = sample.decode(encoding)
        except UnicodeError:
            continue
        if text.strip("\0"):
            return data.decode(encoding, "replace")
    return None


def _by_lines(data: bytes) -> str | None:
    """UTF-8 with lines in another encoding, as a line that was pasted or appended is; None where no line is UTF-8.

    Such lines are told together. A line that is mostly UTF-8 has a bad byte or two.
    """
    if b"\n" not in data and _bad_share(data) > 0.5:
        return None
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    texts: list[str | None] = []
    proved = False
    for line in lines:
        text = _utf8(line)
        proved = proved or (text is not None and len(_UTF8_HAN.findall(line)) > 1)
        texts.append(text)
    if not proved:
        return None
    strange = b"\n".join([line for line, text in zip(lines, texts, strict=True) if text is None])
    best = (_likeliest(strange) if strange else None) or "utf-8"
    best = best if best in _ONE_BYTE else "utf-8"
    return "\n".join(
        [line.decode(best, "replace") if text is None else text for line, text in zip(lines, texts, strict=True)]
    )


def _utf8(line: bytes) -> str | None:
    """A line as UTF-8, where most of what is not ASCII in it is valid."""
    try:
        return line.decode("utf-8")
    except UnicodeError:
        return line.decode("utf-8", "replace") if _bad_share(line) <= 0.5 else None


def _bad_share(data: bytes) -> float:
    """How many of the characters outside ASCII are none in UTF-8; 0 where there are none."""
    text = data.decode("utf-8", "replace")
    strange = sum(not char.isascii() for char in text)
    return text.count("\ufffd") / strange if strange else 0.0


def _likeliest(data: bytes) -> str | None:
    """The encoding in which most characters are common ones; None where no text has such bytes."""
    told = _telling(data)
    scores: dict[str, float] = {}
    for encoding in _ENCODINGS + (_NEIGHBOURS if len(data) > _SHORT else ()):
        text = (told if encoding in _ONE_BYTE else data[:_SAMPLE]).decode(encoding, "replace")
        # Bytes that were cut off at the end of the sample are no fault of the encoding.
        text = text.rstrip("\ufffd") if len(data) > _SAMPLE else text
        if "\0" not in text:
            scores[encoding] = _commonness(text) - (_MARGIN if encoding in _NEIGHBOURS else 0)
    for encoding in ("utf-16-le", "utf-16-be"):  # nearly all bytes make some characters in it
        if scores.get(encoding, 1) < 0:
            del scores[encoding]
    if not scores:
        return None
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] < (_LIKELY if len(data) > _SHORT else 0):
        from charset_normalizer import from_bytes  # needed for few files, and heavy

        other = from_bytes(told).best()
        best = best if other is None else other.encoding
    return best


def _telling(data: bytes) -> bytes:
    """Of a text the bytes by which its encoding is told: those from the first that is not ASCII on.

    A log or a program may have its first Chinese word behind pages of ASCII.
    """
    if b"\0" in data[:_SAMPLE]:
        return data[:_SAMPLE]
    first = _NOT_ASCII.search(data)
    start = first.start() if first is not None else 0
    if start + _SAMPLE > len(data) and len(data) <= _SAMPLE:
        return data
    pieces: list[bytes] = []
    size = 0
    while size < _SAMPLE and first is not None:
        end = data.find(b"\n", first.start())
        piece = data[first.start() : min(end if end >= 0 else len(data), first.start() + _SAMPLE - size)]
        pieces.append(piece)
        size += len(piece) + 1
        first = _NOT_ASCII.search(data, end) if end >= 0 else None
    return b"\n".join(pieces) or data[:_SAMPLE]


def _padded(data: bytes, declared: str | None) -> str | None:
    """A text in which NULs stand: one within a text goes, a row of them parts what stands before and behind it."""
    inner = data.strip(b"\0")
    if not inner or inner.count(b"\0") > _PADDED_SHARE * len(inner):
        return None
    text = decode(re.sub(rb"\0+", lambda row: b"" if len(row.group()) == 1 else b" ", inner), declared)
    return None if text is None or any(map(_is_control, set(text))) else text  # as programs and pictures have


def _without_nuls(text: str) -> str:
    return re.sub("\0+", lambda row: "" if len(row.group()) == 1 else " ", text.strip("\0")) if "\0" in text else text


def _commonness(text: str) -> float:
    """Score the characters outside ASCII: 1 where all are common, 0 where rare, -2 where none exists."""
    total, count = 0.0, 0
    for char in text:
        if char.isascii() and (char.isprintable() or char.isspace()):
            continue
        count += 1
        if char in _COMMON:
            total += 1
        elif char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cn", "Co"):
            total -= 2
        elif not ("\u4e00" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" or "\u3040" <= char <= "\u30ff"):
            total -= 0.3
    return total / count if count else 1


def _plausible(text: str) -> str | None:
    strange = sum(text.count(char) for char in set(text) if char == "\ufffd" or _is_control(char))
    return None if "\0" in text or strange > len(text) * _DAMAGED_SHARE + 1 else text


def _mostly_kept(text: str) -> bool:
    """Whether a text in valid UTF-8, in which characters were lost when it was converted before, is still one."""
    strange = sum(not char.isascii() for char in text)
    return _plausible(text.replace("\ufffd", "")) is not None and text.count("\ufffd") <= _LOST_SHARE * strange


def _is_control(char: str) -> bool:
    return unicodedata.category(char) == "Cc" and not char.isspace()
