"""What a served page is given, and the file of users who may come in."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import os
import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from chinese.composed import composed
from chinese.errors import WenjuError, say
from chinese.given import called

__all__ = ["PasswordHash", "ServeSettings", "Users", "hash_password", "parse_users", "set_password", "verify_password"]

DEFAULT_REQUESTS_PER_MINUTE = 300
LONGEST_PASSWORD = 1024
"""Bytes of UTF-8 that a password may have."""
LONGEST_NAME = 64
"""Characters that a user's name may have."""

_KIND = "scrypt"
# One of the settings that OWASP's Password Storage Cheat Sheet counts as equal: 32 MiB a check.
_N, _R, _P = 2**15, 8, 3
_MOST_N, _MOST_R, _MOST_P = 2**20, 32, 16
_BYTES = 32
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """How a page is served.

    `users` is the file of who may come in, None for everybody; `mcp` opens the tools to MCP clients; `read_only`
    keeps visitors from changing the corpus. `requests_per_minute` holds for each visitor: the user, without a login the
    address. `corpus`, `index` and `feedback` are the folders and the file that the page works on, None where it does
    without; `store` is where the index is kept if not in its folder. `talks` is the file that conversations are kept
    in, None where they are not. `proxies` are the addresses of the proxies in
    front, which say for whom they ask. `host_names` are the names by which it may be opened beside this machine's own
    and its addresses. `downloads` lets visitors have the documents' files themselves; None leaves it to `launch`, which
    allows it where only this machine can reach the page and it is not read-only. `watch` takes up what changes in the
    corpus by itself.
    """

    users: Path | None = None
    mcp: bool = False
    read_only: bool = False
    requests_per_minute: int = DEFAULT_REQUESTS_PER_MINUTE
    corpus: Path | None = None
    index: Path | None = None
    store: str | None = None
    feedback: Path | None = None
    talks: Path | None = None
    proxies: tuple[str, ...] = ()
    host_names: tuple[str, ...] = ()
    downloads: bool | None = None
    watch: bool = False


@dataclass(frozen=True, slots=True)
class PasswordHash:
    """A salted scrypt hash with the parameters it was made with, so that these can grow later."""

    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def line(self, name: str) -> str:
        """The line of a users file."""
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return f"{name}:{_KIND}${self.n}${self.r}${self.p}${salt}${digest}"


def hash_password(password: str) -> PasswordHash:
    """Hash a password with a new salt; takes some tenths of a second."""
    salt = secrets.token_bytes(16)
    return PasswordHash(_N, _R, _P, salt, _scrypt(password, salt, _N, _R, _P))


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # One password can be typed as different code points by different keyboards.
    encoded = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(encoded, salt=salt, n=n, r=r, p=p, maxmem=256 * r * (n + p), dklen=_BYTES)


def verify_password(entry: PasswordHash, password: str) -> bool:
    """Whether a password is the hashed one. What is too long for one costs as much as another wrong one."""
    fitting = len(password) <= LONGEST_PASSWORD
    digest = _scrypt(password if fitting else "", entry.salt, entry.n, entry.r, entry.p)
    return hmac.compare_digest(digest, entry.digest) and fitting


def _command(file: Path) -> str:
    """What sets the password of a user whose name follows."""
    return f"{called()} passwd {quote(str(file))}"


def parse_users(text: str, file: Path) -> dict[str, PasswordHash]:
    """The users of a file by name; blank lines and lines that start with # are passed over.

    Raises WenjuError, which names the file and the line.
    """
    users: dict[str, PasswordHash] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.strip().partition(":")
        entry = _parse_hash(rest)
        if entry is None or not name:
            raise WenjuError(
                say(
                    f"{file} 第 {number} 行不是用户记录。请删去这一行，再运行 {_command(file)} 用户名。",
                    f"Line {number} of {file} is no user. Delete it, then run: {_command(file)} NAME",
                )
            )
        users[name] = entry
    return users


def _parse_hash(text: str) -> PasswordHash | None:
    try:
        kind, *numbers, salt, digest = text.split("$")
        n, r, p = (int(number) for number in numbers)
        entry = PasswordHash(n, r, p, base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True))
    except (ValueError, binascii.Error):
        return None
    allowed = 2 <= n <= _MOST_N and n & (n - 1) == 0 and 1 <= r <= _MOST_R and 1 <= p <= _MOST_P
    whole = kind == _KIND and len(entry.salt) >= 8 and len(entry.digest) == _BYTES
    return entry if allowed and whole else None


class Users:
    """The users of a file, read anew when it changes; one that can no longer be read lets nobody in."""

    def __init__(self, file: Path) -> None:
        """Raises WenjuError where the file cannot be read, is damaged, or has no user."""
        self._file = file
        self._stamp = self._stat()
        self._users = _read_users(file)
        if not self._users:
            raise WenjuError(
                say(
                    f"{file} 里还没有用户。请先运行 {_command(file)} 用户名。",
                    f"{file} has no users yet. Run first: {_command(file)} NAME",
                )
            )

    def find(self, name: str) -> PasswordHash | None:
        """A user's hash; None for a name that is not there."""
        stamp = self._stat()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._users = _read_users(self._file)
            except WenjuError as error:
                _log.warning("%s", error)
                self._users = {}
        return self._users.get(composed(name))

    @property
    def nobody(self) -> PasswordHash:
        """What no password fits, and takes as long to find out as for the user whose hash takes longest."""
        costs = [(entry.n * entry.r * entry.p, entry.n, entry.r, entry.p) for entry in self._users.values()]
        _, n, r, p = max(costs, default=(0, _N, _R, _P))
        return PasswordHash(n, r, p, bytes(16), bytes(_BYTES))

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _read_users(file: Path) -> dict[str, PasswordHash]:
    try:
        return parse_users(file.read_text(encoding="utf-8"), file)
    except FileNotFoundError:
        raise WenjuError(
            say(
                f"没有用户文件 {file}。请先运行 {_command(file)} 用户名。",
                f"There is no users file {file}. Run first: {_command(file)} NAME",
            )
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _file_error(file, error) from error


def set_password(file: Path, name: str, password: str) -> bool:
    """Put a user into a file, or give one a new password (True); the file is made where there is none.

    Only its owner can read the file. Raises WenjuError for a name or a password that cannot be had, or a file that
    cannot be written.
    """
    name = _checked_name(name)
    _check_password(password)
    try:
        target = file.resolve()
        lines = target.read_text(encoding="utf-8").splitlines() if target.exists() else []
        parse_users("\n".join(lines), file)
        kept = [line for line in lines if line.startswith("#") or line.partition(":")[0].strip() != name]
        _write_private(target, "\n".join([*kept, hash_password(password).line(name)]) + "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _file_error(file, error) from error
    return len(kept) < len(lines)


def _checked_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    # Neither controls nor what only changes how the rest is shown (a bidi mark) belongs in a name.
    plain = all(unicodedata.category(character)[0] not in "CZ" or character == " " for character in name)
    if plain and name == name.strip() and 0 < len(name) <= LONGEST_NAME and ":" not in name and name[0] != "#":
        return name
    raise WenjuError(
        say(
            f"不能用 {name!r} 作用户名：最多 {LONGEST_NAME} 个字，不能为空，不含冒号和控制字符，不以 # 开头。",
            f"{name!r} cannot be a name: up to {LONGEST_NAME} characters, no colon, no controls, no # in front.",
        )
    )


def _check_password(password: str) -> None:
    if not password.strip():
        raise WenjuError(say("密码是空的。请输入密码。", "The password is empty. Type one."))
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST_PASSWORD:
        raise WenjuError(
            say(
                f"密码太长，最多 {LONGEST_PASSWORD} 字节。请缩短。",
                f"The password is too long, at most {LONGEST_PASSWORD} bytes are allowed. Shorten it.",
            )
        )


def _write_private(target: Path, text: str) -> None:
    beside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(target)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def _file_error(file: Path, error: OSError | UnicodeDecodeError) -> WenjuError:
    detail = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return WenjuError(
        say(
            f"用户文件 {file} 读写不了：{detail}。请换一个文件，或改它的权限。",
            f"The users file {file} cannot be read or written: {detail}. Name another, or change its permissions.",
        )
    )
