"""Nothing leaves the machine from a Ray cluster that is started on it, nor from its workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cluster.support import require
from tests.support import page, write_corpus
from tests.watching import WENJU, Reached, require_tracer, watch

if TYPE_CHECKING:
    from pathlib import Path

OWN_ADDRESS = "8.8.8.8:53"
"""Ray asks the system by which address it would turn to this one; nothing is sent there."""
TOKEN = ".ray/auth_token"
"""By which Ray's processes know each other."""


def _asks_the_system_only(item: Reached) -> bool:
    return item.call == "connect" and item.address == OWN_ADDRESS


@pytest.mark.slow
def test_workers_on_this_machine_turn_to_no_other_and_leave_nothing_behind(tmp_path: Path) -> None:
    require("ray")
    require_tracer()
    corpus = write_corpus(tmp_path / "corpus", {"port.txt": page("东港码头建成", "东港码头于2023年建成。")})
    built = watch(tmp_path / "ray", *WENJU, "rebuild", corpus, "--index", tmp_path / "index", "--ray", "local")
    try:
        assert "1 document" in built.ended(300)
    finally:
        built.kill()

    assert [item for item in built.reached() if not _asks_the_system_only(item)] == []
    assert [file for file in built.left() if file != TOKEN] == []
