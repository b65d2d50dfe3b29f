"""How long the documents tab takes to be usable with ten thousand files, in a real browser.

`python -m benchmarks.many_files` makes the files and an index that names them; nothing is read or encoded, for only the
list is looked at. It prints milliseconds from a click to what is then in view.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chinese.tokens import TOKENIZER
from embeddings.store.generation import FORMAT, DocumentEntry, Manifest
from embeddings.types import Chunk, Sentence, Source
from tests.web.browsing import chromium
from tests.web.conftest import free_port
from web.desk import OpenedLater
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from embeddings.store.stores import Generation

_CHUNKS = 3
"""Of each file."""


@dataclass(frozen=True)
class Named:
    """An index as far as the list of its documents is asked of it."""

    path: Path
    manifest: Manifest
    generation: str = "made"

    def all_chunks(self) -> Iterator[Chunk]:
        for number, entry in enumerate(self.manifest.documents):
            for place in range(_CHUNKS):
                text = Sentence(place, f"石桥高新区第{number}号公告第{place}段。", place + 1, place + 1)
                source = Source(entry.file, "line", place + 1, place + 1)
                yield Chunk(0, number, f"第{number}号公告", "", f"20{number % 24:02}-05-17", "", (text,), (source,))

    def file_chunks(self, _: str) -> list[Chunk]:
        return []

    def document_frequency(self, _: str) -> int:
        return 0


class Opened(OpenedLater):
    """What the page asks; it only has that index."""

    def __init__(self, index: Named) -> None:
        super().__init__(index.path)
        self._named = index

    @property
    def index(self) -> Generation:
        return cast("Generation", self._named)

    def warm_up(self) -> None:
        """There is nothing to load."""


def make(folder: Path, files: int) -> Opened:
    """So many files, in folders of a hundred, and the index that has them all."""
    entries = []
    for number in range(files):
        name = f"{number // 100:03}/公告{number:05}.txt"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"第{number}号公告\n", encoding="utf-8")
        entries.append(DocumentEntry(name, "", path.stat().st_size, 1, _CHUNKS))
    now = datetime.now(UTC)
    later = now.replace(year=now.year + 1)  # so that no file has to be hashed
    made: dict[str, Any] = {"model": "", "fingerprint": "", "dimension": 1, "settings": {}, "pipeline": 0, "files": {}}
    manifest = Manifest(
        format=FORMAT,
        generation=f"{later:%Y%m%d-%H%M%S}-made",
        created=later.isoformat(timespec="seconds"),
        tokenizer=TOKENIZER,
        corpus=str(folder),
        corpus_sha256="",
        articles=files,
        chunks=files * _CHUNKS,
        documents=tuple(entries),
        skipped=(),
        **made,
    )
    return Opened(Named(folder, manifest, manifest.generation))


def measure(page: Page, what: str, act: Callable[[], object], then: str) -> None:
    """Print how long it takes from an act until a condition of the page holds."""
    began = time.perf_counter()
    act()
    page.wait_for_function(then)
    sys.stdout.write(f"{what}: {1000 * (time.perf_counter() - began):.0f} ms\n")
    sys.stdout.flush()


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    files = parser.parse_args().files
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        corpus = Path(folder) / "corpus"
        opened = make(corpus, files)
        settings = ServeSettings(corpus=corpus, index=Path(folder) / "index")
        with closing(launch(opened, "127.0.0.1", free_port(), settings=settings)) as served:
            page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800}).new_page()
            page.goto(served.local_url)
            page.locator("#wj-welcome h2").wait_for()
            shelf = served.desk.shelf
            assert shelf is not None
            began = time.perf_counter()
            shelf.library(afresh=True)
            sys.stdout.write(f"all files looked at: {1000 * (time.perf_counter() - began):.0f} ms\n")
            rows = "document.querySelectorAll('#wj-files tbody tr').length"
            tab = page.get_by_role("tab", name="文档")
            measure(page, "tab opened", tab.click, f"{rows} === 50")
            find = page.locator("#wj-find input")
            measure(page, "found one", lambda: find.fill(f"公告{files - 1:05}"), f"{rows} === 1")
            measure(page, "all again", lambda: find.fill(""), f"{rows} === 50")
            date = page.locator("[data-by='date']")
            measure(
                page, "sorted by date", date.click, "document.querySelector('[aria-sort=descending] [data-by=date]')"
            )
            turn = page.locator(".wj-turn").last
            measure(page, "next page", turn.click, "document.querySelector('.wj-turn:not(:disabled)[data-page=\"1\"]')")


if __name__ == "__main__":
    main()
