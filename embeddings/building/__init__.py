"""A folder of documents becomes an index; only what is new is encoded."""
