"""Comments on slides: those of PowerPoint since 2021, which have replies, and those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from embeddings.reading.slides.drawing_xml import paragraphs, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 500  # of a slide


def comments_of(slide: Any) -> list[str]:  # noqa: ANN401 - python-pptx has no types
    """What each comment on a slide says, without who said it and when; replies after what they reply to."""
    said: list[str] = []
    for relation in slide.part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/comments"):
            said += _said(parsed(relation.target_part.blob))
    return said[:_MOST]


def _said(root: Any) -> Iterator[str]:  # noqa: ANN401
    for comment in root.iter("{*}cm", "{*}reply"):
        # A comment's own text stands directly in it, in one of two forms; its replies stand deeper.
        older = [child.text or "" for child in comment.iterchildren("{*}text")]
        newer = [text for body in comment.iterchildren("{*}txBody") for text in paragraphs(body)]
        if text := " ".join(" ".join([*older, *newer]).split()):
            yield text
