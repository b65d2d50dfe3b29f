"""The pages of a corpus that are pictures, recognised: each once, by one process or several, kept for later builds."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING

from embeddings.errors import Unreadable
from embeddings.models.onnx_network import available_cores
from embeddings.progress import Stopped
from embeddings.recognising.guarded_recogniser import GuardedRecogniser
from embeddings.recognising.kept_pages import KeptPages
from embeddings.recognising.networks import FINGERPRINT, HOW_TO_GET, model_files
from embeddings.types import ReadingNote

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from embeddings.progress import Step, Watch
    from embeddings.store.generation import DocumentEntry
    from embeddings.types import PlacedText, Recognised, Skipped

_Page = tuple[tuple["PlacedText", ...], str]


def is_waiting(documents: Iterable[DocumentEntry], skipped: Iterable[Skipped]) -> bool:
    """Whether a build left pages for want of the packages that recognise them, and these are installed by now."""
    said = [note.en for entry in documents for note in entry.notes] + [entry.en for entry in skipped]
    return any(HOW_TO_GET in text for text in said) and model_files() is not None


@dataclass(frozen=True, slots=True)
class Scan:
    """A file with pages to recognise: its name relative to the corpus, its SHA-256, and the pages' numbers from 1."""

    file: str
    digest: str
    pages: tuple[int, ...]


class Recogniser:
    """Recognises the pages of scans, those that no earlier build did, and remembers why some could not be.

    `folder` is where they are kept. `workers` processes share the pages and the cores; None is one.
    """

    def __init__(self, corpus: Path, folder: Path, workers: int | None, watch: Watch) -> None:
        self._corpus = corpus
        self._folder = folder
        self._workers = workers or 1
        self._watch = watch
        self._reasons: dict[str, dict[tuple[str, str], list[int]]] = defaultdict(lambda: defaultdict(list))

    def recognise(self, scans: Sequence[Scan]) -> None:
        """Recognise what is not kept yet, a stage of its own. Raises Stopped; what was recognised till then is kept."""
        if not scans or not model_files():
            return
        with closing(self._kept()) as kept:
            each = list({scan.digest: scan for scan in scans}.values())  # the same file may lie in two places
            known = {scan.digest: kept.get(scan.digest).keys() for scan in each}
            left = [(scan, page) for scan in each for page in scan.pages if page not in known[scan.digest]]
            if left:
                with self._watch.stage("recognising", len(left)) as step:
                    self._recognise(left, kept, step)

    def recognised(self, scan: Scan) -> Recognised:
        """What was recognised on the pages of a file; empty where the packages are not installed, and only then."""
        if not model_files():
            return {}
        with closing(self._kept()) as kept:
            found = kept.get(scan.digest)
        return {page: found[page] for page in scan.pages if page in found} or {scan.pages[0]: ()}

    def why_not(self, scan: Scan) -> ReadingNote | None:
        """Why pages of a file were not recognised, None where all were; of missing packages its reader tells."""
        reasons = self._reasons.get(scan.digest)
        if not reasons:
            return None
        zh = "".join(f"第 {_numbers(pages)} 页：{reason[0]}" for reason, pages in reasons.items())
        en = " ".join(f"Page {_numbers(pages)}: {reason[1]}" for reason, pages in reasons.items())
        return ReadingNote(zh, en, left_out=True)

    def forget_others(self, digests: Sequence[str]) -> None:
        """Drop what is kept of files that are no longer there."""
        if self._folder.exists():
            with closing(self._kept()) as kept:
                kept.keep(digests)

    def _kept(self) -> KeptPages:
        return KeptPages.open(self._folder, FINGERPRINT)

    def _recognise(self, left: Sequence[tuple[Scan, int]], kept: KeptPages, step: Step) -> None:
        tasks = iter(left)
        running: dict[Future[_Page], tuple[Scan, int]] = {}
        with _Readers(self._workers, self._watch) as readers:
            while True:
                while len(running) < 2 * self._workers and (task := next(tasks, None)) is not None:
                    running[readers.submit(self._corpus, task[0].file, task[1])] = task
                if not running:
                    return
                self._watch.check()
                done, _ = wait(running, 0.1, FIRST_COMPLETED)
                for future in done:
                    scan, page = running.pop(future)
                    try:
                        lines, digest = future.result()
                    except Unreadable as reason:
                        self._reasons[scan.digest][reason.zh, reason.en].append(page)
                    else:
                        if digest == scan.digest:  # else somebody wrote the file meanwhile: it is read again
                            kept.put(digest, page, lines)
                    step(1)


class _Readers:
    """Processes that recognise, each driven by a thread of its own."""

    def __init__(self, count: int, watch: Watch) -> None:
        threads = max(1, available_cores() // count)
        self._watch = watch
        self._ending = Event()
        self._all = [GuardedRecogniser(threads, check=self._check) for _ in range(count)]
        self._free: SimpleQueue[GuardedRecogniser] = SimpleQueue()
        for reader in self._all:
            self._free.put(reader)
        self._pool = ThreadPoolExecutor(count)

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()  # after an interrupt too, of which only the main thread is told
        self._pool.shutdown(wait=True, cancel_futures=True)
        for reader in self._all:
            reader.close()

    def _check(self) -> None:
        self._watch.check()
        if self._ending.is_set():
            raise Stopped

    def submit(self, corpus: Path, file: str, page: int) -> Future[_Page]:
        return self._pool.submit(self._page, corpus, file, page)

    def _page(self, corpus: Path, file: str, page: int) -> _Page:
        reader = self._free.get()
        try:
            return reader.recognise(corpus, file, page)
        finally:
            self._free.put(reader)


def _numbers(pages: Sequence[int]) -> str:
    return ", ".join(map(str, sorted(pages)))
