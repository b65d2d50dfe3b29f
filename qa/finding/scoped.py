"""An index narrowed to the documents that a question is asked within; the scopes asked last are kept."""

from __future__ import annotations

import threading
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from chinese.errors import say
from chinese.forking import begins_again
from chinese.shown import shown
from embeddings.store.narrowed import Narrowed, narrow
from qa.finding.kept_chunks import KeptChunks
from qa.question.question import QuestionError
from qa.question.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from embeddings.store.generation import Manifest
    from embeddings.store.stores import Generation, Whole
    from embeddings.types import Standing

__all__ = ["KeptScopes", "Reach", "files_within", "scope_of_paths"]

_KEPT = 8
"""Scopes of an index that are kept."""
_CHUNKS_OF_ONE = 500
"""Chunks that are kept of each."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Reach:
    """What of an index a question is asked within, by its kept chunks.

    `is_part` says that it is not all of it; `undated` how many articles are left out because they have no date.
    """

    kept: KeptChunks
    is_part: bool = False
    undated: int = 0

    @property
    def index(self) -> Generation:
        """The index, or the part of it."""
        return self.kept.index


class KeptScopes:
    """An index as a whole, and its parts that were asked within last; may be shared by threads."""

    def __init__(self, index: Whole, most: int = _KEPT) -> None:
        self.index = index
        self._whole = Reach(KeptChunks(index))
        self._most = most
        self._parts: OrderedDict[Scope, Reach] = OrderedDict()
        self._lock = threading.Lock()
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: nobody holds the lock there."""
        self._lock = threading.Lock()

    def within(self, scope: Scope | None) -> Reach:
        """What a scope leaves of the index; all of it for None. Raises QuestionError for what the index has not."""
        if scope is None:
            return self._whole
        with self._lock:
            if scope not in self._parts:
                self._parts[scope] = self._narrowed(scope)
            self._parts.move_to_end(scope)
            while len(self._parts) > self._most:
                self._parts.popitem(last=False)
            return self._parts[scope]

    def _narrowed(self, scope: Scope) -> Reach:
        files = files_within(self.index.manifest, scope.files)
        undated: set[tuple[str, int]] = set()
        found = False

        def is_inside(standing: Standing) -> bool:
            nonlocal found
            if scope.article is not None and standing.article != scope.article:
                return False
            found = True
            if scope.has_dates and (standing.date is None or not standing.date[:4].isdigit()):
                undated.add((standing.file, standing.article))
            return scope.holds_date(standing.date)

        part = narrow(self.index, files, is_inside)
        if scope.article is not None and not found:
            raise _no_article(scope.files[0], scope.article)
        if not isinstance(part, Narrowed):
            return self._whole
        return Reach(KeptChunks(part, _CHUNKS_OF_ONE), is_part=True, undated=len(undated))


def scope_of_paths(manifest: Manifest, paths: Sequence[str] | None, since: str = "", until: str = "") -> Scope:
    """A scope as it is given in a shell, where a path may be that of a file as well as its name in the corpus."""
    corpus = Path(manifest.corpus)
    named = []
    for path in paths or ():
        there = Path(path).absolute()
        is_there = there.is_relative_to(corpus) and there.exists()
        named.append(str(there.relative_to(corpus)) if is_there else path)
    return Scope(tuple(named), None, since, until)


def files_within(manifest: Manifest, paths: Sequence[str]) -> frozenset[str] | None:
    """The documents that files and folders stand for, None for all of them; QuestionError names a path that is none."""
    if not paths:
        return None
    names = {unicodedata.normalize("NFC", entry.file): entry.file for entry in manifest.documents}
    chosen = {path for path in paths if path in names}
    folders = {path for path in paths if path not in names}
    found: dict[str, list[str]] = {path: [] for path in folders}
    for name in names if folders else ():
        for parent in PurePosixPath(name).parents:
            if str(parent) in folders:
                found[str(parent)].append(name)
    for path in paths:
        if path not in chosen and not found[path]:
            raise _unknown(path, names, manifest)
    chosen.update(name for inside in found.values() for name in inside)
    return None if len(chosen) == len(names) else frozenset(names[name] for name in chosen)


def _unknown(path: str, names: Iterable[str], manifest: Manifest) -> QuestionError:
    """What is said of a path that no document has: why it is not there, or what it may be meant for."""
    for item in manifest.skipped:
        if unicodedata.normalize("NFC", item.file) == path:
            return QuestionError(
                say(
                    f"“{shown(path)}”没有读进来（{item.zh}），不能限定在它里面提问。请选别的文件。",
                    f'"{shown(path)}" could not be read ({item.en}), so that nothing can be asked within it. Choose '
                    "another file.",
                )
            )
    near = "、".join(f"“{shown(name)}”" for name in _near(path, names))
    listed = ", ".join(f'"{shown(name)}"' for name in _near(path, names))
    return QuestionError(
        say(
            f"文档里没有文件或文件夹“{shown(path)}”。请写相对于文档目录的路径，如{near}。",
            f'There is no file or folder "{shown(path)}" among the documents. Write its path relative to their folder, '
            f"such as {listed}.",
        )
    )


def _near(path: str, names: Iterable[str]) -> list[str]:
    """Files and folders that a path may be meant for: those of the same last name, or spelt nearly so."""
    known = dict.fromkeys(names)
    folders = {str(parent): None for name in known for parent in PurePosixPath(name).parents if str(parent) != "."}
    every = [*folders, *known]
    last = PurePosixPath(path).name
    same = [name for name in every if PurePosixPath(name).name == last]
    return (same or get_close_matches(path, every, _NAMED, 0.5) or sorted(every))[:_NAMED]


def _no_article(file: str, number: int) -> QuestionError:
    return QuestionError(
        say(
            f"文件“{shown(file)}”里没有编号为 {number} 的文章。重建索引会改变编号，请重新查找。",
            f'The file "{shown(file)}" has no article of the number {number}. A rebuild may number articles anew: '
            "search for it again.",
        )
    )
