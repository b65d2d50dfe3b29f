"""Visitors of a served page: they ask as browsers do, over the queue of the chat, or as programs, and note what came.

Nothing here knows the server but by its address.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import secrets
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from gradio_client.utils import apply_diff

from qa.question.followup import complete
from qa.types import Answer
from web.chat.render import render_answer
from web.chat.talks.talk import title_of
from web.door.browsers import BROWSER

if TYPE_CHECKING:
    import random
    from collections.abc import AsyncIterator, Callable, Iterator

    from chinese.errors import Language

PATIENCE = 180.0
"""Seconds that a visitor waits for an answer before it counts as failed."""
PAUSE = (1.0, 2.0)
"""Seconds between an answer and the next question."""

_TURNS = 5
_POLL_SECONDS = 0.7
_LANGUAGE: Language = "zh"
_TAG = re.compile(r"<[^>]+>")
_ANSWER = re.compile(r'<p class="wj-(?:text|reason)\b[^>]*>(.*?)</p>', re.DOTALL)
_CHIP = re.compile(r'<button type="button" class="wj-chip"[^>]*>(.*?)</button>', re.DOTALL)
_TALK = re.compile(r'<span class="wj-talk-title">(.*?)</span><small>[^<]*?(\d+) 问</small>')
_WAITING = 'class="wj-status"'


class Trouble(Exception):
    """The server did not do what was asked; says what happened instead."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a visitor reads: the question, under it the answer or the reason why there is none, and the sources."""

    question: str
    answer: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was sent at `sent` (monotonic seconds), and what was seen after `seconds`, or what went wrong.

    What comes after the answer, questions to ask next, is not waited for in `seconds`.
    """

    question: str
    by_page: bool
    sent: float
    seconds: float
    seen: Seen | None
    error: str = ""


def open_client(url: str) -> httpx.AsyncClient:
    """A client for any number of visitors; as the page does, each holds some streams open for long."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    return httpx.AsyncClient(base_url=url, limits=limits, timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Page:
    """A served page: its events by what they belong to, and the ways to trigger them."""

    client: httpx.AsyncClient
    submit: int

    @classmethod
    async def open(cls, client: httpx.AsyncClient) -> Page:
        """Read what the page is made of. Raises Trouble where it lacks an event."""
        config = (await client.get("config")).raise_for_status().json()
        shown = {item["id"]: item for item in config["components"]}

        def event(name: str, kind: str, element: str | None) -> int:
            for dependency in config["dependencies"]:
                for target, happens in dependency["targets"]:
                    item = shown.get(target)
                    if happens == name and item and (item["type"], item["props"].get("elem_id")) == (kind, element):
                        return int(dependency["id"])
            raise Trouble(f"the page has no {name} of {kind} {element}")

        return cls(
            client,
            submit=event("submit", "textbox", "wj-box"),
        )

    async def trigger(
        self, event: int, data: list[Any], session: str, browser: str = ""
    ) -> AsyncIterator[dict[str, Any]]:
        """Trigger an event as the page of a browser does; yields the messages of its stream.

        Raises Trouble where it fails.
        """
        body = {"data": data, "fn_index": event, "session_hash": session, "trigger_id": None, "event_data": None}
        await self._post("gradio_api/queue/join", body, _as(browser))
        where = {"session_hash": session}
        async with self.client.stream("GET", "gradio_api/queue/data", params=where) as stream:
            _check(stream)
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message: dict[str, Any] = json.loads(line.removeprefix("data:"))
                if message["msg"] == "close_stream":
                    return
                if message["msg"] == "unexpected_error" or message.get("success") is False:
                    raise Trouble(line[:500])
                yield message
        raise Trouble("the stream ended before the event")

    async def call_ask(self, question: str) -> Answer:
        """Ask by the public endpoint. Raises Trouble where it fails."""
        event = (await self._post("gradio_api/call/ask", {"data": [question]}))["event_id"]
        async with self.client.stream("GET", f"gradio_api/call/ask/{event}") as stream:
            _check(stream)
            happened = ""
            async for line in stream.aiter_lines():
                name, _, value = line.partition(":")
                if name == "event":
                    happened = value.strip()
                elif name == "data" and happened == "complete":
                    return Answer.from_dict(json.loads(value)[0])
                elif name == "data" and happened == "error":
                    raise Trouble(value[:500])
        raise Trouble("the stream ended before the answer")

    async def ask_alone(self, question: str) -> Seen:
        """What a question gets that nothing came before."""
        return seen_of(await self.call_ask(question))

    async def rebuild(self) -> str:
        """Press the button that rebuilds the index, and look on as the page does until it is done; "", or why not."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._post("wenju/library/build", {"language": _LANGUAGE})
                state = await self._state()
                while state["running"]:
                    await asyncio.sleep(_POLL_SECONDS)
                    state = await self._state()
        except TimeoutError:
            return f"it is not done after {PATIENCE:.0f} s"
        except (Trouble, httpx.HTTPError) as error:
            return _told(error)
        return text_of(state["html"]) if "wj-error" in state["html"] else ""

    async def _state(self) -> dict[str, Any]:
        """How far a build is, as the documents tab asks for it."""
        answer = await self.client.get("wenju/library-state", params={"language": _LANGUAGE})
        state: dict[str, Any] = answer.raise_for_status().json()
        return state

    async def conversations(self, browser: str) -> Counter[tuple[str, int]]:
        """What the list of a browser shows: titles, and how many questions each conversation has."""
        where = {"every": True, "language": _LANGUAGE}
        reply = await self.client.get("wenju/talks", params=where, headers=_as(browser))
        _check(reply)
        return Counter((text_of(title), int(count)) for title, count in _TALK.findall(reply.json()["html"]))

    async def _post(self, path: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> dict[str, Any]:
        reply = await self.client.post(path, json=body, headers=headers)
        _check(reply)
        result: dict[str, Any] = reply.json()
        return result


class Visitor:
    """One visitor, who asks the given questions one after the other.

    On the page some of them are asked in one conversation. A question that the one before would complete to another
    one begins a new visit, so that its answer is what it is alone. Each visitor has a browser of their own; what it
    must find of its conversations at the end are those of its visits.
    """

    def __init__(self, page: Page, questions: Iterator[str], random: random.Random, by_page: bool) -> None:
        self._page = page
        self._questions = questions
        self._random = random
        self._by_page = by_page
        self._session = ""
        self._browser = secrets.token_urlsafe(32)
        self._visits: Counter[tuple[str, int]] = Counter()
        self._failed = False
        self._heart: asyncio.Task[None] | None = None
        self._asked: list[str] = []
        self._chat: dict[str, list[dict[str, Any]]] = {}

    async def stay(self, more: Callable[[], bool], record: Callable[[Answered], None]) -> None:
        """Ask as long as there is more to ask, with pauses in between."""
        try:
            await self._pause()
            while more():
                record(await self._ask(next(self._questions)))
                await self._pause()
        finally:
            await self._leave()

    async def mixed(self) -> str:
        """In words how this browser's conversations differ from its visits; "" where they do not.

        Where a question failed nobody can say what is kept of it.
        """
        if self._failed or not self._by_page:
            return ""
        try:
            kept = await self._page.conversations(self._browser)
        except (Trouble, httpx.HTTPError) as error:
            return _told(error)
        if kept == self._visits:
            return ""
        return f"missing: {dict(self._visits - kept)}, not its own: {dict(kept - self._visits)}"

    async def _pause(self) -> None:
        await asyncio.sleep(self._random.uniform(*PAUSE))

    async def _ask(self, question: str) -> Answered:
        sent = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                if self._by_page:
                    await self._arrive(question)
                    sent = time.monotonic()
                    seen, seconds = await self._ask_page(question)
                else:
                    seen = seen_of(await self._page.call_ask(question))
                    seconds = time.monotonic() - sent
        except TimeoutError:
            error = f"no answer after {PATIENCE:.0f} s"
        except (Trouble, httpx.HTTPError, KeyError, IndexError, ValueError) as raised:
            error = _told(raised)
        else:
            return Answered(question, self._by_page, sent, seconds, seen)
        self._failed = True
        await self._leave()
        return Answered(question, self._by_page, sent, time.monotonic() - sent, None, error)

    async def _arrive(self, question: str) -> None:
        """Stay in the conversation where the question can be asked in it; else begin a new one."""
        if self._session and len(self._asked) < _TURNS and complete(question, self._asked) == question:
            return
        await self._leave()
        self._session = secrets.token_hex(6)
        self._heart = asyncio.create_task(self._beat(self._session))

    async def _leave(self) -> None:
        """Close the page: the stream ends by which the server knows that somebody is there."""
        if self._heart is not None:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)
        if self._asked:
            self._visits[title_of(self._asked[0]), len(self._asked)] += 1
        self._session, self._heart = "", None
        self._asked.clear()
        self._chat.clear()

    async def _beat(self, session: str) -> None:
        async with self._page.client.stream("GET", f"gradio_api/heartbeat/{session}") as stream:
            async for _ in stream.aiter_raw():
                pass

    async def _ask_page(self, question: str) -> tuple[Seen, float]:
        sent = time.monotonic()
        seconds: float | None = None
        news: Any = None
        asked = [question, _LANGUAGE, None, ""]
        async for message in self._page.trigger(self._page.submit, asked, self._session, self._browser):
            if message["msg"] == "process_generating":
                data = message["output"]["data"][0]
                # The first is the news, the others are what changed in them.
                news = data if news is None else apply_diff(news, data)
            elif message["msg"] == "process_completed":
                news = message["output"]["data"][0]
            if news is not None and seconds is None and _WAITING not in _html_of(json.loads(news)[-1][-1][-1]):
                seconds = time.monotonic() - sent
        if seconds is None:
            raise Trouble("the answer never came")
        self._asked.append(question)
        self._chat |= {turn: messages for turn, _, messages in json.loads(news)}
        return self._read([message for messages in self._chat.values() for message in messages]), seconds

    def _read(self, chat: list[dict[str, Any]]) -> Seen:
        """The last turn of a chat; the questions of all turns, where they are not what this visitor asked."""
        questions = [text_of(_html_of(item)) for item in chat if item["role"] == "user"]
        own = questions == self._asked and len(chat) == 2 * len(questions)
        return seen_in(questions[-1] if own else " | ".join(questions), _html_of(chat[-1]))


def seen_of(answer: Answer) -> Seen:
    """What a visitor would read of an answer."""
    return seen_in(answer.question, render_answer(answer, _LANGUAGE))


def seen_in(question: str, rendered: str) -> Seen:
    """What a visitor reads of an answer as the page has it. Raises Trouble for what is not an answer."""
    shown, _, _ = rendered.partition("<template")
    found = _ANSWER.search(shown)
    if found is None:
        raise Trouble(f"not an answer: {text_of(shown)[:200]}")
    return Seen(question, text_of(found[1]), tuple(text_of(chip) for chip in _CHIP.findall(shown)))


def text_of(rendered: str) -> str:
    """The text of a piece of HTML."""
    return html.unescape(_TAG.sub("", rendered)).strip()


def _html_of(message: dict[str, Any]) -> str:
    value: str = message["content"][0]["value"]
    return value


def _as(browser: str) -> dict[str, str]:
    """The header by which a browser is known; "" is none."""
    return {"Cookie": f"{BROWSER}={browser}"} if browser else {}


def _check(reply: httpx.Response) -> None:
    if reply.is_error:
        raise Trouble(f"HTTP {reply.status_code}")


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, Trouble) else f"{type(error).__name__}: {error}"
