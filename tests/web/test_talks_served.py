"""Conversations that stay, over a page that is served: whose they are, what a restart and a rebuild leave of them."""

from __future__ import annotations

import html
import io
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import docx
import httpx
import pytest

from embeddings import Index, rebuild
from tests.support import CountingEncoder, counting_qa, write_corpus
from tests.web.answers import HOSTILE, HandMadeQA
from tests.web.conftest import CORPUS, free_port
from tests.web.visiting import Visitor
from web.chat.talks.keeping import Talks
from web.chat.talks.store import TalkStore
from web.chat.turns import Conversation, Turn
from web.desk import Desk
from web.door.access import ServeSettings, set_password
from web.door.browsers import BROWSER, owner_of
from web.queue.visitors import Visitor as VisitorWho
from web.queue.visitors import current
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa.engine import QA
    from web.serving.server import Served

ANNA, BEN = ("anna", "开门 a"), ("ben", "开门 b")
QUESTION = "云岭县引进了多少个项目?"


def serving(folder: Path, qa: Any = None, **more: Any) -> Served:
    settings = ServeSettings(talks=folder / "conversations.sqlite", **more)
    return launch(HandMadeQA() if qa is None else qa, "127.0.0.1", free_port(), settings=settings)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with closing(serving(tmp_path)) as page:
        yield page


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("web.door.access._N", 2**10)
    for name, password in (ANNA, BEN):
        set_password(tmp_path / "users.txt", name, password)
    return tmp_path / "users.txt"


def visiting(served: Served, **more: Any) -> Visitor:
    """Somebody who has opened the page."""
    visitor = Visitor(served.local_url, **more)
    assert visitor.client.get("/").status_code == 200
    return visitor


def titles(visitor: Visitor, **query: Any) -> dict[str, str]:
    """The list: titles by the names of their conversations."""
    listed = visitor.client.get("/wenju/talks", params=query).json()["html"]
    found = re.findall(r'data-talk="([^"]+)".*?wj-talk-title">(.*?)</span>', listed)
    return {name: html.unescape(title) for name, title in found}


def opens(visitor: Visitor, talk: str) -> dict[str, Any]:
    """What the chat is told where the page opens a conversation."""
    said: dict[str, Any] = json.loads(visitor.does("wj-talk-open", "click", [talk, "zh", None])[0])
    return said


def asked_in(said: dict[str, Any]) -> list[str]:
    texts = re.findall(r"wj-question[^>]*>([^<]*)<", json.dumps(said, ensure_ascii=False))
    return list(dict.fromkeys(texts))  # a component has its text twice


def test_what_is_asked_stays_and_is_gone_on_with_after_a_restart(tmp_path: Path) -> None:
    with closing(serving(tmp_path)) as page, visiting(page) as visitor:
        assert titles(visitor) == {}
        visitor.asks(QUESTION)
        visitor.asks("那石桥高新区呢?")
        (talk,) = titles(visitor)
        cookie = visitor.client.cookies[BROWSER]
    qa = HandMadeQA()
    with closing(serving(tmp_path, qa)) as page, visiting(page) as visitor:
        assert titles(visitor) == {}, "another browser"
        visitor.client.cookies.clear()
        visitor.client.cookies.set(BROWSER, cookie)
        assert titles(visitor) == {talk: QUESTION}
        assert asked_in(opens(visitor, talk)) == [QUESTION, "那石桥高新区呢?"]
        visitor.asks("那总投资呢?")
        assert ("那总投资呢?", (QUESTION, "那石桥高新区呢?")) in qa.asked
        assert asked_in(opens(visitor, talk)) == [QUESTION, "那石桥高新区呢?", "那总投资呢?"]
        assert list(titles(visitor)) == [talk], "it is the same conversation"


def test_what_is_opened_tells_within_which_documents_was_asked_last(served: Served) -> None:
    with visiting(served) as visitor:
        visitor.asks(QUESTION)
        (talk,) = titles(visitor)
        assert opens(visitor, talk)["within"] is None
        visitor.does("wj-box", "submit", [QUESTION, "zh", None, '{"since": "2024"}'])
        assert opens(visitor, talk)["within"] == {"since": "2024"}


def test_opening_the_page_and_looking_writes_nothing(served: Served, tmp_path: Path) -> None:
    with visiting(served) as visitor:
        visitor.does(None, "load", ["zh", "talk=unknown", None])
        assert titles(visitor, find="云岭") == {}
        visitor.client.get("/wenju/export", params={"talk": "all"})
        visitor.client.post("/wenju/talk/remove", json={"talk": "x"})
    assert list(tmp_path.iterdir()) == []


def test_programs_that_open_no_page_leave_no_conversation(served: Served, tmp_path: Path) -> None:
    with Visitor(served.local_url) as visitor:
        visitor.asks(QUESTION)
        assert titles(visitor) == {}
    assert list(tmp_path.iterdir()) == []


def test_a_browser_has_a_cookie_that_no_script_can_read_and_keeps_it(served: Served) -> None:
    with visiting(served) as visitor:
        first = visitor.client.cookies[BROWSER]
        again = visitor.client.get("/?talk=x").headers["set-cookie"]
        assert f"{BROWSER}={first};" in again
        assert "HttpOnly" in again
        assert "SameSite=Lax" in again
        assert "secure" in visitor.client.get("/", headers={"x-forwarded-proto": "https"}).headers["set-cookie"].lower()
        assert "set-cookie" not in visitor.client.get("/config").headers
    forged = httpx.get(served.local_url, headers={"cookie": f"{BROWSER}=chosen"}, trust_env=False)
    assert "chosen" not in forged.headers["set-cookie"], "nobody chooses what a browser is called"
    assert first not in owner_of(None, f"{BROWSER}={first}"), "the file does not have what opens it"


def test_a_page_that_keeps_nothing_has_no_list_and_no_cookie(address: str) -> None:
    with Visitor(address) as visitor:
        assert "set-cookie" not in visitor.client.get("/").headers
        assert "wj-talks-shown" not in json.dumps(visitor.config)


@pytest.mark.parametrize("has_login", [True, False])
def test_nobody_sees_or_changes_anothers_conversation(tmp_path: Path, users: Path, has_login: bool) -> None:
    logins = (ANNA, BEN) if has_login else (None, None)
    more = {"users": users} if has_login else {}
    with (
        closing(serving(tmp_path, **more)) as page,
        visiting(page, login=logins[0]) as anna,
        visiting(page, login=logins[1]) as ben,
    ):
        news = json.loads(anna.asks(QUESTION))
        turn = news[0][0]
        (talk,) = titles(anna)
        page.desk.recent._turns.clear()  # as after a restart
        ben.asks("石桥高新区有多少家企业?")
        assert list(titles(ben).values()) == ["石桥高新区有多少家企业?"]
        assert titles(ben, find="云岭县") == {}
        theirs, never = opens(ben, talk), opens(ben, "AAAAAAAAAAAAAAAAAAAAAA")
        assert theirs["talk"] == never["talk"] == ""
        assert "没有这个对话" in json.dumps(theirs, ensure_ascii=False)
        assert len(json.dumps(theirs)) == len(json.dumps(never)), "said in the same words"
        for what, body in (("rename", {"title": "x"}), ("remove", {}), ("restore", {})):
            answers = [ben.client.post(f"/wenju/talk/{what}", json={"talk": name, **body}) for name in (talk, "A" * 22)]
            assert [(answer.status_code, answer.text) for answer in answers] == [(404, "没有这个对话。")] * 2
        for query in ({"talk": talk}, {"turns": turn}, {"talk": "all"}):
            assert QUESTION not in ben.client.get("/wenju/export", params=query).text
        assert ben.client.get("/wenju/answer", params={"turn": turn}).status_code == 404
        assert ben.client.get("/wenju/talks", params={"turn": turn}).json()["current"] == ""
        assert titles(anna) == {talk: QUESTION}
        assert anna.client.get("/wenju/answer", params={"turn": turn}).status_code == 200
        if has_login:
            assert httpx.get(f"{page.local_url}wenju/talks", trust_env=False).status_code == 401


def test_a_user_has_the_same_conversations_in_every_browser(tmp_path: Path, users: Path) -> None:
    with closing(serving(tmp_path, users=users)) as page:
        with visiting(page, login=ANNA) as first:
            first.asks(QUESTION)
            assert BROWSER not in first.client.cookies, "whoever logs in needs none"
        with visiting(page, login=ANNA) as second:
            assert list(titles(second).values()) == [QUESTION]


def test_no_other_page_reads_or_changes_conversations(served: Served) -> None:
    with visiting(served) as visitor:
        visitor.asks(QUESTION)
        (talk,) = titles(visitor)
        foreign = {"origin": "http://evil.example"}
        assert visitor.client.get("/wenju/talks", headers=foreign).status_code == 403
        assert visitor.client.post("/wenju/talk/remove", json={"talk": talk}, headers=foreign).status_code == 403
        by_script = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
        assert visitor.client.get("/wenju/export", params={"talk": "all"}, headers=by_script).status_code == 403
        assert list(titles(visitor)) == [talk]


def test_a_conversation_is_renamed_deleted_and_brought_back(served: Served) -> None:
    with visiting(served) as visitor:
        visitor.asks(QUESTION)
        (talk,) = titles(visitor)
        assert visitor.client.post("/wenju/talk/rename", json={"talk": talk, "title": HOSTILE}).status_code == 200
        assert "<script" not in visitor.client.get("/wenju/talks").json()["html"]
        empty = visitor.client.post("/wenju/talk/rename", json={"talk": talk, "title": " ", "language": "en"})
        assert (empty.status_code, empty.text) == (409, "The title cannot be empty.")
        assert visitor.client.post("/wenju/talk/remove", json={"talk": talk}).status_code == 200
        assert titles(visitor) == {}
        assert opens(visitor, talk)["talk"] == ""
        assert visitor.client.post("/wenju/talk/restore", json={"talk": talk}).status_code == 200
        assert list(titles(visitor)) == [talk]


def test_a_read_only_page_keeps_conversations_too(tmp_path: Path) -> None:
    with closing(serving(tmp_path, read_only=True)) as page, visiting(page) as visitor:
        visitor.asks(QUESTION)
        assert list(titles(visitor).values()) == [QUESTION]


def test_a_question_whose_conversation_was_left_meanwhile_is_kept_where_it_was_asked(tmp_path: Path) -> None:
    token = current.set(VisitorWho("at home", owner="user anna"))
    try:
        with closing(TalkStore(tmp_path / "conversations.sqlite")) as store:
            desk, conversation = Desk(HandMadeQA(), ServeSettings(), talks=Talks(store)), Conversation()
            list(desk.converse(conversation, Turn(QUESTION), "zh"))
            first = conversation.talk
            asking = desk.converse(conversation, Turn("那投资呢?"), "zh")
            next(asking)
            conversation.begin()
            list(desk.converse(conversation, Turn("石桥高新区有多少家企业?"), "zh"))
            list(asking)
            second = conversation.talk
            assert [turn.question for turn in store.turns("user anna", first)] == [QUESTION, "那投资呢?"]
            assert [turn.question for turn in store.turns("user anna", second)] == ["石桥高新区有多少家企业?"]
            store.remove("user anna", second)
            list(desk.converse(conversation, Turn("那石桥呢?"), "zh"))
            assert conversation.talk not in ("", second), "what was deleted is not gone on with"
            assert [turn.question for turn in store.turns("user anna", conversation.talk)] == ["那石桥呢?"]
    finally:
        current.reset(token)


def test_of_fifty_visitors_at_once_each_finds_what_they_asked(served: Served) -> None:
    def visit(number: int) -> tuple[int, list[str], list[str]]:
        with visiting(served) as visitor:
            visitor.asks(f"第{number}人引进了多少个项目?")
            visitor.asks(f"第{number}人那投资呢?")
            (talk,) = titles(visitor)
            return number, list(titles(visitor).values()), asked_in(opens(visitor, talk))

    with ThreadPoolExecutor(10) as pool:
        for number, listed, asked in pool.map(visit, range(50)):
            assert listed == [f"第{number}人引进了多少个项目?"]
            assert asked == [f"第{number}人引进了多少个项目?", f"第{number}人那投资呢?"]


def test_of_a_long_conversation_the_latest_turns_are_shown_and_all_on_demand(served: Served) -> None:
    with visiting(served) as visitor:
        for number in range(53):
            visitor.asks(f"第{number}年引进了多少个项目?")
        (talk,) = titles(visitor)
        said = opens(visitor, talk)
        assert (len(said["turns"]), said["earlier"]) == (50, 3)
        everything = opens(visitor, f"{talk} all")
        assert (len(everything["turns"]), everything["earlier"]) == (53, 0)


# --- the documents change


@pytest.fixture
def over_documents(tmp_path: Path) -> Iterator[tuple[Served, Path, CountingEncoder]]:
    """A page over two articles that are really read."""
    encoder = CountingEncoder()
    corpus, index = write_corpus(tmp_path / "corpus", CORPUS), tmp_path / "index"
    rebuild(corpus, index, progress=False, encoder=encoder)
    with closing(Index.open(index)) as opened:
        qa: QA = counting_qa(opened, encoder)
        with closing(serving(tmp_path, qa, corpus=corpus, index=index)) as page:
            yield page, tmp_path, encoder


def test_an_answer_keeps_what_it_said_and_is_marked_where_its_document_has_changed(
    over_documents: tuple[Served, Path, CountingEncoder],
) -> None:
    page, folder, encoder = over_documents
    with visiting(page) as visitor:
        said = visitor.asks("东港码头总投资多少?")
        assert "12亿元" in said
        (talk,) = titles(visitor)
        assert "wj-since" not in json.dumps(opens(visitor, talk))
        (folder / "corpus" / "school.txt").write_text("新学校\n\n新学校有学生1300人。\n", encoding="utf-8")
        rebuild(folder / "corpus", folder / "index", progress=False, encoder=encoder)
        assert "wj-since" not in json.dumps(opens(visitor, talk)), "another document has changed"
        (folder / "corpus" / "port.txt").write_text(
            "东港码头建成\n\n东港码头于2023年建成，总投资15亿元。\n", encoding="utf-8"
        )
        rebuild(folder / "corpus", folder / "index", progress=False, encoder=encoder)
        news = json.dumps(opens(visitor, talk), ensure_ascii=False)
        assert "文档已更新" in news
        assert "再问一次" in news
        assert "12亿元" in news
        again = visitor.asks("东港码头总投资多少?")
        assert "15亿元" in again
        first, second = opens(visitor, talk)["turns"]
        assert "wj-since" in json.dumps(first)
        assert "wj-since" not in json.dumps(second)


def test_a_refusal_is_marked_where_any_document_has_changed(
    over_documents: tuple[Served, Path, CountingEncoder],
) -> None:
    page, folder, encoder = over_documents
    with visiting(page) as visitor:
        assert "wj-reason" in visitor.asks("西港大桥全长多少米?")
        (talk,) = titles(visitor)
        (folder / "corpus" / "bridge.txt").write_text("大桥\n\n西港大桥全长300米。\n", encoding="utf-8")
        rebuild(folder / "corpus", folder / "index", progress=False, encoder=encoder)
        assert "wj-since" in json.dumps(opens(visitor, talk))


# --- taking them along


def test_one_conversation_and_all_are_exported_in_three_formats(served: Served) -> None:
    with visiting(served) as visitor:
        visitor.asks(QUESTION)
        visitor.does("wj-clear", "click", [None])
        visitor.asks("石桥高新区有多少家企业?")
        other, first = titles(visitor)
        for talk, questions in ((first, [QUESTION]), ("all", ["石桥高新区有多少家企业?", QUESTION])):
            for form in ("md", "docx", "csv"):
                answer = visitor.client.get("/wenju/export", params={"talk": talk, "form": form})
                assert re.search(
                    rf"filename\*=UTF-8''.*\d{{4}}-\d\d-\d\d.*\.{form}$", answer.headers["content-disposition"]
                )
                if form == "docx":
                    paragraphs = docx.Document(io.BytesIO(answer.content)).paragraphs
                    said = "\n".join(paragraph.text for paragraph in paragraphs)
                else:
                    said = answer.content.decode("utf-8-sig")
                assert all(question in said for question in questions), (talk, form)
                assert ("石桥" in said) == (talk == "all")
        assert visitor.client.get("/wenju/export", params={"form": "exe"}).status_code == 422
        assert other != first


def test_a_file_of_conversations_that_cannot_be_used_is_said_and_questions_are_answered(tmp_path: Path) -> None:
    (tmp_path / "conversations.sqlite").write_bytes(b"rubbish" * 1000)
    with closing(serving(tmp_path)) as page, visiting(page) as visitor:
        assert "311个" in visitor.asks(QUESTION)
        said = visitor.client.get("/wenju/talks").json()["html"]
        assert "对话暂时不能保存" in said
        assert str(tmp_path) not in said
    assert (tmp_path / "conversations.sqlite").read_bytes() == b"rubbish" * 1000


def test_thousands_of_other_cookies_take_no_time() -> None:
    header = "a=;" * 21_000 + f"{BROWSER}={'t' * 43}"
    began = time.process_time()
    for _ in range(20):
        assert owner_of(None, header).startswith("browser ")
    assert time.process_time() - began < 0.5
