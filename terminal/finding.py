"""What is looked up without a question: passages by words, the documents of an index, figures of a measure."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chinese.errors import WenjuError, say
from chinese.shown import harmless, shown, shown_json
from terminal import wording
from terminal.cli import ABSENT, ANSWERED, command
from terminal.opening import opened
from terminal.options import (
    AsCsv,
    AsJson,
    IndexOption,
    Since,
    StoreOption,
    Until,
    WithinOption,
    folder,
    name,
    whole_number,
)
from terminal.printing import format_passages
from terminal.screen import Screen, dim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.finding.documents import ListedDocument


@command(
    say("按词查找原文，最相近的在前；不作回答。", "Find passages by words, the nearest first; nothing is answered.")
)
def search(
    words: Annotated[str, typer.Argument(metavar="WORDS", help=say("要找的词或问题", "words, or a question"))],
    k: Annotated[int, typer.Option("-k", parser=whole_number, metavar="N", help=wording.K)] = 10,
    index: IndexOption = None,
    store: StoreOption = None,
    as_json: AsJson = False,
    inside: WithinOption = None,
    first: Since = "",
    last: Until = "",
) -> None:
    """Print the passages nearest to words; exit code 1 where there are none."""
    from chinese.language import language_of
    from qa.finding.scoped import scope_of_paths

    qa = opened(index, store)
    found = qa.search(words, k, within=scope_of_paths(qa.index.manifest, inside, first, last))
    if as_json:
        print(shown_json(json.dumps([passage.to_dict() for passage in found], ensure_ascii=False, indent=2)))
    elif found:
        lines = format_passages(found, language_of(words) == "en")
        print(Screen.of_output().shown("\n".join(lines).rstrip()))
    else:
        print(say("没有找到。", "Nothing was found."))
    raise typer.Exit(ANSWERED if found else ABSENT)


@command(say("列出索引中的文档。", "List the documents of the index."))
def sources(
    index: IndexOption = None, store: StoreOption = None, as_json: AsJson = False, as_csv: AsCsv = False
) -> None:
    """Print the documents that answers come from."""
    if as_csv and as_json:
        raise WenjuError(say("--csv、--json 只能用一个。", "Give only one of --csv and --json."))
    documents = opened(index, store).documents()
    if as_json:
        print(shown_json(json.dumps([item.to_dict() for item in documents], ensure_ascii=False, indent=2)))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(say("文件,标题,日期,文章,段落,字节", "file,title,date,articles,passages,bytes").split(","))
        for item in documents:
            row = [shown(item.file), shown(item.title), item.date or "", len(item.articles), item.passages, item.bytes]
            writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    else:
        print(Screen.of_output().shown("\n".join(_listed(documents))))


def _listed(documents: Sequence[ListedDocument]) -> list[str]:
    lines = []
    for item in documents:
        articles, size = len(item.articles), f"{item.bytes / 1000:,.1f} kB"
        about = [shown(item.title), item.date or ""]
        about.append(say(f"{articles} 篇文章", f"{articles} article{'' if articles == 1 else 's'}"))
        about.append(say(f"{item.passages} 段", f"{item.passages} passage{'' if item.passages == 1 else 's'}"))
        lines += [shown(item.file), f"    {dim(' · '.join(part for part in (*about, size) if part))}"]
    total = len(documents)
    return [*lines, say(f"共 {total} 个文档。", f"{total} document{'' if total == 1 else 's'}.")]


@command(say("列出文档中的数字：一个指标，各年各地。", "List the figures of one measure across years and places."))
def figures(
    words: Annotated[str, typer.Argument(help=wording.WORDS)] = "",
    places: Annotated[
        list[str] | None, typer.Option("--place", parser=name, metavar="PLACE", help=wording.PLACE)
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="TIME", help=wording.TIME)] = "",
    last: Annotated[str, typer.Option("--to", metavar="TIME", help=wording.TIME)] = "",
    mode: Annotated[str, typer.Option(help=wording.MODE)] = "all",
    index: IndexOption = None,
    store: StoreOption = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    plot: Annotated[Path | None, typer.Option("--plot", parser=folder, metavar="FILE", help=wording.PLOT)] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help=wording.CONFLICTS)] = False,
    inside: WithinOption = None,
) -> None:
    """Print the figures of what words ask for, or those that disagree; exit code 1 where there are none."""
    from qa.figures.searching.conditions import modes_named
    from qa.figures.searching.conflicts import conflicts_in, conflicts_of
    from qa.figures.tables.listing import Form, format_nothing, written
    from qa.finding.scoped import scope_of_paths

    if as_csv + as_json + (plot is not None) > 1:
        raise WenjuError(say("--csv、--json、--plot 只能用一个。", "Give only one of --csv, --json and --plot."))
    screen = Screen.of_output()
    modes, periods = modes_named(mode), (first, last) if first or last else None
    qa = opened(index, store)
    scope = scope_of_paths(qa.index.manifest, inside)
    if conflicts and not words:
        groups = conflicts_of(qa.narrowed(scope), places or (), periods, modes)
    else:
        found = qa.figures(words, places or (), periods, modes, within=scope)
        groups = conflicts_in(found) if conflicts else (found,) if found else ()
    if groups or conflicts or as_csv or as_json:
        text = written(groups, Form(as_csv, as_json, plot, conflicts, screen.width))
        print(text if as_csv or as_json else screen.shown(text), end="")
    else:
        like, is_limited = qa.measures(words, 5, within=scope), bool(places or periods or mode != "all")
        print(screen.shown(format_nothing(words, like, is_limited)))
    raise typer.Exit(ANSWERED if groups else ABSENT)
