"""The passages that may hold the answer: by meaning, by words, by nearness, fused."""
