"""Files that come with their folders: these are made in the corpus, under safe names, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import page, write_corpus
from web.documents.uploads import Intake, Refused, Stored, safe_folders

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("claimed", "made"),
    [
        ("2023/简报", ("2023", "简报")),
        ("../../etc", ("etc",)),
        ("/etc/cron.d", ("etc", "cron.d")),
        ("..\\..\\a", ("a",)),
        (".removed/x", ("removed", "x")),
        ("~$a/con", ("a", "_con")),
        ("a//./b/..", ("a", "b")),
        ("", ()),
        ("a\u202eb\0/c", ("ab", "c")),
        ("x" * 3000, ("x" * 120,)),
        ("/".join("abcdefghijk"), tuple("abcdefgh")),
    ],
)
def test_a_claimed_folder_stays_within_and_is_shown_as_it_is(claimed: str, made: tuple[str, ...]) -> None:
    if claimed.startswith("xxx"):
        assert len(safe_folders(claimed)[0].encode()) <= 120
    else:
        assert safe_folders(claimed) == made


def test_files_are_put_into_their_folders_and_what_is_refused_leaves_none(tmp_path: Path) -> None:
    sent = write_corpus(tmp_path / "sent", {"a.txt": page("茶园", "云岭县茶园收茶30吨。"), "b.txt": ""})
    corpus = tmp_path / "corpus"
    results = Intake(corpus).store([("a.txt", sent / "a.txt"), ("b.txt", sent / "b.txt")], ["年报/2024", "空/空"])
    assert results[0] == Stored("a.txt", "年报/2024/a.txt")
    assert isinstance(results[1], Refused)
    assert [path.relative_to(corpus).as_posix() for path in corpus.rglob("*")] == [
        "年报",
        "年报/2024",
        "年报/2024/a.txt",
    ]


def test_a_folder_that_is_a_link_here_is_not_gone_into(tmp_path: Path) -> None:
    sent = write_corpus(tmp_path / "sent", {"a.txt": page("茶园", "云岭县茶园收茶30吨。")})
    corpus = write_corpus(tmp_path / "corpus", {"b.txt": "b"})
    (tmp_path / "elsewhere").mkdir()
    (corpus / "年报").symlink_to(tmp_path / "elsewhere")
    (refused,) = Intake(corpus).store([("a.txt", sent / "a.txt")], ["年报"])
    assert isinstance(refused, Refused)
    assert list((tmp_path / "elsewhere").iterdir()) == []
