"""Which stages of answering take part: to see what each is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stages:
    """Which parts take part; each can be turned off, to see what it is worth.

    `dense` and `lexical` search; `constraints` refuse what is about another place, year or part than is asked for;
    `refusal` says that there is no answer, otherwise the best candidate is one, whatever its confidence; `figures`
    works out what is asked over several figures.
    """

    dense: bool = True
    lexical: bool = True
    constraints: bool = True
    refusal: bool = True
    figures: bool = True
