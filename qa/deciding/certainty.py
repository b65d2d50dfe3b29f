"""How sure an answer is, in words, and what else is said under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chinese.errors import Language
    from qa.types import Answer

__all__ = ["SURE", "confidence_text", "is_sure", "remarks"]

SURE = 0.6
"""The confidence from which an answer is shown as a fact; below it its sentence comes first, and it is "possibly".

Confidence is a calibrated probability (`qa/deciding/calibration.json`, whose `threshold` is where answers begin): of
those below this one, two in five or more are wrong.
"""

_CONFIDENCE = (
    (0.85, "很有把握", "Very likely right"),
    (SURE, "比较有把握", "Likely right"),
    (0.4, "把握一般，请对照原文", "Possibly right; check the source"),
    (0.0, "把握不大，请对照原文", "Uncertain; check the source"),
)


def is_sure(answer: Answer) -> bool:
    """Whether it is shown as a fact."""
    return answer.confidence >= SURE


def confidence_text(value: float, language: Language) -> str:
    """A probability in words and as a number: 很有把握（97%）."""
    zh, en = next((zh, en) for least, zh, en in _CONFIDENCE if value >= least or least == 0)
    return f"{en} ({value:.0%})" if language == "en" else f"{zh}（{value:.0%}）"


def remarks(answer: Answer, english: bool) -> list[str]:
    """What is said under an answer: how it was worked out, that members of a list are lacking, that articles agree."""
    found, said = len(answer.texts), []
    if answer.worked_out is not None:
        worked, count = answer.worked_out, len(answer.worked_out.figures)
        said.append(
            f"Worked out from {count} figures: {worked.en}." if english else f"由 {count} 个数字算出：{worked.zh}。"
        )
    if answer.of is not None:
        zh = f"不完整：应有 {answer.of} 个，找到 {found} 个。"
        said.append(f"Incomplete: {found} of {answer.of} found." if english else zh)
    if answer.agreeing > 1:
        said.append(f"{answer.agreeing} articles agree." if english else f"{answer.agreeing} 篇文章一致。")
    return said
