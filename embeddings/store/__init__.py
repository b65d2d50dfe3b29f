"""Where an index is kept: chunks, words and vectors, in generations of which one is in force."""
