"""Why a build cannot begin, or cannot go on, in words a user reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.errors import WenjuError, say
from embeddings.errors import CorpusError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from embeddings.types import Skipped


def check_paths(corpus: Path, index: Path) -> None:
    """Raise CorpusError or WenjuError where a build cannot go from `corpus` to `index`."""
    if not corpus.is_dir():
        raise CorpusError(
            say(
                f"文档目录 {corpus} 不存在或不是目录。请指定存放文档的目录。",
                f"The corpus {corpus} is not a folder. Name the folder that holds the documents.",
            )
        )
    if index.exists() and not index.is_dir():
        raise WenjuError(
            say(
                f"索引路径 {index} 是文件，不是目录。请用 --index 另选目录。",
                f"The index path {index} is a file, not a folder. Choose another with --index.",
            )
        )
    if index.resolve().is_relative_to(corpus.resolve()):
        raise WenjuError(
            say(
                f"索引目录 {index} 位于文档目录 {corpus} 之内。请用 --index 另选目录。",
                f"The index {index} would lie inside the corpus {corpus}. Choose another folder with --index.",
            )
        )


def nothing_readable(corpus: Path, skipped: Sequence[Skipped]) -> CorpusError:
    """Say that no file of the corpus can be read, and of the first one why."""
    first = "".join(f" {item.file}: {item.reason}" for item in skipped[:1])
    return CorpusError(
        say(
            f"文档目录 {corpus} 中没有可读的文档（跳过 {len(skipped)} 个文件{first and '，例如'}{first}）。",
            f"The corpus {corpus} holds no document that can be read ({len(skipped)} files skipped"
            f"{first and ', for example'}{first}).",
        ),
        skipped,
    )


def failed(index: Path, error: OSError | sqlite3.Error) -> WenjuError:
    """Say which file could not be written, and that the index that was there still is."""
    place = getattr(error, "filename", None) or index
    detail = getattr(error, "strerror", None) or str(error)
    return WenjuError(
        say(
            f"无法建立索引：{place}：{detail}。原有索引不受影响。",
            f"The index cannot be built: {place}: {detail}. An index that was there is still in force.",
        )
    )
