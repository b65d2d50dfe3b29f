"""Dense and lexical search, fused: a question -> hits, the best first; and hits -> the passages to show."""

from __future__ import annotations

from concurrent.futures import Future, as_completed
from contextvars import copy_context
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from chinese.tokens import simplify
from embeddings.store.lexical import rarity
from embeddings.store.search_threads import SearchThreads
from embeddings.types import Source
from qa.finding.alternatives import has, most_frequency, searched
from qa.finding.kept_chunks import KeptChunks, ReadChunk
from qa.finding.nearness import nearness, question_pieces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    import numpy.typing as npt

    from chinese.text import Text
    from embeddings.models.encoder import Encoder
    from embeddings.store.stores import Generation
    from embeddings.types import Chunk, FloatArray
    from qa.question.question import Question, Term

POOL = 40
"""Hits of each side that are read before fusion: enough that what one side ranks low the other can still lift."""
RANKED = 100
"""Hits of each side whose scores say how far one stands out. Confidence was fitted to scores among so many."""
DEEP = 150
"""Hits of each side from which passages are made that are only shown, where those read do not make as many."""
READ = 6
"""Passages that the reader looks into, however few are shown."""
HITS_PER_PASSAGE = 3
"""Hits from which each of these is made: neighbours join, and copies are one."""
LEXICAL_WEIGHT = 0.8
"""Weight of the lexical side where every term of the question is matched somewhere."""
NEARNESS_WEIGHT = {"zh": 0.8, "en": 0.2}
"""Weight of what the best sentence has of the question; less for translated words, which say less."""
_LONGEST_PASSAGE = 480
_GAP = 0.3
_PARTIAL = 0.45
_ALIKE = 1e-9


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk with its scores: cosine, BM25 (None where the lexical side did not find it), and both fused."""

    read: ReadChunk
    dense: float
    lexical: float | None
    score: float

    @property
    def chunk(self) -> Chunk:
        return self.read.chunk


@dataclass(frozen=True, slots=True)
class Scale:
    """How the scores of one side are spread, and what that side counts: what a score is worth among them."""

    mean: float
    spread: float
    weight: float

    @classmethod
    def of(cls, scores: Sequence[float], weight: float) -> Scale:
        values = np.asarray(scores, dtype=np.float64)
        return cls(float(values.mean()), float(values.std()), weight)

    def worth(self, scores: Sequence[float]) -> npt.NDArray[np.float64]:
        """z-scores times the weight; 0 where all scores are alike."""
        values = np.asarray(scores, dtype=np.float64)
        return self.weight * ((values - self.mean) / self.spread if self.spread > _ALIKE else np.zeros_like(values))


_NO_SCALE = Scale(0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Searched:
    """The hits of a search, sorted by (-score, id), and what more hits are scored by: see `search_further`."""

    hits: list[Hit]
    vector: FloatArray
    groups: Sequence[Sequence[tuple[str, float]]]
    scales: tuple[Scale, Scale, Scale]
    least: float


def search(
    index: Generation,
    encoder: Encoder,
    question: Question,
    pool: int = POOL,
    *,
    use_dense: bool = True,
    use_lexical: bool = True,
) -> list[Hit]:
    """Hits for a question, sorted by (-score, id); from one side alone where the other is not to be used.

    Scores of each side are normalised over all it ranked (z-scores) and summed; the lexical side counts by the
    share of the question's terms, by rarity, that its best hits match. Rank fusion would let a lexical side that
    has next to nothing to match (an English question over Chinese text) drown the dense one. The third summand is
    how much of the question one sentence says.

    Nothing is kept for the next question: whoever asks several has `search_pool`.
    """
    kept = KeptChunks(index)
    found = search_pool(kept, encoder, SearchThreads(), question, pool, use_dense=use_dense, use_lexical=use_lexical)
    return found.hits


def search_pool(
    kept: KeptChunks,
    encoder: Encoder,
    threads: SearchThreads,
    question: Question,
    pool: int = POOL,
    *,
    use_dense: bool = True,
    use_lexical: bool = True,
) -> Searched:
    """The same over the index that chunks are kept of, with what `search_further` needs; both sides in `threads`."""
    index = kept.index
    english = question.language == "en"
    groups = [_balanced(index, term) if english else searched(index, term) for term in question.terms]
    # Beside each other, that of words first, as it cannot be parted; the chunks of whichever ends first are read
    # while the other goes on.
    wide = max(pool, RANKED)
    computing, beside = threads.computing, threads.beside
    words = computing.submit(copy_context().run, index.search_lexical, groups, wide) if use_lexical else None
    text = simplify(question.text)
    near = beside.submit(copy_context().run, _nearest, index, encoder, text, wide if use_dense else 0)
    found: dict[int, ReadChunk] = {}
    sides: list[Future[Any]] = [near] if words is None else [words, near]
    for side in as_completed(sides):
        ranked = side.result()[1] if side is near else side.result()
        found.update(kept.read(dict(ranked[:pool])))
    vector, dense = near.result()[0], dict(near.result()[1])
    lexical = {} if words is None else dict(words.result())
    if not use_dense and not lexical:  # the dense side is better than no answer
        dense = dict(index.search_dense(vector, wide))
        found = kept.read(list(dense)[:pool])
    missing = [chunk_id for chunk_id in lexical if chunk_id not in dense]
    if missing:
        dense.update(zip(missing, index.dense_scores(vector, missing), strict=True))
    ids = sorted(dense)
    if not ids:
        return Searched([], vector, groups, (_NO_SCALE, _NO_SCALE, _NO_SCALE), 0.0)
    weights = term_weights(index, question.terms)
    best = sorted(lexical.keys() & found.keys(), key=lambda chunk_id: (-lexical[chunk_id], chunk_id))[:3]
    matched = max(
        (share_present(question.terms, weights, found[number].indexed.tokens) for number in best), default=0.0
    )
    read = sorted(found)
    pieces = question_pieces(question) if use_dense and use_lexical else ()
    said = dict(zip(read, nearness(pieces, [found[chunk_id].lines for chunk_id in read]), strict=True))
    least = min(said.values())  # what ranks too low to be read has no more
    columns = (
        [dense[chunk_id] for chunk_id in ids],
        [lexical.get(chunk_id, 0.0) for chunk_id in ids],
        [said.get(chunk_id, least) for chunk_id in ids],
    )
    counted = (
        1.0 if use_dense or not lexical else 0.0,
        LEXICAL_WEIGHT * matched,
        NEARNESS_WEIGHT[question.language],
    )
    first, second, third = (Scale.of(*side) for side in zip(columns, counted, strict=True))
    scales = (first, second, third)
    hits = [
        Hit(found[chunk_id], dense[chunk_id], lexical.get(chunk_id), score)
        for chunk_id, score in zip(ids, fused(scales, columns), strict=True)
        if chunk_id in found
    ]
    return Searched(_ranked(hits), vector, groups, scales, least)


def search_further(kept: KeptChunks, searched: Searched) -> list[Hit]:
    """Hits that rank behind those of a search, sorted by (-score, id), scored as they would be among these.

    They change no score of the first, so that an answer does not depend on how many passages are shown.
    """
    index = kept.index
    dense = dict(index.search_dense(searched.vector, DEEP)) if searched.scales[0].weight else {}
    lexical = dict(index.search_lexical(searched.groups, DEEP)) if searched.scales[1].weight else {}
    known = {hit.chunk.id for hit in searched.hits}
    ids = sorted((dense.keys() | lexical.keys()) - known)
    missing = [chunk_id for chunk_id in ids if chunk_id not in dense]
    if missing:
        dense.update(zip(missing, index.dense_scores(searched.vector, missing), strict=True))
    columns = (
        [dense[chunk_id] for chunk_id in ids],
        [lexical.get(chunk_id, 0.0) for chunk_id in ids],
        [searched.least] * len(ids),
    )
    scores = fused(searched.scales, columns) if ids else []
    read = kept.read(ids) if ids else {}
    return _ranked(
        [
            Hit(read[number], dense[number], lexical.get(number), score)
            for number, score in zip(ids, scores, strict=True)
        ]
    )


def _ranked(hits: Sequence[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))


def _nearest(index: Generation, encoder: Encoder, text: str, pool: int) -> tuple[FloatArray, list[tuple[int, float]]]:
    """A question's vector, and the (id, cosine) of the `pool` nearest chunks."""
    vector: FloatArray = encoder.encode_queries([text])[0]
    return vector, index.search_dense(vector, pool) if pool else []


def fused(scales: Sequence[Scale], columns: Sequence[Sequence[float]]) -> list[float]:
    """The scores of each side, by its scale, summed; rounded, so that ties are ties everywhere."""
    total = sum(scale.worth(scores) for scale, scores in zip(scales, columns, strict=True))
    return [round(float(score), 6) for score in np.atleast_1d(total)]


def _balanced(index: Generation, term: Term) -> Sequence[tuple[str, float]]:
    """An English term's alternatives, those rarer than all of them together weighed down to the rarity of these.

    A term is scored by its best match. Of ten translations the rarest would win, though it is seldom the one meant.
    """
    alternatives = searched(index, term)
    found = {token: index.document_frequency(token) for token, _ in alternatives}
    present = [(token, weight) for token, weight in alternatives if found[token]]
    if len(present) < 2:
        return present
    together = sum(weight * found[token] for token, weight in present if weight >= _PARTIAL)
    size = max(1, len(index))
    common = rarity(min(size, together or max(found[token] for token, _ in present)), size)
    return [(token, weight * min(1.0, common / rarity(found[token], size))) for token, weight in present]


def term_weights(index: Generation, terms: Sequence[Term]) -> dict[str, float]:
    """Each term's weight by its rarity in the index (inverse document frequency, as BM25 has it).

    A word that could not be translated says little by its absence and counts less.
    """
    size = max(1, len(index))
    weights = {}
    for term in terms:
        found = max(
            (most_frequency(index, token) for token, share in term.alternatives if share >= _PARTIAL), default=0
        )
        weights[term.text] = rarity(found, size) * (_GAP if term.kind == "gap" else 1.0)
    return weights


def share_present(terms: Sequence[Term], weights: Mapping[str, float], present: AbstractSet[str]) -> float:
    """The share of the terms, by weight, that a text's tokens have; one met by half (投资 for 投资额) counts half."""
    total = sum(weights[term.text] for term in terms)
    if not total:
        return 0.0
    return sum(weights[term.text] * match_share(term, present) for term in terms) / total


def match_share(term: Term, present: AbstractSet[str]) -> float:
    """How far a set of tokens has the term: the weight of its best alternative there, 0 for none."""
    return max((weight for token, weight in term.alternatives if has(present, token)), default=0.0)


def best_match(term: Term, present: AbstractSet[str]) -> str | None:
    """The token among `present` that stands for the term best, None where none does."""
    there = [(weight, token) for token, weight in term.alternatives if has(present, token)]
    return max(there, key=lambda item: item[0])[1] if there else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to be: neighbouring hits of one article as one text, with their best scores."""

    read: ReadChunk
    dense: float
    lexical: float | None
    score: float

    @property
    def chunk(self) -> Chunk:
        return self.read.chunk

    @property
    def text(self) -> Text:
        return self.read.text


def passages_of(hits: Sequence[Hit], limit: int) -> list[Candidate]:
    """At most `limit` passages: overlapping hits of one article are one, and no sentence is shown twice.

    Hits are taken in order. One that shares sentences with a passage already taken joins it, or, where that would
    grow too long, loses what it shares.
    """
    taken: list[Candidate] = []
    of_article: dict[int, list[int]] = {}
    for hit in hits:
        read: ReadChunk | None = hit.read
        places = of_article.setdefault(hit.chunk.article, [])
        homes = [place for place in places if overlap(taken[place].chunk, hit.chunk)]
        for place in homes[1:]:
            read = None if read is None else without(read, taken[place].chunk)
        if homes and read is not None:
            candidate = taken[homes[0]]
            joined = _join(candidate.read, read)
            if len(joined.text.shown) <= _LONGEST_PASSAGE:
                lexical = max((s for s in (candidate.lexical, hit.lexical) if s is not None), default=None)
                taken[homes[0]] = Candidate(joined, max(candidate.dense, hit.dense), lexical, candidate.score)
                read = None
            else:
                read = without(read, candidate.chunk)
        if read is not None:
            places.append(len(taken))
            taken.append(Candidate(read, hit.dense, hit.lexical, hit.score))
    return _without_copies(taken)[:limit]


def overlap(first: Chunk, second: Chunk) -> bool:
    """Whether two chunks of an article share a sentence."""
    if first.article != second.article:
        return False
    indexes = {sentence.index for sentence in first.sentences}
    return any(sentence.index in indexes for sentence in second.sentences)


def _join(first: ReadChunk, second: ReadChunk) -> ReadChunk:
    both = [pair for read in (first, second) for pair in zip(read.chunk.sentences, read.sentences, strict=True)]
    ordered = sorted({sentence.index: (sentence, text) for sentence, text in both}.items())
    chunk = replace(
        first.chunk,
        sentences=tuple(sentence for _, (sentence, _) in ordered),
        sources=_join_sources(first.chunk.sources, second.chunk.sources),
    )
    return ReadChunk(chunk, first.context, tuple(text for _, (_, text) in ordered))


def _join_sources(first: Sequence[Source], second: Sequence[Source]) -> tuple[Source, ...]:
    """Ranges of the same file that touch become one; the order of the first stays."""
    joined = list(first)
    for source in second:
        for place, other in enumerate(joined):
            near = source.start <= other.end + 2 and other.start <= source.end + 2
            if (other.file, other.sheet) == (source.file, source.sheet) and near:
                joined[place] = other.joined(source)
                break
        else:
            joined.append(source)
    return tuple(joined)


def without(read: ReadChunk, other: Chunk) -> ReadChunk | None:
    """The chunk without the sentences that the other one has too, None where it has no more.

    Only its own file's lines are known by sentence; others keep theirs.
    """
    shared = {sentence.index for sentence in other.sentences}
    chunk = read.chunk
    left = [place for place, sentence in enumerate(chunk.sentences) if sentence.index not in shared]
    if not left:
        return None
    sentences = tuple(chunk.sentences[place] for place in left)
    first, last = min(s.start for s in sentences), max(s.end for s in sentences)
    own = chunk.sources[0].file
    sources = tuple(
        replace(source, start=max(source.start, first), end=min(source.end, last)) if source.file == own else source
        for source in chunk.sources
        if source.file != own or (source.start <= last and first <= source.end)
    )
    narrowed = replace(chunk, sentences=sentences, sources=sources or chunk.sources)
    return ReadChunk(narrowed, read.context, tuple(read.sentences[place] for place in left))


def _without_copies(candidates: list[Candidate]) -> list[Candidate]:
    """Passages of the same words in several files are one passage with several sources."""
    kept: dict[tuple[str, str], Candidate] = {}
    for candidate in candidates:
        key = candidate.read.statement
        same = kept.get(key)
        if same is None:
            kept[key] = candidate
        else:
            extra = tuple(source for source in candidate.chunk.sources if source not in same.chunk.sources)
            chunk = replace(same.chunk, sources=same.chunk.sources + extra)
            kept[key] = replace(same, read=replace(same.read, chunk=chunk))
    return list(kept.values())
