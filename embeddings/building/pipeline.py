"""The number of the pipeline that turns documents into an index; an index of another number is built anew."""

from __future__ import annotations

PIPELINE = 9
"""Raise it by one whenever the same documents would give other chunks, sources, words to search by or figures.

A change that leaves all of these as they are, such as a file moved or a function renamed, does not raise it: every
index would be built anew for nothing. `tests/embeddings/test_pipeline.py` pins what this number stands for.
"""
