"""The build: documents are read, split and chunked, what is new is encoded, and a whole generation is written beside.

Nothing in force is touched before the last step, which replaces one line. A build that is killed, or that
fails, leaves the index as it was, and what it had encoded to the next one.
"""

from __future__ import annotations

import sqlite3
import sys
import time
import uuid
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from chinese.errors import WenjuError, say
from chinese.given import check_given
from chinese.shown import shown
from chinese.tokens import TOKENIZER, fold_tables
from embeddings.building.chunk_figures import ChunkFigures
from embeddings.building.corpus_sums import Unsteady, corpus_sum, file_sum
from embeddings.building.encoding import OneProcess, encode_missing
from embeddings.building.kept_readings import KeptReadings
from embeddings.building.pipeline import PIPELINE
from embeddings.building.reading_files import FileReading, printable
from embeddings.building.refusing import check_paths, failed, nothing_readable
from embeddings.building.taking_over import NotWorthIt, Takeover
from embeddings.errors import PagesUnread, Unreadable
from embeddings.figures.reading import FigureReader
from embeddings.guarding.guarded import GuardedReader
from embeddings.models.encoder import load_encoder
from embeddings.progress import Watch
from embeddings.reading.documents import list_files, of_system
from embeddings.recognising.recogniser import Recogniser, Scan, is_waiting
from embeddings.splitting.chunks import SETTINGS
from embeddings.store.chunk_store import ChunkWriter
from embeddings.store.folder.index import CHECKED_WHEN_USED
from embeddings.store.generation import FORMAT, DocumentEntry, IndexLayout, Manifest
from embeddings.store.origins import YEAR, note
from embeddings.store.publishing import exclusive
from embeddings.store.stores import store_at
from embeddings.store.vectors import VectorCache
from embeddings.types import BuildReport, ReadFile, Skipped

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from embeddings.building.chunk_figures import ReadsFigures
    from embeddings.building.encoding import Pool
    from embeddings.models.encoder import Encoder
    from embeddings.progress import Progress
    from embeddings.store.stores import Store
    from embeddings.store.taking_over import Former
    from embeddings.types import FloatArray


def rebuild(
    corpus_dir: Path | str,
    index_dir: Path | str,
    model: str | None = None,
    progress: bool = True,
    *,
    encoder: Encoder | None = None,
    workers: int | None = None,
    ray: str | None = None,
    store: str | None = None,
    watch: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> BuildReport:
    """Bring the index in `index_dir` up to date with the documents in `corpus_dir`.

    Only chunks that no earlier build encoded are encoded. `model` is what `load_encoder` takes; `encoder`
    stands in its place. `workers` is how many processes encode, each with its share of the cores, if not this one
    alone, and recognise pages that are pictures, if not one; with `ray`, the address of a Ray cluster or "local", its
    workers encode, at most `workers` of them.
    `progress` shows bars on stderr; `watch` is told each stage's begin and end, and at most ten times a second how
    far it is. Setting `stop` ends the build at once, whatever is read, or after the batch at hand.
    `store` says where else than in `index_dir` the generation shall be kept, as `store.milvus.address` reads it;
    `index_dir` then holds what is kept on this machine, the vector cache above all.

    A file that cannot be read, or not within the limits of `embeddings.guarding.guarded`, is skipped and reported.
    Raises CorpusError where nothing can be read, IndexBusy where another process is at it, ModelError for a
    bad model, Stopped where it was stopped, WenjuError where files cannot be written; in each case, and when
    interrupted, the index that was in force still is.
    """
    return rebuild_with(
        FigureReader(),
        corpus_dir,
        index_dir,
        model,
        progress,
        encoder=encoder,
        workers=workers,
        ray=ray,
        store=store,
        watch=watch,
        stop=stop,
    )


def rebuild_with(
    figures: ReadsFigures | None,
    corpus_dir: Path | str,
    index_dir: Path | str,
    model: str | None = None,
    progress: bool = True,
    *,
    encoder: Encoder | None = None,
    workers: int | None = None,
    ray: str | None = None,
    store: str | None = None,
    watch: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> BuildReport:
    """`rebuild` with another reader of figures; with None they are left out, so that their cost can be measured."""
    started = time.monotonic()
    for name, value in {"corpus_dir": corpus_dir, "index_dir": index_dir, "model": model, "ray": ray}.items():
        check_given(value, name)
    corpus, layout = Path(corpus_dir), IndexLayout(Path(index_dir))
    kept_in = store_at(index_dir, store)
    try:
        check_paths(corpus, layout.root)
        files = list_files(corpus)
        if not files:
            raise nothing_readable(corpus, ())
        with exclusive(layout):
            chosen = load_encoder(model, notify=_notify if progress else None) if encoder is None else encoder
            watching = Watch(watch, stop, bars=progress)
            with closing(_pool(chosen, workers, ray, watching)) as pool:
                recogniser = Recogniser(corpus, layout.pages, None if ray else workers, watching)
                return _Build(corpus, layout, kept_in, chosen, pool, recogniser, figures, started, watching).run(files)
    except (OSError, sqlite3.Error) as error:
        raise failed(layout.root, error) from error


def _pool(encoder: Encoder, workers: int | None, ray: str | None, watch: Watch) -> Pool:
    if workers is not None and workers < 1:
        raise WenjuError(
            say(f"进程数 {workers} 小于 1。请给出 1 或更大的数。", f"{workers} workers are too few: give 1 or more.")
        )
    if ray is not None:
        from embeddings.building.ray_pool import RayPool

        return RayPool(encoder, ray, workers, watch.check)
    if workers is not None and workers > 1:
        from embeddings.building.processes import Processes

        return Processes(encoder, workers, watch.check)
    return OneProcess(encoder)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the reading stage found; `copied` is what `ChunkWriter.commit` takes."""

    documents: tuple[DocumentEntry, ...]
    skipped: tuple[Skipped, ...]
    articles: int
    copied: set[int] | None = None


@dataclass(frozen=True, slots=True)
class _Build:
    corpus: Path
    layout: IndexLayout
    store: Store
    encoder: Encoder
    pool: Pool
    recogniser: Recogniser
    figures: ReadsFigures | None
    started: float
    watch: Watch

    def run(self, files: Sequence[str]) -> BuildReport:
        sums = self._sums(files)
        with closing(VectorCache.open(self.layout.vectors, self.encoder.dimension)) as cache:
            kept = self._kept(corpus_sum(sums))
            if kept is not None:
                cache.mend()
                self.store.finish_tidying(cache, kept.generation)
                return self._report(_Read(kept.documents, kept.skipped, kept.articles), kept.chunks, 0)
            return self._build(sums, cache)

    def _build(self, sums: dict[str, str], cache: VectorCache) -> BuildReport:
        former = self.store.former() if self.figures is not None and self.figures.fingerprint else None
        if former is None or cache.size <= CHECKED_WHEN_USED:  # of a larger one, each row when it is used
            cache.mend()
        if former is not None:
            with suppress(NotWorthIt):
                return self._written(dict(sums), cache, former)
        return self._written(sums, cache, None)

    def _written(self, sums: dict[str, str], cache: VectorCache, former: Former | None) -> BuildReport:
        """Write a generation and put it in force, from nothing or from the former one; raises NotWorthIt."""
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:8]}"
        files_of = self.store.begin(name)
        try:
            with (
                closing(KeptReadings.open(self.layout.readings)) as readings,
                closing(ChunkWriter.create(files_of.chunks)) as writer,
                closing(ChunkFigures.create(files_of.figures, self.figures, readings)) as figures,
            ):
                made_with = f"{PIPELINE} {sorted(SETTINGS.items())} {TOKENIZER} {fold_tables()}"
                fingerprint = self.encoder.fingerprint
                check = self.watch.check
                reading = FileReading(self.corpus, fingerprint, made_with, readings, writer, figures, check)
                taking = None if former is None else Takeover(reading, former)
                read = self._read(sums, reading, taking)
                if len(writer) == 0:
                    raise nothing_readable(self.corpus, read.skipped)
                note(writer.connection, YEAR, figures.year)
                writer.commit(read.copied)
                figures.finish(check)
                readings.keep(reading.used)
                self.recogniser.forget_others([digest for digest in sums.values() if digest])
                count = len(writer)
                taken = None if taking is None else taking.taken()
                knows = taken is not None and self.store.takes_vectors(taken, count)
                among = taken.others(count) if taken is not None and knows else None
                encoded = encode_missing(writer, cache, self.encoder, self.pool, self.watch, among)
                rows = partial(self._rows, writer, cache)
                self.store.write(files_of, writer, rows, self.encoder.dimension, self.watch, taken)
            self.store.publish(files_of, self._manifest(name, corpus_sum(sums), read, count), cache)
        finally:
            self.store.abandon(files_of)
        return self._report(read, count, encoded)

    def _sums(self, files: Sequence[str]) -> dict[str, str]:
        """Hash every file, "" where it cannot be read."""
        sums: dict[str, str] = {}
        with self.watch.stage("checking", len(files)) as step:
            for file in files:
                sums[file] = file_sum(self.corpus, file, self.watch.check)
                step(1)
        return sums

    def _kept(self, corpus_sum: str) -> Manifest | None:
        """Return the manifest in force, if a build would give the same again and every file of it is sound."""
        try:
            with closing(self.store.open()) as index:
                found = index.manifest
                stored = found.model, found.fingerprint, found.dimension, found.settings, found.pipeline, found.corpus
                now = (
                    self.encoder.name,
                    self.encoder.fingerprint,
                    self.encoder.dimension,
                    SETTINGS,
                    PIPELINE,
                    self._place,
                )
                if stored != now or found.corpus_sha256 != corpus_sum:
                    return None
                if is_waiting(found.documents, found.skipped):
                    return None
                index.verify()
                return found
        except WenjuError:
            return None

    @property
    def _place(self) -> str:
        return printable(str(self.corpus.resolve()))

    def _read(self, sums: dict[str, str], reading: FileReading, taking: Takeover | None) -> _Read:
        """Read every file that has changed, those with pages to recognise last, when these have been recognised."""
        documents: list[DocumentEntry] = []
        skipped: list[Skipped] = []
        scans: list[Scan] = []
        articles = 0
        with (
            closing(GuardedReader(check=self.watch.check)) as reader,
            self.watch.stage("reading", len(sums)) as step,
        ):
            reader.prepare()  # while what is kept is taken

            def take(file: str, digest: str, scan: Scan | None = None) -> None:
                nonlocal articles
                try:
                    if scan is not None:
                        entry = reading.take_scan(reader, scan, self.recogniser, articles)
                    elif taking is not None:
                        entry = taking.add(reader, file, digest)
                    else:
                        entry = reading.take(reader, file, digest, articles)
                    sums[file] = entry.sha256
                except (Unreadable, OSError) as error:
                    if isinstance(error, Unsteady) or file_sum(self.corpus, file, self.watch.check) != digest:
                        sums[file] = ""  # it may come back as it was, and must be read then
                    reason = of_system(error) if isinstance(error, OSError) else error
                    skipped.append(Skipped(printable(file), reason.zh, reason.en))
                else:
                    documents.append(entry)
                    articles += entry.articles
                step(1)

            for file, digest in sums.items():
                try:
                    take(file, digest)
                except PagesUnread as unread:
                    scans.append(Scan(file, digest, unread.pages))
            copied = None if taking is None else taking.write(len(scans))
            written = reading.writer.copied
            self.recogniser.recognise(scans)
            for scan in scans:
                take(scan.file, scan.digest, scan)
            if copied is not None:
                copied |= reading.writer.copied_since(written)
        by_name = sorted(documents, key=lambda entry: entry.file), sorted(skipped, key=lambda entry: entry.file)
        return _Read(tuple(by_name[0]), tuple(by_name[1]), articles, copied)

    def _rows(self, writer: ChunkWriter, cache: VectorCache, ids: Sequence[int]) -> FloatArray:
        """The vectors of chunks; `ids` ascends."""
        keys = writer.keys(ids)
        found = cache.get(keys)
        if len(found) < len(set(keys)):
            raise OSError(
                None,
                say("向量缓存已损坏，请再次重建", "the vector cache is damaged, rebuild once more"),
                cache.path,
            )
        return np.stack([found[key] for key in keys])

    def _manifest(self, name: str, corpus_sum: str, read: _Read, chunks: int) -> Manifest:
        return Manifest(
            format=FORMAT,
            generation=name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            model=self.encoder.name,
            fingerprint=self.encoder.fingerprint,
            dimension=self.encoder.dimension,
            tokenizer=TOKENIZER,
            settings=dict(SETTINGS),
            pipeline=PIPELINE,
            corpus=self._place,
            corpus_sha256=corpus_sum,
            articles=read.articles,
            chunks=chunks,
            documents=read.documents,
            skipped=read.skipped,
            files={},
        )

    def _report(self, read: _Read, chunks: int, encoded: int) -> BuildReport:
        return BuildReport(
            documents=len(read.documents),
            articles=read.articles,
            chunks=chunks,
            encoded=encoded,
            reused=chunks - encoded,
            skipped=read.skipped,
            seconds=time.monotonic() - self.started,
            files=tuple(ReadFile(item.file, item.articles, item.chunks, item.notes) for item in read.documents),
        )


def _notify(text: str) -> None:
    tqdm.write(shown(text), file=sys.stderr)
