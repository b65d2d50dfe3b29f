"""Texts become vectors: the bundled model, any other, and their exports for ONNX Runtime."""
