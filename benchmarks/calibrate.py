"""Fit the confidence, and choose the threshold: `python -m benchmarks.calibrate` writes `qa/deciding/calibration.json`.

On the tenth of the *_train sets that the reader was not trained on: its questions over all training paragraphs, and,
where no paragraph left holds an accepted answer, over those without their own article. An answer counts as right when
it is exact or its F1 is at least 0.5; one to a question that the corpus does not answer is wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from benchmarks.common import machine, work_folder
from benchmarks.corpora import build_corpus, lend_vectors
from benchmarks.reader_data import is_held_out
from benchmarks.squad import Paragraph, english_over_chinese, load_squad
from embeddings.models.encoder import load_encoder
from qa.deciding.answering import Policy, judge
from qa.deciding.confidence import CALIBRATION, FEATURES, Calibration, constants, evidence_for
from qa.engine import QA
from qa.evaluation.metrics import exact_match, f1, normalise, risk_coverage
from qa.reading.reader import load_reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.squad import SquadQuestion

PARTS = ("drcd_train", "cmrc_train", "xquad_train.zh")
RIGHT_FROM = 0.5
"""F1 from which an answer counts as right."""
MOST_RISK = 0.25
"""Share of wrong answers, among those given, that the threshold may leave on the risk-coverage curve.

A wrong answer is worse than none; but from here on, each one fewer costs more right answers than one. What the
threshold refuses and lets through is printed, and stands in the file.
"""
_STRENGTH = 1.0
_UNFITTED = Calibration({}, 0.0, 0.0)
"""Calls every answer as likely as not: what there is before a calibration is fitted."""


def held_out() -> list[tuple[str, Paragraph, SquadQuestion]]:
    """The held-out questions of every set, English ones over Chinese paragraphs among them."""
    found: list[tuple[str, Paragraph, SquadQuestion]] = []
    for part in PARTS:
        sets = [load_squad(part), *([english_over_chinese("train")] if part == "xquad_train.zh" else [])]
        for paragraphs in sets:
            found.extend((part, item, q) for item in paragraphs if is_held_out(part, item) for q in item.questions)
    return found


def observe(qa: QA, question: SquadQuestion, there: bool) -> dict[str, Any]:
    """The evidence for the best answer to a question, and whether it is right."""
    evidence = qa.gather(question.text)
    judged = judge(evidence, Policy(qa.reader, _UNFITTED))
    found = judged.found
    if not found:
        return {"evidence": None, "right": False, "there": there}
    best = found[0]
    text = evidence.candidates[best.passage].text.shown[best.span.start : best.span.end]
    support = judged.supports[best.passage]
    right = there and (exact_match(text, question.accepted) or f1(text, question.accepted) >= RIGHT_FROM)
    figures = evidence_for(evidence.question, support, evidence.candidates, found)
    return {"evidence": figures, "right": right, "there": there, "question": question.text, "text": text}


def observations(work: Path, sample: int | None) -> list[dict[str, Any]]:
    """Every held-out question with its paragraph in the corpus, and as many without as can be asked."""
    encoder, reader = load_encoder(), load_reader()
    asked = held_out()
    if sample is not None:
        asked = random.Random(0).sample(asked, min(sample, len(asked)))
    sets = {part: load_squad(part) for part in PARTS}
    found = []
    lend_vectors(work, "drcd", "calibration")
    with closing(build_corpus(sets, work, "calibration", encoder)) as index:
        found += _ask(QA(index, encoder, reader, calibration=_UNFITTED), asked, there=True)
    left = {part: [item for item in items if not is_held_out(part, item)] for part, items in sets.items()}
    text = "\n".join(normalise(item.text) for items in left.values() for item in items)
    absent = [item for item in asked if not any(normalise(answer) in text for answer in item[2].accepted)]
    lend_vectors(work, "calibration", "calibration-left")
    with closing(build_corpus(left, work, "calibration-left", encoder)) as index:
        found += _ask(QA(index, encoder, reader, calibration=_UNFITTED), absent, there=False)
    return found


def _ask(qa: QA, asked: Sequence[tuple[str, Paragraph, SquadQuestion]], there: bool) -> list[dict[str, Any]]:
    name = "answerable" if there else "absent"
    return [observe(qa, question, there) for _, _, question in tqdm(asked, desc=name, unit="question", disable=None)]


def fit(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Weights, intercept and threshold; answerable and absent questions count alike in all."""
    rows = [row for row in rows if row["evidence"] is not None]
    names = list(rows[0]["evidence"])
    values = np.array([[row["evidence"][name] for name in names] for row in rows])
    right = np.array([row["right"] for row in rows])
    there = np.array([row["there"] for row in rows])
    share = np.where(there, 0.5 / there.sum(), 0.5 / (~there).sum()) * len(rows)
    spread = values.std(axis=0)
    used = [place for place in range(len(names)) if spread[place] > 1e-9]
    while True:
        model = LogisticRegression(C=_STRENGTH, max_iter=2000)
        model.fit(values[:, used] / spread[used], right, sample_weight=share)
        # Evidence that is rare here may get a weight of the wrong sign by chance; it says nothing then.
        wrong = [place for place, weight in zip(used, model.coef_[0], strict=True) if weight * _sign(names[place]) < 0]
        if not wrong:
            break
        used = [place for place in used if place not in wrong]
    found = zip(used, model.coef_[0] / spread[used], strict=True)
    weights = {names[place]: round(float(weight), 6) for place, weight in found}
    sure = model.predict_proba(values[:, used] / spread[used])[:, 1]
    least = threshold(sure.tolist(), right.tolist())
    return {
        "weights": weights,
        "intercept": round(float(model.intercept_[0]), 6),
        "threshold": least,
        "right_refused": round(float((sure < least)[right].mean()), 4),
        "absent_answered": round(float((sure >= least)[~there].mean()), 4),
    }


def _sign(name: str) -> int:
    """Whether evidence can only speak for an answer (1), only against it (-1), or either (0)."""
    return -1 if name in _AGAINST else 0 if name in ("typed", "english") else 1


_AGAINST = frozenset(("unlike", "lacks", "conflict", "headless"))


def threshold(sure: Sequence[float], right: Sequence[bool]) -> float:
    """The least confidence at which, of all answers at least as sure, no more than MOST_RISK are wrong."""
    ranked = sorted(sure, reverse=True)
    curve = risk_coverage(list(map(float, sure)), list(map(bool, right)))
    fits = [place for place, (_, risk) in enumerate(curve) if risk <= MOST_RISK]
    return round(float(ranked[fits[-1]]), 2) if fits else 0.5


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__)
    parser.add_argument("--work", type=Path, default=work_folder(), help="indexes and observations")
    parser.add_argument("--sample", type=int, help="ask so many questions only")
    parser.add_argument("--fit-only", action="store_true", help="take the observations that are there")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    file = arguments.work / "observations.json"
    if not arguments.fit_only:
        rows = observations(arguments.work, arguments.sample)
        file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    rows = json.loads(file.read_text(encoding="utf-8"))
    fitted_with = {"features": FEATURES, "constants": constants()}
    fitted = {**fit(rows), **fitted_with, "questions": len(rows), "date": machine()["date"]}
    CALIBRATION.write_text(json.dumps(fitted, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(fitted, indent=2), file=sys.stdout)


if __name__ == "__main__":
    main()
