"""The floors and rooms of the code, read from its imports: what speaks against them, and their picture.

`python -m docs.architecture` draws the picture in docs/architecture.md anew; tests/test_floors.py holds both true.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "architecture.md"
_BEGIN, _END = "<!-- drawn from the imports by `python -m docs.architecture` -->\n", "<!-- drawn until here -->\n"

Rooms = Mapping[str, tuple[str, ...]]

FLOORS: Rooms = {
    "chinese": (),
    "embeddings": ("chinese",),
    "qa": ("embeddings", "chinese"),
    "web": ("qa", "embeddings", "chinese"),
    "terminal": ("web", "qa", "embeddings", "chinese"),
    "app": ("terminal", "web", "qa", "embeddings", "chinese"),
    "wenju": ("qa", "embeddings", "chinese"),
    "wenju.__main__": ("app",),
}
"""What each floor may import beside itself, from the ground up."""

ROOMS: Rooms = {
    "embeddings": (
        "types", "errors", "progress", "row_file", "chunk_json",
        "reading", "splitting", "figures", "guarding", "models", "store", "recognising", "building",
    ),
    "qa": (
        "sources", "cards", "types", "english", "question", "finding", "figures", "reading", "deciding", "evaluation",
        "engine", "defaults",
    ),
    "qa.figures": ("searching", "tables", "several"),
    "embeddings.reading": (
        "text", "containers", "tables", "markup", "sheets", "slides", "pages", "pdf", "word", "documents",
    ),
    "web": ("look", "queue", "door", "chat", "documents", "figures", "desk", "api", "serving"),
}  # fmt: skip
"""The rooms of a floor, or of a room that has rooms, and the modules beside them, from the ground up: each may import
those before it. Of rooms that are not named here only circles are looked for."""

Imports = dict[str, set[str]]
"""The modules that each module imports."""


def read_imports(root: Path, floors: Rooms = FLOORS, *, types: bool = True) -> Imports:
    """What each module imports of the others, anywhere in it; with `types` also what only a type checker sees."""
    files = {_name(path, root): path for floor in floors for path in _files(root, floor)}
    found: Imports = {}
    for name, path in files.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        nodes = _nodes(ast.parse(path.read_text(encoding="utf-8")), types)
        found[name] = {target for node in nodes for target in _targets(node, package, files)} - {name}
    return found


def _files(root: Path, floor: str) -> list[Path]:
    single = root / f"{floor}.py"
    return [single] if single.is_file() else sorted((root / floor).rglob("*.py"))


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _nodes(tree: ast.AST, types: bool) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if types or not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from _nodes(node, types)


def _targets(node: ast.AST, package: str, known: Collection[str]) -> Iterator[str]:
    """The modules that a statement imports: `from a import b` is a.b where that is one."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names if alias.name in known)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        for alias in node.names:
            whole = f"{base}.{alias.name}"
            yield from [whole] if whole in known else [base] if base in known else []


def faults(root: Path, floors: Rooms = FLOORS, rooms: Rooms = ROOMS) -> list[str]:
    """What speaks against the floors and rooms, a line each: imports that go up, circles, what has no place."""
    imports = read_imports(root, floors)
    said = [
        f"{module} imports {target}: {way}"
        for module, targets in sorted(imports.items())
        for target in sorted(targets)
        if (way := _goes_up(module, target, floors, rooms))
    ]
    said += _circles(read_imports(root, floors, types=False), "modules")
    for package in sorted({module.rpartition(".")[0].rpartition(".")[0] for module in imports} - {""}):
        said += _circles(among(package, imports), f"rooms of {package}")
    for house, entries in rooms.items():
        there = {_entry(module, house) for module in imports} - {""}
        said += [f"{house}.{entry} has no place in ROOMS" for entry in sorted(there - set(entries))]
    return said


def _goes_up(module: str, target: str, floors: Rooms, rooms: Rooms) -> str:
    here, there = (name.split(".")[0] for name in (module, target))
    if here != there:
        return "" if there in floors.get(module, floors[here]) else f"{there} is no floor below {here}"
    for house, entries in rooms.items():
        mine, other = (_place(name, house, entries) for name in (module, target))
        if 0 <= mine < other:
            return f"{entries[other]} is above {entries[mine]}"
    return ""


def _place(module: str, house: str, entries: tuple[str, ...]) -> int:
    """Which of the entries of a floor or room a module lies in, from the ground up; -1 where in none."""
    entry = _entry(module, house)
    return entries.index(entry) if entry in entries else -1


def _entry(module: str, house: str) -> str:
    """The room or module of a floor, or of a room that has rooms, in which a module lies; "" where in none."""
    return module.removeprefix(f"{house}.").split(".")[0] if module.startswith(f"{house}.") else ""


def among(package: str, imports: Imports) -> Imports:
    """The imports between the rooms and modules that lie directly in a package."""
    start = f"{package}."
    found: Imports = defaultdict(set)
    for module, targets in imports.items():
        if module.startswith(start):
            mine = module.removeprefix(start).split(".")[0]
            others = {target.removeprefix(start).split(".")[0] for target in targets if target.startswith(start)}
            found[mine] |= others - {mine}
    return dict(found)


def _circles(imports: Imports, what: str) -> list[str]:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return [f"circle of {what}: {' -> '.join(reversed(error.args[1]))}"]
    return []


def draw(root: Path) -> str:
    """The picture as a Mermaid diagram, and a table of what each room is for."""
    imports = read_imports(root)
    lines = ["```mermaid", "flowchart TB"]
    for floor in reversed([floor for floor in FLOORS if "." not in floor]):
        lines += _floor(floor, imports)
    lines += [f"  {upper} --> {lower}" for upper, lower in _arrows(_between_floors(imports))]
    return "\n".join([*lines, "```", "", *_table(root, imports)]) + "\n"


def _floor(house: str, imports: Imports, indent: str = "  ") -> list[str]:
    """A floor, or a room of one, with what lies in it."""
    name, label = house.replace(".", "_"), house.rpartition(".")[2]
    if house not in ROOMS:
        return [f"{indent}{name}" + (f'["{label}"]' if label != name else "")]
    there = {_entry(module, house) for module in imports}
    inner = f"{indent}  "
    return [
        f"{indent}subgraph {name}" + (f'["{label}"]' if label != name else ""),
        *(
            line
            for entry in reversed(ROOMS[house])
            if entry in there
            for line in _floor(f"{house}.{entry}", imports, inner)
        ),
        *(f"{inner}{name}_{upper} --> {name}_{lower}" for upper, lower in _arrows(among(house, imports))),
        f"{indent}end",
    ]


def _between_floors(imports: Imports) -> Imports:
    found: Imports = defaultdict(set)
    for module, targets in imports.items():
        if module.endswith(".__main__"):  # the command, which is the upper floor's
            continue
        found[module.split(".")[0]] |= {target.split(".")[0] for target in targets} - {module.split(".")[0]}
    return dict(found)


def _arrows(graph: Mapping[str, set[str]]) -> list[tuple[str, str]]:
    """The arrows of a graph without those that others imply, so that a picture of it can be read."""
    reach = {node: _reached(node, graph) for node in graph}
    return [
        (node, target)
        for node in sorted(graph)
        for target in sorted(graph[node])
        if not any(target in reach.get(other, set()) for other in graph[node] - {target})
    ]


def _reached(node: str, graph: Mapping[str, set[str]]) -> set[str]:
    waiting, seen = list(graph.get(node, ())), set[str]()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting.extend(graph.get(one, ()))
    return seen


def _table(root: Path, imports: Imports) -> list[str]:
    """A line for each package, from the top down: its modules, and the first sentence of its docstring."""
    packages = [name for name in imports if (root / Path(*name.split(".")) / "__init__.py").is_file()]
    lines = ["| room | modules | what it is for |", "|---|---|---|"]
    for name in sorted(packages, key=_from_the_top):
        text = (root / Path(*name.split(".")) / "__init__.py").read_text(encoding="utf-8")
        about = (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]
        count = sum(module.rpartition(".")[0] == name for module in imports if module not in packages)
        lines.append(f"| `{name.replace('.', '/')}/` | {count or ''} | {about} |")
    return lines


def _from_the_top(package: str) -> tuple[int, tuple[float, ...], str]:
    """By floor, then by room, then by the room in it; where those have no places, by name."""
    names = package.split(".")
    places: list[float] = []
    for depth in range(1, len(names)):
        entries = ROOMS.get(".".join(names[:depth]), ())
        places.append(-entries.index(names[depth]) if names[depth] in entries else -len(entries))
    return -list(FLOORS).index(names[0]), tuple(places), package


def drawn(page: str, root: Path) -> str:
    """The page with its picture drawn anew."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{draw(root)}\n{_END}{after}"


def main() -> None:
    """Draw the picture in the page."""
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8"), HERE.parent), encoding="utf-8")


if __name__ == "__main__":
    main()
