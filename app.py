"""The entry: the `wenju` command; `python app.py` serves the chat."""

from __future__ import annotations

import getpass
import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from chinese.errors import WenjuError, language, say
from chinese.given import setting
from chinese.shown import shown, shown_json
from web.serving import command_words
from web.serving.ending import ending_as_ctrl_c

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

ANSWERED, ABSENT, FAILED = 0, 1, 2
_INTERRUPTED, _PIPE_CLOSED, _ENDED = 130, 141, 128


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


def _named(text: str) -> str:
    if not text.strip():
        raise typer.BadParameter(say("是空的", "it is empty"))
    return text


def _path(text: str | Path) -> Path:
    return Path(_named(str(text)))  # a default comes as a path


StoreOption = Annotated[str | None, typer.Option("--store", parser=_named, metavar="URI", help=command_words.STORE)]
IndexOption = Annotated[Path | None, typer.Option("--index", parser=_path, metavar="FOLDER", help=command_words.INDEX)]
WithinOption = Annotated[
    list[str] | None, typer.Option("--in", parser=_named, metavar="PATH", help=command_words.WITHIN)
]


@cli.command(help=command_words.ASK)
def ask(
    question: Annotated[str, typer.Argument(help=say("问题，中文或英文", "the question, in Chinese or English"))],
    k: Annotated[int, typer.Option("-k", parser=_whole_number, metavar="N", help=command_words.K)] = 5,
    index: IndexOption = None,
    store: StoreOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("输出 JSON", "print JSON"))] = False,
    as_written: Annotated[bool, typer.Option("--as-written", help=command_words.AS_WRITTEN)] = False,
    inside: WithinOption = None,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help=command_words.SINCE)] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE", help=command_words.UNTIL)] = "",
) -> None:
    """Print the answer to one question."""
    from qa.engine import QA, default_index
    from qa.finding.scoped import scope_of_paths
    from qa.printing import format_answer

    qa = QA.open(index if index is not None else default_index(), store=store)
    answer = qa.ask(question, k, as_written=as_written, within=scope_of_paths(qa.index.manifest, inside, first, last))
    if as_json:
        print(_json(answer.to_dict()))
    else:
        print(format_answer(answer, colour=sys.stdout.isatty()))
    raise typer.Exit(ANSWERED if answer.reason is None else ABSENT)


@cli.command(
    help=say("列出文档中的数字：一个指标，各年各地。", "List the figures of one measure across years and places.")
)
def figures(
    words: Annotated[str, typer.Argument(help=command_words.WORDS)] = "",
    places: Annotated[
        list[str] | None, typer.Option("--place", parser=_named, metavar="PLACE", help=command_words.PLACE)
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="TIME", help=command_words.TIME)] = "",
    last: Annotated[str, typer.Option("--to", metavar="TIME", help=command_words.TIME)] = "",
    mode: Annotated[str, typer.Option(help=command_words.MODE)] = "all",
    index: IndexOption = None,
    store: StoreOption = None,
    as_csv: Annotated[bool, typer.Option("--csv", help=say("输出 CSV", "print CSV"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=say("输出 JSON", "print JSON"))] = False,
    plot: Annotated[Path | None, typer.Option("--plot", parser=_path, metavar="FILE", help=command_words.PLOT)] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help=command_words.CONFLICTS)] = False,
    inside: WithinOption = None,
) -> None:
    """Print the figures of what words ask for, or those that disagree; exit code 1 where there are none."""
    from qa.engine import QA, default_index
    from qa.figures.searching.conditions import modes_named
    from qa.figures.searching.conflicts import conflicts_in, conflicts_of
    from qa.figures.tables.listing import Form, format_nothing, written
    from qa.finding.scoped import scope_of_paths

    if as_csv + as_json + (plot is not None) > 1:
        raise WenjuError(say("--csv、--json、--plot 只能用一个。", "Give only one of --csv, --json and --plot."))
    modes, periods = modes_named(mode), (first, last) if first or last else None
    qa = QA.open(index if index is not None else default_index(), store=store)
    scope = scope_of_paths(qa.index.manifest, inside)
    if conflicts and not words:
        groups = conflicts_of(qa.narrowed(scope), places or (), periods, modes)
    else:
        found = qa.figures(words, places or (), periods, modes, within=scope)
        groups = conflicts_in(found) if conflicts else (found,) if found else ()
    if groups or conflicts or as_csv or as_json:
        print(written(groups, Form(as_csv, as_json, plot, conflicts)), end="")
    else:
        print(format_nothing(words, qa.measures(words, 5, within=scope), bool(places or periods or mode != "all")))
    raise typer.Exit(ANSWERED if groups else ABSENT)


@cli.command(help=say("用一个文件夹的文档建立或更新索引。", "Build or update the index from a folder of documents."))
def rebuild(
    corpus: Annotated[
        Path | None,
        typer.Argument(parser=_path, metavar="corpus", help=command_words.CORPUS),
    ] = None,
    index: IndexOption = None,
    store: StoreOption = None,
    model: Annotated[
        str | None, typer.Option("--model", parser=_named, metavar="MODEL", help=command_words.MODEL)
    ] = None,
    workers: Annotated[int | None, typer.Option(parser=_whole_number, metavar="N", help=command_words.WORKERS)] = None,
    ray: Annotated[str | None, typer.Option("--ray", parser=_named, metavar="ADDRESS", help=command_words.RAY)] = None,
    table: Annotated[
        Path | None, typer.Option("--report", parser=_path, metavar="FILE", help=command_words.REPORT)
    ] = None,
) -> None:
    """Build the index and print the report."""
    from embeddings import rebuild as build
    from embeddings.building.reporting import check_place, write_report
    from embeddings.errors import CorpusError
    from qa.engine import default_corpus, default_index
    from qa.printing import format_report

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
    print(format_report(report, table))
    if table is not None:
        write_report(report.files, report.skipped, table)


@cli.command(
    help=say(
        "逐字节核对索引；损坏的文件各列一行，并给出修复命令。",
        "Check every byte of the index; each damaged file is named, with the command that mends it.",
    )
)
def verify(index: IndexOption = None) -> None:
    """Print a line for each file of the index that is not as it was written; exit code 2 where there is one."""
    from embeddings.store.verifying import verify as check
    from qa.engine import default_index

    index = index if index is not None else default_index()
    found = check(index)
    for fault in found.faults:
        print(shown(" ".join(fault.split())))
    if found.faults:
        raise typer.Exit(FAILED)
    size = f"{found.bytes / 1e6:,.1f} MB"
    name = shown(str(index))
    print(say(f"{name} 完好：{found.files} 个文件，{size}。", f"{name} is sound: {found.files} files, {size}."))


@cli.command(help=say("打开网页问答。", "Open the web chat."))
def serve(
    host: Annotated[str, typer.Option(help=say("监听地址", "address to bind"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(parser=_port, metavar="PORT", help=say("端口", "port"))] = 7860,
    index: IndexOption = None,
    store: StoreOption = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", parser=_path, metavar="FOLDER", help=command_words.CORPUS)
    ] = None,
    users: Annotated[Path | None, typer.Option("--auth", parser=_path, metavar="FILE", help=command_words.AUTH)] = None,
    host_names: Annotated[
        list[str] | None, typer.Option("--host-name", parser=_host_name, metavar="NAME", help=command_words.HOST_NAME)
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help=say("不能改动文档", "documents cannot be changed"))
    ] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help=say("供 MCP 客户端提问", "answer MCP clients too"))] = False,
    requests_per_minute: Annotated[
        int,
        typer.Option(parser=_requests, metavar="N", help=command_words.REQUESTS),
    ] = 300,
    behind_proxy: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help=command_words.PROXY)] = None,
    feedback: Annotated[Path, typer.Option(parser=_path, metavar="FILE", help=command_words.FEEDBACK)] = Path(
        "feedback.jsonl"
    ),
    downloads: Annotated[
        bool | None, typer.Option("--downloads/--no-downloads", help=command_words.DOWNLOADS, show_default=False)
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help=command_words.WATCH)] = False,
) -> None:
    """Serve the web chat until interrupted."""
    from embeddings.errors import IndexMissing
    from qa.engine import QA, default_corpus, default_index
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


@cli.command(
    help=say(
        "给网页问答（serve --auth）的用户设密码。没有终端时从标准输入读一行。",
        "Set the password of a user of the web chat (serve --auth). Without a terminal it is a line of standard input.",
    )
)
def passwd(
    file: Annotated[Path, typer.Argument(parser=_path, metavar="file", help=say("用户文件", "file of users"))],
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


@cli.command("eval", help=say("用一组有标准答案的问题检验。", "Measure answers against questions with known answers."))
def evaluate(
    file: Annotated[
        Path, typer.Argument(parser=_path, metavar="file", help=say("问题文件（JSONL）", "questions (JSONL)"))
    ],
    index: IndexOption = None,
    store: StoreOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("输出 JSON", "print JSON"))] = False,
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

    from qa.engine import QA, default_index
    from qa.evaluation.cases import evaluate as run
    from qa.evaluation.cases import load_cases
    from qa.printing import format_evaluation

    cases = load_cases(file)
    qa = QA.open(index if index is not None else default_index(), store=store)
    qa.warm_up()
    with tqdm(total=len(cases), desc=say("提问", "Asking"), unit=say("题", "q"), disable=None) as bar:
        report = run(qa.ask, cases, lambda: bar.update())
    if as_json:
        print(_json(report.to_dict()))
    else:
        print(format_evaluation(report))
    if fail_under is not None and 100 * report.share_right < fail_under:
        raise typer.Exit(1)


def main(arguments: list[str] | None = None) -> None:
    """Run the command; an error is one line on standard error and exit code 2, never a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal may lack a character
    try:
        with ending_as_ctrl_c() as told:
            code = cli(args=arguments or ["--help"], prog_name="wenju", standalone_mode=False)
        if told and code == _INTERRUPTED:  # Typer says this of whatever ends as Ctrl-C does
            _fail(say("已停止。", "Stopped."), _ENDED + told[0])
        sys.stdout.flush()
    except WenjuError as error:
        _fail(str(error))
    except typer.TyperException as error:
        _fail(command_words.usage(error))
    except BrokenPipeError:  # the reader went away: `wenju ask ... | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_PIPE_CLOSED)
    except (KeyboardInterrupt, typer.Abort):
        _fail(say("已停止。", "Stopped."), _INTERRUPTED)
    except Exception as error:
        if setting("WENJU_DEBUG"):
            raise
        _fail(command_words.unexpected(error))
    sys.exit(code or 0)


def _fail(message: str, code: int = FAILED) -> NoReturn:
    one_line = shown(" ".join(message.split()))
    label = "Error: " if language() == "en" else "错误："
    print(f"wenju {label}{one_line}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1:] or ["serve"])
