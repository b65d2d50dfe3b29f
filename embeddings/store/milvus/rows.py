"""Chunks and facts as rows of Milvus.

A generation is two collections. One has a row for each chunk: id, article, the files it stands in, its vector, all else
as JSON, and where the server ranks texts its tokens. The other has what is told of the whole as pairs of a key and a
value: the manifest, the words with the number of chunks that each stands in, and the file of figures in pieces.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.chunk_json import dump, sentence_rows, sentences_from_rows, source_rows, sources_from_rows
from embeddings.types import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pymilvus import CollectionSchema, MilvusClient

    from embeddings.store.chosen import Chosen
    from embeddings.store.milvus.connection import Row
    from embeddings.types import FloatArray

ROWS_FORMAT = 1
"""Version of what is written here; a store of another one is refused."""

LONGEST_VALUE = 65_535
"""Bytes that Milvus takes in one text."""
_MOST_FILES = 4096
"""Files, of those that a chunk stands in, by which it can be found: Milvus takes no more. All are among its sources."""
BATCH_BYTES = 4 * 1024 * 1024
"""Rows sent at a time; a server takes messages of 64 MiB, and Pulsar behind it of 5 MB."""
BATCH_ROWS = 1000

RECORD_FIELDS = ("id", "article", "record")
VECTOR_FIELD = "vector"
SPARSE = "sparse"
TOKENS = "tokens"
_DENSE_INDEX = {"field_name": VECTOR_FIELD, "index_type": "HNSW", "metric_type": "COSINE"}
_HNSW = {"M": 16, "efConstruction": 200}
_BM25 = {"bm25_k1": 1.2, "bm25_b": 0.75}
COPY = "copy/"
"""What the keys of copies begin with."""
_MOST_SPANS = 200
"""Spans of ids in a condition: a server takes a long one apart slowly."""
_MOST_LISTED = 16_384
"""Ids that a condition lists, where they are no few spans."""
_NOT_OF_A_WORD = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class Names:
    """The collections of one generation of a store, and the store's aliases."""

    store: str
    generation: str

    @property
    def chunks(self) -> str:
        return f"{self.store}__{self.generation.replace('-', '_')}"

    @property
    def facts(self) -> str:
        return f"{self.chunks}_facts"

    @property
    def current(self) -> str:
        """The alias of the generation in force."""
        return self.store

    @property
    def before(self) -> str:
        """The alias of the generation that was in force before it."""
        return f"{self.store}__before"

    @classmethod
    def of_collection(cls, store: str, collection: str) -> Names | None:
        """The names of the generation that a collection belongs to, None where it is no generation of this store."""
        found = re.fullmatch(rf"{re.escape(store)}__(\d{{8}})_(\d{{6}})_([0-9a-f]{{8}})(?:_facts)?", collection)
        return None if found is None else cls(store, "-".join(found.groups()))


# --- collections


def chunk_schema(client: MilvusClient, dimension: int, tokenizer: str | None) -> CollectionSchema:
    """What a row of a chunk has; its tokens, cut by the server's `tokenizer`, where that is not None."""
    from pymilvus import DataType, Function, FunctionType

    schema: CollectionSchema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("article", DataType.INT64)
    schema.add_field(
        "files", DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=_MOST_FILES, max_length=LONGEST_VALUE
    )
    schema.add_field("record", DataType.VARCHAR, max_length=LONGEST_VALUE)
    schema.add_field(VECTOR_FIELD, DataType.FLOAT_VECTOR, dim=dimension)
    if tokenizer is not None:
        schema.add_field(
            TOKENS,
            DataType.VARCHAR,
            max_length=LONGEST_VALUE,
            enable_analyzer=True,
            analyzer_params={"tokenizer": tokenizer},
        )
        schema.add_field(SPARSE, DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function("bm25", FunctionType.BM25, input_field_names=[TOKENS], output_field_names=[SPARSE])
        )
    return schema


def chunk_indexes(with_tokens: bool) -> list[Row]:
    """How the vectors of chunks are indexed."""
    dense = {**_DENSE_INDEX, "params": _HNSW}
    sparse = {"field_name": SPARSE, "index_type": "SPARSE_INVERTED_INDEX", "metric_type": "BM25", "params": _BM25}
    return [dense, sparse] if with_tokens else [dense]


def fact_schema(client: MilvusClient) -> CollectionSchema:
    """A key and a value; Milvus has no collection without a vector."""
    from pymilvus import DataType

    schema: CollectionSchema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=LONGEST_VALUE)
    schema.add_field("value", DataType.VARCHAR, max_length=LONGEST_VALUE)
    schema.add_field("nothing", DataType.FLOAT_VECTOR, dim=2)
    return schema


FACT_INDEXES: list[Row] = [{"field_name": "nothing", "index_type": "FLAT", "metric_type": "L2", "params": {}}]


# --- rows


def chunk_row(chunk: Chunk, vector: FloatArray, tokens: Iterable[str] | None) -> tuple[Row, list[Row]]:
    """A chunk's row, and facts that hold its record where that is too long for a row."""
    rows = sentence_rows(chunk.sentences), source_rows(chunk.sources)
    record = dump([chunk.title, chunk.section, chunk.date, chunk.context, *rows])
    files = list(dict.fromkeys(source.file for source in chunk.sources))[:_MOST_FILES]
    row: Row = {"id": chunk.id, "article": chunk.article, "files": files, "record": record, VECTOR_FIELD: vector}
    if tokens is not None:
        row[TOKENS] = " ".join(map(as_word, tokens))  # a few hundred: a sentence is cut before it is too long
    if len(record.encode()) <= LONGEST_VALUE:
        return row, []
    row["record"] = ""
    return row, list(fact_rows(f"record/{chunk.id}", record))


def chunk_of(row: Row, record: str) -> Chunk:
    """The chunk of a row, undoing `chunk_row`."""
    title, section, date, context, sentences, sources = json.loads(record)
    return Chunk(
        row["id"],
        row["article"],
        title,
        section,
        date,
        context,
        sentences_from_rows(sentences),
        sources_from_rows(sources),
    )


def fact_rows(key: str, value: str) -> Iterator[Row]:
    """A fact as rows `key/0`, `key/1` and so on, each as long as Milvus takes it."""
    for number, piece in enumerate(_pieces(value)):
        yield fact_row(f"{key}/{number}", piece)


def fact_row(key: str, value: str) -> Row:
    """One pair of a key and a value."""
    return {"key": key, "value": value, "nothing": [0.0, 0.0]}


def join_fact(rows: Iterable[Row]) -> str:
    """The value of a fact, of all its rows in any order; one that was sent twice counts once."""
    pieces = {int(row["key"].rpartition("/")[2]): row["value"] for row in rows}
    return "".join(pieces[number] for number in sorted(pieces))


def _pieces(text: str) -> Iterator[str]:
    data = text.encode()
    while len(data) > LONGEST_VALUE:
        cut = LONGEST_VALUE
        while data[cut] & 0xC0 == 0x80:  # not in the midst of a character
            cut -= 1
        yield data[:cut].decode()
        data = data[cut:]
    yield data.decode()


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in batches of BATCH_BYTES, or one row that is larger, and BATCH_ROWS at most."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        own = sum(_size(value) for value in row.values())
        if batch and (size + own > BATCH_BYTES or len(batch) == BATCH_ROWS):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += own
    if batch:
        yield batch


def _size(value: object) -> int:
    if isinstance(value, str):
        return len(value.encode())
    if isinstance(value, list):
        return 8 + sum(_size(item) for item in value)
    return int(getattr(value, "nbytes", 8))


# --- tokens


def as_word(token: str) -> str:
    """A token as the server is given it: one word to any of its analysers, also to one that cuts 4.4 in two."""
    if token.isalnum():
        return token
    return _NOT_OF_A_WORD.sub(lambda found: f"_{ord(found[0]):x}_", token)


def quoted(values: Sequence[str]) -> str:
    """Texts as a list in a condition of Milvus."""
    return json.dumps(list(values), ensure_ascii=False)


def condition_of(only: Chosen | None) -> str:
    """Chosen ids as a condition of Milvus, "" for all; of very scattered ones some between them fulfil it too."""
    if only is None:
        return ""
    spans = only.spans(_MOST_SPANS + 1)
    if len(spans) > _MOST_SPANS and len(only) <= _MOST_LISTED:
        return f"id in {only.ids.tolist()}"
    return " or ".join(f"(id >= {first} and id <= {last})" for first, last in only.spans(_MOST_SPANS)) or "id < 0"


# --- copies


def copy_rows(number: int, chunk: Chunk) -> Iterator[Row]:
    """A chunk that has the text of an earlier one, whose id it has, as rows of a fact."""
    own = [chunk.id, chunk.article, chunk.title, chunk.section, chunk.date, chunk.context]
    value = dump([*own, sentence_rows(chunk.sentences), source_rows(chunk.sources)])
    return fact_rows(f"{COPY}{number}", value)


def copies_of(rows: Iterable[Row]) -> Iterator[Chunk]:
    """The chunks of all rows that `copy_rows` made, in the order of the build; undoes it."""
    pieces: dict[int, list[Row]] = {}
    for row in rows:
        pieces.setdefault(int(row["key"].removeprefix(COPY).partition("/")[0]), []).append(row)
    for number in sorted(pieces):
        number_of, article, *rest = json.loads(join_fact(pieces[number]))
        yield chunk_of({"id": number_of, "article": article}, dump(rest))
