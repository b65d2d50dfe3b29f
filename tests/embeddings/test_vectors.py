from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pytest

from embeddings.store.vectors import FILE, VectorCache, check_vectors, vector_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from embeddings.types import FloatArray

DIMENSION = 4


def vectors(count: int, first: int = 0) -> dict[bytes, FloatArray]:
    return {
        vector_key("model", str(number)): np.arange(number, number + DIMENSION, dtype=np.float32)
        for number in range(first, first + count)
    }


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    with closing(VectorCache.open(tmp_path, DIMENSION)) as opened:
        yield opened


def assert_holds(cache: VectorCache, expected: dict[bytes, FloatArray]) -> None:
    found = cache.get(expected)
    assert found.keys() == expected.keys()
    for key, vector in expected.items():
        assert found[key].dtype == np.float32
        np.testing.assert_array_equal(found[key], vector)


def test_what_was_put_comes_back_bit_for_bit(cache: VectorCache) -> None:
    odd = {b"k" * 32: np.array([0.1, -1e-30, 3.4e38, 0], dtype=np.float32)}
    cache.put(odd)
    assert_holds(cache, odd)


def test_only_what_is_there_comes_back(cache: VectorCache) -> None:
    cache.put(vectors(3))
    assert cache.get(vectors(5)).keys() == vectors(3).keys()
    assert cache.get([]) == {}


def test_the_key_depends_on_model_and_text_and_on_where_one_ends() -> None:
    keys = [
        vector_key("a", "b"),
        vector_key("a", "c"),
        vector_key("b", "b"),
        vector_key("ab", ""),
        vector_key("", "ab"),
    ]
    assert len(set(keys)) == len(keys)
    assert vector_key("a", "b").hex() == "59b271ae1bbcb1d31d41929817f4b16fb439eb4f31520b5ad1d5ce98920a7138"


def test_a_vector_put_again_is_replaced(cache: VectorCache) -> None:
    key = vector_key("model", "0")
    cache.put({key: np.zeros(DIMENSION, dtype=np.float32)})
    cache.put(vectors(1))
    assert len(cache) == 1
    assert_holds(cache, vectors(1))


def test_vectors_survive_closing(tmp_path: Path) -> None:
    with closing(VectorCache.open(tmp_path, DIMENSION)) as first:
        first.put(vectors(3))
    with closing(VectorCache.open(tmp_path, DIMENSION)) as second:
        assert_holds(second, vectors(3))


def test_a_vector_of_another_length_is_refused(cache: VectorCache) -> None:
    with pytest.raises(ValueError, match="4 numbers"):
        cache.put({b"k": np.zeros(5, dtype=np.float32)})


def test_vectors_of_another_dimension_are_not_there(tmp_path: Path, cache: VectorCache) -> None:
    cache.put(vectors(2))
    with closing(VectorCache.open(tmp_path, DIMENSION + 1)) as other:
        assert other.get(vectors(2)) == {}


def test_prune_drops_exactly_what_is_not_kept(cache: VectorCache) -> None:
    cache.put(vectors(10))
    assert cache.prune(iter(list(vectors(4)) * 2)) == 6
    assert len(cache) == 4
    assert_holds(cache, vectors(4))
    assert cache.prune(vectors(4)) == 0


def test_prune_that_fails_drops_nothing(cache: VectorCache) -> None:
    def keys() -> Iterator[bytes]:
        yield from vectors(1)
        raise RuntimeError

    cache.put(vectors(10))
    with pytest.raises(RuntimeError):
        cache.prune(keys())
    assert len(cache) == 10
    assert cache.prune(vectors(1)) == 9


def test_a_flipped_bit_makes_that_vector_absent(tmp_path: Path) -> None:
    with closing(VectorCache.open(tmp_path, DIMENSION)) as first:
        first.put(vectors(3))
    flipped = vector_key("model", "1")
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(16) WHERE key = ?", (flipped,))
    with closing(VectorCache.open(tmp_path, DIMENSION)) as second:
        assert second.get(vectors(3)).keys() == vectors(3).keys() - {flipped}
        second.put(vectors(3))
        assert_holds(second, vectors(3))


def test_a_file_that_is_no_database_is_moved_aside(tmp_path: Path) -> None:
    content = b"no database at all" * 100
    (tmp_path / FILE).write_bytes(content)
    with closing(VectorCache.open(tmp_path, DIMENSION)) as cache:
        assert len(cache) == 0
        cache.put(vectors(2))
        assert_holds(cache, vectors(2))
    assert (tmp_path / f"{FILE}.damaged").read_bytes() == content


def test_a_database_with_other_tables_is_moved_aside(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("CREATE TABLE vectors (something INTEGER)")
    with closing(VectorCache.open(tmp_path, DIMENSION)) as cache:
        assert len(cache) == 0


@pytest.mark.parametrize("damage", ["zeroed", "truncated"])
def test_damage_found_while_reading_is_moved_aside_and_writing_goes_on(tmp_path: Path, damage: str) -> None:
    with closing(VectorCache.open(tmp_path, DIMENSION)) as first:
        first.put(vectors(3000))
    file = tmp_path / FILE
    content = file.read_bytes()
    half = len(content) // 2
    file.write_bytes(content[:16384] + (b"" if damage == "truncated" else bytes(half) + content[16384 + half :]))
    with closing(VectorCache.open(tmp_path, DIMENSION)) as cache:
        cache.get(vectors(3000))
        cache.put(vectors(3000))
        assert_holds(cache, vectors(3000))
    assert (tmp_path / f"{FILE}.damaged").exists()


@pytest.mark.parametrize("size", [1, 64, 4096], ids=["bit flipped", "64 bytes zeroed", "4096 bytes zeroed"])
def test_no_damage_anywhere_gives_a_wrong_vector_and_what_is_lost_can_be_put_again(tmp_path: Path, size: int) -> None:
    """Neither in the rows nor in the index over their keys, where a flipped bit may lead to another row."""
    expected = vectors(400)
    with closing(VectorCache.open(tmp_path / "sound", DIMENSION)) as cache:
        cache.put(expected)
    content = (tmp_path / "sound" / FILE).read_bytes()
    assert check_vectors(tmp_path / "sound") is None
    random = np.random.default_rng(7)
    kept = 0
    for place in random.integers(0, len(content), 50).tolist():
        hurt = bytes([content[place] ^ (1 << (place % 8))]) if size == 1 else bytes(size)
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / FILE).write_bytes((content[:place] + hurt + content[place + size :])[: len(content)])
        with closing(VectorCache.open(folder, DIMENSION)) as cache:
            found = cache.get(expected)
            kept += len(found)
            for key, vector in found.items():
                np.testing.assert_array_equal(vector, expected[key])
            cache.put(expected)
            assert_holds(cache, expected)
            cache.mend()  # which may lose what stands behind a damaged page, and never more than that
            cache.put(expected)
            assert_holds(cache, expected)
        assert check_vectors(folder) is None
    assert kept > 0.5 * 50 * len(expected)


def test_mending_carries_over_every_vector_but_the_damaged_one(tmp_path: Path) -> None:
    expected = vectors(3000)
    with closing(VectorCache.open(tmp_path, DIMENSION)) as cache:
        cache.put(expected)
        assert cache.mend() is None
    content = bytearray((tmp_path / FILE).read_bytes())
    place = content.index(expected[vector_key("model", "1500")].tobytes())
    content[place] ^= 1
    (tmp_path / FILE).write_bytes(content)
    assert check_vectors(tmp_path) == "the checksum of a vector differs"
    with closing(VectorCache.open(tmp_path, DIMENSION)) as cache:
        assert cache.mend() == "the checksum of a vector differs"
        assert cache.renewals == 1
        assert cache.get(expected).keys() == expected.keys() - {vector_key("model", "1500")}
    assert check_vectors(tmp_path) is None


def test_behind_a_page_that_cannot_be_read_the_other_vectors_are_carried_over(tmp_path: Path) -> None:
    expected = vectors(3000)
    with closing(VectorCache.open(tmp_path, DIMENSION)) as cache:
        cache.put(expected)
    content = (tmp_path / FILE).read_bytes()
    place = content.index(expected[vector_key("model", "1500")].tobytes()) // 8192 * 8192
    (tmp_path / FILE).write_bytes(content[:place] + bytes(8192) + content[place + 8192 :])
    with closing(VectorCache.open(tmp_path, DIMENSION)) as cache:
        assert cache.mend() is not None
        assert len(cache.get(expected)) > 2500


def test_a_killed_process_loses_only_what_it_had_not_put(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from embeddings.store.vectors import VectorCache
from tests.embeddings.test_vectors import vectors
cache = VectorCache.open(Path({str(tmp_path)!r}), {DIMENSION})
cache.put(vectors(50))
print("put", flush=True)
cache._connection.execute("BEGIN")
cache._connection.execute("INSERT INTO vectors VALUES (x'00', 0, x'00')")
print("begun", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"put\n"
        assert process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    with closing(VectorCache.open(tmp_path, DIMENSION)) as cache:
        assert len(cache) == 50
        assert_holds(cache, vectors(50))
