"""Objects that name a file of the server, sent wherever something is taken: nothing is read, deleted or waited for."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from embeddings.errors import Unreadable
from tests.web.answers import HandMadeQA
from tests.web.conftest import free_port
from web.door.access import ServeSettings, set_password
from web.door.own_files import own_upload
from web.serving.server import launch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET = "gardener-drinks-tea-at-noon"
USER = ("anna", "open sesame")
META = {"_type": "gradio.FileData"}
BOUNDED = httpx.Timeout(20)
ONCE = {"connection": "close"}
MCP_HEADERS = {"accept": "application/json, text/event-stream"}


@dataclass(frozen=True)
class Target:
    """A served page, the file outside of it that is attacked, and where the page keeps what it is sent."""

    http: httpx.Client
    victim: Path
    temp: Path
    uploads: Path

    def unharmed(self, said: str) -> None:
        """The file is as it was, nobody was shown it or where copies are kept, and it was copied nowhere."""
        assert self.victim.read_text(encoding="utf-8") == SECRET
        assert SECRET not in said
        assert str(self.uploads) not in said
        assert "Traceback" not in said
        kept = [file for file in self.temp.rglob("*") if file.is_file() and not file.is_symlink()]
        assert not [file for file in kept if SECRET.encode() in file.read_bytes()]
        assert self.http.get("/config").status_code == 200


@pytest.fixture(scope="module", params=["with a login", "without", "read-only on a network"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("attacked")
    victim, temp = folder / "outside" / "victim.txt", folder / "temp"
    for needed in (victim.parent, temp, folder / "corpus"):
        needed.mkdir()
    victim.write_text(SECRET, encoding="utf-8")
    locked, host = request.param == "with a login", "0.0.0.0" if "network" in request.param else "127.0.0.1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("web.door.access._N", 2**10)
        patch.setattr(tempfile, "tempdir", str(temp))
        patch.delenv("GRADIO_TEMP_DIR", raising=False)
        if locked:
            set_password(folder / "users.txt", *USER)
        settings = ServeSettings(
            users=folder / "users.txt" if locked else None,
            mcp=True,
            requests_per_minute=100_000,
            corpus=folder / "corpus",
            index=folder / "index",
        )
        port = free_port()
        served = launch(HandMadeQA(), host, port, None, settings)
        uploads = served.desk.uploads.path
        uploads.mkdir(parents=True, exist_ok=True)
        auth = USER if locked else None
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=auth, timeout=BOUNDED, trust_env=False) as http:
            yield Target(http, victim, temp, uploads)
        served.close()


# --- what is sent


def named(path: object, **more: Any) -> dict[str, Any]:
    return {"path": str(path), "meta": META, **more}


def nested(target: Target, depth: int) -> Any:
    value: Any = named(target.victim)
    for _ in range(depth):
        value = [value]
    return value


def linked(target: Target) -> dict[str, Any]:
    link = target.uploads / "link.txt"
    if not link.is_symlink():
        link.symlink_to(target.victim)
    return named(link)


def by_address(target: Target) -> dict[str, Any]:
    return named(target.victim, url=f"{target.http.base_url}/gradio_api/file={target.victim}")


ATTACKS: dict[str, Callable[[Target], Any]] = {
    "plain": lambda target: named(target.victim),
    "in a list": lambda target: nested(target, 1),
    "deep in lists": lambda target: nested(target, 40),
    "in a mapping": lambda target: {"a": [{"b": named(target.victim)}]},
    "two names": lambda target: [str(target.victim), named(target.victim, orig_name="a.txt", size=1)],
    "as a stream": lambda target: [named(target.victim, is_stream=True)],
    "with its address here": by_address,
    "address only": lambda target: {"path": "", "url": f"file://{target.victim}", "meta": META},
    "file:// as path": lambda target: named(f"file://{target.victim}"),
    "by a link": linked,
    "by a link as a stream": lambda target: [{**linked(target), "is_stream": True}],
    "up and down": lambda target: named(target.uploads / ".." / ".." / "outside" / "victim.txt"),
    "relative": lambda target: named(Path("..", "..", "..", *target.victim.parts[1:])),
    "by way of proc": lambda target: named(f"/proc/self/root{target.victim}"),
    "without a mark": lambda target: {"path": str(target.victim)},
    "meta of another kind": lambda target: {"path": str(target.victim), "meta": "gradio.FileData"},
    "written as text": lambda target: json.dumps(named(target.victim)),
    "written as text twice": lambda target: json.dumps(json.dumps([named(target.victim)])),
    "endless": lambda _: named("/dev/zero"),
    "endless as a stream": lambda _: [named("/dev/zero", is_stream=True)],
    "of the process": lambda _: named("/proc/self/environ"),
}
attack = pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())


# --- where it is sent


def by_call(target: Target, value: Any) -> str:
    """To the documented calls, in each of their places; all that is answered."""
    said = []
    bodies: tuple[tuple[str, Any], ...] = (
        ("ask", {"data": [value]}),
        ("ask", {"data": ["引进了多少?", 5, value]}),
        ("ask", {"data": ["引进了多少?", value]}),
        ("search", {"data": [value]}),
        ("sources", {"data": [], "session_hash": "s", "event_data": value}),
        ("v2/ask", {"question": value}),
        ("v2/ask", {"question": "引进了多少?", "history": value}),
    )
    for name, body in bodies:
        answer = target.http.post(f"/gradio_api/call/{name}", json=body)
        said.append(answer.text)
        if answer.status_code == 200:
            event = answer.json()["event_id"]
            said.append(target.http.get(f"/gradio_api/call/{name.removeprefix('v2/')}/{event}").text)
    return "\n".join(said)


def join(target: Target, function: dict[str, Any], data: list[Any], **more: Any) -> str:
    """What a function of the page answers, to the end of its stream."""
    session = f"session{function['id']}"
    body = {"data": data, "fn_index": function["id"], "session_hash": session, **more}
    answer = target.http.post("/gradio_api/queue/join", json=body)
    if answer.status_code != 200:
        return answer.text
    return target.http.get("/gradio_api/queue/data", params={"session_hash": session}).text


def functions(target: Target) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = target.http.get("/config").json()["dependencies"]
    return [function for function in found if function["backend_fn"] and function["api_name"] != "build"]


def by_queue(target: Target, value: Any) -> str:
    """To every function of the page, in each of its places."""
    said = []
    for function in functions(target):
        places = len(function["inputs"])
        for place in range(places):
            data: list[Any] = [None] * places
            data[place] = value
            said.append(join(target, function, data))
        said.append(join(target, function, [None] * places, event_data=[value]))
    return "\n".join(said)


def by_mcp(target: Target, value: Any) -> str:
    said = []
    for name, arguments in (
        ("ask", {"question": value}),
        ("ask", {"question": "引进了多少?", "k": value}),
        ("ask", {"question": "引进了多少?", "history": [value]}),
        ("search", {"words": value}),
        ("sources", {"file": value}),
    ):
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        said.append(target.http.post("/gradio_api/mcp", json=call, headers=MCP_HEADERS).text)
    return "\n".join(said)


def by_other_routes(target: Target, value: Any) -> str:
    """To the routes of Gradio that take a body, and as an upload."""
    body = {"data": [value], "session_hash": "s", "fn_index": 0, "component_id": 1, "fn_name": "preprocess"}
    said = [
        target.http.post(f"/gradio_api/{path}", json=body).text
        for path in ("upload", "component_server", "run/predict", "api/add", "stream/x", "cancel", "reset")
    ]
    name = value.get("path") if isinstance(value, dict) else str(target.victim)
    said.append(
        target.http.post("/gradio_api/upload", files={"files": (name, b"")}, data={"path": name}, headers=ONCE).text
    )
    return "\n".join(said).replace(str(target.uploads), "")


@attack
@pytest.mark.parametrize("door", [by_call, by_queue, by_mcp, by_other_routes])
def test_no_file_of_the_server_is_read_deleted_or_waited_for(
    target: Target, door: Callable[[Target, Any], str], attack: Callable[[Target], Any]
) -> None:
    said = door(target, attack(target))
    target.unharmed(said)
    assert "PATH=" not in said


def test_no_file_is_served_by_its_path_not_even_one_that_was_uploaded(target: Target) -> None:
    kept = target.uploads / "kept.txt"
    kept.write_text("mine", encoding="utf-8")
    for place in (
        target.victim,
        kept,
        f"file://{kept}",
        "/proc/self/environ",
        f"{target.uploads}/../../outside/victim.txt",
    ):
        for form in ("file=", "file/"):
            answer = target.http.get(f"/gradio_api/{form}{place}")
            assert answer.status_code == 404
            assert "mine" not in answer.text
            target.unharmed(answer.text.replace(str(target.uploads), ""))


def add(target: Target, files: Any) -> str:
    return target.http.post("/wenju/library/add", json={"files": files, "language": "en"}).text


def test_no_function_of_the_page_takes_files(target: Target) -> None:
    shown = {item["id"]: item["type"] for item in target.http.get("/config").json()["components"]}
    taken = {shown[number] for function in functions(target) for number in function["inputs"]}
    assert taken.isdisjoint({"uploadbutton", "file"})


@attack
def test_adding_to_the_documents_takes_nothing_but_the_names_of_uploads(
    target: Target, attack: Callable[[Target], Any]
) -> None:
    value = attack(target)
    for files in ([value], value, [[value]]):
        target.unharmed(add(target, files).replace(str(target.uploads), ""))
    assert not list((target.victim.parent.parent / "corpus").glob("victim*"))


def test_what_was_uploaded_here_is_added_and_then_gone_from_where_it_arrived(target: Target) -> None:
    text = "银杏灯塔落成\n\n银杏灯塔高87米。\n".encode()
    sent = target.http.post("/gradio_api/upload", files={"files": ("灯塔.txt", text)})
    if sent.status_code == 403:
        assert "只读" in sent.json()["error"]
        return
    (path,) = sent.json()
    said = add(target, [path])
    assert "Added 灯塔.txt" in said
    assert not Path(path).exists()
    assert (target.victim.parent.parent / "corpus" / "灯塔.txt").read_bytes() == text


def test_what_is_refused_is_said_in_the_language_of_the_page(target: Target) -> None:
    (ask,) = [item for item in functions(target) if item["api_name"] == "reply"]
    for language, sentence in (("zh", "这里不收文件"), ("en", "No files are taken here")):
        body = {"data": [named(target.victim), "zh", None, ""], "fn_index": ask["id"], "session_hash": "s"}
        answer = target.http.post("/gradio_api/queue/join", json=body, headers={"accept-language": language})
        assert (answer.status_code, answer.json()["error"].startswith(sentence)) == (403, True)


@pytest.mark.parametrize("number", [None, 999, -1, True, 1.0, "1", [1], {"path": "x"}])
def test_a_function_that_the_page_has_not_is_refused(target: Target, number: Any) -> None:
    body = {"data": ["问?", "zh", None, ""], "fn_index": number, "session_hash": "s"}
    assert target.http.post("/gradio_api/queue/join", json=body).status_code == 422


@pytest.mark.parametrize("path", ["queue/join", "cancel", "mcp", "call/v2/ask", "call/ask"])
@pytest.mark.parametrize("body", [b"", b"no json", b"[" * 100_000, b'{"data":' * 50_000, "{}".encode("utf-16")[:-1]])
def test_what_is_no_json_and_so_cannot_be_looked_into_is_refused(target: Target, path: str, body: bytes) -> None:
    headers = {"content-type": "application/json", "accept-language": "en", **MCP_HEADERS}
    answer = target.http.post(f"/gradio_api/{path}", content=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/gradio_api/vibe-code/"),
        ("POST", "/gradio_api/run-history/connect"),
        ("POST", "/gradio_api/stream/x"),
        ("POST", "/gradio_api/stream/x/close"),
        ("POST", "/gradio_api/profiling/clear"),
        ("POST", "/gradio_api/queue/join\n"),
        ("POST", "/gradio_api/upload%0A"),
        ("POST", "/config"),
        ("POST", "/"),
        ("PUT", "/gradio_api/queue/join"),
        ("DELETE", "/wenju/feedback"),
        ("PATCH", "/gradio_api/upload"),
        ("GET", "/gradio_api/deep_link?session_hash=s"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/vibe-code"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/stream/s/r/1/playlist-file"),
        ("GET", "/gradio_api/token"),
        ("GET", "/custom_component/a/b/c/d"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/pwa_icon/99999"),
    ],
)
def test_what_the_page_does_not_use_of_gradio_is_closed(target: Target, method: str, path: str) -> None:
    answer = target.http.request(method, path.replace("\n", "%0A"), headers={"accept-language": "en"})
    assert answer.status_code in (403, 404, 405)
    assert answer.json()["error"].startswith(("There is nothing at", "This is read-only", "This method is not"))
    assert answer.headers["x-content-type-options"] == "nosniff"


# --- each check by itself, as if the others were not there


def test_gradio_itself_takes_no_file_that_was_not_uploaded(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.door.admission.Admission.check_body", lambda *_: None)
    for value in (named(target.victim), [named(target.victim, is_stream=True)], named("/dev/zero")):
        target.unharmed(by_call(target, value))
        target.unharmed(by_queue(target, value))


def test_adding_touches_nothing_but_uploads(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.door.admission.Admission.check_body", lambda *_: None)
    monkeypatch.setattr("gradio.processing_utils._check_allowed", lambda *_: None)
    said = add(target, [str(target.victim), linked(target)["path"]]).replace(str(target.uploads), "")
    target.unharmed(said)
    assert "Not added victim.txt: Not a file that was uploaded here." in said or "Read-only" in said


# --- the check of a single file


def test_only_an_ordinary_file_within_the_folder_is_an_upload_of_ours(tmp_path: Path) -> None:
    folder, outside = tmp_path / "uploads", tmp_path / "victim.txt"
    (folder / "a").mkdir(parents=True)
    outside.write_text(SECRET, encoding="utf-8")
    own = folder / "a" / "own.txt"
    own.write_text("mine", encoding="utf-8")
    (folder / "link.txt").symlink_to(outside)
    (folder / "away").symlink_to(tmp_path)
    (folder / "second.txt").hardlink_to(outside)
    assert own_upload(str(own), folder) == own
    foreign = [
        outside, folder, folder / "a", folder / "link.txt", folder / "away" / "victim.txt", folder / "second.txt",
        folder / ".." / "victim.txt", folder / "gone.txt", "own.txt", f"file://{own}", "", "\0", "/", "/dev/zero",
        folder / "a" / "..", "x" * 5000, "\ud800",
    ]  # fmt: skip
    for file in (*map(str, foreign), None, 7, ["a"], {"path": str(own)}):
        with pytest.raises(Unreadable):
            own_upload(file, folder)


def test_behind_a_folder_that_is_a_link_itself_uploads_are_found(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to(tmp_path / "real")
    (tmp_path / "real" / "own.txt").write_text("mine", encoding="utf-8")
    assert own_upload(str(tmp_path / "folder" / "own.txt"), tmp_path / "folder") == tmp_path / "real" / "own.txt"
