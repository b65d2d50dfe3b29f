"""A visitor as the page's own script is one: joins the queue, and reads what is sent back; bytes are counted."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from types import TracebackType

UPLOAD = "/gradio_api/upload"


@dataclass
class Visitor:
    """One session of a served page; `sent` and `received` count the bytes of bodies so far."""

    address: str
    comes_from: str = "127.0.0.1"
    session: str = field(default_factory=lambda: secrets.token_hex(8))
    sent: int = 0
    received: int = 0
    login: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        transport = httpx.HTTPTransport(local_address=self.comes_from)
        self.client = httpx.Client(base_url=self.address, timeout=60, transport=transport, auth=self.login)
        self.config: dict[str, Any] = self.client.get("/config").json()

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.client.close()

    def does(self, element: str | None, event: str, data: list[Any]) -> list[Any]:
        """What an element gives when it is used, None is the page itself; asserts that nothing goes wrong."""
        body = {"data": data, "fn_index": self._function(element, event), "session_hash": self.session}
        joined = self.client.post("/gradio_api/queue/join", json=body)
        assert joined.status_code == 200, joined.text
        self.sent += len(joined.request.content)
        given: list[Any] = []
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                self.received += len(line.encode())
                message: dict[str, Any] = json.loads(line.removeprefix("data:") or "{}")
                if message.get("msg") == "process_completed":
                    assert message["success"], message
                    given = message["output"]["data"]
        return given

    def asks(self, question: str) -> str:
        """Ask in the chat; what the chat is told."""
        return str(self.does("wj-box", "submit", [question, "zh", None, ""])[0])

    def uploads(self, *files: tuple[str, bytes]) -> httpx.Response:
        """Send files, as they are chosen."""
        return self.client.post(UPLOAD, files=[("files", file) for file in files], headers={"accept-language": "en"})

    def adds(self, paths: list[str]) -> str:
        """Add files that were uploaded; the lines that are shown."""
        return str(self.client.post("/wenju/library/add", json={"files": paths, "language": "en"}).json()["html"])

    def _function(self, element: str | None, event: str) -> int:
        named = {item["id"]: item["props"].get("elem_id") for item in self.config["components"]}
        found: int = next(
            item["id"] for item in self.config["dependencies"] if [event, element] in _targets(item, named)
        )
        return found


def _targets(dependency: dict[str, Any], named: dict[int, str]) -> list[list[str | None]]:
    return [[event, named.get(number)] for number, event in dependency["targets"]]
