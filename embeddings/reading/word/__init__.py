"""Texts of word processors: Word, old and new, WPS, OpenDocument and RTF, told by their content."""
