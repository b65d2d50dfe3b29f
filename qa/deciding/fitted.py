"""What is said of a fitted file that does not belong to this program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chinese.errors import WenjuError, say

if TYPE_CHECKING:
    from pathlib import Path


def unusable(file: Path, detail: str) -> WenjuError:
    """The error for a file of fitted weights that is none, or was fitted to other features or constants."""
    return WenjuError(
        say(
            f"{file} 与程序不符：{detail}。请重新安装，或运行 python -m benchmarks.fit 重新拟合。",
            f"{file} does not fit this program: {detail}. Install wenju again, or fit it anew with "
            "python -m benchmarks.fit.",
        )
    )
