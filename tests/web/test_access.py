from __future__ import annotations

import io
import os
import pty
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from chinese.errors import WenjuError
from web.door.access import PasswordHash, Users, hash_password, parse_users, set_password, verify_password

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Ran

PASSWORD = "correct horse 密码"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LANG", "en")
    monkeypatch.setattr("web.door.access._N", 2**10)  # else each hash would take some tenths of a second


def test_a_password_fits_its_own_hash_however_it_is_typed_and_no_other() -> None:
    entry = hash_password("caf\u00e9 密码")
    assert verify_password(entry, "cafe\u0301 密码")
    assert not verify_password(entry, "cafe 密码")
    assert not verify_password(entry, "")
    assert not verify_password(entry, "x" * 100_000)


def test_the_same_password_is_never_hashed_the_same() -> None:
    one, other = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one.salt != other.salt
    assert one.digest != other.digest


def test_a_user_is_added_with_nobody_else_able_to_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    assert set_password(file, "anna", PASSWORD) is False
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PASSWORD not in file.read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["users.txt"]
    entry = Users(file).find("anna")
    assert entry is not None
    assert verify_password(entry, PASSWORD)


def test_a_new_password_replaces_the_line_and_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    file.write_text("# who may come in\n", encoding="utf-8")
    set_password(file, "anna", "first")
    set_password(file, "anna2", "other")
    assert set_password(file, "anna", "second") is True
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line.partition(":")[0] for line in lines] == ["# who may come in", "anna2", "anna"]
    users = Users(file)
    entry, other = users.find("anna"), users.find("anna2")
    assert entry is not None
    assert other is not None
    assert (verify_password(entry, "second"), verify_password(entry, "first"), verify_password(other, "other")) == (
        True,
        False,
        True,
    )


def test_a_link_stays_a_link_to_the_file_that_is_changed(tmp_path: Path) -> None:
    (tmp_path / "real.txt").touch()
    (tmp_path / "link.txt").symlink_to("real.txt")
    set_password(tmp_path / "link.txt", "anna", PASSWORD)
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8").startswith("anna:scrypt$")


@pytest.mark.parametrize("name", ["", " ", "a:b", "a\nb", "a\u202eb", " a", "#a", "x" * 65, "\u200b"])
def test_a_name_that_would_break_the_file_or_deceive_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(WenjuError, match="cannot be a name"):
        set_password(tmp_path / "users.txt", name, PASSWORD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("password", "message"), [("", "empty"), ("  ", "empty"), ("密" * 400, "too long")])
def test_a_password_that_is_none_is_refused(tmp_path: Path, password: str, message: str) -> None:
    with pytest.raises(WenjuError, match=message):
        set_password(tmp_path / "users.txt", "anna", password)


@pytest.mark.parametrize(
    "line",
    [
        "anna",
        "anna:secret",
        ":scrypt$16$1$1$AAAA$AAAA",
        "anna:md5$16$1$1$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "=",
        "anna:scrypt$15$1$1$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "=",
        "anna:scrypt$4294967296$1$1$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "=",
        "anna:scrypt$16$1$1$?$" + "A" * 43 + "=",
    ],
)
def test_a_damaged_line_is_named_with_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "users.txt"
    with pytest.raises(WenjuError, match=r"Line 2 of .*users\.txt is no user.*wenju passwd"):
        parse_users(f"\n{line}\n", file)


def test_a_file_that_is_missing_empty_or_no_text_is_named_with_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    with pytest.raises(WenjuError, match=r"no users file .*users\.txt.*wenju passwd"):
        Users(file)
    file.write_text("# nobody\n", encoding="utf-8")
    with pytest.raises(WenjuError, match=r"users\.txt has no users yet"):
        Users(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(WenjuError, match="cannot be read or written"):
        Users(file)


def test_a_change_of_the_file_holds_at_once_and_a_broken_one_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    set_password(file, "anna", PASSWORD)
    users = Users(file)
    set_password(file, "bert", PASSWORD)
    assert users.find("bert") is not None
    file.write_text("nonsense\n", encoding="utf-8")
    assert users.find("anna") is None
    file.unlink()
    assert users.find("anna") is None


def test_who_is_unknown_costs_as_much_as_the_costliest_user(tmp_path: Path) -> None:
    file = tmp_path / "users.txt"
    lines = [PasswordHash(n, 1, 1, bytes(16), bytes(32)).line(f"user{n}") for n in (16, 64, 32)]
    file.write_text("\n".join(lines), encoding="utf-8")
    nobody = Users(file).nobody
    assert (nobody.n, nobody.r, nobody.p) == (64, 1, 1)
    assert not verify_password(nobody, "")


def test_passwd_reads_a_line_where_there_is_no_terminal(
    wenju: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(PASSWORD + "\r\n"))
    ran = wenju("passwd", "users.txt", "anna")
    assert (ran.code, ran.out, ran.err) == (0, "users.txt: anna was added.\n", "")
    entry = Users(tmp_path / "users.txt").find("anna")
    assert entry is not None
    assert verify_password(entry, PASSWORD)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert wenju("passwd", "users.txt", "anna").err == "wenju Error: The password is empty. Type one.\n"


def _typed(folder: Path, *passwords: str) -> tuple[int, str]:
    """Run passwd on a terminal of its own and type; what it left and what the terminal showed."""
    command = [sys.executable, "-m", "app", "passwd", str(folder / "users.txt"), "anna"]
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, command, {**os.environ, "WENJU_LANG": "en", "PYTHONSAFEPATH": ""})
    shown = b""
    for password in passwords:
        while not shown.endswith(b": "):
            shown += os.read(terminal, 1024)
        os.write(terminal, password.encode() + b"\n")
        shown += b"\n"
    while True:
        try:
            piece = os.read(terminal, 1024)
        except OSError:  # the end, as a terminal tells it
            break
        if not piece:
            break
        shown += piece
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    code, shown = _typed(tmp_path, "hidden one", "hidden one")
    assert (code, "hidden" in shown, "anna was added" in shown) == (0, False, True)
    entry = Users(tmp_path / "users.txt").find("anna")
    assert entry is not None
    assert verify_password(entry, "hidden one")
    code, shown = _typed(tmp_path, "one", "two")
    assert (code, "differ" in shown) == (2, True)
