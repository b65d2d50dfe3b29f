from __future__ import annotations

import asyncio
import re
import socket
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AuthenticationError

from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from tests.web.crowds import visitor
from web.door.access import ServeSettings, Users, set_password
from web.door.guard import BODY_BYTES, Guard
from web.door.incoming import is_local_host
from web.door.limits import Limiter
from web.door.login import COOKIE, Doorkeeper, cookie_token
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

NAME, PASSWORD = "安娜", "开门 sesame"
BROWSER = {"accept": "text/html,*/*", "accept-language": "en-GB,en;q=0.9,zh;q=0.5"}
ASK = "/gradio_api/call/ask"
SOURCES = "/gradio_api/call/sources"
FEW = 20
EVERYTHING = (
    ("GET", "/"),
    ("GET", "/config"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/heartbeat/x"),
    ("GET", "/gradio_api/queue/data?session_hash=x"),
    ("GET", "/gradio_api/file=/etc/hostname"),
    ("GET", "/assets/none.js"),
    ("GET", "/wenju/article?file=port.txt"),
    ("GET", "//gradio_api/info"),
    ("POST", ASK),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/mcp"),
    ("POST", "/wenju/feedback"),
    ("GET", "/nothing"),
    ("OPTIONS", "/gradio_api/info"),
)


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("users") / "users.txt"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.door.access._N", 2**10)
        set_password(file, NAME, PASSWORD)
    return file


@pytest.fixture(scope="module")
def locked(users: Path) -> Iterator[str]:
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(users=users))
    yield served.local_url
    served.close()


@pytest.fixture(scope="module")
def limited() -> Iterator[str]:
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(requests_per_minute=FEW))
    yield served.local_url
    served.close()


@pytest.fixture
def at_door(locked: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=locked, timeout=30) as client:
        yield client


@pytest.fixture
def inside(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


def call(client: httpx.Client, data: list[Any] | None = None, **more: Any) -> httpx.Response:
    """Ask for the sources, of which there are none, or what `data` says."""
    return client.post(SOURCES, json={"data": [] if data is None else data, **more})


# --- who may come in


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_without_a_login_everything_is_refused_alike(at_door: httpx.Client, method: str, path: str) -> None:
    answer = at_door.request(method, path)
    assert answer.status_code == 401
    assert answer.json()["error"]
    assert answer.headers["www-authenticate"].startswith('Basic realm="wenju"')


def test_a_browser_gets_a_login_page_in_its_own_language_only(at_door: httpx.Client) -> None:
    english = at_door.get("/", headers=BROWSER)
    chinese = at_door.get("/any/page", headers={**BROWSER, "accept-language": "zh-CN"})
    assert (english.status_code, "www-authenticate" in english.headers) == (401, False)
    assert '<html lang="en">' in english.text
    assert "Password" in english.text
    assert not re.search("[\u4e00-\u9fff]", re.sub(r"<style>.*?</style>", "", english.text, flags=re.DOTALL))
    assert '<html lang="zh-CN">' in chinese.text
    assert "密码" in chinese.text
    assert "Password" not in chinese.text
    assert "<script" not in english.text
    assert 'for="username"' in english.text
    assert 'for="password"' in english.text


def test_who_logs_in_gets_a_cookie_that_no_script_and_no_other_page_can_use(at_door: httpx.Client) -> None:
    answer = at_door.post("/login", data={"username": NAME, "password": PASSWORD}, headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert at_door.get("/", headers=BROWSER).status_code == 200
    assert at_door.get("/gradio_api/info").status_code == 200


def test_who_logs_in_gets_to_what_they_wanted_to_open(at_door: httpx.Client) -> None:
    page = at_door.get("/?talk=abc&turn=d-e_f", headers=BROWSER)
    assert 'action="/login?talk=abc&amp;turn=d-e_f"' in page.text
    assert 'action="/login"' in at_door.get("/?a=//b", headers=BROWSER).text
    form = {"username": NAME, "password": PASSWORD}
    wanted = at_door.post("/login?talk=abc&turn=d-e_f", data=form, headers=BROWSER)
    assert wanted.headers["location"] == "/?talk=abc&turn=d-e_f"
    elsewhere = at_door.post("/login?//evil.example", data=form, headers=BROWSER)
    assert elsewhere.headers["location"] == "/"


def test_behind_a_proxy_with_https_the_cookie_is_for_https_only(at_door: httpx.Client) -> None:
    headers = {**BROWSER, "x-forwarded-proto": "https"}
    answer = at_door.post("/login", data={"username": NAME, "password": PASSWORD}, headers=headers)
    assert "secure" in answer.headers["set-cookie"].lower()


def test_after_logging_out_the_cookie_opens_nothing(at_door: httpx.Client) -> None:
    at_door.post("/login", data={"username": NAME, "password": PASSWORD})
    token = at_door.cookies[COOKIE]
    assert at_door.post("/logout", headers=BROWSER).headers["location"] == "/"
    assert COOKIE not in at_door.cookies
    assert at_door.get("/gradio_api/info", cookies=None, headers={"cookie": f"{COOKIE}={token}"}).status_code == 401


def test_a_wrong_password_is_said_on_the_page_with_the_name_kept_as_text(at_door: httpx.Client) -> None:
    name = '"><script>alert(1)</script>'
    page = at_door.post("/login", data={"username": name, "password": "no"}, headers=BROWSER)
    assert page.status_code == 401
    assert 'role="alert">Name or password is wrong.' in page.text
    assert "<script>" not in page.text
    program = at_door.post("/login", data={"username": "nobody", "password": "no"}, headers={"accept-language": "zh"})
    assert (program.status_code, program.json()["error"]) == (401, "用户名或密码不对。")


def test_http_basic_opens_for_programs_and_a_wrong_one_does_not(at_door: httpx.Client) -> None:
    assert at_door.get("/gradio_api/info", auth=(NAME.encode(), PASSWORD.encode())).status_code == 200
    assert at_door.get("/gradio_api/info", auth=(NAME.encode(), b"no")).status_code == 401
    for header in ("Basic", "Basic ???", "Bearer x", "Basic " + "A" * 100_000):
        assert at_door.get("/gradio_api/info", headers={"authorization": header}).status_code in (400, 401)


def test_the_script_of_an_open_page_gets_no_window_of_the_browser_when_its_session_has_ended(
    at_door: httpx.Client,
) -> None:
    answer = at_door.post("/gradio_api/queue/join", headers={"sec-fetch-mode": "cors"})
    assert (answer.status_code, "www-authenticate" in answer.headers) == (401, False)


def test_gradio_client_logs_in_and_asks(locked: str) -> None:
    client = Client(locked, auth=(NAME, PASSWORD), verbose=False, analytics_enabled=False)
    assert client.predict("引进了多少个项目?", api_name="/ask")["texts"] == ["311个"]
    client.close()
    with pytest.raises(AuthenticationError):
        Client(locked, auth=(NAME, "no"), verbose=False, analytics_enabled=False)


def test_sessions_end_by_time_and_with_the_password_they_were_opened_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.door.access._N", 2**10)
    file, now = tmp_path / "users.txt", [0.0]
    set_password(file, "anna", "one")
    keeper = Doorkeeper(Users(file), lambda: now[0])

    async def story() -> list[str | None]:
        first = await keeper.log_in("anna", "one", "::1")
        seen = [await keeper.who(first, None, "::1")]
        now[0] += 12 * 3600
        seen.append(await keeper.who(first, None, "::1"))
        second = await keeper.log_in("anna", "one", "::1")
        seen.append(await keeper.who(second, None, "::1"))
        set_password(file, "anna", "two")
        seen.append(await keeper.who(second, None, "::1"))
        return seen

    assert asyncio.run(story()) == ["anna", None, "anna", None]


def test_a_websocket_is_refused_before_it_opens() -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("reached")

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/gradio_api/queue/join", "headers": []}
    asyncio.run(Guard(app, requests_per_minute=1, local=True)(scope, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (None, None),
        ("", None),
        (f"{COOKIE}=a", "a"),
        (f'x="; {COOKIE}=a', "a"),
        (f"b@d[=1; {COOKIE}=a; other=2", "a"),
        ("other=1", None),
    ],
)
def test_a_cookie_that_another_program_set_does_not_hide_ours(header: str | None, token: str | None) -> None:
    assert cookie_token(header) == token


# --- from where


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "10.0.0.1", "a@localhost"]
)
def test_a_foreign_name_that_points_to_this_machine_opens_nothing(inside: httpx.Client, host: str) -> None:
    answer = inside.get("/", headers={"host": host, "accept-language": "en"})
    assert answer.status_code == 403
    assert repr(host) in answer.json()["error"]


def test_names_of_this_machine_are_known() -> None:
    for host in ("localhost", "localhost:7860", "127.0.0.1", "127.0.1.1:80", "[::1]:7860", "LOCALHOST", "a.localhost"):
        assert is_local_host(host)
    for host in ("", "[::1", "localhost.evil.example", "0x7f.1", "[::2]:1"):
        assert not is_local_host(host)


def test_a_request_of_another_page_is_refused_and_that_of_our_own_is_not(inside: httpx.Client) -> None:
    own = str(inside.base_url).rstrip("/")
    for origin in ("http://evil.example", "null", "http://localhost:1", "http://[", own.replace("http", "x")[:3]):
        assert inside.post(ASK, json={"data": ["问?"]}, headers={"origin": origin}).status_code == 403
    assert inside.post(ASK, json={"data": ["问?"]}, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert inside.post(ASK, json={"data": ["问?"]}, headers={"origin": own}).status_code == 200
    preflight = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    assert inside.options(ASK, headers=preflight).status_code == 403


@pytest.mark.parametrize("path", ["/config", "/", "/gradio_api/info", "/gradio_api/queue/data?session_hash=x"])
def test_no_other_page_can_read_what_is_here(inside: httpx.Client, path: str) -> None:
    own = str(inside.base_url).rstrip("/")
    for origin in ("http://evil.example", "null", "http://localhost:1", own.replace("127.0.0.1", "localhost")):
        answer = inside.get(path, headers={"origin": origin, "accept-language": "en"})
        assert (answer.status_code, "from another page" in answer.json()["error"]) == (403, True)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    for site in ("cross-site", "same-site"):
        embedded = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
        assert inside.get(path, headers=embedded).status_code == 403
    asked = inside.get("/config", headers={"origin": own, "sec-fetch-site": "same-origin"})
    assert asked.status_code == 200
    assert not [name for name in asked.headers if name.startswith("access-control-")]


def test_a_link_on_another_page_opens_this_one(inside: httpx.Client) -> None:
    followed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert inside.get("/", headers=followed).status_code == 200


@pytest.fixture(scope="module", params=["with a login", "without"])
def on_network(request: pytest.FixtureRequest, users: Path) -> Iterator[httpx.Client]:
    settings = ServeSettings(
        users=users if request.param == "with a login" else None, host_names=("ask.example.org", "问据.example")
    )
    port = free_port()
    served = launch(HandMadeQA(), "0.0.0.0", port, None, settings)
    auth = (NAME.encode(), PASSWORD.encode()) if settings.users else None
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=auth, timeout=30) as client:
        yield client
    served.close()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "ask.example.org.evil.example", "a@ask.example.org", "1.2.3.4.nip.io"]
)
def test_on_a_network_a_foreign_name_that_points_here_opens_nothing(on_network: httpx.Client, host: str) -> None:
    headers = {"host": host, "accept-language": "en"}
    read = on_network.get("/config", headers=headers)
    asked = on_network.post(SOURCES, json={"data": []}, headers={**headers, "origin": f"http://{host}"})
    for answer in (read, asked):
        assert answer.status_code == 403
        assert repr(host) in answer.json()["error"]
        assert "--host-name" in answer.json()["error"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost:7860", "192.168.1.9:80", "[fd00::1]:7860", "ask.example.org", "ASK.example.org.:443"],
)
def test_on_a_network_its_addresses_and_the_names_it_was_given_open_it(on_network: httpx.Client, host: str) -> None:
    assert on_network.get("/config", headers={"host": host}).status_code == 200


def test_open_to_this_machine_only_a_name_it_was_given_opens_it_too() -> None:
    settings = ServeSettings(host_names=("ask.example.org",))
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, settings)
    statuses = [
        httpx.get(f"{served.local_url}config", headers={"host": host}).status_code
        for host in ("ask.example.org", "10.0.0.1", "evil.example")
    ]
    served.close()
    assert statuses == [200, 403, 403]


@pytest.mark.parametrize(
    "lengths",
    [
        (b"Content-Length: 4", b"Transfer-Encoding: chunked"),
        (b"Transfer-Encoding: chunked", b"Content-Length: 48"),
        (b"content-length: 0", b"transfer-encoding:  chunked"),
    ],
)
def test_a_request_of_two_lengths_is_refused_and_nothing_after_it_is_served(
    inside: httpx.Client, lengths: tuple[bytes, bytes]
) -> None:
    address = inside.base_url.host, inside.base_url.port
    hidden = b"GET /config HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = b"POST /gradio_api/reset HTTP/1.1\r\nHost: localhost\r\n" + b"\r\n".join(lengths)
    with socket.create_connection(address, timeout=20) as connection, connection.makefile("rb") as answers:
        connection.sendall(head + b"\r\n\r\n0\r\n\r\n" + hidden)
        said = answers.read()
    assert said.startswith(b"HTTP/1.1 400")
    assert said.count(b"HTTP/1.1") == 1


def test_behind_a_proxy_the_name_that_the_browser_knows_counts(inside: httpx.Client) -> None:
    proxied = {"origin": "https://ask.example", "x-forwarded-host": "ask.example:443"}
    assert inside.post(ASK, json={"data": ["问?"]}, headers=proxied).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/config"),
        ("GET", "/nothing"),
        ("GET", "/static/img/logo.svg"),
        ("GET", "/wenju/answer"),
        ("GET", "/gradio_api/file=/etc/hostname"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/login"),
        ("OPTIONS", "/"),
    ],
)
def test_every_answer_says_what_a_browser_may_make_of_it(
    inside: httpx.Client, at_door: httpx.Client, method: str, path: str
) -> None:
    for client in (inside, at_door):
        for headers in ({}, BROWSER, {"host": "evil.example"}):
            said = client.request(method, path, headers=headers).headers
            assert said["x-frame-options"] == "SAMEORIGIN"
            assert said["x-content-type-options"] == "nosniff"
            assert said["referrer-policy"] == "same-origin"
            assert said["content-security-policy"].startswith("default-src ")
            assert said.get_list("x-frame-options") == ["SAMEORIGIN"]


def test_the_page_may_load_nothing_from_elsewhere(inside: httpx.Client) -> None:
    policy = inside.get("/").headers["content-security-policy"]
    sources = {word for directive in policy.split("; ") for word in directive.split()[1:]}
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}
    assert "default-src 'none'" in inside.get("/config").headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["file=https://example.org/a.png", "file/HTTP://example.org/a.png", "proxy=https://a.hf.space/x", "proxy=x"],
)
def test_nothing_is_fetched_from_elsewhere_for_whoever_asks(inside: httpx.Client, path: str) -> None:
    assert inside.get(f"/gradio_api/{path}").status_code == 404


def test_a_file_named_by_an_address_elsewhere_is_not_fetched(inside: httpx.Client) -> None:
    file = {"path": "https://example.org/a.txt", "meta": {"_type": "gradio.FileData"}}
    body = {"data": [[file]], "fn_index": 0, "session_hash": "files"}
    assert inside.post("/gradio_api/queue/join", json=body).status_code == 403
    assert inside.post(ASK, json={"data": ["什么是 https://example.org?"]}).status_code == 200


@pytest.mark.parametrize(
    "path", ["call/send", "call/v2/find", "run/ask", "run/predict", "api/ask", "call/ask_1", "call/v2", "run/v2/ask"]
)
def test_only_the_three_endpoints_can_be_called_by_name(inside: httpx.Client, path: str) -> None:
    assert inside.post(f"/gradio_api/{path}", json={"data": ["问?"], "fn_index": 0}).status_code == 404


# --- how much


def test_a_question_of_a_mebibyte_is_answered_with_a_sentence(inside: httpx.Client) -> None:
    answer = inside.post(ASK, json={"data": ["问" * BODY_BYTES]}, headers={"accept-language": "en"})
    assert answer.status_code == 413
    assert answer.json()["error"] == "The request is too large, at most 1 MiB. Shorten it."


def test_a_body_without_a_length_is_read_no_further_than_allowed(inside: httpx.Client) -> None:
    pieces = 0

    def endless() -> Iterator[bytes]:
        nonlocal pieces
        while pieces < 1000:
            pieces += 1
            yield b"x" * (1 << 20)

    for path, status in ((ASK, 413), ("/wenju/feedback", 413), ("/gradio_api/cancel", 413), ("/nothing", 404)):
        pieces = 0
        assert inside.post(path, content=endless()).status_code == status
        assert pieces < 100


def test_an_upload_may_have_more_and_is_cut_off_where_it_grows_too_large(
    inside: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = inside.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * (2 << 20))})
    assert (fits.status_code, len(fits.json())) == (200, 1)
    monkeypatch.setattr("web.door.guard.UPLOAD_BYTES", 3 << 20)
    assert inside.post("/gradio_api/upload", files={"files": ("a.txt", b"x" * (4 << 20))}).status_code == 413
    form = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n',
        *[b"x" * (1 << 20)] * 8,
        b"\r\n--b--\r\n",
    )
    headers = {"content-type": "multipart/form-data; boundary=b"}
    assert inside.post("/gradio_api/upload", content=iter(form), headers=headers).status_code == 413


def test_read_only_refuses_files_wherever_they_are_sent() -> None:
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, ServeSettings(read_only=True))
    with httpx.Client(base_url=served.local_url) as client:
        for path in (
            "/gradio_api/upload",
            "/gradio_api/upload/",
            "//gradio_api/upload",
            "/gradio_api/component_server",
        ):
            answer = client.post(path, files={"files": ("a.txt", b"x")}, headers={"accept-language": "en"})
            assert answer.status_code == 403
            assert "read-only" in answer.json()["error"]
        assert call(client).status_code == 200
    served.close()


# --- how often


def test_an_address_that_asks_too_often_waits_whatever_sessions_it_makes_up_and_another_does_not(limited: str) -> None:
    with visitor(limited, "127.0.0.3") as client:
        answers = [call(client, session_hash=f"session-{number}") for number in range(2 * FEW)]
        assert [answer.status_code for answer in answers] == [200] * FEW + [429] * FEW
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].json()["error"]
        assert call(client).status_code == 429
        assert client.get("/config").status_code == 200
        assert client.get("/").status_code == 200
    with visitor(limited, "127.0.0.4") as calm:
        assert call(calm).status_code == 200


def test_a_session_of_mcp_is_no_new_allowance(limited: str) -> None:
    with visitor(limited, "127.0.0.5") as client:
        statuses = [
            client.post("/gradio_api/mcp", json={}, headers={"mcp-session-id": str(number)}).status_code
            for number in range(FEW + 5)
        ]
    assert statuses[-5:] == [429] * 5
    assert 429 not in statuses[:-5]


def test_a_user_has_an_allowance_of_their_own_wherever_they_ask_from(users: Path) -> None:
    settings = ServeSettings(users=users, requests_per_minute=FEW)
    served = launch(HandMadeQA(), "127.0.0.1", free_port(), None, settings)
    auth = (NAME.encode(), PASSWORD.encode())
    with visitor(served.local_url, auth=auth) as desk, visitor(served.local_url, "127.0.0.6", auth=auth) as phone:
        statuses = [call(device).status_code for _ in range(FEW) for device in (desk, phone)]
    served.close()
    assert statuses == [200] * FEW + [429] * FEW


def test_a_minute_later_the_count_begins_anew_and_memory_is_bounded() -> None:
    now = [0.0]
    limiter = Limiter(2, most_keys=3, clock=lambda: now[0])
    assert [limiter.take("a") for _ in range(3)] == [0.0, 0.0, 60.0]
    now[0] = 45
    assert limiter.take("a") == 15
    limiter.give_back("a")
    assert limiter.take("a") == 0
    now[0] = 60
    assert limiter.take("a") == 0
    for key in range(100):
        limiter.take(key)
    assert len(limiter) == 3
