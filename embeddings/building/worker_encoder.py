"""What a worker encodes with: an encoder that is made where the worker is, because a loaded model does not travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chinese.errors import ModelError, say
from embeddings.models.encoder import Encoder, SentenceTransformerEncoder, load_encoder
from embeddings.models.onnx_encoder import OnnxEncoder

if TYPE_CHECKING:
    from embeddings.models.encoder import Runtime


@dataclass(frozen=True, slots=True)
class WorkerEncoder:
    """How a worker comes by its encoder: by the model's name, or, for an encoder of the caller's own, that itself.

    `fingerprint` is the one that it must have. It is pickled, so an encoder of the caller's own must be, too.
    """

    fingerprint: str
    model: str
    runtime: Runtime
    own: Encoder | None

    @classmethod
    def of(cls, encoder: Encoder) -> WorkerEncoder:
        """Describe an encoder so that a worker can make the same."""
        known = isinstance(encoder, OnnxEncoder | SentenceTransformerEncoder)
        runtime: Runtime = encoder.precision if isinstance(encoder, OnnxEncoder) else "torch"
        return cls(encoder.fingerprint, encoder.name, runtime, None if known else encoder)

    def load(self, threads: int) -> Encoder:
        """Find the encoder on this machine; it may use so many threads.

        Raises ModelError where the model is not there, or is another than where the build runs.
        """
        if self.own is not None:
            return self.own
        found = load_encoder(self.model, runtime=self.runtime, threads=threads)
        if found.fingerprint != self.fingerprint:
            raise ModelError(
                say(
                    f"工作进程上的模型 {self.model} 与发起重建的机器上的不同。"
                    "请在每台机器上放同一个模型、装同一版 wenju。",
                    f"A worker's model {self.model} is not the one of the machine that builds. Put the same model and "
                    "the same version of wenju on every machine.",
                )
            )
        return found
