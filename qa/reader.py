"""The exact answer inside a passage, or none: rules by the kind of answer that is asked for.

Every candidate is scored by how close the question's words stand to it, counted in clauses: an answer stands
beside what the question says about it. Scores run from 0 to about 1 and compare across passages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embeddings.tokens import fold
from qa import spans
from qa.question import QUANTITIES, Question, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from embeddings.types import Chunk

_AGENT = re.compile(r"由([^,，。;；:：！？]{2,40})")
_OTHER_ROLE = re.compile(r"(?:主办|承办|协办|指导|支持|投资|设计|建设)[、,，]")
_PLACE = re.compile(
    r"(?:位于|设在|设于|落户|落地|坐落于|坐落在|地处|选址(?:于|在)?|布局在?|定于|迁至|搬到|搬至|地点[在为是：:]?|地址[在为是：:]?|在)"
    r"([^,，。;；、：:“”()（）]{2,20}?)(?=的|举行|举办|召开|开工|启动|揭牌|成立|建设|落成|投产|开业|启用|[,，。;；、]|$)"
)
_PLACE_END = re.compile(r"[省市区县镇乡村街道路园岛湾港山城馆厅楼中心广场]$")
_DEFINITION = re.compile(r"[”」』\"]?[,，]?(?:是指|指的是|就是|即|是|指|为)([^。！？\n]{4,120})")
_GENERIC = re.compile(r"企业|公司|单位|机构|集团|大学|学校|银行|部门|国家|全国|我国")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年)")
_MARKS = re.compile(r"[，,；;。！？!?\n]")
# How much of a term's weight is left beyond each mark between it and the candidate.
_DECAY = {"，": 0.82, ",": 0.82, "；": 0.6, ";": 0.6}
_SENTENCE_DECAY = 0.5
_CONTEXT_SHARE = 0.45
_FARTHEST = 160
# 百个项目, 千亩: a manner of speaking rather than a figure.
_ROUND = frozenset("十百千万亿")


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate answer: character range in the passage, and its score.

    Spans of one `group` above 0 belong together; `other_year` says that it speaks of a year not asked for.
    """

    start: int
    end: int
    score: float
    group: int = 0
    other_year: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage, prepared for scoring: its folded text, and where each term of the question stands in it."""

    text: str
    folded: str
    context: str
    places: Mapping[str, tuple[tuple[int, int, float], ...]]
    in_context: Mapping[str, float]
    marks: tuple[tuple[int, float], ...]


def prepare(chunk: Chunk, terms: Sequence[Term]) -> Reading:
    """Find the terms in a passage and in its title and section."""
    folded = fold(chunk.text)
    context = fold(chunk.context)
    marks = []
    for mark in _MARKS.finditer(folded):
        marks.append((mark.start(), _DECAY.get(mark.group(), _SENTENCE_DECAY)))
    return Reading(
        chunk.text,
        folded,
        context,
        {term.text: tuple(_places(folded, term)) for term in terms},
        {term.text: _best_share(context, term) for term in terms},
        tuple(marks),
    )


def _places(folded: str, term: Term) -> Iterator[tuple[int, int, float]]:
    taken: list[tuple[int, int]] = []
    for token, weight in term.alternatives:
        if len(token) == 1 and not token.isascii():
            weight *= 0.6
        for start in _occurrences(folded, token):
            end = start + len(token)
            if not any(first <= start and end <= last for first, last in taken):
                taken.append((start, end))
                yield start, end, weight


def _occurrences(folded: str, token: str) -> Iterator[int]:
    if token.isascii():
        for match in re.finditer(rf"(?<![a-z0-9.]){re.escape(token)}(?![a-z0-9]|\.\d)", folded):
            yield match.start()
        return
    start = folded.find(token)
    while start >= 0:
        yield start
        start = folded.find(token, start + 1)


def _best_share(context: str, term: Term) -> float:
    return max(
        (weight for token, weight in term.alternatives if next(_occurrences(context, token), -1) >= 0), default=0.0
    )


def read(chunk: Chunk, question: Question, weights: Mapping[str, float]) -> list[Span]:
    """Candidate answers in a passage, sorted by (-score, start); [] where it holds none of the kind asked for.

    `weights` has each term's weight (rarity). Spans of one `group` above 0 belong together (the two firms of
    哪两家企业).
    """
    reading = prepare(chunk, question.terms)
    asked = question.asked
    if asked in QUANTITIES or asked == "date":
        found = list(_read_figures(reading, question, weights))
    elif asked == "person":
        found = list(_read_persons(reading, question, weights))
    elif asked == "organisation":
        found = list(_read_organisations(reading, question, weights))
    elif asked == "place":
        found = list(_read_places(reading, question, weights))
    elif asked in ("name", "list"):
        found = list(_read_names(reading, question, weights))
    else:
        found = []
    return sorted(found, key=lambda span: (-span.score, span.start, span.end))


def closeness(reading: Reading, terms: Sequence[Term], weights: Mapping[str, float], start: int, end: int) -> float:
    """How close the question's words stand to a range: 1 where all are in its clause, 0 where none is near.

    Each term counts by its weight, less for every comma, semicolon and sentence end between; the title
    counts as near by half. A term inside the range itself does not count.
    """
    total = reached = 0.0
    for term in terms:
        weight = weights[term.text]
        total += weight
        best = reading.in_context[term.text] * _CONTEXT_SHARE
        for first, last, share in reading.places[term.text]:
            if first < end and start < last:
                continue
            low, high = (last, start) if last <= start else (end, first)
            if high - low <= _FARTHEST:
                # What follows a figure belongs to the next one more often than what comes before it.
                side = 1.0 if last <= start else 0.92
                best = max(best, share * side * _between(reading, low, high) * (1 - (high - low) / 600))
        reached += weight * best
    return reached / total if total else 0.0


def _between(reading: Reading, low: int, high: int) -> float:
    share = 1.0
    for place, decay in reading.marks:
        if low <= place < high:
            share *= decay
    return share


def _read_figures(reading: Reading, question: Question, weights: Mapping[str, float]) -> Iterator[Span]:
    for quantity, unit_fits in spans.figures(reading.folded, question.asked, question.unit):
        if _stands_in(fold(quantity.text), question.folded):
            continue
        start, end = quantity.start, quantity.end
        score = 0.72 * closeness(reading, question.terms, weights, start, end)
        score += _beside(reading, question, start, end)
        if question.unit:
            score += 0.1 if unit_fits else -0.15
        elif question.asked == "quantity":
            score += _kind_prior(quantity.kind, question)
        score += _change(reading.folded, question, start, end)
        other_year = _speaks_of_other_year(reading, question, start)
        score += -0.3 if other_year else 0.06 if question.years else 0.0
        score -= _part_of(reading.folded, question, start)
        score -= 0.15 if quantity.number in _ROUND else 0.0
        yield Span(start, end, round(score, 6), other_year=other_year)


def _speaks_of_other_year(reading: Reading, question: Question, start: int) -> bool:
    year = bound_year(reading, start) if question.years else None
    return year is not None and year not in question.years


def _stands_in(text: str, question: str) -> bool:
    return bool(re.search(rf"(?<![\d.]){re.escape(text)}", question))


def _kind_prior(kind: str, question: Question) -> float:
    """Where no unit is asked for: how many means a count; anything else may be any figure."""
    if question.language == "en" or question.noun:
        return {"count": 0.08, "measure": 0.0, "area": 0.0}.get(kind, -0.25)
    return 0.0


def _beside(reading: Reading, question: Question, start: int, end: int) -> float:
    """A bonus where the noun counted or the verb of the question stands right beside the figure."""
    bonus = 0.0
    before = reading.folded[max(0, start - 8) : start]
    after = reading.folded[end : end + 10]
    after = re.split(r"[，,。；;、]", after)[0]
    clause = _since_last_figure(reading.folded, start)
    for noun in _heads(question.noun, question):
        if noun in after or before.rstrip("约近超达到共为有数量总").endswith(noun):
            bonus = max(bonus, 0.14)
        elif noun in clause:
            bonus = max(bonus, 0.08)
    for verb in _heads(question.verb, question):
        if re.search(rf"{re.escape(verb)}(?:了|达到?|为|是|共|约|近|超|突破|得|出|到|至|数|额|金额|总额)*$", before):
            bonus += 0.12
            break
    return bonus


def _since_last_figure(folded: str, start: int) -> str:
    """The words of the clause before a figure, back to the figure before it."""
    return re.split(r"[，,。；;！？!?\n]|\d[\d.]*[\u4e00-\u9fff%]", folded[max(0, start - 40) : start])[-1]


def _heads(phrase: str, question: Question) -> list[str]:
    """The last words of a phrase, in the forms that they may have in the corpus."""
    if not phrase:
        return []
    if question.language == "en":
        stem = phrase.rstrip("s")
        found = [term for term in question.terms if term.text.startswith(stem[:5])]
        return [token for term in found for token, weight in term.alternatives if weight >= 0.7 and len(token) > 1]
    last = [term for term in question.terms if phrase.endswith(term.text)]
    heads = [token for term in last for token, weight in term.alternatives if weight >= 0.5]
    return heads or [phrase[-2:]]


def _change(folded: str, question: Question, start: int, end: int) -> float:
    """由20天减少到7天: the end of a change is its result; its beginning is asked for by 原来, 从, 由."""
    before = folded[max(0, start - 3) : start]
    wants_start = bool(re.search(r"原来|此前|之前|原先|最初|originally|before", question.folded))
    if re.search(r"(?:到|至|为)了?$", before):
        return -0.05 if wants_start else 0.06
    if re.search(r"(?:由|从|原来|原)的?$", before) and re.search(r"[到至为]", folded[end : end + 8]):
        return 0.1 if wants_start else -0.12
    return 0.0


def bound_year(reading: Reading, start: int) -> str | None:
    """The year that a figure speaks of: the last one before it in its sentence, else the first after it there,
    else the last one in the sentences before, else the title's; None where nothing says.
    """
    first = max(reading.folded.rfind(mark, 0, start) for mark in "。！？!?\n") + 1
    after = re.search(r"[。！？!?\n]", reading.folded[start:])
    last = start + after.start() if after is not None else len(reading.folded)
    for text, take in (
        (reading.folded[first:start], -1),
        (reading.folded[start:last], 0),
        (reading.folded[:first], -1),
        (reading.context, -1),
    ):
        years = _YEAR.findall(text)
        if years:
            return str(years[take])
    return None


def _part_of(folded: str, question: Question, start: int) -> float:
    """A figure that counts only a part (其中5亿元以上项目3个), where the question names no such part."""
    clause = re.split(r"[。；;\n]", folded[:start])[-1]
    part = re.search(r"其中[，,]?([^，,、]*)", clause)
    limit = re.search(r"[\d.]+[万亿]?元以上[^，,、。]{0,4}$", clause)
    penalty = 0.0
    if (
        part is not None
        and "其中" not in question.folded
        and not any(t.text in clause[part.start() :] for t in question.terms)
    ):
        penalty += 0.05
    if limit is not None and limit.group()[:3] not in question.folded:
        penalty += 0.15
    return penalty


def _read_persons(reading: Reading, question: Question, weights: Mapping[str, float]) -> Iterator[Span]:
    named = False
    deeds = frozenset(start for found in reading.places.values() for start, _, weight in found if weight >= 0.5)
    for (start, end), titled in spans.persons(reading.folded, deeds):
        if reading.folded[start:end] in question.folded:
            continue
        named = True
        score = 0.75 * closeness(reading, question.terms, weights, start, end) + (0.1 if titled else 0.0)
        yield Span(start, end, round(score, 6))
    for start, end in spans.latin_persons(reading.text):
        named = True
        yield Span(start, end, round(0.75 * closeness(reading, question.terms, weights, start, end), 6))
    yield from _read_agents(reading, question, weights)
    if not named and question.language == "zh":
        yield from _read_subjects(reading, question, weights, 0.6)


def _read_agents(reading: Reading, question: Question, weights: Mapping[str, float]) -> Iterator[Span]:
    """Who does it, said by 由: 由某某公司承办, where 承办 is a word of the question."""
    places = {start for found in reading.places.values() for start, _, weight in found if weight >= 0.5}
    names = list(spans.organisations(reading.folded))
    for match in _AGENT.finditer(reading.folded):
        start = match.start(1)
        for other in _OTHER_ROLE.finditer(reading.folded, start, match.end(1)):
            start = other.end()
        ends = [
            place
            for place in sorted(places)
            if start + 2 <= place <= match.end(1) and not any(first < place < last for first, last in names)
        ]
        if ends:
            end = ends[0]
            end -= len(reading.folded[start:end]) - len(reading.folded[start:end].rstrip("负责来共同牵头联合 "))
            if end - start >= 2 and reading.folded[start:end] not in question.folded:
                score = 0.72 * closeness(reading, question.terms, weights, start, end) + 0.12
                yield Span(start, end, round(score, 6))


def _read_organisations(reading: Reading, question: Question, weights: Mapping[str, float]) -> Iterator[Span]:
    found = [
        (start, end)
        for start, end in spans.organisations(reading.folded)
        if reading.folded[start:end] not in question.folded
    ]
    for place, (start, end) in enumerate(found):
        score = 0.72 * closeness(reading, question.terms, weights, start, end)
        group = 0
        if question.expected > 1:
            group = _row(reading.folded, found, place, question.expected)
            score += 0.1 if group else -0.1
        yield Span(start, end, round(score, 6), group)
    yield from _read_agents(reading, question, weights)
    if question.expected <= 1:
        for span in _read_subjects(reading, question, weights, 0.78):
            if not any(start < span.end and span.start < end for start, end in found):
                yield span


def _row(folded: str, found: Sequence[tuple[int, int]], place: int, size: int) -> int:
    """The number (from 1) of the row of `size` names joined by 、和与 that a name belongs to; 0 for none."""
    first = place
    while first > 0 and found[first][0] - found[first - 1][1] <= 1 and folded[found[first - 1][1]] in "、和与及":
        first -= 1
    last = place
    while last + 1 < len(found) and found[last + 1][0] - found[last][1] <= 1 and folded[found[last][1]] in "、和与及":
        last += 1
    return first + 1 if last - first + 1 == size else 0


def _read_subjects(reading: Reading, question: Question, weights: Mapping[str, float], share: float) -> Iterator[Span]:
    """Who does what the question says: the words before the predicate, in a clause that has the question's terms."""
    for clause in re.finditer(r"[^，,。；;！？!?\n：:“”]+", reading.folded):
        inside = [
            (start, end, term)
            for term in question.terms
            for start, end, weight in reading.places[term.text]
            if weight >= 0.5 and clause.start() <= start and end <= clause.end()
        ]
        if not inside:
            continue
        inside.sort(key=lambda item: (item[0], item[1]))
        predicate = _predicate(reading.folded, clause.start(), inside, question)
        span = spans.subject(reading.folded, clause.start(), predicate)
        if span is None or reading.folded[span[0] : span[1]] in question.folded:
            continue
        near = closeness(reading, question.terms, weights, *span)
        yield Span(*span, round(share * near, 6))


def _predicate(folded: str, first: int, inside: Sequence[tuple[int, int, Term]], question: Question) -> int:
    """Where the predicate of a clause starts: at 成为/是/为 before a term, else at the first term that is no place."""
    copula = re.search(r"(?:成为|成功|是|为|系|荣获|获评|入选|当选|担任)", folded[first : inside[-1][0] + 1])
    own = [
        start
        for start, end, term in inside
        if term.kind != "name" and start > first + 1 and not _GENERIC.fullmatch(folded[start:end])
    ]
    place = own[0] if own else inside[0][0]
    if copula is not None and copula.start() >= 2:
        return min(place, first + copula.start()) if place > first + 1 else first + copula.start()
    return place


def _read_places(reading: Reading, question: Question, weights: Mapping[str, float]) -> Iterator[Span]:
    for match in _PLACE.finditer(reading.folded):
        start, end = match.span(1)
        if reading.folded[start:end] in question.folded:
            continue
        score = 0.72 * closeness(reading, question.terms, weights, start, end)
        score += 0.1 if _PLACE_END.search(match[1]) else -0.1
        score += 0.0 if match.group().startswith("在") else 0.08
        yield Span(start, end, round(score, 6))


def _read_names(reading: Reading, question: Question, weights: Mapping[str, float]) -> Iterator[Span]:
    known = [term.text for term in question.terms]
    for (start, end), bonus in _named_ranges(reading, question, known):
        text = reading.folded[start:end]
        if not text or text in question.folded:
            continue
        score = 0.7 * closeness(reading, question.terms, weights, start, end) + bonus
        yield Span(start, end, round(score, 6))


def _named_ranges(
    reading: Reading, question: Question, known: Sequence[str]
) -> Iterator[tuple[tuple[int, int], float]]:
    folded = reading.folded
    yield from _before_quoted_name(folded, question, known)
    yield from _definitions(folded, question)
    for start, end in spans.quotations(folded):
        if not question.expected or question.expected == len(re.split(r"[、,，]", folded[start:end])):
            yield (start, end), _beside_head(folded, question, start - 1, end + 1)
    if question.asked == "name" and question.noun:
        for span in spans.phrase_ending(folded, question.noun):
            yield span, 0.16
    if question.asked == "name" and not question.noun and question.verb:
        for verb_end, size in _ends_of(folded, question.verb):
            found = spans.object_after(folded, verb_end)
            if found is not None:
                yield found, 0.05 * size
    if question.asked == "list":
        for span in spans.enumerations(folded):
            yield spans.items(folded, span, question.expected, known), 0.05


def _before_quoted_name(
    folded: str, question: Question, known: Sequence[str]
) -> Iterator[tuple[tuple[int, int], float]]:
    """美丽青岛示范区、创新创业先导区“两大目标”: the row before the quoted name that the question asks about."""
    for start, end in spans.quotations(folded):
        name = folded[start:end]
        if name not in question.folded and not any(name == quoted for quoted in question.quoted):
            continue
        row = re.search(r"[^,，。;；:：“”]+$", folded[: start - 1])
        if row is not None and len(row.group().split("、")) < question.expected:
            # 全域统筹、创新驱动,产业育成“三大战略”: a comma among the entries.
            row = re.search(r"[^,，。;；:：“”]+[,，][^,，。;；:：“”]+$", folded[: start - 1])
        if row is not None and "、" in row.group():
            yield spans.items(folded, row.span(), question.expected, known), 0.3


def _definitions(folded: str, question: Question) -> Iterator[tuple[tuple[int, int], float]]:
    """What a thing is: the words after 是指, 即, 是 that follow it at once."""
    name = re.sub(
        r"^(?:什么是|何谓|什么叫做?)|(?:是什么意思|指的?是?什么|是什么|是啥|是指什么)?[?？。]*$", "", question.folded
    )
    name = name.strip("“”「」『』\"' ")
    if not 2 <= len(name) <= 16:
        return
    for place in re.finditer(re.escape(name), folded):
        meaning = _DEFINITION.match(folded, place.end())
        if meaning is not None:
            yield meaning.span(1), 0.35


def _beside_head(folded: str, question: Question, start: int, end: int) -> float:
    """A bonus where the question's head noun stands right beside a quotation: “奋战五年、重回前十”目标."""
    for head in _heads(question.noun, question) + _heads(question.verb, question):
        if folded[end : end + len(head) + 4].find(head) >= 0 or folded[max(0, start - len(head)) : start].endswith(
            head
        ):
            return 0.2
    after = re.match(r"的?[“「]([^”」]+)[”」]", folded[end:])
    return 0.25 if after is not None and after[1] in question.folded else 0.0


def _ends_of(folded: str, verb: str) -> Iterator[tuple[int, int]]:
    """Where the last words before the question word end in the text: 重点研发 of 彩晖生物...重点研发什么."""
    for size in (6, 4, 3, 2):
        tail = verb[-size:]
        if len(tail) == size:
            ends = [(match.end(), size) for match in re.finditer(re.escape(tail), folded)]
            if ends:
                yield from ends
                return
