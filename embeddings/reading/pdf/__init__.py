"""PDF: characters, fonts, drawings, forms and tables of its pages, and what has to be recognised."""
