"""Run commands one after the other in this process, as a terminal would see them, over a small index and no models.

`python -m tests.terminal_by_hand INDEX '[["ask", "..."], ["sources"]]'`: each is shown as it would be typed, followed
by what it prints and its exit code where that is not 0. The last one's exit code is that of the process.
"""

from __future__ import annotations

import json
import shlex
import sys

from embeddings.store.folder.index import Index
from qa.engine import QA
from tests.support import CountingEncoder, counting_qa


def _open(index_dir: str, *_: object, **__: object) -> QA:
    return counting_qa(Index.open(index_dir), CountingEncoder())


def main(index: str, commands: list[list[str]]) -> int:
    """Run them; the index goes to each that asks it."""
    import app

    QA.open = _open  # type: ignore[method-assign, assignment]
    code = 0
    for words in commands:
        sys.stdout.write(f"$ {shlex.join(['wenju', *words])}\n")
        sys.stdout.flush()
        asks = words[0] in ("ask", "chat", "search", "sources", "figures") and "-h" not in words
        try:
            app.main([*words, *(["--index", index] if asks else [])])
        except SystemExit as ended:
            code = int(ended.code or 0)
        sys.stdout.flush()
        if code:
            sys.stdout.write(f"[{code}]\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], json.loads(sys.argv[2])))
