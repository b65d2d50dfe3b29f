"""What the tests of stores and workers past one machine share."""

from __future__ import annotations

import importlib
import os
from typing import Any

import pytest


def needed(module: str) -> Any:
    """Import a module of the extra; without it the tests are skipped, or fail where WENJU_TEST_CLUSTER is set."""
    if os.environ.get("WENJU_TEST_CLUSTER"):
        return importlib.import_module(module)
    return pytest.importorskip(module, reason=f'{module} is not installed: pip install "wenju[cluster]"')
