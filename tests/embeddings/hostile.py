"""Documents made to hang or to exhaust what reads them, and a look at the processes that do."""

from __future__ import annotations

import os
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import docx


def pdf_of(content: bytes) -> bytes:
    """Make a PDF of one page whose content stream is `content`, compressed."""
    packed = zlib.compress(content, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer


def slow_pdf() -> bytes:
    """Make a PDF of 12 KB that takes many seconds to read."""
    return pdf_of(b"BT /F 1 Tf " + b"(ab) Tj " * 1_000_000 + b"ET")


def word_of(paragraph: str, count: int) -> bytes:
    """Make a Word file that says the same many times: small on disk, large in memory."""
    source, target = BytesIO(), BytesIO()
    docx.Document().save(source)
    body = f"<w:p><w:r><w:t>{paragraph}</w:t></w:r></w:p>" * count
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body>" + body.encode())
            after.writestr(name, data)
    return target.getvalue()


def workers(parent: int | None = None, script: bytes = b"reading_worker.py") -> list[int]:
    """List the processes of a script that a process, this one by default, has started and not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # gone meanwhile
            continue
        if script in command and int(fields[1]) == (os.getpid() if parent is None else parent):
            found.append(int(folder.name))
    return found
