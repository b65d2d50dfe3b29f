"""What the command says: what its options are for, and what is wrong with a command line."""

from __future__ import annotations

import re
from typing import Protocol

from chinese.errors import say
from chinese.given import called

VERSION = say("显示版本", "show the version")
JSON = say("输出 JSON", "print JSON")
CSV = say("输出 CSV", "print CSV")
QUESTION = say("问题，中文或英文；- 表示从标准输入读", "the question, in Chinese or English; - reads standard input")
BATCH = say("问文件里的每一行（- 表示标准输入）", "ask every line of a file (- for standard input)")
BATCH_CSV = say("--batch 的答案输出为 CSV", "print the answers of --batch as CSV")
ASKERS = say("--batch 同时问几个", "how many of --batch are asked at once")
INDEX = say("索引文件夹（默认 WENJU_INDEX 或 index/）", "index folder (default WENJU_INDEX or index/)")
MODEL = say(
    "嵌入模型的名称或文件夹（默认 WENJU_MODEL 或自带模型）",
    "embedding model, a name or folder (default WENJU_MODEL or the bundled one)",
)
AS_WRITTEN = say("按原话问，不补全，也不拆开", "ask the question as it stands, not taken apart")
ASK = say(
    "提一个问题。答案在原句中标出；文档里没有就说明为什么。",
    "Ask a question; the answer is marked in its sentence.",
)
K = say("最多给出几段原文（1 到 50）", "passages to show at most (1 to 50)")
CORPUS = say("文档文件夹（默认 WENJU_CORPUS 或 seeds/）", "folder of documents (default WENJU_CORPUS or seeds/)")
AUTH = say(
    "用户文件（用 wenju passwd 建立）；有它就要登录",
    "file of users, made by wenju passwd; with it a login is asked for",
)
HOST_NAME = say(
    "别人打开网页时用的主机名，可给多次（IP 地址和 localhost 不必给）",
    "host name that others open the page by, may be given several times (IP addresses and localhost need none)",
)
WORKERS = say("用几个进程编码（默认 1 个，它用所有核）", "processes that encode (default: one on all cores)")
RAY = say("在 Ray 集群上编码（local 为本机）", "encode on a Ray cluster (local: one on this machine)")
REQUESTS = say(
    "每位访问者（用户；不登录时为地址）每分钟最多几次请求",
    "limit for each visitor: the user, without a login the address",
)
PROXY = say(
    "前面代理的地址（可多次给出）：由它告知访问者的地址",
    "address of a proxy in front, which tells the visitors' own; may be repeated",
)
REPORT = say(
    "把每个文件读到什么、没读什么写成表格（CSV，Excel 可打开）",
    "write what was read of each file, and what was not, as a table (CSV for Excel)",
)
FEEDBACK = say("记录评价的文件（JSONL）", "file that feedback is kept in (JSONL)")

DOWNLOADS = say(
    "能否下载文档的原件（默认：只在本机、且不是只读时可以）",
    "whether the documents' files can be downloaded (default: on this machine only, unless read-only)",
)
WATCH = say("盯着文档文件夹：有文件变动就自动更新索引", "watch the folder of documents and index what changes in it")

WORDS = say(
    "要找的指标，如 引进项目数；可含地点和年份", "what is measured, such as 引进项目数; may name places and years"
)
PLACE = say("只要这个地方的，可给多次", "of this place only; may be given several times")
TIME = say("起止时间：2023、2023-06 或 2023-06-30", "first and last time: 2023, 2023-06 or 2023-06-30")
MODE = say("result（已实现）、target（目标、计划）或 all", "result, target (plans too) or all")
PLOT = say("画成随时间变化的图（.png 或 .svg）", "draw them over time, into a .png or .svg file")
WITHIN = say(
    "只在这个文件或文件夹里找（相对于文档文件夹），可给多次",
    "only in this file or folder, relative to that of the documents; may be given several times",
)
SINCE = say(
    "只在此日期及以后的文章里找（如 2023、2023-05）；没有日期的文章不算",
    "only in articles of this date or later, as 2023 or 2023-05; those without a date are left out",
)
UNTIL = say("只在此日期及以前的文章里找", "only in articles of this date or earlier")
CONFLICTS = say("只列出互相矛盾的；不写指标时为全部文档", "only those that disagree; of all documents without words")
STORE = say(
    "索引在 Milvus 中时：milvus://主机:19530/名称，或 milvus-lite 的 .db 文件",
    "where the index is if in Milvus: milvus://HOST:19530/NAME, or a .db file of milvus-lite",
)


class CommandLineError(Protocol):
    """An error of Typer, which itself knows English only."""

    def format_message(self) -> str:
        """What is wrong, in English."""
        ...


def usage(error: CommandLineError) -> str:
    """Say what is wrong with the command line."""
    detail = error.format_message().rstrip(".")
    english = detail
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    if parameter is not None:
        name, message = parameter.get_error_hint(), getattr(error, "message", "")
        detail = f"{name} 的值不对，{message}" if message else f"缺少 {name}"
    elif option is not None:
        detail = f"没有选项 {option}，或少了它的值"
    elif (found := re.fullmatch(r"No such command '(.*)'", detail)) is not None:
        detail = f"没有命令 {found[1]}"
    elif (found := re.fullmatch(r"Got unexpected extra argument\S* \((.*)\)", detail)) is not None:
        detail = f"多出了 {found[1]}；含空格的问题须加引号"
    help_command = _help(getattr(error, "ctx", None))
    return _wrong(detail, english, help_command, option is not None and help_command.endswith(" ask --help"))


def one_question() -> str:
    """Say that `ask` takes a question, or a file of them."""
    return _wrong(
        "缺少 'question'，或和 --batch 一起给出了",
        "Give 'question' or --batch, one of the two",
        f"{called()} ask --help",
        False,
    )


def _wrong(zh: str, en: str, help_command: str, dash: bool) -> str:
    dash_zh = f"问题以 - 开头时，请写成 {called()} ask -- 问题。" if dash else ""
    dash_en = " Put -- before a question that starts with -." if dash else ""
    return say(f"命令写法不对：{zh}。用法见 {help_command}。{dash_zh}", f"{en}. See {help_command}.{dash_en}")


def _help(context: object) -> str:
    """The command that shows the help of what was called."""
    path = str(getattr(context, "command_path", "wenju")).split(" ", 1)[1:]
    return " ".join([called(), *path, "--help"])


def unexpected(error: Exception) -> str:
    """Say that something nobody foresaw went wrong, and how to see where."""
    detail = f"{type(error).__name__}: {error}".rstrip(" .:")
    return say(
        f"程序出错：{detail}。设置 WENJU_DEBUG=1 再运行，可看到出错的位置。",
        f"Something went wrong: {detail}. Run it again with WENJU_DEBUG=1 to see where.",
    )
