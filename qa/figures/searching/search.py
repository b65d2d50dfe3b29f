"""Figures of what is asked for, out of all that the documents give: by measure, place, time and mode.

First by words: the measures that say what is asked for, and those that do with the words of their clause. Where that
finds nothing, by meaning: the measures near the words and in the passages that a search for them finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.facts import clause_at
from chinese.tokens import fold, tokens_of
from embeddings.store.search_threads import SearchThreads
from qa.english.lexicon import Lexicon
from qa.figures.searching.asked import language_of_words, read_asked
from qa.figures.searching.conditions import ALL_MODES, TARGETS, Conditions, check_conditions, check_words, fits
from qa.figures.searching.measures import by_meaning, is_beside, match, read_measure
from qa.figures.searching.places import is_of, places_asked
from qa.figures.searching.showing import distinct, figure_of, sentence_of
from qa.finding.kept_chunks import KeptChunks
from qa.finding.retrieval import search_pool
from qa.question.question import parse_question

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from embeddings.models.encoder import Encoder
    from embeddings.store.figure_store import Measure, StoredFigure
    from embeddings.store.stores import Generation
    from embeddings.types import Chunk, FigureMode
    from qa.figures.searching.asked import AskedFigures
    from qa.figures.searching.measures import Match
    from qa.types import Figure

MOST_FIGURES = 1000
"""Figures that are found at most, those of the best measures first."""
_MOST_READ = 20_000
"""Figures that are looked at: a measure such as 项目 may have more, and each takes some time."""
_MOST_CHUNKS = 4_000
_MOST_NEAR = 48
"""Measures that are compared by meaning: encoding them takes most of the time that a search may take."""
_LEAST, _LEAST_OF_NAME = 0.6, 0.85
"""How well a measure has to fit; better where the name of a measure is asked for: 海洋生产总值 is not GDP."""
_NEAR_BEST = 0.8
"""How well beside the best that is there: 引进产业项目 stands beside 引进项目, 签约项目 not beside 项目."""
_BESIDE = 0.97
"""What words count that stand beside a measure, not in it."""


@dataclass(frozen=True, slots=True)
class Finder:
    """What a search needs beside the words: the index, by its kept chunks, the encoder, threads, English words."""

    kept: KeptChunks
    encoder: Encoder
    threads: SearchThreads
    lexicon: Lexicon | None = None

    @property
    def index(self) -> Generation:
        return self.kept.index


def find_figures(
    index: Generation,
    encoder: Encoder,
    words: str,
    places: Collection[str] = (),
    periods: tuple[str, str] | None = None,
    modes: Collection[FigureMode] = ALL_MODES,
) -> tuple[Figure, ...]:
    """The figures of what words ask for; nothing is kept for the next call. `QA.figures` says what is what."""
    lexicon = Lexicon.for_vocabulary(index.vocabulary()) if speaks_english(words, places) else None
    return figures_for(Finder(KeptChunks(index), encoder, SearchThreads(), lexicon), words, places, periods, modes)


def speaks_english(words: str, places: Collection[str] = ()) -> bool:
    """Whether words or names need the lexicon; what is of another type is told when it is looked at."""
    names = [words, *places] if isinstance(places, list | tuple | set | frozenset) else [words]
    return any(isinstance(name, str) and language_of_words(name) == "en" for name in names)


def figures_for(
    finder: Finder,
    words: str,
    places: Collection[str] = (),
    periods: tuple[str, str] | None = None,
    modes: Collection[FigureMode] = ALL_MODES,
) -> tuple[Figure, ...]:
    """The figures of what words ask for, of the best-matching measure first; at most `MOST_FIGURES`.

    See `QA.figures` for arguments and errors.
    """
    text = check_words(words)
    check_conditions(places, periods, modes)
    asked = read_asked(text, finder.lexicon)
    wanted = Conditions(
        places_asked(places, finder.lexicon) if places else asked.where,
        periods if periods is not None else asked.periods,
        frozenset(modes) & TARGETS if asked.modes.aim else frozenset(modes),
    )
    found = _by_words(finder.index, asked, wanted) or _by_meaning(finder, text, asked, wanted)
    return distinct(found)[:MOST_FIGURES]


def _by_words(index: Generation, asked: AskedFigures, wanted: Conditions) -> list[tuple[float, Figure]]:
    """Figures whose measure says what is asked for, if need be with its clause; each with how well it fits."""
    matches = {
        measure.id: (measure, found)
        for measure in index.measures_with(asked.tokens)
        if (found := match(asked, measure.words)) is not None
    }
    ranked = sorted(matches.values(), key=lambda item: (-item[1].score, -item[1].at_most, item[0].words))
    of_words = {fold(measure.words): found for measure, found in ranked}
    stored = [
        item
        for item in index.figures_of_measures(_first(measure for measure, _ in ranked))
        if fits(item.facts, asked, wanted)
    ]
    stored.sort(key=lambda item: -of_words[fold(item.facts.measure)].at_most)
    hits: list[tuple[float, bool, Figure]] = []
    chunks = _chunks_of(index, stored[:_MOST_CHUNKS])
    for item in stored[:_MOST_CHUNKS]:
        chunk = chunks[item.chunk]
        said = of_words[fold(item.facts.measure)]
        score = _score(item, chunk, said)
        if score and _is_there(item, chunk, wanted):
            hits.append((score, bool(said.missing), figure_of(item, chunk)))
    best = max((score for score, _, _ in hits), default=0.0)
    least = max(_LEAST_OF_NAME if asked.is_name else _LEAST, _NEAR_BEST * best)
    # What takes words from beside its measure comes after what says all itself.
    return [(score - by_clause, figure) for score, by_clause, figure in hits if score >= least]


def _first(measures: Iterable[Measure]) -> list[int]:
    """The ids of measures in order, until they have as many figures as are looked at."""
    ids, count = [], 0
    for measure in measures:
        if count >= _MOST_READ:
            break
        ids.append(measure.id)
        count += measure.count
    return ids


def _chunks_of(index: Generation, stored: Sequence[StoredFigure]) -> dict[int, Chunk]:
    ids = sorted({item.chunk for item in stored})
    return {chunk.id: chunk for chunk in index.chunks(ids)}


def _score(item: StoredFigure, chunk: Chunk, found: Match) -> float:
    """How well a figure fits; 0 where what its measure leaves out does not stand beside it either."""
    if not found.missing:
        return found.score
    facts = item.facts
    sentence = fold(sentence_of(item, chunk).text)
    first, last = clause_at(sentence, facts.start)
    clause, measure = sentence[first : max(last, facts.end)], fold(facts.measure)
    others = fold(f"{facts.part} {facts.whose}")
    named = f"{others} {sentence} {fold(chunk.title)}"
    is_said = all(is_beside(term, measure, clause, named if term.kind == "name" else others) for term in found.missing)
    return _BESIDE * found.at_most if is_said else 0.0


def _is_there(item: StoredFigure, chunk: Chunk, wanted: Conditions) -> bool:
    """Whether a figure is of a place that is wanted."""
    if not wanted.where:
        return True
    return is_of(wanted.where, item.facts.whose, (sentence_of(item, chunk).text, chunk.title))


def _by_meaning(finder: Finder, text: str, asked: AskedFigures, wanted: Conditions) -> list[tuple[float, Figure]]:
    """Figures whose measure means what is asked for, of the passages found for the words and of measures like them.

    Its words have to mean the same by the dictionary, and all of it has to stand out by its vector: each alone would
    take 原油产量 for 粮食产量 or 公司 for any sense of 企业.
    """
    index = finder.index
    if not asked.bare:
        return []
    question = parse_question(text, finder.lexicon)
    pool = search_pool(finder.kept, finder.encoder, finder.threads, question)
    near = index.figures_of_chunks([hit.chunk.id for hit in pool.hits])
    like = sorted(index.measures_with(asked.tokens), key=lambda item: (len(item.words), -item.count, item.words))
    measures = _distinct_measures(
        [item.facts.measure for item in near if fits(item.facts, asked, wanted)], [item.words for item in like]
    )
    meant = {words for words in measures if (said := match(asked, words, glossed=True)) and not said.missing}
    if not meant:
        return []
    vectors = finder.encoder.encode_queries([asked.bare, *(read_measure(words).bare for words in measures)])
    scores = {words: share for words, share in by_meaning(vectors[0], measures, vectors[1:]) if words in meant}
    ids = [
        item.id for words in scores for item in index.measures_with(set(tokens_of(fold(words)))) if item.words == words
    ]
    stored = [item for item in index.figures_of_measures(ids) if fits(item.facts, asked, wanted)][:_MOST_CHUNKS]
    chunks = _chunks_of(index, stored)
    return [
        (_LEAST * scores[item.facts.measure], figure_of(item, chunks[item.chunk]))
        for item in stored
        if _is_there(item, chunks[item.chunk], wanted)
    ]


def _distinct_measures(*sides: Sequence[str]) -> list[str]:
    """Measures of both sides in turn, as many as are compared, each once, none of more than one subject."""
    half = _MOST_NEAR // len(sides)
    firsts = [list(dict.fromkeys(words for words in side if words)) for side in sides]
    return list(dict.fromkeys(words for side in firsts for words in side[:half]))


def measures_like(finder: Finder, words: str, most: int) -> tuple[str, ...]:
    """The corpus's measures that have the words typed, the most frequent first, then those that have some of them.

    Of nothing typed the most frequent of all.
    """
    index, typed = finder.index, fold(words.strip())
    asked = read_asked(words, finder.lexicon)
    last = typed.split()[-1][-_TYPED:] if typed else ""
    begun = {token for token in index.vocabulary() if last in token and not token.isdigit()}
    found = index.measures_with({*tokens_of(typed), *asked.tokens, *_most_common(index, begun)})
    counts: Mapping[str, int] = {item.words: item.count for item in found if len(item.words) > 1}

    def rank(item: str) -> tuple[bool, float, int, str]:
        folded = fold(item)
        fit = match(asked, item) if typed not in folded else None
        return typed not in folded, 0.0 if fit is None else -fit.score, -counts[item], item

    said = [item for item in counts if typed in fold(item) or any(token in fold(item) for token in asked.tokens)]
    return tuple(sorted(said, key=rank)[:most])


_TYPED = 2
"""Characters at the end of what was typed that a word may have been begun with."""
_MOST_BEGUN = 100


def _most_common(index: Generation, tokens: Collection[str]) -> list[str]:
    """Of many tokens those that most chunks have."""
    known = index.vocabulary()
    return sorted(tokens, key=lambda token: (-known[token], token))[:_MOST_BEGUN]
