"""Word since 2007 (.docx and its variants): its parts, paragraphs, numbers, tables and equations."""
