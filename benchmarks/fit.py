"""Fit the ranker, the confidence and the threshold: `python -m benchmarks.fit` writes both files of `qa/deciding/`.

After it every passage is read again, until `python -m benchmarks.fit_cascade --write` has said which need not be.

On the tenth of the *_train sets that the reader was not trained on, on examples made by rule with another seed, and on
the written corpora that it has not seen: the questions over a corpus of their own paragraphs and others, and, where no
paragraph left holds an accepted answer, over the others alone. The ranker is to give a right candidate the highest sum
of all of a question's; the calibration says how likely the one ranked first is right: exact, or with the same figures
and an F1 of at least a half.

A part of the questions is asked once more over corpora of a few paragraphs, as one would try the program: there no
passage stands out.

What is read of each question is kept in the work folder (`--fit-only` takes it up): reading takes an hour, fitting a
minute.
"""

from __future__ import annotations

import argparse
import itertools
import json
import pickle
import random
import re
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from benchmarks.common import machine, work_folder
from benchmarks.corpora import build_corpus, lend_vectors
from benchmarks.fit_weights import Observed, fit_calibration, fit_ranker, told
from benchmarks.kept_reader import KeptReader
from benchmarks.made_examples import made_examples
from benchmarks.made_tables import TABLE_SHAPES
from benchmarks.reader_data import is_held_out
from benchmarks.squad import Paragraph, SquadQuestion, english_over_chinese, load_squad
from benchmarks.written import asked_of_kept
from chinese.tokens import fold
from embeddings import Index, rebuild
from embeddings.models.encoder import load_encoder
from qa.deciding.answering import Policy, judge
from qa.deciding.confidence import CALIBRATION, EVIDENCE, Calibration, constants
from qa.deciding.features import FEATURES
from qa.deciding.ranking import RANKING, Ranker
from qa.engine import QA
from qa.evaluation.metrics import exact_match, f1, normalise
from qa.reading.reader import WEIGHTS, SpanReader

if TYPE_CHECKING:
    from benchmarks.reader_data import Example
    from embeddings.models.encoder import Encoder

PARTS: dict[str, int] = {
    "drcd_train": 150, "drcd_more_train": 100, "cmrc2018_train": 250, "cmrc_train": 100, "xquad_train.zh": 100,
    "crud_news_train": 250, "fewfc_train": 100,
}  # fmt: skip
"""Questions of each set at most, so that those from templates are few."""
MADE, MADE_TABLES, SEED = 300, 150, 11
BESIDE = 1200
"""Paragraphs that stand beside those asked about."""
FEW = (1, 1, 2, 3, 5)
"""Paragraphs of the small corpora, in turn."""
SMALL = 60
"""Small corpora of each set."""
ALONGSIDE = 4
"""Written corpora that are asked together."""


def held_out() -> dict[str, list[tuple[Paragraph, SquadQuestion]]]:
    """The held-out questions of every set, English ones over Chinese paragraphs among them, at most PARTS of each."""
    asked: dict[str, list[tuple[Paragraph, SquadQuestion]]] = {}
    for part, most in PARTS.items():
        sets = [load_squad(part), *([english_over_chinese("train")] if part == "xquad_train.zh" else [])]
        for number, paragraphs in enumerate(sets):
            found = [(item, q) for item in paragraphs if is_held_out(part, item) for q in item.questions]
            random.Random(SEED).shuffle(found)
            asked[part + (".english" if number else "")] = found[:most]
    made = {"made": made_examples(MADE, SEED), "made_tables": made_examples(MADE_TABLES, SEED, TABLE_SHAPES)}
    for part, examples in made.items():
        asked[part] = [
            (paragraph, paragraph.questions[0])
            for number, example in enumerate(examples)
            if (paragraph := _of_example(number, example)) is not None
        ]
    return asked


def _of_example(number: int, example: Example) -> Paragraph | None:
    """An example made by rule as a paragraph with its one question; several answers apart are none."""
    if example.others:
        return None
    answers = () if example.answer is None else ((example.text[slice(*example.answer)], example.answer[0]),)
    return Paragraph(number, number, "", example.text, (SquadQuestion(f"made-{number}", example.question, answers),))


def corpora(asked: dict[str, list[tuple[Paragraph, SquadQuestion]]]) -> tuple[dict[str, list[Paragraph]], ...]:
    """The paragraphs asked about with others beside them, and the others alone, by set."""
    beside: dict[str, list[Paragraph]] = {}
    for part in PARTS:
        others = [item for item in load_squad(part) if not is_held_out(part, item)]
        random.Random(SEED).shuffle(others)
        beside[part] = others[: BESIDE // len(PARTS)]
    whole = {part: list(items) for part, items in beside.items()}
    for part, pairs in asked.items():
        own = {item.number: item for item, _ in pairs}
        whole.setdefault(part.removesuffix(".english"), []).extend(own.values())
    return whole, beside


def observe(qa: QA, policy: Policy, part: str, question: SquadQuestion, is_there: bool) -> Observed:
    """Read the passages found for a question, and say how right each candidate is."""
    evidence = qa.gather(question.text)
    judged = judge(evidence, policy)
    f1s = []
    for item in judged.found:
        text = evidence.candidates[item.passage].text.shown[item.span.start : item.span.end]
        f1s.append(how_right(text, question.accepted) if is_there else 0.0)
    return Observed(part, evidence.question, evidence.candidates, judged.found, f1s, is_there)


_DIGITS = re.compile(r"\d[\d.,:]*")


def how_right(text: str, accepted: Sequence[str]) -> float:
    """1 for an answer that is exact, else its F1, below 1; 0 where its figures are others: 2.15元 is not 1.80元."""
    if exact_match(text, accepted):
        return 1.0
    figures = set(_DIGITS.findall(fold(text)))
    alike = [other for other in accepted if set(_DIGITS.findall(fold(other))) == figures]
    return min(0.99, f1(text, alike)) if alike else 0.0


def observations(work: Path, encoder: Encoder, reader: KeptReader, sample: int | None) -> list[Observed]:
    """Every held-out question with its paragraph in the corpus, and those without whose answer no other one holds."""
    asked = held_out()
    whole, beside = corpora(asked)
    if sample is not None:
        asked = {part: pairs[:sample] for part, pairs in asked.items()}
    policy = Policy(reader, Ranker({"reader": 1.0}), Calibration({}, 0.0, 0.0))
    found: list[Observed] = []
    with closing(build_corpus(whole, work, "fit", encoder)) as index:
        qa = QA(index, encoder, reader, calibration=policy.calibration, ranker=policy.ranker)
        for part, pairs in asked.items():
            for _, question in tqdm(pairs, desc=part, unit="question", mininterval=20):
                found.append(observe(qa, policy, part, question, bool(question.answers)))
            reader.save()
    text = "\n".join(normalise(item.text) for items in beside.values() for item in items)
    lend_vectors(work, "fit", "fit-beside")
    with closing(build_corpus(beside, work, "fit-beside", encoder)) as index:
        qa = QA(index, encoder, reader, calibration=policy.calibration, ranker=policy.ranker)
        for part, pairs in asked.items():
            absent = [q for _, q in pairs if q.answers and not any(normalise(a) in text for a in q.accepted)]
            for question in tqdm(absent, desc=f"{part}, absent", unit="question", mininterval=20):
                found.append(observe(qa, policy, part, question, is_there=False))
            reader.save()
    for part, pairs in asked.items():
        found += observed_among_few(work, encoder, policy, part, pairs)
        reader.save()
    found += observed_written(work, encoder, policy)
    reader.save()
    return found


def observed_written(work: Path, encoder: Encoder, policy: Policy) -> list[Observed]:
    """The questions written for the project, of corpora that the reader was not trained on: by each, and by several."""
    kept = list(asked_of_kept())
    groups = [[one] for one in kept] + [kept[place : place + ALONGSIDE] for place in range(0, len(kept), ALONGSIDE)]
    found: list[Observed] = []
    for group in tqdm(groups, desc="written", unit="corpus", mininterval=20):
        folder = work / "fit-written"
        shutil.rmtree(folder, ignore_errors=True)
        for corpus, _ in group:
            (folder / "corpus" / corpus.name).mkdir(parents=True)
            corpus.write(folder / "corpus" / corpus.name)
        rebuild(folder / "corpus", folder / "index", progress=False, encoder=encoder)
        with closing(Index.open(folder / "index")) as index:
            qa = QA(index, encoder, policy.reader, calibration=policy.calibration, ranker=policy.ranker)
            for _, questions in group:
                for question in questions:
                    found.append(observe(qa, policy, "written", question, bool(question.answers)))
    return found


def observed_among_few(
    work: Path, encoder: Encoder, policy: Policy, part: str, pairs: Sequence[tuple[Paragraph, SquadQuestion]]
) -> list[Observed]:
    """Questions over corpora of a few paragraphs: some that these answer, and as many that they do not."""
    shuffled = list(pairs)
    random.Random(SEED).shuffle(shuffled)
    draws = iter(shuffled)
    sizes = [FEW[number % len(FEW)] for number in range(SMALL)]
    found: list[Observed] = []
    for size in tqdm(sizes, desc=f"{part}, among few", unit="corpus", mininterval=20):
        drawn = list(itertools.islice(draws, size + 1))
        own = {paragraph.number: paragraph for paragraph, _ in drawn[:-1]}
        if not own:
            break
        text = "\n".join(normalise(item.text) for item in own.values())
        lend_vectors(work, "fit", "fit-few")
        with closing(build_corpus({part: own.values()}, work, "fit-few", encoder, progress=False)) as index:
            qa = QA(index, encoder, policy.reader, calibration=policy.calibration, ranker=policy.ranker)
            paragraph, question = drawn[0]
            found.append(observe(qa, policy, part, question, bool(question.answers)))
            paragraph, question = drawn[-1]
            if paragraph.number not in own and not any(normalise(answer) in text for answer in question.accepted):
                found.append(observe(qa, policy, part, question, is_there=False))
    return found


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("--work", type=Path, default=work_folder(), help="indexes and observations")
    parser.add_argument("--reader", type=Path, default=WEIGHTS, help="the reader's weights (default: %(default)s)")
    parser.add_argument("--sample", type=int, help="ask so many questions of each set only")
    parser.add_argument("--fit-only", action="store_true", help="take the observations that are there")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    file = arguments.work / "observations.pickle"
    if not arguments.fit_only:
        reader = KeptReader(SpanReader(arguments.reader), arguments.work / "read.pickle", arguments.reader)
        rows = observations(arguments.work, load_encoder(), reader, arguments.sample)
        file.write_bytes(pickle.dumps(rows))
    rows = pickle.loads(file.read_bytes())
    halves = [[row for place, row in enumerate(rows) if place % 2 == part] for part in (0, 1)]
    print("questions, findable, exact, F1 (fitted on the other half)")
    alone = told(halves[1], Ranker({"reader": 1.0}))
    for part, line in told(halves[1], fit_ranker(halves[0])).items():
        print(f"{part:24} {line}  by the reader alone {alone[part][2:]}")
    fitted_with = {
        "questions": len(rows),
        "date": machine()["date"],
        "parts": {**PARTS, "made": MADE, "made_tables": MADE_TABLES},
    }
    ranker = fit_ranker(rows)
    RANKING.write_text(
        json.dumps({"features": FEATURES, "weights": ranker.weights, **fitted_with}, indent=2) + "\n", encoding="utf-8"
    )
    fitted = {**fit_calibration(rows, ranker), "features": EVIDENCE, "constants": constants(), **fitted_with}
    CALIBRATION.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({**ranker.weights, **fitted}, indent=1), file=sys.stdout)


if __name__ == "__main__":
    main()
