"""A chat over answers made by hand as a process of its own, which a test can freeze and kill: PORT [FEEDBACK]."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from tests.web.answers import HandMadeQA
from web.door.access import ServeSettings
from web.serving.server import launch

if __name__ == "__main__":
    launch(HandMadeQA(), "127.0.0.1", int(sys.argv[1]), settings=ServeSettings(feedback=Path(sys.argv[2])))
    sys.stdout.write("open\n")
    sys.stdout.flush()
    threading.Event().wait()
