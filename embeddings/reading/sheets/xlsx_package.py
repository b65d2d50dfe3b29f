"""The parts of an Excel file (.xlsx, .xlsm): found by the relations between them, whatever their names."""

from __future__ import annotations

import posixpath
from typing import IO, TYPE_CHECKING

from embeddings.reading.containers.xml_stream import parse_xml

if TYPE_CHECKING:
    import zipfile

    from embeddings.reading.containers.xml_stream import Attributes


OTHER_SHEETS = ("chartsheet", "dialogsheet", "xlmacrosheet", "xlintlmacrosheet")
"""The kinds of sheets that are no tables."""


class Package:
    """The parts of a zip archive by their paths, in which some programs write backslashes, or other capitals."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part.lower() in self._names

    def open(self, part: str) -> IO[bytes]:
        """A part to be read, KeyError where there is none."""
        return self._archive.open(self._names[part.lower()])

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The kind (worksheet) and target of each relation of a part, "" the package itself, by its id.

        What lies outside the file is left out.
        """
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, given: Attributes) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", "").replace("\\", "/")))
                kind = given.get("Type", "").rpartition("/")[2]
                found[given.get("Id", "")] = (kind.lower(), target.lstrip("/"))

        if self.has(path):
            parse_xml(self.open(path), start)
        return found
