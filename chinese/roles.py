"""What people are, as it stands before their names (校长王明): the words of roles.txt."""

from __future__ import annotations

from chinese.rows import word_list
from chinese.units import any_of

ANY_ROLE = any_of(word_list("roles.txt"))
"""All of them as a regular expression, longest first."""
