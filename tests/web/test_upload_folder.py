"""What is uploaded lies in a folder of this server alone, counted, and goes again whatever happens to it."""

from __future__ import annotations

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from chinese.errors import WenjuError
from embeddings.errors import Unreadable
from tests.conftest import REPOSITORY
from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.visiting import UPLOAD, Visitor
from web.documents.receiving import MOST_FILES, file_name
from web.documents.upload_folder import FolderLimits, UploadFolder
from web.door.access import ServeSettings
from web.door.own_files import own_upload
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.serving.server import Served

TEXT = "灯塔落成\n\n灯塔高87米，投资2300万元。\n".encode()
FORM = {"content-type": "multipart/form-data; boundary=b"}
HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
HOLDER = """
import sys
from web.documents.upload_folder import UploadFolder
folder = UploadFolder()
print(folder.path, flush=True)
sys.stdin.read()
"""


def _held(uploads: UploadFolder, file: str | Path) -> bool:
    try:
        own_upload(str(file), uploads.path)
    except Unreadable:
        return False
    return True


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this test alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def served(disk: Path, tmp_path: Path) -> Iterator[Served]:
    with closing(serving(tmp_path)) as served:
        yield served


@pytest.fixture
def visitor(served: Served) -> Iterator[Visitor]:
    with Visitor(served.local_url) as visitor:
        yield visitor


def serving(folder: Path) -> Served:
    settings = ServeSettings(corpus=folder / "corpus", index=folder / "index", requests_per_minute=50)
    return launch(HandMadeQA(), "127.0.0.1", free_port(), settings=settings)


def files_in(folder: Path) -> list[str]:
    """The files somewhere in a folder, but for the lock that says that it is in use."""
    return sorted(path.name for path in folder.rglob("*") if not path.is_dir() and path.name != ".in-use")


def limit(served: Served, monkeypatch: pytest.MonkeyPatch, **limits: Any) -> list[float]:
    """Set other limits, and a clock that stands still until its time is set."""
    now = [0.0]
    monkeypatch.setattr(served.desk.uploads, "_limits", FolderLimits(**limits))
    monkeypatch.setattr(served.desk.uploads, "_clock", lambda: now[0])
    return now


def discarding(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Is set once an upload was removed."""
    done, discard = threading.Event(), UploadFolder.discard

    def told(folder: UploadFolder, batch: Any) -> None:
        discard(folder, batch)
        done.set()

    monkeypatch.setattr(UploadFolder, "discard", told)
    return done


# --- where


def test_nobody_but_the_servers_own_account_can_enter_the_folder_or_read_a_file(disk: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(serving(tmp_path)) as served, Visitor(served.local_url) as visitor:
            (path,) = visitor.uploads(("a.txt", TEXT)).json()
            way = [Path(path), *Path(path).parents]
            modes = [stat.S_IMODE(item.stat().st_mode) for item in way[: way.index(disk)]]
    finally:
        os.umask(before)
    assert modes[0] == 0o600
    assert set(modes[1:]) == {0o700}


def test_a_folder_named_gradio_that_belongs_to_someone_else_is_in_nobodys_way(disk: Path, tmp_path: Path) -> None:
    (disk / "gradio").write_text("of another account", encoding="utf-8")
    with closing(serving(tmp_path)) as served, Visitor(served.local_url) as visitor:
        assert "Added a.txt" in visitor.adds(visitor.uploads(("a.txt", TEXT)).json())
    assert (disk / "gradio").read_text(encoding="utf-8") == "of another account"


@pytest.mark.parametrize(
    ("claimed", "given"),
    [
        ("../../evil.txt", "evil.txt"),
        ("..\\..\\evil.txt", "evil.txt"),
        ("/etc/cron.d/evil.txt", "evil.txt"),
        ("a\0b\n.txt", "ab.txt"),
        ("..", "_"),
        ("", "_"),
        (". . .", "_"),
        ("年度（终稿）.docx", "年度（终稿）.docx"),
        ("长" * 300 + ".pdf", "长" * 65 + ".pdf"),
        ("a." + "x" * 300, "a." + "x" * 198),
    ],
)
def test_a_claimed_name_names_a_file_and_no_place(claimed: str, given: str) -> None:
    assert file_name(claimed) == given


def test_an_upload_lands_in_the_folder_whatever_name_it_claims(served: Served, visitor: Visitor) -> None:
    paths = visitor.uploads(("../../../evil.txt", TEXT), ("evil.txt", TEXT)).json()
    assert len(set(paths)) == 2
    assert all(Path(path).is_relative_to(served.desk.uploads.path) for path in paths)
    assert all(_held(served.desk.uploads, path) for path in paths)


def test_only_plain_files_of_the_folder_are_held(served: Served, visitor: Visitor, tmp_path: Path) -> None:
    (path,) = visitor.uploads(("a.txt", TEXT)).json()
    uploads, outside = served.desk.uploads, tmp_path / "secret.txt"
    outside.write_bytes(TEXT)
    link = Path(path).with_name("link.txt")
    link.symlink_to(outside)
    odd = (link, outside, Path(path).parent, uploads.path, f"{path}/../link.txt", "relative.txt", "/etc/passwd", "a\0b")
    assert _held(uploads, path)
    assert [_held(uploads, file) for file in odd] == [False] * len(odd)


def test_no_other_address_takes_files(visitor: Visitor, disk: Path) -> None:
    for path in ("/gradio_api/component_server", "/gradio_api/process_recording", "/gradio_api/queue/join", "/login"):
        assert visitor.client.post(path, files={"files": ("a.txt", TEXT)}).status_code == 404
    assert files_in(disk) == []


def test_any_spelling_of_the_address_takes_uploads_the_same_way(served: Served, visitor: Visitor) -> None:
    for path in ("gradio_api/upload/", "/gradio_api//upload", "gradio_api/upload?upload_id=x"):
        answer = visitor.client.post(f"{served.local_url}{path}", files={"files": ("a.txt", TEXT)})
        (file,) = answer.json()
        assert _held(served.desk.uploads, file)


# --- how much


def test_uploads_count_towards_the_requests_of_a_minute(visitor: Visitor) -> None:
    statuses = [visitor.uploads(("a.txt", TEXT)).status_code for _ in range(55)]
    assert statuses == [200] * 50 + [429] * 5


def test_what_one_visitor_leaves_lying_is_bounded_and_the_others_go_on(
    served: Served, monkeypatch: pytest.MonkeyPatch, disk: Path
) -> None:
    now = limit(served, monkeypatch, of_one=1 << 20, of_all=3 << 19, seconds=60)
    large = ("a.txt", b"x" * 600_000)
    with Visitor(served.local_url) as first, Visitor(served.local_url, "127.0.0.2") as second:
        (kept,) = first.uploads(large).json()
        refused = first.uploads(large)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        assert refused.text.startswith("Too many uploads wait to be added.")
        assert files_in(disk) == ["a.txt"]
        assert second.uploads(("b.txt", b"x" * 600_000)).status_code == 200
        assert second.uploads(("c.txt", b"x" * 300_000)).status_code == 429, "that of all is full"
        assert "Added a.txt" in first.adds([kept])
        assert second.uploads(("c.txt", b"x" * 300_000)).status_code == 200, "what was added counts no longer"
        now[0] = 60
        served.desk.uploads.sweep()
        assert (served.desk.uploads.size, files_in(disk)) == (0, [])
        assert first.uploads(large).status_code == 200


def test_empty_files_count_too(served: Served, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(served, monkeypatch, of_one=1 << 20)
    assert visitor.uploads(*[(f"{number}.txt", b"") for number in range(MOST_FILES)]).status_code == 429
    assert served.desk.uploads.size == 0


def test_a_file_and_a_number_of_files_above_the_limit_leave_nothing(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, disk: Path
) -> None:
    many = visitor.uploads(*[(f"{number}.txt", b"x") for number in range(MOST_FILES + 1)])
    monkeypatch.setattr("web.documents.receiving.FILE_BYTES", 1 << 20)
    large = visitor.uploads(("a.txt", TEXT), ("b.txt", bytes((1 << 20) + 1)))
    assert (many.status_code, large.status_code) == (413, 413)
    assert many.text == "At most 100 files at once; send the rest after these."
    assert large.text == "The file is too large, at most 1 MiB."
    assert files_in(disk) == []
    assert visitor.uploads(("b.txt", bytes(1 << 20))).status_code == 200


# --- what goes


def test_what_was_added_and_what_was_not_are_both_gone_afterwards(
    visitor: Visitor, disk: Path, tmp_path: Path, served: Served
) -> None:
    paths = visitor.uploads(("a.txt", TEXT), ("b.exe", b"MZ"), ("c.pdf", TEXT)).json()
    assert len(files_in(disk)) == 3
    said = visitor.adds(paths)
    assert "Added a.txt" in said
    assert "Not added b.exe" in said
    assert "Not added c.pdf" in said
    assert (files_in(disk), served.desk.uploads.size) == ([], 0)
    assert [path.name for path in (tmp_path / "corpus").iterdir()] == ["a.txt"]


def test_an_upload_whose_connection_is_cut_leaves_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch, disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    arriving, done, add_file = threading.Event(), discarding(monkeypatch), UploadFolder.add_file

    def told(folder: UploadFolder, batch: Any, name: str) -> int:
        arriving.set()
        return add_file(folder, batch, name)

    monkeypatch.setattr(UploadFolder, "add_file", told)
    address = urlsplit(served.local_url)
    with socket.create_connection((str(address.hostname), address.port or 0)) as cut:
        head = f"POST {UPLOAD} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 9000000\r\n"
        cut.sendall(head.encode() + b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + HEAD + bytes(500_000))
        assert arriving.wait(60)
        assert not done.is_set()
    assert done.wait(60)
    assert (files_in(disk), served.desk.uploads.size) == ([], 0)
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=b", HEAD + TEXT),
        ("multipart/form-data; boundary=b", HEAD + TEXT + b"\r\n--b\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\n" + b"X" * 70_000),
        ("multipart/form-data; boundary=b", TEXT),
        ("multipart/form-data; boundary=b", b""),
        ("text/plain", TEXT),
        ("", TEXT),
    ],
)
def test_a_broken_form_is_a_sentence_and_leaves_nothing(
    visitor: Visitor, served: Served, disk: Path, kind: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    answer = visitor.client.post(UPLOAD, content=body, headers={"content-type": kind, "accept-language": "en"})
    assert answer.status_code == 400
    assert answer.text == "The upload is incomplete, or no multipart/form-data. Try again."
    assert files_in(disk) == []
    assert list(served.desk.uploads.path.iterdir()) == []
    assert caplog.text == ""


def test_what_is_never_added_is_removed_after_some_minutes_and_no_sooner(
    served: Served, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, disk: Path
) -> None:
    now = limit(served, monkeypatch, seconds=600)
    visitor.uploads(("early.txt", TEXT))
    now[0] = 300
    visitor.uploads(("late.txt", TEXT))
    now[0] = 599
    served.desk.uploads.sweep()
    assert files_in(disk) == ["early.txt", "late.txt"]
    now[0] = 600
    served.desk.uploads.sweep()
    assert files_in(disk) == ["late.txt"]


def test_the_server_looks_for_it_by_itself(monkeypatch: pytest.MonkeyPatch, disk: Path, tmp_path: Path) -> None:
    monkeypatch.setattr("web.documents.upload_folder._SWEEP_SECONDS", 0.01)
    with closing(serving(tmp_path)) as served, Visitor(served.local_url) as visitor:
        now = limit(served, monkeypatch, seconds=600)
        assert visitor.uploads(("a.txt", TEXT)).status_code == 200
        done = discarding(monkeypatch)
        now[0] = 601
        assert done.wait(60)
        assert files_in(disk) == []


def test_a_file_that_is_being_added_is_left_alone_however_long_it_takes(
    served: Served, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, disk: Path
) -> None:
    now = limit(served, monkeypatch, seconds=600)
    paths = visitor.uploads(("a.txt", TEXT), ("b.txt", TEXT)).json()
    with served.desk.uploads.taking(paths[:1]):
        now[0] = 10_000
        served.desk.uploads.sweep()
        assert files_in(disk) == ["a.txt", "b.txt"]
    assert files_in(disk) == [], "what came with it is not kept either"


def test_a_path_of_somewhere_else_removes_nothing(served: Served, tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_bytes(TEXT)
    for path in (victim, f"{served.desk.uploads.path}/../../../victim.txt", served.desk.uploads.path, "/", ""):
        with served.desk.uploads.taking([path]):
            pass
    assert victim.read_bytes() == TEXT
    assert served.desk.uploads.path.is_dir()


def test_with_the_server_its_folder_ends_and_gradio_is_told_what_it_was_told_before(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", "/before")
    with closing(serving(tmp_path)) as served, Visitor(served.local_url) as visitor:
        assert visitor.uploads(("a.txt", TEXT)).status_code == 200
        assert served.desk.uploads.path.is_relative_to(os.environ["GRADIO_TEMP_DIR"])
    assert list(disk.iterdir()) == []
    assert os.environ["GRADIO_TEMP_DIR"] == "/before"


def test_a_server_that_cannot_start_leaves_no_folder(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("no page")

    monkeypatch.setattr("web.serving.page.build_page", fails)
    with pytest.raises(RuntimeError, match="no page"):
        serving(tmp_path)
    assert list(disk.iterdir()) == []


def test_two_pages_of_one_process_have_a_folder_each_and_the_one_outlives_the_other(disk: Path, tmp_path: Path) -> None:
    with closing(serving(tmp_path)) as first:
        with closing(serving(tmp_path)) as second, Visitor(second.local_url) as visitor:
            (path,) = visitor.uploads(("a.txt", TEXT)).json()
            assert _held(second.desk.uploads, path)
            assert not _held(first.desk.uploads, path)
        with Visitor(first.local_url) as visitor:
            assert "Added b.txt" in visitor.adds(visitor.uploads(("b.txt", TEXT)).json())
    assert list(disk.iterdir()) == []


def test_what_a_killed_server_left_is_removed_at_the_next_start_and_that_of_a_running_one_is_not(
    disk: Path, tmp_path: Path
) -> None:
    killed, running = holder(disk), holder(disk)
    left, used = (Path(str(process.stdout and process.stdout.readline()).strip()) for process in (killed, running))
    try:
        killed.send_signal(signal.SIGKILL)
        killed.wait(60)
        for folder in (left, used):
            (folder / "a.txt").write_bytes(TEXT)
            os.utime(folder.parent, (0, 0))
        foreign = disk / "wenju-uploads-link"
        foreign.symlink_to(tmp_path)
        with closing(serving(tmp_path)):
            assert not left.parent.exists()
            assert (used / "a.txt").read_bytes() == TEXT
        assert foreign.is_symlink()
    finally:
        for process in (killed, running):
            process.kill()
            process.communicate()


def holder(disk: Path) -> subprocess.Popen[str]:
    """Another process with such a folder."""
    environment = {**os.environ, "TMPDIR": str(disk), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_that_name_of_another_account_is_neither_used_nor_removed(disk: Path, tmp_path: Path) -> None:
    theirs = disk / "wenju-uploads-theirs"
    theirs.mkdir()
    (theirs / "a.txt").write_bytes(TEXT)
    os.chown(theirs, 12345, 12345)
    os.utime(theirs, (0, 0))
    with closing(serving(tmp_path)) as served:
        assert not served.desk.uploads.path.is_relative_to(theirs)
    assert files_in(disk) == ["a.txt"]


# --- a full disk


def full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "seam",
    ["web.documents.receiving._write", "web.documents.upload_folder.Path.mkdir", "web.documents.upload_folder.os.open"],
)
def test_a_full_disk_is_a_sentence_and_with_room_the_next_upload_is_taken(
    visitor: Visitor, disk: Path, seam: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seam, full)
        answer = visitor.uploads(("a.txt", TEXT * 10_000))
    assert answer.status_code == 507
    assert answer.text == "The disk that uploads are kept on is full; make room and try again."
    assert files_in(disk) == []
    assert "Traceback" not in caplog.text
    assert "Added a.txt" in visitor.adds(visitor.uploads(("a.txt", TEXT)).json())


def test_a_full_disk_of_the_corpus_is_a_line_on_the_page_and_leaves_nothing(
    visitor: Visitor, disk: Path, tmp_path: Path
) -> None:
    paths = visitor.uploads(("a.txt", TEXT)).json()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.documents.uploads.os.fsync", full)
        assert "The disk is full; make room and add it again." in visitor.adds(paths)
    assert files_in(disk) == []
    assert list((tmp_path / "corpus").iterdir()) == []
    assert "Added a.txt" in visitor.adds(visitor.uploads(("a.txt", TEXT)).json())


def test_a_disk_that_takes_no_folder_at_all_is_told_at_the_start(disk: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.documents.upload_folder.tempfile.mkdtemp", full)
        with pytest.raises(WenjuError, match="TMPDIR"):
            serving(tmp_path)


def test_a_read_only_page_writes_nothing(disk: Path, tmp_path: Path) -> None:
    settings = ServeSettings(corpus=tmp_path / "corpus", index=tmp_path / "index", read_only=True)
    with closing(launch(HandMadeQA(), "127.0.0.1", free_port(), settings=settings)) as served:
        answer = httpx.post(f"{served.local_url}gradio_api/upload", files={"files": ("a.txt", TEXT)}, trust_env=False)
        assert answer.status_code == 403
        assert list(served.desk.uploads.path.iterdir()) == []
