"""Which phrase is the answer, how sure it is, and why there is none."""
