"""Milvus as a store: an index that has outgrown one machine."""
