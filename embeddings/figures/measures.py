"""The words that say what a figure measures: those before it in its clause, those behind its unit, or those above."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.figure_words import FIGURE_WORDS, any_that
from chinese.prose_rows import UNNAMED
from chinese.tokens import tags_of
from embeddings.figures.choosing import Option, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embeddings.figures.choosing import Features
    from embeddings.figures.sentences import Figures

_TRAIL = re.compile(rf"{any_that('link')}+$")
_NEAR = r"(?:了|约|近|超过?|逾|达到?|\s)*"
_CHANGE = re.compile(rf"(?:{any_that('change')}{_NEAR}|{any_that('rate')}(?:[为是约近达到超过逾高分别]|\s)*)$")
_COMPARED = re.compile(
    r"(?:[比较与和同跟按]|高于|低于|快于|好于|多于|少于|高出|低)[^,，。;；]{1,16}$"
    rf"|(?:{any_that('compared')}|[,，]|\s)+$"
)
_LEADS = frozenset(FIGURE_WORDS["lead"])
_BEGUN = re.compile(r"(?:实现了?|录得)(?=[^\d]{3})")
_SHARES = ("比重", "比例", "份额", "占比", "数量", "规模", "总数", "总额", "总量")
_LONGEST = 24
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured, whether the figure is by how much it changed or differs, and whose, where a row says so."""

    words: str
    is_change: bool = False
    whose: str = ""


def measure_of(sentence: Figures, number: int, depth: int = 0) -> Measured:
    """What the figure of this number in a sentence measures."""
    figure = sentence.figures[number]
    member = _member(sentence, figure.start)
    if member is not None:
        return member
    first = sentence.clause_start(figure.start)
    if first and sentence.folded[first - 1] in "(（" and not sentence.folded[first : figure.start].strip(" 约近"):
        return _before_bracket(sentence, first - 1)
    previous = number - 1 if number and sentence.figures[number - 1].end > first else None
    since = sentence.figures[previous].end if previous is not None else first
    before = sentence.without_names(since, figure.start)
    is_change = _CHANGE.search(before.rstrip()) is not None
    core = _core(before, is_change=is_change)
    behind = sentence.noun_behind(number)
    if is_change and not _says(core):
        return Measured(_above(sentence, number, first, depth), is_change=True)
    if previous is not None and behind and re.fullmatch(r".*(?:[和与及、]|以及)", core or "和"):
        return Measured(behind, is_change)
    if behind and not is_change:
        verb = _verb_at_end(core)
        if verb is not None:
            return Measured((verb + behind)[:_LONGEST])
    if _says(core):
        return Measured(core[-_LONGEST:], is_change)
    return Measured(behind or _above(sentence, number, first, depth), is_change)


def is_bare_change(sentence: Figures, number: int) -> bool:
    """Whether a figure only says by how much the one right before it changed: 产值5亿元,同比增长|7%."""
    if not number:
        return False
    figure, before = sentence.figures[number], sentence.figures[number - 1].end
    words = sentence.folded[before : figure.start]
    if re.search(r"[;；。]", words) is not None or _CHANGE.search(words.rstrip()) is None:
        return False
    core = _core(sentence.without_names(max(before, sentence.clause_start(figure.start)), figure.start), is_change=True)
    return not _says(core) and len(words) - len(words.lstrip(",，、 ")) <= 1


def _member(sentence: Figures, at: int) -> Measured | None:
    """What the figure of a row in turn measures: 营收、净利润分别为5亿元、|2亿元 the second."""
    row = sentence.row
    if row is None or any(
        time.start < label.end and label.start < time.end for label, _ in row.rows for time in sentence.times
    ):
        return None  # members that are times are read as such
    for label, value in row.rows:
        if value.start <= at < value.end:
            heading = "" if value.column == UNNAMED else value.column
            is_change = _CHANGE.search(heading) is not None
            core = _core(heading, is_change=is_change)
            if not _says(core):
                return Measured(label.text, is_change)
            return Measured(core, is_change, label.text if sentence.has_row_of_names else "")
    return None


def _before_bracket(sentence: Figures, at: int) -> Measured:
    """What a figure in brackets measures: the words right before them."""
    first = max(sentence.clause_start(at), max((item.end for item in sentence.figures if item.end <= at), default=0))
    core = re.sub(r"^.*(?:[)）]|[和与及]|之后是)", "", _core(sentence.folded[first:at], is_change=False))
    return Measured(core[-_LONGEST:])


def _core(before: str, *, is_change: bool) -> str:
    words = before.strip(" “”\"'")
    if is_change:
        words = _CHANGE.sub("", words).strip()
        for _ in range(3):
            words = _COMPARED.sub("", words).strip()
    words = _without_leads(_TRAIL.sub("", words).strip())
    head = words.rpartition("的")[2]
    return head if len(head) > 1 and head not in _SHARES else words


def _without_leads(words: str) -> str:
    """Words without those that only lead in, each a word of its own: 有 of 有企业, not of 有效."""
    while words:
        begun = _BEGUN.match(words)
        first = begun.group() if begun is not None else next((word for word, _ in tags_of(words)), "")
        at = words.find(first) if first else -1
        if begun is None and (at < 0 or first not in _LEADS):
            break
        words = words[at + len(first) :].lstrip()
    return words.strip(" “”\"'")


def _says(core: str) -> bool:
    return len(re.findall(r"[\u4e00-\u9fffa-z]", core)) > 1


def _verb_at_end(core: str) -> str | None:
    """The short verb that words end with; "" where they say nothing or a long one, None where they end with a noun."""
    if not core:
        return ""
    word, tag = tags_of(core)[-1] if tags_of(core) else ("", "x")
    if tag[0] == "v" or core[-1] in "了出":
        return word if len(word) <= 2 else ""
    return None


def _above(sentence: Figures, number: int, first: int, depth: int) -> str:
    """The measure of the figure before, which a change or a bare figure goes on from."""
    if depth > _DEEPEST:
        return ""
    earlier = sentence.figures[number - 1] if number else None
    if earlier is not None and earlier.end > first:
        return measure_of(sentence, number - 1, depth + 1).words
    end = first - 1
    while end > 0:
        start = sentence.clause_start(end)
        if earlier is not None and earlier.end > start:
            return measure_of(sentence, number - 1, depth + 1).words
        core = _core(sentence.without_names(start, end), is_change=False)
        if _says(core) and not _COMPARED.search(core):
            return core[-_LONGEST:]
        end = start - 1
    return ""


_GOOD_END = re.compile(r"[率额量值数度比价款金费入资润积长宽高产口业目]$")
_MOST_WORDS = 7


def measures(sentence: Figures, number: int, ruled: Measured) -> list[Option]:
    """What a figure may measure: by rule, and by the words before it, behind it and above it, each once."""
    figure = sentence.figures[number]
    first = sentence.clause_start(figure.start)
    previous = sentence.figures[number - 1].end if number and sentence.figures[number - 1].end > first else first
    before = sentence.without_names(max(first, previous), figure.start)
    core = _core(before, is_change=ruled.is_change)
    behind = sentence.noun_behind(number)
    found: dict[str, Features] = {}
    _add(found, ruled.words, {"ruled": 1.0, "ruled_change": float(ruled.is_change)})
    _add(found, core, {"core": 1.0, "core_counted": float(bool(behind)), "core_change": float(ruled.is_change)})
    _add(
        found,
        behind,
        {
            "behind": 1.0,
            "behind_core": float(_says(core)),
            "behind_change": float(ruled.is_change),
            "behind_money": float(figure.kind == "money"),
            "behind_share": float(figure.kind == "share"),
        },
    )
    caused = float(_CAUSED.search(sentence.folded[first : figure.start]) is not None)
    note(found, core.strip(" “”\"'"), {"core_caused": caused})
    for text, features in _behind(sentence, number):
        _add(found, text, {**features, **{f"{name}_caused": caused for name in features if name.endswith("follows")}})
    whole = _BRACKETS.sub("", sentence.without_names(sentence.long_clause_start(figure.start), figure.start))
    if number and previous == sentence.figures[number - 1].end:
        whole = before
    _add(found, _core(whole, is_change=ruled.is_change)[-_LONGEST:], {"whole": 1.0, "whole_core": float(_says(core))})
    words = tags_of(core)
    for text, features in _tails(core):
        _add(found, text, {**features, "tail_counted": float(bool(behind))})
    if behind and words:
        _add(found, words[-1][0] + behind, {"verb_behind": 1.0, f"verb_{words[-1][1][0]}": 1.0})
        short = _tail_noun(behind)
        if short:
            _add(found, short, {"behind_tail": 1.0})
    above = _above(sentence, number, first, 0)
    if above not in found:
        from_above = {"above": 1.0, "above_change": float(ruled.is_change)}
        _add(found, above, from_above | {"above_core": float(_says(core)), "above_behind": float(bool(behind))})
    if core.startswith("新") and not behind and all(tag[0] in "vda" for _, tag in words):
        # 瞪羚企业30家,新认定|7家: what is done to the same
        _add(found, core + _noun_at_end(above), {"verb_above": 1.0})
    found.pop("", None)
    for text, features in found.items():
        tags = [tag for _, tag in tags_of(text)] or ["x"]
        last = tags[-1]
        features["good_end"] = float(_GOOD_END.search(text) is not None)
        features[f"ends_{last if last == 'vn' else last[0]}"] = 1.0
        features[f"starts_{tags[0][0]}"] = 1.0
        features["length"] = min(len(text), _LONGEST) / 10
        features["one"] = float(len(text) < 2)
        features["short"] = float(len(text) == 2)
        features["long"] = float(len(text) > 12)
        features["and"] = float(re.search("[和与及、]", text) is not None)
        features["digit"] = float(re.search(r"\d", text) is not None)
        features["of"] = float("的" in text)
    return [Option(text, features) for text, features in found.items()] or [Option("", {"nothing": 1.0})]


def _tails(core: str) -> Iterator[tuple[str, Features]]:
    """What the last words before a figure say, from one word on: 强制执行 of 某人被强制执行."""
    words = tags_of(core)
    for size in range(1, min(len(words), _MOST_WORDS)):
        first, before = words[-size], words[-size - 1]
        if first[1][0] == "f":
            continue  # 以上企业 of 2亿元以上企业
        features = {"tail": 1.0, f"tail_of_{size}": 1.0, f"tail_starts_{first[1][0]}": 1.0}
        features[f"tail_after_{before[1][0]}"] = 1.0
        features[f"tail_between_{before[1][0]}_{first[1][0]}"] = 1.0
        if before[0] in _BEFORE_TAIL:
            features["tail_after_function"] = features[f"tail_after_{before[0]}"] = 1.0
        yield "".join(word for word, _ in words[-size:]), features


_BEFORE_TAIL = frozenset("被把将已因获对向给的以由使让并其还")
_BRACKETS = re.compile(r"[(（][^()（）]{0,30}[)）]")
_CAUSED = re.compile(r"造成|导致|致使|致(?![力富密辞电函敬])")
"""What stands before a figure whose measure stands behind it: 暴雨造成3人|受伤."""
_MOST_BEHIND = 6
_OF_PEOPLE = frozenset("人 名 位 户 人次".split())


def _behind(sentence: Figures, number: int) -> Iterator[tuple[str, Features]]:
    """What the words behind a figure say: 遇难 of 5人|遇难, 山区 of 22个|山区防汛, 工作组 of 3个|由…组成的工作组."""
    words = sentence.behind(number)
    found = tags_of(words)[:_MOST_BEHIND]
    kind = sentence.figures[number].kind
    for size, (word, tag) in enumerate(found, 1):
        text = words[: words.find(word, len("".join(item for item, _ in found[: size - 1]))) + len(word)]
        if len(text) > 1 and (tag[0] in "nvjl" or tag in ("eng", "k", "x")):
            features = {"follows": 1.0, f"follows_{size}": 1.0, f"follows_{kind}": 1.0, f"follows_{size}_{tag[0]}": 1.0}
            after = found[size][1][0] if size < len(found) else "end"
            yield text, {**features, f"follows_then_{after}": 1.0}
    verb = next((word for word, tag in found if tag[0] == "v" and tag != "vn" and len(word) > 1), "")
    of_people = float(sentence.figures[number].unit in _OF_PEOPLE)
    yield verb, {"verb_follows": 1.0, f"verb_follows_{kind}": 1.0, "verb_follows_person": of_people}
    head = re.search(r"的([\u4e00-\u9fff]{2,8})$", words)
    if head is not None:
        yield head[1], {"head_follows": 1.0, f"head_follows_{kind}": 1.0}


def _noun_at_end(words: str) -> str:
    """The nouns that words end with: 高新技术企业 of 引进高新技术企业."""
    found = ""
    for word, tag in reversed(tags_of(words)):
        if tag[0] not in "nbjl" and tag != "vn":
            break
        found = word + found
    return found


def _tail_noun(words: str) -> str:
    """The last word of several: 科技小分队 -> 小分队."""
    parts = tags_of(words)
    return parts[-1][0] if len(parts) > 1 and len(parts[-1][0]) > 1 else ""


def _add(found: dict[str, Features], text: str, features: Features) -> None:
    note(found, text.strip(" “”\"'"), features)


__all__ = ["Measured", "measure_of", "measures"]
