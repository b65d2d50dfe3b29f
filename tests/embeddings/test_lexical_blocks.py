"""Words in blocks: written at once or taken over in part, an index finds the same with the same scores."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from embeddings.errors import IndexDamaged
from embeddings.store import lexical_blocks
from embeddings.store.chosen import Chosen
from embeddings.store.lexical import LexicalIndex
from embeddings.store.lexical_blocks import Blocks, LexicalWriter

WORDS = ("河道", "果园", "码头", "厂房", "公园", "供水", "学校")
GROUPS = [[("河道", 1.0)], [("果园", 1.0), ("码头", 0.5)], [("学校", 0.3)]]


@pytest.fixture
def texts() -> list[str]:
    drawn = random.Random(4)
    return [" ".join(drawn.choices(WORDS, k=drawn.randint(1, 30))) for _ in range(60)]


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexical_blocks, "BLOCK", 16)


def written(folder: Path, texts: list[str]) -> Path:
    writer = LexicalWriter.create(folder, len(texts))
    for words in texts:
        writer.add(words)
    writer.finish()
    return folder


def opened(folder: Path, count: int) -> LexicalIndex:
    names = [path.name for path in folder.iterdir()]
    return LexicalIndex.open(folder, folder.parent, names, count)


def found(folder: Path, count: int) -> list[tuple[float, int]]:
    return sorted((-score, number) for number, score in opened(folder, count).search(GROUPS, count))


def test_blocks_give_the_scores_of_one_index(tmp_path: Path, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = found(written(tmp_path / "blocks", texts), 60)
    assert len(Blocks.read(tmp_path / "blocks", 60).all) == 4
    monkeypatch.setattr(lexical_blocks, "BLOCK", 100)
    assert found(written(tmp_path / "one", texts), 60) == blocks
    assert len(Blocks.read(tmp_path / "one", 60).all) == 1


def test_blocks_that_are_taken_over_stand_where_they_are_put(tmp_path: Path, texts: list[str]) -> None:
    old = written(tmp_path / "old", texts)
    first, _, third, last = Blocks.read(old, 60).all
    writer = LexicalWriter.create(tmp_path / "new", 60, first=60)
    for words in ("河道 新", *texts[:3]):
        writer.add(words)
    for block in (third, last, first):
        writer.link(old, block)
    writer.finish()
    shutil.rmtree(old)  # the files are the new index's as well
    kept = [*texts[32:], *texts[:16]]
    whole = ["河道 新", *texts[:3], *kept]
    index = opened(tmp_path / "new", len(whole))
    assert found(tmp_path / "new", len(whole)) == found(written(tmp_path / "whole", whole), len(whole))
    assert [number for number, _ in index.search([[("新", 1.0)]], 9)] == [0]
    assert index.vocabulary() == opened(tmp_path / "whole", len(whole)).vocabulary()
    every = index.search(GROUPS, len(whole))
    for ids in ({0, 1}, {3, 4, 31}, set(range(2, 40)), set(range(0, len(whole), 5))):
        among = index.search(GROUPS, len(whole), Chosen(ids))
        assert sorted(hit for hit in among if hit[0] in ids) == sorted(hit for hit in every if hit[0] in ids)
    assert index.search(GROUPS, 9, Chosen([])) == []


@pytest.mark.parametrize("rows", [[{"first": 0}], 7, [{"first": 0, "count": 61, "segments": [], "files": []}]])
def test_blocks_that_do_not_fit_the_index_are_damage(tmp_path: Path, texts: list[str], rows: object) -> None:
    folder = written(tmp_path / "index", texts)
    (folder / "blocks.json").write_text(json.dumps(rows))
    with pytest.raises(IndexDamaged, match=r"lexical|index"):
        opened(folder, 60)
