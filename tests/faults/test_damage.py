"""Any file of an index may be damaged in any way: no answer is wrong, every damage is found, one command mends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embeddings.store.generation import IndexLayout
from qa import QA
from tests.conftest import REPOSITORY, Ran
from tests.faults.support import (
    DAMAGES,
    PARTS,
    SAID_BEFORE,
    assert_nothing_half_left,
    bit_flipped,
    build,
    built,
    emptied,
    lengthened,
    missing,
    opened,
    said,
    zeroed_in_the_middle,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Wenju = Callable[..., Ran]
    Damage = Callable[[Path], None]

GENERATION = ["manifest.json", *PARTS]
QUESTION, ANSWER = next(iter(SAID_BEFORE.items()))
DAMAGE = pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def place(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy that a test may damage, asked with the small encoder that made it."""
    monkeypatch.setattr(QA, "open", lambda place, **_: opened(place))
    shutil.copytree(sound.parent, tmp_path / "copy")
    return tmp_path / "copy" / "index"


def only(place: Path, pattern: str) -> Path:
    (file,) = place.rglob(pattern)
    return file


def in_one_line(ran: Ran, file: Path, place: Path) -> bool:
    """Tell whether a command failed as it should: one line that names the file and what mends it."""
    lines = ran.err.splitlines()
    named = len(lines) == 1 and str(file) in lines[0] and f" rebuild --index {place}`" in lines[0]
    return (ran.code, ran.out) == (2, "") and named


def assert_mended(wenju: Wenju, place: Path) -> None:
    build(place.parent / "corpus", place)
    assert said(place) == SAID_BEFORE
    assert wenju("verify", "--index", place).code == 0


def test_the_patterns_here_are_all_the_files_of_a_generation(sound: Path) -> None:
    files = IndexLayout(sound).generation(IndexLayout(sound).read_current()).path.rglob("*")
    assert {file for file in files if file.is_file()} == {only(sound, pattern) for pattern in GENERATION}


@DAMAGE
@pytest.mark.parametrize("pattern", GENERATION)
def test_a_damaged_file_of_the_generation_is_named_when_asked_found_by_verify_and_mended_by_rebuild(
    pattern: str, damage: Damage, place: Path, wenju: Wenju
) -> None:
    file = only(place, pattern)
    damage(file)

    asked = wenju("ask", QUESTION, "--index", place)
    answered = asked.code == 0 and asked.out.splitlines()[0] == ANSWER and asked.err == ""
    assert answered or in_one_line(asked, file, place)

    verified = wenju("verify", "--index", place)
    assert verified.code == 2
    (line,) = verified.out.splitlines()
    assert str(file) in line
    assert f"`wenju rebuild --index {place}`" in line

    assert_mended(wenju, place)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "damage", "code"),
    [("dense.faiss", bit_flipped, 2), ("*.idx", zeroed_in_the_middle, 2), ("vectors.sqlite", emptied, 0)],
)
def test_the_command_itself_with_the_real_models_fails_in_one_line_or_answers(
    pattern: str, damage: Damage, code: int, seeds_index: Path, tmp_path: Path
) -> None:
    place = Path(shutil.copytree(seeds_index, tmp_path / "index"))
    file = only(place, pattern)
    damage(file)
    done = subprocess.run(
        [sys.executable, "app.py", "ask", "青岛高新区2023年引进了多少个项目?", "--index", str(place)],
        cwd=REPOSITORY,
        env={**os.environ, "WENJU_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    if code == 0:
        assert done.stdout.startswith("311个\n")
    else:
        assert in_one_line(Ran(done.returncode, done.stdout, done.stderr), file, place)


def test_verify_names_every_damaged_file_and_not_only_the_first(place: Path, wenju: Wenju) -> None:
    files = [only(place, pattern) for pattern in ("chunks.sqlite", "dense.faiss", "*.term")]
    for file, damage in zip(files, (bit_flipped, missing, lengthened), strict=True):
        damage(file)
    verified = wenju("verify", "--index", place)
    assert verified.code == 2
    assert [any(str(file) in line for file in files) for line in verified.out.splitlines()] == [True] * 3
    assert_mended(wenju, place)


def test_verify_says_what_it_looked_at_where_all_is_well(place: Path, wenju: Wenju) -> None:
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    verified = wenju("verify", "--index", place)
    assert (verified.code, verified.err) == (0, "")
    assert verified.out.startswith(f"{place} is sound: {len(GENERATION) + 1} files, ")
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before


def test_verify_of_no_index_names_the_command_that_builds_one(tmp_path: Path, wenju: Wenju) -> None:
    ran = wenju("verify", "--index", tmp_path / "nowhere")
    assert in_one_line(ran, tmp_path / "nowhere", tmp_path / "nowhere")


@DAMAGE
def test_a_damaged_pointer_is_named_or_means_the_same_and_rebuild_mends_it(
    damage: Damage, place: Path, wenju: Wenju
) -> None:
    file = place / "CURRENT"
    damage(file)

    asked = wenju("ask", QUESTION, "--index", place)
    answered = asked.code == 0 and asked.out.splitlines()[0] == ANSWER
    # Without the pointer there is no index, and the folder is what is named.
    assert answered or in_one_line(asked, place if damage is missing else file, place)
    if not answered:
        verified = wenju("verify", "--index", place)
        assert verified.code == 2
        assert str(place) in verified.out + verified.err

    assert_mended(wenju, place)


@DAMAGE
def test_a_damaged_vector_cache_leaves_answers_as_they_are_is_found_and_mended(
    damage: Damage, place: Path, wenju: Wenju
) -> None:
    file = place / "vectors" / "vectors.sqlite"
    damage(file)

    assert wenju("ask", QUESTION, "--index", place).out.splitlines()[0] == ANSWER
    verified = wenju("verify", "--index", place)
    if damage is missing:  # it only saves time, so whoever needs the space may delete it
        assert verified.code == 0
    else:
        assert verified.code == 2
        (line,) = verified.out.splitlines()
        assert str(file) in line
        assert f"`wenju rebuild --index {place}`" in line

    assert_mended(wenju, place)


@DAMAGE
def test_the_generation_before_may_be_damaged_and_matters_to_nobody(damage: Damage, place: Path, wenju: Wenju) -> None:
    layout = IndexLayout(place)
    before = layout.generation(layout.read_current()).path
    (place.parent / "corpus" / "park.txt").unlink()
    build(place.parent / "corpus", place)
    for file in before.rglob("*"):
        if file.is_file():
            damage(file)

    assert said(place) == SAID_BEFORE
    assert wenju("verify", "--index", place).code == 0
    (place.parent / "corpus" / "library.txt").touch()
    (place.parent / "corpus" / "new.txt").write_text("新馆开放\n\n新馆今年接待读者7万人。\n", encoding="utf-8")
    build(place.parent / "corpus", place)
    assert said(place) == SAID_BEFORE
    assert_nothing_half_left(place)


@pytest.mark.parametrize("damage", [zeroed_in_the_middle, bit_flipped], ids=lambda damage: damage.__name__)
def test_an_index_that_is_open_when_a_file_is_damaged_does_not_give_a_wrong_answer(damage: Damage, place: Path) -> None:
    """Opened, but not used: sums are looked at when a file is used for the first time."""
    qa = opened(place)
    damage(only(place, "dense.faiss"))
    with pytest.raises(Exception, match=r"dense\.faiss.*wenju rebuild"):
        qa.ask(QUESTION)
