"""Folders of the user's cache that are made once: the unpacked default model, exported networks, the dictionary.

A folder is built beside and renamed, so it is there whole or not at all; a file in it says how large each of the
others is, because a cleaner of caches may take some.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chinese.errors import ModelError, WenjuError, say
from chinese.given import from_environment

if TYPE_CHECKING:
    from collections.abc import Callable

_SIZES = "unpacked.json"


@dataclass(frozen=True, slots=True)
class Content:
    """What a folder holds, in both languages, how much room that takes, and the error that it cannot be made."""

    zh: str
    en: str
    megabytes: int
    error: type[WenjuError]


MODEL = Content("模型", "the model", 500, ModelError)


def cache_folder() -> Path:
    """The folder named by WENJU_CACHE in the environment, else the user's cache folder for this project."""
    chosen = from_environment("WENJU_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("wenju", appauthor=False))


def is_complete(folder: Path) -> bool:
    """Whether every file of the folder is there in its full size."""
    try:
        sizes = json.loads((folder / _SIZES).read_text(encoding="utf-8"))
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def install(folder: Path, build: Callable[[Path], None], content: Content = MODEL) -> Path:
    """Have `build` fill a new folder, unless this one is complete, and return it.

    Any number of processes may call it at once: one builds, the others wait for it. Raises the error of the content
    where the cache cannot be written, or what the content is made from not be read.
    """
    if is_complete(folder):
        return folder
    from filelock import FileLock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / f".{folder.name}.lock"):
            if not is_complete(folder):
                _build_beside(folder, build)
    except (OSError, sqlite3.Error) as error:
        raise (_unwritten(folder, content, error) if _is_written(error, folder) else unread(content, error)) from error
    return folder


def _is_written(error: OSError | sqlite3.Error, folder: Path) -> bool:
    """Whether an error is about the cache: it names a file there, or, as a full disk does, none."""
    named = getattr(error, "filename", None)
    if not isinstance(named, str | bytes | os.PathLike):
        return True
    file = Path(os.fsdecode(named)).absolute()
    return file.is_relative_to(folder.parent.absolute()) or folder.absolute().is_relative_to(file)


def _unwritten(folder: Path, content: Content, error: Exception) -> WenjuError:
    return content.error(
        say(
            f"无法把{content.zh}写入 {folder}（{error}）。请腾出 {content.megabytes} MB 空间，"
            "或用环境变量 WENJU_CACHE 另指一个目录。",
            f"Cannot write {content.en} to {folder} ({error}). Free {content.megabytes} MB there, or set WENJU_CACHE "
            "to a folder that can be written.",
        )
    )


def unread(content: Content, error: Exception) -> WenjuError:
    """The error that what a folder is made from cannot be read."""
    return content.error(
        say(
            f"无法读取用来生成{content.zh}的数据（{error}）。请重新安装 wenju 和它的依赖包。",
            f"The data that {content.en} is made from cannot be read ({error}). Install wenju and its packages again.",
        )
    )


def _build_beside(folder: Path, build: Callable[[Path], None]) -> None:
    """Build beside, then rename. The caller holds the lock, so a build folder found here is a dead one."""
    prefix = f".{folder.name}.building-"
    temporary = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        # mkdtemp lets only its maker in; a cache shared by several users is to be readable by all of them.
        temporary.chmod(0o755)
        build(temporary)
        files = sorted(path for path in temporary.rglob("*") if path.is_file())
        sizes = {path.relative_to(temporary).as_posix(): path.stat().st_size for path in files}
        (temporary / _SIZES).write_text(json.dumps(sizes, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rename(Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent)) / "damaged")
        temporary.rename(folder)
    finally:
        for leftover in folder.parent.glob(f"{prefix}*"):
            shutil.rmtree(leftover, ignore_errors=True)
