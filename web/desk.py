"""What all visitors of a served page share: who answers, what may be changed, the latest turns, the build.

The page's handlers and the routes beside it are given one; `web.serving.server` makes it.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from chinese.errors import WenjuError, speaking
from chinese.language import language_of
from embeddings.errors import IndexDamaged, IndexMismatch, IndexMissing, StoreError
from qa.engine import QA
from qa.figures.searching.conditions import ALL_MODES
from qa.finding.articles import lexicon_of
from qa.question.question import parse_question
from qa.question.suggest import following, opening_questions
from web.chat.since import sums_under
from web.chat.talks.keeping import Talks
from web.chat.talks.store import TalkStore
from web.chat.turns import RecentTurns
from web.documents.building import Builder
from web.documents.facts import FactsOfIndex
from web.documents.originals import Originals
from web.documents.shelf import Shelf
from web.documents.upload_folder import UploadFolder
from web.look.words import word
from web.queue.results import asker
from web.queue.waiting import ClientLeft, WorkQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from chinese.errors import Language
    from embeddings import Encoder
    from embeddings.store.stores import Generation
    from embeddings.types import FigureMode
    from qa.english.lexicon import Lexicon
    from qa.question.scope import Scope
    from qa.types import Answer, Figure
    from web.chat.turns import Conversation, Turn
    from web.door.access import ServeSettings

EXAMPLES = (
    "青岛高新区2023年引进了多少个项目?",
    "阿斯利康气雾剂工厂项目总投资多少?",
    "高新贷累计向多少家企业授信?",
    "深圳高新区2023年引进了多少个项目?",
    "How many projects did Qingdao High-tech Zone attract in 2023?",
    "How tall is the tallest building in Licang District?",
)
"""Of the corpus that comes with the project; shown where the index has the words of the first."""
_EXAMPLES_MADE = 4
_SECONDS_TO_CLOSE = 10
_OF_THE_INDEX = IndexDamaged, IndexMismatch, StoreError
_log = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")


def in_turn(line: WorkQueue, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Do work in one of the line's few threads, when it is this visitor's turn, and wait for what it gives."""
    return line.do(asker(), work, *args, **kwargs)


class Asks(Protocol):
    """What answers the questions: QA, or anything that has its `ask`."""

    def ask(
        self,
        question: str,
        k: int = 5,
        history: Sequence[str] = (),
        *,
        as_written: bool = False,
        within: Scope | None = None,
    ) -> Answer:
        """Answer one question, given the earlier ones, the oldest first, within all documents or some."""
        ...


class OpenedLater:
    """A QA over an index that may not be there yet: it is opened at the first question after it was built."""

    def __init__(self, index_dir: Path, store: str | None = None) -> None:
        self._path = index_dir
        self._store = store
        self._qa: QA | None = None
        self._opening = threading.Lock()

    @property
    def qa(self) -> QA:
        """The QA itself. Raises what QA.open raises, IndexMissing where there is no index."""
        with self._opening:
            if self._qa is None:
                self._qa = QA.open(self._path, store=self._store)
            return self._qa

    @property
    def index(self) -> Generation:
        """The generation that answers now."""
        return self.qa.index

    def ask(
        self,
        question: str,
        k: int = 5,
        history: Sequence[str] = (),
        *,
        as_written: bool = False,
        within: Scope | None = None,
    ) -> Answer:
        """Answer as QA.ask does."""
        return self.qa.ask(question, k, history, as_written=as_written, within=within)

    def figures(
        self,
        words: str,
        places: Collection[str] = (),
        periods: tuple[str, str] | None = None,
        modes: Collection[FigureMode] = ALL_MODES,
        *,
        within: Scope | None = None,
    ) -> tuple[Figure, ...]:
        """The figures that QA.figures finds."""
        return self.qa.figures(words, places, periods, modes, within=within)

    def measures(self, words: str, most: int = 8) -> tuple[str, ...]:
        """The measures that QA.measures offers."""
        return self.qa.measures(words, most)

    def encoder(self) -> Encoder | None:
        """The encoder that questions are encoded with, so that a build need not load it again; None before."""
        try:
            return self.qa.encoder
        except IndexMissing:
            return None

    def warm_up(self) -> None:
        """Load the models, where there is an index to ask."""
        try:
            qa = self.qa
        except IndexMissing:
            return
        qa.warm_up()


def kept_lexicon(qa: Asks) -> Callable[[Generation], Lexicon]:
    """What gives the lexicon of the generation that answers: once made it is kept, where `qa` keeps one."""
    kept = qa.qa if isinstance(qa, OpenedLater) else qa
    return kept.lexicon_of if isinstance(kept, QA) else lexicon_of


@dataclass(slots=True)
class Desk:
    """Who answers (`qa`), by what settings, whether the model is loaded (`ready`), and what was asked lately.

    What they ask waits in `line`; what they upload lies in `uploads` until it is added to the `shelf` of documents;
    `originals` shows these as they look; `talks` are the conversations that stay.
    """

    qa: Asks
    settings: ServeSettings
    ready: threading.Event | None = None
    builder: Builder | None = None
    originals: Originals | None = None
    shelf: Shelf | None = None
    recent: RecentTurns = field(default_factory=RecentTurns)
    talks: Talks = field(default_factory=lambda: Talks(None))
    uploads: UploadFolder = field(default_factory=UploadFolder)
    line: WorkQueue = field(default_factory=WorkQueue)
    facts: FactsOfIndex = field(default_factory=FactsOfIndex)
    _examples: tuple[str, ...] = EXAMPLES
    _examples_of: str = ""
    _making: threading.Thread | None = None
    _closed: threading.Event = field(default_factory=threading.Event)
    _busy: int = 0
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(
        cls, qa: Asks, settings: ServeSettings, ready: threading.Event | None = None, line: WorkQueue | None = None
    ) -> Desk:
        """A desk that can rebuild the index, where the settings name one and its corpus."""
        line = WorkQueue() if line is None else line
        talks = Talks(None if settings.talks is None else TalkStore(settings.talks))
        if settings.corpus is None or settings.index is None:
            return cls(qa, settings, ready, talks=talks, line=line)

        def encoder() -> Encoder | None:
            return qa.encoder if isinstance(qa, QA) else qa.encoder() if isinstance(qa, OpenedLater) else None

        builder = Builder(settings.corpus, settings.index, encoder, store=settings.store)
        desk = cls(qa, settings, ready, builder, Originals(settings.corpus), talks=talks, line=line)
        desk.shelf = Shelf(settings.corpus, builder, desk.index, desk.facts)
        return desk

    @property
    def may_change(self) -> bool:
        """Whether visitors may change the corpus."""
        return self.builder is not None and not self.settings.read_only

    def index(self) -> Generation | None:
        """The generation that answers now; None where there is none, or what answers has none."""
        if not isinstance(self.qa, QA | OpenedLater):
            return None
        try:
            return self.qa.index
        except IndexMissing:
            return None

    def ask(
        self,
        question: str,
        history: Sequence[str],
        language: Language,
        *,
        as_written: bool = False,
        within: Scope | None = None,
    ) -> Answer:
        """Ask; errors are said in the language of the page."""
        how: dict[str, Any] = {"as_written": True} if as_written else {}
        with self._at_work(), speaking(language):
            return in_turn(self.line, self.qa.ask, question, history=history, **how, **_within(within))

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        with self._counting:
            self._busy += 1
        try:
            yield
        finally:
            with self._counting:
                self._busy -= 1

    def examples_in(self, language: Language, index: Generation | None) -> tuple[str, ...]:
        """Questions to begin with over an index, in the language of the page; none where there are none in it.

        Those of the shipped corpus where the index has their words; of another one some are made, which takes a while:
        who comes later sees them.
        """
        if index is not None and index.generation != self._examples_of:
            self._examples_of = index.generation
            self._examples = EXAMPLES if _has_words_of(index, EXAMPLES[0]) else ()
            if not self._examples and not self._closed.is_set():
                self._making = threading.Thread(target=self._make_examples, args=(index,), daemon=True)
                self._making.start()
        return tuple(item for item in self._examples if language_of(item) == language)

    @property
    def is_making_examples(self) -> bool:
        """Whether some are being made."""
        return self._making is not None and self._making.is_alive()

    def _make_examples(self, index: Generation) -> None:
        if self.ready is not None:
            self.ready.wait()
        try:
            with self._at_work():
                made = opening_questions(self._texts_of(index), self._ask_if_open, _EXAMPLES_MADE)
        except WenjuError:
            _log.debug("No examples could be made", exc_info=True)
            return
        if index.generation == self._examples_of:
            self._examples = tuple(made)

    def _texts_of(self, index: Generation) -> Iterator[str]:
        """The texts of an index, as long as this is open."""
        if not self._closed.is_set():
            for chunk in index.all_chunks():
                if self._closed.is_set():
                    return
                yield chunk.text

    def _ask_if_open(self, text: str, before: Sequence[str]) -> Answer:
        if self._closed.is_set():
            raise ClientLeft
        return in_turn(self.line, self.qa.ask, text, history=before)

    def close(self) -> None:
        """End what is done beside the questions: the index that it reads may be closed then."""
        self._closed.set()
        if self.ready is not None:
            self.ready.set()  # nobody needs to wait for the models any more
        if self._making is not None:
            self._making.join(_SECONDS_TO_CLOSE)
        self.facts.close(_SECONDS_TO_CLOSE)
        self.uploads.close()
        self.talks.close()
        if self.originals is not None:
            self.originals.close()
        if self.shelf is not None:
            self.shelf.close()

    def turns(self, ids: Sequence[str], owner: str) -> list[Turn]:
        """Turns by their ids, in their order: of the latest of all visitors, and of what this one keeps."""
        known = {turn.id: turn for turn in self.recent.find(ids)}
        known |= {turn.id: turn for turn in self.talks.find(owner, [name for name in ids if name not in known])}
        return [known[name] for name in ids if name in known]

    def converse(
        self,
        conversation: Conversation,
        turn: Turn,
        language: Language,
        within: Callable[[], Scope | None] | None = None,
    ) -> Iterator[None]:
        """Answer the last turn of a conversation; yields once it shows what is being done, and after each step.

        `within` reads what the turn is asked within; what it raises is told as an answer would be.
        """
        owner, history = asker().visitor.owner, conversation.history()
        conversation.add(turn)
        talk = conversation.talk
        loading = self.ready is not None and not self.ready.is_set()
        turn.status = word("loading" if loading else "looking", language)
        yield
        if self.ready is not None:
            self.ready.wait()
        try:
            with speaking(language):
                turn.within = turn.within if within is None else within()
            turn.answer = self.ask(turn.question, history, language, as_written=turn.as_written, within=turn.within)
        except WenjuError as error:
            turn.error = self.told(error, language)
        except Exception:
            _log.exception("A question could not be answered")
            turn.error = word("failed", language)
        if turn.answer is None:
            yield
            return
        self.recent.add(turn)
        turn.seen = sums_under(turn.answer, self.index())
        kept_in = self.talks.keep(owner, talk, turn)
        if conversation.talk == talk:
            conversation.talk = kept_in
        yield
        if self._busy:
            return  # others are waiting for answers; that comes first
        turn.following = self._following(turn.answer, [*history, turn.question], turn.within)
        if turn.following:
            self.talks.keep(owner, kept_in, turn)
            yield

    def told(self, error: WenjuError, language: Language) -> str:
        """An error in words for a visitor: paths and commands are for whoever runs the server, and go to the log."""
        if isinstance(error, IndexMissing):
            return word("nothing_to_ask" if self.may_change else "nothing_to_ask_here", language)
        if isinstance(error, _OF_THE_INDEX):
            _log.warning("%s", error)
            return word("index_unusable", language)
        return str(error)

    def _following(self, answer: Answer, history: Sequence[str], within: Scope | None) -> tuple[str, ...]:
        def ask(question: str, _: Sequence[str]) -> Answer:
            return in_turn(self.line, self.qa.ask, question, history=history, **_within(within))

        try:
            with self._at_work():
                return following(answer, ask)
        except WenjuError:
            return ()


def _within(scope: Scope | None) -> dict[str, Any]:
    """The argument that says within what to ask; none for all."""
    return {} if scope is None else {"within": scope}


def _has_words_of(index: Generation, question: str) -> bool:
    """Whether an index has each word of a question, or what stands for it."""
    terms = parse_question(question).terms
    return all(any(index.document_frequency(token) for token, _ in term.alternatives) for term in terms)
