"""lexical/: the tokens of one generation's chunks in tantivy, searched by BM25.

A query is put together from terms, never parsed, so that no character of a question has a meaning.

The chunks stand in blocks (`lexical_blocks`), of which a later build takes over those that have not changed. They have
numbers of their own, which stay; what number a chunk has in a generation is worked out from where its block stands.
"""

from __future__ import annotations

import itertools
import math
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chinese.errors import WenjuError, say
from embeddings.store.chosen import spans
from embeddings.store.generation import damaged
from embeddings.store.lexical_blocks import BODY, ID, Blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import tantivy

    from embeddings.store.chosen import Chosen

MAX_TOKEN_BYTES = 512
"""A longer token (some base64 in a page) is not indexed and matches nothing; tantivy's own limit is 65,530."""

MATCHED = 10_000
"""Chunks that the rarest words of a query may match, together, before the others only add to these chunks' scores.

What matches none but words that are everywhere is told apart from nothing; to go through it all takes long where chunks
are many.
"""

MOST_SPANS = 8
"""Spans of ids that a search is narrowed to. Of 200,000 chunks each takes some 3 ms, and what lies between is left out
afterwards."""


def indexable(token: str) -> bool:
    """Tell whether a token can stand in the index: one word to a whitespace tokenizer, valid text, not too long."""
    if len(token) <= MAX_TOKEN_BYTES // 4 and token.isalnum():  # nearly every one
        return True
    try:
        length = len(token.encode())
    except UnicodeEncodeError:
        return False
    return 0 < length <= MAX_TOKEN_BYTES and token.split() == [token]


def as_words(tokens: Iterable[str]) -> str:
    """The tokens of a chunk that can stand in the index, in order, with blanks between; `split` undoes it."""
    return " ".join(token for token in tokens if indexable(token))


def searchable(group: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """What of a group can be searched for: tokens that can stand in the index, with weights above 0."""
    return [item for item in group if indexable(item[0]) and math.isfinite(item[1]) and item[1] > 0]


def rarity(found: float, size: int) -> float:
    """Inverse document frequency as BM25 has it, of a word that `found` of `size` chunks have."""
    return math.log(1 + (size - found + 0.5) / (found + 0.5))


class LexicalIndex:
    """Reads the lexical index; safe to share between threads."""

    def __init__(self, index: tantivy.Index, blocks: Blocks, path: Path, root: Path) -> None:
        self._searcher = index.searcher()
        self._schema = index.schema
        self._blocks = blocks
        self._path = path
        self._root = root

    @classmethod
    def open(cls, folder: Path, root: Path, files: Sequence[str], count: int) -> LexicalIndex:
        """Open the index made of `files` in `folder`; IndexDamaged names the folder where that fails."""
        import tantivy

        # tantivy writes a lock file beside what it opens. Given a folder of links it writes it there, and
        # a read-only index opens. The files stay mapped when the links are gone.
        with _links(folder, files) as links:
            try:
                index = tantivy.Index.open(links)
                # Otherwise a thread of tantivy sees the links go, and puts a lock file where they were.
                index.config_reader("manual")
                opened = cls(index, Blocks.read(folder, count), folder, root)
            except (ValueError, OSError) as error:
                raise damaged(folder, root, str(error), str(error)) from error
        for found in (opened._searcher.num_docs, len(opened._blocks)):
            if found != count:
                raise damaged(folder, root, f"{found} != {count}", f"{found} != {count}")
        return opened

    def search(
        self, groups: Sequence[Sequence[tuple[str, float]]], limit: int, only: Chosen | None = None
    ) -> list[tuple[int, float]]:
        """Return up to `limit` (id, score) that match best, in no set order among equals.

        With `only` these are found among its ids and some between them: whoever asks leaves those out, and asks for
        more.

        A group is scored by its best (token, weight); groups are summed. Tokens that cannot stand in the
        index and weights that are not above 0 are left out. Chunks that match none but common groups are not
        among the hits, see MATCHED.
        """
        query = self._query(groups)
        if query is None:
            return []
        if only is not None:
            query = self._among(query, only)
        try:
            hits = self._searcher.search(query, limit, count=False).hits
            numbers = self._searcher.fast_field_values(ID, [address for _, address in hits])
            ids = self._blocks.ids([int(number) for number in numbers if number is not None])
        except (ValueError, OSError) as error:
            raise damaged(self._path, self._root, str(error), str(error)) from error
        return [(number, score) for number, (score, _) in zip(ids, hits, strict=True)]

    def document_frequency(self, token: str) -> int:
        """Count the chunks that a token stands in."""
        if not indexable(token):
            return 0
        frequency: int = self._searcher.doc_freq(BODY, token)
        return frequency

    def vocabulary(self) -> dict[str, int]:
        """Return every token with the number of chunks it stands in."""
        return dict(self._searcher.terms_with_prefix(BODY, ""))

    def _among(self, query: tantivy.Query, only: Chosen) -> tantivy.Query:
        """The same query with the same scores, among chunks of a few spans: each takes a walk through all ids."""
        from tantivy import FieldType, Occur, Query

        ranges = [
            (Occur.Should, Query.range_query(self._schema, ID, FieldType.Integer, first, last))
            for first, last in spans(self._blocks.numbers(only.ids), MOST_SPANS)
        ]
        inside = Query.const_score_query(Query.boolean_query(ranges), 0.0)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, inside)])

    def _query(self, groups: Sequence[Sequence[tuple[str, float]]]) -> tantivy.Query | None:
        from tantivy import Occur, Query

        clauses: list[tuple[int, Any]] = []
        for group in groups:
            usable = searchable(group)
            found = sum(self.document_frequency(token) for token, _ in usable)
            if not found:
                continue
            terms = [(Query.term_query(self._schema, BODY, token), weight) for token, weight in usable]
            members = [term if weight == 1 else Query.boost_query(term, weight) for term, weight in terms]
            clauses.append((found, members[0] if len(members) == 1 else Query.disjunction_max_query(members)))
        clauses.sort(key=lambda item: item[0])
        matched = list(itertools.accumulate(found for found, _ in clauses))
        rare = max(1, sum(count <= MATCHED for count in matched))
        if not clauses:
            return None
        query = Query.boolean_query([(Occur.Should, clause) for _, clause in clauses[:rare]])
        # One inside the other: of several common words together tantivy goes through all chunks, of one by itself only
        # through those that are wanted.
        for _, clause in clauses[rare:]:
            query = Query.boolean_query([(Occur.Must, query), (Occur.Should, clause)])
        return query


def _links(folder: Path, files: Sequence[str]) -> tempfile.TemporaryDirectory[str]:
    """Make a temporary folder of links to `files` in `folder`."""
    try:
        links = tempfile.TemporaryDirectory(prefix="wenju-", ignore_cleanup_errors=True)
        for name in files:
            os.symlink((folder / name).absolute(), Path(links.name) / name)
    except OSError as error:
        raise WenjuError(
            say(
                f"临时目录不可写：{error}。请设置环境变量 TMPDIR。",
                f"No temporary folder can be written: {error}. Set TMPDIR.",
            )
        ) from error
    return links
