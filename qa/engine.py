"""The stage sequence: complete the question and take it apart; for each part search, make passages, read; answer."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import TYPE_CHECKING, Self, TypeVar

from chinese.errors import WenjuError, say
from chinese.forking import begins_again
from chinese.given import check_given, from_environment
from chinese.language import language_of
from embeddings.errors import IndexDamaged
from embeddings.models.encoder import Encoder, load_encoder
from embeddings.store.search_threads import SearchThreads
from embeddings.store.stores import store_at
from qa.deciding.answering import Evidence, Policy, answer
from qa.deciding.chosen import said_of_chosen
from qa.deciding.confidence import Calibration
from qa.deciding.one_figure import ways_to_figures
from qa.deciding.ranking import Ranker
from qa.english.lexicon import Lexicon
from qa.figures.searching.conditions import ALL_MODES, check_typed
from qa.figures.searching.search import Finder, figures_for, measures_like, speaks_english
from qa.finding.articles import article_at
from qa.finding.documents import documents_of
from qa.finding.further import further_passages
from qa.finding.passages import with_words_marked
from qa.finding.retrieval import HITS_PER_PASSAGE, READ, passages_of, search_pool, term_weights
from qa.finding.scoped import KeptScopes
from qa.finding.spelling import spelt_as_there
from qa.finding.stages import Stages
from qa.question.followup import latest
from qa.question.many import ask_each, check_questions, check_workers, with_bar
from qa.question.parts import Understood, understand
from qa.question.question import (
    can_be_asked,
    check_as_written,
    check_history,
    check_k,
    check_question,
    parse_question,
)
from qa.question.scope import check_within
from qa.reading.reader import load_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from embeddings.store.stores import Generation, Whole
    from embeddings.types import FigureMode, Source
    from qa.finding.articles import ArticleText
    from qa.finding.documents import ListedDocument
    from qa.finding.kept_chunks import KeptChunks
    from qa.finding.retrieval import Searched
    from qa.question.many import Reply
    from qa.question.question import Question
    from qa.question.scope import Scope
    from qa.reading.reader import Reader
    from qa.types import Answer, Figure, Passage

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class QA:
    """Answers from one index, and switches to a newer generation of it by itself. Threads may share it."""

    def __init__(
        self,
        index: Whole,
        encoder: Encoder,
        reader: Reader,
        stages: Stages | None = None,
        calibration: Calibration | None = None,
        ranker: Ranker | None = None,
        threads: SearchThreads | None = None,
    ) -> None:
        """Ask `index` in `threads`; `calibration` and `ranker` belong to the reader. By default all are its own."""
        self._kept = KeptScopes(index)
        self._threads = SearchThreads() if threads is None else threads
        self._closed = False
        self._encoder = encoder
        self._stages = Stages() if stages is None else stages
        self._policy = Policy(
            reader,
            Ranker.load() if ranker is None else ranker,
            Calibration.load() if calibration is None else calibration,
            self._stages.constraints,
            self._stages.refusal,
        )
        self._lexicon: tuple[str, Lexicon] | None = None
        self._unusable: str | None = None
        self._warned: type[WenjuError] | None = None
        self._switching = threading.RLock()
        self._translating = threading.Lock()
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: nobody holds the locks there; index and models see to themselves."""
        self._switching = threading.RLock()
        self._translating = threading.Lock()

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
        threads = SearchThreads()
        index = store_at(index_dir, store, threads).open()
        check_given(model, "model")
        encoder = load_encoder(model or from_environment("WENJU_MODEL") or index.manifest.model)
        index.check_model(encoder)
        return cls(index, encoder, load_reader(), stages, threads=threads)

    def close(self) -> None:
        """Give the index's files back, once no question is being answered; it may not be asked afterwards."""
        with self._switching:
            if not self._closed:
                self._closed = True
                self._kept.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def index(self) -> Whole:
        """The generation that answers now; a newer one is taken up here.

        Where that cannot be opened, the one that answers goes on, and what is wrong is logged once. Raises WenjuError
        once this is closed.
        """
        with self._switching:
            if self._closed:
                raise WenjuError(say("这个 QA 已经关闭。请再打开一个。", "This QA is closed. Open another one."))
            if not self._kept.index.is_current():
                try:
                    self._take_up(self._kept.index.latest())
                except WenjuError as error:
                    self._warn(error)
            return self._kept.index

    def _take_up(self, latest: Whole) -> None:
        if latest.generation == self._unusable:
            return
        if latest.manifest.fingerprint != self._encoder.fingerprint:
            self._unusable = latest.generation  # not tried again: looking for a model takes time
            encoder = load_encoder(latest.manifest.model)
            latest.check_model(encoder)
            self._encoder = encoder
        self._kept, self._unusable, self._warned = KeptScopes(latest), None, None

    def _warn(self, error: WenjuError) -> None:
        if type(error) is not self._warned:  # the words are in the language of whoever asks
            self._warned = type(error)
            _log.warning(
                say(
                    f"新的索引打不开，仍用原来的回答：{error}",
                    f"The newer index cannot be opened; the one before goes on answering. {error}",
                )
            )

    def ask(
        self,
        question: str,
        k: int = 5,
        history: Sequence[str] | None = (),
        *,
        as_written: bool = False,
        within: Scope | None = None,
    ) -> Answer:
        """Answer a question from the corpus, or from a part of it.

        `k` (1 to 50) is how many passages come back at most, and changes neither texts, reason nor confidence; a
        question in several parts brings the passage of each answer, even where these are more. `history` has the
        earlier questions, the oldest first; one that could not have been asked is passed over. Where a question can be
        meant with and without them, both are asked and the surer answer is kept; its `asked` says which. With
        `as_written` it is asked as it stands: neither completed nor taken apart. With `within` nothing comes from
        outside of the files, the article and the dates that it names: no answer, no passage, no figure. Raises
        QuestionError (a ValueError) for an empty or overlong question, for `k` out of range, for a scope that names
        what the corpus has not, and for anything of another type; IndexMismatch where the index was built before one
        could ask within a scope. What the corpus does not say is no error: the Answer then has a reason.
        """
        text = check_question(question)
        check_k(k)
        earlier = [item for item in latest(check_history(history)) if can_be_asked(item)]
        earlier_or_none, scope = None if check_as_written(as_written) else earlier, check_within(within)
        return self._once_more(lambda: self._surest(text, self._understood(text, earlier_or_none, scope), k, scope))

    async def ask_async(
        self,
        question: str,
        k: int = 5,
        history: Sequence[str] | None = (),
        *,
        as_written: bool = False,
        within: Scope | None = None,
    ) -> Answer:
        """What `ask` gives, worked out in a thread, so that the event loop goes on meanwhile.

        A task that is cancelled is let go at once; the thread still works its question out, and nobody gets it.
        """
        return await asyncio.to_thread(self.ask, question, k, history, as_written=as_written, within=within)

    def ask_many(
        self,
        questions: Iterable[str],
        k: int = 5,
        *,
        workers: int = 2,
        within: Scope | None = None,
        progress: bool = True,
        stop: threading.Event | None = None,
    ) -> Iterator[Reply]:
        """Ask questions, none of them a follow-up, in `workers` threads (1 to 64); replies come in their order.

        Each comes as soon as it and those before it are there, with its answer or, in its place, the error that kept
        it from having one; the others are asked all the same. To stop, leave the loop, or set `stop`: no other
        question is begun. `progress` shows a bar on stderr. `k` and `within` are as in `ask`. Raises QuestionError
        for them, for `workers` out of range, and for one text instead of several.
        """
        check_k(k)
        count, scope, asked = check_workers(workers), check_within(within), check_questions(questions)
        replies = ask_each(lambda question: self.ask(question, k, within=scope), asked, count, stop)
        return with_bar(replies, asked) if progress else replies

    def search(self, words: str, k: int = 10, *, within: Scope | None = None) -> tuple[Passage, ...]:
        """The passages that are nearest to words or a question, the best first, at most `k` (1 to 50).

        They are found as for `ask`, and not read: their marks are the words that they share with what is searched for.
        `within` is as in `ask`. Raises QuestionError as `ask` does.
        """
        text, scope = check_question(words), check_within(within)
        check_k(k)

        def found() -> tuple[Passage, ...]:
            kept, question, searched = self._search(text, scope)
            passages = passages_of(searched.hits, k)
            more = further_passages(kept, searched, passages, k - len(passages))
            return tuple(with_words_marked(item, question) for item in (*passages, *more))

        return self._once_more(found)

    def documents(self) -> tuple[ListedDocument, ...]:
        """What is in the index: its documents with their articles, in its order."""
        return self._once_more(lambda: documents_of(self.index))

    def article(self, where: Source | str) -> ArticleText:
        """The article that stands at a source, or the only one of a file: tidied, as it was indexed.

        A file is named relative to the corpus. Raises QuestionError where there is none, or are several.
        """
        return self._once_more(lambda: article_at(self.index, where))

    def narrowed(self, within: Scope | None) -> Generation:
        """The generation that answers now, or what of it is inside of `within`. Raises what `ask` raises of a scope."""
        scope = check_within(within)
        with self._switching:
            self.index  # noqa: B018 - a newer one is taken up
            kept = self._kept
        return kept.within(scope).index

    def figures(
        self,
        words: str,
        places: Collection[str] = (),
        periods: tuple[str, str] | None = None,
        modes: Collection[FigureMode] = ALL_MODES,
        *,
        within: Scope | None = None,
    ) -> tuple[Figure, ...]:
        """The figures that the corpus gives for what words ask for, of the best-matching measure first.

        `words` are keywords or a short question in Chinese or English; a place and years among them count where
        `places` and `periods` are not given. Of `places` (青云高新区) core and kind both count. `periods` are the first
        and the last time, each as 2023, 2023-06 or 2023-06-30, "" where that side is open. `modes` are those of
        `Figure.mode`. A sentence that stands in several articles is there once, with all its sources; at most
        1,000 figures come back. () where the corpus has none. `within` is as in `ask`. Raises QuestionError (a
        ValueError) for words that are empty or too long, times that are none or in the wrong order, a mode that there
        is not, and other types.
        """
        scope = check_within(within)
        return self._once_more(
            lambda: figures_for(self._finder(speaks_english(words, places), scope), words, places, periods, modes)
        )

    def measures(self, words: str, most: int = 8, *, within: Scope | None = None) -> tuple[str, ...]:
        """What the corpus's own measures are that begin with, contain or share the words typed, at most `most`.

        Those that have all that was typed come first, the most frequent ones before others; of nothing typed, "", the
        most frequent of all. `within` is as in `ask`. Raises QuestionError for `most` out of range (1 to 50) and what
        is no text.
        """
        check_k(most)
        typed, scope = check_typed(words), check_within(within)
        return self._once_more(lambda: measures_like(self._finder(speaks_english(typed), scope), typed, most))

    def _finder(self, english: bool, scope: Scope | None) -> Finder:
        """What figures are found with now."""
        with self._switching:
            index, kept, encoder = self.index, self._kept, self._encoder
        lexicon = self.lexicon_of(index) if english else None
        return Finder(kept.within(scope).kept, encoder, self._threads, lexicon)

    def _once_more(self, work: Callable[[], _T]) -> _T:
        """Do what reads the index; again where a newer one is in force by then."""
        try:
            return work()
        except IndexDamaged:
            # Two builds may end within one question, and the generation that it reads be gone.
            if self._kept.index.is_current():
                raise
            return work()

    def _understood(self, text: str, earlier: Sequence[str] | None, scope: Scope | None) -> Understood:
        """What a question asks: as it is written, or spelt as the documents have it and completed from earlier ones."""
        if earlier is None:
            return Understood(text, (text,))
        return understand(spelt_as_there(text, lambda: self.narrowed(scope)), earlier)

    def gather(self, asked: str, k: int = 5, within: Scope | None = None) -> Evidence:
        """What the answer to a question in one part, which stands on its own, is made from."""
        kept, question, found = self._search(asked, within)
        index = kept.index
        read, stages = passages_of(found.hits[: HITS_PER_PASSAGE * READ], READ), self._stages
        return Evidence(
            question=question,
            candidates=read,
            weights=term_weights(index, question.terms),
            article=kept.article,
            known=index.has_word,
            further=further_passages(kept, found, read, k - len(read)),
            figures=ways_to_figures(kept, read, self.gather, self._policy, within) if stages.figures else None,
        )

    def _search(self, asked: str, within: Scope | None) -> tuple[KeptChunks, Question, Searched]:
        """What is searched now, a question as it is understood there, and what is found."""
        with self._switching:
            whole, scopes, encoder = self.index, self._kept, self._encoder
        kept, stages = scopes.within(within).kept, self._stages
        question = parse_question(asked, self.lexicon_of(whole) if language_of(asked) == "en" else None)
        use = {"use_dense": stages.dense, "use_lexical": stages.lexical}
        return kept, question, search_pool(kept, encoder, self._threads, question, **use)

    @property
    def encoder(self) -> Encoder:
        """The encoder that questions are encoded with: that of the index."""
        return self._encoder

    @property
    def reader(self) -> Reader:
        """The reader that finds phrases."""
        return self._policy.reader

    def _surest(self, text: str, understood: Understood, k: int, scope: Scope | None) -> Answer:
        """The answer to a question, in the sense that is answered, or answered more surely, where it may have two."""
        found = self._answer(text, understood, k, scope)
        if not understood.other:
            return found
        other = self._answer(text, Understood(understood.other, (understood.other,)), k, scope)
        return max(found, other, key=lambda item: (item.reason is None, item.confidence))

    def _answer(self, text: str, understood: Understood, k: int, scope: Scope | None) -> Answer:
        self._policy.reader.start_loading()  # beside the search
        gathered = [self.gather(part, k, scope) for part in understood.parts]
        found = answer(text, understood.asked, gathered, k, self._policy)
        reach = self._kept.within(scope)
        return said_of_chosen(found, reach.undated) if reach.is_part else found

    def warm_up(self) -> None:
        """Load what the first question would load, so that it is not slower than the next ones."""
        self._encoder.encode_queries(["问"])
        self._policy.reader.read("问", [("", "答")])
        self.lexicon_of(self.index)

    def lexicon_of(self, index: Generation) -> Lexicon:
        """The lexicon of a generation; only who needs it waits for it."""
        with self._translating:
            # By its name: the index itself would keep one that is no longer asked in memory.
            if self._lexicon is None or self._lexicon[0] != index.generation:
                self._lexicon = index.generation, Lexicon.for_vocabulary(index.vocabulary())
            return self._lexicon[1]
