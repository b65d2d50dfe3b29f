"""EPUB: the chapters of a book in the order in which they are read."""

from __future__ import annotations

import posixpath
import zipfile
from io import BytesIO
from urllib.parse import unquote

from embeddings.errors import Unreadable
from embeddings.reading.containers.archives import check_archive
from embeddings.reading.containers.xml_tree import Element, children, local, parse_xml
from embeddings.reading.markup.html_text import read_html
from embeddings.reading.text.encodings import decode
from embeddings.reading.text.lines import Lines, find_iso_date
from embeddings.types import Document, ReadingNote

_PAGES = ("application/xhtml+xml", "text/html", "application/xml")
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(file: str, data: bytes) -> Document:
    """A book; its lines are numbered as they follow each other.

    Raises Unreadable where its text is locked, and on damage whatever its parsers do.
    """
    check_archive(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = set(archive.namelist())
        _check_lock(archive, names)
        container = parse_xml(archive.read("META-INF/container.xml"))
        package_name = next(item.get("full-path") for item in container.iter() if _is(item, "rootfile"))
        package = parse_xml(archive.read(package_name))
        folder = posixpath.dirname(package_name)
        chapters = missing = number = 0
        out = Lines()
        for target in _spine(package):
            name = posixpath.normpath(posixpath.join(folder, unquote(target)))
            text = decode(archive.read(name)) if name in names else None
            if text is None:
                missing += 1
                continue
            chapters += 1
            out.gap()
            for line in read_html(text).lines:
                if line.text:
                    number += 1
                    out.add(number, line.text, line.level)
                else:
                    out.gap()
    notes = [ReadingNote(f"{chapters} 章。", f"Chapters: {chapters}.")]
    if missing:
        notes.append(ReadingNote(f"缺 {missing} 章。", f"Chapters that the file lacks: {missing}.", True))
    date = find_iso_date(_metadata(package, "date") or "")
    return Document(file, "paragraph", tuple(out.lines), _metadata(package, "title"), date, tuple(notes))


def _check_lock(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "META-INF/encryption.xml" not in names:
        return
    locks = parse_xml(archive.read("META-INF/encryption.xml"))
    methods = [item.get("Algorithm") for item in locks.iter() if _is(item, "EncryptionMethod")]
    if any(method not in _FONTS for method in methods):
        raise Unreadable("电子书有版权保护，读不了。", "The book is locked by its seller and cannot be read.")


def _spine(package: Element) -> list[str]:
    """The files of the book in the order of its spine, those with text."""
    items = {item.get("id"): item for item in package.iter() if _is(item, "item")}
    found = [items.get(item.get("idref")) for item in package.iter() if _is(item, "itemref")]
    return [
        item.get("href") or ""
        for item in found
        if item is not None and item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split()
    ]


def _metadata(package: Element, name: str) -> str | None:
    for part in children(package):
        if local(part) == "metadata":
            for item in children(part):
                if local(item) == name and (item.text or "").strip():
                    return " ".join(item.text.split())
    return None


def _is(element: Element, name: str) -> bool:
    return isinstance(element.tag, str) and local(element) == name
