"""What every figure of an article says: of what, whose, when, in what way; read once, when the index is built."""
