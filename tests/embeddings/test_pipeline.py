"""What the pipeline's number stands for, and what a build does with an index of another number."""

from __future__ import annotations

import hashlib
import importlib
import json
from contextlib import closing
from dataclasses import asdict
from itertools import count
from typing import TYPE_CHECKING, Any

import docx
import pytest

from chinese.tokens import tokenize
from embeddings import Index, rebuild
from embeddings.building.pipeline import PIPELINE
from embeddings.reading.documents import list_files, read_document
from embeddings.splitting.articles import split_articles
from embeddings.splitting.chunks import chunk_article
from embeddings.store.chunk_store import ChunkWriter
from embeddings.store.generation import CHUNKS, IndexLayout, Manifest
from tests.support import CountingEncoder, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from embeddings.types import BuildReport, Chunk

PINNED = {
    1: "94eca3492b2d99c506e20af05fd803c25d3ee8ae046dee575b14ab0b23fc978f",
    2: "3a36f4721852b2848ce01c2dcc4a266ac56bb076d7b4b40228b5b07d6fbb8fdb",
    3: "d85951342cad812a65ba370c3b7e324807260e09794942ee0fb438b5df81c74b",
    4: "f8d9ddd0a8f053b013c4b0c80061eb6ed31350a9715b95f73e02915f69200273",
    5: "8a6bf924ca1f5d54157090564d920f61358dfa06e5d5d3e8554a05bae9ac5339",
    6: "4dd273a90c86ac74dd7e7a9d7af0cfad8557be368203e7480645eea7284d0d3c",
    7: "b4615f19f3a56cdaa38f55a1e6c000baebf24bbe52e7bb93bd852575430e01fc",
    8: "7432febd0ea1830bc303aab91105d1816ac0c83da51c7325f69d5732fe468e32",
    9: "1ff4ed3131a062498b4febed00043df83c48747981e39b590877455422bcad2e",
}
"""The digest of what comes out of CORPUS, by the pipeline's number; from 4 on, of its figures too, from 5 of copies.

A new number is a new line: no line is changed.
"""

CLOSER = frozenset(("spots", "sheet", "cells", "label", "boxes", "scanned"))

LONG = (
    "云溪县今年建成标准厂房12栋,总面积3.6万平方米。其中一期7栋已交付,入驻企业21家;二期5栋明年6月底前完工。"
    "县里说:“厂房先建好,企业拎包入驻。”目前签约项目28个,总投资44.5亿元,达产后年产值约60亿元。"
)
CORPUS = {
    # A page of a paper: a byline, a lead with its date, a sentence torn by the line's end, a subhead, a reading in
    # brackets, a caption.
    "page.txt": page(
        "云溪日报 2024年3月8日 星期五 第02版",
        "标准厂房建成12栋",
        "记者 沈溪 通讯员 何云",
        LONG,
        "二期加快建设",
        "本报3月8日讯 截至2月底,云溪县标准厂房二期已经完成投资1.2亿元,占全年计划的35%,其中设备购置和安装\n"
        "投资3000万元,比去年同期的2000万元增长50%。",
        "小贴士:嶴(ào)是山间平地,当地人也把村子叫作嶴。",
        "▲图为标准厂房一期。 林川 摄",
    ),
    "many.txt": page(
        "云溪县一年小结",
        "本报2024年1月5日讯 " + "".join(f"第{n}季度新开工项目{n * 3}个,投资{n}.5亿元。" * 6 for n in range(1, 5)),
    ),
    # A table laid out by tabs, under its unit.
    "table.txt": "石坪乡各村情况\n\n单位:万元\n村名\t产值\t投资\n东渠村\t310\t42\n西渠村\t295\t38\n南渠村\t188\t21\n",
    "note.md": "# 石坪乡公告\n\n发布日期:2023-11-05\n\n"
    "| 村 | 户数 | 人口 |\n|---|---|---|\n| 上村 | 120 | 431 |\n| 下村 | 98 | 367 |\n\n請於12月1日前登記。\n",
    "site.html": "<html><head><title>石坪乡政府网</title></head><body><h1>供水工程投用</h1>"
    "<p>２０２３年11月5日，石坪乡供水工程投用，受益&nbsp;798人。</p><table><tr><th>管网</th><th>长度</th></tr>"
    "<tr><td>主管</td><td>4,300米</td></tr></table><script>var x = 1;</script></body></html>",
    "english.txt": page(
        "Harbour opens", "The new harbour opened on 3 May 2023. It has 4 berths. Ships of 5,000 t can call."
    ),
    "again.txt": page("标准厂房建成12栋", LONG),
    # Blanks between words; a headline that ends as a paper's name does, a day below it; a table of places by years.
    "spaced.txt": "石坪乡 供水 情况 通报\n2024 年 2 月 6 日\n\n"
    "2023 年 ,全乡 供水量 86 万吨 。 其中 ,上村 21 万吨 ,下村 17 万吨 ;水费 收入 129 万元 。\n",
    # Counts of a list, the last two of them in turn; 全年 of an early month, behind the year that it means.
    "list.txt": page(
        "云溪县招商小结",
        "本报2024年1月9日讯 去年,云溪县签约项目97个。其中石坪乡46个,白沙镇签约33个,东渠镇和西渠镇分别为11个、7个。"
        "全年投资5.2亿元,2024年要控制在4亿元以内。",
    ),
    "years.md": "# 云溪县乡镇茶叶产量\n\n单位:吨\n\n| 乡镇 | 2022年 | 2023年 |\n|---|---|---|\n| 石坪乡 | 310 | 342 |\n"
    "| 白沙镇 | 275 | 288 |\n| 合计 | 585 | 630 |\n",
}


def written(folder: Path) -> Path:
    write_corpus(folder, CORPUS)
    document = docx.Document()
    document.add_heading("水库蓄水情况", 1)
    document.add_paragraph("截至2024年1月底,全县水库蓄水量见下表。")
    table = document.add_table(rows=2, cols=2)
    for row, texts in zip(table.rows, (("水库", "蓄水量"), ("青石水库", "1.2亿立方米")), strict=True):
        row.cells[0].text, row.cells[1].text = texts
    document.save(str(folder / "table.docx"))
    return folder


def build(corpus: Path, index: Path, encoder: CountingEncoder | None = None) -> BuildReport:
    return rebuild(corpus, index, progress=False, encoder=encoder or CountingEncoder())


def digest(index: Path) -> str:
    """The digest of every chunk of an index, and of every figure."""
    with closing(Index.open(index)) as found:
        assert found.manifest.skipped == ()
        figures = [asdict(figure) for figure in found.all_figures()]
        whole = [digest_of(found.all_chunks()), figures]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def digest_with_copies(index: Path) -> str:
    """The same, and what is kept of the copies of each text."""
    with closing(Index.open(index)) as found:
        return hashlib.sha256(f"{digest(index)} {digest_of(found.copies())}".encode()).hexdigest()


def digest_of(chunks: Iterable[Chunk]) -> str:
    """The SHA-256 of the chunks' fields, of what is encoded, and of the words they are found by."""
    rows = [[_without_empty(asdict(chunk)), chunk.encoded, tokenize(chunk.indexed)] for chunk in chunks]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _without_empty(value: Any) -> Any:
    """The fields without those that only some formats have, where they are empty: they came after the first numbers."""
    if isinstance(value, dict):
        return {key: _without_empty(item) for key, item in value.items() if item or key not in CLOSER}
    return [_without_empty(item) for item in value] if isinstance(value, list | tuple) else value


def cut(corpus: Path, folder: Path) -> list[Chunk]:
    """The chunks of a corpus, made step by step in this process, as a build does in several."""
    numbers = count()
    folder.mkdir()
    with closing(ChunkWriter.create(folder / CHUNKS)) as writer:
        for name in list_files(corpus):
            for article in split_articles(read_document(corpus, name)):
                for chunk in chunk_article(article, next(numbers)):
                    writer.add(chunk, chunk.encoded.encode())
        writer.commit()
        return [chunk for chunk, _ in writer.rows(range(len(writer)))]


def as_before_there_were_numbers(manifest: Path) -> None:
    """Make a manifest what it was when it held a hash of source files in the place of the number."""
    data = json.loads(manifest.read_text(encoding="utf-8"))
    del data["checksum"], data["pipeline"]
    data["code"] = hashlib.sha256(b"some source files").hexdigest()
    whole = json.dumps(data, ensure_ascii=False, sort_keys=True)
    data["checksum"] = hashlib.sha256(whole.encode()).hexdigest()
    manifest.write_text(json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1) + "\n", encoding="utf-8")


def built_before(tmp_path: Path) -> tuple[Path, Path]:
    corpus, index = written(tmp_path / "corpus"), tmp_path / "index"
    build(corpus, index)
    layout = IndexLayout(index)
    as_before_there_were_numbers(layout.generation(layout.read_current()).manifest)
    return corpus, index


def test_what_comes_out_is_what_the_number_stands_for(tmp_path: Path) -> None:
    build(written(tmp_path / "corpus"), tmp_path / "index")
    found = digest_with_copies(tmp_path / "index")
    assert found == PINNED.get(PIPELINE), (
        f"The same documents give other chunks or figures than pipeline {PIPELINE} gave. If that is meant, raise "
        f"PIPELINE by one and pin {found} for the new number; otherwise indexes that are out of date would be kept."
    )


def test_no_two_numbers_stand_for_the_same() -> None:
    assert len(set(PINNED.values())) == len(PINNED)
    assert sorted(PINNED) == list(range(1, PIPELINE + 1))


@pytest.mark.parametrize(
    ("module", "name", "other"),
    [
        ("embeddings.splitting.chunks", "TARGET_LENGTH", 150),
        ("embeddings.splitting.articles", "clean_document", lambda document: document),
        ("embeddings.splitting.articles", "join_torn", lambda blocks: blocks),
    ],
)
def test_a_change_on_the_way_is_noticed(
    tmp_path: Path, module: str, name: str, other: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = written(tmp_path / "corpus")
    before = digest_of(cut(corpus, tmp_path / "before"))
    build(corpus, tmp_path / "index")
    with closing(Index.open(tmp_path / "index")) as found:
        assert before == digest_of(found.all_chunks())  # so that what holds of these steps holds of a build
    monkeypatch.setattr(importlib.import_module(module), name, other)
    assert digest_of(cut(corpus, tmp_path / "after")) != before


def test_another_number_builds_anew_from_the_vectors_there_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, index = written(tmp_path / "corpus"), tmp_path / "index"
    build(corpus, index)
    before = IndexLayout(index).read_current()
    monkeypatch.setattr(importlib.import_module("embeddings.building.build"), "PIPELINE", PIPELINE + 1)
    encoder = CountingEncoder()
    report = build(corpus, index, encoder)
    assert (report.encoded, encoder.passages) == (0, [])
    assert IndexLayout(index).read_current() != before
    with closing(Index.open(index)) as found:
        assert found.manifest.pipeline == PIPELINE + 1


def test_an_index_from_before_there_were_numbers_is_searched_as_it_is(tmp_path: Path) -> None:
    _, index = built_before(tmp_path)
    with closing(Index.open(index)) as found:
        assert found.manifest.pipeline == 0
        (first, *_) = found.search_lexical([[("厂房", 1.0)]], 3)
        assert "标准厂房" in found.chunks([first[0]])[0].text
        found.verify()


def test_a_rebuild_over_it_encodes_nothing_and_gives_it_the_number(tmp_path: Path) -> None:
    corpus, index = built_before(tmp_path)
    before = digest(index)
    encoder = CountingEncoder()
    report = build(corpus, index, encoder)
    assert (report.encoded, encoder.passages) == (0, [])
    assert report.reused == report.chunks > 0
    with closing(Index.open(index)) as found:
        assert found.manifest.pipeline == PIPELINE
    assert digest(index) == before


@pytest.mark.parametrize("value", [True, "1", None])
def test_a_number_that_is_none_is_damage(tmp_path: Path, value: object) -> None:
    build(written(tmp_path / "corpus"), tmp_path / "index")
    with closing(Index.open(tmp_path / "index")) as found:
        data: dict[str, Any] = found.manifest.to_dict()
    with pytest.raises(ValueError, match="pipeline"):
        Manifest.from_dict({**json.loads(json.dumps(data)), "pipeline": value})


def test_the_corpus_has_what_the_pipeline_is_there_for(tmp_path: Path) -> None:
    build(written(tmp_path / "corpus"), tmp_path / "index")
    with closing(Index.open(tmp_path / "index")) as found:
        chunks = list(found.all_chunks())
    text = "\n".join(chunk.text for chunk in chunks)
    assert {source.unit for chunk in chunks for source in chunk.sources} == {"line", "paragraph"}
    assert {"2023-11-05", "2024-01-05", None} <= {
        chunk.date for chunk in chunks
    }  # dates of metadata and of the text, and none
    assert [source.file for source in chunks[0].sources] == ["again.txt", "page.txt"]  # one chunk of two files
    assert sum(chunk.sources[0].file == "many.txt" for chunk in chunks) > 2  # cut, with a sentence in both
    assert {"二期加快建设", "图片说明"} <= {chunk.section for chunk in chunks}
    assert "村：上村；户数：120；人口：431。" in text  # a table's rows under its heads
    assert "嶴是山间平地" in text  # without the reading in brackets
    assert "请于12月1日前登记" in "".join(chunk.indexed for chunk in chunks)  # found in simplified characters
