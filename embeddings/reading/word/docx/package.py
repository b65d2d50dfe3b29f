"""The parts of a Word file (.docx, a template, with macros, strict or not), found by what they are to each other."""

from __future__ import annotations

import posixpath
import zipfile
from io import BytesIO

from embeddings.errors import Unreadable
from embeddings.reading.containers.xml_tree import Element, children, parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": W,
    b"http://purl.oclc.org/ooxml/officeDocument/math": M,
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": R,
}
"""The names that the strict variant of the format has for the same."""
_OFF = ("0", "false", "off", "none")


def value(element: Element | None, path: str, name: str = "val") -> str | None:
    """An attribute (w:val by default) of the element at a path of w: elements below `element`, as "pPr/pStyle"."""
    for step in path.split("/"):
        if element is None:
            return None
        element = element.find(W + step)
    return None if element is None else element.get(W + name)


def is_on(element: Element | None, path: str) -> bool:
    """Whether a switch such as w:vanish is set at a path: it is where it stands without a value."""
    for step in path.split("/"):
        if element is None:
            return False
        element = element.find(W + step)
    return element is not None and (element.get(W + "val") or "").lower() not in _OFF


def chosen(alternatives: Element) -> tuple[Element, ...]:
    """Of what mc:AlternateContent gives for several programs: what is for new ones, and what is for others."""
    new = alternatives.find(MC + "Choice")
    old = alternatives.find(MC + "Fallback")
    return tuple(element for element in (new, old) if element is not None)


class WordPackage:
    """The parts of a Word file; each is parsed when it is asked for. Targets outside the file are not followed."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(BytesIO(data))
        self._names = {name.replace("\\", "/").lstrip("/").lower(): name for name in self._archive.namelist()}
        main = self._relations("").get("officeDocument", {})
        self.main = next((part for part in main.values() if part in self._names), "word/document.xml")
        self._of_main = self._relations(self.main)

    def has(self, part: str) -> bool:
        """Whether there is such a part; names are told apart without regard to case."""
        return part.lower() in self._names

    def tree(self, part: str) -> Element | None:
        """The root element of a part, in the names of the usual variant; None where there is no such part."""
        name = self._names.get(part.lower())
        if name is None:
            return None
        data = self._archive.read(name)
        if b"http://purl.oclc.org/ooxml/" in data:
            for strict, usual in _STRICT.items():
                data = data.replace(strict, usual[1:-1].encode())
        return parse_xml(data)

    def body(self) -> Element:
        """The w:body of the document. Raises Unreadable where there is none."""
        root = self.tree(self.main)
        body = None if root is None else root.find(W + "body")
        if body is None:
            raise Unreadable("不是 Word 文档，或已损坏。", "Not a Word document, or a damaged one.")
        return body

    def part(self, kind: str) -> Element | None:
        """What the document has one of: its styles, numbering, footnotes, endnotes, comments, settings."""
        named = [*self._of_main.get(kind, {}).values(), f"{posixpath.dirname(self.main)}/{kind}.xml"]
        return next((self.tree(part) for part in named if self.has(part)), None)

    def named(self, kind: str, relation: str | None) -> Element | None:
        """A header or footer by the name of its relation (rId7)."""
        part = self._of_main.get(kind, {}).get(relation or "")
        return None if part is None else self.tree(part)

    def data(self, kind: str, relation: str | None) -> bytes | None:
        """The bytes of a part by the name of its relation: a document of another format."""
        name = self._names.get(self._of_main.get(kind, {}).get(relation or "", ""))
        return None if name is None else self._archive.read(name)

    def core(self) -> Element | None:
        """The properties: title, author, dates."""
        core = self._relations("").get("core-properties", {})
        return next((self.tree(part) for part in core.values()), None)

    def _relations(self, part: str) -> dict[str, dict[str, str]]:
        """What a part refers to inside the file, by kind and name."""
        folder, name = posixpath.split(part)
        root = self.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, dict[str, str]] = {}
        for relation in () if root is None else children(root):
            if relation.get("TargetMode") != "External":
                target = (relation.get("Target") or "").replace("\\", "/")
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = (relation.get("Type") or "").rpartition("/")[2]
                found.setdefault(kind, {})[relation.get("Id") or ""] = path.lower()
        return found
