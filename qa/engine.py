"""The stage sequence: complete the question, take it apart, search, make passages, read, answer."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings import rebuild
from embeddings.encoder import Encoder, load_encoder
from embeddings.errors import IndexDamaged, IndexMissing, say
from embeddings.forking import begins_again, in_child
from embeddings.given import check_given, from_environment
from embeddings.shown import shown
from embeddings.store import store_at
from qa.answering import READ, Evidence, answer
from qa.followup import complete, latest
from qa.kept_chunks import read_article
from qa.lexicon import Lexicon
from qa.question import (
    QuestionError,
    check_history,
    check_k,
    check_question,
    language_of,
    parse_question,
    split_parts,
)
from qa.reader import load_reader
from qa.retrieval import POOL, overlap, passages_of, search, term_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.store import Generation
    from qa.reader import Reader
    from qa.retrieval import Candidate, Hit
    from qa.types import Answer

_HITS_PER_PASSAGE = 3


@dataclass(frozen=True, slots=True)
class Stages:
    """Which parts take part; each can be turned off, to see what it is worth.

    `dense` and `lexical` search; `reader` finds the phrase, rules alone do without it; `constraints` hold it to the
    kind of answer, the place and the year asked for; `refusal` says that there is no answer, else the best candidate
    is one, whatever its confidence.
    """

    dense: bool = True
    lexical: bool = True
    reader: bool = True
    constraints: bool = True
    refusal: bool = True


class QA:
    """Answers questions from one index, and switches to a newer generation of it by itself. Threads may share it."""

    def __init__(
        self, index: Generation, encoder: Encoder, reader: Reader | None = None, stages: Stages | None = None
    ) -> None:
        self._index = index
        self._encoder = encoder
        self._stages = Stages() if stages is None else stages
        self._reader = reader if self._stages.reader else None
        self._lexicon: Lexicon | None = None
        self._switching = threading.RLock()
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: nobody holds the lock there; index and models see to themselves."""
        self._switching = threading.RLock()

    @classmethod
    def open(
        cls,
        index_dir: str | Path,
        model: str | None = None,
        stages: Stages | None = None,
        *,
        store: str | None = None,
    ) -> QA:
        """Open an index; never builds one, and loads the models at the first question only.

        `model` defaults to WENJU_MODEL, else to the one that the index was built with. `store` is where the index is
        kept if not in `index_dir`, as `rebuild` takes it. Raises IndexMissing, IndexMismatch, IndexDamaged or
        StoreError, each naming what is wrong and the way out.
        """
        index = store_at(index_dir, store).open()
        check_given(model, "model")
        encoder = load_encoder(model or from_environment("WENJU_MODEL") or index.manifest.model)
        index.check_model(encoder)
        return cls(index, encoder, load_reader(), stages)

    @property
    def index(self) -> Generation:
        """The generation that answers now; a newer one is taken up here."""
        with self._switching:
            if not self._index.is_current():
                latest = self._index.latest()
                if latest.manifest.fingerprint != self._encoder.fingerprint:
                    encoder = load_encoder(latest.manifest.model)
                    latest.check_model(encoder)
                    self._encoder = encoder
                self._index = latest
                self._lexicon = None
            return self._index

    def ask(self, question: str, k: int = 5, history: Sequence[str] | None = ()) -> Answer:
        """Answer a question from the corpus.

        `k` (1 to 50) is how many passages come back at most; `history` has the earlier questions, the oldest first; one
        that could not have been asked is passed over. Raises QuestionError (a ValueError) for an empty or overlong
        question, for `k` out of range, and for anything of another type. What the corpus does not say is no error: the
        Answer then has a reason.
        """
        text = check_question(question)
        check_k(k)
        asked = complete(text, [item for item in latest(check_history(history)) if _can_be_asked(item)])
        try:
            return self._answer(text, asked, k)
        except IndexDamaged:
            # Two builds may end within one question, and the generation that it reads be gone.
            if self._index.is_current():
                raise
            return self._answer(text, asked, k)

    def gather(self, asked: str, k: int = 5) -> Evidence:
        """What the answer to a question is made from, which stands on its own: its parts, and passages as retrieved."""
        with self._switching:
            index, encoder = self.index, self._encoder
            lexicon = self._lexicon_of(index) if language_of(asked) == "en" else None
        whole = parse_question(asked, lexicon)
        parts = [whole if part == asked else parse_question(part, lexicon) for part in split_parts(asked)]
        pool = max(POOL, _HITS_PER_PASSAGE * k)
        stages = self._stages
        hits = search(index, encoder, whole, pool, use_dense=stages.dense, use_lexical=stages.lexical)
        terms = {term.text: term for part in (whole, *parts) for term in part.terms}
        return Evidence(
            parts=parts,
            candidates=_passages(hits, k),
            weights=term_weights(index, tuple(terms.values())),
            article=lambda number: read_article(index, number),
            known=lambda token: index.document_frequency(token) > 0,
        )

    @property
    def encoder(self) -> Encoder:
        """The encoder that questions are encoded with: that of the index."""
        return self._encoder

    @property
    def reader(self) -> Reader | None:
        """The reader that finds phrases; None where rules do it alone."""
        return self._reader

    def _answer(self, text: str, asked: str, k: int) -> Answer:
        stages = self._stages
        if self._reader is not None:
            self._reader.start_loading()  # beside the search
        return answer(text, asked, self.gather(asked, k), k, self._reader, stages.constraints, stages.refusal)

    def warm_up(self) -> None:
        """Load what the first question would load, so that it is not slower than the next ones."""
        self._encoder.encode_queries(["问"])
        if self._reader is not None:
            self._reader.read("问", [("", "答")])
        self._lexicon_of(self.index)

    def _lexicon_of(self, index: Generation) -> Lexicon:
        if self._lexicon is None:
            self._lexicon = Lexicon.for_vocabulary(index.vocabulary())
        return self._lexicon


def _can_be_asked(text: str) -> bool:
    try:
        check_question(text)
    except QuestionError:
        return False
    return True


def _passages(hits: Sequence[Hit], k: int) -> list[Candidate]:
    """The passages that are read, the same whatever `k`, and behind them as many more as are to be shown."""
    read = passages_of(hits[: _HITS_PER_PASSAGE * READ], READ)
    more = passages_of(hits[: _HITS_PER_PASSAGE * k], k) if k > READ else []
    fresh = [item for item in more if not any(overlap(item.chunk, other.chunk) for other in read)]
    return [*read, *fresh[: max(0, k - len(read))]]


_default: dict[Path, QA] = {}
_opening = threading.Lock()


def _begin_again() -> None:
    global _opening
    _opening = threading.Lock()


in_child(_begin_again)


def default_corpus() -> Path:
    """The corpus folder where none is named: WENJU_CORPUS, else seeds/ under the working directory."""
    return Path(from_environment("WENJU_CORPUS") or "seeds")


def default_index() -> Path:
    """The index folder where none is named: WENJU_INDEX, else index/ under the working directory."""
    return Path(from_environment("WENJU_INDEX") or "index")


def ask(question: str, k: int = 5, history: Sequence[str] | None = ()) -> Answer:
    """Answer a question from the default index, which is built from the default corpus if there is none.

    See QA.ask for arguments and errors.
    """
    check_question(question)
    check_k(k)
    check_history(history)
    return open_default().ask(question, k, history)


def open_default() -> QA:
    """The default index, opened; built first, saying so on standard error, if there is none."""
    path = default_index().resolve()
    with _opening:
        if path not in _default:
            try:
                _default[path] = QA.open(path)
            except IndexMissing:
                corpus = default_corpus()
                sys.stderr.write(
                    say(
                        f"还没有索引，正在用 {shown(str(corpus))} 建立……\n",
                        f"There is no index yet; building it from {shown(str(corpus))} ...\n",
                    )
                )
                rebuild(corpus, path)
                _default[path] = QA.open(path)
        return _default[path]
