"""A page's blocks -> its articles, each with headline, byline, date and sections.

A newspaper page carries several items, and its file has them one after the other, sometimes in the order of
columns rather than of reading. What tells them apart: headings of the format itself (Markdown, HTML, Word); else
bylines, which open or close an item; else headlines that name who acts, which a subhead has no need to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embeddings.cleaning import clean_document
from embeddings.joining import join_torn
from embeddings.layout import Block, find_blocks, is_signature, line_date
from embeddings.sentences import split_long, split_sentences
from embeddings.tokens import fold, tagged
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
_LABELLED = re.compile(r"^([^：:\s]{2,4})[：:]\s?\S")
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日")
_DATELINE = re.compile(
    r"^(?:本报|[^，,。]{0,12}(?:社|网|报|讯))[^，,。]{0,12}?(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:讯|电)"
)


@dataclass(slots=True)
class _Draft:
    """An article being put together."""

    headline: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    parts: list[tuple[str, list[Block]]] = field(default_factory=lambda: [("", [])])
    captions: list[Block] = field(default_factory=list)
    date: str | None = None
    closed: bool = False
    """A byline has stood behind its text."""

    @property
    def has_text(self) -> bool:
        return any(blocks for _, blocks in self.parts)


def split_articles(document: Document) -> tuple[Article, ...]:
    """The articles of a document as read; sentences are numbered within each article from 0."""
    document = clean_document(document)
    blocks = _without_empty_headings(join_torn(find_blocks(document)))
    if any(block.level is not None for block in blocks):
        page_title, drafts = _by_levels(blocks, document.title)
    else:
        page_title, drafts = _by_look(blocks)
    articles = []
    for draft in drafts:
        article = _finish(draft, document, page_title)
        if article is not None:
            articles.append(article)
    return tuple(articles)


def _without_empty_headings(blocks: Sequence[Block]) -> list[Block]:
    """Headings that nothing follows are text: a file of bare lines, the entries of a list without bullets."""
    last_text = max((place for place, block in enumerate(blocks) if block.kind in ("body", "list")), default=-1)
    for place, block in enumerate(blocks):
        if block.kind == "heading" and place > last_text and block.level is None:
            block.kind = "list"
    return list(blocks)


def _by_levels(blocks: Sequence[Block], title: str | None) -> tuple[str, list[_Draft]]:
    """Articles by the format's own headings: each of several top headings opens one; a single one is the headline."""
    levels = [block.level for block in blocks if block.level is not None]
    top = min(levels)
    several = levels.count(top) > 1
    drafts = [_Draft()]
    if title and (several or top > 1):
        drafts[0].headline = [title]
    for block in blocks:
        draft = drafts[-1]
        if block.level == top and several and top == 1:
            if draft.has_text or draft.captions:
                drafts.append(_Draft())
            drafts[-1].headline = [block.text]
        elif block.level == top and not draft.headline:
            draft.headline = [block.text]
        elif block.kind == "heading":
            draft.parts.append((block.text, []))
        else:
            _add(draft, block)
    page_title = title if title and several and top == 1 else ""
    return page_title or "", drafts


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
            if draft.has_text and (several or draft.closed):
                drafts.append(_Draft())
            _give_headline(drafts[-1], group, page_title)
        else:
            draft.parts.append((group.text, []))
    return (page_title if len(drafts) > 1 else ""), drafts


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
    labels = [match[1] for block in blocks if block.kind == "heading" and (match := _LABELLED.match(block.text))]
    sizes = {len(label) for label in labels if sum(len(other) == len(label) for other in labels) >= 2}
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
            return " ".join(block.text for block in first.blocks if not _is_masthead(block.text)), 1
    return "", 0


def _is_masthead(text: str) -> bool:
    return text.isascii() and text.upper() == text


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
    """The group as headline; where it reads like a subhead, the page's headline is the article's, as nothing else is."""
    if page_title and not group.signed and not names_actor(group.text) and not draft.has_text:
        draft.headline = [page_title]
        draft.parts.append((group.text, []))
    else:
        draft.headline = [block.text for block in group.blocks if not _is_masthead(block.text)] or [group.text]


def names_actor(heading: str) -> bool:
    """Whether a heading begins with who acts: a place, an organisation."""
    folded = fold(heading)
    if _ORGANISATION.match(folded) or _REGION.match(folded):
        return True
    first = next(iter(tagged(folded[:12])), None)
    return first is not None and folded.startswith(first[0]) and first[1] in ("ns", "nt")


def _add(draft: _Draft, block: Block) -> None:
    if block.kind == "byline":
        draft.bylines.append(block.text.lstrip("□■○●◎▢◇◆ "))
        draft.closed = draft.has_text and (draft.closed or is_signature(block.text) or len(draft.bylines) == 1)
    elif block.kind == "caption":
        draft.captions.append(block)
    elif block.kind == "note":
        draft.date = draft.date or line_date(block.text)
    else:
        draft.parts[-1][1].append(block)


def _finish(draft: _Draft, document: Document, page_title: str) -> Article | None:
    parts = [(heading, blocks) for heading, blocks in draft.parts if blocks]
    if draft.captions:
        parts.append((CAPTIONS, draft.captions))
    # A subhead with nothing under it still says something.
    sections = []
    index = 0
    for heading, blocks in parts:
        sentences = _sentences(blocks, index)
        index += len(sentences)
        sections.append(Section(heading, sentences))
    if not index:
        return None
    headline = " ".join(draft.headline) or document.title or sections[0].sentences[0].text
    lead = "".join(sentence.text for sentence in sections[0].sentences[:2])
    return Article(
        file=document.file,
        unit=document.unit,
        page_title="" if page_title == headline else page_title,
        headline=headline,
        byline=" ".join(draft.bylines),
        date=draft.date or document.date or lead_date(lead),
        sections=tuple(sections),
    )


def _sentences(blocks: Sequence[Block], first: int) -> tuple[Sentence, ...]:
    sentences: list[Sentence] = []
    for block in blocks:
        text, lines = _with_lines(block)
        whole = block.kind in ("list", "caption")
        ranges = _within_limit(text, ((0, len(text)),) if whole else split_sentences(text))
        for place, (start, end) in enumerate(ranges):
            lead = "\n" if place == 0 and sentences else ""
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
    year, month, day = match.groups()
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"{year or '-'}-{int(month):02}-{int(day):02}"
