"""The child process of GuardedOriginals: it draws one page after another, or gives rows of a sheet, within limits.

Started with the limits as arguments, seconds and bytes. It answers as `embeddings.guarding.answering` says. A request
is `{"corpus", "file", "sha256", "page", "width", "boxes"}` or `{"corpus", "file", "sha256", "sheet", "first"}`; nothing
is shown of a file with another hash. The reply is the fields of `Drawn`, behind it the JPEG, or `{"table"}`, the fields
of `SheetRows`; or `{"zh", "en"}`, why there is none.

It is run as a script and not with -m, as `embeddings.guarding.reading_worker` is.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embeddings.guarding.answering import Answer

_LATER = 5  # steps of niceness: whoever asks a question comes first


def main(seconds: float, growth: int) -> None:
    """Answer requests until stdin ends."""
    import_module("embeddings.guarding.originals.page_drawing")
    import_module("embeddings.guarding.originals.sheet_rows")
    from embeddings.guarding.answering import answer_requests

    os.nice(_LATER)
    answer_requests(seconds, growth, _answer, _load)


def _load(values: dict[str, Any]) -> None:
    from embeddings.reading.documents import load_library

    load_library(values["file"])


def _answer(values: dict[str, Any]) -> Answer:
    from embeddings.errors import Unreadable
    from embeddings.guarding.originals.opening import read_beneath

    try:
        data = read_beneath(Path(values["corpus"]), values["file"])
        if sha256(data).hexdigest() != values["sha256"]:
            raise Unreadable(
                "文件在建立索引后改动过；更新索引后可看原件。",
                "The file has changed since it was indexed; it can be shown once the index is up to date.",
            )
        return _made(values, data)
    except MemoryError:
        raise
    except Unreadable as error:
        return {"zh": error.zh, "en": error.en}, b""
    except (IndexError, EOFError):
        return {"zh": "没有这一页。", "en": "There is no such page."}, b""
    except Exception:  # whatever draws it or reads it meets hostile bytes with any exception at all
        return {"zh": "文件已损坏，无法显示。", "en": "It is damaged and cannot be shown."}, b""


def _made(values: dict[str, Any], data: bytes) -> Answer:
    from embeddings.guarding.originals.page_drawing import draw
    from embeddings.guarding.originals.sheet_rows import sheet_rows
    from embeddings.types import Box

    suffix = Path(values["file"]).suffix.lower()
    if "page" not in values:
        return {"table": asdict(sheet_rows(data, suffix, values["sheet"], values["first"]))}, b""
    boxes = [Box(*edges) for edges in values["boxes"]]
    drawn = asdict(draw(data, suffix, values["page"], values["width"], boxes))
    return {**drawn, "jpeg": ""}, drawn["jpeg"]


if __name__ == "__main__":
    for floor in ("chinese", "embeddings"):
        package = ModuleType(floor)
        package.__path__ = [str(Path(__file__).parents[3] / floor)]
        sys.modules[floor] = package
    main(float(sys.argv[1]), int(sys.argv[2]))
