"""Pictures of text: what is recognised in them, in which order it is read, and what a build makes of scans."""

from __future__ import annotations

import importlib.util
import struct
import threading
import zlib
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from benchmarks.scans import Page, save_scan
from embeddings.building.build import rebuild
from embeddings.errors import PagesUnread, Unreadable
from embeddings.progress import Progress, Stopped
from embeddings.reading.documents import read_document
from embeddings.reading.pages.picture_files import load_picture
from embeddings.recognising.guarded_recogniser import GuardedRecogniser
from embeddings.recognising.kept_pages import FILE, KeptPages
from embeddings.recognising.networks import FINGERPRINT, model_files
from embeddings.recognising.picture_lines import PageReader
from embeddings.store.folder.index import Index
from embeddings.types import Box, PlacedText
from tests.embeddings.hostile import workers
from tests.embeddings.scanned import SIZE, picture
from tests.support import CountingEncoder, counting_qa, page, write_corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINES = ("云溪镇新建水库三座", "总投资4.86亿元，", "工程于2021年9月完工。")
OTHERS = ("雾岭茶场今年采茶", "共计5730公斤，", "比去年多612公斤。")


@pytest.fixture(scope="module")
def reader() -> Iterator[PageReader]:
    files = model_files()
    assert files is not None, "the extra ocr belongs to what tests need"
    with closing(PageReader(files, 2)) as made:
        yield made


@pytest.fixture(autouse=True)
def _english_and_no_child_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("WENJU_LANG", "en")
    yield
    assert workers(script=b"recognising_worker.py") == []


def texts(reader: PageReader, image: Image.Image) -> list[str]:
    """What is recognised, from top to bottom."""
    found = reader.recognise(np.asarray(image.convert("RGB"), np.uint8))
    return [item.text for item in sorted(found, key=lambda item: item.box.top)]


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    target = BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


# --- one picture


def test_the_lines_of_a_picture_are_read_with_their_places(reader: PageReader) -> None:
    image = picture(LINES)
    found = sorted(reader.recognise(np.asarray(image, np.uint8)), key=lambda item: item.box.top)
    assert tuple(item.text for item in found) == LINES
    assert min(item.sure for item in found) > 0.8
    for row, item in enumerate(found):
        middle = (item.box.top + item.box.bottom) / 2 * image.height
        assert abs(middle - SIZE * (1.5 + 1.6 * row)) < SIZE / 2
        assert abs(item.box.left * image.width - SIZE) < SIZE


def test_traditional_characters_stay_traditional(reader: PageReader) -> None:
    assert texts(reader, picture(["臺灣東部鐵路電氣化", "於民國九十二年完成"])) == [
        "臺灣東部鐵路電氣化",
        "於民國九十二年完成",
    ]


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_page_on_its_side_or_head_is_read_as_if_upright(reader: PageReader, quarter: int) -> None:
    """Without that a scan that was put in the wrong way round would be gibberish, or its lines upside down."""
    assert tuple(texts(reader, picture(LINES).rotate(90 * quarter, expand=True))) == LINES


def test_a_page_askew_has_the_places_that_it_has_straight(reader: PageReader) -> None:
    """Of two columns on a page askew, the right one's first line is otherwise beside the left one's second."""
    image = picture(LINES, OTHERS).rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    found = {item.text: item.box for item in reader.recognise(np.asarray(image, np.uint8))}
    for left, right in zip(LINES, OTHERS, strict=True):
        assert abs(found[left].top - found[right].top) * image.height < SIZE / 2


@pytest.mark.parametrize("size", [14, 120])
def test_small_and_large_characters_are_read(reader: PageReader, size: int) -> None:
    assert tuple(texts(reader, picture(LINES, size=size))) == LINES


def test_a_few_lines_on_a_huge_sheet_are_read(reader: PageReader) -> None:
    assert tuple(texts(reader, picture(LINES, size=60, width=7000))) == LINES


def test_a_long_picture_of_a_screen_is_read_to_its_end(reader: PageReader) -> None:
    """Made smaller as a whole, its characters would be a few pixels high."""
    lines = [f"第{number}项：{100 + 37 * number}吨" for number in range(1, 61)]
    assert texts(reader, picture(lines)) == lines


@pytest.mark.parametrize("size", [(1, 1), (8, 4000), (600, 400)])
def test_an_empty_picture_has_no_lines(reader: PageReader, size: tuple[int, int]) -> None:
    assert reader.recognise(np.full((*size, 3), 255, np.uint8)) == ()


# --- a picture as a document


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def placed(*lines: str, left: float = 0.1, top: float = 0.1) -> tuple[PlacedText, ...]:
    boxes = [
        Box(left, top + 0.05 * row, left + 0.02 * len(line), top + 0.05 * row + 0.03) for row, line in enumerate(lines)
    ]
    return tuple(PlacedText(line, box) for line, box in zip(lines, boxes, strict=True))


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"])
def test_every_kind_of_picture_asks_to_be_recognised_and_is_read(corpus: Path, suffix: str) -> None:
    form = {".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}.get(suffix, suffix[1:].upper())
    (corpus / f"a{suffix}").write_bytes(saved(Image.new("RGB", (60, 40), "white"), form))
    with pytest.raises(PagesUnread) as raised:
        read_document(corpus, f"a{suffix}")
    assert raised.value.pages == (1,)
    document = read_document(corpus, f"a{suffix}", {1: placed(*LINES)})
    assert document.unit == "page"
    assert [line.text for line in document.lines] == list(LINES)
    assert all(line.spot is not None and line.spot.scanned and line.spot.box is not None for line in document.lines)


def test_a_tiff_file_has_as_many_pages_as_pictures_and_says_which_are_lacking(corpus: Path) -> None:
    pages = [Image.new("1", (60, 40), 1) for _ in range(3)]
    (corpus / "a.tif").write_bytes(
        saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    )
    with pytest.raises(PagesUnread) as raised:
        read_document(corpus, "a.tif")
    assert raised.value.pages == (1, 2, 3)
    document = read_document(corpus, "a.tif", {1: placed(*LINES), 3: placed(*OTHERS)})
    assert {line.number for line in document.lines if line.text} == {1, 3}
    assert [(note.en, note.left_out) for note in document.notes] == [
        ("2 pictures by text recognition", False),
        ("1 picture not recognised", True),
    ]


def test_two_columns_are_read_one_after_the_other(reader: PageReader, corpus: Path) -> None:
    left = [
        "石桥乡位于江北平原，",
        "全乡人口两万三千人。",
        "去年粮食总产量达到，",
        "一万七千四百多吨，",
        "居全县各乡镇之首。",
    ]
    right = [
        "乡里办有小学九所，",
        "中学两所，学生共计，",
        "三千一百二十余人。",
        "今年又新建校舍，",
        "面积六百多平方米。",
    ]
    image = picture(left, right)
    (corpus / "a.png").write_bytes(saved(image))
    found = reader.recognise(np.asarray(image, np.uint8))
    document = read_document(corpus, "a.png", {1: found})
    assert "".join(line.text for line in document.lines) == "".join(left + right)


def test_a_row_of_a_table_is_as_sure_as_its_least_sure_cell(corpus: Path) -> None:
    rows = [("镇名", "收入", "支出"), ("云溪镇", "312", "298"), ("石桥乡", "645", "601")]
    items = [
        PlacedText(cell, Box(0.1 + 0.2 * column, 0.1 + 0.04 * row, 0.18 + 0.2 * column, 0.13 + 0.04 * row), sure)
        for row, cells in enumerate(rows)
        for column, (cell, sure) in enumerate(zip(cells, (0.9, 0.8 - 0.1 * row, 0.95), strict=True))
    ]
    (corpus / "a.png").write_bytes(saved(Image.new("RGB", (60, 40), "white")))
    lines = [line for line in read_document(corpus, "a.png", {1: tuple(items)}).lines if line.text]
    assert [line.text for line in lines] == [
        "镇名：云溪镇；收入：312；支出：298。",
        "镇名：石桥乡；收入：645；支出：601。",
    ]
    assert [line.spot.sure for line in lines if line.spot] == [0.7, 0.6]


def test_a_damaged_picture_and_one_of_another_format_say_so(corpus: Path) -> None:
    whole = saved(picture(LINES))
    (corpus / "cut.png").write_bytes(whole[: len(whole) // 2])
    (corpus / "wrong.png").write_bytes(b"GIF89a" + bytes(100))
    with pytest.raises(Unreadable, match="Damaged"):
        read_document(corpus, "wrong.png")
    with closing(GuardedRecogniser(1)) as recogniser, pytest.raises(Unreadable, match="Damaged"):
        recogniser.recognise(corpus, "cut.png", 1)


def bomb(side: int) -> bytes:
    """A PNG file of a few KB that claims to be so many pixels wide and high."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(bytes(1 << 20))) + part(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [9_500, 30_000, 2_000_000])
def test_a_picture_that_claims_to_be_huge_is_refused(corpus: Path, side: int) -> None:
    (corpus / "a.png").write_bytes(bomb(side))
    with pytest.raises(Unreadable, match="megapixels"):
        read_document(corpus, "a.png")


def test_a_picture_is_loaded_as_it_is_shown() -> None:
    """Turned as its camera noted, on white where it is transparent, with all its shades where these have 16 bits."""
    turned = Image.new("RGB", (40, 20), "white")
    notes = turned.getexif()
    notes[0x0112] = 6
    assert load_picture(saved(turned, "JPEG", exif=notes), 1).shape == (40, 20, 3)
    assert load_picture(saved(Image.new("RGBA", (4, 4), (0, 0, 0, 0))), 1).min() == 255
    assert load_picture(saved(Image.new("P", (4, 4), 0)), 1).shape == (4, 4, 3)
    deep = Image.fromarray(np.array([[0, 30_000], [60_000, 60_000]], np.uint16))
    assert load_picture(saved(deep), 1)[:, :, 0].tolist() == [[0, 127], [255, 255]]
    large = Image.new("L", (6000, 5000), 255)
    assert load_picture(saved(large), 1).shape == (3651, 4382, 3)


# --- in a guarded process


@pytest.mark.slow
def test_a_page_that_takes_too_long_or_too_much_is_given_up_and_the_next_is_read(corpus: Path) -> None:
    (corpus / "a.png").write_bytes(saved(picture(LINES)))
    with closing(GuardedRecogniser(1, seconds=0.001)) as hasty, pytest.raises(Unreadable, match=r"more than 0\.001 s"):
        hasty.recognise(corpus, "a.png", 1)
    with closing(GuardedRecogniser(1, growth=8 << 20)) as small, pytest.raises(Unreadable, match="8 MiB of memory"):
        small.recognise(corpus, "a.png", 1)
    with closing(GuardedRecogniser(1)) as recogniser:
        with pytest.raises(Unreadable, match="damaged"):
            recogniser.recognise(corpus, "a.png", 2)
        with pytest.raises(Unreadable, match="gone"):
            recogniser.recognise(corpus, "b.png", 1)
        found, _ = recogniser.recognise(corpus, "a.png", 1)
        assert sorted(item.text for item in found) == sorted(LINES)


# --- kept pages


def test_kept_pages_come_back_as_they_were_and_only_to_what_made_them(tmp_path: Path) -> None:
    with closing(KeptPages.open(tmp_path, "one")) as kept:
        kept.put("aa", 1, placed(*LINES))
        kept.put("aa", 3, ())
        kept.put("bb", 1, placed(*OTHERS))
    with closing(KeptPages.open(tmp_path, "one")) as kept:
        assert kept.get("aa") == {1: placed(*LINES), 3: ()}
        kept.keep(["bb"])
        assert kept.get("aa") == {}
        assert kept.get("bb") == {1: placed(*OTHERS)}
    with closing(KeptPages.open(tmp_path, "two")) as other:
        assert other.get("bb") == {}


def test_a_damaged_file_of_kept_pages_is_begun_anew_with_what_is_sound(tmp_path: Path) -> None:
    with closing(KeptPages.open(tmp_path, "one")) as kept:
        for number in range(200):
            kept.put("aa", number, placed(*LINES))
    file = tmp_path / FILE
    data = bytearray(file.read_bytes())
    data[-6000:-3000] = bytes(3000)
    file.write_bytes(data)
    with closing(KeptPages.open(tmp_path, "one")) as kept:
        assert all(lines == placed(*LINES) for lines in kept.get("aa").values())
        kept.put("aa", 999, placed(*OTHERS))
        assert kept.get("aa")[999] == placed(*OTHERS)
    file.write_bytes(b"no database" * 1000)
    with closing(KeptPages.open(tmp_path, "one")) as kept:
        assert kept.get("aa") == {}


# --- in a build


def build(
    corpus: Path, told: list[Progress] | None = None, stop: threading.Event | None = None, workers: int | None = None
) -> dict[str, str]:
    """Build an index; what each file that was not read says for itself."""
    report = rebuild(
        corpus, corpus.parent / "index", progress=False, encoder=CountingEncoder(), stop=stop, workers=workers,
        watch=None if told is None else told.append,
    )  # fmt: skip
    return {entry.file: entry.en for entry in report.skipped}


def recognised(told: list[Progress]) -> list[int]:
    """How many pages each build had to recognise."""
    return [item.total for item in told if item.stage == "recognising" and item.done == 0]


def chunks(corpus: Path) -> dict[str, str]:
    with closing(Index.open(corpus.parent / "index")) as index:
        found = list(index.all_chunks())
    assert all(chunk.sources[0].scanned == (not chunk.sources[0].file.endswith(".txt")) for chunk in found)
    return {chunk.sources[0].file: chunk.text for chunk in found}


@pytest.mark.slow
def test_scans_are_recognised_once_and_read_beside_the_others(corpus: Path) -> None:
    write_corpus(corpus, {"b.txt": page("港口扩建", "港口今年建成码头3座。")})
    (corpus / "a.png").write_bytes(saved(picture(LINES)))
    (corpus / "copy.png").write_bytes(saved(picture(LINES)))
    save_scan(corpus / "c.pdf", [Page(picture(OTHERS), ""), Page(picture(LINES), "")], 72)
    told: list[Progress] = []
    assert build(corpus, told) == {}
    assert recognised(told) == [3]
    assert "4.86亿元" in chunks(corpus)["a.png"]
    assert "5730公斤" in chunks(corpus)["c.pdf"]
    stages = [item.stage for item in told]
    assert stages.index("reading") < stages.index("recognising") < len(stages) - stages[::-1].index("reading")
    write_corpus(corpus, {"d.txt": page("医院开业", "医院今年接诊12万人次。")})
    (corpus / "a.png").rename(corpus / "moved.png")
    told.clear()
    assert build(corpus, told) == {}
    assert recognised(told) == []
    assert "4.86亿元" in chunks(corpus)["copy.png"] + chunks(corpus).get("moved.png", "")


def test_an_answer_from_lines_that_were_hard_to_read_is_less_sure(corpus: Path) -> None:
    """What was recognised is taken from what is kept: nothing is recognised here."""
    data = saved(Image.new("RGB", (60, 40), "white"))
    (corpus / "a.png").write_bytes(data)
    confidences = []
    for sure in (1.0, 0.75):
        with closing(KeptPages.open(corpus.parent / "index" / "pages", FINGERPRINT)) as kept:
            lines = tuple(replace(item, sure=sure) for item in placed("雾岭茶场今年采茶5730公斤。"))
            kept.put(sha256(data).hexdigest(), 1, lines)
        assert build(corpus) == {}
        with closing(Index.open(corpus.parent / "index")) as index:
            answer = counting_qa(index, CountingEncoder()).ask("雾岭茶场今年采茶多少公斤?")
        assert answer.texts == ("5730公斤",)
        assert answer.passages[0].sources[0].scanned
        confidences.append(answer.confidence)
        write_corpus(corpus, {"b.txt": page("港口扩建", "港口今年建成码头3座。")})
    assert confidences[1] == pytest.approx(0.75 * confidences[0], abs=0.0002)


@pytest.mark.slow
def test_a_build_stopped_in_the_middle_of_a_scan_goes_on_where_it_was(corpus: Path) -> None:
    for number in range(3):
        (corpus / f"{number}.png").write_bytes(saved(picture([*LINES, f"第{number}号工程"])))
    stop = threading.Event()
    told: list[Progress] = []

    class Watching(list[Progress]):
        def append(self, item: Progress) -> None:
            told.append(item)
            if item.stage == "recognising" and item.done == 1:
                stop.set()

    with pytest.raises(Stopped):
        build(corpus, Watching(), stop)
    told.clear()
    assert build(corpus, told) == {}
    assert recognised(told) == [2]
    assert set(chunks(corpus)) == {"0.png", "1.png", "2.png"}


@pytest.mark.slow
def test_workers_share_the_pages(corpus: Path) -> None:
    for number in range(3):
        (corpus / f"{number}.png").write_bytes(saved(picture([*LINES, f"第{number}号工程"])))
    assert build(corpus, workers=2) == {}
    assert set(chunks(corpus)) == {"0.png", "1.png", "2.png"}


@pytest.mark.slow
def test_a_page_that_cannot_be_recognised_is_named_and_the_others_are_read(corpus: Path) -> None:
    write_corpus(corpus, {"b.txt": page("港口扩建", "港口今年建成码头3座。")})
    whole = saved(picture(LINES))
    (corpus / "cut.png").write_bytes(whole[: len(whole) // 2])
    assert build(corpus) == {
        "cut.png": "No text was recognised in the picture. Page 1: Damaged, or not what its suffix says."
    }


@pytest.mark.slow
def test_without_the_packages_a_scan_says_how_to_get_them_and_is_read_once_they_are_there(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_corpus(corpus, {"b.txt": page("港口扩建", "港口今年建成码头3座。")})
    (corpus / "a.png").write_bytes(saved(picture(LINES)))
    found = importlib.util.find_spec
    with monkeypatch.context() as patched:
        patched.setattr(
            "embeddings.recognising.networks.find_spec", lambda name: None if name == "cv2" else found(name)
        )
        for _ in range(2):
            assert 'pip install "wenju[ocr]"' in build(corpus)["a.png"]
    assert build(corpus) == {}
    assert "4.86亿元" in chunks(corpus)["a.png"]
