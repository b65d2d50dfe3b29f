"""Inputs nobody would write on purpose: small valid files and questions, changed at random, the same for one seed."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import docx

from benchmarks.fuzz_tokens import MARKUP, NUMBERS, ODD_BYTES, ODD_TEXT, PARAGRAPHS, PDF, QUESTIONS, WHOLE_XML, XML

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

LARGEST = 16 << 10
"""Bytes that an input grows to by repeating: enough to show what takes the square of its length."""


def file_input(random: Random, suffix: str) -> bytes:
    """Make the bytes of one file: a valid one, most often damaged in a few places, now and then nothing but noise."""
    if random.random() < 0.02:
        return random.randbytes(random.randrange(2000))
    return _MAKERS[suffix](random)


def question_input(random: Random) -> tuple[str, int, list[str]]:
    """Make a question, how many passages are asked for, and up to three earlier questions."""
    history = [_question(random) for _ in range(random.choice((0, 0, 0, 1, 1, 2, 3)))]
    k = random.choice((1, 1, 3, 5, 5, 50, 0, 51, -1)) if random.random() < 0.2 else 5
    return _question(random), k, history


def _question(random: Random) -> str:
    kind = random.random()
    if kind < 0.05:
        return "".join(chr(random.choice((random.randrange(0x300), random.randrange(0x110000)))) for _ in range(20))
    if kind < 0.2:  # words in any order
        words = [word for text in random.sample(QUESTIONS, 3) for word in re.findall(r"[a-zA-Z]+|\d+|.", text)]
        return "".join(random.choices([*words, *ODD_TEXT], k=random.randrange(1, 40)))
    text = random.choice(QUESTIONS)
    for _ in range(random.choice((0, 1, 1, 2, 3, 6))):
        text = _changed_text(random, text, ODD_TEXT, 1000)
    return text


def _changed_text(random: Random, text: str, tokens: Sequence[str], largest: int) -> str:
    """Change a text in one place."""
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 1, 1, 2, 5, 20)))
    piece = text[start:end] or random.choice(tokens)
    token = random.choice(tokens)
    new = random.choice(
        (
            "",
            token,
            piece + token,
            piece * 2,
            piece[::-1],
            (piece + token) * 3,
            random.choice(NUMBERS),
            chr(random.choice((random.randrange(0x80), random.randrange(0x2000, 0xA000), random.randrange(0xD800)))),
            random.choice((piece, token)) * random.choice((30, max(1, largest // 20))),
        )
    )
    return (text[:start] + new + text[end:])[:largest]


def _changed_bytes(random: Random, data: bytes) -> bytes:
    """Change bytes in one place, whatever they mean."""
    start = random.randrange(len(data) + 1)
    end = min(len(data), start + random.choice((1, 1, 2, 8, 100)))
    new = random.choice(
        (
            b"",
            random.choice(ODD_BYTES),
            bytes([random.randrange(256)]),
            bytes(end - start),
            data[start:end] * 2,
            random.randbytes(end - start),
        )
    )
    return data[:start] + new + (data[end:] if random.random() < 0.95 else b"")


def _text_file(random: Random) -> bytes:
    text = "\n\n".join(["春城图书馆新馆开放", *random.choices(PARAGRAPHS, k=random.randrange(1, 5))])
    return _encoded(random, text, ODD_TEXT)


def _encoded(random: Random, text: str, tokens: Sequence[str]) -> bytes:
    for _ in range(random.choice((0, 1, 2, 4, 8))):
        text = _changed_text(random, text, tokens, LARGEST // 3)
    encoding = random.choice(("utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16", "big5"))
    data = text.encode(encoding, "replace")
    for _ in range(random.choice((0, 0, 0, 1, 3))):
        data = _changed_bytes(random, data)
    return data


def _markdown_file(random: Random) -> bytes:
    table = "| 项目 | 投资 |\n|---|---:|\n| 码头 | 12.6亿元 |\n"
    parts = ["# 港口扩建", *random.choices(PARAGRAPHS, k=2), "- 一\n  - 二\n", table, "> 引文\n\n```\n码\n```\n"]
    return _encoded(random, "\n\n".join(parts), (*ODD_TEXT, *MARKUP))


def _html_file(random: Random) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in random.choices(PARAGRAPHS, k=2))
    table = "<table><tr><th>项目</th><th>投资</th></tr><tr><td rowspan=2>码头</td><td>12.6亿元</td></tr></table>"
    head = '<meta charset="utf-8"><title>港口扩建</title><script>x<y</script>'
    whole = f"<!doctype html><html><head>{head}</head><body><h1>港口扩建</h1>{body}{table}<ul><li>一<li>二</ul></body>"
    return _encoded(random, whole, (*ODD_TEXT, *MARKUP))


def _valid_docx() -> dict[str, bytes]:
    """Make the parts of a Word file with headings, a table and text."""
    document = docx.Document()
    document.add_heading("港口扩建", 1)
    for text in PARAGRAPHS:
        document.add_paragraph(text)
    table = document.add_table(2, 2)
    for place, text in enumerate(("项目", "投资", "码头", "12.6亿元")):
        table.cell(place // 2, place % 2).text = text
    whole = BytesIO()
    document.save(whole)
    with zipfile.ZipFile(whole) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


_docx_parts: dict[str, bytes] = {}


def _docx_file(random: Random) -> bytes:
    if not _docx_parts:
        _docx_parts.update(_valid_docx())
    parts = dict(_docx_parts)
    for _ in range(random.choice((0, 1, 1, 2, 5))):
        name = random.choice(
            ("word/document.xml", "word/document.xml", "word/styles.xml", random.choice(sorted(parts)))
        )
        if name not in parts:
            continue
        if random.random() < 0.03:
            del parts[name]
        elif random.random() < 0.3:
            parts[name] = _changed_bytes(random, parts[name])
        else:
            text = parts[name].decode("utf-8", "replace")
            parts[name] = _changed_at_tags(random, text).encode("utf-8", "replace")
    out = BytesIO()
    with zipfile.ZipFile(out, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, archive.compression)
    data = out.getvalue()
    return _changed_bytes(random, data) if random.random() < 0.15 else data


def _changed_at_tags(random: Random, text: str) -> str:
    """Change XML where a tag, an attribute or a text begins, so that most of it stays well-formed."""
    body = max(text.find("<w:body>"), 0)
    marks = r"<w:(?=p[ >]|r>|tbl>|tr>|tc>)" if random.random() < 0.8 else r"[<>\"]"
    places = [found.start() for found in re.finditer(marks, text[body:])] or [0]
    place = body + random.choice(places)
    if random.random() < 0.4:
        element = re.match(r"<w:(\w+)[ >].*?</w:\1>", text[place:], re.DOTALL)
        if element is not None:  # a whole element goes, or stands twice, or very often
            whole: str = element[0]
            return text[:place] + whole[:2000] * random.choice((0, 2, 2, 20)) + text[place + len(whole) :]
    pool: Sequence[str] = (*XML, *ODD_TEXT) if random.random() < 0.3 else WHOLE_XML
    token = random.choice(pool)
    return text[:place] + token * random.choice((1, 1, 1, 50)) + text[place:]


def _pdf_file(random: Random) -> bytes:
    """Write a PDF of one or two pages, its objects and its page content changed before the table of places is."""
    lines = ["BT /F 12 Tf 72 700 Td (Port 311 built) Tj 0 -14 Td <00310032> Tj [(12.6) -250 (km)] TJ ET"] * 2
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
        *(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {number} 0 R/Resources<</Font<</F 7 0 R>>>>>>"
            for number in (5, 6)
        ),
        "",
        "",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 8 0 R>>",
        "",
    ]
    cmap = "/CIDInit /ProcSet findresource begin begincmap 1 beginbfrange <0030> <0039> <4e00> endbfrange endcmap end"
    streams = {4: lines[0], 5: lines[1], 7: cmap}
    for _ in range(random.choice((0, 1, 1, 2, 5))):
        if random.random() < 0.5:
            place = random.randrange(len(objects))
            objects[place] = _changed_text(random, objects[place], (*PDF, *NUMBERS), LARGEST)
        else:
            place = random.choice(sorted(streams))
            streams[place] = _changed_text(random, streams[place], (*PDF, *NUMBERS), LARGEST)
    data, places = b"%PDF-1.7\n", []
    for place, text in enumerate(objects):
        body = text.encode("latin-1", "replace")
        if place in streams:
            body += _stream(random, streams[place].encode("latin-1", "replace"))
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (place + 1, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    trailer = b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (count, len(data))
    data += b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer
    for _ in range(random.choice((0, 0, 0, 1, 4))):
        data = _changed_bytes(random, data)
    return data


def _stream(random: Random, content: bytes) -> bytes:
    packed = zlib.compress(content) if random.random() < 0.5 else None
    body = content if packed is None else packed
    length = random.choice((0, 1, 99999)) if random.random() < 0.05 else len(body)
    compressed = b"" if packed is None else b"/Filter/FlateDecode"
    return b"<</Length %d%s>>stream\n%s\nendstream" % (length, compressed, body)


_MAKERS: dict[str, Callable[[Random], bytes]] = {
    ".txt": _text_file,
    ".md": _markdown_file,
    ".html": _html_file,
    ".docx": _docx_file,
    ".pdf": _pdf_file,
}
SUFFIXES = tuple(_MAKERS)
