"""The `wenju` command: what it takes, what it prints, and how it talks in a terminal."""
