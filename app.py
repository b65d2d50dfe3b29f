"""The entry: the `wenju` command; `python app.py` serves the chat."""

from __future__ import annotations

import getpass
import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from embeddings.errors import WenjuError, language, say

cli = typer.Typer(
    name="wenju",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=say(
        "问据：向一个文件夹的中文文档提问，得到原文中的答案和出处。",
        "wenju: ask a folder of Chinese documents, get the answer and where it stands.",
    ),
)

_INDEX_HELP = say("索引文件夹（默认 WENJU_INDEX 或 index/）", "index folder (default WENJU_INDEX or index/)")
_MODEL_HELP = say(
    "嵌入模型的名称或文件夹（默认 WENJU_MODEL 或自带模型）",
    "embedding model, a name or folder (default WENJU_MODEL or the bundled one)",
)
_K_HELP = say("最多给出几段原文（1 到 50）", "passages to show at most (1 to 50)")
_CORPUS_HELP = say("文档文件夹（默认 WENJU_CORPUS 或 seeds/）", "folder of documents (default WENJU_CORPUS or seeds/)")
_AUTH_HELP = say(
    "用户文件（用 wenju passwd 建立）；有它就要登录",
    "file of users, made by wenju passwd; with it a login is asked for",
)
_HOST_NAME_HELP = say(
    "别人打开网页时用的主机名，可给多次（IP 地址和 localhost 不必给）",
    "host name that others open the page by, may be given several times (IP addresses and localhost need none)",
)
_WORKERS_HELP = say("用几个进程编码（默认 1 个，它用所有核）", "processes that encode (default: one on all cores)")
_RAY_HELP = say("在 Ray 集群上编码（local 为本机）", "encode on a Ray cluster (local: one on this machine)")
_FEEDBACK_HELP = say("记录评价的文件（JSONL）", "file that feedback is kept in (JSONL)")

_STORE_HELP = say(
    "索引在 Milvus 中时：milvus://主机:19530/名称，或 milvus-lite 的 .db 文件",
    "where the index is if in Milvus: milvus://HOST:19530/NAME, or a .db file of milvus-lite",
)

StoreOption = Annotated[str | None, typer.Option("--store", metavar="URI", help=_STORE_HELP)]
IndexOption = Annotated[Path | None, typer.Option("--index", help=_INDEX_HELP)]

ANSWERED, ABSENT, FAILED = 0, 1, 2
_INTERRUPTED, _PIPE_CLOSED = 130, 141


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(say(f"{text!r} 不是整数", f"{text!r} is not a whole number")) from None


def _port(text: str) -> int:
    number = _whole_number(text)
    if not 1 <= number <= 65535:
        raise typer.BadParameter(say(f"{number} 不在 1 到 65535 之间", f"{number} is not between 1 and 65535"))
    return number


def _requests(text: str) -> int:
    number = _whole_number(text)
    if number < 1:
        raise typer.BadParameter(say(f"{number} 小于 1", f"{number} is less than 1"))
    return number


def _host_name(text: str) -> str:
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", text) is None:
        raise typer.BadParameter(
            say(
                f"{text!r} 不是主机名，不要带 http:// 和端口",
                f"{text!r} is no host name; leave out http:// and the port",
            )
        )
    return text


@cli.command(
    help=say(
        "提一个问题。答案在原句中标出；语料里没有就说明为什么。",
        "Ask a question; the answer is marked in its sentence.",
    )
)
def ask(
    question: Annotated[str, typer.Argument(help=say("问题，中文或英文", "the question, in Chinese or English"))],
    k: Annotated[int, typer.Option("-k", parser=_whole_number, metavar="N", help=_K_HELP)] = 5,
    index: IndexOption = None,
    store: StoreOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("输出 JSON", "print JSON"))] = False,
) -> None:
    """Print the answer to one question."""
    from qa.engine import QA, default_index
    from qa.printing import render_answer

    qa = QA.open(index if index is not None else default_index(), store=store)
    answer = qa.ask(question, k)
    if as_json:
        print(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(render_answer(answer, colour=sys.stdout.isatty()))
    raise typer.Exit(ANSWERED if answer.reason is None else ABSENT)


@cli.command(help=say("用一个文件夹的文档建立或更新索引。", "Build or update the index from a folder of documents."))
def rebuild(
    corpus: Annotated[
        Path | None,
        typer.Argument(help=_CORPUS_HELP),
    ] = None,
    index: IndexOption = None,
    store: StoreOption = None,
    model: Annotated[str | None, typer.Option("--model", help=_MODEL_HELP)] = None,
    workers: Annotated[int | None, typer.Option(parser=_whole_number, metavar="N", help=_WORKERS_HELP)] = None,
    ray: Annotated[str | None, typer.Option("--ray", metavar="ADDRESS", help=_RAY_HELP)] = None,
) -> None:
    """Build the index and print the report."""
    from embeddings import rebuild as build
    from qa.engine import default_corpus, default_index
    from qa.printing import render_report

    report = build(
        corpus if corpus is not None else default_corpus(),
        index if index is not None else default_index(),
        model=model,
        store=store,
        workers=workers,
        ray=ray,
    )
    print(render_report(report))


@cli.command(
    help=say(
        "逐字节核对索引；损坏的文件各列一行，并给出修复命令。",
        "Check every byte of the index; each damaged file is named, with the command that mends it.",
    )
)
def verify(index: IndexOption = None) -> None:
    """Print a line for each file of the index that is not as it was written; exit code 2 where there is one."""
    from embeddings.verifying import verify as check
    from qa.engine import default_index

    index = index if index is not None else default_index()
    found = check(index)
    for fault in found.faults:
        print(" ".join(fault.split()))
    if found.faults:
        raise typer.Exit(FAILED)
    size = f"{found.bytes / 1e6:,.1f} MB"
    print(say(f"{index} 完好：{found.files} 个文件，{size}。", f"{index} is sound: {found.files} files, {size}."))


@cli.command(help=say("打开网页问答。", "Open the web chat."))
def serve(
    host: Annotated[str, typer.Option(help=say("监听地址", "address to bind"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(parser=_port, metavar="PORT", help=say("端口", "port"))] = 7860,
    index: IndexOption = None,
    store: StoreOption = None,
    corpus: Annotated[Path | None, typer.Option("--corpus", help=_CORPUS_HELP)] = None,
    users: Annotated[Path | None, typer.Option("--auth", metavar="FILE", help=_AUTH_HELP)] = None,
    host_names: Annotated[
        list[str] | None, typer.Option("--host-name", parser=_host_name, metavar="NAME", help=_HOST_NAME_HELP)
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help=say("不能改动文档", "documents cannot be changed"))
    ] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help=say("供 MCP 客户端提问", "answer MCP clients too"))] = False,
    requests_per_minute: Annotated[
        int,
        typer.Option(parser=_requests, metavar="N", help=say("每个会话每分钟最多几次请求", "limit for each session")),
    ] = 300,
    feedback: Annotated[Path, typer.Option(metavar="FILE", help=_FEEDBACK_HELP)] = Path("feedback.jsonl"),
) -> None:
    """Serve the web chat until interrupted."""
    from embeddings.errors import IndexMissing
    from qa.engine import QA, default_corpus, default_index
    from web.access import ServeSettings
    from web.desk import OpenedLater
    from web.server import serve as serve_chat

    index = index if index is not None else default_index()
    settings = ServeSettings(
        users=users,
        mcp=mcp,
        read_only=read_only,
        requests_per_minute=requests_per_minute,
        corpus=corpus if corpus is not None else default_corpus(),
        index=index,
        store=store,
        feedback=feedback,
        host_names=tuple(host_names or ()),
    )
    try:
        qa: QA | OpenedLater = QA.open(index, store=store)
    except IndexMissing:
        qa = OpenedLater(index, store)  # the page says how to get an index
    serve_chat(qa, host, port, settings)


@cli.command(
    help=say(
        "给网页问答（serve --auth）的用户设密码。没有终端时从标准输入读一行。",
        "Set the password of a user of the web chat (serve --auth). Without a terminal it is a line of standard input.",
    )
)
def passwd(
    file: Annotated[Path, typer.Argument(help=say("用户文件", "file of users"))],
    name: Annotated[str, typer.Argument(help=say("用户名", "user's name"))],
) -> None:
    """Put a user into a file of users, or give one a new password."""
    from web.access import set_password

    changed = set_password(file, name, _read_password())
    done_zh, done_en = ("密码已更换", "has a new password") if changed else ("已添加", "was added")
    print(say(f"{file}：用户 {name} {done_zh}。", f"{file}: {name} {done_en}."))


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    try:
        password = getpass.getpass(say("密码：", "Password: "))
        again = getpass.getpass(say("再输一遍：", "Again: "))
    except EOFError:
        raise typer.Abort from None
    if again != password:
        raise WenjuError(say("两次输入的密码不同。请再来一次。", "The two passwords differ. Try again."))
    return password


@cli.command("eval", help=say("用一组有标准答案的问题检验。", "Measure answers against questions with known answers."))
def evaluate(
    file: Annotated[Path, typer.Argument(help=say("问题文件（JSONL）", "questions (JSONL)"))],
    index: IndexOption = None,
    store: StoreOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("输出 JSON", "print JSON"))] = False,
) -> None:
    """Ask every question of a file and print the counts."""
    from tqdm import tqdm

    from qa.engine import QA, default_index
    from qa.evaluation import evaluate as run
    from qa.evaluation import load_cases
    from qa.printing import render_evaluation

    cases = load_cases(file)
    qa = QA.open(index if index is not None else default_index(), store=store)
    qa.warm_up()
    with tqdm(total=len(cases), desc=say("提问", "Asking"), unit=say("题", "q"), disable=None) as bar:
        report = run(qa.ask, cases, lambda: bar.update())
    if as_json:
        print(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(render_evaluation(report))


def main(arguments: list[str] | None = None) -> None:
    """Run the command; an error is one line on standard error and exit code 2, never a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack a character
    try:
        code = cli(args=arguments or ["--help"], prog_name="wenju", standalone_mode=False)
        sys.stdout.flush()
    except WenjuError as error:
        _fail(str(error))
    except typer.TyperException as error:
        _fail(_usage(error))
    except BrokenPipeError:  # the reader went away: `wenju ask ... | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_PIPE_CLOSED)
    except (KeyboardInterrupt, typer.Abort):
        _fail(say("已停止。", "Stopped."), _INTERRUPTED)
    except Exception as error:
        if os.environ.get("WENJU_DEBUG"):
            raise
        _fail(_unexpected(error))
    sys.exit(code or 0)


def _usage(error: typer.TyperException) -> str:
    """Say what is wrong with the command line; Typer itself knows English only."""
    detail = error.format_message().rstrip(".")
    english = f"{detail}. See wenju --help."
    dash = " 问题以 - 开头时，请写成 wenju ask -- 问题。" if hasattr(error, "option_name") else ""
    if dash:
        english += " Put -- before a question that starts with -."
    if isinstance(error, typer.BadParameter) and error.param is not None:
        name = error.param.get_error_hint()
        detail = f"{name} 的值不对，{error.message}" if error.message else f"缺少 {name}"
    elif hasattr(error, "option_name"):
        detail = f"没有选项 {error.option_name}，或少了它的值"
    elif (found := re.fullmatch(r"No such command '(.*)'", detail)) is not None:
        detail = f"没有命令 {found[1]}"
    elif (found := re.fullmatch(r"Got unexpected extra argument\S* \((.*)\)", detail)) is not None:
        detail = f"多出了 {found[1]}；含空格的问题须加引号"
    return say(f"命令写法不对：{detail}。用法见 wenju --help。{dash.strip()}", english)


def _unexpected(error: Exception) -> str:
    detail = f"{type(error).__name__}: {error}".rstrip(" .:")
    return say(
        f"程序出错：{detail}。设置 WENJU_DEBUG=1 再运行，可看到出错的位置。",
        f"Something went wrong: {detail}. Run it again with WENJU_DEBUG=1 to see where.",
    )


def _fail(message: str, code: int = FAILED) -> NoReturn:
    one_line = " ".join(message.split())
    label = "Error: " if language() == "en" else "错误："
    print(f"wenju {label}{one_line}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1:] or ["serve"])
