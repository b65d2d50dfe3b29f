"""What keeps an index and what is served from it: rebuild, verify, serve, passwd, eval."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.completion import shell_complete

from chinese.errors import WenjuError, say
from chinese.shown import shown, shown_json
from terminal import wording
from terminal.cli import FAILED, cli, command
from terminal.opening import opened
from terminal.options import (
    AsJson,
    IndexOption,
    ModelName,
    StoreOption,
    count,
    folder,
    host_name,
    name,
    port,
    whole_number,
)
from terminal.screen import Screen

Shell = Literal["bash", "zsh", "fish", "powershell"]


@command(say("用一个文件夹的文档建立或更新索引。", "Build or update the index from a folder of documents."))
def rebuild(
    corpus: Annotated[
        Path | None,
        typer.Argument(parser=folder, metavar="corpus", help=wording.CORPUS),
    ] = None,
    index: IndexOption = None,
    store: StoreOption = None,
    model: ModelName = None,
    workers: Annotated[int | None, typer.Option(parser=whole_number, metavar="N", help=wording.WORKERS)] = None,
    ray: Annotated[str | None, typer.Option("--ray", parser=name, metavar="ADDRESS", help=wording.RAY)] = None,
    table: Annotated[Path | None, typer.Option("--report", parser=folder, metavar="FILE", help=wording.REPORT)] = None,
) -> None:
    """Build the index and print the report."""
    from embeddings import rebuild as build
    from embeddings.building.reporting import check_place, write_report
    from embeddings.errors import CorpusError
    from qa.defaults import default_corpus, default_index
    from terminal.printing import format_report

    corpus = corpus if corpus is not None else default_corpus()
    if table is not None:
        check_place(table, corpus)
    try:
        report = build(
            corpus,
            index if index is not None else default_index(),
            model=model,
            store=store,
            workers=workers,
            ray=ray,
        )
    except CorpusError as error:
        if table is not None and error.skipped:
            write_report((), error.skipped, table)
        raise
    print(Screen.of_output().shown(format_report(report, table)))
    if table is not None:
        write_report(report.files, report.skipped, table)


@command(
    say(
        "逐字节核对索引；损坏的文件各列一行，并给出修复命令。",
        "Check every byte of the index; each damaged file is named, with the command that mends it.",
    )
)
def verify(index: IndexOption = None) -> None:
    """Print a line for each file of the index that is not as it was written; exit code 2 where there is one."""
    from embeddings.store.verifying import verify as check
    from qa.defaults import default_index

    index = index if index is not None else default_index()
    found = check(index)
    for fault in found.faults:
        print(shown(" ".join(fault.split())))
    if found.faults:
        raise typer.Exit(FAILED)
    size = f"{found.bytes / 1e6:,.1f} MB"
    name = shown(str(index))
    print(say(f"{name} 完好：{found.files} 个文件，{size}。", f"{name} is sound: {found.files} files, {size}."))


@command(say("打开网页问答。", "Open the web chat."))
def serve(
    host: Annotated[str, typer.Option(help=say("监听地址", "address to bind"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(parser=port, metavar="PORT", help=say("端口", "port"))] = 7860,
    index: IndexOption = None,
    store: StoreOption = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", parser=folder, metavar="FOLDER", help=wording.CORPUS)
    ] = None,
    users: Annotated[Path | None, typer.Option("--auth", parser=folder, metavar="FILE", help=wording.AUTH)] = None,
    host_names: Annotated[
        list[str] | None, typer.Option("--host-name", parser=host_name, metavar="NAME", help=wording.HOST_NAME)
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help=say("不能改动文档", "documents cannot be changed"))
    ] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help=say("供 MCP 客户端提问", "answer MCP clients too"))] = False,
    requests_per_minute: Annotated[
        int,
        typer.Option(parser=count, metavar="N", help=wording.REQUESTS),
    ] = 300,
    behind_proxy: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help=wording.PROXY)] = None,
    feedback: Annotated[Path, typer.Option(parser=folder, metavar="FILE", help=wording.FEEDBACK)] = Path(
        "feedback.jsonl"
    ),
    downloads: Annotated[
        bool | None, typer.Option("--downloads/--no-downloads", help=wording.DOWNLOADS, show_default=False)
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help=wording.WATCH)] = False,
) -> None:
    """Serve the web chat until interrupted."""
    from embeddings.errors import IndexMissing
    from qa.defaults import default_corpus, default_index
    from qa.engine import QA
    from web.chat.talks.talk import talks_beside
    from web.desk import OpenedLater
    from web.door.access import ServeSettings
    from web.serving.server import serve as serve_chat

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
        talks=talks_beside(index),
        proxies=tuple(name for names in behind_proxy or () for name in names.split(",")),
        host_names=tuple(host_names or ()),
        downloads=downloads,
        watch=watch,
    )
    try:
        qa: QA | OpenedLater = QA.open(index, store=store)
    except IndexMissing:
        qa = OpenedLater(index, store)  # the page says how to get an index
    serve_chat(qa, host, port, settings)


@command(
    say(
        "给网页问答（serve --auth）的用户设密码。没有终端时从标准输入读一行。",
        "Set the password of a user of the web chat (serve --auth). Without a terminal it is a line of standard input.",
    )
)
def passwd(
    file: Annotated[Path, typer.Argument(parser=folder, metavar="file", help=say("用户文件", "file of users"))],
    name: Annotated[str, typer.Argument(help=say("用户名", "user's name"))],
) -> None:
    """Put a user into a file of users, or give one a new password."""
    from web.door.access import set_password

    changed = set_password(file, name, _read_password())
    done_zh, done_en = ("密码已更换", "has a new password") if changed else ("已添加", "was added")
    users = shown(str(file))
    print(say(f"{users}：用户 {name} {done_zh}。", f"{users}: {name} {done_en}."))


def _json(data: dict[str, Any]) -> str:
    return shown_json(json.dumps(data, ensure_ascii=False, indent=2))


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


@command(
    say(
        '打印补全脚本；bash 用户把 eval "$(wenju completion bash)" 写进 ~/.bashrc。',
        'Print the script that completes lines; for bash put eval "$(wenju completion bash)" into ~/.bashrc.',
    )
)
def completion(
    shell: Annotated[Shell, typer.Argument(help=say("哪种 shell", "which shell"))],
) -> None:
    """Print the completion script of a shell."""
    raise typer.Exit(shell_complete(typer.main.get_command(cli), {}, "wenju", "_WENJU_COMPLETE", f"source_{shell}"))


@command(say("用一组有标准答案的问题检验。", "Measure answers against questions with known answers."), "eval")
def evaluate(
    file: Annotated[
        Path, typer.Argument(parser=folder, metavar="file", help=say("问题文件（JSONL）", "questions (JSONL)"))
    ],
    index: IndexOption = None,
    store: StoreOption = None,
    as_json: AsJson = False,
    fail_under: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=100,
            metavar="PERCENT",
            help=say(
                "答对和该拒而拒的少于此百分数时以 1 退出",
                "exit with 1 where fewer percent are right or rightly refused",
            ),
        ),
    ] = None,
) -> None:
    """Ask every question of a file and print the counts."""
    from tqdm import tqdm

    from qa.evaluation.cases import evaluate as run
    from qa.evaluation.cases import load_cases
    from terminal.printing import format_evaluation

    cases = load_cases(file)
    qa = opened(index, store)
    qa.warm_up()
    with tqdm(total=len(cases), desc=say("提问", "Asking"), unit=say("题", "q"), disable=None) as bar:
        report = run(qa.ask, cases, lambda: bar.update())
    if as_json:
        print(_json(report.to_dict()))
    else:
        print(Screen.of_output().shown(format_evaluation(report)))
    if fail_under is not None and 100 * report.share_right < fail_under:
        raise typer.Exit(1)
