"""What would leave this machine unasked, turned off: the libraries' telemetry, usage counts and looks for news.

`chinese/__init__` imports this before anything else, so it holds in every process that has a part of wenju in it,
and in those they start. It imports nothing that is large itself. The settings are forced: whoever set another value in
the environment did so for another program, and wenju says that everything stays here. What a user asks for by name, as
a model that is to be downloaded or a store on another machine, is not touched.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig

ENVIRONMENT = {
    # Otherwise a library in native code keeps an id of this device and what was run, and sends it (from 1.29 on).
    "ORT_DISABLE_TELEMETRY": "1",
    # "Initiated", "launched", errors, and whether there is a newer version.
    "GRADIO_ANALYTICS_ENABLED": "False",
    # Requests of its own, and what a download says of this machine.
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # transformers would ask a service to convert a model without safetensors, by its name, though it is here already.
    "DISABLE_SAFETENSORS_CONVERSION": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
}
"""Environment variables by which libraries are told to send nothing."""

WITHOUT_TELEMETRY: TelemetryConfig = {"auto_configure": False, "tracing": False, "metrics": False, "logs": False}
"""What FastAPI is given as `telemetry`, so that no collector named in the environment is told of questions."""


def stay_local() -> None:
    """Put ENVIRONMENT into the environment of this process."""
    os.environ.update(ENVIRONMENT)


class _SendsEvents(Protocol):
    def disable_telemetry_events(self) -> None: ...


def quieten(onnxruntime: _SendsEvents) -> None:
    """Turn off what ONNX Runtime sends where the program had imported it before wenju, and no variable helps."""
    onnxruntime.disable_telemetry_events()


stay_local()
