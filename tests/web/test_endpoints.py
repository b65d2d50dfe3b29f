from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from qa.question.question import QuestionError
from qa.question.scope import Scope
from tests.web.conftest import CORPUS, free_port
from web.api.calls import fill_defaults
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.engine import QA
    from tests.web.answers import HandMadeQA

QUESTION = "东港码头总投资多少?"


@pytest.fixture(scope="module")
def small(small_qa: QA) -> Iterator[str]:
    served = launch(small_qa, "127.0.0.1", free_port())
    yield served.local_url
    served.close()


@pytest.fixture(scope="module")
def client(small: str) -> Iterator[Client]:
    opened = Client(small, verbose=False, analytics_enabled=False)
    yield opened
    opened.close()


@pytest.fixture
def http(small: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=small, timeout=30) as opened:
        yield opened


def result_of(http: httpx.Client, name: str, event: str) -> Any:
    """What the second step of a call brings."""
    lines = http.get(f"/gradio_api/call/{name}/{event}").text.splitlines()
    assert lines[0] == "event: complete"
    (result,) = json.loads(lines[1].removeprefix("data: "))
    return result


def test_ask_gives_the_whole_answer_as_the_library_does(client: Client, small_qa: QA) -> None:
    answer = client.predict(QUESTION, api_name="/ask")
    assert answer == json.loads(json.dumps(small_qa.ask(QUESTION).to_dict()))
    assert answer["texts"] == ["12亿元"]
    assert answer["passages"][0]["sources"] == [{"file": "port.txt", "unit": "line", "start": 3, "end": 3}]


def test_ask_brings_as_many_passages_as_are_wanted_and_knows_earlier_questions(client: Client, small_qa: QA) -> None:
    assert len(client.predict(QUESTION, k=1, api_name="/ask")["passages"]) == 1
    earlier = ["东港码头哪年建成?"]
    answer = client.predict("总投资呢?", history=earlier, api_name="/ask")
    assert answer["asked"] == small_qa.ask("总投资呢?", history=earlier).asked != "总投资呢?"
    written = client.predict("总投资呢?", history=earlier, as_written=True, api_name="/ask")
    assert written["asked"] == "总投资呢?"


def test_ask_says_which_part_of_a_question_the_documents_do_not_answer(http: httpx.Client) -> None:
    question = "东港码头总投资多少,深圳码头总投资多少?谢谢"
    begun = http.post("/gradio_api/call/ask", json={"data": [question, 1]})
    answer = result_of(http, "ask", begun.json()["event_id"])
    assert (answer["texts"], answer["reason"]) == (["12亿元"], None)
    assert [(part["asked"], part["texts"]) for part in answer["parts"]] == [
        ("东港码头总投资多少", ["12亿元"]),
        ("深圳码头总投资多少", []),
    ]
    assert answer["parts"][1]["reason"]["code"] == "name"
    assert answer["passages"][answer["parts"][0]["passages"][0]]["sources"][0]["file"] == "port.txt"


def test_ask_and_figures_stay_within_the_files_and_dates_asked_for(client: Client, small_qa: QA) -> None:
    inside = client.predict(QUESTION, files=["port.txt"], api_name="/ask")
    assert inside == json.loads(json.dumps(small_qa.ask(QUESTION, within=Scope(("port.txt",))).to_dict()))
    outside = client.predict(QUESTION, files=["school.txt"], api_name="/ask")
    assert outside["texts"] == []
    assert {source["file"] for item in outside["passages"] for source in item["sources"]} == {"school.txt"}
    dated = client.predict(QUESTION, since="2031", api_name="/ask")
    assert (dated["texts"], dated["passages"]) == ([], [])
    assert client.predict("总投资", files=["school.txt"], api_name="/figures") == []
    assert client.predict("总投资", files=["port.txt"], api_name="/figures") != []


def test_search_gives_articles_with_the_words_and_where_they_stand(client: Client) -> None:
    (found,) = client.predict("图书馆", api_name="/search")
    assert (found["title"], found["snippet"]) == ("新学校开学", "校长介绍，学校设有图书馆。")
    assert found["source"]["file"] == "school.txt"
    assert "图书馆" in found["matched"]
    assert client.predict("火箭", api_name="/search") == []
    assert len(client.predict("码头 学校", k=1, api_name="/search")) == 1


def test_figures_gives_those_that_the_library_finds(client: Client, small_qa: QA) -> None:
    found = client.predict("总投资", api_name="/figures")
    assert found == [json.loads(json.dumps(figure.to_dict())) for figure in small_qa.figures("总投资")]
    (figure,) = found
    assert (figure["text"], figure["value"], figure["sources"]) == (
        "12亿元",
        1.2e9,
        [{"file": "port.txt", "unit": "line", "start": 3, "end": 3}],
    )
    limited = {"places": ["东港"], "first": "2030", "last": "2031", "mode": "result", "api_name": "/figures"}
    assert client.predict("总投资", **limited) == []


def test_sources_lists_the_documents_of_the_index(client: Client) -> None:
    assert client.predict(api_name="/sources") == [
        {"file": name, "articles": 1, "chunks": 1, "bytes": len(text.encode())} for name, text in CORPUS.items()
    ]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("/ask", {"question": " "}, "问题是空的"),
        ("/ask", {"question": "问" * 1001}, "问题有 1001 个字"),
        ("/ask", {"question": None}, "应为文字"),
        ("/ask", {"question": QUESTION, "k": 51}, "50"),
        ("/ask", {"question": QUESTION, "k": "5"}, "k 应为 1 到 50 的整数"),
        ("/ask", {"question": QUESTION, "k": True}, "k 是 True，应为 1 到 50 的整数"),
        ("/ask", {"question": QUESTION, "history": "前一问"}, "history"),
        ("/ask", {"question": QUESTION, "history": [1]}, "history"),
        ("/ask", {"question": QUESTION, "files": "port.txt"}, "files 应为最多 50 个文件或文件夹的列表"),
        ("/ask", {"question": QUESTION, "files": ["x" * 51] * 51}, "files 应为最多 50 个"),
        ("/ask", {"question": QUESTION, "files": ["harbour.txt"]}, "文档里没有文件或文件夹“harbour.txt”"),
        ("/ask", {"question": QUESTION, "since": "五月"}, "不是日期"),
        ("/ask", {"question": QUESTION, "since": 2023}, "since 是 2023，应为文字"),
        ("/ask", {"question": QUESTION, "since": "2024", "until": "2023"}, "起始日期 2024 在结束日期 2023 之后"),
        ("/ask", {"question": QUESTION, "as_written": "yes"}, "as_written"),
        ("/ask", {"question": QUESTION, "history": ["问?"] * 51}, "history"),
        ("/figures", {"words": " "}, "没有写要找什么"),
        ("/figures", {"words": "投资", "first": "2024", "last": "2020"}, "2024 晚于"),
        ("/figures", {"words": "投资", "first": 2024}, "first 和 last"),
        ("/figures", {"words": "投资", "mode": "actual"}, "actual"),
        ("/figures", {"words": "投资", "places": "东港"}, "places"),
        ("/figures", {"words": "投资", "places": ["东港"] * 51}, "最多 50"),
        ("/search", {"words": ""}, "空的"),
        ("/search", {"words": "码头", "k": 0}, "50"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_and_no_traceback(
    client: Client, capfd: pytest.CaptureFixture[str], name: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(AppError, match=said):
        client.predict(**arguments, api_name=name)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("value", [{"inside": 1}, ["inside"], [{"inside": 1}], 7, True])
def test_what_is_no_text_is_refused_without_being_repeated(http: httpx.Client, value: object) -> None:
    for name, data in (("ask", [value]), ("search", [value]), ("ask", [QUESTION, 5, [[value]]])):
        begun = http.post(f"/gradio_api/call/{name}", json={"data": data})
        said = begun.text
        if begun.status_code == 200:
            said = http.get(f"/gradio_api/call/{name}/{begun.json()['event_id']}").text
            assert said.startswith("event: error")
        assert "inside" not in said


@pytest.mark.parametrize("k", ["inside", ["inside"], {"inside": 1}, None])
def test_a_number_of_passages_that_is_none_is_refused_without_being_repeated(small_qa: QA, k: Any) -> None:
    with pytest.raises(QuestionError, match="k 应为 1 到 50 的整数") as told:
        small_qa.ask(QUESTION, k)
    assert "inside" not in str(told.value)


def test_what_nobody_foresaw_is_logged_and_told_without_its_detail(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client(address, verbose=False, analytics_enabled=False)
    with pytest.raises(AppError, match="出错了") as told:
        client.predict("boom?", api_name="/ask")
    client.close()
    assert "secret" not in str(told.value)
    assert "secret detail" in caplog.text


def test_without_an_index_search_and_sources_say_so(address: str, qa: HandMadeQA) -> None:
    client = Client(address, verbose=False, analytics_enabled=False)
    for arguments in ({"words": "码头", "api_name": "/search"}, {"api_name": "/sources"}):
        with pytest.raises(AppError, match="没有索引"):
            client.predict(**arguments)
    client.close()


def test_a_call_in_two_steps_by_http_fills_in_what_is_left_out(http: httpx.Client) -> None:
    for path, body in (
        ("/gradio_api/call/ask", {"data": [QUESTION]}),
        ("/gradio_api/call/ask", {"data": [QUESTION, 3, ["东港码头哪年建成?"]]}),
        ("/gradio_api/call/v2/ask", {"question": QUESTION}),
    ):
        begun = http.post(path, json=body)
        assert result_of(http, "ask", begun.json()["event_id"])["texts"] == ["12亿元"]


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b'{"data": []}', b'{"data": "q"}', b'{"data": [1, 2, 3, 4, 5, 6, 7, 8]}']
)
def test_a_call_that_fits_no_endpoint_is_told_what_it_should_be(http: httpx.Client, body: bytes) -> None:
    answer = http.post("/gradio_api/call/ask", content=body, headers={"accept-language": "en"})
    assert answer.status_code == 422
    shape = "question, k, history, as_written, files, since, until"
    assert answer.json()["error"] == f'The request must be JSON: {{"data": [{shape}]}}.'


def test_a_complete_call_keeps_what_else_it_says() -> None:
    assert json.loads(fill_defaults("search", b'{"data": ["a"], "session_hash": "s"}')) == {
        "data": ["a", 10],
        "session_hash": "s",
    }


def test_only_these_four_are_described_and_each_says_what_it_does(http: httpx.Client) -> None:
    info = http.get("/gradio_api/info").json()
    assert sorted(info["named_endpoints"]) == ["/ask", "/figures", "/search", "/sources"]
    assert info["unnamed_endpoints"] == {}
    described = info["named_endpoints"]["/ask"]
    types = {item["parameter_name"]: item["python_type"]["type"] for item in described["parameters"]}
    assert (types["question"], types["k"], "list[str]" in types["history"]) == ("str", "int", True)
    assert all(endpoint["description"] for endpoint in info["named_endpoints"].values())
