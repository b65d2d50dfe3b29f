"""Workbooks and CSV: their cells as they are shown, and each row as a line that knows its cells."""
