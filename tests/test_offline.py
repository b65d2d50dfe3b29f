"""Nothing leaves the machine: whom each command turns to, and what it leaves in a user's home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from chinese.offline import ENVIRONMENT, WITHOUT_TELEMETRY, stay_local
from tests.conftest import REPOSITORY
from tests.support import page, write_corpus
from tests.watching import WENJU, Watched, require_tracer, watch
from tests.web.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 60.0
"""How long a served page and a program that has asked are watched."""

QUESTION = "东港码头总投资多少?"
PORT = page("东港码头建成", "东港码头于2023年建成，可停靠万吨货轮，总投资12亿元。")
CASE = {"id": 1, "question": QUESTION, "answers": [["12亿元"]], "source": "port.txt", "evidence": ["12亿元"]}
COMMANDS = (
    "rebuild",
    "verify",
    "ask",
    "figures",
    "eval",
    "passwd",
    "serve",
    "from qa import ask",
    "from embeddings import rebuild",
)
FONTS = ".cache/matplotlib/fontlist-"
"""A list of this machine's fonts that matplotlib makes, which Gradio imports where it is installed."""
_FOREVER = "import sys; print('done', flush=True); sys.stdin.read()"


def _document(line: str) -> str:
    return f"<html><body><h1>新学校开学</h1><p>{line}</p></body></html>"


def _answer(address: str) -> str:
    """Ask a served page as another program does, once it is there."""
    transport = httpx.HTTPTransport(retries=8)  # it may not listen yet
    with httpx.Client(base_url=address, timeout=60, trust_env=False, transport=transport) as client:
        posted = client.post("/gradio_api/call/ask", json={"data": [QUESTION]})
        events = client.get(f"/gradio_api/call/ask/{posted.json()['event_id']}").text
    found: str = json.loads(events.partition("data: ")[2])[0]["text"]
    return found


def _started(folder: Path, corpus: Path, index: Path, port: int) -> dict[str, Watched]:
    """All commands but the first, at once."""
    questions = folder / "questions.jsonl"
    questions.write_text(json.dumps(CASE | {"answerable": True}, ensure_ascii=False) + "\n", encoding="utf-8")
    where = {"WENJU_CORPUS": str(corpus), "WENJU_INDEX": str(folder / "made")}
    asked = f"from qa import ask; assert ask({QUESTION!r}).text == '12亿元'; {_FOREVER}"
    built = f"from embeddings import rebuild; rebuild({str(corpus)!r}, {str(folder / 'built')!r}); {_FOREVER}"
    return {
        "serve": watch(
            folder / "s", *WENJU, "serve", "--mcp", "--port", str(port), "--corpus", corpus, "--index", index
        ),
        "from qa import ask": watch(folder / "p", sys.executable, "-c", asked, **where),
        "from embeddings import rebuild": watch(folder / "b", sys.executable, "-c", built),
        "verify": watch(folder / "v", *WENJU, "verify", "--index", index),
        "ask": watch(folder / "a", *WENJU, "ask", QUESTION, "--index", index),
        "figures": watch(folder / "f", *WENJU, "figures", "总投资", "--index", index),
        "eval": watch(folder / "e", *WENJU, "eval", questions, "--index", index),
        "passwd": watch(folder / "w", *WENJU, "passwd", folder / "users.txt", "anna"),
    }


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Watched]]:
    """Every command, watched from its start to its end, or for a minute."""
    require_tracer()
    folder = tmp_path_factory.mktemp("watched")
    corpus = write_corpus(folder / "corpus", {"port.txt": PORT, "a.html": _document("新学校有学生1200人。")})
    index, port, begun = folder / "index", free_port(), time.monotonic()
    running = {"rebuild": watch(folder / "r", *WENJU, "rebuild", corpus, "--index", index, "--workers", "2")}
    try:
        assert "2 documents" in running["rebuild"].ended(120)
        running |= _started(folder, corpus, index, port)
        for name in ("verify", "ask", "figures", "eval"):
            running[name].ended(120)
        running["passwd"].process.communicate("correct horse\n", timeout=120)
        assert _answer(f"http://127.0.0.1:{port}") == "12亿元"
        with pytest.raises(subprocess.TimeoutExpired):  # it goes on serving
            running["serve"].process.wait(max(1.0, SECONDS - (time.monotonic() - begun)))
        running["serve"].interrupt()
        for name in ("serve", "from qa import ask", "from embeddings import rebuild"):
            running[name].ended(60)
        yield running
    finally:
        for watched in running.values():
            watched.kill()


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_turns_to_no_other_machine_and_looks_up_no_name(commands: dict[str, Watched], name: str) -> None:
    assert commands[name].reached() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_leaves_nothing_in_a_users_home(commands: dict[str, Watched], name: str) -> None:
    assert [file for file in commands[name].left() if not file.startswith(FONTS)] == []


def test_whoever_watches_sees_a_name_looked_up_and_a_machine_turned_to(tmp_path: Path) -> None:
    require_tracer()
    looks = (
        "import socket\n"
        "from contextlib import suppress\n"
        "with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:\n"
        "    sender.sendto(b'?', ('192.0.2.77', 9))\n"
        "with suppress(OSError):\n"
        "    socket.getaddrinfo('wenju.invalid', 80)\n"
    )
    watched = watch(tmp_path / "watched", sys.executable, "-c", looks)
    watched.ended(60)

    reached = watched.reached()
    assert any(item.call == "sendto" and item.address == "192.0.2.77:9" for item in reached)
    assert any(item.address.endswith(":53") for item in reached)


@pytest.mark.parametrize(
    "module", ["app", "embeddings.building.worker_encoder", "embeddings.building.ray_pool", "web.serving.server"]
)
def test_libraries_are_told_before_they_are_imported_whatever_the_environment_says(module: str) -> None:
    look = (
        "import importlib, json, os, sys\n"
        f"importlib.import_module({module!r})\n"
        "libraries = {'onnxruntime', 'gradio', 'huggingface_hub', 'transformers', 'ray'}\n"
        "print(json.dumps([sorted(libraries & sys.modules.keys()), dict(os.environ)]))"
    )
    other = dict.fromkeys(ENVIRONMENT, "yes")
    ran = subprocess.run(
        [sys.executable, "-c", look], env=os.environ | other, cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    imported, environment = json.loads(ran.stdout)
    assert imported == []
    assert environment.items() >= ENVIRONMENT.items()


def test_the_child_that_reads_documents_is_told_too() -> None:
    look = (
        "import os, runpy, sys\n"
        "sys.argv = ['reading_worker.py', '60', '1000000000']\n"
        "runpy.run_path('embeddings/guarding/reading_worker.py', run_name='__main__')\n"
        "sys.stderr.write(os.environ['ORT_DISABLE_TELEMETRY'])"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-c", look],
        cwd=REPOSITORY,
        env={name: value for name, value in os.environ.items() if name not in ENVIRONMENT},
        input="",
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stderr == ENVIRONMENT["ORT_DISABLE_TELEMETRY"]


def test_a_library_that_a_program_imported_before_is_told_by_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    import onnxruntime

    from chinese.errors import ModelError
    from embeddings.models import onnx_network

    told: list[bool] = []
    monkeypatch.setattr(onnxruntime, "disable_telemetry_events", lambda: told.append(True))
    with pytest.raises(ModelError):
        onnx_network._load(REPOSITORY / "nothing.onnx", 1)

    assert told == [True]


def test_what_another_program_wants_sent_is_not_sent_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, "yes")
    stay_local()

    assert {name: os.environ[name] for name in ENVIRONMENT} == ENVIRONMENT


def test_a_collector_named_in_the_environment_is_told_of_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    app = FastAPI(telemetry=WITHOUT_TELEMETRY)

    assert not app._native_telemetry.enabled()
    with TestClient(app):
        pass  # with telemetry, starting fails here for want of what sends it
