"""Makes documents of office programs from their parts, and reads them, as tests of their readers need it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import docx

from embeddings.reading.documents import read_document
from embeddings.types import Document

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{_W}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:v="urn:schemas-microsoft-com:vml"'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def read(folder: Path, name: str, content: bytes | str) -> Document:
    """Write a file and read it."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read_document(folder, name)


def shown(document: Document) -> list[tuple[int, str, int | None]]:
    """The lines of a document that are not blank: number, text and level of each."""
    return [(line.number, line.text, line.level) for line in document.lines if line.text]


def saved(document: docx.document.Document) -> bytes:
    """A document of python-docx as the bytes of its file."""
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_part(word: bytes, part: str, content: bytes) -> bytes:
    """A file of Word with another content of one part."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(word)) as good, zipfile.ZipFile(buffer, "w") as changed:
        for name in good.namelist():
            changed.writestr(name, content if name == part else good.read(name))
    return buffer.getvalue()


def part_of(word: bytes, part: str) -> bytes:
    """The content of one part of a file of Word."""
    with zipfile.ZipFile(BytesIO(word)) as archive:
        return archive.read(part)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip file of these parts, in their order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word_file(body: str, content_type: str = _TYPE, **parts: str) -> bytes:
    """A Word file with this inside its w:body, and parts by their kind: styles="<w:style ...", header1="<w:p>..."."""
    roots = {"numbering": "numbering", "styles": "styles", "header": "hdr", "footer": "ftr"}
    relations, files = "", {}
    for name, content in parts.items():
        kind = name.rstrip("0123456789")
        root = roots.get(kind, kind)
        relations += f'<Relationship Id="{name}" Type="{_KIND}{kind}" Target="{name}.xml"/>'
        files[f"word/{name}.xml"] = f"<w:{root} {_SPACES}>{content}</w:{root}>"
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    types = 'xmlns="http://schemas.openxmlformats.org/package/2006/content-types"'
    return zipped(
        {
            "[Content_Types].xml": f'<Types {types}><Override PartName="/word/document.xml" '
            f'ContentType="{content_type}"/></Types>',
            "_rels/.rels": f'<Relationships {space}><Relationship Id="a" Type="{_KIND}officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships {space}>{relations}</Relationships>",
            **files,
        }
    )


def paragraph(*runs: str, properties: str = "") -> str:
    """A w:p of runs: texts, or XML where they begin with <."""
    inside = "".join(
        run if run.startswith("<") else f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs
    )
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inside}</w:p>"


def numbered(text: str, level: int, number: int = 1) -> str:
    """A w:p that Word numbers by itself."""
    return paragraph(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(at: int, style: str, text: str, more: str = "") -> str:
    """A w:lvl of a list."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )
