"""The commands that ask: one question, a file of questions, a conversation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from chinese.errors import WenjuError, say
from chinese.shown import shown_json
from terminal import wording
from terminal.batch import ask_batch, read_input
from terminal.chat import talk
from terminal.cli import ABSENT, ANSWERED, command
from terminal.opening import opened
from terminal.options import (
    AsJson,
    IndexOption,
    Since,
    StoreOption,
    Until,
    WithinOption,
    count,
    folder,
    whole_number,
)
from terminal.printing import format_answer
from terminal.screen import Screen


@command(wording.ASK)
def ask(
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", help=wording.QUESTION)] = None,
    k: Annotated[int, typer.Option("-k", parser=whole_number, metavar="N", help=wording.K)] = 5,
    index: IndexOption = None,
    store: StoreOption = None,
    as_json: AsJson = False,
    as_written: Annotated[bool, typer.Option("--as-written", help=wording.AS_WRITTEN)] = False,
    inside: WithinOption = None,
    first: Since = "",
    last: Until = "",
    batch: Annotated[Path | None, typer.Option("--batch", parser=folder, metavar="FILE", help=wording.BATCH)] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help=wording.BATCH_CSV)] = False,
    workers: Annotated[int, typer.Option("--workers", parser=count, metavar="N", help=wording.ASKERS)] = 2,
) -> None:
    """Print the answer to one question, or to each of a file."""
    from qa.finding.scoped import scope_of_paths

    if (question is None) == (batch is None):
        raise WenjuError(wording.one_question())
    if as_csv and (batch is None or as_json):
        raise WenjuError(
            say("--csv 只和 --batch 一起用，且不能有 --json。", "--csv goes with --batch, without --json.")
        )
    qa = opened(index, store)
    scope = scope_of_paths(qa.index.manifest, inside, first, last)
    if batch is not None:
        raise typer.Exit(ask_batch(qa, batch, k, scope, workers, "csv" if as_csv else "json" if as_json else "text"))
    text = read_input() if question == "-" else question
    answer = qa.ask(text or "", k, as_written=as_written, within=scope)
    if as_json:
        print(shown_json(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2)))
    else:
        print(format_answer(answer, Screen.of_output()))
    raise typer.Exit(ANSWERED if answer.reason is None else ABSENT)


@command(say("在终端里连续问答，可以追问。", "Talk in the terminal; questions may follow up on earlier ones."))
def chat(
    k: Annotated[int, typer.Option("-k", parser=whole_number, metavar="N", help=wording.K)] = 1,
    index: IndexOption = None,
    store: StoreOption = None,
    inside: WithinOption = None,
    first: Since = "",
    last: Until = "",
) -> None:
    """Ask and answer until the end of input."""
    from qa.finding.scoped import scope_of_paths
    from qa.question.question import check_k

    check_k(k)
    qa = opened(index, store)
    talk(qa, k, scope_of_paths(qa.index.manifest, inside, first, last))
