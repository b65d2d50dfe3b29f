"""A page's blocks -> its articles, each with headline, byline, date and sections.

A newspaper page carries several items, and its file has them one after the other, sometimes in the order of
columns rather than of reading. What tells them apart: headings of the format itself (Markdown, HTML, Word); else
bylines, which open or close an item; else headlines that name who acts, which a subhead has no need to.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from chinese.dates import iso_day
from chinese.sentences import split_long, split_sentences
from chinese.tokens import fold, tagged
from embeddings.splitting.cleaning import clean_document
from embeddings.splitting.joining import join_torn
from embeddings.splitting.layout import Block, find_blocks, full_date, is_signature
from embeddings.types import Article, Document, Section, Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

CAPTIONS = "图片说明"
LONGEST_SENTENCE = 450
"""Characters from which a sentence is cut, because an encoder of 512 tokens would not see its end."""
_ORGANISATION = re.compile(
    r"^[\u4e00-\u9fff]{0,12}(?:公司|集团|协会|学会|商会|大学|学院|研究院|研究所|医院|银行|委员会|管委会|政府|法院|检察院|局)"
)
_REGION = re.compile(r"^(?:全?[市省区县州国]|我[市省区县国])")
_PAGES = (".html", ".htm")
_LONGEST_SUBHEAD = 60
_LONGEST_HEADING = 300
"""Characters of a headline, or of subheads that stand together: each chunk repeats them, so a longer one is text."""
_LABELLED = re.compile(r"^([^：:\s]{2,4})[：:]\s?\S")
# Not the day of what is to come.
_DAY = re.compile(r"(?<!\d)(?<!\d年)(?<![将定]于)(?<!截至)(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_DATELINE = re.compile(
    r"^(?:本报|[^，,。]{0,12}(?:社|网|报|讯))[^，,。]{0,12}?(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:讯|电)"
)


@dataclass(slots=True)
class _Part:
    """What stands under one subhead, which may be several headings; under none at the start of an article."""

    headings: list[Block] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return " ".join(block.text for block in self.headings)


@dataclass(slots=True)
class _Draft:
    """An article being put together."""

    headline: list[str] = field(default_factory=list)
    headed: list[Block] = field(default_factory=list)
    """Where the headline stands; empty where it is the document's or the page's."""
    bylines: list[Block] = field(default_factory=list)
    parts: list[_Part] = field(default_factory=lambda: [_Part()])
    captions: list[Block] = field(default_factory=list)
    date: str | None = None
    closed: bool = False
    """A byline has stood behind its text."""
    has_text: bool = False


def split_articles(document: Document) -> tuple[Article, ...]:
    """The articles of a document as read; sentences are numbered within each article from 0."""
    document = _titled(clean_document(document))
    blocks = _without_empty_headings(join_torn(find_blocks(document)))
    if any(block.level is not None for block in blocks):
        page_title, drafts = _by_levels(_settled(blocks, document), document.title)
    else:
        page_title, drafts = _by_look(blocks)
    articles = []
    for draft in drafts:
        article = _finish(draft, document, page_title)
        if article is not None:
            articles.append(article)
    return tuple(articles)


def _titled(document: Document) -> Document:
    """The document, its title no longer than a headline may be."""
    too_long = document.title is not None and len(document.title) > _LONGEST_HEADING
    return replace(document, title=(document.title or "")[:_LONGEST_HEADING].strip()) if too_long else document


def _without_empty_headings(blocks: Sequence[Block]) -> list[Block]:
    """Headings that nothing follows are text: a file of bare lines, the entries of a list without bullets."""
    last_text = max((place for place, block in enumerate(blocks) if block.kind in ("body", "list")), default=-1)
    for place, block in enumerate(blocks):
        if block.kind == "heading" and place > last_text and block.level is None:
            block.kind = "list"
    return list(blocks)


def _settled(blocks: Sequence[Block], document: Document) -> list[Block]:
    """The blocks of a document whose format marks headings: what only looks like one is text, or a site's navigation.

    Where the format marks the headline alone, its author may well have set the subheads by hand.
    """
    levels = [block.level for block in blocks if block.level is not None]
    first = next(place for place, block in enumerate(blocks) if block.level is not None)
    is_page = document.file.lower().endswith(_PAGES) and levels.count(1) == 1 and blocks[first].level == 1
    settled: list[Block] = []
    for place, block in enumerate(blocks):
        if block.kind == "heading" and block.level is None:
            if is_page and place < first:
                continue
            following = blocks[place + 1] if place + 1 < len(blocks) else None
            if place < first or len(levels) > 1 or following is None or following.kind != "body":
                block.kind = "list"
        settled.append(block)
    return settled


def _by_levels(blocks: Sequence[Block], title: str | None) -> tuple[str, list[_Draft]]:
    """Articles by the format's own headings: each of several top headings opens one; a single one is the headline."""
    levels = [block.level for block in blocks if block.level is not None]
    top = min(levels)
    several = levels.count(top) > 1 and (top == 1 or not title)
    drafts = [_Draft()]
    if title and (several or top > 1):
        drafts[0].headline = [title]
    for block in blocks:
        draft = drafts[-1]
        if block.level == top and several:
            if draft.has_text or draft.captions or draft.headed:
                drafts.append(_Draft())
            drafts[-1].headline = [block.text]
            drafts[-1].headed = [block]
        elif block.level == top and not draft.headline:
            draft.headline = [block.text]
            draft.headed = [block]
        elif block.kind == "heading":
            draft.parts.append(_Part([block]))
        else:
            _add(draft, block)
    return (title or "" if several else ""), drafts


def _by_look(blocks: Sequence[Block]) -> tuple[str, list[_Draft]]:
    """Articles of a plain text, whose headings are known by their look and place alone."""
    groups = _heading_groups(blocks)
    several = sum(block.kind == "byline" for block in blocks) >= 2
    page_title, start = _page_title(groups, several)
    drafts = [_Draft()]
    for group in groups[start:]:
        draft = drafts[-1]
        if isinstance(group, Block):
            if draft.closed and group.kind == "body":
                if group.torn:
                    # Its beginning is lost, and no headline is its own: columns were read in another order.
                    draft.closed = False
                else:
                    drafts.append(_Draft())
            _add(drafts[-1], group)
            continue
        if _opens_article(group, draft, several):
            if (draft.has_text and (several or draft.closed)) or (draft.headed and draft.bylines):
                drafts.append(_Draft())
            _give_headline(drafts[-1], group, page_title)
        else:
            draft.parts.append(_Part(group.blocks))
    return page_title, drafts


@dataclass(slots=True)
class _Headings:
    """Headings that stand together, and whether a byline follows them."""

    blocks: list[Block]
    signed: bool = False
    serial: bool = False
    """One of a row of subheads of the same form (思路：..., 改革：...)."""

    @property
    def text(self) -> str:
        return " ".join(block.text for block in self.blocks)


def _heading_groups(blocks: Sequence[Block]) -> list[Block | _Headings]:
    labels = (_LABELLED.match(block.text) for block in blocks if block.kind == "heading")
    sizes = {size for size, count in Counter(len(label[1]) for label in labels if label).items() if count >= 2}
    groups: list[Block | _Headings] = []
    for block in blocks:
        if block.kind != "heading":
            if block.kind == "byline" and groups and isinstance(groups[-1], _Headings):
                groups[-1].signed = True
            groups.append(block)
            continue
        label = _LABELLED.match(block.text)
        serial = label is not None and len(label[1]) in sizes and not names_actor(block.text)
        last = groups[-1] if groups else None
        if isinstance(last, _Headings) and block.gap <= 1 and not serial and not last.serial:
            last.blocks.append(block)
        else:
            groups.append(_Headings([block], serial=serial))
    return groups


def _page_title(groups: Sequence[Block | _Headings], several: bool) -> tuple[str, int]:
    """The page's own headline (one that another headline follows at once), and where the articles start."""
    if several and len(groups) > 1:
        first, second = groups[0], groups[1]
        if isinstance(first, _Headings) and isinstance(second, _Headings) and not first.signed:
            title = " ".join(block.text for block in first.blocks if not _is_masthead(block.text))
            return (title, 1) if len(title) <= _LONGEST_HEADING else ("", 0)
    return "", 0


def _is_masthead(text: str) -> bool:
    """Whether the line is a page's name in Latin capitals, as papers print it beside the Chinese one."""
    return re.fullmatch(r"[A-Z]+(?: [A-Z]+)+", text) is not None


def _opens_article(group: _Headings, draft: _Draft, several: bool) -> bool:
    if group.serial:
        return False
    if not draft.headline and not draft.has_text:
        return True
    if group.signed or draft.closed:
        return True
    if several:
        return names_actor(group.text)
    # A lead that stands above its headline.
    return not draft.headline and len(draft.parts) == 1 and names_actor(group.text)


def _give_headline(draft: _Draft, group: _Headings, page_title: str) -> None:
    """The group as headline; where it reads like a subhead, the page's headline is the article's, for want of one."""
    if page_title and not group.signed and not names_actor(group.text) and not draft.has_text and not draft.headline:
        draft.headline = [page_title]
        draft.parts.append(_Part(group.blocks))
    else:
        draft.headline += [block.text for block in group.blocks if not _is_masthead(block.text)] or [group.text]
        draft.headed += group.blocks


def names_actor(heading: str) -> bool:
    """Whether a heading begins with who acts: a place, an organisation."""
    folded = fold(heading)
    if _ORGANISATION.match(folded) or _REGION.match(folded):
        return True
    first = next(iter(tagged(folded[:12])), None)
    return first is not None and folded.startswith(first[0]) and first[1] in ("ns", "nt")


def _add(draft: _Draft, block: Block) -> None:
    if block.kind == "byline":
        draft.bylines.append(block)
        draft.date = draft.date or full_date(block.text)
        draft.closed = draft.has_text and (draft.closed or is_signature(block.text) or len(draft.bylines) == 1)
    elif block.kind == "caption":
        draft.captions.append(block)
    elif block.kind == "note":
        draft.date = draft.date or full_date(block.text)
    else:
        draft.parts[-1].blocks.append(block)
        draft.has_text = True


def _finish(draft: _Draft, document: Document, page_title: str) -> Article | None:
    _cut_headline(draft)
    parts = [_headed(part) for part in _filled(draft.parts)]
    if draft.captions:
        parts.append((CAPTIONS, draft.captions))
    bylines = draft.bylines
    if not parts and (draft.headed or bylines):
        parts = [("", [Block("list", block.pieces) for block in draft.headed or bylines])]
        bylines = bylines if draft.headed else []
    if not parts:
        return None
    sections = []
    index = 0
    for heading, blocks in parts:
        sentences = _sentences(blocks, index)
        index += len(sentences)
        sections.append(Section(heading, sentences))
    headline = " ".join(draft.headline) or document.title or sections[0].sentences[0].text
    lead = "".join(sentence.text for sentence in sections[0].sentences[:2])
    return Article(
        file=document.file,
        unit=document.unit,
        page_title="" if page_title == headline else page_title,
        headline=headline,
        byline=" ".join(block.text.lstrip("□■○●◎▢◇◆ ") for block in bylines),
        date=draft.date or document.date or lead_date(lead),
        sections=tuple(sections),
    )


def _cut_headline(draft: _Draft) -> None:
    """Keep of a headline what it may have; the rest of it becomes the article's first text."""
    sizes = accumulate(len(text) + 1 for text in draft.headline)
    kept = [text for text, size in zip(draft.headline, sizes, strict=True) if size <= _LONGEST_HEADING + 1]
    if len(kept) < len(draft.headline):
        rest = [block for block in draft.headed if block.text not in kept]
        draft.parts.insert(0, _Part(blocks=[Block("list", block.pieces, block.gap) for block in rest]))
        draft.headline = kept


def _headed(part: _Part) -> tuple[str, list[Block]]:
    """A part's subhead and text; subheads that are too long together are text themselves."""
    heading = part.heading
    if len(heading) <= _LONGEST_HEADING:
        return heading, part.blocks
    return "", [*(Block("list", block.pieces, block.gap) for block in part.headings), *part.blocks]


def _filled(parts: Sequence[_Part]) -> list[_Part]:
    """The parts that have text.

    A subhead with nothing under it still says something: it goes before the one that follows, or where that is its
    equal or the two would be too long, counts as text.
    """
    filled: list[_Part] = []
    waiting: list[Block] = []
    for part in parts:
        if waiting and not _goes_before(waiting, part):
            _as_text(filled, waiting)
            waiting = []
        if part.blocks:
            filled.append(_Part(waiting + part.headings, part.blocks))
            waiting = []
        else:
            waiting = waiting + part.headings
    if waiting:
        _as_text(filled, waiting)
    return filled


def _goes_before(headings: Sequence[Block], part: _Part) -> bool:
    if not part.headings:
        return False
    above, below = headings[-1].level, part.headings[0].level
    deeper = above is None or below is None or above < below
    return deeper and sum(len(block.text) for block in (*headings, *part.headings)) <= _LONGEST_SUBHEAD


def _as_text(parts: list[_Part], headings: Sequence[Block]) -> None:
    if not parts:
        parts.append(_Part())
    parts[-1].blocks += [Block("list", block.pieces, block.gap) for block in headings]


def _sentences(blocks: Sequence[Block], first: int) -> tuple[Sentence, ...]:
    sentences: list[Sentence] = []
    for block in blocks:
        text, lines = _with_lines(block)
        if not text:  # the mark of a caption, and no caption
            continue
        whole = block.kind in ("list", "caption")
        ranges = _within_limit(text, ((0, len(text)),) if whole else split_sentences(text))
        for place, (start, end) in enumerate(ranges):
            lead = "\n" if place == 0 else " " if text[start - 1].isspace() else ""
            lead = lead if sentences else ""
            sentences.append(Sentence(first + len(sentences), text[start:end], lines[start], lines[end - 1], lead))
    return tuple(sentences)


def _within_limit(text: str, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    return [part for start, end in ranges for part in split_long(text, start, end, LONGEST_SENTENCE)]


def _with_lines(block: Block) -> tuple[str, list[int]]:
    """A block's text, and the line number of each of its characters."""
    if block.kind != "list":
        text = block.text
        lines: list[int] = []
        for number, piece in block.pieces:
            place = text.index(piece, len(lines))
            lines.extend([number] * (place + len(piece) - len(lines)))
        return text, lines
    parts = []
    for place, (number, piece) in enumerate(block.pieces):
        after_label = place == 1 and block.pieces[0][1][-1:] in "：:"
        parts.append((number, piece if place == 0 or after_label else "\n" + piece))
    text = "".join(piece for _, piece in parts)
    return text, [number for number, piece in parts for _ in piece]


def lead_date(lead: str) -> str | None:
    """The date that the first words of an article give, ISO 8601; "--12-25" where they name no year."""
    folded = fold(lead)
    match = _DATELINE.match(folded) or _DAY.search(folded.split("。")[0])
    if match is None:
        return None
    return iso_day(*match.groups())
