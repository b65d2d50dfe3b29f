"""wenju itself: `retrieval` builds, then searches; `reader` answers from the index that `retrieval` has left."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peer_engines import Built, Found, K, unique
from embeddings import Index, rebuild
from embeddings.models.encoder import load_encoder
from qa.engine import QA
from qa.reading.reader import load_reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.models.encoder import Encoder


class Wenju:
    """The project as it ships, over files of one paragraph each."""

    def __init__(self, reads: bool) -> None:
        self._reads = reads
        self._folder = Path()
        self._encoder: Encoder | None = None
        self._qa: QA | None = None

    def load(self) -> None:
        # The default model: the folder that the others are given.
        self._encoder = load_encoder()
        # What encodes several texts is not what encodes one, as the build of one does that loads the libraries.
        self._encoder.encode_passages(["预热", "预热"])
        with tempfile.TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus"
            corpus.mkdir()
            (corpus / "a.txt").write_text("预热。\n", encoding="utf-8")
            rebuild(corpus, Path(folder) / "index", encoder=self._encoder, progress=False)

    def prepare(self, documents: Sequence[tuple[str, str]], folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder / "corpus", ignore_errors=True)
        (folder / "corpus").mkdir(parents=True)
        for name, text in documents:
            (folder / "corpus" / name).write_text(text + "\n", encoding="utf-8")
        if self._reads:
            self._rebuild()  # nothing is encoded where `retrieval` has been there

    def build(self) -> Built | None:
        if not self._reads:
            self._rebuild()
        assert self._encoder is not None
        index = Index.open(self._folder / "index")
        self._qa = QA(index, self._encoder, load_reader())
        return None if self._reads else Built(len(index), sum(len(chunk.encoded) for chunk in index.all_chunks()))

    def search(self, question: str) -> Found:
        assert self._qa is not None
        if self._reads:
            answer = self._qa.ask(question, K)
            files = [source.file for passage in answer.passages for source in passage.sources]
            return Found(unique(files), answer.text or "")
        candidates = self._qa.gather(question, K).passages[:K]
        return Found(unique([source.file for item in candidates for source in item.chunk.sources]))

    def _rebuild(self) -> None:
        rebuild(self._folder / "corpus", self._folder / "index", encoder=self._encoder)


def engine(setting: str, model: Path) -> Wenju:
    """Make one; `setting` is "retrieval" or "reader", `model` what the default model is unpacked to."""
    return Wenju(setting == "reader")
