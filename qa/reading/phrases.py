"""The words that a question asks for: a person, an organisation, a place, a name, a list, a definition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chinese.offices import offices_of
from chinese.ordinals import ordinals_of
from chinese.tokens import words
from qa.question.kinds import CAUSE
from qa.question.terms import MEANT
from qa.reading import spans
from qa.reading.prepared import Reading, Span, heads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa.question.question import Question, Term

_AGENT = re.compile(r"由([^,，。;；:：！？]{2,40})")
_BEFORE_DEED = re.compile(r"(?:负责|共同|牵头|联合|具体|来|\s)+$")
_OTHER_ROLE = re.compile(r"(?:主办|承办|协办|指导|支持|投资|设计|建设)[、,，]")
_PLACE = re.compile(
    r"(?:位于|设在|设于|落户|落地|坐落于|坐落在|地处|选址(?:于|在)?|布局在?|定于|迁至|搬到|搬至|地点[在为是：:]?|地址[在为是：:]?|在)"
    r"([^,，。;；、：:“”()（）]{2,20}?)(?=的|举行|举办|召开|开工|启动|揭牌|成立|建设|落成|投产|开业|启用|[,，。;；、]|$)"
)
_PLACE_END = re.compile(r"[省市区县镇乡村街道路园岛湾港山城馆厅楼中心广场]$")
_DEFINITION = re.compile(r"[”」』\"]?[,，]?(?:是指|指的是|就是|即|是|指|为)([^。！？\n]{4,120})")
_GENERIC = re.compile(r"企业|公司|单位|机构|集团|大学|学校|银行|部门|国家|全国|我国")


def read_persons(reading: Reading, question: Question) -> Iterator[Span]:
    """People, each scored by what stands around the name."""
    named = False
    deeds = frozenset(start for found in reading.places.values() for start, _, weight in found if weight >= MEANT)
    for (start, end), titled in spans.persons(reading.folded, deeds):
        if reading.folded[start:end] in question.folded:
            continue
        named = True
        yield Span(start, end, {"rule": 1.0, "titled": float(titled)})
    for start, end in spans.latin_persons(reading.text):
        named = True
        yield Span(start, end, {"rule": 1.0})
    yield from _read_agents(reading, question)
    if not named and question.language == "zh":
        yield from _read_subjects(reading, question)


def _read_agents(reading: Reading, question: Question) -> Iterator[Span]:
    """Who does it, said by 由: 由某某公司承办, where 承办 is a word of the question."""
    whole = {start for _, start, _ in words(reading.folded)}
    places = {
        start for found in reading.places.values() for start, _, weight in found if weight >= MEANT and start in whole
    }
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
            end = start + len(_BEFORE_DEED.sub("", reading.folded[start:end]))
            if end - start >= 2 and reading.folded[start:end] not in question.folded:
                yield Span(start, end, {"rule": 1.0, "agent": 1.0})


def read_organisations(reading: Reading, question: Question) -> Iterator[Span]:
    """Organisations by their name, or as who does what the question says."""
    found = [
        (start, end)
        for start, end in spans.organisations(reading.folded)
        if reading.folded[start:end] not in question.folded
    ]
    for place, (start, end) in enumerate(found):
        group = _row(reading.folded, found, place, question.expected) if question.expected > 1 else 0
        yield Span(start, end, {"rule": 1.0, "row": float(group > 0)}, group)
    yield from _read_agents(reading, question)
    if question.expected <= 1:
        for span in _read_subjects(reading, question):
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


def _read_subjects(reading: Reading, question: Question) -> Iterator[Span]:
    """Who does what the question says: the words before the predicate, in a clause that has the question's terms."""
    for clause in re.finditer(r"[^，,。；;！？!?\n：:“”]+", reading.folded):
        inside = [
            (start, end, term)
            for term in question.terms
            for start, end, weight in reading.places[term.text]
            if weight >= MEANT and clause.start() <= start and end <= clause.end()
        ]
        if not inside:
            continue
        inside.sort(key=lambda item: (item[0], item[1]))
        predicate = _predicate(reading.folded, clause.start(), inside, question)
        span = spans.subject(reading.folded, clause.start(), predicate)
        if span is None or reading.folded[span[0] : span[1]] in question.folded:
            continue
        yield Span(*span, {"rule": 1.0, "subject": 1.0})


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


_CAUSED = re.compile(rf"(?:^|(?<=[,，。;；:：\n]))(?:{CAUSE}|原因[是为在于]+)(?P<cause>[^,，。;；:：\n]{{4,48}})")


def read_causes(reading: Reading) -> Iterator[Span]:
    """The clauses that a word for a reason leads in: 因|管道改造, 为|保障会议举行."""
    for match in _CAUSED.finditer(reading.folded):
        yield Span(*match.span("cause"), {"rule": 1.0})


def read_offices(reading: Reading, name: str) -> Iterator[Span]:
    """What a person is by a text: 县交通局局长, where 王明 is asked about."""
    for start, end in offices_of(reading.folded, name):
        yield Span(start, end, {"rule": 1.0, "office": 1.0})


def read_ranked(reading: Reading, question: Question) -> Iterator[Span]:
    """What has the rank asked for: the first name of a sentence that says 排名第三, or what stands behind 第三的是."""
    ranks = [rank for rank in question.wanted.row if rank.endswith("名")]
    for sentence in re.finditer(r"[^。;；！？!?\n]+", reading.folded) if ranks else ():
        if not set(ranks) & set(ordinals_of(sentence.group())):
            continue
        named = _RANKED_IS.search(reading.folded, *sentence.span())
        span = named.span("name") if named is not None else _opening_name(reading, question, *sentence.span())
        if span is not None and reading.folded[slice(*span)] not in question.folded:
            yield Span(*span, {"rule": 1.0, "ranked": 1.0})


def read_entries(reading: Reading, question: Question) -> Iterator[Span]:
    """The entry of a list, or of a rule, that is asked for whole: 第3步是什么 -> what stands behind 3. there."""
    asked = {rank for rank in question.wanted.row if rank[-1] in "步条项款点章节"}
    if not asked or not _WHOLE_ENTRY.search(question.folded):
        return
    for line in re.finditer(r"[^\n。;；]+", reading.folded):
        mark = _ENTRY_MARK.match(line.group())
        if mark is None or not asked & set(ordinals_of(mark.group() + "-")):
            continue
        start, end = line.start() + mark.end(), line.start() + len(line.group().rstrip(" 。;；."))
        if start < end:
            yield Span(start, end, {"rule": 1.0, "ranked": 1.0})


_WHOLE_ENTRY = re.compile(
    r"(?:是|做|干|为|要|需要|应|应该|该|怎么|如何|写|讲|说|规定|内容)[了着]?的?是?(?:什么|啥|哪些|做|办|操作|怎样)?[^，,]{0,4}[?？]?$"
)
_ENTRY_MARK = re.compile(
    r" ?(?:\d{1,2} ?(?:[、．]|\.(?!\d))|第[\d一二三四五六七八九十百]{1,4}[步条项款点章节][:： ]) ?"
)
_RANKED_IS = re.compile(r"(?:第[^,，]{1,3}|其次|最.)(?:的[^,，]{0,8}?)?[是为](?P<name>[^,，、:：\d]{2,20})")


def _opening_name(reading: Reading, question: Question, start: int, end: int) -> tuple[int, int] | None:
    """The words of a sentence before its first figure, word that links, or word of the question that is no name."""
    asked = {
        first
        for term in question.terms
        for first, _, weight in reading.places[term.text]
        if term.kind != "name" and weight >= MEANT
    }
    for _, first, _ in words(reading.folded[start:end]):
        if first and (start + first in asked or _STOPS_NAME.match(reading.folded, start + first)):
            return spans.subject(reading.folded, start, start + first)
    return None


_STOPS_NAME = re.compile(r"[\d,，:：]|以|的|为|是|排名?|[名位]列|位居|[列居]|总|年|全年|实现|完成|达")


def read_places(reading: Reading, question: Question) -> Iterator[Span]:
    """Places, known by the words before them: 位于, 设在, 选址."""
    for match in _PLACE.finditer(reading.folded):
        start, end = match.span(1)
        if reading.folded[start:end] in question.folded:
            continue
        ends, located = bool(_PLACE_END.search(match[1])), not match.group().startswith("在")
        yield Span(start, end, {"rule": 1.0, "place_end": float(ends), "located": float(located)})


def read_names(reading: Reading, question: Question) -> Iterator[Span]:
    """What a thing is called, is, or consists of."""
    known = [term.text for term in question.terms]
    for (start, end), sign in _named_ranges(reading, question, known):
        text = reading.folded[start:end]
        if text and text not in question.folded:
            yield Span(start, end, {"rule": 1.0, sign: 1.0})


def _named_ranges(reading: Reading, question: Question, known: Sequence[str]) -> Iterator[tuple[tuple[int, int], str]]:
    folded = reading.folded
    yield from _before_quoted_name(folded, question, known)
    yield from _definitions(folded, question)
    for start, end in spans.quotations(folded):
        if not question.expected or question.expected == len(re.split(r"[、,，]", folded[start:end])):
            yield (start, end), _beside_head(folded, question, start - 1, end + 1)
    if question.asked == "name" and question.noun:
        for start, end in spans.phrase_ending(folded, question.noun):
            lead = next((word for word in known if folded.startswith(word, start)), "")
            yield (start + len(lead), end), "phrase_ending"
    if question.asked == "name" and not question.noun and question.verb:
        for verb_end, size in _ends_of(folded, question.verb):
            found = spans.object_after(folded, verb_end)
            if found is not None:
                yield found, f"object_after_{size}"
    if question.asked == "list":
        for span in spans.enumerations(folded):
            yield spans.items(folded, span, question.expected, known), "enumeration"


def _before_quoted_name(folded: str, question: Question, known: Sequence[str]) -> Iterator[tuple[tuple[int, int], str]]:
    """森林城市样板区、生态农业先行区“两大目标”: the row before the quoted name that the question asks about."""
    for start, end in spans.quotations(folded):
        name = folded[start:end]
        if name not in question.folded and not any(name == quoted for quoted in question.quoted):
            continue
        row = re.search(r"[^,，。;；:：“”]+$", folded[: start - 1])
        if row is not None and len(row.group().split("、")) < question.expected:
            # 全域统筹、创新驱动,产业育成“三大战略”: a comma among the entries.
            row = re.search(r"[^,，。;；:：“”]+[,，][^,，。;；:：“”]+$", folded[: start - 1])
        if row is not None and "、" in row.group():
            yield spans.items(folded, row.span(), question.expected, known), "before_quoted"


def _definitions(folded: str, question: Question) -> Iterator[tuple[tuple[int, int], str]]:
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
            yield meaning.span(1), "definition"


def _beside_head(folded: str, question: Question, start: int, end: int) -> str:
    """How the question's head noun stands beside a quotation: “奋战五年、重回前十”目标."""
    for head in heads(question.noun, question) + heads(question.verb, question):
        if folded[end : end + len(head) + 4].find(head) >= 0 or folded[max(0, start - len(head)) : start].endswith(
            head
        ):
            return "quoted_beside_head"
    after = re.match(r"的?[“「]([^”」]+)[”」]", folded[end:])
    return "quoted_before_asked" if after is not None and after[1] in question.folded else "quoted"


def _ends_of(folded: str, verb: str) -> Iterator[tuple[int, int]]:
    """Where the last words before the question word end in the text: 主要培育 of 朗润生物...主要培育什么."""
    for size in (6, 4, 3, 2):
        tail = verb[-size:]
        if len(tail) == size:
            ends = [(match.end(), size) for match in re.finditer(re.escape(tail), folded)]
            if ends:
                yield from ends
                return
