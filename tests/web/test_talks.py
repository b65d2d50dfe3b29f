"""Conversations that stay, in their file: whose they are, how many there may be, and a file that cannot be used."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from chinese.errors import speaking
from tests.web.answers import answered, in_parts, refused, worked_out
from web.chat.talks import talk as limits
from web.chat.talks.keeping import Talks
from web.chat.talks.store import VERSION, TalkStore
from web.chat.talks.talk import LONGEST_TITLE, SECONDS_TO_UNDO, NotKept, talks_beside
from web.chat.turns import Conversation, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANNA, BEN = "user anna", "user ben"


def turn(question: str = "云岭县引进了多少个项目?") -> Turn:
    return Turn(question, answer=answered(question), following=("那石桥高新区呢?",), seen={"001.txt": "ab"})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "conversations.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[TalkStore]:
    with closing(TalkStore(file)) as store:
        yield store


def test_a_turn_is_read_as_it_was_kept(store: TalkStore) -> None:
    kept = [Turn(item.question, answer=item) for item in (answered(), refused(), in_parts(), worked_out())]
    kept += [turn(), Turn("园区呢?", as_written=True, answer=answered("园区呢?"))]
    for each in kept:
        assert store.keep(ANNA, "t", each)
    assert store.turns(ANNA, "t") == kept
    assert [found.following for found in store.find(ANNA, [kept[4].id, "unknown"])] == [("那石桥高新区呢?",)]


def test_a_turn_of_another_version_with_more_or_less_in_it_is_read() -> None:
    data = json.loads(json.dumps(turn().to_dict()))
    more = {**data, "colour": {"name": "蓝"}}
    less = {name: value for name, value in data.items() if name not in ("seen", "as_written")}
    assert Turn.from_dict(more).answer == answered("云岭县引进了多少个项目?")
    assert (Turn.from_dict(less).seen, Turn.from_dict(less).as_written) == ({}, False)


def test_looking_makes_no_file(store: TalkStore, file: Path) -> None:
    assert (store.talks(ANNA), store.talk(ANNA, "t"), store.turns(ANNA, "t"), store.find(ANNA, ["x"])) == (
        [],
        None,
        [],
        [],
    )
    assert (store.talk_of(ANNA, "x"), store.lack(ANNA, "")) == ("", None)
    assert not store.rename(ANNA, "t", "题")
    assert not store.remove(ANNA, "t")
    assert not store.restore(ANNA, "t")
    assert not list(file.parent.iterdir())


def test_nobody_else_can_read_the_file(store: TalkStore, file: Path) -> None:
    store.keep(ANNA, "t", turn())
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}


def test_what_is_kept_is_there_again_after_a_restart(store: TalkStore, file: Path) -> None:
    store.keep(ANNA, "t", turn())
    store.close()
    with closing(TalkStore(file)) as again:
        assert [(talk.title, talk.turns) for talk in again.talks(ANNA)] == [("云岭县引进了多少个项目?", 1)]


def test_what_comes_later_to_a_turn_is_kept_once(store: TalkStore) -> None:
    kept = turn()
    store.keep(ANNA, "t", kept)
    kept.following = ("哪一年最多?",)
    store.keep(ANNA, "t", kept)
    assert store.turns(ANNA, "t") == [kept]


def test_two_users_never_see_each_others_conversations(store: TalkStore) -> None:
    kept = turn()
    store.keep(ANNA, "t", kept)
    assert store.talks(BEN) == []
    assert store.talks(BEN, "云岭县") == []
    assert store.talk(BEN, "t") is None
    assert store.turns(BEN, "t") == []
    assert store.find(BEN, [kept.id]) == []
    assert store.talk_of(BEN, kept.id) == ""
    assert not store.keep(BEN, "t", turn("石桥高新区呢?"))
    assert not store.keep(BEN, "t", kept)
    assert not store.rename(BEN, "t", "别人的")
    assert not store.remove(BEN, "t")
    store.remove(ANNA, "t")
    assert not store.restore(BEN, "t")
    assert store.restore(ANNA, "t")
    assert store.turns(ANNA, "t") == [kept]


def test_a_conversation_is_renamed_and_its_title_stays_short(store: TalkStore) -> None:
    store.keep(ANNA, "t", turn("问" * 300))
    assert len(store.talks(ANNA)[0].title) == LONGEST_TITLE
    assert store.rename(ANNA, "t", "  云岭县的\n项目 ")
    assert store.talks(ANNA)[0].title == "云岭县的 项目"
    assert not store.rename(ANNA, "t", " \n ")
    store.keep(ANNA, "t", turn("还有呢?"))
    assert store.talks(ANNA)[0].title == "云岭县的 项目"


def test_the_latest_conversation_stands_first_and_each_is_found_by_its_words(store: TalkStore) -> None:
    for name, question in (("a", "云岭县引进了多少个项目?"), ("b", "石桥高新区有多少家企业?"), ("c", "50%是多少?")):
        store.keep(ANNA, name, turn(question))
    store.keep(ANNA, "a", turn("那投资呢?"))
    assert [talk.id for talk in store.talks(ANNA)] == ["a", "c", "b"]
    assert [talk.id for talk in store.talks(ANNA, "石橋")] == ["b"], "in either kind of characters"
    assert [talk.id for talk in store.talks(ANNA, "那投资 云岭")] == ["a"], "in the title or any question"
    assert [talk.id for talk in store.talks(ANNA, "311个")] == ["a", "c", "b"], "or any answer"
    assert [talk.id for talk in store.talks(ANNA, "%")] == ["c"], "nothing in what is looked for acts"
    store.rename(ANNA, "b", "Harbour")
    assert [talk.id for talk in store.talks(ANNA, "harbour")] == ["b"]


def test_what_is_deleted_comes_back_for_a_while_and_is_then_overwritten(file: Path) -> None:
    now = [1000.0]
    with closing(TalkStore(file, lambda: now[0])) as store:
        store.keep(ANNA, "t", turn("独一无二的问题?"))
        store.keep(ANNA, "u", turn())
        assert store.remove(ANNA, "t")
        assert [talk.id for talk in store.talks(ANNA)] == ["u"]
        assert not store.keep(ANNA, "t", turn()), "what is deleted is not gone on with"
        assert store.restore(ANNA, "t")
        store.remove(ANNA, "t")
        now[0] += SECONDS_TO_UNDO + 1
        assert not store.restore(ANNA, "t")
    assert "独一无二".encode() not in file.read_bytes()


def test_no_more_is_kept_than_there_may_be_and_nothing_old_is_dropped(
    store: TalkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_TALKS", 2)
    monkeypatch.setattr(limits, "MOST_TURNS", 2)
    store.keep(ANNA, "a", turn())
    last = turn()
    store.keep(ANNA, "a", last)
    store.keep(ANNA, "b", turn())
    with pytest.raises(NotKept, match=r"2 (个对话|conversations)"):
        store.keep(ANNA, "c", turn())
    with pytest.raises(NotKept, match=r"2 (个问答|questions)"):
        store.keep(ANNA, "a", turn())
    store.keep(ANNA, "a", last)
    store.keep(BEN, "d", turn())
    assert [(talk.id, talk.turns) for talk in store.talks(ANNA)] == [("a", 2), ("b", 1)]
    assert store.lack(ANNA, "b") is None
    assert "Begin another" in str(getattr(store.lack(ANNA, "a"), "en", ""))
    monkeypatch.setattr(limits, "MOST_BYTES", 1 << 10)
    with pytest.raises(NotKept, match="MiB"):
        store.keep(ANNA, "b", turn())


def test_what_was_deleted_is_not_kept_beside_as_much_as_there_may_be(
    store: TalkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_TALKS", 2)
    for name in "abc":
        store.keep(ANNA, name, turn())
        store.remove(ANNA, name)
    store.keep(BEN, "d", turn())
    store.remove(BEN, "d")
    store.keep(ANNA, "e", turn())
    assert [store.restore(ANNA, name) for name in "abc"] == [False, False, True]
    assert len(store.talks(ANNA)) == 2
    assert store.restore(BEN, "d")
    monkeypatch.setattr(limits, "MOST_BYTES", 1)
    store.remove(BEN, "d")
    store.keep(BEN, "f", turn())
    assert not store.restore(BEN, "d")


def test_what_browsers_deleted_is_not_kept_beside_as_much_as_there_may_be(
    store: TalkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_OF_BROWSERS", 1)
    store.keep("browser a", "a", turn())
    store.remove("browser a", "a")
    store.keep("browser b", "b", turn())
    assert not store.restore("browser a", "a")


def test_all_browsers_together_keep_no_more_than_there_may_be(
    store: TalkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_OF_BROWSERS", 1)
    store.keep("browser a", "a", turn())
    with pytest.raises(NotKept):
        store.keep("browser b", "b", turn())
    store.keep(ANNA, "c", turn())


@pytest.mark.parametrize("content", [b"rubbish" * 1000, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_left_as_it_is_and_said(
    store: TalkStore, file: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_bytes(content)
    talks = Talks(store)
    assert talks.talks(ANNA) == []
    assert talks.open(ANNA, "t", None) is None
    assert talks.keep(ANNA, "t", turn()) == "t"
    with speaking("en"):
        assert "cannot be kept now" in str(talks.note(ANNA))
        assert str(file) not in str(talks.note(ANNA)), "a visitor need not know where it lies"
    assert file.read_bytes() == content
    assert str(file) in caplog.text
    assert caplog.text.count("\n") <= 2, "said once"


def test_a_file_of_a_newer_version_or_of_another_program_is_left_as_it_is(
    store: TalkStore, file: Path, tmp_path: Path
) -> None:
    store.keep(ANNA, "t", turn())
    store.close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(NotKept):
        store.keep(ANNA, "t", turn())
    with pytest.raises(NotKept):
        store.talks(ANNA)
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE talks (id TEXT)")
    with closing(TalkStore(other)) as foreign, pytest.raises(NotKept):
        foreign.keep(ANNA, "t", turn())


def test_a_file_that_is_taken_away_while_the_page_is_open_is_made_anew(store: TalkStore, file: Path) -> None:
    store.keep(ANNA, "t", turn())
    for path in list(file.parent.iterdir()):
        path.unlink()
    assert store.talks(ANNA) == []
    store.keep(ANNA, "u", turn())
    assert [talk.id for talk in store.talks(ANNA)] == ["u"]
    assert file.exists()


def test_of_fifty_writers_at_once_nothing_is_mixed_or_lost(file: Path) -> None:
    failed: list[BaseException] = []

    def write(number: int, store: TalkStore) -> None:
        try:
            for place in range(4):
                assert store.keep(f"user {number}", f"talk-{number}", turn(f"第{number}人第{place}问?"))
        except BaseException as error:
            failed.append(error)

    with closing(TalkStore(file)) as one, closing(TalkStore(file)) as other:
        threads = [threading.Thread(target=write, args=(number, (one, other)[number % 2])) for number in range(50)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert failed == []
        for number in range(50):
            (talk,) = one.talks(f"user {number}")
            asked = [found.question for found in other.turns(f"user {number}", talk.id)]
            assert asked == [f"第{number}人第{place}问?" for place in range(4)]


def test_a_conversation_that_was_deleted_goes_on_as_a_new_one(store: TalkStore) -> None:
    talks, conversation = Talks(store), Conversation()
    first, second = turn(), turn("那投资呢?")
    conversation.add(first)
    talk = conversation.talk
    assert talks.keep(ANNA, talk, first) == talk
    talks.remove(ANNA, talk)
    conversation.add(second)
    other = talks.keep(ANNA, conversation.talk, second)
    assert other != talk
    assert [found.id for found in talks.talks(ANNA)] == [other]


def test_for_nobody_nothing_is_kept(store: TalkStore, file: Path) -> None:
    talks = Talks(store)
    assert talks.keep("", "t", turn()) == "t"
    assert (talks.talks(""), talks.open("", "t", None)) == ([], None)
    assert "Cookie" in getattr(talks.note(""), "zh", ""), "a browser without a login is known by its cookie only"
    assert not file.exists()


def test_the_file_lies_beside_the_index_not_in_it(tmp_path: Path) -> None:
    assert talks_beside(tmp_path / "index") == tmp_path / "conversations.sqlite"
    assert talks_beside(tmp_path / "news") == tmp_path / "news-conversations.sqlite", "two indexes have two files"
