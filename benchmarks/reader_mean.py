"""Put stages of the reader together: `python -m benchmarks.reader_mean FILE FILE --shares 1 2 --output OUT`.

The mean of what a stage started from and what it became often reads better than either (Wortsman et al. 2022, WiSE-FT).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.train_reader import Setting, mean_of
from qa.reading.reader import WEIGHTS

_MOST = 25_000_000
"""Bytes that the weights may take."""


def write_mean(files: list[Path], shares: list[float] | None, output: Path, setting: Setting) -> None:
    """Write the mean of the files' weights. Raises ValueError where the shares do not fit, or it is too large."""
    if shares is not None and len(shares) != len(files):
        raise ValueError(f"There are {len(files)} files and {len(shares)} shares; give a share for each")
    said = ":".join(f"{share:g}" for share in shares or [1.0] * len(files))
    setting.write(output, mean_of([setting.read(file) for file in files], shares), f"mean {said}")
    if output.stat().st_size > _MOST:
        raise ValueError(f"{output} takes {output.stat().st_size / 1e6:.1f} MB, more than {_MOST / 1e6:g}")


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader_mean", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="weights that benchmarks.train_reader has written")
    parser.add_argument("--shares", nargs="+", type=float, help="how much each counts (default: all alike)")
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="where the mean goes (default: %(default)s)")
    arguments = parser.parse_args()
    write_mean(arguments.files, arguments.shares, arguments.output, Setting(Path(), 7, 0, 0))


if __name__ == "__main__":
    main()
