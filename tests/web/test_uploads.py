from __future__ import annotations

import errno
import gzip
import io
import os
import resource
import tarfile
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest
from fpdf import FPDF

from chinese.errors import speaking
from embeddings.errors import PagesUnread, Unreadable
from embeddings.guarding.guarded import GuardedReader
from embeddings.reading.documents import list_files, read_document
from tests.embeddings.hostile import slow_pdf, word_of, workers
from tests.support import page, write_corpus
from web.documents.contents import check_content
from web.documents.uploads import Intake, Refused, Stored, UploadLimits, safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXT = page("港口扩建", "港口今年建成码头3座。").encode()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", {"a.txt": page("医院开业", "医院今年接诊12万人次。")})


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    return tmp_path / "upload"


def put(corpus: Path, upload: Path, name: str, data: bytes, limits: UploadLimits | None = None) -> Stored | Refused:
    upload.write_bytes(data)
    (result,) = Intake(corpus, limits).store([(name, upload)])
    return result


def refusal(corpus: Path, upload: Path, name: str, data: bytes) -> Refused:
    """Why a file is refused; the corpus is then as it was."""
    before = everything(corpus.parent)
    result = put(corpus, upload, name, data)
    assert isinstance(result, Refused)
    assert result.zh
    assert result.en
    assert everything(corpus.parent) == before | {upload.name}
    return result


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def word_file(parts: Mapping[str, bytes] | None = None) -> bytes:
    """A Word file, with parts added by their path."""
    document = docx.Document()
    document.add_paragraph("港口今年建成码头3座。")
    out = io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (parts or {}).items():
            archive.writestr(name, data)
    return out.getvalue()


def pdf_file(text: str = "The port has 3 quays.") -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("helvetica", size=12)
    document.cell(text=text)
    return bytes(document.output())


def zip_file(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return out.getvalue()


def tar_file() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    return out.getvalue()


# --- what is taken


def test_each_supported_format_can_be_added_and_read_back(corpus: Path, tmp_path: Path) -> None:
    files = {
        "新闻.txt": TEXT,
        "旧.txt": page("医院开业", "医院今年接诊12万人次,床位300张。").encode("gb18030"),
        "说明.md": "# 港口\n\n港口今年建成码头3座。\n".encode(),
        "page.HTML": "<html><body><p>港口今年建成码头3座。</p></body></html>".encode(),
        "报告.docx": word_file(),
        "report.pdf": pdf_file(),
    }
    uploads = []
    for number, (name, data) in enumerate(files.items()):
        place = tmp_path / f"upload-{number}"
        place.write_bytes(data)
        uploads.append((name, place))
    assert Intake(corpus).store(uploads) == [Stored(name, name) for name in files]
    assert list_files(corpus) == tuple(sorted(["a.txt", *files]))
    for name, data in files.items():
        assert (corpus / name).read_bytes() == data
        assert read_document(corpus, name).lines
    assert everything(corpus) == {"a.txt", *files}, "nothing hidden stays behind"


def test_a_first_file_makes_the_folder(tmp_path: Path, upload: Path) -> None:
    assert put(tmp_path / "new" / "corpus", upload, "a.txt", TEXT) == Stored("a.txt", "a.txt")
    assert list_files(tmp_path / "new" / "corpus") == ("a.txt",)


def test_the_same_content_is_not_added_twice_whatever_its_name(corpus: Path, upload: Path) -> None:
    put(corpus, upload, "b.txt", TEXT)
    result = refusal(corpus, upload, "c.txt", TEXT)
    assert "b.txt" in result.zh
    assert "b.txt" in result.en


def test_a_taken_name_gets_a_number_and_nothing_is_written_over(corpus: Path, upload: Path) -> None:
    before = (corpus / "a.txt").read_bytes()
    assert put(corpus, upload, "a.txt", TEXT) == Stored("a.txt", "a (2).txt")
    assert put(corpus, upload, "A.TXT", TEXT + b"x") == Stored("A.TXT", "A (3).TXT"), "one name on other systems"
    assert (corpus / "a.txt").read_bytes() == before
    assert (corpus / "a (2).txt").read_bytes() == TEXT


def test_a_long_taken_name_still_fits_with_its_number(corpus: Path, upload: Path) -> None:
    first = put(corpus, upload, "长" * 100 + ".txt", TEXT)
    second = put(corpus, upload, "长" * 100 + ".txt", TEXT + b"x")
    assert isinstance(first, Stored)
    assert isinstance(second, Stored)
    assert second.file.endswith(" (2).txt")
    assert len(first.file.encode()) <= 120
    assert len(second.file.encode()) <= 120


def test_many_visitors_adding_one_name_at_once_all_keep_their_file(corpus: Path, tmp_path: Path) -> None:
    results: list[Stored | Refused] = []
    intake = Intake(corpus)

    def add(number: int) -> None:
        place = tmp_path / f"upload-{number}"
        place.write_bytes(TEXT + str(number).encode())
        results.extend(intake.store([("同名.txt", place)]))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = {result.file for result in results if isinstance(result, Stored)}
    assert len(names) == 8
    assert {(corpus / name).read_bytes() for name in names} == {TEXT + str(number).encode() for number in range(8)}


def test_many_visitors_adding_one_content_at_once_leave_one_file(corpus: Path, tmp_path: Path) -> None:
    results: list[Stored | Refused] = []
    start, intake = threading.Barrier(8), Intake(corpus)

    def add(number: int) -> None:
        place = tmp_path / f"upload-{number}"
        place.write_bytes(TEXT)
        start.wait(30)
        results.extend(intake.store([(f"{number}.txt", place)]))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([result for result in results if isinstance(result, Stored)]) == 1
    assert len(list_files(corpus)) == 2


# --- limits


def test_files_beyond_the_count_are_refused_and_those_before_are_kept(corpus: Path, tmp_path: Path) -> None:
    uploads = []
    for number in range(3):
        place = tmp_path / f"upload-{number}"
        place.write_bytes(TEXT + str(number).encode())
        uploads.append((f"n{number}.txt", place))
    results = Intake(corpus, UploadLimits(files=2)).store(uploads)
    assert [type(result) for result in results] == [Stored, Stored, Refused]
    assert list_files(corpus) == ("a.txt", "n0.txt", "n1.txt")


def test_a_file_of_the_limit_is_taken_and_one_byte_more_is_not(corpus: Path, upload: Path) -> None:
    limits = UploadLimits(bytes=len(TEXT))
    assert isinstance(put(corpus, upload, "b.txt", TEXT, limits), Stored)
    result = put(corpus, upload, "c.txt", TEXT + b"x", limits)
    assert isinstance(result, Refused)
    assert "太大" in result.zh
    assert everything(corpus) == {"a.txt", "b.txt"}


def test_an_empty_file_is_refused(corpus: Path, upload: Path) -> None:
    assert "空" in refusal(corpus, upload, "b.txt", b"").zh


@pytest.fixture
def small_files() -> Iterator[None]:
    """Lets no file of this process grow beyond 64 KiB, as a full disk would not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_takes_no_more_leaves_nothing_half_written(
    corpus: Path, upload: Path, request: pytest.FixtureRequest
) -> None:
    upload.write_bytes(TEXT * 4000)
    request.getfixturevalue("small_files")
    (result,) = Intake(corpus).store([("b.txt", upload)])
    assert isinstance(result, Refused)
    assert os.strerror(errno.EFBIG) in result.en
    assert everything(corpus) == {"a.txt"}


def test_a_corpus_that_is_a_file_is_told_and_not_written_over(tmp_path: Path, upload: Path) -> None:
    (tmp_path / "corpus").write_text("kept")
    assert isinstance(put(tmp_path / "corpus", upload, "b.txt", TEXT), Refused)
    assert (tmp_path / "corpus").read_text() == "kept"


# --- names


@pytest.mark.parametrize(
    ("claimed", "given"),
    [
        ("../../evil.txt", "evil.txt"),
        ("..\\..\\evil.txt", "evil.txt"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("C:\\Windows\\win.txt", "win.txt"),
        ("sub/evil.txt", "evil.txt"),
        ("..\\/..\\/evil.txt", "evil.txt"),
        ("evil.pdf\0.txt", "evil.pdf.txt"),
        ("a\x1b[31mb\r\nc \n.txt", "a[31mb c.txt"),
        ("invoice\u202etxt.md", "invoicetxt.md"),
        ("\u2066a\u2069\u200b\ufeff.txt", "a.txt"),
        ("a\udcffb.txt", "ab.txt"),
        (".htaccess.txt", "htaccess.txt"),
        ("...hidden.txt", "hidden.txt"),
        ("~$lock.docx", "lock.docx"),
        (". ~$ .x.txt", "x.txt"),
        (".txt", "文档.txt"),
        ("  .txt", "文档.txt"),
        ("..txt", "文档.txt"),
        ("a.txt. . ", "a.txt"),
        ("a.txt:stream.txt", "a.txt_stream.txt"),
        ('a<b>"|?*.txt', "a_b_____.txt"),
        ("CON.txt", "_CON.txt"),
        ("nul.tar.txt", "_nul.tar.txt"),
        ("com1.txt", "_com1.txt"),
        ("console.txt", "console.txt"),
        ("cafe\u0301.txt", "caf\u00e9.txt"),
        ("年度 总结（终稿）.TXT", "年度 总结（终稿）.TXT"),
    ],
)
def test_a_name_keeps_its_meaning_and_loses_what_could_act(claimed: str, given: str) -> None:
    assert safe_name(claimed) == given


def test_a_long_name_is_cut_between_characters_and_keeps_its_suffix() -> None:
    name = safe_name("长" * 5000 + ".html")
    assert name == "长" * ((120 - 5) // 3) + ".html"


@pytest.mark.parametrize("claimed", ["../evil.txt", "..\\evil.txt", "/tmp/evil.txt", "sub/../../evil.txt"])
def test_a_name_with_a_path_lands_in_the_folder_and_nowhere_else(corpus: Path, upload: Path, claimed: str) -> None:
    assert put(corpus, upload, claimed, TEXT) == Stored(claimed, "evil.txt")
    assert everything(corpus.parent) == {"upload", "corpus", "corpus/a.txt", "corpus/evil.txt"}


def test_a_link_out_of_the_folder_is_neither_followed_nor_replaced(corpus: Path, upload: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (corpus / "sub").symlink_to(outside)
    (corpus / "b.txt").symlink_to(outside / "not-there.txt")
    assert put(corpus, upload, "sub/evil.txt", TEXT) == Stored("sub/evil.txt", "evil.txt")
    assert put(corpus, upload, "b.txt", TEXT + b"x") == Stored("b.txt", "b (2).txt")
    assert list(outside.iterdir()) == []
    assert (corpus / "b.txt").is_symlink()


def test_a_hostile_name_is_told_without_what_could_act(corpus: Path, upload: Path) -> None:
    assert refusal(corpus, upload, "\u202ebad\x1b[2J\n.exe", b"x").name == "\ufffdbad\ufffd[2J .exe"
    assert len(refusal(corpus, upload, "x" * 9999 + ".exe", b"x").name) <= 80


@pytest.mark.parametrize("name", ["run.exe", "noend", "", "..", ".", "a.txt.exe", "a.svg", "目录/"])
def test_other_formats_are_refused_with_those_that_can_be_read(corpus: Path, upload: Path, name: str) -> None:
    assert ".docx" in refusal(corpus, upload, name, TEXT).zh


# --- contents


@pytest.mark.parametrize(
    "suffix", [".zip", ".gz", ".tgz", ".7z", ".rar", ".tar", ".txt", ".md", ".html", ".pdf", ".docx"]
)
def test_archives_are_refused_under_their_own_and_under_a_false_suffix(corpus: Path, upload: Path, suffix: str) -> None:
    archives = [
        zip_file("a.txt"),
        zip_file(),
        gzip.compress(TEXT),
        tar_file(),
        b"7z\xbc\xaf\x27\x1c" + bytes(40),
        b"Rar!\x1a\x07\x01\x00" + bytes(40),
    ]
    for data in archives:
        reason = refusal(corpus, upload, f"a{suffix}", data)
        assert "压缩包" in reason.zh or ".docx" in reason.zh


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", TEXT),
        ("a.pdf", b"x" * 20 + b"%PDF-1.4"),
        ("a.docx", TEXT),
        ("a.docx", pdf_file()),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        ("a.docx", zip_file("word/document.xml")),
        ("a.docx", zip_file("[Content_Types].xml", "xl/workbook.xml")),
        ("a.txt", pdf_file()),
        ("a.html", word_file()),
        ("a.md", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4),
        ("a.txt", b"\x7fELF\x02\x01\x01" + bytes(100)),
        ("a.html", b"<html>\0\0<script>"),
        ("a.txt", b"{\\rtf1 text}"),
    ],
)
def test_content_that_is_not_what_the_suffix_says_is_refused(
    corpus: Path, upload: Path, name: str, data: bytes
) -> None:
    refusal(corpus, upload, name, data)


@pytest.mark.parametrize(
    ("suffix", "parts"),
    [
        (".docx", ("[Content_Types].xml", "word/document2.xml")),
        (".xlsx", ("[Content_Types].xml", "xl/workbook.xml")),
        (".xls", ("[Content_Types].xml", "xl/workbook.xml")),
        (".ods", ("mimetype", "content.xml")),
        (".epub", ("mimetype", "META-INF/container.xml")),
        (".ofd", ("OFD.xml", "Doc_0/Document.xml")),
    ],
)
def test_a_document_that_is_a_zip_file_is_no_archive(tmp_path: Path, suffix: str, parts: tuple[str, ...]) -> None:
    file = tmp_path / f"a{suffix}"
    file.write_bytes(zip_file(*parts))
    check_content(file, suffix)
    file.write_bytes(zip_file("notes.txt"))
    with pytest.raises(Unreadable, match="压缩包"):
        check_content(file, suffix)


def test_macros_are_refused_where_the_suffix_says_that_there_are_none(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(zip_file("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"))
    check_content(file, ".xlsm")
    with pytest.raises(Unreadable, match="宏"):
        check_content(file, ".xlsx")


def test_a_legacy_office_file_or_a_picture_is_left_to_its_reader_and_a_program_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a"
    for suffix, start in (
        (".doc", b"\xd0\xcf\x11\xe0"),
        (".doc", b"{\\rtf1"),
        (".xls", b"<html>"),
        (".png", b"\x89PNG"),
    ):
        file.write_bytes(start + bytes(600))
        check_content(file, suffix)
    for suffix in (".doc", ".png", ".txt", ".pdf"):
        file.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(600))
        with pytest.raises(Unreadable):
            check_content(file, suffix)


def test_a_scan_is_taken_in_though_reading_its_pages_is_left_to_the_build(
    corpus: Path, upload: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: object) -> None:
        raise PagesUnread((1, 2))

    monkeypatch.setattr(GuardedReader, "read", unread)
    assert isinstance(put(corpus, upload, "scan.pdf", pdf_file()), Stored)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_document_that_is_packed_as_none_is_does_not_keep_the_others_out(
    corpus: Path, tmp_path: Path, method: int
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        target.writestr("[Content_Types].xml", b"<Types/>" * 20)
        target.writestr("word/document.xml", b"<w/>")
    # What is packed stands after its header and its name, and begins with four bytes that say how it is packed.
    begins = 30 + len("[Content_Types].xml") + 4
    data = bytearray(out.getvalue())
    data[begins : begins + 8] = b"\xff" * 8
    (tmp_path / "odd").write_bytes(data)
    (tmp_path / "fine").write_bytes(TEXT)
    odd, fine = Intake(corpus).store([("a.docx", tmp_path / "odd"), ("b.txt", tmp_path / "fine")])
    assert isinstance(odd, Refused)
    assert "damaged" in odd.en
    assert isinstance(fine, Stored)


def test_a_list_of_parts_that_begins_before_the_file_is_damage_and_no_failed_writing(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    data = bytearray(zip_file("[Content_Types].xml", "word/document.xml"))
    data[data.rindex(b"PK\x05\x06") + 16] += 4
    file.write_bytes(data)
    with pytest.raises(Unreadable, match="损坏"):
        check_content(file, ".docx")


def test_word_files_with_macros_are_refused(corpus: Path, upload: Path) -> None:
    assert "宏" in refusal(corpus, upload, "a.docx", word_file({"word/vbaProject.bin": b"macro"})).zh


def test_a_word_file_that_calls_itself_macro_enabled_is_refused(corpus: Path, upload: Path) -> None:
    source, out = zipfile.ZipFile(io.BytesIO(word_file())), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "[Content_Types].xml":
                usual = b"vnd.openxmlformats-officedocument.wordprocessingml.document.main"
                assert usual in data
                data = data.replace(usual, b"vnd.ms-word.document.macroEnabled.main")
            target.writestr(name, data)
    assert "宏" in refusal(corpus, upload, "a.docx", out.getvalue()).zh


def test_a_word_file_with_a_million_parts_is_refused_before_they_are_counted_in_memory(
    corpus: Path, upload: Path
) -> None:
    assert "部件" in refusal(corpus, upload, "a.docx", b"PK\x03\x04" + b"PK\x01\x02".ljust(46, b"\0") * 20_000).zh


def test_a_word_file_that_unpacks_to_too_much_is_refused(corpus: Path, upload: Path) -> None:
    bomb = word_file({"word/extra.xml": bytes(100 << 20)})
    assert "过大" in refusal(corpus, upload, "a.docx", bomb).zh


def test_a_document_that_takes_too_long_or_too_much_memory_is_refused_with_the_reason(
    corpus: Path, upload: Path
) -> None:
    slow = put(corpus, upload, "a.pdf", slow_pdf(), UploadLimits(seconds=1))
    large = put(corpus, upload, "a.docx", word_of("港口" * 50, 100_000), UploadLimits(growth=64 << 20))
    text = put(corpus, upload, "a.txt", b"&\n" * 300_000, UploadLimits(growth=64 << 20))
    assert isinstance(slow, Refused)
    assert isinstance(large, Refused)
    assert isinstance(text, Refused)
    assert "超过 1 秒" in slow.zh
    assert "超过 64 MiB" in large.zh
    assert "超过 64 MiB" in text.zh
    assert everything(corpus) == {"a.txt"}
    assert workers() == [], "no process stays behind"


def test_a_document_without_text_is_refused_with_the_reason_in_both_languages(corpus: Path, upload: Path) -> None:
    document = FPDF()
    document.add_page()
    with speaking("en"):
        reason = refusal(corpus, upload, "blank.pdf", bytes(document.output()))
    assert reason.zh == "PDF 里没有文字。"
    assert reason.en == "The PDF holds no text."


def test_one_bad_file_does_not_keep_the_others_out(corpus: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(TEXT)
    bad.write_bytes(b"%PDF-1.4 broken")
    results = Intake(corpus).store([("bad.pdf", bad), ("gone.txt", tmp_path / "gone"), ("good.txt", good)])
    assert [type(result) for result in results] == [Refused, Refused, Stored]
    assert list_files(corpus) == ("a.txt", "good.txt")


def test_a_folder_is_no_upload(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (result,) = Intake(corpus).store([("a.txt", tmp_path / "folder")])
    assert isinstance(result, Refused)
    assert everything(corpus) == {"a.txt"}
