"""Texts in every encoding, and in several: nothing is read as garbage, and one bad byte costs no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from embeddings.guarding.cutting import read_pieces
from embeddings.reading.text.encodings import decode

if TYPE_CHECKING:
    from pathlib import Path

HAN = "高台县水务局关于东渠开工的通知\n各乡镇：现将有关事项通知如下，请认真执行。\n"
TRADITIONAL = "高臺縣水務局關於東渠開工的通知\n各鄉鎮：茲將有關事項通知如下，請查照。\n"
KOREAN = (
    "고대현 수자원국은 올해 예산을 3억 원으로 정했다고 말했다. 공사는 다음 달에 시작되며 2년이 걸릴 것으로 보인다.\n"
)
JAPANESE = "高台県の水道局は、今年の予算を3億円と決めたと発表しました。工事は来月から始まり、2年かかる見込みです。\n"
LOG = "2020-03-09 10:00:00 INFO served /index in 12 ms\n"


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be", "utf-16", "utf-16-le", "utf-16-be", "gbk"])
@pytest.mark.parametrize("before", ["", LOG * 1000])
def test_a_text_is_read_whatever_stands_before_its_first_chinese_word(encoding: str, before: str) -> None:
    assert decode((before + HAN).encode(encoding)) == before + HAN


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "utf-32-be", "utf-16-le"])
@pytest.mark.parametrize("before", ["", LOG * 1000])
def test_a_traditional_text_is_read_behind_pages_of_ascii(encoding: str, before: str) -> None:
    assert decode((before + TRADITIONAL).encode(encoding)) == before + TRADITIONAL


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(KOREAN, "euc_kr"), (KOREAN, "utf-16-le"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (JAPANESE, "utf-16-be")],
)
def test_korean_and_japanese_are_not_taken_for_chinese(text: str, encoding: str) -> None:
    assert decode((text * 3).encode(encoding)) == text * 3


@pytest.mark.parametrize(("odd", "encoding"), [("附：站长由孟川担任。\n", "gbk"), ("附：站長由孟川擔任。\n", "big5")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_in_another_encoding_is_read_among_lines_in_utf8(odd: str, encoding: str, place: int) -> None:
    texts = [HAN, TRADITIONAL]
    parts = [text.encode() for text in texts]
    texts.insert(place, odd)
    parts.insert(place, odd.encode(encoding))
    assert decode(b"".join(parts)) == "".join(texts)


def test_one_line_in_utf8_is_read_among_lines_in_gbk() -> None:
    assert decode(HAN.encode("gbk") * 5 + HAN.encode()) == HAN * 6


def test_a_bad_byte_costs_itself_alone() -> None:
    assert decode("东渠开工，".encode() + b"\xff" + "投资40万元。\n".encode()) == "东渠开工，\ufffd投资40万元。\n"
    assert decode(HAN.encode()[:-2] + b"\xfe\n") is not None


def test_characters_that_were_lost_before_do_not_cost_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("东渠\ufffd开工，\ufffd\ufffd长由孟\ufffd担任。")
    (note,) = read_pieces(tmp_path, "a.txt").notes
    assert (note.zh, note.en) == (
        "有 4 个字符无法辨认，显示为 \ufffd。",
        "4 characters could not be told and are shown as \ufffd.",
    )
    assert note.left_out


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_nuls_are_passed_over(encoding: str) -> None:
    text = "东\0渠开工\0\0\0投资40万元，由高台县水务局负责。\n" + "\0" * 5000
    assert decode(text.encode(encoding)) == "东渠开工 投资40万元，由高台县水务局负责。\n"


@pytest.mark.parametrize("data", [b"\0" * 100, b"MZ\x90\0\3\0\0\0\4\0", b"\x7fELF\2\1\1\0\0\0\0\3\0>\0\1\0\0\0"])
def test_a_program_is_no_text(data: bytes) -> None:
    assert decode(data) is None


def test_a_long_text_is_cut_at_a_line_and_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embeddings.reading.documents.LONGEST_TEXT", 1000)
    (tmp_path / "a.txt").write_text("东渠开工，投资3万元。\n" * 100)
    pieces = read_pieces(tmp_path, "a.txt")
    (note,) = pieces.notes
    assert note.zh == "全文 1200 个字符，只读了前 996 个（共 100 行，读到第 83 行）；请把文件拆小。"
    assert note.left_out
    assert next(iter(list(pieces.chunks())[-1].sources)).end == 83


def test_a_row_of_lines_of_a_log_is_no_paragraph(tmp_path: Path) -> None:
    rows = [f"2020-03-09 10:00:{second:02} INFO 东渠水位 {second} 厘米 正常 已记录" for second in range(10, 60)]
    (tmp_path / "a.log.txt").write_text("\n".join(rows))
    sentences = [s.text for chunk in read_pieces(tmp_path, "a.log.txt").chunks() for s in chunk.sentences]
    assert list(dict.fromkeys(sentences)) == rows
