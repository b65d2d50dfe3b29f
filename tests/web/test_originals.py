"""The original of a document: the page with the sentence's box, a scan turned upright, a sheet's cell, the file."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from html import unescape
from pathlib import Path
from re import findall, search
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest
import xlsxwriter
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from embeddings import Index, rebuild
from embeddings.errors import Unreadable
from embeddings.recognising.networks import model_files
from embeddings.types import Box, Sentence, Spot
from tests.support import CountingEncoder, counting_qa, write_corpus
from tests.web.conftest import free_port
from tests.web.test_waiting import until
from web.chat.hits import boxes_by_page
from web.documents.originals import OriginalLimits, Originals
from web.door.access import ServeSettings
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.serving.server import Served

WIDTH, HEIGHT = 210.0, 297.0  # millimetres of an A4 page
DATA = Path(__file__).parents[1] / "data"
PHRASE, AT = "8765", (20.0, 150.0)


def cjk_font() -> str:
    command = ["fc-match", "-f", "%{file}", ":lang=zh-cn"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def new_pdf() -> FPDF:
    made = FPDF(unit="mm", format="A4")
    made.set_auto_page_break(False)
    made.add_page()
    made.add_font("cjk", "", cjk_font())
    made.set_font("cjk", size=12)
    return made


def text_pdf(path: Path) -> None:
    """Lines of known places: that with the phrase has its base line 150 mm below the top of the second page."""
    made = new_pdf()
    for line in range(8):
        made.text(20, 30 + 9 * line, f"云岭县今年修整了第{line}条山路，方便各村来往。")
    made.add_page()
    made.text(20, 60, "云岭县茶园今年迎来丰收。")
    made.text(*AT, "云岭县茶园面积8765亩。")
    made.text(20, 200, "采茶季节持续两个月。")
    made.output(str(path))


def columns_pdf(path: Path) -> None:
    """Two columns; the sentence with the phrase stands in the right one, on lines of known places."""
    made = new_pdf()
    for line in range(20):
        made.text(15, 30 + 8 * line, f"石桥镇左栏第{line}行说的是修路。")
        made.text(115, 30 + 8 * line, "石桥镇水库蓄水8765立方米。" if line == 10 else f"右栏第{line}行说的是种树。")
    made.output(str(path))


def scan(path: Path, quarters: int, suffix: str = "PNG") -> None:
    """A picture of a page of text, turned."""
    image = Image.new("RGB", (1000, 1400), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.truetype(cjk_font(), 40)
    for line, text in enumerate(
        ("云岭县年度简报", "全县修整山路三十条。", "茶园面积8765亩，比上年增加。", "各村通了班车。")
    ):
        draw.text((90, 160 + 110 * line), text, fill="black", font=font)
    Image.fromarray(np.rot90(np.asarray(image), quarters)).save(path, suffix)


def workbook(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    for name, start in (("收入", 100), ("支出", 500)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["乡镇", "金额（万元）", "户数"])
        for row in range(1, 150):
            sheet.write_row(row, 0, [f"第{row}乡", start + row, row * 3])
    book.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("originals")
    corpus = write_corpus(folder / "corpus", {"茶园.txt": "茶园丰收\n\n云岭县茶园面积8765亩。\n\n采茶两个月。\n"})
    text_pdf(corpus / "a.pdf")
    columns_pdf(corpus / "two.pdf")
    workbook(corpus / "账目.xlsx")
    (corpus / "表.csv").write_text("乡镇,亩数\n东渡乡,312\n西渡乡,8765\n", encoding="utf-8")
    for sample in (DATA / "sheets" / "slide.pptx", DATA / "formats" / "decision.ofd"):
        shutil.copy(sample, corpus)
    (corpus / "alias.pdf").symlink_to(corpus / "a.pdf")
    rebuild(corpus, folder / "index", progress=False, encoder=CountingEncoder())
    return folder


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    with closing(Index.open(folder / "index")) as index:
        settings = ServeSettings(corpus=folder / "corpus", index=folder / "index")
        qa = counting_qa(index, CountingEncoder())
        with closing(launch(qa, "127.0.0.1", free_port(), settings=settings)) as page:
            yield page


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.local_url, trust_env=False, timeout=60) as client:
        yield client


def boxes_in(html: str) -> list[Box]:
    """The marks, in shares of the page."""
    pattern = r"left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%;height:([\d.]+)%"
    edges = [tuple(float(part) / 100 for part in found) for found in findall(pattern, html)]
    return [Box(left, top, left + width, top + height) for left, top, width, height in edges]


def picture_in(client: httpx.Client, html: str) -> Image.Image:
    found = search(r'<img src="([^"]+)"', html)
    assert found is not None
    answer = client.get(unescape(found[1]))
    assert answer.headers["content-type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content)).convert("L")


def ink_in(picture: Image.Image, box: Box) -> int:
    """Dark pixels in a part of a picture."""
    grey = np.asarray(picture)
    height, width = grey.shape
    part = grey[
        round(box.top * height) : round(box.bottom * height), round(box.left * width) : round(box.right * width)
    ]
    return int((part < 128).sum())


# --- pages


def test_the_box_on_a_pdfs_page_covers_the_sentence_and_nothing_else(client: httpx.Client) -> None:
    html = client.get("wenju/article", params={"file": "a.pdf", "start": 1, "end": 2, "phrase": PHRASE}).text
    assert "第 2 页，共 2 页" in html
    (box,) = boxes_in(html)
    x, y = AT[0] / WIDTH, AT[1] / HEIGHT
    assert box.left <= x <= box.left + 0.02
    assert box.top < y - 3 / HEIGHT, "12 points are 4.2 mm, of which 3 stand above the base line"
    assert y <= box.bottom <= y + 3 / HEIGHT
    picture = picture_in(client, html)
    assert picture.width == 1000
    row = Box(0, box.top, 1, box.bottom)
    assert ink_in(picture, box) == ink_in(picture, row) > 100, "all that is written in the line is in the box"


def test_in_two_columns_only_the_sentences_own_column_is_marked(client: httpx.Client) -> None:
    html = client.get("wenju/article", params={"file": "two.pdf", "start": 1, "end": 1, "phrase": PHRASE}).text
    (box,) = boxes_in(html)
    assert 0.5 < box.left <= 115 / WIDTH + 0.01
    assert box.top < 110 / HEIGHT < box.bottom + 0.01
    assert box.bottom - box.top < 10 / HEIGHT


def test_from_hit_to_hit_and_what_is_typed_is_found_in_all_of_the_document(client: httpx.Client) -> None:
    found = client.get("wenju/article", params={"file": "a.pdf", "start": 1, "end": 2, "typed": "云岭县"}).text
    assert "第 1 处，共 10 处" in found
    ninth: dict[str, str | int] = {"file": "a.pdf", "start": 1, "end": 2, "typed": "云岭县", "hit": 8}
    html = client.get("wenju/article", params=ninth).text
    assert "第 2 页，共 2 页" in html
    assert "第 9 处，共 10 处" in html
    assert len(boxes_in(html)) == 1
    nothing = client.get("wenju/article", params={**ninth, "hit": -1, "typed": "银杏"}).text
    assert "没有找到" in nothing
    assert boxes_in(nothing) == []


def test_a_sentence_over_a_pages_end_has_its_boxes_on_both_pages() -> None:
    low, high = Box(0.1, 0.9, 0.9, 0.92), Box(0.1, 0.08, 0.5, 0.1)
    sentence = Sentence(0, "…", 3, 4, spots=(Spot(box=Box(0.1, 0.87, 0.9, 0.89)), Spot(box=low), Spot(box=high)))
    parted = boxes_by_page(sentence)
    assert {page: len(boxes) for page, boxes in parted.items()} == {3: 2, 4: 1}
    # A column to the right begins higher too, but not at the left again.
    columns = tuple(Spot(box=box) for box in (Box(0.1, 0.8, 0.4, 0.82), Box(0.6, 0.1, 0.9, 0.12), high))
    assert boxes_by_page(Sentence(0, "…", 3, 4, spots=columns))[4] == (high,)


@pytest.mark.slow
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_scan_that_lies_on_its_side_is_shown_upright_with_its_marks(tmp_path: Path, quarters: int) -> None:
    if model_files() is None:
        pytest.skip("wenju[ocr] is not installed")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    scan(corpus / "scan.png", quarters)
    rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder())
    settings = ServeSettings(corpus=corpus, index=tmp_path / "index")
    with closing(Index.open(tmp_path / "index")) as index:
        qa = counting_qa(index, CountingEncoder())
        with (
            closing(launch(qa, "127.0.0.1", free_port(), settings=settings)) as page,
            httpx.Client(base_url=page.local_url, trust_env=False, timeout=60) as client,
        ):
            asked: dict[str, str | int] = {"file": "scan.png", "start": 1, "end": 1, "phrase": PHRASE}
            html = client.get("wenju/article", params=asked).text
            picture = picture_in(client, html)
    assert picture.size == (1000, 1400), "upright"
    (box,) = boxes_in(html)
    assert box.top < 400 / 1400 < box.bottom, "the third line, and not the mirrored one"
    assert box.left < 95 / 1000
    row = Box(0, box.top, 1, box.bottom)
    assert ink_in(picture, box) > 0.97 * ink_in(picture, row) > 0


# --- sheets


def test_a_sheets_cell_stands_marked_among_its_rows(client: httpx.Client) -> None:
    asked: dict[str, str | int] = {"file": "账目.xlsx", "start": 100, "end": 100, "sheet": "支出", "phrase": "599"}
    html = client.get("wenju/article", params=asked).text
    (cell,) = findall(r'<td class="wj-cell wj-here"[^>]*data-cell="(\w+)"><mark>(\w+)</mark>', html)
    assert cell == ("B100", "599")
    assert "金额（万元）" in html, "the heads of the columns stay"
    assert '<th scope="row">99</th>' in html
    assert 'aria-pressed="true" data-go="sheet=%E6%94%AF%E5%87%BA' in html
    other = client.get("wenju/article", params={**asked, "sheet": "收入", "number": 1, "phrase": ""}).text
    assert "<mark>" not in other
    assert ">101<" in other


def test_a_table_that_is_kept_as_text_is_shown_in_rows_too(client: httpx.Client) -> None:
    html = client.get("wenju/article", params={"file": "表.csv", "start": 3, "end": 3, "phrase": PHRASE}).text
    assert 'data-cell="B3"><mark>8765</mark>' in html


# --- the text


def test_a_text_that_was_put_together_is_said_to_be_and_one_that_stands_so_is_not(client: httpx.Client) -> None:
    tidied = client.get("wenju/article", params={"file": "a.pdf", "start": 1, "end": 2, "view": "text"}).text
    assert "已整理" in tidied
    as_it_is = client.get("wenju/article", params={"file": "茶园.txt", "start": 3, "end": 3, "phrase": PHRASE}).text
    assert "已整理" not in as_it_is
    assert "<mark>8765</mark>" in as_it_is
    english = client.get("wenju/article", params={"file": "a.pdf", "start": 0, "view": "text", "language": "en"}).text
    assert "Tidied" in english


@pytest.mark.parametrize("file", ["slide.pptx", "decision.ofd"])
def test_slides_and_ofd_are_shown_as_text_and_it_is_said_that_their_layout_cannot_be(
    served: Served, client: httpx.Client, folder: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, str | int] = {"file": file, "start": 0, "end": 0}
    html = client.get("wenju/article", params=asked).text
    assert "这种格式看不到原来的版面" in html
    assert "要看原样，请下载原件" in html
    assert "wj-body" in html
    assert "wj-views" not in html, "there is no original to turn to"
    monkeypatch.setattr(served.desk, "settings", replace(served.desk.settings, downloads=False))
    english = client.get("wenju/article", params={**asked, "language": "en"}).text
    assert "The layout of this format cannot be shown" in english
    assert "download the file" not in english


# --- what is refused


@pytest.mark.parametrize("file", ["../a.pdf", "/etc/passwd", "./a.pdf", "a.pdf\0", "sub/../a.pdf", "", "x" * 1900])
@pytest.mark.parametrize("route", ["wenju/article", "wenju/page-image", "wenju/file"])
def test_only_files_of_the_index_are_ever_opened(client: httpx.Client, route: str, file: str) -> None:
    answer = client.get(route, params={"file": file, "page": 1, "width": 1000})
    assert answer.status_code in (404, 422)
    assert "root:" not in answer.text


def test_a_link_is_not_followed_though_the_index_names_it(client: httpx.Client, folder: Path) -> None:
    with closing(Index.open(folder / "index")) as index:
        assert "alias.pdf" in {entry.file for entry in index.manifest.documents}
    for route in ("wenju/page-image", "wenju/file"):
        assert client.get(route, params={"file": "alias.pdf", "page": 1, "width": 2000}).status_code == 404


@pytest.mark.parametrize("width", [1, 999, 10**9])
def test_a_page_comes_in_two_widths_only(client: httpx.Client, width: int) -> None:
    answer = client.get("wenju/page-image", params={"file": "a.pdf", "page": 1, "width": width})
    assert answer.status_code == 404


def test_a_file_that_has_changed_since_is_shown_as_the_text_that_was_indexed(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text_pdf(corpus / "a.pdf")
    rebuild(corpus, tmp_path / "index", progress=False, encoder=CountingEncoder())
    columns_pdf(corpus / "a.pdf")
    settings = ServeSettings(corpus=corpus, index=tmp_path / "index")
    with (
        closing(Index.open(tmp_path / "index")) as index,
        closing(launch(counting_qa(index, CountingEncoder()), "127.0.0.1", free_port(), settings=settings)) as page,
    ):
        asked: dict[str, str | int] = {"file": "a.pdf", "start": 1, "end": 2, "phrase": PHRASE, "language": "en"}
        html = httpx.get(f"{page.local_url}wenju/article", params=asked, trust_env=False, timeout=60).text
    assert "has changed since it was indexed" in html, html[:2000]
    assert "<mark>8765</mark>" in html
    assert "wj-box" not in html


def test_a_page_that_takes_too_long_is_given_up_and_the_next_one_is_drawn(folder: Path) -> None:
    with closing(Index.open(folder / "index")) as index:
        for limits in (OriginalLimits(seconds=0.0001), OriginalLimits(growth=1 << 20)):
            limited = Originals(folder / "corpus", limits)
            with closing(limited), pytest.raises(Unreadable) as refused:
                limited.page(index, "a.pdf", 1, 2000)
            assert "takes more than" in refused.value.en
        with closing(Originals(folder / "corpus")) as originals:
            assert originals.page(index, "a.pdf", 2, 1000).pages == 2
            with pytest.raises(Unreadable) as refused:
                originals.page(index, "a.pdf", 3, 1000)
            assert refused.value.en == "There is no such page."


# --- the file itself


def test_the_file_can_be_had_on_this_machine_as_it_is(client: httpx.Client, folder: Path) -> None:
    answer = client.get("wenju/file", params={"file": "账目.xlsx"})
    assert answer.content == (folder / "corpus" / "账目.xlsx").read_bytes()
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E8%B4%A6%E7%9B%AE.xlsx"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "下载原件" in client.get("wenju/article", params={"file": "茶园.txt", "start": 3}).text


@pytest.mark.parametrize(
    ("host", "settings", "allowed"),
    [
        ("127.0.0.1", {"read_only": True}, False),
        ("127.0.0.1", {"read_only": True, "downloads": True}, True),
        ("127.0.0.1", {"downloads": False}, False),
        ("0.0.0.0", {}, False),
        ("0.0.0.0", {"downloads": True}, True),
    ],
)
def test_elsewhere_the_file_is_kept_unless_it_is_asked_for(
    folder: Path, host: str, settings: dict[str, bool], allowed: bool
) -> None:
    port = free_port()
    with closing(Index.open(folder / "index")) as index:
        given = ServeSettings(corpus=folder / "corpus", index=folder / "index", **settings)  # type: ignore[arg-type]
        with closing(launch(counting_qa(index, CountingEncoder()), host, port, settings=given)):
            address = f"http://127.0.0.1:{port}/wenju/"
            answer = httpx.get(f"{address}file", params={"file": "茶园.txt"}, trust_env=False)
            shown = httpx.get(f"{address}article", params={"file": "茶园.txt", "start": 3}, trust_env=False)
    assert answer.status_code == (200 if allowed else 403)
    assert ("下载原件" in shown.text) == allowed


def open_files(name: str) -> int:
    """How often this process has a file of this name open."""
    links = []
    for descriptor in os.listdir("/proc/self/fd"):
        with suppress(OSError):  # closed meanwhile
            links.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    return sum(link.endswith(f"/{name}") for link in links)


@pytest.mark.skipif(sys.platform != "linux", reason="open files are looked up in /proc")
def test_whoever_breaks_a_download_off_leaves_no_file_open(served: Served, client: httpx.Client) -> None:
    where = client.base_url.host, client.base_url.port or 80
    request = b"GET /wenju/file?file=two.pdf HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for _ in range(50):
        with socket.create_connection(where, timeout=20) as connection:
            connection.sendall(request)
    assert client.get("wenju/file", params={"file": "two.pdf"}).status_code == 200
    until(lambda: open_files("two.pdf") == 0)
