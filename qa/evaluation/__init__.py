"""Answers held against questions with known answers."""
