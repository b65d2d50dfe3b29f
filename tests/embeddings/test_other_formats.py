"""Old Word, WPS Writer, RTF, OpenDocument, OFD, EPUB, mail and web archives: what a reader would find in them."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embeddings.errors import Unreadable
from embeddings.reading.containers import archives
from embeddings.reading.documents import read_document
from embeddings.reading.word.field_codes import equation_field
from embeddings.reading.word.word97_text import shown as shown_in_word97
from embeddings.types import Document
from tests.embeddings.office import paragraph, read, shown, word_file, zipped

FORMATS = Path(__file__).parents[1] / "data" / "formats"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")


def texts(document: Document) -> list[str]:
    return [line.text for line in document.lines if line.text]


def notes(document: Document) -> list[str]:
    return [note.text for note in document.notes]


# --- .doc and .wps


def test_a_file_of_wps_writer_has_headings_numbers_and_its_table() -> None:
    document = read_document(FORMATS, "camping.wps")
    lines = shown(document)
    assert lines[:3] == [(1, "春季露营活动指南", 1), (2, "一、活动筹备清单", 2), (3, "1. 必备露营装备", 3)]
    assert (8, "1. 提前处理分装生食：腌制好的牛羊肉串、切好的蔬菜盒", None) in lines
    assert "日期：第二天；上午行程：晨起观鸟，自助早餐制作；下午行程：湖边垂钓+户外摄影创作" in lines[12][1]
    assert notes(document) == ["Paragraphs: 22, tables: 1.", "Not read: text in pictures (1)."]


def test_cells_of_an_old_word_table_are_not_run_together() -> None:
    assert texts(read_document(FORMATS, "merged.doc"))[-1] == "A：K。"


def test_fields_of_old_word_show_their_result_and_no_page_number() -> None:
    assert (
        shown_in_word97('见\x13 HYPERLINK "http://x.invalid" \x14水务公报\x15第\x13 PAGE \x145\x15页\x1e1\r')
        == "见水务公报第页-1"
    )


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (r"eq \o\ac(○,12)", "⑫"),
        (r"EQ \f(3,8)", "3/8"),
        (r'EQ \* jc2 \* "Font:MS Mincho" \* hps10 \o\ad(\s\up 9(qú),渠)', "渠"),
        (r"EQ \r(2)", "√2"),
        (r"PAGE", ""),
    ],
)
def test_equations_that_word_computes_are_said_by_their_code(code: str, text: str) -> None:
    assert equation_field(code) == text
    assert shown_in_word97(f"第\x13{code}\x15项\r") == f"第{text}项"


def test_half_a_character_in_old_word_is_no_lone_surrogate() -> None:
    assert shown_in_word97("\ud840\udc00和\ud840") == "\U00020000和\ufffd"


@pytest.mark.parametrize("suffix", [".doc", ".wps", ".docx", ".rtf"])
def test_the_content_says_what_a_file_is_not_its_suffix(tmp_path: Path, suffix: str) -> None:
    """Systems that export .doc write RTF, HTML or .docx."""
    contents = {
        "word": word_file(paragraph("水库蓄水。")),
        "rtf": rb"{\rtf1\ansi\ansicpg936 \'cb\'ae\'bf\'e2\'d0\'ee\'cb\'ae\'a1\'a3\par}",
        "html": "<html><body><p>水库蓄水。</p></body></html>".encode("gbk"),
        "mail": b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<p>" + "水库蓄水。</p>".encode(),
    }
    for kind, content in contents.items():
        assert texts(read(tmp_path, kind + suffix, content)) == ["水库蓄水。"], kind


# --- .rtf


def rtf(body: str, head: str = "") -> bytes:
    """An RTF file as Word writes Chinese: two codes a character, in the font that has the character set."""
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fnil\fcharset134 SimSun;}{\f2\fcharset136 MingLiU;}}"
    coded = "".join(
        char if ord(char) < 128 else "".join(f"\\'{byte:02x}" for byte in char.encode("gbk")) for char in body
    )
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{fonts}{head}\\f1 {coded}}}".encode("ascii")


def test_chinese_in_rtf_is_read_in_the_font_s_character_set(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "a.rtf", rtf(r"青渠灌区\par 长31公里。\par"))) == ["青渠灌区", "长31公里。"]
    by_number = r"{\rtf1\ansi\uc2 \u27700\'cb\'ae\u-27129\'b3\'c1{\f2 \'a4\'f4}\par}"
    assert texts(read(tmp_path, "b.rtf", by_number.encode())) == ["水" + chr(0x10000 - 27129) + "¤ô"]


def test_tables_notes_margins_and_powers_of_rtf_are_kept_apart(tmp_path: Path) -> None:
    body = (
        r"{\header 青渠水〔2031〕5号\par}{\footer 第{\field{\*\fldinst PAGE}{\fldrslt 3}}页\par}"
        r"\pard\s1 概况\par\pard 库容3.7×10{\super 6}立方米{\footnote \pard 不含死库容。}。{\v 隐}\par"
        r"\trowd\cellx100\cellx200\pard\intbl 站\cell 台\cell\row"
        r"\trowd\cellx100\cellx200\intbl 东\par 站\cell 3\cell\row"
        r"\pard{\listtext 1.\tab}末段{\pict\pngblip 89504e47}\par"
    )
    document = read(tmp_path, "a.rtf", rtf(body, r"{\stylesheet{\s1 heading 1;}}"))
    assert shown(document) == [
        (1, "青渠水〔2031〕5号", None),
        (1, "概况", 1),
        (2, "库容3.7×10⁶立方米。", None),
        (2, "不含死库容。", None),
        (3, "站：台。", None),
        (4, "东站：3。", None),
        (5, "1.\t末段", None),
    ]
    assert notes(document) == ["Paragraphs: 3, tables: 1.", "Not read: text in pictures (1)."]


def test_rtf_of_other_programs_is_read() -> None:
    assert texts(read_document(FORMATS, "japanese.rtf")) == ["Hello", "こんにちは", "Test", "テスト"]
    assert texts(read_document(FORMATS, "cells.rtf")) == ["Fax / Phone Station：Fax / Phone #。"]


# --- .odt


def odt(body: str, styles: str = "", margins: str = "") -> bytes:
    names = ("office", "text", "table", "style", "drawing")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}>{content}</office:text></office:body>"
            "</office:document-content>",
            "styles.xml": f"<office:document-styles {spaces}><office:master-styles>{margins}</office:master-styles>"
            "</office:document-styles>",
        }
    )


def test_open_document_text_has_levels_numbers_tables_and_notes(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="T"><style:text-properties style:text-position="super 58%"/></style:style>'
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
        'style:num-format="一, 二, 三, ..." style:num-suffix="、"/></text:list-style>'
    )
    body = (
        "<text:tracked-changes><text:p>删去的</text:p></text:tracked-changes>"
        '<text:h text:outline-level="2">概况</text:h>'
        '<text:p>库容10<text:span text:style-name="T">6</text:span>方<text:note>'
        "<text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>据年报。</text:p></text:note-body></text:note>。<text:s text:c='2'/>完</text:p>"
        '<text:list text:style-name="L"><text:list-item><text:p>水源</text:p></text:list-item><text:list-item>'
        "<text:p>水价</text:p></text:list-item></text:list><table:table><table:table-row>"
        "<table:table-cell><text:p>站</text:p></table:table-cell><table:table-cell><text:p>台</text:p></table:table-cell>"
        "<table:table-cell><text:p>人</text:p></table:table-cell></table:table-row><table:table-row>"
        '<table:table-cell><text:p>东</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2">'
        "<text:p>3</text:p></table:table-cell></table:table-row></table:table>"
    )
    margins = "<style:header><text:p>青渠水〔2031〕5号</text:p></style:header>"
    assert shown(read(tmp_path, "a.odt", odt(body, styles, margins))) == [
        (1, "青渠水〔2031〕5号", None),
        (1, "概况", 2),
        (2, "库容10⁶方。  完", None),
        (2, "据年报。", None),
        (3, "一、水源", None),
        (4, "二、水价", None),
        (6, "站：东；台：3；人：3。", None),
    ]


def test_a_list_of_open_office_is_numbered() -> None:
    assert texts(read_document(FORMATS, "list.odt"))[1:4] == ["1. 9498888888", "2. 9497777777", "3. (949) 666 - 6666"]


# --- .ofd


def test_pages_of_an_official_document_in_ofd_are_read() -> None:
    document = read_document(FORMATS, "decision.ofd")
    assert document.unit == "page"
    assert [text for number, text, _ in shown(document) if number == 1][1:4:2] == [
        "立案决定书",
        "根据《中华人民共和国刑事诉讼法》第   测试数据FLTK",
    ]
    assert notes(document) == ["Pages: 2."]


def test_an_ofd_of_pictures_says_so(tmp_path: Path) -> None:
    page = '<Document><CommonData/><Pages><Page ID="1" BaseLoc="p.xml"/></Pages></Document>'
    entry = "<OFD><DocBody><DocRoot>d.xml</DocRoot></DocBody></OFD>"
    with pytest.raises(Unreadable, match="pictures"):
        read(tmp_path, "a.ofd", zipped({"OFD.xml": entry, "d.xml": page, "p.xml": "<Page><Content/></Page>"}))


# --- .epub


def epub(*chapters: str, **more: str) -> bytes:
    names = range(len(chapters))
    items = "".join(f'<item id="c{at}" href="c%20{at}.xhtml" media-type="application/xhtml+xml"/>' for at in names)
    spine = "".join(f'<itemref idref="c{at}"/>' for at in reversed(names))
    return zipped(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>',
            "O/b.opf": "<package><metadata><title>渠志</title><date>2031-05-02</date></metadata>"
            f"<manifest>{items}</manifest><spine>{spine}<itemref idref='none'/></spine></package>",
            **{f"O/c {at}.xhtml": f"<html><body>{chapter}</body></html>" for at, chapter in enumerate(chapters)},
            **more,
        }
    )


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    document = read(tmp_path, "a.epub", epub("<h1>下</h1><p>秋灌。</p>", "<h1>上</h1><p>春灌。</p>"))
    assert shown(document) == [(1, "上", 1), (2, "春灌。", None), (3, "下", 1), (4, "秋灌。", None)]
    assert (document.title, document.date, notes(document)) == ("渠志", "2031-05-02", ["Chapters: 2."])
    assert "This is the text for chapter Two" in texts(read_document(FORMATS, "book.epub"))


def test_a_book_that_its_seller_locked_says_so(tmp_path: Path) -> None:
    lock = '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>'
    with pytest.raises(Unreadable, match="locked"):
        read(tmp_path, "a.epub", epub("<p>文</p>", **{"META-INF/encryption.xml": lock}))


# --- .eml and .mhtml


def mail(text: str = "请于周五前报送水量。") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "报送水量的通知"
    message["From"] = "闻人溪 <a@example.invalid>"
    message["To"] = "b@example.invalid"
    message["Date"] = "Tue, 06 May 2031 09:30:00 +0800"
    message.set_content(text)
    return message


def test_a_mail_says_who_wrote_to_whom_when_what_with_its_attachments(tmp_path: Path) -> None:
    message = mail()
    message.add_alternative("<p>请于周五前报送水量。</p>", subtype="html")
    message.add_attachment(
        word_file(paragraph("上年4.2万方。")), maintype="application", subtype="x", filename="水量.docx"
    )
    message.add_attachment(b"PK..", maintype="application", subtype="zip", filename="../包.zip")
    message.add_attachment(mail("内层。"))
    document = read(tmp_path, "a.eml", message.as_bytes())
    assert (document.title, document.date) == ("报送水量的通知", "2031-05-06")
    assert texts(document) == [
        "报送水量的通知",
        "发件人：闻人溪 <a@example.invalid>",
        "收件人：b@example.invalid",
        "时间：2031-05-06 09:30",
        "请于周五前报送水量。",
        "附件：水量.docx",
        "上年4.2万方。",
        "报送水量的通知",
        "发件人：闻人溪 <a@example.invalid>",
        "收件人：b@example.invalid",
        "时间：2031-05-06 09:30",
        "内层。",
    ]
    assert notes(document) == [
        "Attachment 水量.docx.",
        "Attachment not read: 包.zip: Save it as a file of its own, in a format that can be read.",
    ]


def test_a_mail_in_gbk_without_a_plain_text_is_read(tmp_path: Path) -> None:
    body = b64encode("<p>秋灌<b>停水</b>两天。</p>".encode("gbk"))
    head = b"From: a@example.invalid\nSubject: =?gb2312?B?" + b64encode("停水".encode("gbk")) + b"?=\n"
    head += b"Content-Type: text/html; charset=gb2312\nContent-Transfer-Encoding: base64\n\n"
    document = read(tmp_path, "a.eml", head + body)
    assert (document.title, texts(document)[-1]) == ("停水", "秋灌停水两天。")


def test_attachments_of_other_people_s_mails_are_read() -> None:
    assert "This is Test TXTB File for parser" in texts(read_document(FORMATS, "attachments.eml"))


def test_mails_in_mails_end(tmp_path: Path) -> None:
    message = mail("最里层。")
    for _ in range(30):
        outer = mail("又一层。")
        outer.add_attachment(message)
        message = outer
    document = read(tmp_path, "a.eml", message.as_bytes())
    assert texts(document).count("又一层。") == 3
    assert notes(document) == ["Not read: mails deeper inside."]


def test_a_web_archive_is_its_page(tmp_path: Path) -> None:
    frames = '--x\nContent-Type: text/html\n\n<frameset><frame src="cid:1"></frameset>\n'
    page = "--x\nContent-Type: text/html; charset=utf-8\n\n<title>渠</title><h1>渠</h1><p>通水。\n"
    head = 'From: <Saved>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary="x"'
    archive = f"{head}\n\n{frames}{page}--x--\n"
    for name in ("a.mht", "a.mhtml"):
        document = read(tmp_path, name, archive.encode())
        assert (document.title, shown(document)) == ("渠", [(1, "渠", 1), (2, "通水。", None)])


# --- others


def test_a_log_is_a_text(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "a.log", "2031-05-06 闸门开启\n".encode())) == ["2031-05-06 闸门开启"]


@pytest.mark.parametrize("name", ["a.zip", "a.RAR", "a.7z", "a.tar"])
def test_an_archive_is_named_as_one(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable, match="unpack it"):
        read(tmp_path, name, b"x")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.docx", zipped({"a.txt": "x"}), "An archive, no document"),
        ("a.odt", b"PK\x03\x04 cut", "Damaged"),
        ("a.ofd", zipped({"OFD.xml": "<OFD/>"}), "Not an OFD file"),
        ("a.rtf", b"plain", "Damaged"),
        ("a.rtf", b"{\\rtf1 " + b"{" * 5000, "Damaged"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "Damaged"),
        ("a.doc", b"<?xml?><w:wordDocument xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'/>", "in XML"),
        ("a.epub", zipped({"META-INF/container.xml": "<container/>"}), "Damaged"),
        ("a.eml", b"nothing here", "Not a mail"),
        ("a.mht", b"Subject: x\n\ntext", "No page"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(tmp_path, name, content)


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.ofd", "a.epub"])
def test_a_zip_bomb_is_refused_in_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(archives, "_LARGEST_PART", 1 << 20)
    part = {
        "a.docx": "word/document.xml",
        "a.odt": "content.xml",
        "a.ofd": "OFD.xml",
        "a.epub": "META-INF/container.xml",
    }[name]
    with pytest.raises(Unreadable, match="too large when unpacked"):
        read(tmp_path, name, zipped({"mimetype": "x", part: bytes(2 << 20)}))


def test_no_entity_of_an_open_document_is_resolved(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text"))
    tree = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt"><!ENTITY y "{"z" * 1000}">]>'
    tree += f"<office:document-content {spaces}><office:body><office:text><text:p>正文&x;&y;</text:p></office:text>"
    data = zipped({"mimetype": "x", "content.xml": f"{tree}</office:body></office:document-content>"})
    assert texts(read(tmp_path, "a.odt", data)) == ["正文"]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(name=st.sampled_from(sorted(os.listdir(FORMATS))), data=st.data())
def test_any_damage_to_a_real_file_gives_text_or_a_reason(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray((FORMATS / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        document = read(tmp_path, name, bytes(content[: data.draw(st.integers(1, len(content)))]))
    except Unreadable:
        return
    numbers = [line.number for line in document.lines]
    assert numbers == sorted(numbers)
    "".join(line.text for line in document.lines).encode()


def test_readers_load_no_network_and_no_heavy_library() -> None:
    """A question has no need of them, and a reader of texts none of what speaks to the network."""
    program = "import sys, embeddings.reading.documents; "
    program += "from embeddings.reading.word import office_files, word97_text, rtf_text, odt_text; "
    program += "from embeddings.reading.word.docx import docx_text; from embeddings.reading.markup import epub_text; "
    program += "print([name for name in ('torch', 'requests', 'httpx', 'docx') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
