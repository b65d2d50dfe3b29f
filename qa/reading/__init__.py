"""The phrases of a passage that may be the answer: the reader network, and figures and names by rule."""
