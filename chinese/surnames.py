"""Chinese surnames of one character, by which bylines are told in documents and people in passages: surnames.txt."""

from __future__ import annotations

from chinese.rows import word_list

SURNAMES = frozenset("".join(word_list("surnames.txt")))
