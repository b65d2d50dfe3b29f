"""What stands in a terminal, and in a pipe: nothing is wider than it, what matters is in view, Ctrl-C ends quietly."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import select
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from chinese.columns import columns
from embeddings.building.build import rebuild
from tests.conftest import REPOSITORY
from tests.support import CountingEncoder, hear_signals, page, write_corpus

if TYPE_CHECKING:
    from pathlib import Path

pty = pytest.importorskip("pty", reason="there is no pseudo-terminal on Windows")

LAKE, MOON, TEA = "镜湖水库总库容多少立方米?", "月球基地有多少人?", "松岭茶场去年产茶多少吨?"
ENGLISH = "How many tonnes of tea did Songling produce in 2023?"
CORPUS = {
    "水利/lake.txt": page(
        "镜湖水库建成蓄水",
        "2024年5月6日 本报记者 何云",
        "历时四年、由县水利局组织实施的镜湖水库于昨日建成蓄水,镜湖水库总库容2300万立方米,可灌溉下游的农田四万亩,"
        "并为沿线的三个乡镇供水。",
    ),
    "tea.txt": page("松岭茶场丰收", "2024年3月2日 本报记者 何云", "松岭茶场去年产茶45吨,比前年多6吨。"),
}
COMMANDS = [
    ["ask", LAKE],
    ["ask", MOON, "-k", "1"],
    ["search", "镜湖水库"],
    ["sources"],
    ["figures", "产茶"],
    ["ask", LAKE, "-k", "99"],
    ["ask", "-h"],
    ["-h"],
]
_CODES = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal")
    rebuild(write_corpus(folder / "papers", CORPUS), folder / "index", progress=False, encoder=CountingEncoder())
    return folder / "index"


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood in a terminal or came out of a pipe, and the exit code."""

    text: str
    code: int


def _environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENJU_", "LC_", "LANG"))}
    return {**kept, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8", **changes}


def _command(index: Path, commands: list[list[str]]) -> list[str]:
    return [sys.executable, "-m", "tests.terminal_by_hand", str(index), json.dumps(commands)]


def piped(index: Path, commands: list[list[str]], typed: str = "", **changes: str) -> tuple[Seen, str]:
    ran = subprocess.run(
        _command(index, commands), input=typed, env=_environment(**changes), cwd=REPOSITORY, capture_output=True,
        encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    return Seen(ran.stdout, ran.returncode), ran.stderr


def on_terminal(
    index: Path, commands: list[list[str]], width: int = 80, typed: tuple[tuple[str, str], ...] = (), **changes: str
) -> Seen:
    """Run commands in a terminal of this width; each of `typed` is what is waited for, and what is typed then.

    Ctrl-C that comes while Python is about to wait for a line is lost until the next key: whoever sits there presses
    it once more.
    """
    import fcntl
    import struct
    import termios

    def begin() -> None:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        hear_signals()

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    running = subprocess.Popen(
        _command(index, commands), env=_environment(**changes), cwd=REPOSITORY, stdin=theirs, stdout=theirs,
        stderr=theirs, start_new_session=True, preexec_fn=begin,
    )  # fmt: skip
    os.close(theirs)
    seen, waiting, place, last = b"", list(typed), 0, b""
    while True:
        if last == b"\x03" and not select.select([ours], [], [], 5)[0]:
            os.write(ours, last)
        try:
            got = os.read(ours, 65536)
        except OSError:  # how Linux says that the other side is closed
            break
        if not got:
            break
        seen += got
        if waiting and (found := seen.find(waiting[0][0].encode(), place)) >= 0:
            place = found + len(waiting[0][0].encode())
            last = waiting.pop(0)[1].encode()
            os.write(ours, last)
    os.close(ours)
    code = running.wait(timeout=60)
    assert waiting == []
    return Seen(seen.decode().replace("\r\n", "\n"), code)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [40, 80])
def test_in_a_terminal_nothing_is_wider_than_it_and_what_matters_is_in_view(
    index: Path, tmp_path: Path, width: int, language: str
) -> None:
    seen = on_terminal(index, COMMANDS, width, LANG=f"{'zh_CN' if language == 'zh' else 'en_US'}.UTF-8")
    plain = _CODES.sub("", seen.text)
    _keep(f"{width}-{language}.txt", seen.text)

    too_wide = [line for line in plain.split("\n") if columns(line) > width and not line.startswith("$ ")]
    assert too_wide == []
    assert "\r" not in plain
    _holds_what_matters(plain, language)
    assert "\x1b[1m2300万立方米\x1b[0m" in seen.text
    assert re.search(r"\x1b\[1m【2300万", seen.text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_in_a_pipe_text_is_plain_and_a_sentence_is_one_line(index: Path, language: str) -> None:
    seen, errors = piped(index, COMMANDS, WENJU_LANG=language)
    _keep(f"pipe-{language}.txt", seen.text + errors)
    assert "\x1b" not in seen.text + errors
    assert "\r" not in seen.text + errors
    _holds_what_matters(seen.text + errors, language)
    assert any("镜湖水库总库容【2300万立方米】,可灌溉下游" in line for line in seen.text.splitlines())


def _keep(name: str, text: str) -> None:
    """For whoever wants to look at them: WENJU_TEST_TRANSCRIPTS names a folder."""
    folder = os.environ.get("WENJU_TEST_TRANSCRIPTS")
    if folder:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def _holds_what_matters(text: str, language: str) -> None:
    """Each command's answer, sure how, with its source; a refusal; the language of messages."""
    whole = re.sub(r"\n *", "", text)
    zh = language == "zh"
    both = ("2300万立方米", "把握", "【2300万立方米】", "水利/lake.txt 第 5 行", "没有答案：", "2024-03-02", "45吨")
    own = (
        ("共 2 个文档。", "k 是 99", "用法：wenju ask", "显示这段说明", "选项：", "命令：", "消息用中文或英文")
        if zh
        else ("2 documents.", "k is 99;", "Usage: wenju ask", "show this help", "Options:", "Commands:")
    )
    for wanted in (*both, *own):
        assert wanted.replace(" ", "") in whole.replace(" ", ""), wanted
    for foreign in ("Usage", "Options", "Commands", "default", "Error") if zh else ("用法", "选项", "默认", "错误"):
        assert foreign not in text


def test_no_color_and_a_dumb_terminal_get_no_codes(index: Path) -> None:
    for name, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        seen = on_terminal(index, [["ask", LAKE, "-k", "1"]], 80, (), **{name: value})
        assert "\x1b[" not in seen.text
        assert "【2300万立方米】" in seen.text


def test_a_conversation_goes_on_until_its_end_is_typed(index: Path) -> None:
    seen = on_terminal(
        index,
        [["chat"]],
        typed=(("> ", f"{TEA}\n"), ("45吨】", "？\n"), ("> ", f"{LAKE}\n"), ("【2300万", "重来\n"), ("> ", "退出\n")),
        WENJU_LANG="zh",
    )
    assert seen.code == 0
    assert "请输入问题" in seen.text
    assert "新的对话。" in seen.text
    assert "Traceback" not in seen.text


def test_a_conversation_ends_with_the_input_too(index: Path) -> None:
    seen = on_terminal(index, [["chat"]], typed=(("> ", "\x04"),))
    assert (seen.code, "Traceback" in seen.text) == (0, False)
    through_a_pipe, errors = piped(index, [["chat"]], f"{TEA}\n{LAKE}\n")
    assert (through_a_pipe.code, errors) == (0, "")
    assert "> " not in through_a_pipe.text
    assert through_a_pipe.text.index("45吨\n") < through_a_pipe.text.index("2300万立方米\n")


def test_ctrl_c_ends_a_conversation_without_a_traceback(index: Path) -> None:
    seen = on_terminal(index, [["chat"]], typed=(("> ", "\x03"),))
    assert seen.code == 130
    assert "Traceback" not in seen.text


def test_ctrl_c_ends_what_waits_for_its_input(index: Path) -> None:
    seen = on_terminal(index, [["ask", "-"]], typed=(("Ctrl-D", "镜湖\n"), ("镜湖", "\x03")))
    assert seen.code == 130
    assert "Traceback" not in seen.text


def test_a_question_comes_from_standard_input(index: Path) -> None:
    seen, errors = piped(index, [["ask", "-"]], f"{TEA}\n")
    assert (seen.code, errors) == (0, "")
    assert "\n45吨\n" in seen.text


def test_every_line_of_a_file_is_asked_though_one_is_an_error(index: Path, tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text(f"{TEA}\n\n？\n{MOON}\n{LAKE}\n", encoding="utf-8")
    seen, errors = piped(index, [["ask", "--batch", str(file)]], WENJU_LANG="en")
    assert seen.code == 2
    places = [
        seen.text.index(said) for said in (TEA, "45吨\n", "？\nError: ", MOON, "没有答案：", LAKE, "2300万立方米\n")
    ]
    assert places == sorted(places)
    assert errors == "4 questions: 2 answered, 1 not in the documents, 1 with an error.\n"

    seen, _ = piped(index, [["ask", "--batch", str(file), "--csv"]], WENJU_LANG="en")
    rows = list(csv.DictReader(io.StringIO(seen.text.split("\n", 1)[1].removesuffix("[2]\n"))))
    assert [row["answer"] for row in rows] == ["45吨", "", "", "2300万立方米"]
    assert "no words" in rows[1]["error"]
    assert rows[3]["sources"] == "水利/lake.txt, line 5"

    seen, _ = piped(index, [["ask", "--batch", "-", "--json"]], f"{TEA}\n{LAKE}\n")
    lines = [json.loads(line) for line in seen.text.splitlines()[1:]]
    assert [line["text"] for line in lines] == ["45吨", "2300万立方米"]
    assert seen.code == 0


def test_documents_and_passages_are_listed_for_other_programs(index: Path) -> None:
    commands = [["sources", "--csv"], ["sources", "--json"], ["search", "镜湖水库", "--json", "-k", "1"]]
    seen, errors = piped(index, commands, WENJU_LANG="en")
    assert errors == ""
    table, documents, passages = re.split(r"^\$ .*\n", seen.text, flags=re.M)[1:]
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["file"]: row["date"] for row in rows} == {"tea.txt": "2024-03-02", "水利/lake.txt": "2024-05-06"}
    assert {item["file"]: len(item["articles"]) for item in json.loads(documents)} == {"tea.txt": 1, "水利/lake.txt": 1}
    (passage,) = json.loads(passages)
    assert passage["sources"][0]["file"] == "水利/lake.txt"


def test_the_version_the_language_and_the_way_it_was_started_are_said() -> None:
    def ran(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], env=_environment(**changes), cwd=REPOSITORY, capture_output=True,
            encoding="utf-8", check=False, timeout=300,
        )  # fmt: skip

    assert re.fullmatch(r"wenju \d+\.\d+\.\d+\n", ran("-m", "wenju", "--version").stdout)
    missing = ran("app.py", "--lang", "zh", "ask", "x", "--index", "/no where")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert re.search(r"请先运行 `\S*python\S* app\.py rebuild --index '/no where'` 建立索引", missing.stderr)
    assert "python -m wenju" not in missing.stderr
    assert "-m wenju sources --help" in ran("-m", "wenju", "sources", "--bogus").stderr
    assert "it must be zh or en" in ran("-m", "wenju", "ask", "x", "--lang=fr").stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_shell_gets_a_script_that_completes(shell: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "wenju", "completion", shell], env=_environment(), cwd=REPOSITORY,
        capture_output=True, encoding="utf-8", check=False, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0
    assert "_WENJU_COMPLETE" in ran.stdout


def test_bash_completes_commands_and_options() -> None:
    def completed(line: str, place: int) -> list[str]:
        asked = _environment(COMP_WORDS=line, COMP_CWORD=str(place), _WENJU_COMPLETE="complete_bash")
        return subprocess.run(
            [sys.executable, "-m", "wenju"], env=asked, cwd=REPOSITORY, capture_output=True, encoding="utf-8",
            check=True, timeout=300,
        ).stdout.split()  # fmt: skip

    assert completed("wenju s", 1) == ["search", "sources", "serve"]
    assert "--batch" in completed("wenju ask --b", 2)
