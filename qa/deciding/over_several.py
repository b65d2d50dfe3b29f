"""Questions over several figures: where no text says the answer itself, what is worked out from figures that texts say.

What a text says itself comes first: 比上年增加32家, 2022年最多. Only where the answer that was found is no such
statement, or there is none, the table of figures is asked; where that has some of the figures, and not all that it
takes, what is lacking is the reason.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from chinese.modes import says_change
from chinese.quantities import find_quantities
from chinese.table_rows import named_cells
from chinese.tokens import fold
from qa.figures.several.asked_periods import year_before
from qa.figures.several.asked_singly import work_out_singly
from qa.figures.several.asking import several_asked
from qa.figures.several.by_words import leaves_out, work_out_by_words
from qa.figures.several.items import items_asked
from qa.figures.several.measured_words import unsaid
from qa.figures.several.refusing import not_there
from qa.figures.several.worked_out import Attempt, work_out
from qa.question.forms import CHANGE
from qa.types import Passage, Signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chinese.facts import Facts
    from qa.deciding.outcomes import Outcome
    from qa.figures.several.operations import Several
    from qa.types import Figure, WorkedOut

SURE = 0.9
"""How sure an answer is that was worked out: the share of right ones (83 of 93) among those of sets 11 to 14 of
benchmarks.several_figures when these were first asked, by the table or by the words around its figures."""
SURE_OF_SCANS = 0.75
"""How sure where one of its figures was recognised in a picture."""


def worked_out_instead(outcome: Outcome) -> Outcome:
    """What is said to a question over several figures; any other outcome as it is."""
    evidence, ways = outcome.evidence, outcome.evidence.figures
    if ways is None:
        return outcome
    several = several_asked(evidence.question)
    if several is None:
        return _changed(outcome)
    attempt = work_out(evidence.question, several, ways.find) or Attempt()
    if attempt.found is not None and leaves_out(evidence.question, several, attempt.found, ways.near):
        attempt = Attempt()
    if outcome.chosen:
        first = outcome.chosen[0]
        title = evidence.passages[first.passage].chunk.context
        items = items_asked(evidence.question.folded)
        if is_stated(several, _texts(outcome), first.facts, attempt, evidence.question.unit, title, items):
            return outcome
    order = list(range(len(evidence.passages)))
    sure = SURE
    if attempt.found is None and (attempt.open or attempt.reason is None):
        told = work_out_by_words(evidence.question, several, ways.near)
        singly = work_out_singly(evidence.question, several, ways.singly) if told is None else None
        if told is not None:
            attempt = Attempt(told)
        elif singly is not None:
            attempt, sure = Attempt(singly[0]), min(SURE, singly[1])
    if attempt.found is not None:
        sure = min(sure, _sure(attempt.found))
        return replace(outcome, chosen=(), order=order, sure=sure, reason=None, of=None, worked_out=attempt.found)
    if outcome.reason is not None:
        # 最多 and 100 are no words that a text lacks: what it takes to tell is.
        is_said = outcome.reason.code in _OF_WORDS and several.operation != "each"
        reason = attempt.reason or (not_there() if is_said else outcome.reason)
        return replace(outcome, reason=reason)
    if attempt.reason is None and several.operation == "each" and len(outcome.chosen) >= len(several.named.periods):
        return outcome  # no figure of such a measure: nothing speaks against what was found
    return replace(outcome, chosen=(), order=order, sure=0.0, reason=attempt.reason or not_there(), of=None)


_OF_WORDS = frozenset(("words", "year"))
_ASKS_DIFFERENCE = re.compile(
    r"比.*(?:增加|减少|增长|下降|提高|降低|[多少高低大小长短快慢])(?:了|出)?(?:多少|几(?!年))"
    r"|\bby (?:how (?:many|much)|what (?:percentage|percent|per cent|share)) (?:did|do|does|has|have|was|were|is)\b"
)


_FIGURE = r"\D{0,3}(?!(?:19|20)\d\d\b)\d"
_ASKS_ALL = re.compile(
    rf"\b(?:list|name|give|show|what are)\b.*\b(?:more|fewer|less|higher|lower|larger|smaller) than {_FIGURE}"
    rf"|\b(?:list|name|give|show|what are)\b.*\b(?:over|above|below|under|exceed\w*|at least|at most) {_FIGURE}|"
    rf"\bwhich (?:\w+ ){{0,3}}?\w+s\b.*\b(?:more|fewer|less|higher|lower|larger|smaller) than {_FIGURE}"
    rf"|\bwhich (?:\w+ ){{0,3}}?\w+s\b.*\b(?:over|above|below|under|exceed\w*|at least|at most) {_FIGURE}"
)
"""Which of several are beyond a limit: one that a text names is not all of them."""
_MOST = r"most|highest|largest|biggest|longest|greatest|fewest|lowest|smallest|shortest|least"
_ASKS_MOST = re.compile(
    rf"\bwhich (?:[\w']+ ){{1,9}}?(?:had|has|have|is|was|saw|handled|received|carried) the (?:{_MOST})\b"
)
"""Which of all has most: a text that tells of one does not say that unless in such a word."""
_ASKS_SUM = re.compile(
    r"\b(?:total|combined|together|altogether|in all)\b.*"
    r"\b(?:over|across|for|in) (?:19|20)\d\d, (?:19|20)\d\d,? and (?:19|20)\d\d"
)
_ASKS_CHANGED = re.compile(
    r"(?:哪些|哪几|哪[两二三四五六七八九]).*(?:[比较].*|同比|环比)(?:下降|减少|降低|增加|增长|上升|提高|[多少高低降涨]了)(?!多少|几)"
    r"|(?:[比较].*|同比|环比)(?:下降|减少|降低|增加|增长|上升|提高|[多少高低降涨]了?)的?[,，]?(?:有|是)?(?:哪些|哪几)"
)
"""Which of all rose or fell: figures of two times tell, or a sentence that says it of them."""


_SO_MANY = r"(?:[两三四五六七八九十]|(?<!\d)\d)(?:家|所|座|届|地|个(?!百分点|月|小时|工作日))"
_ASKS_TOGETHER = re.compile(rf"加起来|合起来|加在一起|{_SO_MANY}[^,，。?？\d]{{0,12}}总[额量计数]")
_ASKS_MEAN = re.compile(rf"平均每年|{_SO_MANY}[^,，。?？\d]{{0,8}}平均(?!工资|水平|气温|收入|每)")
_ASKS_EACH = re.compile(rf"{_SO_MANY}[^,，。?？\d]{{0,8}}各(?![自位界种类级地])")
"""What three hospitals come to, are on average, are each: no figure of one of them."""


def _changed(outcome: Outcome) -> Outcome:
    """An answer to a question over several whose words are not understood, only where its sentence tells of several."""
    if not outcome.chosen:
        return outcome
    folded, texts, first = outcome.evidence.question.folded, _texts(outcome), outcome.chosen[0].facts
    said = fold(first.text).partition(fold(texts[0]))[0]
    if _ASKS_ALL.search(folded) is not None:
        is_told = False
    elif _ASKS_CHANGED.search(folded) is not None:
        is_told = says_change(fold(first.text))
    elif _ASKS_SUM.search(folded) is not None:
        is_told = _TOGETHER_IN_ENGLISH.search(first.text) is not None
    elif _ASKS_TOGETHER.search(folded) is not None:
        is_told = _TOGETHER.search(first.text) is not None
    elif _ASKS_MEAN.search(folded) is not None:
        is_told = "均" in first.text
    elif _ASKS_EACH.search(folded) is not None:
        is_told = len(texts) > 1 or re.search("[各每均]", first.text) is not None
    elif _ASKS_MOST.search(folded) is not None:
        is_told = _FIRST.search(first.text) is not None
    elif _ASKS_DIFFERENCE.search(folded) is not None and re.search(r"\d", texts[0]):
        is_told = _is_change(first, texts[0]) or _is_compared(first.text, texts[0]) or bool(_SAYS_CHANGE.search(said))
    else:
        return outcome
    if is_told:
        return outcome
    order = list(range(len(outcome.evidence.passages)))
    return replace(outcome, chosen=(), order=order, sure=0.0, reason=not_there(), of=None)


def _is_change(facts: Facts, words: str) -> bool:
    return facts.is_change or says_change(fold(words)) or _is_change_cell(facts.text, fold(words))


_SAYS_CHANGE = re.compile(
    r"\b(?:by|up|down|(?:increase|rise|drop|fall|gain|decline|decrease) of|another|additional|extra)\s*"
    r"(?:about |nearly |some |around |over |almost )?[£$€]?$"
)
"""What stands before a change in English texts: rose by|340, up|12 per cent."""


def _is_compared(sentence: str, words: str) -> bool:
    return re.search(rf"{_COMPARED}{re.escape(words)}", sentence) is not None


def _texts(outcome: Outcome) -> list[str]:
    passages = outcome.evidence.passages
    return [passages[item.passage].text.shown[item.span.start : item.span.end] for item in outcome.chosen]


def _sure(worked: WorkedOut) -> float:
    scanned = any(all(source.scanned for source in figure.sources) for figure in worked.figures)
    return SURE_OF_SCANS if scanned else SURE


# --- what a text says itself


_FIRST = re.compile(
    r"最|居首|首位|第一|之首|榜首|峰值|冠军|领先|垫底|末位"
    rf"|\b(?:{_MOST}|first|top|led|leads|leading|record|peak\w*|bottom|last)\b",
    re.IGNORECASE,
)
_RANKED = re.compile(r"最|前[一二三四五六七八九十\d]|第一|居首|首位|依次|排名|位列")
_COMPARED = r"(?:(?:相差|差距[为是]?|[高低多少快慢大小]出?)(?:了|约|近)?|[高低快慢]于[^\d,，。;；、]{1,16})"
_TOGETHER = re.compile(r"合计|累计|总计|(?<!公)共(?![同享建和])|总|年来|近[两三四五六七八九十]年|期间")
_TOGETHER_IN_ENGLISH = re.compile(
    r"\b(?:total|combined|together|altogether|in all|over the (?:three|four|five))\b", re.I
)
_SHARE = re.compile(r"[%‰]|分之|倍|成|番")


def is_stated(
    several: Several,
    chosen: Sequence[str],
    best: Facts,
    attempt: Attempt,
    unit: str = "",
    title: str = "",
    items: Sequence[str] = (),
) -> bool:
    """Whether what was found is a text's own statement of what is asked, not one of the figures that it takes.

    `chosen` are its texts, `best` the facts of the first, `unit` is the unit asked for, `title` its article's, `items`
    are the things that the question lists.
    """
    sentence, worked = best.text, attempt.found
    if several.operation == "extreme" and several.count > 1:
        nth = f"第(?:{several.count}|{'零一二三四五六七八九十'[several.count]})"
        return re.search(rf"{nth}(?![十小中医季实\d])|其次|次之|紧随其后", sentence) is not None
    if several.operation == "extreme":
        return _FIRST.search(sentence) is not None
    if several.operation == "ranking":
        return len(chosen) >= several.count and _RANKED.search(sentence) is not None
    if several.operation in ("difference", "rate"):
        if len(unsaid("".join(several.words.split()), fold(f"{title} {sentence}"))) * 3 > len(several.words):
            return False  # of somebody else: 全县's, not 县中医院's
        share = _SHARE.search(chosen[0]) is not None
        fits = share == (several.operation == "rate") or (share and (several.either or unit in ("", CHANGE)))
        compared = attempt == Attempt() and _is_compared(sentence, chosen[0])
        changed = _is_change(best, chosen[0]) or compared
        return changed and fits and _is_same_base(several, sentence)
    if several.operation == "sum":
        if any(item not in fold(f"{title} {sentence}") for item in items):
            return False
        clause = re.split("[,，;；。]", fold(sentence).partition(fold(chosen[0]))[0])[-1]
        if items and (_TOGETHER.search(clause) is None or any(item in clause for item in items[1:])):
            return False  # what one of several came to is not what all did
        return _TOGETHER.search(sentence) is not None and (attempt == Attempt() or _spans(several, sentence))
    if several.operation == "limit":
        return several.limit is not None and any(item.amount == several.limit for item in find_quantities(sentence))
    if worked is None:
        return len(chosen) >= max(len(several.named.periods), several.named.latest, 2)
    # A cell's figure has the unit of its column behind it: 214 and 214吨.
    said = [figure.text for figure in worked.figures]
    return len(chosen) == len(said) and all(any(text.startswith(words) for text in said) for words in chosen)


def _is_change_cell(sentence: str, words: str) -> bool:
    """Whether words are a cell of which the column says that it is a change: 营业收入:5291;增减:-21.48%."""
    return any(cell.text == words and _CHANGES.search(cell.column) is not None for cell in named_cells(sentence))


_CHANGES = re.compile(r"增减|同比|环比|变化|变动|增长|增速|增幅|降幅|涨幅|比上年|比上期")


def _is_same_base(several: Several, sentence: str) -> bool:
    """Whether a change is from the period asked for: what is said without one is from the year before."""
    base = several.named.base
    if several.across == "places" or not base:
        return True
    after = next((period for period in several.named.periods if period != base), "")
    return f"{base[:4]}年" in sentence or base == year_before(after)


def _spans(several: Several, sentence: str) -> bool:
    """Whether a sum is over the years asked for, as far as its sentence says that."""
    periods = several.named.periods
    if several.named.latest:
        return re.search(r"年来|近[两三四五六七八九十]年|[三四五六七八九十两]年", sentence) is not None
    return len(periods) < 2 or all(period[:4] in sentence for period in (periods[0], periods[-1]))


# --- the evidence


def with_figures(
    passages: Sequence[Passage], worked: WorkedOut, most: int, *, first: bool
) -> tuple[tuple[Passage, ...], tuple[int, ...]]:
    """Passages with the figures marked that something was worked out from, and the positions of those that have them.

    A figure whose sentence stands in none has a passage of its own. `first` puts those with figures before the others,
    of which as many are kept as `most` leaves room for; otherwise each stays where it is.
    """
    held = list(passages)
    places: list[int] = []
    for figure in worked.figures:
        place = next((number for number, passage in enumerate(held) if _holds(passage, figure)), None)
        if place is None:
            place = len(held)
            held.append(Passage(figure.sentence, figure.title, "", figure.date, figure.sources, (), 0.0, Signals()))
        held[place] = _marked(held[place], figure)
        places.append(place)
    own = list(dict.fromkeys(places))
    if not first:
        return tuple(held), tuple(own)
    others = [number for number in range(len(passages)) if number not in own]
    order = [*own, *others[: max(0, most - len(own))]]
    return tuple(held[number] for number in order), tuple(range(len(own)))


def _holds(passage: Passage, figure: Figure) -> bool:
    files = {source.file for source in figure.sources}
    return figure.sentence in passage.text and any(source.file in files for source in passage.sources)


def _marked(passage: Passage, figure: Figure) -> Passage:
    at = passage.text.index(figure.sentence)
    mark = at + figure.start, at + figure.end
    return replace(passage, highlights=tuple(sorted({*passage.highlights, mark})))
