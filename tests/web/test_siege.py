"""A page under attack, as a process of its own with the real models, and a visitor beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.siege import MOST_LOGGED, Besieged, besiege

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_beside_each_attack_a_visitor_is_answered_within_ten_seconds_and_the_log_stays_small(tmp_path: Path) -> None:
    seen = besiege(tmp_path)
    assert len(seen.seconds) == 4
    assert seen.failures() == []


def test_what_took_too_long_is_said() -> None:
    assert Besieged({"nothing": (0.1, 9.0)}, 100).failures() == []
    late, logged = Besieged({"a crowd": (0.1, 11.0)}, MOST_LOGGED).failures()
    assert "a crowd" in late
    assert "11.0 s" in late
    assert str(MOST_LOGGED) in logged
