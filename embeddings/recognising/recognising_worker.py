"""The child process of GuardedRecogniser: it recognises one page after another, within limits of time and memory.

Started with the limits as arguments, seconds and bytes, and the number of threads. It answers as
`embeddings.guarding.answering` says. A request is `{"corpus", "file", "page"}`. The reply is `{"lines", "sha256"}`: the
lines as `pieces.placed_rows` gives them, and the hash of the file that the page is of; or `{"zh", "en"}` where the page
cannot be recognised.

It is run as a script and not with -m, as `embeddings.guarding.reading_worker` is.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embeddings.guarding.answering import Answer
    from embeddings.recognising.picture_lines import PageReader

_OUT_OF_MEMORY = ("alloc", "insufficient memory", "can't start new thread")
"""What ONNX Runtime, OpenCV and Python say where there is no more memory to be had."""


def main(seconds: float, growth: int, threads: int) -> None:
    """Answer requests until stdin ends."""
    from embeddings.guarding.answering import answer_requests
    from embeddings.recognising.networks import model_files
    from embeddings.recognising.page_pictures import load_drawing
    from embeddings.recognising.picture_lines import PageReader

    models = model_files()
    if models is None:
        sys.exit("the networks are missing")
    reader = PageReader(models, threads)
    answer_requests(
        seconds, growth, lambda values: _answer(values, reader), lambda values: load_drawing(values["file"])
    )


def _answer(values: dict[str, Any], reader: PageReader) -> Answer:
    from embeddings.errors import Unreadable
    from embeddings.guarding.pieces import placed_rows
    from embeddings.reading.documents import of_system
    from embeddings.recognising.page_pictures import page_picture

    file = Path(values["corpus"], values["file"])
    try:
        data = file.read_bytes()
        lines = reader.recognise(page_picture(data, file.suffix.lower(), values["page"]))
    except MemoryError:
        raise
    except Unreadable as error:
        return {"zh": error.zh, "en": error.en}, b""
    except OSError as error:
        reason = of_system(error)
        return {"zh": reason.zh, "en": reason.en}, b""
    except Exception as error:  # whatever draws it or looks at it meets hostile bytes with any exception at all
        if any(words in str(error).lower() for words in _OUT_OF_MEMORY):
            raise MemoryError from error
        return {"zh": "这一页已损坏，无法显示。", "en": "The page is damaged and cannot be drawn."}, b""
    return {"lines": placed_rows(lines), "sha256": sha256(data).hexdigest()}, b""


if __name__ == "__main__":
    for floor in ("chinese", "embeddings"):
        package = ModuleType(floor)
        package.__path__ = [str(Path(__file__).parents[2] / floor)]
        sys.modules[floor] = package
    main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
