"""Texts that have places on a page, put in reading order: columns, tables, running heads; pictures and OFD."""
