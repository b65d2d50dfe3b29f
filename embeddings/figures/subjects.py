"""Whose a figure may be: the names and nouns of its sentence and of what stands above it, and what is known of each."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from chinese.dictionary import is_proper_noun
from chinese.figure_words import FIGURE_WORDS, any_that
from chinese.tokens import fold, tags_of
from embeddings.figures.choosing import Option, note
from embeddings.figures.cues import CUES
from embeddings.figures.listed import LEAD, heads_figure, in_part
from embeddings.figures.names import Name, group_of
from embeddings.figures.sentences import LONG_CLAUSE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embeddings.figures.choosing import Features
    from embeddings.figures.names import Kind
    from embeddings.figures.sentences import Figures

_LEADS = re.compile(rf"(?:{any_that('opening')}|\s|[“\"])+")
_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("with", re.compile(r"(?:与|和|跟|同|及)$")),
    ("to", re.compile(r"(?:向|给|对|为|到)$")),
    ("from", re.compile(r"(?:从|由|自|来自|据|记者从)$")),
    ("at", re.compile(r"(?:在|位于|坐落于|地处|毗邻|落户|入驻|进入|进驻)$")),
    ("than", re.compile(r"(?:比|较|高于|低于|占)$")),
    ("by", re.compile(r"(?:被|把|将|经)$")),
    ("of", re.compile(r"的$")),
    ("list", re.compile(r"、$")),
)
_SPEAKER = re.compile(
    r"[^,，。;；]{0,12}?(?:表示|介绍|说|称|指出|透露|认为|获悉|显示|统计|消息|监测|预测|通报|数据|负责人)"
)
_QUOTED = re.compile(
    r"[“\"](?P<quoted>[^”\"“]{2,14})[”\"]|《(?P<titled>[^》]{2,20})》|(?P<person>[\u4e00-\u9fff]某{1,2})"
)
_NOUNS = frozenset("nabjlxzs")
_PROPER = frozenset(("nz", "nr", "nt", "nrt", "eng", "ns"))
_NO_SUBJECTS = frozenset(("数据", "记者", "相关", "有关", "市场", "同比", "环比", "累计", "平均", "人均"))
_LINKS = frozenset(FIGURE_WORDS["link"])
_LONGEST_NOUN = 14
_POINTING = frozenset("全我该本此")
_KINDS = frozenset("区市省县旗镇乡村")
_CLAUSES_BACK = 3
_LOOK_BACK = 6
"""Sentences that are looked back at for a name."""


_Named = tuple["Name", "Features", "Features"]
"""A name, what is known of it by how far above it stands (keys behind that), and what is known of it anywhere."""


@dataclass(slots=True)
class Spoken:
    """What an article has spoken of so far: its title, the sentences right before, and how often each name came."""

    title: Figures
    recent: Sequence[Figures] = ()
    _counts: Counter[str] = field(default_factory=Counter)
    _first: str = ""
    _named: Sequence[Sequence[_Named]] = ()
    """For each of `recent` who or what it speaks of."""
    _above: dict[str, Features] | None = None
    _waiting: list[Figures] = field(default_factory=list)
    """Sentences that are looked at when a figure follows: names take most of the time, and many texts have none."""

    def add(self, sentence: Figures) -> None:
        """Take a sentence as the one right above the next."""
        self._above = None
        self.recent = [sentence, *self.recent[: _LOOK_BACK - 1]]
        self._waiting.append(sentence)

    def count(self, text: str) -> int:
        """How often the sentences so far have it as a name or open a clause with it."""
        self._look()
        return self._counts[text]

    @property
    def first(self) -> str:
        """The name that a clause opened with first, "" where none has."""
        self._look()
        return self._first

    def above(self) -> dict[str, Features]:
        """Who or what was spoken of above the next sentence, and what is known of each."""
        self._look()
        if self._above is None:
            found = titled(self.title)
            for number, (other, named) in enumerate(zip(self.recent, self._named, strict=True)):
                sentences, place = (*self.recent[number:], self.title), f"above_{min(number, 3)}"
                for name, placed, features in named:
                    _add(found, other, name, sentences, {**features, **{place + key: placed[key] for key in placed}})
            self._above = found
        return self._above

    def _look(self) -> None:
        for sentence in self._waiting:
            self._named = [tuple(_of_above(sentence)), *self._named[: _LOOK_BACK - 1]]
            opening = [phrase for phrase in sentence.phrases if _opens(sentence, phrase)]
            spans = {(name.start, name.end) for name in (*sentence.names, *opening)}
            self._counts.update(sentence.text.shown[start:end] for start, end in spans)
            names = [name for name in sentence.names if name.kind in ("name", "place") and _opens(sentence, name)]
            if names and not self._first:
                self._first = sentence.text.shown[names[0].start : names[0].end]
        self._waiting.clear()


def owners(sentence: Figures, number: int, spoken: Spoken, measure: str) -> list[Option]:
    """Who or what the figure of this number may be said of, each once, "" for nobody last."""
    figure = sentence.figures[number]
    for name in sentence.names:
        if name.end == figure.start and _is_item(sentence.folded, name):
            return [Option(sentence.text.shown[name.start : name.end], {"beside": 1.0})]
    found: dict[str, Features] = {}
    for name, features in _own(sentence, figure.start, measure):
        _add(found, sentence, name, (sentence, *spoken.recent, spoken.title), features)
    has_own, has_opener = bool(found), any("opens" in features for features in found.values())
    for text, features in spoken.above().items():
        note(found, text, features)
    clause = sentence.folded[sentence.clause_start(figure.start) : figure.end]
    sorts = [f"of_{figure.kind}", *(f"cue_{cue}" for cue, pattern in CUES if pattern.search(clause))]
    most = max((spoken.count(text) for text in found), default=0)
    for text, features in found.items():
        group, shape = _shape(text)
        features |= shape | {f"{sort}_{group}": 1.0 for sort in sorts}
        features |= _in_article(text, spoken, most) | _beside_measure(text, measure)
        if not has_own:
            features |= {"above_only": 1.0, "above_only_most": features["most"]}
            features["above_only_first"] = features["first_opener"]
        if not has_opener:
            features |= {f"bare_{key}": value for key, value in features.items() if key in _OF_BARE}
    nobody = {"nobody": 1.0, "nobody_alone": float(not has_own), "nobody_bare": float(not has_opener)}
    return [*(Option(text, features) for text, features in found.items()), Option("", nobody)]


def _in_article(text: str, spoken: Spoken, most: int) -> Features:
    """How an article speaks of an option; `most` is how often it speaks of the one that it names most."""
    count = spoken.count(text)
    return {
        "count": math.log1p(count),
        "most": float(count > 1 and count == most),
        "first_opener": float(text == spoken.first),
        "said_in_title": float(text in spoken.title.text.shown),
        "length": min(len(text), 12) / 12,
    }


def _beside_measure(text: str, measure: str) -> Features:
    if not measure:
        return {}
    return {"in_measure": float(text in measure or measure in text), "like_measure": _likeness(text, measure)}


def titled(title: Figures) -> dict[str, Features]:
    """The names of an article's titles, and what is known of each."""
    found: dict[str, Features] = {}
    for name in title.names:
        _add(found, title, name, (title,), {"title": 1.0, f"title_{name.kind}": 1.0})
    return found


_OF_BARE = frozenset(
    "own most first_opener title above_0 above_1 above_0_opens_first above_0_opens_last above_1_opens_first".split()
)
"""What tells whose a figure is where no clause of its sentence has a subject (截至目前,建成12个)."""
_MEASURED = re.compile(r"[率额量值数度比价款金费资润积长宽高]$")
_HOLLOW = re.compile(rf"{any_that('hollow')}$")


def _likeness(one: str, other: str) -> float:
    """How far two texts have the same characters, from 0 to 1."""
    shared = (Counter(one) & Counter(other)).total()
    return 2 * shared / (len(one) + len(other)) if shared else 0.0


@lru_cache(maxsize=8192)
def _shape(text: str) -> tuple[str, Features]:
    """The group of an option by its end, and what its words say of it: 推动县 begins with a verb."""
    tags = [tag if tag in ("vn", "nr", "ns", "nz", "nt") else tag[0] for _, tag in tags_of(fold(text))]
    group = f"group_{group_of(text) or (text[-1:] if text[-1:] in _KINDS else '')}"
    found = {
        group: 1.0,
        "measured": float(_MEASURED.search(text) is not None),
        "hollow": float(_HOLLOW.search(text) is not None),
        "verb_inside": float("v" in tags[1:]),
        "one_word": float(len(tags) == 1),
    }
    if tags:
        found |= {f"begins_{tags[0]}": 1.0, f"ends_{tags[-1]}": 1.0}
    return group, found


def _add(
    found: dict[str, Features], own: Figures, name: Name, sentences: Sequence[Figures], features: Features
) -> None:
    """Note an option; one that stands in several places has what speaks for it in any."""
    text, more = _resolved(name, own, sentences)
    if "unresolved" in more and name.text[0] not in _POINTING:
        return  # 企业 and 项目 of nobody that was named
    note(found, text, {**features, **more})


def _own(sentence: Figures, at: int, measure: str) -> Iterator[tuple[Name, Features]]:
    """The names and nouns before a figure in its sentence."""
    folded = sentence.folded
    names = [name for name in (*sentence.names, *_quoted(sentence), *_phrases(sentence, measure)) if name.end <= at]
    last = max((name.end for name in names), default=-1)
    openers = [name for name in names if _opens(sentence, name)]
    for number, name in enumerate(names):
        between = sum(other.start >= name.end for other in openers)
        longer = [other for other in names if _is_part(name, other)]
        first = sentence.long_clause_start(name.start)
        before, distance = folded[first : name.start], len(LONG_CLAUSE.findall(folded[name.end : at]))
        features = {"own": 1.0, f"own_{name.kind}": 1.0, f"clauses_{min(distance, 3)}": 1.0}
        sort = next((sort for sort, pattern in _BEFORE if pattern.search(before)), "plain")
        features[f"before_{sort}"] = 1.0
        following = _next(folded, name.end, at)
        features[f"next_{following}"] = 1.0
        features[f"{name.kind}_next_{following}"] = 1.0
        features[f"clause_{min(distance, 3)}_next_{following}"] = 1.0
        features[f"{name.kind}_before_{sort}"] = 1.0
        if name in openers:
            features["opens"] = 1.0
            features["opens_last"] = float(name is openers[-1])
            features["opens_first"] = float(name is openers[0])
            features[f"opens_{name.kind}"] = 1.0
            features[f"opens_clauses_{min(distance, 3)}"] = 1.0
        features[f"openers_between_{min(between, 3)}"] = 1.0
        features |= {
            "inside": float(bool(longer)),
            f"{name.kind}_inside": float(bool(longer)),
            "inside_name": float(any(other.kind == "name" or group_of(other.text) for other in longer)),
            "holds": float(any(_is_part(other, name) for other in names)),
        }
        if name.kind not in ("place", "name", "stand-in") and heads_figure(sentence, name, at):
            continue  # it is what that figure measures
        features |= in_part(sentence, name, at)
        features["last"] = float(name.end == last)
        features["first"] = float(number == 0)
        features["speaks"] = float(_SPEAKER.match(folded, name.end) is not None)
        features["whole"] = float(name.kind == "stand-in" and name.text[0] in "全我")
        features["country"] = float(name.group == "国")
        yield name, features
    for distance, noun in _nouns(sentence, at, measure):
        yield (
            noun,
            {
                "own": 1.0,
                f"noun_{noun.kind}": 1.0,
                f"noun_clauses_{min(distance, 3)}": 1.0,
                "noun_without_opener": float(not openers),
            },
        )


def _of_above(sentence: Figures) -> Iterator[_Named]:
    opening = (item for item in _phrases(sentence, "") if _opens(sentence, item))
    end = len(sentence.folded)
    names = (*sentence.names, *(item for item in opening if not heads_figure(sentence, item, end)))
    openers = [name for name in names if _opens(sentence, name)]
    for name in names:
        placed = {"": 1.0}
        if name in openers:
            placed |= {
                "_opens": 1.0,
                "_opens_last": float(name is openers[-1]),
                "_opens_first": float(name is openers[0]),
            }
        speaks = float(_SPEAKER.match(sentence.folded, name.end) is not None)
        features = {f"above_{name.kind}": 1.0, "above_country": float(name.group == "国"), "above_speaks": speaks}
        yield name, placed, features
    for distance, noun in _nouns(sentence, len(sentence.folded), ""):
        if noun.kind == "name":
            yield noun, {"_noun": 1.0}, {f"above_noun_clauses_{min(distance, 3)}": 1.0}


def _is_part(name: Name, other: Name) -> bool:
    return other.start <= name.start and name.end <= other.end and other.end - other.start > name.end - name.start


def _is_item(folded: str, name: Name) -> bool:
    """Whether a name is one of a row with a figure behind each: 甲县|5家、乙县|3家."""
    if name.kind == "stand-in":
        return False
    return name.start == 0 or re.search(r"(?:[,，;；:：、]|其中)$", folded[: name.start]) is not None


def _opens(sentence: Figures, name: Name) -> bool:
    return LEAD.match(sentence.folded[sentence.long_clause_start(name.start) : name.start]) is not None


def _next(folded: str, end: int, at: int) -> str:
    """What follows a name at once."""
    if end == at:
        return "figure"
    behind = folded[end : end + 6]
    if behind.startswith("的"):
        return "of"
    if re.match("、|和|与|及", behind):
        return "list"
    if re.match("等|[(（]", behind):
        return "and_others"
    if re.match(r"[,，;；。:：]", behind):
        return "mark"
    tag = next(iter(tags_of(behind)), ("", "x"))[1]
    return {"v": "verb", "d": "adverb", "p": "adverb", "n": "noun", "m": "number"}.get(tag[0], "other")


def _phrases(sentence: Figures, measure: str) -> Iterator[Name]:
    """Noun phrases that are no names, and what stands before the measure in one: 石桥西瓜 of 石桥西瓜|品牌价值."""
    known = {(name.start, name.end) for name in sentence.names}
    for phrase in sentence.phrases:
        cut = phrase.text.find(measure) if measure else -1
        if cut > 1:
            phrase = replace(phrase, end=phrase.start + cut, text=phrase.text[:cut])
        if (phrase.start, phrase.end) not in known and cut != 0:
            yield phrase


def _quoted(sentence: Figures) -> Iterator[Name]:
    for match in _QUOTED.finditer(sentence.folded):
        group = match.lastgroup or "quoted"
        yield Name(match.start(group), match.end(group), match[group], "name")


def _nouns(sentence: Figures, at: int, measure: str) -> Iterator[tuple[int, Name]]:
    """The nouns that the last clauses before a place open with, where more follows: 制造领域|实现收入5亿元."""
    end, distance = at, 0
    while end > 0 and distance <= _CLAUSES_BACK:
        first = sentence.long_clause_start(end)
        start = _past_leads(sentence, first, end)
        text, whole, goes_on = "", "", False
        tags: set[str] = set()
        for word, tag in tags_of(sentence.folded[start:end]):
            if (tag[0] in _NOUNS or tag in ("vn", "eng")) and not word[0].isdigit() and word not in _LINKS:
                text += word
                tags.add(tag)
                whole = text if tag[0] in "nj" or tag in ("vn", "eng", "s") else whole
            else:
                goes_on = tag[0] in "vupd"
                break
        place = sentence.folded.find(whole, start)
        # 西塘区|专利授权: the name is an option by itself.
        is_named = any(name.start == place and name.kind in ("place", "name") for name in sentence.names)
        if (
            1 < len(whole) <= _LONGEST_NOUN
            and goes_on
            and not is_named
            and whole not in _NO_SUBJECTS
            and whole not in measure
        ):
            kind: Kind = "name" if tags & _PROPER else "noun"
            yield distance, Name(place, place + len(whole), whole, kind)
        end, distance = first - 1, distance + 1


def _past_leads(sentence: Figures, start: int, end: int) -> int:
    """Where a clause goes on behind its times and the words that only lead in."""
    while True:
        before = start
        for time in sentence.times:
            if start <= time.start <= start + 2:
                start = time.end
        lead = _LEADS.match(sentence.folded, start, end)
        start = lead.end() if lead is not None else start
        if start == before:
            return start


def _resolved(name: Name, own: Figures, sentences: Sequence[Figures]) -> tuple[str, Features]:
    """A name, or the nearest one that a word stands for."""
    text = own.text.shown[name.start : name.end]
    if name.kind != "stand-in" or name.group == "国":
        return text, {}
    for number, sentence in enumerate(sentences):
        for other in reversed(sentence.names):
            if sentence is own and other.start >= name.start:
                continue
            if other.kind in ("name", "place") and _stands_for(name, other):
                return sentence.text.shown[other.start : other.end], {
                    "resolved": 1.0,
                    f"resolved_{min(number, 3)}": 1.0,
                }
    return text, {"unresolved": 1.0}


def _stands_for(word: Name, name: Name) -> bool:
    if word.group == name.group:
        return True
    # 全区 for 澜江高新区, 全省 for a province by its short name
    return word.group in _KINDS and (name.text.endswith(word.group) or is_proper_noun(name.text + word.group))
