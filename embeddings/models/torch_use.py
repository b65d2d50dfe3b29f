"""Whether torch is there, and whether it computes in this process.

What has computed cannot be gone on with in a process that is forked from this one.
"""

from __future__ import annotations

import threading
from importlib.util import find_spec

from chinese.errors import ModelError, say
from chinese.forking import begins_again

__all__ = ["TORCH", "Torch", "require_models"]

_NEEDED = ("sentence_transformers", "torch")


def require_models(model: str) -> None:
    """Raise ModelError, naming the extra, where what runs a model other than the default is not installed."""
    missing = [package.replace("_", "-") for package in _NEEDED if find_spec(package) is None]
    if missing:
        raise ModelError(
            say(
                f"运行模型 {model} 需要 {missing[0]}，尚未安装。请运行 pip install 'wenju[models]'；"
                "不指定模型和 WENJU_RUNTIME 则不需要。",
                f"Running the model {model} takes {missing[0]}, which is not installed. Run pip install "
                "'wenju[models]', or name neither a model nor WENJU_RUNTIME.",
            )
        )


class Torch:
    """What a process knows of torch, which it has once: whether it computes here, or did where this was forked from.

    `loading` lets one model load at a time, as that turns process-wide logging down and up again.
    """

    def __init__(self) -> None:
        self.loading = threading.Lock()
        self.is_used = self.was_used_before = False
        begins_again(self)

    def begin_again(self) -> None:
        """In a forked child: what torch computes next there would wait for threads of its parent."""
        self.loading, self.was_used_before = threading.Lock(), self.is_used


TORCH = Torch()
"""That of this process."""
