"""The word lists beside the code: a row that cannot be meant is noticed, and a row is all that a new word needs."""

from __future__ import annotations

from collections import Counter

import pytest

from chinese.classes import classes_of
from chinese.places import places_of
from chinese.quantities import find_quantities
from chinese.rows import rows, word_list
from chinese.units import UNITS
from qa.english.gloss import gloss
from qa.question.kinds import ASKING


@pytest.mark.parametrize("name", ["units.tsv", "places.tsv", "classes.tsv", "apart.tsv"])
def test_every_row_of_a_table_has_all_columns_and_no_word_has_two(name: str) -> None:
    table = rows(name)
    assert len(table) > 20
    assert {len(row) for row in table} == {len(table[0])}
    assert all(cell and cell == cell.strip() for row in table for cell in row)
    key = 1 if name in ("classes.tsv", "apart.tsv") else 0
    assert [word for word, count in Counter(row[key] for row in table).items() if count > 1] == []


@pytest.mark.parametrize("name", ["surnames.txt", "provinces.txt", "roles.txt"])
def test_no_word_stands_twice_in_a_list(name: str) -> None:
    listed = "".join(word_list(name)) if name == "surnames.txt" else word_list(name)
    assert [word for word, count in Counter(listed).items() if count > 1] == []


# 3倍 is a share and 3日 a day: neither is a count of its unit.
COUNTED = sorted(name for name, unit in UNITS.items() if unit.english and unit.english[0] and name not in ("倍", "日"))


@pytest.mark.parametrize("unit", COUNTED)
def test_a_unit_with_an_english_word_is_read_and_said_by_it(unit: str) -> None:
    (found,) = find_quantities(f"共3{unit}")
    assert found.unit == unit
    said = gloss(f"3{unit}")
    assert said is not None
    assert f" {UNITS[unit].english[-1]}" in said


@pytest.mark.parametrize("unit", sorted(name for name, unit in UNITS.items() if unit.asked))
def test_a_unit_that_is_asked_for_belongs_to_its_question_word(unit: str) -> None:
    asked = ASKING.search(f"共有多少{unit}?")
    assert asked is not None
    assert asked.group() == f"多少{unit}"
    for after in UNITS[unit].not_before:
        longer = ASKING.search(f"共有多少{unit}{after}?")
        assert longer is not None
        assert longer.group() != f"多少{unit}"


def test_endings_of_places_are_read_the_longest_first() -> None:
    (place,) = places_of("沈阳高新技术产业开发区")
    assert (place.core, place.kind) == ("沈阳", "高新区")


def test_a_class_is_called_by_its_name_whatever_word_stands_for_it() -> None:
    assert classes_of("规模以上") == classes_of("规上") == {("standing", "规上")}
