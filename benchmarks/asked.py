"""Questions as people ask them, of invented articles: `python -m benchmarks.asked` says how many are answered right.

They are written as those of `benchmarks/written/` are, by others, and nothing is trained on them or fitted to them
(`benchmarks/asked/`). An answer is right where it is one of those accepted, no more and no less; 是 and 否 where the
sentence shown is said to mean that.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from benchmarks.common import markdown_table, say
from benchmarks.written import load_written
from embeddings import rebuild
from qa import QA
from qa.evaluation.metrics import characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.written import WrittenCorpus, WrittenQuestion
    from qa import Answer

FOLDER = Path(__file__).with_name("asked")


def verdict(item: WrittenQuestion, answer: Answer) -> str:
    """right, wrong, wrongly refused or rightly refused."""
    texts = answer.texts or ((answer.text,) if answer.text else ())  # one that was worked out has no texts
    if not item.answers and not item.members:
        return "wrong" if texts else "rightly refused"
    if not texts:
        return "wrongly refused"
    return "right" if answer.gloss in item.answers or _is_right(item, texts) else "wrong"


def _is_right(item: WrittenQuestion, texts: Sequence[str]) -> bool:
    given = [characters(text) for text in texts]
    if item.members:
        wanted = [characters(text) for text in item.members]
        return sorted(given) == sorted(wanted) or "".join(given) == "".join(wanted)
    return any(characters(text) == "".join(given) for text in item.answers)


def ask_all(corpora: Sequence[WrittenCorpus], wrong: list[str]) -> Counter[str]:
    """How many questions of these corpora get which verdict; those not answered right go into `wrong`."""
    found: Counter[str] = Counter()
    for corpus in tqdm(corpora, unit="corpus"):
        with tempfile.TemporaryDirectory() as folder:
            texts = Path(folder) / "texts"
            texts.mkdir()
            corpus.write(texts)
            rebuild(texts, Path(folder) / "index", progress=False)
            with closing(QA.open(Path(folder) / "index")) as qa:
                for item in corpus.questions:
                    answer = qa.ask(item.question, history=list(item.history))
                    said = verdict(item, answer)
                    found[said] += 1
                    if not said.startswith("right"):
                        wanted = "、".join(item.members or item.answers) or "nothing"
                        wrong.append(f"{said}: {item.question} -> {answer.text or 'nothing'}, not {wanted}")
    return found


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.asked", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="print what is not answered right")
    arguments = parser.parse_args()
    rows = []
    for file in sorted(FOLDER.glob("*.jsonl")):
        wrong: list[str] = []
        found = ask_all(load_written(file), wrong)
        kinds = ("right", "wrong", "wrongly refused", "rightly refused")
        rows.append([file.stem, str(found.total()), *(f"{100 * found[kind] / found.total():.1f}" for kind in kinds)])
        for line in wrong if arguments.wrong else ():
            say(line)
    say(markdown_table(["set", "questions", "right", "wrong", "wrongly refused", "rightly refused"], rows))


if __name__ == "__main__":
    main()
