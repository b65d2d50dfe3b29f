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

from chinese.dates import find_day
from chinese.tokens import fold, tagged
from embeddings.splitting.blocks import Block
from embeddings.splitting.cleaning import clean_document
from embeddings.splitting.dating import day_written
from embeddings.splitting.joining import join_torn
from embeddings.splitting.labels import KEPT
from embeddings.splitting.layout import find_blocks
from embeddings.splitting.parts import LONGEST_HEADING, Part, filled, headed, sentences_of
from embeddings.splitting.signing import is_signature
from embeddings.splitting.titles import is_above_headline, is_menu, says
from embeddings.types import Article, Document, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.splitting.labels import Sort
    from embeddings.types import Line, Sentence

CAPTIONS = "图片说明"
_ORGANISATION = re.compile(
    r"^[\u4e00-\u9fff]{0,12}(?:公司|集团|协会|学会|商会|大学|学院|研究院|研究所|医院|银行|委员会|管委会|政府|法院|检察院|局)"
)
_REGION = re.compile(r"^(?:全?[市省区县州国]|我[市省区县国])")
_PAGES = (".html", ".htm")
_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}\s?[、.．]|[(（][一二三四五六七八九十]{1,3}[)）]|第[一二三四五六七八九十百]{1,3}[章节编部](?:分)?[\s：:]"
    r"|(?:\d{1,2}\s?[、．]|\d{1,2}\.(?!\d))|(?:前言|引言|摘要|概述|综述|综合|附件)$)"
)
"""How a subhead begins that is numbered: 二、人口. It does not go on with the headline above it."""
_LABELLED = re.compile(r"^([^：:\s]{2,4})[：:]\s?\S")


@dataclass(slots=True)
class _Draft:
    """An article being put together."""

    headline: list[str] = field(default_factory=list)
    headed: list[Block] = field(default_factory=list)
    """Where the headline stands; empty where it is the document's or the page's."""
    bylines: list[Block] = field(default_factory=list)
    parts: list[Part] = field(default_factory=lambda: [Part()])
    captions: list[Block] = field(default_factory=list)
    imprints: list[Block] = field(default_factory=list)
    title: str = ""
    """The headline as a table of metadata has it."""
    days: list[tuple[Sort, str]] = field(default_factory=list)
    closed: bool = False
    """A byline has stood behind its text."""
    has_text: bool = False


def split_articles(document: Document) -> tuple[Article, ...]:
    """The articles of a document as read; sentences are numbered within each article from 0."""
    # Told by their place, not by their number, which many lines may share: that leads back to where each stands.
    lines = tuple(replace(line, number=place) for place, line in enumerate(document.lines))
    articles = _split(replace(document, lines=lines))
    return tuple(
        replace(
            article,
            sections=tuple(
                replace(
                    section,
                    sentences=tuple(
                        _placed(sentence, document.lines[sentence.start : sentence.end + 1])
                        for sentence in section.sentences
                    ),
                )
                for section in article.sections
            ),
        )
        for article in articles
    )


def _placed(sentence: Sentence, own: Sequence[Line]) -> Sentence:
    """A sentence where its own lines stand on disk."""
    spots = tuple(dict.fromkeys(line.spot for line in own if line.spot is not None and line.text))
    return replace(sentence, start=own[0].number, end=own[-1].number, spots=spots)


def _split(document: Document) -> tuple[Article, ...]:
    document = _titled(clean_document(document))
    blocks = _without_empty_headings(join_torn(find_blocks(document)))
    if any(block.level is not None for block in blocks):
        page_title, drafts = _by_levels(_settled(blocks, document), document.title)
    else:
        page_title, drafts = _by_look(blocks, document.title if document.unit == "line" else None)
    articles = []
    for draft in drafts:
        article = _finish(draft, document, page_title)
        if article is not None:
            articles.append(article)
    return tuple(articles)


def _titled(document: Document) -> Document:
    """The document, its title no longer than a headline may be."""
    too_long = document.title is not None and len(document.title) > LONGEST_HEADING
    return replace(document, title=(document.title or "")[:LONGEST_HEADING].strip()) if too_long else document


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
        if is_page and place < first and is_menu(block):
            continue
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
            draft.parts.append(Part([block]))
        else:
            _add(draft, block)
    return (title or "" if several else ""), drafts


def _by_look(blocks: Sequence[Block], title: str | None = None) -> tuple[str, list[_Draft]]:
    """Articles of a text whose headings are known by their look and place alone.

    The `title` that a page's metadata give is its headline, whatever stands first in it: names of columns, a slogan.
    """
    groups = _heading_groups(blocks)
    several = sum(block.kind == "byline" for block in blocks) >= 2
    page_title, start = _page_title(groups, several)
    drafts = [_Draft()]
    if title and not page_title and not several:
        drafts[0].headline = [title]
        groups = _without_title(groups, drafts[0], title)
    for place, group in enumerate(groups[start:], start):
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
        if not draft.has_text and _is_furniture(groups, place):
            continue
        if _opens_article(group, draft, several):
            if (draft.has_text and (several or draft.closed)) or (draft.headed and draft.bylines):
                drafts.append(_Draft())
            _give_headline(drafts[-1], group, page_title)
        else:
            draft.parts.append(Part(group.blocks))
    return page_title, drafts


def _without_title(groups: list[Block | _Headings], draft: _Draft, title: str) -> list[Block | _Headings]:
    """The groups without the first heading that says what the title says; that one is the draft's headline."""
    for place, group in enumerate(groups):
        if isinstance(group, Block) and group.kind in ("body", "list") and not is_menu(group):
            return groups
        if isinstance(group, _Headings):
            said = [block for block in group.blocks if says(block.text, title) or says(group.text, title)]
            if said:
                draft.headed = said
                draft.headline = [title if len(title) <= len(group.text) else " ".join(block.text for block in said)]
                rest = [block for block in group.blocks if block not in said]
                kept: list[Block | _Headings] = [replace(group, blocks=rest)] if rest else []
                above = [group for group in groups[:place] if not (isinstance(group, Block) and is_menu(group))]
                return [*above, *kept, *groups[place + 1 :]]
    return groups


@dataclass(slots=True)
class _Headings:
    """Headings that stand together, and whether a byline follows them."""

    blocks: list[Block]
    signed: bool = False
    serial: bool = False
    """One of a row of subheads of the same form (思路：..., 改革：...), or one that is numbered."""

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
        serial = bool(_SECTION.match(block.text)) or (
            label is not None and len(label[1]) in sizes and not names_actor(block.text)
        )
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
            title = " ".join(block.text for block in first.blocks if not is_above_headline(block.text))
            return (title, 1) if len(title) <= LONGEST_HEADING else ("", 0)
    return "", 0


def _is_furniture(groups: Sequence[Block | _Headings], place: int) -> bool:
    """Whether headings are the names of a site's columns, and another heading comes before any text."""
    group = groups[place]
    if not isinstance(group, _Headings) or not all(is_above_headline(block.text) for block in group.blocks):
        return False
    rest = (
        following
        for following in groups[place + 1 :]
        if not isinstance(following, Block) or following.kind in ("body", "list")
    )
    return isinstance(next(rest, None), _Headings)


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
        draft.parts.append(Part(group.blocks))
    else:
        draft.headline += [block.text for block in group.blocks if not is_above_headline(block.text)] or [group.text]
        draft.headed += group.blocks


def names_actor(heading: str) -> bool:
    """Whether a heading begins with who acts: a place, an organisation."""
    folded = fold(heading)
    if _ORGANISATION.match(folded) or _REGION.match(folded):
        return True
    first = next(iter(tagged(folded[:12])), None)
    return first is not None and folded.startswith(first[0]) and first[1] in ("ns", "nt")


def _add(draft: _Draft, block: Block) -> None:
    if block.kind in ("byline", "note", "imprint"):
        day = block.imprint.date if block.imprint is not None else find_day(fold(block.text))
        if day is not None:
            draft.days.append((block.imprint.dated if block.imprint is not None else "published", day))
        draft.title = draft.title or (block.imprint.title if block.imprint is not None else "")
    if block.kind == "byline":
        draft.bylines.append(block)
        draft.closed = draft.has_text and (draft.closed or is_signature(block.text) or len(draft.bylines) == 1)
    elif block.kind == "caption":
        draft.captions.append(block)
    elif block.kind == "imprint":
        draft.imprints.append(block)
    elif block.kind != "note":
        draft.parts[-1].blocks.append(block)
        draft.has_text = True


def _finish(draft: _Draft, document: Document, page_title: str) -> Article | None:
    _cut_headline(draft)
    parts = [headed(part) for part in filled(draft.parts)]
    if draft.captions:
        parts.append((CAPTIONS, draft.captions))
    bylines = draft.bylines
    if draft.imprints:
        parts.append(_filed(draft.imprints))
    if not parts and (draft.headed or bylines):
        parts = [("", [Block("list", block.pieces) for block in draft.headed or bylines])]
        bylines = bylines if draft.headed else []
    if not parts:
        return None
    sections = []
    index = 0
    for heading, blocks in parts:
        sentences = sentences_of(blocks, index)
        index += len(sentences)
        sections.append(Section(heading, sentences))
    headline = " ".join(draft.headline) or document.title or draft.title or sections[0].sentences[0].text
    lead = "".join(sentence.text for sentence in sections[0].sentences[:2])
    return Article(
        file=document.file,
        unit=document.unit,
        page_title="" if page_title == headline else page_title,
        headline=headline,
        byline=" ".join(block.text.lstrip("□■○●◎▢◇◆ ") for block in bylines),
        date=day_written(draft.days, document.date, lead),
        sections=tuple(sections),
    )


def _filed(blocks: Sequence[Block]) -> tuple[str, list[Block]]:
    """What a file is filed by, as a part of its own that is named after what there is: 文号、日期."""
    kept = frozenset().union(*(block.imprint.kept for block in blocks if block.imprint is not None))
    name = "、".join(dict.fromkeys(name for name in KEPT.values() if name in kept))
    return name, [Block("list", block.pieces, block.gap) for block in blocks]


def _cut_headline(draft: _Draft) -> None:
    """Keep of a headline what it may have; the rest of it becomes the article's first text."""
    sizes = accumulate(len(text) + 1 for text in draft.headline)
    kept = [text for text, size in zip(draft.headline, sizes, strict=True) if size <= LONGEST_HEADING + 1]
    if len(kept) < len(draft.headline):
        rest = [block for block in draft.headed if block.text not in kept]
        draft.parts.insert(0, Part(blocks=[Block("list", block.pieces, block.gap) for block in rest]))
        draft.headline = kept
