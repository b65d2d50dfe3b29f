"""Why a question over several figures cannot be worked out, in words a user reads, both languages side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.figures.several.asked_periods import in_words
from qa.types import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.figures.several.operations import Across
    from qa.types import Figure

_MOST_NAMED = 6


def lacking(
    across: Across,
    absent: Sequence[tuple[str, str]],
    there: Sequence[tuple[str, str]],
    planned: Sequence[tuple[str, str]] = (),
) -> Reason:
    """A period or a place of which no figure is there, so that nothing is worked out; of the `planned` only a plan."""
    zh, en = _named(across, absent)
    if planned:
        plan_zh, plan_en = _named(across, planned)
        zh, en = f"{zh}（{plan_zh}只有目标或计划）", f"{en} (of {plan_en} there is only a target or a plan)"
    own_zh, own_en = _named(across, there)
    return Reason(
        "figures",
        f"要算出来还缺{zh}的数字，文档里只有{own_zh}的。",
        f"To work this out, the figure for {en} is lacking; the documents give it only for {own_en}.",
    )


def _named(across: Across, keys: Sequence[tuple[str, str]]) -> tuple[str, str]:
    names = [in_words(period) if across == "periods" else (place, place) for place, period in keys[:_MOST_NAMED]]
    more_zh, more_en = ("等", " and others") if len(keys) > _MOST_NAMED else ("", "")
    when_zh, when_en = in_words(keys[0][1]) if across == "places" and keys[0][1] else ("", "")
    zh = "、".join(zh for zh, _ in names) + more_zh + when_zh
    return zh, ", ".join(en for _, en in names) + more_en + (f" in {when_en}" if when_en else "")


def differing(place: str, period: str, figures: Sequence[Figure]) -> Reason:
    """Texts that do not agree on one of the figures; one text that gives several is of several things."""
    zh, en = in_words(period) if period else ("", "")
    texts = list(dict.fromkeys(figure.text for figure in figures))[:_MOST_NAMED]
    if len({(figure.title, figure.sources[0].file) for figure in figures}) == 1:
        whose = " in ".join(part for part in (place, en) if part)
        return Reason(
            "figures",
            f"{place}{zh}的数字，文档里有几个：{'、'.join(texts)}，分不清所问的是哪一个，所以不作计算。",
            f"The documents give several figures for {whose} ({', '.join(texts)}), and it is not clear which is meant, "
            "so nothing is worked out.",
        )
    return Reason(
        "figures",
        f"{place}{zh}的数字，文档里说法不一：{'、'.join(texts)}，所以不作计算。",
        f"The documents do not agree on the figure for {' in '.join(part for part in (place, en) if part)} "
        f"({', '.join(texts)}), so nothing is worked out.",
    )


def not_certain(rows: Sequence[tuple[str, str, str]]) -> Reason:
    """Figures that are not exact, or that tie, so that they do not decide what is asked."""
    said_zh = "、".join(f"{zh}{text}" for zh, _, text in rows[:_MOST_NAMED])
    said_en = ", ".join(f"{en} {text}" for _, en, text in rows[:_MOST_NAMED])
    return Reason(
        "figures",
        f"凭文档里的数字定不下来：{said_zh}。",
        f"The figures of the documents do not decide it: {said_en}.",
    )


def several_measures(measures: Sequence[str]) -> Reason:
    """Several measures that the question may mean, none of them by its own name."""
    named = list(dict.fromkeys(measures))[:_MOST_NAMED]
    return Reason(
        "figures",
        f"文档里有几种数字都可能是所问的：{'、'.join(named)}。请说明是哪一种。",
        f"Several figures of the documents may be meant: {', '.join(named)}. Say which.",
    )


def unfit(rows: Sequence[tuple[str, str, str]]) -> Reason:
    """Figures that are there, and cannot be worked with in the way asked for: shares and stocks are not summed up."""
    said_zh = "、".join(f"{zh}{text}" for zh, _, text in rows[:_MOST_NAMED])
    said_en = ", ".join(f"{en} {text}" for _, en, text in rows[:_MOST_NAMED])
    return Reason(
        "figures",
        f"文档里的数字（{said_zh}）不能这样计算。",
        f"The figures of the documents ({said_en}) cannot be worked with in this way.",
    )


def not_there() -> Reason:
    """No text says the answer, and the figures that it takes are not there."""
    return Reason(
        "figures",
        "文档里没有直接说，也没有算出它所需要的数字。",
        "The documents do not say it themselves, nor do they give the figures that it takes to work it out.",
    )
