"""How many numbers of qa/ were set by hand: `python -m benchmarks.constants [COMMIT]`, now and at a commit.

Counts the floats in the syntax trees of the product's code, each as often as it stands there. 0.0 and 1.0 are left out:
they begin sums and bound shares. What was fitted is data, and is not counted.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_NEUTRAL = frozenset((0.0, 1.0))


def floats_in(source: str) -> list[float]:
    """The floats of a module, in order, without those that only begin or bound."""
    constants = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)]
    return [value for value in constants if isinstance(value, float) and value not in _NEUTRAL]


def sources_now() -> dict[str, str]:
    """The product's modules below qa/ as they stand."""
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / "qa").rglob("*.py")}


def sources_at(commit: str) -> dict[str, str]:
    """The same at a commit."""
    listed = _git("ls-tree", "-r", "--name-only", commit, "qa").split()
    return {name: _git("show", f"{commit}:{name}") for name in listed if name.endswith(".py")}


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.constants", description=__doc__)
    parser.add_argument("commit", nargs="?", default="HEAD", help="compare with this commit (default: %(default)s)")
    commit = parser.parse_args().commit
    for label, sources in ((commit, sources_at(commit)), ("now", sources_now())):
        counts = Counter({name: len(floats_in(source)) for name, source in sources.items()})
        most = ", ".join(f"{name} {count}" for name, count in counts.most_common(8) if count)
        print(f"{label}: {counts.total()} ({most})")


if __name__ == "__main__":
    main()
