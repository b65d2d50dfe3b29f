"""Open corpora out of question sets: every paragraph a document of its own, and the index over them.

Building is resumable and costs only what is new: an index of the same name in the work folder is taken up again.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from embeddings import Index, rebuild
from embeddings.store.vectors import FILE as VECTORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from benchmarks.squad import Paragraph
    from embeddings.models.encoder import Encoder


def file_name(part: str, paragraph: Paragraph) -> str:
    """The file that a paragraph of a set (`drcd_dev`) is written to."""
    return f"{part}-{paragraph.number:05}.txt"


def build_corpus(
    sets: Mapping[str, Iterable[Paragraph]],
    work: Path,
    name: str,
    encoder: Encoder | None = None,
    progress: bool = True,
) -> Index:
    """Write the paragraphs of the named sets to `work`/`name`/corpus, one file each, and open the index over them.

    Files of paragraphs that are no longer among them are removed.
    """
    folder = work / name / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {file_name(part, paragraph): paragraph.text for part, items in sets.items() for paragraph in items}
    for entry in list(os.scandir(folder)):
        if entry.name not in wanted:
            os.unlink(entry.path)
    for file, text in wanted.items():
        path = folder / file
        if not path.is_file() or path.read_text(encoding="utf-8") != text + "\n":
            path.write_text(text + "\n", encoding="utf-8")
    index = work / name / "index"
    rebuild(folder, index, progress=progress, encoder=encoder)
    return Index.open(index)


def lend_vectors(work: Path, lender: str, borrower: str) -> None:
    """Begin an index with the vectors of another one, if there is one: encoding is what takes time."""
    source, target = (work / name / "index" / "vectors" / VECTORS for name in (lender, borrower))
    if source.is_file() and not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
