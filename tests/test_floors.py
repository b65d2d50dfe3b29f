"""The floors and rooms of the code: imports go down, nothing goes in a circle, and the picture of it is true."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from docs.architecture import FLOORS, PAGE, drawn, faults, read_imports
from tests.conftest import REPOSITORY, SHIPPED
from tests.support import write_corpus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONGEST_FILE = 400
NO_NAMES = {"utils", "helpers", "common", "misc"}
HELD_TO = {
    "embeddings": {"docx", "faiss", "pymilvus", "pypdfium2", "ray", "sentence_transformers", "tantivy", "transformers"},
    "web": {"gradio", "mcp", "uvicorn"},
    "terminal": {"typer"},
}
"""What one floor alone imports of others' packages."""


def modules() -> list[Path]:
    return [REPOSITORY / "app.py", *(file for name in SHIPPED for file in (REPOSITORY / name).rglob("*.py"))]


# --- the code as it is


def test_nothing_goes_up_and_nothing_in_a_circle() -> None:
    assert faults(REPOSITORY) == []


def test_every_floor_is_looked_at() -> None:
    assert {name for name in FLOORS if "." not in name} == {"app", *SHIPPED}
    seen = read_imports(REPOSITORY)
    assert len(seen) == len(modules())
    assert "chinese.tokens" in seen["embeddings.types"]


@pytest.mark.parametrize(("floor", "most"), [("qa", 10), ("embeddings", 8), ("web", 8)])
def test_a_floor_can_be_taken_in_at_a_glance(floor: str, most: int) -> None:
    inside = [path for path in (REPOSITORY / floor).iterdir() if path.name != "__pycache__"]
    rooms = [path.name for path in inside if path.is_dir()]
    others = {path.name for path in inside if path.suffix == ".py"} - {"__init__.py", "engine.py", "types.py"}
    assert len(rooms) <= most
    assert floor != "qa" or len(rooms) + len(others) <= most


def test_the_room_of_formats_can_be_taken_in_at_a_glance() -> None:
    inside = [path for path in (REPOSITORY / "embeddings" / "reading").iterdir() if path.name != "__pycache__"]
    assert len([path for path in inside if path.name != "__init__.py"]) <= 10


def test_no_file_is_long_and_none_is_a_drawer_for_everything() -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in modules()}
    assert {str(file): length for file, length in lengths.items() if length > LONGEST_FILE} == {}
    assert [str(file) for file in modules() if {file.stem, file.parent.name} & NO_NAMES] == []


def test_each_library_is_known_to_one_floor() -> None:
    for file in modules():
        floor = file.relative_to(REPOSITORY).parts[0].removesuffix(".py")
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        found = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        found |= {(node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
        assert [name for held, names in HELD_TO.items() if held != floor for name in names & found] == [], file


def test_the_picture_is_of_the_code_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page, REPOSITORY) == page, "run `python -m docs.architecture`"


def test_what_the_page_names_is_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rooms = "chinese|embeddings|qa|web|terminal|wenju|tests|docs|app"
    named = set(re.findall(rf"`((?:{rooms})(?:/[\w.-]+)*(?:\.\w+|/))`", page))
    assert len(named) > 30
    assert [name for name in sorted(named) if not (REPOSITORY / name).exists()] == []


# --- a made-up house, with what the check is there to find

HOUSE = {"ground": (), "upper": ("ground",)}
UPPER = {"upper": ("asking", "finding", "deciding")}
SOUND = {
    "ground/__init__.py": "",
    "ground/words.py": "import re\n",
    "upper/__init__.py": "from upper.deciding.answer import Answer\n",
    "upper/asking/__init__.py": "",
    "upper/asking/question.py": "from ground import words\n",
    "upper/finding/__init__.py": "",
    "upper/finding/search.py": "from ..asking.question import Question\nimport ground.words\n",
    "upper/deciding/__init__.py": "",
    "upper/deciding/answer.py": "def answer():\n    from upper.finding import search\n",
}


def found(tmp_path: Path, changed: Mapping[str, str]) -> list[str]:
    """What is found in the made-up house with other files."""
    return faults(write_corpus(tmp_path, {**SOUND, **changed}), HOUSE, UPPER)


def test_a_house_in_order_has_no_faults(tmp_path: Path) -> None:
    assert found(tmp_path, {}) == []


@pytest.mark.parametrize(
    "text",
    [
        "from upper.asking import question\n",
        "import upper.asking.question\n",
        "def late():\n    from upper.asking.question import Question\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from upper.asking.question import Question\n",
    ],
)
def test_an_import_of_the_floor_above_is_found_wherever_it_stands(tmp_path: Path, text: str) -> None:
    (fault,) = found(tmp_path, {"ground/words.py": text})[:1]
    assert fault == "ground.words imports upper.asking.question: upper is no floor below ground"


@pytest.mark.parametrize(
    "text",
    [
        "from upper.finding.search import Hit\n",
        "from ..finding import search\n",
        "from upper.finding import search as x\n",
    ],
)
def test_an_import_of_the_room_above_is_found(tmp_path: Path, text: str) -> None:
    (fault,) = found(tmp_path, {"upper/asking/question.py": text})[:1]
    assert fault == "upper.asking.question imports upper.finding.search: finding is above asking"


LAZY = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    "


def test_a_circle_of_modules_is_found_late_imports_too(tmp_path: Path) -> None:
    late = "def late():\n    from ground import numbers\n"
    (only,) = found(tmp_path, {"ground/numbers.py": "from ground.units import UNIT\n", "ground/units.py": late})
    assert only.startswith("circle of modules: ground.")


def test_modules_of_one_room_may_name_each_others_types(tmp_path: Path) -> None:
    lazy = f"{LAZY}from ground.units import UNIT\n"
    assert found(tmp_path, {"ground/numbers.py": lazy, "ground/units.py": "import ground.numbers\n"}) == []


@pytest.mark.parametrize("back", ["import ground.a.y\n", f"{LAZY}import ground.a.y\n"])
def test_a_circle_of_rooms_is_found_where_no_module_is_in_one(tmp_path: Path, back: str) -> None:
    empty = dict.fromkeys(("ground/a/__init__.py", "ground/a/y.py", "ground/b/__init__.py", "ground/b/x.py"), "")
    (only,) = found(tmp_path, {**empty, "ground/a/x.py": "from ground.b import x\n", "ground/b/y.py": back})
    assert re.fullmatch(r"circle of rooms of ground: (a -> b -> a|b -> a -> b)", only)


def test_a_new_room_has_to_be_given_a_place(tmp_path: Path) -> None:
    new = {"upper/telling/__init__.py": "", "upper/telling/gloss.py": ""}
    assert found(tmp_path, new) == ["upper.telling has no place in ROOMS"]


NESTED = {
    "upper/finding/words/__init__.py": "",
    "upper/finding/words/cut.py": "",
    "upper/finding/places/__init__.py": "",
    "upper/finding/places/near.py": "from upper.finding.words.cut import cut\n",
}


def test_rooms_in_a_room_are_held_to_the_same(tmp_path: Path) -> None:
    rooms = {**UPPER, "upper.finding": ("words", "places", "search")}
    assert faults(write_corpus(tmp_path / "sound", {**SOUND, **NESTED}), HOUSE, rooms) == []
    up = {"upper/finding/words/cut.py": "from upper.finding.search import Hit\n", "upper/finding/late/__init__.py": ""}
    assert faults(write_corpus(tmp_path / "faulty", {**SOUND, **NESTED, **up}), HOUSE, rooms) == [
        "upper.finding.words.cut imports upper.finding.search: search is above words",
        "upper.finding.late has no place in ROOMS",
    ]


def test_a_room_in_a_room_is_held_to_the_rooms_around_it(tmp_path: Path) -> None:
    (only,) = found(tmp_path, {**NESTED, "upper/finding/words/cut.py": "import upper.deciding\n"})[:1]
    assert only == "upper.finding.words.cut imports upper.deciding: deciding is above finding"


def test_a_circle_of_rooms_in_a_room_is_found(tmp_path: Path) -> None:
    back = {"upper/finding/words/also.py": "import upper.finding.places\n"}
    (only,) = found(tmp_path, {**NESTED, **back})
    assert re.fullmatch(
        r"circle of rooms of upper\.finding: (places -> words -> places|words -> places -> words)", only
    )
