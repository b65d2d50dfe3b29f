"""Words in Milvus: BM25 of the server finds the candidates, and they are scored here as the embedded index scores.

The server adds up the weights of all words of a text. A question needs more: of the ways to say one thing only the best
counts, and some count less than others. So its words are sent as one text, the best of what matches come back with
their tokens, and BM25 is worked out for these, with tantivy's constants. The scores are those of the embedded index but
for tantivy's rounded lengths, whatever the server's own look like (milvus-lite's are negative).
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from embeddings.store.lexical import indexable, rarity, searchable
from embeddings.store.milvus.rows import SPARSE, TOKENS, as_word, condition_of, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from embeddings.store.chosen import Chosen
    from embeddings.store.milvus.connection import Connection
    from embeddings.store.milvus.rows import Names

K1 = 1.2
B = 0.75
_CANDIDATES = 400
"""Chunks that are scored here, at least; four for each that is wanted."""
MOST_CANDIDATES = 16_384
"""Rows that Milvus gives at most."""

_CANDIDATES_A_HIT = 4
_KEPT_FREQUENCIES = 100_000
_PAGE = 1000
_WORD = "word/"

Group = tuple[tuple[str, float], ...]


class Words(Protocol):
    """The lexical side of one generation; `embeddings.store.lexical.LexicalIndex` says what each method gives."""

    def search(
        self, groups: Sequence[Sequence[tuple[str, float]]], limit: int, only: Chosen | None = None
    ) -> list[tuple[int, float]]: ...

    def document_frequency(self, token: str) -> int: ...

    def vocabulary(self) -> dict[str, int]: ...


@dataclass(slots=True)
class ServerWords:
    """The lexical side where the server has the tokens; `average` is how many a chunk has."""

    connection: Connection
    names: Names
    chunks: int
    average: float
    _known: dict[str, int] = field(default_factory=dict)
    _all: dict[str, int] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def search(
        self, groups: Sequence[Sequence[tuple[str, float]]], limit: int, only: Chosen | None = None
    ) -> list[tuple[int, float]]:
        """Find the `limit` chunks that match best as (id, score), in no set order among equals.

        With `only` these are of its ids, and where these are very scattered of some between them.
        """
        usable = [tuple(group) for group in map(searchable, groups) if group]
        tokens = list(dict.fromkeys(token for group in usable for token, _ in group))
        frequencies = self._frequencies(tokens)  # of all at once: they are asked for one by one hereafter
        present = [token for token in tokens if frequencies[token]]
        if not present:
            return []
        wanted = min(max(_CANDIDATES, _CANDIDATES_A_HIT * limit), MOST_CANDIDATES)
        text = " ".join(as_word(token) for token in present)
        how = {"metric_type": "BM25", "params": {}}
        found = self.connection.search(self.names.chunks, SPARSE, text, wanted, how, ["id", TOKENS], condition_of(only))
        rarities = {token: rarity(frequencies[token], self.chunks) for token in present}
        scored = [
            (int(row["id"]), bm25(usable, rarities, row["entity"][TOKENS].split(" "), self.average)) for row in found
        ]
        scored = [hit for hit in scored if hit[1] > 0]
        return sorted(scored, key=lambda hit: (-hit[1], hit[0]))[:limit]

    def document_frequency(self, token: str) -> int:
        """Count the chunks that a token stands in."""
        return self._frequencies([token])[token]

    def vocabulary(self) -> dict[str, int]:
        """Every token with the number of chunks it stands in; read as a whole, once."""
        if self._all is None:
            rows = self.connection.walk(self.names.facts, f'key like "{_WORD}%"', ["key", "value"], _PAGE)
            self._all = {row["key"].removeprefix(_WORD): int(row["value"]) for row in rows}
        return self._all

    def _frequencies(self, tokens: Sequence[str]) -> dict[str, int]:
        if self._all is not None:
            return {token: self._all.get(token, 0) for token in tokens}
        with self._lock:
            found = {token: self._known[token] for token in tokens if token in self._known}
        unknown = [token for token in tokens if token not in found]
        words = [token for token in unknown if indexable(token)]
        if words:
            keys = quoted([word_key(token) for token in words])
            for row in self.connection.query(self.names.facts, f"key in {keys}", ["key", "value"]):
                found[row["key"].removeprefix(_WORD)] = int(row["value"])
        found.update({token: 0 for token in unknown if token not in found})
        with self._lock:
            if len(self._known) > _KEPT_FREQUENCIES:
                self._known.clear()
            self._known.update({token: found[token] for token in unknown})
        return found


def word_key(token: str) -> str:
    """The key of the fact in how many chunks a token stands."""
    return _WORD + token


def bm25(groups: Sequence[Group], rarities: Mapping[str, float], words: Sequence[str], average: float) -> float:
    """The score of a chunk of these words, `average` the length of all: each group's best token, weighted; summed.

    Robertson and Zaragoza (2009), with the factor K1 + 1.
    """
    counts = Counter(words)
    length = K1 * (1 - B + B * len(words) / average)

    def of(token: str, weight: float) -> float:
        count = counts[as_word(token)]
        return weight * rarities.get(token, 0.0) * (K1 + 1) * count / (count + length)

    return sum(max(of(token, weight) for token, weight in group) for group in groups)


def packed(frequencies: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Tokens with their counts as facts: key and value."""
    return ((word_key(token), str(count)) for token, count in frequencies.items())
