"""An answer for the clipboard, with all that is needed to quote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from web.chat.said import place_text, said_to
from web.look.marks import show_controls
from web.look.words import word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chinese.errors import Language
    from qa.types import Answer
    from web.chat.said import Other, Said

__all__ = ["answer_text"]

_SPACES = re.compile(r"\s+")


def answer_text(answer: Answer, language: Language) -> str:
    """What was asked, the answer, its sentences, sources, how sure it is, and each other figure: a line each.

    Of a question in several parts each has its own lines. A refusal has its reason.
    """
    return "\n\n".join(_lines(said, language) for said in said_to(answer, language))


def _lines(said: Said, language: Language) -> str:
    lines = [("question_of", said.asked)]
    if said.reason:
        return _labelled([*lines, ("no_answer", said.reason)], language)
    lines.append(("answer_of", said.answer))
    lines += [("", remark) for remark in said.remarks]
    lines += [("sentence_of", quoted.text) for quoted in said.quotes]
    places = dict.fromkeys(place_text(quoted.passage, language) for quoted in said.quotes)
    lines += [("source", ("; " if language == "en" else "；").join(places))] if places else []
    lines.append(("confidence", said.sure))
    lines += [("disagree", _other(other, language)) for other in said.others]
    return _labelled(lines, language)


def _other(other: Other, language: Language) -> str:
    sentences = " ".join(other.sentences)
    place = place_text(other.passage, language)
    if language == "en":
        return f"{other.text}{f' – “{sentences}”' if sentences else ''} ({place})"
    return f"{other.text}{f'，“{sentences}”' if sentences else ''}（{place}）"


def _labelled(lines: Iterable[tuple[str, str]], language: Language) -> str:
    colon = ": " if language == "en" else "："
    return "\n".join(f"{word(key, language)}{colon}{_flat(text)}" if key else _flat(text) for key, text in lines)


def _flat(text: str) -> str:
    """A text on one line, with control characters written out."""
    return show_controls(_SPACES.sub(" ", text)).strip()
