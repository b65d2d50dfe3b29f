"""Questions over several figures, asked over small made-up corpora: right, wrong, and refused rightly or wrongly.

`python -m benchmarks.several_figures [FILE.jsonl ...]` builds each corpus, asks its questions and prints the counts of
each file; `--all` prints every question, otherwise those that went wrong. What answers was written beside the first
file, then tried on the others in turn, each written by readers who did not know the program, and mended by what was
found there. A line of a file is a corpus: `documents` (`file`, `text`) and `questions`: `question`, what is `right`,
`no_answer` where nothing is, the figures that it is worked out `from`, what is `missing`, and its `kind`. Of a list
(above, list) all of `right` are wanted; otherwise these are wordings of one answer.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chinese.quantities import find_quantities
from embeddings import rebuild
from qa.engine import QA
from qa.evaluation.metrics import comparable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.types import Answer

DATA = Path(__file__).parent.parent / "tests" / "data"
QUESTIONS = [DATA / f"several_figures{number}.jsonl" for number in ("", *(f"_{place}" for place in range(2, 15)))]
LISTS = frozenset(("above", "list"))
"""Kinds of questions of which each of the answers is wanted."""


def verdict(asked: dict[str, Any], answer: Answer) -> str:
    """What came of a question: right, wrong, wrongly refused or rightly refused."""
    if answer.text is None:
        return "rightly refused" if asked["no_answer"] else "wrongly refused"
    return "right" if not asked["no_answer"] and _is_right(asked, answer) else "wrong"


def _is_right(asked: dict[str, Any], answer: Answer) -> bool:
    results = answer.texts if answer.worked_out is None else answer.worked_out.results
    if asked["kind"] == "ranking":
        results = (*results, "、".join(results))
    there = [any(_has(text, wanted) for text in results) for wanted in asked["right"]]
    return all(there) and len(results) == len(there) if asked["kind"] in LISTS else any(there)


def _has(text: str, wanted: str) -> bool:
    """Whether a text has what is wanted, be it in another unit, no figure being part of a longer one: not 35 in 135."""
    amounts = {(item.amount.value, item.amount.unit) for item in find_quantities(wanted) if item.amount is not None}
    if amounts and any(
        item.amount and (item.amount.value, item.amount.unit) in amounts for item in find_quantities(text)
    ):
        return True
    return re.search(rf"(?<![\d.]){re.escape(comparable(wanted))}(?![\d.])", comparable(text)) is not None


def ask_all(file: Path) -> Iterator[tuple[dict[str, Any], Answer]]:
    """Every question of a file with its answer, each corpus built anew."""
    for line in file.read_text(encoding="utf-8").splitlines():
        corpus = json.loads(line)
        with tempfile.TemporaryDirectory() as folder:
            for document in corpus["documents"]:
                path = Path(folder, "corpus", document["file"])
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(document["text"], encoding="utf-8")
            rebuild(Path(folder, "corpus"), Path(folder, "index"), progress=False)
            qa = QA.open(Path(folder, "index"))
            for asked in corpus["questions"]:
                yield asked, qa.ask(asked["question"])


def main() -> None:
    """Ask all questions of a file and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="default: the files of tests/data")
    parser.add_argument("--all", action="store_true", help="print every question, not only those that went wrong")
    given = parser.parse_args()
    for file in given.files or QUESTIONS:
        _report(file, everything=given.all)


def _report(file: Path, *, everything: bool) -> None:
    counts: Counter[str] = Counter()
    worked: Counter[str] = Counter()
    for asked, answer in ask_all(file):
        found = verdict(asked, answer)
        counts[found] += 1
        worked[found] += answer.worked_out is not None
        if everything or found in ("wrong", "wrongly refused"):
            reason = "" if answer.reason is None else answer.reason.zh
            print(f"{found:<16} {asked['question']}  -> {answer.text or reason}  ({' / '.join(asked['right'])})")
    answerable, total = counts["right"] + counts["wrongly refused"], sum(counts.values())
    for name in ("right", "wrong", "wrongly refused", "rightly refused"):
        print(f"{name:<16} {counts[name]:>4}  of which worked out {worked[name]}")
    print(
        f"{file.name}, of {total}: wrong {counts['wrong'] / total:.3f}; of those answered or answerable, right "
        f"{counts['right'] / max(1, answerable + counts['wrong']):.3f}"
    )


if __name__ == "__main__":
    main()
