"""The networks that find and read lines in pictures: PP-OCRv6 small, as the wheel `rapidocr` brings it.

Of that wheel only two files are read; none of its code is imported or run, and nothing is ever downloaded.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from onnxruntime import InferenceSession

    Picture = npt.NDArray[np.uint8]
    """RGB, of shape (height, width, 3)."""

FINDING, READING = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
FINGERPRINT = "PP-OCRv6-small-1"
"""What the kept pages were recognised with. Raise its number with every change of what a page gives."""

HOW_TO_GET = 'pip install "wenju[ocr]"'


def model_files() -> tuple[Path, Path] | None:
    """The files of the networks that find and read lines; None where the extra `ocr` is not installed as a whole."""
    wheel = find_spec("rapidocr")
    if wheel is None or wheel.origin is None or find_spec("cv2") is None:
        return None
    folder = Path(wheel.origin).with_name("models")
    files = folder / FINDING, folder / READING
    return files if all(file.is_file() for file in files) else None


def load_network(file: Path, threads: int) -> InferenceSession:
    """A network, computed by so many threads."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.enable_mem_pattern = False  # one for each size of a picture would be kept, and sizes are many
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads take no core from others
    return InferenceSession(file, options, providers=["CPUExecutionProvider"])
